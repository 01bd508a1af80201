//! Sizes for a listing that asks for the attributes of many rows: found while the rows before them are handed out.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::cores::spare;
use super::inode::Folder;
use super::lead::{Lead, RUN, Runs};
use super::selection::Selection;
use super::sizes::Sized;
use super::view::View;
use crate::render::{Count, Style};
use crate::store::{Kind, ObjectNo, VersionNo};

/// Listings whose leads are kept: those that were asked for last.
const LEADS: usize = 32;

/// Rows that have a size each, and a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// The entries of the log.
    Entries,
    /// The objects of a kind, each in the version that is selected.
    Objects(Selection, Kind),
    /// All versions of an object.
    Versions(ObjectNo),
}

impl Listing {
    /// The run of the row with a cookie; `None` where the cookies do not count the rows.
    pub(super) fn run(self, cookie: u64) -> Option<usize> {
        let rows_of_one = match self {
            Listing::Entries => return None,
            Listing::Objects(..) => 1,
            Listing::Versions(_) => 2,
        };
        Some(usize::try_from(cookie.checked_sub(1)? / rows_of_one).ok()? / RUN)
    }
}

/// The leads of the listings that were asked for last.
#[derive(Default)]
pub(super) struct Leads(Mutex<VecDeque<(Listing, Arc<Lead>)>>);

impl Leads {
    fn of(&self, listing: Listing) -> Arc<Lead> {
        let mut leads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = leads.iter().position(|(of, _)| *of == listing);
        let found = known.and_then(|at| leads.remove(at)).unwrap_or_else(|| (listing, Arc::default()));
        let lead = found.1.clone();
        leads.push_front(found);
        leads.truncate(LEADS);
        lead
    }
}

/// The rows of a listing, as they are found run by run.
struct Rows<'a> {
    view: &'a View,
    listing: Listing,
}

impl View {
    /// The listing that a folder makes, where its rows have sizes that are to be found ahead.
    pub(super) fn listing(&self, folder: Folder) -> Option<Listing> {
        match folder.selected() {
            (Folder::Kind(kind), selection) => Some(Listing::Objects(selection, kind)),
            (Folder::Versions(key), _) => self.object_at(key).map(Listing::Versions),
            _ => None,
        }
    }

    /// Sees to it that the sizes are known of the run that a listing has come to; those of the runs behind it are
    /// found meanwhile.
    pub(super) fn size_run(self: &Arc<View>, listing: Listing, run: usize) {
        // All who find sizes need it; the first one to ask would make the others wait.
        self.state.index();
        let lead = self.leads.of(listing);
        for _ in 0..lead.come_to(run, &Rows { view: self, listing }, spare) {
            // They go no further than the view lives.
            let (view, helped) = (Arc::downgrade(self), lead.clone());
            let help = move |view: Arc<View>| helped.help(&Rows { view: &view, listing });
            let work = move || while view.upgrade().is_some_and(&help) {};
            if let Err(error) = thread::Builder::new().name("sizes".to_owned()).spawn(work) {
                log::info!("no sizes are found ahead: {error}");
                lead.lose_helper();
            }
        }
        lead.have(run, &Rows { view: self, listing });
    }

    /// The size of the file of the entry at a place of the log.
    pub(super) fn size_of_entry(&self, place: u32) -> u64 {
        self.sized_entry(place, |count| {
            let mut opener = self.state.opener(place..place.saturating_add(1));
            self.write_entry(place, Style::Pretty, &mut opener, count);
        })
    }

    fn sized_entry(&self, place: u32, write: impl FnOnce(&mut Count)) -> u64 {
        self.sized_by(Sized::Entry(place), self.state.log().entries.len(), write)
    }

    fn sized_by(&self, of: Sized, most: usize, write: impl FnOnce(&mut Count)) -> u64 {
        let find = || {
            let mut count = Count(0);
            write(&mut count);
            Ok::<_, Infallible>(count.0)
        };
        let Ok(size) = self.size(of, most, find);
        size
    }
}

impl Rows<'_> {
    /// How many rows there are, those of objects that are not selected among them.
    fn count(&self) -> usize {
        let index = || self.view.state.index();
        match self.listing {
            Listing::Entries => self.view.state.log().entries.len(),
            Listing::Objects(_, kind) => index().objects(kind).len(),
            Listing::Versions(object) => index().history(object).len(),
        }
    }

    /// The places of the rows of a run.
    fn places(&self, run: usize) -> Range<usize> {
        let place = |run: usize| run.saturating_mul(RUN).min(self.count());
        place(run)..place(run.saturating_add(1))
    }

    /// The version that the row at a place shows.
    fn version(&self, place: usize) -> Option<VersionNo> {
        let state = &self.view.state;
        match self.listing {
            Listing::Entries => None,
            Listing::Objects(selection, kind) => selection.version(state, *state.index().objects(kind).get(place)?),
            Listing::Versions(object) => state.index().history(object).get(place).copied(),
        }
    }
}

impl Runs for Rows<'_> {
    fn runs(&self) -> usize {
        self.count().div_ceil(RUN)
    }

    fn knows(&self, run: usize) -> bool {
        let view = self.view;
        let most = match self.listing {
            Listing::Entries => view.state.log().entries.len(),
            _ => view.state.index().versions() as usize,
        };
        let knows = |of| view.size(of, most, || Err(())).is_ok();
        self.places(run).all(|place| match self.listing {
            // There are no more than the log has entries, which are numbered so.
            Listing::Entries => knows(Sized::Entry(place as u32)),
            _ => self.version(place).is_none_or(|no| knows(Sized::Version(no.number()))),
        })
    }

    fn find(&self, run: usize) {
        let (view, places) = (self.view, self.places(run));
        let mut found = 0;
        if self.listing == Listing::Entries {
            let places = places.start as u32..places.end as u32;
            let mut opener = view.state.opener(places.clone());
            for place in places {
                view.sized_entry(place, |count| {
                    found += 1;
                    view.write_entry(place, Style::Pretty, &mut opener, count);
                });
            }
        } else {
            let most = view.state.index().versions() as usize;
            for no in places.filter_map(|place| self.version(place)) {
                view.sized_by(Sized::Version(no.number()), most, |count| {
                    found += 1;
                    view.write_version(no, Style::Pretty, count);
                });
            }
        }
        view.state.numbers_found(found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_counted_by_their_cookies() {
        let objects = Listing::Objects(Selection::Now, Kind::Task);
        let of = |listing: Listing, cookies: [u64; 4]| cookies.map(|cookie| listing.run(cookie));
        assert_eq!(of(objects, [1, 128, 129, 257]), [Some(0), Some(0), Some(1), Some(2)]);
    }
}
