//! What a whole session asks of the kernel, by a trace: below the state directory nothing is asked for but to read.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::rig::{Mount, Point, SWARMFS, can_mount, quiet, run, state, swarmfs};

/// A system call: its name and its arguments as they were printed.
struct Call<'a> {
    name: &'a str,
    arguments: &'a str,
}

/// The calls of a trace, those of several threads put together again (`<unfinished ...>`).
fn calls(trace: &str) -> Vec<(String, String)> {
    let mut waiting = std::collections::HashMap::new();
    let mut found = Vec::new();
    for line in trace.lines() {
        let Some((thread, call)) = line.trim_start().split_once(' ') else { continue };
        let call = call.trim_start();
        let whole = if let Some(begin) = call.strip_suffix("<unfinished ...>") {
            waiting.insert(thread.to_owned(), begin.to_owned());
            continue;
        } else if let Some((_, rest)) = call.split_once(" resumed>") {
            waiting.remove(thread).unwrap_or_default() + rest
        } else {
            call.to_owned()
        };
        if let Some((name, arguments)) = whole.split_once('(') {
            found.push((name.to_owned(), arguments.to_owned()));
        }
    }
    found
}

/// The descriptor's or the path's file, where it lies in the state directory. With `-y`, strace prints descriptors as
/// `7</path>`, and paths as they were given.
fn concerns(arguments: &str, state: &str) -> bool {
    let named = |before: &str, behind: &[&str]| {
        arguments.match_indices(&format!("{before}{state}")).any(|(at, found)| {
            // A quote within a string is data that speaks of the directory.
            !arguments[..at].ends_with('\\') && behind.iter().any(|end| arguments[at + found.len()..].starts_with(end))
        })
    };
    named("<", &[">", "/"]) || named("\"", &["\"", "/"])
}

/// All that may be asked of the files of a state directory: nothing here changes or locks one.
const READING: [&str; 18] = [
    "openat2",
    "openat",
    "open",
    "read",
    "pread64",
    "preadv",
    "readv",
    "lseek",
    "fstat",
    "newfstatat",
    "statx",
    "stat",
    "lstat",
    "fstatfs",
    "statfs",
    "getdents64",
    "close",
    "readlink",
];

fn judge(call: &Call<'_>, state: &str) -> Result<(), &'static str> {
    let has = |word: &str| call.arguments.contains(word);
    match call.name {
        "openat" | "openat2" | "open" => {
            if ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND", "O_TMPFILE"].iter().any(|flag| has(flag)) {
                return Err("opens for writing");
            }
            if !has("O_RDONLY") && !has("O_PATH") {
                return Err("neither O_RDONLY nor O_PATH");
            }
            // The directory itself is named by the user, and so may be a link; what is in it may not.
            let itself = has(&format!("\"{state}\""))
                || has(&format!("<{state}>, \".\""))
                || (has(", \".\",") && has("O_DIRECTORY"));
            let beneath =
                call.name == "openat2" && has("RESOLVE_BENEATH") && has("RESOLVE_NO_SYMLINKS") && has("O_NOFOLLOW");
            if !itself && !beneath {
                return Err("not kept beneath the state directory");
            }
        }
        "fcntl"
            if has("F_OFD_GETLK") || has("F_GETFL") || has("F_GETFD") || has("F_SETFD") || has("F_DUPFD_CLOEXEC") => {}
        "fcntl" => return Err("an fcntl that is no question"),
        // To be told of changes is to look.
        "inotify_add_watch" | "getxattr" | "lgetxattr" | "access" | "faccessat2" => {}
        name if READING.contains(&name) => {}
        _ => return Err("no call that only reads"),
    }
    Ok(())
}

/// Traces the server of a mount, also while it opens the directory and while it ends.
fn traced(state: &Path, trace: &Path) -> Mount {
    Mount::start(|point: &Point| {
        let mut command = Command::new("strace");
        // SIGTERM to strace ends the traced program as well, but only -I2 lets it through at any time.
        command.args(["-f", "-y", "-s", "4096", "-o"]).arg(trace).args(["-e", "trace=file,desc,%memory"]);
        command.args([SWARMFS, "mount"]).arg(state).arg(point.path());
        command
    })
}

fn has_strace(test: &str) -> bool {
    let there = Command::new("strace").args(["-o", "/dev/null", "true"]).status().is_ok_and(|status| status.success());
    if !there {
        let _ = writeln!(std::io::stderr(), "SKIPPED {test}: strace is not installed, or may not trace here");
    }
    there
}

