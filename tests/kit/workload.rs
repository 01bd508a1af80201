//! A cluster's life as a stream of entries, with the proportions of a busy swarm: two thirds of them move tasks,
//! the rest makes, changes and removes services, configs, secrets, networks and nodes. Everything follows from the
//! seed, and what lives at the end is known.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::PathBuf;

use super::identity;
use super::objects::{self, Action, Kind, Meta};
use super::random::Random;
use super::services::{self, Service, Task, state};
use super::writer::{Member, StateWriter};

/// The payload of the secret `passwd`.
pub const PASSWD: &[u8] = b"A2e5bc21\n";

/// Seconds since the epoch of the first entry.
const BEGIN: i64 = 1_795_000_000;

/// An object that lives; enough to write it again.
#[derive(Clone, Debug)]
pub struct Live {
    /// Id, version and times.
    pub meta: Meta,
    /// Its name, where it has one of its own.
    pub name: String,
    seed: u64,
    revision: u64,
    service: usize,
    slot: u64,
    state: u64,
}

/// The stream.
pub struct Workload {
    random: Random,
    request: u64,
    clock: (i64, u32),
    unlock_key: Option<Vec<u8>>,
    snapshot_interval: u64,
    live: BTreeMap<Kind, BTreeMap<String, Live>>,
    /// The ids of each kind, for choosing one; the order is that of creation.
    ids: BTreeMap<Kind, Vec<String>>,
    /// Tasks that are on their way to running.
    moving: VecDeque<String>,
    made: u64,
}

impl Workload {
    /// The stream of `seed`. `unlock_key` goes into the cluster object.
    pub fn new(seed: u64, unlock_key: Option<Vec<u8>>, snapshot_interval: u64) -> Workload {
        Workload {
            random: Random::new(seed),
            request: 0x00a0_0000_0000_0001,
            clock: (BEGIN, 0),
            unlock_key,
            snapshot_interval,
            live: BTreeMap::new(),
            ids: BTreeMap::new(),
            moving: VecDeque::new(),
            made: 0,
        }
    }

    /// Writes `entries` entries, the first of them those of a new cluster.
    pub fn run(&mut self, writer: &mut StateWriter, entries: u64) -> io::Result<()> {
        for _ in 0..entries {
            self.step(writer)?;
        }
        Ok(())
    }

    /// Writes one entry and the hard state behind it.
    pub fn step(&mut self, writer: &mut StateWriter) -> io::Result<()> {
        let index = writer.next_index();
        match index {
            1 => {
                writer.add_member(0, &Member::own())?;
                writer.set_term(2);
            }
            2 => {
                writer.normal(b"")?;
            }
            _ => {
                let plain = self.next_request(index);
                writer.normal(&plain)?;
            }
        }
        writer.commit(index)
    }

    /// Everything that lives, in ascending order of kind and id.
    pub fn live(&self) -> impl Iterator<Item = (Kind, &Live)> {
        self.live.iter().flat_map(|(kind, all)| all.values().map(|live| (*kind, live)))
    }

    /// The payload of a secret or a config.
    pub fn payload(kind: Kind, live: &Live) -> Vec<u8> {
        let mut random = Random::new(live.seed);
        match kind {
            Kind::Secret if live.name == "passwd" => PASSWD.to_vec(),
            Kind::Secret => {
                let mut data =
                    vec![0; random.between(10, if live.seed.is_multiple_of(4) { 4096 } else { 64 }) as usize];
                random.fill(&mut data);
                data
            }
            _ => {
                let len = random.between(4096, 28_000) as usize;
                random.text(len)
            }
        }
    }

    /// Writes the snapshot of what lives now.
    pub fn snapshot(&self, writer: &mut StateWriter) -> io::Result<PathBuf> {
        writer.snapshot(&self.snapshot_plain(), &[identity::RAFT_ID])
    }

    /// What a snapshot of everything that is there now holds.
    pub fn snapshot_plain(&self) -> Vec<u8> {
        let encoded: Vec<(Kind, Vec<u8>)> = self.live().map(|(kind, live)| (kind, self.encode(kind, live))).collect();
        let objects = encoded.iter().map(|(kind, object)| (*kind, object.as_slice()));
        objects::snapshot([Member::own().encode()], &[], objects)
    }

