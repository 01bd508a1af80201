//! The ways to give an unlock key: never as an argument, which everybody could read in `ps`.

use std::ffi::CStr;
use std::fmt;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Context;
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use zeroize::{Zeroize, Zeroizing};

use super::exit::{Exit, Failure, OrExit};
use crate::fuse::Ending;

/// The variable, with the `=` that ends its name in the environment.
const VARIABLE: &[u8] = b"SWARM_UNLOCK_KEY=";

/// The name of the systemd credential.
const CREDENTIAL: &str = "swarm-unlock-key";

/// What begins an unlock key.
const PREFIX: &[u8] = b"SWMKEY-";

/// A key has some fifty characters; a file may have a text around it.
const MAX_FILE: u64 = 64 * 1024;

/// A key as somebody gave it, not looked at yet.
pub(super) struct GivenKey {
    /// The text; wiped when dropped.
    pub(super) text: Zeroizing<Vec<u8>>,
    /// Where it comes from, for messages.
    pub(super) origin: String,
}

impl fmt::Debug for GivenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GivenKey").field("origin", &self.origin).finish_non_exhaustive()
    }
}

/// Takes the key out of the environment, so that neither `/proc/PID/environ` nor a child process has it.
///
/// To be called before there is a second thread.
pub(super) fn take_from_environment() -> Option<GivenKey> {
    let mut taken: Option<GivenKey> = None;
    // SAFETY: there is one thread, so nobody changes the environment meanwhile. Its strings stand in writable
    // memory of this process (execve(2) put them on the stack, which is what /proc/PID/environ shows), end with a
    // NUL, and only bytes before that are overwritten, while no reference to them is alive.
    unsafe {
        let mut slot = libc::environ.cast_const();
        while !slot.is_null() && !(*slot).is_null() {
            let text = CStr::from_ptr(*slot).to_bytes();
            if text.starts_with(VARIABLE) {
                let len = text.len();
                let value = Zeroizing::new(text.get(VARIABLE.len()..).unwrap_or_default().to_vec());
                std::slice::from_raw_parts_mut((*slot).cast::<u8>(), len)[VARIABLE.len()..].zeroize();
                if !value.is_empty() {
                    taken.get_or_insert(GivenKey { text: value, origin: "the variable SWARM_UNLOCK_KEY".to_owned() });
                }
            }
            slot = slot.add(1);
        }
        std::env::remove_var("SWARM_UNLOCK_KEY");
    }
    taken
}

/// All keys that were given, other than by a prompt.
pub(super) fn given(files: &[PathBuf], environment: Option<GivenKey>) -> Result<Vec<GivenKey>, Failure> {
    let mut keys = Vec::new();
    for file in files {
        keys.push(if file == Path::new("-") { from_standard_input()? } else { from_file(file)? });
    }
    keys.extend(from_credential()?);
    keys.extend(environment);
    Ok(keys)
}

fn from_file(path: &Path) -> Result<GivenKey, Failure> {
    let file = File::open(path).with_context(|| format!("cannot read the unlock key file {path:?}"))?;
    read(file, format!("the file {path:?}"))
}

fn from_standard_input() -> Result<GivenKey, Failure> {
    read(io::stdin().lock(), "standard input".to_owned())
}

/// systemd's LoadCredential= puts it into a folder that only the service can read.
fn from_credential() -> Result<Option<GivenKey>, Failure> {
    let Some(folder) = std::env::var_os("CREDENTIALS_DIRECTORY") else {
        return Ok(None);
    };
    let path = Path::new(&folder).join(CREDENTIAL);
    match File::open(&path) {
        Ok(file) => read(file, format!("the systemd credential {CREDENTIAL}")).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(anyhow::Error::new(error).context(format!("cannot read the credential {path:?}")).into()),
    }
}

fn read(source: impl Read, origin: String) -> Result<GivenKey, Failure> {
    let all = whole(source, &origin)?;
    Ok(GivenKey { text: Zeroizing::new(key_in(&all).to_vec()), origin })
}

/// All of a small file with keys in it, whichever they are.
pub(super) fn whole(source: impl Read, origin: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
    // Room for all of it from the start: a vector that grows leaves copies behind.
    let mut all = Zeroizing::new(Vec::with_capacity(MAX_FILE as usize + 1));
    source.take(MAX_FILE + 1).read_to_end(&mut all).with_context(|| format!("cannot read {origin}"))?;
    if all.len() as u64 > MAX_FILE {
        return Err(anyhow::anyhow!("{origin} is longer than {MAX_FILE} bytes; there is no key in it").into());
    }
    Ok(all)
}

/// The key in what `docker swarm unlock-key` prints, with or without `-q`; text without one is taken as it is.
fn key_in(text: &[u8]) -> &[u8] {
    text.split(u8::is_ascii_whitespace).find(|word| word.starts_with(PREFIX)).unwrap_or(text.trim_ascii())
}

/// The terminal as it was before a prompt, for the time that the prompt takes.
static BEFORE_PROMPT: Mutex<Option<Termios>> = Mutex::new(None);

/// Signals from now on end the process only when the terminal is as it was. To be had before another thread is, and
/// before [`prompt`].
pub(super) fn ending() -> Result<Ending, Failure> {
    Ending::prepare(restore_terminal).or_exit(Exit::Failed)
}

/// Asks on the terminal, without echo. Nothing where there is no terminal, or where the answer is empty.
pub(super) fn prompt(ending: &Ending) -> Result<Option<GivenKey>, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(None);
    }
    *BEFORE_PROMPT.lock().unwrap_or_else(PoisonError::into_inner) = tcgetattr(io::stdin()).ok();
    let answer = rpassword::prompt_password("Unlock key of this swarm (empty: show what is not sealed): ");
    *BEFORE_PROMPT.lock().unwrap_or_else(PoisonError::into_inner) = None;
    // rpassword reads Ctrl-C like any character. It raises the signal for this thread, which holds it back.
    if answer.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::Interrupted) {
        ending.interrupted();
    }
    let answer = Zeroizing::new(answer.context("cannot ask for the unlock key")?.into_bytes());
    let text = Zeroizing::new(key_in(&answer).to_vec());
    Ok((!text.is_empty()).then(|| GivenKey { text, origin: "the prompt".to_owned() }))
}

/// Brings the terminal's echo back where a signal ends the process during a prompt.
fn restore_terminal() {
    if let Some(before) = BEFORE_PROMPT.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_in_what_docker_prints() {
        let printed = b"To unlock a swarm manager after it restarts, run the `docker swarm unlock`\ncommand and \
            provide the following key:\n\n    SWMKEY-1-abc\n\nPlease remember to store this key";
        assert_eq!(key_in(printed), b"SWMKEY-1-abc");
        assert_eq!(key_in(b"SWMKEY-1-abc\r\n"), b"SWMKEY-1-abc");
        assert_eq!(key_in(b"  something else \n"), b"something else");
        assert_eq!(key_in(b"\n"), b"");
    }

    #[test]
    fn long_files_are_refused_and_keys_are_not_shown() {
        let long = vec![b'x'; MAX_FILE as usize + 1];
        assert!(read(&long[..], "a test".to_owned()).is_err());
        let key = read(&b"SWMKEY-1-abc\n"[..], "a test".to_owned()).unwrap();
        assert_eq!(&key.text[..], b"SWMKEY-1-abc");
        assert!(!format!("{key:?}").contains("abc"));
    }
}
