//! Short files that are written when somebody asks: README.md, check.txt, `_INCOMPLETE.txt`, the raft facts.

use serde::Serialize;

use super::inode::{Document, Node};
use super::status;
use super::view::View;
use super::{Ino, TreeError};
use crate::store::{findings, members};

/// How the tree is laid out; the same in every mount.
const README: &str = include_str!("readme.md");

/// `raft/hardstate.json`
#[derive(Serialize)]
struct HardState {
    term: u64,
    vote: String,
    commit: u64,
}

impl View {
    pub(super) fn document(&self, document: Document) -> Result<String, TreeError> {
        match document {
            Document::Readme => Ok(README.to_owned()),
            Document::Status => json(&status::status(self)),
            Document::Check => Ok(self.check_text()),
            Document::HardState => {
                // A log without hard state is one that never voted; null says so.
                let state = self.state.log().hard_state.as_ref();
                json(&state.map(|state| HardState {
                    term: state.term.0,
                    vote: state.vote.to_string(),
                    commit: state.commit.0,
                }))
            }
            Document::Members => json(&members(&self.state)),
            Document::SnapshotMeta(key) => self.snapshot_meta(key),
            Document::SnapshotMembers(key) => self.snapshot_members(key),
            Document::SnapshotIncomplete(part) => self.why_snapshot_incomplete(part.key()).ok_or(TreeError::NotFound),
            Document::IncompleteAfter(index, _) => self.why_incomplete_after(index).ok_or(TreeError::NotFound),
            Document::Incomplete(number) => match Node::of(Ino(u64::from(number))) {
                Some(Node::Folder(folder)) => self.why_incomplete(folder).ok_or(TreeError::NotFound),
                _ => Err(TreeError::NotFound),
            },
        }
    }

    fn check_text(&self) -> String {
        self.state.confirm();
        let findings = findings(&self.state);
        if findings.is_empty() {
            return "info\tnothing-found\t-\teverything that was looked at is in order\tnothing\n".into();
        }
        findings.iter().map(|finding| format!("{finding}\n")).collect()
    }
}

fn json(value: &impl Serialize) -> Result<String, TreeError> {
    let text = serde_json::to_string_pretty(value).map_err(|error| TreeError::Unreadable(error.to_string()))?;
    Ok(text + "\n")
}

#[cfg(test)]
mod tests {
    use super::super::inode::Folder;
    use super::*;

    #[test]
    fn the_number_of_an_incomplete_folder_is_its_inode_number() {
        for folder in [Folder::Entries, Folder::Objects, Folder::Secrets, Folder::Kind(crate::store::Kind::Task)] {
            let node = Node::Folder(folder);
            assert_eq!(node.fixed_number().map(u64::from), Some(node.ino().0));
        }
    }
}
