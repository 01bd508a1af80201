//! Why there is no mount, or no end of one.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// What went wrong between here and the kernel, and what to do about it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FuseError {
    /// The mountpoint cannot be reached.
    #[error("cannot use {path:?} as a mountpoint: {source}; create the folder first, or name another")]
    Unreachable {
        /// As it was given.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The mountpoint is no folder.
    #[error("cannot use {path:?} as a mountpoint: it is not a folder")]
    NotAFolder {
        /// As it was given.
        path: PathBuf,
    },
    /// The mount would stand in the evidence, or hide it.
    #[error(
        "refusing to mount on {mountpoint:?}: {relation} the state directory {state:?}, which must stay as it is; \
         choose a mountpoint elsewhere"
    )]
    TouchesState {
        /// The mountpoint.
        mountpoint: PathBuf,
        /// The state directory.
        state: PathBuf,
        /// `it is`, `it lies in`, `it would hide`.
        relation: &'static str,
    },
    /// A living swarmfs is mounted there already.
    #[error("{path:?} already has a swarmfs mounted on it; end that with: swarmfs umount {path:?}")]
    AlreadyMounted {
        /// The mountpoint.
        path: PathBuf,
    },
    /// A dead mount of another filesystem.
    #[error("a dead {kind} mount stands on {path:?}; it is not swarmfs's, so end it yourself: umount -l {path:?}")]
    DeadForeigner {
        /// The mountpoint.
        path: PathBuf,
        /// Its type, from the kernel's table.
        kind: String,
    },
    /// No FUSE device.
    #[error(
        "/dev/fuse is missing, so nothing can be mounted; load the kernel module (modprobe fuse), \
         or start the container with --device /dev/fuse --cap-add SYS_ADMIN. \
         `swarmfs ls`, `cat` and `tree` work without it"
    )]
    NoDevice,
    /// The FUSE device may not be opened.
    #[error(
        "/dev/fuse cannot be opened: {0}; become root, or let an administrator allow it (chmod 666 /dev/fuse). \
         In a container, add --device /dev/fuse --cap-add SYS_ADMIN. `swarmfs ls`, `cat` and `tree` work without it"
    )]
    DeviceClosed(io::Error),
    /// An ordinary user needs the setuid helper.
    #[error("mounting as an ordinary user needs the program fusermount3, which is missing; install the package fuse3")]
    NoHelper,
    /// `allow_other` by an ordinary user.
    #[error("allow_other is only for root, unless an administrator writes user_allow_other into /etc/fuse.conf")]
    OthersForbidden,
    /// The kernel, or the helper, refused.
    #[error("cannot mount on {path:?}: {reason}")]
    Refused {
        /// The mountpoint.
        path: PathBuf,
        /// What was said.
        reason: String,
    },
    /// The connection to the kernel broke.
    #[error("the mount on {path:?} ended by an error: {source}")]
    Broken {
        /// The mountpoint.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is no swarmfs at that place.
    #[error("no swarmfs is mounted on {path:?}; `findmnt -S swarmfs` lists them")]
    NotMounted {
        /// As it was given.
        path: PathBuf,
    },
    /// It could not be unmounted.
    #[error("cannot unmount {path:?}: {reason}")]
    StillMounted {
        /// The mountpoint.
        path: PathBuf,
        /// What was said.
        reason: String,
    },
    /// Signals or threads could not be set up.
    #[error("cannot {what}: {source}")]
    System {
        /// What was tried.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
}
