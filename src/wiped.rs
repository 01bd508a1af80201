//! A buffer for plaintext, wiped when it is dropped.
//!
//! `Zeroizing<Vec<u8>>` does the same, but wipes byte by byte, all of the capacity: for an entry of the log that takes
//! as long as deciphering it. And it leaves a copy behind where it grows.

use std::fmt;
use std::ops::Deref;

use zeroize::optimization_barrier;

/// The buffer; see the module's text.
#[derive(Default)]
pub struct Wiped(Vec<u8>);

impl Wiped {
    /// An empty buffer with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Wiped {
        Wiped(Vec::with_capacity(capacity))
    }

    /// Lets `fill` put bytes in. It must not make the vector grow beyond its capacity, unless it wipes it before.
    pub fn as_mut_vec(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }

    /// How much fits in.
    pub fn capacity(&self) -> usize {
        self.0.capacity()
    }

    /// Forgets all bytes; they are wiped at the end.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Forgets all bytes from a place on; they are wiped at the end.
    pub fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// Puts bytes at the end. Where there is no room for them, all moves, and what is left is wiped.
    #[inline]
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        if self.0.capacity() - self.0.len() < bytes.len() {
            self.grow(bytes.len());
        }
        self.0.extend_from_slice(bytes);
    }

    #[cold]
    fn grow(&mut self, needed: usize) {
        let room = self.0.len().saturating_add(needed).max(2 * self.0.capacity());
        let mut larger = Wiped::with_capacity(room);
        larger.0.extend_from_slice(&self.0);
        *self = larger;
    }
}

impl From<Vec<u8>> for Wiped {
    fn from(bytes: Vec<u8>) -> Wiped {
        Wiped(bytes)
    }
}

impl Deref for Wiped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.clear();
        self.0.resize(self.0.capacity(), 0);
        // The bytes are looked at, as far as the compiler knows, so the zeros must be written.
        optimization_barrier(self.0.as_slice());
    }
}

impl fmt::Debug for Wiped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} bytes]", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_and_keeps_what_it_has() {
        let mut wiped = Wiped::with_capacity(4);
        let mut all = Vec::new();
        for step in 0..200u8 {
            wiped.extend_from_slice(&[step; 7]);
            all.extend_from_slice(&[step; 7]);
            assert_eq!(*wiped, *all);
        }
        wiped.truncate(8);
        assert_eq!(*wiped, [0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(format!("{wiped:?}"), "[8 bytes]");
        wiped.clear();
        assert!(wiped.is_empty() && wiped.capacity() >= 1400);
    }
}
