//! The index cache: what the first pass over a large directory found, kept for the next time.
//!
//! ```text
//! magic, salt                     in clear
//! cover: what it was made of      in clear, and bound to every chunk
//! chunk, chunk, …                 sealed with a key that is made from the data keys and the salt
//! table: what chunks there are    sealed likewise
//! ```
//!
//! It is believed where its cover is what is on disk and its table authenticates; everything else is as if there were
//! none. To open a log takes no look at each entry, so that a large one opens at once: a chunk is opened when somebody
//! asks for something in it. If it does not authenticate then, all that was recalled is given up.
//!
//! There is none for layouts in clear: without a data key anybody could make one that is believed. There is none of
//! a damaged directory: findings come from the directory alone.

mod bytes;
mod chunks;
mod cover;
mod facts;
mod folder;
mod lists;
mod numbers;
mod told;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::content::Content;
use super::doubt::Doubt;
use super::index::{Index, ObjectNo};
use super::{Kind, State};
use crate::disk::{Log, SegmentMark};
use chunks::{Chunks, Part, Writer};
use cover::{Cover, Fit};
use facts::Facts;
use lists::{Bounds, Shelf};

pub use folder::{IndexCache, Keep};
pub use numbers::Numbers;

const MAGIC: &[u8; 16] = b"swarmfs index 2\n";
const SALT: usize = 32;
const HEAD: usize = MAGIC.len() + SALT + 4;

/// A cover names each segment and snapshot in some 100 bytes.
const MAX_COVER: usize = 1 << 20;

/// Why a state is not kept: it is not built as a cache can tell.
fn unlike(what: &str) -> io::Error {
    io::Error::other(format!("{what} is not as expected"))
}

/// Writes a cache file; `fill` writes its chunks.
fn write(
    state: &State,
    cover: &Cover,
    out: File,
    fill: impl FnOnce(&mut Writer<'_, &mut BufWriter<File>>) -> io::Result<()>,
) -> io::Result<File> {
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt).map_err(io::Error::other)?;
    let key = state.cache_key(&salt).ok_or_else(|| unlike("the keyring"))?;
    let cover = cover.encode();
    let mut head = Vec::with_capacity(HEAD + cover.len());
    head.extend_from_slice(MAGIC);
    head.extend_from_slice(&salt);
    head.extend_from_slice(&u32::try_from(cover.len()).map_err(io::Error::other)?.to_le_bytes());
    head.extend_from_slice(&cover);
    let mut out = BufWriter::new(out);
    out.write_all(&head)?;
    let mut writer = Writer::new(&mut out, &key, Sha256::digest(&head).into());
    fill(&mut writer)?;
    writer.end()?;
    out.into_inner().map_err(io::IntoInnerError::into_error)
}

/// Writes the index of a state whose content is known.
fn write_index<W: Write>(state: &State, writer: &mut Writer<'_, W>) -> io::Result<()> {
    let (log, index) = (state.log(), &state.content().index);
    Facts::of(state).ok_or_else(|| unlike("what is known"))?.write(writer)?;
    lists::write(Part::Entries, &log.entries, writer)?;
    lists::write(Part::Superseded, &log.superseded, writer)?;
    lists::write(Part::Versions, &index.versions, writer)?;
    lists::write(Part::Objects, &index.objects, writer)?;
    lists::write(Part::Histories, &index.histories, writer)?;
    lists::write(Part::Times, &index.times, writer)?;
    lists::write_texts(&index.texts, writer)?;
    let of_all = |list: fn(&Index, Kind) -> &[ObjectNo]| Kind::ALL.into_iter().flat_map(move |kind| list(index, kind));
    lists::write(Part::Came, &of_all(Index::objects).copied().collect(), writer)?;
    lists::write(Part::Sorted, &of_all(Index::objects_by_id).copied().collect(), writer)?;
    lists::write(Part::ConfChanges, &index.conf_changes, writer)?;
    lists::write(Part::Troubles, &index.troubles, writer)?;
    lists::write(Part::Refused, &index.refused, writer)?;
    lists::write(Part::Known, &index.known, writer)
}

