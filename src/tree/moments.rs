//! The moments that the kernel may know: those that were looked up in `at/`. There are as many as there are entries,
//! so of what changes only these are told.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Ino;
use super::change::Change;
use super::entries::index_in;
use super::folders::INCOMPLETE;
use super::inode::{Document, Folder, Node};
use super::kept::Kept;
use super::selection::Past;
use super::view::{View, entry_name};
use crate::chunked::Chunked;
use crate::disk::RaftIndex;
use crate::store::State;

/// Moments that are remembered one by one.
const MOST: usize = 1000;

/// What was looked up.
#[derive(Default)]
pub(super) struct Moments(Mutex<LookedUp>);

#[derive(Default)]
struct LookedUp {
    remembered: BTreeSet<RaftIndex>,
    /// There were more.
    more: bool,
}

impl Moments {
    fn looked_up(&self) -> MutexGuard<'_, LookedUp> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A name is being looked up. To be noted before a view answers: what that view is replaced by is told of then.
    pub(super) fn note(&self, folder: Ino, name: &[u8]) {
        if folder != Node::Folder(Folder::At).ino() {
            return;
        }
        // The other names are links.
        let Some(index) = index_in(name, "").filter(|index| entry_name(*index, "").as_bytes() == name) else { return };
        let mut looked_up = self.looked_up();
        let LookedUp { remembered, more } = &mut *looked_up;
        *more |= remembered.len() >= MOST && !remembered.contains(&index);
        if !*more {
            remembered.insert(index);
        }
    }

    /// Tells of those that have changed.
    pub(super) fn tell(&self, changed: Range<RaftIndex>, changes: &mut Vec<Change>) {
        let at = Node::Folder(Folder::At).ino();
        let looked_up = self.looked_up();
        // With its name goes all that the kernel knows below a folder. Somebody may stand in one there, though.
        let pasts: Vec<Past> = Folder::all_fixed().filter_map(Past::of).collect();
        for index in looked_up.remembered.range(changed) {
            for past in &pasts {
                let folder = Node::Folder(Folder::Past(*index, *past)).ino();
                let incomplete = Node::Document(Document::IncompleteAfter(*index, *past)).ino();
                changes.extend([Change::Content(folder), Change::Content(incomplete)]);
                changes.push(Change::Name(folder, INCOMPLETE.into()));
            }
            changes.push(Change::Name(at, entry_name(*index, "").into_bytes()));
        }
        if looked_up.more {
            changes.push(Change::Name(Ino::ROOT, "at".into()));
        }
    }
}

impl View {
    /// The moments of this view that are not what they were.
    pub(super) fn changed_moments(&self, kept: &Kept, after: &State) -> Range<RaftIndex> {
        let last = self.state.last_index();
        let behind = RaftIndex(last.0.saturating_add(1));
        if !kept.versions {
            return RaftIndex(0)..behind;
        }
        let overwritten = self.state.log().entries.get(kept.entries).map(|entry| entry.index);
        // A snapshot that was made of the last entry may give other versions after it.
        let surpassed = (!kept.snapshots).then_some(last);
        let known = first_difference(self.state.index().known(), after.index().known()).map(RaftIndex);
        [overwritten, surpassed, known].into_iter().flatten().fold(behind, RaftIndex::min)..behind
    }
}

/// From where on something else is known. A moment that lies between two ranges tells where the next one begins.
fn first_difference(a: &Chunked<Range<u64>>, b: &Chunked<Range<u64>>) -> Option<u64> {
    let same = a.common(b, PartialEq::eq);
    match (a.get(same), b.get(same)) {
        (None, None) => None,
        (Some(a), Some(b)) if a.start == b.start => Some(a.end.min(b.end)),
        _ => Some(same.checked_sub(1).and_then(|last| a.get(last)).map_or(0, |last| last.end)),
    }
}
