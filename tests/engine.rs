//! Beside a real Docker daemon: what the kit writes is what a daemon reads, and what swarmfs shows is what a daemon
//! says. Where there is no daemon, the tests say so and pass; `SWARMFS_TEST_ALL=1` makes that a failure.

mod kit;
mod shown;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use kit::compare;
use kit::engine::agree::{comes, wait_until, with_engine};
use kit::engine::{Engine, said, skip};
use kit::evidence::Evidence;
use kit::fixture;
use kit::keyfile::Lock;
use kit::mounted::Mounted;
use kit::objects::Kind;
use kit::readers::{Reader, digests};
use kit::workload::Workload;
use kit::writer::{Layout, Options, StateWriter};
use swarmfs::tree::Tree;

/// Writes a directory, lets a daemon read it, and compares what it lists with what was written.
fn daemon_reads(test: &str, options: Options, snapshot_every: u64) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let state = dir.path().join("swarm");
    let unlock_key = match &options.lock {
        Lock::Open => None,
        Lock::Pkcs8(key) | Lock::Rfc1423(key) => Some(key.clone()),
    };
    let mut writer = StateWriter::create(&state, options).expect("a new directory");
    let mut workload = Workload::new(7, unlock_key, 10_000);
    for entry in 1..=400 {
        workload.step(&mut writer).expect("an entry");
        if snapshot_every > 0 && entry % snapshot_every == 0 {
            workload.snapshot(&mut writer).expect("a snapshot");
            writer.purge(0).expect("a purge");
        }
    }
    let unlock_key = writer.finish().expect("the key file");
    let mut engine = match Engine::start(Some(&state)) {
        Ok(engine) => engine,
        Err(why) => return skip(test, &why),
    };
    if let Some(key) = unlock_key {
        engine.docker_with(["swarm", "unlock"], format!("{key}\n").as_bytes()).expect("the unlock key opens it");
    }
    engine.wait_for("the swarm", |engine| engine.docker(["node", "ls"]).is_ok()).expect("the daemon takes it");
    for (kind, noun) in [(Kind::Secret, "secret"), (Kind::Config, "config"), (Kind::Service, "service")] {
        let listed = engine.docker([noun, "ls", "--format", "{{.Name}}"]).expect("a list");
        let mut listed: Vec<&str> = listed.lines().collect();
        let mut live: Vec<&str> =
            workload.live().filter(|(of, _)| *of == kind).map(|(_, live)| live.name.as_str()).collect();
        listed.sort_unstable();
        live.sort_unstable();
        assert_eq!(listed, live, "{noun}");
    }
}

#[test]
fn daemon_reads_what_the_kit_writes() {
    daemon_reads("daemon_reads_what_the_kit_writes", Options { segment_size: 100_000, ..Options::default() }, 0);
}

#[test]
fn daemon_unlocks_what_the_kit_locks() {
    let lock = Lock::Pkcs8(vec![3; 32]);
    daemon_reads("daemon_unlocks_what_the_kit_locks", Options { lock, ..Options::default() }, 150);
}

#[test]
fn daemon_unlocks_the_old_key_format() {
    let lock = Lock::Rfc1423(vec![3; 32]);
    daemon_reads("daemon_unlocks_the_old_key_format", Options { lock, ..Options::default() }, 0);
}

#[test]
fn daemon_migrates_the_layout_of_docker_112() {
    let options = Options { layout: Layout::Docker112, segment_size: 100_000, ..Options::default() };
    daemon_reads("daemon_migrates_the_layout_of_docker_112", options, 150);
}

