//! Every row of docs/damage.md: a directory is written, damaged, and what is shown of it is compared with what was
//! written. Then all of it at once: a cut, and a flipped bit, at every byte.

mod kit;
mod shown;

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use serde_json::Value;
use swarmfs::tree::Forest;

use kit::keyfile::Lock;
use kit::wire::Message;
use kit::writer::{self, StateWriter};
use shown::{cat, find, names, show};

const WAL: &str = "raft/wal-v3-encrypted";

/// A directory that was written, and where its entries lie in the last segment.
struct Written {
    dir: tempfile::TempDir,
    segment: PathBuf,
    /// The frame of each entry, by index.
    frames: BTreeMap<u64, Range<u64>>,
    end: u64,
}

fn options() -> writer::Options {
    writer::Options { preallocate: 8192, ..writer::Options::default() }
}

fn request(id: u64) -> Vec<u8> {
    let mut request = Message::new();
    request.number(1, id);
    request.into_bytes()
}

/// Entries with their own index as request id; a hard state behind each but the last.
fn write(entries: u64, between: impl FnMut(&mut StateWriter, u64)) -> Written {
    write_with(options(), entries, between)
}

fn write_with(options: writer::Options, entries: u64, mut between: impl FnMut(&mut StateWriter, u64)) -> Written {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut writer = StateWriter::create(&dir.path().join("swarm"), options).expect("a new directory");
    let mut frames = BTreeMap::new();
    for entry in 1..=entries {
        let start = writer.offset();
        let index = writer.normal(&request(entry)).expect("an entry");
        frames.insert(index, start..writer.offset());
        if entry < entries {
            writer.commit(index).expect("a hard state");
            between(&mut writer, entry);
        }
    }
    let (segment, end) = (writer.segment().to_owned(), writer.offset());
    writer.finish().expect("the key file");
    Written { dir, segment, frames, end }
}

impl Written {
    fn state(&self) -> PathBuf {
        self.dir.path().join("swarm")
    }

    fn put(&self, at: u64, bytes: &[u8]) {
        let file = OpenOptions::new().write(true).open(&self.segment).expect("the segment");
        file.write_all_at(bytes, at).expect("written");
    }

    fn zero(&self, range: Range<u64>) {
        self.put(range.start, &vec![0; (range.end - range.start) as usize]);
    }

    fn cut(&self, at: u64) {
        OpenOptions::new().write(true).open(&self.segment).expect("the segment").set_len(at).expect("cut");
    }

    fn flip(&self, at: u64) {
        let mut byte = [0];
        let file = OpenOptions::new().read(true).write(true).open(&self.segment).expect("the segment");
        file.read_exact_at(&mut byte, at).expect("read");
        file.write_all_at(&[byte[0] ^ 0x10], at).expect("written");
    }
}

fn untouched(entries: u64) -> Written {
    write(entries, |_, _| {})
}

#[test]
fn nothing_is_damaged() {
    show(&untouched(8).state()).expect(1..=8, &[]);
}

#[test]
fn cut_at_a_record_border() {
    let written = untouched(8);
    written.cut(written.frames[&8].start);
    show(&written.state()).expect(1..=7, &[]);
}

#[test]
fn cut_inside_data() {
    let written = untouched(8);
    written.cut(written.frames[&8].start + 40);
    show(&written.state()).expect(1..=7, &["warning wal-beyond-end"]);
}

#[test]
fn cut_inside_a_length_field() {
    let written = untouched(8);
    written.cut(written.frames[&8].start + 5);
    show(&written.state()).expect(1..=7, &["warning wal-short-end"]);
}

#[test]
fn last_records_data_zeroed() {
    let written = untouched(8);
    written.zero(written.frames[&8].start + 8..written.frames[&8].end);
    show(&written.state()).expect(1..=7, &["warning wal-torn"]);
}

#[test]
fn last_records_length_zeroed() {
    let written = untouched(8);
    let start = written.frames[&8].start;
    written.zero(start..start + 8);
    show(&written.state()).expect(1..=8, &["warning entry-recovered", "damage wal-zero-length"]);
}

#[test]
fn huge_length_in_the_middle() {
    let written = untouched(8);
    written.put(written.frames[&4].start + 3, &[0x7f, 0x7f]);
    show(&written.state()).expect(1..=8, &["damage wal-length-field"]);
}

