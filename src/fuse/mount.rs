//! A mount and its life.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use fuser::{Config, Session, SessionACL};

use super::ahead::Ahead;
use super::appearance::Appearance;
use super::attach::attach;
use super::ending::Ending;
use super::error::FuseError;
use super::glue::Glue;
use super::kernel::Kernel;
use super::mountpoint::Mountpoint;
use super::told::Told;
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
    kernel: Kernel,
    mountpoint: Mountpoint,
    unmounter: Unmounter,
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
        let path = mountpoint.path();
        let (session, kernel, unmounter) = ending.guard(|| {
            let device = attach(path, access)?;
            let unmounter = Unmounter::of_mount_at(path)?;
            let ahead = Arc::new(Ahead::new(forest.clone()));
            let told = Arc::new(Told::new());
            let glue = Glue::new(forest, appearance, told.clone(), ahead.clone());
            let session = Session::from_fd(glue, device, acl(access), config()).map_err(|error| {
                unmounter.end();
                FuseError::Refused { path: path.to_owned(), reason: error.to_string() }
            })?;
            let kernel = Kernel::new(session.notifier(), told);
            ahead.begin(&kernel);
            Ok(((session, kernel, unmounter.clone()), unmounter, sender.clone()))
        })?;
        Ok(Self { session, kernel, mountpoint, unmounter, sender, events })
    }

    /// A way to the kernel's caches.
    pub fn kernel(&self) -> Kernel {
        self.kernel.clone()
    }

    /// A way to end it, for another thread.
    pub fn unmounter(&self) -> Unmounter {
        self.unmounter.clone()
    }

    /// Answers the kernel until the mount ends, by an unmount from outside or by a signal.
    pub fn serve(self) -> Result<(), FuseError> {
        let Self { session, mountpoint, unmounter, sender, events, .. } = self;
        let ended = move || {
            let answer = session.run();
            // Nobody listens any more where a signal came first.
            let _ = sender.send(Event::Ended(answer));
        };
        std::thread::Builder::new()
            .name("session".to_owned())
            .spawn(ended)
            .map_err(|source| FuseError::System { what: "start a thread", source })?;
        let last = match events.recv() {
            Ok(Event::Signalled) => events.recv_timeout(GRACE),
            other => other.map_err(|_| RecvTimeoutError::Disconnected),
        };
        let broken = |source| {
            // A mount that nobody serves would be a dead one.
            unmounter.end();
            FuseError::Broken { path: mountpoint.path().to_owned(), source }
        };
        match last {
            Ok(Event::Ended(Ok(())) | Event::Signalled) | Err(RecvTimeoutError::Timeout) => Ok(()),
            Ok(Event::Ended(Err(source))) => Err(broken(source)),
            Err(RecvTimeoutError::Disconnected) => Err(broken(io::Error::other("the thread that serves it is gone"))),
        }
    }
}

fn acl(access: Access) -> SessionACL {
    match access {
        Access::Owner => SessionACL::Owner,
        Access::Everybody => SessionACL::All,
    }
}

fn config() -> Config {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let mut config = Config::default();
    config.n_threads = Some(processors.clamp(*THREADS.start(), *THREADS.end()));
    config
}
