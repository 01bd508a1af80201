//! What an inode number denotes.
//!
//! Numbers are computed, never counted, so they are the same after a remount and the content behind one
//! never changes (ropes grow). 64 bits:
//!
//! ```text
//! 63      56 55                          20 19                0
//! +---------+------------------------------+------------------+
//! |  class  |  raft index (36 bits)        |  position        |
//! +---------+------------------------------+------------------+
//! ```
//!
//! The position is that of an action within its entry, or of an object within its snapshot. Class 0 holds
//! what exists once; there the low bits are a fixed number, and the root is 1 as FUSE wants it. Files that
//! exist once but change with the directory (`status.json`, tables) tell their generation in place of the raft
//! index: 0 as of the mount, so that these numbers are the same after a remount too.

use super::Ino;
use super::places::{self, NodeFile, Numbered};
use super::rafttool::Dump;
use super::selection::Past;
use crate::disk::{RaftIndex, Term};
use crate::store::Kind;

const POSITION_BITS: u32 = 20;
const INDEX_BITS: u32 = 36;
const CLASS_SHIFT: u32 = POSITION_BITS + INDEX_BITS;

/// Bits of a snapshot's term; they leave room for a kind of object in the position.
const TERM_BITS: u32 = 16;

/// A folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Folder {
    Root,
    Entries,
    Objects,
    Secrets,
    Configs,
    Tables,
    Raft,
    Snapshots,
    Uncommitted,
    Payload,
    Rafttool,
    DumpObject,
    Decrypted,
    WalDecrypted,
    SnapDecrypted,
    Kind(Kind),
    ByName(Kind),
    Snapshot(SnapshotKey),
    Wal,
    Superseded,
    SnapshotObjects(SnapshotKey),
    SnapshotKind(SnapshotKey, Kind),
    SnapshotByName(SnapshotKey, Kind),
    Node,
    Certificates,
    StoredTasks,
    History,
    HistoryKind(Kind),
    HistoryByName(Kind),
    /// `history/<kind>/<id>/`, by the object's first version.
    Versions(VersionKey),
    Removed,
    RemovedKind(Kind),
    At,
    /// A folder as it was after an entry.
    Past(RaftIndex, Past),
}

/// A short file that is written when somebody asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Document {
    Readme,
    Status,
    Check,
    HardState,
    Members,
    SnapshotMeta(SnapshotKey),
    SnapshotMembers(SnapshotKey),
    /// `_INCOMPLETE.txt` in the folders of a snapshot's objects.
    SnapshotIncomplete(SnapshotPart),
    /// `_INCOMPLETE.txt` in the folder with this fixed number.
    Incomplete(u8),
    /// `_INCOMPLETE.txt` in `at/<index>/` and below.
    IncompleteAfter(RaftIndex, Past),
}

/// A file of many pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rope {
    Log,
    Entries,
    Kind(Kind),
    Rafttool(Dump),
    History,
}

/// A piece of a rope, long enough to be worth a place in the cache. Its number there is that of no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// A line of `tables/entries.jsonl`.
    EntryLine(RaftIndex),
    /// An entry as the peer prints it.
    EntryText(RaftIndex),
    /// A line of another table.
    VersionLine(VersionKey),
    /// An object as the peer prints it.
    VersionText(VersionKey),
    /// An object in the text of a snapshot, by its place.
    Listed(SnapshotKey, u32),
}

/// A snapshot, by its raft index and the low bits of its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SnapshotKey {
    pub(super) index: u64,
    pub(super) term: u32,
}

impl SnapshotKey {
    pub(super) fn new(term: Term, index: RaftIndex) -> SnapshotKey {
        SnapshotKey { index: index.0 & mask(INDEX_BITS), term: (term.0 & mask(TERM_BITS)) as u32 }
    }

    /// True for the low bits of a term.
    pub(super) fn fits(term: u32) -> bool {
        u64::from(term) <= mask(TERM_BITS)
    }
}

/// A folder of objects in a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SnapshotPart {
    Objects(SnapshotKey),
    Kind(SnapshotKey, Kind),
    ByName(SnapshotKey, Kind),
}

/// A version of an object, by where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct VersionKey {
    pub(super) index: RaftIndex,
    pub(super) in_snapshot: bool,
    pub(super) position: u32,
}

