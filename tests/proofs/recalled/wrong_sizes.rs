//! Ways in which sizes came to be kept, or believed, that were not those of the files.

use std::collections::BTreeSet;

use super::*;

/// Files whose size is told otherwise than by a tree without a cache.
fn wrong(told: &Tree, right: &Tree) -> Vec<String> {
    let mut wrong = BTreeSet::new();
    for path in LONG {
        let (told, right) = (find(told, path).size, find(right, path).size);
        if told != right {
            wrong.insert(format!("{path}: {told} instead of {right}"));
        }
    }
    for folder in ["entries", "objects/tasks", "objects/services", "objects/nodes", "objects/secrets"] {
        let size = |row: &(Vec<u8>, Option<Attr>)| row.1.map(|attr| attr.size);
        let (told, right) = (listed(told, folder), listed(right, folder));
        assert_eq!(told.len(), right.len(), "{folder}");
        for (told, right) in told.iter().zip(&right).filter(|(told, right)| size(told) != size(right)) {
            let name = String::from_utf8_lossy(&told.0);
            wrong.insert(format!("{folder}/{name}: {:?} instead of {:?}", size(told), size(right)));
        }
    }
    wrong.into_iter().collect()
}

/// The tree of a mount with the cache, and of one without.
fn both(state: &Path, cache: &Path) -> [Tree; 2] {
    [tree(with_cache(state, None, cache), CACHE).1, tree(open(state, None).expect("it opens"), CACHE).1]
}

fn all_right(state: &Path, cache: &Path) {
    let [told, right] = both(state, cache);
    assert_eq!(wrong(&told, &right), [] as [String; 0]);
}

fn index_of(cache: &Path) -> PathBuf {
    let mut rows = fs::read_dir(cache).expect("a folder").map(|row| row.expect("a row").path());
    rows.find(|row| row.extension().is_some_and(|end| end == "index")).expect("an index")
}

/// Does something while the only segment ends early.
fn with_less(state: &Path, len: u64, act: impl FnOnce()) {
    let segment = only(&state.join("raft/wal-v3-encrypted"));
    let bytes = fs::read(&segment).expect("a segment");
    let modified = fs::metadata(&segment).and_then(|about| about.modified()).expect("a time");
    let file = File::options().write(true).open(&segment).expect("a segment");
    file.set_len(len).expect("cut");
    act();
    file.write_all_at(&bytes, 0).expect("written");
    file.set_times(FileTimes::new().set_modified(modified)).expect("a time");
}

/// What is written on may never have been looked at, and be altered.
#[test]
fn altered_sizes_are_not_sealed_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache, _) = with_sizes(folder.path(), 40);
    let (index, file) = (index_of(&cache), sizes_of(&cache));
    let (kept, whole) = (fs::read(&index).expect("the index"), fs::read(&file).expect("the sizes"));
    for at in (0..whole.len()).step_by(16) {
        let mut altered = whole.clone();
        altered[at] ^= 0x10;
        fs::write(&index, &kept).expect("written");
        fs::write(&file, &altered).expect("written");
        {
            let (second, tree) = tree(with_cache(&state, None, &cache), CACHE);
            listed(&tree, "entries");
            second.numbers_found(1000);
            tree.keep(Keep::AtLast);
        }
        all_right(&state, &cache);
    }
}

/// Sizes of files that say that they cannot be read are not those of the next time.
#[test]
fn sizes_that_were_found_while_the_disk_failed_are_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache) = (made(folder.path(), 5, 60), folder.path().join("cache"));
    {
        let (first, tree) = tree(with_cache(&state, None, &cache), CACHE);
        first.content();
        with_less(&state, 4096, || _ = listed(&tree, "entries"));
        tree.keep(Keep::AtLast);
    }
    all_right(&state, &cache);
}

/// Where the index is not kept because it could not be made of everything, the sizes are not kept either.
#[test]
fn sizes_of_an_index_that_was_not_kept_are_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache) = (made(folder.path(), 5, 60), folder.path().join("cache"));
    {
        let (first, tree) = tree(with_cache(&state, None, &cache), CACHE);
        let end = first.log().entries[45].offset;
        with_less(&state, end, || _ = first.content());
        assert!(!first.index().troubles().is_empty());
        walk(&tree);
        tree.keep(Keep::AtLast);
    }
    assert!(keep(&state, None, &cache), "now it can");
    all_right(&state, &cache);
}

