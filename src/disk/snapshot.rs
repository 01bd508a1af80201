//! Snapshot files (format 6): their heads by positional reads, since one may be 100 MB; nothing of the payload is
//! touched before it is asked for.

use std::io;
use std::ops::Range;

use thiserror::Error;

use super::error::DiskError;
use super::fields::Fields;
use super::layout::Folder;
use super::record::{ConfState, MAX_INDEX, conf_state};
use super::segment::hex_pair;
use super::source::{Kind, Listed, Source};
use super::window::Window;
use super::{DiskFile, RaftIndex, ReadAt, Term};

/// A list of members is a few dozen bytes; its head is read before any checksum.
const MAX_METADATA: u64 = 1 << 20;

/// A snapshot file that can be read as far as its head.
#[derive(Clone, Debug)]
pub struct SnapshotFile {
    /// Its name in the folder.
    pub name: String,
    /// The term of the last entry that it covers.
    pub term: Term,
    /// The index of that entry.
    pub index: RaftIndex,
    /// The members at that time.
    pub conf_state: ConfState,
    /// Where the payload (`raftpb.Snapshot.data`) lies in the file.
    pub payload: Range<u64>,
    /// The checksum that it carries.
    pub crc: u32,
    /// Whether its name says the same term and index.
    pub name_fits: bool,
    /// The file.
    pub file: DiskFile,
    /// What the checksum covers.
    covered: Range<u64>,
}

/// What a snapshot file is known again by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotId {
    /// Its name in the folder.
    pub name: String,
    /// Device and inode, where it is on disk.
    pub identity: Option<(u64, u64)>,
    /// Its length.
    pub len: u64,
    /// When it was written last.
    pub modified: (i64, u32),
    /// The checksum that it carries.
    pub crc: u32,
}

/// A file among the snapshots that is none, or a bad one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}: {why}", .name.escape_debug())]
pub struct BadSnapshot {
    /// Its name in the folder.
    pub name: String,
    /// What is wrong with it.
    pub why: SnapshotFault,
}

impl BadSnapshot {
    /// Term and index as its name tells them.
    pub fn term_and_index(&self) -> Option<(Term, RaftIndex)> {
        let stem = self.name.strip_suffix(".broken").unwrap_or(&self.name).strip_suffix(".snap")?;
        let (term, index) = hex_pair(stem).filter(|(_, index)| *index <= MAX_INDEX)?;
        Some((Term(term), RaftIndex(index)))
    }
}

/// Why a snapshot cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SnapshotFault {
    /// A daemon made room for it, and did no more.
    #[error("the file is empty: its writing was cut off")]
    Empty,
    /// The outer or the inner message does not parse.
    #[error("does not parse at {offset}: it is damaged, or its writing was cut off")]
    Unparsable {
        /// Where.
        offset: u64,
    },
    /// Something that every snapshot has is not there.
    #[error("has no {0}")]
    Lacks(&'static str),
    /// The data do not have their checksum.
    #[error("checksum mismatch: expected {expected:08x}, stored {stored:08x}; a daemon takes the one before it")]
    Checksum {
        /// What the data give.
        expected: u32,
        /// What the file says.
        stored: u32,
    },
    /// It could not be opened or read.
    #[error("{0}")]
    Unreadable(String),
    /// The medium does not give some of it.
    #[error("{bytes} bytes of this file could not be read; copy the medium before it gets worse")]
    BadMedium {
        /// How many bytes.
        bytes: u64,
    },
    /// A daemon gave up on it and renamed it.
    #[error("set aside by a daemon that could not read it")]
    SetAside,
    /// No name of a snapshot.
    #[error("no file that a daemon puts here")]
    Foreign,
}

/// The snapshots of a folder, newest first, the bad ones among them.
pub fn snapshots(source: &Source, folder: &Folder) -> Result<Vec<Result<SnapshotFile, BadSnapshot>>, DiskError> {
    let names = source.list(&folder.path)?;
    // Descending by bytes: the highest term, and in it the highest index, comes first (format 6).
    Ok(names.iter().rev().map(|listed| snapshot(source, folder, listed)).collect())
}

fn snapshot(source: &Source, folder: &Folder, listed: &Listed) -> Result<SnapshotFile, BadSnapshot> {
    let name = String::from_utf8_lossy(&listed.name).into_owned();
    let read = match name.strip_suffix(".snap") {
        Some(_) if listed.kind == Kind::Folder => Err(SnapshotFault::Foreign),
        Some(stem) => match source.open(&format!("{}/{name}", folder.path)) {
            Ok(file) => head(file, &name, hex_pair(stem)),
            Err(why) => Err(SnapshotFault::Unreadable(why.to_string())),
        },
        None if name.contains(".broken") => Err(SnapshotFault::SetAside),
        None => Err(SnapshotFault::Foreign),
    };
    read.map_err(|why| BadSnapshot { name, why })
}

