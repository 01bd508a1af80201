//! Messages as the peer prints them: protobuf's text format as Go's gogo library writes it (format 9.1).
//!
//! Byte for byte, for every message that the peer accepts; [`peer_accepts`](super::peer_accepts) says which
//! those are. Others are printed as far as they can be read.

use super::scalar::{self, Short};
use super::scan::{Chain, Entry, Piece, Scratch, entries};
use super::sink::Sink;
use super::{gostring, gounknown};
use crate::schema::wire::Packed;
use crate::schema::{DURATION, Field, Kind, Message, Shape};

/// Puts the fields of a message, `indent` levels deep, as the peer prints them.
pub fn text(message: &'static Message, wire: &[u8], indent: usize, sink: &mut impl Sink) {
    walk(message, wire, indent, false, sink);
}

/// The same of an object that went through the peer's store: copying it there, the peer loses what it does not know
/// of an `Any`, and keeps it of the other types of google's.
pub fn stored_text(message: &'static Message, wire: &[u8], indent: usize, sink: &mut impl Sink) {
    walk(message, wire, indent, true, sink);
}

fn walk(message: &'static Message, wire: &[u8], indent: usize, stored: bool, sink: &mut impl Sink) {
    let mut walk = Walk { sink, wire, scratch: Scratch::take(), level: indent, stored };
    walk.fields(message, Some(Chain::whole(wire)));
    walk.scratch.give_back();
}

struct Walk<'w, 's, S: Sink> {
    sink: &'s mut S,
    wire: &'w [u8],
    scratch: Scratch,
    level: usize,
    stored: bool,
}

impl<S: Sink> Walk<'_, '_, S> {
    fn fields(&mut self, message: &'static Message, pieces: Option<Chain>) {
        let frame = self.scratch.open(self.wire, message, pieces);
        for (position, field) in message.fields.iter().enumerate() {
            match self.scratch.values(frame, position) {
                Some(chain) => self.present(field, chain),
                None if field.always => self.absent(field),
                None => {}
            }
        }
        let lost = self.stored && message.shape == Shape::Any;
        if frame.odd && message.keeps_unknown() && !lost {
            gounknown::put(message, self.wire, pieces, &self.scratch, self.level, self.sink);
        }
        self.scratch.close(frame);
    }

    fn absent(&mut self, field: &'static Field) {
        match field.kind {
            Kind::Message(inner) => self.nested(field.name, inner, None),
            _ => self.number(field, 0),
        }
    }

    fn present(&mut self, field: &'static Field, chain: Chain) {
        match field.kind {
            Kind::Map(message) => self.map(field, message, chain),
            _ if field.repeated => self.list(field, chain),
            Kind::Message(_) if field.std_duration => self.std_duration(field, chain),
            Kind::Message(inner) => self.nested(field.name, inner, Some(chain)),
            Kind::String | Kind::Bytes => {
                let bytes = chain.first().bytes(self.wire);
                if !bytes.is_empty() || field.oneof.is_some() {
                    self.quoted(field.name, bytes);
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
            (Kind::Message(inner) | Kind::Map(inner), _) => self.nested(field.name, inner, Some(Chain::one(piece))),
            (Kind::String | Kind::Bytes, _) => self.quoted(field.name, piece.bytes(self.wire)),
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
        for entry in entries(self.wire, message, chain, &self.scratch).entries {
            self.open(field.name);
            self.quoted("key", entry.key);
            self.map_value(message, &entry);
            self.close();
        }
    }

    fn map_value(&mut self, message: &'static Message, entry: &Entry<'_>) {
        match (message.fields.get(1).map(|field| field.kind), entry.value) {
            (Some(Kind::Message(inner)), Some(piece)) => self.nested("value", inner, Some(Chain::one(piece))),
            (Some(Kind::Message(_)), None) => {}
            (_, Some(piece)) => self.quoted("value", piece.bytes(self.wire)),
            (_, None) => self.quoted("value", b""),
        }
    }

    /// The peer holds it as nanoseconds, so both parts get the same sign, and a total of 0 is not printed (rule 8).
    fn std_duration(&mut self, field: &'static Field, chain: Chain) {
        let frame = self.scratch.open(self.wire, &DURATION, Some(Chain::one(chain.first())));
        let part = |position| self.scratch.values(frame, position).and_then(|chain| chain.first().as_number());
        let (seconds, nanos) = (part(0).unwrap_or(0).cast_signed(), part(1).unwrap_or(0) as i32);
        self.scratch.close(frame);
        let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        if total == 0 {
            return;
        }
        self.open(field.name);
        for (name, part) in [("seconds", total / 1_000_000_000), ("nanos", total % 1_000_000_000)] {
            if part != 0 {
                self.line(name, Short::of(format_args!("{part}")).as_bytes());
            }
        }
        self.close();
    }

    fn number(&mut self, field: &Field, number: u64) {
        match field.kind {
            _ if field.file_mode => {
                self.name(field.name);
                file_mode(number as u32, self.sink);
                self.sink.put(b"\n");
            }
            Kind::Bool => self.line(field.name, if number == 0 { b"false" } else { b"true" }),
            Kind::Enum(of) => match of.name_of(number as i32) {
                Some(name) => self.line(field.name, name.as_bytes()),
                None => self.signed(field.name, i64::from(number as i32)),
            },
            Kind::Int32 => self.signed(field.name, i64::from(number as i32)),
            Kind::Int64 => self.signed(field.name, number.cast_signed()),
            Kind::Uint32 => self.unsigned(field.name, u64::from(number as u32)),
            Kind::Float => {
                let number = f32::from_bits(number as u32);
                match (number.is_nan(), number.is_infinite()) {
                    (true, _) => self.line(field.name, b"nan"),
                    (_, true) => self.line(field.name, if number > 0.0 { b"inf" } else { b"-inf" }),
                    _ => self.line(field.name, scalar::float(number).as_bytes()),
                }
            }
            _ => self.unsigned(field.name, number),
        }
    }

    fn unsigned(&mut self, name: &str, number: u64) {
        self.name(name);
        scalar::unsigned(number, self.sink);
        self.sink.put(b"\n");
    }

    fn signed(&mut self, name: &str, number: i64) {
        self.name(name);
        scalar::signed(number, self.sink);
        self.sink.put(b"\n");
    }

    fn nested(&mut self, name: &str, message: &'static Message, pieces: Option<Chain>) {
        self.open(name);
        self.fields(message, pieces);
        self.close();
    }

    fn open(&mut self, name: &str) {
        self.line(name, b"<");
        self.level += 1;
    }

    fn close(&mut self) {
        self.level = self.level.saturating_sub(1);
        self.sink.spaces(2 * self.level);
        self.sink.put(b">\n");
    }

    fn quoted(&mut self, name: &str, bytes: &[u8]) {
        self.name(name);
        self.sink.put(b"\"");
        gostring::octal(bytes, self.sink);
        self.sink.put(b"\"\n");
    }

    fn line(&mut self, name: &str, value: &[u8]) {
        self.name(name);
        self.sink.put(value);
        self.sink.put(b"\n");
    }

    fn name(&mut self, name: &str) {
        self.sink.spaces(2 * self.level);
        self.sink.put(name.as_bytes());
        self.sink.put(b": ");
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
