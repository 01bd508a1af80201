//! The protobuf wire format, as far as the envelopes need it: read through a window, so that a field of any
//! length costs nothing until it is asked for.

use std::io;
use std::ops::Range;

use super::window::Window;

/// No envelope has more fields in a row; a run of more is no envelope.
const MAX_FIELDS: u32 = 4096;

/// The value of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// Wire type 0.
    Number(u64),
    /// Wire types 1 and 5, which no envelope uses.
    Fixed,
    /// Wire type 2: where its bytes are.
    Bytes(Range<u64>),
}

impl Value {
    pub(super) fn number(&self) -> Option<u64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn bytes(&self) -> Option<Range<u64>> {
        match self {
            Value::Number(_) | Value::Fixed => None,
            Value::Bytes(range) => Some(range.clone()),
        }
    }
}

/// Walks over the fields of one message without descending.
pub(super) struct Fields<'a> {
    window: &'a mut Window,
    at: u64,
    end: u64,
    count: u32,
}

impl<'a> Fields<'a> {
    pub(super) fn new(window: &'a mut Window, range: Range<u64>) -> Fields<'a> {
        Fields { window, at: range.start, end: range.end, count: 0 }
    }

    /// Where the field that was returned last ends.
    pub(super) fn position(&self) -> u64 {
        self.at
    }

    /// The next field; none at the end. What is no field is `InvalidData`; other errors are the disk's.
    pub(super) fn next(&mut self) -> io::Result<Option<(u64, Value)>> {
        if self.at >= self.end {
            return Ok(None);
        }
        self.count += 1;
        let tag = self.varint()?;
        let number = tag >> 3;
        if self.count > MAX_FIELDS || number == 0 || number > 0x1fff_ffff {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.fixed(8)?,
            5 => self.fixed(4)?,
            2 => {
                let len = self.varint()?;
                let stop = self.at.checked_add(len).filter(|stop| *stop <= self.end);
                let start = self.at;
                self.at = stop.ok_or(io::ErrorKind::InvalidData)?;
                Value::Bytes(start..self.at)
            }
            _ => return Err(io::ErrorKind::InvalidData.into()),
        };
        Ok(Some((number, value)))
    }

    fn varint(&mut self) -> io::Result<u64> {
        let mut value = 0u64;
        let bytes = self.window.some(self.at, (self.end - self.at).min(10))?;
        for (position, byte) in bytes.iter().enumerate() {
            value |= u64::from(byte & 0x7f).checked_shl(7 * position as u32).unwrap_or(0);
            if byte & 0x80 == 0 {
                self.at += position as u64 + 1;
                return Ok(value);
            }
        }
        Err(io::ErrorKind::InvalidData.into())
    }

    fn fixed(&mut self, len: u64) -> io::Result<Value> {
        if self.end - self.at < len {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.at += len;
        Ok(Value::Fixed)
    }
}
