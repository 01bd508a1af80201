//! Advice that only a daemon can carry out. Where there is none, the tests say so and pass.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::advice::codes;
use crate::kit::engine::{Engine, installed, skip};
use crate::kit::objects::{self, Action, Kind, Meta};
use crate::kit::services::{self, Service, Task, state};
use crate::kit::workload::Workload;
use crate::kit::writer::{Layout, Member, Options, StateWriter};
use crate::kit::{fixture, identity};

const TIME: (i64, u32) = (1_795_100_000, 0);

fn has(path: &Path, wanted: &[&str]) {
    let found = codes(path);
    for code in wanted {
        assert!(found.contains(code), "{code}: {found:?}");
    }
}

/// Waits until the daemon has made findings go away.
fn gone(engine: &mut Engine, unwanted: &[&'static str]) {
    let state = engine.state();
    let done = |_: &Engine| !codes(&state).iter().any(|code| unwanted.contains(code));
    engine.wait_for("an end of findings", done).unwrap_or_else(|why| panic!("{:?}: {why}", codes(&state)));
}

fn started(test: &str, state: Option<&Path>) -> Option<Engine> {
    match Engine::start(state) {
        Ok(engine) => Some(engine),
        Err(why) => {
            skip(test, &why);
            None
        }
    }
}

fn docker(engine: &Engine, line: &str) -> String {
    engine.docker(line.split_whitespace()).unwrap_or_else(|why| panic!("{line}: {why}"))
}

fn meta(id: &str, writer: &StateWriter) -> Meta {
    Meta { id: id.to_owned(), version: writer.next_index() - 1, created: TIME, updated: TIME }
}

fn write(writer: &mut StateWriter, kind: Kind, object: &[u8]) {
    let index = writer.normal(&objects::request(0x77, [(Action::Create, kind, object)])).expect("an entry");
    writer.commit(index).expect("a hard state");
}

/// `--opt encrypted` and `docker swarm update --autolock=true`.
#[test]
fn networks_made_anew_and_autolock_turned_on() {
    let Some(mut engine) = started("networks_made_anew_and_autolock_turned_on", None) else { return };
    docker(&engine, "swarm init --advertise-addr 127.0.0.1");
    docker(&engine, "network create --driver overlay --opt encryptd inner");
    has(&engine.state(), &["network-not-encrypted", "keys-open"]);
    docker(&engine, "network rm inner");
    docker(&engine, "network create --driver overlay --opt encrypted inner");
    gone(&mut engine, &["network-not-encrypted"]);
    docker(&engine, "swarm update --autolock=true");
    gone(&mut engine, &["keys-open"]);
    has(&engine.state(), &["locked"]);
}

/// `docker swarm init --force-new-cluster`, then `docker node rm --force` of those that did not come back.
#[test]
fn a_new_cluster_is_forced() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("swarm");
    let mut writer = StateWriter::create(&root, Options::default()).expect("a new directory");
    Workload::new(7, None, 10_000).run(&mut writer, 30).expect("entries");
    let mut lost = Vec::new();
    for (number, name) in [(1, "lost1"), (2, "lost2"), (3, "neverthere")] {
        let id = format!("{name:z<25}");
        let member = Member { raft_id: 70 + number, node_id: id.clone(), addr: format!("192.0.2.{number}:2377") };
        let index = writer.add_member(0, &member).expect("an entry");
        writer.commit(index).expect("a hard state");
        if number < 3 {
            let node = manager_that_is_down(&meta(&id, &writer), name);
            write(&mut writer, Kind::Node, &node);
            lost.push(id);
        }
    }
    writer.finish().expect("the key file");
    has(&root, &["no-quorum", "member-without-node"]);
    let Some(mut engine) = started("a_new_cluster_is_forced", Some(&root)) else { return };
    docker(&engine, "swarm init --force-new-cluster --advertise-addr 127.0.0.1");
    engine.wait_for("the swarm", |engine| engine.docker(["node", "ls"]).is_ok()).expect("it comes back");
    gone(&mut engine, &["no-quorum", "member-without-node"]);
    has(&engine.state(), &["manager-not-member"]);
    for id in lost {
        docker(&engine, &format!("node rm --force {id}"));
    }
    gone(&mut engine, &["manager-not-member"]);
}