#[test]
fn bit_flipped_in_data() {
    let written = untouched(8);
    written.flip(written.frames[&4].start + 60);
    let shown = show(&written.state());
    shown.expect([1, 2, 3, 5, 6, 7, 8], &["damage wal-checksum", "damage entry-damaged"]);
    assert!(shown.entries[&4]["damaged"].is_string() && shown.entries[&5]["recovered"] == true);
    let segment = &names(&shown.tree, "raft/wal")[0];
    let line = cat(&shown.tree, &format!("raft/wal/{segment}"));
    let line = line.lines().find(|line| line.contains("\"index\":4,")).expect("its record");
    let line: Value = serde_json::from_str(line).expect("JSON");
    assert!(line["trust"] == "damaged" && line["code"] == "wal-checksum" && line["crc"] != line["crc_expected"]);
    // Four entries of a kind are one line.
    let check = cat(&shown.tree, "check.txt");
    let recovered: Vec<&str> = check.lines().filter(|line| line.contains("entry-recovered")).collect();
    assert!(matches!(recovered[..], [line] if line.contains("\tentries 5 to 8\t")), "{recovered:?}");
}

#[test]
fn zero_length_in_the_middle() {
    let written = untouched(8);
    let start = written.frames[&4].start;
    written.zero(start..start + 8);
    show(&written.state()).expect(1..=8, &["warning entry-recovered", "damage wal-zero-length"]);
}

#[test]
fn zeroed_sector_in_the_middle() {
    let written = untouched(24);
    let whole = |frame: &Range<u64>| frame.end <= 1024 || frame.start >= 1536;
    written.zero(1024..1536);
    let readable: Vec<u64> = written.frames.iter().filter(|(_, at)| whole(at)).map(|(index, _)| *index).collect();
    show(&written.state()).expect(readable, &["warning wal-torn", "damage log-hole"]);
}

/// Entry 5 and its neighbours' damage: no checksum vouches for it, only its payload.
#[test]
fn record_between_two_damaged_stretches() {
    for lock in [Lock::Open, Lock::Pkcs8(vec![3; 32])] {
        let locked = lock != Lock::Open;
        let written = write_with(writer::Options { lock, ..options() }, 9, |_, _| {});
        let frames = &written.frames;
        for range in [frames[&4].start..frames[&5].start, frames[&5].end..frames[&7].start] {
            written.put(range.start, &vec![0xa5; (range.end - range.start) as usize]);
        }
        let shown = show(&written.state());
        let segment = &names(&shown.tree, "raft/wal")[0];
        let lines = cat(&shown.tree, &format!("raft/wal/{segment}"));
        let line = lines.lines().find(|line| line.contains("\"index\":5,"));
        if locked {
            assert!(line.is_none() && !shown.entries.contains_key(&5), "{:?}", shown.codes);
            continue;
        }
        let codes = ["warning wal-authenticated", "warning entry-recovered", "damage log-hole"];
        shown.expect([1, 2, 3, 5, 7, 8, 9], &codes);
        assert_eq!(shown.entries[&5]["recovered"], true);
        let line: Value = serde_json::from_str(line.expect("its record")).expect("JSON");
        assert!(line["trust"] == "unverified" && line["code"] == "wal-authenticated", "{line}");
    }
}

#[test]
fn garbage_in_the_preallocated_tail() {
    let written = untouched(8);
    written.put(written.end + 1024, b"this is no record, it was left by another program");
    show(&written.state()).expect(1..=8, &["damage wal-garbage"]);
}

/// What a copy of it leaves in the tail: records that are right, and long gone.
#[test]
fn a_copy_of_the_log_behind_its_end() {
    let written = untouched(8);
    let segment = fs::read(&written.segment).expect("the segment");
    let copied = written.frames[&2].start..written.frames[&5].start;
    written.put(4096, &segment[copied.start as usize..copied.end as usize]);
    let shown = show(&written.state());
    shown.expect(1..=8, &["damage wal-zeros"]);
    let hard_state: Value = serde_json::from_str(&cat(&shown.tree, "raft/hardstate.json")).expect("JSON");
    assert_eq!(hard_state["commit"], 7, "raft does not go back");
}

#[test]
fn empty_segment() {
    let written = untouched(8);
    written.cut(0);
    let shown = show(&written.state());
    assert!(shown.entries.is_empty() && shown.codes.contains(&"damage wal-empty".to_owned()), "{:?}", shown.codes);
    assert!(names(&shown.tree, "objects").contains(&"_INCOMPLETE.txt".to_owned()));
    // The last of several, whose bytes never reached the disk: without it all looks well.
    for len in [0, 8192] {
        let (written, segments) = three_segments();
        let last = OpenOptions::new().write(true).open(&segments[2]).expect("the segment");
        last.set_len(0).and_then(|()| last.set_len(len)).expect("emptied");
        show(&written.state()).expect(1..=6, &["damage wal-empty"]);
    }
}

