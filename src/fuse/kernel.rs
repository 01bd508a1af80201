//! Telling the kernel what it does not know, and that what it remembers has changed.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fuser::{INodeNo, Notifier};

use super::told::Told;
use crate::tree::Ino;

/// A way to the kernel's caches. To be used outside of request handlers only: the kernel may wait for a running
/// request on the same inode.
#[derive(Clone, Debug)]
pub struct Kernel {
    notifier: Notifier,
    told: Arc<Told>,
    /// How often contents were told to have changed.
    changes: Arc<AtomicU64>,
}

impl Kernel {
    pub(super) fn new(notifier: Notifier, told: Arc<Told>) -> Self {
        Self { notifier, told, changes: Arc::default() }
    }

    /// The bytes, attributes or rows of a node have changed. Fine where the kernel does not know it.
    pub fn content_changed(&self, ino: Ino) -> io::Result<()> {
        self.changed_from(ino, 0)
    }

    /// The same for a file whose first bytes have not changed; whoever is reading these is not waited for.
    pub fn changed_from(&self, ino: Ino, offset: u64) -> io::Result<()> {
        self.changes.fetch_add(1, Ordering::SeqCst);
        // Whole pages, to the end.
        self.notifier.inval_inode(INodeNo(ino.0), i64::try_from(offset).unwrap_or(0), 0)
    }

    /// True if the kernel asked for the attributes of a file lately.
    pub fn asked(&self, ino: Ino) -> bool {
        self.told.is_asked(ino)
    }

    /// Sets the size of a file of lines that has grown.
    ///
    /// The kernel drops an answer that is under way when it is told to forget the attributes: `stat` shows the new size
    /// by then, but a read that is overtaken once more ends at the old one. To have the last byte sets the size for
    /// certain.
    pub fn set_size(&self, ino: Ino, size: u64) -> io::Result<()> {
        self.told.set_size(ino, size);
        size.checked_sub(1).map_or(Ok(()), |last| self.notifier.store(INodeNo(ino.0), last, b"\n"))
    }

    /// A name leads to another node now, or to none. Fine where the kernel does not know it.
    pub fn name_changed(&self, parent: Ino, name: &[u8]) -> io::Result<()> {
        self.notifier.inval_entry(INodeNo(parent.0), OsStr::from_bytes(name))
    }

    /// Puts a file's bytes, whole, into the page cache. Fine where the kernel does not know the file.
    pub(super) fn hand_over(&self, ino: Ino, bytes: &[u8]) -> io::Result<()> {
        self.notifier.store(INodeNo(ino.0), 0, bytes)
    }

    /// How often contents were told to have changed so far.
    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }
}
