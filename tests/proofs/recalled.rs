//! What was recalled from an index cache is what a first pass finds; what cannot be believed is as if it were not
//! there; and the evidence stays as it is.

mod wrong_sizes;

use std::fs::{self, File, FileTimes, OpenOptions};
use std::os::unix::fs::{FileExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use swarmfs::chunked::Chunked;
use swarmfs::disk::Source;
use swarmfs::store::{IndexCache, Keep, Numbers, State, StoreError, Tail};
use swarmfs::tree::{Attr, Change, Forest, Tree};

use crate::kit::evidence::Evidence;
use crate::kit::fixture;
use crate::kit::keyfile::Lock;
use crate::kit::workload::Workload;
use crate::kit::writer::{Layout, Options, StateWriter};
use crate::stage::{open, tree};
use crate::walk::{Walked, find, read, walk};

const CACHE: usize = 1 << 20;

/// Opens a directory with the cache in a folder.
fn with_cache(state: &Path, key: Option<&str>, folder: &Path) -> State {
    let state = open(state, key).expect("it opens");
    let cache = IndexCache::open(folder, state.source()).expect("a folder for the cache");
    state.with_cache(Arc::new(cache))
}

/// Makes the cache of a directory; false where there is nothing to keep.
fn keep(state: &Path, key: Option<&str>, folder: &Path) -> bool {
    let state = with_cache(state, key, folder);
    state.content();
    let kept = state.keep(Keep::AtLast);
    assert!(!state.keep(Keep::AtLast), "it is there already");
    kept
}

/// All that log and index say.
fn inside(state: &State) -> String {
    let ends: Vec<_> = state.log().segments.iter().map(|one| (one.records, one.end, one.running)).collect();
    let lost = state.content().lost_snapshots.iter().map(|lost| (&lost.name, &lost.why, lost.damaged));
    let snapshots = state.content().snapshots.iter().map(|one| (one.index(), one.plain().len()));
    let rest = (lost.collect::<Vec<_>>(), snapshots.collect::<Vec<_>>());
    format!("{:#?}\n{ends:?}\n{:#?}\n{rest:?}", state.log(), state.index())
}

#[track_caller]
fn same_text(a: &str, b: &str) {
    if let Some((a, b)) = a.lines().zip(b.lines()).find(|(a, b)| a != b) {
        panic!("`{a}` is not `{b}`");
    }
    assert_eq!(a.len(), b.len());
}

#[track_caller]
fn same_tree(recalled: &Walked, plain: &Walked) {
    for (path, thing) in &plain.0 {
        assert!(recalled.0.get(path) == Some(thing), "{path} is another one");
    }
    assert_eq!(recalled.0.len(), plain.0.len());
}

/// Keeps the index of a directory and recalls it; true if there was one. All is as in the tree that was walked.
pub(crate) fn recall(state: &Path, key: Option<&str>, plain: Option<&Walked>) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    let kept = keep(state, key, folder.path());
    let recalled = with_cache(state, key, folder.path());
    same_text(&inside(&recalled), &inside(&open(state, key).expect("it opens")));
    assert_eq!(recalled.is_recalled(), kept);
    if let Some(plain) = plain {
        let (recalled, tree) = tree(recalled, CACHE);
        same_tree(&walk(&tree), plain);
        assert!(!recalled.in_doubt());
    }
    kept
}

/// Fixtures that are small enough to be walked twice.
const WALKED: [&str; 2] = ["fresh", "autolock-init"];

#[test]
fn every_fixture_is_the_same() {
    let mut kept = Vec::new();
    for name in fixture::names() {
        let fixture = fixture::own(&name);
        let key = fixture.unlock_key();
        let walked = WALKED.contains(&&*name);
        let evidence = || walked.then(|| Evidence::of(&fixture.state()).expect("the evidence"));
        let before = evidence();
        let plain = || walk(&tree(open(&fixture.state(), key.as_deref()).expect("it opens"), CACHE).1);
        let plain = walked.then(plain);
        if recall(&fixture.state(), key.as_deref(), plain.as_ref()) {
            kept.push(name);
        }
        if let Some((before, after)) = before.zip(evidence()) {
            assert_eq!(before.differences(&after), Vec::<String>::new());
        }
    }
    for name in ["stack-stopped", "snapshots", "secret", "autolock-init", "fips-node", "three-m1"] {
        assert!(kept.iter().any(|kept| kept == name), "{name} is not among {kept:?}");
    }
    // In clear, damaged, without a log.
    for name in ["old-112", "torn-bitflip", "torn-snap-bitflip", "three-worker"] {
        assert!(!kept.iter().any(|kept| kept == name), "{name}");
    }
}

