//! A folder as it was at one moment, whatever becomes of it: its listings are kept, its files stay open.

use std::collections::BTreeMap;
use std::io;

use super::error::DiskError;
use super::file::DiskFile;
use super::source::{Listed, Source};

#[derive(Debug)]
pub(super) struct PinnedFolder {
    source: Source,
    /// By path; nothing where there was no such folder.
    listings: BTreeMap<String, Option<Vec<Listed>>>,
    files: BTreeMap<String, DiskFile>,
}

impl PinnedFolder {
    /// Keeps the listings of `folders`, and opens `files` in them. A daemon replaces a file by another one (format
    /// 11.2), so the one that is open stays as it is.
    pub(super) fn new(source: Source, folders: &[&str], files: &[&str]) -> PinnedFolder {
        let listings = folders.iter().map(|folder| ((*folder).to_owned(), source.list(folder).ok())).collect();
        let opened = files.iter().filter_map(|path| Some(((*path).to_owned(), source.open(path).ok()?)));
        PinnedFolder { files: opened.collect(), listings, source }
    }

    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    pub(super) fn list(&self, folder: &str) -> Result<Vec<Listed>, DiskError> {
        match self.listings.get(folder) {
            Some(listing) => listing.clone().ok_or_else(|| missing("list", folder)),
            None => self.source.list(folder),
        }
    }

    pub(super) fn file(&self, path: &str) -> Result<DiskFile, DiskError> {
        if let Some(file) = self.files.get(path) {
            return Ok(file.clone());
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let listing = self.listings.get(folder);
        let listed = |rows: &Vec<Listed>| rows.iter().any(|row| row.name == name.as_bytes());
        // What came since is not there. What was there and could not be opened says why once more.
        if listing.is_some_and(|listing| !listing.as_ref().is_some_and(listed)) {
            return Err(missing("open", path));
        }
        self.source.open(path)
    }
}

fn missing(action: &'static str, path: &str) -> DiskError {
    DiskError::io(action, path, io::ErrorKind::NotFound.into())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_was_there_stays_and_what_comes_is_not_seen() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::create_dir(path("certificates")).unwrap();
        fs::write(path("certificates/key"), "old").unwrap();
        fs::write(path("gone"), "still here").unwrap();
        let source = Source::folder(dir.path()).unwrap();
        let pinned = source.pinned(&["", "certificates", "worker"], &["certificates/key", "gone", "later"]);
        fs::write(path("new"), "new").unwrap();
        fs::rename(path("new"), path("certificates/key")).unwrap();
        fs::write(path("later"), "too late").unwrap();
        fs::remove_file(path("gone")).unwrap();
        fs::create_dir(path("worker")).unwrap();
        fs::create_dir(path("other")).unwrap();
        assert_eq!(pinned.read("certificates/key", 9).unwrap(), b"old");
        assert_eq!(pinned.read("gone", 99).unwrap(), b"still here");
        assert!(pinned.open("later").unwrap_err().is_missing());
        assert!(pinned.list("worker").unwrap_err().is_missing());
        let names: Vec<_> = pinned.list("").unwrap().into_iter().map(|row| row.name).collect();
        assert_eq!(names, [&b"certificates"[..], b"gone"]);
        // What was not pinned is seen as it is.
        assert!(pinned.list("other").unwrap().is_empty());
        assert_eq!(source.read("certificates/key", 9).unwrap(), b"new");
    }
}
