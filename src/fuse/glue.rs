//! Requests of the kernel, answered from the tree.

use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use fuser::{
    AccessFlags, BsdFileFlags, CopyFileRangeFlags, Errno, FileAttr, FileHandle, Filesystem, FopenFlags, Generation,
    INodeNo, InitFlags, KernelConfig, LockOwner, OpenFlags, RenameFlags, ReplyAttr, ReplyCreate, ReplyData,
    ReplyDirectory, ReplyDirectoryPlus, ReplyEmpty, ReplyEntry, ReplyLseek, ReplyOpen, ReplyStatfs, ReplyWrite,
    ReplyXattr, Request, TimeOrNow, WriteFlags,
};

use super::ahead::Ahead;
use super::appearance::{Appearance, BLOCK_SIZE, SECTOR, file_type, time_to_live};
use super::listing;
use super::told::Told;
use crate::tree::{Attr, Forest, Ino, Lifetime, Moment, Row, TreeError};
use crate::wiped::Wiped;

/// Inode numbers are never used twice, so one generation is enough.
const GENERATION: Generation = Generation(0);

/// There are no file handles: what is read depends on the inode only.
const HANDLE: FileHandle = FileHandle(0);

/// The longest name that a path can contain.
const NAME_MAX: usize = 255;

/// A reply is built up to this size without asking for more memory.
const USUAL_READ: usize = 1 << 20;

/// What the kernel is asked for; each is taken where it is offered.
///
/// READDIRPLUS without its AUTO: `grep -r` and `ls -l` read a whole listing before they touch a file, and AUTO
/// would then ask for each by itself. AUTO_INVAL_DATA: a file of unchanged size but a new time is read again.
const WISHES: [InitFlags; 4] = [
    InitFlags::FUSE_DO_READDIRPLUS,
    InitFlags::FUSE_PARALLEL_DIROPS,
    InitFlags::FUSE_CACHE_SYMLINKS,
    InitFlags::FUSE_AUTO_INVAL_DATA,
];

/// A tree as the kernel sees it.
pub(super) struct Glue {
    forest: Arc<dyn Forest>,
    appearance: Appearance,
    told: Arc<Told>,
    ahead: Arc<Ahead>,
    /// The kernel takes ENOSYS for "never ask again" when a file, or a folder, is opened.
    open_is_silent: bool,
    opendir_is_silent: bool,
}

impl Glue {
    pub(super) fn new(forest: Arc<dyn Forest>, appearance: Appearance, told: Arc<Told>, ahead: Arc<Ahead>) -> Self {
        Self { forest, appearance, told, ahead, open_is_silent: false, opendir_is_silent: false }
    }

    /// The attributes as the kernel gets them, which also remembers that it got them.
    fn tell(&self, attr: &Attr) -> FileAttr {
        self.told.note(attr);
        self.appearance.file_attr(attr)
    }

    /// Attributes for a row of a listing, and how long it holds (there is one lifetime for name and attributes).
    fn of_row(&self, row: &Row<'_>) -> (FileAttr, Duration) {
        let untold = || {
            let (size, modified) = (0, Moment::default());
            Attr { ino: row.ino, kind: row.kind, size, modified, links: 1, lifetime: Lifetime::None }
        };
        let (attr, name) = match row.found {
            Some(found) => (found.attr, found.name),
            None => (self.told.last(row.ino).unwrap_or_else(untold), Lifetime::None),
        };
        let holds = time_to_live(attr.lifetime).min(time_to_live(name));
        (self.appearance.file_attr(&attr), holds)
    }
}

/// Runs the body of a handler. A panic costs one request, not the thread that serves it: the reply that the body
/// owns is dropped unanswered, which sends EIO.
fn guarded(request: &'static str, body: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(body)).is_err() {
        log::error!("{request}: an internal error was answered with EIO; the mount goes on");
    }
}

fn errno(error: &TreeError) -> Errno {
    match error {
        TreeError::NotFound => Errno::ENOENT,
        TreeError::NotAFolder => Errno::ENOTDIR,
        TreeError::IsAFolder => Errno::EISDIR,
        TreeError::NotALink => Errno::EINVAL,
        TreeError::Gone => Errno::ESTALE,
        TreeError::Unreadable(_) => {
            log::error!("{}", error.to_string().escape_debug());
            Errno::EIO
        }
    }
}

