//! Logs that are made here, and then damaged in every way: no damage may cost more than the records it touches.

use std::ops::Range;

use crc32c::crc32c_append;
use proptest::prelude::*;

use super::*;
use crate::disk::frame::length_field;
use crate::disk::{Framing, MAX_INDEX, RecordType, Severity};

const FOLDER: &str = "raft/wal-v3-encrypted";

pub(super) fn varint(out: &mut Vec<u8>, tag: u8, mut value: u64) {
    out.push(tag);
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(super) fn bytes(out: &mut Vec<u8>, tag: u8, data: &[u8]) {
    varint(out, tag, data.len() as u64);
    out.extend_from_slice(data);
}

/// A writer of segments as daemons write them (format 4).
#[derive(Default)]
pub(super) struct Writer {
    pub(super) segments: Vec<(String, Vec<u8>)>,
    /// Where each record lies: segment, bytes, type, and the entry's index.
    pub(super) records: Vec<(usize, Range<usize>, u64, u64)>,
    crc: u32,
    bare: bool,
}

impl Writer {
    pub(super) fn new(bare: bool) -> Writer {
        let mut writer = Writer { bare, ..Writer::default() };
        writer.rotate(0);
        writer
    }

    pub(super) fn rotate(&mut self, first_index: u64) {
        let sequence = self.segments.len() as u64;
        self.segments.push((format!("{sequence:016x}-{first_index:016x}.wal"), Vec::new()));
        self.record(4, 0, &[]);
        self.record(1, 0, b"\x08\x05\x12\x04node\x1a\x0410.0\x22\x00");
        if sequence == 0 {
            self.record(5, 0, &[8, 0, 16, 0]);
        }
    }

    pub(super) fn record(&mut self, kind: u64, index: u64, data: &[u8]) {
        self.crc = crc32c_append(self.crc, data);
        let mut record = Vec::new();
        varint(&mut record, 0x08, kind);
        varint(&mut record, 0x10, u64::from(self.crc));
        if kind != 4 {
            bytes(&mut record, 0x1a, data);
        }
        let segment = self.segments.len() - 1;
        let out = &mut self.segments[segment].1;
        let start = out.len();
        let field = if self.bare { record.len() as u64 } else { length_field(record.len() as u64) };
        out.extend_from_slice(&field.to_le_bytes());
        out.extend_from_slice(&record);
        if !self.bare {
            out.resize(out.len().next_multiple_of(8), 0);
        }
        self.records.push((segment, start..out.len(), kind, index));
    }

    pub(super) fn entry(&mut self, index: u64, term: u64, data: &[u8]) {
        let mut entry = Vec::new();
        varint(&mut entry, 0x08, 0);
        varint(&mut entry, 0x10, term);
        varint(&mut entry, 0x18, index);
        if !data.is_empty() {
            bytes(&mut entry, 0x22, data);
        }
        self.record(2, index, &entry);
    }

    pub(super) fn state(&mut self, term: u64, commit: u64) {
        let mut state = Vec::new();
        varint(&mut state, 0x08, term);
        varint(&mut state, 0x10, 0x1234_5678_9abc_def0);
        varint(&mut state, 0x18, commit);
        self.record(3, 0, &state);
    }

    /// Entries 1 to `count` in one segment, a hard state after every second.
    fn small(count: u64) -> Writer {
        let mut writer = Writer::new(false);
        for index in 1..=count {
            writer.entry(index, 2, &vec![0xa5 ^ index as u8; 5 + 7 * index as usize]);
            if index % 2 == 0 {
                writer.state(2, index);
            }
        }
        writer
    }

    pub(super) fn log(&self) -> Log {
        self.log_with(None)
    }

    pub(super) fn log_with(&self, witness: Option<Witness>) -> Log {
        let folder = if self.bare { "raft/wal" } else { FOLDER };
        let paths: Vec<String> = self.segments.iter().map(|(name, _)| format!("{folder}/{name}")).collect();
        let files: Vec<(&str, &[u8])> =
            paths.iter().zip(&self.segments).map(|(path, (_, bytes))| (path.as_str(), bytes.as_slice())).collect();
        let (source, layout) = Layout::find(Source::of_files(&files)).unwrap();
        Log::scan_with(&source, layout.wal.as_ref().unwrap(), witness).unwrap()
    }

    /// Every record that does not overlap the damage must be found, and believed.
    fn check(&self, log: &Log, segment: usize, damage: &Range<usize>) {
        let found: Vec<Record> = log.segments[segment]
            .records()
            .filter_map(|piece| match piece {
                Piece::Record(record) => Some(record),
                Piece::Gap(_) => None,
            })
            .collect();
        for (_, range, kind, index) in self.records.iter().filter(|record| record.0 == segment) {
            if range.start < damage.end && damage.start < range.end {
                continue;
            }
            let record = found.iter().find(|record| record.offset == range.start as u64);
            let record = record.unwrap_or_else(|| panic!("{range:?} not found, damage {damage:?}: {found:?}"));
            assert_eq!(record.kind, RecordType(*kind));
            assert_ne!(record.trust, Trust::Damaged, "{record:?}, damage {damage:?}");
            if *kind == 2 {
                assert!(matches!(&record.body, Body::Entry { index: found, .. } if found.0 == *index), "{record:?}");
                assert!(log.entry(RaftIndex(*index)).is_some(), "{index} lost, damage {damage:?}");
            }
        }
        // No piece overlaps another, and together they are the file.
        let mut at = 0;
        for piece in log.segments[segment].records() {
            let range = match piece {
                Piece::Record(r) => r.offset..r.offset + 8 + r.len + u64::from(r.padding),
                Piece::Gap(gap) => gap.range,
            };
            assert_eq!(range.start, at);
            at = range.end;
        }
        assert!(at >= log.segments[segment].file.len());
    }
}

#[test]
fn each_flipped_bit() {
    for tail in [0, 600] {
        let whole = Writer::small(7);
        let mut flipped = Writer::small(7);
        flipped.segments[0].1.resize(whole.segments[0].1.len() + tail, 0);
        for at in 0..flipped.segments[0].1.len() {
            for bit in 0..8 {
                flipped.segments[0].1[at] ^= 1 << bit;
                let log = flipped.log();
                let in_head = whole.records.iter().any(|(_, r, ..)| (r.start + 8..r.end).contains(&at));
                assert!(!log.faults.is_empty() || in_head, "{at} {bit} {:?}", whole.records);
                flipped.check(&log, 0, &(at..at + 1));
                flipped.segments[0].1[at] ^= 1 << bit;
            }
        }
    }
}

#[test]
fn cut_at_each_byte() {
    let whole = Writer::small(7);
    for len in 0..whole.segments[0].1.len() {
        let mut cut = Writer::small(7);
        cut.segments[0].1.truncate(len);
        cut.records.retain(|(_, range, ..)| range.end <= len);
        let log = cut.log();
        cut.check(&log, 0, &(len..len));
        let border = cut.records.last().is_some_and(|(_, range, ..)| range.end == len);
        // Cut in its padding, a record is whole.
        let padding = log.faults.is_empty() && log.segments[0].end >= len as u64;
        assert!(border != log.faults.iter().any(|f| f.what.severity() >= Severity::Warning) || padding, "{len}");
    }
}

#[test]
fn a_zeroed_length_field_loses_nothing() {
    let mut writer = Writer::small(7);
    let range = writer.records[6].1.clone();
    writer.segments[0].1[range.start..range.start + 8].fill(0);
    let log = writer.log();
    assert_eq!(log.entries.len(), 7);
    assert!(matches!(log.faults[0].what, FaultKind::LengthField { stored: 0, .. }), "{:?}", log.faults);
}

#[test]
fn a_zeroed_sector_is_a_gap_with_records_behind_it() {
    let mut writer = Writer::small(40);
    writer.segments[0].1.extend([0; 4096]);
    let damage = 1024..2048;
    writer.segments[0].1[damage.clone()].fill(0);
    let log = writer.log();
    writer.check(&log, 0, &damage);
    assert!(log.holes().count() > 0);
    assert!(log.faults.iter().all(|fault| fault.what.severity() >= Severity::Warning));
}

#[test]
fn only_the_checksum_is_damaged() {
    let mut writer = Writer::small(7);
    let range = writer.records[6].1.clone();
    writer.segments[0].1[range.start + 12] ^= 1;
    let log = writer.log();
    assert!(matches!(log.faults[0].what, FaultKind::StoredChecksum { .. }), "{:?}", log.faults);
    assert!(log.entries.iter().all(|entry| entry.trust <= Trust::Recovered));
}

#[test]
fn garbage_behind_the_end() {
    let mut writer = Writer::small(3);
    let end = writer.segments[0].1.len() as u64;
    writer.segments[0].1.extend([0; 256]);
    writer.segments[0].1.extend([0x5a; 256]);
    let log = writer.log();
    assert_eq!(log.faults[0].what, FaultKind::GarbageBehindEnd { first: end + 256 });
    assert_eq!(log.segments[0].end, end);
}

fn three_segments() -> Writer {
    let mut writer = Writer::new(false);
    for index in 1..=12 {
        if index % 4 == 1 && index > 1 {
            writer.rotate(index);
        }
        writer.entry(index, 1, &[index as u8; 33]);
    }
    writer
}

#[test]
fn missing_segments() {
    for missing in 0..3 {
        let mut writer = three_segments();
        writer.segments.remove(missing);
        let log = writer.log();
        let gone = missing as u64 * 4 + 1..=missing as u64 * 4 + 4;
        assert!(log.entries.iter().all(|e| !gone.contains(&e.index.0) && e.trust == Trust::Sound));
        assert_eq!(log.entries.len(), 8);
        let told = log.faults.iter().any(|f| f.what == FaultKind::MissingSegments { first: 1, last: 1 });
        assert_eq!(told, missing == 1);
    }
}

#[test]
fn a_segment_of_another_log() {
    let mut other = Writer::new(false);
    other.entry(1, 1, b"other");
    other.rotate(5);
    other.entry(5, 1, b"other");
    let mut writer = three_segments();
    writer.segments[1].1 = other.segments.remove(1).1;
    let log = writer.log();
    let broken = log.faults.iter().filter(|f| matches!(f.what, FaultKind::ChainBroken { .. })).count();
    assert_eq!(broken, 2, "{:?}", log.faults);
}

#[test]
fn a_damaged_head_is_checked_by_the_segment_before() {
    let mut writer = three_segments();
    let crc = writer.records.iter().find(|r| r.0 == 1).unwrap().1.clone();
    writer.segments[1].1[crc.start..crc.end].fill(0xff);
    let log = writer.log();
    writer.check(&log, 1, &crc);
    assert!(log.entries.iter().all(|entry| entry.trust <= Trust::Recovered), "{:#?}", log.entries);
}

#[test]
fn later_entries_replace_earlier_ones() {
    let mut writer = Writer::new(false);
    (1..=9).for_each(|index| writer.entry(index, 1, b"old"));
    writer.rotate(6);
    (6..=7).for_each(|index| writer.entry(index, 2, b"new"));
    let log = writer.log();
    let live: Vec<_> = log.entries.iter().map(|e| (e.index.0, e.term.0)).collect();
    assert_eq!(live, [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 2), (7, 2)]);
    assert_eq!(log.superseded.iter().map(|e| e.index.0).collect::<Vec<_>>(), [6, 7, 8, 9]);
}