/// A directory with so many entries of a busy cluster, and a snapshot at half of them.
fn made(folder: &Path, seed: u64, entries: u64) -> PathBuf {
    let state = folder.join("swarm");
    let options = Options { seed, preallocate: 1 << 16, ..Options::default() };
    let mut writer = StateWriter::create(&state, options).expect("a directory");
    let mut workload = Workload::new(seed, None, 0);
    for entry in 1..=entries {
        workload.step(&mut writer).expect("an entry");
        if entry * 2 == entries {
            workload.snapshot(&mut writer).expect("a snapshot");
        }
    }
    writer.finish().expect("the key file");
    state
}

/// The only file of a folder.
fn only(folder: &Path) -> PathBuf {
    let rows: Vec<_> = fs::read_dir(folder).expect("a folder").map(|row| row.expect("a row").path()).collect();
    let [row] = &rows[..] else { panic!("{rows:?}") };
    row.clone()
}

#[track_caller]
fn not_recalled(state: &Path, folder: &Path) {
    let with = with_cache(state, None, folder);
    let plain = open(state, None).expect("it opens");
    same_text(&inside(&with), &inside(&plain));
    assert!(!with.is_recalled());
}

/// True if a cache is believed to its end. What is recalled is right; where it cannot be read, it says so by then.
fn is_believed(state: &Path, cache: &Path, expected: &str) -> bool {
    let state = with_cache(state, None, cache);
    let recalled = inside(&state);
    if state.in_doubt() {
        assert!(inside(&state.afresh()) == expected);
        return false;
    }
    assert!(recalled == expected);
    state.is_recalled()
}

#[test]
fn a_cache_that_was_cut_or_altered_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache) = (made(folder.path(), 5, 6), folder.path().join("cache"));
    assert!(keep(&state, None, &cache));
    let file = only(&cache);
    let whole = fs::read(&file).expect("the cache");
    let expected = inside(&open(&state, None).expect("it opens"));
    let plain = tree(open(&state, None).expect("it opens"), CACHE).1;
    let paths =
        ["log.txt", "tables/secrets.jsonl", "secrets/passwd", "entries/0000000005.json", "tables/history.jsonl"];
    let try_it = |bytes: &[u8]| {
        fs::write(&file, bytes).expect("written");
        is_believed(&state, &cache, &expected)
    };
    assert!(try_it(&whole));
    for at in 0..whole.len() {
        assert!(!try_it(&whole[..at]), "cut at {at}");
        for bit in [0x01, 0x80] {
            let mut altered = whole.clone();
            altered[at] ^= bit;
            assert!(!try_it(&altered), "altered at {at}");
            // Whatever is asked for first, nothing else is ever shown.
            fs::write(&file, &altered).expect("written");
            let path = paths[at % paths.len()];
            let with = tree(with_cache(&state, None, &cache), CACHE).1;
            assert!(cat(&with, path) == cat(&plain, path), "{path}, altered at {at}");
        }
    }
    assert!(!try_it(&[&whole[..], b"more"].concat()));
    assert!(try_it(&whole));
}

