//! The log's files and frames.

use super::super::{Keys, State};
use super::{Finding, Severity, TOLD};
use crate::disk::{self, Framing, ReadAt};

/// A segment of this size is closed (format 4.1).
const SEGMENT: u64 = 64_000_000;

pub(super) fn log(state: &State, found: &mut Vec<Finding>) {
    let live = state.is_live();
    for fault in &state.log().faults {
        // A running daemon always has the next segment ready.
        if live && fault.what == disk::FaultKind::Temporary {
            continue;
        }
        found.push(Finding {
            severity: match fault.what.severity() {
                disk::Severity::Note => Severity::Info,
                disk::Severity::Warning => Severity::Warning,
                disk::Severity::Damage => Severity::Damage,
            },
            code: fault.what.code(),
            place: format!("{}:{}", fault.file, fault.offset),
            meaning: fault.what.to_string(),
            advice: match fault.what.severity() {
                disk::Severity::Note => "nothing",
                _ => "copy the directory before a daemon starts on it; what lies around the damage is shown",
            },
        });
    }
    ends(state, found);
    for folder in &state.layout().left_over {
        found.push(Finding {
            severity: Severity::Warning,
            code: "left-over-folder",
            place: folder.clone(),
            meaning: "a folder that no daemon reads any more; it may hold keys and secrets in clear".into(),
            advice: "look into it, then delete it when the swarm is healthy",
        });
    }
}

/// A daemon cuts a segment behind its last record when it begins the next one; until then it has a tail of zeros
/// (format 4.1). Docker 1.12 kept none.
fn ends(state: &State, found: &mut Vec<Finding>) {
    let Some(last) = state.log().segments.last().filter(|last| last.framing == Framing::Aligned) else { return };
    let len = last.file.len();
    if len == 0 || last.end < len || state.is_live() {
        return;
    }
    let full = len >= SEGMENT;
    found.push(Finding {
        severity: if full { Severity::Damage } else { Severity::Info },
        code: if full { "last-segment-missing" } else { "log-cut" },
        place: format!("{}:{len}", last.path),
        meaning: match full {
            true => "this segment is full and closed, and there is none behind it: the last one is missing".into(),
            false => "the log ends without the space that a daemon keeps ready: a repair or a copy cut it here, or it \
                      was closed and the next segment is missing"
                .to_owned(),
        },
        advice: match full {
            true => "look for the segment in a backup; do not start this manager without it",
            false => "nothing, if the last entries are there; else look for a `.broken` file or the next segment",
        },
    });
}

/// Stretches of the log that no file holds.
pub(super) fn holes(state: &State, found: &mut Vec<Finding>) {
    let log = state.log();
    if matches!(state.keys(), Keys::AtHand { .. } | Keys::Locked { .. }) && log.segments.is_empty() {
        found.push(Finding {
            severity: Severity::Warning,
            code: "no-log",
            place: "raft".into(),
            meaning: "the key file has data keys, but there is no segment of a log".into(),
            advice: "restore raft/ from the backup that this key file belongs to",
        });
    }
    let Some(first) = log.entries.first().map(|entry| entry.index.0) else { return };
    let snapshots = || state.snapshot_files().iter().flatten().map(|file| file.index.0);
    let covered = |last: u64| snapshots().any(|snapshot| snapshot >= last);
    let before = (first > 1).then(|| 1..=first - 1).into_iter().filter(|hole| !covered(*hole.end()));
    for hole in before.chain(log.holes()).take(TOLD) {
        let (from, to) = (*hole.start(), *hole.end());
        let place = format!("entries {from} to {to}");
        found.push(match covered(to) {
            true => Finding {
                severity: Severity::Info,
                code: "log-hole-covered",
                place,
                meaning: "they are not on disk, but a snapshot above them holds what they made".into(),
                advice: "nothing: a daemon starts from the snapshot",
            },
            false => Finding {
                severity: Severity::Damage,
                code: "log-hole",
                place,
                meaning: "they are not on disk, and no snapshot covers them: what stands above is shown, but a daemon \
                          refuses the log or stops below the hole"
                    .into(),
                advice: "do not start this manager; let it join anew, or restore a backup",
            },
        });
    }
}
