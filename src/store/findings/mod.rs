//! What is wrong, or worth knowing, in words: severity, code, place, meaning, advice.

mod certificates;
mod entries;
mod keys;
mod log;
mod members;
mod objects;
mod snapshots;
mod tasks;
mod terms;

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use super::State;
use crate::disk::Moment;
use crate::render::one_line;

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

/// Findings of one kind that are told one by one; the rest is counted.
const TOLD: usize = 100;

/// Tells findings of one kind: the first of them one by one, and how many more there are.
fn tell_some(found: &mut Vec<Finding>, mut of_a_kind: impl Iterator<Item = Finding>) {
    found.extend(of_a_kind.by_ref().take(TOLD));
    if let Some(next) = of_a_kind.next() {
        let more = of_a_kind.count() + 1;
        found.push(Finding {
            place: format!("{} and on", next.place),
            meaning: format!("{more} more of these"),
            ..next
        });
    }
}

/// Looks at everything that is at hand, and at the clock: certificates expire.
pub fn findings(state: &State) -> Vec<Finding> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    findings_at(state, Moment { seconds: now.as_secs().try_into().unwrap_or(i64::MAX), nanos: now.subsec_nanos() })
}

/// The same at another moment.
pub fn findings_at(state: &State, now: Moment) -> Vec<Finding> {
    let mut found = Vec::new();
    keys::keys(state, &mut found);
    certificates::certificates(state, now, &mut found);
    log::log(state, &mut found);
    log::holes(state, &mut found);
    snapshots::snapshots(state, &mut found);
    snapshots::marks(state, &mut found);
    entries::entries(state, &mut found);
    entries::refused(state, &mut found);
    entries::commit(state, &mut found);
    terms::superseded(state, &mut found);
    terms::cut_off(state, &mut found);
    entries::clock(state, now, &mut found);
    members::members(state, &mut found);
    objects::networks(state, &mut found);
    objects::tasks(state, &mut found);
    tasks::stored(state, &mut found);
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    found
}

#[cfg(test)]
mod tests;
