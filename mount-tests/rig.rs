//! What the tests stand on: state directories, mounts that end whatever happens, commands with a time limit.
//!
//! A FUSE mount whose server hangs takes every program with it that touches it, so tests never touch one
//! themselves: they start programs that do, and end those that take too long.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use nix::mount::{MntFlags, umount2};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// Long for any command here, also on a busy machine; short enough for a test that fails.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// The program under test.
pub(crate) const SWARMFS: &str = env!("CARGO_BIN_EXE_swarmfs");

/// False, and a line that the test harness does not swallow, where nothing can be mounted here.
pub(crate) fn can_mount(test: &str) -> bool {
    let missing = match File::options().read(true).write(true).open("/dev/fuse") {
        Ok(_) if nix::unistd::geteuid().is_root() => return true,
        Ok(_) => "these tests mount as root".to_owned(),
        Err(error) => format!("/dev/fuse: {error}"),
    };
    let _ = writeln!(std::io::stderr(), "SKIPPED {test}: {missing}");
    false
}

/// A copy of a packed state directory.
pub(crate) fn state(name: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let packed = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(format!("{name}.tar.zst"));
    let mut archive = ruzstd::decoding::StreamingDecoder::new(File::open(packed).unwrap()).unwrap();
    // GNU tar keeps the holes of preallocated segments.
    let mut tar = Command::new("tar")
        .args(["-x", "-S", "-f", "-", "-C"])
        .arg(folder.path())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::copy(&mut archive, tar.stdin.as_mut().unwrap()).unwrap();
    assert!(finish(&mut tar, LIMIT).expect("tar takes too long").success());
    let path = folder.path().join(name);
    (folder, path)
}

/// Waits for a process, but not for ever.
pub(crate) fn finish(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    drop(child.stdin.take());
    let end = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if Instant::now() > end {
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Runs a command to its end; a test fails where that takes too long.
pub(crate) fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null());
    feed(command, b"")
}

/// The same, with standard input.
pub(crate) fn feed(command: &mut Command, input: &[u8]) -> Output {
    if !input.is_empty() {
        command.stdin(Stdio::piped());
    }
    let shown = format!("{command:?}");
    command.env("LC_ALL", "C").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{shown}: {error}"));
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input).unwrap();
    }
    let (out, err) = (drain(child.stdout.take().unwrap()), drain(child.stderr.take().unwrap()));
    let Some(status) = finish(&mut child, LIMIT) else {
        let _ = child.kill();
        panic!("{shown}: not at its end after {LIMIT:?}");
    };
    let wait = Duration::from_secs(5);
    let (stdout, stderr) = (out.recv_timeout(wait).unwrap_or_default(), err.recv_timeout(wait).unwrap_or_default());
    Output { status, stdout, stderr }
}

/// More than any command here has to say; a listing without an end must not fill the memory.
const MOST: u64 = 256 << 20;

fn drain(pipe: impl Read + Send + 'static) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut all = Vec::new();
        let _ = pipe.take(MOST).read_to_end(&mut all);
        let _ = sender.send(all);
    });
    receiver
}

/// Runs a shell script; `$M` in it is the first argument.
pub(crate) fn shell(script: &str, mountpoint: &Path) -> Output {
    run(Command::new("sh").args(["-c", script]).env("M", mountpoint))
}

/// Runs a shell script that must succeed without a complaint, and gives what it prints.
pub(crate) fn quiet(script: &str, mountpoint: &Path) -> String {
    let output = shell(script, mountpoint);
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && complaints.is_empty(), "{script}: {} {complaints}", output.status);
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs swarmfs.
pub(crate) fn swarmfs(arguments: &[&str]) -> Output {
    run(Command::new(SWARMFS).args(arguments))
}

/// The exit code and standard error of swarmfs.
pub(crate) fn outcome(arguments: &[&str]) -> (i32, String) {
    let output = swarmfs(arguments);
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// True where something is mounted on `path`; asks the kernel's table, not the mount.
pub(crate) fn is_mounted(path: &Path) -> bool {
    let table = std::fs::read_to_string("/proc/self/mountinfo").unwrap();
    table.lines().any(|line| line.split(' ').nth(4) == path.to_str())
}

/// Waits until something is so.
pub(crate) fn soon(what: &str, is_so: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !is_so() {
        assert!(Instant::now() < end, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A folder to mount on, cleared of mounts at its end.
pub(crate) struct Point(TempDir);

impl Point {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn text(&self) -> &str {
        self.path().to_str().unwrap()
    }
}

impl Drop for Point {
    fn drop(&mut self) {
        while is_mounted(self.path()) {
            // The first frees programs that wait for a server which is gone, the second takes the mount away.
            let _ = umount2(self.path(), MntFlags::MNT_FORCE);
            if umount2(self.path(), MntFlags::MNT_DETACH).is_err() {
                break;
            }
        }
    }
}

/// A running `swarmfs mount`, or another server that prints a line when it is ready.
pub(crate) struct Mount {
    server: Child,
    point: Point,
    /// What the server printed when it was ready.
    pub(crate) greeting: String,
}

impl Mount {
    pub(crate) fn new(state: &Path, arguments: &[&str]) -> Self {
        Self::start(|point| {
            let mut command = Command::new(SWARMFS);
            command.arg("mount").args(arguments).arg(state).arg(point.path());
            command
        })
    }

    pub(crate) fn start(command: impl FnOnce(&Point) -> Command) -> Self {
        let point = Point::new();
        let mut server = command(&point).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = server.stdout.take().unwrap();
        let (sender, greeting) = mpsc::channel();
        std::thread::spawn(move || {
            let mut lines = BufReader::new(stdout).lines();
            let _ = sender.send(lines.next().and_then(Result::ok).unwrap_or_default());
            // The rest is read as well, so that the server never waits for a reader.
            lines.for_each(drop);
        });
        let mut mount = Self { server, point, greeting: String::new() };
        mount.greeting = greeting.recv_timeout(LIMIT).expect("the mount is not ready in time");
        assert!(is_mounted(mount.path()), "no mount; the server said {:?}", mount.greeting);
        mount
    }

    pub(crate) fn path(&self) -> &Path {
        self.point.path()
    }

    pub(crate) fn text(&self) -> &str {
        self.point.text()
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.server.id()).unwrap())
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).unwrap();
    }

    /// The exit code of the server, which must end within some seconds.
    pub(crate) fn code(&mut self) -> Option<i32> {
        finish(&mut self.server, Duration::from_secs(10)).expect("the server does not end").code()
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        if matches!(self.server.try_wait(), Ok(None)) {
            let _ = kill(self.pid(), Signal::SIGTERM);
            if finish(&mut self.server, Duration::from_secs(5)).is_none() {
                let _ = self.server.kill();
                let _ = finish(&mut self.server, Duration::from_secs(5));
            }
        }
    }
}
