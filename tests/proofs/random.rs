//! Any history that a log can hold: the tree shows exactly what was written, in every layout.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use proptest::prelude::*;

use crate::kit::identity;
use crate::kit::keyfile::Lock;
use crate::kit::objects::{self, Action, Kind, Meta};
use crate::kit::seal::Cipher;
use crate::kit::writer::{Layout, Member, Options, StateWriter};
use crate::stage::{open, tree};
use crate::walk::{Walked, walk};

const KINDS: [Kind; 5] = [Kind::Secret, Kind::Config, Kind::Network, Kind::Node, Kind::Volume];
const BEGIN: i64 = 1_795_000_000;

/// What a step of the history does.
#[derive(Clone, Debug)]
enum Step {
    /// A transaction: action, kind, id, and how many bytes a payload has.
    Request(Vec<(Action, usize, u8, usize)>),
    Empty,
    Join(u64),
    Leave(u64),
    Term,
    Cut,
    Snapshot,
    Purge(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let action = prop_oneof![2 => Just(Action::Create), 2 => Just(Action::Update), 1 => Just(Action::Remove)];
    let request = prop::collection::vec((action, 0..KINDS.len(), 0u8..3, 0usize..300), 0..4);
    let step = prop_oneof![
        12 => request.prop_map(Step::Request),
        1 => Just(Step::Empty),
        1 => (2u64..5).prop_map(Step::Join),
        1 => (2u64..5).prop_map(Step::Leave),
        1 => Just(Step::Term),
        2 => Just(Step::Cut),
        2 => Just(Step::Snapshot),
        1 => (0usize..2).prop_map(Step::Purge),
    ];
    prop::collection::vec(step, 0..40)
}

/// What is written of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Written {
    meta: Meta,
    name: String,
    data: Vec<u8>,
}

impl Written {
    fn encode(&self, kind: Kind) -> Vec<u8> {
        match kind {
            Kind::Network => objects::network(&self.meta, &self.name, &[], 7),
            Kind::Node => objects::node(&self.meta, &self.name, &[], false),
            Kind::Volume => objects::volume(&self.meta, &self.name),
            _ => objects::payload(&self.meta, &self.name, &[], &self.data),
        }
    }
}

/// A line of log.txt that an entry must have.
struct Line {
    updated: Option<i64>,
    summary: String,
}

/// The rules in the plainest form: the last action on an id wins.
#[derive(Default)]
struct Model {
    objects: BTreeMap<(Kind, String), Written>,
    lines: BTreeMap<u64, Line>,
    refused: usize,
    snapshot: u64,
    purged: bool,
}

impl Model {
    fn request(&mut self, index: u64, actions: &[(Action, usize, u8, usize)]) -> Vec<u8> {
        let mut encoded = Vec::new();
        let mut summaries = Vec::new();
        let mut updated = None;
        for (position, (action, kind, id, len)) in actions.iter().enumerate() {
            let (kind, id) = (KINDS[*kind], format!("{}{id}", kind));
            let name = format!("n{id}-{}", (index + position as u64) % 2);
            // Two versions of an object in one entry bear the same time, as a leader's transaction does.
            let time = BEGIN + index as i64;
            let meta = Meta { id: id.clone(), version: index - 1, created: (BEGIN, 0), updated: (time, 0) };
            let object = Written { meta, name: name.clone(), data: vec![b'a' + position as u8; *len] };
            encoded.push((*action, kind, object.encode(kind)));
            let key = (kind, id);
            self.refused += usize::from(self.objects.contains_key(&key) == (*action == Action::Create));
            let word = match action {
                Action::Create => "create",
                Action::Update => "update",
                Action::Remove => "remove",
            };
            let singular = kind.folder().trim_end_matches('s');
            // The kit's nodes are ready, and a summary says so.
            let state = if kind == Kind::Node && *action != Action::Remove { " READY" } else { "" };
            summaries.push(format!("{word} {singular} {name}{state}"));
            match action {
                Action::Remove => drop(self.objects.remove(&key)),
                _ => {
                    updated = Some(time);
                    self.objects.insert(key, object);
                }
            }
        }
        let more = summaries.len().saturating_sub(3);
        summaries.truncate(3);
        let mut summary = summaries.join(", ");
        if more > 0 {
            summary += &format!(" and {more} more");
        }
        if summary.is_empty() {
            summary = "empty request".to_owned();
        }
        self.lines.insert(index, Line { updated, summary });
        objects::request(index, encoded.iter().map(|(action, kind, object)| (*action, *kind, object.as_slice())))
    }

