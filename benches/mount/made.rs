//! State directories to measure with.

use std::path::{Path, PathBuf};

use anyhow::Context;
use tempfile::TempDir;

use crate::kit::workload::Workload;
use crate::kit::writer::{Options, StateWriter};

/// A state directory; a made one goes with this.
pub(crate) struct Made {
    pub(crate) path: PathBuf,
    /// What it is, for headings.
    pub(crate) what: String,
    _folder: Option<TempDir>,
}

/// The directory that was given, or one with a log of so many entries.
pub(crate) fn given_or_made(given: Option<&Path>, entries: u64) -> anyhow::Result<Made> {
    match given {
        Some(path) => {
            let what = format!("{} ({} of log)", path.display(), megabytes(log_bytes(path)));
            Ok(Made { path: path.to_owned(), what, _folder: None })
        }
        None => busy(entries),
    }
}

/// The log of a busy cluster.
pub(crate) fn busy(entries: u64) -> anyhow::Result<Made> {
    let mut made = write(|writer| Workload::new(1, None, 0).run(writer, entries))?;
    made.what = format!("{entries} entries ({} of log)", megabytes(log_bytes(&made.path)));
    Ok(made)
}

/// A directory below `target`, with what `log` writes.
pub(crate) fn write(log: impl FnOnce(&mut StateWriter) -> std::io::Result<()>) -> anyhow::Result<Made> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).context("cannot make a folder in target/tmp")?;
    let path = folder.path().join("swarm");
    let mut writer = StateWriter::create(&path, Options::default())?;
    log(&mut writer)?;
    writer.finish()?;
    Ok(Made { path, what: String::new(), _folder: Some(folder) })
}

/// Bytes on disk below the raft folder; the preallocated tail of a segment is a hole.
pub(crate) fn log_bytes(state: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let rows = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = rows(&state.join("raft")).flat_map(|folder| rows(&folder.path()).collect::<Vec<_>>());
    files.filter_map(|file| file.metadata().ok()).map(|about| (about.blocks() * 512).min(about.len())).sum()
}

/// Bytes in words.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}
