//! What the findings advise, carried out on copies: the finding is there, somebody does as it says, and it is gone.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use swarmfs::disk::{Moment, RaftIndex, Source};
use swarmfs::seal::UnlockKey;
use swarmfs::store::{SavedKeys, State, findings, findings_at};
use swarmfs::tree::Forest;

use crate::kit::fixture;
use crate::kit::objects::{self, Kind, Meta};
use crate::kit::wire::Message;
use crate::kit::writer::{self, Member, StateWriter};
use crate::shown::{Shown, cat, find, names, show, show_state};

const KEY: &str = "certificates/swarm-node.key";

fn open(state: &Path) -> State {
    State::open(Source::folder(state).expect("a folder"), &[]).expect("it opens")
}

/// The codes of what is found in a directory.
pub(super) fn codes(state: &Path) -> Vec<&'static str> {
    findings(&open(state)).iter().map(|finding| finding.code).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).expect("a folder").map(|row| row.unwrap().path()).collect();
    files.sort_unstable();
    files
}

/// Spoils a file, sees the findings, puts the file back as it was, and sees them gone.
fn restored(state: &Path, path: &Path, spoil: impl FnOnce(&Path), expected: &[&str]) {
    let whole = fs::read(path).expect("the file");
    spoil(path);
    let spoilt = codes(state);
    fs::write(path, whole).expect("restored");
    let after = codes(state);
    for code in expected {
        assert!(spoilt.contains(code), "{code}: {spoilt:?}");
        assert!(!after.contains(code), "{code} after restoring {path:?}: {after:?}");
    }
}

#[test]
fn restore_from_a_backup() {
    let fixture = fixture::own("snapshots");
    let state = fixture.state();
    let remove = |path: &Path| fs::remove_file(path).expect("removed");
    let write = |text: &'static [u8]| move |path: &Path| fs::write(path, text).expect("written");
    let other = fixture::own("fresh");
    let certificate = fs::read(other.state().join("certificates/swarm-node.crt")).expect("a certificate");
    let node = state.join("certificates/swarm-node.crt");
    restored(&state, &node, remove, &["no-certificate"]);
    restored(&state, &node, write(b"no certificate"), &["certificate-unreadable"]);
    let replace = |path: &Path| fs::write(path, certificate).expect("written");
    restored(&state, &node, replace, &["key-does-not-fit", "certificate-not-signed"]);
    let root = state.join("certificates/swarm-root-ca.crt");
    restored(&state, &root, remove, &["no-certificate"]);
    for path in [&node, &root] {
        restored(&state, path, write(b""), &["certificate-unreadable"]);
    }
    for text in [&b"[{"[..], b"[]", b"null", b""] {
        restored(&state, &state.join("docker-state.json"), write(text), &["no-json"]);
    }
    restored(&state, &state.join("state.json"), write(b"{}"), &["no-json"]);
    restored(&state, &state.join(KEY), remove, &["no-data-key"]);
    for keep in [6, 7] {
        let cut = |path: &Path| {
            let text = fs::read_to_string(path).expect("a key file");
            let lines: Vec<&str> = text.lines().enumerate().filter(|(n, _)| *n != keep).map(|(_, line)| line).collect();
            fs::write(path, lines.join("\n")).expect("written");
        };
        // The data key is in a header: only the private key is lost.
        restored(&state, &state.join(KEY), cut, &["key-damaged"]);
    }
    let newest = files(&state.join("raft/snap-v3-encrypted")).pop().expect("a snapshot");
    let flip = |path: &Path| {
        let mut bytes = fs::read(path).expect("read");
        bytes[100] ^= 1;
        fs::write(path, bytes).expect("written");
    };
    restored(&state, &newest, flip, &["snapshot-damaged"]);
    // Under another name, as a copy has it that somebody made by hand.
    let moved = newest.with_file_name("0000000000000002-0000000000000fff.snap");
    fs::rename(&newest, &moved).expect("renamed");
    assert!(codes(&state).contains(&"snapshot-name"));
    fs::rename(&moved, &newest).expect("renamed");
    assert!(!codes(&state).contains(&"snapshot-name"));
}

