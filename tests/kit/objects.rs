//! Swarm's objects as their managers write them: what is always on the wire is, also when it is empty.

use super::identity;
use super::wire::Message;

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A machine.
    Node,
    /// A service.
    Service,
    /// A task.
    Task,
    /// A network.
    Network,
    /// The cluster itself.
    Cluster,
    /// A secret.
    Secret,
    /// A resource of an extension.
    Resource,
    /// An extension.
    Extension,
    /// A config.
    Config,
    /// A CSI volume.
    Volume,
}

impl Kind {
    /// All kinds, in the order of their folders.
    pub const ALL: [Kind; 10] = [
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

    /// The folder's name, which is also the name of the list in a store.
    pub fn folder(self) -> &'static str {
        match self {
            Kind::Node => "nodes",
            Kind::Service => "services",
            Kind::Task => "tasks",
            Kind::Network => "networks",
            Kind::Cluster => "clusters",
            Kind::Secret => "secrets",
            Kind::Resource => "resources",
            Kind::Extension => "extensions",
            Kind::Config => "configs",
            Kind::Volume => "volumes",
        }
    }

    /// The message's name.
    pub fn message(self) -> &'static str {
        match self {
            Kind::Node => "Node",
            Kind::Service => "Service",
            Kind::Task => "Task",
            Kind::Network => "Network",
            Kind::Cluster => "Cluster",
            Kind::Secret => "Secret",
            Kind::Resource => "Resource",
            Kind::Extension => "Extension",
            Kind::Config => "Config",
            Kind::Volume => "Volume",
        }
    }

    /// The field of a `StoreAction` that holds it (format 7).
    pub fn action_field(self) -> u32 {
        match self {
            Kind::Node => 2,
            Kind::Service => 3,
            Kind::Task => 4,
            Kind::Network => 5,
            Kind::Cluster => 6,
            Kind::Secret => 7,
            Kind::Resource => 8,
            Kind::Extension => 9,
            Kind::Config => 10,
            Kind::Volume => 11,
        }
    }

    /// The field of a `StoreSnapshot` that lists it (format 6).
    pub fn snapshot_field(self) -> u32 {
        match self {
            Kind::Node => 1,
            Kind::Service => 2,
            Kind::Network => 3,
            Kind::Task => 4,
            Kind::Cluster => 5,
            Kind::Secret => 6,
            Kind::Resource => 7,
            Kind::Extension => 8,
            Kind::Config => 9,
            Kind::Volume => 10,
        }
    }
}

/// What a transaction does with an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It comes into being.
    Create = 1,
    /// It is replaced.
    Update = 2,
    /// It goes, with its last state.
    Remove = 3,
}

/// What every object begins with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Its id.
    pub id: String,
    /// `meta.version.index`.
    pub version: u64,
    /// Seconds and nanoseconds of its creation.
    pub created: (i64, u32),
    /// Seconds and nanoseconds of its last change.
    pub updated: (i64, u32),
}

/// One request: a transaction of actions, each with an encoded object.
pub fn request<'a>(id: u64, actions: impl IntoIterator<Item = (Action, Kind, &'a [u8])>) -> Vec<u8> {
    let mut request = Message::with_room(2048);
    request.number(1, id);
    for (action, kind, object) in actions {
        request.message(2, |store| {
            store.varint(1, action as u64).bytes_field(kind.action_field(), object);
        });
    }
    request.into_bytes()
}

/// The plaintext of a snapshot; `members` are encoded, `objects` in ascending order of kind and id.
pub fn snapshot<'a>(
    members: impl IntoIterator<Item = Vec<u8>>,
    removed: &[u64],
    objects: impl IntoIterator<Item = (Kind, &'a [u8])>,
) -> Vec<u8> {
    let mut snapshot = Message::new();
    snapshot.message(2, |membership| {
        for member in members {
            membership.bytes_field(1, &member);
        }
        for raft_id in removed {
            membership.varint(2, *raft_id);
        }
    });
    let mut store = Message::new();
    for (kind, object) in objects {
        store.bytes_field(kind.snapshot_field(), object);
    }
    snapshot.bytes_field(3, store.bytes());
    snapshot.into_bytes()
}

