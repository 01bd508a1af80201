//! Messages as the peer prints them: protobuf's text format as Go's gogo library writes it (format 9.1).
//!
//! Byte for byte, for every message that the peer accepts; [`peer_accepts`] says which those are. Others are printed
//! as far as they can be read, or not at all.

use super::peer::{RefusedByPeer, peer_accepts, spans_time};
use super::recent::Part;
use super::scalar::{self, Short};
use super::scan::{Chain, Piece, Scratch, bit, entries, positions};
use super::sink::Sink;
use super::stream::Stream;
use super::{gostring, gounknown};
use crate::schema::wire::Packed;
use crate::schema::{DURATION, Field, INDENT, Kind, Message, Shape};

/// Puts the fields of a message, `indent` levels deep, as the peer prints them.
pub fn text(message: &'static Message, wire: &[u8], indent: usize, sink: &mut impl Sink) {
    walk(message, wire, indent, false, sink);
}

/// The same of an object that went through the peer's store: copying it there, the peer loses what it does not know
/// of an `Any`, and keeps it of the other types of google's.
pub fn stored_text(message: &'static Message, wire: &[u8], indent: usize, sink: &mut impl Sink) {
    walk(message, wire, indent, true, sink);
}

/// Puts a message as [`text`] does, or as [`stored_text`], if the peer accepts it; else nothing.
///
/// The walk itself meets nearly all that the peer might refuse, so only what looks odd to it is checked by itself.
pub fn accepted_text(
    message: &'static Message,
    wire: &[u8],
    indent: usize,
    stored: bool,
    sink: &mut impl Sink,
) -> Result<(), RefusedByPeer> {
    let mark = sink.mark();
    if walk(message, wire, indent, stored, sink) {
        peer_accepts(message, wire).inspect_err(|_| sink.cut(mark))?;
    }
    Ok(())
}

/// Answers whether there was anything that the peer might refuse.
fn walk(message: &'static Message, wire: &[u8], indent: usize, stored: bool, sink: &mut impl Sink) -> bool {
    let mark = sink.mark();
    let mut walk = Walk { sink, wire, scratch: Scratch::take(), level: indent, stored };
    walk.fields(message, Chain::whole(wire));
    if !walk.scratch.in_order {
        walk.sink.cut(mark);
        walk.fields(message, Chain::whole(wire));
    }
    let doubt = walk.scratch.doubt;
    walk.scratch.give_back();
    doubt
}

/// The text as it is where nothing is known to be in order, nor from before.
#[cfg(test)]
pub(super) fn in_slots(message: &'static Message, wire: &[u8], sink: &mut impl Sink) {
    let scratch = Scratch::default();
    Walk { sink, wire, scratch, level: 0, stored: false }.fields(message, Chain::whole(wire));
}

struct Walk<'w, 's, S: Sink> {
    sink: &'s mut S,
    wire: &'w [u8],
    scratch: Scratch,
    level: usize,
    stored: bool,
}

impl<S: Sink> Walk<'_, '_, S> {
    fn fields(&mut self, message: &'static Message, pieces: Chain) {
        let odd = match Stream::of(self.wire, message, pieces, &self.scratch) {
            Some(stream) => self.in_order(message, stream),
            None => self.in_slots(message, pieces),
        };
        let lost = self.stored && message.shape == Shape::Any;
        if odd && message.keeps_unknown() && !lost {
            gounknown::put(message, self.wire, pieces, &self.scratch, self.level, self.sink);
        }
    }

    /// Answers whether there is anything beyond the fields.
    fn in_order(&mut self, message: &'static Message, mut stream: Stream<'_>) -> bool {
        let mut absent = message.always;
        while let Some((position, field, chain)) = stream.next(&mut self.scratch) {
            let before = absent & (bit(position) - 1);
            absent &= !(bit(position) | before);
            self.absent(message, before);
            self.present(field, chain);
        }
        self.absent(message, absent);
        stream.odd()
    }

    /// The same for fields in any order.
    fn in_slots(&mut self, message: &'static Message, pieces: Chain) -> bool {
        let frame = self.scratch.open(self.wire, message, pieces);
        for position in positions(frame.present | message.always) {
            match (message.fields.get(position), self.scratch.values(frame, position)) {
                (Some(field), Some(chain)) => self.present(field, chain),
                _ => self.absent(message, bit(position)),
            }
        }
        self.scratch.close(frame);
        frame.odd
    }

    /// Those of the fields that are printed always, at the positions of these bits.
    #[inline]
    fn absent(&mut self, message: &'static Message, fields: u64) {
        for field in positions(fields).filter_map(|position| message.fields.get(position)) {
            match field.kind {
                Kind::Message(inner) => self.nested(field, inner, Chain::empty()),
                _ => self.number(field, 0),
            }
        }
    }

