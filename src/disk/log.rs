//! The whole write-ahead log: what all segments together say.

use std::io;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::error::DiskError;
use super::fault::{Fault, FaultKind};
use super::layout::Folder;
use super::record::{EntryType, HardState, SnapshotMark};
use super::records::Trust;
use super::scan::{MAX_FAULTS, Scanned, scan_all};
use super::segment::{Segment, segment_name};
use super::source::{Kind, Source};
use super::{RaftIndex, ReadAt, Term, Witness};
use crate::chunked::Chunked;

/// No entry that raft accepts has more data: a proposal is refused above 1.5 MiB (format 4.8).
const MAX_DATA: u32 = 64 << 20;
/// A segment is an open file; this many would be a log of 256 GB.
const MAX_SEGMENTS: usize = 4096;

/// An entry, and where its data lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryAt {
    /// Its index.
    pub index: RaftIndex,
    /// Its term.
    pub term: Term,
    /// Where its data start in the segment.
    pub offset: u64,
    /// How many bytes they are.
    pub len: u32,
    /// Which of the log's segments.
    pub segment: u32,
    /// Its type.
    pub kind: EntryType,
    /// How far to believe it.
    pub trust: Trust,
}

/// Everything that the segments hold, whatever snapshots there are.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// The files, by number.
    pub segments: Vec<Segment>,
    /// The entries that count, by ascending index. There may be holes.
    pub entries: Chunked<EntryAt>,
    /// Entries that later ones replaced (format 4.6), in the order in which that happened.
    pub superseded: Chunked<EntryAt>,
    /// The last hard state.
    pub hard_state: Option<HardState>,
    /// Who wrote this log: the bytes of a `RaftMember`.
    pub metadata: Option<Vec<u8>>,
    /// The marks of snapshots, in the order of the log.
    pub marks: Chunked<SnapshotMark>,
    /// What is wrong, by file and offset.
    pub faults: Vec<Fault>,
    /// Whether entries behind damage were put where they seem to belong.
    guessed: bool,
}

impl Log {
    /// Reads all segments of a folder, several at a time.
    pub fn scan(source: &Source, folder: &Folder) -> Result<Log, DiskError> {
        Log::scan_with(source, folder, None)
    }

    /// The same, with a witness for entries between damaged stretches: those that it knows are found there.
    pub fn scan_with(source: &Source, folder: &Folder, witness: Option<Witness>) -> Result<Log, DiskError> {
        Log::find(source, folder, witness).map(Log::read)
    }

    /// Opens all segments of a folder, and reads none of them yet.
    pub fn find(source: &Source, folder: &Folder, witness: Option<Witness>) -> Result<Log, DiskError> {
        let mut log = Log::default();
        log.find_segments(source, folder, &[], witness)?;
        Ok(log)
    }

    /// The same segments, open as they are, as if nothing had been read of them.
    pub fn unread(&self) -> Log {
        let mut segments = self.segments.clone();
        segments.iter_mut().for_each(Segment::forget);
        let of_folder = |fault: &&Fault| fault.what.is_of_listing();
        Log { segments, faults: self.faults.iter().filter(of_folder).cloned().collect(), ..Log::default() }
    }

    /// Reads the segments that were found.
    pub fn read(mut self) -> Log {
        let mut strays = Vec::new();
        for (number, scanned) in scan_all(&mut self.segments).into_iter().enumerate() {
            self.append(number, scanned, &mut strays);
        }
        self.fill_holes(strays);
        self.sort_faults();
        self.entries.shrink();
        self
    }

    fn sort_faults(&mut self) {
        self.faults.sort_by(|a, b| (&a.file, a.offset).cmp(&(&b.file, b.offset)));
    }

