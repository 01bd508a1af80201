//! Finding the sizes of a long listing: while some rows are handed out, those behind them are found.
//!
//! Rows are found in runs of a fixed number, each by one thread at a time. Others keep some runs ahead of a listing,
//! and end as soon as they have; when the listing has come nearer, it sends for others. One that has caught up with
//! them does what they do.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Rows of a run. A listing that has caught up waits for about as long as it takes to find one.
pub(super) const RUN: usize = 128;

/// Rows that are found ahead of a listing. One that ends early has asked for so many in vain.
const NEAR: usize = 1024;

/// One that has come far most likely goes on: then as many as it has behind it are found ahead, up to so many.
const FAR: usize = 16 * NEAR;

/// Runs that a listing looks at ahead of it each time that it comes, until one is not known. Where there are many that
/// are, it is ahead of them soon all the same.
const LOOKS: usize = 4;

/// What can be found, run by run.
pub(super) trait Runs {
    /// How many runs there are.
    fn runs(&self) -> usize;
    /// True if all of a run was found before.
    fn knows(&self, run: usize) -> bool;
    /// Finds what is not known of a run.
    fn find(&self, run: usize);
}

/// Who is finding what.
#[derive(Default)]
pub(super) struct Lead {
    state: Mutex<Finding>,
    /// Told when a run is found, if somebody waits.
    found: Condvar,
}

#[derive(Default)]
struct Finding {
    /// The next run to be found ahead, and the one where that ends.
    next: usize,
    end: usize,
    /// Runs that are being found.
    at_work: Vec<usize>,
    /// Threads that find runs ahead.
    helpers: usize,
    waiting: usize,
}

impl Finding {
    /// Takes the next run that is to be found ahead.
    fn take(&mut self, runs: &impl Runs) -> Option<usize> {
        self.skip(runs, usize::MAX);
        let run = self.next;
        (run < self.end).then(|| {
            self.next += 1;
            self.at_work.push(run);
            run
        })
    }

    /// Goes to the next one that nobody has found, or is finding; answers false where that is none of the next few.
    fn skip(&mut self, runs: &impl Runs, most: usize) -> bool {
        for _ in 0..most {
            if self.next >= self.end {
                return false;
            }
            if !self.at_work.contains(&self.next) && !runs.knows(self.next) {
                return true;
            }
            self.next += 1;
        }
        false
    }
}

impl Lead {
    fn state(&self) -> MutexGuard<'_, Finding> {
        // It is consistent between any two statements that could panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A listing has come to a run. Answers how many helpers shall begin, so that there are up to `most` of them.
    pub(super) fn come_to(&self, run: usize, runs: &impl Runs, most: impl FnOnce() -> usize) -> usize {
        let far = run.saturating_mul(RUN).clamp(NEAR, FAR) / RUN;
        let mut state = self.state();
        // It lagged behind, or went ahead of another listing. Where all ahead is known, it stands behind that.
        if !(run + 1..=run + far + 1).contains(&state.next) {
            state.next = run + 1;
        }
        state.end = (run + 1 + far).min(runs.runs());
        // Not for each run anew.
        if !state.skip(runs, LOOKS) || state.next > run + far.div_ceil(2) {
            return 0;
        }
        let more = most().saturating_sub(state.helpers);
        state.helpers += more;
        more
    }

    /// Sees to it that a run is found, by whomever.
    pub(super) fn have(&self, run: usize, runs: &impl Runs) {
        let mut state = self.state();
        while state.at_work.contains(&run) {
            if let Some(other) = state.take(runs) {
                drop(state);
                self.find(other, runs);
                state = self.state();
            } else {
                state.waiting += 1;
                state = self.found.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.waiting -= 1;
            }
        }
        if !runs.knows(run) {
            state.at_work.push(run);
            drop(state);
            self.find(run, runs);
        }
    }

    /// What a helper does: finds the next run. Answers false where there is none; then the helper has ended.
    pub(super) fn help(&self, runs: &impl Runs) -> bool {
        catch_unwind(AssertUnwindSafe(|| self.find_next(runs))).unwrap_or_else(|_| {
            log::error!("finding sizes: an internal error; the listing finds them itself");
            self.lose_helper();
            false
        })
    }

    fn find_next(&self, runs: &impl Runs) -> bool {
        let taken = {
            let mut state = self.state();
            let taken = state.take(runs);
            // Under the same lock: who wants more from here on sends for another.
            if taken.is_none() {
                state.helpers = state.helpers.saturating_sub(1);
            }
            taken
        };
        taken.inspect(|run| self.find(*run, runs)).is_some()
    }

    /// A helper that was to begin did not, or ends.
    pub(super) fn lose_helper(&self) {
        let mut state = self.state();
        state.helpers = state.helpers.saturating_sub(1);
    }

    /// Finds a run that is noted as being found.
    fn find(&self, run: usize, runs: &impl Runs) {
        let _found = Found { lead: self, run };
        runs.find(run);
    }
}

/// Tells the waiting threads, also when finding has panicked.
struct Found<'a> {
    lead: &'a Lead,
    run: usize,
}

