//! The ten kinds of object that a swarm's store holds (format 7 and 8).

use crate::schema::{self, Message};

/// A kind of object, in the order of their folder names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum Kind {
    Cluster,
    Config,
    Extension,
    Network,
    Node,
    Resource,
    Secret,
    Service,
    Task,
    Volume,
}

struct KindFacts {
    singular: &'static str,
    plural: &'static str,
    /// Field of `StoreAction` that carries an object of this kind.
    in_action: u32,
    /// Field of `StoreSnapshot` that lists the objects of this kind.
    in_snapshot: u32,
    message: &'static Message,
}

const fn facts(
    singular: &'static str,
    plural: &'static str,
    in_action: u32,
    in_snapshot: u32,
    message: &'static Message,
) -> KindFacts {
    KindFacts { singular, plural, in_action, in_snapshot, message }
}

static FACTS: [KindFacts; Kind::COUNT] = [
    facts("cluster", "clusters", 6, 5, &schema::CLUSTER),
    facts("config", "configs", 10, 9, &schema::CONFIG),
    facts("extension", "extensions", 9, 8, &schema::EXTENSION),
    facts("network", "networks", 5, 3, &schema::NETWORK),
    facts("node", "nodes", 2, 1, &schema::NODE),
    facts("resource", "resources", 8, 7, &schema::RESOURCE),
    facts("secret", "secrets", 7, 6, &schema::SECRET),
    facts("service", "services", 3, 2, &schema::SERVICE),
    facts("task", "tasks", 4, 4, &schema::TASK),
    facts("volume", "volumes", 11, 10, &schema::VOLUME),
];

impl Kind {
    /// How many kinds there are.
    pub const COUNT: usize = 10;

    /// All kinds, in the order of their folder names.
    pub const ALL: [Kind; Kind::COUNT] = [
        Kind::Cluster,
        Kind::Config,
        Kind::Extension,
        Kind::Network,
        Kind::Node,
        Kind::Resource,
        Kind::Secret,
        Kind::Service,
        Kind::Task,
        Kind::Volume,
    ];

    fn facts(self) -> &'static KindFacts {
        &FACTS[self as usize]
    }

    /// `service`, as summaries and the peer name it.
    pub fn singular(self) -> &'static str {
        self.facts().singular
    }

    /// `services`, as folders and tables are named.
    pub fn plural(self) -> &'static str {
        self.facts().plural
    }

    /// The message that describes objects of this kind.
    pub fn message(self) -> &'static Message {
        self.facts().message
    }

    /// The kind whose objects stand in this field of a `StoreAction`.
    pub fn of_action_field(number: u32) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.facts().in_action == number)
    }

    /// The kind whose objects stand in this field of a `StoreSnapshot`.
    pub fn of_snapshot_field(number: u32) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.facts().in_snapshot == number)
    }

    /// The kind at a place in [`Kind::ALL`].
    pub fn at(place: u64) -> Option<Kind> {
        usize::try_from(place).ok().and_then(|place| Kind::ALL.get(place).copied())
    }

    /// True for the kinds that carry a payload: secrets and configs.
    pub fn has_payload(self) -> bool {
        matches!(self, Kind::Secret | Kind::Config)
    }
}
