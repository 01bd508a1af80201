//! A mount beside one real daemon while its keys are turned, it is locked, restarted, and its CA is replaced: what
//! was readable stays so, what comes is seen, and a frozen mount beside it does not change at all.

mod kit;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use kit::cluster::Network;
use kit::engine::agree::{self, comes, member, wait_until};
use kit::engine::{Engine, run, skip};
use kit::mounted::Mounted;
use kit::readers::{Reader, Reading, Tail, digests};
use serde_json::Value;

const SWARMFS: &str = env!("CARGO_BIN_EXE_swarmfs");

const LIMIT: Duration = Duration::from_secs(60);

/// A daemon with a swarm of one, alone in a network, and a mount that follows it.
struct Beside {
    mounted: Mounted,
    engine: Engine,
    _network: Network,
}

impl Beside {
    fn new() -> Result<Beside, String> {
        let network = Network::new(1)?;
        let engine = network.engine(1)?;
        engine.does("swarm init --advertise-addr 127.0.0.1 --snapshot-interval 20");
        let mounted = Mounted::new(SWARMFS, &engine.state(), None)?;
        Ok(Beside { mounted, engine, _network: network })
    }

    fn tree(&self) -> PathBuf {
        self.mounted.path()
    }

    fn frozen(&self) -> Mounted {
        Mounted::with(SWARMFS, &self.engine.state(), None, &["--freeze"]).expect("a frozen mount")
    }

    fn status(&self, pointer: &str) -> Value {
        member(&self.tree().join("status.json"), pointer)
    }

    /// Waits for something in the tree to be so.
    #[track_caller]
    fn shows(&self, file: &str, pointer: &str, wanted: impl Into<Value>) {
        let wanted = wanted.into();
        wait_until(file, || {
            let shown = member(&self.tree().join(file), pointer);
            if shown == wanted { Ok(()) } else { Err(format!("{file} says {shown} for {pointer}, not {wanted}")) }
        });
    }

    /// A secret is made, and is seen.
    #[track_caller]
    fn secret(&self, name: &str) {
        self.engine.secret(name, &format!("payload of {name}"));
        comes(&self.tree().join("secrets").join(name), &format!("payload of {name}"));
    }

    fn unlock(&self, from: &str, key: &str) -> Output {
        let mut command = Command::new(SWARMFS);
        command.arg("unlock").arg(self.tree()).args(["--unlock-key-file", from]);
        run(&mut command, key.as_bytes(), LIMIT).expect("swarmfs unlock")
    }

    /// Everything is at hand, nothing is damaged, all is as the daemon says.
    #[track_caller]
    fn is_open(&self) {
        self.shows("status.json", "/log/sealed", 0);
        agree::with_engine(&self.engine, &self.tree());
        Reading::of(&self.tree()).expect_fine();
        let check = fs::read_to_string(self.tree().join("check.txt")).expect("check.txt");
        assert!(!check.contains("damage\t"), "{check}");
    }
}