#[test]
fn a_cache_that_is_lost_while_it_is_read_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache) = (made(folder.path(), 5, 40), folder.path().join("cache"));
    let plain = tree(open(&state, None).expect("it opens"), CACHE).1;
    let (walked, history) = (walk(&plain), cat(&plain, "tables/history.jsonl"));
    for begun in ["", "status.json", "secrets", "entries/0000000007.json", "log.txt"] {
        assert!(keep(&state, None, &cache));
        let (recalled, tree) = tree(with_cache(&state, None, &cache), CACHE);
        find(&tree, begun);
        recalled.log();
        assert!(recalled.is_recalled() && !recalled.in_doubt(), "{begun}");
        File::options().write(true).open(only(&cache)).expect("the cache").set_len(100).expect("cut");
        assert_eq!(cat(&tree, "tables/history.jsonl"), history, "{begun}");
        assert!(recalled.in_doubt() && !tree.state().is_recalled(), "{begun}");
        same_tree(&walk(&tree), &walked);
        assert!(!tree.untold().is_empty(), "{begun}");
    }
}

#[test]
fn a_cache_of_something_else_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let state = made(&one, 5, 40);
    let cache = folder.path().join("cache");
    assert!(keep(&state, None, &cache));

    // A copy is another directory: its own cache is made, and that of the first in its place is none.
    fixture::copy(&one, &two).expect("a copy");
    let copies = folder.path().join("copies");
    assert!(keep(&two.join("swarm"), None, &copies));
    fs::copy(only(&cache), only(&copies)).expect("a copy");
    not_recalled(&two.join("swarm"), &copies);

    // Another key file.
    let key = state.join("certificates/swarm-node.key");
    let own = fs::read(&key).expect("the key file");
    let other = made(&folder.path().join("other"), 6, 6);
    fs::copy(other.join("certificates/swarm-node.key"), &key).expect("a copy");
    not_recalled(&state, &cache);
    fs::write(&key, own).expect("the key file");
    assert!(with_cache(&state, None, &cache).content().index.versions() > 0);

    // A file in the place of a segment, of the same size and time, and the same bytes.
    let segment = only(&state.join("raft/wal-v3-encrypted"));
    let modified = fs::metadata(&segment).expect("a segment").modified().expect("a time");
    fixture::copy(&segment, &one.join("copy")).expect("a copy");
    fs::rename(one.join("copy"), &segment).expect("replaced");
    assert_eq!(fs::metadata(&segment).expect("a segment").modified().expect("a time"), modified);
    not_recalled(&state, &cache);

    // The snapshot is gone.
    assert!(keep(&state, None, &cache));
    let snapshot = only(&state.join("raft/snap-v3-encrypted"));
    fs::rename(&snapshot, one.join("set-aside")).expect("set aside");
    not_recalled(&state, &cache);
    fs::rename(one.join("set-aside"), &snapshot).expect("put back");
    assert!(with_cache(&state, None, &cache).log().entries.len() == 40);
}

#[test]
fn an_older_cache_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (short, long) = (made(&folder.path().join("short"), 5, 30), made(&folder.path().join("long"), 5, 60));
    let cache = folder.path().join("cache");
    // The same log, as it was earlier: half of its last segment is not written yet.
    let (from, to) = (only(&long.join("raft/wal-v3-encrypted")), only(&short.join("raft/wal-v3-encrypted")));
    assert!(keep(&short, None, &cache));
    fs::copy(long.join("certificates/swarm-node.key"), short.join("certificates/swarm-node.key")).expect("a copy");
    let grown = fs::read(from).expect("a segment");
    fs::write(&to, grown).expect("the log goes on");
    not_recalled(&short, &cache);
    assert!(keep(&short, None, &cache));
    assert!(recalled_entries(&short, &cache) == 60);
}

fn recalled_entries(state: &Path, cache: &Path) -> usize {
    let state = with_cache(state, None, cache);
    let entries = state.log().entries.len();
    if state.is_recalled() { entries } else { 0 }
}

/// Alters a byte in a file whose time stays as it was.
fn alter(file: &Path, offset: u64) {
    let modified = fs::metadata(file).expect("a file").modified().expect("a time");
    let open = OpenOptions::new().read(true).write(true).open(file).expect("a file");
    let mut byte = [0];
    open.read_exact_at(&mut byte, offset).expect("a byte");
    open.write_all_at(&[byte[0] ^ 0x10], offset).expect("a byte");
    drop(open);
    File::options()
        .write(true)
        .open(file)
        .expect("a file")
        .set_times(FileTimes::new().set_modified(modified))
        .expect("a time");
}