/// A small swarm with something of everything; answers the payloads of its secrets.
fn populate(engine: &Engine) -> Result<BTreeMap<String, Vec<u8>>, String> {
    engine.docker(["swarm", "init", "--advertise-addr", "127.0.0.1"])?;
    let secrets: BTreeMap<String, Vec<u8>> = [
        ("passwd".to_owned(), b"A2e5bc21\n".to_vec()),
        ("all-bytes".to_owned(), (0..=255).collect()),
        ("large".to_owned(), (0..400_000_u32).map(|n| (n % 251) as u8).collect()),
    ]
    .into();
    for (name, data) in &secrets {
        engine.docker_with(["secret", "create", "--label", "env=prod", name, "-"], data)?;
    }
    engine.docker_with(["secret", "create", "doomed", "-"], b"removed later")?;
    engine.docker(["secret", "rm", "doomed"])?;
    engine.docker_with(["config", "create", "nginx.conf", "-"], b"server { listen 80; }\n")?;
    let node = engine.docker(["node", "ls", "-q"])?;
    engine.docker(["node", "update", "--label-add", "zone=a", &node])?;
    // Tasks that can run nowhere stay as they are, so the log comes to rest.
    let web = "service create --detach --no-resolve-image --name web --replicas 2 --constraint node.labels.zone==nowhere \
               --env PW=in-env --env EMPTY= --label tier=front --container-label a=b --secret passwd \
               --config nginx.conf --mount type=volume,src=data,dst=/data lab/none:1 serve --fast";
    engine.docker(web.split_whitespace())?;
    engine
        .docker("service update --detach --no-resolve-image --image lab/none:2 --env-add RELEASE=2 web".split(' '))?;
    engine.docker("service create --detach --no-resolve-image --name doomed --replicas 0 lab/none:1".split(' '))?;
    engine.docker(["service", "rm", "doomed"])?;
    Ok(secrets)
}

/// What the daemon says when it rests: the same twice, with a second in between.
fn at_rest(engine: &Engine) -> said::Said {
    let mut said = said::ask(engine).expect("the daemon answers");
    for _ in 0..20 {
        std::thread::sleep(std::time::Duration::from_secs(1));
        let again = said::ask(engine).expect("the daemon answers");
        let rests = again == said;
        said = again;
        if rests {
            break;
        }
    }
    said
}

/// A directory whose log and snapshot are those of `rafttool/decrypted/`, copied out of a real mount of `state` to where
/// Docker 1.12 had them (format 1).
fn in_clear(state: &Path, plain: &Path) -> Result<(), String> {
    let mounted = Mounted::new(env!("CARGO_BIN_EXE_swarmfs"), state, None)?;
    fixture::copy(state, plain).map_err(|error| error.to_string())?;
    for (from, to) in [("wal-decrypted", "wal"), ("snap-decrypted", "snap")] {
        let raft = plain.join("raft");
        fs::remove_dir_all(raft.join(format!("{to}-v3-encrypted"))).map_err(|error| error.to_string())?;
        let mut copy = Command::new("cp");
        copy.arg("-r").arg(mounted.path().join("rafttool/decrypted").join(from)).arg(raft.join(to));
        let copied = copy.output().map_err(|error| error.to_string())?;
        if !copied.status.success() {
            return Err(format!("{copy:?}: {}", String::from_utf8_lossy(&copied.stderr)));
        }
    }
    Ok(())
}

