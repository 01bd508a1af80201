//! `status.json`: what is mounted, in what state it is, what of it can be read.

use std::collections::BTreeMap;

use serde::Serialize;

use super::time::moment_text;
use super::view::View;
use crate::disk::Trust;
use crate::store::{Keys, Kind, Severity, Trouble, findings};

/// The whole file.
#[derive(Serialize)]
pub(super) struct Status {
    swarmfs: &'static str,
    state_directory: String,
    node: Node,
    keys: KeyStatus,
    live: bool,
    log: LogStatus,
    snapshots: Vec<SnapshotStatus>,
    state: StateStatus,
    objects: BTreeMap<&'static str, usize>,
    findings: Findings,
}

#[derive(Serialize)]
struct Node {
    id: Option<String>,
    raft_id: Option<String>,
    addr: Option<String>,
    role: Option<String>,
    cluster: Option<String>,
}

#[derive(Serialize)]
struct KeyStatus {
    /// `open`, `unlocked` (with the key that was given), `locked`, `missing`, `not needed`.
    state: &'static str,
    why: Option<String>,
    kek_version: Option<u64>,
    rotation_pending: bool,
    rotation_needed: bool,
    /// Data keys that were given with `--key-file` and `--dek-file`.
    saved_data_keys: usize,
}

#[derive(Serialize)]
struct LogStatus {
    folder: Option<String>,
    encrypted: Option<bool>,
    segments: usize,
    entries: usize,
    first: Option<u64>,
    last: Option<u64>,
    commit: Option<u64>,
    /// Entries beyond `commit`; see `raft/uncommitted`.
    uncommitted: usize,
    superseded: usize,
    sealed: usize,
    damaged: usize,
    recovered: usize,
}

#[derive(Serialize)]
struct SnapshotStatus {
    file: String,
    term: Option<u64>,
    index: Option<u64>,
    /// `read`, `sealed`, `damaged`.
    state: &'static str,
    why: Option<String>,
}

#[derive(Serialize)]
struct StateStatus {
    /// The raft index that `objects/` shows.
    index: u64,
    time: Option<String>,
    complete: bool,
    /// First and last raft index of every stretch after which the whole state is known.
    known: Vec<[u64; 2]>,
}

#[derive(Serialize)]
struct Findings {
    damage: usize,
    warning: usize,
    info: usize,
}

pub(super) fn status(view: &View) -> Status {
    let state = &view.state;
    let (log, index) = (state.log(), state.index());
    let found = findings(state);
    let found_of = |severity| found.iter().filter(|finding| finding.severity == severity).count();
    let identity = state.identity();
    let of_state = |wanted| log.entries.iter().filter(|entry| entry.trust == wanted).count();
    Status {
        swarmfs: env!("CARGO_PKG_VERSION"),
        state_directory: state.source().place(),
        node: Node {
            id: identity.node_id,
            raft_id: identity.raft_id,
            addr: identity.addr,
            role: identity.role,
            cluster: identity.cluster,
        },
        keys: key_status(state.keys(), state.saved_keys().data_keys()),
        live: state.is_live(),
        log: LogStatus {
            folder: state.layout().wal.as_ref().map(|folder| folder.path.clone()),
            encrypted: state.layout().wal.as_ref().map(|folder| folder.encrypted),
            segments: log.segments.len(),
            entries: log.entries.len(),
            first: log.entries.first().map(|entry| entry.index.0),
            last: log.entries.last().map(|entry| entry.index.0),
            commit: log.hard_state.as_ref().map(|state| state.commit.0),
            uncommitted: view.uncommitted().len(),
            superseded: log.superseded.len(),
            sealed: index.troubles().iter().filter(|(_, trouble)| matches!(trouble, Trouble::Sealed(_))).count(),
            damaged: of_state(Trust::Damaged),
            recovered: of_state(Trust::Recovered) + of_state(Trust::Unverified),
        },
        snapshots: snapshots(view),
        state: StateStatus {
            index: state.last_index().0,
            time: state.newest_time().map(moment_text),
            complete: state.is_complete(),
            known: index.known().iter().map(|range| [range.start, range.end.saturating_sub(1)]).collect(),
        },
        objects: Kind::ALL.iter().map(|kind| (kind.plural(), index.current_objects(*kind).count())).collect(),
        findings: Findings {
            damage: found_of(Severity::Damage),
            warning: found_of(Severity::Warning),
            info: found_of(Severity::Info),
        },
    }
}

fn key_status(keys: &Keys, saved: usize) -> KeyStatus {
    let facts = keys.facts();
    let (state, why) = match keys {
        Keys::NotNeeded => ("not needed", None),
        Keys::AtHand { locked: true, .. } => ("unlocked", None),
        Keys::AtHand { .. } => ("open", None),
        Keys::Locked { .. } => ("locked", Some("no unlock key was given that opens the key file".to_owned())),
        Keys::Missing { why, .. } => ("missing", Some(why.clone())),
    };
    KeyStatus {
        state,
        why,
        kek_version: facts.and_then(|facts| facts.kek_version),
        rotation_pending: facts.is_some_and(|facts| facts.pending.is_some()),
        rotation_needed: facts.is_some_and(|facts| facts.needs_rotation),
        saved_data_keys: saved,
    }
}

fn snapshots(view: &View) -> Vec<SnapshotStatus> {
    let content = view.state.content();
    let read = content.snapshots.iter().rev().map(|snapshot| SnapshotStatus {
        file: snapshot.file().name.clone(),
        term: Some(snapshot.file().term.0),
        index: Some(snapshot.index().0),
        state: if snapshot.is_whole() { "read" } else { "damaged" },
        why: snapshot.broken().map(str::to_owned),
    });
    let lost = content.lost_snapshots.iter().map(|lost| SnapshotStatus {
        file: lost.name.clone(),
        term: None,
        index: None,
        state: if lost.damaged { "damaged" } else { "sealed" },
        why: Some(lost.why.clone()),
    });
    read.chain(lost).collect()
}
