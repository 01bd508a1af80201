//! Time in the tree: `history/`, `removed/`, `at/`, compared with a plain replay of the same actions and with
//! what is known of the fixtures.

mod kit;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use swarmfs::disk::Source;
use swarmfs::seal::UnlockKey;
use swarmfs::store::State;
use swarmfs::tree::{Forest, Found, Ino, Lifetime, NodeKind, Options, Tree, TreeError};

use kit::fixture::{self, Fixture};
use kit::objects::{self, Action, Kind, Meta};
use kit::random::Random;
use kit::writer::{self, Layout, Member, StateWriter};

/// A tree, asked by paths; what it reads must stay.
struct Asked {
    tree: Tree,
    _state: Option<Arc<Fixture>>,
}

impl Asked {
    fn folder(state: &Path, key: Option<&str>) -> Asked {
        let keys: Vec<UnlockKey> = key.map(|key| UnlockKey::parse(key.as_bytes()).unwrap()).into_iter().collect();
        let state = State::open(Source::folder(state).unwrap(), &keys).unwrap();
        Asked { tree: Tree::new(Arc::new(state), Options { cache_bytes: 1 << 20 }), _state: None }
    }

    fn fixture(name: &str) -> Asked {
        let fixture = fixture::shared(name);
        Asked { _state: Some(fixture.clone()), ..Asked::folder(&fixture.state(), fixture.unlock_key().as_deref()) }
    }

    /// Follows links.
    fn find(&self, path: &str) -> Option<Found> {
        let mut at: Vec<Ino> = vec![Ino::ROOT];
        let mut todo: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
        let mut found = None;
        while let Some(name) = todo.pop() {
            match name.as_str() {
                "" => continue,
                ".." => drop(at.pop()),
                _ => {
                    let row = self.tree.lookup(*at.last().unwrap(), name.as_bytes()).ok()?;
                    found = Some(row);
                    match row.attr.kind {
                        NodeKind::Link => {
                            let target = String::from_utf8(self.tree.target(row.attr.ino).unwrap()).unwrap();
                            assert_eq!(target.len() as u64, row.attr.size);
                            todo.extend(target.split('/').rev().map(str::to_owned));
                        }
                        _ => at.push(row.attr.ino),
                    }
                }
            }
        }
        found
    }

    fn ino(&self, path: &str) -> Ino {
        self.find(path).unwrap_or_else(|| panic!("{path} is missing")).attr.ino
    }

    fn exists(&self, path: &str) -> bool {
        self.find(path).is_some()
    }

    fn list(&self, path: &str) -> Vec<String> {
        self.rows(path).into_iter().map(|(name, _)| name).collect()
    }

    /// Without the note that something is missing.
    fn objects(&self, path: &str) -> Vec<String> {
        let mut names = self.list(path);
        names.retain(|name| name != "_INCOMPLETE.txt");
        names
    }

    fn rows(&self, path: &str) -> Vec<(String, Ino)> {
        let (folder, mut rows, mut cookie) = (self.ino(path), Vec::new(), 0);
        // Two at a time, so that every cookie is used.
        loop {
            let before = rows.len();
            self.tree
                .list(folder, cookie, true, &mut |row| {
                    rows.push((String::from_utf8(row.name.to_vec()).unwrap(), row.ino));
                    cookie = row.cookie;
                    rows.len() < before + 2
                })
                .unwrap();
            if rows.len() < before + 2 {
                return rows;
            }
        }
    }

    fn read(&self, path: &str) -> Vec<u8> {
        let found = self.find(path).unwrap_or_else(|| panic!("{path} is missing"));
        let mut bytes = Vec::new();
        self.tree.read(found.attr.ino, 0, usize::MAX, &mut |piece| bytes.extend_from_slice(piece)).unwrap();
        assert_eq!(bytes.len() as u64, found.attr.size, "{path}");
        bytes
    }

    fn json(&self, path: &str) -> Value {
        serde_json::from_slice(&self.read(path)).unwrap()
    }

