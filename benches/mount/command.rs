//! Commands with a time limit, and what they cost.

use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

/// Long for any command here, also over a million entries on a slow machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(900);

/// What a command cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// From before its start to after its end.
    pub(crate) time: Duration,
    /// The most memory that it held, in bytes.
    pub(crate) peak: u64,
}

/// A command over a folder that is a mount, or a copy of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    pub(crate) program: &'static str,
    /// `TREE` at the start of one is the folder.
    pub(crate) arguments: &'static [&'static str],
    /// The output is read, because the command does less where nobody reads it: grep(1) looks for /dev/null.
    pub(crate) read: bool,
}

impl Work {
    pub(crate) fn over(&self, folder: &Path) -> anyhow::Result<Cost> {
        let mut command = Command::new(self.program);
        command.args(self.arguments.iter().map(|argument| match argument.strip_prefix("TREE") {
            Some(rest) => format!("{}{rest}", folder.display()),
            None => (*argument).to_owned(),
        }));
        command.stdout(if self.read { Stdio::piped() } else { Stdio::null() });
        run(&mut command)
    }
}

/// True where a program of this name is on PATH.
pub(crate) fn is_on_path(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

/// Runs a command to its end; fails where that fails, complains or takes too long.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<Cost> {
    let shown = format!("{command:?}");
    let begin = Instant::now();
    let mut child = command
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {shown}"))?;
    let stdout = child.stdout.take().map(|pipe| thread::spawn(move || drain(pipe)));
    let stderr = child.stderr.take().map(|pipe| thread::spawn(move || said(pipe)));
    let pid = Pid::from_raw(child.id().cast_signed());
    // Seen to have ended, and not yet reaped: so its number is still its own if it has to be killed.
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || {
        let _ = waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
        let _ = sender.send(Instant::now());
    });
    let Ok(end) = ended.recv_timeout(LIMIT) else {
        let _ = kill(pid, Signal::SIGKILL);
        bail!("{shown}: not at its end after {LIMIT:?}");
    };
    let (status, peak) = reap(pid).with_context(|| format!("cannot wait for {shown}"))?;
    let bytes = stdout.map(|thread| thread.join().unwrap_or_default());
    let complaint = stderr.and_then(|thread| thread.join().ok()).unwrap_or_default();
    if !status.success() || !complaint.is_empty() || bytes == Some(0) {
        bail!("{shown}: {status}, {} bytes of output; {complaint}", bytes.unwrap_or_default());
    }
    Ok(Cost { time: end.duration_since(begin), peak })
}

/// Reads a pipe to its end without keeping what it gives.
fn drain(mut pipe: impl Read) -> u64 {
    io::copy(&mut pipe, &mut io::sink()).unwrap_or_default()
}

fn said(pipe: impl Read) -> String {
    let mut text = String::new();
    let _ = pipe.take(4096).read_to_string(&mut text);
    text
}

/// Waits for a child that has ended; answers how, and the most memory that it held.
fn reap(pid: Pid) -> io::Result<(ExitStatus, u64)> {
    let mut status = 0;
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: both pointers lead to memory of the right type that outlives the call; all zeros are a valid rusage.
    let (answer, usage) = unsafe {
        let answer = libc::wait4(pid.as_raw(), &raw mut status, 0, usage.as_mut_ptr());
        (answer, usage.assume_init())
    };
    if answer != pid.as_raw() {
        return Err(io::Error::last_os_error());
    }
    Ok((ExitStatus::from_raw(status), usage.ru_maxrss.unsigned_abs() * 1024))
}
