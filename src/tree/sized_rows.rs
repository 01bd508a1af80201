//! Sizes for a listing that asks for the attributes of many rows: found by all cores, some rows ahead.

use std::ops::Range;

use super::cores::{in_runs, on_all_cores};
use super::inode::{Folder, Node};
use super::sizes::Sized;
use super::view::View;
use crate::render::{Count, Style};

/// Rows whose sizes are found together; a listing that ends early has asked for so many in vain at most.
const AHEAD: usize = 1024;

/// A listing that has come far most likely goes on, so more are found together, up to so many.
const FAR: usize = 16 * AHEAD;

/// For fewer it is not worth it to wake other cores.
const FEW: usize = 64;

impl View {
    /// Finds the sizes of the rows behind a cookie, if those of the first are not known yet.
    pub(super) fn size_rows(&self, folder: Folder, behind: u64) {
        if folder == Folder::Entries {
            return self.size_entries(behind);
        }
        let mut rows: Vec<Node> = Vec::new();
        self.list_content(folder, behind, &mut |row| {
            let sized = matches!(row.node, Node::Object(_));
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

    /// The same for the entries behind an index.
    fn size_entries(&self, behind: u64) {
        let entries = &self.state.log().entries;
        let first = entries.partition_point(|entry| entry.index.0 <= behind);
        let Some(next) = entries.get(first) else { return };
        let count = first.clamp(AHEAD, FAR).min(entries.len() - first);
        if count < FEW || self.knows_size(Node::Entry(next.index)) {
            return;
        }
        // All workers need it; the first one to ask would make the others wait.
        self.state.index();
        let places = |numbers: Range<usize>| (first + numbers.start) as u32..(first + numbers.end) as u32;
        in_runs(count, |numbers, _: &mut [()]| {
            let places = places(numbers);
            let mut opener = self.state.opener(places.clone());
            for place in places {
                let count = || {
                    let mut count = Count(0);
                    self.write_entry(place, Style::Pretty, &mut opener, &mut count);
                    Ok::<_, ()>(count.0)
                };
                let _ = self.size(Sized::Entry(place), entries.len(), count);
            }
        });
        self.state.numbers_found(count);
    }
}