    fn lines(&self, path: &str) -> Vec<Value> {
        let text = self.read(path);
        text.split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|l| serde_json::from_slice(l).unwrap())
            .collect()
    }

    /// Everything below a folder: files by their bytes, links by their targets.
    fn all(&self, path: &str) -> BTreeMap<String, Vec<u8>> {
        let (mut all, mut todo) = (BTreeMap::new(), vec![path.to_owned()]);
        while let Some(folder) = todo.pop() {
            let at = self.ino(&folder);
            for (name, ino) in self.rows(&folder) {
                let below = format!("{folder}/{name}");
                let found = self.tree.lookup(at, name.as_bytes()).unwrap_or_else(|_| panic!("{below} is missing"));
                assert_eq!(found.attr.ino, ino, "{below}");
                let relative = below[path.len()..].to_owned();
                match found.attr.kind {
                    NodeKind::Folder => {
                        assert_eq!(self.tree.parent(ino), at, "{below}");
                        todo.push(below);
                    }
                    NodeKind::File => drop(all.insert(relative, self.read(&below))),
                    NodeKind::Link => {
                        assert!(self.exists(&below), "{below} leads nowhere");
                        drop(all.insert(relative, self.tree.target(ino).unwrap()));
                    }
                }
            }
        }
        all
    }
}

#[test]
fn a_deleted_secret_is_read_again() {
    let tree = Asked::fixture("secret");
    let names = tree.list("removed/secrets");
    assert_eq!(names.iter().filter(|name| !name.contains('~')).collect::<Vec<_>>(), ["doomed", "reborn"]);
    let versions = tree.list("removed/secrets/doomed");
    assert_eq!(
        versions,
        ["0000000034-create.data", "0000000034-create.json", "0000000035-remove.data", "0000000035-remove.json"]
    );
    let doomed = tree.read("removed/secrets/doomed/0000000035-remove.data");
    assert_eq!(doomed.len(), 14);
    assert_eq!(doomed, tree.read("at/34/secrets/doomed"));
    assert!(!tree.exists("at/33/secrets/doomed") && !tree.exists("at/35/secrets/doomed"));
    // Two objects bore the name: the newest has it in history/, the one that is gone in removed/.
    let (first, second) = (tree.read("at/36/secrets/reborn"), tree.read("at/38/secrets/reborn"));
    assert_eq!(tree.read("removed/secrets/reborn/0000000037-remove.data"), first);
    assert_eq!(tree.read("history/secrets/by-name/reborn/0000000038-create.data"), second);
    assert_eq!(tree.read("secrets/reborn"), second);
    assert!(!tree.exists("at/37/secrets/reborn"));
    // A removal has the time of its entry.
    let entry = tree.find("entries/35.json").unwrap().attr.modified;
    assert_eq!(tree.find("removed/secrets/doomed/0000000035-remove.json").unwrap().attr.modified, entry);
    assert_eq!(tree.find("removed/secrets/doomed").unwrap().attr.modified, entry);
}

#[test]
fn what_changed_and_when() {
    let tree = Asked::fixture("secret");
    let lines = tree.lines("tables/history.jsonl");
    let last = lines.last().unwrap();
    assert_eq!(
        (&last["index"], &last["summary"], &last["kind"], &last["name"], &last["action"]),
        (&json!(39), &json!("update secret passwd"), &json!("secret"), &json!("passwd"), &json!("update"))
    );
    let changed = last["changes"].as_array().unwrap();
    let label = json!({"path": ["spec", "annotations", "labels", "updated"], "old": null, "new": "yes"});
    assert!(changed.contains(&label) && changed.len() == 3, "{changed:?}");
    assert_eq!(tree.json("entries/39.json")["time"], last["time"]);
    let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).count();
    let files = tree.list("history/secrets").into_iter().filter(|id| id != "by-name");
    let files: usize = files.map(|id| tree.list(&format!("history/secrets/{id}")).len()).sum();
    assert_eq!(of("secret") * 2, files);
}

/// The state after the last entry is what the root shows, also where it is known in part.
fn check_present(tree: &Asked, name: &str) {
    for folder in ["objects", "secrets", "configs"] {
        let (mut now, mut last) = (tree.all(folder), tree.all(&format!("at/latest/{folder}")));
        let without_notes = |all: &mut BTreeMap<String, Vec<u8>>| {
            let before = all.len();
            all.retain(|path, _| !path.ends_with("_INCOMPLETE.txt"));
            before - all.len()
        };
        assert_eq!(without_notes(&mut now), without_notes(&mut last), "{name}: {folder}");
        assert!(now == last, "{name}: {folder}");
    }
}

