//! `rafttool/` against what the peer printed, and its `decrypted/` read again.

mod kit;

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use proptest::prelude::*;
use swarmfs::disk::Source;
use swarmfs::seal::UnlockKey;
use swarmfs::store::State;
use swarmfs::tree::{Forest, Ino, Options, Tree};

use kit::fixture;
use kit::objects::{self, Action, Kind, Meta};
use kit::oracle::Oracle;
use kit::workload::Workload;
use kit::writer::{self, StateWriter};

const KINDS: [&str; 10] =
    ["cluster", "config", "extension", "network", "node", "resource", "secret", "service", "task", "volume"];

fn opened(source: Source, unlock_key: Option<&str>, cache_bytes: usize) -> Tree {
    let keys: Vec<UnlockKey> =
        unlock_key.iter().map(|key| UnlockKey::parse(key.as_bytes()).expect("an unlock key")).collect();
    Tree::new(Arc::new(State::open(source, &keys).expect("it opens")), Options { cache_bytes })
}

/// A fixture as it is packed.
fn packed(name: &str) -> Tree {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/{name}.tar.zst"));
    let source = Source::packed(&fs::read(path).expect("a fixture")).expect("a packed folder");
    opened(source, fixture::shared(name).unlock_key().as_deref(), 8 << 20)
}

fn ino(tree: &Tree, path: &str) -> Option<Ino> {
    let mut names = path.split('/').filter(|name| !name.is_empty());
    names.try_fold(Ino::ROOT, |folder, name| tree.lookup(folder, name.as_bytes()).ok().map(|found| found.attr.ino))
}

fn part(tree: &Tree, ino: Ino, offset: u64, len: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    tree.read(ino, offset, len, &mut |piece| bytes.extend_from_slice(piece)).expect("a file");
    bytes
}

/// A whole file, read in steps as the kernel reads; its size is what was announced.
fn whole(tree: &Tree, path: &str) -> Vec<u8> {
    let ino = ino(tree, path).unwrap_or_else(|| panic!("there is no {path}"));
    let size = tree.attr(ino).expect("attributes").size;
    let mut bytes = Vec::new();
    loop {
        let step = part(tree, ino, bytes.len() as u64, 128 << 10);
        if step.is_empty() {
            assert_eq!(bytes.len() as u64, size, "{path}: size");
            return bytes;
        }
        bytes.extend_from_slice(&step);
    }
}

fn names(tree: &Tree, path: &str) -> Vec<String> {
    let mut names = Vec::new();
    tree.list(ino(tree, path).expect("a folder"), 0, false, &mut |row| {
        names.push(String::from_utf8_lossy(row.name).into_owned());
        true
    })
    .expect("a listing");
    names
}

#[track_caller]
fn same(shown: &[u8], expected: &[u8], what: &str) {
    if shown != expected {
        let at = shown.iter().zip(expected).take_while(|(a, b)| a == b).count();
        let near = |bytes: &[u8]| {
            String::from_utf8_lossy(&bytes[at.saturating_sub(200)..(at + 100).min(bytes.len())]).into_owned()
        };
        panic!("{what} differs at {at}\n--- shown\n{}\n--- expected\n{}", near(shown), near(expected));
    }
}

/// Compares all that the peer printed; answers how many files that were.
fn compare(name: &str) -> usize {
    let fixture = fixture::shared(name);
    let oracle = Oracle::new(fixture.golden());
    let Some(results) = oracle.json("peer/RESULTS.json").expect("JSON") else {
        return 0;
    };
    let tree = packed(name);
    let mut compared = 0;
    let commands = ["dump-wal".to_owned(), "dump-snapshot".to_owned()].into_iter();
    for command in commands.chain(KINDS.iter().map(|kind| format!("dump-object-{kind}"))) {
        let path = format!("rafttool/{}.txt", command.replace("dump-object-", "dump-object/"));
        if results[&command]["rc"].as_i64() == Some(0) {
            same(&whole(&tree, &path), &oracle.peer(&command).expect("what it printed"), &format!("{name}: {path}"));
            compared += 1;
        } else if results[&command]["stderr"].as_str().is_some_and(|why| why.contains(" found")) {
            // "no matching objects found", "no snapshot found"; volumes it does not know at all.
            same(&whole(&tree, &path), b"", &format!("{name}: {path}"));
        }
    }
    compared
}

