//! Notices what a running daemon wrote, and feeds it in: the tree shows the directory as it is, and the kernel
//! forgets what has changed. Nothing is locked and nothing is written (format 11).

mod door;
mod signature;
mod watch;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::disk::Source;
use crate::fuse::Kernel;
use crate::seal::UnlockKey;
use crate::store::{State, StoreError, Tail};
use crate::tree::{Change, Forest, Ino, Tree};
use signature::Signature;
use watch::Watch;

/// Some media tell nothing of changes; then this is how late they are seen.
const POLL: Duration = Duration::from_secs(4);

/// How soon a half-written record is looked at again.
const RETRY: Duration = Duration::from_millis(20);

/// A daemon writes in bursts; one look serves what was written since the last.
const PAUSE: Duration = Duration::from_millis(5);

/// Looks at a tail that is no record yet.
const PATIENCE: u32 = 50;

/// A request that began before a change may answer after the kernel was told; so it is told once more.
const TELL_AGAIN: Duration = Duration::from_millis(250);

pub use door::{door_of, knock};

/// Follows the directory at `path` from threads of its own, for as long as the process lives. `door` is where a key
/// may be given later.
pub fn follow(path: &Path, tree: Arc<Tree>, kernel: Kernel, door: &Path) -> io::Result<()> {
    let follower = Follower {
        path: path.to_owned(),
        seen: None,
        shown: None,
        patience: PATIENCE,
        tree,
        kernel,
        watch: Arc::new(Watch::new()),
        told: Vec::new(),
    };
    let shared = Arc::new(Mutex::new(follower));
    let unlocking = shared.clone();
    // Without a door, a mount still follows; it only cannot be given a key.
    if let Err(error) = door::keep(door, move |key| locked(&unlocking).unlock(key)) {
        log::info!("{}: no key can be given to this mount later: {error}", door.display());
    }
    thread::Builder::new().name("follow".to_owned()).spawn(move || run(&shared))?;
    Ok(())
}

fn locked(follower: &Mutex<Follower>) -> MutexGuard<'_, Follower> {
    follower.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run(shared: &Mutex<Follower>) {
    locked(shared).begin();
    let mut whole_before = false;
    loop {
        let begun = Instant::now();
        let (watch, longest, whole) = {
            let mut follower = locked(shared);
            let whole = follower.look();
            follower.tell_again();
            (follower.watch.clone(), follower.longest_wait(), whole)
        };
        // A change costs what has changed. Where the whole log has to be read again and again, that takes no more
        // than a quarter of the time.
        thread::sleep(if whole && whole_before { PAUSE.max(begun.elapsed() * 3) } else { PAUSE });
        whole_before = whole;
        watch.wait(longest);
    }
}

struct Follower {
    path: PathBuf,
    tree: Arc<Tree>,
    kernel: Kernel,
    watch: Arc<Watch>,
    /// What the directory looked like when it was read last.
    seen: Option<Signature>,
    /// The same of what is shown.
    shown: Option<Signature>,
    /// How often the same unread tail is looked at again before it is left alone.
    patience: u32,
    /// What was told and is to be told again, and when.
    told: Vec<(Instant, Vec<Change>)>,
}

impl Follower {
    fn begin(&mut self) {
        let state = self.tree.state();
        self.watch.look_at(&self.path, &state);
        self.seen = Signature::of(&self.path, &state);
    }

    fn longest_wait(&self) -> Duration {
        let due = self.told.first().map(|(due, _)| due.saturating_duration_since(Instant::now()));
        let longest = if self.seen.is_some() { POLL } else { RETRY };
        due.unwrap_or(longest).min(longest)
    }