#[test]
fn the_last_moment_is_the_present() {
    for name in ["secret", "snapshots", "three-m1", "ca-rotated", "torn-bitflip", "torn-snap-bitflip", "node-head"] {
        let tree = Asked::fixture(name);
        check_present(&tree, name);
        tree.all("history");
        tree.all("removed");
    }
}

#[test]
fn what_is_known_of_each_moment() {
    for name in ["secret", "torn-bitflip", "torn-trunc", "old-112", "three-autolock-leader", "node-head"] {
        let tree = Asked::fixture(name);
        let status = tree.json("status.json");
        let last = status["state"]["index"].as_u64().unwrap();
        let known = |index: u64| {
            let ranges = status["state"]["known"].as_array().unwrap();
            ranges.iter().any(|range| (range[0].as_u64().unwrap()..=range[1].as_u64().unwrap()).contains(&index))
        };
        let mut seen = false;
        for index in 0..=last + 1 {
            let exists = tree.exists(&format!("at/{index}"));
            seen |= exists;
            assert_eq!(exists, seen && index <= last, "{name}: {index}");
            let part = tree.exists(&format!("at/{index}/objects/_INCOMPLETE.txt"));
            assert_eq!(exists && !part, known(index), "{name}: {index}");
            assert_eq!(tree.exists(&format!("at/{index}/_INCOMPLETE.txt")), part);
        }
    }
}

#[test]
fn nodes_without_a_log_say_why() {
    for name in ["three-worker", "three-demoted"] {
        let tree = Asked::fixture(name);
        assert_eq!(tree.list("at"), ["_INCOMPLETE.txt"]);
        assert_eq!(tree.list("entries"), ["_INCOMPLETE.txt"]);
        let why = String::from_utf8(tree.read("entries/_INCOMPLETE.txt")).unwrap();
        assert!(why.contains("There is no raft log here"), "{why}");
        assert!(tree.exists("history/_INCOMPLETE.txt") && tree.exists("removed/secrets/_INCOMPLETE.txt"));
        assert!(!tree.exists("at/latest") && !tree.exists("at/0") && !tree.exists("at/2026-11-22"));
    }
}

#[test]
fn moments_by_time() {
    let tree = Asked::fixture("secret");
    let target = |name: &str| {
        let found = tree.tree.lookup(tree.ino("at"), name.as_bytes()).ok()?;
        assert_eq!(found.name, Lifetime::None, "{name}");
        Some(String::from_utf8(tree.tree.target(found.attr.ino).unwrap()).unwrap())
    };
    assert_eq!(tree.list("at"), ["latest"]);
    assert_eq!(target("latest").as_deref(), Some("0000000039"));
    assert_eq!(target("2026-11-22").as_deref(), Some("0000000039"));
    assert_eq!(target("12").as_deref(), Some("0000000012"));
    assert_eq!(target("2026-11-21"), None);
    // Every entry's own time leads to the last one with this time, a nanosecond less to the one before.
    let times: Vec<(u64, String)> = tree
        .lines("tables/entries.jsonl")
        .iter()
        .filter_map(|entry| Some((entry["index"].as_u64()?, entry["time"].as_str()?.to_owned())))
        .collect();
    for (_, time) in &times {
        let last = times.iter().filter(|(_, other)| other <= time).map(|(index, _)| *index).max().unwrap();
        assert_eq!(target(time), Some(format!("{last:010}")), "{time}");
        let before: jiff::Timestamp = time.parse().unwrap();
        let before = before - jiff::SignedDuration::from_nanos(1);
        let last = times.iter().filter(|(_, other)| other < time).map(|(index, _)| *index).max();
        assert_eq!(target(&before.to_string()), last.map(|last| format!("{last:010}")), "{before}");
    }
}

