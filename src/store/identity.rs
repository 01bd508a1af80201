//! Whose state directory it is: from the certificate, which is in clear, and the log's metadata record.

use super::State;
use super::facts::{last, number};
use crate::disk::{RaftId, Subject};
use crate::render::one_line;

/// Longest certificate file that is read.
const CERTIFICATE_LIMIT: u64 = 1 << 20;

/// What is known of the node; each part may be missing.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// The node's id.
    pub node_id: Option<String>,
    /// Its raft id, in hex.
    pub raft_id: Option<String>,
    /// The address at which it made its log.
    pub addr: Option<String>,
    /// `swarm-manager` or `swarm-worker`.
    pub role: Option<String>,
    /// The cluster's id.
    pub cluster: Option<String>,
}

/// Reads who the node is.
pub(super) fn identity(state: &State) -> Identity {
    let certificate = state.source().read("certificates/swarm-node.crt", CERTIFICATE_LIMIT).ok();
    let subject = certificate.and_then(|file| Subject::of_pem(&file)).unwrap_or_default();
    let clean = |text: String| one_line(text.as_bytes()).into_owned();
    let metadata = state.log().metadata.as_deref();
    let in_log = |field| metadata.and_then(|metadata| last(metadata, field)).map(|text| one_line(text).into_owned());
    Identity {
        node_id: subject.node.map(clean).or_else(|| in_log(2)),
        raft_id: metadata.map(|metadata| RaftId(number(metadata, 1)).to_string()),
        addr: in_log(3),
        role: subject.role.map(clean),
        cluster: subject.cluster.map(clean),
    }
}
