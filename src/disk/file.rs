//! One opened file, read by position only: a file that is truncated meanwhile is an error, not a signal.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::Arc;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::unistd::{Whence, lseek};

use super::ReadAt;
use super::packed::Pages;

/// A regular file of a source. Clones are cheap and share the descriptor.
#[derive(Clone)]
pub struct DiskFile {
    body: Body,
    len: u64,
    modified: (i64, u32),
    path: Arc<str>,
}

#[derive(Clone)]
enum Body {
    Disk(Arc<File>),
    Packed(Arc<Pages>),
}

impl DiskFile {
    pub(super) fn on_disk(file: File, len: u64, modified: (i64, u32), path: String) -> DiskFile {
        DiskFile { body: Body::Disk(Arc::new(file)), len, modified, path: path.into() }
    }

    pub(super) fn in_memory(pages: Arc<Pages>, modified: (i64, u32), path: String) -> DiskFile {
        DiskFile { len: pages.len(), body: Body::Packed(pages), modified, path: path.into() }
    }

    /// When it was written last, as of its opening: seconds and nanoseconds since the epoch.
    pub fn modified(&self) -> (i64, u32) {
        self.modified
    }

    /// Device and inode, where it is on disk.
    pub fn identity(&self) -> Option<(u64, u64)> {
        let Body::Disk(file) = &self.body else { return None };
        file.metadata().ok().map(|meta| (meta.dev(), meta.ino()))
    }

    /// Its path within the source.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The length at this moment; a daemon may have cut or extended the file since it was opened.
    pub fn len_now(&self) -> io::Result<u64> {
        match &self.body {
            Body::Disk(file) => Ok(file.metadata()?.len()),
            Body::Packed(pages) => Ok(pages.len()),
        }
    }

    /// True if a daemon holds a write lock on the file (format 11.1). Asks without taking any lock.
    pub fn is_locked(&self) -> bool {
        let Body::Disk(file) = &self.body else { return false };
        // SAFETY: all zero is a valid flock: from the start, to the end, of no process.
        let mut lock: libc::flock = unsafe { std::mem::zeroed() };
        lock.l_type = libc::F_WRLCK as libc::c_short;
        lock.l_whence = libc::SEEK_SET as libc::c_short;
        let asked = fcntl(file.as_ref(), FcntlArg::F_OFD_GETLK(&mut lock));
        asked.is_ok() && lock.l_type == libc::F_WRLCK as libc::c_short
    }

    /// The first offset from `from` on that may hold something else than zeros; none if all the rest is a hole.
    /// Spares reading the 64 MB of zeros that are preallocated behind a log's end.
    pub fn next_data(&self, from: u64) -> Option<u64> {
        match &self.body {
            Body::Disk(file) => {
                let offset = i64::try_from(from).ok()?;
                match lseek(file, offset, Whence::SeekData) {
                    Ok(data) => Some(u64::try_from(data).map_or(from, |data| data.max(from))),
                    Err(Errno::ENXIO) => None,
                    Err(_) => Some(from),
                }
            }
            Body::Packed(pages) => pages.next_data(from),
        }
    }
}

impl ReadAt for DiskFile {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        match &self.body {
            Body::Disk(file) => file.read_exact_at(buf, offset),
            Body::Packed(pages) => pages.read_exact_at(buf, offset),
        }
    }
}

impl fmt::Debug for DiskFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiskFile").field("path", &self.path).field("len", &self.len).finish()
    }
}
