//! What the kernel was told last of a file whose size listings do not give.

use std::num::NonZeroUsize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;

use crate::tree::{Attr, Ino, NodeKind};

/// Enough for every file that is dear to measure, together with what is looked up beside them; about 2 MB at most.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(16_384).unwrap();

/// No answer takes longer from here to where it is used.
const UNDER_WAY: Duration = Duration::from_secs(10);

/// A listing with attributes sets the size of an inode that the kernel knows, also under a running `read`, which
/// then ends early. So where a listing has no size, it repeats the one that was told before; only an inode that
/// nobody can be reading yet is given without.
#[derive(Debug)]
pub(super) struct Told(Mutex<LruCache<Ino, Answer>>);

#[derive(Debug)]
struct Answer {
    attr: Attr,
    /// When the kernel asked for it last.
    asked: Instant,
}

impl Told {
    pub(super) fn new() -> Self {
        Self(Mutex::new(LruCache::new(CAPACITY)))
    }

    fn answers(&self) -> MutexGuard<'_, LruCache<Ino, Answer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn note(&self, attr: &Attr) {
        if attr.kind == NodeKind::File {
            self.answers().put(attr.ino, Answer { attr: *attr, asked: Instant::now() });
        }
    }

    pub(super) fn last(&self, ino: Ino) -> Option<Attr> {
        self.answers().peek(&ino).map(|answer| answer.attr)
    }

    /// The kernel asks. To be noted before the answer is found: a size that is set meanwhile overtakes that answer.
    pub(super) fn ask(&self, ino: Ino) {
        if let Some(answer) = self.answers().peek_mut(&ino) {
            answer.asked = Instant::now();
        }
    }

    /// True if an answer may be under way.
    pub(super) fn is_asked(&self, ino: Ino) -> bool {
        self.answers().peek(&ino).is_some_and(|answer| answer.asked.elapsed() < UNDER_WAY)
    }

    /// The size is set.
    pub(super) fn set_size(&self, ino: Ino, size: u64) {
        if let Some(answer) = self.answers().peek_mut(&ino) {
            answer.attr.size = size;
        }
    }
}
