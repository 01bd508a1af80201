//! Base64 text in a file, read at any offset of what it means.

use std::io;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;

use super::stream::PIECE;
use crate::disk::ReadAt;

/// What `read` answers, within an `io::Error`, where the text is no base64.
#[derive(Debug, Error)]
#[error("a Fernet token is not base64")]
pub(super) struct NotBase64;

/// URL-safe base64 with padding, of any size. Only the one canonical text of given bytes is accepted, so that
/// no bit of it can be changed unnoticed.
pub(super) struct TokenText {
    start: u64,
    /// Without the padding.
    symbols: u64,
    len: u64,
}

impl TokenText {
    /// Reads the padding; `None` where the length cannot be.
    pub(super) fn locate(file: &dyn ReadAt, range: &Range<u64>) -> io::Result<Option<TokenText>> {
        let all = range.end - range.start;
        if all == 0 || !all.is_multiple_of(4) {
            return Ok(None);
        }
        let mut end = [0; 2];
        file.read_exact_at(&mut end, range.end - 2)?;
        let padding = match end {
            [b'=', b'='] => 2,
            [_, b'='] => 1,
            _ => 0,
        };
        Ok(Some(TokenText { start: range.start, symbols: all - padding, len: all / 4 * 3 - padding }))
    }

    /// Length of the bytes that the text stands for.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Fills `buf` with the bytes from `offset`, which must lie within.
    pub(super) fn read(&self, file: &dyn ReadAt, mut buf: &mut [u8], offset: u64) -> io::Result<()> {
        if offset.checked_add(buf.len() as u64).is_none_or(|end| end > self.len) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut quad = offset / 3;
        let mut skip = (offset % 3) as usize;
        let room = (skip + buf.len()).div_ceil(3).saturating_mul(4).min(PIECE);
        let mut text = vec![0; room];
        let mut bytes = vec![0; room / 4 * 3];
        while !buf.is_empty() {
            let wanted = (skip + buf.len()).div_ceil(3).saturating_mul(4).min(room);
            // The last group is shorter where the text was padded.
            let wanted = wanted.min(usize::try_from(self.symbols - quad * 4).unwrap_or(wanted));
            let text = text.get_mut(..wanted).unwrap_or_default();
            file.read_exact_at(text, self.start + quad * 4)?;
            let len = URL_SAFE_NO_PAD
                .decode_slice(&*text, &mut bytes)
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, NotBase64))?;
            let piece = bytes.get(skip..len).unwrap_or_default();
            let len = piece.len().min(buf.len());
            let (done, rest) = buf.split_at_mut_checked(len).unwrap_or_default();
            done.copy_from_slice(piece.get(..len).unwrap_or_default());
            if done.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            buf = rest;
            quad += (wanted / 4) as u64;
            skip = 0;
        }
        Ok(())
    }
}
