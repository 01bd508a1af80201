//! Where it runs: without this, no figure means anything.

use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::time::{Duration, Instant};

use super::table::median;

/// There and back, so many times, for a measurement.
const ROUNDS: u32 = 5_000;

/// Prints processors, kernel, memory, load, and what it costs to wake a thread.
///
/// Every request to a mount wakes the server, and its answer wakes who asked. On a virtual machine waking a thread
/// on another processor may cost ten times what it does on the same one, and then dominates all else.
pub(crate) fn print() {
    println!("# The machine");
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo.lines().find(|line| line.starts_with("model name")).and_then(|line| line.split_once(": "));
    let virtual_one = cpuinfo.lines().any(|line| line.starts_with("flags") && line.contains(" hypervisor"));
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let model = model.map_or("unknown processor", |(_, model)| model);
    println!("{processors} x {model}{}", if virtual_one { ", virtual" } else { "" });
    println!("Linux {}", read("/proc/sys/kernel/osrelease").trim());
    let memory = read("/proc/meminfo");
    let memory = memory.lines().take(3).map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    println!("{}", memory.collect::<Vec<_>>().join(", "));
    println!("load average {}", read("/proc/loadavg").trim());
    let wake = |first, second| match wake_up(first, second) {
        Some(time) => format!("{:.1} us", time.as_secs_f64() * 1e6),
        None => "unknown".to_owned(),
    };
    println!(
        "to wake a thread: {} on the same processor, {} on another, {} as the kernel pleases",
        wake(Some(0), Some(0)),
        wake(Some(0), Some(1)),
        wake(None, None),
    );
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// What it takes from a write into a pipe until its reader runs: the median of some ping-pongs of two threads.
fn wake_up(first: Option<usize>, second: Option<usize>) -> Option<Duration> {
    let times: Vec<Duration> = (0..5).filter_map(|_| ping_pong(first, second)).collect();
    median(&times).map(|time| time / (2 * ROUNDS))
}

fn ping_pong(first: Option<usize>, second: Option<usize>) -> Option<Duration> {
    let (there, from_first) = pipe().ok()?;
    let (back, from_second) = pipe().ok()?;
    let other = std::thread::spawn(move || pinned(second) && pass_on(there, from_second).is_some());
    let measured = std::thread::spawn(move || pinned(first).then(|| serve(back, from_first)).flatten());
    let time = measured.join().ok()?;
    other.join().ok()?.then_some(time).flatten()
}

fn serve(mut back: PipeReader, mut there: PipeWriter) -> Option<Duration> {
    let mut ball = [0];
    let begin = Instant::now();
    for _ in 0..ROUNDS {
        there.write_all(&ball).ok()?;
        back.read_exact(&mut ball).ok()?;
    }
    Some(begin.elapsed())
}

fn pass_on(mut there: PipeReader, mut back: PipeWriter) -> Option<()> {
    let mut ball = [0];
    for _ in 0..ROUNDS {
        there.read_exact(&mut ball).ok()?;
        back.write_all(&ball).ok()?;
    }
    Some(())
}

/// Keeps this thread on a processor; false where there is none of that number.
fn pinned(processor: Option<usize>) -> bool {
    let Some(processor) = processor else { return true };
    // SAFETY: all zeros are an empty set; the number is far below the set's size; the call only reads the set.
    unsafe {
        let mut set = std::mem::zeroed::<libc::cpu_set_t>();
        libc::CPU_SET(processor, &mut set);
        libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const set) == 0
    }
}
