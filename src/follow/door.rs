//! The door of a running mount: a socket through which it is given the key that it lacks.
//!
//! It stands in a folder of the runtime directory that only its owner can enter, is named by the mount's device
//! number, and each side looks at who the other is before a key is sent or taken.

use std::fs::{self, DirBuilder};
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};
use nix::unistd::geteuid;
use zeroize::Zeroizing;

/// No key is longer.
const LONGEST: u64 = 64 << 10;

/// Both sides answer at once; a guest that says nothing must not keep the others waiting.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the server answers to a key that fits. Everything else is a sentence that says why not.
const WELCOME: &str = "unlocked";

/// The socket of the mount with a device number such as `0:47`.
pub fn door_of(device: &str) -> PathBuf {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").filter(|_| !geteuid().is_root()).map(PathBuf::from);
    let name = format!("{}.socket", device.replace(':', "-"));
    runtime.unwrap_or_else(|| "/run".into()).join("swarmfs").join(name)
}

/// Listens at a door, in a thread of its own. `unlock` tries a key, and says why where it does not fit.
pub(super) fn keep(door: &Path, unlock: impl Fn(&[u8]) -> Result<(), String> + Send + 'static) -> io::Result<()> {
    let folder = door.parent().ok_or(io::ErrorKind::InvalidInput)?;
    let made = DirBuilder::new().mode(0o700).create(folder);
    if made.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::AlreadyExists) {
        return made;
    }
    private(folder)?;
    // A mount that was killed leaves its socket behind, and its device number is given anew.
    let _ = fs::remove_file(door);
    let listener = UnixListener::bind(door)?;
    thread::Builder::new().name("door".to_owned()).spawn(move || {
        for guest in listener.incoming().flatten() {
            if let Err(error) = serve(guest, &unlock) {
                log::debug!("a guest at the door went away: {error}");
            }
        }
    })?;
    Ok(())
}

/// A folder of ours that nobody else can enter.
fn private(folder: &Path) -> io::Result<()> {
    let about = fs::symlink_metadata(folder)?;
    let ours = about.is_dir() && about.uid() == geteuid().as_raw() && about.mode() & 0o077 == 0;
    let refused = || io::Error::other(format!("{} is not a private folder of this user", folder.display()));
    if ours { Ok(()) } else { Err(refused()) }
}

fn serve(mut guest: UnixStream, unlock: &impl Fn(&[u8]) -> Result<(), String>) -> io::Result<()> {
    same_user(&guest)?;
    guest.set_read_timeout(Some(PATIENCE))?;
    guest.set_write_timeout(Some(PATIENCE))?;
    let mut key = Zeroizing::new(Vec::with_capacity(LONGEST as usize));
    (&guest).take(LONGEST).read_to_end(&mut key)?;
    let answer = unlock(&key);
    guest.write_all(answer.err().as_deref().unwrap_or(WELCOME).as_bytes())
}

/// Gives a key to the mount behind a door; the outer error says that nobody could be asked.
pub fn knock(door: &Path, key: &[u8]) -> io::Result<Result<(), String>> {
    let mut host = UnixStream::connect(door)?;
    same_user(&host)?;
    host.set_read_timeout(Some(PATIENCE))?;
    host.set_write_timeout(Some(PATIENCE))?;
    host.write_all(key)?;
    host.shutdown(Shutdown::Write)?;
    let mut answer = String::new();
    host.take(LONGEST).read_to_string(&mut answer)?;
    Ok(if answer == WELCOME { Ok(()) } else { Err(answer) })
}

fn same_user(peer: &UnixStream) -> io::Result<()> {
    let who = getsockopt(peer, PeerCredentials)?;
    let same = who.uid() == geteuid().as_raw();
    if same { Ok(()) } else { Err(io::Error::other("the other side belongs to another user")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_through_the_door() {
        let place = tempfile::tempdir().unwrap();
        let door = place.path().join("swarmfs/0-47.socket");
        keep(&door, |key| if key == b"right" { Ok(()) } else { Err("it does not fit".into()) }).unwrap();
        assert_eq!(knock(&door, b"right").unwrap(), Ok(()));
        assert_eq!(knock(&door, b"wrong").unwrap(), Err("it does not fit".to_owned()));
        let mode = fs::metadata(door.parent().unwrap()).unwrap().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn a_folder_that_others_can_enter_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("swarmfs");
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(keep(&folder.join("0-47.socket"), |_| Ok(())).is_err());
    }
}
