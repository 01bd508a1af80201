//! The folder of the caches: outside of the evidence, and the one place where anything is ever written.

use std::collections::HashSet;
use std::fs::{DirBuilder, File};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use nix::fcntl::{OFlag, open, openat, renameat};
use nix::sys::stat::{Mode, fstat};
use nix::unistd::{UnlinkatFlags, unlinkat};
use sha2::{Digest, Sha256};

use super::super::doubt::Doubt;
use super::super::{State, StoreError};
use super::cover::Cover;
use super::{Numbers, Recalled, open as open_cache, read, write, write_index};
use crate::disk::{Kind, Log, Source};

/// Folders below a state directory that are looked at; a daemon makes about ten.
const MAX_FOLDERS: usize = 1000;

/// Folders above the cache's that are looked at; paths are not longer.
const MAX_DEPTH: usize = 4096;

/// A file that was half-written this long ago is nobody's any more.
const STALE: Duration = Duration::from_secs(3600);

/// How soon a cache is written again, at least, while a mount goes on.
const PAUSE: Duration = Duration::from_secs(300);

/// Numbers that are worth telling of.
const MANY: u64 = 1024;

/// The folder that `--index-cache` names.
#[derive(Debug)]
pub struct IndexCache {
    folder: OwnedFd,
    kept: Mutex<Kept>,
    news: Condvar,
    /// How many numbers were found since they were kept.
    found: AtomicU64,
}

/// What is known of the file.
#[derive(Debug, Default)]
struct Kept {
    /// What it covers, its entries, and since when.
    last: Option<(Cover, usize, Instant)>,
    /// When numbers were kept.
    numbers: Option<Instant>,
    /// A pass was made since somebody waited for one.
    news: bool,
    /// How often all was thrown away.
    forgotten: u64,
}

/// When a cache is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Where there is none, or much has come since, and not more often than every few minutes.
    Rarely,
    /// Where it is not what is known now.
    AtLast,
}

impl IndexCache {
    /// Opens the folder, or makes it (not its parents). One in the state directory is refused, by whatever links or
    /// mounts its path leads there.
    pub fn open(folder: &Path, state: &Source) -> Result<IndexCache, StoreError> {
        let shown = || folder.display().to_string();
        let failed = |source: io::Error| StoreError::CacheFolder { folder: shown(), source };
        let evidence = folders_of(state);
        let refuse_below = |fd: &OwnedFd| match is_below(fd, &evidence) {
            Ok(false) => Ok(()),
            Ok(true) => Err(StoreError::CacheInState { folder: shown() }),
            Err(error) => Err(failed(error)),
        };
        if !folder.exists() {
            // Looked at before anything is made there.
            let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            refuse_below(&folder_at(parent).map_err(failed)?)?;
            DirBuilder::new().mode(0o700).create(folder).map_err(failed)?;
        }
        let fd = folder_at(folder).map_err(failed)?;
        refuse_below(&fd)?;
        Ok(IndexCache { folder: fd, kept: Mutex::default(), news: Condvar::new(), found: AtomicU64::new(0) })
    }

    /// What is kept of a state, if it can be believed; `found` is its log, of which nothing was read yet.
    /// What turns out later not to hold raises the doubt.
    pub(in super::super) fn recall(&self, state: &State, found: Log, doubt: &Doubt) -> Option<Recalled> {
        let file = self.file(&name(state, INDEX)?)?;
        let opened = open_cache(state, file, &found)?;
        let (cover, recalled) = read(state, opened, found, doubt)?;
        self.kept().last = Some((cover, recalled.log.entries.len(), Instant::now()));
        Some(recalled)
    }

