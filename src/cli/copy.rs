//! Writing whole files of the tree, a few pieces in memory at a time. The pieces of a long file are made by all cores.

use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;

use crate::tree::{Forest, Ino, TreeError};
use crate::wiped::Wiped;

/// Bytes that are made at once.
const PIECE: usize = 256 << 10;

/// Pieces of each worker that may wait to be written.
const WAITING: usize = 2;

/// Most workers; more would wait for who writes.
const WORKERS: usize = 4;

/// Writes a whole file.
pub(super) fn copy(forest: &dyn Forest, file: Ino, out: &mut impl Write) -> anyhow::Result<()> {
    let first = piece(forest, file, 0)?;
    out.write_all(&first)?;
    if first.len() < PIECE {
        return Ok(());
    }
    let workers = thread::available_parallelism().map_or(1, usize::from).min(WORKERS);
    thread::scope(|scope| {
        // The workers take turns, so that who writes knows whose piece is next. They end with the file, or when
        // nobody waits for more.
        let turns = (0..workers).map(|worker| {
            let (send, made) = mpsc::sync_channel(WAITING);
            let work = move || {
                for number in (1 + worker as u64..).step_by(workers) {
                    let made = piece(forest, file, number * PIECE as u64);
                    let goes_on = made.as_ref().is_ok_and(|piece| piece.len() == PIECE);
                    if send.send(made).is_err() || !goes_on {
                        return;
                    }
                }
            };
            thread::Builder::new().spawn_scoped(scope, work).map(|_| made)
        });
        match turns.collect::<io::Result<Vec<_>>>() {
            Ok(turns) => write_all(turns.iter().cycle().map(|made| Ok(made.recv()??)), out),
            // Where no thread is to be had, it takes longer.
            Err(_) => write_all((1..).map(|number| Ok(piece(forest, file, number * PIECE as u64)?)), out),
        }
    })
}

/// Writes pieces up to the first that is short.
fn write_all(pieces: impl Iterator<Item = anyhow::Result<Wiped>>, out: &mut impl Write) -> anyhow::Result<()> {
    for piece in pieces {
        let piece = piece?;
        out.write_all(&piece)?;
        if piece.len() < PIECE {
            break;
        }
    }
    Ok(())
}

fn piece(forest: &dyn Forest, file: Ino, offset: u64) -> Result<Wiped, TreeError> {
    let mut bytes = Wiped::with_capacity(PIECE);
    forest.read(file, offset, PIECE, &mut |part| bytes.extend_from_slice(part))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::testing::Stub;

    /// Every file is as long as its number, of bytes that tell where they stand. File 1 cannot be read to its end.
    struct Lengths;

    impl Stub for Lengths {
        fn bytes(&self, ino: Ino, offset: u64, len: usize, sink: &mut dyn FnMut(&[u8])) -> Result<(), TreeError> {
            if ino == Ino::ROOT && offset > 9 * PIECE as u64 {
                return Err(TreeError::Unreadable("torn".into()));
            }
            let end = if ino == Ino::ROOT { u64::MAX } else { ino.0 };
            let part: Vec<u8> = (offset..end).take(len).map(|at| (at % 251) as u8).collect();
            part.chunks(100_000).for_each(sink);
            Ok(())
        }
    }

    #[test]
    fn files_of_any_length_are_written_in_order() {
        for length in [0, 5, PIECE - 1, PIECE, PIECE + 1, 7 * PIECE, 23 * PIECE + 17] {
            let mut out = Vec::new();
            copy(&Lengths, Ino(length as u64), &mut out).unwrap();
            assert!(out.iter().copied().eq((0..length).map(|at| (at % 251) as u8)), "{length}: {}", out.len());
        }
    }

    #[test]
    fn what_fails_ends_it() {
        let mut out = Vec::new();
        let error = copy(&Lengths, Ino::ROOT, &mut out).unwrap_err();
        assert_eq!((error.to_string(), out.len()), ("torn".to_owned(), 10 * PIECE));

        struct Full(usize);
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        assert!(copy(&Lengths, Ino(1 << 30), &mut Full(3 * PIECE)).is_err());
    }
}