/// The same where the private key is locked, and of a node that needs no data key.
#[test]
fn restore_a_private_key() {
    let locked = fixture::own("autolock-init");
    let key = [UnlockKey::parse(locked.unlock_key().expect("a key").as_bytes()).expect("an unlock key")];
    let codes = |state: &Path, keys: &[UnlockKey]| -> Vec<&'static str> {
        let state = State::open(Source::folder(state).expect("a folder"), keys).expect("it opens");
        findings(&state).iter().map(|finding| finding.code).collect()
    };
    let path = locked.state().join(KEY);
    let whole = fs::read_to_string(&path).expect("a key file");
    let body = whole.lines().rev().nth(1).expect("a line of the body");
    let spoilt: String = body.chars().map(|symbol| if symbol == 'A' { 'B' } else { 'A' }).collect();
    fs::write(&path, whole.replace(body, &spoilt)).expect("written");
    let found = codes(&locked.state(), &key);
    assert!(found.contains(&"key-damaged") && !found.contains(&"entry-sealed"), "{found:?}");
    // Without the unlock key it cannot be told.
    let found = codes(&locked.state(), &[]);
    assert!(found.contains(&"locked") && !found.contains(&"key-damaged"), "{found:?}");
    fs::write(&path, whole).expect("restored");
    assert!(!codes(&locked.state(), &key).contains(&"key-damaged"));
    let worker = fixture::own("three-worker");
    let path = worker.state().join(KEY);
    let whole = fs::read(&path).expect("a key file");
    for spoilt in [None, Some(b"")] {
        match spoilt {
            None => fs::remove_file(&path).expect("removed"),
            Some(text) => fs::write(&path, text).expect("written"),
        }
        let found = codes(&worker.state(), &[]);
        assert!(found.contains(&"key-damaged") && !found.contains(&"no-data-key"), "{found:?}");
    }
    fs::write(&path, whole).expect("restored");
    let found = codes(&worker.state(), &[]);
    assert!(!found.contains(&"key-damaged") && found.contains(&"no-data-key"), "{found:?}");
}

#[test]
fn restore_the_log() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("swarm");
    let options = writer::Options { preallocate: 8192, ..writer::Options::default() };
    let mut writer = StateWriter::create(&root, options).expect("a new directory");
    for _ in 0..6 {
        writer.normal(&[]).expect("an entry");
    }
    writer.snapshot(&[], &[1]).expect("a snapshot");
    let segment = writer.segment().to_owned();
    writer.finish().expect("the key file");
    let remove = |path: &Path| fs::remove_file(path).expect("removed");
    restored(&root, &segment, remove, &["no-log", "snapshot-without-log"]);
    // Cut behind its last record, as a repair or a copy leaves it.
    let cut = |path: &Path| {
        let end = open(&root).log().segments[0].end;
        fs::OpenOptions::new().write(true).open(path).expect("the segment").set_len(end).expect("cut");
    };
    restored(&root, &segment, cut, &["log-cut"]);
    // A segment is closed when it is full; the one behind it is missing.
    let fill = |path: &Path| {
        let file = fs::OpenOptions::new().write(true).open(path).expect("the segment");
        let mut writer_end = open(&root).log().segments[0].end;
        file.set_len(64_000_000).expect("grown");
        // One frame over the rest: damaged, but a record that ends where the file does.
        let len = 64_000_000 - writer_end - 8;
        file.write_all_at(&len.to_le_bytes(), writer_end).expect("written");
        writer_end += 8;
        file.write_all_at(&[0x08, 2, 0x10, 0], writer_end).expect("written");
    };
    restored(&root, &segment, fill, &["last-segment-missing"]);
}

