//! A state directory that is read on as it grows shows at every step what it shows when it is opened afresh.

mod kit;
mod remembered;

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use swarmfs::disk::Source;
use swarmfs::store::{Earlier, Kind, SavedKeys, State, Tail};
use swarmfs::tree::{Change, Forest, Ino, NodeKind, Options, Tree, TreeError};

use kit::random::Random;
use kit::workload::Workload;
use kit::writer::{self, StateWriter};
use remembered::Kernel;

const OPTIONS: Options = Options { cache_bytes: 1 << 20 };

fn open(path: &Path) -> State {
    State::open(Source::folder(path).unwrap(), &[]).unwrap()
}

/// Everything that two states say, as text.
fn said(state: &State) -> Vec<(&'static str, String)> {
    let (log, index) = (state.log(), state.index());
    let versions = (0..index.versions()).filter_map(|number| index.version_at(number));
    let versions: Vec<_> =
        versions.map(|no| (index.version(no), index.name(no), state.time_of(no), state.written_at(no))).collect();
    let objects: Vec<_> = Kind::ALL
        .iter()
        .flat_map(|kind| index.objects(*kind).iter().map(move |no| (no, kind)))
        .map(|(no, kind)| (*no, kind.plural(), index.id(*no), index.history(*no), index.current(*no)))
        .collect();
    let by_id: Vec<_> = Kind::ALL.iter().map(|kind| index.objects_by_id(*kind)).collect();
    let times: Vec<_> = (0..log.entries.len() as u32).map(|at| (index.time(at), index.time_inherited(at))).collect();
    let segments: Vec<_> =
        log.segments.iter().map(|one| (&one.path, one.newest, one.records, one.end, one.running)).collect();
    let snapshots: Vec<_> =
        state.content().snapshots.iter().map(|one| (one.file().id(), one.broken(), one.membership().ok())).collect();
    let lost: Vec<_> =
        state.content().lost_snapshots.iter().map(|lost| (&lost.name, &lost.why, lost.damaged)).collect();
    vec![
        ("entries", format!("{:?}", log.entries)),
        ("superseded", format!("{:?}", log.superseded)),
        ("hard state", format!("{:?} {:?} {:?}", log.hard_state, log.metadata, log.marks)),
        ("faults", format!("{:?}", log.faults)),
        ("segments", format!("{segments:?}")),
        ("versions", format!("{versions:?}")),
        ("objects", format!("{objects:?}")),
        ("ids", format!("{by_id:?}")),
        ("times", format!("{times:?} {:?} {:?}", index.snapshot_times(), index.newest_time())),
        ("troubles", format!("{:?} {:?} {:?}", index.troubles(), index.conf_changes(), index.refused())),
        ("known", format!("{:?}", index.known())),
        ("snapshots", format!("{snapshots:?} {lost:?}")),
    ]
}

fn assert_same(grown: &State, fresh: &State, step: &str) {
    for ((what, ours), (_, theirs)) in said(grown).into_iter().zip(said(fresh)) {
        if ours != theirs {
            let at = ours.bytes().zip(theirs.bytes()).take_while(|(a, b)| a == b).count().saturating_sub(80);
            let part = |text: &str| text.chars().skip(at).take(400).collect::<String>();
            panic!("{step}: {what} differ at {at}\n{}\n{}", part(&ours), part(&theirs));
        }
    }
}

/// Every path below a folder with what is there.
fn walk(tree: &Tree, folder: Ino, path: &str, found: &mut Vec<(String, Vec<u8>)>) {
    let mut rows = Vec::new();
    tree.list(folder, 0, true, &mut |row| {
        rows.push((String::from_utf8_lossy(row.name).into_owned(), row.kind));
        true
    })
    .unwrap();
    for (name, kind) in rows {
        let path = format!("{path}/{name}");
        let attr = tree.lookup(folder, name.as_bytes()).unwrap_or_else(|error| panic!("{path}: {error}")).attr;
        let content = match kind {
            NodeKind::Folder => {
                walk(tree, attr.ino, &path, found);
                Vec::new()
            }
            NodeKind::Link => tree.target(attr.ino).unwrap(),
            NodeKind::File => {
                let mut bytes = Vec::new();
                tree.read(attr.ino, 0, usize::MAX, &mut |piece| bytes.extend_from_slice(piece)).unwrap();
                assert_eq!(bytes.len() as u64, attr.size, "{path}");
                bytes
            }
        };
        found.push((path, content));
    }
}

