//! What the common commands ask of the server, counted: nothing that cannot change is asked twice.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::rig::{Mount, SWARMFS, can_mount, quiet, state};

/// How often the kernel asked for what.
type Requests = BTreeMap<String, usize>;

/// What the kernel asks once in the life of a mount: for the root's attributes, and for what the answer is that it
/// need not ask (`UNKNOWN` is FUSE_STATX, which is younger than the library).
const ONCE: [&str; 9] = ["ACCESS", "FLUSH", "GETATTR", "GETXATTR", "LISTXATTR", "LSEEK", "OPEN", "OPENDIR", "UNKNOWN"];

/// A mount whose requests are counted. The witness is the FUSE library, which logs each before it is handed on.
struct Counted {
    mount: Mount,
    log: PathBuf,
    seen: usize,
    once: Vec<String>,
}

impl Counted {
    fn new(state: &Path, log: PathBuf) -> Self {
        let mount = Mount::start(|point| {
            let mut command = Command::new(SWARMFS);
            command.arg("mount").arg(state).arg(point.path());
            command.env("SWARMFS_LOG", "fuser::request=debug").stderr(File::create(&log).unwrap());
            command
        });
        Self { mount, log, seen: 0, once: Vec::new() }
    }

    /// Runs a script, and answers what it made the kernel ask for; what is asked once in a mount is left out.
    fn of(&mut self, script: &str) -> Requests {
        quiet(script, self.mount.path());
        let log = std::fs::read_to_string(&self.log).unwrap();
        let mut counts = Requests::new();
        for line in log.get(self.seen..).unwrap().lines() {
            let kind = kind(line).unwrap_or_else(|| panic!("no request: {line}"));
            if ONCE.contains(&kind) {
                assert!(!self.once.iter().any(|other| other == kind), "{script}: asked again: {line}");
                self.once.push(kind.to_owned());
            } else if !kind.ends_with("FORGET") {
                // (The kernel tells what it forgets when it pleases.)
                *counts.entry(kind.to_owned()).or_default() += 1;
            }
        }
        self.seen = log.len();
        counts
    }

    /// The same script once more stays within bounds. Where memory is short the kernel forgets what it knew, so the
    /// best of three counts.
    fn settled(&mut self, script: &str, bounds: &[Bound]) {
        for _ in 0..2 {
            if judge(&self.of(script), bounds).is_ok() {
                return;
            }
        }
        within(&format!("{script}, again"), &self.of(script), bounds);
    }
}

