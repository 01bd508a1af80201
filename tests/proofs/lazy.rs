//! A record is opened when somebody needs what is in it, and not before.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use swarmfs::store::State;
use swarmfs::tree::{Forest, Ino, NodeKind, Tree};

use crate::kit::fixture;
use crate::kit::objects::{self, Action, Kind, Meta};
use crate::kit::workload::Workload;
use crate::kit::writer::{Options, StateWriter};
use crate::stage::{LIMIT, open, packed, tree};
use crate::walk::{find, read};

const CACHE: usize = 8 << 20;

/// Lists a folder as `ls` does; with `attributes` as `readdirplus` does.
fn list(tree: &Tree, folder: &str, attributes: bool) -> Vec<(Vec<u8>, NodeKind)> {
    let mut rows = Vec::new();
    let ino = find(tree, folder).ino;
    let listed = tree.list(ino, 0, attributes, &mut |row| {
        rows.push((row.name.to_vec(), row.kind));
        true
    });
    listed.expect("a listing");
    rows
}

fn cat(tree: &Tree, path: &str) -> Vec<u8> {
    let attr = find(tree, path);
    let bytes = read(tree, attr.ino, 0, 1 << 20).expect("a file");
    assert_eq!(bytes.len() as u64, attr.size, "{path}");
    bytes
}

/// The same of a file of any length.
fn cat_all(tree: &Tree, path: &str) -> Vec<u8> {
    let attr = find(tree, path);
    let mut bytes = Vec::new();
    while (bytes.len() as u64) < attr.size {
        let more = read(tree, attr.ino, bytes.len() as u64, 1 << 20).expect("a file");
        assert!(!more.is_empty(), "{path} ends at {}", bytes.len());
        bytes.extend(more);
    }
    bytes
}

#[test]
fn what_is_in_clear_is_shown_before_any_record_is_opened() {
    for (name, key) in [("stack-stopped", None), ("snapshots", None), ("autolock-init", Some(true))] {
        let key = key.map(|_| fixture::own(name).unlock_key().expect("its key"));
        let (state, tree) = tree(packed(name, key.as_deref()), CACHE);
        // Mounting asks for these.
        tree.attr(Ino::ROOT).expect("the root");
        tree.totals();
        for attributes in [false, true] {
            assert_eq!(list(&tree, "", attributes).len(), 15, "{name}");
        }
        for (row, kind) in list(&tree, "", false) {
            if kind == NodeKind::Folder {
                tree.lookup(Ino::ROOT, &row).expect("a folder");
            }
        }
        cat(&tree, "README.md");
        assert!(list(&tree, "entries", false).len() >= state.log().entries.len(), "{name}");
        cat(&tree, "raft/hardstate.json");
        list(&tree, "raft/uncommitted", false);
        for (snapshot, _) in list(&tree, "raft/snapshots", true) {
            cat(&tree, &format!("raft/snapshots/{}/meta.json", String::from_utf8_lossy(&snapshot)));
        }
        assert_eq!(state.opened(), 0, "{name}");
    }
}

#[test]
fn whether_a_folder_is_complete_needs_every_record_once() {
    for (name, records) in [("stack-stopped", 299), ("snapshots", 242 + 4)] {
        let (state, tree) = tree(packed(name, None), CACHE);
        let sealed = state.log().entries.len() + state.snapshot_files().len();
        list(&tree, "objects", true);
        assert_eq!(state.opened(), sealed as u64, "{name}");
        assert_eq!(state.opened(), records, "{name}");
        for folder in ["objects", "objects/services", "objects/services/by-name", "secrets", "configs"] {
            list(&tree, folder, false);
        }
        assert_eq!(state.opened(), records, "{name}: names are kept in the index");
    }
}

/// The pass that makes the index measures a file over all entries, where that is what somebody asks for.
#[test]
fn a_long_file_is_measured_while_the_index_is_made() {
    for name in ["stack-stopped", "snapshots", "torn-bitflip", "allfields-a", "old-112"] {
        for path in ["log.txt", "tables/entries.jsonl"] {
            let (before, counted) = tree(packed(name, None), CACHE);
            before.index();
            let passes = before.opened();
            let size = find(&counted, path).size;
            let entries = before.opened() - passes;
            assert!(entries > 0, "{name}: one by one");

            let (state, seen) = tree(packed(name, None), CACHE);
            assert_eq!(find(&seen, path).size, size, "{name}/{path}");
            assert_eq!(state.opened(), passes, "{name}/{path}: each is opened once");
            let (whole, same) = (cat_all(&seen, path), cat_all(&counted, path));
            assert!(whole == same && whole.len() as u64 == size, "{name}/{path}");
        }
    }
}

