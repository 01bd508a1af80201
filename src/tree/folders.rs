//! The folders that are always there, and what stands in them.

use super::inode::{Document, Folder, Node, Rope};
use super::rafttool;
use super::selection::Past;
use crate::store::Kind;

/// A name that never changes, and the node behind it.
pub(super) type Fixed = (&'static str, Node);

const ROOT: [Fixed; 15] = [
    ("README.md", Node::Document(Document::Readme)),
    ("status.json", Node::Document(Document::Status)),
    ("check.txt", Node::Document(Document::Check)),
    ("log.txt", Node::Rope(Rope::Log)),
    ("entries", Node::Folder(Folder::Entries)),
    ("objects", Node::Folder(Folder::Objects)),
    ("secrets", Node::Folder(Folder::Secrets)),
    ("configs", Node::Folder(Folder::Configs)),
    ("history", Node::Folder(Folder::History)),
    ("removed", Node::Folder(Folder::Removed)),
    ("at", Node::Folder(Folder::At)),
    ("tables", Node::Folder(Folder::Tables)),
    ("raft", Node::Folder(Folder::Raft)),
    ("rafttool", Node::Folder(Folder::Rafttool)),
    ("node", Node::Folder(Folder::Node)),
];

const RAFT: [Fixed; 7] = [
    ("hardstate.json", Node::Document(Document::HardState)),
    ("members.json", Node::Document(Document::Members)),
    ("snapshots", Node::Folder(Folder::Snapshots)),
    ("uncommitted", Node::Folder(Folder::Uncommitted)),
    ("payload", Node::Folder(Folder::Payload)),
    ("wal", Node::Folder(Folder::Wal)),
    ("superseded", Node::Folder(Folder::Superseded)),
];

/// The files in it depend on what the directory has.
const NODE: [Fixed; 2] =
    [("certificates", Node::Folder(Folder::Certificates)), ("tasks", Node::Folder(Folder::StoredTasks))];

const OBJECTS: [Fixed; Kind::COUNT] = [
    ("clusters", Node::Folder(Folder::Kind(Kind::Cluster))),
    ("configs", Node::Folder(Folder::Kind(Kind::Config))),
    ("extensions", Node::Folder(Folder::Kind(Kind::Extension))),
    ("networks", Node::Folder(Folder::Kind(Kind::Network))),
    ("nodes", Node::Folder(Folder::Kind(Kind::Node))),
    ("resources", Node::Folder(Folder::Kind(Kind::Resource))),
    ("secrets", Node::Folder(Folder::Kind(Kind::Secret))),
    ("services", Node::Folder(Folder::Kind(Kind::Service))),
    ("tasks", Node::Folder(Folder::Kind(Kind::Task))),
    ("volumes", Node::Folder(Folder::Kind(Kind::Volume))),
];

const TABLES: [Fixed; Kind::COUNT + 2] = [
    ("entries.jsonl", Node::Rope(Rope::Entries)),
    ("clusters.jsonl", Node::Rope(Rope::Kind(Kind::Cluster))),
    ("configs.jsonl", Node::Rope(Rope::Kind(Kind::Config))),
    ("extensions.jsonl", Node::Rope(Rope::Kind(Kind::Extension))),
    ("networks.jsonl", Node::Rope(Rope::Kind(Kind::Network))),
    ("nodes.jsonl", Node::Rope(Rope::Kind(Kind::Node))),
    ("resources.jsonl", Node::Rope(Rope::Kind(Kind::Resource))),
    ("secrets.jsonl", Node::Rope(Rope::Kind(Kind::Secret))),
    ("services.jsonl", Node::Rope(Rope::Kind(Kind::Service))),
    ("tasks.jsonl", Node::Rope(Rope::Kind(Kind::Task))),
    ("volumes.jsonl", Node::Rope(Rope::Kind(Kind::Volume))),
    ("history.jsonl", Node::Rope(Rope::History)),
];

/// The name of the file that says why a folder does not hold all that it should.
pub(super) const INCOMPLETE: &str = "_INCOMPLETE.txt";

impl Folder {
    /// What stands in it whatever the state directory holds.
    pub(super) fn always(self) -> impl Iterator<Item = Fixed> {
        let (shown, _) = self.selected();
        let rows = shown.fixed().iter().copied().chain(shown.own());
        rows.filter_map(move |(name, row)| Some((name, self.here(row)?)))
    }

    /// What stands in every folder of this sort, whatever the state directory holds.
    fn fixed(self) -> &'static [Fixed] {
        match self {
            Folder::Root => &ROOT,
            Folder::Raft => &RAFT,
            Folder::Node => &NODE,
            Folder::Objects | Folder::History | Folder::Removed => &OBJECTS,
            Folder::Tables => &TABLES,
            Folder::Rafttool => &rafttool::ROOT,
            Folder::DumpObject => &rafttool::DUMP_OBJECT,
            Folder::Decrypted => &rafttool::DECRYPTED,
            _ => &[],
        }
    }

    /// `by-name` and `meta.json` depend on the folder that they stand in.
    fn own(self) -> Option<Fixed> {
        match self {
            Folder::Kind(kind) => Some(("by-name", Node::Folder(Folder::ByName(kind)))),
            Folder::SnapshotKind(key, kind) => Some(("by-name", Node::Folder(Folder::SnapshotByName(key, kind)))),
            Folder::HistoryKind(kind) => Some(("by-name", Node::Folder(Folder::HistoryByName(kind)))),
            Folder::Snapshot(key) => Some(("meta.json", Node::Document(Document::SnapshotMeta(key)))),
            _ => None,
        }
    }

    /// The folder above.
    pub(super) fn parent(self) -> Folder {
        match self {
            Folder::Kind(_) => Folder::Objects,
            Folder::ByName(kind) => Folder::Kind(kind),
            Folder::Snapshots | Folder::Uncommitted | Folder::Payload => Folder::Raft,
            Folder::Snapshot(_) => Folder::Snapshots,
            Folder::DumpObject | Folder::Decrypted => Folder::Rafttool,
            Folder::WalDecrypted | Folder::SnapDecrypted => Folder::Decrypted,
            Folder::Wal | Folder::Superseded => Folder::Raft,
            Folder::SnapshotObjects(key) => Folder::Snapshot(key),
            Folder::SnapshotKind(key, _) => Folder::SnapshotObjects(key),
            Folder::SnapshotByName(key, kind) => Folder::SnapshotKind(key, kind),
            Folder::Certificates | Folder::StoredTasks => Folder::Node,
            Folder::HistoryKind(_) => Folder::History,
            Folder::HistoryByName(kind) => Folder::HistoryKind(kind),
            Folder::RemovedKind(_) => Folder::Removed,
            Folder::Past(_, Past::ROOT) => Folder::At,
            Folder::Past(index, past) => Folder::Past(index, Past::of(past.folder().parent()).unwrap_or(Past::ROOT)),
            _ => Folder::Root,
        }
    }

    /// The kind of the objects that a folder of the present, or of history, shows.
    pub(super) fn kind(self) -> Option<Kind> {
        match self {
            Folder::Kind(kind) | Folder::ByName(kind) => Some(kind),
            Folder::HistoryKind(kind) | Folder::HistoryByName(kind) | Folder::RemovedKind(kind) => Some(kind),
            _ => None,
        }
    }

    /// True where the content is objects of the current state, so that a gap in the state is a gap here.
    pub(super) fn shows_state(self) -> bool {
        use Folder::*;
        matches!(self, Objects | Secrets | Configs | Tables | Kind(_) | ByName(_) | DumpObject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_stand_in_their_own_folders_and_tables() {
        for (kind, (folder, table)) in Kind::ALL.iter().zip(OBJECTS.iter().zip(&TABLES[1..])) {
            assert_eq!(*folder, (kind.plural(), Node::Folder(Folder::Kind(*kind))));
            assert_eq!(*table, (format!("{}.jsonl", kind.plural()).leak() as &str, Node::Rope(Rope::Kind(*kind))));
        }
    }
}