#[test]
fn a_clock_is_set_right() {
    let fixture = fixture::shared("fresh");
    let state = open(&fixture.state());
    let newest = state.index().newest_time().expect("a time");
    let at = |seconds: i64| -> Vec<&str> {
        let now = Moment { seconds: newest.seconds + seconds, ..newest };
        findings_at(&state, now).iter().map(|finding| finding.code).collect()
    };
    let (behind, right) = (at(-86_400), at(60));
    for code in ["clock-ahead", "certificate-not-yet-valid"] {
        assert!(behind.contains(&code) && !right.contains(&code), "{code}: {behind:?}, {right:?}");
    }
}

/// A snapshot whose mark is lost, or that ends in what nobody understands, beside that of another manager.
#[test]
fn another_manager_has_the_snapshot() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let secrets = ["one", "two", "three"].map(|name| {
        let meta = Meta { id: format!("id{name}"), version: 1, created: (1, 0), updated: (1, 0) };
        objects::payload(&meta, name, &[], b"data")
    });
    let member = Member::own().encode();
    let plain = objects::snapshot([member], &[], secrets.iter().map(|secret| (Kind::Secret, &secret[..])));
    let manager = |name: &str, marked: bool, plain: &[u8]| {
        let root = dir.path().join(name);
        let options = writer::Options { preallocate: 8192, ..writer::Options::default() };
        let mut writer = StateWriter::create(&root, options).expect("a new directory");
        (0..3).for_each(|_| _ = writer.normal(&[]).expect("an entry"));
        if marked {
            writer.snapshot(plain, &[1]).expect("a snapshot");
        } else {
            writer.snapshot_file(3, writer.term(), plain, &[1]).expect("a snapshot");
        }
        writer.normal(&[]).expect("an entry");
        writer.commit(4).expect("a hard state");
        writer.finish().expect("the key file");
        show(&root)
    };
    let sound = manager("sound", true, &plain);
    let shown = cat(&sound.tree, "tables/secrets.jsonl");
    assert_eq!(shown.lines().count(), 3);
    let unmarked = manager("unmarked", false, &plain);
    let malformed = manager("malformed", true, &[&plain[..], &[0x0a, 0x7f, 1]].concat());
    for (other, code) in [(&unmarked, "warning snapshot-not-marked"), (&malformed, "damage snapshot-malformed")] {
        let told = |shown: &Shown| shown.codes.iter().any(|found| found == code);
        assert!(told(other) && !told(&sound), "{code}: {:?} {:?}", other.codes, sound.codes);
        assert_eq!(cat(&other.tree, "tables/secrets.jsonl"), shown, "{code}");
    }
}

#[test]
fn remove_what_is_in_the_way() {
    let fixture = fixture::own("stack-stopped");
    let state = fixture.state();
    let tasks = state.join("worker/tasks.db");
    fs::write(&tasks, [0; 8192]).expect("written");
    assert!(codes(&state).contains(&"tasks-db"));
    fs::remove_file(&tasks).expect("removed");
    let folder = state.join("raft/wal-v3");
    fs::create_dir(&folder).expect("a folder");
    let left = codes(&state);
    assert!(!left.contains(&"tasks-db") && left.contains(&"left-over-folder"), "{left:?}");
    fs::remove_dir(&folder).expect("removed");
    assert!(!codes(&state).contains(&"left-over-folder"));
}

#[test]
fn another_manager_has_the_entry() {
    let (one, two) = (fixture::own("three-m1"), fixture::shared("three-m2"));
    let damaged = open(&one.state()).log().entry(RaftIndex(40)).copied().expect("an entry");
    let segment = one.state().join("raft/wal-v3-encrypted/0000000000000000-0000000000000000.wal");
    let file = fs::OpenOptions::new().write(true).open(segment).expect("the segment");
    file.write_all_at(&[0xa5; 8], damaged.offset + 60).expect("damaged");
    let (one, two) = (show(&one.state()), show(&two.state()));
    for code in ["damage entry-damaged", "warning entry-recovered"] {
        assert!(one.codes.iter().any(|found| found == code), "{code}: {:?}", one.codes);
    }
    assert!(one.entries[&40]["damaged"].is_string() && two.entries[&40]["request"].is_object());
    let mut recovered = 0;
    for (index, entry) in one.entries.iter().filter(|(_, entry)| entry["recovered"] == true) {
        let mut entry = entry.clone();
        let object = entry.as_object_mut().expect("an object");
        object.remove("recovered");
        // Its time may be that of the damaged entry, which this manager lost.
        let mut theirs = two.entries[index].clone();
        for key in ["time", "time_inherited"] {
            object.remove(key);
            theirs.as_object_mut().expect("an object").remove(key);
        }
        assert_eq!(entry, theirs, "{index}");
        recovered += 1;
    }
    assert!(recovered > 20, "{recovered}");
}

