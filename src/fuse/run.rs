//! Reads that follow an order of a folder, and the files behind them that are made meanwhile.

use std::collections::VecDeque;

use crate::tree::{Forest, Ino, Order};

/// Reads in a row that are taken for a run.
const RUN: u32 = 4;

/// Files that are made ahead at first; twice as many each time that the run goes on, up to the last number.
const FEWEST: usize = 16;
const MOST: usize = 256;

/// Files that one maker takes at a time, at most: what lies one behind the other is read from disk at once.
const BATCH: usize = 16;

/// One file of so many is left to be asked for: that tells how far the reader has come before he is through with all
/// that was made.
const LEFT: usize = 64;

/// Files that are ahead of a reader that had caught up, before it goes on; and of one that had not, at least.
const LEAD: usize = 64;
const NEAR: usize = 8;

/// How far a file is that is expected to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Nobody has begun with it.
    Expected,
    /// It is being made, unless somebody reads it meanwhile.
    InTheMaking,
    /// The kernel is given it.
    Giving,
    /// The kernel has it, or shall ask for it.
    Done,
}

/// A file that somebody has begun with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun {
    pub(super) ino: Ino,
    number: u64,
}

/// Reads that followed an order of a folder.
#[derive(Default)]
pub(super) struct Run {
    length: u32,
    /// True where they go by name.
    named: bool,
    /// Files behind the one that was read last, in that order.
    upcoming: VecDeque<(Ino, Stage)>,
    /// Behind the first of a run, the file that is the next by name.
    next_by_name: Option<Ino>,
    /// The number of the first of them; each that was ever expected has its own.
    first: u64,
    /// How many of them, from the front, somebody has begun with.
    begun: usize,
    /// Files that were begun with in this run.
    taken: usize,
    /// How many make files.
    pub(super) makers: usize,
    /// Readers that wait for a lead.
    pub(super) waiting: usize,
}

impl Run {
    fn window(&self) -> usize {
        match self.length.checked_sub(RUN) {
            Some(more) => FEWEST.checked_shl(more.min(8)).map_or(MOST, |files| files.min(MOST)),
            None => 0,
        }
    }

    /// A file is read from its start. Answers whether its reader may wait for those behind it: not where the kernel is
    /// given that very file, which it takes only when the reader has it.
    pub(super) fn note(&mut self, ino: Ino, forest: &dyn Forest) -> bool {
        if let Some(place) = self.upcoming.iter().position(|(expected, _)| *expected == ino) {
            let last = self.upcoming.drain(..=place).next_back();
            self.first += place as u64 + 1;
            self.begun = self.begun.saturating_sub(place + 1);
            self.length = self.length.saturating_add(1);
            self.next_by_name = None;
            if self.upcoming.is_empty() {
                self.expect(forest.after(ino, self.order()));
            }
            return last.is_none_or(|(_, stage)| stage != Stage::Giving);
        }
        let [listed, by_name] = [Order::Listed, Order::Named].map(|order| forest.after(ino, order));
        // What is in no such order has nothing to do with the run.
        if listed.or(by_name).is_some() {
            let named = self.next_by_name == Some(ino);
            self.first += self.upcoming.len() as u64;
            self.upcoming.clear();
            (self.begun, self.taken, self.named) = (0, 0, named);
            (self.length, self.next_by_name) = if named { (2, None) } else { (1, by_name) };
            self.expect(if named { by_name } else { listed });
        }
        true
    }

    fn order(&self) -> Order {
        if self.named { Order::Named } else { Order::Listed }
    }

    fn expect(&mut self, file: Option<Ino>) {
        self.upcoming.extend(file.map(|ino| (ino, Stage::Expected)));
    }

    /// True if there is something to make.
    pub(super) fn wants_makers(&self) -> bool {
        self.begun < self.window()
    }

    /// Whether the reader has caught up, or almost, and there will be more files.
    pub(super) fn is_caught_up(&self) -> bool {
        self.lacks(NEAR)
    }

    /// Whether who had caught up lacks a lead that is to be had.
    pub(super) fn lacks_lead(&self) -> bool {
        self.lacks(LEAD)
    }

    fn lacks(&self, lead: usize) -> bool {
        let done = |(_, stage): &&(Ino, Stage)| *stage == Stage::Done;
        let lead = self.window().min(lead);
        // The first that is not done is expected, or somebody is at it.
        self.makers > 0 && lead > 0 && {
            let ahead = self.upcoming.iter().take(lead).take_while(done).count();
            ahead < lead && ahead < self.upcoming.len()
        }
    }

