//! Waiting until trees say what daemons say, and what other trees say.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Engine, run, said};

/// Generous: an election takes 20 s, daemons that lost each other wait before they try again, and a machine may have
/// more to do than this test.
pub const LIMIT: Duration = Duration::from_secs(180);

/// Waits until `so` has nothing to say against it; fails the test with its last words.
#[track_caller]
pub fn wait_until(what: &str, mut so: impl FnMut() -> Result<(), String>) {
    let begin = Instant::now();
    loop {
        match so() {
            Ok(()) => return,
            Err(why) => assert!(begin.elapsed() < LIMIT, "waited in vain: {what}: {why}"),
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until a file of a tree says what it should.
#[track_caller]
pub fn comes(path: &Path, wanted: &str) {
    wait_until("a file", || match fs::read(path) {
        Ok(found) if found == wanted.as_bytes() => Ok(()),
        Ok(found) => Err(format!("{path:?} says {}", String::from_utf8_lossy(&found))),
        Err(error) => Err(format!("{path:?}: {error}")),
    });
}

/// Waits until a name of a tree is gone.
#[track_caller]
pub fn goes(path: &Path) {
    wait_until("an end", || if path.symlink_metadata().is_ok() { Err(format!("{path:?} stays")) } else { Ok(()) });
}

/// The member at `pointer` of a JSON file; null where there is none, or no such file.
pub fn member(path: &Path, pointer: &str) -> Value {
    let text = fs::read(path).unwrap_or_default();
    let value = serde_json::from_slice::<Value>(&text).unwrap_or_default();
    value.pointer(pointer).cloned().unwrap_or_default()
}

/// Waits until a tree says what the daemon says.
#[track_caller]
pub fn with_engine(engine: &Engine, tree: &Path) {
    wait_until("tree and engine agree", || {
        let said = said::ask(engine)?;
        let mut differences = said::compare(&said, tree);
        names(engine, tree, &mut differences)?;
        if differences.found().is_empty() { Ok(()) } else { Err(differences.to_string()) }
    });
}

/// What `docker … ls` prints, against the names in the tree.
fn names(engine: &Engine, tree: &Path, differences: &mut crate::kit::compare::Differences) -> Result<(), String> {
    for noun in ["service", "secret", "config"] {
        let listed = engine.docker([noun, "ls", "--format", "{{.Name}}"])?;
        let listed: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
        let payloads = (noun != "service").then(|| (format!("{noun}s"), ""));
        for (folder, suffix) in payloads.into_iter().chain([(format!("objects/{noun}s/by-name"), ".json")]) {
            let shown = bare_names(&tree.join(&folder), suffix);
            if shown != listed {
                differences.add(&folder, format!("holds {shown:?}, the engine says {listed:?}"));
            }
        }
    }
    for row in engine.docker(["node", "ls", "--format", "{{.ID}} {{.Status}}"])?.lines() {
        let (id, status) = row.split_once(' ').unwrap_or((row, ""));
        let path = format!("objects/nodes/{id}.json");
        let shown = member(&tree.join(&path), "/status/state");
        if shown.as_str() != Some(&status.to_ascii_uppercase()) {
            differences.add(&path, format!("is {shown}, the engine says {status}"));
        }
    }
    Ok(())
}

/// The names in a folder, without those that carry an id.
fn bare_names(folder: &Path, suffix: &str) -> BTreeSet<String> {
    let rows = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = rows.map(|row| row.file_name().to_string_lossy().into_owned()).filter(|name| !name.contains('~'));
    names.filter_map(|name| name.strip_suffix(suffix).map(str::to_owned)).collect()
}

/// Waits until `diff -r` finds nothing between the trees of two managers.
#[track_caller]
pub fn with_tree(one: &Path, other: &Path) {
    for folder in ["entries", "objects", "secrets", "configs", "history", "removed", "tables", "log.txt"] {
        wait_until("two managers agree", || {
            let mut diff = Command::new("diff");
            diff.args(["-r", "--no-dereference"]).arg(one.join(folder)).arg(other.join(folder));
            let output = run(&mut diff, b"", LIMIT).map_err(|error| error.to_string())?;
            let said = [output.stdout, output.stderr].concat();
            if output.status.success() && said.is_empty() {
                return Ok(());
            }
            Err(String::from_utf8_lossy(&said).chars().take(2000).collect())
        });
    }
}
