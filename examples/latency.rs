//! Measures how long it takes until what a daemon writes is seen in a mount: a log of N entries is mounted, a
//! thousand more are appended as a daemon does, and for each the time is taken from the write until `stat` finds its
//! file, and until it is the last line of `tables/entries.jsonl`.
//!
//! ```text
//! cargo build --release && cargo run --release --example latency -- --entries 200000
//! ```

#[path = "../tests/kit/mod.rs"]
mod kit;

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Parser;

use kit::mounted::Mounted;
use kit::random::Random;
use kit::workload::Workload;
use kit::writer::{Options, StateWriter};

/// Longer than anything here may take.
const LIMIT: Duration = Duration::from_secs(20);

/// Measures from the write of an entry to its being visible in a mount.
#[derive(Parser)]
struct Args {
    /// How many entries the log has before.
    #[arg(long, default_value_t = 1000)]
    entries: u64,
    /// How many are appended, one by one.
    #[arg(long, default_value_t = 1000)]
    appended: u64,
    /// At most so many milliseconds between two of them.
    #[arg(long, default_value_t = 20)]
    pause: u64,
    /// Readers of growing files meanwhile.
    #[arg(long, default_value_t = 0)]
    readers: usize,
    /// The program.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/target/release/swarmfs"))]
    swarmfs: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let dir = tempfile::tempdir()?;
    let state = dir.path().join("state");
    let mut writer = StateWriter::create(&state, Options::default())?;
    let mut workload = Workload::new(1, None, 0);
    workload.run(&mut writer, args.entries)?;
    writer.save()?;
    let swarmfs = args.swarmfs.to_str().context("the program's path is no text")?;
    let mounted = Mounted::new(swarmfs, &state, None).map_err(anyhow::Error::msg)?;
    let mount = mounted.path();
    let mut tail = Tail::open(&mount.join("tables/entries.jsonl"))?;
    let _ = fs::read(mount.join("log.txt"))?;
    let (mut files, mut lines) = (Vec::new(), Vec::new());
    let mut random = Random::new(7);
    let before = processor_time(&mount);
    let readers = Readers::new(&mount, args.readers)?;
    let begun = Instant::now();
    for _ in 0..args.appended {
        std::thread::sleep(Duration::from_micros(random.below(args.pause * 1000 + 1)));
        let index = writer.next_index();
        workload.step(&mut writer)?;
        writer.flush()?;
        let written = Instant::now();
        let file = mount.join(format!("entries/{index:010}.json"));
        until(|| Ok(fs::metadata(&file).is_ok()))?;
        files.push(written.elapsed());
        let wanted = format!("\"index\":{index},");
        until(|| tail.last_line_holds(&wanted))?;
        lines.push(written.elapsed());
    }
    let took = begun.elapsed();
    println!("{} entries, {} appended in {took:.1?}", args.entries, args.appended);
    tell("stat entries/<index>.json", &mut files);
    tell("last line of tables/entries.jsonl", &mut lines);
    println!("reads that ended before the size that was told: {}", tail.ended_early);
    readers.finish()?;
    if let (Some(before), Some(after)) = (before, processor_time(&mount)) {
        let each = (after - before) / u32::try_from(args.appended.max(1))?;
        println!("processor time of the mount: {each:.1?} an entry");
    }
    Ok(())
}

