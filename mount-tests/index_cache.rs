//! `--index-cache`: what a mount and the commands keep, and where they must not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::rig::{Mount, SWARMFS, can_mount, outcome, quiet, run, soon, state, swarmfs};

/// The files in a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).map(|rows| rows.map(|row| row.unwrap().path()).collect()).unwrap_or_default()
}

#[test]
fn the_commands_keep_an_index_and_use_it() {
    let (folder, state) = state("stack-stopped");
    let cache = folder.path().join("cache");
    let (state, cache) = (state.to_str().unwrap(), cache.to_str().unwrap());
    let expected = swarmfs(&["ls", "-l", state, "secrets"]);
    let first = swarmfs(&["ls", "-l", "--index-cache", cache, state, "secrets"]);
    assert_eq!((first.status.code(), &first.stdout), (Some(0), &expected.stdout));
    let [kept] = &files(Path::new(cache))[..] else { panic!("one file") };
    let written = fs::metadata(kept).unwrap().modified().unwrap();
    for arguments in
        [["ls", "-l", "--index-cache", cache, state, "secrets"], ["ls", "--index-cache", cache, "-l", state, "secrets"]]
    {
        assert_eq!(swarmfs(&arguments).stdout, expected.stdout);
    }
    for command in ["tree", "cat"] {
        assert_eq!(outcome(&[command, "--index-cache", cache, state]).0, 0, "{command}");
    }
    // Used, so not written again.
    assert_eq!(fs::metadata(kept).unwrap().modified().unwrap(), written);
    // What cannot be believed is written anew, without a word.
    fs::write(kept, "something else").unwrap();
    let again = swarmfs(&["ls", "-l", "--index-cache", cache, state, "secrets"]);
    assert_eq!((&again.stdout, &again.stderr), (&expected.stdout, &Vec::new()));
    assert!(fs::read(kept).unwrap().starts_with(b"swarmfs index"));
}

#[test]
fn check_never_uses_one() {
    let (folder, state) = state("fresh");
    let cache = folder.path().join("cache");
    let (code, said) = outcome(&["check", "--index-cache", cache.to_str().unwrap(), state.to_str().unwrap()]);
    assert_eq!(code, 2, "{said}");
    assert!(!cache.exists());
}

#[test]
fn a_folder_in_the_state_directory_is_refused() {
    let (folder, state) = state("fresh");
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(state.join("raft"), &link).unwrap();
    for cache in [state.join("cache"), state.clone(), state.join("raft"), link.clone(), link.join("cache")] {
        let (code, said) = outcome(&["ls", "--index-cache", cache.to_str().unwrap(), state.to_str().unwrap()]);
        assert!(code == 2 && said.contains("lies in the state directory"), "{cache:?}: {code} {said}");
    }
    assert!(!state.join("cache").exists() && !state.join("raft/cache").exists());
}

#[test]
fn a_folder_that_is_bound_elsewhere_is_refused_too() {
    if !can_mount("a_folder_that_is_bound_elsewhere_is_refused_too") {
        return;
    }
    let (folder, state) = state("fresh");
    let bound = folder.path().join("bound");
    fs::create_dir(&bound).unwrap();
    // In a mount namespace of its own, which takes the binding with it.
    let script = "mount --bind \"$S/raft\" \"$B\" && \"$SWARMFS\" ls --index-cache \"$B/cache\" \"$S\"";
    let mut command = Command::new("unshare");
    command.args(["-m", "--propagation", "private", "sh", "-c", script]);
    let output = run(command.env("S", &state).env("B", &bound).env("SWARMFS", SWARMFS));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("lies in the state directory"), "{said}");
    assert!(!state.join("raft/cache").exists());
}

#[test]
fn a_mount_keeps_an_index_while_it_goes_on() {
    if !can_mount("a_mount_keeps_an_index_while_it_goes_on") {
        return;
    }
    let (folder, state) = state("stack-stopped");
    let cache = folder.path().join("cache");
    let options = ["--index-cache", cache.to_str().unwrap()];
    let seen = "cd \"$M\" && find secrets configs objects entries -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum && \
                stat -c '%n %s %Y' entries/* tables/* rafttool/*.txt log.txt";
    let mount = Mount::new(&state, &options);
    quiet("cat \"$M/README.md\"", mount.path());
    assert_eq!(files(&cache), Vec::<PathBuf>::new(), "nothing was read yet");
    let first = quiet(seen, mount.path());
    let kept = |what: &str| files(&cache).iter().any(|one| one.extension().is_some_and(|end| end == what));
    soon("the index is there", || kept("index"));
    drop(mount);
    soon("the sizes are there", || kept("sizes"));
    let written = || files(&cache).iter().map(|one| fs::metadata(one).unwrap().modified().unwrap()).collect::<Vec<_>>();
    let before = written();
    let mount = Mount::new(&state, &options);
    assert_eq!(quiet(seen, mount.path()), first);
    drop(mount);
    assert_eq!((files(&cache).len(), written()), (2, before), "both are used, so not written again");
}
