//! From one view to the next: what the kernel has to forget.

use std::ops::Range;
use std::sync::Arc;

use super::Ino;
use super::cache::Cache;
use super::folders::INCOMPLETE;
use super::generations::{GROWING, Generations};
use super::inode::{Folder, Node, Rope};
use super::kept::{Kept, new_versions};
use super::lost::payloads;
use super::names::{bare_name, full_name, object_file};
use super::objects::key_of;
use super::standing::{says_the_same, standing};
use super::view::{View, entry_name};
use crate::disk::{EntryAt, RaftIndex, ReadAt, Segment};
use crate::store::{Index, Kind, ObjectNo, State};

/// Something that is no longer as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The bytes, attributes or rows of a node.
    Content(Ino),
    /// What a name in a folder leads to.
    Name(Ino, Vec<u8>),
}

/// A view that takes the place of another.
pub(super) struct Advance {
    pub(super) next: View,
    pub(super) changes: Vec<Change>,
    /// Which moments have changed. Somebody may look one up until the next view is in place.
    pub(super) moments: Range<RaftIndex>,
}

impl View {
    /// The view of the same directory as it is now, and what has changed.
    pub(super) fn advance(&self, state: Arc<State>, cache_bytes: usize) -> Advance {
        let mut changes = Vec::new();
        let kept = Kept::of(&self.state, &state);
        let mut generations = Generations { now: self.generations.now + 1, ..self.generations };
        if !kept.grew {
            generations.log = generations.now;
        }
        if !kept.versions {
            generations.history = generations.now;
        }
        let objects = self.changed_objects(&kept, &state);
        for kind in Kind::ALL {
            let touched = objects.as_ref().is_none_or(|(old, new)| {
                let of_kind = |no: &&ObjectNo, index: &Index| index.kind(**no) == kind;
                old.iter().any(|no| of_kind(&no, self.state.index()))
                    || new.iter().any(|no| of_kind(&no, state.index()))
            });
            if touched {
                generations.kinds[kind as usize] = generations.now;
            }
        }
        // An overwritten entry, another key, another snapshot in the place of one, or a snapshot that now says more or
        // less than the log before it, gives other bytes for numbers that are held.
        let other_versions = self.state.has_content() && !kept.versions;
        let as_held = kept.grew && kept.replaced.is_empty() && !other_versions;
        let cache = (!as_held).then(|| Arc::new(Cache::new(cache_bytes)));
        let next = self.next(state.clone(), generations, cache, &kept);
        self.fixed_changes(&next, &kept, &mut changes);
        self.entry_changes(&kept, &state, &mut changes);
        if let Some((old, new)) = &objects {
            old.iter().for_each(|no| {
                object_names(&self.state, *no, &mut changes);
                self.links_changed(*no, &mut changes);
            });
            new.iter().for_each(|no| object_names(&state, *no, &mut changes));
            if !kept.versions {
                // What came back has a name more.
                new.iter().for_each(|no| next.links_changed(*no, &mut changes));
                self.forget_versions(&state, &mut changes);
                self.forget_snapshot_rows(&next, &mut changes);
                next.forget_snapshot_rows(self, &mut changes);
            }
        }
        self.snapshot_changes(&kept.replaced, &mut changes);
        if let Some((gone, come)) = &objects {
            self.other_names(&next, gone, come, &mut changes);
        }
        // The plain log ends where the log does.
        self.row_changes(Folder::WalDecrypted, &mut changes);
        if !kept.snapshots {
            for folder in [Folder::Snapshots, Folder::SnapDecrypted] {
                self.row_changes(folder, &mut changes);
            }
        }
        // A segment may go of which all was superseded: then the log is as it was.
        if !kept.grew || self.state.log().superseded != state.log().superseded {
            self.row_changes(Folder::Superseded, &mut changes);
        }
        if self.state.has_stored_tasks() {
            self.row_changes(Folder::StoredTasks, &mut changes);
        }
        for folder in [Folder::Node, Folder::Certificates] {
            self.row_changes(folder, &mut changes);
        }
        self.segment_changes(&state, &mut changes);
        let moments = self.changed_moments(&kept, &state);
        Advance { next, changes, moments }
    }

    /// A version that is no longer the current one, or is it again, has another number of names.
    fn links_changed(&self, object: ObjectNo, changes: &mut Vec<Change>) {
        let Some(version) = self.state.index().current(object) else { return };
        let key = self.key(version);
        changes.extend([Node::Object(key), Node::Data(key)].map(|node| Change::Content(node.ino())));
    }

    /// Objects whose current version is another one, in the numbering of both indexes. `None` where all must be
    /// taken for changed, or where nobody has seen any.
    fn changed_objects(&self, kept: &Kept, after: &State) -> Option<(Vec<ObjectNo>, Vec<ObjectNo>)> {
        let before = &*self.state;
        if !before.has_content() {
            return None;
        }
        let (old, new) = (before.index(), after.index());
        if kept.versions {
            let mut touched: Vec<ObjectNo> = new_versions(old, new).map(|no| new.version(no).object()).collect();
            touched.sort_unstable();
            touched.dedup();
            let was = |no: &ObjectNo| no.place() < old.object_count() && old.current(*no).is_some();
            return Some((touched.iter().copied().filter(was).collect(), touched));
        }
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for kind in Kind::ALL {
            for (object, version) in old.current_objects(kind) {
                let now = new.object(kind, old.id(object)).and_then(|no| new.current(no));
                if now.is_none() || standing(before, after, version) != now {
                    gone.push(object);
                }
            }
            for (object, version) in new.current_objects(kind) {
                let then = old.object(kind, new.id(object)).and_then(|no| old.current(no));
                if then.is_none_or(|then| standing(before, after, then) != Some(version)) {
                    come.push(object);
                }
            }
        }
        Some((gone, come))
    }

