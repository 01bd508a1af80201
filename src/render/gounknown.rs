//! Unknown fields as the peer prints them. It keeps them in the google types only (format 9.1, rule 15).

use super::gostring;
use super::scalar;
use super::scan::{Chain, Piece, Scratch};
use super::sink::Sink;
use crate::schema::Message;
use crate::schema::wire::{Fields, Part, Value, token};

/// Groups may be nested as deep as an entry is long; beyond this many levels the indent stays, so that what is
/// printed stays proportional to what is read.
const DEEPEST: usize = 64;

/// Puts the unknown fields of a message, if there are any.
pub(super) fn put(
    message: &'static Message,
    wire: &[u8],
    pieces: Chain,
    scratch: &Scratch,
    level: usize,
    sink: &mut impl Sink,
) {
    let mut size = 0;
    each(message, wire, pieces, scratch, |bytes| size += bytes.len() as u64);
    if size > 0 {
        sink.spaces(2 * level);
        sink.put(b"/* ");
        scalar::unsigned(size, sink);
        sink.put(b" unknown bytes */\n");
        each(message, wire, pieces, scratch, |bytes| field(bytes, level, sink));
    }
}

/// Calls for each unknown field with its bytes, the tag included.
fn each(message: &'static Message, wire: &[u8], pieces: Chain, scratch: &Scratch, mut call: impl FnMut(&[u8])) {
    let mut left = Some(pieces);
    while let Some(chain) = left {
        let (piece, rest): (Piece, _) = chain.split(scratch);
        let bytes = piece.bytes(wire);
        for raw in Fields::new(bytes).readable() {
            if message.by_number(raw.number).is_none() {
                call(bytes.get(raw.start..raw.end).unwrap_or_default());
            }
        }
        left = rest;
    }
}

fn field(bytes: &[u8], level: usize, sink: &mut impl Sink) {
    let mut open = 0usize;
    let mut at = 0;
    while at < bytes.len() {
        let Ok((token, end)) = token(bytes, at) else { return };
        if token.part == Part::End {
            open = open.saturating_sub(1);
        }
        sink.spaces(2 * (level + open.min(DEEPEST)));
        match token.part {
            Part::Start => {
                scalar::unsigned(u64::from(token.number), sink);
                sink.put(b" {");
                open += 1;
            }
            Part::End => sink.put(b"}"),
            Part::Value(value) => {
                scalar::unsigned(u64::from(token.number), sink);
                sink.put(b": ");
                put_value(value, sink);
            }
        }
        sink.put(b"\n");
        at = end;
    }
}

fn put_value(value: Value<'_>, sink: &mut impl Sink) {
    match value {
        Value::Varint(number) | Value::Fixed64(number) => scalar::unsigned(number, sink),
        Value::Fixed32(number) => scalar::unsigned(u64::from(number), sink),
        Value::Bytes(bytes) | Value::Group(bytes) => {
            sink.put(b"\"");
            gostring::quoted(bytes, sink);
            sink.put(b"\"");
        }
    }
}