    fn next_request(&mut self, index: u64) -> Vec<u8> {
        let gap = self.random.between(1_000_000, 900_000_000) as u32;
        let nanos = self.clock.1 + gap;
        self.clock = (self.clock.0 + i64::from(nanos / 1_000_000_000), nanos % 1_000_000_000);
        self.request += 1;
        let actions = match index {
            3 => vec![
                self.create(Kind::Cluster, "default", index),
                self.create_with(Kind::Node, identity::NODE.to_owned(), "manager-1", index, |_| ()),
                self.create(Kind::Network, "ingress", index),
            ],
            4 => vec![self.create(Kind::Secret, "passwd", index)],
            5 => vec![self.create(Kind::Extension, "widgets", index)],
            6..=8 => {
                let name = format!("widget-{index}");
                vec![self.create(Kind::Resource, &name, index)]
            }
            9..=11 => {
                let name = format!("csi-{index}");
                vec![self.create(Kind::Volume, &name, index)]
            }
            _ => vec![self.choose(index)],
        };
        objects::request(self.request, actions.iter().map(|(action, kind, object)| (*action, *kind, object.as_slice())))
    }

    /// One action: two of three move a task.
    fn choose(&mut self, index: u64) -> (Action, Kind, Vec<u8>) {
        self.made += 1;
        let made = self.made;
        match self.random.below(200) {
            0..=139 => self.task(index),
            140..=159 if self.count(Kind::Service) as u64 * 70 < made.max(700) => {
                self.create(Kind::Service, &format!("svc-{made:07}"), index)
            }
            140..=169 => self.update(Kind::Service, index),
            170..=172 => self.create(Kind::Config, &format!("cfg-{made:07}"), index),
            173 => self.remove(Kind::Config, index),
            174..=178 => self.create(Kind::Secret, &format!("secret-{made:07}"), index),
            179..=181 => self.remove(Kind::Secret, index),
            182 if self.count(Kind::Network) < 400 => self.create(Kind::Network, &format!("net-{made:07}"), index),
            183 if self.count(Kind::Node) < 200 => self.create(Kind::Node, &format!("worker-{made}"), index),
            _ => self.update(Kind::Node, index),
        }
    }

    /// A task moves on, a new one comes, or an old one goes.
    fn task(&mut self, index: u64) -> (Action, Kind, Vec<u8>) {
        let services = self.count(Kind::Service);
        if services == 0 {
            return self.create(Kind::Service, &format!("svc-{:07}", self.made), index);
        }
        if self.moving.len() > 30 || (!self.moving.is_empty() && self.random.below(7) > 0) {
            let id = self.moving.pop_front().expect("it is not empty");
            let Some(live) = self.of(Kind::Task).get_mut(&id) else {
                return self.update(Kind::Node, index);
            };
            live.state = match live.state {
                state::NEW => state::PENDING,
                state::PENDING => state::ASSIGNED,
                state::ASSIGNED => state::ACCEPTED,
                state::ACCEPTED => state::PREPARING,
                state::PREPARING => state::STARTING,
                _ => state::RUNNING,
            };
            if live.state < state::RUNNING {
                self.moving.push_back(id.clone());
            }
            return self.write(Action::Update, Kind::Task, &id, index);
        }
        if self.count(Kind::Task) > 100 && self.random.below(5) == 0 {
            return self.remove(Kind::Task, index);
        }
        let service = self.random.below(services as u64) as usize;
        let slot = self.random.between(1, 9);
        let id = self.random.id();
        let made = self.create_with(Kind::Task, id.clone(), "", index, |live| {
            live.service = service;
            live.slot = slot;
        });
        self.moving.push_back(id);
        made
    }

    fn of(&mut self, kind: Kind) -> &mut BTreeMap<String, Live> {
        self.live.entry(kind).or_default()
    }

    fn count(&self, kind: Kind) -> usize {
        self.ids.get(&kind).map_or(0, Vec::len)
    }

    fn create(&mut self, kind: Kind, name: &str, index: u64) -> (Action, Kind, Vec<u8>) {
        let id = if kind == Kind::Cluster { identity::CLUSTER.to_owned() } else { self.random.id() };
        self.create_with(kind, id, name, index, |_| ())
    }

    fn create_with(
        &mut self,
        kind: Kind,
        id: String,
        name: &str,
        index: u64,
        adjust: impl FnOnce(&mut Live),
    ) -> (Action, Kind, Vec<u8>) {
        let meta = Meta { id: id.clone(), version: index - 1, created: self.clock, updated: self.clock };
        let (name, seed) = (name.to_owned(), self.random.next());
        let mut live = Live { meta, name, seed, revision: 0, service: 0, slot: 0, state: state::NEW };
        adjust(&mut live);
        let object = self.encode(kind, &live);
        self.of(kind).insert(id.clone(), live);
        self.ids.entry(kind).or_default().push(id);
        (Action::Create, kind, object)
    }

