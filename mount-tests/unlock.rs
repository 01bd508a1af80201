//! A running mount is given the key that it lacks, and mounts that are told not to follow.

use std::path::Path;
use std::process::Command;

use crate::rig::{Mount, SWARMFS, can_mount, feed, quiet, run, state};

/// The unlock key of a packed fixture.
pub(crate) fn key_of(fixture: &str) -> String {
    let keys = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/unlock-keys.tsv")).unwrap();
    let line = keys.lines().find_map(|line| line.strip_prefix(&format!("{fixture}\t"))).unwrap();
    line.trim().to_owned()
}

#[test]
fn a_running_mount_is_unlocked() {
    if !can_mount("a_running_mount_is_unlocked") {
        return;
    }
    let (_folder, state) = state("restarts");
    let mount = Mount::new(&state, &[]);
    // Looked at while sealed, so that the kernel holds what must change.
    let sealed = quiet("ls \"$M/secrets\"; cat \"$M/entries/0000000005.json\" \"$M/status.json\"", mount.path());
    assert!(sealed.contains("_INCOMPLETE.txt") && sealed.contains("\"sealed\""), "{sealed}");
    let unlock = |key: &str| {
        let mut command = Command::new(SWARMFS);
        feed(command.arg("unlock").arg(mount.path()).args(["--unlock-key-file", "-"]), key.as_bytes())
    };
    let wrong = unlock("SWMKEY-1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(wrong.status.code(), Some(4), "{wrong:?}");
    let right = unlock(&key_of("restarts"));
    assert_eq!(right.status.code(), Some(0), "{right:?}");
    let open = quiet("ls \"$M/secrets\"; cat \"$M/entries/0000000005.json\" \"$M/status.json\"", mount.path());
    assert!(!open.contains("_INCOMPLETE.txt") && !open.contains("\"sealed\": \""), "{open}");
    assert!(open.contains("\"request\"") && open.contains("\"complete\": true"), "{open}");
}

#[test]
fn a_frozen_mount_takes_no_key_and_shows_its_moment() {
    if !can_mount("a_frozen_mount_takes_no_key_and_shows_its_moment") {
        return;
    }
    let (_folder, state) = state("snapshots");
    let mount = Mount::new(&state, &["--freeze"]);
    let refused =
        run(Command::new(SWARMFS).arg("unlock").arg(mount.path()).env("SWARM_UNLOCK_KEY", key_of("restarts")));
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    // The log and the snapshots vanish; what was there at the mount stays.
    std::fs::remove_dir_all(state.join("raft")).unwrap();
    let shown =
        quiet("ls \"$M/entries\" | wc -l; ls \"$M/objects/nodes\" | wc -l; tail -1 \"$M/log.txt\"", mount.path());
    assert!(shown.starts_with("242\n2\n0000000242 "), "{shown}");
}

#[test]
fn saved_keys_stay_with_a_mount() {
    if !can_mount("saved_keys_stay_with_a_mount") {
        return;
    }
    // The same manager before autolock was turned on, and after.
    let (folder, state) = state("three-autolock-leader");
    let (_before, before) = crate::rig::state("three-m2");
    let key = folder.path().join("unlock key");
    std::fs::write(&key, key_of("three-autolock-leader")).unwrap();
    let saved = before.join("certificates/swarm-node.key");
    let arguments = ["--unlock-key-file", key.to_str().unwrap(), "--key-file", saved.to_str().unwrap()];
    let mount = Mount::new(&state, &arguments);
    let first = quiet("cat \"$M/entries/0000000003.json\"", mount.path());
    assert!(first.contains("\"request\"") && !first.contains("\"sealed\""), "{first}");
    // A rotation replaces the key file; the mount sees it, and keeps what it was given.
    let own = state.join("certificates/swarm-node.key");
    let replaced = std::fs::read_to_string(&own).unwrap().replace("kek-version: 277", "kek-version: 999");
    let next = state.join("certificates/.tmp-swarm-node.key1");
    std::fs::write(&next, replaced).unwrap();
    std::fs::rename(&next, &own).unwrap();
    let seen = "for i in $(seq 100); do grep -q '\"kek_version\": 999' \"$M/status.json\" && break; sleep 0.1; done; \
                cat \"$M/status.json\" \"$M/entries/0000000005.json\"";
    let seen = quiet(seen, mount.path());
    assert!(seen.contains("\"kek_version\": 999") && seen.contains("\"saved_data_keys\": 1"), "{seen}");
    assert!(seen.contains("\"request\"") && !seen.contains("\"sealed\": \""), "{seen}");
}
