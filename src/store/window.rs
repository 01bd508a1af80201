//! A forward walk over a long protobuf message that is never held whole.

use std::io;

use zeroize::Zeroizing;

use crate::disk::ReadAt;

/// Bytes that are read ahead.
const AHEAD: usize = 64 * 1024;

/// A window that slides over the bytes of a message.
pub(super) struct Window<'a> {
    source: &'a dyn ReadAt,
    at: u64,
    ahead: Zeroizing<Vec<u8>>,
    ahead_at: u64,
}

/// A field's tag.
pub(super) struct Tag {
    pub(super) number: u32,
    pub(super) wire_type: u8,
}

impl<'a> Window<'a> {
    pub(super) fn new(source: &'a dyn ReadAt) -> Window<'a> {
        Window { source, at: 0, ahead: Zeroizing::new(Vec::new()), ahead_at: 0 }
    }

    pub(super) fn at(&self) -> u64 {
        self.at
    }

    pub(super) fn skip_to(&mut self, at: u64) {
        self.at = at;
    }

    fn byte(&mut self) -> io::Result<u8> {
        let inside = self.at.checked_sub(self.ahead_at).and_then(|place| self.ahead.get(place as usize));
        let byte = match inside {
            Some(byte) => *byte,
            None => {
                let left = self.source.len().saturating_sub(self.at);
                if left == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                self.ahead.resize((AHEAD as u64).min(left) as usize, 0);
                self.source.read_exact_at(&mut self.ahead, self.at)?;
                self.ahead_at = self.at;
                self.ahead[0]
            }
        };
        self.at += 1;
        Ok(byte)
    }

    pub(super) fn varint(&mut self) -> io::Result<u64> {
        let mut value = 0u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "a varint of more than ten bytes"))
    }

    pub(super) fn tag(&mut self) -> io::Result<Tag> {
        let key = self.varint()?;
        Ok(Tag { number: (key >> 3) as u32, wire_type: (key & 7) as u8 })
    }

    /// The end of a length-delimited field that begins here and must not reach beyond `limit`.
    pub(super) fn end_of_field(&mut self, limit: u64) -> io::Result<u64> {
        let len = self.varint()?;
        let end = self.at.checked_add(len).filter(|end| *end <= limit);
        end.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "a field that is longer than its message"))
    }

    /// Passes over a field that is of no interest.
    pub(super) fn skip(&mut self, wire_type: u8, limit: u64) -> io::Result<()> {
        match wire_type {
            0 => drop(self.varint()?),
            1 => self.at += 8,
            2 => self.at = self.end_of_field(limit)?,
            5 => self.at += 4,
            _ => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a wire type that no message here has"));
            }
        }
        Ok(())
    }

    /// The bytes from here to `end`.
    pub(super) fn take(&mut self, end: u64, into: &mut Vec<u8>) -> io::Result<()> {
        into.clear();
        into.resize((end - self.at) as usize, 0);
        let inside = self.at.checked_sub(self.ahead_at).map(|place| place as usize);
        match inside.and_then(|from| self.ahead.get(from..from + into.len())) {
            Some(bytes) => into.copy_from_slice(bytes),
            None => self.source.read_exact_at(into, self.at)?,
        }
        self.at = end;
        Ok(())
    }
}
