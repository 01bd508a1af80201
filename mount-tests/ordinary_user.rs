//! Mounting without being root.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::rig::{Point, SWARMFS, can_mount, run, state};

/// As user 65534, with a /dev/fuse of the given mode, in a mount namespace of its own, so that the machine's own
/// device stays as it is.
fn as_nobody(mode: &str, state: &Path, script: &str) -> Output {
    let point = Point::new();
    std::os::unix::fs::chown(point.path(), Some(65534), Some(65534)).unwrap();
    // The build folder may be closed to others.
    let program = point.path().with_extension("program");
    std::fs::copy(SWARMFS, &program).unwrap();
    std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
    let device: PathBuf = point.path().with_extension("fuse");
    let private = format!(
        "mknod '{0}' c 10 229 && chmod {mode} '{0}' && mount --bind '{0}' /dev/fuse && \
         exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c \"$0\"",
        device.display(),
    );
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", &private, script]);
    let output = run(command.env("M", point.path()).env("S", state).env("SWARMFS", &program));
    let _ = std::fs::remove_file(&program);
    let _ = std::fs::remove_file(&device);
    output
}

fn open_to_all(folder: &Path) {
    let all = Command::new("chmod").args(["-R", "a+rX"]).arg(folder).status().unwrap();
    assert!(all.success());
}

#[test]
fn a_closed_device_is_explained() {
    if !can_mount("a_closed_device_is_explained") {
        return;
    }
    let (folder, state) = state("fresh");
    open_to_all(folder.path());
    let output = as_nobody("600", &state, "\"$SWARMFS\" mount \"$S\" \"$M\"");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(7), "{said}");
    assert!(said.contains("/dev/fuse cannot be opened") && said.contains("Permission denied"), "{said}");
}

#[test]
fn an_open_device_is_enough() {
    if !can_mount("an_open_device_is_enough") {
        return;
    }
    let (folder, state) = state("fresh");
    open_to_all(folder.path());
    let script = "set -e; \"$SWARMFS\" mount --daemon \"$S\" \"$M\"; stat -c '%u %a' \"$M/README.md\"; \
        cat \"$M/README.md\" > /dev/null; grep -c \" $M .* fuse swarmfs \" /proc/self/mountinfo; \
        (cd \"$M\"; \"$SWARMFS\" umount \"$M\"); ! grep \" $M .* fuse swarmfs \" /proc/self/mountinfo; \
        \"$SWARMFS\" mount --daemon \"$S\" \"$M\"; fusermount3 -u \"$M\"";
    let output = as_nobody("666", &state, script);
    let (out, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{out} {said}");
    assert!(out.contains("65534 400\n1\n"), "{out} {said}");
    // Letting others in is for root, unless /etc/fuse.conf says otherwise.
    let output = as_nobody("666", &state, "\"$SWARMFS\" mount --allow-other \"$S\" \"$M\"");
    if !std::fs::read_to_string("/etc/fuse.conf").is_ok_and(|conf| conf.lines().any(|line| line == "user_allow_other"))
    {
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(7), "{said}");
        assert!(said.contains("user_allow_other"), "{said}");
    }
}
