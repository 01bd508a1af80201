//! The log of every packed state directory, record by record, against what an independent parser found.

use std::fmt::Write as _;
use std::path::Path;

use super::super::testing::{fixture, fixtures, golden};
use super::super::{Body, FaultKind, Layout, Piece, Record, Source, Trust};
use super::*;

fn scan(source: Source) -> Log {
    let (source, layout) = Layout::find(source).unwrap();
    Log::scan(&source, layout.wal.as_ref().unwrap()).unwrap()
}

/// A line of `wal-records.txt` as far as this room can know it: without what only a key or swarm's schema tells.
fn line_of(record: &Record) -> String {
    let mut line = format!("{:>10} len={} pad={} crc={:08x}", record.offset, record.len, record.padding, record.crc);
    if record.trust == Trust::Damaged {
        line.push_str(" BADCRC");
    }
    write!(line, " {}", record.kind).unwrap();
    match &record.body {
        Body::Metadata(_) | Body::Crc => {}
        Body::Snapshot(mark) => write!(line, " index={} term={}", mark.index, mark.term).unwrap(),
        Body::State(state) => write!(line, " term={} vote={} commit={}", state.term, state.vote, state.commit).unwrap(),
        Body::Entry { index, term, kind, data } => {
            write!(line, " index={index} term={term} type={} len={}", kind.0, data.end - data.start).unwrap();
        }
        Body::Unreadable(why) => write!(line, " {why}").unwrap(),
    }
    line
}

/// Compares all segments with the oracle; answers how many records there were.
fn compare(log: &Log, oracle: &str) -> usize {
    let mut expected = oracle.lines().filter(|line| !line.starts_with("SUMMARY"));
    let mut records = 0;
    for segment in &log.segments {
        assert_eq!(expected.next(), Some(&*format!("== {} ({} bytes)", segment.name(), segment.file.len())));
        for piece in segment.records() {
            let theirs = expected.next().unwrap();
            match piece {
                Piece::Record(record) => {
                    let ours = line_of(&record);
                    let rest = theirs.strip_prefix(&*ours).unwrap_or_else(|| panic!("{ours}\nis not\n{theirs}"));
                    assert!(rest.is_empty() || rest.starts_with(' '), "{ours}\n{theirs}");
                    records += 1;
                }
                Piece::Gap(gap) => {
                    let bytes = gap.range.end - gap.range.start;
                    assert!(theirs.starts_with(&format!("{:>10} ", gap.range.start)), "{gap:?}\n{theirs}");
                    assert!(theirs.contains(&format!("{bytes} bytes after")), "{gap:?}\n{theirs}");
                    assert_eq!(gap.fault.is_none(), theirs.contains("all zero"), "{gap:?}\n{theirs}");
                }
            }
        }
    }
    assert_eq!(expected.next(), None);
    records
}

#[test]
fn every_record_of_every_fixture() {
    let mut logs = 0;
    for name in fixtures() {
        let Some(oracle) = golden(&name, "wal-records.txt") else {
            continue;
        };
        let oracle = String::from_utf8(oracle).unwrap();
        let (source, layout) = Layout::find(fixture(&name)).unwrap();
        let Some(folder) = &layout.wal else {
            assert!(!oracle.contains("== "), "{name}");
            continue;
        };
        let log = Log::scan(&source, folder).unwrap();
        assert!(compare(&log, &oracle) > 0, "{name}");
        logs += 1;
        let summary = oracle.lines().find(|line| line.starts_with("SUMMARY")).unwrap();
        let state = log.hard_state.unwrap();
        let last = format!("last-state term={} vote={} commit={}", state.term, state.vote, state.commit);
        assert!(summary.contains(&last), "{name}: {last}\n{summary}");
        assert!(summary.contains(&format!("entries={} ", log.entries.len())), "{name}\n{summary}");
        assert!(summary.contains(&format!("snapshot-marks={}", log.marks.len())), "{name}\n{summary}");
        let damaged = log.faults.iter().any(|f| f.what.severity() > super::super::Severity::Note);
        assert_eq!(damaged, name.starts_with("torn-") && name != "torn-snap-bitflip", "{name}: {:?}", log.faults);
    }
    assert!(logs >= 18, "{logs}");
}

/// Too large to be kept here; unpacked by hand: `SWARMFS_STATE=… SWARMFS_ORACLE=… cargo test -- --ignored given`.
#[test]
#[ignore = "needs a state directory in SWARMFS_STATE"]
fn every_record_of_a_given_directory() {
    let Ok(state) = std::env::var("SWARMFS_STATE") else {
        return;
    };
    let start = std::time::Instant::now();
    let log = scan(Source::folder(Path::new(&state)).unwrap());
    println!("{} entries in {:?}; {:?}", log.entries.len(), start.elapsed(), log.faults);
    if let Ok(oracle) = std::env::var("SWARMFS_ORACLE") {
        println!("{} records", compare(&log, &std::fs::read_to_string(oracle).unwrap()));
    }
}

#[test]
fn a_flipped_bit_costs_one_entry() {
    let log = scan(fixture("torn-bitflip"));
    let damaged: Vec<_> = log.entries.iter().filter(|e| e.trust == Trust::Damaged).map(|e| e.index.0).collect();
    assert_eq!(damaged, [152]);
    assert!(log.entries.iter().all(|e| e.trust
        == if e.index.0 < 152 {
            Trust::Sound
        } else if e.index.0 == 152 {
            Trust::Damaged
        } else {
            Trust::Recovered
        }));
    let fault = log.faults.iter().find(|f| f.offset == 206024).unwrap();
    assert_eq!(fault.what, FaultKind::Checksum { expected: 0x797e_67dc, stored: 0x1d3a_2dfc, torn: false });
}

#[test]
fn a_cut_record_is_told() {
    let log = scan(fixture("torn-trunc"));
    assert_eq!(log.entries.last().unwrap().index.0, 298);
    let fault = log.faults.iter().find(|f| f.offset == 363136).unwrap();
    assert_eq!(fault.what, FaultKind::BeyondEnd { len: 752, left: 376 });
    assert_eq!(log.segments[0].end, 363136);
}

#[test]
fn data_of_an_entry() {
    let log = scan(fixture("fresh"));
    let mut data = vec![1, 2, 3];
    log.read_data(log.entry(RaftIndex(2)).unwrap(), &mut data).unwrap();
    assert_eq!((data.len(), data[0]), (46, 0x08));
    let beyond = EntryAt { offset: 63_999_990, ..*log.entry(RaftIndex(2)).unwrap() };
    assert!(log.read_data(&beyond, &mut data).is_err());
    assert!(data.is_empty());
    assert!(log.read_data(&EntryAt { segment: 9, ..beyond }, &mut data).is_err());
    assert!(log.read_data(&EntryAt { len: u32::MAX, ..beyond }, &mut data).is_err());
}

#[test]
fn an_entry_is_small() {
    assert!(size_of::<EntryAt>() <= 40);
}

mod made;
mod witnessed;
