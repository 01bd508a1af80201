//! Work on many things that is shared out to all cores.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;

/// Most workers; more would wait for memory.
const WORKERS: usize = 4;

/// How many things a worker takes at a time, at least and at most.
const CHUNK: Range<usize> = 64..1024;

/// How many workers there may be. To find out means to read some files.
fn most() -> usize {
    static MOST: OnceLock<usize> = OnceLock::new();
    *MOST.get_or_init(|| thread::available_parallelism().map_or(1, |n| n.get()).min(WORKERS))
}

/// The same, besides the one that asks.
pub(super) fn spare() -> usize {
    most() - 1
}

/// What `make` says of every number below `count`.
pub(super) fn on_all_cores<T: Clone + Default + Send>(count: usize, make: impl Fn(usize) -> T + Sync) -> Vec<T> {
    in_runs(count, |numbers, slots| slots.iter_mut().zip(numbers).for_each(|(slot, number)| *slot = make(number)))
}

/// The same, a run of numbers at a time: `fill` puts what belongs to the numbers into as many slots.
pub(super) fn in_runs<T: Clone + Default + Send>(count: usize, fill: impl Fn(Range<usize>, &mut [T]) + Sync) -> Vec<T> {
    let mut made = vec![T::default(); count];
    let workers = most();
    // Several runs for each worker, so that all end at about the same time.
    let length = (count / (4 * workers)).clamp(CHUNK.start, CHUNK.end);
    if count <= length || workers == 1 {
        fill(0..count, &mut made);
        return made;
    }
    let runs: Vec<_> = made.chunks_mut(length).map(Mutex::new).collect();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let run = next.fetch_add(1, Ordering::Relaxed);
                    // Each run is taken once, so the lock is never waited for.
                    let Some(Ok(mut slots)) = runs.get(run).map(Mutex::lock) else {
                        return;
                    };
                    let start = run * length;
                    fill(start..start + slots.len(), &mut slots);
                }
            });
        }
    });
    drop(runs);
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_its_slot() {
        for count in [0, 1, 63, 64, 65, 1000, 9000] {
            let made = on_all_cores(count, |number| 3 * number + 1);
            assert!(made.iter().copied().eq((0..count).map(|number| 3 * number + 1)), "{count}");
        }
    }
}
