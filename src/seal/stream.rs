//! The plaintext of a sealed message of any size.

use std::fmt;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::{fernet, secretbox};
use crate::disk::ReadAt;

/// How much of a file is authenticated at a time.
pub(super) const PIECE: usize = 64 << 10;

/// The plaintext of a message that was authenticated as a whole: any range of it is deciphered by itself, so
/// the message is never held whole in memory.
///
/// It holds the key that fits; what it reads later is deciphered without being authenticated again, which is
/// right for files that never change, as snapshots.
pub struct PlainStream {
    file: Arc<dyn ReadAt>,
    message: Message,
}

pub(super) enum Message {
    Clear(Range<u64>),
    Secretbox(secretbox::Message),
    Fernet(fernet::Message),
}

impl PlainStream {
    pub(super) fn new(file: Arc<dyn ReadAt>, message: Message) -> PlainStream {
        PlainStream { file, message }
    }

    /// Exact length of the plaintext.
    pub fn len(&self) -> u64 {
        match &self.message {
            Message::Clear(range) => range.end - range.start,
            Message::Secretbox(message) => message.len(),
            Message::Fernet(message) => message.len(),
        }
    }

    /// True where the plaintext is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buf` with the plaintext from `offset`, or answers `UnexpectedEof` beyond its end.
    pub fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        if offset.checked_add(buf.len() as u64).is_none_or(|end| end > self.len()) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let file = &*self.file;
        match &self.message {
            Message::Clear(range) => file.read_exact_at(buf, range.start + offset),
            Message::Secretbox(message) => message.read(file, buf, offset),
            Message::Fernet(message) => message.read(file, buf, offset),
        }
    }
}

impl ReadAt for PlainStream {
    fn len(&self) -> u64 {
        PlainStream::len(self)
    }

    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        PlainStream::read_exact_at(self, buf, offset)
    }
}

impl fmt::Debug for PlainStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlainStream").field("len", &self.len()).finish_non_exhaustive()
    }
}
