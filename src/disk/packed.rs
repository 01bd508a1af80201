//! A packed state directory in memory: `.tar.zst`, of which only the pages that are not all zero are kept.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Arc;

use ruzstd::decoding::StreamingDecoder;
use tar::{Archive, EntryType};

use super::ReadAt;
use super::error::DiskError;
use super::file::DiskFile;
use super::source::{Kind, Listed, MAX_LISTED};

const PAGE: usize = 4096;

/// What an archive may become: a little of it may claim to be much.
struct Allowance {
    /// Bytes that it may unpack to.
    unpacked: u64,
    /// Bytes that are kept.
    kept: u64,
    /// Bytes that sparse files spread over.
    spread: u64,
}

impl Allowance {
    /// A log is sealed and does not shrink; what does are the zeros behind it, 64 MB in a file or two.
    fn of(packed: usize) -> Allowance {
        let packed = packed as u64;
        let growing = |base: u64, by: u64| base.saturating_add(packed.saturating_mul(by));
        Allowance {
            unpacked: growing(256 << 20, 64),
            kept: growing(64 << 20, 64).min(1 << 30),
            spread: growing(1 << 30, 1024),
        }
    }

    fn take(left: &mut u64, bytes: u64) -> io::Result<()> {
        let after = left.checked_sub(bytes);
        *left = after.ok_or_else(|| io::Error::other("it holds more than fits in memory; unpack it first"))?;
        Ok(())
    }
}

/// Reads no more than the allowance.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buf)?;
        Allowance::take(&mut self.left, got as u64)?;
        Ok(got)
    }
}

/// A sparse file in memory.
pub(super) struct Pages {
    len: u64,
    /// Page number and content, ascending; what is missing is zero.
    pages: Vec<(u64, Box<[u8; PAGE]>)>,
}

impl Pages {
    fn read_from(reader: &mut impl Read, allowed: &mut Allowance) -> io::Result<Pages> {
        let mut file = Pages { len: 0, pages: Vec::new() };
        let mut page = Box::new([0u8; PAGE]);
        loop {
            page.fill(0);
            let got = fill(reader, &mut page[..])?;
            Allowance::take(&mut allowed.spread, got as u64)?;
            if page.iter().any(|byte| *byte != 0) {
                Allowance::take(&mut allowed.kept, PAGE as u64)?;
                file.pages.push((file.len / PAGE as u64, page.clone()));
            }
            file.len += got as u64;
            if got < PAGE {
                return Ok(file);
            }
        }
    }

    /// Of bytes that are at hand already.
    fn of(bytes: &[u8]) -> Pages {
        let mut pages = Vec::new();
        for (number, piece) in (0..).zip(bytes.chunks(PAGE)) {
            let mut page = Box::new([0u8; PAGE]);
            if let Some(room) = page.get_mut(..piece.len()) {
                room.copy_from_slice(piece);
            }
            if page.iter().any(|byte| *byte != 0) {
                pages.push((number, page));
            }
        }
        Pages { len: bytes.len() as u64, pages }
    }

    pub(super) fn next_data(&self, from: u64) -> Option<u64> {
        if from >= self.len {
            return None;
        }
        let at = self.pages.partition_point(|(number, _)| *number < from / PAGE as u64);
        self.pages.get(at).map(|(number, _)| from.max(number * PAGE as u64))
    }
}

impl ReadAt for Pages {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let end = offset.checked_add(buf.len() as u64).filter(|end| *end <= self.len);
        let end = end.ok_or(io::ErrorKind::UnexpectedEof)?;
        buf.fill(0);
        let first = self.pages.partition_point(|(number, _)| *number < offset / PAGE as u64);
        for (number, page) in self.pages.iter().skip(first) {
            let start = number * PAGE as u64;
            if start >= end {
                break;
            }
            let (from, to) = (offset.max(start), end.min(start + PAGE as u64));
            // Both lie within the buffer, whose length is a usize.
            let (into, out) = ((from - offset) as usize, (from - start) as usize);
            let count = (to - from) as usize;
            buf[into..into + count].copy_from_slice(&page[out..out + count]);
        }
        Ok(())
    }
}

#[derive(Clone)]
enum Node {
    File(Arc<Pages>),
    Folder,
    Other,
}

/// The files of the archive by path, and the folder among them that this stands for.
#[derive(Clone)]
pub(super) struct PackedFolder {
    nodes: Arc<BTreeMap<Vec<u8>, (Node, i64)>>,
    /// Empty, or a path that ends in a slash.
    root: String,
}

impl std::fmt::Debug for PackedFolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PackedFolder").field("root", &self.root).field("nodes", &self.nodes.len()).finish()
    }
}

