//! What is wrong, or worth knowing, in words: severity, code, place, meaning, advice.

use std::fmt;

use super::index::Trouble;
use super::{Keys, State, Unusable};
use crate::disk::{self, Trust};
use crate::render::one_line;
use crate::seal::OpenError;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Somebody should look.
    Warning,
    /// Something is lost or altered.
    Damage,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Damage => "damage",
        })
    }
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A word that scripts can look for; it never changes.
    pub code: &'static str,
    /// Where: a file, an entry, a range of entries.
    pub place: String,
    /// What it means.
    pub meaning: String,
    /// What to do.
    pub advice: &'static str,
}

impl fmt::Display for Finding {
    /// One line of five columns, separated by tabs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (place, meaning) = (one_line(self.place.as_bytes()), one_line(self.meaning.as_bytes()));
        write!(f, "{}\t{}\t{place}\t{meaning}\t{}", self.severity, self.code, self.advice)
    }
}

/// Findings of one code that are told one by one; the rest is counted.
const TOLD: usize = 100;

/// Looks at everything that is at hand.
pub fn findings(state: &State) -> Vec<Finding> {
    let mut found = Vec::new();
    keys(state, &mut found);
    log(state, &mut found);
    snapshots(state, &mut found);
    entries(state, &mut found);
    refused(state, &mut found);
    commit(state, &mut found);
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    found
}

fn keys(state: &State, found: &mut Vec<Finding>) {
    let place = "certificates/swarm-node.key";
    let mut tell = |severity, code, meaning: String, advice| {
        found.push(Finding { severity, code, place: place.into(), meaning, advice });
    };
    match state.keys() {
        Keys::NotNeeded => tell(
            Severity::Warning,
            "log-in-clear",
            "the log of this layout is not encrypted: whoever reads the disk reads the secrets".into(),
            "upgrade the engine; treat all secrets in it as known",
        ),
        Keys::Locked { .. } => tell(
            Severity::Warning,
            "locked",
            "the data keys are locked and no unlock key was given; only what is in clear is shown".into(),
            "mount with --unlock-key-file; on another manager `docker swarm unlock-key` shows the key",
        ),
        Keys::Missing { why, .. } if state.layout().wal.is_some() => {
            tell(
                Severity::Damage,
                "no-data-key",
                why.clone(),
                "restore certificates/swarm-node.key from a backup of this very manager",
            );
        }
        Keys::Missing { why, .. } => {
            tell(Severity::Info, "no-data-key", why.clone(), "nothing: a worker or a demoted manager has no log");
        }
        Keys::AtHand { locked: false, .. } => tell(
            Severity::Info,
            "keys-open",
            "autolock is off: the data key lies in clear beside the log".into(),
            "`docker swarm update --autolock=true` if the disk is not trusted",
        ),
        Keys::AtHand { .. } => {}
    }
    if state.keys().facts().is_some_and(|facts| facts.pending.is_some() || facts.needs_rotation) {
        tell(
            Severity::Info,
            "rotation-in-progress",
            "a new data key is being brought in; records under both keys exist".into(),
            "nothing: the daemon finishes it with its next snapshot",
        );
    }
}

