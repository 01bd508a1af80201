//! What the key file says of the keys (format 2).

use zeroize::Zeroizing;

use super::super::keys::{KEY_FILE, KEY_FILE_LIMIT};
use super::super::{Keys, State};
use super::{Finding, Severity};
use crate::seal::{Algorithm, BodyForm, KeyFile};

pub(super) fn keys(state: &State, found: &mut Vec<Finding>) {
    let layout = state.layout();
    if let Some(wal) = layout.wal.as_ref().filter(|wal| !wal.encrypted) {
        found.push(Finding {
            severity: Severity::Warning,
            code: "log-in-clear",
            place: wal.path.clone(),
            meaning: "the log of this layout is not encrypted: whoever reads the disk reads the secrets".into(),
            advice: "upgrade the engine; treat all secrets in it as known",
        });
    }
    let mut tell = |severity, code, meaning: String, advice| {
        found.push(Finding { severity, code, place: KEY_FILE.into(), meaning, advice });
    };
    let sealed = [&layout.wal, &layout.snapshots].into_iter().flatten().any(|folder| folder.encrypted);
    match state.keys() {
        Keys::Locked { .. } => tell(
            Severity::Warning,
            "locked",
            "the data keys are locked and no unlock key was given that opens them; what they seal is not shown".into(),
            "mount with --unlock-key-file; on another manager `docker swarm unlock-key` shows the key",
        ),
        Keys::Missing { why, .. } if sealed => {
            tell(
                Severity::Damage,
                "no-data-key",
                why.clone(),
                "give a copy of this very manager's swarm-node.key with --key-file; restore it before an engine starts, for \
                 one without a key file makes a new CA and a new node in this directory",
            );
        }
        Keys::Missing { facts: Some(_), why } => {
            tell(Severity::Info, "no-data-key", why.clone(), "nothing: a worker or a demoted manager has no log");
        }
        Keys::AtHand { locked: false, .. } => tell(
            Severity::Info,
            "keys-open",
            "autolock is off: the data key lies in clear beside the log".into(),
            "`docker swarm update --autolock=true` if the disk is not trusted",
        ),
        Keys::NotNeeded | Keys::Missing { .. } | Keys::AtHand { .. } => {}
    }
    for what in damage(state) {
        // One finding is enough for a file that gives no data key.
        if sealed && matches!(state.keys(), Keys::Missing { why, .. } if why.ends_with(&what)) {
            continue;
        }
        tell(
            Severity::Damage,
            "key-damaged",
            what,
            "restore it from a backup: a daemon does not start with it; the log can be read all the same",
        );
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

/// What is wrong with the key file, be it needed for the log or not: with the private key in it, and with headers.
fn damage(state: &State) -> Vec<String> {
    let file = match state.source().read(KEY_FILE, KEY_FILE_LIMIT) {
        Ok(bytes) => KeyFile::parse(&Zeroizing::new(bytes)),
        // A node that leaves its swarm takes it away before the rest is seen to be gone.
        Err(error) if error.is_missing() && state.layout().has_key => return Vec::new(),
        Err(error) => return vec![error.to_string()],
    };
    let file = match file {
        Ok(file) => file,
        Err(error) => return vec![error.to_string()],
    };
    let facts = file.facts();
    let unlocked = || match state.keys() {
        Keys::AtHand { facts, .. } => facts.dek.is_some_and(|sealed| sealed != Algorithm::None),
        _ => false,
    };
    let body = match facts.body {
        BodyForm::Unreadable(why) => Some(format!("the private key in it is lost: {why}")),
        _ if state.public_key().is_some() => None,
        form if !form.is_encrypted() => Some("the private key in it is lost: it is no key of P-256".to_owned()),
        _ => unlocked().then(|| "the private key in it does not open, though the data key does".to_owned()),
    };
    body.into_iter().chain(facts.damage.iter().map(ToString::to_string)).collect()
}
