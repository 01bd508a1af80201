//! Findings about what the log says, as opposed to how it lies on disk: each in a directory that was written for it.

#[path = "findings/advice.rs"]
mod advice;
#[path = "findings/engine.rs"]
mod engine;
mod kit;
mod shown;
#[path = "findings/table.rs"]
mod table;

use std::fs;
use std::path::Path;

use kit::identity;
use kit::wire::Message;
use kit::writer::{self, Layout, Member, StateWriter};
use shown::show;

const NODE: u32 = 2;
const TASK: u32 = 4;
const NETWORK: u32 = 5;

/// Writes a directory and answers severity and code of what is found.
fn found(make: impl FnOnce(&mut StateWriter, &Path)) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("swarm");
    let options = writer::Options { preallocate: 8192, ..writer::Options::default() };
    let mut writer = StateWriter::create(&root, options).expect("a new directory");
    writer.add_member(0, &Member::own()).expect("an entry");
    act(&mut writer, 1, NODE, |node| own_node(node, 2));
    make(&mut writer, &root);
    let last = writer.next_index() - 1;
    writer.commit(last).expect("a hard state");
    writer.finish().expect("the key file");
    show(&root).codes
}

/// An entry with one action on an object of a kind (its field in a `StoreAction`).
fn act(writer: &mut StateWriter, action: u64, kind: u32, object: impl FnOnce(&mut Message)) {
    let mut request = Message::new();
    request.message(2, |wire| {
        wire.varint(1, action).message(kind, object);
    });
    writer.normal(request.bytes()).expect("an entry");
}

fn own_node(node: &mut Message, status: u64) {
    node.text(1, identity::NODE).message(5, |wire| {
        wire.varint(1, status);
    });
    node.varint(9, 1);
}

fn network(updated: u64, option: &'static str) -> impl FnOnce(&mut Message) {
    move |network| {
        network.text(1, "net1").message(2, |meta| {
            meta.message(3, |at| {
                at.varint(1, updated);
            });
        });
        network.message(3, |spec| {
            spec.message(2, |driver| {
                driver.text(1, "overlay").message(2, |entry| {
                    entry.text(1, option);
                });
            });
        });
    }
}

fn says(codes: &[String], code: &str) {
    assert!(codes.iter().any(|found| found == code), "{code}: {codes:#?}");
}

#[test]
fn nothing_is_wrong() {
    let codes = found(|writer, _| act(writer, 1, NETWORK, network(1_700_000_000, "encrypted")));
    assert!(codes.iter().all(|code| code.starts_with("info")), "{codes:#?}");
}

#[test]
fn networks_that_are_not_encrypted() {
    for option in ["encryptd", "Encrypted", "encryption", "com.docker.encrypt", "encrpyted"] {
        says(&found(|writer, _| act(writer, 1, NETWORK, network(1, option))), "warning network-not-encrypted");
    }
    for option in ["com.docker.network.driver.mtu", "vxlanid", ""] {
        let codes = found(|writer, _| act(writer, 1, NETWORK, network(1, option)));
        assert!(codes.iter().all(|code| code.starts_with("info")), "{option}: {codes:#?}");
    }
}

#[test]
fn tasks_of_what_is_gone() {
    let codes = found(|writer, _| {
        act(writer, 1, TASK, |task| {
            task.text(1, "task1").text(4, "service1").text(6, "node1").message(11, |attachment| {
                attachment.message(1, |network| {
                    network.text(1, "net2");
                });
            });
        });
    });
    for code in ["task-service-gone", "task-node-gone", "task-network-gone"] {
        says(&codes, &format!("warning {code}"));
    }
}

/// Of tasks that are kept as history the node or the network may be gone (`ORPHANED`, `SHUTDOWN`).
#[test]
fn tasks_that_are_history() {
    for (state, node) in [(832, "node1"), (640, identity::NODE)] {
        let codes = found(|writer, _| {
            act(writer, 1, TASK, |task| {
                task.text(1, "task1").text(6, node).message(9, |status| {
                    status.varint(2, state);
                });
                task.number(10, 640).message(11, |attachment| {
                    attachment.message(1, |network| {
                        network.text(1, "net2");
                    });
                });
            });
        });
        assert!(codes.iter().all(|code| code.starts_with("info")), "{state}: {codes:#?}");
    }
}

