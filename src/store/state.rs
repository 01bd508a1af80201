//! An opened state directory: its log, its snapshots, its keys and its version index, each made when first asked for.

use std::cell::RefCell;
use std::cmp;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use zeroize::Zeroizing;

use super::content::Content;
use super::error::StoreError;
use super::grow::Earlier;
use super::identity::{Identity, identity};
use super::index::{Index, Origin, Trouble, VersionNo};
use super::keys::{self, Found, Keys, Rings};
use super::recall::Recall;
use super::saved_keys::SavedKeys;
use super::sealed;
use super::sum::sum;
use crate::disk::{
    self, BadSnapshot, DiskError, EntryAt, Fault, FaultKind, Layout, Log, Moment, RaftIndex, SnapshotFile, Source,
    StoredTasks, Trust, Witness,
};
use crate::seal::{OpenError, UnlockKey};
use crate::wiped::Wiped;

/// Room for sealed bytes that each thread keeps from one record to the next.
const KEPT: usize = 64 << 10;

thread_local! {
    static SEALED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Files that are read when somebody asks for what they say.
const SMALL_FILES: [&str; 6] = [
    "certificates/swarm-node.crt",
    "certificates/.swarm-node.crt",
    "certificates/swarm-root-ca.crt",
    "certificates/swarm-node.key",
    "docker-state.json",
    "state.json",
];

/// What is made of the end of a log that is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// A daemon may be writing it: the log ends before it, for now (format 11.4).
    Awaited,
    /// It is shown as what it is.
    Shown,
}

/// An opened state directory.
pub struct State {
    source: Source,
    layout: Layout,
    pub(super) found: Found,
    unused_key: bool,
    clear: Rings,
    pub(super) log: OnceLock<Arc<Log>>,
    /// What to go on from, until that is done.
    pub(super) earlier: Mutex<Option<Earlier>>,
    pub(super) tail: Tail,
    pub(super) waits: AtomicBool,
    snapshot_files: OnceLock<Vec<Result<SnapshotFile, BadSnapshot>>>,
    pub(super) content: OnceLock<Arc<Content>>,
    tasks: OnceLock<Arc<Result<StoredTasks, String>>>,
    pinned: OnceLock<Pinned>,
    pub(super) recall: Recall,
}

/// What was so at the moment that is shown, where one is fixed.
#[derive(Clone)]
struct Pinned {
    source: Source,
    live: bool,
}

impl State {
    /// Opens a state directory: finds its layout and its keys, and reads nothing else yet.
    ///
    /// A locked directory without a key opens, sealed; a wrong key is an error.
    pub fn open(source: Source, unlock_keys: &[UnlockKey]) -> Result<State, StoreError> {
        State::open_with(source, unlock_keys, SavedKeys::default())
    }

    /// The same with keys that were saved earlier: what lies under keys that the directory has discarded opens again.
    /// Every unlock key is tried on every key file; one that opens none is an error.
    pub fn open_with(source: Source, unlock_keys: &[UnlockKey], saved: SavedKeys) -> Result<State, StoreError> {
        State::opened_from(source, unlock_keys, saved, None, None, Tail::Shown)
    }

    /// The same, but goes on from what was read `earlier`, as far as that still stands.
    pub fn open_after(
        source: Source,
        unlock_keys: &[UnlockKey],
        saved: SavedKeys,
        earlier: Earlier,
    ) -> Result<State, StoreError> {
        State::opened_from(source, unlock_keys, saved, None, Some(earlier), Tail::Shown)
    }

    /// Opens the same directory again, as it is now, and goes on from what was read of it. Data keys that were found
    /// before are kept, so that what was readable stays so; `unlock_keys` are those that came since.
    pub fn reopen(&self, source: Source, unlock_keys: &[UnlockKey], tail: Tail) -> Result<State, StoreError> {
        let saved = self.found.saved.clone();
        let state = State::opened_from(source, unlock_keys, saved, Some(&self.found), self.earlier(), tail)?;
        Ok(State { recall: self.recall.shared(), ..state })
    }

