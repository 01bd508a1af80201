//! Snapshot files, and whether they fit the log (format 6).

use super::super::State;
use super::{Finding, Severity};
use crate::disk::ReadAt;

/// Engines before 18.09 refuse a raft message above 4 MB, and a snapshot was one.
const MESSAGE_LIMIT: u64 = 4 << 20;

pub(super) fn snapshots(state: &State, found: &mut Vec<Finding>) {
    let content = state.content();
    // Names sort by term and index (format 6).
    let newest = content.snapshots.last().map(|newest| newest.file().name.as_str());
    let over = |name: &str| name.ends_with(".broken") && newest.is_some_and(|newest| name < newest);
    for lost in &content.lost_snapshots {
        let place = format!("snapshot {}", lost.name);
        found.push(if over(&lost.name) {
            Finding {
                severity: Severity::Info,
                code: "broken-copy",
                place,
                meaning: format!("{}; a newer one is whole", lost.why),
                advice: "nothing",
            }
        } else if lost.damaged {
            Finding {
                severity: Severity::Damage,
                code: "snapshot-damaged",
                place,
                meaning: lost.why.clone(),
                advice: "the next older snapshot and the log are used; restore the file from a backup if entries are missing",
            }
        } else {
            Finding {
                severity: Severity::Warning,
                code: "snapshot-sealed",
                place,
                meaning: lost.why.clone(),
                advice: "give the unlock key, or the key file of that time with --key-file",
            }
        });
    }
    for snapshot in &content.snapshots {
        if let Some(why) = snapshot.broken() {
            found.push(Finding {
                severity: Severity::Damage,
                code: "snapshot-malformed",
                place: format!("snapshot {}", snapshot.file().name),
                meaning: format!("its content authenticates, but is not understood to its end: {why}"),
                advice: "compare with another manager's",
            });
        }
    }
    let first = state.log().entries.first().map(|entry| entry.index.0);
    if !state.is_complete() && !state.locked_without_key() && (first.is_some() || !content.lost_snapshots.is_empty()) {
        found.push(Finding {
            severity: Severity::Damage,
            code: "state-incomplete",
            place: format!("state after entry {}", state.last_index()),
            meaning: "a part of the entries or snapshots that the current state is made of cannot be read".into(),
            advice: "objects/ shows what is known; compare with another manager or a backup",
        });
    }
}

/// The newest snapshot's mark in the log, and its size.
pub(super) fn marks(state: &State, found: &mut Vec<Finding>) {
    let Some(newest) = state.snapshot_files().iter().flatten().next() else { return };
    let place = format!("snapshot {}", newest.name);
    let log = state.log();
    let marked = log.marks.iter().any(|mark| (mark.index, mark.term) == (newest.index, newest.term));
    let last = log.entries.last().map(|entry| entry.index);
    if !marked && last.is_none_or(|last| last < newest.index) {
        found.push(Finding {
            severity: Severity::Warning,
            code: "snapshot-without-log",
            place: place.clone(),
            meaning: match last {
                Some(last) => format!("the log ends at entry {last} and has no mark of this snapshot"),
                None => "there is no log beside this snapshot".into(),
            },
            advice: "look for the log's files in the backup that the snapshot came from",
        });
    } else if !marked {
        found.push(Finding {
            severity: Severity::Warning,
            code: "snapshot-not-marked",
            place: place.clone(),
            meaning: "the log has no mark of this snapshot: it may come from another directory, or the mark is lost"
                .into(),
            advice: "compare objects/ with another manager's",
        });
    }
    if !newest.name_fits {
        found.push(Finding {
            severity: Severity::Warning,
            code: "snapshot-name",
            place: place.clone(),
            meaning: format!(
                "its name tells another place than its content, which is term {}, index {}",
                newest.term, newest.index
            ),
            advice: "give it its right name in a copy of the directory",
        });
    }
    let size = newest.file.len();
    if size > MESSAGE_LIMIT / 8 * 7 {
        found.push(Finding {
            severity: Severity::Warning,
            code: "snapshot-near-limit",
            place,
            meaning: format!(
                "it has {size} bytes; older engines cannot send one above {MESSAGE_LIMIT} to a manager that joins"
            ),
            advice: "upgrade the engines before a manager joins, or remove unused objects",
        });
    }
}
