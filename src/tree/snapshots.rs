//! The folders of `raft/snapshots/`: `<term>-<index>/`, both decimal.

use std::collections::HashSet;
use std::sync::OnceLock;

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

/// The folders, found once.
#[derive(Default)]
pub(super) struct SnapshotFolders(OnceLock<Vec<Place>>);

/// A folder, and the file that it shows.
pub(super) struct Place {
    name: String,
    key: SnapshotKey,
    /// The file's place in the list of all; it never changes while the folder is there.
    file: usize,
}

/// The folder of a file; `None` for one whose name is none of a snapshot.
fn place((file, listed): (usize, &Listed)) -> Option<Place> {
    let (term, index) = match listed {
        Ok(head) => (head.term, head.index),
        Err(bad) => bad.term_and_index()?,
    };
    Some(Place { name: format!("{term}-{index}"), key: SnapshotKey::new(term, index), file })
}

impl View {
    /// Each folder once. A copy under another name, and one that a daemon set aside (format 6), tell the same term
    /// and index; of such files the first that can be read counts.
    pub(super) fn snapshot_folders(&self) -> &[Place] {
        self.snapshots.0.get_or_init(|| {
            let files = self.state.snapshot_files();
            let mut places: Vec<Place> = files.iter().enumerate().filter_map(place).collect();
            places.sort_by_key(|place| files.get(place.file).is_some_and(Result::is_err));
            let mut seen = HashSet::new();
            places.retain(|place| seen.insert(Node::Folder(Folder::Snapshot(place.key)).ino()));
            places.sort_by_key(|place| place.file);
            places
        })
    }

    pub(super) fn snapshot_file(&self, wanted: SnapshotKey) -> Option<&Listed> {
        let place = self.snapshot_folders().iter().find(|place| place.key == wanted)?;
        self.state.snapshot_files().get(place.file)
    }

    pub(super) fn find_snapshot(&self, name: &[u8]) -> Option<Node> {
        let place = self.snapshot_folders().iter().find(|place| place.name.as_bytes() == name)?;
        Some(Node::Folder(Folder::Snapshot(place.key)))
    }

    pub(super) fn list_snapshots(&self, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        for Place { name, key, file } in self.snapshot_folders() {
            let cookie = *file as u64 + 1;
            let node = Node::Folder(Folder::Snapshot(*key));
            if cookie > behind && !each(Named { name: name.as_bytes(), node, cookie }) {
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
