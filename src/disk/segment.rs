//! One file of the log.

use std::fmt;
use std::sync::Arc;

use super::{Bookmark, DiskFile, Framing, ReadAt, Records, Witness};

/// A segment of the write-ahead log (format 4.1).
#[derive(Clone)]
pub struct Segment {
    /// Its path within the state directory.
    pub path: Arc<str>,
    /// Its number, counted from 0 over the life of the manager.
    pub sequence: u64,
    /// The first index that may be in it, as its name says.
    pub first_index: u64,
    /// The file.
    pub file: DiskFile,
    /// Whether it is the last, to which a daemon appends.
    pub newest: bool,
    /// How its frames lie.
    pub framing: Framing,
    /// Number of its records, damaged ones included.
    pub records: u64,
    /// Where its last record ends.
    pub end: u64,
    /// The running checksum there, where it is known.
    pub running: Option<u32>,
    /// The running checksum before its first record, where it is known.
    pub(super) start: Option<u32>,
    /// Whom to ask of records that no checksum vouches for.
    pub(super) witness: Option<Witness>,
    /// Where its last record begins, and the running checksum before that, where it is known.
    pub(super) last: (u64, Option<u32>),
}

impl Segment {
    /// Its name in the folder.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// As if nothing had been read of it.
    pub(super) fn forget(&mut self) {
        (self.records, self.end, self.running) = (0, 0, None);
        self.start = (self.sequence == 0).then_some(0);
        self.last = (0, self.start);
    }

    /// Reads it again: every record and every gap, lazily.
    pub fn records(&self) -> Records {
        Records::new(self.file.clone(), self, 0, self.start)
    }

    /// Reads on at a mark: the same records and gaps that follow when all of it is read.
    pub fn records_at(&self, mark: Bookmark) -> Records {
        let mut records = self.records();
        records.go_to(mark);
        records
    }

    /// Reads on at a place where a frame starts, with the running checksum before it; `file` is this segment,
    /// opened anew where it has grown.
    pub fn records_from(&self, file: DiskFile, offset: u64, crc: Option<u32>) -> Records {
        Records::new(file, self, offset, crc)
    }
}

impl fmt::Debug for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Segment");
        shown.field("path", &self.path).field("records", &self.records);
        shown.field("end", &self.end).field("len", &self.file.len()).finish()
    }
}

/// Takes `<seq>-<index>.wal` apart: 16 lower-case hex digits each.
pub(super) fn segment_name(name: &str) -> Option<(u64, u64)> {
    hex_pair(name.strip_suffix(".wal")?)
}

/// Two numbers of 16 lower-case hex digits with a dash between them.
pub(super) fn hex_pair(text: &str) -> Option<(u64, u64)> {
    let number = |digits: &str| {
        let plain = digits.len() == 16 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        plain.then(|| u64::from_str_radix(digits, 16).ok()).flatten()
    };
    let (first, second) = text.split_once('-')?;
    Some((number(first)?, number(second)?))
}
