//! Where to mount, and where not.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::error::FuseError;
use super::unmount::{detach, table_at};

/// A folder that a mount may stand on: absolute, without links, outside of the state directory.
#[derive(Clone, Debug)]
pub struct Mountpoint(PathBuf);

impl Mountpoint {
    /// Checks `path`, and clears a dead swarmfs from it.
    ///
    /// `state` is the state directory, if it is a folder: a mount in it or on it would touch what must stay as it
    /// is, and one above it would hide it from a running daemon.
    pub fn new(path: &Path, state: Option<&Path>) -> Result<Self, FuseError> {
        let unreachable = |source| FuseError::Unreachable { path: path.to_owned(), source };
        let whole = resolve(path).map_err(unreachable)?;
        clear_if_dead(&whole)?;
        if !std::fs::metadata(&whole).map_err(unreachable)?.is_dir() {
            return Err(FuseError::NotAFolder { path: path.to_owned() });
        }
        if let Some(state) = state {
            refuse_near(&whole, state)?;
        }
        let above = table_at(&whole)?;
        if above.is_some_and(|entry| entry.is_ours()) {
            return Err(FuseError::AlreadyMounted { path: whole });
        }
        Ok(Self(whole))
    }

    /// Its absolute path.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// The absolute path without links, also where a dead mount stands at its end.
pub(super) fn resolve(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if is_disconnected(&error) => {
            let absolute = std::path::absolute(path)?;
            let (Some(parent), Some(name)) = (absolute.parent(), absolute.file_name()) else {
                return Err(error);
            };
            Ok(parent.canonicalize()?.join(name))
        }
        other => other,
    }
}

/// The server behind a FUSE mount is gone.
fn is_disconnected(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOTCONN | libc::ECONNABORTED))
}

fn clear_if_dead(path: &Path) -> Result<(), FuseError> {
    match std::fs::symlink_metadata(path) {
        Err(error) if is_disconnected(&error) => {}
        _ => return Ok(()),
    }
    let mount = table_at(path)?;
    match mount {
        Some(entry) if entry.is_ours() => {
            log::warn!("clearing a dead swarmfs mount from {path:?}");
            detach(path).map_err(|reason| FuseError::StillMounted { path: path.to_owned(), reason })
        }
        Some(entry) => Err(FuseError::DeadForeigner { path: path.to_owned(), kind: entry.kind }),
        None => Ok(()),
    }
}

/// Compares devices and inode numbers, so that bind mounts of the state directory are seen as well.
fn refuse_near(mountpoint: &Path, state: &Path) -> Result<(), FuseError> {
    let Ok(state) = state.canonicalize() else { return Ok(()) };
    let identity = |path: &Path| std::fs::metadata(path).ok().map(|about| (about.dev(), about.ino()));
    let (own, other) = (identity(mountpoint), identity(&state));
    let relation = if own == other {
        "it is"
    } else if mountpoint.ancestors().any(|above| identity(above) == other) {
        "it lies in"
    } else if state.ancestors().any(|above| identity(above) == own) {
        "it would hide"
    } else {
        return Ok(());
    };
    Err(FuseError::TouchesState { mountpoint: mountpoint.to_owned(), state, relation })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_directory_and_its_surroundings_are_refused() {
        let root = tempfile::tempdir().unwrap();
        let (state, aside) = (root.path().join("swarm"), root.path().join("mnt"));
        std::fs::create_dir_all(state.join("raft/inner")).unwrap();
        std::fs::create_dir(&aside).unwrap();
        std::os::unix::fs::symlink(&state, root.path().join("link")).unwrap();
        let refused = |path: &Path| matches!(Mountpoint::new(path, Some(&state)), Err(FuseError::TouchesState { .. }));
        assert!(refused(&state));
        assert!(refused(&state.join("raft/inner")));
        assert!(refused(&root.path().join("link")));
        assert!(refused(&root.path().join("link/raft")));
        assert!(refused(&root.path().join("mnt/../swarm/raft")));
        assert!(refused(root.path()));
        assert_eq!(Mountpoint::new(&aside, Some(&state)).unwrap().path(), aside.canonicalize().unwrap());
        assert!(Mountpoint::new(&state, None).is_ok());
    }

    #[test]
    fn only_folders_will_do() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(matches!(Mountpoint::new(&file, None), Err(FuseError::NotAFolder { .. })));
        assert!(matches!(Mountpoint::new(&root.path().join("none"), None), Err(FuseError::Unreachable { .. })));
    }
}
