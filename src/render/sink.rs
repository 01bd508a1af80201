//! Where text goes.

use crate::wiped::Wiped;

/// Takes text piece by piece.
pub trait Sink {
    /// Takes a piece of text.
    fn put(&mut self, bytes: &[u8]);

    /// Takes the length of a piece in place of the piece and answers true, if lengths are all that is wanted.
    /// So numbers and base64 need not be made for a sink that counts.
    #[inline]
    fn take_length(&mut self, _length: u64) -> bool {
        false
    }

    /// How much it has taken.
    fn mark(&self) -> u64;

    /// Takes back what came after a mark.
    fn cut(&mut self, mark: u64);

    /// What came after a mark; none where it was only counted.
    fn behind(&self, mark: u64) -> Option<&[u8]>;

    /// Takes `count` spaces.
    #[inline]
    fn spaces(&mut self, count: usize) {
        if self.take_length(count as u64) {
            return;
        }
        let mut left = count;
        while let Some(rest) = left.checked_sub(SPACES.len()) {
            self.put(SPACES);
            left = rest;
        }
        self.put(SPACES.get(..left).unwrap_or_default());
    }
}

const SPACES: &[u8; 64] = &[b' '; 64];

/// Counts the bytes of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count(pub u64);

impl Sink for Count {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.0 += bytes.len() as u64;
    }

    #[inline]
    fn take_length(&mut self, length: u64) -> bool {
        self.0 += length;
        true
    }

    #[inline]
    fn mark(&self) -> u64 {
        self.0
    }

    #[inline]
    fn cut(&mut self, mark: u64) {
        self.0 = mark;
    }

    #[inline]
    fn behind(&self, _mark: u64) -> Option<&[u8]> {
        None
    }
}

impl Sink for Vec<u8> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline]
    fn mark(&self) -> u64 {
        self.len() as u64
    }

    #[inline]
    fn cut(&mut self, mark: u64) {
        self.truncate(usize::try_from(mark).unwrap_or(usize::MAX));
    }

    #[inline]
    fn behind(&self, mark: u64) -> Option<&[u8]> {
        self.get(usize::try_from(mark).ok()?..)
    }
}

impl Sink for Wiped {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline]
    fn mark(&self) -> u64 {
        self.len() as u64
    }

    #[inline]
    fn cut(&mut self, mark: u64) {
        self.truncate(usize::try_from(mark).unwrap_or(usize::MAX));
    }

    #[inline]
    fn behind(&self, mark: u64) -> Option<&[u8]> {
        self.get(usize::try_from(mark).ok()?..)
    }
}

impl<S: Sink + ?Sized> Sink for &mut S {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        (**self).put(bytes);
    }

    #[inline]
    fn take_length(&mut self, length: u64) -> bool {
        (**self).take_length(length)
    }

    #[inline]
    fn mark(&self) -> u64 {
        (**self).mark()
    }

    #[inline]
    fn cut(&mut self, mark: u64) {
        (**self).cut(mark);
    }

    #[inline]
    fn behind(&self, mark: u64) -> Option<&[u8]> {
        (**self).behind(mark)
    }
}