    /// Keeps what is known of a state, where that is worth it. Nobody is told of what goes wrong but the log.
    pub(in super::super) fn keep(&self, state: &State, when: Keep) -> bool {
        let entries = state.log().entries.len();
        let Some((name, cover)) = name(state, INDEX).zip(Cover::of(state)) else { return false };
        let due = match &self.kept().last {
            None => true,
            Some((last, _, _)) if *last == cover => false,
            Some(_) if when == Keep::AtLast => true,
            Some((_, before, at)) => at.elapsed() > PAUSE && entries.abs_diff(*before) > before / 10,
        };
        let written = due && self.write(&name, |file| write(state, &cover, file, |writer| write_index(state, writer)));
        if written {
            self.kept().last = Some((cover, entries, Instant::now()));
        }
        written
    }

    /// The numbers that were kept of a recalled state.
    pub(in super::super) fn recall_numbers(&self, state: &State, doubt: &Doubt) -> Option<Numbers> {
        let opened = open_cache(state, self.file(&name(state, NUMBERS)?)?, &state.log().unread())?;
        Numbers::read(state, opened, doubt)
    }

    /// Counts numbers that were found; of many at a time is told who waits.
    pub(in super::super) fn found(&self, count: u64) {
        self.found.fetch_add(count, Ordering::Relaxed);
        if count >= MANY {
            self.announce();
        }
    }

    /// True where it is time to keep numbers: many were found that are not kept, one for ten entries at least.
    pub(in super::super) fn wants_numbers(&self, state: &State, when: Keep) -> bool {
        let many = self.found.load(Ordering::Relaxed) > state.log().entries.len() as u64 / 10;
        many && (when == Keep::AtLast || self.kept().numbers.is_none_or(|at| at.elapsed() > PAUSE))
    }

    /// Keeps numbers in the place of those that are kept.
    pub(in super::super) fn keep_numbers(&self, state: &State, numbers: &Numbers) -> bool {
        // What is found meanwhile is counted for the next time.
        let found = self.found.load(Ordering::Relaxed);
        let Some((name, cover)) = name(state, NUMBERS).zip(Cover::of(state)) else { return false };
        let written = self.write(&name, |file| write(state, &cover, file, |writer| numbers.write(state, writer)));
        // What could not be kept is not tried again at once, either.
        let _ = self.found.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |now| Some(now.saturating_sub(found)));
        self.kept().numbers = Some(Instant::now());
        written
    }

    /// Throws away what is kept of a state.
    pub(in super::super) fn forget(&self, state: &State) {
        let names: Vec<_> = [INDEX, NUMBERS].into_iter().filter_map(|what| name(state, what)).collect();
        let mut kept = self.kept();
        for name in names {
            // Where it is there no more, that is as well.
            let _ = unlinkat(&self.folder, &*name, UnlinkatFlags::NoRemoveDir);
        }
        (kept.last, kept.numbers) = (None, None);
        kept.forgotten = kept.forgotten.wrapping_add(1);
    }

    /// Waits until a pass over a directory was made.
    pub fn wait(&self) {
        let waited = self.news.wait_while(self.kept(), |kept| !kept.news);
        waited.unwrap_or_else(PoisonError::into_inner).news = false;
    }

    /// Tells who waits that a pass was made.
    pub(in super::super) fn announce(&self) {
        self.kept().news = true;
        self.news.notify_all();
    }

    fn file(&self, name: &str) -> Option<File> {
        let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
        let file = openat(self.folder.as_fd(), name, flags, Mode::empty()).ok().map(File::from)?;
        file.metadata().is_ok_and(|about| about.is_file()).then_some(file)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a file; nobody is told of what goes wrong but the log.
    fn write(&self, name: &str, fill: impl FnOnce(File) -> io::Result<File>) -> bool {
        let written = self.replace(name, fill);
        written.inspect_err(|error| log::info!("what was found is not kept: {error}")).is_ok()
    }

    /// Replaces a file as a whole: a reader sees the old one or the new one.
    fn replace(&self, name: &str, fill: impl FnOnce(File) -> io::Result<File>) -> io::Result<()> {
        let half = format!("{name}.new");
        let begun = self.kept().forgotten;
        let file = self.create(&half)?;
        let filled = fill(file).and_then(|file| file.sync_all());
        let placed = filled.and_then(|()| {
            // What was thrown away meanwhile is not to come back.
            let kept = self.kept();
            let holds = kept.forgotten == begun;
            holds.then_some(()).ok_or_else(|| io::Error::other("it turned out to be wrong"))?;
            Ok(renameat(&self.folder, &*half, &self.folder, name)?)
        });
        if placed.is_err() {
            let _ = unlinkat(&self.folder, &*half, UnlinkatFlags::NoRemoveDir);
        }
        placed?;
        // A file system that cannot sync a folder still has the file.
        let _ = nix::unistd::fsync(&self.folder);
        Ok(())
    }

    fn create(&self, name: &str) -> io::Result<File> {
        let flags = OFlag::O_WRONLY | OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let create = || openat(&self.folder, name, flags, Mode::S_IRUSR | Mode::S_IWUSR).map(File::from);
        match create() {
            Err(nix::errno::Errno::EEXIST) if self.is_stale(name) => {
                unlinkat(&self.folder, name, UnlinkatFlags::NoRemoveDir)?;
                Ok(create()?)
            }
            made => Ok(made?),
        }
    }

    /// True of a file that somebody began long ago and did not finish.
    fn is_stale(&self, name: &str) -> bool {
        let flags = OFlag::O_PATH | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let file = openat(&self.folder, name, flags, Mode::empty()).map(File::from);
        let modified = file.ok().and_then(|file| file.metadata().ok()?.modified().ok());
        let age = modified.and_then(|modified| SystemTime::now().duration_since(modified).ok());
        age.is_some_and(|age| age > STALE)
    }
}

