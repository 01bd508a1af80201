//! The demo, and the machine that cannot show it.

use std::process::Command;

use nix::sys::signal::Signal;

use crate::rig::{Mount, SWARMFS, can_mount, is_mounted, quiet, run};

#[test]
fn the_tour_reads_through_the_mount_and_leaves_nothing() {
    if !can_mount("the_tour_reads_through_the_mount_and_leaves_nothing") {
        return;
    }
    let temporary = tempfile::tempdir().unwrap();
    for arguments in [&["demo", "--tour-only"][..], &["demo"]] {
        let output = run(Command::new(SWARMFS).args(arguments).env("TMPDIR", temporary.path()));
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!((output.status.code(), &err[..]), (Some(0), ""), "{out}");
        for sight in
            ["$ ls objects/services/by-name\nshop_", "$ cat secrets/shop_db_password\ns3cr3t-db-pw", "$ grep -rl"]
        {
            assert!(out.contains(sight), "{sight}: {out}");
        }
        assert_eq!(std::fs::read_dir(temporary.path()).unwrap().count(), 0);
    }
}

#[test]
fn the_demo_stays_where_it_is_told_to() {
    if !can_mount("the_demo_stays_where_it_is_told_to") {
        return;
    }
    let mut demo = Mount::start(|point| {
        let mut command = Command::new(SWARMFS);
        command.arg("demo").arg(point.path());
        command
    });
    assert!(demo.greeting.contains(demo.text()), "{}", demo.greeting);
    quiet("cat \"$M/secrets/shop_db_password\"", demo.path());
    demo.signal(Signal::SIGINT);
    assert_eq!(demo.code(), Some(0));
    assert!(!is_mounted(demo.path()));
}

#[test]
fn without_fuse_it_says_what_to_do() {
    if !can_mount("without_fuse_it_says_what_to_do") {
        return;
    }
    // In a mount namespace of its own, with a /dev that holds nothing.
    let script = "mount -t tmpfs none /dev && exec \"$0\" demo --tour-only";
    let output = run(Command::new("unshare").args(["-m", "sh", "-c", script, SWARMFS]));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(7), "{said}");
    assert!(said.contains("/dev/fuse is missing") && said.contains("modprobe fuse"), "{said}");
}
