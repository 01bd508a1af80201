//! A state directory on a medium that cannot be written.

use std::path::Path;
use std::process::Command;

use crate::rig::{Mount, SWARMFS, can_mount, quiet, run, state};

/// Runs a script in a mount namespace of its own, in which `$S` is bound read-only on itself. What it mounts goes with
/// it, however it ends.
fn on_read_only(state: &Path, script: &str) -> (bool, String, String) {
    let bound = "mount --bind \"$S\" \"$S\" && mount -o remount,bind,ro \"$S\" && exec sh -ec \"$0\"";
    let mut command = Command::new("unshare");
    command.args(["-m", "--propagation", "private", "sh", "-ec", bound, script]);
    let point = tempfile::tempdir().unwrap();
    let output = run(command.env("S", state).env("M", point.path()).env("SWARMFS", SWARMFS));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

/// Everything that a reader sees: names, sizes, times of content, bytes.
const SEEN: &str = "cd \"$M\" && find . ! -name status.json -printf '%P %y %s %i %n %l\\n' | LC_ALL=C sort && \
    find . -type f ! -name status.json -print0 | LC_ALL=C sort -z | xargs -0 md5sum && \
    find entries objects secrets configs -printf '%P %T@\\n' | LC_ALL=C sort";

#[test]
fn a_read_only_medium_shows_the_same() {
    if !can_mount("a_read_only_medium_shows_the_same") {
        return;
    }
    for name in ["snapshots", "three-cut-leader"] {
        let (_folder, state) = state(name);
        let mount = Mount::new(&state, &[]);
        let expected = quiet(SEEN, mount.path());
        drop(mount);
        assert!(expected.lines().count() > 400, "{expected}");

        let script = format!(
            "if touch \"$S/written\" 2>/dev/null; then echo it can be written; exit 1; fi; \
             \"$SWARMFS\" mount --daemon \"$S\" \"$M\" >&2; trap 'cd /; \"$SWARMFS\" umount \"$M\"' EXIT; {SEEN}"
        );
        let (fine, seen, said) = on_read_only(&state, &script);
        assert!(fine, "{name}: {seen}{said}");
        let differences: Vec<_> = expected.lines().zip(seen.lines()).filter(|(a, b)| a != b).take(5).collect();
        assert_eq!((seen.lines().count(), differences), (expected.lines().count(), Vec::new()), "{name}");
        assert!(!state.join("written").exists());
    }
}

#[test]
fn a_mount_point_on_the_read_only_medium_is_refused() {
    if !can_mount("a_mount_point_on_the_read_only_medium_is_refused") {
        return;
    }
    let (_folder, state) = state("fresh");
    let script = "set +e; \"$SWARMFS\" mount \"$S\" \"$S/worker\"; echo \"code $?\"";
    let (_, seen, said) = on_read_only(&state, script);
    assert_eq!(seen, "code 7\n", "{said}");
}