impl Filesystem for Glue {
    fn init(&mut self, _: &Request, config: &mut KernelConfig) -> io::Result<()> {
        for wish in WISHES {
            if config.add_capabilities(wish).is_err() {
                log::info!("this kernel lacks {wish:?}");
            }
        }
        let offered = config.capabilities();
        self.open_is_silent = offered.contains(InitFlags::FUSE_NO_OPEN_SUPPORT);
        self.opendir_is_silent = offered.contains(InitFlags::FUSE_NO_OPENDIR_SUPPORT);
        Ok(())
    }

    fn lookup(&self, _: &Request, parent: INodeNo, name: &OsStr, reply: ReplyEntry) {
        guarded("lookup", || {
            if name.len() > NAME_MAX {
                return reply.error(Errno::ENAMETOOLONG);
            }
            match self.forest.lookup(Ino(parent.0), name.as_bytes()) {
                Ok(found) => {
                    let (attr, name) = (time_to_live(found.attr.lifetime), time_to_live(found.name));
                    reply.entry_with_ttls(&attr, &name, &self.tell(&found.attr), GENERATION);
                }
                // An error, unlike an entry of inode 0, is not remembered by the kernel: names may appear.
                Err(error) => reply.error(errno(&error)),
            }
        });
    }

    fn getattr(&self, _: &Request, ino: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        guarded("getattr", || {
            self.told.ask(Ino(ino.0));
            match self.forest.attr(Ino(ino.0)) {
                Ok(attr) => reply.attr(&time_to_live(attr.lifetime), &self.tell(&attr)),
                Err(error) => reply.error(errno(&error)),
            }
        });
    }

    fn readlink(&self, _: &Request, ino: INodeNo, reply: ReplyData) {
        guarded("readlink", || match self.forest.target(Ino(ino.0)) {
            Ok(target) => reply.data(&target),
            Err(error) => reply.error(errno(&error)),
        });
    }

    fn open(&self, _: &Request, _: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        guarded("open", || match self.open_is_silent {
            true => reply.error(Errno::ENOSYS),
            false => reply.opened(HANDLE, FopenFlags::FOPEN_KEEP_CACHE),
        });
    }

    fn opendir(&self, _: &Request, _: INodeNo, _: OpenFlags, reply: ReplyOpen) {
        guarded("opendir", || match self.opendir_is_silent {
            true => reply.error(Errno::ENOSYS),
            false => reply.opened(HANDLE, FopenFlags::FOPEN_KEEP_CACHE | FopenFlags::FOPEN_CACHE_DIR),
        });
    }

    fn read(
        &self,
        _: &Request,
        ino: INodeNo,
        _: FileHandle,
        offset: u64,
        size: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        guarded("read", || {
            let size = size as usize;
            if offset == 0 {
                self.ahead.note(Ino(ino.0));
            }
            let mut data = Wiped::with_capacity(size.min(USUAL_READ));
            let answer = self.forest.read(Ino(ino.0), offset, size, &mut |piece| {
                let room = size.saturating_sub(data.len());
                data.extend_from_slice(piece.get(..room).unwrap_or(piece));
            });
            match answer {
                Ok(()) => reply.data(&data),
                Err(error) => reply.error(errno(&error)),
            }
        });
    }

    fn readdir(&self, _: &Request, ino: INodeNo, _: FileHandle, offset: u64, mut reply: ReplyDirectory) {
        guarded("readdir", || {
            let answer = listing::list(&*self.forest, Ino(ino.0), offset, false, &mut |listed| {
                reply.add(INodeNo(listed.row.ino.0), listed.cookie, file_type(listed.row.kind), listed.name)
            });
            match answer {
                Ok(()) => reply.ok(),
                Err(error) => reply.error(errno(&error)),
            }
        });
    }

    fn readdirplus(&self, _: &Request, ino: INodeNo, _: FileHandle, offset: u64, mut reply: ReplyDirectoryPlus) {
        guarded("readdirplus", || {
            let answer = listing::list(&*self.forest, Ino(ino.0), offset, true, &mut |listed| {
                let (attr, holds) = self.of_row(&listed.row);
                reply.add(attr.ino, listed.cookie, listed.name, &holds, &attr, GENERATION)
            });
            match answer {
                Ok(()) => reply.ok(),
                Err(error) => reply.error(errno(&error)),
            }
        });
    }