#[test]
fn a_payload_is_opened_by_itself() {
    let (state, tree) = tree(packed("stack-stopped", None), CACHE);
    let first = cat(&tree, "raft/payload/0000000012.pb");
    assert_eq!(state.opened(), 1);
    assert_eq!(cat(&tree, "raft/payload/0000000012.pb"), first);
    assert_eq!(tree.target(find(&tree, "raft/payload/12.pb").ino).expect("a link"), b"0000000012.pb");
    assert_eq!(state.opened(), 1);
    cat(&tree, "raft/payload/0000000013.pb");
    assert_eq!(state.opened(), 2);
}

#[test]
fn an_entry_is_opened_for_each_read_of_it() {
    let path = "entries/0000000012.json";
    let (state, tree) = tree(packed("stack-stopped", None), CACHE);
    let text = cat(&tree, path);
    // Its time needs the index, which is one pass over the log; its size and its bytes open it again.
    assert_eq!(state.opened(), 299 + 2);
    assert_eq!(cat(&tree, path), text);
    assert_eq!(state.opened(), 299 + 3, "the size is known; the kernel keeps the bytes");
    cat(&tree, "entries/0000000013.json");
    assert_eq!(state.opened(), 299 + 5, "no second pass");
}

#[test]
fn a_payload_is_opened_once_more_and_then_kept() {
    let path = "secrets/shop_db_password";
    let (state, kept) = tree(packed("stack-stopped", None), CACHE);
    let text = cat(&kept, path);
    assert_eq!(state.opened(), 299 + 2);
    for _ in 0..3 {
        assert_eq!(cat(&kept, path), text);
    }
    assert_eq!(state.opened(), 299 + 2, "it is in the cache");

    let (state, forgetful) = tree(packed("stack-stopped", None), 0);
    assert_eq!(cat(&forgetful, path), text);
    assert_eq!(state.opened(), 299 + 2);
    assert_eq!(cat(&forgetful, path), text);
    assert_eq!(state.opened(), 299 + 3, "the size is known, the bytes are not kept");
}

#[test]
fn a_piece_of_a_long_file_opens_what_it_touches() {
    let (state, tree) = tree(packed("stack-stopped", None), CACHE);
    let log = find(&tree, "log.txt");
    // The pass of the index finds the sizes, too.
    assert_eq!(state.opened(), 299);
    let end = read(&tree, log.ino, log.size - 1, 100).expect("a piece");
    assert_eq!(end, b"\n");
    assert_eq!(state.opened(), 299 + 1);
}

#[test]
fn a_locked_directory_opens_nothing() {
    let (state, tree) = tree(packed("autolock-init", None), CACHE);
    for file in ["status.json", "check.txt", "log.txt", "entries/0000000003.json", "objects/_INCOMPLETE.txt"] {
        assert!(!cat(&tree, file).is_empty(), "{file}");
    }
    assert_eq!(state.opened(), 0);
}

/// A log of some thousand entries.
fn long_log(folder: &Path) -> u64 {
    const ENTRIES: u64 = 5000;
    let mut writer = StateWriter::create(folder, Options::default()).expect("a state directory");
    let mut workload = Workload::new(7, None, u64::MAX);
    workload.run(&mut writer, ENTRIES).expect("a log");
    writer.finish().expect("a log");
    ENTRIES
}

