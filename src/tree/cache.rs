//! Decoded bytes, bounded by their number, zeroized when they leave.

use std::collections::HashSet;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use lru::LruCache;

use super::{Ino, TreeError};
use crate::wiped::Wiped;

/// Bytes of a file. Whoever still reads them keeps them alive; the last one zeroizes them.
pub(super) type Bytes = Arc<Wiped>;

/// Least recently read files leave first. A file that several threads want at once is made once.
pub(super) struct Cache {
    most: usize,
    shelf: Mutex<Shelf>,
    made: Condvar,
}

struct Shelf {
    files: LruCache<Ino, Bytes>,
    held: usize,
    in_the_making: HashSet<Ino>,
    /// Threads that wait for something to be made; telling nobody would be a system call for each file.
    waiting: usize,
}

impl Cache {
    /// A cache that holds at most `most` bytes.
    pub(super) fn new(most: usize) -> Cache {
        let shelf = Shelf { files: LruCache::unbounded(), held: 0, in_the_making: HashSet::new(), waiting: 0 };
        Cache { most, shelf: Mutex::new(shelf), made: Condvar::new() }
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        // The shelf is consistent between any two statements that could panic.
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes of a file, made by `make` where they are not at hand.
    pub(super) fn get(&self, ino: Ino, make: impl FnOnce() -> Result<Wiped, TreeError>) -> Result<Bytes, TreeError> {
        let mut shelf = self.shelf();
        loop {
            if let Some(bytes) = shelf.files.get(&ino) {
                return Ok(bytes.clone());
            }
            if shelf.in_the_making.insert(ino) {
                break;
            }
            shelf.waiting += 1;
            shelf = self.made.wait(shelf).unwrap_or_else(PoisonError::into_inner);
            shelf.waiting -= 1;
        }
        drop(shelf);
        let _done = Done { cache: self, ino };
        let bytes: Bytes = Arc::new(make()?);
        self.keep(ino, bytes.clone());
        Ok(bytes)
    }

    fn keep(&self, ino: Ino, bytes: Bytes) {
        // One file may not drive out all others.
        if bytes.capacity() > self.most / 2 {
            return;
        }
        let mut leaving = Vec::new();
        let mut shelf = self.shelf();
        shelf.held += bytes.capacity();
        leaving.extend(shelf.files.push(ino, bytes));
        while shelf.held - held_by(&leaving) > self.most {
            let Some(oldest) = shelf.files.pop_lru() else { break };
            leaving.push(oldest);
        }
        shelf.held -= held_by(&leaving);
        // Wiping takes its time: not under the lock.
        drop(shelf);
    }

    /// Bytes held now.
    #[cfg(test)]
    fn held(&self) -> usize {
        self.shelf().held
    }
}

fn held_by(files: &[(Ino, Bytes)]) -> usize {
    files.iter().map(|(_, bytes)| bytes.capacity()).sum()
}

/// Tells the waiting threads, also when `make` failed or panicked.
struct Done<'a> {
    cache: &'a Cache,
    ino: Ino,
}

impl Drop for Done<'_> {
    fn drop(&mut self) {
        let mut shelf = self.cache.shelf();
        shelf.in_the_making.remove(&self.ino);
        if shelf.waiting > 0 {
            self.cache.made.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn file(len: usize) -> Result<Wiped, TreeError> {
        Ok(vec![7; len].into())
    }

    #[test]
    fn holds_no_more_than_it_may_and_drops_the_least_recent() {
        let cache = Cache::new(1000);
        for ino in 0..10 {
            cache.get(Ino(ino), || file(300)).unwrap();
            cache.get(Ino(0), || file(300)).unwrap();
            assert!(cache.held() <= 1000);
        }
        cache.get(Ino(0), || panic!("was read last, must be at hand")).unwrap();
        let mut made_again = false;
        cache
            .get(Ino(3), || {
                made_again = true;
                file(300)
            })
            .unwrap();
        assert!(made_again);
    }

    #[test]
    fn a_file_greater_than_half_is_not_kept() {
        let cache = Cache::new(1000);
        assert_eq!(cache.get(Ino(1), || file(501)).unwrap().len(), 501);
        assert_eq!(cache.held(), 0);
    }

    #[test]
    fn many_threads_make_a_file_once() {
        let (cache, made) = (Cache::new(1000), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    cache.get(Ino(1), || {
                        made.fetch_add(1, Ordering::Relaxed);
                        std::thread::sleep(std::time::Duration::from_millis(20));
                        file(10)
                    })
                });
            }
        });
        assert_eq!(made.into_inner(), 1);
    }

    #[test]
    fn a_maker_that_fails_or_panics_blocks_nobody() {
        let cache = Cache::new(1000);
        assert!(cache.get(Ino(1), || Err(TreeError::NotFound)).is_err());
        let panicked =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| cache.get(Ino(1), || panic!("made up"))));
        assert!(panicked.is_err());
        assert!(cache.get(Ino(1), || file(1)).is_ok());
    }
}
