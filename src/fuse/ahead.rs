//! Reading ahead, from file to file.
//!
//! A program that reads a folder from end to end (`grep -r`, `tar`, `cat *`) asks for one small file, sleeps, is woken,
//! and asks for the next: most of the time goes into the sleeping and waking. Where its reads follow the order of a
//! folder, the files behind are made meanwhile and put into the kernel's page cache, and the program finds them there.
//!
//! One that is quicker than they are made would catch up, and ask for each again. So where it has caught up its answer
//! waits until there are some files ahead of it.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::kernel::Kernel;
use crate::tree::{Forest, Ino};
use crate::wiped::Wiped;

/// Reads in a row that are taken for a run.
const RUN: u32 = 4;

/// Files that are made ahead at first; twice as many each time that the run goes on, up to the last number.
const FEWEST: usize = 16;
const MOST: usize = 256;

/// In a longer file the kernel reads ahead by itself.
const LONGEST: usize = 64 << 10;

/// Files that are ahead of a reader that had caught up, before it goes on; and how long it waits for them at most.
const LEAD: usize = 64;
const PATIENCE: Duration = Duration::from_millis(5);

/// Watches reads, and reads on.
pub(super) struct Ahead {
    forest: Arc<dyn Forest>,
    run: Mutex<Run>,
    going_on: Condvar,
    /// Told when there is a lead, or none is to be had.
    led: Condvar,
}

/// Reads that followed the order of a folder.
#[derive(Default)]
struct Run {
    length: u32,
    /// Files behind the one that was read last, in the folder's order.
    upcoming: VecDeque<Ino>,
    /// How many of them, from the front, are in the kernel's hands, or will be next.
    made: usize,
    /// The file that is being made, unless somebody reads it meanwhile.
    making: Option<Ino>,
    /// The file that the kernel is given.
    giving: Option<Ino>,
    /// Whether somebody makes files at all.
    makes: bool,
    /// Readers that wait for a lead.
    waiting: usize,
}

impl Run {
    fn window(&self) -> usize {
        match self.length.checked_sub(RUN) {
            Some(more) => FEWEST.checked_shl(more.min(8)).map_or(MOST, |files| files.min(MOST)),
            None => 0,
        }
    }

    /// A file is read from its start.
    fn note(&mut self, ino: Ino, forest: &dyn Forest) {
        self.making = self.making.filter(|making| *making != ino);
        match self.upcoming.iter().position(|expected| *expected == ino) {
            Some(place) => {
                self.upcoming.drain(..=place);
                self.made = self.made.saturating_sub(place + 1);
                self.length = self.length.saturating_add(1);
            }
            // What is in no such order has nothing to do with the run.
            None => {
                let Some(next) = forest.after(ino) else { return };
                self.upcoming.clear();
                self.upcoming.push_back(next);
                (self.length, self.made) = (1, 0);
            }
        }
        if self.upcoming.is_empty() {
            self.upcoming.extend(forest.after(ino));
        }
    }

    /// Whether the reader of a file should wait for those behind it.
    ///
    /// Not where the kernel is given that very file: it takes it only when the reader has it.
    fn lacks_lead(&self, ino: Ino) -> bool {
        self.builds_lead() && self.giving != Some(ino)
    }

    /// Whether there are few files ahead of the reader, and will be more.
    fn builds_lead(&self) -> bool {
        // The last one that was begun is not done.
        let at_work = self.making.or(self.giving);
        let done = self.made.saturating_sub(usize::from(at_work.is_some()));
        let more = self.made < self.upcoming.len() || at_work.is_some();
        self.makes && more && done < self.window().min(LEAD)
    }

    /// The next file to make; one more is then expected behind it.
    fn next(&mut self, forest: &dyn Forest) -> Option<Ino> {
        let ino = *self.upcoming.get(self.made).filter(|_| self.made < self.window())?;
        self.made += 1;
        if self.made == self.upcoming.len() {
            self.upcoming.extend(forest.after(ino));
        }
        Some(ino)
    }
}

