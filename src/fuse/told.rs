//! What the kernel was told last of a file whose size listings do not give.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use lru::LruCache;

use crate::tree::{Attr, Ino, NodeKind};

/// Enough for every file that is dear to measure, together with what is looked up beside them; about 2 MB at most.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(16_384).unwrap();

/// A listing with attributes sets the size of an inode that the kernel knows, also under a running `read`, which
/// then ends early. So where a listing has no size, it repeats the one that was told before; only an inode that
/// nobody can be reading yet is given without.
pub(super) struct Told(Mutex<LruCache<Ino, Attr>>);

impl Told {
    pub(super) fn new() -> Self {
        Self(Mutex::new(LruCache::new(CAPACITY)))
    }

    pub(super) fn note(&self, attr: &Attr) {
        if attr.kind == NodeKind::File {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).put(attr.ino, *attr);
        }
    }

    pub(super) fn last(&self, ino: Ino) -> Option<Attr> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).peek(&ino).copied()
    }
}