fn all(tree: &Tree) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    walk(tree, Ino::ROOT, "", &mut found);
    let last = tree.state().last_index().0;
    for index in [last / 3, last / 2, last.saturating_sub(5), last] {
        let name = format!("{index:010}");
        let at = tree.lookup(Ino::ROOT, b"at").unwrap().attr.ino;
        if let Ok(past) = tree.lookup(at, name.as_bytes()) {
            walk(tree, past.attr.ino, &format!("at/{name}"), &mut found);
        }
    }
    found
}

/// What a kernel knows that has seen everything, some moments too.
fn kernel(tree: &Tree) -> Kernel {
    let mut kernel = Kernel::default();
    kernel.walk(tree, Ino::ROOT, "");
    let at = tree.lookup(Ino::ROOT, b"at").unwrap().attr.ino;
    let last = tree.state().last_index().0;
    for index in [last / 2, last.saturating_sub(5), last] {
        let name = format!("{index:010}").into_bytes();
        if tree.lookup(at, &name).is_ok() {
            kernel.look_up(tree, at, &name, "/at");
        }
    }
    kernel
}

fn assert_same_tree(grown: &Tree, fresh: &Tree, step: &str) {
    for ((path, ours), (other, theirs)) in all(grown).iter().zip(&all(fresh)) {
        assert_eq!(path, other, "{step}");
        // Whether the directory is followed by this process makes no difference to what is shown.
        assert_eq!(String::from_utf8_lossy(ours), String::from_utf8_lossy(theirs), "{step}: {path}");
    }
}

struct Grower {
    dir: tempfile::TempDir,
    writer: StateWriter,
    workload: Workload,
    random: Random,
    tree: Tree,
    /// Holds the keys that there were, and has read nothing to go on from.
    keys: State,
    rotating: bool,
}

impl Grower {
    fn new(seed: u64) -> Grower {
        let dir = tempfile::tempdir().unwrap();
        let options = writer::Options { seed, segment_size: 60_000, preallocate: 80_000, ..writer::Options::default() };
        let mut writer = StateWriter::create(dir.path(), options).unwrap();
        let mut workload = Workload::new(seed, None, 0);
        workload.run(&mut writer, 15).unwrap();
        writer.save().unwrap();
        let state = open(dir.path());
        state.index();
        let tree = Tree::new(Arc::new(state), OPTIONS);
        let keys = open(dir.path());
        Grower { dir, writer, workload, random: Random::new(seed ^ 0x6702), tree, keys, rotating: false }
    }

    fn run(&mut self, most: u64) {
        let count = self.random.between(1, most);
        self.workload.run(&mut self.writer, count).unwrap();
    }

    /// Something that happens to a directory; answers what, and whether the index must have gone on.
    fn change(&mut self) -> (&'static str, bool) {
        match self.random.below(16) {
            0..=6 => {
                self.run(20);
                ("entries", true)
            }
            7 => {
                // More than a worker takes at a time.
                self.workload.run(&mut self.writer, 600).unwrap();
                ("many entries", true)
            }
            8 => {
                self.writer.cut().unwrap();
                ("a new segment", true)
            }
            9 | 10 => {
                // A snapshot of what the log says, where no tail was overwritten.
                self.workload.snapshot(&mut self.writer).unwrap();
                if self.random.below(2) == 0 {
                    self.run(5);
                }
                ("a snapshot", false)
            }
            11 => {
                let keep = self.random.below(3) as usize;
                self.workload.snapshot(&mut self.writer).unwrap();
                self.run(5);
                self.writer.purge(keep).unwrap();
                ("a snapshot and a purge", false)
            }
            12 | 13 => {
                let next = self.writer.next_index();
                let back = self.random.between(1, 10);
                self.writer.set_term(self.writer.term() + 1);
                self.writer.go_to(next.saturating_sub(back).max(12));
                self.run(12);
                ("an overwritten tail", false)
            }
            14 => {
                match self.rotating {
                    false => self.writer.rotate(),
                    true => self.writer.finish_rotation(),
                }
                self.rotating = !self.rotating;
                self.run(4);
                self.writer.save().unwrap();
                ("another key", false)
            }
            _ => {
                self.writer.normal(b"no request").unwrap();
                self.writer.add_member(7, &writer::Member::own()).unwrap();
                ("odd entries", true)
            }
        }
    }

