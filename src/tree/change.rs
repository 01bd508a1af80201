//! From one view to the next: what the kernel has to forget.

use std::sync::Arc;

use super::Ino;
use super::cache::Cache;
use super::folders::INCOMPLETE;
use super::generations::Generations;
use super::inode::{Folder, Node, SnapshotKey, VersionKey};
use super::lost::{payloads, replaced_snapshots};
use super::names::{bare_name, full_name, object_file};
use super::view::{View, entry_name};
use crate::disk::EntryAt;
use crate::store::{Index, Kind, ObjectNo, State, Trouble, VersionNo};

/// Something that is no longer as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The bytes, attributes or rows of a node.
    Content(Ino),
    /// What a name in a folder leads to.
    Name(Ino, Vec<u8>),
}

/// What is the same in an earlier and a later state.
struct Compared<'a> {
    before: &'a State,
    after: &'a State,
    /// Entries at the start of both logs that are the same.
    same: usize,
    /// True if the later log is the earlier one and more, opened with the same keys.
    grew: bool,
    /// Snapshots in whose place another one stands.
    replaced: Vec<SnapshotKey>,
}

impl<'a> Compared<'a> {
    fn new(before: &'a State, after: &'a State) -> Compared<'a> {
        let (old, new) = (&before.log().entries, &after.log().entries);
        let same = old.iter().zip(new).take_while(|(old, new)| same_entry(old, new)).count();
        let replaced = replaced_snapshots(before, after);
        // Why an entry is sealed depends on the snapshots (format 2.9).
        let sealed = |(_, trouble): &(u32, Trouble)| matches!(trouble, Trouble::Sealed(_));
        let unsealed = before.has_content() && !before.index().troubles().iter().any(sealed);
        let reads_the_same = before.same_keys(after) && (unsealed || same_snapshots(before, after));
        let grew = same == old.len() && reads_the_same && replaced.is_empty();
        Compared { before, after, same, grew, replaced }
    }
}

/// Folders of few rows, whose contents go with the directory and not with the entries.
const FEW: [Folder; 8] = [
    Folder::Snapshots,
    Folder::WalDecrypted,
    Folder::SnapDecrypted,
    Folder::Wal,
    Folder::Superseded,
    Folder::Node,
    Folder::Certificates,
    Folder::StoredTasks,
];

/// True if two versions were written by the same action.
fn same_version(compared: &Compared<'_>, before: VersionNo, after: VersionNo) -> bool {
    compared.replaced.is_empty() && compared.before.written_at(before) == compared.after.written_at(after)
}

/// The same snapshots, as far as their names tell.
fn same_snapshots(before: &State, after: &State) -> bool {
    let names = |state: &State| -> Vec<_> {
        state.snapshot_files().iter().map(|file| file.as_ref().ok().map(|file| (file.term, file.index))).collect()
    };
    names(before) == names(after)
}

/// The same bytes at the same place.
fn same_entry(a: &EntryAt, b: &EntryAt) -> bool {
    (a.index, a.term, a.offset, a.len, a.trust) == (b.index, b.term, b.offset, b.len, b.trust)
}

impl View {
    /// The view of the same directory as it is now, and what has changed.
    pub(super) fn advance(&self, state: Arc<State>, cache_bytes: usize) -> (View, Vec<Change>) {
        let mut changes = Vec::new();
        let compared = Compared::new(&self.state, &state);
        let mut generations = Generations { now: self.generations.now + 1, ..self.generations };
        if !compared.grew {
            generations.log = generations.now;
        }
        let objects = self.changed_objects(&compared);
        for kind in Kind::ALL {
            let touched = objects.as_ref().is_none_or(|(old, new)| {
                let of_kind = |no: &&ObjectNo, index: &Index| index.kind(**no) == kind;
                old.iter().any(|no| of_kind(&no, self.state.index()))
                    || new.iter().any(|no| of_kind(&no, compared.after.index()))
            });
            if touched {
                generations.kinds[kind as usize] = generations.now;
            }
        }
        // An overwritten entry, or another key, gives other bytes for numbers that are held.
        let cache = (!compared.grew).then(|| Arc::new(Cache::new(cache_bytes)));
        self.entry_changes(&compared, &mut changes);
        if let Some((old, new)) = &objects {
            old.iter().for_each(|no| {
                object_names(&self.state, *no, &mut changes);
                self.links_changed(*no, &mut changes);
            });
            new.iter().for_each(|no| object_names(compared.after, *no, &mut changes));
        }
        if !(compared.grew && same_snapshots(compared.before, compared.after)) {
            self.lost_history(compared.after, !compared.replaced.is_empty(), &mut changes);
        }
        self.snapshot_changes(compared.replaced, &mut changes);
        let next = self.next(state, generations, cache);
        if let Some((gone, come)) = &objects {
            self.other_names(&next, gone, come, &mut changes);
        }
        self.fixed_changes(&next, &mut changes);
        for folder in FEW {
            self.row_changes(folder, &mut changes);
        }
        (next, changes)
    }