    fn opened_from(
        source: Source,
        unlock_keys: &[UnlockKey],
        saved: SavedKeys,
        before: Option<&Found>,
        earlier: Option<Earlier>,
        tail: Tail,
    ) -> Result<State, StoreError> {
        let (source, layout) = Layout::find(source)?;
        let found = keys::find(&source, &layout, unlock_keys, saved, before)?;
        let needed =
            matches!(found.keys, Keys::AtHand { locked: true, .. } | Keys::Locked { .. }) || found.saved.any_locked();
        let missing = matches!(found.keys, Keys::Missing { .. });
        Ok(State {
            unused_key: !unlock_keys.is_empty() && !needed && !missing,
            source,
            layout,
            found,
            clear: Rings::clear(),
            log: OnceLock::new(),
            earlier: Mutex::new(earlier),
            tail,
            waits: AtomicBool::new(false),
            snapshot_files: OnceLock::new(),
            content: OnceLock::new(),
            tasks: OnceLock::new(),
            pinned: OnceLock::new(),
            recall: Recall::default(),
        })
    }

    /// The same directory at the same moment, of which only `log` and the snapshot files are known.
    pub(super) fn with_log(&self, log: Log) -> State {
        State {
            source: self.source.clone(),
            layout: self.layout.clone(),
            found: self.found.clone(),
            unused_key: self.unused_key,
            clear: Rings::clear(),
            log: OnceLock::from(Arc::new(log)),
            earlier: Mutex::default(),
            tail: self.tail,
            waits: AtomicBool::new(false),
            snapshot_files: OnceLock::from(self.snapshot_files().to_vec()),
            content: OnceLock::new(),
            tasks: self.tasks.clone(),
            pinned: self.pinned.clone(),
            recall: Recall::default(),
        }
    }

    /// The files.
    pub fn source(&self) -> &Source {
        self.pinned.get().map_or(&self.source, |pinned| &pinned.source)
    }

    /// Which folders hold what.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What is known of the keys.
    pub fn keys(&self) -> &Keys {
        &self.found.keys
    }

    /// True if any data key is at hand, the directory's own or a saved one.
    pub(super) fn has_data_keys(&self) -> bool {
        self.found.has_data_keys()
    }

    /// True where the key file is locked and no unlock key was given that opens it.
    pub fn locked_without_key(&self) -> bool {
        matches!(self.found.keys, Keys::Locked { .. })
    }

    /// The keys from elsewhere, and which of them are at hand.
    pub fn saved_keys(&self) -> &SavedKeys {
        &self.found.saved
    }

    /// True where an unlock key was given, and no key file is locked.
    pub fn unused_key(&self) -> bool {
        self.unused_key
    }

    /// How many records and snapshots were opened so far.
    pub fn opened(&self) -> u64 {
        self.found.rings.opened() + self.clear.opened()
    }

    /// The log: all entries on disk, their bytes still sealed.
    pub fn log(&self) -> &Log {
        self.log.get_or_init(|| {
            let Some(folder) = &self.layout.wal else { return Arc::default() };
            if let Some(log) = self.grown_log(folder) {
                return Arc::new(log);
            }
            Arc::new(self.read_log(folder).unwrap_or_else(|error| unread(&folder.path, &error)))
        })
    }

    /// True where the log ends in what may be a record that is being written (format 11.4), and is awaited.
    pub fn waits(&self) -> bool {
        self.log();
        self.tail == Tail::Awaited && self.waits.load(Ordering::Relaxed)
    }

    /// The snapshot files, newest first.
    pub fn snapshot_files(&self) -> &[Result<SnapshotFile, BadSnapshot>] {
        self.snapshot_files.get_or_init(|| {
            let Some(folder) = &self.layout.snapshots else {
                return Vec::new();
            };
            disk::snapshots(&self.source, folder).unwrap_or_default()
        })
    }

    /// Fixes the moment: what is there now is what is shown, whatever a daemon writes or purges later.
    pub fn pin(&self) {
        self.pinned.get_or_init(|| {
            let raft = [&self.layout.wal, &self.layout.snapshots].into_iter().flatten();
            let folders: Vec<&str> = ["", "certificates"].into_iter().chain(raft.map(|raft| &*raft.path)).collect();
            let source = self.source.pinned(&folders, &SMALL_FILES);
            // All segments and snapshots are open from here on. The tasks are copied: their file changes in place.
            self.log();
            self.snapshot_files();
            let _ = self.stored_tasks();
            Pinned { source, live: self.is_live() }
        });
    }

