//! Reads segments to their ends, several at a time, and sees that they fit together.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::ReadAt;
use super::fault::FaultKind;
use super::log::EntryAt;
use super::record::{Body, HardState, RecordType, SnapshotMark};
use super::records::{Piece, Record, Trust};
use super::segment::Segment;

/// Faults that are listed for one segment; of a file full of them, the first tell enough.
pub(super) const MAX_FAULTS: usize = 1000;
const MAX_THREADS: usize = 16;

/// What one segment says.
#[derive(Default)]
pub(super) struct Scanned {
    pub(super) entries: Vec<EntryAt>,
    pub(super) hard_state: Option<(HardState, Trust)>,
    pub(super) metadata: Option<Vec<u8>>,
    pub(super) marks: Vec<SnapshotMark>,
    pub(super) faults: Vec<(u64, FaultKind)>,
    more_faults: u64,
    records: u64,
    end: u64,
    running: Option<u32>,
    last: (u64, Option<u32>),
    /// The checksum record at the head, where there is one.
    head: Option<u32>,
}

/// Scans all segments; the answers are in their order.
pub(super) fn scan_all(segments: &mut [Segment]) -> Vec<Scanned> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS).min(segments.len());
    let mut scanned =
        if threads > 1 { in_parallel(segments, threads) } else { (0..).zip(&*segments).map(one).collect() };
    stitch(segments, &mut scanned);
    for (segment, scanned) in segments.iter_mut().zip(&mut scanned) {
        scanned.note_end(segment);
        if scanned.more_faults > 0 {
            scanned.faults.push((scanned.end, FaultKind::More { count: scanned.more_faults }));
        }
    }
    scanned
}

fn in_parallel(segments: &[Segment], threads: usize) -> Vec<Scanned> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(segment) = segments.get(number) else {
                return done;
            };
            done.push((number, one((number as u32, segment))));
        }
    };
    let mut all: Vec<(usize, Scanned)> = thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for worker in workers {
            match worker.join() {
                Ok(done) => all.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_unstable_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, scanned)| scanned).collect()
}

/// A segment starts with the checksum at which the one before it ended. Where it does not, it is read once more
/// with that knowledge: this finds out which of the two is wrong.
fn stitch(segments: &mut [Segment], scanned: &mut [Scanned]) {
    for number in 1..segments.len() {
        let [before, segment] = &mut segments[number - 1..=number] else {
            continue;
        };
        let Some(running) = scanned[number - 1].running else {
            continue;
        };
        if before.sequence.checked_add(1) != Some(segment.sequence) || segment.file.is_empty() {
            continue;
        }
        segment.start = Some(running);
        if scanned[number].head != Some(running) {
            scanned[number] = one((number as u32, segment));
        }
    }
}

fn one((number, segment): (u32, &Segment)) -> Scanned {
    let mut scanned = Scanned::default();
    let mut records = segment.records();
    let mut before = records.running();
    while let Some(piece) = records.next() {
        match piece {
            Piece::Record(record) => {
                scanned.last = (record.offset, before);
                before = records.running();
                scanned.record(number, segment, record);
            }
            Piece::Gap(gap) => scanned.fault(gap.range.start, gap.fault),
        }
    }
    scanned.running = records.running();
    let bytes = records.unreadable();
    scanned.fault(0, (bytes > 0).then_some(FaultKind::BadMedium { bytes }));
    scanned
}

/// Reads on where a segment was read to, as far as all is as it should be: true where something is not. `None` where
/// the last record is no longer what it was.
pub(super) fn read_on(number: u32, segment: &Segment) -> Option<(Scanned, bool)> {
    let (at, before) = segment.last;
    let mut scanned = Scanned { running: before, last: segment.last, ..Scanned::default() };
    let mut records = segment.records_from(segment.file.clone(), at, before);
    if segment.records > 0 {
        match records.next() {
            Some(Piece::Record(last)) if Some(last.crc) == segment.running && last.fault.is_none() => {
                (scanned.records, scanned.end) = (segment.records, last.end());
                scanned.running = segment.running;
            }
            _ => return None,
        }
        if scanned.end != segment.end {
            return None;
        }
    }
    for piece in records.by_ref() {
        match piece {
            Piece::Record(record) if record.fault.is_none() && record.trust == Trust::Sound => {
                (scanned.last, scanned.running) = ((record.offset, scanned.running), Some(record.crc));
                scanned.record(number, segment, record);
            }
            Piece::Gap(gap) if gap.fault.is_none() => {}
            _ => return Some((scanned, true)),
        }
    }
    let doubt = records.unreadable() > 0;
    Some((scanned, doubt))
}

impl Scanned {
    /// Lets the segment know how far it was read.
    pub(super) fn note_end(&self, segment: &mut Segment) {
        (segment.records, segment.end) = (self.records, self.end);
        (segment.running, segment.last) = (self.running, self.last);
    }

    fn record(&mut self, number: u32, segment: &Segment, record: Record) {
        self.records += 1;
        self.end = record.end();
        if record.offset == 0 && record.kind == RecordType::CRC {
            self.head = Some(record.crc);
        }
        self.fault(record.offset, record.fault);
        match record.body {
            Body::Entry { index, term, kind, data } => {
                let len = u32::try_from(data.end - data.start).unwrap_or(u32::MAX);
                let (offset, trust) = (data.start, record.trust);
                self.entries.push(EntryAt { index, term, offset, len, segment: number, kind, trust });
            }
            _ if record.trust == Trust::Damaged => {}
            Body::State(state) => {
                let known = self.hard_state.as_ref().map(|(known, _)| known);
                if state.replaces(known, record.trust) {
                    self.hard_state = Some((state, record.trust));
                }
            }
            Body::Snapshot(mark) => self.marks.push(mark),
            // Its length was bounded when it was read.
            Body::Metadata(range) if self.metadata.is_none() => {
                let mut bytes = vec![0; (range.end - range.start) as usize];
                self.metadata = segment.file.read_exact_at(&mut bytes, range.start).is_ok().then_some(bytes);
            }
            _ => {}
        }
    }

    /// True where there is no record, and nothing that tells of one.
    pub(super) fn is_empty(&self) -> bool {
        self.records == 0 && self.faults.is_empty()
    }

    fn fault(&mut self, offset: u64, fault: Option<FaultKind>) {
        match fault {
            Some(what) if self.faults.len() < MAX_FAULTS => self.faults.push((offset, what)),
            Some(_) => self.more_faults += 1,
            None => {}
        }
    }
}
