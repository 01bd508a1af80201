//! The log's files and frames.

use std::ops::RangeInclusive;

use super::super::{Keys, State};
use super::{Finding, Severity, tell_some};
use crate::disk::{self, Framing, ReadAt};
use crate::render::entries_between;

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
            severity: Severity::Damage,
            code: "no-log",
            place: "raft".into(),
            meaning: "the key file has data keys, but there is no segment of a log".into(),
            advice: "restore raft/ from the backup that this key file belongs to",
        });
    }
    let Some(first) = log.entries.first().map(|entry| entry.index.0) else { return };
    let snapshots: Vec<u64> = whole_snapshots(state).collect();
    let before = (first > 1).then(|| 1..=first - 1);
    // What a snapshot holds needs no entry. Below the first one that is as it should be.
    let left = before.into_iter().filter_map(|hole| uncovered(hole, &snapshots));
    let inside = log.holes().map(|hole| uncovered(hole.clone(), &snapshots).map_or((hole, true), |left| (left, false)));
    let told = left.map(|hole| (hole, false)).chain(inside).map(|(hole, covered)| {
        let place = entries_between(*hole.start(), *hole.end());
        match covered {
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
        }
    });
    tell_some(found, told);
}

/// The part of a hole that no snapshot covers.
fn uncovered(hole: RangeInclusive<u64>, snapshots: &[u64]) -> Option<RangeInclusive<u64>> {
    let (from, to) = hole.into_inner();
    let covered = snapshots.iter().filter(|snapshot| **snapshot >= from).max();
    let from = covered.map_or(from, |snapshot| snapshot.saturating_add(1));
    (from <= to).then_some(from..=to)
}

/// The indices of the snapshots that are whole, be they sealed or not.
fn whole_snapshots(state: &State) -> impl Iterator<Item = u64> {
    let lost = &state.content().lost_snapshots;
    let whole = |name: &str| !lost.iter().any(|lost| lost.damaged && lost.name == name);
    state.snapshot_files().iter().flatten().filter(move |file| whole(&file.name)).map(|file| file.index.0)
}
