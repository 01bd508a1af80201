//! Long files: concatenations of pieces whose sizes are known. Any offset is found by a search, and a read
//! makes only the pieces that it touches; no long file is ever built whole.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::TreeError;
use super::cores::in_runs;
use super::entry::When;
use super::inode::{Piece, Rope};
use super::kept::Kept;
use super::rafttool::{Dumps, PlainLog, PlainSnapshot, SnapshotText};
use super::remembered::is_remembered;
use super::seen::piece as piece_of;
use super::view::View;
use crate::chunked::Chunked;
use crate::render::{Count, Sink, Style};
use crate::store::{Kind, Opener, VersionNo};
use crate::wiped::Wiped;

/// Pieces longer than this are kept for the next read, which most likely goes on in the same one.
pub(super) const LONG_PIECE: u64 = 64 << 10;

/// The ropes that were measured so far.
#[derive(Default)]
pub(super) struct Ropes {
    log: Slot,
    entries: Slot,
    kinds: [Slot; Kind::COUNT],
    history: Slot,
    pub(super) rafttool: Dumps,
}

/// A rope that was measured, or is to be.
#[derive(Default)]
pub(super) struct Slot {
    measured: OnceLock<Arc<Measured>>,
    /// The same rope in an earlier view.
    earlier: Option<Arc<Measured>>,
}

impl Slot {
    fn newest(&self) -> Option<&Arc<Measured>> {
        self.measured.get().or(self.earlier.as_ref())
    }

    /// To go on from, with the first pieces.
    fn first(&self, count: usize) -> Slot {
        let cut = |measured: &Arc<Measured>| {
            if measured.ends.len() <= count {
                return measured.clone();
            }
            let mut ends = measured.ends.clone();
            ends.truncate(count);
            Arc::new(Measured { pieces: Pieces::Entries(0..count as u32), ends })
        };
        Slot { measured: OnceLock::new(), earlier: self.newest().filter(|_| count > 0).map(cut) }
    }

    /// The same rope, for another view.
    fn same(&self) -> Slot {
        let measured = self.measured.get().cloned().map_or_else(OnceLock::new, OnceLock::from);
        Slot { measured, earlier: self.earlier.clone() }
    }
}

impl Ropes {
    /// What is still right in the view that follows.
    pub(super) fn kept(&self, kept: &Kept) -> Ropes {
        let of_kind = |kind: Kind| match (kept.versions, kept.kind(kind)) {
            (true, true) => self.kinds[kind as usize].same(),
            (true, false) => self.kinds[kind as usize].first(usize::MAX),
            _ => Slot::default(),
        };
        Ropes {
            log: self.log.first(kept.entries),
            entries: self.entries.first(kept.entries),
            kinds: Kind::ALL.map(of_kind),
            history: if kept.versions { self.history.first(usize::MAX) } else { Slot::default() },
            rafttool: Dumps::default(),
        }
    }
}

/// What a rope is made of.
pub(super) enum Pieces {
    /// One piece for each of these places of the log.
    Entries(Range<u32>),
    /// One piece for each of these versions.
    Versions(Vec<VersionNo>),
    /// One piece for every version that there is.
    History(u32),
    /// A snapshot in the peer's words.
    Snapshot(SnapshotText),
    /// A log without encryption.
    PlainLog(PlainLog),
    /// A snapshot without encryption.
    PlainSnapshot(PlainSnapshot),
}

impl Pieces {
    pub(super) fn count(&self) -> usize {
        match self {
            Pieces::Entries(places) => places.len(),
            Pieces::Versions(versions) => versions.len(),
            Pieces::History(count) => *count as usize,
            Pieces::Snapshot(text) => text.pieces(),
            Pieces::PlainLog(log) => log.pieces(),
            Pieces::PlainSnapshot(snapshot) => snapshot.pieces(),
        }
    }

    /// The version that a piece is of.
    fn version(&self, piece: usize) -> Option<VersionNo> {
        match self {
            Pieces::Versions(versions) => versions.get(piece).copied(),
            _ => None,
        }
    }
}

/// The pieces of a rope, and where each ends.
pub(super) struct Measured {
    pieces: Pieces,
    ends: Chunked<u64>,
}

impl Measured {
    /// The size of the whole file.
    pub(super) fn len(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }

    fn start(&self, piece: usize) -> u64 {
        piece.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// How long the line of each version is.
    fn sizes_of_versions(&self) -> HashMap<VersionNo, u64> {
        let Pieces::Versions(versions) = &self.pieces else { return HashMap::new() };
        let sizes = (0..).zip(&self.ends).map(|(piece, end)| end - self.start(piece));
        versions.iter().copied().zip(sizes).collect()
    }
}

impl View {
    fn slot(&self, rope: Rope) -> Option<&Slot> {
        Some(match rope {
            Rope::Log => &self.ropes.log,
            Rope::Entries => &self.ropes.entries,
            Rope::Kind(kind) => &self.ropes.kinds[kind as usize],
            Rope::Rafttool(dump) => self.dump_slot(dump)?,
            Rope::History => &self.ropes.history,
        })
    }

    /// Where the pieces of a rope end, as far as that is known, for the next time.
    pub(super) fn known_ends(&self, rope: Rope) -> Option<Chunked<u64>> {
        let slot = self.slot(rope)?;
        let ends = |measured: &Arc<Measured>| measured.ends.clone();
        match (slot.measured.get(), &slot.earlier) {
            (Some(measured), _) => Some(ends(measured)),
            // Only those that grow go on from earlier ones.
            (None, Some(earlier)) if matches!(earlier.pieces, Pieces::Entries(_) | Pieces::History(_)) => {
                Some(ends(earlier))
            }
            // What was remembered and not asked for is remembered on.
            _ => {
                self.state.numbers()?;
                self.remembered_ends(rope, &self.pieces(rope))
            }
        }
    }

    fn pieces(&self, rope: Rope) -> Pieces {
        match rope {
            Rope::Log | Rope::Entries => Pieces::Entries(0..self.state.log().entries.len() as u32),
            Rope::Kind(kind) => {
                let current = self.state.index().current_objects(kind);
                Pieces::Versions(current.map(|(_, version)| version).collect())
            }
            Rope::History => Pieces::History(self.state.index().versions()),
            Rope::Rafttool(dump) => self.dump_pieces(dump),
        }
    }

    /// A rope, measured once by all cores.
    pub(super) fn rope(&self, rope: Rope) -> Result<&Measured, TreeError> {
        let slot = self.slot(rope).ok_or(TreeError::NotFound)?;
        let measured = slot.measured.get_or_init(|| {
            let seen = self.see(rope);
            let pieces = self.pieces(rope);
            let (known, ends) = match (&slot.earlier, &pieces) {
                (Some(earlier), Pieces::Versions(_)) => (earlier.sizes_of_versions(), Chunked::new()),
                // It only grows: what was measured holds.
                (Some(earlier), _) => (HashMap::new(), earlier.ends.clone()),
                (None, _) => (HashMap::new(), self.remembered_ends(rope, &pieces).unwrap_or_default()),
            };
            let known = |piece: usize| pieces.version(piece).and_then(|no| known.get(&no)).copied();
            let before = ends.len();
            let sizes = in_runs(pieces.count().saturating_sub(before), |numbers, sizes| {
                let numbers = before + numbers.start..before + numbers.end;
                let mut opener = self.opener(&pieces, numbers.clone());
                for (piece, size) in numbers.zip(sizes) {
                    *size = known(piece)
                        .or_else(|| seen.size(piece, || When::of(self.state.index(), piece as u32)))
                        .unwrap_or_else(|| {
                            let mut count = Count(0);
                            self.write_piece(rope, &pieces, piece, &mut opener, &mut count);
                            count.0
                        });
                }
            });
            if is_remembered(rope) {
                self.state.numbers_found(sizes.len());
            }
            let ends = with_ends(ends, sizes);
            Arc::new(Measured { pieces, ends })
        });
        Ok(measured)
    }

    /// Opens what some of the pieces are made of, best in their order.
    fn opener(&self, pieces: &Pieces, numbers: Range<usize>) -> Opener<'_> {
        self.state.opener(match pieces {
            Pieces::Entries(places) => places.start + numbers.start as u32..places.start + numbers.end as u32,
            Pieces::History(_) => self.places_of_lines(numbers),
            _ => 0..0,
        })
    }