/// An object's first two fields.
pub fn begin(meta: &Meta) -> Message {
    let mut object = Message::with_room(2048);
    object.text(1, &meta.id).message(2, |wire| {
        wire.message(1, |version| {
            version.number(1, meta.version);
        });
        wire.time(2, meta.created.0, meta.created.1).time(3, meta.updated.0, meta.updated.1);
    });
    object
}

/// Annotations with a name and labels.
pub fn annotations(message: &mut Message, field: u32, name: &str, labels: &[(&str, &str)]) {
    message.message(field, |inner| {
        inner.text(1, name).map(2, labels.iter().copied());
    });
}

/// A secret or a config: they differ in nothing but their kind.
pub fn payload(meta: &Meta, name: &str, labels: &[(&str, &str)], data: &[u8]) -> Vec<u8> {
    let mut object = begin(meta);
    object.message(3, |spec| {
        annotations(spec, 1, name, labels);
        if !data.is_empty() {
            spec.bytes_field(2, data);
        }
    });
    object.into_bytes()
}

/// A node with its description; `manager` makes it the manager that writes.
pub fn node(meta: &Meta, hostname: &str, labels: &[(&str, &str)], manager: bool) -> Vec<u8> {
    let mut object = begin(meta);
    object
        .message(3, |spec| {
            annotations(spec, 1, "", labels);
            spec.number(2, u64::from(manager)).varint(3, 1);
        })
        .message(4, |description| {
            description.text(1, hostname).message(2, |platform| {
                platform.text(1, "x86_64").text(2, "linux");
            });
            description.message(3, |resources| {
                resources.varint(1, 4_000_000_000).varint(2, 16_777_216_000);
            });
            description.message(4, |engine| {
                engine.text(1, "28.5.2").map(2, [("storage", "ssd")]);
                for (kind, name) in [("Log", "json-file"), ("Network", "overlay"), ("Volume", "local")] {
                    engine.message(3, |plugin| {
                        plugin.text(1, kind).text(2, name);
                    });
                }
            });
        })
        .message(5, |status| {
            status.varint(1, 2).text(3, "192.0.2.7");
        });
    if manager {
        object.message(6, |status| {
            status.varint(1, identity::RAFT_ID).text(2, identity::ADDR).varint(3, 1).varint(4, 2);
        });
    }
    object
        .message(8, |certificate| {
            certificate.number(1, u64::from(manager)).message(3, |status| {
                status.varint(1, 3);
            });
            certificate.text(5, &meta.id);
        })
        .number(9, u64::from(manager))
        .varint(11, 4789);
    object.into_bytes()
}

/// The cluster, with the root CA of the built-in identity and, where it is locked, its unlock key.
pub fn cluster(meta: &Meta, unlock_key: Option<&[u8]>, snapshot_interval: u64) -> Vec<u8> {
    let mut object = begin(meta);
    object
        .message(3, |spec| {
            annotations(spec, 1, "default", &[]);
            spec.bytes_field(2, b"").message(3, |orchestration| {
                orchestration.varint(1, 5);
            });
            spec.message(4, |raft| {
                raft.number(1, snapshot_interval).varint(3, 500).varint(4, 1).varint(5, 10);
            });
            spec.message(5, |dispatcher| {
                dispatcher.time(1, 5, 0);
            });
            spec.message(6, |ca| {
                ca.time(1, 7_776_000, 0);
            });
            spec.bytes_field(7, b"").message(8, |encryption| {
                encryption.number(1, u64::from(unlock_key.is_some()));
            });
        })
        .message(4, |ca| {
            ca.text(1, identity::CA_KEY).text(2, identity::CA_CERT).text(3, CA_HASH).message(4, |tokens| {
                tokens.text(1, WORKER_TOKEN).text(2, MANAGER_TOKEN);
            });
        });
    for (clock, subsystem) in (1..).zip(["networking:gossip", "networking:ipsec"]) {
        object.message(5, |key| {
            key.text(1, subsystem).bytes_field(3, &[clock as u8; 16]).varint(4, clock);
        });
    }
    object.varint(6, 2);
    if let Some(bytes) = unlock_key {
        object.message(9, |key| {
            key.text(1, "swarm-manager").bytes_field(3, bytes);
        });
    }
    object.varint(12, 24).varint(13, 4789);
    object.into_bytes()
}