    fn write(&mut self, step: &Step, writer: &mut StateWriter) -> std::io::Result<()> {
        let index = writer.next_index();
        let mut line = |summary: String| drop(self.lines.insert(index, Line { updated: None, summary }));
        match step {
            Step::Request(actions) => {
                let plain = self.request(index, actions);
                writer.normal(&plain)?;
            }
            Step::Empty => {
                line(format!("leader of term {} begins", writer.term()));
                writer.normal(b"")?;
            }
            Step::Join(raft_id) => {
                let member = Member { raft_id: *raft_id, node_id: format!("node{raft_id}"), addr: "a:1".into() };
                line(format!("add manager node{raft_id} a:1 (raft id {raft_id:x})"));
                writer.add_member(index, &member)?;
            }
            Step::Leave(raft_id) => {
                line(format!("remove manager raft id {raft_id:x}"));
                writer.remove_member(index, *raft_id)?;
            }
            Step::Term => writer.set_term(writer.term() + 1),
            Step::Cut => writer.cut()?,
            // One of each entry at most, as managers make them.
            Step::Snapshot if index > 1 && self.snapshot != index => {
                self.snapshot = index;
                let encoded: Vec<_> =
                    self.objects.iter().map(|((kind, _), object)| (*kind, object.encode(*kind))).collect();
                let objects = encoded.iter().map(|(kind, object)| (*kind, object.as_slice()));
                let plain = objects::snapshot([Member::own().encode()], &[], objects);
                writer.snapshot(&plain, &[identity::RAFT_ID])?;
            }
            Step::Snapshot => {}
            Step::Purge(keep) => {
                self.purged = true;
                writer.purge(*keep)?;
            }
        }
        writer.commit(writer.next_index() - 1)
    }

    fn check(&self, walked: &Walked, first: u64) {
        for kind in Kind::ALL {
            let folder = format!("objects/{}", kind.folder());
            let expected: BTreeMap<String, &Written> = self
                .objects
                .iter()
                .filter(|((of, _), _)| *of == kind)
                .map(|((_, id), object)| (format!("{id}.json"), object))
                .collect();
            let ids: Vec<&str> = expected.keys().map(String::as_str).collect();
            assert_eq!(walked.names(&folder), ids, "{folder}");
            let mut links: BTreeSet<String> = BTreeSet::new();
            for (file, object) in &expected {
                let shown = walked.json(&format!("{folder}/{file}"));
                assert_eq!(shown["meta"]["version"]["index"], object.meta.version, "{folder}/{file}");
                links.extend([format!("{}.json", object.name), format!("{}~{file}", object.name)]);
            }
            let links: Vec<&str> = links.iter().map(String::as_str).collect();
            assert_eq!(walked.names(&format!("{folder}/by-name")), links, "{folder}/by-name");
            let lines = walked.text(&format!("tables/{}.jsonl", kind.folder())).lines().count();
            assert_eq!(lines, expected.len(), "{folder}");
            if matches!(kind, Kind::Secret | Kind::Config) {
                let shown: BTreeMap<&str, &[u8]> = walked
                    .names(kind.folder())
                    .into_iter()
                    .map(|name| (name, walked.bytes(&format!("{}/{name}", kind.folder()))))
                    .collect();
                let payloads: BTreeMap<&str, &[u8]> =
                    expected.values().map(|object| (object.name.as_str(), object.data.as_slice())).collect();
                assert_eq!(shown, payloads, "{}", kind.folder());
            }
        }
        self.check_log(walked, first);
    }

