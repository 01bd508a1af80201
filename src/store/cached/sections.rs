//! The sections of a cache file: each a row of sealed chunks, so that neither side ever holds one whole.
//!
//! A chunk is bound to its file (head and cover), its section, its place in the file and whether it is the last of
//! its section: none can be cut off, left out, moved, or taken from another file.

use std::fs::File;
use std::io::{self, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use zeroize::Zeroizing;

use super::bytes::Input;
use crate::seal::{CacheKey, SEALED_OVERHEAD};

/// A chunk is sealed when it has grown to this size.
const CHUNK: usize = 256 << 10;

/// Greatest record of a section: the log's metadata, and what is known of one snapshot.
pub(super) const MAX_RECORD: usize = 256 << 10;

/// Length of a chunk, its section, and whether it is the last of it.
const CHUNK_HEAD: usize = 6;

/// No cache is larger: that of 20 million entries.
pub(super) const MAX_FILE: u64 = 1 << 30;

/// What a file of that size has room for, were all chunks full, and the last ones of the sections.
const MAX_CHUNKS: usize = MAX_FILE as usize / CHUNK + 64;

/// The parts of a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Section {
    /// What there is a handful of: counts, hard state, marks, snapshots.
    Facts = 1,
    /// Entries and superseded entries.
    Log,
    /// Versions, and with them the objects.
    Versions,
    /// All ids and names.
    Texts,
    /// For each kind its objects in the order of their ids.
    Order,
    /// Places of configuration changes, entries that say nothing, refused actions.
    Places,
}

fn associated(context: &[u8; 32], place: usize, section: u8, last: bool) -> [u8; 42] {
    let mut bytes = [0; 42];
    let (first, rest) = bytes.split_at_mut(32);
    first.copy_from_slice(context);
    rest[..8].copy_from_slice(&(place as u64).to_le_bytes());
    (rest[8], rest[9]) = (section, u8::from(last));
    bytes
}

/// Writes sections one after the other.
pub(super) struct Writer<'a, W> {
    out: W,
    key: &'a CacheKey,
    context: [u8; 32],
    place: usize,
    written: u64,
    chunk: Zeroizing<Vec<u8>>,
}

impl<'a, W: Write> Writer<'a, W> {
    pub(super) fn new(out: W, key: &'a CacheKey, context: [u8; 32]) -> Writer<'a, W> {
        // Never grown: that would leave plaintext behind.
        let chunk = Zeroizing::new(Vec::with_capacity(CHUNK + MAX_RECORD + SEALED_OVERHEAD));
        Writer { out, key, context, place: 0, written: 0, chunk }
    }

    /// Where the next record of a section goes.
    pub(super) fn record(&mut self, section: Section) -> io::Result<&mut Vec<u8>> {
        if self.chunk.len() >= CHUNK {
            self.flush(section, false)?;
        }
        Ok(&mut self.chunk)
    }

    /// Ends a section.
    pub(super) fn end(&mut self, section: Section) -> io::Result<()> {
        self.flush(section, true)
    }

    fn flush(&mut self, section: Section, last: bool) -> io::Result<()> {
        let too_large = self.chunk.len() > CHUNK + MAX_RECORD || self.written > MAX_FILE / 2;
        if too_large || !self.key.seal(&associated(&self.context, self.place, section as u8, last), &mut self.chunk) {
            return Err(io::Error::other("it cannot be kept"));
        }
        let len = u32::try_from(self.chunk.len()).map_err(io::Error::other)?;
        self.out.write_all(&len.to_le_bytes())?;
        self.out.write_all(&[section as u8, u8::from(last)])?;
        self.out.write_all(&self.chunk)?;
        self.place += 1;
        self.written += self.chunk.len() as u64;
        self.chunk.clear();
        Ok(())
    }
}

struct Chunk {
    section: u8,
    last: bool,
    at: Range<u64>,
}

/// The sections of a file, still sealed.
pub(super) struct Sections {
    file: File,
    key: CacheKey,
    context: [u8; 32],
    chunks: Vec<Chunk>,
}

impl Sections {
    /// Finds the chunks from `at` to the end of the file.
    pub(super) fn find(file: File, at: u64, key: CacheKey, context: [u8; 32]) -> Option<Sections> {
        let end = file.metadata().ok()?.len();
        let mut chunks = Vec::new();
        let mut at = at;
        while at < end {
            let mut head = [0; CHUNK_HEAD];
            file.read_exact_at(&mut head, at).ok()?;
            let [a, b, c, d, section, last] = head;
            let len = u32::from_le_bytes([a, b, c, d]) as usize;
            let start = at + CHUNK_HEAD as u64;
            at = start + len as u64;
            let fits =
                at <= end && last <= 1 && len <= CHUNK + MAX_RECORD + SEALED_OVERHEAD && chunks.len() < MAX_CHUNKS;
            chunks.push(fits.then_some(Chunk { section, last: last == 1, at: start..at })?);
        }
        Some(Sections { file, key, context, chunks })
    }

    /// How many bytes a section can have at most: nothing in it can be more.
    pub(super) fn bytes(&self, section: Section) -> usize {
        let of = self.chunks.iter().filter(|chunk| chunk.section == section as u8);
        of.map(|chunk| (chunk.at.end - chunk.at.start) as usize).sum()
    }

    /// Reads a section from its start.
    pub(super) fn stream(&self, section: Section) -> Stream<'_> {
        Stream { sections: self, section, next: 0, ended: false, plain: Zeroizing::new(Vec::new()), at: 0 }
    }
}

/// A section, opened a chunk at a time.
pub(super) struct Stream<'a> {
    sections: &'a Sections,
    section: Section,
    /// The chunk of the file from which on the next one is looked for.
    next: usize,
    /// The last chunk of the section was opened.
    ended: bool,
    plain: Zeroizing<Vec<u8>>,
    at: usize,
}

impl Stream<'_> {
    /// The next record, or all that is left of a chunk.
    #[inline]
    pub(super) fn record<T>(&mut self, read: impl FnOnce(&mut Input<'_>) -> Option<T>) -> Option<T> {
        while self.at == self.plain.len() {
            self.load()?;
        }
        let mut input = Input(self.plain.get(self.at..)?);
        let record = read(&mut input)?;
        self.at = self.plain.len() - input.0.len();
        Some(record)
    }

    /// True, in its way, if all was read and nothing is missing.
    pub(super) fn end(mut self) -> Option<()> {
        while self.at == self.plain.len() && !self.ended {
            self.load()?;
        }
        (self.at == self.plain.len()).then_some(())
    }

    fn load(&mut self) -> Option<()> {
        if self.ended {
            return None;
        }
        let mut chunks = self.sections.chunks.iter().enumerate().skip(self.next);
        let (place, chunk) = chunks.find(|(_, chunk)| chunk.section == self.section as u8)?;
        self.plain.clear();
        self.plain.reserve_exact(CHUNK + MAX_RECORD + SEALED_OVERHEAD);
        self.plain.resize((chunk.at.end - chunk.at.start) as usize, 0);
        self.sections.file.read_exact_at(&mut self.plain, chunk.at.start).ok()?;
        let bound = associated(&self.sections.context, place, chunk.section, chunk.last);
        if !self.sections.key.open(&bound, &mut self.plain) {
            return None;
        }
        (self.next, self.ended, self.at) = (place + 1, chunk.last, 0);
        Some(())
    }
}
