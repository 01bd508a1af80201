//! Every way to end a mount.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::Signal;

use crate::rig::{Mount, Point, SWARMFS, can_mount, is_mounted, outcome, quiet, run, shell, soon, state, swarmfs};

/// A program that stands in a folder and holds a file open.
struct Guest(Child);

impl Guest {
    fn within(mountpoint: &Path) -> Self {
        let mut sleep = Command::new("sh");
        sleep.args(["-c", "cd \"$M/objects\" && exec 3<../README.md && echo in && exec sleep 60"]);
        let mut child = sleep.env("M", mountpoint).stdout(Stdio::piped()).spawn().unwrap();
        let mut word = [0; 3];
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut word).unwrap();
        Self(child)
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn signals_end_a_mount_cleanly() {
    if !can_mount("signals_end_a_mount_cleanly") {
        return;
    }
    let (_folder, state) = state("fresh");
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let mut mount = Mount::new(&state, &[]);
        quiet("cat \"$M/README.md\"", mount.path());
        mount.signal(signal);
        assert_eq!(mount.code(), Some(0), "{signal}");
        assert!(!is_mounted(mount.path()), "{signal}");
    }
}

#[test]
fn signals_end_a_mount_with_somebody_inside() {
    if !can_mount("signals_end_a_mount_with_somebody_inside") {
        return;
    }
    let (_folder, state) = state("fresh");
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let mut mount = Mount::new(&state, &[]);
        let _guest = Guest::within(mount.path());
        mount.signal(signal);
        assert_eq!(mount.code(), Some(0), "{signal}");
        assert!(!is_mounted(mount.path()), "{signal}");
    }
}

#[test]
fn tools_end_a_mount() {
    if !can_mount("tools_end_a_mount") {
        return;
    }
    let (_folder, state) = state("fresh");
    for tool in ["umount \"$M\"", "fusermount3 -u \"$M\"", "\"$SWARMFS\" umount \"$M\"", "umount -l \"$M\""] {
        let mut mount = Mount::new(&state, &[]);
        quiet(&format!("SWARMFS='{SWARMFS}'; cat \"$M/README.md\" > /dev/null; {tool}"), mount.path());
        assert_eq!(mount.code(), Some(0), "{tool}");
        assert!(!is_mounted(mount.path()), "{tool}");
    }
}

#[test]
fn swarmfs_umount_works_with_somebody_inside() {
    if !can_mount("swarmfs_umount_works_with_somebody_inside") {
        return;
    }
    let (_folder, state) = state("fresh");
    let mut mount = Mount::new(&state, &[]);
    let guest = Guest::within(mount.path());
    assert!(!shell("umount \"$M\"", mount.path()).status.success(), "the guest does not hold it");
    let (code, said) = outcome(&["umount", mount.text()]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("still in it"), "{said}");
    assert!(!is_mounted(mount.path()));
    drop(guest);
    assert_eq!(mount.code(), Some(0));
}

#[test]
fn a_mount_that_ends_late_leaves_its_successor_alone() {
    if !can_mount("a_mount_that_ends_late_leaves_its_successor_alone") {
        return;
    }
    let (_folder, state) = state("fresh");
    let mut mount = Mount::new(&state, &[]);
    let guest = Guest::within(mount.path());
    assert_eq!(outcome(&["umount", mount.text()]).0, 0);
    assert!(run(Command::new("mount").args(["-t", "tmpfs", "tmpfs"]).arg(mount.path())).status.success());
    drop(guest);
    assert_eq!(mount.code(), Some(0));
    assert!(is_mounted(mount.path()), "the old mount's end has unmounted a stranger");
}

#[test]
fn a_dead_mount_is_cleared() {
    if !can_mount("a_dead_mount_is_cleared") {
        return;
    }
    let (_folder, state) = state("fresh");
    let kill = |mount: &mut Mount| {
        mount.signal(Signal::SIGKILL);
        mount.code();
        soon("the mount is dead", || !shell("stat \"$M\"", mount.path()).status.success());
        assert!(is_mounted(mount.path()));
    };
    let mut dead = Mount::new(&state, &[]);
    kill(&mut dead);
    assert_eq!(outcome(&["umount", dead.text()]), (0, String::new()));
    assert!(!is_mounted(dead.path()));

    let mut dead = Mount::new(&state, &[]);
    kill(&mut dead);
    let state = state.to_str().unwrap();
    let output = swarmfs(&["mount", "--daemon", state, dead.text()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    quiet("cat \"$M/README.md\"", dead.path());
    assert_eq!(outcome(&["umount", dead.text()]).0, 0);
}

#[test]
fn umount_leaves_others_alone() {
    if !can_mount("umount_leaves_others_alone") {
        return;
    }
    let point = Point::new();
    assert!(run(Command::new("mount").args(["-t", "tmpfs", "tmpfs"]).arg(point.path())).status.success());
    let (code, said) = outcome(&["umount", point.text()]);
    assert_eq!(code, 1);
    assert!(said.contains("no swarmfs is mounted"), "{said}");
    assert!(is_mounted(point.path()));
}

#[test]
fn a_hangup_that_is_ignored_stays_ignored() {
    if !can_mount("a_hangup_that_is_ignored_stays_ignored") {
        return;
    }
    let (_folder, state) = state("fresh");
    let mut mount = Mount::start(|point| {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' HUP; exec \"$0\" mount \"$1\" \"$2\"", SWARMFS]).arg(&state).arg(point.path());
        command
    });
    mount.signal(Signal::SIGHUP);
    quiet("cat \"$M/README.md\"", mount.path());
    std::thread::sleep(std::time::Duration::from_millis(200));
    quiet("cat \"$M/README.md\"", mount.path());
    mount.signal(Signal::SIGTERM);
    assert_eq!(mount.code(), Some(0));
}