fn saved(path: &Path) -> SavedKeys {
    let mut saved = SavedKeys::default();
    saved.add_file("OLD.key", &fs::read(path.join(KEY)).expect("a key file")).expect("it is one");
    saved
}

#[test]
fn give_the_key_file_that_belongs_to_the_log() {
    let (one, two) = (fixture::own("three-m1"), fixture::shared("three-m2"));
    let own = saved(&one.state());
    // Each manager has its own data key (format 1).
    fs::copy(two.state().join(KEY), one.state().join(KEY)).expect("copied");
    let wrong = codes(&one.state());
    assert!(wrong.contains(&"entry-sealed") && wrong.contains(&"state-incomplete"), "{wrong:?}");
    let state = State::open_with(Source::folder(&one.state()).expect("a folder"), &[], own).expect("it opens");
    let right: Vec<&str> = findings(&state).iter().map(|finding| finding.code).collect();
    assert!(!right.contains(&"entry-sealed") && !right.contains(&"state-incomplete"), "{right:?}");
}

#[test]
fn what_became_of_a_cut_leaders_entry() {
    let cut = show(&fixture::shared("three-cut-leader").state());
    for code in ["info leader-cut-off", "info beyond-commit"] {
        assert!(cut.codes.iter().any(|found| found == code), "{code}: {:?}", cut.codes);
    }
    assert_eq!(names(&cut.tree, "raft/uncommitted"), ["0000000149.json"]);
    // A manager of the same cluster, later: locked meanwhile, so its entries of that time need its key from before.
    let other = fixture::shared("three-autolock-leader");
    let key = other.unlock_key().expect("it is locked");
    let key = UnlockKey::parse(key.as_bytes()).expect("an unlock key");
    let before = saved(&fixture::shared("three-m2").state());
    let other = State::open_with(Source::folder(&other.state()).expect("a folder"), &[key], before);
    let other = show_state(other.expect("it opens"));
    let (lost, kept) = (&cut.entries[&149], &other.entries[&149]);
    assert!(kept["term"].as_u64() > lost["term"].as_u64() && lost["summary"] != kept["summary"], "{lost} {kept}");
}

fn bytes(shown: &Shown, path: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let sink = &mut |piece: &[u8]| bytes.extend_from_slice(piece);
    shown.tree.read(find(&shown.tree, path), 0, usize::MAX >> 1, sink).expect("it can be read");
    bytes
}

#[test]
fn look_at_the_payload() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("swarm");
    let options = writer::Options { preallocate: 8192, ..writer::Options::default() };
    let mut writer = StateWriter::create(&root, options).expect("a new directory");
    let mut unknown = Message::new();
    unknown.number(1, 7).message(2, |action| {
        action.varint(1, 9).message(3, |service| {
            service.text(1, "service1");
        });
    });
    let malformed = [0x0a, 0x7f, 1, 2, 3];
    writer.normal(unknown.bytes()).expect("an entry");
    writer.normal(&malformed).expect("an entry");
    writer.commit(2).expect("a hard state");
    writer.finish().expect("the key file");
    let shown = show(&root);
    for code in ["warning action-unknown", "damage entry-malformed"] {
        assert!(shown.codes.iter().any(|found| found == code), "{code}: {:?}", shown.codes);
    }
    assert_eq!(bytes(&shown, "raft/payload/0000000001.pb"), unknown.bytes());
    assert_eq!(bytes(&shown, "raft/payload/0000000002.pb"), malformed);
}