/// A kind of request, and how many there may be.
type Bound = (&'static str, RangeInclusive<usize>);

/// `swarmfs: FUSE( 12) ino 0x0000000000000001 LOOKUP name "log.txt" thread=fuser-0`
fn kind(line: &str) -> Option<&str> {
    let (_, request) = line.strip_prefix("swarmfs: FUSE(")?.split_once(") ino 0x")?;
    let kind = request.split(' ').nth(1)?;
    Some(if kind.starts_with("thread=") { "UNKNOWN" } else { kind })
}

/// Each kind is within its bounds, and there is no other.
fn judge(counts: &Requests, bounds: &[Bound]) -> Result<(), String> {
    let count = |kind: &str| counts.get(kind).copied().unwrap_or(0);
    if let Some((kind, bound)) = bounds.iter().find(|(kind, bound)| !bound.contains(&count(kind))) {
        return Err(format!("{} {kind}, not {bound:?}", count(kind)));
    }
    match counts.keys().find(|kind| !bounds.iter().any(|(named, _)| named == kind)) {
        Some(kind) => Err(format!("{} {kind}, not none", count(kind))),
        None => Ok(()),
    }
}

fn within(script: &str, counts: &Requests, bounds: &[Bound]) {
    if let Err(why) = judge(counts, bounds) {
        panic!("{script}: {why}, of {counts:?}");
    }
}

#[test]
fn what_cannot_change_is_asked_once() {
    if !can_mount("what_cannot_change_is_asked_once") {
        return;
    }
    let (folder, state) = state("stack-stopped");
    let log = folder.path().join("requests");
    let copy = folder.path().join("copy");
    let mount = Mount::new(&state, &[]);
    quiet(&format!("cp -r --no-preserve=mode \"$M/entries\" '{}'", copy.display()), mount.path());
    let number = |script: &str| quiet(script, mount.path()).trim().parse::<usize>().unwrap();
    let entries = number("ls \"$M/entries\" | wc -l");
    let folders = number("find \"$M/objects\" -type d | wc -l");
    let wal = number("wc -c < \"$M/rafttool/dump-wal.txt\"");
    drop(mount);
    assert!(entries > 250);

    // A row with its attributes takes less than 200 bytes, and the kernel asks for a page of them at least; the
    // answer that there are no more is a request of its own.
    let listing = ("READDIRPLUS", 2..=2 + (entries * 200).div_ceil(4096));
    // Readahead is 128 KiB or more, and begins with less.
    let whole_wal = ("READ", wal.div_ceil(1 << 20)..=wal.div_ceil(128 << 10) + 2);
    // grep(1) and find(1) ask for the kind of filesystem, which the kernel does not remember.
    let statfs = ("STATFS", 0..=1);
    // No file is asked for twice; those that were read ahead are not asked for at all.
    let each = ("READ", 1..=entries);
    let diff = format!("diff -r \"$M/entries\" '{}'", copy.display());
    // tar and diff read some KiB at a time, so a long file may be asked for in two pieces.
    let pieces = ("READ", 1..=entries + entries / 10);
    let rows: [(&str, &[Bound]); 10] = [
        ("ls \"$M\"", &[("READDIRPLUS", 2..=2)]),
        // The listing does not say how long the files are whose length is dear to know.
        ("ls -l \"$M\"", &[("READDIRPLUS", 2..=2), ("LOOKUP", 0..=3)]),
        ("ls \"$M/entries\"", &[("LOOKUP", 1..=1), listing.clone()]),
        ("ls -l \"$M/entries\"", &[("LOOKUP", 1..=1), listing.clone()]),
        ("cat \"$M/entries/0000000012.json\"", &[("LOOKUP", 2..=2), ("READ", 1..=1)]),
        ("cat \"$M/rafttool/dump-wal.txt\"", &[("LOOKUP", 2..=2), whole_wal]),
        ("grep -r 'create secret' \"$M/entries\"", &[("LOOKUP", 1..=1), listing.clone(), each, statfs.clone()]),
        (
            "find \"$M/objects\" -newermt 2026-01-01",
            &[("LOOKUP", 1..=1), ("READDIRPLUS", 2 * folders..=3 * folders), statfs.clone()],
        ),
        ("tar -c -f - -C \"$M\" entries | cat", &[("LOOKUP", 1..=1), listing.clone(), pieces.clone()]),
        (&diff, &[("LOOKUP", 1..=1), listing, pieces, statfs.clone()]),
    ];
    for (script, cold) in rows {
        let mut counted = Counted::new(&state, log.clone());
        within(script, &counted.of(script), cold);
        counted.settled(script, std::slice::from_ref(&statfs));
    }
}

#[test]
fn who_reads_a_folder_from_end_to_end_asks_for_few_of_its_files() {
    if !can_mount("who_reads_a_folder_from_end_to_end_asks_for_few_of_its_files") {
        return;
    }
    let (folder, state) = state("stack-stopped");
    let reads = || {
        let mut counted = Counted::new(&state, folder.path().join("requests"));
        counted.of("grep -r 'create secret' \"$M/entries\"").get("READ").copied().unwrap_or(0)
    };
    let entries = {
        let mount = Mount::new(&state, &[]);
        quiet("ls \"$M/entries\" | wc -l", mount.path()).trim().parse::<usize>().unwrap()
    };
    // Whether a file is made before it is asked for is a race, so the best of five counts.
    let fewest = (0..5).map(|_| reads()).min().unwrap();
    assert!(fewest < entries * 3 / 4, "{fewest} reads for {entries} files");
}

#[test]
fn what_may_change_is_asked_for_each_time() {
    if !can_mount("what_may_change_is_asked_for_each_time") {
        return;
    }
    let (folder, state) = state("stack-stopped");
    let mut counted = Counted::new(&state, folder.path().join("requests"));
    counted.of("ls -lR \"$M\"");
    // Names that may appear, the short forms of names, and the link to what is last.
    for (script, lookups) in [
        ("! test -e \"$M/entries/0000999999.json\"", 1),
        ("test -h \"$M/entries/12.json\"", 1),
        ("test -h \"$M/at/latest\"", 1),
        ("test -e \"$M/entries/0000000012.json\"", 0),
    ] {
        counted.of(script);
        counted.settled(script, &[("LOOKUP", lookups..=lookups)]);
    }
}

#[test]
fn a_second_walk_over_everything_asks_for_almost_nothing() {
    if !can_mount("a_second_walk_over_everything_asks_for_almost_nothing") {
        return;
    }
    let (folder, state) = state("stack-stopped");
    let mut counted = Counted::new(&state, folder.path().join("requests"));
    for script in ["ls -lR \"$M\"", "grep -r 'create secret' \"$M\"", "find \"$M\" -ls"] {
        counted.of(script);
        // `at/latest`, and the files whose length is dear to know.
        counted.settled(script, &[("LOOKUP", 0..=4), ("STATFS", 0..=1)]);
    }
}

/// The follower looks every few seconds whether there is anything new; where there is not, nothing is told.
#[test]
fn beside_a_daemon_that_does_nothing_nothing_is_asked_again() {
    if !can_mount("beside_a_daemon_that_does_nothing_nothing_is_asked_again") {
        return;
    }
    let (folder, state) = state("stack-stopped");
    let mut counted = Counted::new(&state, folder.path().join("requests"));
    let script = "cat \"$M/log.txt\" \"$M/tables/entries.jsonl\" \"$M/tables/history.jsonl\" > /dev/null";
    counted.of(script);
    // Pages of files that rest are dropped as the kernel pleases; attributes are asked for again where it was told.
    within(script, &counted.of(&format!("sleep 5; {script}")), &[("READ", 0..=usize::MAX)]);
}