#[test]
fn a_session_only_reads_the_state_directory() {
    const TEST: &str = "a_session_only_reads_the_state_directory";
    if !can_mount(TEST) || !has_strace(TEST) {
        return;
    }
    for name in ["snapshots", "torn-trunc"] {
        let (folder, state) = state(name);
        let state = state.canonicalize().unwrap();
        let trace = folder.path().join("trace");
        let mut mount = traced(&state, &trace);
        quiet("ls -lAR \"$M\" > /dev/null", mount.path());
        quiet("find \"$M\" -type f -exec cat '{}' + > /dev/null", mount.path());
        quiet("cat \"$M\"/raft/payload/12.pb > /dev/null", mount.path());
        quiet("grep -ra swarm \"$M\" > /dev/null", mount.path());
        let umount = run(Command::new(SWARMFS).arg("umount").arg(mount.path()));
        assert!(umount.status.success(), "{umount:?}");
        assert_eq!(mount.code(), Some(0));
        let text = std::fs::read_to_string(&trace).unwrap();
        let state = state.to_str().unwrap();
        let (mut opened, mut names) = (0, BTreeSet::new());
        for (name, arguments) in calls(&text) {
            let call = Call { name: &name, arguments: &arguments };
            if !concerns(&arguments, state) || name == "execve" {
                continue;
            }
            names.insert(name.clone());
            opened += usize::from(name.starts_with("openat"));
            if let Err(why) = judge(&call, state) {
                panic!("{why}: {name}({arguments}");
            }
        }
        // The witness is awake: it has seen the files being opened and read.
        assert!(opened >= 6, "{opened} opens in {} lines", text.lines().count());
        for name in ["openat2", "pread64", "getdents64"] {
            assert!(names.contains(name), "{name} is not among {names:?}");
        }
        assert!(!names.contains("mmap"), "a mapped file that is cut kills its reader");
    }
}

/// The judge refuses what it is there for.
#[test]
fn what_would_touch_is_seen() {
    let state = "/s/swarm";
    for (line, fine) in [
        (
            r#"7 openat2(5</s/swarm>, "raft", {flags=O_RDONLY|O_NOFOLLOW|O_CLOEXEC, resolve=RESOLVE_NO_SYMLINKS|RESOLVE_BENEATH}, 24) = 6</s/swarm/raft>"#,
            true,
        ),
        (r#"7 openat(AT_FDCWD</>, "/s/swarm", O_RDONLY|O_CLOEXEC|O_DIRECTORY) = 5</s/swarm>"#, true),
        (r#"7 pread64(6</s/swarm/raft/x.wal>, "abc", 3, 0) = 3"#, true),
        (r#"7 fcntl(6</s/swarm/raft/x.wal>, F_OFD_GETLK, {l_type=F_WRLCK}) = 0"#, true),
        (r#"7 fcntl(6</s/swarm/raft/x.wal>, F_OFD_SETLK, {l_type=F_WRLCK}) = 0"#, false),
        (r#"7 flock(6</s/swarm/raft/x.wal>, LOCK_EX) = 0"#, false),
        (r#"7 openat2(5</s/swarm>, "raft", {flags=O_RDONLY|O_NOFOLLOW, resolve=0}, 24) = 6</s/swarm/raft>"#, false),
        (r#"7 openat(5</s/swarm>, "raft", O_RDWR|O_CREAT, 0600) = 6</s/swarm/raft>"#, false),
        (r#"7 openat(AT_FDCWD</>, "/s/swarm/raft", O_RDONLY) = 6</s/swarm/raft>"#, false),
        (r#"7 mmap(NULL, 4096, PROT_READ, MAP_SHARED, 6</s/swarm/raft/x.wal>, 0) = 0x7f"#, false),
        (r#"7 unlinkat(5</s/swarm>, "state.json", 0) = 0"#, false),
        (r#"7 utimensat(6</s/swarm/state.json>, NULL, NULL, 0) = 0"#, false),
        (r#"7 rename("/s/swarm/a", "/s/swarm/b") = 0"#, false),
        (r#"7 ftruncate(6</s/swarm/raft/x.wal>, 0) = 0"#, false),
    ] {
        let calls = calls(line);
        let (name, arguments) = &calls[0];
        assert!(concerns(arguments, state), "{line}");
        assert_eq!(judge(&Call { name, arguments }, state).is_ok(), fine, "{line}");
    }
    let halves =
        "7 openat(AT_FDCWD</>, \"/s/swarm\", O_RDWR <unfinished ...>\n8 close(3) = 0\n7 <... openat resumed>) = 5\n";
    assert_eq!(calls(halves)[1], ("openat".into(), "AT_FDCWD</>, \"/s/swarm\", O_RDWR ) = 5".into()));
}

/// The commands without FUSE touch as little.
#[test]
fn a_check_only_reads_the_state_directory() {
    const TEST: &str = "a_check_only_reads_the_state_directory";
    if !has_strace(TEST) {
        return;
    }
    let (folder, state) = state("snapshots");
    let state = state.canonicalize().unwrap();
    let trace = folder.path().join("trace");
    let mut command = Command::new("strace");
    command
        .args(["-f", "-y", "-s", "4096", "-o"])
        .arg(&trace)
        .args([SWARMFS, "cat"])
        .arg(&state)
        .args(["log.txt", "check.txt"]);
    assert!(run(&mut command).status.success());
    let text = std::fs::read_to_string(&trace).unwrap();
    let state = state.to_str().unwrap();
    for (name, arguments) in
        calls(&text).iter().filter(|(name, arguments)| name != "execve" && concerns(arguments, state))
    {
        if let Err(why) = judge(&Call { name, arguments }, state) {
            panic!("{why}: {name}({arguments}");
        }
    }
    assert!(swarmfs(&["ls", state]).status.success());
}
