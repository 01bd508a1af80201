//! The log of `decrypt` (format 9.7): one segment, without the level of `MaybeEncryptedRecord`.
//!
//! The checksum of a record covers all before it, and its length depends on the checksum. So every entry is
//! opened once, on all cores, and what is kept of it are its length and the running checksum behind it; a read
//! then opens only the entries that it touches.

use crc32c::{crc32c, crc32c_append, crc32c_combine};
use zeroize::Zeroizing;

use super::super::cores::in_runs;
use super::super::inode::Node;
use super::super::ropes::LONG_PIECE;
use super::super::view::View;
use super::wire::{entry_head, hard_state, put_frame, snapshot_mark};
use crate::disk::{EntryAt, RaftIndex, RecordType, Term};
use crate::render::Sink;

/// The pieces of the segment: what stands before the entries, each entry, what stands behind them.
pub(in super::super) struct PlainLog {
    head: Vec<u8>,
    first: u32,
    entries: Vec<Plain>,
    end: Vec<u8>,
}

/// What is kept of an entry.
#[derive(Clone, Copy, Default)]
struct Plain {
    len: u32,
    /// While measuring of the record's own data, then of all up to it.
    crc: u32,
}

impl PlainLog {
    pub(in super::super) fn pieces(&self) -> usize {
        self.entries.len() + 2
    }
}

/// A record whose data are at hand; answers the running checksum behind it.
fn put_record(kind: RecordType, data: &[u8], crc: u32, out: &mut Vec<u8>) -> u32 {
    let crc = crc32c_append(crc, data);
    put_frame(kind, crc, Some(data.len() as u64), out, |out| out.put(data));
    crc
}

/// The length of an entry's data in its record.
fn data_len(entry: &EntryAt, plain: u32) -> u64 {
    let plain = u64::from(plain);
    entry_head(entry, plain).len() as u64 + plain
}

impl View {
    pub(super) fn plain_log(&self) -> PlainLog {
        let log = self.state.log();
        let (mut head, mut end) = (Vec::new(), Vec::new());
        put_frame(RecordType::CRC, 0, None, &mut head, |_| {});
        let mut crc = put_record(RecordType::METADATA, log.metadata.as_deref().unwrap_or_default(), 0, &mut head);
        crc = put_record(RecordType::SNAPSHOT, &snapshot_mark(RaftIndex(0), Term(0), None), crc, &mut head);
        if let Some(base) = self.base() {
            let mark = snapshot_mark(base.index, base.term, Some(&base.conf_state));
            crc = put_record(RecordType::SNAPSHOT, &mark, crc, &mut head);
        }
        let places = self.entries_without_hole();
        let listed = log.entries.range(places.start as usize..places.end as usize);
        let mut entries = in_runs(listed.len(), |numbers, slots| {
            let run = places.start + numbers.start as u32..places.start + numbers.end as u32;
            let mut opener = self.state.opener(run.clone());
            for ((place, entry), slot) in run.clone().zip(log.entries.iter_from(run.start as usize)).zip(slots) {
                // The index opened it before; what is unreadable since then is as long as nothing.
                let plain = opener.open(place).unwrap_or_default();
                let crc = crc32c_append(crc32c(&entry_head(entry, plain.len() as u64)), plain);
                *slot = Plain { len: u32::try_from(plain.len()).unwrap_or(0), crc };
            }
        });
        for (own, entry) in entries.iter_mut().zip(listed) {
            let len = usize::try_from(data_len(entry, own.len)).unwrap_or(usize::MAX);
            crc = crc32c_combine(crc, own.crc, len);
            own.crc = crc;
        }
        if let Some(state) = &log.hard_state {
            put_record(RecordType::STATE, &hard_state(state), crc, &mut end);
        }
        PlainLog { head, first: places.start, entries, end }
    }

    pub(in super::super) fn write_plain_log<S: Sink>(&self, log: &PlainLog, piece: usize, sink: &mut S) {
        let number = piece.wrapping_sub(1);
        let place = log.first.saturating_add(number as u32);
        let entry = self.state.log().entries.get(place as usize);
        let (Some(plain), Some(entry)) = (log.entries.get(number), entry) else {
            return sink.put(if piece == 0 { &log.head } else { &log.end });
        };
        let len = data_len(entry, plain.len);
        put_frame(RecordType::ENTRY, plain.crc, Some(len), sink, |sink| {
            sink.put(&entry_head(entry, plain.len.into()));
            if !sink.take_length(plain.len.into()) {
                self.put_plain(place, entry, plain.len as usize, sink);
            }
        });
    }

    /// The payload of an entry, `len` bytes of it: what cannot be read any more is zero, and the checksum tells.
    fn put_plain<S: Sink>(&self, place: u32, entry: &EntryAt, len: usize, sink: &mut S) {
        if len as u64 > LONG_PIECE
            && let Ok(plain) = self.bytes_of(Node::Payload(entry.index))
            && plain.len() == len
        {
            return sink.put(&plain);
        }
        let mut plain = Zeroizing::new(Vec::new());
        let _ = self.state.open_entry(place, &mut plain);
        plain.resize(len, 0);
        sink.put(&plain);
    }
}