impl Ahead {
    pub(super) fn new(forest: Arc<dyn Forest>) -> Ahead {
        Ahead { forest, run: Mutex::default(), going_on: Condvar::new(), led: Condvar::new() }
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A file is read from its start: makes those behind it if it is one of a run, and waits where the reader has
    /// caught up.
    pub(super) fn note(&self, ino: Ino) {
        let mut run = self.run();
        run.note(ino, &*self.forest);
        if run.made < run.window() {
            self.going_on.notify_one();
        }
        // One at a time: the others' requests need somebody who takes them.
        if run.waiting == 0 && run.lacks_lead(ino) {
            run.waiting += 1;
            let lacks = |run: &mut Run| run.lacks_lead(ino);
            let waited = self.led.wait_timeout_while(run, PATIENCE, lacks);
            waited.unwrap_or_else(PoisonError::into_inner).0.waiting -= 1;
        }
    }

    /// Makes files ahead, on a thread of its own, until the kernel no longer takes them.
    pub(super) fn begin(self: &Arc<Self>, kernel: Kernel) {
        let ahead = self.clone();
        let work = move || {
            let _end = End(&ahead);
            let mut bytes = Wiped::with_capacity(LONGEST);
            loop {
                let ino = ahead.next();
                let made = catch_unwind(AssertUnwindSafe(|| ahead.make(ino, &kernel, &mut bytes)));
                match made {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => return log::debug!("nothing is read ahead any more: {error}"),
                    Err(_) => log::error!("reading ahead: an internal error; the mount goes on"),
                }
            }
        };
        self.run().makes = true;
        if let Err(error) = thread::Builder::new().name("ahead".to_owned()).spawn(work) {
            log::info!("nothing is read ahead: {error}");
            self.run().makes = false;
        }
    }

    /// Waits for the next file to make; the one before it is made.
    fn next(&self) -> Ino {
        let mut run = self.run();
        (run.making, run.giving) = (None, None);
        loop {
            let next = run.next(&*self.forest);
            run.making = next;
            if run.waiting > 0 && !run.builds_lead() {
                self.led.notify_all();
            }
            if let Some(ino) = next {
                return ino;
            }
            run = self.going_on.wait(run).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn make(&self, ino: Ino, kernel: &Kernel, bytes: &mut Wiped) -> io::Result<()> {
        let changes = kernel.changes();
        bytes.clear();
        let read = self.forest.read(ino, 0, LONGEST, &mut |piece| {
            let room = LONGEST.saturating_sub(bytes.len());
            bytes.extend_from_slice(piece.get(..room).unwrap_or(piece));
        });
        if read.is_err() || bytes.is_empty() || bytes.len() == LONGEST {
            return Ok(());
        }
        {
            let mut run = self.run();
            if run.making != Some(ino) {
                return Ok(());
            }
            (run.making, run.giving) = (None, Some(ino));
        }
        kernel.hand_over(ino, bytes)?;
        // What changed since it was read may have been told of before it was handed over.
        if kernel.changes() != changes { kernel.content_changed(ino) } else { Ok(()) }
    }
}

/// Whoever makes files ends, in whatever way: nobody waits for him any more.
struct End<'a>(&'a Ahead);

impl Drop for End<'_> {
    fn drop(&mut self) {
        let mut run = self.0.run();
        (run.makes, run.making, run.giving) = (false, None, None);
        self.0.led.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{Attr, Found, Row, Totals, TreeError};

    /// Files 2 to 999, in this order.
    struct Numbers;

    impl Forest for Numbers {
        fn lookup(&self, _: Ino, _: &[u8]) -> Result<Found, TreeError> {
            Err(TreeError::NotFound)
        }
        fn attr(&self, _: Ino) -> Result<Attr, TreeError> {
            Err(TreeError::NotFound)
        }
        fn read(&self, _: Ino, _: u64, _: usize, _: &mut dyn FnMut(&[u8])) -> Result<(), TreeError> {
            Err(TreeError::NotFound)
        }
        fn target(&self, _: Ino) -> Result<Vec<u8>, TreeError> {
            Err(TreeError::NotFound)
        }
        fn list(&self, _: Ino, _: u64, _: bool, _: &mut dyn FnMut(Row<'_>) -> bool) -> Result<(), TreeError> {
            Ok(())
        }
        fn parent(&self, folder: Ino) -> Ino {
            folder
        }
        fn totals(&self) -> Totals {
            Totals::default()
        }
        fn after(&self, ino: Ino) -> Option<Ino> {
            (ino.0 < 999).then_some(Ino(ino.0 + 1))
        }
    }

    const NONE: [u64; 0] = [];

    #[test]
    fn who_has_caught_up_waits_for_a_lead() {
        let ahead = Ahead::new(Arc::new(Numbers));
        [10, 11, 12, 13].into_iter().for_each(|ino| ahead.note(Ino(ino)));
        assert!(!ahead.run().lacks_lead(Ino(13)), "nobody makes files");
        ahead.run().makes = true;
        assert!(ahead.run().lacks_lead(Ino(13)));
        // The one that is being made is not done.
        for next in 14..30 {
            assert!(ahead.run().lacks_lead(Ino(13)), "{next}");
            assert_eq!(ahead.next(), Ino(next));
        }
        ahead.run().making = None;
        assert!(!ahead.run().lacks_lead(Ino(13)));
        // Who reads what is being made takes it over; who reads what the kernel is given would wait for himself.
        let mut run = ahead.run();
        (run.made, run.making) = (1, Some(Ino(14)));
        run.note(Ino(14), &Numbers);
        assert!(run.making.is_none() && run.lacks_lead(Ino(14)));
        run.giving = Some(Ino(14));
        assert!(!run.lacks_lead(Ino(14)));
        // At the end of a folder there is no more to wait for.
        run.giving = None;
        (995..=999).for_each(|ino| run.note(Ino(ino), &Numbers));
        assert!(run.length >= RUN && !run.lacks_lead(Ino(999)));
        drop(run);
        // Nor when nobody makes files any more.
        [10, 11, 12, 13].into_iter().for_each(|ino| ahead.run().note(Ino(ino), &Numbers));
        assert!(ahead.run().lacks_lead(Ino(13)));
        drop(End(&ahead));
        assert!(!ahead.run().lacks_lead(Ino(13)));
    }

    #[test]
    fn what_is_in_no_order_is_no_part_of_a_run() {
        let ahead = Ahead::new(Arc::new(Numbers));
        [10, 11, 12, 13].into_iter().for_each(|ino| ahead.note(Ino(ino)));
        ahead.note(Ino(5000));
        assert_eq!(made(&ahead), (14..30).collect::<Vec<_>>());
    }

    fn made(ahead: &Ahead) -> Vec<u64> {
        let mut run = ahead.run();
        std::iter::from_fn(|| run.next(&Numbers)).map(|ino| ino.0).collect()
    }

    #[test]
    fn four_reads_in_a_row_are_a_run() {
        let ahead = Ahead::new(Arc::new(Numbers));
        for ino in [10, 11, 12] {
            ahead.note(Ino(ino));
            assert_eq!(made(&ahead), NONE);
        }
        ahead.note(Ino(13));
        assert_eq!(made(&ahead), (14..30).collect::<Vec<_>>());
        assert_eq!(made(&ahead), NONE, "no more before the reader has come near");
        // It found all of them, and asks for the next: the run goes on, with more.
        ahead.note(Ino(30));
        assert_eq!(made(&ahead), (31..63).collect::<Vec<_>>());
    }

    #[test]
    fn who_overtakes_is_not_served_what_he_has() {
        let ahead = Ahead::new(Arc::new(Numbers));
        [10, 11, 12, 13].into_iter().for_each(|ino| ahead.note(Ino(ino)));
        assert_eq!(ahead.next(), Ino(14));
        ahead.note(Ino(15));
        assert_eq!(ahead.next(), Ino(16));
        ahead.note(Ino(16));
        assert_eq!(ahead.next(), Ino(17));
    }

    #[test]
    fn jumping_about_ends_a_run() {
        let ahead = Ahead::new(Arc::new(Numbers));
        [10, 11, 12, 13].into_iter().for_each(|ino| ahead.note(Ino(ino)));
        ahead.note(Ino(500));
        assert_eq!(made(&ahead), NONE);
    }

    #[test]
    fn a_folder_ends() {
        let ahead = Ahead::new(Arc::new(Numbers));
        [992, 993, 994, 995].into_iter().for_each(|ino| ahead.note(Ino(ino)));
        assert_eq!(made(&ahead), [996, 997, 998, 999]);
        ahead.note(Ino(999));
        assert_eq!(made(&ahead), NONE);
    }
}