/// A daemon reads `rafttool/decrypted/` with etcd's own packages and seals it anew: it says what the daemon said whose
/// directory it was, and each entry and object of its log and snapshot is the same.
fn etcd_reads_decrypted(test: &str, snapshots: bool) {
    let mut engine = match Engine::start(None) {
        Ok(engine) => engine,
        Err(why) => return skip(test, &why),
    };
    populate(&engine).expect("the daemon does as it is told");
    if snapshots {
        engine.does("swarm update --snapshot-interval 5");
        for number in 0..6 {
            engine.secret(&format!("covered{number}"), "by a snapshot");
        }
        // The last one stays, with entries behind it.
        engine.does("swarm update --snapshot-interval 10000");
        engine.secret("behind", "the snapshot");
    }
    let said = at_rest(&engine);
    engine.stop();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (state, plain) = (dir.path().join("state"), dir.path().join("plain"));
    fixture::copy(&engine.state(), &state).expect("copied");
    drop(engine);
    match in_clear(&state, &plain) {
        Ok(()) => {}
        Err(why) if why.contains("/dev/fuse") => return skip(test, &why),
        Err(why) => panic!("{why}"),
    }
    let mut engine = Engine::start(Some(&plain)).expect("a daemon on the log in clear");
    engine.wait_for("the swarm", |engine| engine.docker(["node", "ls"]).is_ok()).expect("the daemon takes it");
    let again = said::ask(&engine).expect("the daemon answers");
    // Of nodes, networks and tasks it says what they are doing, too.
    for kind in [Kind::Secret, Kind::Config, Kind::Service] {
        assert_eq!(again[&kind], said[&kind], "{kind:?}");
    }
    engine.stop();
    let [before, after] = [&state, &engine.state()].map(|state| shown::show(state).tree);
    let dump = |tree: &Tree, file: &str| shown::cat(tree, &format!("rafttool/{file}.txt"));
    assert_eq!(dump(&before, "dump-snapshot"), dump(&after, "dump-snapshot"));
    assert_eq!(dump(&before, "dump-snapshot").contains("covered3"), snapshots);
    // Behind them stands what the daemon wrote since.
    let (before, after) = (dump(&before, "dump-wal"), dump(&after, "dump-wal"));
    let last = if snapshots { "behind" } else { "RELEASE=2" };
    assert!(before.contains(last) && after.starts_with(&before), "--- before\n{before}\n--- after\n{after}");
}

#[test]
fn etcd_reads_the_decrypted_log() {
    etcd_reads_decrypted("etcd_reads_the_decrypted_log", false);
}

#[test]
fn etcd_reads_the_decrypted_snapshot_and_log() {
    etcd_reads_decrypted("etcd_reads_the_decrypted_snapshot_and_log", true);
}

#[test]
fn tree_shows_what_the_engine_says() {
    let test = "tree_shows_what_the_engine_says";
    let engine = match Engine::start(None) {
        Ok(engine) => engine,
        Err(why) => return skip(test, &why),
    };
    let secrets = populate(&engine).expect("the daemon does as it is told");
    let said = at_rest(&engine);
    let before = Evidence::of(&engine.state()).expect("the state directory");
    let mounted = match Mounted::new(env!("CARGO_BIN_EXE_swarmfs"), &engine.state(), None) {
        Ok(mounted) => mounted,
        Err(why) if why.contains("/dev/fuse") => return skip(test, &why),
        Err(why) => panic!("{why}"),
    };
    let tree = mounted.path();
    said::compare(&said, &tree).expect_none("what the engine says");
    let mut differences = compare::Differences::default();
    compare::payload_files(&tree, Kind::Secret, &secrets, &mut differences).expect("the tree can be read");
    differences.expect_none("the payloads of the secrets");
    drop(mounted);
    let after = Evidence::of(&engine.state()).expect("the state directory");
    assert_eq!(before.differences(&after), Vec::<String>::new(), "the state directory was touched");
}