    fn check_log(&self, walked: &Walked, first: u64) {
        let lines: Vec<(&u64, &Line)> = self.lines.range(first..).collect();
        let files: Vec<String> = lines.iter().map(|(index, _)| format!("{index:010}.json")).collect();
        assert_eq!(walked.names("entries"), files, "entries");
        let log: Vec<&str> = walked.text("log.txt").lines().collect();
        assert_eq!(log.len(), lines.len(), "log.txt");
        let mut time = None;
        for ((index, line), shown) in lines.into_iter().zip(log) {
            let words: Vec<&str> = shown.splitn(3, ' ').collect();
            assert_eq!((words[0], words[2]), (format!("{index:010}").as_str(), line.summary.as_str()), "{shown}");
            let entry = walked.json(&format!("entries/{index:010}.json"));
            assert_eq!((&entry["index"], &entry["summary"]), (&(*index).into(), &line.summary.clone().into()));
            assert_eq!(entry["time"].as_str().unwrap_or("-"), words[1], "{shown}");
            if !self.purged {
                let inherited = line.updated.is_none() && time.is_some();
                time = time.max(line.updated);
                let seconds = words[1].parse::<jiff::Timestamp>().ok().map(|at| at.as_second());
                assert_eq!(seconds, time, "{shown}");
                assert_eq!(entry["time_inherited"], inherited, "{shown}");
            }
        }
        let refused = walked.text("check.txt").lines().filter(|line| line.contains("\taction-refused\t")).count();
        assert!(self.purged || refused == self.refused.min(100), "{refused} refused, expected {}", self.refused);
        assert!(!walked.0.contains_key("objects/_INCOMPLETE.txt"));
        assert!(!walked.0.contains_key("entries/_INCOMPLETE.txt"));
        let status = walked.json("status.json");
        let last = self.lines.keys().last().copied().unwrap_or(0);
        assert_eq!((&status["state"]["index"], &status["findings"]["damage"]), (&last.into(), &0.into()));
    }
}

/// The index of the first entry in the first segment that is left (format 4.1).
fn first_entry(wal: &std::path::Path) -> u64 {
    let rows = fs::read_dir(wal).expect("the log").map(|row| row.expect("a row").file_name());
    let first = rows.min().expect("a segment").into_string().expect("a name");
    u64::from_str_radix(&first[17..33], 16).expect("an index")
}

fn history(steps: &[Step], options: Options, wal: &str) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let state = dir.path().join("swarm");
    let mut writer = StateWriter::create(&state, options).expect("a new directory");
    let mut model = Model::default();
    // The first entry of every cluster.
    for step in [Step::Join(2)].iter().chain(steps) {
        model.write(step, &mut writer).expect("a step");
    }
    let unlock_key = writer.finish().expect("the key file");
    let walked = walk(&tree(open(&state, unlock_key.as_deref()).expect("it opens"), 1 << 20).1);
    model.check(&walked, first_entry(&state.join(wal)));
    let kept = crate::recalled::recall(&state, unlock_key.as_deref(), Some(&walked));
    assert_eq!(kept, wal.ends_with("encrypted"), "whether an index was kept");
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 48, failure_persistence: None, max_shrink_iters: 400, ..ProptestConfig::default() }
}

fn small() -> Options {
    Options { preallocate: 1 << 16, ..Options::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn unlocked(steps in steps()) {
        history(&steps, small(), "raft/wal-v3-encrypted");
    }

    #[test]
    fn locked_with_its_key(steps in steps(), fips: bool) {
        let cipher = if fips { Cipher::Fernet } else { Cipher::Secretbox };
        history(&steps, Options { cipher, lock: Lock::Pkcs8(vec![7; 32]), ..small() }, "raft/wal-v3-encrypted");
    }

    #[test]
    fn in_clear(steps in steps()) {
        history(&steps, Options { layout: Layout::Clear, ..small() }, "raft/wal-v3");
    }

    #[test]
    fn of_docker_1_12(steps in steps()) {
        history(&steps, Options { layout: Layout::Docker112, ..small() }, "raft/wal");
    }
}
