//! The index cache: what the first pass over a large directory found, kept for the next time.
//!
//! ```text
//! magic, salt                     in clear
//! cover: what it was made of      in clear, and bound to every chunk
//! chunk, chunk, …                 sealed with a key that is made from the data keys and the salt
//! ```
//!
//! It is believed where it authenticates and its cover is what is on disk; everything else is as if there were none.
//! There is none for layouts in clear: without a data key anybody could make one that is believed. There is none of
//! a damaged directory: findings come from the directory alone.

mod bytes;
mod cover;
mod facts;
mod folder;
mod log;
mod places;
mod sections;
mod versions;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::thread;

use sha2::{Digest, Sha256};

use super::State;
use super::content::Content;
use crate::disk::Log;
use cover::{Cover, Fit};
use facts::Facts;
use sections::{Sections, Writer};

pub use folder::{IndexCache, Keep};

const MAGIC: &[u8; 16] = b"swarmfs index 1\n";
const SALT: usize = 32;
const HEAD: usize = MAGIC.len() + SALT + 4;

/// A cover names each segment and snapshot in some 100 bytes.
const MAX_COVER: usize = 1 << 20;

/// Why a state is not kept: it is not built as a cache can tell.
fn unlike(what: &str) -> io::Error {
    io::Error::other(format!("{what} is not as expected"))
}

/// Writes the cache of a state whose content is known.
fn write(state: &State, cover: &Cover, out: File) -> io::Result<File> {
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
    let (log, content) = (state.log(), state.content());
    let facts = Facts::of(state).ok_or_else(|| unlike("what is known"))?;
    facts.write(&mut writer)?;
    log::write(log, &mut writer)?;
    versions::write(&content.index, facts.counts, &facts.interludes(), &mut writer)?;
    places::write_texts(&content.index, &mut writer)?;
    places::write_order(&content.index, &mut writer)?;
    places::write(&content.index, &mut writer)?;
    drop(writer);
    out.into_inner().map_err(io::IntoInnerError::into_error)
}

/// What a cache recalls, as of when it was written.
pub(super) struct Recalled {
    pub(super) log: Log,
    pub(super) content: Content,
    /// True if there is more on disk now.
    pub(super) grown: bool,
}

/// Reads a cache file, if it can be believed; `log` is what was found, of which nothing was read yet.
fn read(state: &State, file: File, mut log: Log) -> Option<(Cover, Recalled)> {
    let mut head = vec![0; HEAD];
    file.read_exact_at(&mut head, 0).ok()?;
    let (magic, rest) = head.split_first_chunk()?;
    let (salt, len) = rest.split_first_chunk::<SALT>()?;
    let (salt, len) = (*salt, u32::from_le_bytes(len.try_into().ok()?) as usize);
    (magic == MAGIC && len <= MAX_COVER && file.metadata().ok()?.len() <= sections::MAX_FILE).then_some(())?;
    head.resize(HEAD + len, 0);
    file.read_exact_at(head.get_mut(HEAD..)?, HEAD as u64).ok()?;
    let cover = Cover::decode(head.get(HEAD..)?)?;
    let grown = match cover.fits(state, &log) {
        Fit::Same => false,
        Fit::Grown => true,
        Fit::Other => return None,
    };
    log.segments.truncate(cover.segments.len());
    let key = state.cache_key(&salt)?;
    let sections = Sections::find(file, head.len() as u64, key, Sha256::digest(&head).into())?;

    let mut facts = Facts::read(&sections)?;
    let (counts, interludes) = (facts.counts, facts.interludes());
    for (segment, mark) in log.segments.iter_mut().zip(&cover.segments) {
        segment.recall(mark);
    }
    let (texts, index) = thread::scope(|scope| {
        let index = scope.spawn(|| versions::read(&sections, counts, &interludes));
        let read = log::read(&sections, counts, &mut log);
        (read.and_then(|()| places::read_texts(&sections, counts)), index.join().ok().flatten())
    });
    let mut index = index?;
    index.texts = texts?;
    places::read_order(&sections, &mut index)?;
    places::read(&sections, counts, &mut index)?;
    facts.complete(&mut log);
    let content = facts.content(state, &log, index)?;
    Some((cover, Recalled { log, content, grown }))
}
