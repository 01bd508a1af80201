//! Inode numbers of the log's own records, of what lies in snapshots, and of the node's own files: classes 64 to
//! 79, and fixed numbers from 31 on. See [`super::inode`] for the layout.

use super::inode::{Document, Folder, Node, SnapshotKey, SnapshotPart, VersionKey};
use crate::disk::RaftIndex;
use crate::store::Kind;

/// Classes that are laid out here.
pub(super) const CLASSES: std::ops::RangeInclusive<u8> = 64..=79;

const SEGMENT: u8 = 64;
const SUPERSEDED: u8 = 65;
const SNAPSHOT_KIND: u8 = 66;
const SNAPSHOT_BY_NAME: u8 = 67;
const SNAPSHOT_OBJECT: u8 = 68;
const SNAPSHOT_NAME: u8 = 69;
const SNAPSHOT_FULL_NAME: u8 = 70;
const SNAPSHOT_OBJECTS: u8 = 71;
const SNAPSHOT_MEMBERS: u8 = 72;
const SNAPSHOT_INCOMPLETE: u8 = 73;
const STORED_TASK: u8 = 74;
const SNAPSHOT_KIND_INCOMPLETE: u8 = 75;
const SNAPSHOT_BY_NAME_INCOMPLETE: u8 = 76;

/// Bits of a position that say the kind; the others are the snapshot's term.
const KIND_BITS: u32 = 4;

/// A numbered thing: a segment by its sequence, a superseded entry by its index; and its place among those of the
/// same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbered {
    pub(super) number: u64,
    pub(super) place: u32,
}

/// A file of the node itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeFile {
    /// `certificates/swarm-node.crt` as it is.
    Certificate,
    /// `certificates/.swarm-node.crt`, which waits for its key.
    Pending,
    /// `certificates/swarm-root-ca.crt` as it is.
    Root,
    /// The same three, decoded.
    CertificateFacts,
    PendingFacts,
    RootFacts,
    /// `key.json`
    Key,
    DockerState,
    Managers,
}

/// What exists once, with its number.
const FIXED: [(u8, Node); 14] = [
    (31, Node::Folder(Folder::Wal)),
    (32, Node::Folder(Folder::Superseded)),
    (33, Node::Folder(Folder::Node)),
    (34, Node::Folder(Folder::Certificates)),
    (35, Node::Folder(Folder::StoredTasks)),
    (36, Node::NodeFile(NodeFile::Certificate)),
    (37, Node::NodeFile(NodeFile::Pending)),
    (38, Node::NodeFile(NodeFile::Root)),
    (39, Node::NodeFile(NodeFile::CertificateFacts)),
    (40, Node::NodeFile(NodeFile::PendingFacts)),
    (41, Node::NodeFile(NodeFile::RootFacts)),
    (42, Node::NodeFile(NodeFile::Key)),
    (43, Node::NodeFile(NodeFile::DockerState)),
    (44, Node::NodeFile(NodeFile::Managers)),
];

/// The number of what exists once.
pub(super) fn fixed_number(node: Node) -> Option<u8> {
    FIXED.iter().find(|(_, fixed)| *fixed == node).map(|(number, _)| *number)
}

/// What exists once, by its number.
pub(super) fn fixed(number: u8) -> Option<Node> {
    FIXED.iter().find(|(at, _)| *at == number).map(|(_, node)| *node)
}

/// Class, index and position of a node that is laid out here.
pub(super) fn packed(node: Node) -> Option<(u8, u64, u32)> {
    let of_kind = |class, key: SnapshotKey, kind: Kind| (class, key.index, key.term << KIND_BITS | kind as u32);
    Some(match node {
        Node::Segment(key) => (SEGMENT, key.number, key.place),
        Node::Superseded(key) => (SUPERSEDED, key.number, key.place),
        Node::Folder(Folder::SnapshotKind(key, kind)) => of_kind(SNAPSHOT_KIND, key, kind),
        Node::Folder(Folder::SnapshotByName(key, kind)) => of_kind(SNAPSHOT_BY_NAME, key, kind),
        Node::Folder(Folder::SnapshotObjects(key)) => (SNAPSHOT_OBJECTS, key.index, key.term),
        Node::Document(Document::SnapshotMembers(key)) => (SNAPSHOT_MEMBERS, key.index, key.term),
        Node::Document(Document::SnapshotIncomplete(part)) => match part {
            SnapshotPart::Objects(key) => (SNAPSHOT_INCOMPLETE, key.index, key.term),
            SnapshotPart::Kind(key, kind) => of_kind(SNAPSHOT_KIND_INCOMPLETE, key, kind),
            SnapshotPart::ByName(key, kind) => of_kind(SNAPSHOT_BY_NAME_INCOMPLETE, key, kind),
        },
        Node::SnapshotObject(key) => (SNAPSHOT_OBJECT, key.index.0, key.position),
        Node::SnapshotName(key) => (SNAPSHOT_NAME, key.index.0, key.position),
        Node::SnapshotFullName(key) => (SNAPSHOT_FULL_NAME, key.index.0, key.position),
        Node::StoredTask(key) => (STORED_TASK, key.number, key.place),
        _ => return None,
    })
}

