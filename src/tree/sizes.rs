//! Sizes of files, remembered as numbers: found once by the counting walk, exact before the first read.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::Ino;

/// 0 stands for a size that is not known yet; no file of these is empty.
type Slots = OnceLock<Box<[AtomicU32]>>;

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
    /// A size, found by `find` where it is not known. `most` says how many entries, or versions, there can be.
    pub(super) fn get<E>(&self, of: Sized, most: usize, find: impl FnOnce() -> Result<u64, E>) -> Result<u64, E> {
        let slot = match of {
            Sized::Entry(place) => slots(&self.entries, most).get(place as usize),
            Sized::Version(no) => slots(&self.versions, most).get(no as usize),
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

fn slots(slots: &Slots, count: usize) -> &[AtomicU32] {
    slots.get_or_init(|| (0..count).map(|_| AtomicU32::new(0)).collect())
}
