//! Which files that exist once have changed, and when.

use super::inode::{Document, Node, Rope};
use crate::store::Kind;

/// The generation in which each file began that is not what it was at the mount.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Generations {
    /// This view's own.
    pub(super) now: u64,
    /// Since when the log has only grown.
    pub(super) log: u64,
    /// Since when the index has only grown.
    pub(super) history: u64,
    /// Since when the objects of each kind are as they are.
    pub(super) kinds: [u64; Kind::COUNT],
}

impl Generations {
    /// The generation that a file's inode number tells; `None` for nodes that never change.
    pub(super) fn of(&self, node: Node) -> Option<u64> {
        match node {
            Node::Document(Document::Readme | Document::SnapshotMeta(_)) => None,
            Node::Document(_) => Some(self.now),
            Node::Rope(Rope::Kind(kind)) => self.kinds.get(kind as usize).copied(),
            Node::Rope(Rope::History) => Some(self.history),
            Node::Rope(Rope::Log | Rope::Entries) => Some(self.log),
            Node::Rope(_) => Some(self.now),
            _ => None,
        }
    }
}

/// How many files there are that only get longer.
pub(super) const GROWING: usize = 3;

impl Rope {
    /// Ropes that get longer with the log, or the index, and keep what they have.
    pub(super) const GROWING: [Rope; GROWING] = [Rope::Log, Rope::Entries, Rope::History];
}
