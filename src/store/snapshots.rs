//! Which snapshot files are opened, in which order, and which are no help.

use std::sync::Arc;

use super::State;
use super::snapshot::Loaded;
use crate::disk::{BadSnapshot, RaftIndex, SnapshotFile, SnapshotId, Term};

/// A snapshot file whose content is not at hand.
#[derive(Clone)]
pub struct LostSnapshot {
    /// What the file is known again by, where it was tried.
    pub(super) id: Option<Box<SnapshotId>>,
    /// The file's name.
    pub name: String,
    /// Why.
    pub why: String,
    /// True if the file is damaged, false if only the key is missing.
    pub damaged: bool,
}

/// A snapshot file, and what is to be done with it.
enum InOrder<'a> {
    Bad(&'a BadSnapshot),
    /// There is another one for the same index.
    Surpassed(&'a SnapshotFile),
    ToOpen(&'a SnapshotFile),
}

impl State {
    /// Opens the snapshots with `open`, in the order of their indices; of several for one index, the one with the
    /// highest term counts.
    pub(super) fn open_snapshots(
        &self,
        mut open: impl FnMut(SnapshotFile, u32) -> Result<Arc<Loaded>, LostSnapshot>,
    ) -> (Vec<Arc<Loaded>>, Vec<LostSnapshot>) {
        let (mut snapshots, mut lost_snapshots) = (Vec::new(), Vec::new());
        for file in self.snapshots_in_order() {
            let opened = match file {
                InOrder::Bad(bad) => {
                    let (name, why) = (bad.name.clone(), bad.why.to_string());
                    Err(LostSnapshot { id: None, name, why, damaged: true })
                }
                InOrder::Surpassed(file) => Err(LostSnapshot {
                    id: None,
                    name: file.name.clone(),
                    why: "another snapshot of the same index, of a later term, is used".into(),
                    damaged: false,
                }),
                InOrder::ToOpen(file) => open(file.clone(), snapshots.len() as u32),
            };
            match opened {
                Ok(snapshot) => snapshots.push(snapshot),
                Err(lost) => lost_snapshots.push(lost),
            }
        }
        (snapshots, lost_snapshots)
    }

    /// The snapshots that [`State::open_snapshots`] opens, in that order.
    pub(super) fn snapshots_to_open(&self) -> impl Iterator<Item = &SnapshotFile> {
        self.snapshots_in_order().into_iter().filter_map(|file| match file {
            InOrder::ToOpen(file) => Some(file),
            _ => None,
        })
    }

    fn snapshots_in_order(&self) -> Vec<InOrder<'_>> {
        let mut files: Vec<_> = self.snapshot_files().iter().rev().collect();
        files.sort_by_key(|file| file.as_ref().map_or((RaftIndex(0), Term(0)), |file| (file.index, file.term)));
        let surpassed = |at: usize, file: &SnapshotFile| {
            files.get(at + 1).is_some_and(|next| next.as_ref().is_ok_and(|next| next.index == file.index))
        };
        let mut in_order = Vec::with_capacity(files.len());
        for (at, file) in files.iter().enumerate() {
            in_order.push(match file {
                Err(bad) => InOrder::Bad(bad),
                Ok(file) if surpassed(at, file) => InOrder::Surpassed(file),
                Ok(file) => InOrder::ToOpen(file),
            });
        }
        in_order
    }
}
