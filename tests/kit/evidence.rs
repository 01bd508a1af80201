//! Proof that nothing in a state directory was touched: what every file and folder was before and after.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// What everything below a folder was at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    files: BTreeMap<PathBuf, Facts>,
    locks: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Facts {
    inode: u64,
    mode: u32,
    owner: (u32, u32),
    size: u64,
    links: u64,
    blocks: u64,
    accessed: (i64, i64),
    modified: (i64, i64),
    changed: (i64, i64),
    digest: Option<[u8; 32]>,
}

impl Evidence {
    /// Notes everything below `folder`, and who holds locks there.
    pub fn of(folder: &Path) -> io::Result<Evidence> {
        let mut files = BTreeMap::new();
        let mut todo = vec![folder.to_owned()];
        while let Some(path) = todo.pop() {
            // Before the listing, which may change the time of access.
            let meta = fs::symlink_metadata(&path)?;
            if meta.is_dir() {
                for row in fs::read_dir(&path)? {
                    todo.push(row?.path());
                }
            }
            let facts = Facts {
                inode: meta.ino(),
                mode: meta.mode(),
                owner: (meta.uid(), meta.gid()),
                size: meta.size(),
                links: meta.nlink(),
                blocks: meta.blocks(),
                // Listing a folder is the witness's own doing.
                accessed: if meta.is_dir() { (0, 0) } else { (meta.atime(), meta.atime_nsec()) },
                modified: (meta.mtime(), meta.mtime_nsec()),
                changed: (meta.ctime(), meta.ctime_nsec()),
                digest: if meta.is_file() { Some(digest(&path)?) } else { None },
            };
            files.insert(path, facts);
        }
        let inodes: Vec<u64> = files.values().map(|facts| facts.inode).collect();
        Ok(Evidence { locks: locks(&inodes), files })
    }

    /// What differs from `later`, a line each.
    pub fn differences(&self, later: &Evidence) -> Vec<String> {
        let mut found = Vec::new();
        for (path, before) in &self.files {
            match later.files.get(path) {
                Some(after) if after == before => {}
                Some(after) => found.push(format!("{}: was {before:?}, is {after:?}", path.display())),
                None => found.push(format!("{}: is gone", path.display())),
            }
        }
        let new = later.files.keys().filter(|path| !self.files.contains_key(*path));
        found.extend(new.map(|path| format!("{}: is new", path.display())));
        if self.locks != later.locks {
            found.push(format!("locks: were {:?}, are {:?}", self.locks, later.locks));
        }
        found
    }
}

/// SHA-256 of a file, without a mark on its time of access where that is allowed.
fn digest(path: &Path) -> io::Result<[u8; 32]> {
    let quiet = OpenOptions::new().read(true).custom_flags(libc::O_NOATIME).open(path);
    let mut file = quiet.or_else(|_| OpenOptions::new().read(true).open(path))?;
    let (mut hash, mut offset, mut buf) = (Sha256::new(), 0_u64, vec![0; 1 << 16]);
    loop {
        match file.read(&mut buf)? {
            0 => return Ok(hash.finalize().into()),
            read => {
                // A log is 64 MB of mostly nothing; the size is compared anyway.
                if buf[..read].iter().any(|&byte| byte != 0) {
                    hash.update(offset.to_le_bytes());
                    hash.update(&buf[..read]);
                }
                offset += read as u64;
            }
        }
    }
}

/// The lines of `/proc/locks` on these inodes, without their running number.
fn locks(inodes: &[u64]) -> Vec<String> {
    let text = fs::read_to_string("/proc/locks").unwrap_or_default();
    let on_ours = |line: &&str| {
        let place = line.split_whitespace().find(|word| word.matches(':').count() == 2);
        let inode = place.and_then(|place| place.rsplit(':').next()?.parse().ok());
        inode.is_some_and(|inode| inodes.contains(&inode))
    };
    let mut locks: Vec<String> = text
        .lines()
        .filter(on_ours)
        .map(|line| line.split_once(':').map_or(line, |(_, rest)| rest).trim().to_owned())
        .collect();
    locks.sort_unstable();
    locks
}
