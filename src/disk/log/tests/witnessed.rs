//! Records between damaged stretches, with a witness for what they carry.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::made::Writer;
use super::*;

/// What an entry of these tests carries; nothing else passes.
const PAYLOAD: [u8; 40] = [0x77; 40];

fn writer(count: u64) -> Writer {
    let mut writer = Writer::new(false);
    for index in 1..=count {
        writer.entry(index, 2, &PAYLOAD);
    }
    writer
}

fn witness() -> (Witness, Arc<AtomicU64>) {
    let asked = Arc::new(AtomicU64::new(0));
    let count = asked.clone();
    let witness = Witness::new(move |payload| {
        count.fetch_add(payload.len() as u64, Ordering::Relaxed);
        payload == PAYLOAD
    });
    (witness, asked)
}

/// Where the record of an entry lies.
fn range(writer: &Writer, index: u64) -> Range<usize> {
    writer.records.iter().find(|record| (record.2, record.3) == (2, index)).unwrap().1.clone()
}

fn spoil(writer: &mut Writer, range: Range<usize>) {
    writer.segments[0].1[range].fill(0xa5);
}

fn indices(log: &Log) -> Vec<u64> {
    log.entries.iter().filter(|entry| entry.trust != Trust::Damaged).map(|entry| entry.index.0).collect()
}

#[test]
fn an_entry_between_two_gaps_is_found_by_its_payload() {
    // With its own length field, without it, and with zeros in its place.
    for (len, fill) in [(0, 0), (8, 0xa5), (8, 0)] {
        let mut writer = writer(9);
        let lone = range(&writer, 5);
        let (before, after) = (range(&writer, 4), range(&writer, 6));
        spoil(&mut writer, before);
        spoil(&mut writer, after);
        writer.segments[0].1[lone.start..lone.start + len].fill(fill);
        assert_eq!(indices(&writer.log()), [1, 2, 3, 7, 8, 9]);
        let log = writer.log_with(Some(witness().0));
        assert_eq!(indices(&log), [1, 2, 3, 5, 7, 8, 9], "{len} {fill}: {:?}", log.faults);
        assert_eq!(log.entries[3].trust, Trust::Unverified);
        assert_eq!(log.entries[3].len as usize, PAYLOAD.len());
        // Reading a segment again tells the same.
        let records = log.segments[0].records().filter_map(|piece| match piece {
            Piece::Record(Record { body: Body::Entry { index, .. }, trust, .. }) if trust != Trust::Damaged => {
                Some(index.0)
            }
            _ => None,
        });
        assert_eq!(records.collect::<Vec<_>>(), indices(&log));
    }
}

#[test]
fn behind_the_last_damage_too() {
    let mut writer = writer(9);
    let damaged = range(&writer, 8);
    spoil(&mut writer, damaged);
    let end = range(&writer, 9).end;
    writer.segments[0].1.extend([0xa5; 64]);
    assert_eq!(end + 64, writer.segments[0].1.len());
    assert_eq!(indices(&writer.log_with(Some(witness().0))), [1, 2, 3, 4, 5, 6, 7, 9]);
}

#[test]
fn a_payload_is_no_proof_where_the_checksum_says_otherwise() {
    let mut writer = writer(5);
    let at = range(&writer, 3).start;
    // The index, which the payload does not vouch for.
    let index = (at..at + 40).rfind(|at| writer.segments[0].1[*at..].starts_with(&[0x18, 3, 0x22])).unwrap();
    writer.segments[0].1[index + 1] = 0x43;
    let log = writer.log_with(Some(witness().0));
    assert_eq!(indices(&log), [1, 2, 4, 5], "{:?}", log.entries);
}

#[test]
fn nobody_is_asked_where_nothing_is_damaged() {
    let (witness, asked) = witness();
    let mut writer = writer(50);
    writer.segments[0].1.extend([0; 4096]);
    assert_eq!(writer.log_with(Some(witness)).entries.len(), 50);
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

/// A file that is made to look like lone entries everywhere takes linear time, whatever is answered.
#[test]
fn witnesses_are_asked_in_linear_time() {
    let mut inner = Vec::new();
    for start in [true, false] {
        let mut writer = Writer::new(false);
        writer.entry(1, 2, &[0x55; 100_000]);
        let mut record = writer.segments[0].1[range(&writer, 1)].to_vec();
        // Heads all over, each of which claims all that follows.
        let head = record[..32].to_vec();
        if start {
            record.chunks_exact_mut(32).for_each(|chunk| chunk.copy_from_slice(&head));
        }
        inner.extend(record);
        let bytes: Vec<u8> = inner.iter().copied().cycle().skip(8).take(4 << 20).collect();
        writer.segments[0].1 = bytes;
        let (witness, asked) = witness();
        let log = writer.log_with(Some(witness));
        assert!(log.entries.len() < 100_000);
        let asked = asked.load(Ordering::Relaxed);
        assert!(asked <= 8 * (4 << 20) + (64 << 20), "{asked} bytes");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Two damaged stretches cost the records that they touch, and those in between are found.
    #[test]
    fn two_damaged_stretches(first in 0usize..2000, len in 1usize..300, gap in 1usize..300, second in 1usize..300) {
        let mut writer = writer(30);
        let end = writer.segments[0].1.len();
        let first = first % end;
        let stretches = [first..(first + len).min(end), (first + len + gap).min(end)..(first + len + gap + second).min(end)];
        for stretch in &stretches {
            spoil(&mut writer, stretch.clone());
        }
        let log = writer.log_with(Some(witness().0));
        let found = indices(&log);
        for index in 1..=30 {
            // A spoilt length field is not needed.
            let range = range(&writer, index);
            let record = range.start + 8..range.end;
            if !stretches.iter().any(|stretch| stretch.start < record.end && record.start < stretch.end) {
                prop_assert!(found.contains(&index), "{} {:?}: {:?}", index, stretches, found);
            }
        }
    }
}
