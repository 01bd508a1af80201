//! Reading ahead, from file to file.
//!
//! A program that reads a folder from end to end (`grep -r`, `tar`, `cat *`) asks for one small file, sleeps, is woken,
//! and asks for the next: most of the time goes into the sleeping and waking. Where its reads follow the order of a
//! folder, the files behind are made meanwhile and put into the kernel's page cache, and the program finds them there.
//!
//! One that is quicker than they are made would catch up, and ask for each again. So where it has caught up its answer
//! waits until there are some files ahead of it. To make a file takes longer than to read it, so two make them where
//! there is more than one core.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::kernel::Kernel;
use super::run::{Begun, Run};
use crate::tree::{Forest, Ino};

/// Most threads that make files.
const MAKERS: usize = 2;

/// In a longer file the kernel reads ahead by itself.
const LONGEST: usize = 64 << 10;

/// How long a reader that has caught up waits for a lead at most.
const PATIENCE: Duration = Duration::from_millis(5);

/// Watches reads, and reads on.
pub(super) struct Ahead {
    forest: Arc<dyn Forest>,
    run: Mutex<Run>,
    going_on: Condvar,
    /// Told when there is a lead, or none is to be had.
    led: Condvar,
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
        let may_wait = run.note(ino, &*self.forest);
        if run.wants_makers() {
            self.going_on.notify_all();
        }
        // One at a time: the others' requests need somebody who takes them.
        if may_wait && run.waiting == 0 && run.is_caught_up() {
            run.waiting += 1;
            let waited = self.led.wait_timeout_while(run, PATIENCE, |run| run.lacks_lead());
            waited.unwrap_or_else(PoisonError::into_inner).0.waiting -= 1;
        }
    }

    /// Makes files ahead, on threads of its own, until the kernel no longer takes them.
    pub(super) fn begin(self: &Arc<Self>, kernel: &Kernel) {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        for _ in 0..cores.min(MAKERS) {
            let (ahead, kernel) = (self.clone(), kernel.clone());
            self.run().makers += 1;
            let work = move || {
                let _end = End(&ahead);
                ahead.work(&kernel);
            };
            if let Err(error) = thread::Builder::new().name("ahead".to_owned()).spawn(work) {
                log::info!("nothing is read ahead: {error}");
                self.run().makers -= 1;
            }
        }
    }

    fn work(&self, kernel: &Kernel) {
        let mut files = Vec::new();
        loop {
            self.next(&mut files);
            let made = catch_unwind(AssertUnwindSafe(|| self.make(&files, kernel)));
            self.done(&files);
            match made {
                Ok(Ok(())) => {}
                Ok(Err(error)) => return log::debug!("nothing is read ahead any more: {error}"),
                Err(_) => log::error!("reading ahead: an internal error; the mount goes on"),
            }
        }
    }

    /// Waits for the next files to make.
    fn next(&self, files: &mut Vec<Begun>) {
        let mut run = self.run();
        loop {
            run.take(&*self.forest, files);
            if !files.is_empty() {
                return;
            }
            self.tell(&run);
            run = self.going_on.wait(run).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Who waits for a lead goes on where there is one.
    fn tell(&self, run: &Run) {
        if run.waiting > 0 && !run.lacks_lead() {
            self.led.notify_all();
        }
    }

    fn done(&self, files: &[Begun]) {
        let mut run = self.run();
        files.iter().for_each(|file| run.done(*file));
        self.tell(&run);
    }

    fn make(&self, files: &[Begun], kernel: &Kernel) -> io::Result<()> {
        let changes = kernel.changes();
        let inos: Vec<Ino> = files.iter().map(|file| file.ino).collect();
        let mut answer = Ok(());
        self.forest.read_each(&inos, LONGEST, &mut |at, bytes| {
            let Some(file) = files.get(at) else { return false };
            if self.run().give(*file) {
                answer = kernel.hand_over(file.ino, bytes);
                // What changed since it was read may have been told of before it was handed over.
                if answer.is_ok() && kernel.changes() != changes {
                    answer = kernel.content_changed(file.ino);
                }
                self.done(&[*file]);
            }
            answer.is_ok()
        });
        answer
    }
}

/// Whoever makes files ends, in whatever way: nobody waits for him any more.
struct End<'a>(&'a Ahead);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.run().makers -= 1;
        self.0.led.notify_all();
    }
}