#[test]
fn missing_segments() {
    for (missing, readable, codes) in [
        (0, vec![4, 5, 6, 7, 8, 9], vec!["damage log-hole", "damage state-incomplete"]),
        (1, vec![1, 2, 3, 7, 8, 9], vec!["damage wal-missing-segments", "damage log-hole"]),
        (2, vec![1, 2, 3, 4, 5, 6], vec!["info log-cut"]),
    ] {
        let (written, segments) = three_segments();
        fs::remove_file(&segments[missing]).expect("removed");
        let shown = show(&written.state());
        shown.expect(readable, &codes);
        if missing == 1 {
            assert!(names(&shown.tree, "entries").contains(&"_INCOMPLETE.txt".to_owned()));
        }
    }
}

/// Entries 1 to 9 in three segments; answers the files, too.
fn three_segments() -> (Written, Vec<PathBuf>) {
    let written = write(9, |writer, entry| {
        if entry % 3 == 0 {
            writer.cut().expect("a segment");
        }
    });
    let folder = fs::read_dir(written.state().join(WAL)).expect("segments");
    let mut segments: Vec<PathBuf> = folder.map(|row| row.unwrap().path()).collect();
    segments.sort_unstable();
    assert_eq!(segments.len(), 3);
    (written, segments)
}

#[test]
fn cut_in_an_inner_segment() {
    let (written, segments) = three_segments();
    let inner = OpenOptions::new().write(true).open(&segments[1]).expect("the segment");
    inner.set_len(written.frames[&6].start).expect("cut");
    show(&written.state()).expect([1, 2, 3, 4, 5, 7, 8, 9], &["damage wal-chain", "damage log-hole"]);
}

#[test]
fn bytes_between_records() {
    let written = write(8, |writer, entry| {
        if entry == 4 {
            // A frame without a record in it, and more of that kind.
            writer.raw(&16u64.to_le_bytes()).expect("bytes");
            writer.raw(&[0xa5; 40]).expect("bytes");
        }
    });
    show(&written.state()).expect(1..=8, &["damage wal-unparsable", "damage wal-lost"]);
}

/// Its checksum is right, but no record has that type.
#[test]
fn a_record_of_no_known_type() {
    let written = write(8, |writer, entry| {
        if entry == 4 {
            writer.record(9, b"of a later release").expect("a record");
        }
    });
    show(&written.state()).expect(1..=8, &["damage wal-senseless"]);
}

/// Behind damage stands an entry of an older term than that which is there already.
#[test]
fn an_entry_that_contradicts_others() {
    let written = write(8, |writer, entry| match entry {
        1 => writer.set_term(2),
        6 => {
            writer.set_term(1);
            writer.go_to(4);
            writer.normal(&request(99)).expect("an entry");
            writer.set_term(2);
            writer.go_to(7);
        }
        _ => {}
    });
    written.flip(written.frames[&3].start + 60);
    let shown = show(&written.state());
    shown.expect([1, 2, 4, 5, 6, 7, 8], &["damage wal-checksum", "damage entry-damaged", "damage wal-set-aside"]);
    assert_eq!(names(&shown.tree, "raft/superseded"), ["0000000004-1.json"]);
}

#[test]
fn zeroed_records_in_the_middle() {
    let written = untouched(8);
    written.zero(written.frames[&3].start..written.frames[&5].start);
    show(&written.state()).expect([1, 2, 5, 6, 7, 8], &["damage wal-zeros", "damage log-hole"]);
}

#[test]
fn segments_that_do_not_belong() {
    let written = untouched(8);
    let folder = written.state().join(WAL);
    let copy = folder.join("0000000000000000-0000000000000009.wal");
    fs::copy(&written.segment, copy).expect("copied");
    fs::write(folder.join("copy of the log.wal"), b"x").expect("written");
    fs::write(folder.join("notes"), b"x").expect("written");
    fs::create_dir(folder.join("0000000000000001-0000000000000009.wal")).expect("a folder");
    let codes = ["damage wal-duplicate-segment", "damage wal-segment-name", "info foreign-file", "damage unopened"];
    show(&written.state()).expect(1..=8, &codes);
}

