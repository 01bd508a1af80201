//! The frame of a sealed record, `MaybeEncryptedRecord` (format 3.1): where its parts are, without opening it.

use std::fmt;
use std::io;
use std::ops::Range;

use super::error::OpenError;
use super::fernet;
use crate::disk::ReadAt;

/// The cipher of a record, as the peer names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Not encrypted; normal only in the headers of an unlocked key file.
    None,
    /// NaCl secretbox: XSalsa20 with Poly1305.
    Secretbox,
    /// Fernet: AES-128-CBC with HMAC-SHA-256, in FIPS mode.
    Fernet,
    /// A number that is not known.
    Unknown(u64),
}

impl Algorithm {
    fn of(number: u64) -> Algorithm {
        // An enum is 32 bits wide; the peer cuts what is longer (format 9.2).
        match number & 0xffff_ffff {
            0 => Algorithm::None,
            1 => Algorithm::Secretbox,
            2 => Algorithm::Fernet,
            other => Algorithm::Unknown(other),
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Algorithm::None => f.write_str("NONE"),
            Algorithm::Secretbox => f.write_str("SECRETBOX_SALSA20_POLY1305"),
            Algorithm::Fernet => f.write_str("FERNET_AES_128_CBC"),
            Algorithm::Unknown(number) => number.fmt(f),
        }
    }
}

/// What a sealed record says of itself in clear. Not authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordFacts {
    /// The cipher.
    pub algorithm: Algorithm,
    /// Length of the sealed data.
    pub data_len: u64,
    /// Length of the nonce.
    pub nonce_len: u64,
    /// When it was sealed, in seconds since the Unix epoch. Only Fernet tells.
    pub sealed_at: Option<u64>,
}

/// Reads a record without opening it. `None` where it does not have the shape of one.
pub fn peek(record: &[u8]) -> Option<RecordFacts> {
    peek_at(&Bytes(record), 0..record.len() as u64)
}

/// Like [`peek`], for a record of any size at `range` of a file; reads less than 100 bytes of a usual one.
pub fn peek_at(file: &dyn ReadAt, range: Range<u64>) -> Option<RecordFacts> {
    let record = Record::locate(file, range).ok()?;
    let sealed_at = match record.algorithm {
        Algorithm::Fernet => fernet::sealed_at(file, &record.data),
        _ => None,
    };
    Some(RecordFacts {
        algorithm: record.algorithm,
        data_len: record.data.end - record.data.start,
        nonce_len: record.nonce.end - record.nonce.start,
        sealed_at,
    })
}

/// Where the parts of a record are, as offsets in the file that it lies in. Ranges are within the record's.
pub(super) struct Record {
    pub(super) algorithm: Algorithm,
    pub(super) data: Range<u64>,
    pub(super) nonce: Range<u64>,
}

/// Fields in a record; there are three, and a file must not make us skip through millions.
const MAX_FIELDS: usize = 64;

/// Room for a key and a value or length, each a varint of at most ten bytes.
const HEAD: usize = 20;

const ALGORITHM: u64 = 1;
const DATA: u64 = 2;
const NONCE: u64 = 3;
const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const BYTES: u64 = 2;
const FIXED32: u64 = 5;

impl Record {
    pub(super) fn locate(file: &dyn ReadAt, range: Range<u64>) -> Result<Record, OpenError> {
        let bad = |at, what| OpenError::Malformed { what, at };
        if range.start > range.end || range.end > file.len() {
            return Err(bad(range.start, "the record does not lie within the file"));
        }
        let nothing = range.start..range.start;
        let mut record = Record { algorithm: Algorithm::None, data: nothing.clone(), nonce: nothing };
        let mut at = range.start;
        for _ in 0..MAX_FIELDS {
            let left = range.end - at;
            if left == 0 {
                return Ok(record);
            }
            let mut head = [0; HEAD];
            let len = left.min(HEAD as u64) as usize;
            let head = head.get_mut(..len).unwrap_or_default();
            file.read_exact_at(head, at)?;

            let (key, key_len) = varint(head).ok_or(bad(at, "a field's key is cut off or overlong"))?;
            let rest = head.get(key_len..).unwrap_or_default();
            let (field, wire_type) = (key >> 3, key & 7);
            let value = match wire_type {
                VARINT | BYTES => Some(varint(rest).ok_or(bad(at, "a field's value is cut off or overlong"))?),
                _ => None,
            };
            let (start, size) = match (wire_type, value) {
                (VARINT, Some((_, value_len))) => (at + key_len as u64, value_len as u64),
                (BYTES, Some((size, size_len))) => (at + (key_len + size_len) as u64, size),
                (FIXED64, _) => (at + key_len as u64, 8),
                (FIXED32, _) => (at + key_len as u64, 4),
                _ => return Err(bad(at, "a field has a wire type that does not occur")),
            };
            let end = start.checked_add(size).filter(|&end| end <= range.end);
            let end = end.ok_or(bad(at, "a field reaches beyond the record's end"))?;
            // As for the peer, a field that comes again replaces, and what is not known is passed over.
            match (field, wire_type, value) {
                (ALGORITHM, VARINT, Some((number, _))) => record.algorithm = Algorithm::of(number),
                (DATA, BYTES, _) => record.data = start..end,
                (NONCE, BYTES, _) => record.nonce = start..end,
                (0, ..) => return Err(bad(at, "a field has number 0")),
                (ALGORITHM | DATA | NONCE, ..) => return Err(bad(at, "a field has the wrong wire type")),
                _ => {}
            }
            at = end;
        }
        Err(bad(at, "it has far more fields than a sealed record"))
    }
}

/// The value of a varint and its length.
fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for (i, &byte) in bytes.iter().take(10).enumerate() {
        // The tenth byte has room for one bit; what is above is lost, as for the peer.
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte < 0x80 {
            return Some((value, i + 1));
        }
    }
    None
}

/// A record that is in memory, as a file.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl ReadAt for Bytes<'_> {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let start = usize::try_from(offset).ok();
        let bytes = start.and_then(|start| self.0.get(start..start.checked_add(buf.len())?));
        buf.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// The part of a record in memory that `range` says.
pub(super) fn part<'a>(record: &'a [u8], range: &Range<u64>) -> &'a [u8] {
    let range = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
    range.and_then(|(start, end)| record.get(start..end)).unwrap_or_default()
}
