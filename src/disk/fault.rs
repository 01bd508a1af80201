//! Damage that was found, and what is odd: each its own finding, with the place and both values.

use std::fmt;
use std::sync::Arc;

/// Something that is not as a daemon leaves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, as its path within the state directory.
    pub file: Arc<str>,
    /// Where in it.
    pub offset: u64,
    /// What is wrong.
    pub what: FaultKind,
}

/// How much a fault matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; nothing is lost by it.
    Note,
    /// What an unfinished write leaves behind: nothing is lost that was ever acknowledged, most likely.
    Warning,
    /// Something is lost, or cannot be trusted.
    Damage,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The data do not have their checksum.
    Checksum {
        /// What the data and the checksum before them give.
        expected: u32,
        /// What the record says.
        stored: u32,
        /// A sector of it is all zero, in the last segment: a write that was cut off.
        torn: bool,
    },
    /// Only the checksum is damaged: the data are right, by the record that follows.
    StoredChecksum {
        /// What it must have been.
        expected: u32,
        /// What the record says.
        stored: u32,
    },
    /// A segment does not go on where the one before it ended.
    ChainBroken {
        /// The checksum at the end of the segment before.
        expected: u32,
        /// What the segment starts with.
        stored: u32,
    },
    /// Only the length field is damaged: the record is right by its checksum.
    LengthField {
        /// What it must have been.
        expected: u64,
        /// What the file says.
        stored: u64,
    },
    /// A record that is longer than the file.
    BeyondEnd {
        /// What its length field says.
        len: u64,
        /// How many bytes there are.
        left: u64,
    },
    /// A record whose fields do not parse.
    Unparsable {
        /// A sector of it is all zero, in the last segment: a write that was cut off.
        torn: bool,
    },
    /// A record that has its checksum but makes no sense.
    Senseless(&'static str),
    /// A record behind damage; the checksum before it is lost, so its own cannot be checked.
    Unverified,
    /// The same of a record between two damaged stretches: it was found by its payload, which authenticates.
    Authenticated,
    /// Bytes between records that are none.
    Lost {
        /// How many.
        bytes: u64,
    },
    /// Zeros that are followed by records; a daemon would take them for the end, and wipe what follows.
    Zeros {
        /// How many bytes to the next record.
        bytes: u64,
    },
    /// The log ends, but bytes that are not zero follow and are no records.
    GarbageBehindEnd {
        /// Where the first of them is.
        first: u64,
    },
    /// The file ends inside a length field.
    ShortEnd {
        /// How many bytes are left.
        left: u64,
    },
    /// The file became shorter, or vanished, while it was read.
    CutWhileRead,
    /// The medium did not give these bytes.
    BadMedium {
        /// How many.
        bytes: u64,
    },
    /// Too much of the file is made up to look like records; the search was ended.
    GaveUp {
        /// How many bytes were not looked at.
        left: u64,
    },
    /// Segments are missing before this one.
    MissingSegments {
        /// The first that is missing.
        first: u64,
        /// The last that is missing.
        last: u64,
    },
    /// A segment without any record, and nothing else in it.
    Empty,
    /// Two segments with the same number.
    DuplicateSegment {
        /// The number.
        sequence: u64,
    },
    /// A segment whose name is not `<seq>-<index>.wal`; it was not read.
    SegmentName,
    /// A segment that could not be opened.
    Unopened(String),
    /// Another manager's name, or other bytes, in the metadata of this segment.
    MetadataDiffers,
    /// An entry behind damage contradicts others, without a later term that explains it; it was set aside.
    SetAside {
        /// Its index.
        index: u64,
    },
    /// Preallocated space or a half-made segment, left by a daemon that did not stop by itself.
    Temporary,
    /// A copy that a daemon made before it repaired the log or gave up a snapshot.
    Broken,
    /// A file that has no business here.
    Foreign,
    /// More faults than are listed.
    More {
        /// How many.
        count: u64,
    },
}

impl FaultKind {
    /// True for what the names of the files tell, before any of them is read.
    pub(super) fn is_of_listing(&self) -> bool {
        use FaultKind::*;
        matches!(
            self,
            MissingSegments { .. } | DuplicateSegment { .. } | SegmentName | Unopened(_) | Temporary | Broken | Foreign
        )
    }

    /// How much it matters.
    pub fn severity(&self) -> Severity {
        match self {
            FaultKind::Temporary | FaultKind::Broken | FaultKind::Foreign => Severity::Note,
            FaultKind::Checksum { torn: true, .. }
            | FaultKind::Unparsable { torn: true }
            | FaultKind::Authenticated
            | FaultKind::ShortEnd { .. }
            | FaultKind::BeyondEnd { .. } => Severity::Warning,
            _ => Severity::Damage,
        }
    }

