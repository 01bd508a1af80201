//! Long files: concatenations of pieces whose sizes are known. Any offset is found by a search, and a read
//! makes only the pieces that it touches; no long file is ever built whole.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::thread;

use zeroize::Zeroizing;

use super::inode::Rope;
use super::view::View;
use crate::render::{Count, Sink, Style};
use crate::store::{Kind, VersionNo};

/// Pieces whose sizes a worker finds at a time.
const CHUNK: usize = 256;

/// The ropes that were measured so far.
#[derive(Default)]
pub(super) struct Ropes {
    log: OnceLock<Measured>,
    entries: OnceLock<Measured>,
    kinds: [OnceLock<Measured>; Kind::COUNT],
    history: OnceLock<Measured>,
}

/// The pieces of a rope, and where each ends.
pub(super) struct Measured {
    /// The versions that the pieces show; empty where the pieces are the entries of the log.
    versions: Vec<VersionNo>,
    ends: Vec<u64>,
}

impl Measured {
    /// The size of the whole file.
    pub(super) fn len(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    fn start(&self, piece: usize) -> u64 {
        piece.checked_sub(1).map_or(0, |before| self.ends[before])
    }
}

impl View {
    /// A rope, measured once by all cores.
    pub(super) fn rope(&self, rope: Rope) -> &Measured {
        let slot = match rope {
            Rope::Log => &self.ropes.log,
            Rope::Entries => &self.ropes.entries,
            Rope::Kind(kind) => &self.ropes.kinds[kind as usize],
            Rope::History => &self.ropes.history,
        };
        slot.get_or_init(|| {
            // All workers need it; the first one to ask would make the others wait.
            let index = self.state.index();
            let versions = match rope {
                Rope::Kind(kind) => index.current_objects(kind).map(|(_, version)| version).collect(),
                _ => Vec::new(),
            };
            let pieces = match rope {
                Rope::Kind(_) => versions.len(),
                Rope::History => index.versions() as usize,
                _ => self.state.log().entries.len(),
            };
            let mut ends = measure(pieces, |piece| {
                let mut count = Count(0);
                self.write_piece(rope, &versions, piece, &mut count);
                count.0
            });
            let mut end = 0;
            for size in &mut ends {
                end += *size;
                *size = end;
            }
            Measured { versions, ends }
        })
    }

    fn write_piece<S: Sink>(&self, rope: Rope, versions: &[VersionNo], piece: usize, sink: &mut S) {
        match rope {
            Rope::Log => {
                self.show(piece as u32, |shown| sink.put(shown.log_line().as_bytes()));
                sink.put(b"\n");
            }
            Rope::Entries => self.write_entry(piece as u32, Style::Compact, sink),
            Rope::History => self.write_history_line(piece as u32, sink),
            Rope::Kind(_) => {
                if let Some(version) = versions.get(piece) {
                    self.write_version(*version, Style::Compact, sink);
                }
            }
        }
    }

    pub(super) fn read_rope(&self, rope: Rope, offset: u64, len: usize, sink: &mut dyn FnMut(&[u8])) {
        let measured = self.rope(rope);
        let behind = offset.saturating_add(len as u64).min(measured.len());
        if offset >= behind {
            return;
        }
        let first = measured.ends.partition_point(|end| *end <= offset);
        let mut bytes = Zeroizing::new(Vec::with_capacity(len.min(1 << 20)));
        for piece in first..measured.ends.len() {
            let start = measured.start(piece);
            if start >= behind {
                break;
            }
            bytes.clear();
            self.write_piece(rope, &measured.versions, piece, &mut *bytes);
            let from = offset.saturating_sub(start).min(bytes.len() as u64) as usize;
            let to = (behind - start).min(bytes.len() as u64) as usize;
            sink(&bytes[from..to]);
        }
    }
}

/// The sizes of all pieces, found by all cores.
fn measure(pieces: usize, size: impl Fn(usize) -> u64 + Sync) -> Vec<u64> {
    let mut sizes = vec![0; pieces];
    let workers = thread::available_parallelism().map_or(1, |n| n.get()).min(4);
    if pieces <= CHUNK || workers == 1 {
        sizes.iter_mut().enumerate().for_each(|(piece, slot)| *slot = size(piece));
        return sizes;
    }
    let chunks: Vec<_> = sizes.chunks_mut(CHUNK).map(Mutex::new).collect();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let chunk = next.fetch_add(1, Ordering::Relaxed);
                    // Each chunk is taken once, so the lock is never waited for.
                    let Some(Ok(mut slots)) = chunks.get(chunk).map(Mutex::lock) else {
                        return;
                    };
                    slots.iter_mut().zip(chunk * CHUNK..).for_each(|(slot, piece)| *slot = size(piece));
                }
            });
        }
    });
    drop(chunks);
    sizes
}