    /// Reads the directory again where it is no longer what was seen. True where all of the log had to be read.
    fn look(&mut self) -> bool {
        self.tell(&self.tree.untold());
        let state = self.tree.state();
        let now = Signature::of(&self.path, &state);
        // Nothing there to be read: what was read stays in sight.
        let Some(now) = now.filter(|now| Some(now) != self.seen.as_ref()) else { return false };
        let tail = if self.patience > 0 { Tail::Awaited } else { Tail::Shown };
        match self.read(&[], tail) {
            Ok(next) => {
                // Of a record that is awaited there is nothing to be shown yet.
                let nothing_new = next.waits()
                    && signature::end(&next) == signature::end(&state)
                    && self.shown.as_ref().is_some_and(|shown| shown.has_the_files_of(&now));
                if !nothing_new {
                    self.show(&next);
                    self.shown = Some(now.clone());
                }
                self.seen = self.settled(now, &next);
                state.has_content() && !next.index().continues(state.index())
            }
            Err(error) => {
                log::warn!("{:?} cannot be followed at the moment: {error}", self.path);
                false
            }
        }
    }

    /// The directory as it is now.
    fn read(&self, keys: &[UnlockKey], tail: Tail) -> Result<Arc<State>, StoreError> {
        Ok(Arc::new(self.tree.state().reopen(Source::folder(&self.path)?, keys, tail)?))
    }

    fn show(&mut self, next: &Arc<State>) {
        let changes = self.tree.begin(next.clone());
        // One that begins anew has a number that no kernel knows yet.
        for ino in self.tree.growing().into_iter().filter(|ino| !changes.contains(&Change::Content(*ino))) {
            self.tree.settle(ino);
        }
        self.tell(&changes);
        self.told.push((Instant::now() + TELL_AGAIN, changes));
        self.watch.look_at(&self.path, next);
    }

    /// Takes a key that somebody gave.
    fn unlock(&mut self, key: &[u8]) -> Result<(), String> {
        let key = UnlockKey::parse(key).map_err(|error| error.to_string())?;
        let next = self.read(&[key], Tail::Awaited).map_err(|error| error.to_string())?;
        self.show(&next);
        if next.unused_key() { Err("this directory is not locked; no key is needed".into()) } else { Ok(()) }
    }

    /// What counts as seen. A record that was half-written is looked at again, but not for ever (format 11.4): then
    /// it is shown as what it is.
    fn settled(&mut self, now: Signature, read: &State) -> Option<Signature> {
        let tail = signature::next_record(read);
        if tail == 0 && !read.waits() {
            self.patience = PATIENCE;
            return Some(now.with_tail(tail));
        }
        let given_up = self.patience == 0;
        self.patience = self.patience.saturating_sub(1);
        given_up.then(|| now.with_tail(tail))
    }

    /// Names come last: telling of one waits for whoever lists its folder at the moment.
    fn tell(&self, changes: &[Change]) {
        let growing = self.tree.growing();
        for change in changes {
            if let Change::Content(ino) = change
                && !growing.contains(ino)
            {
                note_untold(self.kernel.content_changed(*ino));
            }
        }
        let grown = growing.into_iter().filter(|ino| changes.contains(&Change::Content(*ino)));
        grown.for_each(|ino| self.tell_grown(ino));
        for change in changes {
            if let Change::Name(folder, name) = change {
                note_untold(self.kernel.name_changed(*folder, name));
            }
        }
    }

    /// Of a file that grows, the old end is forgotten, then the new size is told, then it is set; with nothing in
    /// between, so that who is told of it reads that far.
    fn tell_grown(&self, ino: Ino) {
        // Both are measured before anything is told.
        let sizes = || Some((self.tree.attr(ino).ok()?.size, self.tree.grown(ino)?));
        let sizes = if self.kernel.asked(ino) { sizes() } else { None };
        note_untold(self.kernel.changed_from(ino, sizes.map_or(0, |(before, _)| before)));
        let settled = self.tree.settle(ino).filter(|_| sizes.is_some());
        if let Some(now) = settled.and_then(|settled| settled.size()) {
            note_untold(self.kernel.set_size(ino, now));
        }
    }

    fn tell_again(&mut self) {
        let now = Instant::now();
        let due = self.told.iter().take_while(|(due, _)| *due <= now).count();
        let due: Vec<_> = self.told.drain(..due).collect();
        due.iter().for_each(|(_, changes)| self.tell(changes));
    }
}

fn note_untold(told: io::Result<()>) {
    if let Err(error) = told {
        log::debug!("the kernel was not told of a change: {error}");
    }
}
