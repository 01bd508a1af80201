//! Owner, permissions, and who may look.

use crate::rig::{Mount, can_mount, quiet, shell, state};

const NOBODY: &str = "setpriv --reuid=65534 --regid=65534 --clear-groups";

#[test]
fn files_belong_to_who_mounted() {
    if !can_mount("files_belong_to_who_mounted") {
        return;
    }
    let (_folder, state) = state("fresh");
    let mount = Mount::new(&state, &[]);
    let shown = quiet("stat -c '%u %g %a %F' \"$M\" \"$M/README.md\"", mount.path());
    assert_eq!(shown, "0 0 500 directory\n0 0 400 regular file\n");
    let options = quiet("grep \" $M \" /proc/self/mountinfo", mount.path());
    for option in ["ro,nosuid,nodev,noexec", " - fuse swarmfs ", "default_permissions"] {
        assert!(options.contains(option), "{options}");
    }
    assert!(!shell(&format!("{NOBODY} ls \"$M\""), mount.path()).status.success());
}

#[test]
fn options_and_flags_say_the_same() {
    if !can_mount("options_and_flags_say_the_same") {
        return;
    }
    let (_folder, state) = state("fresh");
    let by_option = &["-o", "uid=65534,gid=12,umask=027", "-o", "allow_other"][..];
    let by_flag = &["--uid", "65534", "--gid", "12", "--umask", "027", "--allow-other"][..];
    for arguments in [by_option, by_flag] {
        let mount = Mount::new(&state, arguments);
        let shown = quiet("stat -c '%u %g %a' \"$M\" \"$M/README.md\"", mount.path());
        assert_eq!(shown, "65534 12 550\n65534 12 440\n");
        quiet(&format!("{NOBODY} cat \"$M/README.md\""), mount.path());
    }
}

#[test]
fn others_see_what_the_umask_leaves() {
    if !can_mount("others_see_what_the_umask_leaves") {
        return;
    }
    let (_folder, state) = state("fresh");
    let open = Mount::new(&state, &["--allow-other", "--umask", "022"]);
    quiet(&format!("{NOBODY} ls -lR \"$M\" > /dev/null; {NOBODY} cat \"$M/README.md\""), open.path());
    let closed = Mount::new(&state, &["--allow-other"]);
    assert!(!shell(&format!("{NOBODY} ls \"$M\""), closed.path()).status.success());
}
