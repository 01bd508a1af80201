//! What a view may take over from the one before it.

use std::sync::Arc;

use super::inode::SnapshotKey;
use super::lost::replaced_snapshots;
use crate::disk::EntryAt;
use crate::store::{Index, Kind, ObjectNo, State, VersionNo};

/// What is the same in an earlier and a later state.
pub(super) struct Kept {
    /// True if an entry that both hold says the same.
    pub(super) reads_the_same: bool,
    /// Entries at the start of both logs that are the same and read the same.
    pub(super) entries: usize,
    /// True if the later log is the earlier one and more, and all of that reads the same.
    pub(super) grew: bool,
    /// True if the later index is the earlier one and more.
    pub(super) versions: bool,
    /// True if the same snapshots are at hand.
    pub(super) snapshots: bool,
    /// Snapshots in whose place another one stands.
    pub(super) replaced: Vec<SnapshotKey>,
    /// The kinds of which there are new versions.
    changed: [bool; Kind::COUNT],
    /// The kinds of which an object came, or got another name.
    named: [bool; Kind::COUNT],
}

impl Kept {
    pub(super) fn of(before: &State, after: &State) -> Kept {
        let (old, new) = (&before.log().entries, &after.log().entries);
        let same = old.common(new, same_entry);
        let reads_the_same = before.reads_the_same(after);
        let versions = before.has_content() && after.index().continues(before.index());
        // Another snapshot gives other times.
        let timed = before.has_content() && !versions;
        let same = if timed { same.min(before.index().common_times(after.index())) } else { same };
        let replaced = replaced_snapshots(before, after);
        let mut kept = Kept {
            reads_the_same,
            entries: if reads_the_same { same } else { 0 },
            grew: same == old.len() && reads_the_same,
            versions,
            snapshots: before.same_keys(after) && before.same_snapshots(after),
            replaced,
            changed: [!versions; Kind::COUNT],
            named: [!versions; Kind::COUNT],
        };
        if versions {
            let index = after.index();
            for no in new_versions(before.index(), index) {
                let object = index.version(no).object();
                let kind = index.kind(object) as usize;
                kept.changed[kind] = true;
                kept.named[kind] |= names_anew(before.index(), index, object, no);
            }
        }
        kept
    }

    /// True if there are the same versions of a kind.
    pub(super) fn kind(&self, kind: Kind) -> bool {
        !self.changed[kind as usize]
    }

    /// What was made of the names of a kind, if the same objects bear the same.
    pub(super) fn names_of<T>(&self, kind: usize, made: Option<&Arc<T>>) -> Option<Arc<T>> {
        made.filter(|_| !self.named[kind]).cloned()
    }
}

/// The versions that came.
pub(super) fn new_versions<'a>(before: &Index, after: &'a Index) -> impl Iterator<Item = VersionNo> + use<'a> {
    (before.versions()..after.versions()).filter_map(|number| after.version_at(number))
}

/// True if a version's object is new, or the version gives it a name that the one before did not have.
fn names_anew(before: &Index, after: &Index, object: ObjectNo, no: VersionNo) -> bool {
    if object.place() >= before.object_count() {
        return true;
    }
    let history = after.history(object);
    let last = history.partition_point(|other| *other < no).checked_sub(1).and_then(|at| history.get(at));
    let name = after.name(no);
    name.is_some() && last.is_none_or(|last| after.name(*last) != name)
}

/// The same bytes at the same place.
pub(super) fn same_entry(a: &EntryAt, b: &EntryAt) -> bool {
    (a.index, a.term, a.offset, a.len, a.trust) == (b.index, b.term, b.offset, b.len, b.trust)
}
