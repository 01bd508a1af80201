//! A folder on disk that may be hostile: every open is beneath it, follows no link, and yields regular files only.

use std::ffi::CStr;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, OpenHow, ResolveFlag, open, openat, openat2};
use nix::sys::stat::{FileStat, Mode, SFlag, fstat, fstatat};

use super::error::DiskError;
use super::file::DiskFile;
use super::source::{Kind, Listed, MAX_LISTED};

/// Set once the kernel, or a filter in front of it, has refused openat2.
static WITHOUT_OPENAT2: AtomicBool = AtomicBool::new(false);

#[derive(Clone, Debug)]
pub(super) struct DiskFolder {
    fd: Arc<OwnedFd>,
    place: PathBuf,
}

impl DiskFolder {
    pub(super) fn open(path: &Path) -> Result<DiskFolder, DiskError> {
        let fd = open(path, OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC, Mode::empty())
            .map_err(|e| DiskError::io("open", path.display().to_string(), e.into()))?;
        Ok(DiskFolder { fd: Arc::new(fd), place: path.to_owned() })
    }

    pub(super) fn sub(&self, path: &str) -> Result<DiskFolder, DiskError> {
        if path.is_empty() {
            return Ok(self.clone());
        }
        let fd = beneath(self.fd.as_fd(), path, OFlag::O_RDONLY | OFlag::O_DIRECTORY)
            .map_err(|e| DiskError::io("open", self.shown(path), e.into()))?;
        Ok(DiskFolder { fd: Arc::new(fd), place: self.place.join(path) })
    }

    pub(super) fn file(&self, path: &str) -> Result<DiskFile, DiskError> {
        let failed = |e: Errno| DiskError::io("open", self.shown(path), e.into());
        // Looked at first without being opened: opening a pipe may wait, opening a device may do anything.
        let looked = match beneath(self.fd.as_fd(), path, OFlag::O_PATH) {
            Err(Errno::ELOOP) => {
                return Err(DiskError::NotAFile { path: self.shown(path), found: "a symbolic link, or behind one" });
            }
            other => other.map_err(failed)?,
        };
        self.regular(path, &fstat(&looked).map_err(failed)?)?;
        let quiet = OFlag::O_RDONLY | OFlag::O_NONBLOCK | OFlag::O_NOCTTY;
        // Only the owner may leave the access time alone.
        let fd = match beneath(self.fd.as_fd(), path, quiet | OFlag::O_NOATIME) {
            Err(Errno::EPERM) => beneath(self.fd.as_fd(), path, quiet),
            other => other,
        }
        .map_err(failed)?;
        let stat = fstat(&fd).map_err(failed)?;
        self.regular(path, &stat)?;
        Ok(DiskFile::on_disk(File::from(fd), &stat, modified(&stat), path.to_owned()))
    }

    pub(super) fn list(&self, path: &str) -> Result<Vec<Listed>, DiskError> {
        let failed = |e: Errno| DiskError::io("list", self.shown(path), e.into());
        // "." gives a description of its own, so that listings do not share a position.
        let folder = self.sub(path)?;
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        let own = openat(folder.fd.as_fd(), ".", flags, Mode::empty()).map_err(failed)?;
        let mut dir = Dir::from_fd(own).map_err(failed)?;
        let mut names = Vec::new();
        for entry in dir.iter() {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            if name == c"." || name == c".." {
                continue;
            }
            if names.len() == MAX_LISTED {
                return Err(DiskError::TooMany { path: self.shown(path), limit: MAX_LISTED });
            }
            // A file that vanished since is no error: a daemon replaces files by rename.
            if let Some(listed) = look(folder.fd.as_fd(), name).map_err(failed)? {
                names.push(listed);
            }
        }
        Ok(names)
    }

    pub(super) fn place(&self) -> &Path {
        &self.place
    }

    pub(super) fn identity(&self) -> Result<(u64, u64), Errno> {
        fstat(self.fd.as_fd()).map(|stat| (stat.st_dev, stat.st_ino))
    }

    fn regular(&self, path: &str, stat: &FileStat) -> Result<(), DiskError> {
        let found = match SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT {
            SFlag::S_IFREG => return Ok(()),
            SFlag::S_IFDIR => "a folder",
            SFlag::S_IFLNK => "a symbolic link",
            SFlag::S_IFIFO => "a pipe",
            SFlag::S_IFSOCK => "a socket",
            _ => "a device",
        };
        Err(DiskError::NotAFile { path: self.shown(path), found })
    }

    fn shown(&self, path: &str) -> String {
        self.place.join(path).display().to_string()
    }
}

fn look(folder: BorrowedFd<'_>, name: &CStr) -> Result<Option<Listed>, Errno> {
    let stat = match fstatat(folder, name, AtFlags::AT_SYMLINK_NOFOLLOW) {
        Ok(stat) => stat,
        Err(Errno::ENOENT) => return Ok(None),
        Err(e) => return Err(e),
    };
    let kind = match SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT {
        SFlag::S_IFREG => Kind::File,
        SFlag::S_IFDIR => Kind::Folder,
        _ => Kind::Other,
    };
    let len = if kind == Kind::File { stat.st_size.max(0) as u64 } else { 0 };
    let identity = Some((stat.st_dev, stat.st_ino));
    Ok(Some(Listed { name: name.to_bytes().to_owned(), kind, len, modified: modified(&stat), identity }))
}

fn modified(stat: &FileStat) -> (i64, u32) {
    (stat.st_mtime, u32::try_from(stat.st_mtime_nsec).unwrap_or(0))
}

/// Opens a path beneath a folder without following any link.
fn beneath(folder: BorrowedFd<'_>, path: &str, flags: OFlag) -> Result<OwnedFd, Errno> {
    let flags = flags | OFlag::O_CLOEXEC | OFlag::O_NOFOLLOW;
    if !WITHOUT_OPENAT2.load(Ordering::Relaxed) {
        let inside =
            ResolveFlag::RESOLVE_BENEATH | ResolveFlag::RESOLVE_NO_SYMLINKS | ResolveFlag::RESOLVE_NO_MAGICLINKS;
        match openat2(folder, path, OpenHow::new().flags(flags).resolve(inside)) {
            // ENOSYS: a kernel before 5.6. A seccomp filter says EPERM, which O_NOATIME may mean, too.
            Err(Errno::ENOSYS) => WITHOUT_OPENAT2.store(true, Ordering::Relaxed),
            Err(Errno::EPERM) if !flags.contains(OFlag::O_NOATIME) => {}
            other => return other,
        }
    }
    step_by_step(folder, path, flags)
}

/// The same with openat alone: each folder on the way is opened by itself, and must be one.
fn step_by_step(folder: BorrowedFd<'_>, path: &str, flags: OFlag) -> Result<OwnedFd, Errno> {
    let step = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let Some((parents, name)) = path.rsplit_once('/') else {
        return openat(folder, path, flags, Mode::empty());
    };
    let mut at: Option<OwnedFd> = None;
    for part in parents.split('/') {
        let next = openat(at.as_ref().map_or(folder, AsFd::as_fd), part, step, Mode::empty())?;
        at = Some(next);
    }
    openat(at.as_ref().map_or(folder, AsFd::as_fd), name, flags, Mode::empty())
}

#[cfg(test)]
mod tests;