    fn update(&mut self, kind: Kind, index: u64) -> (Action, Kind, Vec<u8>) {
        match self.any(kind) {
            Some(at) => {
                let id = self.ids[&kind][at].clone();
                self.write(Action::Update, kind, &id, index)
            }
            None => self.create(kind, &format!("{}-{index}", kind.folder()), index),
        }
    }

    fn remove(&mut self, kind: Kind, index: u64) -> (Action, Kind, Vec<u8>) {
        match self.any(kind) {
            // What tests look for stays, and a service stays whose tasks would lose their name.
            Some(at) if self.removable(kind, at) => {
                let id = self.ids.entry(kind).or_default().swap_remove(at);
                let live = self.of(kind).remove(&id).expect("what is listed lives");
                let object = self.encode(kind, &live);
                (Action::Remove, kind, object)
            }
            _ => self.update(Kind::Node, index),
        }
    }

    fn removable(&self, kind: Kind, at: usize) -> bool {
        kind != Kind::Service && self.live[&kind][&self.ids[&kind][at]].name != "passwd"
    }

    fn any(&mut self, kind: Kind) -> Option<usize> {
        match self.count(kind) {
            0 => None,
            count => Some(self.random.below(count as u64) as usize),
        }
    }

    fn write(&mut self, action: Action, kind: Kind, id: &str, index: u64) -> (Action, Kind, Vec<u8>) {
        let clock = self.clock;
        let live = self.of(kind).get_mut(id).expect("what is listed lives");
        live.revision += 1;
        live.meta.version = index - 1;
        live.meta.updated = clock;
        let live = live.clone();
        (action, kind, self.encode(kind, &live))
    }

    /// The object's bytes, from nothing but what is kept of it.
    fn encode(&self, kind: Kind, live: &Live) -> Vec<u8> {
        let labels = [("env", "prod"), ("com.docker.stack.namespace", "shop")];
        match kind {
            Kind::Cluster => objects::cluster(&live.meta, self.unlock_key.as_deref(), self.snapshot_interval),
            Kind::Node => objects::node(&live.meta, &live.name, &[("zone", "a")], live.meta.id == identity::NODE),
            Kind::Network => objects::network(&live.meta, &live.name, &labels, live.seed % 60_000),
            Kind::Secret | Kind::Config => {
                objects::payload(&live.meta, &live.name, &labels, &Workload::payload(kind, live))
            }
            Kind::Extension => objects::extension(&live.meta, &live.name, "what a test extends"),
            Kind::Resource => objects::resource(&live.meta, &live.name, "widgets", b"\x00\x01widget"),
            Kind::Volume => objects::volume(&live.meta, &live.name),
            Kind::Service => self.with_service(live, |service| services::service(&live.meta, service)),
            Kind::Task => {
                let service_id = &self.ids[&Kind::Service][live.service];
                let parent = &self.live[&Kind::Service][service_id];
                let nodes = &self.ids[&Kind::Node];
                let node_id = &nodes[live.seed as usize % nodes.len().min(1 + live.seed as usize % 7)];
                let task = Task {
                    service_id,
                    slot: live.slot,
                    node_id: if live.state < state::ASSIGNED { "" } else { node_id },
                    state: live.state,
                    desired: state::RUNNING,
                    exit_code: 0,
                };
                // The specification of a task is that of its service when it was made: the environment is the
                // task's own here, so that an update of the service does not reach back.
                let own = Live { revision: 0, ..parent.clone() };
                self.with_service(&own, |service| services::task(&live.meta, service, &task))
            }
        }
    }

    fn with_service<T>(&self, live: &Live, act: impl FnOnce(&Service<'_>) -> T) -> T {
        let mut random = Random::new(live.seed);
        let count = random.between(2, 8);
        let env: Vec<String> =
            (0..count).map(|n| format!("SETTING_{n}={}-{}", random.base36(12), live.revision)).collect();
        let image = format!("registry.example.com/shop/{}:{}.{}", live.name, random.below(9), live.revision);
        let labels = [("com.docker.stack.namespace", "shop"), ("com.docker.stack.image", image.as_str())];
        let (id, number) = (random.id(), random.below(100));
        let (secret, network) = (format!("secret-{number:07}"), random.id());
        act(&Service {
            name: &live.name,
            image: &image,
            labels: &labels,
            env: &env,
            secret: (number % 2 == 0).then_some((&id, &secret)),
            config: None,
            network: (number % 3 > 0).then_some(&network),
            replicas: 1 + number % 5,
            revision: live.revision,
        })
    }
}
