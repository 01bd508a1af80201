//! Ways to give a key, and where it must not be seen.

use std::process::Command;

use crate::rig::{Mount, SWARMFS, can_mount, feed, outcome, run, state};

/// The shape of a key, and no key of anything.
const STRANGER: &str = "SWMKEY-1-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[test]
fn the_environment_forgets_the_key() {
    if !can_mount("the_environment_forgets_the_key") {
        return;
    }
    let (_folder, state) = state("fresh");
    let mount = Mount::start(|point| {
        let mut command = Command::new(SWARMFS);
        command.arg("mount").arg(&state).arg(point.path()).env("SWARM_UNLOCK_KEY", STRANGER);
        command
    });
    for file in ["environ", "cmdline"] {
        let bytes = std::fs::read(format!("/proc/{}/{file}", mount.pid())).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("AAAAAAAA"), "{file}: {text}");
    }
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", mount.pid())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}

#[test]
fn a_malformed_key_is_told_from_a_wrong_one() {
    let (folder, state) = state("autolock-init");
    let state = state.to_str().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, "my dog's name\n").unwrap();
    let malformed = |output: std::process::Output| {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{said}");
        assert!(said.contains("no unlock key") && !said.contains("dog"), "{said}");
    };
    malformed(run(Command::new(SWARMFS).args(["ls", state, "--unlock-key-file"]).arg(&file)));
    malformed(feed(Command::new(SWARMFS).args(["ls", state, "--unlock-key-file", "-"]), b"my dog's name"));
    malformed(run(Command::new(SWARMFS).args(["ls", state]).env("SWARM_UNLOCK_KEY", "my dog's name")));
    let credentials = folder.path().join("credentials");
    std::fs::create_dir(&credentials).unwrap();
    std::fs::write(credentials.join("swarm-unlock-key"), "my dog's name").unwrap();
    malformed(run(Command::new(SWARMFS).args(["ls", state]).env("CREDENTIALS_DIRECTORY", &credentials)));
}

#[test]
fn a_key_file_that_cannot_be_read() {
    let (_folder, state) = state("autolock-init");
    let (code, said) = outcome(&["ls", state.to_str().unwrap(), "--unlock-key-file", "/no/such/key"]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("/no/such/key") && said.contains("No such file"), "{said}");
}

#[test]
fn a_wrong_key_is_refused() {
    let (_folder, state) = state("autolock-init");
    let output = run(Command::new(SWARMFS).args(["ls"]).arg(&state).env("SWARM_UNLOCK_KEY", STRANGER));
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(!said.contains("AAAAAAAA"), "{said}");
}

#[test]
fn a_key_for_an_unlocked_directory_is_a_warning() {
    let (_folder, state) = state("fresh");
    let output = run(Command::new(SWARMFS).args(["ls"]).arg(&state).env("SWARM_UNLOCK_KEY", STRANGER));
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("not locked"), "{output:?}");
}

#[test]
fn a_locked_directory_without_a_key_is_shown_sealed() {
    let (_folder, state) = state("autolock-init");
    let output = run(Command::new(SWARMFS).args(["ls"]).arg(&state));
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stderr).contains("locked"), "{output:?}");
    assert!(!output.stdout.is_empty());
}
