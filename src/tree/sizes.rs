//! Sizes of files, remembered as numbers: found once by the counting walk, exact before the first read.

use std::array;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Ino;
use super::kept::Kept;
use crate::chunked::Chunked;

/// Sizes of a page.
const PAGE: usize = 1024;

/// 0 stands for a size that is not known yet; no file of these is empty.
type Page = Arc<[AtomicU32; PAGE]>;

/// Sizes by number. Pages are made when they are needed, and shared with the view before where its numbers are these.
#[derive(Default)]
struct Slots {
    earlier: Vec<Option<Page>>,
    pages: OnceLock<Box<[OnceLock<Page>]>>,
}

/// The sizes that were found so far.
#[derive(Default)]
pub(super) struct Sizes {
    entries: Slots,
    versions: Slots,
    others: Mutex<HashMap<Ino, u64>>,
}

/// What a size is asked of.
pub(super) enum Sized {
    /// The file of the entry at a place of the log.
    Entry(u32),
    /// The file of the version with a number.
    Version(u32),
    /// Another file.
    Other(Ino),
}

impl Sizes {
    /// Those that are still right in the view that follows.
    pub(super) fn kept(&self, kept: &Kept) -> Sizes {
        let whole_pages = if kept.grew { usize::MAX } else { kept.entries / PAGE };
        let entries = self.entries.first(whole_pages);
        let versions = if kept.versions { self.versions.first(usize::MAX) } else { Slots::default() };
        Sizes { entries, versions, others: Mutex::default() }
    }

    /// A size, found by `find` where it is neither known nor `remembered`. `most` says how many entries, or versions,
    /// there can be.
    pub(super) fn get<E>(
        &self,
        of: Sized,
        most: usize,
        remembered: Option<&Chunked<u64>>,
        find: impl FnOnce() -> Result<u64, E>,
    ) -> Result<u64, E> {
        let slot = match of {
            Sized::Entry(place) => self.entries.get(place as usize, most, remembered),
            Sized::Version(no) => self.versions.get(no as usize, most, remembered),
            Sized::Other(ino) => return self.other(ino, find),
        };
        if let Some(known) = slot.map(|slot| slot.load(Ordering::Relaxed)).filter(|size| *size > 0) {
            return Ok(u64::from(known));
        }
        let size = find()?;
        if let (Some(slot), Ok(size)) = (slot, u32::try_from(size)) {
            slot.store(size, Ordering::Relaxed);
        }
        Ok(size)
    }

    fn of(&self, of: &Sized) -> Option<&Slots> {
        match of {
            Sized::Entry(_) => Some(&self.entries),
            Sized::Version(_) => Some(&self.versions),
            Sized::Other(_) => None,
        }
    }

    /// All sizes of a sort, 0 where one is not known; `None` where none is.
    pub(super) fn all(&self, of: &Sized, most: usize, remembered: Option<&Chunked<u64>>) -> Option<Chunked<u64>> {
        let found = |at| self.of(of)?.found(at);
        let remembered = |at| remembered?.get(at).copied();
        let sizes = || (0..most).map(|at| found(at).or_else(|| remembered(at)).unwrap_or(0));
        // Most often it is all of them or none.
        sizes().any(|size| size > 0).then(|| sizes().collect())
    }

    /// The numbers of which somebody may know the size.
    pub(super) fn made(&self, of: &Sized) -> impl Iterator<Item = usize> {
        let slots = self.of(of);
        let made: Vec<bool> = match slots.and_then(|slots| slots.pages.get()) {
            Some(pages) => pages.iter().map(|page| page.get().is_some()).collect(),
            None => slots.map_or_else(Vec::new, |slots| slots.earlier.iter().map(Option::is_some).collect()),
        };
        made.into_iter()
            .enumerate()
            .filter(|(_, made)| *made)
            .flat_map(|(number, _)| number * PAGE..(number + 1) * PAGE)
    }

    fn other<E>(&self, ino: Ino, find: impl FnOnce() -> Result<u64, E>) -> Result<u64, E> {
        let others = || self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(size) = others().get(&ino) {
            return Ok(*size);
        }
        let size = find()?;
        others().insert(ino, size);
        Ok(size)
    }
}

impl Slots {
    fn get(&self, at: usize, most: usize, remembered: Option<&Chunked<u64>>) -> Option<&AtomicU32> {
        let pages = self.pages.get_or_init(|| {
            let mut earlier = self.earlier.iter().cloned();
            let page = |_| earlier.next().flatten().map_or_else(OnceLock::new, OnceLock::from);
            (0..most.div_ceil(PAGE)).map(page).collect()
        });
        let size = |at| remembered.and_then(|sizes| u32::try_from(*sizes.get(at)?).ok()).unwrap_or(0);
        let first = at / PAGE * PAGE;
        let page = || Arc::new(array::from_fn(|at| AtomicU32::new(size(first + at))));
        pages.get(at / PAGE)?.get_or_init(page).get(at % PAGE)
    }

    /// A size that is known already.
    fn found(&self, at: usize) -> Option<u64> {
        let page = match self.pages.get() {
            Some(pages) => pages.get(at / PAGE)?.get()?,
            None => self.earlier.get(at / PAGE)?.as_ref()?,
        };
        Some(page.get(at % PAGE)?.load(Ordering::Relaxed).into())
    }

    /// The first of the pages, for another view.
    fn first(&self, count: usize) -> Slots {
        let earlier = match self.pages.get() {
            Some(pages) => pages.iter().take(count).map(|page| page.get().cloned()).collect(),
            None => self.earlier.iter().take(count).cloned().collect(),
        };
        Slots { earlier, pages: OnceLock::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_shared_as_far_as_they_hold() {
        let before = Slots::default();
        for at in [0, 1023, 1024, 2999] {
            before.get(at, 3000, None).unwrap().store(at as u32 + 1, Ordering::Relaxed);
        }
        // Nobody asked the view in between.
        let after = before.first(usize::MAX).first(usize::MAX);
        let known = |slots: &Slots, at| slots.get(at, 4000, None).unwrap().load(Ordering::Relaxed);
        for at in [0, 1023, 1024, 2999] {
            assert_eq!(known(&after, at), at as u32 + 1);
        }
        assert_eq!((known(&after, 3000), known(&after, 3999)), (0, 0));
        assert!(after.get(4096, 4000, None).is_none());
        let cut = before.first(1);
        assert_eq!((known(&cut, 1023), known(&cut, 1024), known(&cut, 2999)), (1024, 0, 0));
    }
}
