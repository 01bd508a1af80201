use super::super::testing::fixture;
use super::super::{Layout, RaftId};
use super::*;
use crate::disk::Framing;

fn of(name: &str) -> Vec<Result<SnapshotFile, BadSnapshot>> {
    let (source, layout) = Layout::find(fixture(name)).unwrap();
    snapshots(&source, layout.snapshots.as_ref().unwrap()).unwrap()
}

fn good(name: &str) -> Vec<SnapshotFile> {
    of(name).into_iter().map(Result::unwrap).collect()
}

fn made(bytes: &[u8]) -> Result<SnapshotFile, SnapshotFault> {
    let source = Source::of_files(&[("snap/0000000000000002-0000000000000003.snap", bytes)]);
    let folder = Folder { path: "snap".to_owned(), encrypted: false, framing: Framing::Any };
    snapshots(&source, &folder).unwrap().remove(0).map_err(|bad| bad.why)
}

/// A snapshot of term 2 at index 3 with one voter.
fn small() -> Vec<u8> {
    let inner = b"\x0a\x05hello\x12\x08\x0a\x02\x08\x07\x10\x03\x18\x02";
    let mut bytes = vec![0x08];
    let mut crc = crc32c::crc32c(inner);
    while crc >= 0x80 {
        bytes.push(crc as u8 | 0x80);
        crc >>= 7;
    }
    bytes.extend([crc as u8, 0x12, inner.len() as u8]);
    bytes.extend(inner);
    bytes
}

#[test]
fn newest_first_and_all_sound() {
    let found = good("snapshots");
    assert_eq!(
        found.iter().map(|s| (s.term.0, s.index.0)).collect::<Vec<_>>(),
        [(2, 240), (2, 220), (2, 200), (2, 180)]
    );
    for snapshot in &found {
        assert!(snapshot.name_fits && snapshot.verify().is_ok());
        assert_eq!(snapshot.conf_state.voters.len(), 1);
        // A sealed record starts with its algorithm (format 3.1).
        let mut head = [0; 3];
        snapshot.file.read_exact_at(&mut head, snapshot.payload.start).unwrap();
        assert_eq!(head, [0x08, 1, 0x12]);
    }
}

#[test]
fn newer_and_older_daemons() {
    let found = good("node-head");
    assert_eq!((found[0].term.0, found[0].index.0), (2, 90));
    assert!(found[0].verify().is_ok() && found[0].conf_state.voters[0] != RaftId(0));
    let found = good("old-112");
    assert_eq!(found.iter().map(|s| s.index.0).collect::<Vec<_>>(), [800, 400]);
    assert!(found.iter().all(|snapshot| snapshot.verify().is_ok()));
}

#[test]
fn a_flipped_bit_shows_when_verified() {
    let found = good("torn-snap-bitflip");
    assert!(matches!(found[0].verify(), Err(SnapshotFault::Checksum { .. })));
    assert!(found[1..].iter().all(|snapshot| snapshot.verify().is_ok()));
}

#[test]
fn bad_files_say_why() {
    assert_eq!(made(b"").unwrap_err(), SnapshotFault::Empty);
    assert_eq!(made(&[0x08, 0]).unwrap_err(), SnapshotFault::Lacks("data"));
    assert_eq!(made(&[0x08, 0, 0x12, 1, 0]).unwrap_err(), SnapshotFault::Lacks("checksum"));
    assert_eq!(made(&[0x08, 1, 0x12, 2, 0x0a, 0]).unwrap_err(), SnapshotFault::Lacks("metadata"));
    let names = ["raft/snap/0000000000000001-0000000000000002.snap.broken", "raft/snap/db.tmp"];
    let source = Source::of_files(&names.map(|name| (name, b"x".as_slice())));
    let folder = Folder { path: "raft/snap".to_owned(), encrypted: false, framing: Framing::Any };
    let why: Vec<_> = snapshots(&source, &folder).unwrap().into_iter().map(|found| found.unwrap_err().why).collect();
    assert_eq!(why, [SnapshotFault::Foreign, SnapshotFault::SetAside]);
}

#[test]
fn cut_and_flipped_everywhere() {
    let whole = small();
    let found = made(&whole).unwrap();
    assert_eq!((found.term.0, found.index.0, found.payload.end - found.payload.start), (2, 3, 5));
    assert_eq!((found.conf_state.voters.as_slice(), found.name_fits), ([RaftId(7)].as_slice(), true));
    found.verify().unwrap();
    for len in 0..whole.len() {
        assert!(made(&whole[..len]).is_err(), "{len}");
    }
    for at in 0..whole.len() {
        for bit in 0..8 {
            if at == 5 && bit >= 4 {
                // Of the last byte of a checksum only four bits count, for a daemon, too.
                continue;
            }
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << bit;
            assert!(made(&flipped).map_or_else(Err, |found| found.verify()).is_err(), "{at} {bit}");
        }
    }
}