/// What a shell prints; `$M` is the mountpoint.
fn shell(script: &str, tree: &Path) -> String {
    let output = run(Command::new("sh").args(["-c", script]).env("M", tree), b"", LIMIT).expect(script);
    assert!(output.status.success() && output.stderr.is_empty(), "{script}: {output:?}");
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

/// The digests of a tree, by the paths within it.
fn shown(tree: &Path) -> BTreeMap<PathBuf, String> {
    let digests = digests(tree).into_iter();
    digests.map(|(path, digest)| (path.strip_prefix(tree).unwrap_or(&path).to_owned(), digest)).collect()
}

/// Tools that look at a mount again and again see what is new; those that hold a file see it whole.
fn tools_follow(beside: &Beside) {
    let tree = beside.tree();
    let docker = |line: &str| beside.engine.does(line);
    for round in 0..8 {
        beside.secret(&format!("s{round}"));
        // What the command made is among the last entries that are listed, by then.
        let last = shell("cd \"$M/entries\" && ls | tail -n 3 | xargs cat", &tree);
        assert!(last.contains(&format!("create secret s{round}")), "{last}");
        docker(&format!("service create --detach --no-resolve-image --name w{round} --replicas 0 lab/none:1"));
        let name = format!("objects/services/by-name/w{round}.json");
        shell(&format!("until ls \"$M/objects/services/by-name\" | grep -qx w{round}.json; do sleep .05; done"), &tree);

        let whole = fs::read_to_string(tree.join(&name)).expect("a service");
        let mut open = File::open(tree.join(&name)).expect("a service");
        let mut begun = vec![0; 100];
        open.read_exact(&mut begun).expect("the beginning");
        docker(&format!("service update --detach --no-resolve-image --label-add round={round} w{round}"));
        beside.shows(&name, "/spec/annotations/labels/round", round.to_string());
        let mut rest = Vec::new();
        open.read_to_end(&mut rest).expect("the rest");
        assert_eq!(String::from_utf8_lossy(&[begun, rest].concat()), whole, "an open file changed");

        if round % 3 == 0 {
            let path = tree.join(format!("secrets/s{round}"));
            let mut open = File::open(&path).expect("a secret");
            docker(&format!("secret rm s{round}"));
            docker(&format!("service rm w{round}"));
            agree::goes(&path);
            agree::goes(&tree.join(&name));
            let mut held = String::new();
            open.read_to_string(&mut held).expect("a secret that was removed");
            assert_eq!(held, format!("payload of s{round}"));
        }
    }
}

#[test]
fn keys_are_turned_under_a_mount() {
    let test = "keys_are_turned_under_a_mount";
    let beside = match Beside::new() {
        Ok(beside) => beside,
        Err(why) if ["not installed", "need", "/dev/fuse"].iter().any(|part| why.contains(part)) => {
            return skip(test, &why);
        }
        Err(why) => panic!("{why}"),
    };
    let (tree, docker) = (beside.tree(), |line: &str| beside.engine.does(line));
    let tails = [Tail::new("-F", tree.join("tables/entries.jsonl")), Tail::new("-f", tree.join("log.txt"))];
    let reader = Reader::new(&tree);
    tools_follow(&beside);
    tails.into_iter().for_each(Tail::expect_all);
    beside.is_open();
    assert!(fs::read_dir(tree.join("raft/snapshots")).expect("snapshots").count() > 0);

    // Of two that are frozen, one is not looked at before the end: nothing that a kernel keeps can help it.
    let frozen = [beside.frozen(), beside.frozen()];
    let then = shown(&frozen[0].path());
    let entries = digests(&tree.join("entries"));

    // Locked while mounted, without the key: the data key is turned, and what comes is sealed.
    docker("swarm update --autolock=true");
    let old_key = docker("swarm unlock-key --quiet");
    beside.shows("node/key.json", "/locked", true);
    let mut count = 0;
    wait_until("a sealed entry", || {
        beside.engine.secret(&format!("sealed{count}"), "of no use without the key");
        count += 1;
        if beside.status("/log/sealed").as_u64() > Some(0) { Ok(()) } else { Err(beside.status("").to_string()) }
    });
    beside.shows("status.json", "/keys/state", "locked");
    assert!(beside.status("/keys/why").as_str().is_some_and(|why| why.contains("key")));
    comes(&tree.join("secrets/s1"), "payload of s1");
    let now = digests(&tree.join("entries"));
    for (path, digest) in &entries {
        assert_eq!(now.get(path), Some(digest), "{path:?} was readable");
    }

    // Another unlock key: the one from before does not help any more, the new one does.
    let version = member(&tree.join("node/key.json"), "/kek_version");
    docker("swarm unlock-key --rotate --quiet");
    wait_until("another version of the key", || {
        let shown = member(&tree.join("node/key.json"), "/kek_version");
        if shown != version && !shown.is_null() { Ok(()) } else { Err(format!("it is {shown}")) }
    });
    let new_key = docker("swarm unlock-key --quiet");
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), &old_key).expect("a file");
    let refused = beside.unlock(&file.path().to_string_lossy(), "");
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    let taken = beside.unlock("-", &new_key);
    assert_eq!(taken.status.code(), Some(0), "{taken:?}");
    comes(&tree.join("secrets/sealed0"), "of no use without the key");
    beside.shows("status.json", "/keys/state", "unlocked");
    beside.is_open();

    let Beside { mut engine, mounted, _network } = beside;
    // The daemon is stopped and started, and needs its key; the mount does not need it again.
    let before = digests(&tree.join("objects"));
    engine.stop();
    assert_eq!(digests(&tree.join("objects")), before);
    engine.restart().expect("the daemon");
    engine.docker_with(["swarm", "unlock"], format!("{new_key}\n").as_bytes()).expect("the key");
    engine.wait_for("the swarm", |engine| engine.docker(["node", "ls"]).is_ok()).expect("the swarm");
    let beside = Beside { mounted, engine, _network };
    beside.secret("after-the-restart");
    beside.is_open();

    // No lock any more.
    beside.engine.does("swarm update --autolock=false");
    beside.shows("node/key.json", "/locked", false);
    beside.shows("status.json", "/keys/state", "open");
    (0..3).for_each(|round| beside.secret(&format!("open{round}")));
    beside.is_open();

    // Another CA, and a certificate by it.
    let certificates = ["node/certificates/swarm-node.json", "node/certificates/swarm-root-ca.json"];
    let fingerprint = |file: &str| member(&tree.join(file), "/certificates/0/fingerprint_sha256");
    let before = certificates.map(fingerprint);
    beside.engine.does("swarm ca --rotate --quiet");
    wait_until("new certificates", || {
        let now = certificates.map(fingerprint);
        let new = now.iter().zip(&before).all(|(now, before)| now != before && !now.is_null());
        if new { Ok(()) } else { Err(format!("{now:?}")) }
    });
    beside.shows(certificates[0], "/certificates/0/signed_by_root_ca", true);
    beside.shows(certificates[0], "/certificates/0/key_fits", true);
    beside.secret("after-the-rotation");
    beside.is_open();

    reader.finish().expect_fine();
    frozen_stays(&frozen, &then);
}

fn frozen_stays(frozen: &[Mounted; 2], then: &BTreeMap<PathBuf, String>) {
    for mounted in frozen {
        let now = shown(&mounted.path());
        let differ: Vec<_> = then.iter().filter(|(path, digest)| now.get(*path) != Some(digest)).collect();
        assert!(differ.is_empty() && now.len() == then.len(), "{} and {} files; {differ:?}", then.len(), now.len());
    }
}