    /// The version index.
    pub fn index(&self) -> &Index {
        &self.content().index
    }

    /// The data keys, as a witness for entries that nothing else vouches for. In a layout without encryption, anything
    /// would pass.
    pub(super) fn witness(&self, folder: &disk::Folder) -> Option<Witness> {
        let rings = self.found.rings.clone();
        let asked = folder.encrypted && self.has_data_keys();
        asked.then(|| Witness::new(move |sealed| rings.open(sealed, &mut Zeroizing::new(Vec::new())).is_ok()))
    }

    pub(super) fn rings_for(&self, folder: Option<&disk::Folder>) -> &Rings {
        match folder {
            Some(folder) if !folder.encrypted => &self.clear,
            _ => &self.found.rings,
        }
    }

    /// The place in the log of the entry with this index.
    pub fn place_of(&self, index: RaftIndex) -> Option<u32> {
        let entries = &self.log().entries;
        // Where none is missing before it.
        let next = index.0.checked_sub(entries.first()?.index.0).and_then(|behind| usize::try_from(behind).ok())?;
        let place = match entries.get(next).filter(|entry| entry.index == index) {
            Some(_) => next,
            None => entries.binary_search_by_key(&index, |entry| entry.index).ok()?,
        };
        u32::try_from(place).ok()
    }

    /// The raft index of the last entry, or of the newest snapshot where the log holds nothing newer, be it damaged.
    pub fn last_index(&self) -> RaftIndex {
        let last = self.log().entries.last().map(|entry| entry.index);
        let snapshots = self.snapshot_files().iter().filter_map(|file| match file {
            Ok(file) => Some(file.index),
            Err(bad) => bad.term_and_index().map(|(_, index)| index),
        });
        let snapshot = snapshots.max();
        last.max(snapshot).unwrap_or_default()
    }

    /// True where all that the current state is made of is at hand.
    pub fn is_complete(&self) -> bool {
        let last = self.last_index().0;
        self.index().known().last().is_some_and(|range| range.contains(&last))
    }

    /// A place in time for every origin: the raft index, and whether it is the snapshot after that entry.
    pub fn order(&self, origin: Origin) -> (RaftIndex, bool) {
        match origin {
            Origin::Entry(place) => {
                (self.log().entries.get(place as usize).map(|entry| entry.index).unwrap_or_default(), false)
            }
            Origin::Snapshot(place) => {
                let snapshot = self.content().snapshots.get(place as usize);
                (snapshot.map(|snapshot| snapshot.index()).unwrap_or_default(), true)
            }
        }
    }

    /// Which of two origins is the earlier.
    fn compare(&self, a: Origin, b: Origin) -> cmp::Ordering {
        match (a, b) {
            // They lie in the order of their indices.
            (Origin::Entry(a), Origin::Entry(b)) => a.cmp(&b),
            _ => self.order(a).cmp(&self.order(b)),
        }
    }

    /// The numbers of the versions that come from one origin, oldest first.
    pub fn versions_of(&self, origin: Origin) -> Range<u32> {
        self.index().versions_of(origin, |a, b| self.compare(a, b))
    }

    /// The numbers of those that come from the same origin as one.
    pub fn versions_beside(&self, no: VersionNo) -> Range<u32> {
        self.index().versions_beside(no, |a, b| self.compare(a, b))
    }

    /// Where a version was written: the raft index, whether by the snapshot of that index, and which of its objects.
    pub fn written_at(&self, no: VersionNo) -> (RaftIndex, bool, u32) {
        let origin = self.index().version(no).origin();
        let (index, in_snapshot) = self.order(origin);
        let first = self.versions_beside(no).start;
        (index, in_snapshot, no.number().saturating_sub(first))
    }

    /// True if somebody has asked for the content already.
    pub fn has_content(&self) -> bool {
        self.content.get().is_some()
    }