/// Reads `decrypted/` with the rooms that read state directories, and compares the entries.
fn read_again(name: &str, tree: &Tree) -> (tempfile::TempDir, Tree) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (from, to) in [("wal-decrypted", "raft/wal"), ("snap-decrypted", "raft/snap")] {
        fs::create_dir_all(dir.path().join(to)).expect("a folder");
        for file in names(tree, &format!("rafttool/decrypted/{from}")) {
            let bytes = whole(tree, &format!("rafttool/decrypted/{from}/{file}"));
            fs::write(dir.path().join(to).join(file), bytes).expect("a file");
        }
    }
    let again = opened(Source::folder(dir.path()).expect("a folder"), None, 8 << 20);
    let (state, plain) = (tree.state(), again.state());
    assert_eq!(plain.log().faults, [], "{name}: the log is sound");
    assert_eq!(plain.log().hard_state, state.log().hard_state, "{name}: hard state");
    assert_eq!(plain.log().metadata, state.log().metadata, "{name}: metadata");
    let base = state.content().snapshots.last().map(|snapshot| (snapshot.file().term, snapshot.index()));
    assert_eq!(plain.content().snapshots.last().map(|snapshot| (snapshot.file().term, snapshot.index())), base);
    let behind = base.map(|(_, index)| index).unwrap_or_default();
    let mut expected = state.log().entries.iter().filter(|entry| entry.index > behind);
    for (place, entry) in plain.log().entries.iter().enumerate() {
        let other = expected.next().expect("an entry");
        assert_eq!((entry.index, entry.term, entry.kind), (other.index, other.term, other.kind));
        let (mut here, mut there) = (Vec::new(), Vec::new());
        plain.open_entry(place as u32, &mut here).expect("in clear");
        state.open_entry(state.place_of(other.index).expect("a place"), &mut there).expect("opened");
        assert!(here == there, "{name}: entry {}", entry.index);
    }
    let incomplete = names(tree, "rafttool/decrypted").contains(&"_INCOMPLETE.txt".to_owned());
    assert_eq!(expected.next().is_some(), incomplete, "{name}: an end before the end is said");
    (dir, again)
}

/// Compares what the peer would print of `decrypted/` with what it prints of the whole.
fn same_dumps(name: &str, tree: &Tree, again: &Tree, kinds: &[&str]) {
    for file in ["dump-wal", "dump-snapshot"] {
        let path = format!("rafttool/{file}.txt");
        same(&whole(again, &path), &whole(tree, &path), &format!("{name}: {path} of decrypted/"));
    }
    for kind in kinds {
        let path = format!("rafttool/dump-object/{kind}.txt");
        same(&whole(again, &path), &whole(tree, &path), &format!("{name}: {path} of decrypted/"));
    }
}

#[test]
fn what_the_peer_printed() {
    let compared: Vec<(String, usize)> =
        fixture::names().into_iter().map(|name| (name.clone(), compare(&name))).collect();
    let total: usize = compared.iter().map(|(_, files)| files).sum();
    let fixtures = compared.iter().filter(|(_, files)| *files > 0).count();
    assert!(total >= 100 && fixtures >= 15, "too little was compared: {compared:?}");
}

#[test]
fn volumes_as_the_peer_would_print_them() {
    let fixture = fixture::shared("allfields-a");
    let oracle = fixture.golden().join("plain/dump-object-volume.txt");
    let shown = whole(&packed("allfields-a"), "rafttool/dump-object/volume.txt");
    same(&shown, &fs::read(oracle).expect("an oracle"), "dump-object/volume.txt");
}

