//! Whether the raft group and the node objects fit together.

use std::collections::HashSet;

use super::super::facts::{last, number};
use super::super::{Kind, State, members as all_members};
use super::{Finding, Severity, tell_some};
use crate::render::one_line;

const MANAGER: u64 = 1;
const DOWN: u64 = 1;

pub(super) fn members(state: &State, found: &mut Vec<Finding>) {
    // Of a state that is known in part, nothing follows from what is missing.
    if !state.is_complete() {
        return;
    }
    let group = all_members(state).members;
    let in_group: HashSet<&str> = group.iter().map(|member| member.node_id.as_str()).collect();
    let index = state.index();
    let mut nodes = HashSet::new();
    let (mut down, mut strange) = (0, Vec::new());
    for (object, version) in index.current_objects(Kind::Node) {
        let facts = |node: &[u8]| (number(node, 9), last(node, 5).map_or(0, |status| number(status, 1)));
        let Ok((role, status)) = state.with_version(version, facts) else { continue };
        let id = one_line(index.id(object)).into_owned();
        let member = in_group.contains(id.as_str());
        down += usize::from(member && status == DOWN);
        if role == MANAGER && !member {
            strange.push(format!("node {id}"));
        }
        nodes.insert(id);
    }
    let strange = strange.into_iter().map(|place| Finding {
        severity: Severity::Warning,
        code: "manager-not-member",
        place,
        meaning: "its node object says manager, but it is no member of the raft group".into(),
        advice: "`docker node rm --force` it (it cannot be demoted), and let it join again",
    });
    tell_some(found, strange);
    let lonely = group.iter().filter(|member| !nodes.contains(&member.node_id)).map(|member| Finding {
        severity: Severity::Warning,
        code: "member-without-node",
        place: format!("member {}", member.raft_id),
        meaning: format!("it is a member of the raft group, but there is no node object {}", member.node_id),
        advice: "the group counts it for its majority; recover with --force-new-cluster if that is lost",
    });
    tell_some(found, lonely);
    let majority = group.len() / 2 + 1;
    if group.len() > 1 && group.len() - down.min(group.len()) < majority {
        found.push(Finding {
            severity: Severity::Warning,
            code: "no-quorum",
            place: "members".into(),
            meaning: format!("of {} managers {down} were last seen down; {majority} must be up", group.len()),
            advice: "start a manager, or recover on this one: docker swarm init --force-new-cluster",
        });
    }
}
