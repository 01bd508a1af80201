//! Going to the background, no sooner than the mount is ready.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;

use anyhow::Context;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, dup2_stderr, dup2_stdin, dup2_stdout, fork, pipe, setsid};

use super::exit::{Exit, Failure};

/// What the process does when its mount is ready.
pub(super) struct Ready(Option<File>);

impl Ready {
    /// Nothing.
    pub(super) fn foreground() -> Self {
        Self(None)
    }

    /// Leaves the terminal and lets the parent process end with success.
    pub(super) fn announce(self) -> Result<(), Failure> {
        let Some(mut parent) = self.0 else { return Ok(()) };
        setsid().context("cannot leave the terminal")?;
        // A working directory keeps its filesystem busy.
        std::env::set_current_dir("/").context("cannot leave the working directory")?;
        let nothing = OpenOptions::new().read(true).write(true).open("/dev/null").context("/dev/null")?;
        dup2_stdin(&nothing)
            .and(dup2_stdout(&nothing))
            .and(dup2_stderr(&nothing))
            .context("cannot leave the terminal")?;
        // The mount is there; a parent that was killed meanwhile does not change that.
        let _ = parent.write_all(&[Exit::Fine as u8]);
        Ok(())
    }
}

/// Forks. The child goes on, still on the terminal, so that it can ask for a key and say what went wrong; the
/// parent waits for its word and ends with its exit code.
///
/// To be called while there is one thread only.
pub(super) fn detach() -> Result<Ready, Failure> {
    let (from_child, to_parent) = pipe().context("cannot make a pipe")?;
    // SAFETY: there is one thread, so the child finds no lock held and may go on like any process.
    match unsafe { fork() }.context("cannot fork")? {
        ForkResult::Child => {
            drop(from_child);
            Ok(Ready(Some(File::from(to_parent))))
        }
        ForkResult::Parent { child } => {
            drop(to_parent);
            if is_ready(from_child) {
                std::process::exit(Exit::Fine as i32);
            }
            match waitpid(child, None).context("cannot wait for the mounting process")? {
                WaitStatus::Exited(_, code) => std::process::exit(code),
                WaitStatus::Signaled(_, signal, _) => std::process::exit(128 + signal as i32),
                _ => std::process::exit(Exit::Failed as i32),
            }
        }
    }
}

/// A byte says yes; an end without one, that the child is gone.
fn is_ready(pipe: OwnedFd) -> bool {
    File::from(pipe).read_exact(&mut [0]).is_ok()
}
