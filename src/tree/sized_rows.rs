//! Sizes for a listing that asks for the attributes of many rows: found by all cores, some rows ahead. Those of the
//! entries, of which there are most, are found while the rows before them are handed out.

use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;
use std::thread;

use super::cores::{on_all_cores, spare};
use super::inode::{Folder, Node};
use super::lead::{RUN, Runs};
use super::sizes::Sized;
use super::view::View;
use crate::render::{Count, Style};

/// Rows whose sizes are found together; a listing that ends early has asked for so many in vain at most.
const AHEAD: usize = 1024;

/// For fewer it is not worth it to wake other cores.
const FEW: usize = 64;

impl View {
    /// Finds the sizes of the rows behind a cookie, if those of the first are not known yet.
    pub(super) fn size_rows(&self, folder: Folder, behind: u64) {
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

    /// Sees to it that the sizes are known of the run of entries that a listing has come to; those of the runs behind
    /// it are found meanwhile.
    pub(super) fn size_entries(self: &Arc<View>, run: usize) {
        // All who find sizes need it; the first one to ask would make the others wait.
        self.state.index();
        for _ in 0..self.lead.come_to(run, &**self, spare) {
            // They go no further than the view lives.
            let view = Arc::downgrade(self);
            let work = move || while view.upgrade().is_some_and(|view| view.lead.help(&*view)) {};
            if let Err(error) = thread::Builder::new().name("sizes".to_owned()).spawn(work) {
                log::info!("no sizes are found ahead: {error}");
                self.lead.lose_helper();
            }
        }
        self.lead.have(run, &**self);
    }

    /// The size of the file of the entry at a place of the log.
    pub(super) fn size_of_entry(&self, place: u32) -> u64 {
        self.sized_entry(place, |count| {
            let mut opener = self.state.opener(place..place.saturating_add(1));
            self.write_entry(place, Style::Pretty, &mut opener, count);
        })
    }

    fn sized_entry(&self, place: u32, write: impl FnOnce(&mut Count)) -> u64 {
        let find = || {
            let mut count = Count(0);
            write(&mut count);
            Ok::<_, Infallible>(count.0)
        };
        let Ok(size) = self.size(Sized::Entry(place), self.state.log().entries.len(), find);
        size
    }

    /// The places in the log of a run of entries.
    fn places(&self, run: usize) -> Range<u32> {
        let place = |run: usize| run.saturating_mul(RUN).min(self.state.log().entries.len());
        // There are no more than the log has entries, which are numbered so.
        place(run) as u32..place(run.saturating_add(1)) as u32
    }
}

impl Runs for View {
    fn runs(&self) -> usize {
        self.state.log().entries.len().div_ceil(RUN)
    }

    fn knows(&self, run: usize) -> bool {
        let most = self.state.log().entries.len();
        self.places(run).all(|place| self.size(Sized::Entry(place), most, || Err(())).is_ok())
    }

    fn find(&self, run: usize) {
        let places = self.places(run);
        let mut opener = self.state.opener(places.clone());
        let count = places.len();
        for place in places {
            self.sized_entry(place, |count| self.write_entry(place, Style::Pretty, &mut opener, count));
        }
        self.state.numbers_found(count);
    }
}