    /// True if the log was read, or recalled, already.
    pub(super) fn has_log(&self) -> bool {
        self.log.get().is_some()
    }

    /// True if another state was opened with the same data keys. Where there is none, each sealed file says why; so
    /// that must be the same, too.
    pub fn same_keys(&self, other: &State) -> bool {
        let why_none = |state: &State| match &state.found.keys {
            Keys::Locked { .. } => Some(None),
            Keys::Missing { why, .. } => Some(Some(why.clone())),
            Keys::NotNeeded | Keys::AtHand { .. } => None,
        };
        self.found.rings.are(&other.found.rings) && why_none(self) == why_none(other)
    }

    /// True if the same snapshot files are at hand in another state.
    pub fn same_snapshots(&self, other: &State) -> bool {
        let id = |file: &Result<SnapshotFile, BadSnapshot>| file.as_ref().map(SnapshotFile::id).map_err(Clone::clone);
        self.snapshot_files().iter().map(id).eq(other.snapshot_files().iter().map(id))
    }

    /// True if an entry that both hold says the same in a later state. Why one is sealed depends on the keys and on the
    /// snapshots (format 2.9), so both must be the same where one is.
    pub fn reads_the_same(&self, later: &State) -> bool {
        let sealed = |(_, trouble): &(u32, Trouble)| matches!(trouble, Trouble::Sealed(_));
        (self.same_keys(later) && self.same_snapshots(later))
            || self.has_content() && !self.index().troubles().iter().any(sealed)
    }

    /// Opens the payload of an entry: what raft gave to the store, or the configuration change.
    pub fn open_entry(&self, place: u32, into: &mut Vec<u8>) -> Result<(), Trouble> {
        into.clear();
        let opened = self.try_open_at(self.log().entries.get(place as usize).ok_or(Trouble::Damaged)?, into);
        self.note_opened(place, &opened);
        opened
    }

    /// Where an index that was recalled says that an entry opens, and it does not, there is a doubt.
    pub(super) fn note_opened(&self, place: u32, opened: &Result<(), Trouble>) {
        if matches!(opened, Err(Trouble::Unreadable(_))) {
            self.recall.note_unread();
        }
        if opened.is_err() && self.is_recalled() && self.index().trouble(place).is_none() {
            self.doubt();
        }
    }

    /// The keys of the log.
    pub(super) fn log_rings(&self) -> &Rings {
        self.rings_for(self.layout.wal.as_ref())
    }

    /// The same for an entry that may have been superseded.
    pub fn open_at(&self, entry: &EntryAt, into: &mut Vec<u8>) -> Result<(), Trouble> {
        self.try_open_at(entry, into).inspect_err(|_| self.doubt())
    }

    fn try_open_at(&self, entry: &EntryAt, into: &mut Vec<u8>) -> Result<(), Trouble> {
        into.clear();
        if entry.trust == Trust::Damaged {
            return Err(Trouble::Damaged);
        }
        SEALED.with_borrow_mut(|data| {
            self.log().read_data(entry, data).map_err(|error| Trouble::Unreadable(error.to_string()))?;
            let opened = self.log_rings().open(data, into).map_err(Trouble::Sealed);
            data.shrink_to(KEPT);
            opened
        })
    }

    /// Lets `look` see the bytes of a version.
    pub fn with_version<R>(&self, no: VersionNo, look: impl FnOnce(&[u8]) -> R) -> Result<R, Trouble> {
        let version = self.index().version(no);
        let mut plain = Wiped::default();
        match version.origin() {
            Origin::Entry(place) => {
                self.open_entry(place, plain.as_mut_vec())?;
                self.version_within(no, &plain).map(look)
            }
            Origin::Snapshot(place) => {
                let snapshot = self.content().snapshots.get(place as usize);
                snapshot
                    .ok_or_else(|| self.lacks_version())?
                    .read(version.range(), plain.as_mut_vec())
                    .inspect_err(|_| self.recall.note_unread())
                    .map_err(|error| Trouble::Unreadable(error.to_string()))?;
                self.checked(no, &plain).map(look)
            }
        }
    }