/// A manager as the last one saw it that was up.
fn manager_that_is_down(meta: &Meta, name: &str) -> Vec<u8> {
    let mut node = objects::begin(meta);
    node.message(3, |spec| {
        objects::annotations(spec, 1, "", &[]);
        spec.number(2, 1).varint(3, 1);
    });
    node.message(4, |description| {
        description.text(1, name);
    });
    node.message(5, |status| {
        status.varint(1, 1).text(3, "192.0.2.7");
    });
    node.message(8, |certificate| {
        certificate.number(1, 1).message(3, |status| {
            status.varint(1, 3);
        });
        certificate.text(5, &meta.id);
    });
    node.number(9, 1).varint(11, 4789);
    node.into_bytes()
}

/// Findings whose advice is "nothing": the daemon does it when it starts, or with its next snapshot.
#[test]
fn a_daemon_does_it_by_itself() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("swarm");
    let mut writer = StateWriter::create(&root, Options::default()).expect("a new directory");
    let mut workload = Workload::new(7, None, 10_000);
    for entries in [20, 20, 20] {
        workload.run(&mut writer, entries).expect("entries");
        writer.cut().expect("a segment");
    }
    workload.snapshot(&mut writer).expect("a snapshot");
    writer.rotate();
    workload.run(&mut writer, 10).expect("entries");
    let service = Service {
        name: "gone",
        image: "lab/none:1",
        labels: &[],
        env: &[],
        secret: None,
        config: None,
        network: None,
        replicas: 1,
        revision: 0,
    };
    let task = Task {
        service_id: "nosuchservicezzzzzzzzzzzz",
        slot: 1,
        node_id: "",
        state: state::PENDING,
        desired: state::RUNNING,
        exit_code: 0,
    };
    let of_service = services::task(&meta("taskofaserviceofthepastzz", &writer), &service, &task);
    write(&mut writer, Kind::Task, &of_service);
    let (_, running) = workload.live().find(|(kind, _)| *kind == Kind::Service).expect("a service");
    let lost =
        Task { service_id: &running.meta.id, node_id: "nosuchnodezzzzzzzzzzzzzzz", state: state::RUNNING, ..task };
    let on_node = services::task(&meta("taskonanodethatisgonezzzz", &writer), &service, &lost);
    write(&mut writer, Kind::Task, &on_node);
    writer.finish().expect("the key file");
    // What a received snapshot leaves: a hole below it.
    let mut segments: Vec<_> =
        fs::read_dir(root.join("raft/wal-v3-encrypted")).expect("segments").map(|row| row.unwrap().path()).collect();
    segments.sort_unstable();
    fs::remove_file(&segments[1]).expect("removed");
    // What a renewal leaves that was cut off: the key fits the certificate that waits (format 2.8).
    fs::rename(root.join("certificates/swarm-node.crt"), root.join("certificates/.swarm-node.crt")).expect("moved");
    let other = crate::kit::fixture::shared("fresh");
    fs::copy(other.state().join("certificates/swarm-node.crt"), root.join("certificates/swarm-node.crt"))
        .expect("copied");
    has(&root, &["rotation-in-progress", "certificate-pending", "log-hole-covered"]);
    has(&root, &["task-service-gone", "task-node-gone"]);
    let Some(mut engine) = started("a_daemon_does_it_by_itself", Some(&root)) else { return };
    engine.wait_for("the swarm", |engine| engine.docker(["node", "ls"]).is_ok()).expect("the daemon takes it");
    gone(&mut engine, &["certificate-pending", "task-service-gone", "task-node-gone"]);
    docker(&engine, "swarm update --snapshot-interval 1");
    for number in 0..3 {
        engine.docker_with(["secret", "create", &format!("more{number}"), "-"], b"more").expect("a secret");
    }
    gone(&mut engine, &["rotation-in-progress"]);
}

/// Upgrade the engine; then look into the folder that it leaves in clear, and delete it.
#[test]
fn an_upgrade_seals_the_log() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("swarm");
    let options = Options { layout: Layout::Docker112, ..Options::default() };
    let mut writer = StateWriter::create(&root, options).expect("a new directory");
    let mut workload = Workload::new(7, None, 10_000);
    workload.run(&mut writer, 40).expect("entries");
    writer.finish().expect("the key file");
    has(&root, &["log-in-clear"]);
    let Some(mut engine) = started("an_upgrade_seals_the_log", Some(&root)) else { return };
    engine.wait_for("the swarm", |engine| engine.docker(["node", "ls"]).is_ok()).expect("the daemon takes it");
    gone(&mut engine, &["log-in-clear"]);
    has(&engine.state(), &["left-over-folder"]);
    engine.stop();
    for folder in ["raft/wal", "raft/snap"] {
        fs::remove_dir_all(engine.state().join(folder)).expect("removed");
    }
    assert!(!codes(&engine.state()).contains(&"left-over-folder"));
    // It is the directory that it was: the node is the same.
    let state = swarmfs::disk::Source::folder(&engine.state()).expect("a folder");
    let state = swarmfs::store::State::open(state, &[]).expect("it opens");
    assert_eq!(state.identity().node_id.as_deref(), Some(identity::NODE));
}