/// The file of an index.
const INDEX: &str = "index";
/// That of the numbers that were found with it.
const NUMBERS: &str = "sizes";

/// One file of each for a state directory.
fn name(state: &State, what: &str) -> Option<String> {
    let (device, inode) = state.source().identity()?;
    let digest = Sha256::digest([device.to_le_bytes(), inode.to_le_bytes()].concat());
    let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Some(format!("swarmfs-{hex}.{what}"))
}

fn folder_at(path: &Path) -> io::Result<OwnedFd> {
    Ok(open(path, OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?)
}

/// The folders of a state directory, by device and inode.
fn folders_of(state: &Source) -> HashSet<(u64, u64)> {
    let mut found = HashSet::new();
    let mut todo = vec![state.clone()];
    while let Some(folder) = todo.pop() {
        // One that was met before is a loop of mounts.
        if found.len() < MAX_FOLDERS && folder.identity().is_some_and(|identity| found.insert(identity)) {
            let rows = folder.list("").unwrap_or_default();
            let names = rows.iter().filter(|row| row.kind == Kind::Folder).filter_map(|row| row.text());
            todo.extend(names.filter_map(|name| folder.sub(name).ok()));
        }
    }
    found
}

/// True if a folder, or one above it, is one of these.
fn is_below(folder: &OwnedFd, these: &HashSet<(u64, u64)>) -> io::Result<bool> {
    let mut at = folder.try_clone()?;
    let mut before = None;
    for _ in 0..MAX_DEPTH {
        let stat = fstat(&at)?;
        let identity = (stat.st_dev, stat.st_ino);
        if these.contains(&identity) {
            return Ok(true);
        }
        // Above the root there is the root.
        if before == Some(identity) {
            return Ok(false);
        }
        before = Some(identity);
        at = openat(&at, "..", OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())?;
    }
    Err(io::Error::other("it lies too deep"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::testing::fixture;

    #[test]
    fn what_is_thrown_away_while_it_is_written_does_not_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let cache = IndexCache::open(folder.path(), &fixture("secret")).unwrap();
        let rows = || std::fs::read_dir(folder.path()).unwrap().count();
        assert!(cache.write("one.sizes", Ok));
        assert_eq!(rows(), 1);
        let meanwhile = |file| {
            cache.kept().forgotten += 1;
            Ok(file)
        };
        assert!(!cache.write("other.sizes", meanwhile));
        assert_eq!(rows(), 1, "nothing is left behind");
    }
}