/// What a cache recalls, as of when it was written.
pub(super) struct Recalled {
    pub(super) log: Log,
    pub(super) content: Content,
    /// True if there is more on disk now.
    pub(super) grown: bool,
}

/// A cache file that is of this directory.
struct Opened {
    cover: Cover,
    /// True if there is more on disk now.
    grown: bool,
    chunks: Chunks,
}

/// Opens a cache file, if it can be believed; `found` is the log, of which nothing needs to be read yet.
fn open(state: &State, file: File, found: &Log) -> Option<Opened> {
    let mut head = vec![0; HEAD];
    file.read_exact_at(&mut head, 0).ok()?;
    let (magic, rest) = head.split_first_chunk()?;
    let (salt, len) = rest.split_first_chunk::<SALT>()?;
    let (salt, len) = (*salt, u32::from_le_bytes(len.try_into().ok()?) as usize);
    (magic == MAGIC && len <= MAX_COVER).then_some(())?;
    head.resize(HEAD + len, 0);
    file.read_exact_at(head.get_mut(HEAD..)?, HEAD as u64).ok()?;
    let cover = Cover::decode(head.get(HEAD..)?)?;
    let grown = match cover.fits(state, found) {
        Fit::Same => false,
        Fit::Grown => true,
        Fit::Other => return None,
    };
    let rings = state.cache_rings()?.clone();
    let chunks = Chunks::find(file, head.len() as u64, rings, salt, Sha256::digest(&head).into())?;
    Some(Opened { cover, grown, chunks })
}

/// Recalls what a cache holds. What turns out later not to hold raises the doubt.
fn read(state: &State, opened: Opened, mut log: Log, doubt: &Doubt) -> Option<(Cover, Recalled)> {
    let Opened { cover, grown, chunks } = opened;
    let mut facts = Facts::read(&chunks)?;
    let counts = facts.counts;
    let objects = counts.all_objects()?;
    let bounds = Bounds {
        entries: counts.entries,
        versions: counts.versions,
        objects,
        texts: counts.texts,
        segments: cover.segments.iter().map(|segment: &SegmentMark| segment.end).collect(),
        snapshots: facts.snapshots().map(|(len, _)| len).collect(),
    };
    let shelf = Arc::new(Shelf { chunks, bounds, doubt: doubt.clone() });
    log.segments.truncate(cover.segments.len());
    for (segment, mark) in log.segments.iter_mut().zip(&cover.segments) {
        segment.recall(mark);
    }
    log.entries = shelf.list(Part::Entries as u8, counts.entries as usize)?;
    log.superseded = shelf.list(Part::Superseded as u8, counts.superseded as usize)?;
    let mut index = Index::new();
    index.versions = shelf.list(Part::Versions as u8, counts.versions as usize)?;
    index.objects = shelf.list(Part::Objects as u8, objects as usize)?;
    index.histories = shelf.list(Part::Histories as u8, objects as usize)?;
    index.times = shelf.list(Part::Times as u8, counts.entries as usize)?;
    index.texts = shelf.texts()?;
    index.conf_changes = shelf.list(Part::ConfChanges as u8, counts.conf_changes as usize)?;
    index.troubles = shelf.list(Part::Troubles as u8, counts.troubles as usize)?;
    index.refused = shelf.list(Part::Refused as u8, counts.refused as usize)?;
    index.known = shelf.list(Part::Known as u8, counts.known as usize)?;
    index.snapshot_times = facts.snapshots().map(|(_, time)| time).collect();
    let came: Vec<ObjectNo> = shelf.whole(Part::Came, objects as usize)?;
    let sorted: Vec<ObjectNo> = shelf.whole(Part::Sorted, objects as usize)?;
    let mut start = 0;
    for (kind, count) in Kind::ALL.into_iter().zip(counts.objects) {
        let range = start..start + count as usize;
        index.recall_order(kind, came.get(range.clone())?.to_vec(), sorted.get(range.clone())?.to_vec())?;
        start = range.end;
    }
    facts.complete(&mut log);
    let content = facts.content(state, index)?;
    Some((cover, Recalled { log, content, grown }))
}
