//! Which file lies behind which, for those who read a folder from end to end.

use super::inode::Node;
use super::view::View;

/// Objects that are gone, and have no file, may lie between two that are there.
const NEAR: usize = 64;

impl View {
    /// The file behind this one in the listing of its folder; a hint, `None` where it is not found at once.
    pub(super) fn behind(&self, node: Node) -> Option<Node> {
        match node {
            Node::Entry(index) => {
                let place = self.state.place_of(index)?;
                let next = self.state.log().entries.get(place as usize + 1)?;
                Some(Node::Entry(next.index))
            }
            Node::Object(key) => {
                let index = self.state.index();
                let version = self.version(key)?;
                let object = index.version(version).object();
                if index.current(object) != Some(version) {
                    return None;
                }
                // They are numbered in the order in which they are listed.
                let listed = index.objects(index.kind(object));
                let from = listed.partition_point(|other| *other <= object);
                let next = listed.get(from..)?.iter().take(NEAR).find_map(|object| index.current(*object))?;
                Some(Node::Object(self.key(next)))
            }
            _ => None,
        }
    }
}
