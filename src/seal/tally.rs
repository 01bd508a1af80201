//! A count that many threads add to, without waiting for each other's caches.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// Threads that share a lane wait for each other again.
const LANES: usize = 8;

/// A part of the count, on cache lines of its own.
#[derive(Default)]
#[repr(align(128))]
struct Lane(AtomicU64);

/// The count.
#[derive(Default)]
pub(super) struct Tally([Lane; LANES]);

thread_local! {
    static LANE: Cell<usize> = {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        Cell::new(NEXT.fetch_add(1, Ordering::Relaxed) % LANES)
    };
}

impl Tally {
    /// Counts one.
    #[inline]
    pub(super) fn count(&self) {
        self.0[LANE.get()].0.fetch_add(1, Ordering::Relaxed);
    }

    /// How many were counted.
    pub(super) fn sum(&self) -> u64 {
        self.0.iter().map(|lane| lane.0.load(Ordering::Relaxed)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_thread_is_counted() {
        let tally = Tally::default();
        std::thread::scope(|scope| {
            for _ in 0..20 {
                scope.spawn(|| (0..100).for_each(|_| tally.count()));
            }
        });
        assert_eq!(tally.sum(), 2000);
    }
}
