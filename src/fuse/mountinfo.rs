//! The kernel's table of mounts, `/proc/self/mountinfo` (proc_pid_mountinfo(5)).

use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// One mount.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Major and minor number, which tell one mount of ours from another.
    pub(super) device: String,
    pub(super) mountpoint: PathBuf,
    pub(super) kind: String,
    pub(super) source: OsString,
}

impl Entry {
    pub(super) fn is_fuse(&self) -> bool {
        self.kind == "fuse" || self.kind.starts_with("fuse.")
    }

    pub(super) fn is_ours(&self) -> bool {
        self.is_fuse() && self.source == super::FS_NAME
    }
}

/// The mount that is on top at `path`, which is absolute and without links.
pub(super) fn at(path: &Path) -> io::Result<Option<Entry>> {
    let table = std::fs::read("/proc/self/mountinfo")?;
    // The last line of a place is the one on top.
    Ok(table.split(|byte| *byte == b'\n').filter_map(parse).rfind(|entry| entry.mountpoint == path))
}

/// `36 35 98:0 /root /mountpoint options [fields…] - kind source options`
fn parse(line: &[u8]) -> Option<Entry> {
    let mut fields = line.split(|byte| *byte == b' ');
    let device = String::from_utf8_lossy(fields.nth(2)?).into_owned();
    let mountpoint = PathBuf::from(unescape(fields.nth(1)?));
    let mut rest = fields.skip_while(|field| *field != b"-").skip(1);
    let kind = String::from_utf8_lossy(rest.next()?).into_owned();
    Some(Entry { device, mountpoint, kind, source: unescape(rest.next()?) })
}

/// Blanks, newlines and backslashes stand as three octal digits.
fn unescape(field: &[u8]) -> OsString {
    let mut out = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&first, behind)) = rest.split_first() {
        let octal = behind.get(..3).filter(|digits| first == b'\\' && digits.iter().all(|d| (b'0'..=b'7').contains(d)));
        let value = octal.and_then(|d| u8::from_str_radix(std::str::from_utf8(d).ok()?, 8).ok());
        match value {
            Some(byte) => {
                out.push(byte);
                rest = behind.get(3..).unwrap_or_default();
            }
            None => {
                out.push(first);
                rest = behind;
            }
        }
    }
    OsString::from_vec(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_understood() {
        let entry = parse(b"82 28 0:48 / /mnt/a\\040b\\134c ro,nosuid - fuse swarmfs ro,user_id=0").unwrap();
        assert_eq!(entry.mountpoint, Path::new("/mnt/a b\\c"));
        assert!(entry.is_ours());
        assert_eq!(entry.device, "0:48");
        let shared = parse(b"28 1 8:1 / / rw shared:1 master:2 - ext4 /dev/sda1 rw").unwrap();
        assert_eq!((shared.kind.as_str(), shared.is_ours()), ("ext4", false));
        assert!(!parse(b"1 1 0:1 / /x rw - fuse.sshfs swarm rw").unwrap().is_ours());
    }

    #[test]
    fn odd_lines_are_no_entries() {
        for line in [&b""[..], b"1 2 3", b"1 2 3 4 5 6", b"1 2 3 4 /x 6 -", b"1 2 3 4 /x 6 - fuse"] {
            assert_eq!(parse(line), None);
        }
        assert_eq!(unescape(b"\\\\04\\777\\8"), OsString::from_vec(b"\\\\04\\777\\8".to_vec()));
    }

    #[test]
    fn the_root_is_a_mount() {
        assert!(at(Path::new("/")).unwrap().is_some());
        assert_eq!(at(Path::new("/no/such/place")).unwrap(), None);
    }
}
