//! Telling the kernel that what it remembers has changed.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;

use fuser::{INodeNo, Notifier};

use crate::tree::Ino;

/// A way to the kernel's caches. To be used outside of request handlers only: the kernel may wait for a running
/// request on the same inode.
#[derive(Clone, Debug)]
pub struct Kernel(Notifier);

impl Kernel {
    pub(super) fn new(notifier: Notifier) -> Self {
        Self(notifier)
    }

    /// The bytes, attributes or rows of a node have changed. Fine where the kernel does not know it.
    pub fn content_changed(&self, ino: Ino) -> io::Result<()> {
        self.0.inval_inode(INodeNo(ino.0), 0, 0)
    }

    /// A name leads to another node now, or to none. Fine where the kernel does not know it.
    pub fn name_changed(&self, parent: Ino, name: &[u8]) -> io::Result<()> {
        self.0.inval_entry(INodeNo(parent.0), OsStr::from_bytes(name))
    }
}
