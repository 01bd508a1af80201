//! A mount and its life.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use fuser::{Config, MountOption, Session, SessionACL};

use super::FS_NAME;
use super::appearance::Appearance;
use super::ending::Ending;
use super::error::FuseError;
use super::glue::Glue;
use super::kernel::Kernel;
use super::mountpoint::Mountpoint;
use super::unmount::Unmounter;
use crate::tree::Forest;

/// How long a signalled mount may serve the programs that are still in it. When the process then ends, the kernel
/// answers them with ENOTCONN; the mount is out of the file tree already.
const GRACE: Duration = Duration::from_millis(500);

/// Handlers decrypt and render, so several of them work at a time, also on a machine of one processor.
const THREADS: std::ops::RangeInclusive<usize> = 2..=4;

/// Who may use a mount.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Only who mounted it.
    #[default]
    Owner,
    /// Everybody, as far as the modes of files allow.
    Everybody,
}

/// What ends the wait of [`Mount::serve`].
pub(super) enum Event {
    /// The kernel closed the connection: unmounted, by whomever.
    Ended(io::Result<()>),
    /// A signal detached the mount.
    Signalled,
}

/// A tree that the kernel knows: accesses wait from now on until [`serve`](Mount::serve) answers them.
pub struct Mount {
    session: Session<Glue>,
    mountpoint: Mountpoint,
    sender: Sender<Event>,
    events: Receiver<Event>,
}

impl Mount {
    /// Mounts. From here on, signals end the mount and not the process.
    pub fn new(
        forest: Arc<dyn Forest>,
        mountpoint: Mountpoint,
        appearance: Appearance,
        access: Access,
        ending: &Ending,
    ) -> Result<Self, FuseError> {
        let (sender, events) = mpsc::channel();
        let session = ending.guard(|| {
            let mut session = Session::new(Glue::new(forest, appearance), mountpoint.path(), &config(access))
                .map_err(|error| diagnose(mountpoint.path(), &error))?;
            let unmounter = Unmounter::new(mountpoint.path().to_owned(), session.unmount_callable());
            Ok((session, unmounter, sender.clone()))
        })?;
        Ok(Self {
            session,
            mountpoint,
            sender,
            events,
        })
    }

    /// A way to the kernel's caches.
    pub fn kernel(&self) -> Kernel {
        Kernel::new(self.session.notifier())
    }

    /// Answers the kernel until the mount ends, by an unmount from outside or by a signal.
    pub fn serve(self) -> Result<(), FuseError> {
        let Self {
            session,
            mountpoint,
            sender,
            events,
        } = self;
        let ended = move || {
            let answer = session.run();
            // Nobody listens any more where a signal came first.
            let _ = sender.send(Event::Ended(answer));
        };
        std::thread::Builder::new()
            .name("session".to_owned())
            .spawn(ended)
            .map_err(|source| FuseError::System {
                what: "start a thread",
                source,
            })?;
        let last = match events.recv() {
            Ok(Event::Signalled) => events.recv_timeout(GRACE),
            other => other.map_err(|_| RecvTimeoutError::Disconnected),
        };
        match last {
            Ok(Event::Signalled) | Err(RecvTimeoutError::Timeout) => Ok(()),
            Ok(Event::Ended(answer)) => answer.map_err(|source| FuseError::Broken {
                path: mountpoint.path().to_owned(),
                source,
            }),
            Err(RecvTimeoutError::Disconnected) => Err(FuseError::Broken {
                path: mountpoint.path().to_owned(),
                source: io::Error::other("the thread that serves it is gone"),
            }),
        }
    }
}

fn config(access: Access) -> Config {
    let mut config = Config::default();
    config.mount_options = vec![
        MountOption::FSName(FS_NAME.to_owned()),
        MountOption::RO,
        MountOption::NoSuid,
        MountOption::NoDev,
        MountOption::NoExec,
        MountOption::DefaultPermissions,
    ];
    config.acl = match access {
        Access::Owner => SessionACL::Owner,
        Access::Everybody => SessionACL::All,
    };
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    config.n_threads = Some(processors.clamp(*THREADS.start(), *THREADS.end()));
    config
}

/// Finds out why the kernel, or the helper for ordinary users, refused.
fn diagnose(path: &Path, error: &io::Error) -> FuseError {
    let said = error.to_string();
    if said.contains("user_allow_other") {
        return FuseError::OthersForbidden;
    }
    match std::fs::OpenOptions::new().read(true).write(true).open("/dev/fuse") {
        Err(device) if device.kind() == io::ErrorKind::NotFound => return FuseError::NoDevice,
        // The node is there, the driver behind it is not.
        Err(device) if matches!(device.raw_os_error(), Some(libc::ENODEV | libc::ENXIO)) => return FuseError::NoDevice,
        Err(device) => return FuseError::DeviceClosed(device),
        Ok(_) => {}
    }
    if error.kind() == io::ErrorKind::NotFound {
        // The device is there and the mountpoint was checked: it is the helper.
        return FuseError::NoHelper;
    }
    FuseError::Refused {
        path: path.to_owned(),
        reason: said.trim().to_owned(),
    }
}
