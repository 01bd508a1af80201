//! Mounting: a file descriptor of /dev/fuse, made into a filesystem by mount(2) or by fusermount3.
//!
//! Done here and not by the FUSE library, whose release 0.18 unmounts once more at its end, whatever stands at
//! that place by then.

use std::fs::File;
use std::io::{self, IoSliceMut};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::mount::{MsFlags, mount};
use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};

use super::FS_NAME;
use super::error::FuseError;
use super::mount::Access;

const DEVICE: &str = "/dev/fuse";

/// The setuid helpers of fuse 3 and fuse 2.
pub(super) const HELPERS: [&str; 2] = ["fusermount3", "fusermount"];

/// Mounts on `path`, which is absolute and without links, and gives the kernel's end of it.
pub(super) fn attach(path: &Path, access: Access) -> Result<OwnedFd, FuseError> {
    let device = File::options().read(true).write(true).open(DEVICE).map_err(|error| match error.raw_os_error() {
        // Without the driver there may be a node all the same.
        Some(libc::ENOENT | libc::ENODEV | libc::ENXIO) => FuseError::NoDevice,
        _ => FuseError::DeviceClosed(error),
    })?;
    let others = match access {
        Access::Owner => "",
        Access::Everybody => ",allow_other",
    };
    let (user, group) = (nix::unistd::getuid(), nix::unistd::getgid());
    // The root's mode is that of a folder; its permissions come with its attributes.
    let options = format!(
        "fd={},rootmode=40000,user_id={user},group_id={group},default_permissions{others}",
        device.as_raw_fd(),
    );
    let flags = MsFlags::MS_RDONLY | MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    match mount(Some(FS_NAME), path, Some("fuse"), flags, Some(options.as_str())) {
        Ok(()) => Ok(device.into()),
        Err(Errno::EPERM) => by_helper(path, others),
        Err(error) => Err(FuseError::Refused { path: path.to_owned(), reason: error.desc().to_owned() }),
    }
}

/// fusermount3(1) mounts for ordinary users, and sends the descriptor over a socket that it finds in a variable.
fn by_helper(path: &Path, others: &str) -> Result<OwnedFd, FuseError> {
    let failed = |source| FuseError::System { what: "run fusermount3", source };
    let (own, theirs) = UnixStream::pair().map_err(failed)?;
    fcntl(&theirs, FcntlArg::F_SETFD(FdFlag::empty())).map_err(|errno| failed(errno.into()))?;
    let options = format!("ro,nosuid,nodev,noexec,default_permissions,fsname={FS_NAME}{others}");
    let mut helper = start(path, &options, theirs.as_raw_fd())?;
    drop(theirs);
    let device = receive(&own);
    drop(own);
    let mut said = String::new();
    if let Some(stderr) = helper.stderr.take() {
        said = io::read_to_string(stderr).map_err(failed)?;
    }
    helper.wait().map_err(failed)?;
    device.ok_or_else(|| refusal(path, said.trim()))
}

fn start(path: &Path, options: &str, socket: i32) -> Result<Child, FuseError> {
    for helper in HELPERS {
        let child = Command::new(helper)
            .args(["-o", options, "--"])
            .arg(path)
            .env("_FUSE_COMMFD", socket.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        match child {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => {
                return other.map_err(|source| FuseError::System { what: "run fusermount3", source });
            }
        }
    }
    Err(FuseError::NoHelper)
}

/// Nothing where the helper ended without sending one.
fn receive(socket: &UnixStream) -> Option<OwnedFd> {
    let mut word = [0];
    let mut parts = [IoSliceMut::new(&mut word)];
    let mut space = nix::cmsg_space!([i32; 1]);
    let message = loop {
        let flags = MsgFlags::MSG_CMSG_CLOEXEC;
        match recvmsg::<()>(socket.as_raw_fd(), &mut parts, Some(&mut space), flags) {
            Err(Errno::EINTR) => {}
            other => break other.ok()?,
        }
    };
    let fd = message.cmsgs().ok()?.find_map(|control| match control {
        ControlMessageOwned::ScmRights(fds) => fds.first().copied(),
        _ => None,
    })?;
    // SAFETY: the kernel has just made this descriptor for us, and nothing else owns it.
    Some(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn refusal(path: &Path, said: &str) -> FuseError {
    if said.contains("user_allow_other") {
        return FuseError::OthersForbidden;
    }
    let hint = if said.contains("Operation not permitted") {
        "; in a container, add --device /dev/fuse --cap-add SYS_ADMIN"
    } else {
        ""
    };
    FuseError::Refused { path: path.to_owned(), reason: format!("{said}{hint}") }
}