    fn entry_changes(&self, kept: &Kept, after: &State, changes: &mut Vec<Change>) {
        let entries = Node::Folder(Folder::Entries).ino();
        let uncommitted = Node::Folder(Folder::Uncommitted).ino();
        let log = self.state.log();
        let stale = if kept.grew { log.entries.len() } else { kept.entries };
        // After a purge, those that are left are the same.
        let stands = |old: &&EntryAt| kept.reads_the_same && says_the_same(&self.state, after, old);
        for old in log.entries.iter_from(stale).filter(|old| !stands(old)) {
            changes.push(Change::Name(entries, entry_name(old.index, ".json").into_bytes()));
            changes.push(Change::Name(uncommitted, entry_name(old.index, ".json").into_bytes()));
            changes.push(Change::Content(Node::Entry(old.index).ino()));
            changes.push(Change::Content(Node::Payload(old.index).ino()));
        }
        let commit = after.log().hard_state.map_or(0, |state| state.commit.0);
        for old in self.uncommitted().take_while(|entry| entry.index.0 <= commit) {
            changes.push(Change::Name(uncommitted, entry_name(old.index, ".json").into_bytes()));
        }
    }

    /// All rows of a folder of few.
    pub(super) fn row_changes(&self, folder: Folder, changes: &mut Vec<Change>) {
        let parent = Node::Folder(folder).ino();
        self.list_content(folder, 0, &mut |row| {
            changes.push(Change::Name(parent, row.name.into()));
            changes.push(Change::Content(self.ino(row.node)));
            true
        });
    }

    /// The texts of segments that went on, or are gone.
    fn segment_changes(&self, after: &State, changes: &mut Vec<Change>) {
        let parent = Node::Folder(Folder::Wal).ino();
        let segments = &after.log().segments;
        let mut at = 0;
        self.list_content(Folder::Wal, 0, &mut |row| {
            let (old, now) = (self.state.log().segments.get(at), segments.get(at));
            let read = |one: &Segment| (one.file.identity(), one.file.len(), one.records, one.end, one.newest);
            at += 1;
            if old.map(read) != now.map(read) {
                changes.push(Change::Name(parent, row.name.into()));
                changes.push(Change::Content(self.ino(row.node)));
            }
            true
        });
    }

    /// Files that exist once, and the rows of all folders that do. Those that somebody may be reading on come first.
    fn fixed_changes(&self, next: &View, kept: &Kept, changes: &mut Vec<Change>) {
        let growing = next.growing();
        changes.extend(self.growing().into_iter().filter(|ino| growing.contains(ino)).map(Change::Content));
        changes.push(Change::Content(Node::Folder(Folder::Entries).ino()));
        let as_before = kept.grew && kept.snapshots && self.knows_as_much(next);
        for folder in Folder::all_fixed() {
            if as_before && folder.kind().is_some_and(|kind| kept.kind(kind)) {
                continue;
            }
            let parent = Node::Folder(folder).ino();
            changes.push(Change::Content(parent));
            // Telling of a name waits for whoever lists the folder, and of this one the listing is long.
            if folder != Folder::Entries || self.why_incomplete(folder).is_some() {
                changes.push(Change::Name(parent, INCOMPLETE.into()));
            }
            for (name, node) in folder.always() {
                if self.ino(node) != next.ino(node) {
                    changes.push(Change::Name(parent, name.into()));
                }
            }
        }
    }

    /// True where nothing is missing in either view, so that no folder says so.
    fn knows_as_much(&self, next: &View) -> bool {
        let known = |view: &View| {
            let index = view.state.index();
            (view.state.is_complete(), index.known().len(), index.troubles().len(), view.entries_missing())
        };
        let both = self.state.has_content() && next.state.has_content();
        // What is missing below the newest snapshot is missing in history/ alone.
        let whole = |view: &View| view.state.is_complete() && view.why_history_incomplete().is_none();
        both && whole(self) && whole(next) && known(self) == known(next)
    }

    /// The numbers of the files that only get longer.
    pub(super) fn growing(&self) -> [Ino; GROWING] {
        Rope::GROWING.map(|rope| self.ino(Node::Rope(rope)))
    }
}

/// Every name under which an object is found, and the folder of its versions.
pub(super) fn object_names(state: &State, object: ObjectNo, changes: &mut Vec<Change>) {
    let index = state.index();
    let (kind, id) = (index.kind(object), index.id(object));
    if let Some(first) = index.history(object).first() {
        let key = key_of(state, *first);
        changes.push(Change::Content(Node::Folder(Folder::Versions(key)).ino()));
    }
    let mut name_of = |folder: Folder, name: String| {
        changes.push(Change::Name(Node::Folder(folder).ino(), name.into_bytes()));
    };
    name_of(Folder::Kind(kind), object_file(id, ".json"));
    let Some(name) = index.newest(object).and_then(|version| index.name(version)) else { return };
    let plain = [Some(Folder::HistoryByName(kind)), Some(Folder::RemovedKind(kind)), payloads(kind)];
    let folders = plain.into_iter().flatten().map(|folder| (folder, ""));
    for (folder, suffix) in folders.chain([(Folder::ByName(kind), ".json")]) {
        name_of(folder, bare_name(name, suffix));
        name_of(folder, full_name(name, id, suffix));
    }
}
