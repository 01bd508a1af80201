//! Sizes for a listing that asks for the attributes of many rows: found by all cores, some rows ahead.

use super::cores::on_all_cores;
use super::inode::{Folder, Node};
use super::view::View;

/// Rows whose sizes are found together; a listing that ends early has asked for so many in vain at most.
const AHEAD: usize = 1024;

/// For fewer it is not worth it to wake other cores.
const FEW: usize = 64;

impl View {
    /// Finds the sizes of the rows behind a cookie, if those of the first are not known yet.
    pub(super) fn size_rows(&self, folder: Folder, behind: u64) {
        let mut rows: Vec<Node> = Vec::new();
        self.list_content(folder, behind, &mut |row| {
            let sized = matches!(row.node, Node::Entry(_) | Node::Object(_));
            // The first row tells whether somebody was here before.
            if !sized || rows.is_empty() && self.knows_size(row.node) {
                return false;
            }
            rows.push(row.node);
            rows.len() < AHEAD
        });
        if rows.len() >= FEW {
            // What has no size says so when its row is made.
            on_all_cores(rows.len(), |at| drop(rows.get(at).map(|node| self.counted(*node))));
        }
    }
}
