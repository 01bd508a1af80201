//! Where text goes.

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

    /// Takes `count` spaces.
    #[inline]
    fn spaces(&mut self, count: usize) {
        if !self.take_length(count as u64) {
            let mut left = count;
            while left > 0 {
                let now = left.min(SPACES.len());
                self.put(SPACES.get(..now).unwrap_or_default());
                left -= now;
            }
        }
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
}

impl Sink for Vec<u8> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
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
}