    /// Reads on, and compares with the directory opened afresh.
    fn compare(&mut self, step: &str, goes_on: bool) {
        self.writer.flush().unwrap();
        let before = self.tree.state();
        let next = before.reopen(Source::folder(self.dir.path()).unwrap(), &[], Tail::Awaited).unwrap();
        assert!(!next.waits(), "{step}");
        let goes_on = goes_on && !snapshot_ahead(&before);
        assert!(!goes_on || next.index().continues(before.index()), "{step}: all of it was read again");
        let reopened =
            |state: &State| state.reopen(Source::folder(self.dir.path()).unwrap(), &[], Tail::Shown).unwrap();
        self.keys = reopened(&self.keys);
        let fresh = reopened(&self.keys);
        assert_same(&next, &fresh, step);
        let known = kernel(&self.tree);
        let changes = self.tree.replace(Arc::new(next));
        known.assert_right(&changes, &self.tree, &kernel(&self.tree), step);
        assert_same_tree(&self.tree, &Tree::new(Arc::new(fresh), OPTIONS), step);
    }

    /// The last record lacks its last bytes for a while.
    fn half_written(&mut self, step: &str) {
        let (segment, from) = (self.writer.segment().to_owned(), self.writer.offset());
        self.workload.step(&mut self.writer).unwrap();
        self.writer.flush().unwrap();
        if self.writer.segment() != segment {
            return;
        }
        let len = (self.writer.offset() - from) as usize;
        let file = OpenOptions::new().read(true).write(true).open(&segment).unwrap();
        let mut written = vec![0; len];
        file.read_exact_at(&mut written, from).unwrap();
        let before = self.tree.state();
        let mut there = 1 + self.random.below(len as u64 - 1) as usize;
        while there < len {
            let mut torn = written.clone();
            torn[there..].fill(0);
            file.write_all_at(&torn, from).unwrap();
            let next = before.reopen(Source::folder(self.dir.path()).unwrap(), &[], Tail::Awaited).unwrap();
            // The entry comes before the hard state.
            let come = next.log().entries.len() - before.log().entries.len();
            assert!(come <= 1 && next.log().faults == before.log().faults, "{step}: {there} of {len}");
            // Padding, and a last byte, may be zero anyway.
            let end = next.log().segments.last().unwrap().end;
            assert!(next.waits() || torn == written || end <= from + there as u64 + 16, "{step}: {there} of {len}");
            assert!(snapshot_ahead(&before) || next.index().continues(before.index()));
            assert_eq!(next.index().troubles().len(), before.index().troubles().len(), "{step}: {there} of {len}");
            there += 1 + self.random.below(len as u64) as usize;
        }
        file.write_all_at(&written, from).unwrap();
    }
}

#[test]
fn what_grew_is_what_is_there() {
    for seed in [0, 1, 2, 3, 5, 8, 10] {
        let mut grower = Grower::new(seed);
        for step in 0..14 {
            let (what, goes_on) = grower.change();
            grower.compare(&format!("seed {seed}, step {step}, {what}"), goes_on);
            if grower.random.below(3) == 0 {
                let step = format!("seed {seed}, step {step}, half-written");
                grower.half_written(&step);
                grower.compare(&step, true);
            }
        }
    }
}

