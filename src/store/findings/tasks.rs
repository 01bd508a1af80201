//! The small files beside the log: `worker/tasks.db`, `docker-state.json`, `state.json`.

use super::super::State;
use super::{Finding, Severity, TOLD};
use crate::render::indented;

const LIMIT: u64 = 1 << 20;

pub(super) fn stored(state: &State, found: &mut Vec<Finding>) {
    // A node that has just left its swarm takes the file away before the rest is seen to be gone.
    let gone = || state.source().open("worker/tasks.db").is_err_and(|error| error.is_missing());
    let faults: Vec<String> = match state.stored_tasks() {
        Err(_) if gone() => Vec::new(),
        Err(why) => vec![why.clone()],
        Ok(tasks) => tasks.faults.iter().take(TOLD).map(ToString::to_string).collect(),
    };
    found.extend(faults.into_iter().map(|meaning| Finding {
        severity: Severity::Damage,
        code: "tasks-db",
        place: "worker/tasks.db".into(),
        meaning,
        advice: "remove the file in a copy of the directory: an agent makes it anew, and managers send it its tasks",
    }));
    // A list that is empty may be null.
    let shapes: [(_, &[&[u8]], _); 2] =
        [("docker-state.json", &[b"{"], "no object"), ("state.json", &[b"[", b"null"], "no list")];
    for (path, begins, what) in shapes {
        let meaning = match state.source().read(path, LIMIT) {
            Ok(bytes) if indented(&bytes).is_none() => "it is no JSON; node/ shows it as it is".to_owned(),
            Ok(bytes) if begins.iter().any(|begin| bytes.trim_ascii_start().starts_with(begin)) => continue,
            Ok(_) => format!("it is JSON, but {what}"),
            Err(error) if error.is_missing() => continue,
            Err(error) => error.to_string(),
        };
        found.push(Finding {
            severity: Severity::Damage,
            code: "no-json",
            place: path.into(),
            meaning,
            advice: "restore it from a backup, for an engine does not start with it; the log does not depend on it",
        });
    }
}