#[test]
fn no_loadable_snapshot() {
    let (written, segments) = three_segments();
    fs::remove_file(&segments[0]).expect("removed");
    let snapshot = written.state().join("raft/snap-v3-encrypted/0000000000000001-0000000000000003.snap");
    fs::write(snapshot, b"no snapshot").expect("written");
    let codes = ["damage snapshot-damaged", "damage log-hole", "damage state-incomplete"];
    let shown = show(&written.state());
    shown.expect(4..=9, &codes);
    assert!(names(&shown.tree, "objects").contains(&"_INCOMPLETE.txt".to_owned()));
}

/// Both are there and parse, but do not have their checksums; then the older one is whole again.
#[test]
fn damaged_snapshots_cover_nothing() {
    let written = write(9, |writer, entry| {
        if entry == 3 || entry == 6 {
            writer.snapshot(&[], &[1]).expect("a snapshot");
        }
        if entry == 5 {
            writer.cut().expect("a segment");
        }
    });
    let first = written.state().join(WAL).join("0000000000000000-0000000000000000.wal");
    fs::remove_file(first).expect("removed");
    let flip = |path: &Path| {
        let mut bytes = fs::read(path).expect("read");
        bytes[30] ^= 1;
        fs::write(path, bytes).expect("written");
    };
    let snapshots = snapshots(&written);
    snapshots.iter().for_each(|path| flip(path));
    let hole = |shown: &shown::Shown| {
        let check = cat(&shown.tree, "check.txt");
        let line = check.lines().find(|line| line.contains("log-hole")).map(str::to_owned);
        line.unwrap_or_else(|| panic!("{check}")).split('\t').nth(2).map(str::to_owned)
    };
    let shown = show(&written.state());
    shown.expect(6..=9, &["damage snapshot-damaged", "damage log-hole", "damage state-incomplete"]);
    assert_eq!(hole(&shown).as_deref(), Some("entries 1 to 5"));
    flip(&snapshots[0]);
    assert_eq!(hole(&show(&written.state())).as_deref(), Some("entries 4 to 5"));
    flip(&snapshots[1]);
    show(&written.state()).expect(6..=9, &[]);
}

fn with_snapshots() -> Written {
    write(9, |writer, entry| {
        if entry % 3 == 0 {
            writer.snapshot(&[], &[1]).expect("a snapshot");
        }
    })
}

fn snapshots(written: &Written) -> Vec<PathBuf> {
    let folder = written.state().join("raft/snap-v3-encrypted");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).expect("snapshots").map(|row| row.unwrap().path()).collect();
    files.sort_unstable();
    files
}

#[test]
fn damaged_newest_snapshot() {
    let written = with_snapshots();
    let newest = snapshots(&written).pop().expect("a snapshot");
    let mut bytes = fs::read(&newest).expect("read");
    bytes[30] ^= 1;
    fs::write(&newest, bytes).expect("written");
    let shown = show(&written.state());
    shown.expect(1..=9, &["damage snapshot-damaged"]);
    let folder = names(&shown.tree, "raft/snapshots").into_iter().find(|name| name == "1-6").expect("the snapshot");
    assert!(names(&shown.tree, &format!("raft/snapshots/{folder}/objects")).contains(&"_INCOMPLETE.txt".to_owned()));
    let status: Value = serde_json::from_str(&cat(&shown.tree, "status.json")).expect("JSON");
    assert_eq!(status["snapshots"].as_array().expect("a list").len(), 2);
}

#[test]
fn superseded_entries() {
    let written = write(9, |writer, entry| {
        if entry == 5 {
            writer.set_term(2);
            writer.go_to(4);
        }
    });
    let shown = show(&written.state());
    assert!(shown.codes.iter().all(|code| code.starts_with("info")), "{:?}", shown.codes);
    assert!(shown.codes.contains(&"info superseded".to_owned()), "{:?}", shown.codes);
    assert_eq!(names(&shown.tree, "raft/superseded"), ["0000000004-1.json", "0000000005-1.json"]);
    let entry: Value = serde_json::from_str(&cat(&shown.tree, "raft/superseded/0000000004-1.json")).expect("JSON");
    assert_eq!((&entry["term"], &entry["request"]["id"]), (&1.into(), &4.into()));
    assert_eq!(shown.entries[&4]["term"], 2);
}

