//! A frozen mount shows its moment, whatever becomes of the directory.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::FileExt;

use crate::rig::{Mount, can_mount, quiet, state};

/// Every file of a mount, with its digest.
const DIGESTS: &str = "cd \"$M\" && find . -type f | sort | xargs -d '\\n' sha256sum";

#[test]
fn a_frozen_mount_does_not_see_what_is_written_in_place() {
    if !can_mount("a_frozen_mount_does_not_see_what_is_written_in_place") {
        return;
    }
    let (_folder, state) = state("three-m1");
    // One is looked at before, to know what the others must show; of these, the kernel has nothing yet.
    let seen = Mount::new(&state, &["--freeze"]);
    let then = quiet(DIGESTS, seen.path());
    let [unseen, purged] = [(); 2].map(|()| Mount::new(&state, &["--freeze"]));
    let tasks = quiet("ls \"$M/node/tasks\"", seen.path());
    assert!(tasks.lines().count() > 1 && !tasks.contains("_INCOMPLETE"), "{tasks}");

    // The agent's database is written in place.
    let db = OpenOptions::new().write(true).open(state.join("worker/tasks.db")).unwrap();
    let len = db.metadata().unwrap().len();
    db.write_all_at(&vec![0x55; usize::try_from(len).unwrap()], 0).unwrap();
    // A daemon that starts cuts the space behind the log off, and writes on.
    let wal = state.join("raft/wal-v3-encrypted");
    let segment =
        fs::read_dir(&wal).unwrap().map(|row| row.unwrap().path()).find(|path| path.extension().unwrap() == "wal");
    let bytes = fs::read(segment.as_ref().unwrap()).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap() as u64 / 8 * 8 + 8;
    let segment = OpenOptions::new().write(true).open(segment.unwrap()).unwrap();
    segment.set_len(end).unwrap();
    segment.write_all_at(&bytes[..1024], end).unwrap();
    // The small files are replaced, or go.
    let certificates = state.join("certificates");
    fs::write(state.join("new"), "{}").unwrap();
    fs::rename(state.join("new"), state.join("state.json")).unwrap();
    fs::remove_file(state.join("docker-state.json")).unwrap();
    fs::rename(certificates.join("swarm-root-ca.crt"), certificates.join("swarm-node.crt")).unwrap();
    fs::write(certificates.join(".swarm-node.crt"), "new").unwrap();

    let as_then = |mount: &Mount| {
        let now = quiet(DIGESTS, mount.path());
        let differ: Vec<_> = now.lines().zip(then.lines()).filter(|(now, then)| now != then).collect();
        assert!(differ.is_empty() && now == then, "{differ:?}");
    };
    as_then(&unseen);
    as_then(&seen);

    // The log is purged: it is read from files that have no name any more.
    fs::remove_dir_all(state.join("raft")).unwrap();
    as_then(&purged);
}