/// Something that somebody reads, and whether an altered entry is noticed by it.
type Way<'a> = (bool, &'a dyn Fn(&Tree, u64));

#[test]
fn what_does_not_open_any_more_is_read_afresh() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache) = (made(folder.path(), 5, 40), folder.path().join("cache"));
    let segment = only(&state.join("raft/wal-v3-encrypted"));
    let snapshot = only(&state.join("raft/snap-v3-encrypted"));
    let before = open(&state, None).expect("it opens");
    let places: Vec<(u64, u64)> =
        before.log().entries.iter().map(|entry| (entry.index.0, entry.offset + u64::from(entry.len) / 2)).collect();
    let in_snapshot = fs::metadata(&snapshot).expect("a snapshot").len() / 2;
    let last = places.len() - 1;
    let ways: [Way<'_>; 4] = [
        (false, &|_, _| {}),
        (true, &|tree, index| drop(cat(tree, &format!("entries/{index:010}.json")))),
        (true, &|tree, _| drop(cat(tree, "log.txt"))),
        (true, &|tree, _| drop(tree.list(find(tree, "entries").ino, 0, true, &mut |_| true))),
    ];
    let altered =
        [(&segment, places[3]), (&segment, places[20]), (&segment, places[last - 1]), (&snapshot, (0, in_snapshot))];
    for (file, (index, offset)) in altered {
        for (number, (notices, way)) in ways.iter().enumerate() {
            assert!(keep(&state, None, &cache));
            alter(file, offset);
            let plain = walk(&tree(open(&state, None).expect("it opens"), CACHE).1);
            let (with, tree) = tree(with_cache(&state, None, &cache), CACHE);
            assert_eq!(with.log().entries.len(), 40);
            assert!(with.is_recalled(), "it looks the same");
            way(&tree, index.max(1));
            assert_eq!(with.in_doubt(), *notices && index > 0, "{index} by way {number}");
            // The findings notice everything.
            cat(&tree, "check.txt");
            assert!(with.in_doubt() && !tree.state().is_recalled(), "{index} by way {number}");
            assert!(!tree.untold().is_empty(), "{index} by way {number}");
            same_tree(&walk(&tree), &plain);
            assert_eq!(fs::read_dir(&cache).expect("a folder").count(), 0, "the cache is thrown away");
            // A damaged directory has none.
            assert!(!tree.state().keep(Keep::AtLast));
            alter(file, offset);
        }
    }
}

/// A whole file.
fn cat(tree: &Tree, path: &str) -> Vec<u8> {
    read(tree, find(tree, path).ino, 0, 1 << 24).expect("a file")
}

#[test]
fn one_secret_takes_one_record() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, kind) in [("stack-stopped", "secrets"), ("stack-stopped", "configs")] {
        let fixture = fixture::shared(name);
        let cache = folder.path().join(kind);
        assert!(keep(&fixture.state(), None, &cache), "{name}");
        let (plain, first) = tree(open(&fixture.state(), None).expect("it opens"), CACHE);
        let rows = |tree: &Tree| {
            let mut rows = Vec::new();
            let listed = tree.list(find(tree, kind).ino, 0, false, &mut |row| {
                rows.push(String::from_utf8_lossy(row.name).into_owned());
                true
            });
            listed.expect("a listing");
            rows
        };
        let names = rows(&first);
        let path = format!("{kind}/{}", names.first().unwrap_or_else(|| panic!("{name}: there are no {kind}")));
        let expected = cat(&first, &path);
        assert!(plain.opened() > 10, "{name}");
        let (state, second) = tree(with_cache(&fixture.state(), None, &cache), CACHE);
        assert_eq!(rows(&second), names);
        assert_eq!(state.opened(), 0, "{name}: names alone");
        // Once for its size, and once for its bytes.
        let attr = find(&second, &path);
        assert_eq!((attr.size, state.opened()), (expected.len() as u64, 1), "{name}");
        assert_eq!(read(&second, attr.ino, 0, 1 << 20).expect("a secret"), expected);
        assert!(state.opened() <= 2, "{name}");
        assert!(state.is_recalled() && !state.in_doubt());
    }
}

