//! Files that are cut or altered anywhere: whatever is left of them, the tree can be walked, and says what is lost.

use std::fs;
use std::path::{Path, PathBuf};

use crate::kit::fixture::{self, Fixture};
use crate::kit::identity;
use crate::kit::objects::{self, Action, Kind, Meta};
use crate::kit::writer::{Member, Options, StateWriter};
use crate::stage::{in_time, open, tree};
use crate::walk::{Walked, walk};

/// Opens and walks; a state that does not open must say so in one line.
fn look(what: &str, state: &Path, unlock_key: Option<&str>) -> Option<Walked> {
    let (state, key) = (state.to_owned(), unlock_key.map(str::to_owned));
    let shown = what.to_owned();
    in_time(what, move || match open(&state, key.as_deref()) {
        Ok(state) => Some(walk(&tree(state, 1 << 20).1)),
        Err(error) => {
            let said = error.to_string();
            assert!(said.len() > 10 && said.lines().count() == 1, "{shown}: {said:?}");
            None
        }
    })
}

/// The one file of a folder whose name ends so, and its bytes without the zeros behind them.
fn victim(fixture: &Fixture, folder: &str, suffix: &str) -> (PathBuf, Vec<u8>) {
    let rows = fs::read_dir(fixture.state().join(folder)).expect("a folder");
    let mut paths: Vec<PathBuf> = rows.map(|row| row.expect("a row").path()).collect();
    paths.sort();
    let path = paths.into_iter().rfind(|path| path.to_string_lossy().ends_with(suffix)).expect("the file");
    let mut bytes = fs::read(&path).expect("its bytes");
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes.truncate(end);
    (path, bytes)
}

/// What every walk over a damaged log shows: each line and each file of an entry, or why it is not there.
fn check_log(what: &str, walked: &Walked, whole: &Walked) {
    let entries = walked.names("entries");
    assert_eq!(walked.text("log.txt").lines().count(), entries.len(), "{what}: log.txt");
    assert_eq!(walked.text("tables/entries.jsonl").lines().count(), entries.len(), "{what}: entries.jsonl");
    walked.json("status.json");
    for line in walked.text("check.txt").lines() {
        assert_eq!(line.split('\t').count(), 5, "{what}: {line}");
    }
    // An entry is shown as it was, or says what happened to it.
    for name in entries {
        let path = format!("entries/{name}");
        let (shown, was) = (walked.bytes(&path), whole.0.get(&path));
        let told = ["damaged", "sealed", "recovered"].iter().any(|word| walked.json(&path).get(word).is_some());
        assert!(told || was == Some(&crate::walk::Thing::File(shown.to_owned())), "{what}: {path}");
    }
}

#[test]
fn a_log_cut_anywhere() {
    let fixture = fixture::own("fresh");
    let whole = look("whole", &fixture.state(), None).expect("it opens");
    let (path, bytes) = victim(&fixture, "raft/wal-v3-encrypted", ".wal");
    let mut before = 0;
    for end in (0..bytes.len()).step_by(97) {
        let what = format!("cut at {end}");
        fs::write(&path, &bytes[..end]).expect("a write");
        let walked = look(&what, &fixture.state(), None).expect("it opens");
        check_log(&what, &walked, &whole);
        // Whatever was shown of a shorter log is shown of a longer one.
        let intact = walked.names("entries").len();
        assert!(intact >= before, "{what}: {intact} entries, {before} before");
        before = intact;
    }
    assert!(before >= 10, "{before}");
}

#[test]
fn a_log_with_a_flipped_bit_anywhere() {
    let fixture = fixture::own("fresh");
    let whole = look("whole", &fixture.state(), None).expect("it opens");
    let (path, mut bytes) = victim(&fixture, "raft/wal-v3-encrypted", ".wal");
    let mut silent = Vec::new();
    for at in (0..bytes.len()).step_by(61) {
        let what = format!("bit {} of byte {at}", at % 8);
        bytes[at] ^= 1 << (at % 8);
        fs::write(&path, &bytes).expect("a write");
        let walked = look(&what, &fixture.state(), None).expect("it opens");
        check_log(&what, &walked, &whole);
        let told = walked.text("check.txt").lines().any(|line| !line.starts_with("info"));
        // What the checksums do not cover (padding, numbers that are told twice) may be altered unseen, if it changes nothing.
        if !told
            && walked.0.iter().any(|(path, thing)| path.starts_with("entries/") && whole.0.get(path) != Some(thing))
        {
            silent.push(what);
        }
        bytes[at] ^= 1 << (at % 8);
    }
    assert_eq!(silent, Vec::<String>::new(), "not told");
}

