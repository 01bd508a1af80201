//! A DEK in memory.

use dryoc::protected::HeapByteArray;
use dryoc::protected::LockedRO;
use dryoc::protected::NewLockedFromSlice as _;
use dryoc::types::ByteArray as _;
use zeroize::Zeroizing;

/// A data key: in a page of its own, read-only, locked, left out of dumps. Where the limit on locked memory
/// forbids that, in ordinary memory; wiped in either case.
pub(super) struct DataKey(Place);

enum Place {
    Locked(LockedRO<HeapByteArray<32>>),
    Plain(Box<Zeroizing<[u8; 32]>>),
}

impl DataKey {
    /// Filled with zero bytes or cut to 32, as the peer does. A key of nothing but zero bytes is none: the
    /// peer's bug (format 10.1) made records under it readable, and nobody may pass off such records as sealed.
    pub(super) fn new(bytes: &[u8]) -> Option<DataKey> {
        let mut key = Zeroizing::new([0; 32]);
        for (to, from) in key.iter_mut().zip(bytes) {
            *to = *from;
        }
        if key.iter().all(|&byte| byte == 0) {
            return None;
        }
        let place = match HeapByteArray::from_slice_into_readonly_locked(&key[..]) {
            Ok(page) => Place::Locked(page),
            Err(_) => Place::Plain(Box::new(key)),
        };
        Some(DataKey(place))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        match &self.0 {
            Place::Locked(page) => page.as_array(),
            Place::Plain(key) => key,
        }
    }
}