    fn present(&mut self, field: &'static Field, chain: Chain) {
        match field.kind {
            Kind::Map(message) => self.map(field, message, chain),
            _ if field.repeated => self.list(field, chain),
            Kind::Message(_) if field.std_duration => self.std_duration(field, chain),
            Kind::Message(inner) => self.nested(field, inner, chain),
            Kind::String | Kind::Bytes => {
                let bytes = chain.first().bytes(self.wire);
                if !bytes.is_empty() || field.oneof.is_some() {
                    self.quoted(field, bytes);
                }
            }
            _ => {
                let number = chain.first().as_number().unwrap_or(0);
                if field.oneof.is_some() || field.always || !is_zero(field.kind, number) {
                    self.number(field, number);
                }
            }
        }
    }

    fn list(&mut self, field: &'static Field, chain: Chain) {
        let mut left = Some(chain);
        while let Some(chain) = left {
            let (piece, rest) = chain.split(&self.scratch);
            self.element(field, piece);
            left = rest;
        }
    }

    fn element(&mut self, field: &'static Field, piece: Piece) {
        match (field.kind, piece.as_number()) {
            (Kind::Message(inner) | Kind::Map(inner), _) => self.nested(field, inner, Chain::one(piece)),
            (Kind::String | Kind::Bytes, _) => self.quoted(field, piece.bytes(self.wire)),
            (_, Some(number)) => self.number(field, number),
            (_, None) => {
                for number in Packed::new(piece.bytes(self.wire)).map_while(Result::ok) {
                    self.number(field, number);
                }
            }
        }
    }

    /// Key and value are printed also when empty; a message that is missing is not (rule 4).
    fn map(&mut self, field: &'static Field, message: &'static Message, chain: Chain) {
        let [key, value] = message.fields else { return };
        for entry in entries(self.wire, message, chain, &mut self.scratch).entries {
            self.open(field);
            self.quoted(key, entry.key);
            match (value.kind, entry.value) {
                (Kind::Message(inner), Some(piece)) => self.nested(value, inner, Chain::one(piece)),
                (Kind::Message(_), None) => {}
                (_, Some(piece)) => self.quoted(value, piece.bytes(self.wire)),
                (_, None) => self.quoted(value, b""),
            }
            self.close();
        }
    }

    /// The peer holds it as nanoseconds, so both parts get the same sign, and a total of 0 is not printed (rule 8).
    fn std_duration(&mut self, field: &'static Field, chain: Chain) {
        let frame = self.scratch.open(self.wire, &DURATION, Chain::one(chain.first()));
        let part = |position| self.scratch.values(frame, position).and_then(|chain| chain.first().as_number());
        let (seconds, nanos) = (part(0).unwrap_or(0).cast_signed(), part(1).unwrap_or(0) as i32);
        self.scratch.close(frame);
        self.scratch.doubt |= !spans_time(seconds, nanos);
        let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        if total == 0 {
            return;
        }
        self.open(field);
        for (field, part) in DURATION.fields.iter().zip([total / 1_000_000_000, total % 1_000_000_000]) {
            if part != 0 {
                self.line(field, Short::of(format_args!("{part}")).as_bytes());
            }
        }
        self.close();
    }

    fn number(&mut self, field: &Field, number: u64) {
        match field.kind {
            _ if field.file_mode => {
                self.label(field);
                file_mode(number as u32, self.sink);
                self.sink.put(b"\n");
            }
            Kind::Bool => self.line(field, if number == 0 { b"false" } else { b"true" }),
            Kind::Enum(of) => match of.name_of(number as i32) {
                Some(name) => self.line(field, name.as_bytes()),
                None => self.signed(field, i64::from(number as i32)),
            },
            Kind::Int32 => self.signed(field, i64::from(number as i32)),
            Kind::Int64 => self.signed(field, number.cast_signed()),
            Kind::Uint32 => self.unsigned(field, u64::from(number as u32)),
            Kind::Float => {
                let number = f32::from_bits(number as u32);
                match (number.is_nan(), number.is_infinite()) {
                    (true, _) => self.line(field, b"nan"),
                    (_, true) => self.line(field, if number > 0.0 { b"inf" } else { b"-inf" }),
                    _ => self.line(field, scalar::float(number).as_bytes()),
                }
            }
            _ => self.unsigned(field, number),
        }
    }

    fn unsigned(&mut self, field: &Field, number: u64) {
        self.label(field);
        scalar::unsigned(number, self.sink);
        self.sink.put(b"\n");
    }

