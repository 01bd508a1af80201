//! Ending a mount from outside or inside.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};

use fuser::SessionUnmounter;
use nix::errno::Errno;
use nix::mount::{MntFlags, umount2};

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
    let whole = mountpoint::resolve(path).map_err(|source| FuseError::Unreachable {
        path: path.to_owned(),
        source,
    })?;
    let mount = mountinfo::at(&whole).map_err(|source| FuseError::System {
        what: "read the table of mounts",
        source,
    })?;
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

/// Takes a mount out of the file tree, whoever uses it.
pub(super) fn detach(path: &Path) -> Result<(), String> {
    release(path, true)
}

/// umount2(2), and for ordinary users its setuid stand-in.
fn release(path: &Path, lazily: bool) -> Result<(), String> {
    // The path was resolved before; a link that took its place must not lead elsewhere.
    let flags = MntFlags::UMOUNT_NOFOLLOW
        | if lazily {
            MntFlags::MNT_DETACH
        } else {
            MntFlags::empty()
        };
    match umount2(path, flags) {
        Ok(()) => Ok(()),
        Err(Errno::EPERM) => by_helper(path, lazily),
        Err(error) => Err(error.desc().to_owned()),
    }
}

fn by_helper(path: &Path, lazily: bool) -> Result<(), String> {
    let flags: &[&str] = if lazily { &["-u", "-z", "--"] } else { &["-u", "--"] };
    let output = Command::new("fusermount3")
        .args(flags)
        .arg(path)
        .output()
        .map_err(|error| format!("fusermount3 (package fuse3): {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}

/// Ends a mount from within its server; may be used from any thread, any number of times.
#[derive(Clone)]
pub struct Unmounter {
    path: PathBuf,
    session: Arc<Mutex<Option<SessionUnmounter>>>,
}

impl Unmounter {
    pub(super) fn new(path: PathBuf, session: SessionUnmounter) -> Self {
        Self {
            path,
            session: Arc::new(Mutex::new(Some(session))),
        }
    }

    /// Takes the mount out of the file tree. The first call does; later ones do nothing, so that they cannot hit
    /// another mount that has taken the place.
    pub fn end(&self) {
        let Some(mut session) = self.session.lock().unwrap_or_else(PoisonError::into_inner).take() else {
            return;
        };
        // The session sees whether it is still mounted, but gives up where files are open.
        if let Err(error) = session.unmount() {
            log::debug!("unmounting {:?}: {error}; detaching", self.path);
            if let Err(reason) = detach(&self.path) {
                log::error!("cannot unmount {:?}: {reason}", self.path);
            }
        }
    }
}
