//! A mount by the built program; it ends whatever happens.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use nix::mount::{MntFlags, umount2};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// The program that is measured.
const SWARMFS: &str = env!("CARGO_BIN_EXE_swarmfs");

/// Long for a mount to be ready, or to end.
const SOON: Duration = Duration::from_secs(20);

/// Why nothing can be mounted here, where that is so.
pub(crate) fn possible() -> Result<(), String> {
    match std::fs::File::options().read(true).write(true).open("/dev/fuse") {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("/dev/fuse: {error}")),
    }
}

/// A running `swarmfs mount`.
pub(crate) struct Served {
    server: Child,
    folder: TempDir,
}

impl Served {
    /// Mounts, and waits until the program says that it is ready.
    pub(crate) fn mount(state: &Path) -> anyhow::Result<Served> {
        Served::mount_with(state, None)
    }

    /// The same with an index cache.
    pub(crate) fn mount_with(state: &Path, cache: Option<&Path>) -> anyhow::Result<Served> {
        let folder = tempfile::Builder::new().prefix("swarmfs-bench-").tempdir()?;
        let point = folder.path().join("mnt");
        std::fs::create_dir(&point)?;
        let mut command = Command::new(SWARMFS);
        command.arg("mount").arg(state).arg(&point);
        if let Some(cache) = cache {
            command.arg("--index-cache").arg(cache);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut server = command.spawn().with_context(|| format!("cannot start {SWARMFS}"))?;
        let stdout = server.stdout.take().context("no pipe")?;
        let served = Served { server, folder };
        let (sender, greeting) = mpsc::channel();
        std::thread::spawn(move || {
            let line = BufReader::new(stdout).lines().next();
            let _ = sender.send(line.and_then(Result::ok).unwrap_or_default());
        });
        match greeting.recv_timeout(SOON) {
            Ok(line) if line.contains("is mounted") => Ok(served),
            said => bail!("{command:?}: no mount; it said {said:?}"),
        }
    }

    /// The mountpoint.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("mnt")
    }

    /// Processor time of the server so far, by all its threads, also those that have ended.
    pub(crate) fn cpu(&self) -> Duration {
        let mut clock = 0;
        let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: both calls only fill in what the pointers lead to, which is ours and of the right type.
        let answers = unsafe {
            (
                libc::clock_getcpuclockid(self.server.id().cast_signed(), &raw mut clock),
                libc::clock_gettime(clock, &raw mut time),
            )
        };
        match answers {
            (0, 0) => Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default()),
            _ => Duration::ZERO,
        }
    }

    /// The most memory that the server has held so far, in bytes.
    pub(crate) fn peak(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// The memory that it holds now, in bytes.
    pub(crate) fn resident(&self) -> u64 {
        self.status("VmRSS:")
    }

    fn status(&self, field: &str) -> u64 {
        let text = std::fs::read_to_string(format!("/proc/{}/status", self.server.id())).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default();
        let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap_or_default();
        kibibytes * 1024
    }

    fn ended_within(&mut self, limit: Duration) -> bool {
        let end = Instant::now() + limit;
        while Instant::now() < end {
            if !matches!(self.server.try_wait(), Ok(None)) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        false
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = kill(Pid::from_raw(self.server.id().cast_signed()), Signal::SIGTERM);
        if !self.ended_within(SOON) {
            let _ = self.server.kill();
            self.ended_within(SOON);
        }
        // Nothing is there any more if it has ended as it should. Never leave a mount for what tidies up the folder.
        let _ = umount2(&self.path(), MntFlags::MNT_FORCE | MntFlags::MNT_DETACH);
    }
}