    fn write_piece<S: Sink>(&self, rope: Rope, pieces: &Pieces, piece: usize, opener: &mut Opener<'_>, sink: &mut S) {
        match pieces {
            Pieces::Entries(places) => {
                let place = places.start + piece as u32;
                match rope {
                    Rope::Rafttool(_) => self.dump_entry(place, opener, sink),
                    _ => self.show(place, opener, |shown| piece_of(rope, shown, sink)),
                }
            }
            Pieces::Versions(versions) => match (versions.get(piece), rope) {
                (Some(version), Rope::Rafttool(_)) => self.dump_object(*version, sink),
                (Some(version), _) => self.write_version(*version, Style::Compact, sink),
                (None, _) => {}
            },
            Pieces::History(_) => self.write_history_line(piece as u32, opener, sink),
            Pieces::Snapshot(text) => self.dump_snapshot(text, piece, sink),
            Pieces::PlainLog(log) => self.write_plain_log(log, piece, sink),
            Pieces::PlainSnapshot(snapshot) => self.write_plain_snapshot(snapshot, piece, sink),
        }
    }

    /// Under which name the cache knows a long piece; `None` for those that are short, or quickly made again.
    fn piece(&self, rope: Rope, pieces: &Pieces, piece: usize) -> Option<Piece> {
        match pieces {
            Pieces::Entries(places) => {
                let index = self.state.log().entries.get(places.start as usize + piece)?.index;
                match rope {
                    Rope::Log => None,
                    Rope::Rafttool(_) => self.follows(places.start + piece as u32).then_some(Piece::EntryText(index)),
                    _ => Some(Piece::EntryLine(index)),
                }
            }
            Pieces::Versions(versions) => {
                let key = self.key(*versions.get(piece)?);
                Some(match rope {
                    Rope::Rafttool(_) => Piece::VersionText(key),
                    _ => Piece::VersionLine(key),
                })
            }
            Pieces::Snapshot(text) => text.object(piece).map(|(place, _)| Piece::Listed(text.key(), place)),
            Pieces::History(_) | Pieces::PlainLog(_) | Pieces::PlainSnapshot(_) => None,
        }
    }

    pub(super) fn read_rope(
        &self,
        rope: Rope,
        offset: u64,
        len: usize,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<(), TreeError> {
        let measured = self.rope(rope)?;
        let behind = offset.saturating_add(len as u64).min(measured.len());
        if offset >= behind {
            return Ok(());
        }
        let first = measured.ends.partition_point(|end| *end <= offset);
        let last = measured.ends.partition_point(|end| *end < behind);
        let mut opener = self.opener(&measured.pieces, first..(last + 1).min(measured.ends.len()));
        // Short pieces are handed on together; there is always room for one, so that nothing grows.
        let mut bytes = Wiped::with_capacity(len.min(1 << 20) + LONG_PIECE as usize);
        let mut bytes_start = measured.start(first);
        // What of these bytes was asked for, which stand at `start` of the file.
        let mut part = |bytes: &[u8], start: u64| {
            let within = |at: u64| usize::try_from(at.saturating_sub(start)).unwrap_or(usize::MAX).min(bytes.len());
            match bytes.get(within(offset)..within(behind)) {
                None | Some([]) => {}
                Some(bytes) => sink(bytes),
            }
        };
        for (piece, end) in (first..).zip(measured.ends.iter_from(first)) {
            let start = measured.start(piece);
            if start >= behind {
                break;
            }
            let long = Some(end - start).filter(|len| *len > LONG_PIECE);
            let long = long.and_then(|len| Some((len, self.piece(rope, &measured.pieces, piece)?)));
            if long.is_some() || bytes.capacity() - bytes.len() < usize::try_from(end - start).unwrap_or(usize::MAX) {
                part(&bytes, bytes_start);
                bytes.clear();
                bytes_start = if long.is_some() { *end } else { start };
            }
            match long {
                Some((len, name)) => {
                    let piece = self.cache.get(name.ino(), || {
                        let mut bytes = Wiped::with_capacity(usize::try_from(len).unwrap_or(0));
                        self.write_piece(rope, &measured.pieces, piece, &mut opener, &mut bytes);
                        Ok(bytes)
                    })?;
                    self.measure(piece.len(), end - start);
                    part(&piece, start);
                }
                None => {
                    let before = bytes.len();
                    self.write_piece(rope, &measured.pieces, piece, &mut opener, &mut bytes);
                    self.measure(bytes.len() - before, end - start);
                }
            }
        }
        part(&bytes, bytes_start);
        Ok(())
    }
}

/// Where pieces end that follow on others.
fn with_ends(mut ends: Chunked<u64>, sizes: Vec<u64>) -> Chunked<u64> {
    let mut end = ends.last().copied().unwrap_or(0);
    for size in sizes {
        end += size;
        ends.push(end);
    }
    ends.shrink();
    ends
}