/// Versions of a snapshot that was ahead of the log come elsewhere once the log has caught up.
#[test]
fn sizes_of_versions_that_were_numbered_otherwise_are_not_believed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache) = (folder.path().join("swarm"), folder.path().join("cache"));
    let begin = |folder: &Path, entries| {
        let options = Options { seed: 5, preallocate: 1 << 16, ..Options::default() };
        let (mut writer, mut workload) =
            (StateWriter::create(folder, options).expect("a directory"), Workload::new(5, None, 0));
        workload.run(&mut writer, entries).expect("entries");
        (writer, workload)
    };
    let (mut writer, mut workload) = begin(&state, 40);
    let ahead = begin(&folder.path().join("other"), 50).1.snapshot_plain();
    let (index, term) = (writer.next_index() + 9, writer.term());
    writer.snapshot_file(index, term, &ahead, &[]).expect("a snapshot");
    writer.save().expect("the key file");
    seen(with_cache(&state, None, &cache)).1.keep(Keep::AtLast);
    workload.run(&mut writer, 20).expect("entries");
    writer.save().expect("the key file");
    fs::remove_file(index_of(&cache)).expect("removed");
    assert!(keep(&state, None, &cache), "the index is made anew, and the sizes stay");
    sizes_of(&cache);
    all_right(&state, &cache);
}

/// Also what an earlier view told is taken back, where the newest one finds that it was wrong.
#[test]
fn what_an_earlier_view_told_is_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache) = (folder.path().join("swarm"), folder.path().join("cache"));
    let options = Options { seed: 7, preallocate: 1 << 16, ..Options::default() };
    let mut writer = StateWriter::create(&state, options).expect("a directory");
    let mut workload = Workload::new(7, None, 0);
    workload.run(&mut writer, 1100).expect("entries");
    writer.save().expect("the key file");
    {
        let (_, first) = tree(with_cache(&state, None, &cache), CACHE);
        listed(&first, "entries");
        find(&first, "log.txt");
        first.keep(Keep::AtLast);
    }
    {
        let with = with_cache(&state, None, &cache);
        let kept = with.numbers().expect("they are kept");
        let mut wrong = Numbers::of(&with);
        for (name, list) in (0..u8::MAX).filter_map(|name| Some((name, kept.list(name)?))) {
            wrong.add(name, list.iter().map(|number| number + 1).collect());
        }
        with.numbers_found(10_000);
        assert!(with.keep_numbers(Keep::AtLast, || wrong));
    }
    let (recalled, tree) = tree(with_cache(&state, None, &cache), CACHE);
    let told = listed(&tree, "entries");
    workload.run(&mut writer, 5).expect("entries");
    writer.save().expect("the key file");
    let source = Source::folder(&state).expect("a folder");
    let next = Arc::new(recalled.reopen(source, &[], Tail::Shown).expect("it opens"));
    tree.replace(next.clone());
    // Nobody has asked the new view for a size of an entry.
    cat(&tree, "log.txt");
    assert!(next.in_doubt());
    let untold = tree.untold();
    let row = told.iter().find_map(|(name, attr)| attr.filter(|_| name == b"0000000005.json")).expect("a row");
    assert!(untold.contains(&Change::Content(row.ino)), "of {}", untold.len());
}

/// A length is believed no further than a table can be long.
#[test]
fn a_table_as_long_as_the_file_is_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let (state, cache, _) = with_sizes(folder.path(), 6);
    let (file, len) = (sizes_of(&cache), 1u64 << 30);
    let head = fs::metadata(&file).expect("the sizes").len();
    let open = File::options().write(true).open(&file).expect("the sizes");
    open.set_len(len).expect("a hole");
    open.write_all_at(&((len - 4 - head) as u32).to_le_bytes(), len - 4).expect("written");
    // A test beside it may take some memory, too; as much as the hole is long, none does.
    let held = || {
        let status = fs::read_to_string("/proc/self/status").expect("a status");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
        peak.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") << 10
    };
    let before = held();
    all_right(&state, &cache);
    assert!(held() - before < len / 2, "{before} bytes, then {}", held());
}
