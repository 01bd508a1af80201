//! Hardening of the process that holds keys.

use std::io;

use nix::sys::prctl::set_dumpable;
use nix::sys::resource::{Resource, setrlimit};

/// Keeps keys and plaintext out of core dumps, and other processes of the same user from attaching.
///
/// For the start of a command that will hold keys. Locked memory does not pass through `fork`: become a daemon
/// first, then unlock.
pub fn protect_process() -> io::Result<()> {
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    set_dumpable(false)?;
    Ok(())
}
