//! The managers of the cluster: from the newest snapshot's membership and the configuration changes after it.

use std::collections::BTreeMap;

use serde::Serialize;
use zeroize::Zeroizing;

use super::facts::{last, number, text};
use super::{Kind, State};
use crate::disk::{EntryType, RaftId, RaftIndex};
use crate::render::one_line;
use crate::schema::wire::{self, Fields, Value};

/// A manager.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Member {
    /// Raft id, in hex.
    pub raft_id: String,
    /// Node id; empty where only the raft id is known.
    pub node_id: String,
    /// Address of its raft port.
    pub addr: String,
    /// Host name, where the store has the node.
    pub hostname: Option<String>,
}

/// The members as of the last entry.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Members {
    /// Managers that take part.
    pub members: Vec<Member>,
    /// Raft ids, in hex, that may never come back.
    pub removed: Vec<String>,
    /// Every change that the log still holds, oldest first.
    pub changes: Vec<MemberChange>,
    /// False where the list is made from what is in clear alone, or a part of the log is missing.
    pub complete: bool,
}

/// A change of the membership, as the log tells it.
#[derive(Clone, Debug, Serialize)]
pub struct MemberChange {
    /// The entry's index.
    pub index: u64,
    /// Its term.
    pub term: u64,
    /// What it does: `add`, `remove`, `update`, `add learner`, or a number that raft does not know.
    pub change: String,
    /// Whom it is about; of a removal, what earlier changes said of it.
    pub member: Member,
}

/// The members as a snapshot lists them: its `ClusterSnapshot` (format 6).
#[derive(Clone, Debug, Default, Serialize)]
pub struct Membership {
    /// Managers that take part, by raft id.
    pub members: Vec<Member>,
    /// Raft ids, in hex, that may never come back.
    pub removed: Vec<String>,
}

/// Reads a `ClusterSnapshot`.
pub fn membership(bytes: &[u8]) -> Membership {
    let (mut list, mut removed) = (BTreeMap::new(), Vec::new());
    read_membership(bytes, &mut list, &mut removed);
    Membership { members: list.into_values().collect(), removed: removed.iter().map(RaftId::to_string).collect() }
}

fn read_membership(bytes: &[u8], list: &mut BTreeMap<RaftId, Member>, removed: &mut Vec<RaftId>) {
    for field in Fields::new(bytes).readable() {
        match (field.number, field.value) {
            (1, Value::Bytes(member)) => {
                let id = RaftId(number(member, 1));
                list.insert(id, ConfChange { kind: 0, node: id, context: member }.member());
            }
            (2, Value::Varint(id)) => removed.push(RaftId(id)),
            (2, Value::Bytes(packed)) => {
                let mut at = 0;
                while let Ok((id, behind)) = wire::varint(packed, at) {
                    removed.push(RaftId(id));
                    at = behind;
                }
            }
            _ => {}
        }
    }
}

/// One change of the membership (format 5).
pub struct ConfChange<'a> {
    /// Its `ConfChangeType`.
    pub kind: u64,
    /// The member that it is about.
    pub node: RaftId,
    /// A serialized `RaftMember`, or empty.
    pub context: &'a [u8],
}

/// Reads a `ConfChange`.
pub fn conf_change(bytes: &[u8]) -> ConfChange<'_> {
    ConfChange { kind: number(bytes, 2), node: RaftId(number(bytes, 3)), context: text(bytes, 4) }
}

impl ConfChange<'_> {
    /// What it does, in a word.
    fn word(&self) -> String {
        match self.kind {
            0 => "add".into(),
            1 => "remove".into(),
            2 => "update".into(),
            3 => "add learner".into(),
            other => other.to_string(),
        }
    }

    /// The member as its context tells it; node id and address are empty where the context is.
    pub fn member(&self) -> Member {
        Member {
            raft_id: self.node.to_string(),
            node_id: one_line(text(self.context, 2)).into_owned(),
            addr: one_line(text(self.context, 3)).into_owned(),
            hostname: None,
        }
    }
}

/// Computes the members.
pub fn members(state: &State) -> Members {
    let content = state.content();
    let mut list: BTreeMap<RaftId, Member> = BTreeMap::new();
    let mut removed: Vec<RaftId> = Vec::new();
    let mut from = RaftIndex(0);
    if let Some(snapshot) = content.snapshots.last() {
        from = snapshot.index();
        read_membership(&snapshot.membership().unwrap_or_default(), &mut list, &mut removed);
    } else if content.index.conf_changes().is_empty() {
        voters_in_clear(state, &mut list);
    }
    let mut plain = Zeroizing::new(Vec::new());
    let mut changes = Vec::new();
    let mut known: BTreeMap<RaftId, Member> = list.clone();
    for place in content.index.conf_changes() {
        let Some(entry) = state.log().entries.get(*place as usize) else { continue };
        if entry.kind != EntryType::CONF_CHANGE || state.open_entry(*place, &mut plain).is_err() {
            continue;
        }
        let change = conf_change(&plain);
        if change.context.is_empty() {
            known.entry(change.node).or_insert_with(|| change.member());
        } else {
            known.insert(change.node, change.member());
        }
        changes.push(MemberChange {
            index: entry.index.0,
            term: entry.term.0,
            change: change.word(),
            member: known.get(&change.node).cloned().unwrap_or_default(),
        });
        // What the newest snapshot covers is in its list.
        if entry.index <= from {
            continue;
        }
        match change.kind {
            1 => {
                list.remove(&change.node);
                removed.push(change.node);
            }
            0 | 2 => {
                list.insert(change.node, change.member());
            }
            _ => {}
        }
    }
    let all = list.values_mut().chain(changes.iter_mut().map(|change| &mut change.member));
    for member in all {
        member.hostname = hostname(state, member.node_id.as_bytes());
    }
    removed.sort_unstable();
    removed.dedup();
    Members {
        members: list.into_values().collect(),
        removed: removed.iter().map(RaftId::to_string).collect(),
        changes,
        complete: state.is_complete(),
    }
}

/// Without plaintext, the voters of the newest snapshot are in clear.
fn voters_in_clear(state: &State, list: &mut BTreeMap<RaftId, Member>) {
    if let Some(file) = state.snapshot_files().iter().flatten().next() {
        for voter in &file.conf_state.voters {
            list.insert(*voter, Member { raft_id: voter.to_string(), ..Member::default() });
        }
    }
}

fn hostname(state: &State, node_id: &[u8]) -> Option<String> {
    let index = state.index();
    let version = index.current(index.object(Kind::Node, node_id)?)?;
    let name = |node: &[u8]| last(node, 4).map(|description| one_line(text(description, 1)).into_owned());
    state.with_version(version, name).ok().flatten()
}