/// `docker swarm join-token --rotate`, and `docker config rm` of what nobody uses.
#[test]
fn tokens_rotated_and_objects_removed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("swarm");
    let mut writer = StateWriter::create(&root, Options::default()).expect("a new directory");
    Workload::new(7, None, 10_000).run(&mut writer, 30).expect("entries");
    let secret = objects::payload(&meta("nosuchsecretzzzzzzzzzzzzz", &writer), "neverthere", &[], b"payload");
    let update = objects::request(0x77, [(Action::Update, Kind::Secret, secret.as_slice())]);
    let index = writer.normal(&update).expect("an entry");
    writer.commit(index).expect("a hard state");
    writer.finish().expect("the key file");
    has(&root, &["join-token-mismatch", "action-refused"]);
    let Some(mut engine) = started("tokens_rotated_and_objects_removed", Some(&root)) else { return };
    engine.wait_for("the swarm", |engine| engine.docker(["node", "ls"]).is_ok()).expect("the daemon takes it");
    // What another manager has of it: nothing.
    assert!(engine.docker(["secret", "inspect", "neverthere"]).is_err());
    for role in ["worker", "manager"] {
        docker(&engine, &format!("swarm join-token --rotate {role}"));
    }
    gone(&mut engine, &["join-token-mismatch"]);
    docker(&engine, "swarm update --snapshot-interval 1");
    // The last snapshot may lack the last of them.
    let unused: Vec<String> = (0..9).map(|number| format!("unused{number}")).collect();
    for name in &unused {
        engine.docker_with(["config", "create", name, "-"], &[b'x'; 490_000]).expect("a config");
    }
    let state = engine.state();
    let large = |_: &Engine| codes(&state).contains(&"snapshot-near-limit");
    engine.wait_for("a large snapshot", large).unwrap_or_else(|why| panic!("{why}"));
    for name in &unused {
        docker(&engine, &format!("config rm {name}"));
    }
    gone(&mut engine, &["snapshot-near-limit"]);
}

/// Waits until the daemon has given up the swarm; answers why.
fn refuses(engine: &mut Engine) -> String {
    let state = |engine: &Engine| engine.docker(["info", "--format", "{{.Swarm.LocalNodeState}} {{.Swarm.Error}}"]);
    let gave_up = |engine: &Engine| state(engine).is_ok_and(|state| state.starts_with("error"));
    engine.wait_for("an end", gave_up).unwrap_or_else(|why| panic!("{why}"));
    state(engine).expect("the daemon answers")
}

