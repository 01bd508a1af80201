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
        if changed.is_empty() {
            return;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Range<RaftIndex> = RaftIndex(0)..RaftIndex(u64::MAX);

    fn told(moments: &Moments, changed: Range<RaftIndex>) -> Vec<Change> {
        let mut changes = Vec::new();
        moments.tell(changed, &mut changes);
        changes
    }

    #[test]
    fn only_what_was_looked_up_is_told() {
        let (moments, at) = (Moments::default(), Node::Folder(Folder::At).ino());
        for name in ["0000000012", "0000000015", "12", "latest", "2026-11-21", "x"] {
            moments.note(at, name.as_bytes());
        }
        moments.note(Ino::ROOT, b"0000000013");
        let named = |index: u64| Change::Name(at, entry_name(RaftIndex(index), "").into_bytes());
        let names = |changed| {
            let told = told(&moments, changed);
            told.into_iter().filter(|change| matches!(change, Change::Name(folder, _) if *folder == at)).collect()
        };
        let whole: Vec<Change> = names(ALL);
        assert_eq!(whole, [named(12), named(15)]);
        assert_eq!(names(RaftIndex(13)..RaftIndex(20)), [named(15)]);
        assert!(told(&moments, RaftIndex(16)..RaftIndex(16)).is_empty());
    }

    #[test]
    fn beyond_the_most_all_are_told_at_once() {
        let (moments, at) = (Moments::default(), Node::Folder(Folder::At).ino());
        let look_up = |index| moments.note(at, entry_name(RaftIndex(index), "").as_bytes());
        let all = Change::Name(Ino::ROOT, b"at".to_vec());
        (1..=MOST as u64).chain([1]).for_each(look_up);
        assert!(!told(&moments, ALL).contains(&all));
        look_up(MOST as u64 + 1);
        let before = told(&moments, ALL);
        assert!(before.contains(&all));
        (MOST as u64..5 * MOST as u64).for_each(look_up);
        assert_eq!(told(&moments, ALL).len(), before.len());
        assert!(told(&moments, RaftIndex(7)..RaftIndex(7)).is_empty());
    }

    #[test]
    fn where_knowledge_differs() {
        let list = |ranges: &[(u64, u64)]| ranges.iter().map(|(start, end)| *start..*end).collect::<Chunked<_>>();
        let differ = |a: &[(u64, u64)], b: &[(u64, u64)]| first_difference(&list(a), &list(b));
        assert_eq!(differ(&[(1, 5)], &[(1, 5)]), None);
        assert_eq!(differ(&[(1, 5)], &[(1, 9)]), Some(5));
        // The moments from 5 to 7 tell of a whole one above, or of none.
        assert_eq!(differ(&[(1, 5)], &[(1, 5), (8, 9)]), Some(5));
        assert_eq!(differ(&[(1, 5), (7, 9)], &[(1, 5), (8, 9)]), Some(5));
        assert_eq!(differ(&[(3, 5)], &[(4, 5)]), Some(0));
        assert_eq!(differ(&[], &[(4, 5)]), Some(0));
    }
}
