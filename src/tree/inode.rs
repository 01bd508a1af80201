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
//! what exists once; there the low bits are a fixed number, and the root is 1 as FUSE wants it.

use super::Ino;
use super::selection::Past;
use crate::disk::{RaftIndex, Term};
use crate::store::Kind;

const POSITION_BITS: u32 = 20;
const INDEX_BITS: u32 = 36;
const CLASS_SHIFT: u32 = POSITION_BITS + INDEX_BITS;

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
    Kind(Kind),
    ByName(Kind),
    Snapshot(SnapshotKey),
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
    /// `_INCOMPLETE.txt` in the folder with this fixed number.
    Incomplete(u8),
    /// `_INCOMPLETE.txt` in `at/<index>/` and below.
    IncompleteAfter(RaftIndex),
}

/// A file of many pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rope {
    Log,
    Entries,
    Kind(Kind),
    History,
}

/// A snapshot, by its raft index and the low bits of its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SnapshotKey {
    index: u64,
    term: u32,
}

impl SnapshotKey {
    pub(super) fn new(term: Term, index: RaftIndex) -> SnapshotKey {
        SnapshotKey { index: index.0 & mask(INDEX_BITS), term: (term.0 & mask(POSITION_BITS)) as u32 }
    }
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
    /// `history/<kind>/by-name/<name> ->`, by the object's first version.
    HistoryLink(VersionKey),
    /// `removed/<kind>/<name> ->`, by the object's first version.
    RemovedLink(VersionKey),
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
}

/// What exists once, with its number.
const FIXED: [(u8, Node); 21] = [
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
    (122, Node::Folder(Folder::History)),
    (123, Node::Folder(Folder::Removed)),
    (124, Node::Folder(Folder::At)),
    (125, Node::Rope(Rope::History)),
];

/// Numbers of what exists once for each kind.
const KIND_FOLDER: u8 = 64;
const KIND_BY_NAME: u8 = 80;
const KIND_TABLE: u8 = 96;
const KIND_HISTORY: u8 = 112;
const KIND_HISTORY_BY_NAME: u8 = 128;
const KIND_REMOVED: u8 = 144;

impl Node {
    /// The inode number.
    pub(super) fn ino(self) -> Ino {
        let packed = |class: u8, index: u64, position: u32| {
            Ino(u64::from(class) << CLASS_SHIFT
                | (index & mask(INDEX_BITS)) << POSITION_BITS
                | u64::from(position) & mask(POSITION_BITS))
        };
        let version = |class: u8, key: VersionKey| packed(class + u8::from(key.in_snapshot), key.index.0, key.position);
        match self {
            Node::Document(Document::Incomplete(folder)) => packed(class::INCOMPLETE, 0, u32::from(folder)),
            Node::Folder(Folder::Snapshot(key)) => packed(class::SNAPSHOT, key.index, key.term),
            Node::Document(Document::SnapshotMeta(key)) => packed(class::SNAPSHOT_META, key.index, key.term),
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
            Node::RemovedLink(key) => version(class::REMOVED_LINK, key),
            Node::Folder(Folder::Past(index, past)) => packed(class::PAST, index.0, past.number()),
            Node::Document(Document::IncompleteAfter(index)) => packed(class::INCOMPLETE_AFTER, index.0, 0),
            Node::AtAlias(index) => packed(class::AT_ALIAS, index.0, 0),
            fixed => packed(class::FIXED, 0, u32::from(fixed.fixed_number().unwrap_or(0))),
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
            _ => FIXED.iter().find(|(_, node)| *node == self).map(|(number, _)| *number),
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
            class::SNAPSHOT => Node::Folder(Folder::Snapshot(snapshot)),
            class::SNAPSHOT_META => Node::Document(Document::SnapshotMeta(snapshot)),
            class::ENTRY => Node::Entry(raft_index),
            class::ENTRY_ALIAS => Node::EntryAlias(raft_index),
            class::PAYLOAD => Node::Payload(raft_index),
            class::PAYLOAD_ALIAS => Node::PayloadAlias(raft_index),
            class::UNCOMMITTED => Node::Uncommitted(raft_index),
            class::PAST => match Node::fixed(position)? {
                Node::Folder(folder) => Node::Folder(Folder::Past(raft_index, Past::of(folder)?)),
                _ => return None,
            },
            class::INCOMPLETE_AFTER => Node::Document(Document::IncompleteAfter(raft_index)),
            class::AT_ALIAS => Node::AtAlias(raft_index),
            _ => match class & !1 {
                class::OBJECT => Node::Object(version),
                class::DATA => Node::Data(version),
                class::NAME => Node::Name(version),
                class::FULL_NAME => Node::FullName(version),
                class::DATA_ALIAS => Node::DataAlias(version),
                class::VERSIONS => Node::Folder(Folder::Versions(version)),
                class::HISTORY_LINK => Node::HistoryLink(version),
                class::REMOVED_LINK => Node::RemovedLink(version),
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
            KIND_REMOVED.. => kind(KIND_REMOVED).map(|kind| Node::Folder(Folder::RemovedKind(kind))),
            KIND_HISTORY_BY_NAME.. => kind(KIND_HISTORY_BY_NAME).map(|kind| Node::Folder(Folder::HistoryByName(kind))),
            KIND_HISTORY.. => kind(KIND_HISTORY).map(|kind| Node::Folder(Folder::HistoryKind(kind))),
            KIND_TABLE.. => kind(KIND_TABLE).map(|kind| Node::Rope(Rope::Kind(kind))),
            KIND_BY_NAME.. => kind(KIND_BY_NAME).map(|kind| Node::Folder(Folder::ByName(kind))),
            KIND_FOLDER.. => kind(KIND_FOLDER).map(|kind| Node::Folder(Folder::Kind(kind))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(position: u32, in_snapshot: bool) -> VersionKey {
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
                Node::Folder(Folder::HistoryKind(kind)),
                Node::Folder(Folder::HistoryByName(kind)),
                Node::Folder(Folder::RemovedKind(kind)),
            ]);
        }
        nodes.extend([Node::Folder(Folder::Snapshot(key)), Node::Document(Document::SnapshotMeta(key))]);
        nodes.extend([Node::Document(Document::Incomplete(6)), Node::Document(Document::Incomplete(64))]);
        for index in [1, 12, mask(INDEX_BITS)].map(RaftIndex) {
            nodes.extend([Node::Entry(index), Node::EntryAlias(index), Node::Payload(index)]);
            nodes.extend([Node::PayloadAlias(index), Node::Uncommitted(index), Node::AtAlias(index)]);
            nodes.push(Node::Document(Document::IncompleteAfter(index)));
            for folder in [Folder::Root, Folder::Objects, Folder::ByName(Kind::Task)] {
                nodes.push(Node::Folder(Folder::Past(index, Past::of(folder).unwrap())));
            }
        }
        for key in [version(0, false), version(0, true), version(mask(POSITION_BITS) as u32, true)] {
            nodes.extend([
                Node::Object(key),
                Node::Data(key),
                Node::Name(key),
                Node::FullName(key),
                Node::DataAlias(key),
                Node::Folder(Folder::Versions(key)),
                Node::HistoryLink(key),
                Node::RemovedLink(key),
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
        for number in [0, 18, 63, 64 + 10, 255, 1 << 20, 40 << CLASS_SHIFT, u64::MAX] {
            assert_eq!(Node::of(Ino(number)), None, "{number:#x}");
        }
    }
}