    fn signed(&mut self, field: &Field, number: i64) {
        self.label(field);
        scalar::signed(number, self.sink);
        self.sink.put(b"\n");
    }

    fn nested(&mut self, field: &Field, message: &'static Message, pieces: Chain) {
        self.open(field);
        let look = (self.level as u32) << 2 | u32::from(self.stored) << 1;
        match self.scratch.recent.part(message, pieces, self.wire, look) {
            Some(part) => self.part(message, pieces, &part),
            None => self.fields(message, pieces),
        }
        self.close();
    }

    /// The fields of a message that may have been met before.
    fn part(&mut self, message: &'static Message, pieces: Chain, part: &Part<'_>) {
        if self.scratch.recent.put(part, self.sink) {
            return;
        }
        let (mark, doubt) = (self.sink.mark(), std::mem::take(&mut self.scratch.doubt));
        self.fields(message, pieces);
        let holds = self.scratch.in_order && !self.scratch.doubt;
        self.scratch.recent.walked(part, holds, self.sink, mark);
        self.scratch.doubt |= doubt;
    }

    fn open(&mut self, field: &Field) {
        self.indented(field.head());
        self.level += 1;
    }

    fn close(&mut self) {
        self.level = self.level.saturating_sub(1);
        self.sink.spaces(2 * self.level);
        self.sink.put(b">\n");
    }

    fn quoted(&mut self, field: &Field, bytes: &[u8]) {
        self.indented(field.line());
        gostring::octal(bytes, self.sink);
        self.sink.put(b"\"\n");
    }

    fn line(&mut self, field: &Field, value: &[u8]) {
        self.label(field);
        self.sink.put(value);
        self.sink.put(b"\n");
    }

    /// The start of a line whose value has no quotes.
    #[inline]
    fn label(&mut self, field: &Field) {
        let line = field.line();
        self.indented(line.get(..line.len().saturating_sub(1)).unwrap_or_default());
    }

    /// Puts a text behind as many of its spaces as the level asks for.
    #[inline]
    fn indented(&mut self, text: &str) {
        let wanted = 2 * self.level;
        match INDENT.checked_sub(wanted) {
            Some(too_many) => self.sink.put(text.as_bytes().get(too_many..).unwrap_or_default()),
            None => {
                self.sink.spaces(wanted - INDENT);
                self.sink.put(text.as_bytes());
            }
        }
    }
}

/// Whether a number, cut to the width of its field, is the zero that proto3 does not print (rule 5).
fn is_zero(kind: Kind, number: u64) -> bool {
    match kind {
        Kind::Int32 | Kind::Uint32 | Kind::Enum(_) => number as u32 == 0,
        Kind::Float => f32::from_bits(number as u32) == 0.0,
        _ => number == 0,
    }
}

/// A Go `os.FileMode` (rule 13).
fn file_mode(mode: u32, sink: &mut impl Sink) {
    let mut text = [b'-'; 13 + 9];
    let mut length = 0;
    for (position, letter) in b"dalTLDpSugct?".iter().enumerate() {
        if mode >> (31 - position) & 1 == 1 {
            text[length] = *letter;
            length += 1;
        }
    }
    // No letter at all is one `-`, which stands there already.
    length = length.max(1);
    for (position, letter) in b"rwxrwxrwx".iter().enumerate() {
        if mode >> (8 - position) & 1 == 1 {
            text[length + position] = *letter;
        }
    }
    sink.put(&text[..length + 9]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_store_of_the_peer_loses_what_an_any_holds_beyond_its_fields() {
        use crate::schema::{ANY, TIMESTAMP};
        let shown = |message, stored| {
            let mut text = Vec::new();
            walk(message, b"\x78\x01", 0, stored, &mut text);
            text.len()
        };
        assert!(shown(&ANY, false) > 0);
        assert_eq!(shown(&ANY, true), 0);
        assert!(shown(&TIMESTAMP, true) > 0);
    }

    #[test]
    fn file_modes() {
        let shown = |mode| {
            let mut text = Vec::new();
            file_mode(mode, &mut text);
            String::from_utf8(text).unwrap()
        };
        assert_eq!(shown(0o444), "-r--r--r--");
        assert_eq!(shown(0o1777 | 1 << 31), "drwxrwxrwx");
        assert_eq!(shown(1 << 20 | 1 << 23 | 0o755), "utrwxr-xr-x");
        assert_eq!(shown(u32::MAX), "dalTLDpSugct?rwxrwxrwx");
        assert_eq!(shown(1 << 9), "----------");
    }
}
