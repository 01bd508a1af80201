//! What the key file says of the keys (format 2).

use super::super::{Keys, State};
use super::{Finding, Severity};

pub(super) fn keys(state: &State, found: &mut Vec<Finding>) {
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
            "the data keys are locked and no unlock key was given that opens them; what they seal is not shown".into(),
            "mount with --unlock-key-file; on another manager `docker swarm unlock-key` shows the key",
        ),
        Keys::Missing { why, .. } if state.layout().wal.is_some() => {
            tell(
                Severity::Damage,
                "no-data-key",
                why.clone(),
                "give a copy of this very manager's swarm-node.key with --key-file; for a daemon, restore it from a backup",
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
