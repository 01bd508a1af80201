//! A real Docker daemon of a test's own: own folders, own socket, own containerd, nothing of the machine's.

pub mod agree;
pub mod said;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::fcntl::{Flock, FlockArg};
use nix::mount::{MntFlags, umount2};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

use super::fixture;

/// How long a daemon may take to answer, and a command to end.
const LIMIT: Duration = Duration::from_secs(60);

/// A running daemon; it ends, with all that it started, when this goes.
#[derive(Debug)]
pub struct Engine {
    dir: TempDir,
    daemon: Child,
    place: Place,
}

/// Two swarms cannot have the same ports.
#[derive(Debug)]
enum Place {
    /// The machine's own network, for one daemon at a time.
    Machine(#[allow(dead_code, reason = "held")] Flock<File>),
    /// A network namespace, by its path.
    Namespace(PathBuf),
}

impl Engine {
    /// Starts a daemon, on a copy of `state` where one is given. `Err` says why there is none here.
    pub fn start(state: Option<&Path>) -> Result<Engine, String> {
        available()?;
        let turn = turn().map_err(|error| error.to_string())?;
        Engine::start_at(Place::Machine(turn), state)
    }

    /// Starts a daemon in a network namespace.
    pub fn start_in(namespace: &Path) -> Result<Engine, String> {
        available()?;
        Engine::start_at(Place::Namespace(namespace.to_owned()), None)
    }

    fn start_at(place: Place, state: Option<&Path>) -> Result<Engine, String> {
        let say = |error: io::Error| error.to_string();
        // The socket's path must be short.
        let dir = tempfile::Builder::new().prefix("swarmfs-eng-").tempdir_in("/tmp").map_err(say)?;
        let path = dir.path();
        fs::create_dir(path.join("root")).map_err(say)?;
        if let Some(state) = state {
            fixture::copy(state, &path.join("root/swarm")).map_err(say)?;
        }
        fs::write(path.join("daemon.json"), "{}").map_err(say)?;
        let daemon = command(path, &place).and_then(|mut command| command.spawn()).map_err(say)?;
        let mut engine = Engine { dir, daemon, place };
        engine.wait_for("the daemon", |engine| engine.docker(["version"]).is_ok())?;
        Ok(engine)
    }

    /// Starts the daemon again after it was stopped or killed.
    pub fn restart(&mut self) -> Result<(), String> {
        // A daemon that was killed could not take its number back.
        let _ = fs::remove_file(self.dir.path().join("pid"));
        let daemon = command(self.dir.path(), &self.place).and_then(|mut command| command.spawn());
        self.daemon = daemon.map_err(|error| error.to_string())?;
        self.wait_for("the daemon", |engine| engine.docker(["version"]).is_ok())
    }

    /// Kills the daemon and all that it started, as a loss of power would.
    pub fn kill(&mut self) {
        let own = self.processes();
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
        self.sweep(own);
    }

    /// The state directory that the daemon writes.
    pub fn state(&self) -> PathBuf {
        self.dir.path().join("root/swarm")
    }

    /// What the daemon logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// Runs `docker` with `args`; answers its output without the last newline, or what it complained of.
    pub fn docker<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Result<String, String> {
        self.docker_with(args, b"")
    }

    /// Runs `docker` with the words of a line; fails the test where it fails.
    #[track_caller]
    pub fn does(&self, line: &str) -> String {
        self.docker(line.split_whitespace()).unwrap_or_else(|why| panic!("{line}: {why}"))
    }

    /// Creates a secret; fails the test where that fails.
    #[track_caller]
    pub fn secret(&self, name: &str, payload: &str) {
        self.docker_with(["secret", "create", name, "-"], payload.as_bytes())
            .unwrap_or_else(|why| panic!("secret {name}: {why}"));
    }

    /// Runs `docker` with `input` on its standard input.
    pub fn docker_with<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
        input: &[u8],
    ) -> Result<String, String> {
        self.docker_within(LIMIT, args, input)
    }