    /// The data of an entry, as they are on disk, into `buf`.
    pub fn read_data(&self, entry: &EntryAt, buf: &mut Vec<u8>) -> Result<(), DiskError> {
        buf.clear();
        let Some(segment) = self.segments.get(entry.segment as usize) else {
            return Err(DiskError::io("read", "the log", io::ErrorKind::NotFound.into()));
        };
        if entry.len > MAX_DATA {
            let (path, len, limit) = (segment.path.to_string(), u64::from(entry.len), u64::from(MAX_DATA));
            return Err(DiskError::TooLarge { path, len, limit });
        }
        buf.resize(entry.len as usize, 0);
        let read = segment.file.read_exact_at(buf, entry.offset);
        read.inspect_err(|_| buf.clear()).map_err(|e| DiskError::io("read", &*segment.path, e))
    }

    /// The entry with this index.
    pub fn entry(&self, index: RaftIndex) -> Option<&EntryAt> {
        self.entries.get(self.entries.binary_search_by_key(&index, |entry| entry.index).ok()?)
    }

    /// Indices between the first and the last entry of which there is none.
    pub fn holes(&self) -> impl Iterator<Item = RangeInclusive<u64>> {
        let pairs = self.entries.iter().zip(self.entries.iter_from(1));
        pairs.filter(|(a, b)| b.index.0 > a.index.0 + 1).map(|(a, b)| a.index.0 + 1..=b.index.0 - 1)
    }

    /// Lists the segments. The first of them stay open where they are those that are `known` already.
    fn find_segments(
        &mut self,
        source: &Source,
        folder: &Folder,
        known: &[Segment],
        witness: Option<Witness>,
    ) -> Result<(), DiskError> {
        for listed in source.list(&folder.path)? {
            let path: Arc<str> = format!("{}/{}", folder.path, String::from_utf8_lossy(&listed.name)).into();
            let name = listed.text().unwrap_or("");
            let mut note = |what| self.faults.push(Fault { file: path.clone(), offset: 0, what });
            match segment_name(name) {
                Some((sequence, first_index)) if listed.kind == Kind::File && self.segments.len() < MAX_SEGMENTS => {
                    let same = |known: &&Segment| known.path == path && known.file.is(&listed);
                    if let Some(known) = known.get(self.segments.len()).filter(same) {
                        let file = known.file.as_listed(&listed);
                        self.segments.push(Segment { file, newest: false, ..known.clone() });
                        continue;
                    }
                    let file = match source.open(&path) {
                        Ok(file) => file,
                        Err(why) => {
                            note(FaultKind::Unopened(why.to_string()));
                            continue;
                        }
                    };
                    let start = (sequence == 0).then_some(0);
                    self.segments.push(Segment {
                        path,
                        sequence,
                        first_index,
                        file,
                        newest: false,
                        framing: folder.framing,
                        records: 0,
                        end: 0,
                        running: None,
                        start,
                        witness: witness.clone(),
                        last: (0, start),
                    });
                }
                Some(_) if listed.kind == Kind::File => note(FaultKind::Unopened("too many segments".to_owned())),
                Some(_) => note(FaultKind::Unopened("it is not a regular file".to_owned())),
                None if name.ends_with(".tmp") => note(FaultKind::Temporary),
                None if name.contains(".broken") => note(FaultKind::Broken),
                None if name.ends_with(".wal") => note(FaultKind::SegmentName),
                None => note(FaultKind::Foreign),
            }
        }
        if let Some(last) = self.segments.last_mut() {
            last.newest = true;
        }
        for pair in self.segments.windows(2) {
            let [before, segment] = pair else { continue };
            let file = segment.path.clone();
            let (first, last) = (before.sequence.saturating_add(1), segment.sequence.saturating_sub(1));
            if before.sequence == segment.sequence {
                let what = FaultKind::DuplicateSegment { sequence: segment.sequence };
                self.faults.push(Fault { file, offset: 0, what });
            } else if first <= last {
                self.faults.push(Fault { file, offset: 0, what: FaultKind::MissingSegments { first, last } });
            }
        }
        Ok(())
    }

