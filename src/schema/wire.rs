//! A checked reader of the protobuf wire format.
//!
//! It takes what the peer takes and refuses what the peer refuses (format 9.2): varints of up to ten bytes, of
//! which bits above 64 are cut; field numbers cut to 32 bits, then 1 or more; groups that are balanced, whatever
//! their numbers. Nothing recurses and nothing is allocated, however the bytes are nested.

use std::fmt;

use thiserror::Error;

/// Why bytes are not protobuf. Offsets count from the start of the bytes that were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WireError {
    /// The bytes end within a field.
    #[error("cut off at offset {offset}: {needed} bytes are needed, {available} are left")]
    Truncated {
        /// Where the missing part starts.
        offset: usize,
        /// How many bytes it should have.
        needed: u64,
        /// How many there are.
        available: usize,
    },
    /// A varint goes on beyond ten bytes.
    #[error("the varint at offset {offset} is longer than ten bytes")]
    LongVarint {
        /// Where it starts.
        offset: usize,
    },
    /// A field number is 0 or negative.
    #[error("the field at offset {offset} has the number {number}, expected 1 or more")]
    FieldNumber {
        /// Where the field starts.
        offset: usize,
        /// Its number, cut to 32 bits.
        number: i32,
    },
    /// Wire type 6 or 7.
    #[error("the field at offset {offset} has wire type {wire_type}, expected 0 to 5")]
    WireType {
        /// Where the field starts.
        offset: usize,
        /// The wire type.
        wire_type: u8,
    },
    /// A group ends that never began.
    #[error("a group ends at offset {offset}, but none has begun")]
    EndOfGroup {
        /// Where the end mark stands.
        offset: usize,
    },
    /// A group never ends.
    #[error("the group at offset {offset} does not end")]
    OpenGroup {
        /// Where the group starts.
        offset: usize,
    },
}

/// The value of a field. Its `Debug` shows wire type and length only: the bytes may be a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// Wire type 0.
    Varint(u64),
    /// Wire type 1.
    Fixed64(u64),
    /// Wire type 2: a string, bytes, a message, a packed list.
    Bytes(&'a [u8]),
    /// Wire type 3: what stands between the marks of start and end.
    Group(&'a [u8]),
    /// Wire type 5.
    Fixed32(u32),
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bytes(bytes) | Value::Group(bytes) => write!(f, "{}[{}]", self.wire_type(), bytes.len()),
            _ => f.write_str(self.wire_type()),
        }
    }
}

impl Value<'_> {
    /// The wire type as protobuf's documentation names it.
    pub fn wire_type(&self) -> &'static str {
        match self {
            Value::Varint(_) => "VARINT",
            Value::Fixed64(_) => "I64",
            Value::Bytes(_) => "LEN",
            Value::Group(_) => "SGROUP",
            Value::Fixed32(_) => "I32",
        }
    }
}

/// A field as it stands on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireField<'a> {
    /// Its number: 1 to 2^31 - 1.
    pub number: u32,
    /// Its value.
    pub value: Value<'a>,
    /// Where its tag starts.
    pub start: usize,
    /// Where it ends. A value of [`Value::Bytes`] ends here too.
    pub end: usize,
}

/// The fields of a message, one after the other. After an error nothing more comes.
#[derive(Clone)]
pub struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
    failed: bool,
}

impl<'a> Fields<'a> {
    /// Reads the fields of a message.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        Fields { bytes, at: 0, failed: false }
    }

    /// The fields up to the first that cannot be read.
    #[inline]
    pub fn readable(self) -> Readable<'a> {
        Readable(self)
    }

    /// What could not be read: from the start of the field that failed. Empty without an error.
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    #[inline(always)]
    fn read(&self) -> Result<WireField<'a>, WireError> {
        let start = self.at;
        let (token, end) = token(self.bytes, start)?;
        let number = match i32::try_from(token.number) {
            Ok(number) if number > 0 => token.number,
            _ => {
                return Err(WireError::FieldNumber { offset: start, number: token.number.cast_signed() });
            }
        };
        let (value, end) = match token.part {
            Part::Value(value) => (value, end),
            Part::Start => group(self.bytes, start, end)?,
            Part::End => return Err(WireError::EndOfGroup { offset: start }),
        };
        Ok(WireField { number, value, start, end })
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<WireField<'a>, WireError>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.at >= self.bytes.len() {
            return None;
        }
        let field = self.read();
        match &field {
            Ok(field) => self.at = field.end,
            Err(_) => self.failed = true,
        }
        Some(field)
    }
}

