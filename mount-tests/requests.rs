//! What the common commands ask of the server, counted: nothing is asked twice that cannot change.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::rig::{Mount, SWARMFS, can_mount, quiet, state};

/// A mount whose requests are counted. The witness is the FUSE library, which logs each before it is handed on.
struct Counted {
    mount: Mount,
    log: PathBuf,
    seen: usize,
}

impl Counted {
    fn new(state: &Path, log: PathBuf) -> Self {
        let mount = Mount::start(|point| {
            let mut command = Command::new(SWARMFS);
            command.arg("mount").arg(state).arg(point.path());
            command.env("SWARMFS_LOG", "fuser::request=debug").stderr(File::create(&log).unwrap());
            command
        });
        Self { mount, log, seen: 0 }
    }

    /// Runs a script, and answers how many requests of each kind it made.
    fn of(&mut self, script: &str) -> BTreeMap<String, usize> {
        quiet(script, self.mount.path());
        let log = std::fs::read_to_string(&self.log).unwrap();
        let new = log.get(self.seen..).unwrap();
        self.seen = log.len();
        let mut counts = BTreeMap::new();
        for line in new.lines() {
            let kind = kind(line).unwrap_or_else(|| panic!("what is this: {line}"));
            // The kernel tells what it forgets when it pleases.
            if !kind.ends_with("FORGET") {
                *counts.entry(kind.to_owned()).or_default() += 1;
            }
        }
        counts
    }
}

/// `swarmfs: FUSE( 12) ino 0x0000000000000001 LOOKUP name "log.txt" thread=fuser-0`
fn kind(line: &str) -> Option<&str> {
    let (_, request) = line.strip_prefix("swarmfs: FUSE(")?.split_once(") ino 0x")?;
    request.split(' ').nth(1)
}

#[test]
fn probe() {
    if !can_mount("probe") {
        return;
    }
    let (folder, state) = state("stack-stopped");
    for script in [
        "ls \"$M\"",
        "ls -l \"$M\"",
        "ls -l \"$M/entries\"",
        "ls \"$M/entries\"",
        "cat \"$M/entries/0000000012.json\"",
        "cat \"$M/log.txt\"",
        "cat \"$M/rafttool/dump-wal.txt\"",
        "grep -rc SWMTKN \"$M/entries\"",
        "cat \"$M\"/entries/*",
        "find \"$M/objects\" -newermt 2020-01-01",
        "tar -cf - -C \"$M\" entries | cat",
        "diff -r \"$M/entries\" \"$M/entries\"",
        "diff -r \"$M/objects/nodes\" \"$M/at/0000000200/objects/nodes\" || true",
        "stat \"$M/entries/12.json\" || true; stat \"$M/entries/12.json\"",
        "cat \"$M/secrets/\"*",
        "grep -rc SWMTKN \"$M\" || true",
        "ls -lR \"$M\"",
    ] {
        let mut counted = Counted::new(&state, folder.path().join("log"));
        let cold = counted.of(script);
        let warm = counted.of(script);
        println!("{script}\n    cold {cold:?}\n    warm {warm:?}");
    }
    let mut c = Counted::new(&state, folder.path().join("log"));
    println!(
        "{}",
        quiet(
            "ls \"$M/entries\" | wc -l; find \"$M\" | wc -l; find \"$M\" -type d | wc -l; find \"$M\" -type f | wc -l; find \"$M/entries\" -size +128k",
            c.mount.path()
        )
    );
    c.of("true");
}
