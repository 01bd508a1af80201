//! What is true of any log.

use swarmfs::disk::{Log, Piece, ReadAt, Segment};

/// How many places of a segment are read from anew.
const RESUMED: usize = 6;

pub(crate) fn check(log: &Log) {
    log.segments.iter().for_each(segment);
    assert!(log.entries.iter().is_sorted_by(|a, b| a.index < b.index), "entries out of order");
    let mut data = Vec::new();
    for entry in log.entries.iter().chain(&log.superseded) {
        log.read_data(entry, &mut data).expect("data that lie in the file");
        assert_eq!(data.len() as u64, u64::from(entry.len));
    }
    for hole in log.holes() {
        assert!(
            hole.start() <= hole.end()
                && hole.clone().take(8).all(|index| log.entry(swarmfs::disk::RaftIndex(index)).is_none())
        );
    }
    for fault in &log.faults {
        assert!(!fault.to_string().contains('\n') && !fault.what.code().is_empty());
        let _ = fault.what.severity();
    }
}

/// Records and gaps lie side by side, from the first byte to the last; reading on at a mark gives what followed there.
fn segment(segment: &Segment) {
    let mut records = segment.records();
    let mut pieces = Vec::new();
    let mut marks = Vec::new();
    let mut at = 0;
    while let Some(piece) = records.next() {
        let (start, end) = match &piece {
            Piece::Record(record) => (record.offset, record.offset + 8 + record.len + u64::from(record.padding)),
            Piece::Gap(gap) => (gap.range.start, gap.range.end),
        };
        assert!(start == at && end > start, "a piece at {start} to {end} behind {at}");
        at = end.min(segment.file.len());
        pieces.push(piece);
        marks.extend(records.bookmark().map(|mark| (pieces.len(), mark)));
    }
    assert_eq!(at, segment.file.len(), "the last piece ends elsewhere");
    let read = pieces.iter().filter(|piece| matches!(piece, Piece::Record(_))).count();
    assert_eq!(read as u64, segment.records);
    for (before, mark) in marks.iter().step_by(marks.len().div_ceil(RESUMED).max(1)) {
        assert!(segment.records_at(*mark).eq(pieces[*before..].iter().cloned()), "read on behind piece {before}");
    }
}
