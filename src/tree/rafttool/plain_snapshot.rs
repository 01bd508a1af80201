//! The snapshot of `decrypt` (format 6, 9.7), deciphered chunk by chunk.

use crc32c::{crc32c, crc32c_combine};
use zeroize::Zeroizing;

use super::super::cores::on_all_cores;
use super::super::view::View;
use super::wire::{length, number, snapshot_metadata};
use crate::render::Sink;
use crate::store::Loaded;

/// Bytes of plaintext in a piece.
const CHUNK: u64 = 64 << 10;

/// The pieces of the file: what stands before the plaintext, its chunks, what stands behind it.
#[derive(Default)]
pub(in super::super) struct PlainSnapshot {
    head: Vec<u8>,
    len: u64,
    end: Vec<u8>,
}

impl PlainSnapshot {
    pub(in super::super) fn pieces(&self) -> usize {
        usize::try_from(self.len.div_ceil(CHUNK)).unwrap_or(0) + 2
    }
}

/// How long the chunk at a place of `len` bytes is; 0 where there is none.
fn chunk_len(place: usize, len: u64) -> u64 {
    CHUNK.min(len.saturating_sub(CHUNK.saturating_mul(place as u64)))
}

fn read_chunk(snapshot: &Loaded, place: usize) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let plain = snapshot.plain();
    let mut chunk = Zeroizing::new(vec![0; chunk_len(place, plain.len()) as usize]);
    plain.read_exact_at(&mut chunk, CHUNK.saturating_mul(place as u64))?;
    Ok(chunk)
}

impl View {
    pub(super) fn plain_snapshot(&self) -> PlainSnapshot {
        let Some(snapshot) = self.loaded_base() else {
            return PlainSnapshot::default();
        };
        let (file, len) = (snapshot.file(), snapshot.plain().len());
        // The inner message (`raftpb.Snapshot`) is what the checksum covers.
        let (mut inner, mut end) = (Vec::new(), Vec::new());
        length(1, len, &mut inner);
        let metadata = snapshot_metadata(&file.conf_state, file.index, file.term);
        length(2, metadata.len() as u64, &mut end);
        end.extend_from_slice(&metadata);
        let chunks = usize::try_from(len.div_ceil(CHUNK)).unwrap_or(0);
        let sums = on_all_cores(chunks, |place| read_chunk(snapshot, place).ok().map(|chunk| crc32c(&chunk)));
        let sum = sums.iter().zip(0..).try_fold(crc32c(&inner), |sum, (own, place)| {
            own.map(|own| crc32c_combine(sum, own, chunk_len(place, len) as usize))
        });
        let sum = sum.map(|sum| crc32c_combine(sum, crc32c(&end), end.len()));
        let mut head = Vec::new();
        // A snapshot without checksum is none (format 6): right for one that cannot be read.
        number(1, sum.unwrap_or(0).into(), &mut head);
        length(2, inner.len() as u64 + len + end.len() as u64, &mut head);
        head.append(&mut inner);
        PlainSnapshot { head, len, end }
    }

    pub(in super::super) fn write_plain_snapshot<S: Sink>(&self, plain: &PlainSnapshot, piece: usize, sink: &mut S) {
        let place = piece.wrapping_sub(1);
        let len = chunk_len(place, plain.len);
        match self.loaded_base() {
            _ if piece == 0 => sink.put(&plain.head),
            _ if len == 0 => sink.put(&plain.end),
            _ if sink.take_length(len) => {}
            Some(snapshot) => match read_chunk(snapshot, place) {
                Ok(chunk) => sink.put(&chunk),
                // The checksum tells of it.
                Err(_) => sink.put(&vec![0; len as usize]),
            },
            None => {}
        }
    }
}
