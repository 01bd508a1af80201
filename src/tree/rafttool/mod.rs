//! `rafttool/`: what the peer's commands print and write (format 9), for people and scripts that know them.
//!
//! Byte for byte where the peer succeeds. It gives up at the first thing that it cannot read; here a line
//! `# why` stands in that place, and what follows is shown.

mod base;
mod dump;
mod plain_log;
mod plain_snapshot;
mod snapshot_text;
mod wire;

use std::sync::OnceLock;

use super::folders::Fixed;
use super::inode::{Folder, Node, Rope, SnapshotKey};
use super::ropes::{Pieces, Slot};
use super::view::{Named, View};
use crate::store::Kind;
use base::Base;

pub(super) use plain_log::PlainLog;
pub(super) use plain_snapshot::PlainSnapshot;
pub(super) use snapshot_text::SnapshotText;

/// The one segment of a log that was just made (format 4.1).
const SEGMENT: &str = "0000000000000000-0000000000000000.wal";

/// A file of the peer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dump {
    /// `dump-wal.txt`
    Wal,
    /// `dump-snapshot.txt`
    Snapshot,
    /// `dump-object/<kind>.txt`
    Objects(Kind),
    /// The log of `decrypted/`, which begins behind this snapshot.
    PlainLog(SnapshotKey),
    /// The snapshot of `decrypted/`.
    PlainSnapshot(SnapshotKey),
}

/// The files that were measured so far.
#[derive(Default)]
pub(super) struct Dumps {
    wal: Slot,
    snapshot: Slot,
    objects: [Slot; Kind::COUNT],
    plain_log: Slot,
    plain_snapshot: Slot,
    base: OnceLock<Option<Base>>,
}

const fn file(dump: Dump) -> Node {
    Node::Rope(Rope::Rafttool(dump))
}

/// `rafttool/`
pub(super) const ROOT: [Fixed; 4] = [
    ("dump-wal.txt", file(Dump::Wal)),
    ("dump-snapshot.txt", file(Dump::Snapshot)),
    ("dump-object", Node::Folder(Folder::DumpObject)),
    ("decrypted", Node::Folder(Folder::Decrypted)),
];

/// `rafttool/dump-object/`; the peer itself has no command for volumes (format 10).
pub(super) const DUMP_OBJECT: [Fixed; Kind::COUNT] = [
    ("cluster.txt", file(Dump::Objects(Kind::Cluster))),
    ("config.txt", file(Dump::Objects(Kind::Config))),
    ("extension.txt", file(Dump::Objects(Kind::Extension))),
    ("network.txt", file(Dump::Objects(Kind::Network))),
    ("node.txt", file(Dump::Objects(Kind::Node))),
    ("resource.txt", file(Dump::Objects(Kind::Resource))),
    ("secret.txt", file(Dump::Objects(Kind::Secret))),
    ("service.txt", file(Dump::Objects(Kind::Service))),
    ("task.txt", file(Dump::Objects(Kind::Task))),
    ("volume.txt", file(Dump::Objects(Kind::Volume))),
];

/// `rafttool/decrypted/`
pub(super) const DECRYPTED: [Fixed; 2] =
    [("wal-decrypted", Node::Folder(Folder::WalDecrypted)), ("snap-decrypted", Node::Folder(Folder::SnapDecrypted))];

impl View {
    /// Where the measured file is kept; `None` for one that belonged to a snapshot that is no longer the peer's.
    pub(super) fn dump_slot(&self, dump: Dump) -> Option<&Slot> {
        let dumps = &self.ropes.rafttool;
        Some(match dump {
            Dump::Wal => &dumps.wal,
            Dump::Snapshot => &dumps.snapshot,
            Dump::Objects(kind) => &dumps.objects[kind as usize],
            Dump::PlainLog(key) if key == self.base_key() => &dumps.plain_log,
            Dump::PlainSnapshot(key) if key == self.base_key() => &dumps.plain_snapshot,
            Dump::PlainLog(_) | Dump::PlainSnapshot(_) => return None,
        })
    }

    /// What a file is made of.
    pub(super) fn dump_pieces(&self, dump: Dump) -> Pieces {
        match dump {
            Dump::Wal => Pieces::Entries(self.entries_behind_base()),
            Dump::Snapshot => Pieces::Snapshot(self.snapshot_text()),
            Dump::Objects(kind) => {
                let current = self.state.index().current_objects(kind);
                Pieces::Versions(current.map(|(_, version)| version).collect())
            }
            Dump::PlainLog(_) => Pieces::PlainLog(self.plain_log()),
            Dump::PlainSnapshot(_) => Pieces::PlainSnapshot(self.plain_snapshot()),
        }
    }

    /// The one file of a folder in `decrypted/`.
    fn decrypted(&self, folder: Folder) -> Option<(String, Node)> {
        match folder {
            Folder::WalDecrypted if self.state.log().segments.is_empty() => None,
            Folder::WalDecrypted => Some((SEGMENT.to_owned(), file(Dump::PlainLog(self.base_key())))),
            _ => {
                let base = self.loaded_base()?.file();
                let name = format!("{:016x}-{:016x}.snap", base.term.0, base.index.0);
                Some((name, file(Dump::PlainSnapshot(self.base_key()))))
            }
        }
    }

    pub(super) fn find_decrypted(&self, folder: Folder, name: &[u8]) -> Option<Node> {
        self.decrypted(folder).filter(|(own, _)| own.as_bytes() == name).map(|(_, node)| node)
    }

    pub(super) fn list_decrypted(&self, folder: Folder, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        if behind == 0
            && let Some((name, node)) = self.decrypted(folder)
        {
            each(Named { name: name.as_bytes(), node, cookie: 1 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_stand_in_their_own_files() {
        for (kind, row) in Kind::ALL.iter().zip(&DUMP_OBJECT) {
            assert_eq!(*row, (format!("{}.txt", kind.singular()).leak() as &str, file(Dump::Objects(*kind))));
        }
    }
}
