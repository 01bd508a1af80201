//! What etcd's envelopes look like on the wire (format 4.2, 4.3, 5): written as etcd writes them, so that the
//! numbers which are always there are there.

use crate::disk::{ConfState, EntryAt, HardState, RaftId, RaftIndex, RecordType, Term, length_field, padding_of};
use crate::render::Sink;

fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A field of wire type 0.
pub(super) fn number(field: u8, value: u64, out: &mut Vec<u8>) {
    out.push(field << 3);
    varint(value, out);
}

/// What stands before the bytes of a field of wire type 2.
pub(super) fn length(field: u8, len: u64, out: &mut Vec<u8>) {
    out.push(field << 3 | 2);
    varint(len, out);
}

fn message(field: u8, bytes: &[u8], out: &mut Vec<u8>) {
    length(field, bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

fn conf_state(state: &ConfState) -> Vec<u8> {
    let mut out = Vec::new();
    let lists = [&state.voters, &state.learners, &state.voters_outgoing, &state.learners_next];
    for (field, list) in (1..).zip(lists) {
        list.iter().for_each(|RaftId(id)| number(field, *id, &mut out));
    }
    number(5, state.auto_leave.into(), &mut out);
    out
}

/// `raftpb.SnapshotMetadata`
pub(super) fn snapshot_metadata(state: &ConfState, index: RaftIndex, term: Term) -> Vec<u8> {
    let mut out = Vec::new();
    message(1, &conf_state(state), &mut out);
    number(2, index.0, &mut out);
    number(3, term.0, &mut out);
    out
}

/// `walpb.Snapshot`
pub(super) fn snapshot_mark(index: RaftIndex, term: Term, state: Option<&ConfState>) -> Vec<u8> {
    let mut out = Vec::new();
    number(1, index.0, &mut out);
    number(2, term.0, &mut out);
    if let Some(state) = state {
        message(3, &conf_state(state), &mut out);
    }
    out
}

/// `raftpb.HardState`
pub(super) fn hard_state(state: &HardState) -> Vec<u8> {
    let mut out = Vec::new();
    number(1, state.term.0, &mut out);
    number(2, state.vote.0, &mut out);
    number(3, state.commit.0, &mut out);
    out
}

/// `raftpb.Entry` up to its data, which are its last field.
pub(super) fn entry_head(entry: &EntryAt, data: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(40);
    // An enum on the wire is widened with its sign.
    number(1, i64::from(entry.kind.0.cast_signed()).cast_unsigned(), &mut out);
    number(2, entry.term.0, &mut out);
    number(3, entry.index.0, &mut out);
    if data > 0 {
        length(4, data, &mut out);
    }
    out
}

/// A frame with its record. `put_data` puts exactly `data` bytes; `None` is a record without data.
pub(super) fn put_frame<S: Sink>(
    kind: RecordType,
    crc: u32,
    data: Option<u64>,
    sink: &mut S,
    put_data: impl FnOnce(&mut S),
) {
    let mut head = Vec::with_capacity(24);
    number(1, kind.0, &mut head);
    number(2, crc.into(), &mut head);
    if let Some(len) = data {
        length(3, len, &mut head);
    }
    let len = (head.len() as u64).saturating_add(data.unwrap_or(0));
    sink.put(&length_field(len).to_le_bytes());
    sink.put(&head);
    put_data(sink);
    sink.put([0; 8].get(..padding_of(len).into()).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_frames_of_a_real_log() {
        // Format 13, vector 2.
        let mut out = Vec::new();
        put_frame(RecordType::CRC, 0, None, &mut out, |_| {});
        assert_eq!(out, b"\x04\0\0\0\0\0\0\x84\x08\x04\x10\0\0\0\0\0");
        assert_eq!(snapshot_mark(RaftIndex(0), Term(0), None), b"\x08\0\x10\0");
    }

    #[test]
    fn frames_are_padded_to_eight_bytes() {
        for len in 0..20u64 {
            let mut out = Vec::new();
            put_frame(RecordType::ENTRY, u32::MAX, Some(len), &mut out, |out| out.extend(vec![7; len as usize]));
            assert!(out.len().is_multiple_of(8), "{len}");
        }
    }
}
