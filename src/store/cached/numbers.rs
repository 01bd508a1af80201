//! Numbers that somebody found with an index, and wants again with it: sizes, say. What they mean is not known here.
//! They lie in a file of their own, which is written when there are more, and the index stays as it is.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use super::super::State;
use super::super::doubt::Doubt;
use super::super::index::Trouble;
use super::bytes::{Input, put};
use super::chunks::{Part, Writer};
use super::facts::Facts;
use super::lists::{self, Bounds, Shelf};
use super::{Opened, unlike};
use crate::chunked::Chunked;

/// Behind this stand the lists.
const LISTS: u8 = 64;

/// Most lists.
const MOST: usize = 64;

/// Lists of numbers, each under a number of its own; and of how many entries and versions they are.
#[derive(Debug, Default)]
pub struct Numbers {
    of: Of,
    lists: BTreeMap<u8, Chunked<u64>>,
}

/// What the lists go along with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Of {
    entries: u32,
    superseded: u32,
    versions: u32,
}

impl Of {
    fn state(state: &State) -> Option<Of> {
        let count = |len: usize| u32::try_from(len).ok();
        let log = state.log();
        let (entries, superseded) = (count(log.entries.len())?, count(log.superseded.len())?);
        Some(Of { entries, superseded, versions: state.index().versions() })
    }
}

impl Numbers {
    /// None yet, of the entries and versions that there are.
    pub fn of(state: &State) -> Numbers {
        let of = Of::state(state).unwrap_or_default();
        Numbers { of, ..Numbers::default() }
    }

    /// Adds a list.
    pub fn add(&mut self, name: u8, list: Chunked<u64>) {
        if self.lists.len() < MOST {
            self.lists.insert(name, list);
        }
    }

    /// A list. There may be entries and versions that came since.
    pub fn list(&self, name: u8) -> Option<&Chunked<u64>> {
        self.lists.get(&name)
    }

    /// True if nothing came since.
    pub fn are_of(&self, state: &State) -> bool {
        Of::state(state) == Some(self.of)
    }

    pub(super) fn write<W: Write>(&self, state: &State, writer: &mut Writer<'_, W>) -> io::Result<()> {
        // What hangs on more than the log is told otherwise the next time: why an entry is sealed, or cannot be read.
        let passing = |(_, trouble): &(u32, Trouble)| !matches!(trouble, Trouble::Unusable(_));
        let whole = !state.index().troubles().iter().any(passing) && Facts::of(state).is_some();
        if !self.are_of(state) || !whole {
            return Err(unlike("what was found"));
        }
        writer.chunk(Part::Facts as u8, 0, 64 + 16 * MOST, |out| {
            let Of { entries, superseded, versions } = self.of;
            [entries, superseded, versions].into_iter().for_each(|count| put(out, count.into()));
            put(out, self.lists.len() as u64);
            for (name, list) in &self.lists {
                out.push(*name);
                put(out, list.len() as u64);
            }
            true
        })?;
        for (name, list) in &self.lists {
            list.chunks().try_for_each(|chunk| lists::write_chunk(LISTS.saturating_add(*name), chunk, writer))?;
        }
        // A chunk that was opened only to be written on may not have held.
        if state.in_doubt() { Err(unlike("what was remembered")) } else { Ok(()) }
    }

    /// Those in a cache file, if they go along with what a recalled state holds.
    pub(super) fn read(state: &State, opened: Opened, doubt: &Doubt) -> Option<Numbers> {
        let now = Of::state(state)?;
        let shelf = Arc::new(Shelf { chunks: opened.chunks, bounds: Bounds::default(), doubt: doubt.clone() });
        let plain = shelf.chunks.plain(Part::Facts as u8, 0)?;
        let mut input = Input(&plain);
        let of = Of { entries: input.u32()?, superseded: input.u32()?, versions: input.u32()? };
        // An entry that took the place of another one would have left that one superseded.
        let stands = of.superseded == now.superseded && of.entries <= now.entries && of.versions <= now.versions;
        // A snapshot that was ahead of the log was merged behind entries that have come since.
        let next = state.log().entries.get(of.entries as usize).map_or(u64::MAX, |entry| entry.index.0);
        let ahead = state.content().snapshots.iter().any(|snapshot| snapshot.index().0 >= next);
        (stands && !ahead).then_some(())?;
        let lists = input.list(|input| {
            let (name, len) = (input.byte()?, input.usize()?);
            Some((name, shelf.list(LISTS.saturating_add(name), len)?))
        })?;
        input.0.is_empty().then(|| Numbers { of, lists: lists.into_iter().collect() })
    }
}