    fn statfs(&self, _: &Request, _: INodeNo, reply: ReplyStatfs) {
        guarded("statfs", || {
            let totals = self.forest.totals();
            let (free, sector) = (0, SECTOR as u32);
            let blocks = totals.bytes.div_ceil(SECTOR);
            reply.statfs(blocks, free, free, totals.files, free, BLOCK_SIZE, NAME_MAX as u32, sector);
        });
    }

    // ENOSYS below tells the kernel not to ask again: it then does without, as for any filesystem that lacks these.

    fn flush(&self, _: &Request, _: INodeNo, _: FileHandle, _: LockOwner, reply: ReplyEmpty) {
        reply.error(Errno::ENOSYS);
    }

    fn fsync(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        reply.error(Errno::ENOSYS);
    }

    fn fsyncdir(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        reply.error(Errno::ENOSYS);
    }

    fn access(&self, _: &Request, _: INodeNo, _: AccessFlags, reply: ReplyEmpty) {
        reply.error(Errno::ENOSYS);
    }

    fn getxattr(&self, _: &Request, _: INodeNo, _: &OsStr, _: u32, reply: ReplyXattr) {
        reply.error(Errno::ENOSYS);
    }

    fn listxattr(&self, _: &Request, _: INodeNo, _: u32, reply: ReplyXattr) {
        reply.error(Errno::ENOSYS);
    }

    fn lseek(&self, _: &Request, _: INodeNo, _: FileHandle, _: i64, _: i32, reply: ReplyLseek) {
        reply.error(Errno::ENOSYS);
    }

    // The kernel itself refuses writes to a read-only mount. These answer where somebody remounts it read-write.

    fn setattr(
        &self,
        _: &Request,
        _: INodeNo,
        _: Option<u32>,
        _: Option<u32>,
        _: Option<u32>,
        _: Option<u64>,
        _: Option<TimeOrNow>,
        _: Option<TimeOrNow>,
        _: Option<SystemTime>,
        _: Option<FileHandle>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<SystemTime>,
        _: Option<BsdFileFlags>,
        reply: ReplyAttr,
    ) {
        reply.error(Errno::EROFS);
    }

    fn mknod(&self, _: &Request, _: INodeNo, _: &OsStr, _: u32, _: u32, _: u32, reply: ReplyEntry) {
        reply.error(Errno::EROFS);
    }

    fn mkdir(&self, _: &Request, _: INodeNo, _: &OsStr, _: u32, _: u32, reply: ReplyEntry) {
        reply.error(Errno::EROFS);
    }

    fn unlink(&self, _: &Request, _: INodeNo, _: &OsStr, reply: ReplyEmpty) {
        reply.error(Errno::EROFS);
    }

    fn rmdir(&self, _: &Request, _: INodeNo, _: &OsStr, reply: ReplyEmpty) {
        reply.error(Errno::EROFS);
    }

    fn symlink(&self, _: &Request, _: INodeNo, _: &OsStr, _: &Path, reply: ReplyEntry) {
        reply.error(Errno::EROFS);
    }

    fn rename(&self, _: &Request, _: INodeNo, _: &OsStr, _: INodeNo, _: &OsStr, _: RenameFlags, reply: ReplyEmpty) {
        reply.error(Errno::EROFS);
    }

    fn link(&self, _: &Request, _: INodeNo, _: INodeNo, _: &OsStr, reply: ReplyEntry) {
        reply.error(Errno::EROFS);
    }

    fn write(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        _: u64,
        _: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        reply.error(Errno::EROFS);
    }

    fn create(&self, _: &Request, _: INodeNo, _: &OsStr, _: u32, _: u32, _: i32, reply: ReplyCreate) {
        reply.error(Errno::EROFS);
    }

    fn setxattr(&self, _: &Request, _: INodeNo, _: &OsStr, _: &[u8], _: i32, _: u32, reply: ReplyEmpty) {
        reply.error(Errno::EROFS);
    }

    fn removexattr(&self, _: &Request, _: INodeNo, _: &OsStr, reply: ReplyEmpty) {
        reply.error(Errno::EROFS);
    }

    fn fallocate(&self, _: &Request, _: INodeNo, _: FileHandle, _: u64, _: u64, _: i32, reply: ReplyEmpty) {
        reply.error(Errno::EROFS);
    }

    fn copy_file_range(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        _: u64,
        _: INodeNo,
        _: FileHandle,
        _: u64,
        _: u64,
        _: CopyFileRangeFlags,
        reply: ReplyWrite,
    ) {
        reply.error(Errno::EROFS);
    }
}
