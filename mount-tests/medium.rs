//! A medium that does not give some bytes: a state directory served by a file system that answers with an error where
//! they are asked for, as a disk does that is failing.

use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use serde_json::Value;
use swarmfs::fuse::{Access, Appearance, Ending, Mountpoint};
use swarmfs::tree::{Attr, Forest, Found, Ino, Lifetime, Moment, NodeKind, Row, Totals, TreeError};

use crate::rig::{Mount, quiet, shell, state, swarmfs};

const WAL: &str = "raft/wal-v3-encrypted/0000000000000000-0000000000000000.wal";

/// What cannot be read at once.
const PAGE: u64 = 4096;

/// The files of a directory, by number; the root is the first.
struct Failing {
    paths: Vec<PathBuf>,
    /// The file and the page of it that cannot be read.
    file: PathBuf,
    bad: u64,
}

impl Failing {
    fn new(root: &Path, file: &str, bad: u64) -> Failing {
        let mut paths = vec![root.to_owned()];
        let mut at = 0;
        while let Some(path) = paths.get(at).cloned() {
            at += 1;
            paths.extend(path.read_dir().into_iter().flatten().map(|row| row.unwrap().path()));
        }
        Failing { paths, file: root.join(file), bad }
    }

    fn path(&self, ino: Ino) -> Result<&PathBuf, TreeError> {
        self.paths.get(usize::try_from(ino.0 - Ino::ROOT.0).unwrap()).ok_or(TreeError::NotFound)
    }

    fn rows(&self) -> impl Iterator<Item = (Ino, &PathBuf)> {
        (Ino::ROOT.0..).map(Ino).zip(&self.paths)
    }
}

impl Forest for Failing {
    fn lookup(&self, folder: Ino, name: &[u8]) -> Result<Found, TreeError> {
        let wanted = self.path(folder)?.join(std::ffi::OsStr::from_bytes(name));
        let (ino, _) = self.rows().find(|(_, path)| **path == wanted).ok_or(TreeError::NotFound)?;
        Ok(Found { attr: self.attr(ino)?, name: Lifetime::Endless })
    }

    fn attr(&self, ino: Ino) -> Result<Attr, TreeError> {
        let about = std::fs::metadata(self.path(ino)?).map_err(|_| TreeError::NotFound)?;
        let kind = if about.is_dir() { NodeKind::Folder } else { NodeKind::File };
        let size = if about.is_dir() { 0 } else { about.len() };
        Ok(Attr { ino, kind, size, modified: Moment::default(), links: 1, lifetime: Lifetime::Endless })
    }

    fn read(&self, ino: Ino, offset: u64, len: usize, sink: &mut dyn FnMut(&[u8])) -> Result<(), TreeError> {
        let path = self.path(ino)?;
        if *path == self.file && offset < self.bad + PAGE && offset + len as u64 > self.bad {
            return Err(TreeError::Unreadable("a bad sector".into()));
        }
        let mut bytes = vec![0; len];
        let read = File::open(path).unwrap().read_at(&mut bytes, offset).unwrap();
        sink(&bytes[..read]);
        Ok(())
    }

    fn target(&self, _: Ino) -> Result<Vec<u8>, TreeError> {
        Err(TreeError::NotALink)
    }

    fn list(&self, folder: Ino, cookie: u64, _: bool, each: &mut dyn FnMut(Row<'_>) -> bool) -> Result<(), TreeError> {
        let within = self.path(folder)?;
        for (ino, path) in self.rows().filter(|(ino, path)| ino.0 > cookie && path.parent() == Some(within)) {
            let (name, kind) = (path.file_name().unwrap().as_bytes(), self.attr(ino)?.kind);
            if !each(Row { name, ino, kind, cookie: ino.0, found: None }) {
                break;
            }
        }
        Ok(())
    }

    fn parent(&self, folder: Ino) -> Ino {
        let above = self.path(folder).ok().and_then(|path| path.parent());
        self.rows().find(|(_, path)| Some(path.as_path()) == above).map_or(Ino::ROOT, |(ino, _)| ino)
    }

    fn totals(&self) -> Totals {
        Totals::default()
    }
}

pub(crate) fn serve(state: &str, file: &str, bad: &str, mountpoint: &str) {
    let ending = Ending::prepare(|| {}).unwrap();
    let mountpoint = Mountpoint::new(mountpoint.as_ref(), None).unwrap();
    let forest = Arc::new(Failing::new(Path::new(state), file, bad.parse().unwrap()));
    let appearance = Appearance::of_this_user();
    let mount = swarmfs::fuse::Mount::new(forest, mountpoint, appearance, Access::Owner, &ending).unwrap();
    println!("ready");
    mount.serve().unwrap();
}

/// A state directory of which one page cannot be read.
fn failing(state: &Path, file: &str, bad: u64) -> Mount {
    let medium = Mount::start(|point| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg("serve-bad-medium").arg(state).arg(file).arg(bad.to_string()).arg(point.path());
        command.stderr(Stdio::null());
        command
    });
    let read = shell(&format!("cat \"$M/{file}\" > /dev/null"), medium.path());
    assert!(!read.status.success(), "the medium is fine");
    medium
}

