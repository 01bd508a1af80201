//! Sizes that an index cache remembers: those of the entries' and versions' files, and where the pieces of long files
//! end. The store keeps them as numbers and knows no more of them.

use super::Tree;
use super::change::Change;
use super::inode::{Node, Rope};
use super::objects::key_of;
use super::rafttool::Dump;
use super::ropes::Pieces;
use super::sizes::Sized;
use super::view::View;
use crate::chunked::Chunked;
use crate::store::{Keep, Kind, Numbers};

/// Under what the lists are kept.
const ENTRIES: u8 = 0;
const VERSIONS: u8 = 1;
const ROPES: u8 = 2;
const TABLES: u8 = 8;
const DUMPS: u8 = TABLES + Kind::COUNT as u8;

/// The ropes that are remembered. Others are of snapshots, or quickly measured.
fn ropes() -> impl Iterator<Item = (u8, Rope)> {
    let fixed = [Rope::Log, Rope::Entries, Rope::History, Rope::Rafttool(Dump::Wal)];
    let tables = Kind::ALL.map(Rope::Kind);
    let dumps = Kind::ALL.map(|kind| Rope::Rafttool(Dump::Objects(kind)));
    (ROPES..).zip(fixed).chain((TABLES..).zip(tables)).chain((DUMPS..).zip(dumps))
}

/// True where the ends of a rope's pieces are kept.
pub(super) fn is_remembered(rope: Rope) -> bool {
    ropes().any(|(_, own)| own == rope)
}

impl View {
    /// The remembered sizes of files of this sort.
    pub(super) fn remembered(&self, of: &Sized) -> Option<&Chunked<u64>> {
        match of {
            Sized::Entry(_) => self.state.numbers()?.list(ENTRIES),
            Sized::Version(_) => self.state.numbers()?.list(VERSIONS),
            Sized::Other(_) => None,
        }
    }

    /// Where the first pieces of a rope end, or all of them, as far as that is remembered.
    pub(super) fn remembered_ends(&self, rope: Rope, pieces: &Pieces) -> Option<Chunked<u64>> {
        let (name, _) = ropes().find(|(_, own)| *own == rope)?;
        let numbers = self.state.numbers()?;
        let ends = numbers.list(name)?;
        let fits = match pieces {
            Pieces::Entries(_) | Pieces::History(_) => ends.len() <= pieces.count(),
            // Which versions are the current ones may have changed.
            _ => ends.len() == pieces.count() && numbers.are_of(&self.state),
        };
        fits.then(|| ends.clone())
    }

    /// All that was found or remembered.
    fn found_numbers(&self) -> Numbers {
        let mut numbers = Numbers::of(&self.state);
        let (entries, versions) = (self.state.log().entries.len(), self.state.index().versions() as usize);
        for (name, of, most) in [(ENTRIES, Sized::Entry(0), entries), (VERSIONS, Sized::Version(0), versions)] {
            if let Some(sizes) = self.sizes.all(&of, most, self.remembered(&of)) {
                numbers.add(name, sizes);
            }
        }
        for (name, rope) in ropes() {
            if let Some(ends) = self.known_ends(rope) {
                numbers.add(name, ends);
            }
        }
        numbers
    }

    /// Whatever was told a size that was remembered: to be forgotten where one of them was wrong.
    fn remembering(&self, changes: &mut Vec<Change>) {
        if self.state.numbers().is_none() {
            return;
        }
        let (log, index) = (self.state.log(), self.state.index());
        let entries = self.sizes.made(&Sized::Entry(0)).filter_map(|place| log.entries.get(place));
        changes.extend(entries.map(|entry| Change::Content(Node::Entry(entry.index).ino())));
        let versions = self.sizes.made(&Sized::Version(0)).filter_map(|no| index.version_at(u32::try_from(no).ok()?));
        let inos = versions.map(|no| Node::Object(key_of(&self.state, no)).ino());
        changes.extend(inos.chain(ropes().map(|(_, rope)| self.ino(Node::Rope(rope)))).map(Change::Content));
    }

    /// Takes the place of a view that told what was not so.
    pub(super) fn instead_of(&mut self, wrong: &View, changes: &mut Vec<Change>) {
        wrong.remembering(changes);
        (self.sizes, self.ropes) = Default::default();
    }
}

impl Tree {
    /// Keeps what was found, for the next time, where a folder was named for it. What goes wrong is nobody's concern.
    pub fn keep(&self, when: Keep) {
        let view = self.newest();
        view.state.keep(when);
        view.state.keep_numbers(when, || view.found_numbers());
    }
}