fn log(state: &State, found: &mut Vec<Finding>) {
    for fault in &state.log().faults {
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

fn snapshots(state: &State, found: &mut Vec<Finding>) {
    let content = state.content();
    for lost in &content.lost_snapshots {
        let place = format!("snapshot {}", lost.name);
        found.push(if lost.damaged {
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
                advice: "give the unlock key, or the key file of that time",
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

fn entries(state: &State, found: &mut Vec<Finding>) {
    if state.locked_without_key() {
        return;
    }
    let log = state.log();
    let newest = state.content().snapshots.last().map(|snapshot| snapshot.index());
    let mut discarded: Option<(u64, u64)> = None;
    let mut told = 0;
    for (place, trouble) in state.index().troubles() {
        let Some(entry) = log.entries.get(*place as usize) else {
            continue;
        };
        let index = entry.index;
        if matches!(trouble, Trouble::Sealed(OpenError::NotAuthentic)) && newest.is_some_and(|newest| index <= newest) {
            discarded = Some((discarded.map_or(index.0, |(first, _)| first), index.0));
            continue;
        }
        told += 1;
        if told > TOLD {
            continue;
        }
        let (severity, code, meaning, advice) = match trouble {
            Trouble::Damaged => (
                Severity::Damage,
                "entry-damaged",
                "its record is damaged on disk".into(),
                "read the same entry on another manager",
            ),
            Trouble::Sealed(error) => (
                Severity::Damage,
                "entry-sealed",
                state.why_sealed(*place, error),
                "look for the key file that belongs to this log",
            ),
            Trouble::Unusable(Unusable::UnknownAction) => (
                Severity::Warning,
                "action-unknown",
                "an action of it is of no known kind; a daemon drops the whole transaction".into(),
                "look at raft/payload; a newer engine may have written it",
            ),
            Trouble::Unusable(_) => (
                Severity::Damage,
                "entry-malformed",
                "it authenticates, but its content is not understood to its end".into(),
                "look at raft/payload and compare with another manager",
            ),
            Trouble::Unreadable(why) => (
                Severity::Damage,
                "entry-unreadable",
                why.clone(),
                "check the medium; copy the directory before anything else",
            ),
        };
        found.push(Finding { severity, code, place: format!("entry {index}"), meaning, advice });
    }
    if told > TOLD {
        found.push(Finding {
            severity: Severity::Damage,
            code: "more-entries",
            place: "entries".into(),
            meaning: format!("{} more entries cannot be read", told - TOLD),
            advice: "entries/ has a file for each that says why",
        });
    }
    if let Some((first, last)) = discarded {
        found.push(Finding {
            severity: Severity::Info,
            code: "key-discarded",
            place: format!("entries {first} to {last}"),
            meaning: "sealed with a data key that a rotation discarded; the snapshot above them holds what they made"
                .into(),
            advice: "nothing; an older copy of swarm-node.key would open them",
        });
    }
    for entry in
        log.entries.iter().filter(|entry| matches!(entry.trust, Trust::Recovered | Trust::Unverified)).take(TOLD)
    {
        found.push(Finding {
            severity: Severity::Warning,
            code: "entry-recovered",
            place: format!("entry {}", entry.index),
            meaning: "found behind damage; a daemon would not read it".into(),
            advice: "compare with another manager before you trust it",
        });
    }
}

fn refused(state: &State, found: &mut Vec<Finding>) {
    let index = state.index();
    for refused in index.refused().iter().take(TOLD) {
        let version = index.version(refused.version);
        let entry = state.log().entries.get(refused.entry as usize).map(|entry| entry.index).unwrap_or_default();
        let kind = index.kind(version.object()).singular();
        let id = one_line(index.id(version.object())).into_owned();
        let why = match version.action() {
            super::Action::Create => "exists already",
            _ => "does not exist",
        };
        found.push(Finding {
            severity: Severity::Warning,
            code: "action-refused",
            place: format!("entry {entry}"),
            meaning: format!(
                "{} of {kind} {id}, which {why}: a daemon drops that transaction",
                version.action().word()
            ),
            advice: "compare the object with what the other managers have",
        });
    }
}

fn commit(state: &State, found: &mut Vec<Finding>) {
    let log = state.log();
    let Some(hard_state) = &log.hard_state else { return };
    let last = state.last_index().0;
    if hard_state.commit.0 > last {
        found.push(Finding {
            severity: Severity::Damage,
            code: "commit-beyond-log",
            place: "hard state".into(),
            meaning: format!("commit is {}, the last entry on disk is {last}: entries are lost", hard_state.commit),
            advice: "do not start this manager; let it join anew, or restore a backup",
        });
    }
    let beyond = log.entries.iter().rev().take_while(|entry| entry.index > hard_state.commit).count();
    if beyond > 0 {
        found.push(Finding {
            severity: Severity::Info,
            code: "beyond-commit",
            place: format!("entries {} to {last}", hard_state.commit.0.saturating_add(1)),
            meaning: format!(
                "{beyond} entries are not yet known to be committed (the commit on disk usually lags by one)"
            ),
            advice: "raft/uncommitted lists them; a new leader may drop them",
        });
    }
}