/// What the tree holds is let go of as soon as nobody finds anything for it any more.
fn ends(state: &Arc<State>) {
    let begin = Instant::now();
    while Arc::strong_count(state) > 1 {
        assert!(begin.elapsed() < LIMIT, "somebody still works for a tree that is gone");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_listing_that_stops_early_has_opened_few() {
    let folder = tempfile::tempdir().expect("a folder");
    long_log(folder.path());
    for (rows, most) in [(1, 1024 + 128), (186, 2 * 128 + 1024), (2600, 2 * 2600 + 2 * 128)] {
        let (state, tree) = tree(open(folder.path(), None).expect("it opens"), CACHE);
        let entries = find(&tree, "entries").ino;
        let pass = state.log().entries.len() as u64;
        let mut left = rows;
        let listed = tree.list(entries, 0, true, &mut |row| {
            assert!(row.found.is_some());
            left -= 1;
            left > 0
        });
        listed.expect("a listing");
        // Whoever works on has that long to open another.
        let mut before = 0;
        while before != state.opened() {
            before = state.opened();
            thread::sleep(Duration::from_millis(100));
        }
        drop(tree);
        ends(&state);
        let opened = state.opened() - pass;
        assert!((rows..=most).contains(&opened), "{opened} for {rows} rows");
    }
}

/// Secrets, one of them with very many versions.
fn many_secrets(folder: &Path) {
    let mut writer = StateWriter::create(folder, Options::default()).expect("a state directory");
    let mut write = |action, number: u64, version: u64| {
        let meta = Meta { id: format!("secret{number:05}"), version, created: (1, 0), updated: (version as i64, 0) };
        let secret = objects::payload(&meta, &format!("name{number}"), &[], b"data");
        let request = objects::request(version, [(action, Kind::Secret, &secret[..])]);
        writer.normal(&request).expect("an entry");
    };
    (1..=2000).for_each(|number| write(Action::Create, number, number));
    (2001..=2600).for_each(|version| write(Action::Update, 7, version));
    writer.finish().expect("a log");
}

#[test]
fn objects_and_versions_are_found_ahead_of_a_listing() {
    let folder = tempfile::tempdir().expect("a folder");
    many_secrets(folder.path());
    let ahead = if thread::available_parallelism().is_ok_and(|cores| cores.get() > 1) { 200 } else { 100 };
    for (path, most) in [
        ("objects/secrets", 1024 + 2 * 128),
        ("at/0000001900/objects/secrets", 1024 + 2 * 128),
        ("history/secrets/secret00007", 601 + 1),
    ] {
        let (state, tree) = tree(open(folder.path(), None).expect("it opens"), CACHE);
        let listed = find(&tree, path).ino;
        let pass = state.opened();
        let read = tree.list(listed, 0, true, &mut |row| {
            // Until the first that has a size of its own.
            !row.name.ends_with(b".json")
        });
        read.expect("a listing");
        let mut before = 0;
        while before != state.opened() {
            before = state.opened();
            thread::sleep(Duration::from_millis(100));
        }
        let opened = state.opened() - pass;
        // The pass that makes the index may belong to the listing.
        let opened = if pass == 0 { opened - state.log().entries.len() as u64 } else { opened };
        assert!((ahead..=most).contains(&opened), "{path}: {opened}");
        drop(tree);
        ends(&state);
    }
}

#[test]
fn listings_at_a_time_open_each_entry_once_and_tell_exact_sizes() {
    let folder = tempfile::tempdir().expect("a folder");
    long_log(folder.path());
    let (state, tree) = tree(open(folder.path(), None).expect("it opens"), CACHE);
    let entries = find(&tree, "entries").ino;
    let list = |first: u64| {
        let mut sizes = BTreeMap::new();
        let mut behind = first;
        // As the kernel does: some rows at a time.
        loop {
            let (mut left, before) = (100, behind);
            let listed = tree.list(entries, behind, true, &mut |row| {
                let attr = row.found.expect("its attributes").attr;
                sizes.insert(attr.ino, attr.size);
                (left, behind) = (left - 1, row.cookie);
                left > 0
            });
            listed.expect("a listing");
            if behind == before {
                return sizes;
            }
        }
    };
    let all: Vec<_> = thread::scope(|scope| {
        let listings = [0, 0, 300, 2500, 4900].map(|first| scope.spawn(move || list(first)));
        listings.into_iter().map(|listing| listing.join().expect("a listing")).collect()
    });
    let log = state.log().entries.len();
    assert_eq!(all[0].len(), log);
    assert!(all.iter().all(|sizes| sizes.iter().all(|(ino, size)| all[0].get(ino) == Some(size))));
    assert_eq!(state.opened(), 2 * log as u64, "one pass for the index, one for the sizes");
    for (ino, size) in &all[0] {
        assert_eq!(read(&tree, *ino, 0, 1 << 20).expect("a file").len() as u64, *size);
    }
    drop(tree);
    ends(&state);
}

#[test]
fn files_that_are_read_together_are_those_that_are_read_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    long_log(folder.path());
    let (state, tree) = tree(open(folder.path(), None).expect("it opens"), CACHE);
    let entry = |index: u64| find(&tree, &format!("entries/{index:010}.json")).ino;
    let object = find(&tree, "README.md").ino;
    let runs = [
        (1..=40).map(entry).collect::<Vec<_>>(),
        // One that somebody else has read.
        [200, 201, 203, 204].map(entry).to_vec(),
        [900, 20, 500].map(entry).to_vec(),
        vec![entry(7), object, Ino(u64::MAX), entry(8)],
        Vec::new(),
    ];
    for files in runs {
        let alone: Vec<_> = files.iter().map(|ino| read(&tree, *ino, 0, 1 << 20).ok()).collect();
        let longest = alone.iter().flatten().map(Vec::len).max().unwrap_or_default();
        for most in [1 << 20, longest, 0] {
            let mut together = vec![None; files.len()];
            let before = state.opened();
            tree.read_each(&files, most, &mut |at, bytes| {
                assert!(together[at].replace(bytes.to_vec()).is_none());
                true
            });
            assert!(state.opened() - before <= files.len() as u64);
            let expected = alone.iter().map(|bytes| bytes.clone().filter(|bytes| bytes.len() < most));
            assert!(together.into_iter().eq(expected), "{files:?}, {most}");
        }
        let mut handed_on = 0;
        tree.read_each(&files, 1 << 20, &mut |_, _| {
            handed_on += 1;
            handed_on < 2
        });
        assert_eq!(handed_on, files.len().min(2));
    }
}