#[test]
fn findings_never_come_from_a_cache() {
    let folder = tempfile::tempdir().expect("a folder");
    let fixture = fixture::shared("stack-stopped");
    assert!(keep(&fixture.state(), None, folder.path()));
    let (_, plain) = tree(open(&fixture.state(), None).expect("it opens"), CACHE);
    let (state, tree) = tree(with_cache(&fixture.state(), None, folder.path()), CACHE);
    assert_eq!(cat(&tree, "check.txt"), cat(&plain, "check.txt"));
    assert!(state.is_recalled() && state.is_confirmed());
}

#[test]
fn a_folder_in_the_evidence_is_refused() {
    let fixture = fixture::own("fresh");
    let before = Evidence::of(&fixture.state()).expect("the evidence");
    let state = open(&fixture.state(), None).expect("it opens");
    let outside = tempfile::tempdir().expect("a folder");
    symlink(fixture.state().join("raft"), outside.path().join("link")).expect("a link");
    for folder in [
        fixture.state(),
        fixture.state().join("raft"),
        fixture.state().join("certificates/new"),
        fixture.state().join("raft/wal-v3-encrypted"),
        outside.path().join("link"),
        outside.path().join("link/new"),
    ] {
        let refused = IndexCache::open(&folder, state.source());
        assert!(matches!(refused, Err(StoreError::CacheInState { .. })), "{folder:?}");
    }
    assert!(matches!(
        IndexCache::open(&outside.path().join("a/b"), state.source()),
        Err(StoreError::CacheFolder { .. })
    ));
    let after = Evidence::of(&fixture.state()).expect("the evidence");
    assert_eq!(before.differences(&after), Vec::<String>::new());
}

#[test]
fn a_cache_is_one_file_for_its_owner_alone_and_tells_nothing() {
    let fixture = fixture::shared("stack-stopped");
    let folder = tempfile::tempdir().expect("a folder");
    let cache = folder.path().join("cache");
    assert!(keep(&fixture.state(), None, &cache));
    assert_eq!(fs::metadata(&cache).expect("a folder").permissions().mode() & 0o777, 0o700);
    let file = only(&cache);
    assert_eq!(fs::metadata(&file).expect("a file").permissions().mode() & 0o777, 0o600);
    let bytes = fs::read(&file).expect("the cache");
    let state = open(&fixture.state(), None).expect("it opens");
    for kind in swarmfs::store::Kind::ALL {
        for object in state.index().objects(kind) {
            let id = state.index().id(*object);
            assert!(id.len() < 8 || !bytes.windows(id.len()).any(|window| window == id), "{kind:?}");
        }
    }
    // A half-written one that somebody left is replaced when it is old, and left alone when it is new.
    let half = cache.join(format!("{}.new", file.file_name().expect("a name").to_str().expect("text")));
    fs::write(&half, b"half").expect("a file");
    fs::remove_file(&file).expect("removed");
    assert!(!keep(&fixture.state(), None, &cache));
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    File::options()
        .write(true)
        .open(&half)
        .expect("a file")
        .set_times(FileTimes::new().set_modified(old))
        .expect("a time");
    assert!(keep(&fixture.state(), None, &cache));
    assert_eq!(only(&cache), file);
}

#[test]
fn locked_without_a_key_and_in_clear_there_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let locked = fixture::shared("autolock-init");
    assert!(!keep(&locked.state(), None, &folder.path().join("locked")));
    let state = folder.path().join("clear");
    let options = Options { layout: Layout::Clear, lock: Lock::Open, preallocate: 1 << 16, ..Options::default() };
    let mut writer = StateWriter::create(&state, options).expect("a directory");
    Workload::new(1, None, 0).run(&mut writer, 20).expect("entries");
    writer.finish().expect("the key file");
    assert!(!keep(&state, None, &folder.path().join("cache")));
    assert_eq!(fs::read_dir(folder.path().join("cache")).expect("a folder").count(), 0);
}