/// Reads on to the end of the group that began at `start` and whose content begins at `content`.
#[inline(never)]
fn group(bytes: &[u8], start: usize, content: usize) -> Result<(Value<'_>, usize), WireError> {
    let mut at = content;
    let mut open = 1usize;
    while at < bytes.len() {
        let (token, end) = token(bytes, at)?;
        match token.part {
            Part::Start => open += 1,
            Part::End => open -= 1,
            Part::Value(_) => {}
        }
        if open == 0 {
            return Ok((Value::Group(bytes.get(content..at).unwrap_or_default()), end));
        }
        at = end;
    }
    Err(WireError::OpenGroup { offset: start })
}

/// The fields of a message up to the first that cannot be read.
#[derive(Clone)]
pub struct Readable<'a>(Fields<'a>);

impl<'a> Iterator for Readable<'a> {
    type Item = WireField<'a>;

    // The index pass spends much of its time here.
    #[inline(always)]
    fn next(&mut self) -> Option<WireField<'a>> {
        match self.0.next() {
            Some(Ok(field)) => Some(field),
            _ => None,
        }
    }
}

/// A tag with what follows it; groups are not gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The field number, cut to 32 bits.
    pub number: u32,
    /// What the tag announces.
    pub part: Part<'a>,
}

/// What a tag announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// A value (never a group).
    Value(Value<'a>),
    /// A group starts.
    Start,
    /// A group ends.
    End,
}

/// Reads the token at an offset, and says where it ends.
#[inline(always)]
pub fn token(bytes: &[u8], start: usize) -> Result<(Token<'_>, usize), WireError> {
    let (tag, at) = varint(bytes, start)?;
    let number = (tag >> 3) as u32;
    let (part, end) = match (tag & 7) as u8 {
        0 => {
            let (value, end) = varint(bytes, at)?;
            (Part::Value(Value::Varint(value)), end)
        }
        1 => (Part::Value(Value::Fixed64(u64::from_le_bytes(fixed(bytes, at)?))), at + 8),
        2 => {
            let (length, at) = varint(bytes, at)?;
            let value = usize::try_from(length)
                .ok()
                .and_then(|length| bytes.get(at..at.checked_add(length)?))
                .ok_or_else(|| truncated(bytes, at, length))?;
            (Part::Value(Value::Bytes(value)), at + value.len())
        }
        3 => (Part::Start, at),
        4 => (Part::End, at),
        5 => (Part::Value(Value::Fixed32(u32::from_le_bytes(fixed(bytes, at)?))), at + 4),
        wire_type => {
            return Err(WireError::WireType { offset: start, wire_type });
        }
    };
    Ok((Token { number, part }, end))
}

/// Reads the varint at an offset, and says where it ends.
#[inline]
pub fn varint(bytes: &[u8], start: usize) -> Result<(u64, usize), WireError> {
    match bytes.get(start) {
        Some(&byte) if byte < 0x80 => Ok((u64::from(byte), start + 1)),
        _ => long_varint(bytes, start),
    }
}

#[inline(never)]
fn long_varint(bytes: &[u8], start: usize) -> Result<(u64, usize), WireError> {
    let rest = bytes.get(start..).unwrap_or_default();
    if let Some((value, length)) = rest.first_chunk().and_then(|word| in_word(u64::from_le_bytes(*word))) {
        return Ok((value, start + length));
    }
    let mut value = 0u64;
    for (position, byte) in rest.iter().take(10).enumerate() {
        // The tenth byte has room for one bit; the peer drops the others.
        value |= u64::from(byte & 0x7f) << (7 * position);
        if *byte < 0x80 {
            return Ok((value, start + position + 1));
        }
    }
    if rest.len() < 10 { Err(truncated(bytes, bytes.len(), 1)) } else { Err(WireError::LongVarint { offset: start }) }
}

/// The varint at the low end of a word and its length, if it ends within the word.
#[inline]
fn in_word(word: u64) -> Option<(u64, usize)> {
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let ends = !word & HIGH;
    if ends == 0 {
        return None;
    }
    let bits = ends.trailing_zeros() + 1;
    let sevens = word & (u64::MAX >> (64 - bits)) & !HIGH;
    // Neighbours are pushed together: groups of 7 bits to 14, those to 28, those to 56.
    let fourteens = sevens & 0x007f_007f_007f_007f | (sevens & 0x7f00_7f00_7f00_7f00) >> 1;
    let halves = fourteens & 0x0000_3fff_0000_3fff | (fourteens & 0x3fff_0000_3fff_0000) >> 2;
    Some((halves & 0x0fff_ffff | halves >> 32 << 28, bits as usize / 8))
}

fn fixed<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], WireError> {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().ok_or_else(|| truncated(bytes, at, N as u64))
}

#[cold]
fn truncated(bytes: &[u8], offset: usize, needed: u64) -> WireError {
    WireError::Truncated { offset, needed, available: bytes.len().saturating_sub(offset) }
}

