//! How a segment stood when it was read, to know it again without reading it.

use super::frame::Frame;
use super::{ReadAt, Segment};

/// What tells a segment that was read from any other. The running checksum at its end covers every byte of data
/// before it (format 4.4), so two segments that end alike hold the same records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentMark {
    /// Its path within the state directory.
    pub path: String,
    /// Device and inode.
    pub identity: (u64, u64),
    /// Length of the file.
    pub len: u64,
    /// When it was written last.
    pub modified: (i64, u32),
    /// Number of its records.
    pub records: u64,
    /// Where the length field of its last record is.
    pub last: u64,
    /// The running checksum before that record, where it is known.
    pub before: Option<u32>,
    /// Where that record ends.
    pub end: u64,
    /// The running checksum there.
    pub running: u32,
    /// The running checksum before its first record, where it is known.
    pub start: Option<u32>,
}

/// How a segment stands, compared with a mark of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing has happened to it.
    Same,
    /// What the mark covers is still there; the file was written to since.
    Grown,
    /// It is another file, or what the mark covers has changed.
    Other,
}

/// A length field, the record's type and its checksum, as every writer lays them out (format 4.2, 4.3).
const HEAD: usize = 16;
const TYPE: u8 = 1 << 3;
const CRC: u8 = 2 << 3;

impl Segment {
    /// The mark of a segment that was read; none where it is in memory, or does not end in a sound record.
    pub fn mark(&self) -> Option<SegmentMark> {
        let running = self.running?;
        let (last, before) = self.last;
        self.ends_with(last, self.end, running).then_some(SegmentMark {
            path: self.path.to_string(),
            identity: self.file.identity()?,
            len: self.file.len(),
            modified: self.file.modified(),
            records: self.records,
            last,
            before,
            end: self.end,
            running,
            start: self.start,
        })
    }

    /// Compares this segment, of which nothing needs to be read yet, with a mark.
    pub fn stands(&self, mark: &SegmentMark) -> Standing {
        let known = *self.path == *mark.path
            && self.file.identity() == Some(mark.identity)
            && self.ends_with(mark.last, mark.end, mark.running);
        let same = (self.file.len(), self.file.modified()) == (mark.len, mark.modified);
        match (known, same && self.is_over(mark.end)) {
            (false, _) => Standing::Other,
            (true, true) => Standing::Same,
            (true, false) => Standing::Grown,
        }
    }

    /// Takes over what the mark says.
    pub fn recall(&mut self, mark: &SegmentMark) {
        (self.records, self.end) = (mark.records, mark.end);
        self.last = (mark.last, mark.before);
        (self.running, self.start) = (Some(mark.running), mark.start);
    }

    /// True if a record from `last` to `end` carries this checksum.
    fn ends_with(&self, last: u64, end: u64, running: u32) -> bool {
        let mut head = [0; HEAD];
        if self.file.read_exact_at(&mut head, last).is_err() {
            return false;
        }
        let (field, record) = head.split_at(8);
        let field = field.try_into().map_or(0, u64::from_le_bytes);
        let fits = Frame::new(last, field, self.framing).is_some_and(|frame| frame.next() == end);
        let [TYPE, _, CRC, crc @ ..] = record else { return false };
        fits && varint(crc) == Some(running)
    }

    /// True if no record follows at `end` (format 4.7).
    fn is_over(&self, end: u64) -> bool {
        let mut field = [0; 8];
        match self.file.read_exact_at(&mut field, end) {
            Ok(()) => field == [0; 8],
            Err(_) => self.file.len().saturating_sub(end) < 8,
        }
    }
}

fn varint(bytes: &[u8]) -> Option<u32> {
    let mut value = 0u64;
    for (byte, shift) in bytes.iter().zip((0..).step_by(7)) {
        value |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return u32::try_from(value).ok();
        }
    }
    None
}
