//! Entries that cannot be read, that a daemon would refuse, or whose times make no sense.

use super::super::index::Trouble;
use super::super::{Action, Origin, State, Unusable};
use super::{Finding, Severity, TOLD, tell_some};
use crate::disk::{Moment, RaftIndex, Trust};
use crate::render::{entries_between, one_line, timestamp};
use crate::seal::OpenError;

/// What befell a run of entries that follow each other, and all of them alike.
struct Run {
    first: RaftIndex,
    last: RaftIndex,
    severity: Severity,
    code: &'static str,
    meaning: String,
    advice: &'static str,
}

impl Run {
    fn of(index: RaftIndex, severity: Severity, code: &'static str, meaning: String, advice: &'static str) -> Run {
        Run { first: index, last: index, severity, code, meaning, advice }
    }

    /// Takes the next entry in, or gives it back where another run begins with it.
    fn join(&mut self, next: Run) -> Option<Run> {
        let alike = (self.code, &self.meaning) == (next.code, &next.meaning);
        if !alike || self.last.0.checked_add(1) != Some(next.first.0) {
            return Some(next);
        }
        self.last = next.last;
        None
    }

    fn told(self) -> Finding {
        let Run { first, last, severity, code, meaning, advice } = self;
        Finding { severity, code, place: entries_between(first.0, last.0), meaning, advice }
    }
}

/// Findings of entries one by one, as findings of the runs that they make.
fn runs(mut entries: impl Iterator<Item = Run>) -> impl Iterator<Item = Finding> {
    let mut begun = entries.next();
    std::iter::from_fn(move || {
        let mut run = begun.take()?;
        begun = entries.find_map(|next| run.join(next));
        Some(run.told())
    })
}

pub(super) fn entries(state: &State, found: &mut Vec<Finding>) {
    let locked = state.locked_without_key();
    let log = state.log();
    let newest = state.content().snapshots.last().map(|snapshot| snapshot.index());
    let mut discarded: Option<(u64, u64)> = None;
    let told = state.index().troubles().iter().filter_map(|(place, trouble)| {
        let index = log.entries.get(*place as usize)?.index;
        let run = |severity, code, meaning, advice| Some(Run::of(index, severity, code, meaning, advice));
        match trouble {
            // One finding tells of the lock.
            Trouble::Sealed(_) if locked => None,
            Trouble::Sealed(OpenError::NotAuthentic) if newest.is_some_and(|newest| index <= newest) => {
                discarded = Some((discarded.map_or(index.0, |(first, _)| first), index.0));
                None
            }
            Trouble::Damaged => run(
                Severity::Damage,
                "entry-damaged",
                "its record is damaged on disk".into(),
                "read the same entry on another manager",
            ),
            Trouble::Sealed(error) => run(
                Severity::Damage,
                "entry-sealed",
                state.why_sealed(*place, error),
                "look for the key file that belongs to this log, and give it with --key-file",
            ),
            Trouble::Unusable(Unusable::UnknownAction) => run(
                Severity::Warning,
                "action-unknown",
                "an action of it is of no known kind; a daemon drops the whole transaction".into(),
                "look at raft/payload; a newer engine may have written it",
            ),
            Trouble::Unusable(_) => run(
                Severity::Damage,
                "entry-malformed",
                "it authenticates, but its content is not understood to its end".into(),
                "look at raft/payload and compare with another manager",
            ),
            Trouble::Unreadable(why) => run(
                Severity::Damage,
                "entry-unreadable",
                why.clone(),
                "check the medium; copy the directory before anything else",
            ),
        }
    });
    let mut told = runs(told);
    found.extend(told.by_ref().take(TOLD));
    let more = told.count();
    if more > 0 {
        found.push(Finding {
            severity: Severity::Damage,
            code: "more-entries",
            place: "entries".into(),
            meaning: format!("{more} more entries, or runs of them, cannot be read"),
            advice: "entries/ has a file for each that says why",
        });
    }
    if let Some((first, last)) = discarded {
        found.push(Finding {
            severity: Severity::Info,
            code: "key-discarded",
            place: entries_between(first, last),
            meaning: "sealed with a data key that a rotation discarded; the snapshot above them holds what they made"
                .into(),
            advice: "nothing is lost; to read them, give an older copy of swarm-node.key with --key-file",
        });
    }
    let recovered = log.entries.iter().filter(|entry| matches!(entry.trust, Trust::Recovered | Trust::Unverified));
    let recovered = recovered.map(|entry| {
        Run::of(
            entry.index,
            Severity::Warning,
            "entry-recovered",
            "found behind damage; a daemon would not read it".into(),
            "compare with another manager before you trust it",
        )
    });
    tell_some(found, runs(recovered));
}