#[test]
fn two_managers_tell_the_same_history() {
    let (one, other) = (Asked::fixture("three-m1"), Asked::fixture("three-m2"));
    for folder in ["history", "removed"] {
        assert!(one.all(folder) == other.all(folder), "{folder}");
    }
    assert!(one.read("tables/history.jsonl") == other.read("tables/history.jsonl"));
}

/// What the replay knows of an object: enough to write it, and to recognize it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Thing {
    meta: Meta,
    name: String,
    data: Vec<u8>,
}

type World = BTreeMap<(Kind, String), Thing>;

const KINDS: [Kind; 2] = [Kind::Secret, Kind::Config];
const NAMES: [&str; 5] = ["a", "b~c", "../d", "", "_INCOMPLETE.txt"];

fn encoded(thing: &Thing) -> Vec<u8> {
    objects::payload(&thing.meta, &thing.name, &[], &thing.data)
}

/// A random history: creates, updates and removals that a daemon would refuse among them, several in an entry,
/// tails that a new leader overwrites, holes, snapshots, purges. Answers the state after each index of the final log, the
/// lowest index that is still known, and what history must hold of each object.
struct Replay {
    after: BTreeMap<u64, World>,
    /// Whether nothing below is missing since the last snapshot.
    whole: BTreeMap<u64, bool>,
    first: u64,
    actions: BTreeMap<u64, Vec<(Action, Kind, String)>>,
}

fn write_history(folder: &Path, seed: u64) -> Replay {
    let mut random = Random::new(seed);
    let options = writer::Options { layout: Layout::Clear, seed, preallocate: 4096, ..writer::Options::default() };
    let mut writer = StateWriter::create(folder, options).unwrap();
    let mut after: BTreeMap<u64, World> = BTreeMap::from([(0, World::new())]);
    // What happened in holes too; only a snapshot tells it.
    let mut truth = after.clone();
    let mut whole = BTreeMap::from([(0, true)]);
    let mut actions: BTreeMap<u64, Vec<_>> = BTreeMap::new();
    let mut births: BTreeMap<(Kind, String), i64> = BTreeMap::new();
    let (mut clock, mut snapshots, mut segments) = (1_795_000_000, Vec::new(), vec![1]);
    for step in 0..random.between(5, 60) {
        let next = writer.next_index();
        match random.below(12) {
            0 if next > 1 => {
                // A new leader overwrites what was not committed, but never what a snapshot holds.
                let lowest = snapshots.last().copied().unwrap_or(0).max(*segments.last().unwrap() - 1) + 1;
                if lowest < next {
                    writer.go_to(random.between(lowest, next - 1));
                    let term = writer.term() + 1;
                    writer.set_term(term);
                }
            }
            1 if next > 1 && snapshots.last() != Some(&(next - 1)) => {
                let world = &truth[&(next - 1)];
                let objects: Vec<(Kind, Vec<u8>)> =
                    world.iter().map(|((kind, _), thing)| (*kind, encoded(thing))).collect();
                let objects = objects.iter().map(|(kind, object)| (*kind, object.as_slice()));
                let plain = objects::snapshot([Member::own().encode()], &[], objects);
                writer.snapshot(&plain, &[kit::identity::RAFT_ID]).unwrap();
                snapshots.push(next - 1);
                whole.insert(next - 1, true);
                after.insert(next - 1, world.clone());
                writer.commit(next - 1).unwrap();
                writer.cut().unwrap();
                segments.push(next);
            }
            _ => {}
        }
        let begin = writer.next_index();
        // Not where a leader goes back: what it leaves out there would be its predecessor's.
        let hole = if begin == next && begin > 1 && random.below(25) == 0 { random.between(1, 3) } else { 0 };
        let index = begin + hole;
        writer.go_to(index);
        after.retain(|at, _| *at < begin);
        truth.retain(|at, _| *at < begin);
        whole.retain(|at, _| *at < begin);
        actions.retain(|at, _| *at < begin);
        let mut world = after[&(begin - 1)].clone();
        let mut true_world = truth[&(begin - 1)].clone();
        for lost in begin..index {
            true_world.pop_first();
            after.insert(lost, world.clone());
            truth.insert(lost, true_world.clone());
            whole.insert(lost, false);
        }
        whole.insert(index, whole[&(index - 1)]);
        let mut done = Vec::new();
        for _ in 0..random.below(4) {
            clock += 1;
            let kind = KINDS[random.below(2) as usize];
            let id = format!("id{}", random.below(5));
            let name = NAMES[random.below(NAMES.len() as u64) as usize].to_owned();
            let action = [Action::Create, Action::Update, Action::Remove][random.below(3) as usize];
            let born = *births.entry((kind, id.clone())).or_insert(clock);
            let meta = Meta { id: id.clone(), version: index, created: (born, 0), updated: (clock, step as u32) };
            let thing = Thing { meta, name, data: clock.to_string().into_bytes() };
            done.push((action, kind, encoded(&thing)));
            actions.entry(index).or_default().push((action, kind, id.clone()));
            match action {
                Action::Remove => {
                    world.remove(&(kind, id.clone()));
                    true_world.remove(&(kind, id));
                }
                _ => {
                    world.insert((kind, id.clone()), thing.clone());
                    true_world.insert((kind, id), thing);
                }
            }
        }
        let request =
            objects::request(step + 1, done.iter().map(|(action, kind, object)| (*action, *kind, object.as_slice())));
        assert_eq!(writer.normal(&request).unwrap(), index);
        writer.commit(index).unwrap();
        after.insert(index, world);
        truth.insert(index, true_world);
    }
    let mut first = 1;
    if !snapshots.is_empty() && random.below(2) == 0 {
        writer.purge(0).unwrap();
        first = *snapshots.last().unwrap();
    }
    writer.finish().unwrap();
    Replay { after, whole, first, actions }
}

