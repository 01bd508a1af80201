//! A checksum over the bytes of a version: whether two are the same. It is nowhere on disk but in the index cache.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

/// The checksum of some bytes.
#[inline]
pub(super) fn sum(bytes: &[u8]) -> u32 {
    const STATE: FixedState = FixedState::with_seed(0);
    let mut hasher = STATE.build_hasher();
    hasher.write(bytes);
    let sum = hasher.finish();
    (sum ^ sum >> 32) as u32
}
