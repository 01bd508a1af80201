//! The chunks of a cache file. Each is sealed by itself, so that it can be opened when somebody asks for what it holds.
//!
//! A chunk is bound to its file (head and cover), its part and its place in it: none can be moved, or taken from
//! another file. What chunks there are is told by a table at the end, which is sealed, too.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

use zeroize::Zeroizing;

use super::super::keys::Rings;
use super::bytes::{Input, put};
use crate::seal::{CacheKey, SEALED_OVERHEAD};

/// No cache is larger: that of 20 million entries.
pub(super) const MAX_FILE: u64 = 1 << 30;

/// No table is longer; what is written of a chunk takes ten bytes and less.
const MAX_TABLE: u32 = 16 << 20;

/// The parts of a cache: a list each, but for the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Part {
    /// What there is a handful of: counts, hard state, marks, snapshots.
    Facts,
    Entries,
    Superseded,
    Versions,
    Objects,
    Histories,
    /// The time of each entry.
    Times,
    /// All ids and names.
    Texts,
    /// The objects, kind by kind, in the order in which they came.
    Came,
    /// The same in the order of their ids: to sort them again would take long.
    Sorted,
    ConfChanges,
    Troubles,
    Refused,
    Known,
}

/// The table is no part.
const TABLE: u8 = u8::MAX;

fn associated(context: &[u8; 32], part: u8, number: u64) -> [u8; 41] {
    let mut bytes = [0; 41];
    let (first, rest) = bytes.split_at_mut(32);
    first.copy_from_slice(context);
    rest[0] = part;
    rest[1..].copy_from_slice(&number.to_le_bytes());
    bytes
}

/// What is told of a chunk in the table.
struct Row {
    len: u32,
    /// What stands in for its elements begins with this.
    first: u64,
}

/// Writes chunks one after the other.
pub(super) struct Writer<'a, W> {
    out: W,
    key: &'a CacheKey,
    context: [u8; 32],
    table: Vec<(u8, Vec<Row>)>,
    written: u64,
    chunk: Zeroizing<Vec<u8>>,
}

impl<'a, W: Write> Writer<'a, W> {
    pub(super) fn new(out: W, key: &'a CacheKey, context: [u8; 32]) -> Writer<'a, W> {
        Writer { out, key, context, table: Vec::new(), written: 0, chunk: Zeroizing::default() }
    }

    /// Writes the next chunk of a part; all chunks of one follow on each other. `fill` takes at most `room` bytes, so
    /// that no plaintext is left behind by a growing buffer, and answers false for what cannot be told.
    pub(super) fn chunk(
        &mut self,
        part: u8,
        first: u64,
        room: usize,
        fill: impl FnOnce(&mut Vec<u8>) -> bool,
    ) -> io::Result<()> {
        self.chunk.clear();
        self.chunk.reserve(room + SEALED_OVERHEAD);
        if !fill(&mut self.chunk) {
            return Err(super::unlike("what is known"));
        }
        if self.table.last().is_none_or(|(last, _)| *last != part) {
            self.table.push((part, Vec::new()));
        }
        let number = self.table.last().map_or(0, |(_, rows)| rows.len());
        let len = self.seal(part, number as u64)?;
        if let Some((_, rows)) = self.table.last_mut() {
            rows.push(Row { len, first });
        }
        Ok(())
    }

    fn seal(&mut self, part: u8, number: u64) -> io::Result<u32> {
        let sealed =
            self.written < MAX_FILE / 2 && self.key.seal(&associated(&self.context, part, number), &mut self.chunk);
        let len = u32::try_from(self.chunk.len()).ok().filter(|_| sealed);
        let len = len.ok_or_else(|| io::Error::other("it cannot be sealed"))?;
        self.out.write_all(&self.chunk)?;
        self.written += u64::from(len);
        Ok(len)
    }

    /// Writes the table.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.chunk.clear();
        put(&mut self.chunk, self.table.len() as u64);
        for (part, rows) in &self.table {
            self.chunk.push(*part);
            put(&mut self.chunk, rows.len() as u64);
            for row in rows {
                put(&mut self.chunk, u64::from(row.len));
                put(&mut self.chunk, row.first);
            }
        }
        let len = self.seal(TABLE, 0)?;
        self.out.write_all(&len.to_le_bytes())
    }
}

/// A chunk in the file.
#[derive(Clone, Copy)]
pub(super) struct At {
    at: u64,
    len: u32,
    /// What stands in for its elements begins with this.
    pub(super) first: u64,
}

/// The chunks of a file, still sealed.
pub(super) struct Chunks {
    file: File,
    /// The key is made anew for each chunk, so that it is not in memory all the time.
    rings: Rings,
    salt: [u8; 32],
    context: [u8; 32],
    parts: Vec<(u8, Vec<At>)>,
}

impl Chunks {
    /// Finds the chunks from `at` to the end of the file.
    pub(super) fn find(file: File, at: u64, rings: Rings, salt: [u8; 32], context: [u8; 32]) -> Option<Chunks> {
        let end = file.metadata().ok()?.len().checked_sub(4).filter(|end| *end <= MAX_FILE)?;
        let mut len = [0; 4];
        file.read_exact_at(&mut len, end).ok()?;
        let len = Some(u32::from_le_bytes(len)).filter(|len| *len <= MAX_TABLE)?;
        let table = At { at: end.checked_sub(len.into())?, len, first: 0 };
        let mut chunks = Chunks { file, rings, salt, context, parts: Vec::new() };
        (at <= table.at).then_some(())?;
        let plain = chunks.open(TABLE, 0, table)?;
        let mut input = Input(&plain);
        let mut next = at;
        chunks.parts = input.list(|input| {
            let part = input.byte()?;
            let row = |input: &mut Input<'_>| {
                let (at, len, first) = (next, input.u32()?, input.number()?);
                next = next.checked_add(len.into())?;
                Some(At { at, len, first })
            };
            Some((part, input.list(row)?))
        })?;
        (input.0.is_empty() && next == table.at).then_some(chunks)
    }

    /// The chunks of a part.
    pub(super) fn of(&self, part: u8) -> &[At] {
        self.parts.iter().find(|(own, _)| *own == part).map_or(&[], |(_, chunks)| chunks)
    }

    /// Opens a chunk.
    pub(super) fn plain(&self, part: u8, number: usize) -> Option<Zeroizing<Vec<u8>>> {
        self.open(part, number as u64, *self.of(part).get(number)?)
    }

    fn open(&self, part: u8, number: u64, at: At) -> Option<Zeroizing<Vec<u8>>> {
        let mut bytes = Zeroizing::new(vec![0; at.len as usize]);
        self.file.read_exact_at(&mut bytes, at.at).ok()?;
        let key = self.rings.cache_key(&self.salt)?;
        key.open(&associated(&self.context, part, number), &mut bytes).then_some(bytes)
    }
}
