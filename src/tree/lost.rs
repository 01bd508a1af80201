//! Names that change though nothing was done to their objects: what is no longer in `history/` and `removed/`, purged
//! with its segment or snapshot, or overwritten; and the other bearers of a name.

use super::change::{Change, object_names};
use super::history::folder_name;
use super::inode::{Folder, Node, VersionKey};
use super::names::{bare_name, full_name};
use super::selection::Selection;
use super::view::View;
use crate::store::{Kind, ObjectNo, State};

/// Where the versions of an object were written, oldest first.
fn written(state: &State, object: ObjectNo) -> Vec<VersionKey> {
    let key = |(index, in_snapshot, position)| VersionKey { index, in_snapshot, position };
    state.index().history(object).iter().map(|version| key(state.written_at(*version))).collect()
}

impl View {
    /// The names of objects whose versions are no longer all there: the folder of an object is numbered by the first.
    pub(super) fn lost_history(&self, after: &State, changes: &mut Vec<Change>) {
        if !self.state.has_content() {
            return;
        }
        let (old, new) = (self.state.index(), after.index());
        for kind in Kind::ALL {
            for &object in old.objects(kind) {
                let id = old.id(object);
                let was = written(&self.state, object);
                let is = new.object(kind, id).map(|object| written(after, object)).unwrap_or_default();
                let Some(first) = was.first().filter(|_| !is.starts_with(&was)) else { continue };
                let mut name_of = |folder: Folder, name: String| {
                    changes.push(Change::Name(Node::Folder(folder).ino(), name.into_bytes()));
                };
                name_of(Folder::HistoryKind(kind), folder_name(id));
                for folder in [Folder::HistoryByName(kind), Folder::RemovedKind(kind)] {
                    for name in old.history(object).iter().filter_map(|version| old.name(*version)) {
                        name_of(folder, bare_name(name, ""));
                        name_of(folder, full_name(name, id, ""));
                    }
                }
                changes.push(Change::Content(Node::Folder(Folder::Versions(*first)).ino()));
                self.row_changes(Folder::Versions(*first), changes);
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

/// The folder of the payloads of a kind.
pub(super) fn payloads(kind: Kind) -> Option<Folder> {
    match kind {
        Kind::Secret => Some(Folder::Secrets),
        Kind::Config => Some(Folder::Configs),
        _ => None,
    }
}
