//! Reading the data of entries that lie one behind the other: many with one call.

use super::ReadAt;
use super::error::DiskError;
use super::log::{EntryAt, Log};

/// Bytes that are read at once.
const AHEAD: u64 = 256 << 10;

/// Reads the data of entries, best in the order of the log. They are as on disk: sealed, where the log is.
pub struct Ahead<'a> {
    log: &'a Log,
    /// The segment of the last entry that is wanted, and where that ends.
    last: Option<(u32, u64)>,
    /// Which segment was read, and from where.
    segment: u32,
    start: u64,
    bytes: Vec<u8>,
    /// A segment, and up to where something in it could not be read: each try may take a failing disk long.
    failed: Option<(u32, u64)>,
}

impl<'a> Ahead<'a> {
    /// Has read nothing yet.
    pub fn new(log: &'a Log) -> Ahead<'a> {
        Ahead { log, last: None, segment: 0, start: 0, bytes: Vec::new(), failed: None }
    }

    /// The same, for entries up to one: nothing behind it is read.
    pub fn up_to(log: &'a Log, last: &EntryAt) -> Ahead<'a> {
        let end = last.offset.saturating_add(last.len.into());
        Ahead { last: Some((last.segment, end)), ..Ahead::new(log) }
    }

    /// The data of an entry, as [`Log::read_data`] reads them.
    pub fn data(&mut self, entry: &EntryAt) -> Result<&[u8], DiskError> {
        let len = entry.len as usize;
        if !self.holds(entry) && !self.refill(entry) {
            // Alone, it may still be read: what lies behind it may be lost, or be none of the log's.
            (self.segment, self.start) = (entry.segment, entry.offset);
            self.log.read_data(entry, &mut self.bytes)?;
        }
        let from = usize::try_from(entry.offset - self.start).unwrap_or(usize::MAX);
        Ok(self.bytes.get(from..).and_then(|bytes| bytes.get(..len)).unwrap_or_default())
    }

    fn holds(&self, entry: &EntryAt) -> bool {
        let end = self.start + self.bytes.len() as u64;
        let behind = entry.offset.saturating_add(u64::from(entry.len));
        self.segment == entry.segment && self.start <= entry.offset && behind <= end
    }

    fn refill(&mut self, entry: &EntryAt) -> bool {
        let Some(segment) = self.log.segments.get(entry.segment as usize) else { return false };
        let last = self.last.filter(|(number, end)| *number == entry.segment && *end > entry.offset);
        let end = last.map_or(segment.end, |(_, end)| end.min(segment.end));
        let len = AHEAD.min(end.saturating_sub(entry.offset));
        let spoilt = self.failed.is_some_and(|(number, end)| number == entry.segment && entry.offset < end);
        if spoilt || len < u64::from(entry.len) {
            return false;
        }
        self.bytes.resize(len as usize, 0);
        (self.segment, self.start) = (entry.segment, entry.offset);
        let read = segment.file.read_exact_at(&mut self.bytes, entry.offset);
        if read.is_err() {
            self.bytes.clear();
            self.failed = Some((entry.segment, entry.offset + len));
        }
        read.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::Layout;
    use crate::disk::testing::fixture;

    #[test]
    fn it_reads_what_is_read_one_by_one() {
        let (source, layout) = Layout::find(fixture("secret").clone()).unwrap();
        let log = Log::scan(&source, layout.wal.as_ref().unwrap()).unwrap();
        let mut ahead = Ahead::new(&log);
        let mut alone = Vec::new();
        let back_and_forth = log.entries.iter().chain(log.entries.iter().rev().step_by(7));
        for entry in back_and_forth {
            log.read_data(entry, &mut alone).unwrap();
            assert_eq!(ahead.data(entry).unwrap(), alone, "entry {}", entry.index);
            let mut only = Ahead::up_to(&log, entry);
            assert_eq!(only.data(entry).unwrap(), alone, "entry {}", entry.index);
            assert_eq!(only.bytes.len(), alone.len(), "entry {}", entry.index);
        }
    }

    #[test]
    fn an_entry_beyond_its_segment_is_an_error() {
        let (source, layout) = Layout::find(fixture("secret").clone()).unwrap();
        let log = Log::scan(&source, layout.wal.as_ref().unwrap()).unwrap();
        let last = *log.entries.last().unwrap();
        let file = log.segments[last.segment as usize].file.len();
        let mut ahead = Ahead::new(&log);
        assert!(ahead.data(&EntryAt { offset: file - 1, ..last }).is_err());
        assert!(ahead.data(&EntryAt { segment: 99, ..last }).is_err());
        assert!(ahead.data(&last).is_ok());
    }
}
