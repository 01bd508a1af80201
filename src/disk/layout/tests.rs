use super::super::testing::{fixture, fixtures};
use super::*;

fn find(files: &[&str]) -> Result<Layout, DiskError> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|file| (*file, b"".as_slice())).collect();
    Layout::find(Source::of_files(&files)).map(|found| found.1)
}

fn hint(files: &[&str]) -> String {
    match find(files) {
        Err(DiskError::NotAStateDirectory { hint, .. }) => hint,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_fixture_is_one() {
    for name in fixtures() {
        let (_, layout) = Layout::find(fixture(&name)).unwrap();
        let manager = !matches!(&*name, "three-worker" | "three-demoted");
        assert_eq!(layout.wal.is_some(), manager, "{name}");
        assert_eq!(layout.wal.is_some_and(|wal| wal.encrypted), manager && name != "old-112", "{name}");
    }
}

#[test]
fn docker_s_data_root() {
    let layout =
        find(&["containers/x", "swarm/raft/wal-v3-encrypted/0.tmp", "swarm/certificates/swarm-node.key"]).unwrap();
    assert_eq!(layout.wal.unwrap().path, "raft/wal-v3-encrypted");
    assert!(layout.has_key && !layout.has_certificate);
}

#[test]
fn the_log_with_segments_counts() {
    let layout = find(&["raft/wal-v3-encrypted/0.tmp", "raft/wal-v3/a.wal", "raft/wal/a.wal", "raft/snap/x"]).unwrap();
    assert_eq!(
        layout.wal.unwrap(),
        Folder { path: "raft/wal-v3".to_owned(), encrypted: false, framing: Framing::Aligned }
    );
    assert_eq!(layout.snapshots.unwrap().path, "raft/snap");
    assert_eq!(layout.left_over, ["raft/wal", "raft/wal-v3-encrypted"]);
}

#[test]
fn left_over_folders() {
    let layout = find(&[
        "raft/wal-v3-encrypted/a.wal",
        "raft/wal-v3-encrypted.broken.20261121.1/a.wal",
        "raft/snap-v3-encrypted.tmp/x",
    ]);
    assert_eq!(layout.unwrap().left_over, ["raft/snap-v3-encrypted.tmp", "raft/wal-v3-encrypted.broken.20261121.1"]);
}

#[test]
fn what_is_none_says_what_to_give() {
    assert!(hint(&["etc/passwd"]).contains("neither raft/ nor certificates/"));
    assert!(hint(&[]).contains("empty"));
    assert!(hint(&["wal-v3-encrypted/a.wal"]).contains("folder above"));
    assert!(hint(&["0000000000000000-0000000000000000.wal"]).contains("two folders above"));
    assert!(hint(&["swarm-node.key"]).contains("certificates folder"));
    assert!(hint(&["swarm/x", "image/y"]).contains("in no swarm"));
}