    /// The bytes of a version within those of its entry, which somebody has opened.
    pub fn version_within<'p>(&self, no: VersionNo, plain: &'p [u8]) -> Result<&'p [u8], Trouble> {
        let bytes = plain.get(self.index().version(no).range());
        self.checked(no, bytes.ok_or_else(|| self.lacks_version())?)
    }

    /// What was recalled is compared with what it was made of.
    fn checked<'p>(&self, no: VersionNo, bytes: &'p [u8]) -> Result<&'p [u8], Trouble> {
        if self.is_recalled() && sum(bytes) != self.index().version(no).sum() {
            return Err(self.lacks_version());
        }
        Ok(bytes)
    }

    fn lacks_version(&self) -> Trouble {
        self.doubt();
        Trouble::Unreadable("the bytes of this version are no longer there".into())
    }

    /// Why an entry cannot be opened, in words (format 2.9 says how keys are discarded).
    pub fn why_sealed(&self, place: u32, error: &OpenError) -> String {
        let index = self.log().entries.get(place as usize).map(|entry| entry.index).unwrap_or_default();
        self.why_sealed_at(index, error)
    }

    /// The same for the entry at an index, superseded ones included.
    pub fn why_sealed_at(&self, index: RaftIndex, error: &OpenError) -> String {
        sealed::why(self, index, error)
    }

    /// Why the current state is not wholly known, for the folders that show it.
    pub fn why_incomplete(&self) -> String {
        sealed::why_incomplete(self)
    }

    /// Why there is no entry, in words; `None` where there is one.
    pub fn why_no_entries(&self) -> Option<String> {
        self.log().entries.is_empty().then(|| sealed::why_no_entries(self))
    }

    /// The public half of the node's key, as it stands in the certificate that it fits (a SEC 1 point); `None` where
    /// no key was given that opens it, or it is none of P-256.
    pub fn public_key(&self) -> Option<&[u8]> {
        self.found.public_key.as_deref()
    }

    /// The tasks that this node's agent keeps in `worker/tasks.db`, or why they cannot be read.
    pub fn stored_tasks(&self) -> &Result<StoredTasks, String> {
        self.tasks.get_or_init(|| {
            if !self.layout.has_tasks {
                return Arc::new(Ok(StoredTasks::default()));
            }
            let read = self.source.open("worker/tasks.db").and_then(|file| disk::stored_tasks(&file));
            Arc::new(read.map_err(|error| error.to_string()))
        })
    }

    /// True if somebody has asked for those tasks already.
    pub fn has_stored_tasks(&self) -> bool {
        self.tasks.get().is_some()
    }

    /// Whose state directory it is.
    pub fn identity(&self) -> Identity {
        identity(self)
    }

    /// True if a daemon holds the log open (format 11.1); asked without taking any lock.
    pub fn is_live(&self) -> bool {
        let now = || self.log().segments.last().is_some_and(|segment| segment.file.is_locked());
        self.pinned.get().map_or_else(now, |pinned| pinned.live)
    }

    /// When the log was written last, by the file system's account.
    pub fn modified(&self) -> Moment {
        let folder = self.layout.wal.as_ref().map_or("", |folder| folder.path.as_str());
        let files = self.source().list(folder).unwrap_or_default();
        files.iter().map(|file| file.modified).max().unwrap_or_default().into()
    }

    /// Bytes of the log and the snapshots.
    pub fn bytes_on_disk(&self) -> u64 {
        let folders = [&self.layout.wal, &self.layout.snapshots];
        let files =
            folders.into_iter().flatten().flat_map(|folder| self.source().list(&folder.path).unwrap_or_default());
        files.map(|file| file.len).fold(0, u64::saturating_add)
    }

    /// The time of the newest change that is known.
    pub fn newest_time(&self) -> Option<Moment> {
        self.index().newest_time()
    }
}

/// A log of which nothing could be read.
fn unread(folder: &str, error: &DiskError) -> Log {
    let what = FaultKind::Unopened(error.to_string());
    let mut log = Log::default();
    log.faults.push(Fault { file: folder.into(), offset: 0, what });
    log
}
