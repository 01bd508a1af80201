//! Lists, told a chunk at a time, and read when somebody asks for an element. What is no longer there then, or does
//! not authenticate, raises the doubt: all that was recalled is given up, and nothing made of it is shown.

use std::io::{self, Write};
use std::marker::PhantomData;
use std::sync::Arc;

use super::super::doubt::Doubt;
use super::super::text::{PAGE, Page, Texts};
use super::bytes::{Input, put_bytes};
use super::chunks::{Chunks, Part, Writer};
use crate::chunked::{CHUNK, Chunked, Supply};

/// What elements may refer to, so that none of them leads astray.
#[derive(Default)]
pub(super) struct Bounds {
    pub(super) entries: u32,
    pub(super) versions: u32,
    pub(super) objects: u32,
    pub(super) texts: u32,
    /// Where the records of each segment end.
    pub(super) segments: Vec<u64>,
    /// Length of each snapshot's plaintext.
    pub(super) snapshots: Vec<u64>,
}

/// How the elements of a list are told. Within a chunk they may be told by what differs from the one before.
pub(super) trait Told: Sized {
    /// Most bytes that a chunk takes.
    fn room(chunk: &[Self]) -> usize {
        64 * chunk.len()
    }

    /// Answers false for what cannot be told.
    fn put(chunk: &[Self], out: &mut Vec<u8>) -> bool;

    fn read(input: &mut Input<'_>, len: usize, bounds: &Bounds) -> Option<Vec<Self>>;

    /// What is noted of a chunk's first element for what stands in for it.
    fn mark(&self) -> u64 {
        0
    }

    /// What stands in for the element that is `behind` a first one with this mark: it must break nothing.
    fn stand_in(mark: u64, behind: usize) -> Self;
}

pub(super) fn write<T: Told, W: Write>(part: Part, list: &Chunked<T>, writer: &mut Writer<'_, W>) -> io::Result<()> {
    list.chunks().try_for_each(|chunk| write_chunk(part as u8, chunk, writer))
}

pub(super) fn write_chunk<T: Told, W: Write>(part: u8, chunk: &[T], writer: &mut Writer<'_, W>) -> io::Result<()> {
    let mark = chunk.first().map_or(0, T::mark);
    writer.chunk(part, mark, T::room(chunk), |out| T::put(chunk, out))
}

pub(super) fn write_texts<W: Write>(texts: &Texts, writer: &mut Writer<'_, W>) -> io::Result<()> {
    for page in texts.pages() {
        let room = page.texts().map(|text| text.len() + 10).sum();
        writer.chunk(Part::Texts as u8, 0, room, |out| {
            page.texts().for_each(|text| put_bytes(out, text));
            true
        })?;
    }
    Ok(())
}

/// A cache file that was found to fit, and what to do where it turns out that it does not.
pub(super) struct Shelf {
    pub(super) chunks: Chunks,
    pub(super) bounds: Bounds,
    pub(super) doubt: Doubt,
}

impl Shelf {
    /// A list of so many elements; none where the file holds another number of chunks.
    pub(super) fn list<T: Told + 'static>(self: &Arc<Shelf>, part: u8, len: usize) -> Option<Chunked<T>> {
        let list = Arc::new(List { shelf: self.clone(), part, len, of: PhantomData });
        (self.chunks.of(part).len() == len.div_ceil(CHUNK)).then(|| Chunked::supplied(len, &list))
    }

    pub(super) fn texts(self: &Arc<Shelf>) -> Option<Texts> {
        let count = self.bounds.texts;
        let pages = self.chunks.of(Part::Texts as u8).len() == (count as usize).div_ceil(PAGE);
        pages.then(|| Texts::supplied(count, &Arc::new(Pages(self.clone()))))
    }

    /// All of a list, at once.
    pub(super) fn whole<T: Told>(&self, part: Part, len: usize) -> Option<Vec<T>> {
        let mut list = Vec::new();
        for number in 0..self.chunks.of(part as u8).len() {
            list.append(&mut self.chunk(part as u8, number, CHUNK.min(len.saturating_sub(list.len())))?);
        }
        (list.len() == len).then_some(list)
    }

    fn chunk<T: Told>(&self, part: u8, number: usize, len: usize) -> Option<Vec<T>> {
        let plain = self.chunks.plain(part, number)?;
        let mut input = Input(&plain);
        let chunk = T::read(&mut input, len, &self.bounds)?;
        (chunk.len() == len && input.0.is_empty()).then_some(chunk)
    }

    fn page(&self, number: usize, len: usize) -> Option<Page> {
        let plain = self.chunks.plain(Part::Texts as u8, number)?;
        let mut input = Input(&plain);
        let mut page = Page::with_room(len, plain.len());
        for _ in 0..len {
            page.add(input.bytes()?);
        }
        input.0.is_empty().then_some(page)
    }
}

/// A list of which each chunk is read when it is asked for.
struct List<T> {
    shelf: Arc<Shelf>,
    part: u8,
    len: usize,
    of: PhantomData<fn() -> T>,
}

impl<T: Told> Supply<Vec<T>> for List<T> {
    fn part(&self, number: usize) -> Vec<T> {
        let len = CHUNK.min(self.len.saturating_sub(number.saturating_mul(CHUNK)));
        self.shelf.chunk(self.part, number, len).unwrap_or_else(|| {
            self.shelf.doubt.raise();
            let mark = self.shelf.chunks.of(self.part).get(number).map_or(0, |chunk| chunk.first);
            (0..len).map(|behind| T::stand_in(mark, behind)).collect()
        })
    }
}

/// The pages of the texts.
struct Pages(Arc<Shelf>);

impl Supply<Page> for Pages {
    fn part(&self, number: usize) -> Page {
        let len = PAGE.min((self.0.bounds.texts as usize).saturating_sub(number.saturating_mul(PAGE)));
        self.0.page(number, len).unwrap_or_else(|| {
            self.0.doubt.raise();
            let mut page = Page::default();
            (0..len).for_each(|_| page.add(b""));
            page
        })
    }
}