/// What a number denotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Folder(Folder),
    Document(Document),
    Rope(Rope),
    /// `entries/0000000012.json`
    Entry(RaftIndex),
    /// `entries/12.json ->`
    EntryAlias(RaftIndex),
    /// `raft/payload/0000000012.pb`
    Payload(RaftIndex),
    /// `raft/payload/12.pb ->`
    PayloadAlias(RaftIndex),
    /// `raft/uncommitted/0000000012.json ->`
    Uncommitted(RaftIndex),
    /// `objects/<kind>/<id>.json`
    Object(VersionKey),
    /// `secrets/<name>`
    Data(VersionKey),
    /// `objects/<kind>/by-name/<name>.json ->`
    Name(VersionKey),
    /// `objects/<kind>/by-name/<name>~<id>.json ->`
    FullName(VersionKey),
    /// `secrets/<name>~<id> ->`
    DataAlias(VersionKey),
    /// `raft/wal/<segment>.jsonl`
    Segment(Numbered),
    /// `raft/superseded/<index>-<term>.json`
    Superseded(Numbered),
    /// An object of a snapshot that is no version of its own, as the log holds it.
    SnapshotObject(VersionKey),
    /// `raft/snapshots/<term>-<index>/objects/<kind>/by-name/<name>.json ->`
    SnapshotName(VersionKey),
    /// `raft/snapshots/<term>-<index>/objects/<kind>/by-name/<name>~<id>.json ->`
    SnapshotFullName(VersionKey),
    /// A file of `node/`.
    NodeFile(NodeFile),
    /// `node/tasks/<id>.json`, by a digest of what it says.
    StoredTask(Numbered),
    /// `history/<kind>/by-name/<name> ->`, by the object's first version.
    HistoryLink(VersionKey),
    /// `history/<kind>/by-name/<name>~<id> ->`
    HistoryFullLink(VersionKey),
    /// `removed/<kind>/<name> ->`, by the object's first version.
    RemovedLink(VersionKey),
    /// `removed/<kind>/<name>~<id> ->`
    RemovedFullLink(VersionKey),
    /// `at/12 ->`, `at/latest ->`, `at/2026-11-21 ->`
    AtAlias(RaftIndex),
}

const fn mask(bits: u32) -> u64 {
    (1 << bits) - 1
}

/// Classes; a version takes two, the second for those that come from a snapshot.
mod class {
    pub(super) const FIXED: u8 = 0;
    pub(super) const INCOMPLETE: u8 = 1;
    pub(super) const ENTRY: u8 = 2;
    pub(super) const ENTRY_ALIAS: u8 = 3;
    pub(super) const PAYLOAD: u8 = 4;
    pub(super) const PAYLOAD_ALIAS: u8 = 5;
    pub(super) const UNCOMMITTED: u8 = 6;
    pub(super) const SNAPSHOT: u8 = 7;
    pub(super) const SNAPSHOT_META: u8 = 8;
    pub(super) const PLAIN_LOG: u8 = 48;
    pub(super) const PLAIN_SNAPSHOT: u8 = 49;
    pub(super) const ENTRY_LINE: u8 = 50;
    pub(super) const ENTRY_TEXT: u8 = 51;
    pub(super) const VERSION_LINE: u8 = 52;
    pub(super) const VERSION_TEXT: u8 = 54;
    pub(super) const LISTED: u8 = 56;
    pub(super) const OBJECT: u8 = 16;
    pub(super) const DATA: u8 = 18;
    pub(super) const NAME: u8 = 20;
    pub(super) const FULL_NAME: u8 = 22;
    pub(super) const DATA_ALIAS: u8 = 24;
    pub(super) const VERSIONS: u8 = 26;
    pub(super) const HISTORY_LINK: u8 = 28;
    pub(super) const REMOVED_LINK: u8 = 30;
    pub(super) const PAST: u8 = 32;
    pub(super) const INCOMPLETE_AFTER: u8 = 33;
    pub(super) const AT_ALIAS: u8 = 34;
    pub(super) const HISTORY_FULL_LINK: u8 = 36;
    pub(super) const REMOVED_FULL_LINK: u8 = 38;
}

impl Ino {
    /// The number of the same file in a later generation.
    pub(super) fn in_generation(self, generation: u64) -> Ino {
        Ino(self.0 & !(mask(INDEX_BITS) << POSITION_BITS) | (generation & mask(INDEX_BITS)) << POSITION_BITS)
    }

    /// True for numbers that tell a generation.
    pub(super) fn has_generation(self) -> bool {
        (self.0 >> CLASS_SHIFT) as u8 <= class::INCOMPLETE
    }
}

