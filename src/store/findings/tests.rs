use super::*;
use crate::disk::testing::fixture;
use crate::disk::{Piece, ReadAt, RecordType, Source};

/// While the certificates of the fixtures are valid.
const THEN: Moment = Moment { seconds: 1_795_327_200, nanos: 0 };

fn codes(source: Source, now: Moment) -> Vec<&'static str> {
    let state = State::open(source, &[]).unwrap();
    findings_at(&state, now).iter().map(|finding| finding.code).collect()
}

/// The small files of a real directory.
fn files(name: &str) -> Vec<(String, Vec<u8>)> {
    let source = fixture(name);
    let paths = ["swarm-node.crt", "swarm-node.key", "swarm-root-ca.crt"].map(|file| format!("certificates/{file}"));
    paths.into_iter().map(|path| (path.clone(), source.read(&path, 1 << 20).unwrap())).collect()
}

fn of(files: &[(String, Vec<u8>)]) -> Source {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    Source::of_files(&files)
}

#[test]
fn a_healthy_directory_has_nothing_to_worry_about() {
    for name in ["fresh", "secret", "stack-stopped", "snapshots", "ca-rotated", "three-m1", "three-m2", "newest-stack"]
    {
        let state = State::open(fixture(name), &[]).unwrap();
        let bad: Vec<String> = findings_at(&state, THEN)
            .into_iter()
            .filter(|finding| finding.severity > Severity::Info)
            .map(|finding| finding.to_string())
            .collect();
        assert_eq!(bad, Vec::<String>::new(), "{name}");
    }
}

#[test]
fn certificates_expire() {
    let at = |seconds| codes(of(&files("fresh")), Moment { seconds, nanos: 0 });
    assert!(!at(THEN.seconds).contains(&"certificate-expired"));
    assert!(at(1_900_000_000).contains(&"certificate-expired"));
    assert!(at(1_000_000_000).contains(&"certificate-not-yet-valid"));
    let not_after = NodeAfter::of("fresh");
    assert!(at(not_after - 86400).contains(&"certificate-expires-soon"));
}

struct NodeAfter;

impl NodeAfter {
    fn of(name: &str) -> i64 {
        let state = State::open(fixture(name), &[]).unwrap();
        super::super::NodeCertificates::of(&state).node[0].not_after as i64
    }
}

#[test]
fn key_certificate_and_root_must_belong_together() {
    let (own, other) = (files("fresh"), files("secret"));
    let mixed = |from_other: usize| {
        let mut files = own.clone();
        files[from_other] = other[from_other].clone();
        codes(of(&files), THEN)
    };
    let healthy = codes(of(&own), THEN);
    assert!(!healthy.contains(&"key-does-not-fit") && !healthy.contains(&"certificate-not-signed"));
    assert!(mixed(0).contains(&"key-does-not-fit") && mixed(0).contains(&"certificate-not-signed"));
    assert!(mixed(1).contains(&"key-does-not-fit") && !mixed(1).contains(&"certificate-not-signed"));
    assert!(mixed(2).contains(&"certificate-not-signed") && !mixed(2).contains(&"key-does-not-fit"));
    // A renewal that was cut off: the key fits the certificate that waits.
    let mut renewed = own.clone();
    renewed[0] = other[0].clone();
    renewed.push(("certificates/.swarm-node.crt".into(), own[0].1.clone()));
    let renewed = codes(of(&renewed), THEN);
    assert!(renewed.contains(&"certificate-pending") && !renewed.contains(&"key-does-not-fit"));
}

#[test]
fn damaged_small_files_are_told() {
    let mut files = files("fresh");
    files[0].1[400] ^= 1;
    files.push(("state.json".into(), b"[{]".to_vec()));
    files.push(("worker/tasks.db".into(), vec![0; 4096]));
    let codes = codes(of(&files), THEN);
    for code in ["no-json", "tasks-db"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
    assert!(codes.contains(&"certificate-unreadable") || codes.contains(&"certificate-not-signed"), "{codes:?}");
}

/// A real leader whose link was cut: it wrote an entry that nobody took. A leader that was merely stopped before it
/// noted the last commit (`three-m1`) looks the same, so one entry is worth no warning.
#[test]
fn a_leader_that_was_cut_off() {
    for name in ["three-cut-leader", "three-m1"] {
        let state = State::open(fixture(name), &[]).unwrap();
        let found = findings_at(&state, THEN);
        let told = found.iter().find(|finding| finding.code == "leader-cut-off").map(|finding| finding.severity);
        assert_eq!(told, Some(Severity::Info), "{name}");
    }
    for name in ["fresh", "stack-stopped", "three-m2", "three-m3"] {
        assert!(!codes(fixture(name), THEN).contains(&"leader-cut-off"), "{name}");
    }
}

/// A key file that fits, a log that begins, and no entry in it yet.
#[test]
fn a_log_without_entries_is_a_log() {
    let source = fixture("fresh");
    let name = "raft/wal-v3-encrypted/0000000000000000-0000000000000000.wal";
    let segment = source.open(name).unwrap();
    // The records before the first entry, and a hard state behind them.
    let mut head = vec![0; 4096];
    segment.read_exact_at(&mut head, 0).unwrap();
    let all = State::open(source, &[]).unwrap();
    let first = all.log().segments[0].records().find_map(|piece| match piece {
        Piece::Record(record) if record.kind == RecordType::ENTRY => Some(record.offset),
        _ => None,
    });
    head[first.unwrap() as usize..].fill(0);
    let mut files = files("fresh");
    files.push((name.into(), head));
    let state = State::open(of(&files), &[]).unwrap();
    assert!(state.log().entries.is_empty() && !state.log().segments.is_empty());
    let why = state.why_incomplete();
    assert!(why.contains("no entry") && !why.contains("no raft log"), "{why}");
}