/// What the findings say of a daemon: it does not start on such a directory, and it does when all is restored.
#[test]
fn a_daemon_starts_when_all_is_restored() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("swarm");
    let options = Options { segment_size: 20_000, ..Options::default() };
    let mut writer = StateWriter::create(&root, options).expect("a new directory");
    Workload::new(7, None, 10_000).run(&mut writer, 100).expect("entries");
    writer.finish().expect("the key file");
    let wal = root.join("raft/wal-v3-encrypted");
    let mut segments: Vec<_> = fs::read_dir(wal).expect("segments").map(|row| row.unwrap().path()).collect();
    segments.sort_unstable();
    assert!(segments.len() > 3, "{segments:?}");
    let segment = |number: usize| segments[number].strip_prefix(&root).expect("its path").to_owned();
    let remove = |path: &Path| fs::remove_file(path).expect("removed");
    let empty = |path: &Path| fs::write(path, b"").expect("written");
    let halve = |path: &Path| {
        let whole = fs::read(path).expect("read");
        fs::write(path, &whole[..whole.len() / 2]).expect("written");
    };
    // In the data of a record in its middle.
    let flip = |path: &Path| {
        let mut bytes = fs::read(path).expect("read");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).expect("written");
    };
    type Spoil<'a> = &'a dyn Fn(&Path);
    let rows: [(PathBuf, Spoil<'_>, &str, &str); 10] = [
        ("certificates/swarm-node.key".into(), &remove, "no-data-key", "no decryption key"),
        ("certificates/swarm-node.key".into(), &halve, "key-damaged", "private key"),
        ("certificates/swarm-node.crt".into(), &empty, "certificate-unreadable", "certificate"),
        ("certificates/swarm-root-ca.crt".into(), &empty, "certificate-unreadable", "certificate"),
        (
            "worker/tasks.db".into(),
            &|path| fs::write(path, [0; 8192]).expect("written"),
            "tasks-db",
            "invalid database",
        ),
        (segment(0), &remove, "log-hole", "file not found"),
        // A gap behind the very first segment is not looked for, but the checksums do not follow (format 4.5).
        (segment(1), &remove, "wal-missing-segments", "crc mismatch"),
        (segment(2), &remove, "wal-missing-segments", "file not found"),
        (segment(1), &halve, "log-hole", "irreparable WAL error"),
        (segment(1), &flip, "wal-checksum", "crc mismatch"),
    ];
    let Some(mut engine) = started("a_daemon_starts_when_all_is_restored", Some(&root)) else { return };
    engine.stop();
    for (path, spoil, code, expected) in rows {
        fs::remove_dir_all(engine.state()).expect("removed");
        fixture::copy(&root, &engine.state()).expect("copied");
        let path = engine.state().join(path);
        spoil(&path);
        has(&engine.state(), &[code]);
        engine.restart().expect("the daemon starts");
        let why = refuses(&mut engine);
        assert!(why.contains(expected), "{path:?}: {why}");
        engine.stop();
        let root_ca = fs::read(engine.state().join("certificates/swarm-root-ca.crt")).expect("a certificate");
        let made_anew = !root_ca.is_empty() && root_ca != identity::CA_CERT.as_bytes();
        assert_eq!(made_anew, code == "no-data-key", "{path:?}");
    }
    fs::remove_dir_all(engine.state()).expect("removed");
    fixture::copy(&root, &engine.state()).expect("copied");
    engine.restart().expect("the daemon starts");
    engine.wait_for("the swarm", |engine| engine.docker(["node", "ls"]).is_ok()).expect("the daemon takes it");
}

/// Where the finding says that the engine itself does not start.
#[test]
fn an_engine_does_not_start() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let made = |name: &str, commit: Option<u64>| {
        let root = dir.path().join(name);
        let mut writer = StateWriter::create(&root, Options::default()).expect("a new directory");
        Workload::new(7, None, 10_000).run(&mut writer, 20).expect("entries");
        if let Some(commit) = commit {
            writer.commit(commit).expect("a hard state");
        }
        writer.finish().expect("the key file");
        root
    };
    let (beyond, no_list) = (made("beyond", Some(1_000)), made("no-list", None));
    fs::write(no_list.join("state.json"), b"{}").expect("written");
    let rows = [(beyond, "commit-beyond-log", "runManager"), (no_list, "no-json", "cannot unmarshal object")];
    if let Some(engine) = started("an_engine_does_not_start", None) {
        drop(engine);
        for (root, code, expected) in rows {
            has(&root, &[code]);
            let why = Engine::start(Some(&root)).map(drop).expect_err("it does not start");
            assert!(why.contains(expected), "{why}");
        }
    }
}

/// A real manager whose certificate has expired; the commands are those of the table's own page.
#[test]
fn an_expired_certificate_is_signed_anew() {
    let test = "an_expired_certificate_is_signed_anew";
    let fixture = fixture::own("ca-rotated");
    has(&fixture.state(), &["certificate-expired"]);
    for program in ["openssl", "jq"] {
        if !installed(program) {
            return skip(test, &format!("{program} is not installed"));
        }
    }
    let Some(mut engine) = started(test, Some(&fixture.state())) else { return };
    let why = refuses(&mut engine);
    assert!(why.contains("certificate has expired"), "{why}");
    let forced = engine.docker("swarm init --force-new-cluster --advertise-addr 127.0.0.1".split(' '));
    assert!(forced.is_err(), "{forced:?}");
    engine.stop();
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/findings.md")).expect("the page");
    let commands = page.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("its commands");
    let dir = tempfile::tempdir().expect("a temporary folder");
    let binary = Path::new(env!("CARGO_BIN_EXE_swarmfs")).parent().expect("its folder");
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.args(["-euc", commands]).current_dir(dir.path()).env("PATH", path).env("STATE", engine.state());
    let output = shell.output().expect("a shell");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!codes(&engine.state()).iter().any(|code| code.starts_with("certificate") || *code == "key-does-not-fit"));
    engine.restart().expect("the daemon starts");
    engine.wait_for("the swarm", |engine| engine.docker(["node", "ls"]).is_ok()).expect("the daemon takes it");
}