/// Whether a tail was overwritten below a snapshot, which then comes among entries that are still to be written: the
/// index cannot go on there.
fn snapshot_ahead(state: &State) -> bool {
    let last = state.log().entries.last().map(|entry| entry.index);
    state.content().snapshots.iter().any(|snapshot| Some(snapshot.index()) > last)
}

/// The snapshots that a daemon makes hold what its log says, and cost no pass over the log.
#[test]
fn a_snapshot_of_what_the_log_says_adds_nothing() {
    let mut grower = Grower::new(77);
    for step in 0..4 {
        grower.workload.run(&mut grower.writer, 30).unwrap();
        grower.workload.snapshot(&mut grower.writer).unwrap();
        if step % 2 == 0 {
            grower.compare("with its last entry", true);
        }
        grower.workload.run(&mut grower.writer, 3).unwrap();
        grower.compare("behind its last entry", true);
    }
    let known = grower.tree.state();
    let snapshots = known.content().snapshots.len();
    assert_eq!((snapshots, known.index().snapshot_times().len()), (4, 4));
}

/// A daemon puts a snapshot under its name before it is whole, and what it receives takes the place of one that it made.
#[test]
fn a_snapshot_that_is_written_over_is_seen_anew() {
    let mut grower = Grower::new(23);
    for step in 0..3 {
        grower.workload.run(&mut grower.writer, 20).unwrap();
        let (index, term) = (grower.writer.next_index() - 1, grower.writer.term());
        let path = grower.workload.snapshot(&mut grower.writer).unwrap();
        // Behind its index, or at the end of the log.
        grower.workload.run(&mut grower.writer, step).unwrap();
        grower.compare("whole", step > 0);
        let [log, entries, _] = grower.tree.growing();
        let whole = std::fs::read(&path).unwrap();
        for len in [0, 20, whole.len() / 2, whole.len() - 1] {
            std::fs::write(&path, &whole[..len]).unwrap();
            grower.compare("half-written", false);
        }
        std::fs::write(&path, &whole).unwrap();
        grower.compare("whole again", false);
        // Who follows the log does not begin it again.
        assert_eq!(grower.tree.growing()[..2], [log, entries], "step {step}");
        grower.workload.run(&mut grower.writer, 9).unwrap();
        let other = grower.workload.snapshot_plain();
        grower.writer.snapshot_file(index, term, &other, &[kit::identity::RAFT_ID]).unwrap();
        grower.compare("another in its place", false);
    }
}

/// The kernel must have forgotten the old end before it is told of a new one.
#[test]
fn what_grows_is_as_long_as_it_was_until_the_kernel_was_told() {
    let mut grower = Grower::new(31);
    let tree = &grower.tree;
    let [log, entries, history] = tree.growing();
    let tables = tree.lookup(Ino::ROOT, b"tables").unwrap().attr.ino;
    let sizes = || [log, entries, history].map(|ino| tree.attr(ino).unwrap().size);
    let found = || {
        [(Ino::ROOT, "log.txt"), (tables, "entries.jsonl"), (tables, "history.jsonl")]
            .map(|(folder, name)| tree.lookup(folder, name.as_bytes()).unwrap().attr.size)
    };
    let before = sizes();
    assert_eq!(before, found());
    grower.workload.run(&mut grower.writer, 5).unwrap();
    grower.writer.flush().unwrap();
    let next = tree.state().reopen(Source::folder(grower.dir.path()).unwrap(), &[], Tail::Awaited).unwrap();
    let changes = tree.begin(Arc::new(next));
    for (ino, before) in [log, entries, history].into_iter().zip(before) {
        assert!(changes.contains(&Change::Content(ino)));
        assert_eq!(sizes(), found());
        assert_eq!(tree.attr(ino).unwrap().size, before);
        let mut read = 0;
        tree.read(ino, 0, usize::MAX, &mut |piece| read += piece.len() as u64).unwrap();
        assert!(read > before && tree.grown(ino) == Some(read));
        tree.settle(ino);
        assert_eq!(tree.attr(ino).unwrap().size, read);
    }
    assert_eq!(sizes(), found());
}

