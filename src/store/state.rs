//! An opened state directory: its log, its snapshots, its keys and its version index, each made when first asked for.

use std::sync::OnceLock;

use thiserror::Error;
use zeroize::Zeroizing;

use super::build;
use super::identity::{Identity, identity};
use super::index::{Index, Origin, Trouble, VersionNo};
use super::keys::{self, Found, Keys, Rings};
use super::snapshot::Loaded;
use crate::disk::{
    self, BadSnapshot, DiskError, EntryAt, Fault, FaultKind, Layout, Log, Moment, RaftIndex, SnapshotFile, Source,
    StoredTasks, Term, Trust,
};
use crate::render::one_line;
use crate::seal::{OpenError, SealError, UnlockKey};

/// Why a state directory cannot be opened. Damage is never a reason; it is shown.
#[derive(Debug, Error)]
pub enum StoreError {
    /// It is no state directory, or cannot be read at all.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A key was given and is wrong.
    #[error("{0}")]
    Key(#[source] SealError),
}

/// All that needs the plaintext.
pub struct Content {
    /// The version index.
    pub index: Index,
    /// Snapshots at hand, oldest first.
    pub snapshots: Vec<Loaded>,
    /// Snapshot files that are no help: name and reason.
    pub lost_snapshots: Vec<LostSnapshot>,
}

/// A snapshot file whose content is not at hand.
pub struct LostSnapshot {
    /// The file's name.
    pub name: String,
    /// Why.
    pub why: String,
    /// True if the file is damaged, false if only the key is missing.
    pub damaged: bool,
}

/// An opened state directory.
pub struct State {
    source: Source,
    layout: Layout,
    found: Found,
    unused_key: bool,
    clear: Rings,
    log: OnceLock<Log>,
    snapshot_files: OnceLock<Vec<Result<SnapshotFile, BadSnapshot>>>,
    content: OnceLock<Content>,
    tasks: OnceLock<Result<StoredTasks, String>>,
}

impl State {
    /// Opens a state directory: finds its layout and its keys, and reads nothing else yet.
    ///
    /// A locked directory without a key opens, sealed; a wrong key is an error.
    pub fn open(source: Source, unlock_keys: &[UnlockKey]) -> Result<State, StoreError> {
        State::opened_from(source, unlock_keys, None)
    }

    /// Opens the same directory again, as it is now. Data keys that were found before are kept, so that what was
    /// readable stays so; `unlock_keys` are those that came since.
    pub fn reopen(&self, source: Source, unlock_keys: &[UnlockKey]) -> Result<State, StoreError> {
        State::opened_from(source, unlock_keys, Some(&self.found))
    }

    fn opened_from(source: Source, unlock_keys: &[UnlockKey], before: Option<&Found>) -> Result<State, StoreError> {
        let (source, layout) = Layout::find(source)?;
        let found = keys::find(&source, &layout, unlock_keys, before)?;
        let needed = matches!(found.keys, Keys::AtHand { locked: true, .. } | Keys::Locked { .. });
        let missing = matches!(found.keys, Keys::Missing { .. });
        Ok(State {
            unused_key: !unlock_keys.is_empty() && !needed && !missing,
            source,
            layout,
            found,
            clear: Rings::clear(),
            log: OnceLock::new(),
            snapshot_files: OnceLock::new(),
            content: OnceLock::new(),
            tasks: OnceLock::new(),
        })
    }

    /// The files.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// Which folders hold what.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// What is known of the keys.
    pub fn keys(&self) -> &Keys {
        &self.found.keys
    }

    /// True where the key file is locked and no unlock key was given.
    pub fn locked_without_key(&self) -> bool {
        matches!(self.found.keys, Keys::Locked { .. })
    }

    /// True where an unlock key was given for a directory that is not locked.
    pub fn unused_key(&self) -> bool {
        self.unused_key
    }

    /// How many records and snapshots were opened so far.
    pub fn opened(&self) -> u64 {
        self.found.rings.opened() + self.clear.opened()
    }