/// The names that a folder of links shows for a world: the newest holder has the bare one.
fn check_moment(tree: &Asked, folder: &str, world: &World) {
    for kind in KINDS {
        let at = format!("{folder}objects/{}", kind.folder());
        let things: Vec<&Thing> = world.iter().filter(|((of, _), _)| *of == kind).map(|(_, thing)| thing).collect();
        let ids: BTreeSet<String> = things.iter().map(|thing| format!("{}.json", thing.meta.id)).collect();
        let listed: BTreeSet<String> = tree.objects(&at).into_iter().filter(|name| name != "by-name").collect();
        assert_eq!(listed, ids, "{at}");
        for thing in &things {
            let shown = tree.json(&format!("{at}/{}.json", thing.meta.id));
            assert_eq!(shown["spec"]["data"].as_str().unwrap().as_bytes(), thing.data, "{at}");
            assert_eq!(shown["meta"]["version"]["index"], thing.meta.version);
        }
        let links: BTreeSet<String> = tree.objects(&format!("{at}/by-name")).into_iter().collect();
        let names: BTreeSet<&str> = things.iter().map(|thing| thing.name.as_str()).collect();
        assert_eq!(links.len(), names.len() + things.len(), "{at}: {links:?}");
        for link in &links {
            let shown = tree.json(&format!("{at}/by-name/{link}"));
            let id = shown["id"].as_str().unwrap();
            assert!(ids.contains(&format!("{id}.json")), "{at}/by-name/{link}");
            if let Some((_, of)) = link.trim_end_matches(".json").split_once('~') {
                assert_eq!(of, id);
            } else {
                let named = things.iter().filter(|thing| thing.name == shown["spec"]["annotations"]["name"]);
                let newest = named.max_by_key(|thing| thing.meta.created).unwrap();
                assert_eq!(newest.meta.id, id, "{at}/by-name/{link}");
            }
        }
        let payloads: BTreeSet<Vec<u8>> = things.iter().map(|thing| thing.data.clone()).collect();
        let folder = format!("{folder}{}", kind.folder());
        let listed = tree.objects(&folder);
        assert_eq!(listed.len(), things.len(), "{folder}");
        assert_eq!(listed.iter().map(|name| tree.read(&format!("{folder}/{name}"))).collect::<BTreeSet<_>>(), payloads);
    }
}

