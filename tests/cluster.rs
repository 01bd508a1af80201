//! Three managers, each a real daemon in a network namespace, all mounted at once: what they agree on is the same in
//! all mounts, whatever happens to one of them.

mod kit;

use std::path::{Path, PathBuf};
use std::time::Duration;

use kit::cluster::Network;
use kit::engine::{Engine, agree, skip};
use kit::mounted::Mounted;
use kit::readers::{Reading, Tail};

struct Manager {
    engine: Engine,
    mounted: Mounted,
    id: String,
}

impl Manager {
    fn new(engine: Engine) -> Result<Manager, String> {
        let mounted = Mounted::new(env!("CARGO_BIN_EXE_swarmfs"), &engine.state(), None)?;
        let id = engine.does("info --format {{.Swarm.NodeID}}");
        Ok(Manager { engine, mounted, id })
    }

    fn tree(&self) -> PathBuf {
        self.mounted.path()
    }

    fn says_what_its_engine_says(&self) {
        agree::with_engine(&self.engine, &self.tree());
    }
}

/// A swarm of three, mounted; the first leads.
fn three(network: &Network) -> Result<[Manager; 3], String> {
    let leader = network.engine(1)?;
    leader.does(&format!("swarm init --advertise-addr {}", network.address(1)));
    let token = leader.does("swarm join-token --quiet manager");
    let join = format!("swarm join --token {token} {}:2377", network.address(1));
    let followers = [network.engine(2)?, network.engine(3)?];
    followers.iter().for_each(|engine| drop(engine.does(&join)));
    let [second, third] = followers;
    Ok([Manager::new(leader)?, Manager::new(second)?, Manager::new(third)?])
}

/// Waits until one of these leads; answers which.
fn leader(managers: &[&Manager]) -> usize {
    let mut found = 0;
    agree::wait_until("a leader", || {
        for (place, manager) in managers.iter().enumerate() {
            let format = ["node", "ls", "--format", "{{.ID}} {{.ManagerStatus}}"];
            let rows = manager.engine.docker_within(Duration::from_secs(10), format, b"")?;
            if rows.lines().any(|row| row == format!("{} Leader", manager.id)) {
                found = place;
                return Ok(());
            }
        }
        Err("nobody leads".to_owned())
    });
    found
}

/// Nothing is damaged, and every file can be read.
fn is_fine(tree: &Path) {
    Reading::of(tree).expect_fine();
    let damage = agree::member(&tree.join("status.json"), "/findings/damage");
    assert_eq!(damage, 0, "{}", std::fs::read_to_string(tree.join("check.txt")).unwrap_or_default());
}

fn entries(tree: &Path) -> usize {
    let rows = std::fs::read_dir(tree.join("entries")).expect("entries/");
    // Where there is none, a file says why.
    rows.filter(|row| row.as_ref().is_ok_and(|row| row.path().extension().is_some_and(|ext| ext == "json"))).count()
}

/// Objects that each of them makes are seen in all mounts.
fn all_see_all(managers: &[&Manager], label: &str) {
    for (place, maker) in managers.iter().enumerate() {
        let name = format!("{label}-{place}");
        maker.engine.secret(&name, &format!("payload of {name}"));
        for manager in managers {
            agree::comes(&manager.tree().join("secrets").join(&name), &format!("payload of {name}"));
        }
    }
    let service = "service create --detach --no-resolve-image --constraint node.labels.zone==nowhere --replicas 2";
    managers[0].engine.does(&format!("{service} --name {label} lab/none:1 serve"));
    managers.iter().for_each(|manager| manager.says_what_its_engine_says());
    managers.iter().skip(1).for_each(|other| agree::with_tree(&managers[0].tree(), &other.tree()));
    managers.iter().for_each(|manager| is_fine(&manager.tree()));
}

