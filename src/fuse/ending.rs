//! Signals end a mount, not the process under it.

use std::io;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use nix::sys::signal::{SigSet, Signal, raise};

use super::error::FuseError;
use super::mount::Event;
use super::unmount::Unmounter;

/// What a signal has to end: nothing yet, or a mount.
type Target = Option<(Unmounter, Sender<Event>)>;

/// SIGINT, SIGTERM and SIGHUP, held back from every thread and waited for by one.
///
/// To be made before any other thread is, because threads inherit which signals they hold back. Until there is a
/// mount a signal ends the process, as it would without this.
pub struct Ending {
    target: Arc<Mutex<Target>>,
}

impl Ending {
    /// Holds the signals back. `early` tidies up where one ends the process before there is a mount.
    pub fn prepare(early: fn()) -> Result<Self, FuseError> {
        let system = |what| move |source: io::Error| FuseError::System { what, source };
        let set = awaited();
        set.thread_block().map_err(|errno| system("hold signals back")(errno.into()))?;
        let target = Arc::new(Mutex::new(None));
        let shared = Arc::clone(&target);
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || wait(&set, &shared, early))
            .map_err(system("start a thread"))?;
        Ok(Self { target })
    }

    /// Ends the process as Ctrl-C does, where somebody typed that and it came as no signal.
    pub fn interrupted(&self) -> ! {
        die_of(Signal::SIGINT)
    }

    /// Runs `mount` so that a signal comes either before it or after it, and is meant for what it made from then on.
    pub(super) fn guard<T>(
        &self,
        mount: impl FnOnce() -> Result<(T, Unmounter, Sender<Event>), FuseError>,
    ) -> Result<T, FuseError> {
        let mut target = self.target.lock().unwrap_or_else(PoisonError::into_inner);
        let (made, unmounter, events) = mount()?;
        *target = Some((unmounter, events));
        Ok(made)
    }
}

fn wait(set: &SigSet, target: &Mutex<Target>, early: fn()) {
    loop {
        let Ok(signal) = set.wait() else { continue };
        match &*target.lock().unwrap_or_else(PoisonError::into_inner) {
            None => {
                early();
                die_of(signal);
            }
            Some((unmounter, events)) => {
                unmounter.end();
                // Nobody listens where the mount has ended by itself meanwhile.
                let _ = events.send(Event::Signalled);
            }
        }
    }
}

/// The default action, which nobody has changed, with the exit status that a shell expects.
fn die_of(signal: Signal) -> ! {
    let mut own = SigSet::empty();
    own.add(signal);
    let _ = own.thread_unblock();
    let _ = raise(signal);
    std::process::exit(128 + signal as i32)
}

/// SIGHUP is left alone where it was ignored, as nohup(1) asks for.
fn awaited() -> SigSet {
    let mut set = SigSet::empty();
    set.add(Signal::SIGINT);
    set.add(Signal::SIGTERM);
    if !is_ignored(Signal::SIGHUP) {
        set.add(Signal::SIGHUP);
    }
    set
}

fn is_ignored(signal: Signal) -> bool {
    let mut current = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: with no new action sigaction(2) only fills in the current one, into memory that is ours; all zeros
    // are a valid value of that type.
    let action = unsafe {
        libc::sigaction(signal as libc::c_int, std::ptr::null(), current.as_mut_ptr());
        current.assume_init()
    };
    action.sa_sigaction == libc::SIG_IGN
}
