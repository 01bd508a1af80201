//! What `stat` shows of a node: owner, mode, blocks, times.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fuser::{FileAttr, FileType, INodeNo};

use crate::tree::{Attr, Lifetime, Moment, NodeKind};

/// Sizes of blocks, in bytes: that of `st_blocks` (fixed by POSIX) and that of a good read.
pub(super) const SECTOR: u64 = 512;
pub(super) const BLOCK_SIZE: u32 = 4096;

/// Attributes that cannot change: so long that the kernel never asks again (it clamps to what its clock holds).
const ENDLESS: Duration = Duration::from_secs(1 << 40);

/// Who owns the files that are shown, and which permissions they lack.
///
/// As with other FUSE filesystems, `umask` is taken from 0444 for files and from 0555 for folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appearance {
    /// The owner.
    pub uid: u32,
    /// The group.
    pub gid: u32,
    /// The permissions that are taken away.
    pub umask: u16,
}

impl Appearance {
    /// Files 0400 and folders 0500, owned by who runs this.
    pub fn of_this_user() -> Self {
        Self { uid: nix::unistd::geteuid().as_raw(), gid: nix::unistd::getegid().as_raw(), umask: 0o077 }
    }

    pub(super) fn file_attr(&self, attr: &Attr) -> FileAttr {
        let time = system_time(attr.modified);
        FileAttr {
            ino: INodeNo(attr.ino.0),
            size: attr.size,
            blocks: attr.size.div_ceil(SECTOR),
            atime: time,
            mtime: time,
            ctime: time,
            crtime: time,
            kind: file_type(attr.kind),
            perm: match attr.kind {
                NodeKind::Folder => 0o555 & !self.umask,
                NodeKind::File => 0o444 & !self.umask,
                NodeKind::Link => 0o777,
            },
            nlink: attr.links,
            uid: self.uid,
            gid: self.gid,
            rdev: 0,
            blksize: BLOCK_SIZE,
            flags: 0,
        }
    }
}

pub(super) fn file_type(kind: NodeKind) -> FileType {
    match kind {
        NodeKind::Folder => FileType::Directory,
        NodeKind::File => FileType::RegularFile,
        NodeKind::Link => FileType::Symlink,
    }
}

/// How long the kernel may believe something.
pub(super) fn time_to_live(lifetime: Lifetime) -> Duration {
    match lifetime {
        Lifetime::Endless => ENDLESS,
        Lifetime::None => Duration::ZERO,
    }
}

/// Moments come from the data: one beyond what the clock holds becomes the epoch.
fn system_time(moment: Moment) -> SystemTime {
    let whole = Duration::from_secs(moment.seconds.unsigned_abs());
    let second = if moment.seconds < 0 { UNIX_EPOCH.checked_sub(whole) } else { UNIX_EPOCH.checked_add(whole) };
    second
        .and_then(|second| second.checked_add(Duration::from_nanos(u64::from(moment.nanos.min(999_999_999)))))
        .unwrap_or(UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Ino;

    fn attr(kind: NodeKind, size: u64) -> Attr {
        Attr { ino: Ino(7), kind, size, modified: Moment::default(), links: 1, lifetime: Lifetime::Endless }
    }

    #[test]
    fn the_umask_is_taken_from_the_permissions() {
        let shown = |umask, kind| Appearance { uid: 1, gid: 2, umask }.file_attr(&attr(kind, 0)).perm;
        assert_eq!(shown(0o077, NodeKind::File), 0o400);
        assert_eq!(shown(0o077, NodeKind::Folder), 0o500);
        assert_eq!(shown(0o022, NodeKind::File), 0o444);
        assert_eq!(shown(0o027, NodeKind::Folder), 0o550);
        assert_eq!(shown(0o777, NodeKind::Link), 0o777);
    }

    #[test]
    fn blocks_are_rounded_up() {
        let blocks = |size| Appearance::of_this_user().file_attr(&attr(NodeKind::File, size)).blocks;
        assert_eq!([blocks(0), blocks(1), blocks(512), blocks(513)], [0, 1, 1, 2]);
        assert_eq!(blocks(u64::MAX), u64::MAX / 512 + 1);
    }

    #[test]
    fn any_moment_has_a_time() {
        let before = system_time(Moment { seconds: -2, nanos: 500_000_000 });
        assert_eq!(UNIX_EPOCH.duration_since(before).unwrap(), Duration::from_millis(1500));
        for seconds in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX] {
            for nanos in [0, 1, 999_999_999, u32::MAX] {
                system_time(Moment { seconds, nanos });
            }
        }
    }
}