#[test]
fn decrypted_is_read_again() {
    for name in fixture::names().iter().filter(|name| !["three-worker", "three-demoted"].contains(&name.as_str())) {
        let tree = packed(name);
        let (_dir, again) = read_again(name, &tree);
        // The damage ends the log in clear.
        if name != "torn-bitflip" {
            same_dumps(name, &tree, &again, &KINDS);
        }
    }
}

/// The trees that parts are read of, with room for little, and their files.
fn files() -> &'static [(Tree, Ino, Vec<u8>)] {
    static FILES: OnceLock<Vec<(Tree, Ino, Vec<u8>)>> = OnceLock::new();
    FILES.get_or_init(|| {
        let paths = [
            "dump-wal.txt",
            "dump-snapshot.txt",
            "dump-object/config.txt",
            "decrypted/wal-decrypted",
            "decrypted/snap-decrypted",
        ];
        let of = |(name, path): (&&str, &str)| {
            let (tree, mut path) = (packed(name), format!("rafttool/{path}"));
            if path.ends_with("decrypted") {
                path = format!("{path}/{}", names(&tree, &path).first()?);
            }
            let bytes = whole(&tree, &path);
            Some((packed(name), ino(&tree, &path)?, bytes))
        };
        let pairs = ["snapshots", "secret"].iter().flat_map(|name| paths.map(|path| (name, path)));
        pairs.filter_map(of).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_part_is_a_part_of_the_whole(file in 0usize..64, at in 0f64..1.1, len in 0usize..300_000) {
        let (tree, ino, bytes) = &files()[file % files().len()];
        let offset = (bytes.len() as f64 * at) as usize;
        let expected = bytes.get(offset..(offset + len).min(bytes.len())).unwrap_or_default();
        prop_assert!(part(tree, *ino, offset as u64, len) == expected, "{len} bytes from {offset}");
    }
}

/// A directory that `fill` wrote.
fn written(options: writer::Options, fill: impl FnOnce(&mut StateWriter)) -> (tempfile::TempDir, Tree) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("swarm");
    let mut writer = StateWriter::create(&root, options).expect("a new directory");
    fill(&mut writer);
    let key = writer.finish().expect("the key file");
    let tree = opened(Source::folder(&root).expect("a folder"), key.as_deref(), 32 << 20);
    (dir, tree)
}

#[test]
fn what_the_peer_would_stop_at_is_said_and_passed() {
    let (_dir, tree) = written(writer::Options::default(), |writer| {
        writer.set_term(1);
        writer.normal(b"").expect("an entry");
        writer.entry(2, b"\x08\x01").expect("an entry");
        writer.entry(9, b"of the future").expect("an entry");
        writer.normal(b"\x08\x05\x12\x09").expect("an entry that is cut off");
        writer.go_to(8);
        writer.normal(b"\x08\x06").expect("an entry that is overwritten");
        writer.set_term(2);
        writer.go_to(8);
        writer.normal(b"\x08\x07").expect("an entry");
        writer.entry_with(0, Some(b"\x08\x01\x12\x01\x00")).expect("an entry without tag and nonce");
        writer.remove_member(0, 0xabc).expect("an entry");
        writer.commit(10).expect("a hard state");
    });
    let shown = String::from_utf8(whole(&tree, "rafttool/dump-wal.txt")).expect("text");
    let (told, plain): (Vec<&str>, Vec<&str>) = shown.lines().partition(|line| line.starts_with("# "));
    let expected = "Entry Index=1, Term=1, Type=EntryNormal:\n\n\
                    Entry Index=2, Term=1, Type=EntryConfChangeV2:\n\
                    Entry Index=3, Term=1, Type=9:\n\
                    Entry Index=4, Term=1, Type=EntryNormal:\n\n\n\
                    Entry Index=8, Term=2, Type=EntryNormal:\nid: 7\n\n\
                    Entry Index=9, Term=2, Type=EntryNormal:\n\n\
                    Entry Index=10, Term=2, Type=EntryConfChange:\nConf change type: ConfChangeRemoveNode\nNode ID: abc\n";
    assert_eq!(plain.join("\n"), expected);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].starts_with("# docker.swarmkit.v1.InternalRaftRequest at offset 0: cut off"), "{}", told[0]);
    assert_eq!(told[1], "# entries 5 to 7 are not on disk");
    assert!(told[2].contains("nonce"), "{}", told[2]);
    // etcd's format has no room for a hole.
    read_again("a log with a hole", &tree);
    let why = String::from_utf8(whole(&tree, "rafttool/decrypted/_INCOMPLETE.txt")).expect("text");
    assert!(why.starts_with("The log ends with entry 4:"), "{why}");
}

