//! Names that change though nothing was done to their objects: of snapshots in whose place others stand, and of the
//! other bearers of a name.

use std::collections::HashMap;

use super::change::{Change, object_names};
use super::folders::INCOMPLETE;
use super::inode::{Folder, Node, SnapshotKey};
use super::names::{bare_name, full_name};
use super::selection::Selection;
use super::view::View;
use crate::disk::{BadSnapshot, ReadAt, SnapshotFault, SnapshotFile};
use crate::store::{Kind, ObjectNo, State};

impl View {
    /// The folders of snapshots in `raft/snapshots/`, and what is in them.
    pub(super) fn snapshot_changes(&self, snapshots: &[SnapshotKey], changes: &mut Vec<Change>) {
        for key in snapshots.iter().copied() {
            let of_kind = |kind| [Folder::SnapshotKind(key, kind), Folder::SnapshotByName(key, kind)];
            let folders = [Folder::Snapshot(key), Folder::SnapshotObjects(key)];
            for folder in folders.into_iter().chain(Kind::ALL.into_iter().flat_map(of_kind)) {
                let ino = Node::Folder(folder).ino();
                changes.extend([Change::Content(ino), Change::Name(ino, INCOMPLETE.into())]);
                for (name, node) in folder.always() {
                    changes.extend([Change::Name(ino, name.into()), Change::Content(self.ino(node))]);
                }
                self.row_changes(folder, changes);
            }
        }
    }

    /// The names beside those of objects that are gone or have come, in the numbering of this view and of the next.
    pub(super) fn other_names(&self, next: &View, gone: &[ObjectNo], come: &[ObjectNo], changes: &mut Vec<Change>) {
        for &object in come {
            let index = next.state.index();
            // What was removed and comes again may have borne another name.
            if let Some(before) = self.state.index().object(index.kind(object), index.id(object)) {
                object_names(&self.state, before, changes);
            }
        }
        for (view, objects) in [(self, gone), (next, come)] {
            for &object in objects {
                let index = view.state.index();
                let kind = index.kind(object);
                let Some(folder) = payloads(kind) else { continue };
                let Some(name) = index.newest(object).and_then(|version| index.name(version)) else { continue };
                // The payload under the bare name has no second row: who takes that place, or leaves it, loses or
                // gets one.
                let bare = bare_name(name, "");
                for view in [self, next] {
                    let found = view.names.by_name(&view.state, Selection::Now, kind, bare.as_bytes(), "");
                    let Some((holder, _)) = found else { continue };
                    let full = full_name(name, view.state.index().id(holder), "");
                    changes.push(Change::Name(Node::Folder(folder).ino(), full.into_bytes()));
                }
            }
        }
    }
}

/// What tells a snapshot file from another: checksum, length, time; or what is wrong with it.
type Told<'a> = Result<(u32, u64, (i64, u32)), &'a SnapshotFault>;

fn told(listed: &Result<SnapshotFile, BadSnapshot>) -> (Option<SnapshotKey>, Told<'_>) {
    match listed {
        Ok(file) => (Some(SnapshotKey::new(file.term, file.index)), Ok((file.crc, file.file.len(), file.modified()))),
        Err(bad) => (bad.term_and_index().map(|(term, index)| SnapshotKey::new(term, index)), Err(&bad.why)),
    }
}

/// The file that is shown of each snapshot: of several the first that can be read.
fn shown(state: &State) -> HashMap<(u64, u32), Told<'_>> {
    let mut shown = HashMap::new();
    for (key, told) in state.snapshot_files().iter().map(told) {
        let Some(key) = key else { continue };
        let place = shown.entry((key.index, key.term)).or_insert(told);
        // The first stays where none can be read.
        if place.is_err() && told.is_ok() {
            *place = told;
        }
    }
    shown
}

/// The snapshots in whose place another one stands: one that was half-written when it was looked at (format 11.2), or
/// that of another swarm.
pub(super) fn replaced_snapshots(before: &State, after: &State) -> Vec<SnapshotKey> {
    let now = shown(after);
    let other = |(key, was): (_, Told<'_>)| now.get(&key).is_some_and(|is| *is != was).then_some(key);
    let replaced = shown(before).into_iter().filter_map(other);
    replaced.map(|(index, term)| SnapshotKey { index, term }).collect()
}

/// The folder of the payloads of a kind.
pub(super) fn payloads(kind: Kind) -> Option<Folder> {
    match kind {
        Kind::Secret => Some(Folder::Secrets),
        Kind::Config => Some(Folder::Configs),
        _ => None,
    }
}
