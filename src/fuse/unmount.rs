//! Ending a mount from outside or inside.

use std::path::{Path, PathBuf};
use std::process::Command;

use nix::errno::Errno;
use nix::mount::{MntFlags, umount2};

use super::attach::HELPERS;
use super::error::FuseError;
use super::{mountinfo, mountpoint};

/// How a mount ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmounted {
    /// Nothing held it.
    Clean,
    /// Some program is still in it: it is gone from the file tree, and its server ends with the last such program.
    StillHeld,
}

/// Unmounts the swarmfs at `path`, also a dead one, also one that is in use. Leaves every other filesystem alone.
pub fn unmount(path: &Path) -> Result<Unmounted, FuseError> {
    let whole = mountpoint::resolve(path).map_err(|source| FuseError::Unreachable { path: path.to_owned(), source })?;
    let mount = table_at(&whole)?;
    if !mount.is_some_and(|entry| entry.is_ours()) {
        return Err(FuseError::NotMounted { path: path.to_owned() });
    }
    match release(&whole, false) {
        Ok(()) => Ok(Unmounted::Clean),
        Err(_) => detach(&whole)
            .map(|()| Unmounted::StillHeld)
            .map_err(|reason| FuseError::StillMounted { path: whole, reason }),
    }
}

/// The device number of the swarmfs at `path`, such as `0:47`.
pub fn device_of(path: &Path) -> Result<String, FuseError> {
    let whole = mountpoint::resolve(path).map_err(|source| FuseError::Unreachable { path: path.to_owned(), source })?;
    let mount = table_at(&whole)?.filter(|entry| entry.is_ours());
    mount.map(|entry| entry.device).ok_or_else(|| FuseError::NotMounted { path: path.to_owned() })
}

/// Takes a mount out of the file tree, whoever uses it.
pub(super) fn detach(path: &Path) -> Result<(), String> {
    release(path, true)
}

/// umount2(2), and for ordinary users its setuid stand-in.
fn release(path: &Path, lazily: bool) -> Result<(), String> {
    // The path was resolved before; a link that took its place must not lead elsewhere.
    let flags = MntFlags::UMOUNT_NOFOLLOW | if lazily { MntFlags::MNT_DETACH } else { MntFlags::empty() };
    match umount2(path, flags) {
        Ok(()) => Ok(()),
        Err(Errno::EPERM) => by_helper(path, lazily),
        Err(error) => Err(error.desc().to_owned()),
    }
}

fn by_helper(path: &Path, lazily: bool) -> Result<(), String> {
    let flags: &[&str] = if lazily { &["-u", "-z", "--"] } else { &["-u", "--"] };
    let run = |helper| Command::new(helper).args(flags).arg(path).output();
    let [first, second] = HELPERS;
    let output = run(first).or_else(|_| run(second)).map_err(|error| format!("{first} (package fuse3): {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

/// Ends a mount from within its server; may be used from any thread, any number of times.
#[derive(Clone, Debug)]
pub struct Unmounter {
    path: PathBuf,
    device: String,
}

impl Unmounter {
    /// The device number of the mount, such as `0:47`.
    pub fn device(&self) -> &str {
        &self.device
    }

    /// For what was mounted on `path` just now.
    pub(super) fn of_mount_at(path: &Path) -> Result<Self, FuseError> {
        match table_at(path)? {
            Some(entry) => Ok(Self { path: path.to_owned(), device: entry.device }),
            None => Err(FuseError::NotMounted { path: path.to_owned() }),
        }
    }

    /// Takes the mount out of the file tree, whoever uses it. Does nothing where it is gone, and never touches
    /// another mount that has taken its place.
    pub fn end(&self) {
        let stands = table_at(&self.path).is_ok_and(|entry| entry.is_some_and(|entry| entry.device == self.device));
        if stands
            && release(&self.path, false).is_err()
            && let Err(reason) = detach(&self.path)
        {
            log::error!("cannot unmount {:?}: {reason}", self.path);
        }
    }
}

/// What the kernel has on top at `path`.
pub(super) fn table_at(path: &Path) -> Result<Option<mountinfo::Entry>, FuseError> {
    mountinfo::at(path).map_err(|source| FuseError::System { what: "read the table of mounts", source })
}