    /// The log: all entries on disk, their bytes still sealed.
    pub fn log(&self) -> &Log {
        self.log.get_or_init(|| match &self.layout.wal {
            Some(folder) => Log::scan(&self.source, folder).unwrap_or_else(|error| unread(&folder.path, &error)),
            None => Log::default(),
        })
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

    /// What needs the plaintext. The first call opens every record once.
    pub fn content(&self) -> &Content {
        self.content.get_or_init(|| {
            let mut lost_snapshots = Vec::new();
            let mut snapshots = Vec::new();
            let rings = self.rings_for(self.layout.snapshots.as_ref());
            // In the order of their indices; of several for one index, the one with the highest term counts.
            let mut files: Vec<_> = self.snapshot_files().iter().rev().collect();
            files.sort_by_key(|file| file.as_ref().map_or((RaftIndex(0), Term(0)), |file| (file.index, file.term)));
            for (at, file) in files.iter().enumerate() {
                let next = files.get(at + 1).and_then(|next| next.as_ref().ok());
                match file {
                    Ok(file) if next.is_some_and(|next| next.index == file.index) => {
                        lost_snapshots.push(LostSnapshot {
                            name: file.name.clone(),
                            why: "another snapshot of the same index, of a later term, is used".into(),
                            damaged: false,
                        })
                    }
                    Err(bad) => lost_snapshots.push(LostSnapshot {
                        name: bad.name.clone(),
                        why: bad.why.to_string(),
                        damaged: true,
                    }),
                    Ok(file) => match Loaded::open(file.clone(), snapshots.len() as u32, rings) {
                        Ok(loaded) => snapshots.push(loaded),
                        Err(error) => lost_snapshots.push(LostSnapshot {
                            name: file.name.clone(),
                            damaged: error.is_damage(),
                            why: error.to_string(),
                        }),
                    },
                }
            }
            let index = build::build(self.log(), self.rings_for(self.layout.wal.as_ref()), &snapshots);
            snapshots.iter_mut().for_each(Loaded::forget_part);
            Content { index, snapshots, lost_snapshots }
        })
    }

    /// Fixes the moment: what is there now is what is shown, whatever a daemon writes or purges later.
    pub fn pin(&self) {
        // All segments and snapshots are open from here on.
        self.log();
        self.snapshot_files();
    }

    /// The version index.
    pub fn index(&self) -> &Index {
        &self.content().index
    }

    fn rings_for(&self, folder: Option<&disk::Folder>) -> &Rings {
        match folder {
            Some(folder) if !folder.encrypted => &self.clear,
            _ => &self.found.rings,
        }
    }

    /// The place in the log of the entry with this index.
    pub fn place_of(&self, index: RaftIndex) -> Option<u32> {
        let place = self.log().entries.binary_search_by_key(&index, |entry| entry.index).ok()?;
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
                (snapshot.map(Loaded::index).unwrap_or_default(), true)
            }
        }
    }

    /// Where a version was written: the raft index, whether by the snapshot of that index, and which of its objects.
    pub fn written_at(&self, no: VersionNo) -> (RaftIndex, bool, u32) {
        let origin = self.index().version(no).origin();
        let (index, in_snapshot) = self.order(origin);
        let first = self.index().versions_of(origin, |origin| self.order(origin)).start;
        (index, in_snapshot, no.number().saturating_sub(first))
    }

