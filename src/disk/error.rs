//! What can go wrong between this program and the files, as opposed to damage inside of them (see `Fault`).

use std::io;

use thiserror::Error;

/// Why something on disk could not be had.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DiskError {
    /// The folder holds no swarm state.
    #[error("{place} is not a swarm state directory: {hint}")]
    NotAStateDirectory {
        /// The folder that was looked at.
        place: String,
        /// What was missed there, and what to give instead.
        hint: String,
    },
    /// The system refused.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried: `open`, `read`, `list`.
        action: &'static str,
        /// On what.
        path: String,
        /// The system's answer.
        source: io::Error,
    },
    /// Something else stands where a regular file belongs; it was not opened.
    #[error("{path} is {found}, not a regular file; it was not opened")]
    NotAFile {
        /// Where it is.
        path: String,
        /// What it is.
        found: &'static str,
    },
    /// A file is longer than what it can be meant to hold.
    #[error("{path} has {len} bytes, more than the {limit} that such a file may have; it was not read")]
    TooLarge {
        /// Where it is.
        path: String,
        /// Its length.
        len: u64,
        /// What is read at most.
        limit: u64,
    },
    /// A folder has more entries than any daemon makes.
    #[error("{path} has more than {limit} entries; this is no folder of a swarm")]
    TooMany {
        /// Where it is.
        path: String,
        /// What is listed at most.
        limit: usize,
    },
    /// A path that leaves the state directory, or that no file can have.
    #[error("{path:?} is not a path inside of the state directory")]
    BadPath {
        /// The path.
        path: String,
    },
    /// A packed directory cannot be unpacked.
    #[error("the packed directory cannot be read: {0}")]
    Packed(String),
    /// The Bolt file contradicts itself.
    #[error("{path}: page {page}: {what}; its other pages may still be good")]
    Bolt {
        /// The file.
        path: String,
        /// The page at which it was noticed.
        page: u64,
        /// What is wrong there.
        what: &'static str,
    },
}

impl DiskError {
    pub(super) fn io(action: &'static str, path: impl Into<String>, source: io::Error) -> DiskError {
        DiskError::Io { action, path: path.into(), source }
    }

    /// True where the file or folder simply is not there.
    pub fn is_missing(&self) -> bool {
        matches!(self, DiskError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}