/// What a tree shows, with all sizes.
fn seen(state: State) -> (Arc<State>, Tree, Walked) {
    let (state, tree) = tree(state, CACHE);
    let walked = walk(&tree);
    (state, tree, walked)
}

/// The file of the sizes.
fn sizes_of(cache: &Path) -> PathBuf {
    let rows = fs::read_dir(cache).expect("a folder").map(|row| row.expect("a row").path());
    rows.into_iter().find(|row| row.extension().is_some_and(|end| end == "sizes")).expect("the sizes")
}

/// Lists a folder with the attributes of its rows.
fn listed(tree: &Tree, folder: &str) -> Vec<(Vec<u8>, Option<Attr>)> {
    let mut rows = Vec::new();
    let listed = tree.list(find(tree, folder).ino, 0, true, &mut |row| {
        rows.push((row.name.to_vec(), row.found.map(|found| found.attr)));
        true
    });
    listed.expect("a listing");
    rows
}

/// Long files that are made of many pieces.
const LONG: [&str; 7] = [
    "log.txt",
    "tables/entries.jsonl",
    "tables/history.jsonl",
    "tables/tasks.jsonl",
    "tables/secrets.jsonl",
    "rafttool/dump-wal.txt",
    "rafttool/dump-object/task.txt",
];

/// A directory whose index and sizes are kept, its first tree, and what that showed.
fn with_sizes(folder: &Path, entries: u64) -> (PathBuf, PathBuf, Walked) {
    let (state, cache) = (made(folder, 5, entries), folder.join("cache"));
    let (_, first, walked) = seen(with_cache(&state, None, &cache));
    first.keep(Keep::AtLast);
    (state, cache, walked)
}

#[test]
fn sizes_are_remembered() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache, walked) = with_sizes(folder.path(), 60);
    let plain = tree(open(&state, None).expect("it opens"), CACHE).1;
    let (recalled, second) = tree(with_cache(&state, None, &cache), CACHE);
    assert!(listed(&second, "entries") == listed(&plain, "entries"));
    for path in LONG {
        assert_eq!(find(&second, path), find(&plain, path), "{path}");
    }
    let tasks = listed(&second, "objects/tasks");
    assert!(tasks.len() > 3 && tasks == listed(&plain, "objects/tasks"), "{tasks:?}");
    assert!(recalled.is_recalled());
    assert_eq!(recalled.opened(), 0, "nothing is opened for sizes");
    // Each piece is made once, to be read.
    assert!(cat(&second, "rafttool/dump-wal.txt") == cat(&plain, "rafttool/dump-wal.txt"));
    assert!(recalled.opened() <= 60, "{}", recalled.opened());
    same_tree(&walk(&second), &walked);
    assert!(!recalled.in_doubt());
    // There is nothing new to keep.
    let before = fs::metadata(sizes_of(&cache)).expect("the sizes").modified().expect("a time");
    second.keep(Keep::AtLast);
    assert_eq!(fs::metadata(sizes_of(&cache)).expect("the sizes").modified().expect("a time"), before);
}

#[test]
fn sizes_that_come_later_are_kept_beside_an_index_that_was_recalled() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache) = (made(folder.path(), 5, 60), folder.path().join("cache"));
    assert!(keep(&state, None, &cache));
    let index = only(&cache);
    let written = fs::metadata(&index).expect("the index").modified().expect("a time");
    let open = || tree(with_cache(&state, None, &cache), CACHE);
    let (_, first) = open();
    find(&first, "log.txt");
    first.keep(Keep::AtLast);
    assert_eq!(fs::metadata(sizes_of(&cache)).expect("the sizes").permissions().mode() & 0o777, 0o600);
    // What was remembered and not asked for is remembered on.
    let (_, second) = open();
    find(&second, "tables/entries.jsonl");
    second.keep(Keep::AtLast);
    let (recalled, third) = open();
    assert_eq!(find(&third, "log.txt").size, cat(&first, "log.txt").len() as u64);
    assert_eq!(find(&third, "tables/entries.jsonl").size, cat(&first, "tables/entries.jsonl").len() as u64);
    assert_eq!((recalled.is_recalled(), recalled.opened()), (true, 0));
    assert_eq!(fs::metadata(&index).expect("the index").modified().expect("a time"), written);
}