#[test]
fn a_damaged_entry_costs_no_other() {
    let fixture = fixture::shared("stack-stopped");
    let sound = Oracle::new(fixture.golden()).peer("dump-wal").expect("what the peer printed");
    let shown = whole(&packed("torn-bitflip"), "rafttool/dump-wal.txt");
    let entries = |text: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(text).split_inclusive("\n\nEntry ").map(str::to_owned).collect()
    };
    let pairs: Vec<(String, String)> = entries(&shown).into_iter().zip(entries(&sound)).collect();
    assert_eq!((pairs.len(), entries(&sound).len()), (299, 299));
    let differing: Vec<&(String, String)> = pairs.iter().filter(|(shown, sound)| shown != sound).collect();
    assert_eq!(differing.len(), 1);
    assert!(
        differing[0].0.starts_with("Index=152, Term=2, Type=EntryNormal:\n# the record is damaged"),
        "{}",
        differing[0].0
    );
}

#[test]
fn decrypted_of_every_layout_is_read_again() {
    use kit::seal::Cipher;
    use writer::{Layout, Options};
    let options = [
        Options { cipher: Cipher::Fernet, ..Options::default() },
        Options { layout: Layout::Docker112, conf_state: false, ..Options::default() },
        Options { segment_size: 50_000, ..Options::default() },
    ];
    for options in options {
        let what = format!("{options:?}");
        let (_dir, tree) = written(options, |writer| {
            let mut workload = Workload::new(5, None, 0);
            workload.run(writer, 300).expect("entries");
            workload.snapshot(writer).expect("a snapshot");
            workload.run(writer, 200).expect("entries");
        });
        assert_eq!(names(&tree, "rafttool/decrypted/snap-decrypted").len(), 1, "{what}");
        let (_dir, again) = read_again(&what, &tree);
        // The workload's snapshots hold other objects than its entries wrote.
        same_dumps(&what, &tree, &again, &[]);
    }
}

#[test]
fn a_long_piece_is_made_once_for_many_reads() {
    let data: Vec<u8> = (0..1_400_000u32).map(|number| number as u8).collect();
    let (_dir, tree) = written(writer::Options::default(), |writer| {
        let id = "z5gj1zr5rl9rdkhjh4ir2kc0c".to_owned();
        let meta = Meta { id, version: 1, created: (1_795_000_000, 0), updated: (1_795_000_000, 0) };
        let secret = objects::payload(&meta, "great", &[], &data);
        let request = objects::request(1, [(Action::Create, Kind::Secret, secret.as_slice())]);
        writer.normal(&request).expect("an entry");
    });
    for path in
        ["dump-wal.txt", "dump-object/secret.txt", "decrypted/wal-decrypted/0000000000000000-0000000000000000.wal"]
    {
        let path = format!("rafttool/{path}");
        tree.attr(ino(&tree, &path).expect("a file")).expect("a size");
        let before = tree.state().opened();
        let bytes = whole(&tree, &path);
        assert!(bytes.len() > 1_400_000, "{path}");
        // A payload is opened for its size and for its bytes.
        let opened = tree.state().opened() - before;
        assert!((1..=2).contains(&opened), "{path}: {opened}");
    }
    let table = "tables/secrets.jsonl";
    tree.attr(ino(&tree, table).expect("a file")).expect("a size");
    let before = tree.state().opened();
    whole(&tree, table);
    assert_eq!(tree.state().opened() - before, 1, "{table}");
}
