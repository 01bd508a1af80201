//! The folders of `raft/snapshots/`: `<term>-<index>/`, both decimal.

use serde::Serialize;

use super::inode::{Folder, Node, SnapshotKey};
use super::view::{Named, View};
use super::{Moment, TreeError};
use crate::disk::{BadSnapshot, RaftId, ReadAt, SnapshotFile};

/// `meta.json` of a snapshot: what stands in clear.
#[derive(Serialize)]
struct Meta<'a> {
    file: &'a str,
    term: u64,
    index: u64,
    /// Bytes of the file.
    size: u64,
    crc: String,
    conf_state: ConfState,
}

#[derive(Serialize)]
struct ConfState {
    voters: Vec<String>,
    learners: Vec<String>,
    voters_outgoing: Vec<String>,
    learners_next: Vec<String>,
    auto_leave: bool,
}

/// `meta.json` of a file that is no snapshot any more.
#[derive(Serialize)]
struct Damaged<'a> {
    file: &'a str,
    damaged: String,
}

fn hex(ids: &[RaftId]) -> Vec<String> {
    ids.iter().map(RaftId::to_string).collect()
}

type Listed = Result<SnapshotFile, BadSnapshot>;

/// The folder's name and number; `None` for a file whose name is none of a snapshot.
fn place(listed: &Listed) -> Option<(String, SnapshotKey)> {
    let (term, index) = match listed {
        Ok(file) => (file.term, file.index),
        Err(bad) => bad.term_and_index()?,
    };
    Some((format!("{term}-{index}"), SnapshotKey::new(term, index)))
}

impl View {
    pub(super) fn snapshot_file(&self, wanted: SnapshotKey) -> Option<&Listed> {
        self.state.snapshot_files().iter().find(|listed| place(listed).is_some_and(|(_, key)| key == wanted))
    }

    pub(super) fn find_snapshot(&self, name: &[u8]) -> Option<Node> {
        let places = self.state.snapshot_files().iter().filter_map(place);
        let (_, key) = places.into_iter().find(|(at, _)| at.as_bytes() == name)?;
        Some(Node::Folder(Folder::Snapshot(key)))
    }

    pub(super) fn list_snapshots(&self, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        for (listed, cookie) in self.state.snapshot_files().iter().zip(1..).skip_while(|(_, cookie)| *cookie <= behind)
        {
            let Some((name, key)) = place(listed) else { continue };
            if !each(Named { name: name.as_bytes(), node: Node::Folder(Folder::Snapshot(key)), cookie }) {
                return;
            }
        }
    }

    pub(super) fn snapshot_modified(&self, key: SnapshotKey) -> Option<Moment> {
        self.snapshot_file(key)?.as_ref().ok().map(|file| file.modified().into())
    }

    pub(super) fn snapshot_meta(&self, key: SnapshotKey) -> Result<String, TreeError> {
        let listed = self.snapshot_file(key).ok_or(TreeError::NotFound)?;
        let text = match listed {
            Ok(file) => serde_json::to_string_pretty(&Meta {
                file: &file.name,
                term: file.term.0,
                index: file.index.0,
                size: file.file.len(),
                crc: format!("{:08x}", file.crc),
                conf_state: ConfState {
                    voters: hex(&file.conf_state.voters),
                    learners: hex(&file.conf_state.learners),
                    voters_outgoing: hex(&file.conf_state.voters_outgoing),
                    learners_next: hex(&file.conf_state.learners_next),
                    auto_leave: file.conf_state.auto_leave,
                },
            }),
            Err(bad) => serde_json::to_string_pretty(&Damaged { file: &bad.name, damaged: bad.why.to_string() }),
        };
        text.map(|text| text + "\n").map_err(|error| TreeError::Unreadable(error.to_string()))
    }
}
