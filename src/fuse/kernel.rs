//! Telling the kernel what it does not know, and that what it remembers has changed.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fuser::{INodeNo, Notifier};

use crate::tree::Ino;

/// A way to the kernel's caches. To be used outside of request handlers only: the kernel may wait for a running
/// request on the same inode.
#[derive(Clone, Debug)]
pub struct Kernel {
    notifier: Notifier,
    /// How often contents were told to have changed.
    changes: Arc<AtomicU64>,
}

impl Kernel {
    pub(super) fn new(notifier: Notifier) -> Self {
        Self { notifier, changes: Arc::default() }
    }

    /// The bytes, attributes or rows of a node have changed. Fine where the kernel does not know it.
    pub fn content_changed(&self, ino: Ino) -> io::Result<()> {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.notifier.inval_inode(INodeNo(ino.0), 0, 0)
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
