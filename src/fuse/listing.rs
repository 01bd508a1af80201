//! Directory listings: `.` and `..`, the kernel's cookies, and rows that it would not take.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

use crate::tree::{Forest, Ino, NodeKind, Row, TreeError};

/// The kernel's cookies 1 and 2 stand behind `.` and `..`; those of the tree follow.
const DOTS: u64 = 2;

/// The longest name that the kernel takes from a listing is FUSE_NAME_MAX, but no path could contain it.
const NAME_MAX: usize = 255;

/// One row as the kernel gets it.
pub(super) struct Listed<'a> {
    pub(super) name: &'a OsStr,
    pub(super) cookie: u64,
    pub(super) row: Row<'a>,
}

/// Hands the rows behind the kernel's `offset` to `full`, until that answers true.
///
/// An error that comes after some rows is kept for the next call, which starts where it happened.
pub(super) fn list(
    forest: &dyn Forest,
    folder: Ino,
    offset: u64,
    attributes: bool,
    full: &mut dyn FnMut(Listed<'_>) -> bool,
) -> Result<(), TreeError> {
    let mut any = false;
    for (cookie, name, ino) in [(1, ".", folder), (2, "..", forest.parent(folder))] {
        if offset >= cookie {
            continue;
        }
        let row = Row { name: name.as_bytes(), ino, kind: NodeKind::Folder, cookie, found: None };
        if full(Listed { name: OsStr::new(name), cookie, row }) {
            return Ok(());
        }
        any = true;
    }
    let answer = forest.list(folder, offset.saturating_sub(DOTS), attributes, &mut |row| {
        let Some(cookie) = kernel_cookie(row.cookie).filter(|_| acceptable(row.name)) else {
            // One such row makes the kernel refuse the whole listing.
            log::error!("left out of folder {}: inode {} with an impossible name or cookie", folder.0, row.ino.0);
            return true;
        };
        if full(Listed { name: OsStr::from_bytes(row.name), cookie, row }) {
            return false;
        }
        any = true;
        true
    });
    if any { Ok(()) } else { answer }
}

/// File positions are signed.
fn kernel_cookie(cookie: u64) -> Option<u64> {
    cookie.checked_add(DOTS).filter(|position| cookie != 0 && i64::try_from(*position).is_ok())
}

fn acceptable(name: &[u8]) -> bool {
    !name.is_empty()
        && name.len() <= NAME_MAX
        && !name.contains(&b'/')
        && !name.contains(&0)
        && name != b"."
        && name != b".."
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::testing::Stub;

    /// A folder with the given cookies and names, that fails behind its last row where that is asked for.
    struct Rows(Vec<(u64, &'static [u8])>, bool);

    impl Stub for Rows {
        fn rows(&self, _: Ino, cookie: u64, each: &mut dyn FnMut(Row<'_>) -> bool) -> Result<(), TreeError> {
            for &(own, name) in self.0.iter().filter(|(own, _)| *own > cookie) {
                if !each(Row { name, ino: Ino(own), kind: NodeKind::File, cookie: own, found: None }) {
                    return Ok(());
                }
            }
            if self.1 { Err(TreeError::NotAFolder) } else { Ok(()) }
        }
    }

    fn names(rows: &Rows, offset: u64, room: usize) -> (Vec<(String, u64)>, bool) {
        let mut out = Vec::new();
        let answer = list(rows, Ino(9), offset, false, &mut |listed| {
            if out.len() == room {
                return true;
            }
            out.push((listed.name.to_string_lossy().into_owned(), listed.cookie));
            false
        });
        (out, answer.is_ok())
    }

    #[test]
    fn listings_of_any_room_meet_every_row_once() {
        let rows = Rows(vec![(1, b"a"), (2, b"b"), (5, b"c"), (1 << 62, b"d")], false);
        for room in 1..8 {
            let (mut offset, mut seen) = (0, Vec::new());
            loop {
                let (part, fine) = names(&rows, offset, room);
                assert!(fine);
                let Some(last) = part.last() else { break };
                offset = last.1;
                seen.extend(part.into_iter().map(|(name, _)| name));
                assert!(seen.len() <= 6, "rows come again: {seen:?}");
            }
            assert_eq!(seen, [".", "..", "a", "b", "c", "d"], "room for {room}");
        }
    }

    #[test]
    fn rows_that_the_kernel_refuses_are_left_out() {
        let rows = Rows(
            vec![(1, b"a/b"), (2, b""), (3, b"ok"), (4, b"x\0"), (5, &[b'n'; 256]), (u64::MAX - 1, b"far")],
            false,
        );
        assert_eq!(names(&rows, 2, 9).0, [("ok".to_owned(), 5)]);
    }

    #[test]
    fn an_error_comes_behind_the_rows_before_it() {
        let rows = Rows(vec![(1, b"a")], true);
        assert_eq!(names(&rows, 2, 9), (vec![("a".to_owned(), 3)], true));
        assert_eq!(names(&rows, 3, 9), (vec![], false));
    }
}
