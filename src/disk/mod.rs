//! What is on disk: a read-only source of files, the layout of a state directory, the frames and records
//! of the write-ahead log, snapshot files. Bytes in, records with file and offset out; this room knows no
//! protobuf of swarm's and no keys.

mod ahead;
mod bolt;
mod certificate;
mod error;
mod fault;
mod fields;
mod file;
mod folder;
mod frame;
mod layout;
mod log;
mod mark;
mod packed;
mod pinned;
mod record;
mod records;
mod recover;
mod scan;
mod segment;
mod snapshot;
mod source;
#[cfg(test)]
pub(crate) mod testing;
mod usual;
mod window;
mod witness;

use std::fmt;
use std::io;

pub use ahead::Ahead;
pub use bolt::{StoredTask, StoredTasks, stored_tasks};
pub use certificate::{Certificate, Subject};
pub use error::DiskError;
pub use fault::{Fault, FaultKind, Severity};
pub use file::DiskFile;
pub use frame::Framing;
pub(crate) use frame::{length_field, padding_of};
pub use layout::{Folder, Layout};
pub use log::{EntryAt, Grown, Log};
pub use mark::{SegmentMark, Standing};
pub use record::{Body, ConfState, EntryType, HardState, MAX_INDEX, RecordType, SnapshotMark};
pub use records::{Bookmark, Gap, Piece, Record, Records, Trust};
pub use segment::Segment;
pub use snapshot::{BadSnapshot, SnapshotFault, SnapshotFile, SnapshotId, snapshots};
pub use source::{Kind, Listed, Source};
pub use witness::Witness;

/// Positional reads of something that is never written: a file on disk, a file in memory, a range of either.
pub trait ReadAt: Send + Sync {
    /// Length in bytes when it was opened.
    fn len(&self) -> u64;

    /// True where there are no bytes at all.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Fills `buf` from `offset`, or answers `UnexpectedEof`.
    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()>;
}

/// The index of a raft entry: 1 is the first of a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RaftIndex(pub u64);

impl fmt::Display for RaftIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A raft term.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term(pub u64);

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The raft id of a manager; shown in lower-case hex without leading zeros, as the peer prints it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RaftId(pub u64);

impl fmt::Display for RaftId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::LowerHex::fmt(&self.0, f)
    }
}

/// A moment, as seconds and nanoseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Seconds; negative before 1970.
    pub seconds: i64,
    /// Nanoseconds, below 10^9.
    pub nanos: u32,
}

impl From<(i64, u32)> for Moment {
    fn from((seconds, nanos): (i64, u32)) -> Moment {
        Moment { seconds, nanos }
    }
}
