//! A state directory mounted by the swarmfs binary for the length of a test.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::engine;

/// A mount; it goes with this.
#[derive(Debug)]
pub struct Mounted {
    binary: PathBuf,
    dir: TempDir,
}

impl Mounted {
    /// Mounts `state` with `binary`, with the unlock key where one is given.
    pub fn new(binary: &str, state: &Path, unlock_key: Option<&str>) -> Result<Mounted, String> {
        Mounted::with(binary, state, unlock_key, &[])
    }

    /// The same, with further arguments.
    pub fn with(binary: &str, state: &Path, unlock_key: Option<&str>, more: &[&str]) -> Result<Mounted, String> {
        if !Path::new("/dev/fuse").exists() {
            return Err("there is no /dev/fuse".to_owned());
        }
        let say = |error: std::io::Error| error.to_string();
        let dir = tempfile::Builder::new().prefix("swarmfs-mount-").tempdir().map_err(say)?;
        let mounted = Mounted { binary: PathBuf::from(binary), dir };
        std::fs::create_dir(mounted.path()).map_err(say)?;
        let mut command = Command::new(binary);
        command.arg("mount").arg(state).arg(mounted.path()).arg("--daemon").args(more).env_remove("SWARM_UNLOCK_KEY");
        let mut key = tempfile::NamedTempFile::new_in(mounted.dir.path()).map_err(say)?;
        if let Some(text) = unlock_key {
            writeln!(key, "{text}").map_err(say)?;
            command.arg("--unlock-key-file").arg(key.path());
        }
        let output = engine::run(&mut command, b"", Duration::from_secs(60)).map_err(say)?;
        if !output.status.success() {
            return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        Ok(mounted)
    }

    /// The mountpoint.
    pub fn path(&self) -> PathBuf {
        self.dir.path().join("mnt")
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let limit = Duration::from_secs(20);
        let done = engine::run(Command::new(&self.binary).arg("umount").arg(self.path()), b"", limit);
        if !done.is_ok_and(|output| output.status.success()) {
            let _ = nix::mount::umount2(&self.path(), nix::mount::MntFlags::MNT_DETACH);
        }
    }
}
