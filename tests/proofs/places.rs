//! Something else in the place of a file: it is not followed, not waited for, not read into memory, and told.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use crate::kit::fixture;
use crate::stage::{in_time, open, tree};
use crate::walk::{Walked, walk};

const KEY: &str = "certificates/swarm-node.key";
const CERTIFICATE: &str = "certificates/swarm-node.crt";
const SEGMENT: &str = "raft/wal-v3-encrypted/0000000000000000-0000000000000000.wal";
const SNAPSHOT: &str = "raft/snap-v3-encrypted/0000000000000002-00000000000000f0.snap";

/// What stands there instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Instead {
    /// A link to the very file, which lies outside now.
    Link,
    /// A link to itself.
    Loop,
    Pipe,
    Folder,
    Nothing,
    Empty,
    /// The file, and a hole of half a terabyte behind it.
    Sparse,
    /// A hole alone.
    Hole,
}

const ALL: [Instead; 8] = {
    use Instead::*;
    [Link, Loop, Pipe, Folder, Nothing, Empty, Sparse, Hole]
};

fn put(instead: Instead, path: &Path, outside: &Path) {
    fs::rename(path, outside).expect("moved away");
    let sparse = |file: File| file.set_len(1 << 39).expect("a hole");
    match instead {
        Instead::Link => symlink(outside, path).expect("a link"),
        Instead::Loop => symlink(path.file_name().expect("a name"), path).expect("a link"),
        Instead::Pipe => mkfifo(path, Mode::S_IRWXU).expect("a pipe"),
        Instead::Folder => fs::create_dir(path).expect("a folder"),
        Instead::Nothing => {}
        Instead::Empty => drop(File::create(path).expect("a file")),
        Instead::Hole => sparse(File::create(path).expect("a file")),
        Instead::Sparse => {
            fixture::copy(outside, path).expect("a copy");
            sparse(File::options().write(true).open(path).expect("the copy"));
        }
    }
}

fn with(instead: Instead, victim: &str) -> Walked {
    let fixture = fixture::own("snapshots");
    let outside: PathBuf = fixture.golden().join("moved-away");
    put(instead, &fixture.state().join(victim), &outside);
    let state = fixture.state();
    let walked = in_time(&format!("{instead:?} for {victim}"), move || {
        walk(&tree(open(&state, None).expect("it opens"), 1 << 20).1)
    });
    drop(fixture);
    walked
}

/// The lines of check.txt that speak of damage and name this file, or all lines of damage.
fn told<'a>(walked: &'a Walked, word: &str) -> Vec<&'a str> {
    walked.text("check.txt").lines().filter(|line| !line.starts_with("info") && line.contains(word)).collect()
}

#[test]
fn in_the_place_of_the_key() {
    for instead in ALL {
        let walked = with(instead, KEY);
        let why = walked.json("status.json")["keys"]["why"].to_string();
        assert!(why.contains(KEY), "{instead:?}: {why}");
        assert_eq!(told(&walked, "no-data-key").len(), 1, "{instead:?}");
        assert!(walked.text("log.txt").lines().all(|line| line.ends_with(" sealed")), "{instead:?}");
        assert_eq!(walked.names("entries").len(), 242, "{instead:?}");
        assert!(walked.text("secrets/_INCOMPLETE.txt").contains(KEY), "{instead:?}");
    }
}

#[test]
fn in_the_place_of_the_segment() {
    for instead in ALL {
        let walked = with(instead, SEGMENT);
        let entries = walked.names("entries").len();
        if instead == Instead::Sparse {
            assert_eq!(entries, 242, "a hole behind the log is nothing");
            continue;
        }
        assert_eq!(entries, 0, "{instead:?}");
        // The newest snapshot is all there is, and it is said that there was more.
        assert_eq!(walked.names("objects/clusters").len(), 1, "{instead:?}");
        if !matches!(instead, Instead::Nothing | Instead::Empty | Instead::Hole) {
            assert_eq!(told(&walked, SEGMENT).len(), 1, "{instead:?}: {}", walked.text("check.txt"));
        }
    }
}

#[test]
fn in_the_place_of_a_snapshot() {
    for instead in ALL {
        let walked = with(instead, SNAPSHOT);
        let name = SNAPSHOT.rsplit_once('/').expect("a path").1;
        if instead != Instead::Nothing {
            assert_eq!(told(&walked, name).len(), 1, "{instead:?}: {}", walked.text("check.txt"));
        }
        // The log goes back to the first entry.
        assert_eq!(walked.names("entries").len(), 242, "{instead:?}");
        assert!(!walked.0.contains_key("objects/_INCOMPLETE.txt"), "{instead:?}");
    }
}

#[test]
fn in_the_place_of_the_certificate() {
    for instead in ALL {
        let walked = with(instead, CERTIFICATE);
        assert_eq!(walked.names("entries").len(), 242, "{instead:?}");
        assert!(walked.text("log.txt").lines().all(|line| !line.ends_with(" sealed")), "{instead:?}");
        let cluster = &walked.json("status.json")["node"]["cluster"];
        assert!(cluster.is_null() || instead == Instead::Sparse, "{instead:?}: {cluster}");
    }
}