#[test]
fn sizes_of_a_log_that_went_on_hold_for_its_beginning() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache) = (folder.path().join("swarm"), folder.path().join("cache"));
    let options = Options { seed: 5, preallocate: 1 << 16, ..Options::default() };
    let mut writer = StateWriter::create(&state, options).expect("a directory");
    let mut workload = Workload::new(5, None, 0);
    workload.run(&mut writer, 40).expect("entries");
    writer.save().expect("the key file");
    seen(with_cache(&state, None, &cache)).1.keep(Keep::AtLast);
    workload.run(&mut writer, 20).expect("entries");
    writer.save().expect("the key file");
    let (recalled, _, walked) = seen(with_cache(&state, None, &cache));
    assert_eq!((recalled.log().entries.len(), recalled.is_recalled(), recalled.in_doubt()), (60, true, false));
    same_tree(&walked, &walk(&tree(open(&state, None).expect("it opens"), CACHE).1));
    let (recalled, with) = tree(with_cache(&state, None, &cache), CACHE);
    find(&with, "log.txt");
    // Of the new ones each is opened once for the index, and once for its line.
    assert_eq!(recalled.opened(), 40);
}

#[test]
fn sizes_that_were_cut_or_altered_are_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache, _) = with_sizes(folder.path(), 6);
    let index = fs::read_dir(&cache).expect("a folder").map(|row| row.expect("a row").path());
    let index = index.into_iter().find(|row| row.extension().is_some_and(|end| end == "index")).expect("the index");
    let kept = fs::read(&index).expect("the index");
    let (file, plain) = (sizes_of(&cache), tree(open(&state, None).expect("it opens"), CACHE).1);
    let whole = fs::read(&file).expect("the sizes");
    let seen = |tree: &Tree| (LONG.map(|path| find(tree, path).size), cat(tree, "log.txt"), listed(tree, "entries"));
    let expected = seen(&plain);
    let try_it = |bytes: &[u8], what: &str| {
        fs::write(&index, &kept).expect("written");
        fs::write(&file, bytes).expect("written");
        let (state, tree) = tree(with_cache(&state, None, &cache), CACHE);
        let (sizes, log, rows) = seen(&tree);
        assert!((&sizes, &log) == (&expected.0, &expected.1), "{what}");
        assert!(
            rows.iter().zip(&expected.2).all(|(a, b)| a.0 == b.0 && a.1.map(|one| one.size) == b.1.map(|one| one.size))
        );
        state.is_recalled() && !state.in_doubt() && state.opened() <= 6
    };
    assert!(try_it(&whole, "whole"));
    for at in (0..whole.len()).step_by(3) {
        assert!(!try_it(&whole[..at], &format!("cut at {at}")), "cut at {at}");
    }
    for at in 0..whole.len() {
        let mut altered = whole.clone();
        altered[at] ^= 0x10;
        // Not every list is asked for here.
        try_it(&altered, &format!("altered at {at}"));
    }
    // An index is no sizes, and those of another directory are none.
    assert!(!try_it(&kept, "an index"));
    let (_, other, _) = with_sizes(&folder.path().join("other"), 6);
    assert!(!try_it(&fs::read(sizes_of(&other)).expect("the sizes"), "foreign"));
    assert!(try_it(&whole, "whole"));
}

