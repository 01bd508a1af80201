//! Why something cannot be opened, and what would open it, in words.

use super::{Keys, State};
use crate::disk::{FaultKind, RaftIndex};
use crate::render::one_line;
use crate::seal::OpenError;

/// Why the entry at an index cannot be opened (format 2.9 says how keys are discarded).
pub(super) fn why(state: &State, index: RaftIndex, error: &OpenError) -> String {
    match (error, state.keys()) {
        (OpenError::NoKey, Keys::Locked { .. }) => {
            "no key given: this directory is locked; mount it with its unlock key (SWMKEY-1-…)".into()
        }
        (OpenError::NoKey, Keys::Missing { why, .. }) => {
            format!("no key: {why}; a saved copy of the key file (--key-file) or its data keys (--dek-file) open it")
        }
        (OpenError::NotAuthentic, Keys::Locked { .. }) => "no saved key opens it, and the directory's own key file is \
                                                           locked; give its unlock key, too (SWMKEY-1-…)"
            .into(),
        (OpenError::NotAuthentic, _) => {
            let snapshots = state.snapshot_files().iter().flatten().map(|file| file.index);
            match snapshots.filter(|snapshot| *snapshot >= index).min() {
                Some(snapshot) => format!(
                    "key discarded by the rotation at snapshot {snapshot}: no file here holds it any more; a copy of \
                     swarm-node.key from before (--key-file), or its data keys (--dek-file), open it"
                ),
                None => "authentication failed: no data key at hand opens it, or it was altered; if another copy of \
                         swarm-node.key has the key, give it with --key-file"
                    .into(),
            }
        }
        _ => error.to_string(),
    }
}

/// Why there is no entry at all.
pub(super) fn why_no_entries(state: &State) -> String {
    let log = state.log();
    if log.segments.is_empty() {
        let unread = log.faults.iter().find(|fault| matches!(fault.what, FaultKind::Unopened(_)));
        return match (unread, &state.layout().wal) {
            (Some(fault), _) => format!(
                "The raft log cannot be read: {} {}.\n",
                one_line(fault.file.as_bytes()),
                one_line(fault.what.to_string().as_bytes())
            ),
            (None, Some(_)) => "There is a folder for a raft log here, but no segment in it.\n".to_owned(),
            (None, None) => {
                "There is no raft log here: this is a worker, a demoted manager, or the log was lost.\n".to_owned()
            }
        };
    }
    let besides = if state.snapshot_files().is_empty() { " and no snapshot" } else { "" };
    match log.hard_state {
        Some(hard_state) => format!(
            "There is a raft log here, but no entry{besides} in it; its hard state says that entries up to {}\n\
             were committed.\n",
            hard_state.commit
        ),
        None => format!("There is a raft log here, but no entry{besides} in it.\n"),
    }
}

/// Why the current state is not wholly known.
pub(super) fn why_incomplete(state: &State) -> String {
    let log = state.log();
    let why = match state.keys() {
        Keys::Locked { .. } if state.has_data_keys() => {
            "The directory is locked, and no unlock key was given that opens it. What the saved keys open is here, and\n\
             what is in clear. Mount it again with --unlock-key-file, too.\n"
                .to_owned()
        }
        Keys::Locked { .. } => "The directory is locked, and no unlock key was given. What is here is what is in clear.\n\
                                Mount it again with --unlock-key-file; `docker swarm unlock-key` on another manager shows the key.\n"
            .to_owned(),
        Keys::Missing { why, .. } if !state.has_data_keys() => {
            let why = one_line(why.as_bytes()).into_owned();
            let saved = "A saved copy of swarm-node.key can be given with --key-file.\n";
            format!("There is no data key: {why}.\n{}", if state.layout().wal.is_some() { saved } else { "" })
        }
        _ if log.entries.is_empty() && state.snapshot_files().is_empty() => why_no_entries(state),
        _ => "Some entries or snapshots that the state is made of cannot be read; check.txt names them.\n\
              What is shown is, for every object, the last action that can be read.\n"
            .to_owned(),
    };
    let known = state.index().known().iter();
    let known: Vec<String> = known.map(|range| format!("{} to {}", range.start, range.end.saturating_sub(1))).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    format!(
        "The state after entry {} is not wholly known.\n\n{why}\nKnown as a whole: the state after entries {known}.\n",
        state.last_index()
    )
}