fn head(file: DiskFile, name: &str, named: Option<(u64, u64)>) -> Result<SnapshotFile, SnapshotFault> {
    if file.is_empty() {
        return Err(SnapshotFault::Empty);
    }
    let mut window = Window::new(file.clone());
    parse(&mut window, file, name, named).map_err(|why| blame(&window, why))
}

/// What cannot be read is zero in the window, and looks like damage of some sort.
fn blame(window: &Window, why: SnapshotFault) -> SnapshotFault {
    match window.unreadable() {
        0 => why,
        bytes => SnapshotFault::BadMedium { bytes },
    }
}

fn parse(
    window: &mut Window,
    file: DiskFile,
    name: &str,
    named: Option<(u64, u64)>,
) -> Result<SnapshotFile, SnapshotFault> {
    let end = window.end();
    let (mut crc, mut covered) = (0, None);
    walk(window, 0..end, |number, number_value, bytes| match (number, bytes) {
        (1, None) => crc = number_value as u32,
        (2, Some(range)) => covered = Some(range),
        _ => {}
    })?;
    let covered = covered.filter(|range| !range.is_empty()).ok_or(SnapshotFault::Lacks("data"))?;
    // A daemon takes a checksum of 0 for none.
    if crc == 0 {
        return Err(SnapshotFault::Lacks("checksum"));
    }
    let (mut payload, mut metadata) = (None, None);
    walk(window, covered.clone(), |number, _, bytes| match number {
        1 => payload = bytes.or(payload.take()),
        2 => metadata = bytes.or(metadata.take()),
        _ => {}
    })?;
    let metadata = metadata.ok_or(SnapshotFault::Lacks("metadata"))?;
    if metadata.end - metadata.start > MAX_METADATA {
        return Err(SnapshotFault::Unparsable { offset: metadata.start });
    }
    let (mut index, mut term, mut members) = (0, 0, None);
    walk(window, metadata.clone(), |number, value, bytes| match number {
        1 => members = bytes,
        2 => index = value,
        3 => term = value,
        _ => {}
    })?;
    // No raft counts so far, and an index beyond would be shown as another one.
    if index > MAX_INDEX {
        return Err(SnapshotFault::Unparsable { offset: metadata.start });
    }
    let conf_state = members.map(|range| conf_state(window, range)).transpose();
    Ok(SnapshotFile {
        name: name.to_owned(),
        term: Term(term),
        index: RaftIndex(index),
        conf_state: conf_state.map_err(|e| failed(&e, metadata.start))?.unwrap_or_default(),
        payload: payload.unwrap_or(covered.start..covered.start),
        crc,
        name_fits: named == Some((term, index)),
        file,
        covered,
    })
}

fn walk(
    window: &mut Window,
    range: Range<u64>,
    mut each: impl FnMut(u64, u64, Option<Range<u64>>),
) -> Result<(), SnapshotFault> {
    let mut fields = Fields::new(window, range);
    loop {
        match fields.next() {
            Ok(Some((number, value))) => each(number, value.number().unwrap_or(0), value.bytes()),
            Ok(None) => return Ok(()),
            Err(e) => return Err(failed(&e, fields.position())),
        }
    }
}

fn failed(error: &io::Error, offset: u64) -> SnapshotFault {
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => SnapshotFault::Unparsable { offset },
        _ => SnapshotFault::Unreadable(error.to_string()),
    }
}

impl SnapshotFile {
    /// What it is known again by.
    pub fn id(&self) -> SnapshotId {
        let (identity, len, modified) = (self.file.identity(), self.file.len(), self.file.modified());
        SnapshotId { name: self.name.clone(), identity, len, modified, crc: self.crc }
    }

    /// When the file was written.
    pub fn modified(&self) -> (i64, u32) {
        self.file.modified()
    }

    /// Compares the data with the checksum; reads the whole file once, a piece at a time.
    pub fn verify(&self) -> Result<(), SnapshotFault> {
        let mut window = Window::new(self.file.clone());
        let crc = window.crc(self.covered.start, self.covered.end - self.covered.start, 0);
        let expected = crc.map_err(|e| failed(&e, self.covered.start))?;
        if expected != self.crc {
            return Err(blame(&window, SnapshotFault::Checksum { expected, stored: self.crc }));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