#[test]
fn a_size_that_is_wrong_is_found_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache, _) = with_sizes(folder.path(), 40);
    let plain = tree(open(&state, None).expect("it opens"), CACHE).1;
    let walked = walk(&plain);
    let object =
        listed(&plain, "objects/secrets").into_iter().rfind(|row| row.0.ends_with(b".json")).expect("a secret");
    let object = format!("objects/secrets/{}", String::from_utf8(object.0).expect("text"));
    let paths = LONG.into_iter().chain(["entries/0000000005.json", &object]);
    let mut noticed = 0;
    for name in 0..u8::MAX {
        // Numbers that authenticate, and tell of something else.
        let with = with_cache(&state, None, &cache);
        let kept = with.numbers().expect("they are kept");
        if kept.list(name).is_none_or(Chunked::is_empty) {
            continue;
        }
        let mut wrong = Numbers::of(&with);
        for (other, list) in (0..u8::MAX).filter_map(|other| Some((other, kept.list(other)?))) {
            wrong.add(other, list.iter().map(|number| number + u64::from(other == name)).collect());
        }
        with.numbers_found(1000);
        assert!(with.keep_numbers(Keep::AtLast, || wrong));
        let (recalled, tree) = tree(with_cache(&state, None, &cache), CACHE);
        for path in paths.clone() {
            let (told, right) = (find(&tree, path), find(&plain, path));
            assert!(cat(&tree, path) == cat(&plain, path), "{path}");
            if recalled.in_doubt() {
                noticed += 1;
                assert_eq!(told.size, right.size + 1, "{path}");
                assert!(tree.untold().contains(&Change::Content(told.ino)), "{path}");
                break;
            }
        }
        // Some lists are of what is not read here.
        if recalled.in_doubt() {
            assert!(!tree.state().is_recalled());
            same_tree(&walk(&tree), &walked);
            assert_eq!(fs::read_dir(&cache).expect("a folder").count(), 0, "the cache is thrown away");
        }
        fs::remove_dir_all(&cache).expect("a folder");
        seen(with_cache(&state, None, &cache)).1.keep(Keep::AtLast);
    }
    assert_eq!(noticed, LONG.len() + 2);
}

#[test]
fn a_log_that_goes_on_behind_a_cache_is_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache) = (folder.path().join("swarm"), folder.path().join("cache"));
    let options = Options { seed: 7, preallocate: 1 << 16, ..Options::default() };
    let mut writer = StateWriter::create(&state, options).expect("a directory");
    let mut workload = Workload::new(7, None, 0);
    // Some chunks of each list.
    workload.run(&mut writer, 2500).expect("entries");
    writer.save().expect("the key file");
    let shown = |tree: &Tree| (LONG.map(|path| (find(tree, path).size, cat(tree, path))), listed(tree, "entries"));
    let (_, first) = tree(with_cache(&state, None, &cache), CACHE);
    shown(&first);
    first.keep(Keep::AtLast);
    let kept: Vec<_> = fs::read_dir(&cache).expect("a folder").map(|row| row.expect("a row").path()).collect();
    assert_eq!(kept.len(), 2);
    for lost in [false, true] {
        let (recalled, tree) = tree(with_cache(&state, None, &cache), CACHE);
        // So far nothing but this was asked for.
        find(&tree, "log.txt");
        assert!(recalled.is_recalled());
        workload.run(&mut writer, 20).expect("entries");
        writer.save().expect("the key file");
        let next = recalled.reopen(Source::folder(&state).expect("a folder"), &[], Tail::Shown).expect("it opens");
        tree.replace(Arc::new(next));
        if lost {
            // The entries stand at the beginning, and still do; what is said of them does not.
            let half = |file: &File| file.metadata().expect("a file").len() / 2;
            let files = kept.iter().map(|file| File::options().write(true).open(file).expect("a file"));
            files.for_each(|file| file.set_len(half(&file)).expect("cut"));
            let names = |tree: &Tree| listed(tree, "removed/tasks").into_iter().map(|row| row.0).collect::<Vec<_>>();
            let plain = self::tree(open(&state, None).expect("it opens"), CACHE).1;
            assert!(names(&tree) == names(&plain), "what is removed");
        }
        let sizes = |rows: &[(Vec<u8>, Option<Attr>)]| {
            rows.iter().map(|row| (row.0.clone(), row.1.map(|attr| attr.size))).collect::<Vec<_>>()
        };
        let plain = self::tree(open(&state, None).expect("it opens"), CACHE).1;
        let ((files, rows), (expected, others)) = (shown(&tree), shown(&plain));
        assert!(files == expected && sizes(&rows) == sizes(&others), "lost: {lost}");
        assert_eq!((tree.state().is_recalled(), tree.state().in_doubt()), (!lost, false));
    }
}