/// What is left of the log is what it was: telling costs what has gone.
#[test]
fn of_a_purge_the_entries_that_went_are_told() {
    let mut grower = Grower::new(50);
    grower.workload.run(&mut grower.writer, 40).unwrap();
    grower.writer.cut().unwrap();
    grower.workload.run(&mut grower.writer, 40).unwrap();
    grower.compare("two segments", false);
    let tree = &grower.tree;
    let folder = tree.lookup(Ino::ROOT, b"entries").unwrap().attr.ino;
    let known: Vec<(u64, Ino)> = (tree.state().log().entries.iter().map(|entry| entry.index.0))
        .map(|index| (index, tree.lookup(folder, format!("{index:010}.json").as_bytes()).unwrap().attr.ino))
        .collect();
    grower.workload.snapshot(&mut grower.writer).unwrap();
    grower.workload.run(&mut grower.writer, 3).unwrap();
    grower.writer.purge(0).unwrap();
    grower.writer.flush().unwrap();
    let next = tree.state().reopen(Source::folder(grower.dir.path()).unwrap(), &[], Tail::Awaited).unwrap();
    let first = next.log().entries.first().unwrap().index.0;
    let changes = tree.replace(Arc::new(next));
    assert!(known.first().unwrap().0 < first && known.last().unwrap().0 > first);
    for (index, ino) in known {
        assert_eq!(changes.contains(&Change::Content(ino)), index < first, "entry {index}");
    }
}

/// Who reads a table that is replaced again and again reads on in the one that he began with; never in two.
#[test]
fn who_began_to_read_reads_on_in_the_same() {
    let mut grower = Grower::new(40);
    grower.workload.run(&mut grower.writer, 200).unwrap();
    grower.writer.flush().unwrap();
    let tree = Tree::new(Arc::new(open(grower.dir.path())), OPTIONS);
    let tables = tree.lookup(Ino::ROOT, b"tables").unwrap().attr.ino;
    let named = |name: &str| tree.lookup(tables, name.as_bytes()).unwrap().attr.ino;
    let read = |ino| {
        let mut bytes = Vec::new();
        tree.read(ino, 0, usize::MAX, &mut |piece| bytes.extend_from_slice(piece)).map(|()| bytes)
    };
    let mut left = None;
    let (ino, began) = (named("tasks.jsonl"), read(named("tasks.jsonl")).unwrap());
    for step in 0..60 {
        grower.workload.run(&mut grower.writer, 9).unwrap();
        grower.writer.flush().unwrap();
        let next = tree.state().reopen(Source::folder(grower.dir.path()).unwrap(), &[], Tail::Awaited).unwrap();
        tree.replace(Arc::new(next));
        assert!(read(ino).unwrap() == began, "another table");
        // Others come, and are not seen again.
        let other = tree.lookup(Ino::ROOT, b"status.json").unwrap().attr.ino;
        left = left.or((step == 5).then_some(other));
    }
    assert_ne!(named("tasks.jsonl"), ino);
    assert!(matches!(read(left.unwrap()), Err(TreeError::Gone)));
}

/// What one process read, another may go on from.
#[test]
fn a_log_and_an_index_that_were_kept_go_on() {
    let mut grower = Grower::new(5);
    let before = open(grower.dir.path());
    grower.workload.snapshot(&mut grower.writer).unwrap();
    grower.workload.run(&mut grower.writer, 40).unwrap();
    grower.writer.flush().unwrap();
    let snapshots = before.content().snapshots.iter().map(|one| one.file().id()).collect();
    let earlier = Earlier::new(before.log().clone(), before.index().clone(), snapshots);
    let next =
        State::open_after(Source::folder(grower.dir.path()).unwrap(), &[], SavedKeys::default(), earlier).unwrap();
    assert_same(&next, &open(grower.dir.path()), "kept");
    assert!(next.index().continues(before.index()));
}