#[test]
fn a_snapshot_cut_or_altered_anywhere() {
    let fixture = fixture::own("snapshots");
    let whole = look("whole", &fixture.state(), None).expect("it opens");
    // Its log goes back to the first entry; without it the snapshots are all there is.
    let (log, _) = victim(&fixture, "raft/wal-v3-encrypted", ".wal");
    fs::remove_file(log).expect("a removal");
    let (path, bytes) = victim(&fixture, "raft/snap-v3-encrypted", ".snap");
    for at in (0..bytes.len()).step_by(997) {
        for cut in [true, false] {
            let what = format!("{} at {at}", if cut { "cut" } else { "altered" });
            let mut damaged = bytes.clone();
            match cut {
                true => damaged.truncate(at),
                false => damaged[at] ^= 1 << (at % 8),
            }
            fs::write(&path, damaged).expect("a write");
            let walked = look(&what, &fixture.state(), None).expect("it opens");
            let check = walked.text("check.txt");
            assert!(check.contains("snapshot-damaged"), "{what}: {check}");
            assert!(check.contains("00000000000000f0.snap"), "{what}: {check}");
            // The next older one is used, and it is said that this is not all.
            assert!(walked.0.contains_key("objects/_INCOMPLETE.txt"), "{what}");
            assert_eq!(walked.names("objects/clusters"), whole.names("objects/clusters"), "{what}");
        }
    }
}

#[test]
fn a_key_file_cut_anywhere() {
    for name in ["fresh", "autolock-init"] {
        let fixture = fixture::own(name);
        let key = fixture.unlock_key();
        let (path, bytes) = victim(&fixture, "certificates", "node.key");
        // The data key is in a header, and needs nothing that stands behind it.
        let header = String::from_utf8_lossy(&bytes).find("raft-dek: ").expect("the header");
        let complete = header + bytes[header..].iter().position(|byte| *byte == b'\n').expect("its end");
        for end in 0..bytes.len() {
            let what = format!("{name} cut at {end}");
            fs::write(&path, &bytes[..end]).expect("a write");
            let Some(walked) = look(&what, &fixture.state(), key.as_deref()) else {
                continue;
            };
            let entries = walked.names("entries");
            assert!(entries.len() >= 11, "{what}: the log itself is whole");
            let sealed = entries.iter().filter(|name| walked.json(&format!("entries/{name}")).get("sealed").is_some());
            match sealed.count() {
                0 => assert!(end >= complete, "{what}: opens without its data key"),
                count => {
                    assert!(end < complete, "{what}: the data key is there");
                    assert_eq!(count, entries.len(), "{what}");
                    let (status, why) = (walked.json("status.json"), walked.text("objects/_INCOMPLETE.txt"));
                    assert!(status["keys"]["why"].as_str().is_some_and(|why| why.len() > 10), "{what}: {status}");
                    assert!(why.len() > 40, "{what}: {why}");
                    let check = walked.text("check.txt");
                    assert!(check.contains("no-data-key") || check.contains("locked"), "{what}: {check}");
                }
            }
        }
    }
}

/// Snapshots of one index, of terms that differ in high bits alone, of indices that no raft reaches: folders, inodes
/// and the state stay apart.
#[test]
fn snapshots_with_odd_numbers() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let state = dir.path().join("swarm");
    let mut writer = StateWriter::create(&state, Options::default()).expect("a new directory");
    let secret = |id: &str, version| {
        let meta =
            Meta { id: id.into(), version, created: (1_795_000_000, 0), updated: (1_795_000_000, version as u32) };
        objects::payload(&meta, id, &[], &[version as u8])
    };
    writer.add_member(0, &Member::own()).expect("an entry");
    for index in 2..=5 {
        let object = secret("logged", index);
        writer.normal(&objects::request(index, [(Action::Update, Kind::Secret, object.as_slice())])).expect("an entry");
    }
    let numbers = [(1, 3), (2, 3), (1 << 20 | 1, 3), (u64::MAX, 3), (1, 0), (1, 1 << 36), (1, 1 << 40), (9, u64::MAX)];
    for (version, (term, index)) in (10..).zip(numbers) {
        let objects = [("listed", version), ("logged", version)].map(|(id, version)| secret(id, version));
        let listed = objects.iter().map(|object| (Kind::Secret, object.as_slice()));
        let plain = objects::snapshot([Member::own().encode()], &[], listed);
        writer.snapshot_file(index, term, &plain, &[identity::RAFT_ID]).expect("a snapshot");
    }
    writer.commit(5).expect("a hard state");
    writer.finish().expect("the key file");
    let walked = look("odd numbers", &state, None).expect("it opens");
    // What the log says after the snapshot counts, and what the snapshot alone has is there.
    assert_eq!(walked.names("secrets"), ["listed", "logged"]);
    assert_eq!(walked.bytes("secrets/logged"), [5]);
    let check = walked.text("check.txt");
    for index in [1u64 << 36, 1 << 40, u64::MAX] {
        assert!(
            check.lines().any(|line| line.starts_with("damage") && line.contains(&format!("{index:016x}.snap"))),
            "{check}"
        );
    }
}