    /// The same, and the client is ended where the daemon does not answer in time.
    pub fn docker_within<A: AsRef<OsStr>>(
        &self,
        limit: Duration,
        args: impl IntoIterator<Item = A>,
        input: &[u8],
    ) -> Result<String, String> {
        let mut command = Command::new("docker");
        command
            .arg("--host")
            .arg(format!("unix://{}", self.dir.path().join("sock").display()))
            .args(args)
            .env("DOCKER_CONFIG", self.dir.path().join("client"));
        let output = run(&mut command, input, limit).map_err(|error| format!("{command:?}: {error}"))?;
        if !output.status.success() {
            return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    /// Waits until `ready`, or says what did not happen, with the end of the daemon's log.
    pub fn wait_for(&mut self, what: &str, ready: impl Fn(&Engine) -> bool) -> Result<(), String> {
        let begin = Instant::now();
        loop {
            if ready(self) {
                return Ok(());
            }
            let ended = matches!(self.daemon.try_wait(), Ok(Some(_)));
            if ended || begin.elapsed() > LIMIT {
                let log = self.log();
                let tail: Vec<&str> = log.lines().rev().take(5).collect();
                let tail: Vec<&str> = tail.into_iter().rev().collect();
                return Err(format!("{what} did not come; the daemon's log ends: {}", tail.join("\n")));
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Stops the daemon cleanly; the state directory stays until this goes.
    pub fn stop(&mut self) {
        let own = self.processes();
        // One that died by itself leaves the same behind.
        if matches!(self.daemon.try_wait(), Ok(None)) {
            let _ = kill(Pid::from_raw(self.daemon.id() as i32), Signal::SIGTERM);
            if !waited(&mut self.daemon, Duration::from_secs(20)) {
                let _ = self.daemon.kill();
                let _ = self.daemon.wait();
            }
        }
        self.sweep(own);
    }

    /// A daemon that dies badly leaves containerd and its shims behind.
    fn sweep(&self, own: Vec<i32>) {
        for pid in own.into_iter().filter(|&pid| self.is_own(pid)) {
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }

    /// The processes whose command line names this engine's folder.
    fn processes(&self) -> Vec<i32> {
        let rows = fs::read_dir("/proc").into_iter().flatten().flatten();
        rows.filter_map(|row| row.file_name().to_str()?.parse().ok()).filter(|&pid| self.is_own(pid)).collect()
    }

    fn is_own(&self, pid: i32) -> bool {
        let name = self.dir.path().as_os_str().as_encoded_bytes();
        let runs = |line: Vec<u8>| line.windows(name.len()).any(|part| part == name);
        let program = fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
        let known = program
            .file_name()
            .and_then(OsStr::to_str)
            .is_some_and(|name| name.starts_with("containerd") || name.starts_with("dockerd"));
        known && fs::read(format!("/proc/{pid}/cmdline")).is_ok_and(runs)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop();
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
        let points = mounts.lines().filter_map(|line| line.split(' ').nth(1)).map(Path::new);
        let mut points: Vec<&Path> = points.filter(|point| point.starts_with(self.dir.path())).collect();
        points.sort_unstable();
        for point in points.into_iter().rev() {
            let _ = umount2(point, MntFlags::MNT_DETACH);
        }
    }
}

/// Whether a daemon can be started here; `Err` says why not.
fn available() -> Result<(), String> {
    for program in ["dockerd", "docker"] {
        if !installed(program) {
            return Err(format!("{program} is not installed"));
        }
    }
    if nix::unistd::geteuid().is_root() { Ok(()) } else { Err("a daemon needs root".to_owned()) }
}

/// What starts the daemon of the folder `path`.
fn command(path: &Path, place: &Place) -> io::Result<Command> {
    let log = File::options().create(true).append(true).open(path.join("log"))?;
    let mut command = match place {
        Place::Machine(_) => Command::new("dockerd"),
        // Only the network: `ip netns exec` would mount /sys anew, too.
        Place::Namespace(namespace) => {
            let mut command = Command::new("nsenter");
            command.arg(format!("--net={}", namespace.display())).arg("dockerd");
            command
        }
    };
    command
        .arg("--config-file")
        .arg(path.join("daemon.json"))
        .arg("--data-root")
        .arg(path.join("root"))
        .arg("--exec-root")
        .arg(path.join("exec"))
        .arg("--pidfile")
        .arg(path.join("pid"))
        .arg("--host")
        .arg(format!("unix://{}", path.join("sock").display()))
        .args(["--storage-driver", "vfs", "--bridge", "none", "--iptables=false", "--ip6tables=false"])
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0);
    Ok(command)
}

/// Waits until no other test on this machine has a daemon.
fn turn() -> io::Result<Flock<File>> {
    let mut file = File::create("/tmp/swarmfs-engine.lock")?;
    let begin = Instant::now();
    loop {
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(turn) => return Ok(turn),
            Err((_, errno)) if begin.elapsed() > 10 * LIMIT => return Err(errno.into()),
            Err((again, _)) => file = again,
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Says on standard error, past the test harness's capture, that a test does not run and why. Where
/// `SWARMFS_TEST_ALL` is set, that is a failure.
pub fn skip(test: &str, why: &str) {
    assert!(std::env::var_os("SWARMFS_TEST_ALL").is_none(), "{test} cannot run: {why}");
    let _ = writeln!(io::stderr(), "SKIPPED {test}: {why}");
}

/// Whether a program is on the path.
pub fn installed(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}

/// Runs a command to its end, or ends it at the limit.
pub fn run(command: &mut Command, input: &[u8], limit: Duration) -> io::Result<Output> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (mut stdin, input) = (child.stdin.take(), input.to_vec());
    let feeder = thread::spawn(move || stdin.as_mut().map_or(Ok(()), |stdin| stdin.write_all(&input)));
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let out = thread::spawn(move || drain(out));
    let err = thread::spawn(move || drain(err));
    if !waited(&mut child, limit) {
        let _ = child.kill();
        let _ = child.wait();
        return Err(io::Error::new(io::ErrorKind::TimedOut, format!("not done after {} s", limit.as_secs())));
    }
    let status = child.wait()?;
    let _ = feeder.join();
    let text = |thread: thread::JoinHandle<Vec<u8>>| thread.join().unwrap_or_default();
    Ok(Output { status, stdout: text(out), stderr: text(err) })
}

fn drain(from: Option<impl io::Read>) -> Vec<u8> {
    let mut text = Vec::new();
    if let Some(mut from) = from {
        let _ = from.read_to_end(&mut text);
    }
    text
}

fn waited(child: &mut Child, limit: Duration) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < limit {
        if !matches!(child.try_wait(), Ok(None)) {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    false
}
