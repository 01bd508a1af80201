//! Snapshots opened in place: authenticated once, their objects found in one walk, never held whole (format 6).

use std::io;
use std::ops::Range;
use std::sync::Arc;

use thiserror::Error;
use zeroize::Zeroizing;

use super::Kind;
use super::build::{MOST_PER_ORIGIN, Part};
use super::facts::Action;
use super::index::Origin;
use super::keys::Rings;
use super::plain::Plain;
use super::window::Window;
use crate::disk::{RaftIndex, SnapshotFault, SnapshotFile};
use crate::seal::OpenError;

/// Why a snapshot file is no help.
#[derive(Debug, Error)]
pub enum SnapshotError {
    /// The file is damaged.
    #[error(transparent)]
    Disk(#[from] SnapshotFault),
    /// It could not be opened.
    #[error("{0}")]
    Sealed(#[from] OpenError),
}

impl SnapshotError {
    /// True if the file itself is damaged, false if only the key for it is missing.
    pub fn is_damage(&self) -> bool {
        !matches!(self, SnapshotError::Sealed(OpenError::NoKey | OpenError::NotAuthentic))
    }
}

/// A snapshot whose content is at hand.
pub struct Loaded {
    file: SnapshotFile,
    plain: Plain,
    part: Part,
    noted: bool,
    place: u32,
    membership: Vec<Range<u64>>,
    broken: Option<String>,
}

impl Loaded {
    /// Checks, authenticates and walks a snapshot; `place` is its place among the loadable ones, oldest first.
    pub(super) fn open(file: SnapshotFile, place: u32, rings: &Rings) -> Result<Loaded, SnapshotError> {
        file.verify()?;
        let plain = rings.open_stream(Arc::new(file.file.clone()), file.payload.clone())?;
        let plain = Plain::new(plain);
        let mut loaded =
            Loaded { file, plain, part: Part::default(), noted: true, place, membership: Vec::new(), broken: None };
        loaded.walk(place).unwrap_or_else(|error| loaded.broken = Some(error.to_string()));
        Ok(loaded)
    }

    /// What was opened and understood before, to be authenticated when its bytes are asked for.
    pub(super) fn recalled(file: SnapshotFile, place: u32, plain: Plain, membership: Vec<Range<u64>>) -> Loaded {
        Loaded { file, plain, part: Part::default(), noted: false, place, membership, broken: None }
    }

    fn walk(&mut self, place: u32) -> io::Result<()> {
        let (part, membership) = (&mut self.part, &mut self.membership);
        walk(&self.plain, &mut |found| match found {
            Found::Membership(range) => {
                membership.push(range);
                true
            }
            Found::Object(kind, object, start) => {
                part.note(Origin::Snapshot(place), Action::Snapshot, kind, object, start)
            }
        })
    }

    /// Calls `each` for every object, in the order of the snapshot, with its bytes and where they begin, until it
    /// answers false. What ends the walk early is told by [`Loaded::broken`].
    pub fn each_object(&self, each: &mut dyn FnMut(Kind, &[u8], u64) -> bool) {
        let mut look = |found: Found<'_>| match found {
            Found::Membership(_) => true,
            Found::Object(kind, object, start) => each(kind, object, start),
        };
        // It was walked before, and what went wrong then is known.
        let _ = walk(&self.plain, &mut look);
    }

    /// The index up to which it holds the state.
    pub fn index(&self) -> RaftIndex {
        self.file.index
    }

    /// The file.
    pub fn file(&self) -> &SnapshotFile {
        &self.file
    }

    /// True if its content was understood to the end.
    pub fn is_whole(&self) -> bool {
        self.broken.is_none()
    }

    /// What ended the walk before the end.
    pub fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// The `ClusterSnapshot`; empty where there is none.
    pub fn membership(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for range in &self.membership {
            let from = bytes.len();
            bytes.resize(from + (range.end - range.start) as usize, 0);
            self.plain.read_exact_at(&mut bytes[from..], range.start)?;
        }
        Ok(bytes)
    }

    /// Its plaintext.
    pub fn plain(&self) -> &Plain {
        &self.plain
    }

    /// Where the parts of the `ClusterSnapshot` lie.
    pub(super) fn membership_ranges(&self) -> &[Range<u64>] {
        &self.membership
    }

    /// Bytes of its plaintext.
    pub fn read(&self, range: Range<usize>, into: &mut Vec<u8>) -> io::Result<()> {
        into.clear();
        into.resize(range.len(), 0);
        self.plain.read_exact_at(into, range.start as u64)
    }

    pub(super) fn part(&self) -> &Part {
        &self.part
    }

    /// Gives back what only the index needed.
    pub(super) fn forget_part(&mut self) {
        self.part = Part::default();
        self.noted = false;
    }

    /// True where it was noted as the one at this place among the loadable ones.
    pub(super) fn is_at(&self, place: u32) -> bool {
        self.place == place
    }

    /// True where an index can still be built from it.
    pub(super) fn is_noted(&self) -> bool {
        self.noted
    }
}

/// What a walk meets.
enum Found<'a> {
    /// A part of the `ClusterSnapshot`.
    Membership(Range<u64>),
    /// An object, and where it begins.
    Object(Kind, &'a [u8], u64),
}

/// Walks a `Snapshot` (format 6) until `each` answers false, which is an error.
fn walk(plain: &Plain, each: &mut dyn FnMut(Found<'_>) -> bool) -> io::Result<()> {
    let mut window = Window::new(plain);
    let end = plain.len();
    let mut object = Zeroizing::new(Vec::new());
    let mut count = 0;
    while window.at() < end {
        let tag = window.tag()?;
        match (tag.number, tag.wire_type) {
            (2, 2) => {
                let behind = window.end_of_field(end)?;
                each(Found::Membership(window.at()..behind));
                window.skip_to(behind);
            }
            (3, 2) => {
                let store_end = window.end_of_field(end)?;
                while window.at() < store_end {
                    let tag = window.tag()?;
                    let Some(kind) = Kind::of_snapshot_field(tag.number).filter(|_| tag.wire_type == 2) else {
                        window.skip(tag.wire_type, store_end)?;
                        continue;
                    };
                    let behind = window.end_of_field(store_end)?;
                    let start = window.at();
                    window.take(behind, &mut object)?;
                    count += 1;
                    if count > MOST_PER_ORIGIN || !each(Found::Object(kind, &object, start)) {
                        return Err(io::Error::other("more objects than can be told apart"));
                    }
                }
            }
            (_, wire_type) => window.skip(wire_type, end)?,
        }
    }
    Ok(())
}
