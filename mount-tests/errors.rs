//! What cannot be done, and how that is said.

use std::process::Command;

use nix::mount::{MsFlags, mount};

use crate::rig::{Mount, Point, can_mount, is_mounted, outcome, quiet, run, shell, state, swarmfs};

/// Every way to change something, with coreutils.
const WRITES: [&str; 15] = [
    "touch \"$M/new\"",
    "touch -d now \"$M/README.md\"",
    "mkdir \"$M/new\"",
    "mkfifo \"$M/new\"",
    "rm -f \"$M/README.md\"",
    "rmdir \"$M/objects\"",
    "mv \"$M/README.md\" \"$M/new\"",
    "ln -s target \"$M/new\"",
    "ln \"$M/README.md\" \"$M/new\"",
    "chmod 600 \"$M/README.md\"",
    "chown 1:1 \"$M/README.md\"",
    "truncate -s 0 \"$M/README.md\"",
    "/bin/echo more >> \"$M/README.md\"",
    "echo > \"$M/new\"",
    "cp /etc/passwd \"$M/objects/\"",
];

#[test]
fn every_write_fails_with_erofs() {
    if !can_mount("every_write_fails_with_erofs") {
        return;
    }
    let (_folder, state) = state("fresh");
    let served = Mount::new(&state, &[]);
    let before = quiet("ls -lAR \"$M\"", served.path());
    // The kernel refuses first; when somebody remounts read-write, swarmfs itself does.
    for writable in [false, true] {
        if writable {
            let flags = MsFlags::MS_REMOUNT;
            mount(None::<&str>, served.path(), None::<&str>, flags, None::<&str>).unwrap();
        }
        for write in WRITES {
            let output = shell(write, served.path());
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success(), "{write}: succeeded");
            assert!(said.contains("Read-only file system"), "{write} (writable {writable}): {said}");
        }
    }
    assert_eq!(quiet("ls -lAR \"$M\"", served.path()), before);
}

#[test]
fn names_that_do_not_exist() {
    if !can_mount("names_that_do_not_exist") {
        return;
    }
    let (_folder, state) = state("fresh");
    let mount = Mount::new(&state, &[]);
    let said = |script: &str| String::from_utf8(shell(script, mount.path()).stderr).unwrap();
    assert!(said("cat \"$M/none\"").contains("No such file or directory"));
    assert!(said("cat \"$M/README.md/none\"").contains("Not a directory"));
    assert!(said("cat \"$M/objects\"").contains("Is a directory"));
    assert!(said("readlink -v \"$M/README.md\"").contains("Invalid argument"));
    assert!(said("cat \"$M/$(printf %0256d 7)\"").contains("File name too long"));
}

#[test]
fn places_where_nothing_can_be_mounted() {
    if !can_mount("places_where_nothing_can_be_mounted") {
        return;
    }
    let (folder, state) = state("fresh");
    let (state, point) = (state.to_str().unwrap(), Point::new());
    let raft = format!("{state}/raft");
    let above = folder.path().to_str().unwrap();
    let file = format!("{}/file", point.text());
    std::fs::write(&file, "").unwrap();
    for (mountpoint, code, word) in [
        (state, 7, "it is the state directory"),
        (&raft, 7, "it lies in the state directory"),
        (above, 7, "it would hide the state directory"),
        (&file, 7, "not a folder"),
        ("/no/such/place", 7, "create the folder first"),
    ] {
        for daemon in [&["mount"][..], &["mount", "--daemon"]] {
            let (got, said) = outcome(&[daemon, &[state, mountpoint]].concat());
            assert_eq!(got, code, "{mountpoint}: {said}");
            assert!(said.contains(word), "{mountpoint}: {said}");
            assert_eq!(said.lines().count(), 1, "{said}");
        }
    }
    let bound = Point::new();
    assert!(run(Command::new("mount").args(["--bind", state, bound.text()])).status.success());
    assert_eq!(outcome(&["mount", state, bound.text()]).0, 7, "the state directory under another name");
}

#[test]
fn one_mount_at_a_place() {
    if !can_mount("one_mount_at_a_place") {
        return;
    }
    let (_folder, state) = state("fresh");
    let mount = Mount::new(&state, &[]);
    let (code, said) = outcome(&["mount", state.to_str().unwrap(), mount.text()]);
    assert_eq!(code, 7);
    assert!(said.contains("already"), "{said}");
    quiet("cat \"$M/README.md\"", mount.path());
}

#[test]
fn what_is_no_state_directory() {
    let point = Point::new();
    for command in ["ls", "cat", "tree", "check"] {
        let (code, said) = outcome(&[command, point.text()]);
        assert_eq!(code, 5, "{command}: {said}");
        assert!(said.starts_with("swarmfs: "), "{said}");
    }
    let other = Point::new();
    assert_eq!(outcome(&["mount", point.text(), other.text()]).0, 5);
    assert_eq!(outcome(&["ls", "/no/such/folder"]).0, 5);
    assert!(!is_mounted(other.path()));
}

#[test]
fn wrong_usage() {
    let point = Point::new();
    for arguments in [
        &[][..],
        &["mount"],
        &["no-such-command"],
        &["mount", "--umask", "888", "a", "b"],
        &["mount", "-o", "rw", "a", "b"],
        &["mount", "-o", "no-such-option", "a", "b"],
        &["ls", "--cache-size", "lots", "a"],
    ] {
        assert_eq!(outcome(arguments).0, 2, "{arguments:?}");
    }
    for arguments in [&["--help"][..], &["--version"], &["help", "mount"]] {
        let output = swarmfs(arguments);
        assert_eq!(output.status.code(), Some(0));
        assert!(!output.stdout.is_empty());
    }
    assert_eq!(outcome(&["umount", point.text()]).0, 1);
}
