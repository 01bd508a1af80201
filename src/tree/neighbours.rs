//! Which file lies behind which, for those who read a folder from end to end.

use super::Order;
use super::inode::Node;
use super::view::View;
use crate::store::ObjectNo;

/// Objects that are gone, and have no file, may lie between two that are there.
const NEAR: usize = 64;

impl View {
    /// The file behind this one in its folder; a hint, `None` where it is not found at once.
    pub(super) fn behind(&self, node: Node, order: Order) -> Option<Node> {
        match (node, order) {
            (Node::Entry(index), Order::Listed) => {
                let place = self.state.place_of(index)?;
                let next = self.state.log().entries.get(place as usize + 1)?;
                Some(Node::Entry(next.index))
            }
            (Node::Object(key), order) => {
                let index = self.state.index();
                let version = self.version(key)?;
                let object = index.version(version).object();
                if index.current(object) != Some(version) {
                    return None;
                }
                let kind = index.kind(object);
                let rest = match order {
                    // They are numbered in the order in which they are listed.
                    Order::Listed => behind(index.objects(kind), |other| other <= object),
                    Order::Named => behind(index.objects_by_id(kind), |other| index.id(other) <= index.id(object)),
                };
                let next = rest.iter().take(NEAR).find_map(|object| index.current(*object))?;
                Some(Node::Object(self.key(next)))
            }
            _ => None,
        }
    }
}

/// Those behind the ones that come first.
fn behind(objects: &[ObjectNo], comes: impl Fn(ObjectNo) -> bool) -> &[ObjectNo] {
    let from = objects.partition_point(|object| comes(*object));
    objects.get(from..).unwrap_or_default()
}