#[test]
fn a_mount_follows_the_engine() {
    let test = "a_mount_follows_the_engine";
    let engine = match Engine::start(None) {
        Ok(engine) => engine,
        Err(why) => return skip(test, &why),
    };
    let docker = |line: &str| engine.does(line);
    docker("swarm init --advertise-addr 127.0.0.1 --snapshot-interval 20");
    let mounted = match Mounted::new(env!("CARGO_BIN_EXE_swarmfs"), &engine.state(), None) {
        Ok(mounted) => mounted,
        Err(why) if why.contains("/dev/fuse") => return skip(test, &why),
        Err(why) => panic!("{why}"),
    };
    let tree = mounted.path();
    let reader = Reader::new(&tree);
    for round in 0..12 {
        engine.secret(&format!("s{round}"), &format!("v{round}"));
        comes(&tree.join(format!("secrets/s{round}")), &format!("v{round}"));
        docker(&format!("service create --detach --no-resolve-image --name w{round} --replicas 0 lab/none:1"));
        docker(&format!("service update --detach --no-resolve-image --label-add n={round} w{round}"));
        if round % 3 == 0 {
            docker(&format!("secret rm s{round}"));
            docker(&format!("service rm w{round}"));
        }
    }
    // Locked while mounted: what comes is sealed, and said to be; when it is open again, all is there.
    docker("swarm update --autolock=true");
    engine.secret("behind-the-lock", "sealed");
    docker("swarm update --autolock=false");
    comes(&tree.join("secrets/behind-the-lock"), "sealed");
    let reading = reader.finish();
    reading.expect_fine();
    assert!(reading.read > 200, "only {} files were read", reading.read);
    let last = std::fs::read_to_string(tree.join("log.txt")).unwrap();
    assert!(last.lines().any(|line| line.contains("create secret behind-the-lock")));
    // Snapshots were made meanwhile.
    assert!(std::fs::read_dir(tree.join("raft/snapshots")).unwrap().count() > 0);
    said::compare(&at_rest(&engine), &tree).expect_none("what the engine says after all that");
}

/// A segment has 64 MB; a daemon goes on in the next one, and deletes it after the next snapshot. Who reads meanwhile
/// meets no error and nothing torn, and a frozen mount keeps what is deleted.
#[test]
fn a_mount_follows_a_purge() {
    let test = "a_mount_follows_a_purge";
    let engine = match Engine::start(None) {
        Ok(engine) => engine,
        Err(why) => return skip(test, &why),
    };
    engine.does("swarm init --advertise-addr 127.0.0.1 --snapshot-interval 20 --max-snapshots 0");
    engine.secret("early", "of the first segment");
    let mount = |more: &[&str]| Mounted::with(env!("CARGO_BIN_EXE_swarmfs"), &engine.state(), None, more);
    let (mounted, frozen) = match (mount(&[]), mount(&["--freeze"])) {
        (Ok(mounted), Ok(frozen)) => (mounted, frozen),
        (Err(why), _) | (_, Err(why)) if why.contains("/dev/fuse") => return skip(test, &why),
        (Err(why), _) | (_, Err(why)) => panic!("{why}"),
    };
    let (tree, then) = (mounted.path(), digests(&frozen.path().join("entries")));
    let wal = engine.state().join("raft/wal-v3-encrypted");
    let stems = |of: &Path, suffix: &str| -> BTreeSet<String> {
        let rows = std::fs::read_dir(of).expect("a folder").flatten();
        let names = rows.map(|row| row.file_name().to_string_lossy().into_owned());
        names.filter_map(|name| name.strip_suffix(suffix).map(str::to_owned)).collect()
    };
    let there = || stems(&wal, ".wal");
    let first = there();
    assert_eq!(first.len(), 1, "{first:?}");
    let readers = ["entries", "objects", "tables", "raft/wal"].map(|folder| Reader::new(&tree.join(folder)));
    let payload = &"x".repeat(490_000);
    // Both what is created and what is removed is in the log. Eighty are more than fit.
    for round in 0..80 {
        let name = format!("large{round}");
        engine.docker_with(["config", "create", &name, "-"], payload.as_bytes()).expect("a config");
        comes(&tree.join("configs").join(&name), payload);
        engine.does(&format!("config rm {name}"));
        if there().is_disjoint(&first) {
            break;
        }
    }
    assert!(there().is_disjoint(&first), "nothing was purged: {:?}", there());
    engine.secret("late", "of the second");
    comes(&tree.join("secrets/late"), "of the second");
    wait_until("the segments", || match (stems(&tree.join("raft/wal"), ".jsonl"), there()) {
        (shown, there) if shown == there => Ok(()),
        (shown, there) => Err(format!("{shown:?} are shown, {there:?} are there")),
    });
    for reader in readers {
        reader.finish().expect_fine();
    }
    with_engine(&engine, &tree);
    assert!(!tree.join("entries/0000000001.json").exists());
    assert_eq!(digests(&frozen.path().join("entries")), then);
}