#[test]
fn nonsense_with_a_right_checksum() {
    let mut writer = Writer::new(false);
    writer.entry(MAX_INDEX + 1, 1, b"too far");
    writer.entry(0, 1, b"no index");
    writer.record(9, 0, b"no such type");
    writer.entry(1, 1, b"good");
    let log = writer.log();
    assert_eq!(log.entries.iter().map(|e| e.index.0).collect::<Vec<_>>(), [1]);
    assert_eq!(log.faults.iter().filter(|f| matches!(f.what, FaultKind::Senseless(_))).count(), 3);
}

#[test]
fn frames_of_docker_1_12() {
    let mut writer = Writer::new(true);
    for index in 1..=30 {
        writer.entry(index, 1, &vec![7; index as usize * 3]);
    }
    let log = writer.log();
    assert_eq!((log.entries.len(), log.faults.len()), (30, 0));
    assert_eq!(log.segments[0].framing, Framing::Any);
    for at in 0..writer.segments[0].1.len() {
        writer.segments[0].1[at] ^= 0x10;
        writer.check(&writer.log(), 0, &(at..at + 1));
        writer.segments[0].1[at] ^= 0x10;
    }
}

/// Files that are made to look like records everywhere take linear time.
#[test]
fn hostile_files_end() {
    let entry = Writer::small(1).segments[0].1[80..].to_vec();
    let mut far = entry.clone();
    far[1..4].copy_from_slice(&[0xff, 0xff, 0x0f]);
    let patterns: [&[u8]; 4] =
        [&entry, &far, &[1, 0, 0, 0, 0, 0, 0, 0x87], &[4, 0, 0, 0, 0, 0, 0, 0x84, 8, 4, 16, 0, 0, 0, 0, 0]];
    for pattern in patterns {
        let bytes: Vec<u8> = pattern.iter().copied().cycle().take(8 << 20).collect();
        let name = format!("{FOLDER}/0000000000000000-0000000000000000.wal");
        let start = std::time::Instant::now();
        let log = scan(Source::of_files(&[(&name, &bytes)]));
        assert!(start.elapsed().as_secs() < 20, "{pattern:x?} {:?}", start.elapsed());
        println!("{pattern:x?} {:?} {:?}", start.elapsed(), log.faults.last());
        assert!(log.faults.len() <= 2002);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// What is written is read, over any number of segments and rewritten tails.
    #[test]
    fn what_is_written_is_read(steps in prop::collection::vec((0u8..12, 0usize..900), 1..60)) {
        let mut writer = Writer::new(false);
        let (mut live, mut term): (Vec<(u64, u64, usize)>, u64) = (Vec::new(), 1);
        for (step, len) in steps {
            let next = live.last().map_or(1, |entry| entry.0 + 1);
            match step {
                0 => writer.rotate(next),
                1 => writer.state(term, next - 1),
                2 if next > 1 => {
                    term += 1;
                    live.truncate(len % next as usize);
                    let next = live.last().map_or(1, |entry| entry.0 + 1);
                    writer.entry(next, term, &vec![0x42; len]);
                    live.push((next, term, len));
                }
                _ => {
                    writer.entry(next, term, &vec![0x42; len]);
                    live.push((next, term, len));
                }
            }
        }
        let log = writer.log();
        prop_assert_eq!(&log.faults, &vec![]);
        let found: Vec<_> = log.entries.iter().map(|e| (e.index.0, e.term.0, e.len as usize)).collect();
        prop_assert_eq!(found, live);
        let entries = writer.records.iter().filter(|record| record.2 == 2).count();
        prop_assert_eq!(log.entries.len() + log.superseded.len(), entries);
    }

    /// One damaged stretch costs the records that it touches.
    #[test]
    fn a_damaged_stretch(from in 0usize..4000, len in 1usize..1500, how in 0u8..4, seed: u8) {
        let mut writer = Writer::small(30);
        let bytes = &mut writer.segments[0].1;
        let from = from % bytes.len();
        let to = (from + len).min(bytes.len());
        match how {
            0 => bytes[from..to].fill(0),
            1 => bytes[from..to].fill(0xff),
            2 => (from..to).for_each(|at| bytes[at] = bytes[at].wrapping_mul(31).wrapping_add(seed | 1)),
            _ => {
                let shift = usize::from(seed) % bytes.len();
                bytes[from..to].to_vec().iter().enumerate().for_each(|(i, _)| {
                    bytes[from + i] = bytes[(from + i + shift) % bytes.len()];
                });
            }
        }
        writer.check(&writer.log(), 0, &(from..to));
    }

    /// Nothing in a file brings it down.
    #[test]
    fn any_bytes(bytes in prop::collection::vec(prop_oneof![Just(0u8), Just(8), Just(16), Just(0x1a), Just(0x84), any::<u8>()], 0..4000)) {
        let name = format!("{FOLDER}/0000000000000000-0000000000000000.wal");
        let log = scan(Source::of_files(&[(&name, &bytes)]));
        prop_assert!(log.entries.len() <= bytes.len() / 16);
    }
}
