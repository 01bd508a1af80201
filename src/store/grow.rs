//! An index that goes on from an earlier one: beside a running daemon, or from a cache. What the earlier one holds
//! stays as it is, so only what a full pass would have put behind it may have come.

use std::sync::Arc;

use super::build::{Opening, go_on};
use super::index::{Index, Origin};
use super::keys::Rings;
use super::snapshot::Loaded;
use super::{LostSnapshot, Trouble};
use crate::disk::{Log, Moment, RaftIndex, SnapshotId};

/// What was read of a directory before, to go on from. All of it is compared with what is on disk now; what does
/// not fit is read again.
pub struct Earlier {
    pub(super) log: Arc<Log>,
    pub(super) index: Option<Indexed>,
    /// True if it was recalled from a cache, and may turn out to be wrong.
    pub(super) recalled: bool,
    /// The same of the index.
    pub(super) index_recalled: bool,
}

/// An index of an earlier log, and what it was made from besides.
pub(super) struct Indexed {
    pub(super) index: Index,
    /// The snapshots that it holds, oldest first.
    pub(super) snapshots: Vec<SnapshotId>,
    /// Those of them that are still open.
    pub(super) loaded: Vec<Arc<Loaded>>,
    /// Snapshot files that were no help under the same keys.
    pub(super) lost: Vec<LostSnapshot>,
    /// The keys, where they are known: with others, what was sealed may open.
    pub(super) rings: Option<Rings>,
}

impl Earlier {
    /// A log whose segments are open, the index of all its entries, and the snapshots that the index was made of,
    /// oldest first.
    pub fn new(log: Log, index: Index, snapshots: Vec<SnapshotId>) -> Earlier {
        let (loaded, lost) = (Vec::new(), Vec::new());
        Earlier {
            log: Arc::new(log),
            index: Some(Indexed { index, snapshots, loaded, lost, rings: None }),
            recalled: false,
            index_recalled: false,
        }
    }
}

impl Earlier {
    /// True where these were the keys.
    pub(super) fn had(&self, rings: &Rings) -> bool {
        self.index.as_ref().is_some_and(|index| index.rings.as_ref().is_some_and(|own| own.are(rings)))
    }
}

impl Indexed {
    /// True where other keys would make no other index: they are the same, or nothing was left sealed.
    fn suits(&self, rings: &Rings) -> bool {
        let sealed = || self.index.troubles().iter().any(|(_, trouble)| matches!(trouble, Trouble::Sealed(_)));
        self.rings.as_ref().is_some_and(|own| own.are(rings)) || !sealed()
    }

    /// Snapshots that were no help, and are not with these keys.
    pub(super) fn lost_with(&self, rings: &Rings) -> &[LostSnapshot] {
        let same = self.rings.as_ref().is_some_and(|own| own.are(rings));
        if same { &self.lost } else { &[] }
    }

    /// The index of the log as it is now, and of these snapshots, oldest first. `None` where a full pass is needed.
    pub(super) fn grown(self, before: &Log, log: &Log, rings: &Rings, snapshots: &[Arc<Loaded>]) -> Option<Index> {
        let (entries, merged) = (before.entries.len(), self.snapshots.len());
        let stands = before.entries.common(&log.entries, PartialEq::eq) == entries
            && self.index.times.len() == entries
            && snapshots.len() >= merged
            && self.snapshots.iter().zip(snapshots).all(|(id, snapshot)| *id == snapshot.file().id());
        if !stands || !self.suits(rings) {
            return None;
        }
        let last = before.entries.last().map_or(0, |entry| entry.index.0);
        let next = log.entries.get(entries).map_or(u64::MAX, |entry| entry.index.0);
        // A snapshot that was ahead of the log would have been merged behind entries that came since.
        if snapshots[..merged].iter().any(|snapshot| snapshot.index().0 >= next) {
            return None;
        }
        let mut index = self.index;
        let behind = snapshots[merged..].iter().take_while(|snapshot| snapshot.index().0 < last);
        let mut agreed = merged;
        for snapshot in behind {
            let time = index.agrees(log, snapshots, snapshot)?;
            index.snapshot_times.push(time);
            agreed += 1;
        }
        Some(go_on(index, agreed, &Opening { log, rings, see: &|_, _| () }, snapshots))
    }
}

impl Index {
    /// Whether a snapshot that was made somewhere in the middle of the log says what the index says: the usual case,
    /// in which it adds no version. Answers the time up to it; `None` where it says anything else.
    fn agrees(&self, log: &Log, snapshots: &[Arc<Loaded>], snapshot: &Loaded) -> Option<Option<Moment>> {
        let at = snapshot.index();
        let known = self.known.partition_point(|range| range.start <= at.0).checked_sub(1)?;
        if !snapshot.is_whole() || !self.known.get(known)?.contains(&at.0) {
            return None;
        }
        let order = |origin| match origin {
            Origin::Entry(place) => (log.entries.get(place as usize).map_or(RaftIndex(0), |entry| entry.index), false),
            Origin::Snapshot(place) => {
                (snapshots.get(place as usize).map_or(RaftIndex(0), |snapshot| snapshot.index()), true)
            }
        };
        let held = |object| {
            let history = self.history(object);
            let behind = history.partition_point(|no| order(self.version(*no).origin()) <= (at, true));
            let version = self.version(*history.get(behind.checked_sub(1)?)?);
            version.action().leaves_object().then_some(version)
        };
        let place = log.entries.partition_point(|entry| entry.index <= at).checked_sub(1)?;
        let time = self.time(place as u32).max(self.snapshot_times.last().copied().flatten());
        let mut listed = vec![false; self.object_count()];
        for object in snapshot.part().objects() {
            let no = self.object(object.kind, object.id)?;
            let held = held(no)?;
            if (held.sum(), held.range().len()) != (object.sum, object.len as usize) || object.updated > time {
                return None;
            }
            *listed.get_mut(no.place())? = true;
        }
        let missing = |(place, listed): (usize, &bool)| !listed && held(super::ObjectNo::at(place)).is_some();
        (!listed.iter().enumerate().any(missing)).then_some(time)
    }
}
