//! `--daemon`: back when it is ready, and not before.

use std::path::Path;

use crate::rig::{Point, can_mount, is_mounted, outcome, quiet, soon, state, swarmfs};

/// The processes that were started with `argument`.
fn processes_with(argument: &str) -> Vec<String> {
    let of = |entry: std::fs::DirEntry| {
        let pid = entry.file_name().into_string().ok().filter(|name| name.bytes().all(|b| b.is_ascii_digit()))?;
        let line = std::fs::read(entry.path().join("cmdline")).ok()?;
        line.split(|byte| *byte == 0).any(|word| word == argument.as_bytes()).then_some(pid)
    };
    std::fs::read_dir("/proc").unwrap().filter_map(|entry| of(entry.ok()?)).collect()
}

#[test]
fn a_daemon_is_ready_when_it_returns() {
    if !can_mount("a_daemon_is_ready_when_it_returns") {
        return;
    }
    let (_folder, state) = state("fresh");
    let point = Point::new();
    let output = swarmfs(&["mount", "--daemon", state.to_str().unwrap(), point.text()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(is_mounted(point.path()));
    quiet("cat \"$M/README.md\"", point.path());
    let pids = processes_with(point.text());
    let [pid] = &pids[..] else { panic!("{pids:?}") };
    // It has left the terminal and the working directory.
    let proc = Path::new("/proc").join(pid);
    assert_eq!(std::fs::read_link(proc.join("cwd")).unwrap(), Path::new("/"));
    for fd in 0..3 {
        assert_eq!(std::fs::read_link(proc.join(format!("fd/{fd}"))).unwrap(), Path::new("/dev/null"));
    }
    let stat = std::fs::read_to_string(proc.join("stat")).unwrap();
    let session = stat.rsplit(") ").next().unwrap().split(' ').nth(3).unwrap();
    assert_eq!(session, pid, "it has a session of its own");
    assert_eq!(outcome(&["umount", point.text()]).0, 0);
    soon("the daemon ends", || processes_with(point.text()).is_empty());
}

#[test]
fn a_daemon_that_cannot_mount_says_so() {
    let (point, nowhere) = (Point::new(), Point::new());
    let (code, said) = outcome(&["mount", "--daemon", nowhere.text(), point.text()]);
    assert_eq!(code, 5, "{said}");
    assert!(said.contains("not a swarm state directory"), "{said}");
    assert!(!is_mounted(point.path()));
    soon("no process is left", || processes_with(point.text()).is_empty());
}