    /// True if somebody has asked for the content already.
    pub fn has_content(&self) -> bool {
        self.content.get().is_some()
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

    /// Opens the payload of an entry: what raft gave to the store, or the configuration change.
    pub fn open_entry(&self, place: u32, into: &mut Vec<u8>) -> Result<(), Trouble> {
        into.clear();
        self.open_at(self.log().entries.get(place as usize).ok_or(Trouble::Damaged)?, into)
    }

    /// The same for an entry that may have been superseded.
    pub fn open_at(&self, entry: &EntryAt, into: &mut Vec<u8>) -> Result<(), Trouble> {
        into.clear();
        if entry.trust == Trust::Damaged {
            return Err(Trouble::Damaged);
        }
        let mut data = Vec::new();
        self.log().read_data(entry, &mut data).map_err(|error| Trouble::Unreadable(error.to_string()))?;
        self.rings_for(self.layout.wal.as_ref()).open(&data, into).map_err(Trouble::Sealed)
    }

    /// Lets `look` see the bytes of a version.
    pub fn with_version<R>(&self, version: VersionNo, look: impl FnOnce(&[u8]) -> R) -> Result<R, Trouble> {
        let version = self.index().version(version);
        let mut plain = Zeroizing::new(Vec::new());
        let unreadable = || Trouble::Unreadable("the bytes of this version are no longer there".into());
        match version.origin() {
            Origin::Entry(place) => {
                self.open_entry(place, &mut plain)?;
                plain.get(version.range()).map(look).ok_or_else(unreadable)
            }
            Origin::Snapshot(place) => {
                let snapshot = self.content().snapshots.get(place as usize).ok_or_else(unreadable)?;
                snapshot.read(version.range(), &mut plain).map_err(|error| Trouble::Unreadable(error.to_string()))?;
                Ok(look(&plain))
            }
        }
    }

    /// Why an entry cannot be opened, in words (format 2.9 says how keys are discarded).
    pub fn why_sealed(&self, place: u32, error: &OpenError) -> String {
        let index = self.log().entries.get(place as usize).map(|entry| entry.index).unwrap_or_default();
        self.why_sealed_at(index, error)
    }

    /// The same for the entry at an index, superseded ones included.
    pub fn why_sealed_at(&self, index: RaftIndex, error: &OpenError) -> String {
        match (error, &self.found.keys) {
            (OpenError::NoKey, Keys::Locked { .. }) => {
                "no key given: this directory is locked; mount it with its unlock key (SWMKEY-1-…)".into()
            }
            (OpenError::NoKey, Keys::Missing { why, .. }) => format!("no key: {why}"),
            (OpenError::NotAuthentic, _) => {
                let snapshots = self.snapshot_files().iter().flatten().map(|file| file.index);
                match snapshots.filter(|snapshot| *snapshot >= index).min() {
                    Some(snapshot) => {
                        format!("key discarded by the rotation at snapshot {snapshot}: no file holds it any more")
                    }
                    None => "authentication failed: no data key at hand opens it, or it was altered".into(),
                }
            }
            _ => error.to_string(),
        }
    }

    /// Why the current state is not wholly known, for the folders that show it.
    pub fn why_incomplete(&self) -> String {
        let why = match &self.found.keys {
            Keys::Locked { .. } => "The directory is locked, and no unlock key was given. What is here is what is in clear.\n\
                                    Mount it again with --unlock-key-file; `docker swarm unlock-key` on another manager shows the key.\n"
                .to_owned(),
            Keys::Missing { why, .. } => format!("There is no data key: {}.\n", one_line(why.as_bytes())),
            _ if self.log().entries.is_empty() && self.snapshot_files().is_empty() => {
                "There is no raft log here: this is a worker, a demoted manager, or the log was lost.\n".to_owned()
            }
            _ => "Some entries or snapshots that the state is made of cannot be read; check.txt names them.\n\
                  What is shown is, for every object, the last action that can be read.\n"
                .to_owned(),
        };
        let known = self.index().known().iter();
        let known: Vec<String> =
            known.map(|range| format!("{} to {}", range.start, range.end.saturating_sub(1))).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        format!(
            "The state after entry {} is not wholly known.\n\n{why}\nKnown as a whole: the state after entries {known}.\n",
            self.last_index()
        )
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
                return Ok(StoredTasks::default());
            }
            let read = self.source.open("worker/tasks.db").and_then(|file| disk::stored_tasks(&file));
            read.map_err(|error| error.to_string())
        })
    }

    /// Whose state directory it is.
    pub fn identity(&self) -> Identity {
        identity(self)
    }

    /// True if a daemon holds the log open (format 11.1); asked without taking any lock.
    pub fn is_live(&self) -> bool {
        self.log().segments.last().is_some_and(|segment| segment.file.is_locked())
    }

    /// When the log was written last, by the file system's account.
    pub fn modified(&self) -> Moment {
        let folder = self.layout.wal.as_ref().map_or("", |folder| folder.path.as_str());
        let files = self.source.list(folder).unwrap_or_default();
        files.iter().map(|file| file.modified).max().unwrap_or_default().into()
    }

    /// Bytes of the log and the snapshots.
    pub fn bytes_on_disk(&self) -> u64 {
        let folders = [&self.layout.wal, &self.layout.snapshots];
        let files = folders.into_iter().flatten().flat_map(|folder| self.source.list(&folder.path).unwrap_or_default());
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
    Log { faults: vec![Fault { file: folder.into(), offset: 0, what }], ..Log::default() }
}