/// What exists once, with its number.
const FIXED: [(u8, Node); 28] = [
    (1, Node::Folder(Folder::Root)),
    (2, Node::Document(Document::Readme)),
    (3, Node::Document(Document::Status)),
    (4, Node::Document(Document::Check)),
    (5, Node::Rope(Rope::Log)),
    (6, Node::Folder(Folder::Entries)),
    (7, Node::Folder(Folder::Objects)),
    (8, Node::Folder(Folder::Secrets)),
    (9, Node::Folder(Folder::Configs)),
    (10, Node::Folder(Folder::Tables)),
    (11, Node::Folder(Folder::Raft)),
    (12, Node::Document(Document::HardState)),
    (13, Node::Document(Document::Members)),
    (14, Node::Folder(Folder::Snapshots)),
    (15, Node::Folder(Folder::Uncommitted)),
    (16, Node::Folder(Folder::Payload)),
    (17, Node::Rope(Rope::Entries)),
    (18, Node::Folder(Folder::Rafttool)),
    (19, Node::Folder(Folder::DumpObject)),
    (20, Node::Folder(Folder::Decrypted)),
    (21, Node::Folder(Folder::WalDecrypted)),
    (22, Node::Folder(Folder::SnapDecrypted)),
    (23, Node::Rope(Rope::Rafttool(Dump::Wal))),
    (24, Node::Rope(Rope::Rafttool(Dump::Snapshot))),
    (122, Node::Folder(Folder::History)),
    (123, Node::Folder(Folder::Removed)),
    (124, Node::Folder(Folder::At)),
    (125, Node::Rope(Rope::History)),
];

impl Folder {
    /// Every folder that exists once.
    pub(super) fn all_fixed() -> impl Iterator<Item = Folder> {
        (0..=u8::MAX).filter_map(|number| match Node::fixed(u32::from(number)) {
            Some(Node::Folder(folder)) => Some(folder),
            _ => None,
        })
    }
}

/// Numbers of what exists once for each kind.
const KIND_FOLDER: u8 = 64;
const KIND_BY_NAME: u8 = 80;
const KIND_TABLE: u8 = 96;
const KIND_DUMP: u8 = 160;
const KIND_HISTORY: u8 = 112;
const KIND_HISTORY_BY_NAME: u8 = 128;
const KIND_REMOVED: u8 = 144;

fn packed(class: u8, index: u64, position: u32) -> Ino {
    let position = u64::from(position) & mask(POSITION_BITS);
    Ino(u64::from(class) << CLASS_SHIFT | (index & mask(INDEX_BITS)) << POSITION_BITS | position)
}

fn version(class: u8, key: VersionKey) -> Ino {
    packed(class + u8::from(key.in_snapshot), key.index.0, key.position)
}

impl Piece {
    /// Its number in the cache.
    pub(super) fn ino(self) -> Ino {
        match self {
            Piece::EntryLine(index) => packed(class::ENTRY_LINE, index.0, 0),
            Piece::EntryText(index) => packed(class::ENTRY_TEXT, index.0, 0),
            Piece::VersionLine(key) => version(class::VERSION_LINE, key),
            Piece::VersionText(key) => version(class::VERSION_TEXT, key),
            Piece::Listed(key, place) => packed(class::LISTED, key.index, place),
        }
    }
}

impl Node {
    /// The inode number.
    pub(super) fn ino(self) -> Ino {
        match self {
            Node::Document(Document::Incomplete(folder)) => packed(class::INCOMPLETE, 0, u32::from(folder)),
            Node::Folder(Folder::Snapshot(key)) => packed(class::SNAPSHOT, key.index, key.term),
            Node::Document(Document::SnapshotMeta(key)) => packed(class::SNAPSHOT_META, key.index, key.term),
            Node::Rope(Rope::Rafttool(Dump::PlainLog(key))) => packed(class::PLAIN_LOG, key.index, key.term),
            Node::Rope(Rope::Rafttool(Dump::PlainSnapshot(key))) => packed(class::PLAIN_SNAPSHOT, key.index, key.term),
            Node::Entry(index) => packed(class::ENTRY, index.0, 0),
            Node::EntryAlias(index) => packed(class::ENTRY_ALIAS, index.0, 0),
            Node::Payload(index) => packed(class::PAYLOAD, index.0, 0),
            Node::PayloadAlias(index) => packed(class::PAYLOAD_ALIAS, index.0, 0),
            Node::Uncommitted(index) => packed(class::UNCOMMITTED, index.0, 0),
            Node::Object(key) => version(class::OBJECT, key),
            Node::Data(key) => version(class::DATA, key),
            Node::Name(key) => version(class::NAME, key),
            Node::FullName(key) => version(class::FULL_NAME, key),
            Node::DataAlias(key) => version(class::DATA_ALIAS, key),
            Node::Folder(Folder::Versions(key)) => version(class::VERSIONS, key),
            Node::HistoryLink(key) => version(class::HISTORY_LINK, key),
            Node::HistoryFullLink(key) => version(class::HISTORY_FULL_LINK, key),
            Node::RemovedLink(key) => version(class::REMOVED_LINK, key),
            Node::RemovedFullLink(key) => version(class::REMOVED_FULL_LINK, key),
            Node::Folder(Folder::Past(index, past)) => packed(class::PAST, index.0, past.number()),
            Node::Document(Document::IncompleteAfter(index, past)) => {
                packed(class::INCOMPLETE_AFTER, index.0, past.number())
            }
            Node::AtAlias(index) => packed(class::AT_ALIAS, index.0, 0),
            other => match places::packed(other) {
                Some((class, index, position)) => packed(class, index, position),
                None => packed(class::FIXED, 0, u32::from(other.fixed_number().unwrap_or(0))),
            },
        }
    }