#[test]
fn every_moment_equals_the_replay() {
    let mut absent = 0;
    for seed in 0..60 {
        let folder = tempfile::tempdir().unwrap();
        let replay = write_history(folder.path(), seed);
        let tree = Asked::folder(folder.path(), None);
        let last = *replay.after.keys().last().unwrap();
        let known = tree.json("status.json")["state"]["known"].as_array().unwrap().last().map(|range| range[1].clone());
        assert_eq!(known == Some(json!(last)), replay.whole[&last], "seed {seed}");
        for index in replay.first..=last {
            if index > 0 {
                println!("seed {seed}, index {index} of {last}");
                assert_eq!(tree.exists(&format!("at/{index}/_INCOMPLETE.txt")), !replay.whole[&index]);
                check_moment(&tree, &format!("at/{index}/"), &replay.after[&index]);
            }
        }
        check_moment(&tree, "", &replay.after[&last]);
        absent += check_files(&tree, &replay);
        check_present(&tree, &format!("seed {seed}"));
        for folder in ["history", "removed"] {
            tree.all(folder);
        }
    }
    assert!(absent > 0, "no history lost a removal");
}

/// Where nothing was purged: history has a file for every action, and for what a snapshot no longer lists; removed/
/// has what is gone. Answers how many objects were found missing in a snapshot.
fn check_files(tree: &Asked, replay: &Replay) -> usize {
    if replay.first != 1 {
        return 0;
    }
    let last = replay.after.values().next_back().unwrap();
    let mut files: BTreeMap<(Kind, String), Vec<String>> = BTreeMap::new();
    for (index, actions) in &replay.actions {
        let mut count: BTreeMap<(Kind, &str), u32> = BTreeMap::new();
        for (action, kind, id) in actions {
            let nth = count.entry((*kind, id)).or_default();
            *nth += 1;
            let place = if *nth == 1 { format!("{index:010}") } else { format!("{index:010}.{nth}") };
            let action = format!("{action:?}").to_lowercase();
            let of = files.entry((*kind, id.clone())).or_default();
            of.extend([format!("{place}-{action}.data"), format!("{place}-{action}.json")]);
        }
    }
    let lines = tree.lines("tables/history.jsonl");
    let absent = lines.iter().filter(|line| line["action"] == "absent").count();
    assert_eq!(lines.len() - absent, replay.actions.values().map(Vec::len).sum::<usize>());
    let mut absent_files = 0;
    for kind in KINDS {
        let of_kind = files.iter().filter(|((of, _), _)| *of == kind);
        let mut gone = 0;
        for ((_, id), wanted) in of_kind.clone() {
            let mut files = tree.objects(&format!("history/{}/{id}", kind.folder()));
            absent_files += files.iter().filter(|name| name.ends_with("-absent.json")).count();
            files.retain(|name| !name.ends_with("-absent.json"));
            assert_eq!(files, *wanted);
            gone += usize::from(!last.contains_key(&(kind, id.clone())));
        }
        let removed = tree.objects(&format!("removed/{}", kind.folder()));
        assert_eq!(removed.iter().filter(|name| name.contains('~')).count(), gone);
        assert_eq!(tree.objects(&format!("history/{}", kind.folder())).len(), of_kind.count() + 1);
    }
    assert_eq!(absent, absent_files);
    absent
}

#[test]
fn names_that_are_no_moments_and_no_versions() {
    let tree = Asked::fixture("secret");
    let at = tree.ino("at");
    for name in
        ["", "x", "-1", "+1", "0", "0x1", "1.0", "latest ", "LATEST", "40", "99999999999999999999999", "2026-13-01"]
    {
        assert!(matches!(tree.tree.lookup(at, name.as_bytes()), Err(TreeError::NotFound)), "{name}");
    }
    let versions = tree.ino("removed/secrets/doomed");
    for name in
        ["34-create.json", "0000000034-update.json", "0000000034.2-create.json", "0000000034.1-create.json", "latest"]
    {
        assert!(matches!(tree.tree.lookup(versions, name.as_bytes()), Err(TreeError::NotFound)), "{name}");
    }
    assert!(!tree.exists("at/12/README.md") && !tree.exists("at/12/at") && !tree.exists("at/12/entries"));
    assert_eq!(tree.list("at/12"), ["objects", "secrets", "configs"]);
}
