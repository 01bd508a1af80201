//! Exit codes, and failures that carry one.

use std::io::{self, Write};
use std::process::ExitCode;

use super::plain;

/// What the exit code of a command says. The numbers are an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All is well.
    Fine = 0,
    /// It failed for a reason that has no number of its own.
    Failed = 1,
    /// The arguments make no sense.
    Usage = 2,
    /// The directory is locked, there is no key, and this command needs one.
    Locked = 3,
    /// A key was given and is wrong, or is no key.
    WrongKey = 4,
    /// The directory is not a swarm's state.
    NotAState = 5,
    /// `check` found damage.
    Damage = 6,
    /// There can be no mount.
    CannotMount = 7,
    /// `check` found nothing worse than warnings.
    Warnings = 8,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// An error on its way out of the process.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) error: anyhow::Error,
}

impl Failure {
    pub(super) fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self { exit, error: error.into() }
    }

    /// Says it on standard error, in one line. A reader who had enough (`swarmfs ls … | head`) is no failure.
    pub(super) fn report(&self) -> Exit {
        let broken = |cause: &(dyn std::error::Error + 'static)| {
            cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
        };
        if self.error.chain().any(broken) {
            return Exit::Fine;
        }
        // Nothing can be done where even this cannot be printed.
        let _ = writeln!(io::stderr(), "swarmfs: {}", plain::line(&sentence(&self.error)));
        self.exit
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::new(Exit::Failed, error)
    }
}

/// Gives an error its exit code.
pub(super) trait OrExit<T> {
    fn or_exit(self, exit: Exit) -> Result<T, Failure>;
}

impl<T, E: Into<anyhow::Error>> OrExit<T> for Result<T, E> {
    fn or_exit(self, exit: Exit) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(exit, error))
    }
}
/// The error and its causes in one line; a cause that was told already is not told again.
fn sentence(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string).filter(|cause| !cause.is_empty()) {
        if text.is_empty() {
            text = cause;
        } else if !text.ends_with(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}