/// What is shown of a directory: the codes that `check` tells, and all entries.
fn shown(state: &str) -> (Vec<String>, Vec<Value>) {
    let text = |path| String::from_utf8(swarmfs(&["cat", state, path]).stdout).unwrap();
    let codes = text("check.txt").lines().filter_map(|line| line.split('\t').nth(1).map(str::to_owned)).collect();
    let entries = text("tables/entries.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (codes, entries)
}

/// What an entry says; whether it had to be looked for, and the time, which may be that of one before it, aside.
fn said(entries: &[Value], index: u64) -> Option<Value> {
    let mut entry = entries.iter().find(|entry| entry["index"] == index)?.clone();
    let object = entry.as_object_mut().unwrap();
    ["recovered", "time", "time_inherited"].into_iter().for_each(|key| _ = object.remove(key));
    Some(entry)
}

pub(crate) fn what_a_bad_medium_still_gives_is_shown_and_can_be_copied() {
    let (folder, state) = state("three-m1");
    let (_, sound) = shown(state.to_str().unwrap());
    let records = swarmfs(&["cat", state.to_str().unwrap(), "raft/wal/0000000000000000-0000000000000000.jsonl"]);
    let records = String::from_utf8(records.stdout).unwrap();
    let entry = records.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let offset = entry.into_iter().find(|record| record["index"] == 40).unwrap()["offset"].as_u64().unwrap();
    let bad = offset / PAGE * PAGE;
    let medium = failing(&state, WAL, bad);
    let (codes, entries) = shown(medium.text());
    assert!(codes.iter().any(|code| code == "bad-medium"), "{codes:?}");
    let check = String::from_utf8(swarmfs(&["cat", medium.text(), "check.txt"]).stdout).unwrap();
    let told = check.lines().find(|line| line.contains("\tbad-medium\t")).unwrap();
    assert!(told.contains(&format!("\t{PAGE} bytes")), "{told}");
    assert!(said(&entries, 40).is_none_or(|entry| entry != said(&sound, 40).unwrap()), "entry 40 lies there");
    // All that lies elsewhere is as it was.
    let lost = |entries: &[Value]| (1..=70).filter(|index| said(entries, *index) != said(&sound, *index)).count();
    let here = lost(&entries);
    assert!((1..12).contains(&here), "{here} entries are lost with one page");

    // The advice: a copy, past what cannot be read. It shows as much.
    let copy = folder.path().join("copy");
    let script = format!(
        "mkdir \"{0}\" && tar -C \"$M\" --exclude=\"*.wal\" -c . | tar -C \"{0}\" -x && \
         dd if=\"$M/{WAL}\" of=\"{0}/{WAL}\" bs={PAGE} conv=noerror,sync 2> /dev/null; test -s \"{0}/{WAL}\"",
        copy.display()
    );
    quiet(&script, medium.path());
    let (codes, copied) = shown(copy.to_str().unwrap());
    assert!(!codes.iter().any(|code| code == "bad-medium"), "{codes:?}");
    assert_eq!(lost(&copied), here);
}

/// Whichever file the medium does not give: it is told what, and all that does not need the file is shown.
pub(crate) fn each_file_that_cannot_be_read_is_told_and_the_rest_shown() {
    let (_folder, state) = state("snapshots");
    let (sound, entries) = shown(state.to_str().unwrap());
    let newest = "raft/snap-v3-encrypted/0000000000000002-00000000000000f0.snap";
    for (file, page, code) in [
        ("certificates/swarm-node.crt", 0, "certificate-unreadable"),
        ("certificates/swarm-root-ca.crt", 0, "certificate-unreadable"),
        ("certificates/swarm-node.key", 0, "no-data-key"),
        ("docker-state.json", 0, "no-json"),
        ("state.json", 0, "no-json"),
        (newest, 0, "snapshot-damaged"),
        (newest, 2, "snapshot-damaged"),
        ("worker/tasks.db", 2, "tasks-db"),
        ("worker/tasks.db", 3, "tasks-db"),
    ] {
        let medium = failing(&state, file, page * PAGE);
        let check = String::from_utf8(swarmfs(&["cat", medium.text(), "check.txt"]).stdout).unwrap();
        let told = check.lines().find(|line| line.contains(code)).unwrap_or_else(|| panic!("{file}: {check}"));
        let why = ["Input/output error", "\t4096 bytes", "cannot be read"];
        assert!(why.iter().any(|why| told.contains(why)), "{file}: {told}");
        assert!(!sound.contains(&code.to_owned()));
        let (_, left) = shown(medium.text());
        assert_eq!(left.len(), entries.len(), "{file}");
        assert!(left == entries || code == "no-data-key", "{file}");
    }
}