    /// The number of what exists once.
    pub(super) fn fixed_number(self) -> Option<u8> {
        match self {
            Node::Folder(Folder::Kind(kind)) => Some(KIND_FOLDER + kind as u8),
            Node::Folder(Folder::ByName(kind)) => Some(KIND_BY_NAME + kind as u8),
            Node::Rope(Rope::Kind(kind)) => Some(KIND_TABLE + kind as u8),
            Node::Folder(Folder::HistoryKind(kind)) => Some(KIND_HISTORY + kind as u8),
            Node::Folder(Folder::HistoryByName(kind)) => Some(KIND_HISTORY_BY_NAME + kind as u8),
            Node::Folder(Folder::RemovedKind(kind)) => Some(KIND_REMOVED + kind as u8),
            Node::Rope(Rope::Rafttool(Dump::Objects(kind))) => Some(KIND_DUMP + kind as u8),
            _ => {
                let known = FIXED.iter().find(|(_, node)| *node == self).map(|(number, _)| *number);
                known.or_else(|| places::fixed_number(self))
            }
        }
    }

    /// What a number denotes; `None` for numbers that were never given.
    pub(super) fn of(ino: Ino) -> Option<Node> {
        let class = (ino.0 >> CLASS_SHIFT) as u8;
        let index = ino.0 >> POSITION_BITS & mask(INDEX_BITS);
        let position = (ino.0 & mask(POSITION_BITS)) as u32;
        let raft_index = RaftIndex(index);
        let snapshot = SnapshotKey { index, term: position };
        let version = VersionKey { index: raft_index, in_snapshot: class & 1 == 1, position };
        Some(match class {
            class::FIXED if index == 0 => return Node::fixed(position),
            class::INCOMPLETE if index == 0 => Node::Document(Document::Incomplete(u8::try_from(position).ok()?)),
            class if places::CLASSES.contains(&class) => return places::unpacked(class, index, position),
            class::SNAPSHOT if !SnapshotKey::fits(position) => return None,
            class::SNAPSHOT_META if !SnapshotKey::fits(position) => return None,
            class::SNAPSHOT => Node::Folder(Folder::Snapshot(snapshot)),
            class::SNAPSHOT_META => Node::Document(Document::SnapshotMeta(snapshot)),
            class::PLAIN_LOG => Node::Rope(Rope::Rafttool(Dump::PlainLog(snapshot))),
            class::PLAIN_SNAPSHOT => Node::Rope(Rope::Rafttool(Dump::PlainSnapshot(snapshot))),
            class::ENTRY => Node::Entry(raft_index),
            class::ENTRY_ALIAS => Node::EntryAlias(raft_index),
            class::PAYLOAD => Node::Payload(raft_index),
            class::PAYLOAD_ALIAS => Node::PayloadAlias(raft_index),
            class::UNCOMMITTED => Node::Uncommitted(raft_index),
            class::PAST | class::INCOMPLETE_AFTER => {
                let Node::Folder(folder) = Node::fixed(position)? else { return None };
                let past = Past::of(folder)?;
                match class {
                    class::PAST => Node::Folder(Folder::Past(raft_index, past)),
                    _ => Node::Document(Document::IncompleteAfter(raft_index, past)),
                }
            }
            class::AT_ALIAS => Node::AtAlias(raft_index),
            _ => match class & !1 {
                class::OBJECT => Node::Object(version),
                class::DATA => Node::Data(version),
                class::NAME => Node::Name(version),
                class::FULL_NAME => Node::FullName(version),
                class::DATA_ALIAS => Node::DataAlias(version),
                class::VERSIONS => Node::Folder(Folder::Versions(version)),
                class::HISTORY_LINK => Node::HistoryLink(version),
                class::HISTORY_FULL_LINK => Node::HistoryFullLink(version),
                class::REMOVED_LINK => Node::RemovedLink(version),
                class::REMOVED_FULL_LINK => Node::RemovedFullLink(version),
                _ => return None,
            },
        })
    }
}