fn until(mut seen: impl FnMut() -> anyhow::Result<bool>) -> anyhow::Result<()> {
    let begun = Instant::now();
    while !seen()? {
        if begun.elapsed() > LIMIT {
            bail!("it is not seen after {LIMIT:?}");
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    Ok(())
}

/// A reader that has the file open and reads what is new, as `tail -F` does.
struct Tail {
    file: File,
    read: u64,
    line: Vec<u8>,
    ended_early: u32,
}

impl Tail {
    fn open(path: &Path) -> anyhow::Result<Tail> {
        let file = File::open(path)?;
        let read = file.metadata()?.len();
        Ok(Tail { file, read, line: Vec::new(), ended_early: 0 })
    }

    fn last_line_holds(&mut self, wanted: &str) -> anyhow::Result<bool> {
        let len = self.file.metadata()?.len();
        if len > self.read {
            let mut text = vec![0; usize::try_from(len - self.read)?];
            // A read that is overtaken by the next change may end early; `tail` too looks again.
            if self.file.read_at(&mut text, self.read)? < text.len() {
                self.ended_early += 1;
                return Ok(false);
            }
            self.read = len;
            // Never a new size with old bytes: what is there are whole lines.
            let Some(text) = text.strip_suffix(b"\n") else { bail!("the last line is not whole") };
            for line in text.split(|byte| *byte == b'\n') {
                if line.first() != Some(&b'{') || line.last() != Some(&b'}') {
                    bail!("a line is torn: {}", String::from_utf8_lossy(line));
                }
                self.line = line.to_vec();
            }
        }
        Ok(self.line.windows(wanted.len()).any(|part| part == wanted.as_bytes()))
    }
}

/// Readers that ask for the size of a growing file and read what is new, without a pause.
struct Readers {
    ended: Arc<AtomicBool>,
    threads: Vec<JoinHandle<anyhow::Result<Reads>>>,
}

struct Reads {
    path: PathBuf,
    /// Those that found something new, and of these those that ended before the size that was told.
    count: u64,
    ended_early: u64,
    text: Vec<u8>,
}

impl Readers {
    fn new(mount: &Path, count: usize) -> anyhow::Result<Readers> {
        let ended = Arc::new(AtomicBool::new(false));
        let files = ["log.txt", "tables/entries.jsonl", "tables/history.jsonl"];
        let read = |path: PathBuf, ended: Arc<AtomicBool>| {
            let file = File::open(&path)?;
            let mut reads = Reads { path, count: 0, ended_early: 0, text: Vec::new() };
            while !ended.load(Ordering::Relaxed) {
                let len = file.metadata()?.len();
                let from = reads.text.len();
                let mut new = vec![0; usize::try_from(len)?.saturating_sub(from)];
                let read = file.read_at(&mut new, from as u64)?;
                reads.count += u64::from(!new.is_empty());
                reads.ended_early += u64::from(read < new.len());
                reads.text.extend_from_slice(&new[..read]);
            }
            Ok(reads)
        };
        let paths = files.iter().cycle().map(|file| mount.join(file)).take(count);
        let start = |path| {
            let ended = ended.clone();
            thread::spawn(move || read(path, ended))
        };
        let threads = paths.map(start).collect();
        Ok(Readers { ended, threads })
    }

    /// What they read must be how the file begins.
    fn finish(self) -> anyhow::Result<()> {
        self.ended.store(true, Ordering::Relaxed);
        for thread in self.threads {
            let Ok(reads) = thread.join() else { bail!("a reader panicked") };
            let Reads { path, count, ended_early, text } = reads?;
            if !fs::read(&path)?.starts_with(&text) {
                bail!("{path:?} is not what was read of it");
            }
            println!(
                "{path:?}: {count} reads found something new, {ended_early} of them ended before the size that was told"
            );
        }
        Ok(())
    }
}

/// Of the process that serves a mount, found by what it was started with.
fn processor_time(mount: &Path) -> Option<Duration> {
    let wanted = mount.to_str()?;
    let process = fs::read_dir("/proc").ok()?.flatten().find(|process| {
        let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
        let mut words = line.split(|byte| *byte == 0);
        words.any(|word| word == b"mount") && words.any(|word| word == wanted.as_bytes())
    })?;
    let tasks = fs::read_dir(process.path().join("task")).ok()?.flatten();
    let ran = |task: fs::DirEntry| {
        let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    };
    Some(Duration::from_nanos(tasks.filter_map(ran).sum()))
}

fn tell(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |part: usize| times.get((times.len() * part / 100).min(times.len().saturating_sub(1))).copied();
    if let (Some(median), Some(late), Some(worst)) = (at(50), at(99), times.last()) {
        println!("{what}: median {median:.1?}, 99 of 100 {late:.1?}, worst {worst:.1?}");
    }
}