/// The numbers of a packed list of varints.
#[derive(Clone)]
pub struct Packed<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Packed<'a> {
    /// Reads a packed list.
    pub fn new(bytes: &'a [u8]) -> Self {
        Packed { bytes, at: 0 }
    }
}

impl Iterator for Packed<'_> {
    type Item = Result<u64, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.bytes.len() {
            return None;
        }
        match varint(self.bytes, self.at) {
            Ok((value, end)) => {
                self.at = end;
                Some(Ok(value))
            }
            Err(error) => {
                self.at = self.bytes.len();
                Some(Err(error))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(bytes: &[u8]) -> Vec<Result<WireField<'_>, WireError>> {
        Fields::new(bytes).collect()
    }

    #[test]
    fn every_wire_type() {
        let bytes = b"\x08\x96\x01\x11\x01\0\0\0\0\0\0\0\x1a\x02hi\x23\x08\x01\x24\x2d\x02\0\0\0";
        let values: Vec<_> = all(bytes).into_iter().map(|f| f.unwrap()).map(|f| (f.number, f.value)).collect();
        let group: &[u8] = b"\x08\x01";
        assert_eq!(
            values,
            [
                (1, Value::Varint(150)),
                (2, Value::Fixed64(1)),
                (3, Value::Bytes(b"hi")),
                (4, Value::Group(group)),
                (5, Value::Fixed32(2)),
            ]
        );
    }

    #[test]
    fn cut_at_every_byte() {
        let bytes = b"\x08\x96\x01\x11\x01\0\0\0\0\0\0\0\x1a\x02hi\x23\x08\x01\x24\x2d\x02\0\0\0";
        let ends: Vec<_> = all(bytes).into_iter().map(|f| f.unwrap().end).collect();
        for cut in 0..bytes.len() {
            let mut fields = Fields::new(&bytes[..cut]);
            let good = fields.by_ref().take_while(|f| f.is_ok()).count();
            assert_eq!(good, ends.iter().filter(|end| **end <= cut).count(), "cut at {cut}");
            let read = good.checked_sub(1).map_or(0, |last| ends[last]);
            assert_eq!(fields.rest(), &bytes[read..cut], "cut at {cut}");
        }
    }

    #[test]
    fn what_the_peer_refuses() {
        assert_eq!(all(b"\x00\x01"), [Err(WireError::FieldNumber { offset: 0, number: 0 })]);
        assert_eq!(all(b"\x0c"), [Err(WireError::EndOfGroup { offset: 0 })]);
        assert_eq!(all(b"\x0b\x13\x14"), [Err(WireError::OpenGroup { offset: 0 })]);
        assert_eq!(all(b"\x0e\x01"), [Err(WireError::WireType { offset: 0, wire_type: 6 })]);
        assert_eq!(all(&[0x80; 11]), [Err(WireError::LongVarint { offset: 0 })]);
        assert_eq!(all(b"\x0a\x05abc"), [Err(WireError::Truncated { offset: 2, needed: 5, available: 3 })]);
        let huge = b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
        assert!(matches!(all(huge)[..], [Err(WireError::Truncated { needed: u64::MAX, .. })]));
    }

    #[test]
    fn varints_are_cut_to_64_bits() {
        assert_eq!(varint(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 0), Ok((u64::MAX, 10)));
        assert_eq!(varint(b"\x01", 7), Err(WireError::Truncated { offset: 1, needed: 1, available: 0 }));
        let packed: Vec<_> = Packed::new(b"\x01\x96\x01\x80").collect();
        assert!(matches!(packed[..], [Ok(1), Ok(150), Err(_)]));
    }

    #[test]
    fn a_million_open_groups_are_no_matter() {
        let mut bytes = vec![0x0b; 1 << 20];
        assert_eq!(all(&bytes), [Err(WireError::OpenGroup { offset: 0 })]);
        bytes.extend(vec![0x0c; 1 << 20]);
        assert_eq!(all(&bytes).len(), 1);
    }

    proptest! {
        #[test]
        fn varints_of_any_length(value: u64, bits in 0u32..64, behind in prop::collection::vec(any::<u8>(), 0..12)) {
            let value = value >> bits;
            let mut bytes = Vec::new();
            let mut rest = value;
            while rest > 0x7f {
                bytes.push(rest as u8 | 0x80);
                rest >>= 7;
            }
            bytes.push(rest as u8);
            let end = bytes.len();
            bytes.extend(behind);
            prop_assert_eq!(varint(&bytes, 0), Ok((value, end)));
        }

        #[test]
        fn fields_stand_side_by_side(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut at = 0;
            let mut fields = Fields::new(&bytes);
            for field in fields.by_ref().map_while(Result::ok) {
                prop_assert_eq!(field.start, at);
                prop_assert!(field.end > at && field.end <= bytes.len());
                at = field.end;
            }
            prop_assert_eq!(fields.rest(), &bytes[at..]);
        }
    }
}