impl PackedFolder {
    pub(super) fn unpack(tar_zst: &[u8]) -> Result<PackedFolder, DiskError> {
        let decoder = StreamingDecoder::new(tar_zst).map_err(unreadable)?;
        let mut allowed = Allowance::of(tar_zst.len());
        let mut archive = Archive::new(Bounded { inner: decoder, left: allowed.unpacked });
        let mut nodes = BTreeMap::new();
        for entry in archive.entries().map_err(unreadable)? {
            let mut entry = entry.map_err(unreadable)?;
            let Some(path) = plain(&entry.path_bytes()) else {
                continue;
            };
            let modified = entry.header().mtime().ok().and_then(|s| i64::try_from(s).ok()).unwrap_or(0);
            let node = match entry.header().entry_type() {
                EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                    Node::File(Arc::new(Pages::read_from(&mut entry, &mut allowed).map_err(unreadable)?))
                }
                EntryType::Directory => Node::Folder,
                _ => Node::Other,
            };
            if nodes.len() == MAX_LISTED {
                return Err(DiskError::TooMany { path: "the packed directory".to_owned(), limit: MAX_LISTED });
            }
            nodes.insert(path, (node, modified));
        }
        let root = only_folder(&nodes);
        if root.is_none() {
            nodes = nodes.into_iter().filter_map(|(path, node)| Some((without_dot(path)?, node))).collect();
        }
        let root = root.unwrap_or_default();
        Ok(PackedFolder { nodes: Arc::new(nodes), root })
    }

    /// A directory made of nothing but these files.
    pub(super) fn of_files(files: &[(&str, &[u8])]) -> PackedFolder {
        let mut nodes = BTreeMap::new();
        for &(path, bytes) in files {
            for (at, _) in path.match_indices('/') {
                nodes.insert(path.as_bytes().get(..at).unwrap_or_default().to_owned(), (Node::Folder, 0));
            }
            nodes.insert(path.as_bytes().to_owned(), (Node::File(Arc::new(Pages::of(bytes))), 0));
        }
        PackedFolder { nodes: Arc::new(nodes), root: String::new() }
    }

    pub(super) fn sub(&self, path: &str) -> Result<PackedFolder, DiskError> {
        let mut root = self.full(path);
        if !path.is_empty() {
            match self.nodes.get(root.as_bytes()) {
                Some((Node::Folder, _)) => root.push('/'),
                Some(_) => return Err(DiskError::io("open", path, io::ErrorKind::NotADirectory.into())),
                None => return Err(DiskError::io("open", path, io::ErrorKind::NotFound.into())),
            }
        }
        Ok(PackedFolder { nodes: self.nodes.clone(), root })
    }

    pub(super) fn file(&self, path: &str) -> Result<DiskFile, DiskError> {
        match self.nodes.get(self.full(path).as_bytes()) {
            Some((Node::File(pages), modified)) => {
                Ok(DiskFile::in_memory(pages.clone(), (*modified, 0), path.to_owned()))
            }
            Some((Node::Folder, _)) => Err(DiskError::NotAFile { path: path.to_owned(), found: "a folder" }),
            Some((Node::Other, _)) => Err(DiskError::NotAFile { path: path.to_owned(), found: "a link or a device" }),
            None => Err(DiskError::io("open", path, io::ErrorKind::NotFound.into())),
        }
    }

    pub(super) fn list(&self, path: &str) -> Result<Vec<Listed>, DiskError> {
        let folder = self.sub(path)?.root.into_bytes();
        let below = self.nodes.range(folder.clone()..).take_while(|(path, _)| path.starts_with(&folder));
        let direct = below.filter_map(|(path, (node, modified))| {
            let name = path.get(folder.len()..).filter(|name| !name.is_empty() && !name.contains(&b'/'))?;
            let (kind, len) = match node {
                Node::File(pages) => (Kind::File, pages.len()),
                Node::Folder => (Kind::Folder, 0),
                Node::Other => (Kind::Other, 0),
            };
            Some(Listed { name: name.to_owned(), kind, len, modified: (*modified, 0), identity: None })
        });
        Ok(direct.collect())
    }

    pub(super) fn place(&self) -> String {
        format!("packed:{}", self.root.trim_end_matches('/'))
    }

    fn full(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }
}

/// The path with single slashes, and none at its end; none where it leaves the archive. A dot at its start stays:
/// `tar -C folder .` makes it the folder at the top.
fn plain(path: &[u8]) -> Option<Vec<u8>> {
    let parts: Vec<&[u8]> = path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).collect();
    let inner = parts.get(1..).unwrap_or_default();
    let leaves = parts.contains(&b"..".as_slice()) || inner.contains(&b".".as_slice());
    (!parts.is_empty() && !leaves && !path.starts_with(b"/")).then(|| parts.join(&b'/'))
}

/// The path without the dot; none for the dot itself.
fn without_dot(path: Vec<u8>) -> Option<Vec<u8>> {
    match path.strip_prefix(b".") {
        Some([]) => None,
        Some([b'/', inner @ ..]) => Some(inner.to_owned()),
        _ => Some(path),
    }
}

/// The folder that holds everything else, with a slash, where there is such a one.
fn only_folder(nodes: &BTreeMap<Vec<u8>, (Node, i64)>) -> Option<String> {
    let mut tops = nodes.iter().filter(|(path, _)| !path.contains(&b'/'));
    let (top, (Node::Folder, _)) = tops.next()? else {
        return None;
    };
    let root = format!("{}/", str::from_utf8(top).ok()?);
    let inside = |path: &Vec<u8>| path == top || path.starts_with(root.as_bytes());
    nodes.keys().all(inside).then_some(root)
}

/// Reads until the buffer is full or there is no more.
fn fill(reader: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while let Some(rest) = buf.get_mut(got..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest) {
            Ok(0) => break,
            Ok(count) => got += count,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(got)
}

/// What went wrong repeats bytes of the archive.
fn unreadable(error: impl std::fmt::Display) -> DiskError {
    DiskError::Packed(error.to_string().escape_debug().to_string())
}

#[cfg(test)]
mod tests;