#[test]
fn left_over_files() {
    let written = untouched(8);
    let wal = written.state().join(WAL);
    fs::write(wal.join("0.tmp"), [0; 64]).expect("written");
    fs::write(wal.join("0000000000000000-0000000000000000.wal.broken"), b"x").expect("written");
    fs::create_dir(written.state().join("raft/wal")).expect("a folder");
    show(&written.state()).expect(1..=8, &["info temporary", "info broken-copy", "warning left-over-folder"]);
}

/// Set aside long ago, or just now.
#[test]
fn snapshots_that_a_daemon_set_aside() {
    for (number, expected) in [(0, "info broken-copy"), (1, "damage snapshot-damaged")] {
        let written = with_snapshots();
        let path = snapshots(&written).remove(number);
        fs::rename(&path, path.with_extension("snap.broken")).expect("renamed");
        show(&written.state()).expect(1..=9, &[expected]);
    }
}

#[test]
fn commit_beyond_the_log() {
    let written = write(8, |writer, entry| {
        if entry == 7 {
            writer.commit(20).expect("a hard state");
        }
    });
    show(&written.state()).expect(1..=8, &["damage commit-beyond-log"]);
}

/// Looks at all that depends on the bytes, and answers which entries can be read.
fn survey(state: &Path) -> Vec<u64> {
    let shown = show(state);
    for segment in names(&shown.tree, "raft/wal") {
        let text = cat(&shown.tree, &format!("raft/wal/{segment}"));
        assert_eq!(text.len() as u64, shown.tree.attr(find(&shown.tree, &format!("raft/wal/{segment}"))).unwrap().size);
    }
    for file in ["status.json", "raft/members.json", "log.txt"] {
        cat(&shown.tree, file);
    }
    shown.readable()
}

#[test]
fn cut_at_every_byte() {
    let written = untouched(6);
    for at in (0..written.end).rev() {
        written.cut(at);
        let expected = written.frames.iter().filter(|(_, frame)| frame.end <= at).map(|(index, _)| *index);
        // Padding may be missing: the record itself is whole.
        let readable = survey(&written.state());
        assert!(expected.clone().all(|index| readable.contains(&index)), "cut at {at}: {readable:?}");
        assert!(readable.len() <= expected.count() + 1, "cut at {at}: {readable:?}");
    }
}

#[test]
fn a_flipped_bit_at_every_byte() {
    let written = untouched(6);
    for at in 0..written.end {
        written.flip(at);
        let readable = survey(&written.state());
        let expected = written.frames.iter().filter(|(_, frame)| !frame.contains(&at)).map(|(index, _)| *index);
        assert!(expected.clone().all(|index| readable.contains(&index)), "flipped at {at}: {readable:?}");
        written.flip(at);
    }
    assert_eq!(survey(&written.state()), [1, 2, 3, 4, 5, 6]);
}

/// Damages a small file at every place, and looks at all that depends on it: all entries are shown, or sealed where the
/// file is that of the key.
fn look_at_small_files(damage: impl Fn(&[u8], usize) -> Vec<u8>) {
    let written = with_snapshots();
    let certificates = written.state().join("certificates");
    let mut files = snapshots(&written);
    files.extend(["swarm-node.crt", "swarm-node.key", "swarm-root-ca.crt"].map(|file| certificates.join(file)));
    files.extend(["docker-state.json", "state.json"].map(|file| written.state().join(file)));
    for path in files {
        let whole = fs::read(&path).expect("read");
        let is_key = path.ends_with("swarm-node.key");
        for at in 0..whole.len() {
            fs::write(&path, damage(&whole, at)).expect("written");
            // A key file may be damaged so that it seems locked.
            let shown = show(&written.state());
            let sealed = shown.entries.values().filter(|entry| entry["sealed"].is_string()).count();
            let readable = shown.readable().len();
            assert!(readable + sealed == 9 && (is_key || sealed == 0), "{path:?} at {at}: {:?}", shown.codes);
            for folder in ["node", "node/certificates"] {
                for name in names(&shown.tree, folder).iter().filter(|name| name.ends_with(".json")) {
                    cat(&shown.tree, &format!("{folder}/{name}"));
                }
            }
        }
        fs::write(&path, &whole).expect("written");
    }
    show(&written.state()).expect(1..=9, &[]);
}

#[test]
fn a_flipped_bit_at_every_byte_of_the_small_files() {
    look_at_small_files(|whole, at| {
        let mut bytes = whole.to_owned();
        bytes[at] ^= 0x10;
        bytes
    });
}

#[test]
fn small_files_cut_at_every_byte() {
    look_at_small_files(|whole, at| whole[..at].to_owned());
}