#[test]
fn three_managers_through_failures() {
    let test = "three_managers_through_failures";
    let network = match Network::new(3) {
        Ok(network) => network,
        Err(why) => return skip(test, &why),
    };
    let [mut first, mut second, mut third] = match three(&network) {
        Ok(managers) => managers,
        Err(why) if why.contains("not installed") || why.contains("/dev/fuse") => return skip(test, &why),
        Err(why) => panic!("{why}"),
    };
    let tails: Vec<Tail> = [&second, &third]
        .into_iter()
        .flat_map(|manager| {
            let tree = manager.tree();
            [Tail::new("-F", tree.join("tables/entries.jsonl")), Tail::new("-f", tree.join("log.txt"))]
        })
        .collect();
    all_see_all(&[&first, &second, &third], "together");

    // The leader alone writes what nobody will ever agree to, and dies.
    network.connect(1, false).unwrap();
    let lost = first.engine.docker_within(Duration::from_secs(3), ["secret", "create", "lost", "-"], b"x");
    assert!(lost.is_err(), "a leader without followers agreed: {lost:?}");
    agree::comes(&first.tree().join("secrets/lost"), "x");
    first.engine.kill();
    let left = entries(&first.tree());
    leader(&[&second, &third]);
    // Not before: the kernel would still deliver what the dead one had sent, and the others would take it.
    network.connect(1, true).unwrap();
    all_see_all(&[&second, &third], "without-first");
    assert_eq!(entries(&first.tree()), left);
    agree::comes(&first.tree().join("secrets/lost"), "x");
    is_fine(&first.tree());

    // It comes back, and what it wrote alone is overwritten.
    first.engine.restart().unwrap();
    agree::wait_until("the first is told by the others", || {
        match first.engine.docker(["secret", "ls", "--format", "{{.Name}}"])?.lines().any(|name| name == "lost") {
            false => Ok(()),
            true => Err(first.engine.log().lines().rev().take(5).collect::<Vec<_>>().join("\n")),
        }
    });
    agree::goes(&first.tree().join("secrets/lost"));
    all_see_all(&[&first, &second, &third], "again");
    assert!(std::fs::read_dir(first.tree().join("raft/superseded")).unwrap().count() > 0);
    tails.into_iter().for_each(Tail::expect_all);

    // One that does not lead is demoted: a worker is shown, until it is promoted again.
    let leads = leader(&[&first, &second, &third]);
    let demoted = if leads == 2 { &mut second } else { &mut third };
    first.engine.does(&format!("node demote {}", demoted.id));
    agree::wait_until("a worker", || {
        let status = demoted.tree().join("status.json");
        let shown = (agree::member(&status, "/node/role"), agree::member(&status, "/log/folder"));
        if shown == ("swarm-worker".into(), serde_json::Value::Null) { Ok(()) } else { Err(format!("{shown:?}")) }
    });
    let left: Vec<_> =
        std::fs::read_dir(demoted.tree().join("entries")).unwrap().map(|row| row.unwrap().file_name()).collect();
    assert_eq!(left, ["_INCOMPLETE.txt"]);
    is_fine(&demoted.tree());
    first.says_what_its_engine_says();
    first.engine.does(&format!("node promote {}", demoted.id));
    let name = |manager: &Manager| manager.tree().join("secrets/again-0");
    agree::comes(&name(demoted), "payload of again-0");
    // The mount shows what its daemon has yet to make ready.
    agree::wait_until("a manager", || demoted.engine.docker(["node", "ls"]).map(drop));
    all_see_all(&[&first, &second, &third], "promoted");

    // A daemon is stopped and started.
    let before = entries(&second.tree());
    second.engine.stop();
    assert!(entries(&second.tree()) >= before);
    is_fine(&second.tree());
    leader(&[&first, &third]);
    first.engine.secret("meanwhile", "while the second was away");
    second.engine.restart().unwrap();
    agree::comes(&second.tree().join("secrets/meanwhile"), "while the second was away");
    all_see_all(&[&first, &second, &third], "restarted");

    // One leaves and makes a swarm of its own, at the same place; the others stay together.
    let leads = leader(&[&first, &second, &third]);
    let (leaves, stay) = match leads {
        2 => (&mut first, [&second, &third]),
        _ => (&mut third, [&first, &second]),
    };
    leaves.engine.does("swarm leave --force");
    is_fine(&leaves.tree());
    leaves.engine.does("swarm init --advertise-addr 127.0.0.1");
    leaves.engine.secret("own", "of a swarm of its own");
    agree::comes(&leaves.tree().join("secrets/own"), "of a swarm of its own");
    leaves.says_what_its_engine_says();
    is_fine(&leaves.tree());
    all_see_all(&stay, "two-left");
}
