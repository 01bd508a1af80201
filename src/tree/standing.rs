//! Which versions stand in a later state whose index did not grow out of the earlier one: a tail was overwritten
//! (format 4.6), segments were purged, another key opens more. And what the kernel has to forget of the others.

use std::collections::BTreeSet;

use super::change::{Change, object_names};
use super::history::folder_name;
use super::inode::{Folder, Node, SnapshotKey};
use super::kept::same_entry;
use super::names::{bare_name, full_name, object_file};
use super::objects::{key_of, version_of};
use super::view::View;
use crate::disk::EntryAt;
use crate::store::{Kind, ObjectNo, Origin, State, VersionNo};

/// The same version in a later state, if the same action wrote it and it has the same number there. An entry that was
/// overwritten has its index in common with the one that took its place, and no more; a snapshot gives other versions
/// where the log before it is gone.
pub(super) fn standing(before: &State, after: &State, no: VersionNo) -> Option<VersionNo> {
    let stands = match before.index().version(no).origin() {
        Origin::Entry(place) => entry_standing(before, after, before.log().entries.get(place as usize)?).is_some(),
        Origin::Snapshot(place) => {
            let id = before.content().snapshots.get(place as usize)?.file().id();
            after.content().snapshots.iter().any(|snapshot| snapshot.file().id() == id)
        }
    };
    let now = version_of(after, key_of(before, no)).filter(|_| stands)?;
    (said(before, no) == said(after, now)).then_some(now)
}

/// The place of the same entry in a later log: the same bytes of the same file.
fn entry_standing(before: &State, after: &State, entry: &EntryAt) -> Option<u32> {
    let place = after.place_of(entry.index)?;
    let now = after.log().entries.get(place as usize)?;
    (same_entry(entry, now) && file(before, entry) == file(after, now)).then_some(place)
}

/// True for an entry whose file says the same in a later state, if what both hold reads the same.
pub(super) fn says_the_same(before: &State, after: &State, entry: &EntryAt) -> bool {
    let Some((old, now)) = before.place_of(entry.index).zip(entry_standing(before, after, entry)) else { return false };
    let time = |state: &State, place| (state.index().time(place), state.index().time_inherited(place));
    !before.has_content() || time(before, old) == time(after, now)
}

/// The file that an entry stands in.
fn file(state: &State, entry: &EntryAt) -> Option<(u64, u64)> {
    state.log().segments.get(entry.segment as usize)?.file.identity()
}

/// What was done, and to what.
fn said(state: &State, no: VersionNo) -> (Kind, &[u8], &'static str) {
    let (index, version) = (state.index(), state.index().version(no));
    (index.kind(version.object()), index.id(version.object()), version.action().word())
}

impl View {
    /// The numbers of versions that do not stand, their names in `history/`, and the folders there that have another
    /// number now.
    pub(super) fn forget_versions(&self, after: &State, changes: &mut Vec<Change>) {
        let (old, new) = (self.state.index(), after.index());
        for (kind, object) in Kind::ALL.into_iter().flat_map(|kind| old.objects(kind).iter().map(move |no| (kind, *no)))
        {
            let Some(first) = self.first_key(object) else { continue };
            let folder = Node::Folder(Folder::Versions(first)).ino();
            let (mut gone, mut behind_gone) = (false, false);
            for no in old.history(object) {
                // A removal shows what it removed.
                let shows_other = behind_gone && !old.version(*no).action().leaves_object();
                behind_gone = shows_other || standing(&self.state, after, *no).is_none();
                if behind_gone {
                    let key = self.key(*no);
                    let files = [Node::Object(key), Node::Data(key)];
                    let links = [Node::Name(key), Node::FullName(key), Node::DataAlias(key)];
                    changes.extend(files.into_iter().chain(links).map(|node| Change::Content(node.ino())));
                    changes.extend(self.version_names(*no).map(|name| Change::Name(folder, name.into_bytes())));
                }
                gone |= behind_gone;
            }
            let now = new.object(kind, old.id(object)).map_or(&[][..], |no| new.history(no));
            let moved = now.first().map(|no| key_of(after, *no)) != Some(first);
            // A snapshot may have put others in between.
            if gone || moved || now.len() != old.history(object).len() {
                self.forget_names(object, changes);
                let links = [Node::HistoryLink, Node::HistoryFullLink, Node::RemovedLink, Node::RemovedFullLink];
                changes.extend(links.map(|link| Change::Content(link(first).ino())));
                changes.push(Change::Content(folder));
            }
        }
    }

    /// The rows in `raft/snapshots/` that show versions which do not stand in the other view. Where both have the
    /// snapshot, one of them may show the same object as a version that the log gives (or gave).
    pub(super) fn forget_snapshot_rows(&self, other: &View, changes: &mut Vec<Change>) {
        let (index, others) = (self.state.index(), &other.state.content().snapshots);
        for (place, snapshot) in (0..).zip(&self.state.content().snapshots) {
            let file = snapshot.file();
            if others.iter().all(|other| other.file().id() != file.id()) {
                continue;
            }
            let key = SnapshotKey::new(file.term, file.index);
            let versions = self.state.versions_of(Origin::Snapshot(place));
            let versions = versions.filter_map(|number| index.version_at(number));
            let mut touched = BTreeSet::new();
            for no in versions.filter(|no| standing(&self.state, &other.state, *no).is_none()) {
                let object = index.version(no).object();
                let parent = Node::Folder(Folder::SnapshotKind(key, index.kind(object))).ino();
                touched.insert(parent);
                changes.push(Change::Name(parent, object_file(index.id(object), ".json").into_bytes()));
            }
            changes.extend(touched.into_iter().map(Change::Content));
        }
    }

    /// The names in `history/` and `removed/` that an object ever had.
    fn forget_names(&self, object: ObjectNo, changes: &mut Vec<Change>) {
        let index = self.state.index();
        let (kind, id) = (index.kind(object), index.id(object));
        let mut name_of = |folder: Folder, name: String| {
            changes.push(Change::Name(Node::Folder(folder).ino(), name.into_bytes()));
        };
        name_of(Folder::HistoryKind(kind), folder_name(id));
        for name in index.history(object).iter().filter_map(|no| index.name(*no)) {
            for folder in [Folder::HistoryByName(kind), Folder::RemovedKind(kind)] {
                name_of(folder, bare_name(name, ""));
                name_of(folder, full_name(name, id, ""));
            }
        }
        object_names(&self.state, object, changes);
    }
}