/// SHA-256 of the built-in root certificate's PEM.
const CA_HASH: &str = "sha256:688736fac3a6a9cb89ef2dacec0b2139cb0243d0ebc288e1830c019ab0a34a9f";
const WORKER_TOKEN: &str = "SWMTKN-1-2m8vqi1w1z3c0k5r4zf7n3t5yq9s6w0b8x2d4g6j8l0p1r3t5v-8co34af0t1u8m64hfdvzht349";
const MANAGER_TOKEN: &str = "SWMTKN-1-2m8vqi1w1z3c0k5r4zf7n3t5yq9s6w0b8x2d4g6j8l0p1r3t5v-7i9q5rbwjppbld1ip0lelwrk0";

/// An overlay network; an own /24 for each `number`.
pub fn network(meta: &Meta, name: &str, labels: &[(&str, &str)], number: u64) -> Vec<u8> {
    let mut object = begin(meta);
    network_fields(&mut object, name, labels, number);
    object.into_bytes()
}

/// What follows a network's meta.
pub fn network_fields(object: &mut Message, name: &str, labels: &[(&str, &str)], number: u64) {
    let (high, low) = (number / 256 % 256, number % 256);
    object
        .message(3, |spec| {
            annotations(spec, 1, name, labels);
            spec.message(2, |driver| {
                driver.text(1, "overlay");
            });
            // The routing mesh has a network of its own, found by a flag.
            spec.number(6, number % 2).number(7, u64::from(name == "ingress"));
        })
        .message(4, |driver| {
            let vxlan = (4096 + number).to_string();
            driver.text(1, "overlay").map(2, [("com.docker.network.driver.overlay.vxlanid_list", vxlan)]);
        })
        .message(5, |ipam| {
            ipam.message(1, |driver| {
                driver.text(1, "default");
            });
            ipam.message(3, |config| {
                config.varint(1, 4).text(2, &format!("10.{high}.{low}.0/24")).text(4, &format!("10.{high}.{low}.1"));
            });
        });
}

/// An extension.
pub fn extension(meta: &Meta, name: &str, description: &str) -> Vec<u8> {
    let mut object = begin(meta);
    annotations(&mut object, 3, name, &[]);
    object.text(4, description);
    object.into_bytes()
}

/// A resource of an extension.
pub fn resource(meta: &Meta, name: &str, kind: &str, payload: &[u8]) -> Vec<u8> {
    let mut object = begin(meta);
    annotations(&mut object, 3, name, &[]);
    object.text(4, kind).message(5, |any| {
        any.text(1, "example.com/widget").bytes_field(2, payload);
    });
    object.into_bytes()
}

/// A CSI volume.
pub fn volume(meta: &Meta, name: &str) -> Vec<u8> {
    let mut object = begin(meta);
    object.message(3, |spec| {
        annotations(spec, 1, name, &[("tier", "gold")]);
        spec.text(2, "group-1").message(3, |driver| {
            driver.text(1, "csi.example.com").map(2, [("fsType", "ext4")]);
        });
        spec.message(4, |access| {
            access.varint(1, 1).varint(2, 3).message(4, |mount| {
                mount.text(1, "ext4").text(2, "noatime");
            });
        });
        spec.message(7, |range| {
            range.varint(1, 1 << 20).varint(2, 10 << 20);
        });
    });
    object.into_bytes()
}