#[test]
fn what_is_not_told_one_by_one_is_counted() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("swarm");
    let options = writer::Options { preallocate: 65536, ..writer::Options::default() };
    let mut writer = StateWriter::create(&root, options).expect("a new directory");
    let of_another_key = [&[0x08, 1, 0x12, 16][..], &[0; 16], &[0x1a, 24], &[0; 24]].concat();
    for number in 0..130 {
        act(&mut writer, 2, NETWORK, |network| {
            network.text(1, &format!("nosuchnetwork{number}"));
        });
    }
    for _ in 0..130 {
        writer.entry_with(0, Some(&of_another_key)).expect("an entry");
        writer.normal(&[]).expect("an entry");
    }
    writer.commit(writer.next_index() - 1).expect("a hard state");
    writer.finish().expect("the key file");
    let shown = show(&root);
    says(&shown.codes, "damage more-entries");
    let sealed = shown.entries.values().filter(|entry| entry["sealed"].is_string());
    assert_eq!(sealed.count(), 130, "each has a file that says why");
    let check = shown::cat(&shown.tree, "check.txt");
    let told: Vec<&str> = check.lines().filter(|line| line.contains("action-refused")).collect();
    assert!(told.len() == 101 && told[100].contains("\t30 more of these\t"), "{check}");
}

/// An upgrade that was cut off behind the snapshot: the log is still in clear.
#[test]
fn a_log_in_clear_beside_a_sealed_snapshot() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (root, old) = (dir.path().join("swarm"), dir.path().join("old"));
    for (root, layout) in [(&root, Layout::Encrypted), (&old, Layout::Docker112)] {
        let options = writer::Options { preallocate: 8192, layout, ..writer::Options::default() };
        let mut writer = StateWriter::create(root, options).expect("a new directory");
        writer.normal(&[]).expect("an entry");
        writer.snapshot(&[], &[1]).expect("a snapshot");
        writer.finish().expect("the key file");
    }
    fs::remove_dir_all(root.join("raft/wal-v3-encrypted")).expect("removed");
    fs::rename(old.join("raft/wal"), root.join("raft/wal")).expect("moved");
    let shown = show(&root);
    says(&shown.codes, "warning log-in-clear");
    assert!(shown::cat(&shown.tree, "check.txt").contains("log-in-clear\traft/wal\t"));
    assert_eq!(shown::names(&shown.tree, "raft/snapshots"), ["1-1"]);
}

#[test]
fn clocks_that_jumped() {
    let changes = |before: u64, after: u64| {
        found(|writer, _| {
            act(writer, 1, NETWORK, network(before, "encrypted"));
            act(writer, 2, NETWORK, network(after, "encrypted"));
        })
    };
    says(&changes(1_700_000_000, 1_600_000_000), "warning clock-jumped");
    says(&changes(1_700_000_000, 9_000_000_000), "warning clock-ahead");
    let small = changes(1_700_000_000, 1_699_999_990);
    assert!(small.iter().all(|code| code.starts_with("info")), "{small:#?}");
}

#[test]
fn members_and_nodes() {
    let other = Member { raft_id: 77, node_id: "othernode".into(), addr: "10.0.0.2:2377".into() };
    let joined = |status: Option<u64>, member: bool| {
        found(|writer, _| {
            if member {
                writer.add_member(0, &other).expect("an entry");
            }
            if let Some(status) = status {
                act(writer, 1, NODE, |node| {
                    node.text(1, "othernode").message(5, |wire| {
                        wire.varint(1, status);
                    });
                    node.varint(9, 1);
                });
            }
        })
    };
    says(&joined(None, true), "warning member-without-node");
    says(&joined(Some(2), false), "warning manager-not-member");
    says(&joined(Some(1), true), "warning no-quorum");
    let healthy = joined(Some(2), true);
    assert!(healthy.iter().all(|code| code.starts_with("info")), "{healthy:#?}");
}

#[test]
fn snapshots_and_their_log() {
    let unmarked = found(|writer, _| {
        writer.snapshot_file(2, 1, &[], &[1]).expect("a snapshot");
    });
    says(&unmarked, "warning snapshot-not-marked");
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = dir.path().join("swarm");
    let options = writer::Options { preallocate: 8192, ..writer::Options::default() };
    let mut writer = StateWriter::create(&root, options).expect("a new directory");
    writer.normal(&[]).expect("an entry");
    let mut large = Message::new();
    large.message(3, |store| {
        store.message(9, |config| {
            config.text(1, "config1").bytes_field(15, &vec![7; 4_000_000]);
        });
    });
    writer.snapshot(large.bytes(), &[1]).expect("a snapshot");
    let segment = writer.segment().to_owned();
    writer.finish().expect("the key file");
    says(&show(&root).codes, "warning snapshot-near-limit");
    fs::remove_file(segment).expect("removed");
    says(&show(&root).codes, "warning snapshot-without-log");
    says(&show(&root).codes, "damage no-log");
}