    /// A short name for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            FaultKind::Checksum { torn: true, .. } | FaultKind::Unparsable { torn: true } => "wal-torn",
            FaultKind::Checksum { .. } => "wal-checksum",
            FaultKind::StoredChecksum { .. } => "wal-stored-checksum",
            FaultKind::ChainBroken { .. } => "wal-chain",
            FaultKind::LengthField { stored: 0, .. } => "wal-zero-length",
            FaultKind::LengthField { .. } => "wal-length-field",
            FaultKind::BeyondEnd { .. } => "wal-beyond-end",
            FaultKind::Unparsable { .. } => "wal-unparsable",
            FaultKind::Senseless(_) => "wal-senseless",
            FaultKind::Unverified => "wal-unverified",
            FaultKind::Authenticated => "wal-authenticated",
            FaultKind::Lost { .. } => "wal-lost",
            FaultKind::Zeros { .. } => "wal-zeros",
            FaultKind::GarbageBehindEnd { .. } => "wal-garbage",
            FaultKind::ShortEnd { .. } => "wal-short-end",
            FaultKind::CutWhileRead => "cut-while-read",
            FaultKind::BadMedium { .. } => "bad-medium",
            FaultKind::GaveUp { .. } => "wal-gave-up",
            FaultKind::MissingSegments { .. } => "wal-missing-segments",
            FaultKind::Empty => "wal-empty",
            FaultKind::DuplicateSegment { .. } => "wal-duplicate-segment",
            FaultKind::SegmentName => "wal-segment-name",
            FaultKind::Unopened(_) => "unopened",
            FaultKind::MetadataDiffers => "wal-metadata",
            FaultKind::SetAside { .. } => "wal-set-aside",
            FaultKind::Temporary => "temporary",
            FaultKind::Broken => "broken-copy",
            FaultKind::Foreign => "foreign-file",
            FaultKind::More { .. } => "more",
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultKind::Checksum { expected, stored, torn } => {
                write!(f, "checksum mismatch: expected {expected:08x}, stored {stored:08x}; ")?;
                f.write_str(if *torn {
                    "the write was cut off"
                } else {
                    "the record is damaged and must not be believed"
                })
            }
            FaultKind::StoredChecksum { expected, stored } => write!(
                f,
                "only the stored checksum is damaged (expected {expected:08x}, stored {stored:08x}); the data are right"
            ),
            FaultKind::ChainBroken { expected, stored } => write!(
                f,
                "the segment before ends with checksum {expected:08x}, this one starts with {stored:08x}: \
                 they do not belong together, or the end of the former is damaged"
            ),
            FaultKind::LengthField { expected, stored: 0 } => write!(
                f,
                "a length field is zero (expected {expected:016x}), the record behind it is right; a daemon would take \
                 this for the end of the log and overwrite the rest: copy the directory before starting one"
            ),
            FaultKind::LengthField { expected, stored } => write!(
                f,
                "only the length field is damaged (expected {expected:016x}, stored {stored:016x}); the record is right"
            ),
            FaultKind::BeyondEnd { len, left } => write!(
                f,
                "a record of {len} bytes, of which the file has {left}: the write or the file was cut off, \
                 or the length is damaged"
            ),
            FaultKind::Unparsable { torn: true } => f.write_str("a record that was written in part"),
            FaultKind::Unparsable { torn: false } => f.write_str("a record that does not parse"),
            FaultKind::Senseless(why) => write!(f, "a record with the right checksum, but {why}"),
            FaultKind::Unverified => {
                f.write_str("recovered behind damage; the checksum before it is lost, so this one cannot be checked")
            }
            FaultKind::Authenticated => f.write_str(
                "recovered between damaged stretches by its payload, which authenticates; \
                 index, term and type are as they stand there, and no checksum vouches for them",
            ),
            FaultKind::Lost { bytes } => write!(f, "{bytes} bytes in which no record can be found"),
            FaultKind::Zeros { bytes } => write!(
                f,
                "{bytes} bytes, zero at their start, with records behind them; a daemon would take this for the end \
                 of the log and overwrite the rest: copy the directory before starting one"
            ),
            FaultKind::GarbageBehindEnd { first } => write!(
                f,
                "the log ends here, but there are bytes from {first} on that are no records; \
                 a daemon would overwrite them"
            ),
            FaultKind::ShortEnd { left } => write!(f, "the file ends inside a length field, {left} bytes into it"),
            FaultKind::CutWhileRead => f.write_str("the file became shorter while it was read"),
            FaultKind::BadMedium { bytes } => {
                write!(f, "{bytes} bytes of this file could not be read; copy the medium before it gets worse")
            }
            FaultKind::GaveUp { left } => write!(
                f,
                "the search for records was given up with {left} bytes left: too much here only looks like records"
            ),
            FaultKind::MissingSegments { first, last } if first == last => {
                write!(f, "segment {first:016x} before this one is missing")
            }
            FaultKind::MissingSegments { first, last } => {
                write!(f, "segments {first:016x} to {last:016x} before this one are missing")
            }
            FaultKind::Empty => f.write_str(
                "nothing is in it; a daemon gives a segment its name when its head is written, so what was in it is lost",
            ),
            FaultKind::DuplicateSegment { sequence } => write!(f, "there is another segment {sequence:016x}"),
            FaultKind::SegmentName => f.write_str("not the name of a segment (<seq>-<index>.wal); it was not read"),
            FaultKind::Unopened(why) => write!(f, "could not be opened: {why}"),
            FaultKind::MetadataDiffers => {
                f.write_str("names another manager than the segments before; is this file from another directory?")
            }
            FaultKind::SetAside { index } => write!(
                f,
                "entry {index}, behind damage, contradicts others and no later term explains it; see superseded"
            ),
            FaultKind::Temporary => f.write_str("left by a daemon that did not stop by itself; it is not read"),
            FaultKind::Broken => {
                f.write_str("a copy made before a repair; it is not read, but may hold what was cut off")
            }
            FaultKind::Foreign => f.write_str("no file that a daemon puts here; it is not read"),
            FaultKind::More { count } => write!(f, "and {count} more faults in this file"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The name comes from the disk, and a finding is one line.
        write!(f, "{} at {}: {}", self.file.escape_debug(), self.offset, self.what)
    }
}