/// What a number of these classes denotes.
pub(super) fn unpacked(class: u8, index: u64, position: u32) -> Option<Node> {
    let numbered = Numbered { number: index, place: position };
    let snapshot = SnapshotKey { index, term: position };
    let object = VersionKey { index: RaftIndex(index), in_snapshot: true, position };
    let of_kind = || {
        let kind = Kind::at(u64::from(position & ((1 << KIND_BITS) - 1)))?;
        Some((SnapshotKey { index, term: position >> KIND_BITS }, kind))
    };
    let whole_term = SnapshotKey::fits(position);
    let incomplete = |part| Node::Document(Document::SnapshotIncomplete(part));
    Some(match class {
        SEGMENT => Node::Segment(numbered),
        SUPERSEDED => Node::Superseded(numbered),
        SNAPSHOT_KIND => of_kind().map(|(key, kind)| Node::Folder(Folder::SnapshotKind(key, kind)))?,
        SNAPSHOT_BY_NAME => of_kind().map(|(key, kind)| Node::Folder(Folder::SnapshotByName(key, kind)))?,
        SNAPSHOT_OBJECTS if whole_term => Node::Folder(Folder::SnapshotObjects(snapshot)),
        SNAPSHOT_MEMBERS if whole_term => Node::Document(Document::SnapshotMembers(snapshot)),
        SNAPSHOT_INCOMPLETE if whole_term => incomplete(SnapshotPart::Objects(snapshot)),
        SNAPSHOT_KIND_INCOMPLETE => of_kind().map(|(key, kind)| incomplete(SnapshotPart::Kind(key, kind)))?,
        SNAPSHOT_BY_NAME_INCOMPLETE => of_kind().map(|(key, kind)| incomplete(SnapshotPart::ByName(key, kind)))?,
        SNAPSHOT_OBJECT => Node::SnapshotObject(object),
        SNAPSHOT_NAME => Node::SnapshotName(object),
        SNAPSHOT_FULL_NAME => Node::SnapshotFullName(object),
        STORED_TASK => Node::StoredTask(numbered),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::Ino;
    use super::*;
    use crate::disk::Term;

    #[test]
    fn every_node_comes_back_from_its_number() {
        let mut nodes: Vec<Node> = FIXED.iter().map(|(_, node)| *node).collect();
        let keys = [(7, 278), ((1 << 16) - 1, (1 << 36) - 1)];
        for key in keys.map(|(term, index)| SnapshotKey::new(Term(term), RaftIndex(index))) {
            nodes.extend([
                Node::Folder(Folder::SnapshotObjects(key)),
                Node::Document(Document::SnapshotMembers(key)),
                Node::Document(Document::SnapshotIncomplete(SnapshotPart::Objects(key))),
            ]);
            for kind in Kind::ALL {
                nodes.push(Node::Folder(Folder::SnapshotKind(key, kind)));
                nodes.push(Node::Folder(Folder::SnapshotByName(key, kind)));
                nodes.push(Node::Document(Document::SnapshotIncomplete(SnapshotPart::Kind(key, kind))));
                nodes.push(Node::Document(Document::SnapshotIncomplete(SnapshotPart::ByName(key, kind))));
            }
        }
        for (number, place) in [(1, 0), ((1 << 36) - 1, (1 << 20) - 1)] {
            let key = Numbered { number, place };
            let object = VersionKey { index: RaftIndex(number), in_snapshot: true, position: place };
            nodes.extend([Node::Segment(key), Node::Superseded(key), Node::StoredTask(key)]);
            nodes.extend([Node::SnapshotObject(object), Node::SnapshotName(object), Node::SnapshotFullName(object)]);
        }
        let mut numbers = std::collections::HashSet::new();
        for node in nodes {
            assert_eq!(Node::of(node.ino()), Some(node));
            assert!(numbers.insert(node.ino()), "{node:?} shares its number");
        }
        for class in CLASSES.clone().skip(13) {
            assert_eq!(Node::of(Ino(u64::from(class) << 56)), None, "{class}");
        }
    }
}
