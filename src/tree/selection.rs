//! Which objects a folder shows, and in which version.

use super::inode::{Folder, Node};
use crate::disk::RaftIndex;
use crate::store::{ObjectNo, State, VersionNo};

/// A selection among all objects that were ever seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Selection {
    /// Those of the current state.
    Now,
    /// Those that existed after an entry.
    After(RaftIndex),
    /// All, in the newest version.
    Ever,
    /// Those that are gone, in the version that removed them.
    Gone,
}

impl Selection {
    /// The version in which an object is selected; `None` where it is not.
    pub(super) fn version(self, state: &State, object: ObjectNo) -> Option<VersionNo> {
        let index = state.index();
        match self {
            Selection::Now => index.current(object),
            Selection::After(entry) => state.version_after(object, entry),
            Selection::Ever => index.newest(object),
            Selection::Gone => index.newest(object).filter(|_| index.current(object).is_none()),
        }
    }

    /// The name under which an object is selected.
    pub(super) fn name(self, state: &State, object: ObjectNo) -> Option<&[u8]> {
        state.index().name(self.version(state, object)?)
    }
}

/// The folders of the present that `at/<index>/` shows as they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Past(u8);

impl Past {
    /// `at/<index>/` itself, which shows what the root shows of a state.
    pub(super) const ROOT: Past = Past(1);

    /// The past of a folder, where it has one.
    pub(super) fn of(folder: Folder) -> Option<Past> {
        let shown = matches!(
            folder,
            Folder::Root | Folder::Objects | Folder::Secrets | Folder::Configs | Folder::Kind(_) | Folder::ByName(_)
        );
        Node::Folder(folder).fixed_number().filter(|_| shown).map(Past)
    }

    /// The folder of the present.
    pub(super) fn folder(self) -> Folder {
        match Node::fixed(u32::from(self.0)) {
            Some(Node::Folder(folder)) => folder,
            _ => Folder::Root,
        }
    }

    /// The fixed number of the folder of the present.
    pub(super) fn number(self) -> u32 {
        u32::from(self.0)
    }
}

impl Folder {
    /// The folder of the present that a folder looks like, and what it selects.
    pub(super) fn selected(self) -> (Folder, Selection) {
        match self {
            Folder::Past(index, past) => (past.folder(), Selection::After(index)),
            now => (now, Selection::Now),
        }
    }

    /// What a row of the present is in this folder; `None` where it does not stand here.
    pub(super) fn here(self, row: Node) -> Option<Node> {
        match (self, row) {
            (Folder::Past(index, _), Node::Folder(folder)) => {
                Past::of(folder).map(|past| Node::Folder(Folder::Past(index, past)))
            }
            (Folder::Past(..), _) => None,
            (Folder::History, Node::Folder(Folder::Kind(kind))) => Some(Node::Folder(Folder::HistoryKind(kind))),
            (Folder::Removed, Node::Folder(Folder::Kind(kind))) => Some(Node::Folder(Folder::RemovedKind(kind))),
            (_, row) => Some(row),
        }
    }
}