    /// Takes the next files to make; one more is then expected behind them.
    pub(super) fn take(&mut self, forest: &dyn Forest, files: &mut Vec<Begun>) {
        files.clear();
        let order = self.order();
        let all = self.window().saturating_sub(self.begun);
        let share = all.div_ceil(self.makers.max(1)).min(BATCH);
        while files.len() < share && self.begun < self.window() {
            let number = self.first + self.begun as u64;
            let Some((ino, stage)) = self.upcoming.get_mut(self.begun) else { return };
            let ino = *ino;
            self.begun += 1;
            self.taken += 1;
            *stage = if self.taken.is_multiple_of(LEFT) { Stage::Done } else { Stage::InTheMaking };
            if *stage == Stage::InTheMaking {
                files.push(Begun { ino, number });
            }
            if self.begun == self.upcoming.len() {
                self.expect(forest.after(ino, order));
            }
        }
    }

    fn stage_of(&mut self, file: Begun) -> Option<&mut Stage> {
        let place = usize::try_from(file.number.checked_sub(self.first)?).ok()?;
        self.upcoming.get_mut(place).map(|(_, stage)| stage)
    }

    /// A file is made. Answers false where it was read meanwhile, or the reader is elsewhere.
    pub(super) fn give(&mut self, file: Begun) -> bool {
        match self.stage_of(file) {
            Some(stage @ Stage::InTheMaking) => {
                *stage = Stage::Giving;
                true
            }
            _ => false,
        }
    }

