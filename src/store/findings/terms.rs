//! What elections leave behind: entries that a later leader overwrote, and those of a leader that was cut off.

use super::super::facts::number;
use super::super::{State, members};
use super::{Finding, Severity};
use crate::disk::RaftId;
use crate::render::entries_between;

/// Entries that a later term replaced (format 4.6): what they did never happened.
pub(super) fn superseded(state: &State, found: &mut Vec<Finding>) {
    let superseded = &state.log().superseded;
    let indices = || superseded.iter().map(|entry| entry.index);
    let (Some(first), Some(last)) = (indices().min(), indices().max()) else { return };
    found.push(Finding {
        severity: Severity::Info,
        code: "superseded",
        place: entries_between(first.0, last.0),
        meaning: "overwritten, most likely by a later leader".into(),
        advice: "nothing: what they did never took effect; raft/superseded has them",
    });
}

/// A leader that a majority does not hear goes on writing: its entries stay uncommitted, and the others may have
/// elected another meanwhile. One such entry may as well be the commit on disk that lags (format 11.3).
pub(super) fn cut_off(state: &State, found: &mut Vec<Finding>) {
    let log = state.log();
    let (Some(hard_state), Some(metadata)) = (&log.hard_state, &log.metadata) else { return };
    // Who votes for itself in a term and writes entries in it was its leader.
    if hard_state.vote != RaftId(number(metadata, 1)) {
        return;
    }
    let beyond = log.entries.iter().rev().take_while(|entry| entry.index > hard_state.commit);
    let own = beyond.filter(|entry| entry.term == hard_state.term).count();
    if own == 0 || (own == 1 && state.is_live()) {
        return;
    }
    let managers = members(state).members.len();
    if managers < 2 {
        return;
    }
    let last = state.last_index().0;
    found.push(Finding {
        severity: if own > 1 { Severity::Warning } else { Severity::Info },
        code: "leader-cut-off",
        place: entries_between(last.saturating_sub(own as u64 - 1), last),
        meaning: format!(
            "this manager led term {} and does not know whether a majority of the {managers} managers took what it wrote \
             last; if it was cut off, the others went on without it, and that never took effect",
            hard_state.term
        ),
        advice: "compare entries/ with another manager's: a later term at the same index there means that they were dropped",
    });
}
