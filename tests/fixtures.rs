//! Every real state directory that the repository keeps, shown and compared with the truth about it.

mod export;
mod kit;

use std::path::Path;
use std::sync::Arc;

use swarmfs::disk::Source;
use swarmfs::seal::UnlockKey;
use swarmfs::store::State;
use swarmfs::tree::{Options, Tree};

use kit::compare;
use kit::evidence::Evidence;
use kit::fixture;
use kit::keyfile::Lock;
use kit::objects::Kind;
use kit::oracle::Oracle;
use kit::workload::Workload;
use kit::writer::{self, Layout, StateWriter};

fn tree(state: &Path, unlock_key: Option<&str>) -> Tree {
    let source = Source::folder(state).expect("the state directory");
    let keys: Vec<UnlockKey> =
        unlock_key.map(|key| UnlockKey::parse(key.as_bytes()).expect("an unlock key")).into_iter().collect();
    let state = State::open(source, &keys).expect("the state directory opens");
    Tree::new(Arc::new(state), Options { cache_bytes: 8 << 20 })
}

/// Shows a fixture, compares it, and proves that it was not touched.
fn check(name: &str) {
    let fixture = fixture::own(name);
    let before = Evidence::of(&fixture.state()).expect("the state directory");
    let out = tempfile::tempdir().expect("a temporary folder");
    let walked = export::export(&tree(&fixture.state(), fixture.unlock_key().as_deref()), out.path());
    walked.expect("the tree can be walked");
    let after = Evidence::of(&fixture.state()).expect("the state directory");
    assert_eq!(before.differences(&after), Vec::<String>::new(), "the state directory was touched");
    let differences = compare::compare(out.path(), &Oracle::new(fixture.golden())).expect("the tree can be read");
    differences.expect_none(name);
}

macro_rules! fixtures {
    ($($test:ident: $name:literal,)*) => {
        $(#[test] fn $test() { check($name); })*

        #[test]
        fn no_fixture_is_left_out() {
            let mut tested = [$($name,)* WORKER, DEMOTED];
            tested.sort_unstable();
            assert_eq!(fixture::names(), tested);
        }
    };
}

/// The directories of nodes that are no managers: there is no log to show.
const WORKER: &str = "three-worker";
const DEMOTED: &str = "three-demoted";

fixtures! {
    all_fields: "allfields-a",
    autolock_init: "autolock-init",
    ca_rotated: "ca-rotated",
    fips_node: "fips-node",
    fresh: "fresh",
    newest_stack: "newest-stack",
    node_head: "node-head",
    old_112: "old-112",
    old_2017_locked: "old-2017-locked",
    restarts: "restarts",
    secret: "secret",
    snapshots: "snapshots",
    stack_stopped: "stack-stopped",
    three_autolock_leader: "three-autolock-leader",
    three_cut_leader: "three-cut-leader",
    three_m1: "three-m1",
    three_m2: "three-m2",
    three_m3: "three-m3",
    torn_bitflip: "torn-bitflip",
    torn_snap_bitflip: "torn-snap-bitflip",
    torn_trunc: "torn-trunc",
}

/// Writes a directory with the kit, shows it, and compares payloads and ids with what was written.
fn written(options: writer::Options, entries: u64, snapshot_every: u64) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (state, out) = (dir.path().join("swarm"), dir.path().join("out"));
    let unlock_key = match &options.lock {
        Lock::Open => None,
        Lock::Pkcs8(key) | Lock::Rfc1423(key) => Some(key.clone()),
    };
    let mut writer = StateWriter::create(&state, options).expect("a new directory");
    let mut workload = Workload::new(3, unlock_key, 0);
    for entry in 1..=entries {
        workload.step(&mut writer).expect("an entry");
        if snapshot_every > 0 && entry % snapshot_every == 0 {
            workload.snapshot(&mut writer).expect("a snapshot");
            writer.purge(0).expect("a purge");
        }
    }
    let unlock_key = writer.finish().expect("the key file");
    std::fs::create_dir(&out).expect("a folder");
    export::export(&tree(&state, unlock_key.as_deref()), &out).expect("the tree can be walked");
    let mut differences = compare::Differences::default();
    for kind in [Kind::Secret, Kind::Config] {
        let live = workload.live().filter(|(of, _)| *of == kind);
        let expected = live.map(|(_, live)| (live.name.clone(), Workload::payload(kind, live))).collect();
        compare::payload_files(&out, kind, &expected, &mut differences).expect("the tree can be read");
    }
    for (kind, live) in workload.live() {
        let path = out.join(format!("objects/{}/{}.json", kind.folder(), live.meta.id));
        let shown: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).expect("an object")).expect("JSON");
        assert_eq!(shown["meta"]["version"]["index"], live.meta.version, "{}", path.display());
    }
    differences.expect_none("what was written");
}

#[test]
fn written_with_many_segments() {
    written(writer::Options { segment_size: 50_000, ..writer::Options::default() }, 1200, 0);
}

#[test]
fn written_with_snapshots_and_purges() {
    written(writer::Options { segment_size: 50_000, ..writer::Options::default() }, 1200, 250);
}

#[test]
fn written_locked_in_both_forms() {
    written(writer::Options { lock: Lock::Pkcs8(vec![7; 32]), ..writer::Options::default() }, 300, 120);
    written(writer::Options { lock: Lock::Rfc1423(vec![7; 5]), ..writer::Options::default() }, 300, 120);
}

#[test]
fn written_with_fernet() {
    let options = writer::Options { cipher: kit::seal::Cipher::Fernet, ..writer::Options::default() };
    written(writer::Options { lock: Lock::Pkcs8(vec![9; 32]), ..options }, 300, 120);
}

#[test]
fn written_in_the_older_layouts() {
    for layout in [Layout::Clear, Layout::Docker112] {
        written(writer::Options { layout, segment_size: 50_000, ..writer::Options::default() }, 300, 120);
    }
}
