//! Services and their tasks: they share the task specification, the greatest part of a real log.

use super::objects::{self, Meta};
use super::wire::Message;

/// A service as far as the tests choose it; the rest is what a stack would have.
#[derive(Clone, Debug)]
pub struct Service<'a> {
    /// Its name.
    pub name: &'a str,
    /// The image.
    pub image: &'a str,
    /// Labels of the service.
    pub labels: &'a [(&'a str, &'a str)],
    /// The environment.
    pub env: &'a [String],
    /// Id and name of a secret that it uses.
    pub secret: Option<(&'a str, &'a str)>,
    /// Id and name of a config that it uses.
    pub config: Option<(&'a str, &'a str)>,
    /// The id of its network.
    pub network: Option<&'a str>,
    /// How many tasks it wants.
    pub replicas: u64,
    /// How often it was updated.
    pub revision: u64,
}

/// A service object.
pub fn service(meta: &Meta, service: &Service<'_>) -> Vec<u8> {
    let mut object = objects::begin(meta);
    object.message(3, |spec| service_spec(spec, service));
    object.message(4, |endpoint| {
        endpoint.message(1, |spec| ports(spec, service));
        if let Some(network) = service.network {
            endpoint.message(3, |ip| {
                ip.text(1, network).text(2, "10.0.1.2/24");
            });
        }
    });
    object.message(10, |version| {
        version.number(1, meta.version.saturating_sub(1));
    });
    object.into_bytes()
}

fn service_spec(spec: &mut Message, service: &Service<'_>) {
    objects::annotations(spec, 1, service.name, service.labels);
    spec.message(2, |task| task_spec(task, service));
    spec.message(3, |replicated| {
        replicated.number(1, service.replicas);
    });
    spec.message(6, |update| {
        update.varint(1, 2).time(2, 5, 500_000_000).varint(3, 1).time(4, 10, 0).float(5, 0.25);
    });
    spec.message(8, |endpoint| ports(endpoint, service));
}

fn ports(endpoint: &mut Message, service: &Service<'_>) {
    endpoint.message(2, |port| {
        port.text(1, "http").varint(3, 80).varint(4, 30_000 + service.name.len() as u64);
    });
}

fn task_spec(spec: &mut Message, service: &Service<'_>) {
    spec.message(1, |container| {
        container
            .text(1, service.image)
            .map(2, [("com.example.component", service.name)])
            .text(4, "--listen")
            .text(4, "0.0.0.0:80");
        for line in service.env {
            container.text(5, line);
        }
        container.text(6, "/srv").message(8, |mount| {
            mount.varint(1, 1).text(2, &format!("{}-data", service.name)).text(3, "/data").message(6, |volume| {
                volume.map(2, [("backup", "nightly")]);
            });
        });
        container.time(9, 30, 0);
        if let Some((id, name)) = service.secret {
            container.message(12, |reference| reference_to(reference, id, name));
        }
        container.message(16, |health| {
            health.text(1, "CMD-SHELL").text(1, "curl -f http://localhost/ || exit 1").time(2, 30, 0).varint(4, 3);
        });
        if let Some((id, name)) = service.config {
            container.message(21, |reference| reference_to(reference, id, name));
        }
    });
    spec.message(2, |resources| {
        resources.message(1, |limits| {
            limits.varint(1, 500_000_000).varint(2, 268_435_456);
        });
    });
    spec.message(4, |restart| {
        restart.varint(1, 2).time(2, 5, 0).varint(3, 3);
    });
    spec.message(5, |placement| {
        placement.text(1, "node.role == worker");
    });
    if let Some(network) = service.network {
        spec.message(7, |attachment| {
            attachment.text(1, network).text(2, service.name);
        });
    }
    spec.number(9, service.revision);
}

fn reference_to(reference: &mut Message, id: &str, name: &str) {
    reference.text(1, id).text(2, name).message(3, |file| {
        file.text(1, name).text(2, "0").text(3, "0").varint(4, 0o444);
    });
}

/// What is a task's own.
#[derive(Clone, Debug)]
pub struct Task<'a> {
    /// The id of its service.
    pub service_id: &'a str,
    /// Its slot.
    pub slot: u64,
    /// The id of the node it runs on.
    pub node_id: &'a str,
    /// `TaskState` by number.
    pub state: u64,
    /// `TaskState` that is wanted, by number.
    pub desired: u64,
    /// The exit code of its container, once it has ended.
    pub exit_code: u64,
}

/// A task object of a service.
pub fn task(meta: &Meta, service: &Service<'_>, task: &Task<'_>) -> Vec<u8> {
    let mut object = objects::begin(meta);
    object
        .message(3, |spec| task_spec(spec, service))
        .text(4, task.service_id)
        .number(5, task.slot)
        .text(6, task.node_id);
    object.bytes_field(7, b"");
    objects::annotations(&mut object, 8, service.name, service.labels);
    object.message(9, |status| {
        status.time(1, meta.updated.0, meta.updated.1).number(2, task.state).text(3, message_of(task.state));
        if task.state >= state::RUNNING {
            status.message(5, |container| {
                container
                    .text(1, &format!("{0}{0}{1}", meta.id, &meta.id[..meta.id.len().min(14)]))
                    .varint(2, 4000 + task.slot)
                    .number(3, task.exit_code);
            });
        }
        status.bytes_field(6, b"").text(7, task.node_id).time(8, meta.updated.0, meta.updated.1);
    });
    object.number(10, task.desired);
    if let Some(network) = service.network {
        object.message(11, |attachment| {
            attachment.message(1, |inner| {
                inner.text(1, network).bytes_field(2, b"");
                objects::network_fields(inner, "front", &[], 7);
            });
            attachment.text(2, "10.0.7.9/24").text(3, service.name);
        });
    }
    object.message(12, |endpoint| {
        endpoint.message(1, |spec| ports(spec, service));
    });
    object.message(14, |version| {
        version.number(1, meta.version.saturating_sub(2));
    });
    object.into_bytes()
}

/// `TaskState` by number.
pub mod state {
    /// Wanted by nobody yet.
    pub const NEW: u64 = 0;
    /// Waits for a node.
    pub const PENDING: u64 = 64;
    /// Has a node.
    pub const ASSIGNED: u64 = 192;
    /// The node knows of it.
    pub const ACCEPTED: u64 = 256;
    /// The node gets its image.
    pub const PREPARING: u64 = 320;
    /// Is about to start.
    pub const STARTING: u64 = 448;
    /// Runs.
    pub const RUNNING: u64 = 512;
    /// Was stopped.
    pub const SHUTDOWN: u64 = 640;
    /// Ended by itself, badly.
    pub const FAILED: u64 = 704;
}

fn message_of(task_state: u64) -> &'static str {
    match task_state {
        state::NEW => "created",
        state::PENDING => "pending task scheduling",
        state::ASSIGNED => "scheduler assigned task to node",
        state::ACCEPTED => "accepted",
        state::PREPARING => "preparing",
        state::STARTING => "starting",
        state::RUNNING => "started",
        state::SHUTDOWN => "shutdown",
        _ => "finished",
    }
}
