//! What a state directory looks like from outside, to know whether it must be read again.

use std::path::Path;

use crate::disk::{Layout, Listed, ReadAt, Source};
use crate::store::State;

/// Folders whose files matter besides the log and the snapshots.
const FOLDERS: [&str; 3] = ["", "certificates", "worker"];

/// Names, lengths and times of the files, and whether the log goes on behind the end that was read.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Signature {
    folder: Option<(u64, u64)>,
    files: Vec<(String, Listed)>,
    /// The length field behind the last record (format 11.4): 0 until more is written.
    next_record: u64,
}

impl Signature {
    /// Looks at the directory; `None` where there is none at the moment.
    pub(super) fn of(path: &Path, read: &State) -> Option<Signature> {
        let (source, layout) = Layout::find(Source::folder(path).ok()?).ok()?;
        let raft = [&layout.wal, &layout.snapshots].into_iter().flatten().map(|folder| folder.path.as_str());
        let mut files = Vec::new();
        for folder in FOLDERS.into_iter().chain(raft) {
            let listed = source.list(folder).unwrap_or_default();
            files.extend(listed.into_iter().map(|file| (folder.to_owned(), file)));
        }
        // The log is read, if it was not, after the files were listed: what comes later is seen as a change.
        Some(Signature { folder: source.identity(), files, next_record: next_record(read) })
    }

    /// True if all files look the same.
    pub(super) fn has_the_files_of(&self, other: &Signature) -> bool {
        self.folder == other.folder && self.files == other.files
    }

    /// The same with another tail.
    pub(super) fn with_tail(self, next_record: u64) -> Signature {
        Signature { next_record, ..self }
    }
}

/// How far the log was read.
pub(super) fn end(read: &State) -> Option<(usize, u64)> {
    let segments = &read.log().segments;
    segments.last().map(|last| (segments.len(), last.end))
}

/// The length field behind the last record that was read.
pub(super) fn next_record(read: &State) -> u64 {
    let mut length = [0; 8];
    let Some(last) = read.log().segments.last() else { return 0 };
    match last.file.read_exact_at(&mut length, last.end) {
        Ok(()) => u64::from_le_bytes(length),
        Err(_) => 0,
    }
}
