//! Paths and listings of a tree without a kernel.

use crate::tree::{Attr, Forest, Found, Ino, NodeKind, TreeError};

/// As many links as Linux follows in one path.
const MAX_LINKS: usize = 40;

/// Rows that are taken from a folder at a time.
const PAGE: usize = 512;

/// A row of a listing that outlives it.
pub(super) struct Entry {
    pub(super) name: Vec<u8>,
    pub(super) ino: Ino,
    pub(super) kind: NodeKind,
    pub(super) found: Option<Found>,
}

impl Entry {
    pub(super) fn attr(&self, forest: &dyn Forest) -> Result<Attr, TreeError> {
        self.found.map_or_else(|| forest.attr(self.ino), |found| Ok(found.attr))
    }
}

/// Finds `path` from the root, as the kernel would: links on the way are followed, one at its end if `follow`.
pub(super) fn find(forest: &dyn Forest, path: &[u8], follow: bool) -> Result<Attr, TreeError> {
    let mut todo: Vec<Vec<u8>> = parts(path);
    let mut links = 0;
    let mut at = forest.attr(Ino::ROOT)?;
    let must_be_folder = path.ends_with(b"/");
    while let Some(part) = todo.pop() {
        if at.kind != NodeKind::Folder {
            return Err(TreeError::NotAFolder);
        }
        let folder = at.ino;
        at = match &part[..] {
            b"." => at,
            b".." => forest.attr(forest.parent(folder))?,
            name => forest.lookup(folder, name)?.attr,
        };
        if at.kind == NodeKind::Link && (follow || !todo.is_empty() || must_be_folder) {
            links += 1;
            if links > MAX_LINKS {
                return Err(TreeError::Unreadable("too many symbolic links".to_owned()));
            }
            let target = forest.target(at.ino)?;
            at = forest.attr(if target.starts_with(b"/") { Ino::ROOT } else { folder })?;
            todo.extend(parts(&target));
        }
    }
    if must_be_folder && at.kind != NodeKind::Folder {
        return Err(TreeError::NotAFolder);
    }
    Ok(at)
}

/// The parts of a path, the last one first.
fn parts(path: &[u8]) -> Vec<Vec<u8>> {
    path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).rev().map(<[u8]>::to_vec).collect()
}

/// The rows of a folder, a page in memory at a time.
pub(super) struct Rows<'a> {
    forest: &'a dyn Forest,
    folder: Ino,
    attributes: bool,
    page: std::vec::IntoIter<Entry>,
    /// Where the next page starts; none behind the last one.
    next: Option<u64>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(forest: &'a dyn Forest, folder: Ino, attributes: bool) -> Self {
        Self { forest, folder, attributes, page: Vec::new().into_iter(), next: Some(0) }
    }

    fn turn(&mut self, from: u64) -> Result<(), TreeError> {
        let mut page = Vec::new();
        self.next = None;
        self.forest.list(self.folder, from, self.attributes, &mut |row| {
            let (name, ino, kind, found) = (row.name.to_vec(), row.ino, row.kind, row.found);
            page.push(Entry { name, ino, kind, found });
            if page.len() == PAGE {
                self.next = Some(row.cookie);
            }
            page.len() < PAGE
        })?;
        self.page = page.into_iter();
        Ok(())
    }
}

impl Iterator for Rows<'_> {
    type Item = Result<Entry, TreeError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.page.next() {
                return Some(Ok(entry));
            }
            let from = self.next?;
            if let Err(error) = self.turn(from) {
                return Some(Err(error));
            }
        }
    }
}