    fn append(&mut self, number: usize, scanned: Scanned, strays: &mut Vec<EntryAt>) {
        let Some(segment) = self.segments.get(number) else {
            return;
        };
        let (file, first_index) = (segment.path.clone(), segment.first_index.max(1));
        let fault = |offset, what| Fault { file: file.clone(), offset, what };
        if scanned.is_empty() {
            self.faults.push(fault(0, FaultKind::Empty));
        }
        self.faults.extend(scanned.faults.into_iter().map(|(offset, what)| fault(offset, what)));
        match (&self.metadata, scanned.metadata) {
            (Some(known), Some(other)) if *known != other => self.faults.push(fault(0, FaultKind::MetadataDiffers)),
            (None, found) => self.metadata = found,
            _ => {}
        }
        if let Some((state, trust)) = scanned.hard_state
            && state.replaces(self.hard_state.as_ref(), trust)
        {
            self.hard_state = Some(state);
        }
        self.marks.extend(scanned.marks);
        for entry in scanned.entries {
            self.place(entry, first_index, strays);
        }
    }

    /// Puts an entry where it belongs: it replaces all from its index on (format 4.6). One behind damage goes back
    /// in the log only where a later term explains it; otherwise it may be a copy, or the damage one.
    fn place(&mut self, entry: EntryAt, first_index: u64, strays: &mut Vec<EntryAt>) {
        let expected = self.entries.last().map_or(first_index, |last| last.index.0 + 1);
        let explained = self.entries.last().is_none_or(|last| entry.term > last.term);
        let back = entry.index.0 < expected;
        let fits = match entry.trust {
            Trust::Sound => true,
            Trust::Recovered | Trust::Unverified => !back || explained,
            // Its index means nothing where it does not fit; its fault tells of it.
            Trust::Damaged => entry.index.0 == expected || (back && explained),
        };
        if fits {
            let at = self.entries.partition_point(|other| other.index < entry.index);
            self.superseded.extend(self.entries.iter_from(at).copied());
            self.entries.truncate(at);
            self.entries.push(entry);
        } else if entry.trust != Trust::Damaged {
            strays.push(entry);
        }
    }

    /// Fills holes with entries behind damage that could not be placed in the order of the file. Entries of the same
    /// index and term are the same (raft's log matching property), so of these one is enough.
    fn fill_holes(&mut self, mut strays: Vec<EntryAt>) {
        if strays.is_empty() {
            return;
        }
        self.guessed = true;
        strays.sort_by_key(|entry| (entry.index, entry.trust));
        let mut merged: Chunked<EntryAt> = Chunked::new();
        let placed = std::mem::take(&mut self.entries);
        let mut placed = placed.iter().copied().peekable();
        let mut set_aside = Vec::new();
        for stray in strays {
            while let Some(entry) = placed.next_if(|entry| entry.index <= stray.index) {
                merged.push(entry);
            }
            let after = merged.last().is_none_or(|last| last.index < stray.index && last.term <= stray.term);
            let before = placed.peek().is_none_or(|next| stray.term <= next.term);
            let copy = merged.last().is_some_and(|last| (last.index, last.term) == (stray.index, stray.term));
            if after && before {
                merged.push(stray);
            } else if !copy {
                set_aside.push(stray);
            } else {
                self.superseded.push(stray);
            }
        }
        merged.extend(placed);
        self.entries = merged;
        for entry in set_aside.iter().take(MAX_FAULTS) {
            let file = self.segments.get(entry.segment as usize).map(|segment| segment.path.clone());
            let what = FaultKind::SetAside { index: entry.index.0 };
            self.faults.push(Fault { file: file.unwrap_or_default(), offset: entry.offset, what });
        }
        self.superseded.extend(set_aside);
    }
}

mod grow;

pub use grow::Grown;

#[cfg(test)]
mod tests;
