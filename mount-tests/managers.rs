//! Three managers at one moment: what they agree on is the same to the byte.

use std::path::Path;
use std::process::Command;

use crate::rig::{Mount, can_mount, run, state};

const MANAGERS: [&str; 3] = ["three-m1", "three-m2", "three-m3"];

fn diff(a: &Path, b: &Path, folder: &str) -> String {
    let mut command = Command::new("diff");
    command.args(["-r", "--no-dereference"]).arg(a.join(folder)).arg(b.join(folder));
    let output = run(&mut command);
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn managers_do_not_differ() {
    if !can_mount("managers_do_not_differ") {
        return;
    }
    let states: Vec<_> = MANAGERS.iter().map(|name| state(name)).collect();
    let mounts: Vec<Mount> = states.iter().map(|(_, path)| Mount::new(path, &[])).collect();
    for (other, name) in mounts.iter().zip(MANAGERS).skip(1) {
        for folder in ["entries", "objects", "secrets", "configs", "tables", "log.txt"] {
            assert_eq!(diff(mounts[0].path(), other.path(), folder), "", "{folder} of {name}");
        }
        // They are three, all the same: what belongs to one disk differs.
        assert_ne!(diff(mounts[0].path(), other.path(), "status.json"), "", "{name}");
    }
}