    /// A version that is no longer the current one has a name less.
    fn links_changed(&self, object: ObjectNo, changes: &mut Vec<Change>) {
        let Some(version) = self.state.index().current(object) else { return };
        let key = self.key(version);
        changes.extend([Node::Object(key), Node::Data(key)].map(|node| Change::Content(node.ino())));
    }

    /// Objects whose current version is another one, in the numbering of both indexes. `None` where all must be
    /// taken for changed, or where nobody has seen any.
    fn changed_objects(&self, compared: &Compared<'_>) -> Option<(Vec<ObjectNo>, Vec<ObjectNo>)> {
        if !compared.before.has_content() {
            return None;
        }
        let (old, new) = (compared.before.index(), compared.after.index());
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for kind in Kind::ALL {
            for (object, version) in old.current_objects(kind) {
                let now = new.object(kind, old.id(object)).and_then(|no| new.current(no));
                if now.is_none_or(|now| !same_version(compared, version, now)) {
                    gone.push(object);
                }
            }
            for (object, version) in new.current_objects(kind) {
                let then = old.object(kind, new.id(object)).and_then(|no| old.current(no));
                if then.is_none_or(|then| !same_version(compared, then, version)) {
                    come.push(object);
                }
            }
        }
        Some((gone, come))
    }

    fn entry_changes(&self, compared: &Compared<'_>, changes: &mut Vec<Change>) {
        let (entries, at) = (Node::Folder(Folder::Entries).ino(), Node::Folder(Folder::At).ino());
        let stale = if compared.grew { compared.same } else { 0 };
        for old in &compared.before.log().entries[stale..] {
            changes.push(Change::Name(entries, entry_name(old.index, ".json").into_bytes()));
            changes.push(Change::Name(at, entry_name(old.index, "").into_bytes()));
            changes.push(Change::Content(Node::Entry(old.index).ino()));
            changes.push(Change::Content(Node::Payload(old.index).ino()));
        }
        let uncommitted = Node::Folder(Folder::Uncommitted).ino();
        for old in self.uncommitted() {
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

    /// Files that exist once, and the rows of all folders that do.
    fn fixed_changes(&self, next: &View, changes: &mut Vec<Change>) {
        for folder in Folder::all_fixed() {
            let parent = Node::Folder(folder).ino();
            changes.push(Change::Content(parent));
            changes.push(Change::Name(parent, INCOMPLETE.into()));
            for (name, node) in folder.always() {
                let (before, after) = (self.ino(node), next.ino(node));
                if before != after {
                    changes.push(Change::Name(parent, name.into()));
                } else if matches!(node, Node::Rope(rope) if rope.only_grows()) {
                    changes.push(Change::Content(after));
                }
            }
        }
    }
}

/// Every name under which an object is found, and the folder of its versions.
pub(super) fn object_names(state: &State, object: ObjectNo, changes: &mut Vec<Change>) {
    let index = state.index();
    let (kind, id) = (index.kind(object), index.id(object));
    if let Some(first) = index.history(object).first() {
        let (index, in_snapshot, position) = state.written_at(*first);
        let key = VersionKey { index, in_snapshot, position };
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