impl Drop for Found<'_> {
    fn drop(&mut self) {
        let mut state = self.lead.state();
        state.at_work.retain(|run| *run != self.run);
        if state.waiting > 0 {
            self.lead.found.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;

    /// How often each run was found.
    struct Counts {
        found: Vec<AtomicUsize>,
        pause: Duration,
        panics: bool,
    }

    impl Counts {
        fn new(runs: usize) -> Counts {
            let found = (0..runs).map(|_| AtomicUsize::new(0)).collect();
            Counts { found, pause: Duration::ZERO, panics: false }
        }

        fn known(&self) -> Vec<usize> {
            (0..self.runs()).filter(|run| self.knows(*run)).collect()
        }
    }

    impl Runs for Counts {
        fn runs(&self) -> usize {
            self.found.len()
        }
        fn knows(&self, run: usize) -> bool {
            self.found[run].load(Ordering::SeqCst) > 0
        }
        fn find(&self, run: usize) {
            assert!(!self.panics, "made up");
            thread::sleep(self.pause);
            self.found[run].fetch_add(1, Ordering::SeqCst);
        }
    }

    fn run_helper(lead: &Lead, runs: &Counts) {
        while lead.help(runs) {}
    }

    #[test]
    fn helpers_go_ahead_a_little_and_end() {
        let (lead, runs) = (Lead::default(), Counts::new(1000));
        assert_eq!(lead.come_to(0, &runs, || 2), 2);
        assert_eq!(lead.come_to(0, &runs, || 2), 0, "they are on their way");
        run_helper(&lead, &runs);
        run_helper(&lead, &runs);
        assert_eq!(runs.known(), (1..=8).collect::<Vec<_>>());
        assert_eq!(lead.state().helpers, 0);
        // As long as half of that is still ahead nobody is sent for.
        lead.have(0, &runs);
        for run in 1..5 {
            assert_eq!(lead.come_to(run, &runs, || 2), 0, "{run}");
        }
        assert_eq!(lead.come_to(5, &runs, || 2), 2);
        run_helper(&lead, &runs);
        assert_eq!(runs.known(), (0..=13).collect::<Vec<_>>());
        // The further a listing has come, the more is found ahead; not beyond the last.
        lead.lose_helper();
        for (run, last) in [(64, 128), (500, 628), (900, 999)] {
            assert_eq!(lead.come_to(run, &runs, || 1), 1);
            run_helper(&lead, &runs);
            let ahead: Vec<_> = (run + 1..1000).filter(|run| runs.knows(*run)).collect();
            assert_eq!(ahead, (run + 1..=last).collect::<Vec<_>>());
        }
        assert!(runs.found.iter().all(|found| found.load(Ordering::SeqCst) <= 1));
        assert_eq!(lead.come_to(999, &runs, || panic!("nothing is left to find")), 0);
    }

    #[test]
    fn what_is_known_needs_no_helper() {
        let (lead, runs) = (Lead::default(), Counts::new(100));
        (0..100).for_each(|run| lead.have(run, &runs));
        (0..100).for_each(|run| assert_eq!(lead.come_to(run, &runs, || panic!("{run}")), 0));
    }

    #[test]
    fn many_listings_find_each_run_once() {
        let runs = Counts { pause: Duration::from_micros(50), ..Counts::new(300) };
        let lead = Lead::default();
        thread::scope(|scope| {
            for first in [0, 0, 150, 299] {
                let (lead, runs) = (&lead, &runs);
                scope.spawn(move || {
                    for run in (first..300).chain(0..first) {
                        for _ in 0..lead.come_to(run, runs, || 3) {
                            scope.spawn(|| run_helper(lead, runs));
                        }
                        lead.have(run, runs);
                        assert!(runs.knows(run), "{run}");
                    }
                });
            }
        });
        assert!(runs.found.iter().all(|found| found.load(Ordering::SeqCst) == 1));
        let state = lead.state();
        assert_eq!((state.helpers, state.waiting, state.at_work.len()), (0, 0, 0));
    }

    #[test]
    fn who_has_caught_up_helps() {
        let (lead, runs) = (Lead::default(), Counts::new(100));
        assert_eq!(lead.come_to(0, &runs, || 1), 1);
        let slow = lead.state().take(&runs).unwrap();
        assert_eq!(slow, 1);
        thread::scope(|scope| {
            let waits = scope.spawn(|| lead.have(slow, &runs));
            while lead.state().waiting == 0 {
                assert!(!waits.is_finished(), "somebody else is finding it");
                thread::yield_now();
            }
            assert_eq!(runs.known(), (2..=8).collect::<Vec<_>>());
            lead.find(slow, &runs);
        });
        assert!(runs.knows(slow));
    }

    #[test]
    fn a_helper_that_panics_keeps_nobody_waiting() {
        let (lead, runs) = (Lead::default(), Counts { panics: true, ..Counts::new(100) });
        assert_eq!(lead.come_to(0, &runs, || 1), 1);
        assert!(!lead.help(&runs));
        let runs = Counts::new(100);
        lead.have(1, &runs);
        assert!(runs.knows(1));
        assert_eq!(lead.come_to(0, &runs, || 1), 1, "another one may begin");
    }

    #[test]
    fn what_is_known_is_not_looked_at_again_for_each_part_of_a_listing() {
        struct Known(AtomicUsize);
        impl Runs for Known {
            fn runs(&self) -> usize {
                2000
            }
            fn knows(&self, _: usize) -> bool {
                self.0.fetch_add(1, Ordering::SeqCst);
                true
            }
            fn find(&self, _: usize) {}
        }
        let (lead, runs) = (Lead::default(), Known(AtomicUsize::new(0)));
        // Five parts of a listing fit a run. Another one is elsewhere meanwhile.
        for run in 0..1000 {
            for _ in 0..5 {
                assert_eq!(lead.come_to(run, &runs, || 0), 0);
                assert_eq!(lead.come_to(1000 + run / 2, &runs, || 0), 0);
            }
        }
        let asked = runs.0.load(Ordering::SeqCst);
        assert!(asked <= 2 * LOOKS * 5000, "{asked} looks at a whole run each, for 10000 parts");
    }
}
