//! Where the files come from: a folder on disk, or a packed directory in memory. Read-only by construction.

use std::path::Path;
use std::sync::Arc;

use super::ReadAt;
use super::error::DiskError;
use super::file::DiskFile;
use super::folder::DiskFolder;
use super::packed::PackedFolder;
use super::pinned::PinnedFolder;

/// No folder of a swarm has more entries: a segment is 64 MB, and of the rest there is a handful.
pub(super) const MAX_LISTED: usize = 1 << 17;

/// What a name in a folder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A link, pipe, socket or device: never opened, never followed.
    Other,
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The name, as bytes: nothing says that it is text.
    pub name: Vec<u8>,
    /// What it stands for.
    pub kind: Kind,
    /// Length in bytes of a file.
    pub len: u64,
    /// When it was written last: seconds and nanoseconds since the epoch.
    pub modified: (i64, u32),
    /// Device and inode, where it is on disk.
    pub identity: Option<(u64, u64)>,
}

impl Listed {
    /// The name, where it is text.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.name).ok()
    }
}

/// A folder of files that is only ever read. Paths are relative to it, parted by `/`; the empty path is the folder.
#[derive(Clone, Debug)]
pub struct Source(Place);

#[derive(Clone, Debug)]
enum Place {
    Disk(DiskFolder),
    Packed(PackedFolder),
    Pinned(Arc<PinnedFolder>),
}

impl Source {
    /// A folder on disk. Links on the way to it are followed, links below it are not.
    pub fn folder(path: &Path) -> Result<Source, DiskError> {
        DiskFolder::open(path).map(|folder| Source(Place::Disk(folder)))
    }

    /// A `.tar.zst` in memory, without the one folder at its top. Sparse files stay sparse.
    pub fn packed(tar_zst: &[u8]) -> Result<Source, DiskError> {
        PackedFolder::unpack(tar_zst).map(|folder| Source(Place::Packed(folder)))
    }

    /// A directory in memory made of nothing but these files: path and content.
    pub fn of_files(files: &[(&str, &[u8])]) -> Source {
        Source(Place::Packed(PackedFolder::of_files(files)))
    }

    /// The same source with these folders listed, and these files in them, as they are now, whatever becomes of them.
    pub(crate) fn pinned(&self, folders: &[&str], files: &[&str]) -> Source {
        Source(Place::Pinned(Arc::new(PinnedFolder::new(self.clone(), folders, files))))
    }

    /// The names in a folder, sorted by their bytes.
    pub fn list(&self, folder: &str) -> Result<Vec<Listed>, DiskError> {
        let folder = checked(folder)?;
        let mut names = match &self.0 {
            Place::Disk(root) => root.list(folder)?,
            Place::Packed(root) => root.list(folder)?,
            Place::Pinned(root) => root.list(folder)?,
        };
        names.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(names)
    }

    /// Opens a regular file for positional reads.
    pub fn open(&self, path: &str) -> Result<DiskFile, DiskError> {
        let path = checked(path)?;
        match &self.0 {
            Place::Disk(root) => root.file(path),
            Place::Packed(root) => root.file(path),
            Place::Pinned(root) => root.file(path),
        }
    }

    /// The whole of a small file, or `TooLarge`.
    pub fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, DiskError> {
        let file = self.open(path)?;
        let len = file.len();
        let bytes = usize::try_from(len).ok().filter(|_| len <= limit);
        let bytes = bytes.ok_or_else(|| DiskError::TooLarge { path: path.to_owned(), len, limit })?;
        let mut buf = vec![0; bytes];
        file.read_exact_at(&mut buf, 0).map_err(|e| DiskError::io("read", path, e))?;
        Ok(buf)
    }

    /// The same source, one or more folders down.
    pub fn sub(&self, folder: &str) -> Result<Source, DiskError> {
        let folder = checked(folder)?;
        Ok(Source(match &self.0 {
            Place::Disk(root) => Place::Disk(root.sub(folder)?),
            Place::Packed(root) => Place::Packed(root.sub(folder)?),
            Place::Pinned(root) => return root.source().sub(folder),
        }))
    }

    /// What to call this folder in a message.
    pub fn place(&self) -> String {
        match &self.0 {
            Place::Disk(root) => root.place().display().to_string(),
            Place::Packed(root) => root.place(),
            Place::Pinned(root) => root.source().place(),
        }
    }

    /// Device and inode of the folder, where it is on disk.
    pub fn identity(&self) -> Option<(u64, u64)> {
        match &self.0 {
            Place::Disk(root) => root.identity().ok(),
            Place::Packed(_) => None,
            Place::Pinned(root) => root.source().identity(),
        }
    }
}

/// Refuses what leaves the folder, before any system call sees it.
fn checked(path: &str) -> Result<&str, DiskError> {
    let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    if path.is_empty() || (!path.contains('\0') && path.len() < 4096 && path.split('/').all(plain)) {
        return Ok(path);
    }
    Err(DiskError::BadPath { path: path.chars().take(256).collect() })
}