pub(super) fn refused(state: &State, found: &mut Vec<Finding>) {
    let index = state.index();
    let refused = index.refused().iter().map(|refused| {
        let version = index.version(refused.version);
        let entry = state.log().entries.get(refused.entry as usize).map(|entry| entry.index).unwrap_or_default();
        let kind = index.kind(version.object()).singular();
        let id = one_line(index.id(version.object())).into_owned();
        let why = match version.action() {
            Action::Create => "exists already",
            _ => "does not exist",
        };
        Finding {
            severity: Severity::Warning,
            code: "action-refused",
            place: format!("entry {entry}"),
            meaning: format!(
                "{} of {kind} {id}, which {why}: a daemon drops that transaction",
                version.action().word()
            ),
            advice: "compare the object with what the other managers have",
        }
    });
    tell_some(found, refused);
}

pub(super) fn commit(state: &State, found: &mut Vec<Finding>) {
    let log = state.log();
    let Some(hard_state) = &log.hard_state else { return };
    let last = state.last_index().0;
    if hard_state.commit.0 > last {
        found.push(Finding {
            severity: Severity::Damage,
            code: "commit-beyond-log",
            place: "hard state".into(),
            meaning: format!(
                "commit is {}, the last entry on disk is {last}: entries are lost, and an engine panics",
                hard_state.commit
            ),
            advice: "do not start this manager; let it join anew, or restore a backup",
        });
    }
    let beyond = log.entries.iter().rev().take_while(|entry| entry.index > hard_state.commit).count();
    if beyond > 0 {
        found.push(Finding {
            severity: Severity::Info,
            code: "beyond-commit",
            place: entries_between(hard_state.commit.0.saturating_add(1), last),
            meaning: "not yet known to be committed (the commit on disk usually lags by one)".into(),
            advice: "raft/uncommitted lists them; a new leader may drop them",
        });
    }
}

/// Clocks of managers differ by less where they are kept at all.
const TOLERATED: i64 = 60;

/// Changes that were made before the one in front of them, or after now (format 7.1: the times are the leader's).
pub(super) fn clock(state: &State, now: Moment, found: &mut Vec<Finding>) {
    let index = state.index();
    let mut newest: Option<Moment> = None;
    let mut jumps = 0;
    let mut first: Option<(RaftIndex, Moment, Moment)> = None;
    for version in (0..index.versions()).filter_map(|number| index.version_at(number)) {
        let version = index.version(version);
        // A removal carries the time of the last change before it.
        if !matches!(version.action(), Action::Create | Action::Update) {
            continue;
        }
        let (Some(at), Origin::Entry(place)) = (version.updated(), version.origin()) else { continue };
        if let Some(before) = newest.filter(|before| before.seconds.saturating_sub(at.seconds) > TOLERATED) {
            jumps += 1;
            let entry = state.log().entries.get(place as usize).map(|entry| entry.index).unwrap_or_default();
            first = first.or(Some((entry, before, at)));
            // From here on the clock goes on from where it is.
            newest = Some(at);
        } else {
            newest = newest.max(Some(at));
        }
    }
    if let Some((entry, before, at)) = first {
        found.push(Finding {
            severity: Severity::Warning,
            code: "clock-jumped",
            place: format!("entry {entry}"),
            meaning: format!(
                "the leader's clock went back from {} to {} ({jumps} such jumps in the log)",
                said(before),
                said(at)
            ),
            advice: "set up time synchronisation on every manager; order entries by index, not by time",
        });
    }
    if let Some(latest) = index.newest_time().filter(|latest| latest.seconds.saturating_sub(now.seconds) > TOLERATED) {
        found.push(Finding {
            severity: Severity::Warning,
            code: "clock-ahead",
            place: "entries".into(),
            meaning: format!(
                "the newest change was made at {}, which is still to come by this machine's clock",
                said(latest)
            ),
            advice: "compare this machine's clock and the managers'",
        });
    }
}

fn said(moment: Moment) -> String {
    let nanos = i32::try_from(moment.nanos).unwrap_or(0);
    timestamp(moment.seconds, nanos).map_or_else(|| format!("{}s", moment.seconds), |text| text.to_string())
}