    /// Nobody is at a file any more: the kernel has it, or will ask for it.
    pub(super) fn done(&mut self, file: Begun) {
        if let Some(stage) = self.stage_of(file) {
            *stage = Stage::Done;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::testing::Stub;

    /// Files 2 to 999, in this order.
    struct Numbers;

    impl Stub for Numbers {
        fn behind(&self, ino: Ino, order: Order) -> Option<Ino> {
            match order {
                Order::Listed => (ino.0 < 999).then_some(Ino(ino.0 + 1)),
                // Backwards.
                Order::Named => (3..=999).contains(&ino.0).then(|| Ino(ino.0 - 1)),
            }
        }
    }

    const NONE: [u64; 0] = [];

    fn run_of(files: impl IntoIterator<Item = u64>) -> Run {
        let mut run = Run { makers: 1, ..Run::default() };
        files.into_iter().for_each(|ino| _ = run.note(Ino(ino), &Numbers));
        run
    }

    fn take(run: &mut Run) -> Vec<Begun> {
        let mut files = Vec::new();
        run.take(&Numbers, &mut files);
        files
    }

    fn numbers(files: &[Begun]) -> Vec<u64> {
        files.iter().map(|file| file.ino.0).collect()
    }

    /// All that there is to make, made.
    fn made(run: &mut Run) -> Vec<u64> {
        let mut all = Vec::new();
        loop {
            let files = take(run);
            if files.is_empty() {
                return all;
            }
            all.extend(numbers(&files));
            files.into_iter().for_each(|file| run.done(file));
        }
    }

    #[test]
    fn who_has_caught_up_waits_for_a_lead() {
        let mut run = run_of([10, 11, 12, 13]);
        run.makers = 0;
        assert!(!run.lacks_lead(), "nobody makes files");
        run.makers = 1;
        assert!(run.is_caught_up());
        let files = take(&mut run);
        assert_eq!(numbers(&files), (14..30).collect::<Vec<_>>());
        // What is behind one that is not done is of no use yet.
        for file in files.iter().rev() {
            assert!(run.lacks_lead(), "{}", file.ino.0);
            assert!(run.give(*file) && run.lacks_lead());
            run.done(*file);
        }
        assert!(!run.lacks_lead());
        // At the end of a folder there is no more to wait for.
        let mut run = run_of(995..=999);
        assert!(run.length >= RUN && !run.lacks_lead());
        run.makers = 0;
        assert!(!run.lacks_lead());
    }

    #[test]
    fn who_reads_what_is_being_made_takes_it_over() {
        let mut run = run_of([10, 11, 12, 13]);
        let files = take(&mut run);
        assert!(run.note(Ino(14), &Numbers));
        assert!(!run.give(files[0]) && run.give(files[1]));
        // Who reads what the kernel is given would wait for himself.
        assert!(!run.note(Ino(15), &Numbers));
        run.done(files[1]);
        assert!(run.note(Ino(16), &Numbers));
        assert!(!run.give(files[2]) && run.give(files[3]));
        // Where the reader has gone elsewhere nothing is given any more, be it of the same number again.
        run.note(Ino(500), &Numbers);
        (10..14).for_each(|ino| _ = run.note(Ino(ino), &Numbers));
        assert!(!files.iter().any(|file| run.give(*file)));
    }

    #[test]
    fn makers_share_what_there_is() {
        let mut run = run_of([10, 11, 12, 13]);
        run.makers = 2;
        assert_eq!([take(&mut run), take(&mut run)].map(|files| files.len()), [8, 4]);
        let mut run = run_of(10..30);
        run.makers = 2;
        assert_eq!([take(&mut run), take(&mut run)].map(|files| files.len()), [16, 16]);
    }

    #[test]
    fn what_is_in_no_order_is_no_part_of_a_run() {
        let mut run = run_of([10, 11, 12, 13]);
        run.note(Ino(5000), &Numbers);
        assert_eq!(made(&mut run), (14..30).collect::<Vec<_>>());
        let mut run = run_of([500, 5000, 499, 5000, 498, 5000, 497, 5000]);
        assert_eq!(made(&mut run), (481..497).rev().collect::<Vec<_>>());
    }

    #[test]
    fn four_reads_in_a_row_are_a_run() {
        let mut run = run_of([]);
        for ino in [10, 11, 12] {
            run.note(Ino(ino), &Numbers);
            assert_eq!(made(&mut run), NONE);
        }
        run.note(Ino(13), &Numbers);
        assert_eq!(made(&mut run), (14..30).collect::<Vec<_>>());
        assert_eq!(made(&mut run), NONE, "no more before the reader has come near");
        // It found all of them, and asks for the next: the run goes on, with more.
        run.note(Ino(30), &Numbers);
        assert_eq!(made(&mut run), (31..63).collect::<Vec<_>>());
        // One is left to be asked for.
        run.note(Ino(63), &Numbers);
        let behind: Vec<_> = (64..128).filter(|ino| *ino != 79).collect();
        assert_eq!(made(&mut run), behind);
        assert!(!run.lacks_lead());
        run.note(Ino(79), &Numbers);
        assert!(run.wants_makers() && run.lacks_lead() && !run.is_caught_up());
    }

    #[test]
    fn who_reads_by_name_is_followed_too() {
        let mut run = run_of([500, 499, 498]);
        assert_eq!(made(&mut run), NONE);
        run.note(Ino(497), &Numbers);
        assert_eq!(made(&mut run), (481..497).rev().collect::<Vec<_>>());
        // At an end by name it is not taken for one that goes on as listed.
        run.note(Ino(481), &Numbers);
        assert_eq!(made(&mut run)[..3], [480, 479, 478]);
        let mut run = run_of([5, 4, 3, 2]);
        assert_eq!(made(&mut run), NONE);
        assert!(!run.lacks_lead());
        // Who turns around begins anew, in either order.
        let mut run = run_of([500, 499, 498, 497, 498, 499, 500]);
        assert_eq!(made(&mut run), NONE);
        run.note(Ino(501), &Numbers);
        assert_eq!(made(&mut run)[..3], [502, 503, 504]);
    }

    #[test]
    fn who_overtakes_is_not_served_what_he_has() {
        let mut run = run_of([10, 11, 12, 13]);
        run.makers = 16;
        let first = take(&mut run);
        assert_eq!(numbers(&first), [14]);
        run.note(Ino(15), &Numbers);
        assert!(!run.give(first[0]));
        assert_eq!(numbers(&take(&mut run))[0], 16);
        run.note(Ino(17), &Numbers);
        assert_eq!(numbers(&take(&mut run))[0], 18);
    }

    #[test]
    fn jumping_about_ends_a_run() {
        let mut run = run_of([10, 11, 12, 13]);
        run.note(Ino(500), &Numbers);
        assert_eq!(made(&mut run), NONE);
        assert!(!run.lacks_lead());
    }

    #[test]
    fn a_folder_ends() {
        let mut run = run_of([992, 993, 994, 995]);
        assert_eq!(made(&mut run), [996, 997, 998, 999]);
        assert!(!run.lacks_lead(), "there are no more");
        run.note(Ino(999), &Numbers);
        assert_eq!(made(&mut run), NONE);
    }
}