impl Node {
    /// What exists once and has this number.
    pub(super) fn fixed(number: u32) -> Option<Node> {
        let number = u8::try_from(number).ok()?;
        if let Some((_, node)) = FIXED.iter().find(|(at, _)| *at == number) {
            return Some(*node);
        }
        let kind = |base: u8| Kind::at(u64::from(number - base));
        match number {
            KIND_DUMP.. => kind(KIND_DUMP).map(|kind| Node::Rope(Rope::Rafttool(Dump::Objects(kind)))),
            KIND_REMOVED.. => kind(KIND_REMOVED).map(|kind| Node::Folder(Folder::RemovedKind(kind))),
            KIND_HISTORY_BY_NAME.. => kind(KIND_HISTORY_BY_NAME).map(|kind| Node::Folder(Folder::HistoryByName(kind))),
            KIND_HISTORY.. => kind(KIND_HISTORY).map(|kind| Node::Folder(Folder::HistoryKind(kind))),
            KIND_TABLE.. => kind(KIND_TABLE).map(|kind| Node::Rope(Rope::Kind(kind))),
            KIND_BY_NAME.. => kind(KIND_BY_NAME).map(|kind| Node::Folder(Folder::ByName(kind))),
            KIND_FOLDER.. => kind(KIND_FOLDER).map(|kind| Node::Folder(Folder::Kind(kind))),
            _ => places::fixed(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version_at(position: u32, in_snapshot: bool) -> VersionKey {
        VersionKey { index: RaftIndex(mask(INDEX_BITS)), in_snapshot, position }
    }

    #[test]
    fn every_node_comes_back_from_its_number() {
        let key = SnapshotKey::new(Term(7), RaftIndex(278));
        let mut nodes: Vec<Node> = FIXED.iter().map(|(_, node)| *node).collect();
        for kind in Kind::ALL {
            nodes.extend([
                Node::Folder(Folder::Kind(kind)),
                Node::Folder(Folder::ByName(kind)),
                Node::Rope(Rope::Kind(kind)),
                Node::Rope(Rope::Rafttool(Dump::Objects(kind))),
                Node::Folder(Folder::HistoryKind(kind)),
                Node::Folder(Folder::HistoryByName(kind)),
                Node::Folder(Folder::RemovedKind(kind)),
            ]);
        }
        nodes.extend([Node::Folder(Folder::Snapshot(key)), Node::Document(Document::SnapshotMeta(key))]);
        nodes.extend([Dump::PlainLog(key), Dump::PlainSnapshot(key)].map(|dump| Node::Rope(Rope::Rafttool(dump))));
        nodes.extend([Node::Document(Document::Incomplete(6)), Node::Document(Document::Incomplete(64))]);
        for index in [1, 12, mask(INDEX_BITS)].map(RaftIndex) {
            nodes.extend([Node::Entry(index), Node::EntryAlias(index), Node::Payload(index)]);
            nodes.extend([Node::PayloadAlias(index), Node::Uncommitted(index), Node::AtAlias(index)]);
            nodes.push(Node::Document(Document::IncompleteAfter(index, Past::ROOT)));
            for folder in [Folder::Root, Folder::Objects, Folder::ByName(Kind::Task)] {
                nodes.push(Node::Folder(Folder::Past(index, Past::of(folder).unwrap())));
            }
        }
        for key in [version_at(0, false), version_at(0, true), version_at(mask(POSITION_BITS) as u32, true)] {
            nodes.extend([
                Node::Object(key),
                Node::Data(key),
                Node::Name(key),
                Node::FullName(key),
                Node::DataAlias(key),
                Node::Folder(Folder::Versions(key)),
                Node::HistoryLink(key),
                Node::HistoryFullLink(key),
                Node::RemovedLink(key),
                Node::RemovedFullLink(key),
            ]);
        }
        let mut numbers = std::collections::HashSet::new();
        for node in nodes {
            assert_eq!(Node::of(node.ino()), Some(node));
            assert!(numbers.insert(node.ino()), "{node:?} shares its number");
        }
        assert_eq!(Node::Folder(Folder::Root).ino(), Ino::ROOT);
    }

    #[test]
    fn numbers_that_were_never_given_denote_nothing() {
        for number in [0, 30, 63, 64 + 10, 255, 1 << 20, 40 << CLASS_SHIFT, u64::MAX] {
            assert_eq!(Node::of(Ino(number)), None, "{number:#x}");
        }
    }
}
