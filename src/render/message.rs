//! Messages as JSON.
//!
//! Fields stand in the order of declaration. Scalars, enums, lists and maps always appear; messages and members
//! of a oneof only when they are on the wire. Whatever the schema does not explain is kept under
//! `unknown_fields`, so nothing gets lost and nothing fails.

use super::duration::duration;
use super::json::Json;
use super::recent::Part;
use super::scalar;
use super::scan::{Chain, Entry, Frame, Piece, Scratch, entries, positions};
use super::sink::Sink;
use super::stream::{Stream, two_numbers};
use super::strings::{as_text, as_utf8, is_plain};
use super::unknown;
use crate::schema::wire::Packed;
use crate::schema::{ENCRYPTION_KEY, Field, Kind, Message, Shape};

impl<S: Sink> Json<'_, S> {
    /// A message as an object.
    pub fn message(&mut self, message: &'static Message, wire: &[u8]) {
        let mark = self.mark();
        let mut walk = Walk { json: self, wire, scratch: Scratch::take() };
        walk.message(message, Chain::whole(wire));
        if !walk.scratch.in_order {
            walk.json.cut(mark);
            walk.message(message, Chain::whole(wire));
        }
        walk.scratch.give_back();
    }
}

/// The JSON as it is where nothing is known to be in order, nor from before.
#[cfg(test)]
pub(super) fn in_slots(message: &'static Message, wire: &[u8], style: super::Style, sink: &mut impl Sink) {
    let mut json = Json::new(style, sink);
    let scratch = Scratch::default();
    Walk { json: &mut json, wire, scratch }.message(message, Chain::whole(wire));
    json.finish();
}

struct Walk<'w, 'j, 's, S: Sink> {
    json: &'j mut Json<'s, S>,
    wire: &'w [u8],
    scratch: Scratch,
}

impl<S: Sink> Walk<'_, '_, '_, S> {
    fn message(&mut self, message: &'static Message, pieces: Chain) {
        match message.shape {
            Shape::Plain | Shape::Any => match Stream::of(self.wire, message, pieces, &self.scratch) {
                Some(stream) => self.in_order(message, stream, pieces),
                None => self.in_slots(message, pieces),
            },
            Shape::EncryptionKey => self.in_slots(message, pieces),
            Shape::Timestamp | Shape::Duration | Shape::Wrapper => {
                let numbers = pieces.only().and_then(|piece| two_numbers(piece.bytes(self.wire), message));
                if !numbers.is_some_and(|numbers| self.as_value(message, numbers)) {
                    self.in_slots(message, pieces);
                }
            }
        }
    }

    /// A message within another; it may have been met before.
    #[inline]
    fn nested(&mut self, message: &'static Message, pieces: Chain) {
        match self.scratch.recent.part(message, pieces, self.wire, self.json.look()) {
            Some(part) => self.part(message, pieces, &part),
            None => self.message(message, pieces),
        }
    }

    fn part(&mut self, message: &'static Message, pieces: Chain, part: &Part<'_>) {
        self.json.begin_value();
        if self.scratch.recent.put(part, self.json.sink) {
            return self.json.end_value();
        }
        let (mark, doubt) = (self.json.sink.mark(), std::mem::take(&mut self.scratch.doubt));
        self.message(message, pieces);
        let holds = self.scratch.in_order && !self.scratch.doubt;
        self.scratch.recent.walked(part, holds, self.json.sink, mark);
        self.scratch.doubt |= doubt;
    }

    fn in_order(&mut self, message: &'static Message, mut stream: Stream<'_>, pieces: Chain) {
        self.json.begin_object();
        let mut odd = false;
        let mut next = 0;
        while let Some((position, field, chain)) = stream.next(&mut self.scratch) {
            self.json.absent(message, next..position);
            odd |= self.present(field, chain);
            next = position + 1;
        }
        self.json.absent(message, next..message.fields.len());
        self.unknown(message, stream.odd() || odd, pieces);
        self.json.end_object();
    }

    /// The same for fields in any order.
    fn in_slots(&mut self, message: &'static Message, pieces: Chain) {
        let frame = self.scratch.open(self.wire, message, pieces);
        let numbers = [0, 1].map(|position| self.number(frame, position));
        if frame.odd || !self.as_value(message, numbers) {
            self.json.begin_object();
            self.members(message, frame, pieces);
            self.json.end_object();
        }
        self.scratch.close(frame);
    }

    /// Writes a message of these numbers that is shown as a mere value; answers false if it must be shown as an object.
    #[inline]
    fn as_value(&mut self, message: &'static Message, numbers: [u64; 2]) -> bool {
        let (seconds, nanos) = (numbers[0].cast_signed(), numbers[1] as i32);
        match message.shape {
            Shape::Plain | Shape::Any | Shape::EncryptionKey => return false,
            Shape::Timestamp => self.json.timestamp(seconds, nanos),
            Shape::Duration => match duration(seconds, nanos) {
                Some(text) => self.json.quoted(text.as_bytes()),
                None => return false,
            },
            Shape::Wrapper => match message.fields.first() {
                Some(field) => self.number_value(field, numbers[0]),
                None => return false,
            },
        }
        true
    }

    /// The number in a slot; 0 where it is absent.
    fn number(&self, frame: Frame, position: usize) -> u64 {
        self.scratch.values(frame, position).and_then(|chain| chain.first().as_number()).unwrap_or(0)
    }

    fn members(&mut self, message: &'static Message, frame: Frame, pieces: Chain) {
        let mut odd = frame.odd;
        let mut next = 0;
        for position in positions(frame.present) {
            self.json.absent(message, next..position);
            if let (Some(field), Some(chain)) = (message.fields.get(position), self.scratch.values(frame, position)) {
                odd |= self.present(field, chain);
            }
            next = position + 1;
        }
        self.json.absent(message, next..message.fields.len());
        if message.shape == Shape::EncryptionKey {
            self.unlock_key(frame);
        }
        self.unknown(message, odd, pieces);
    }

    fn unknown(&mut self, message: &'static Message, odd: bool, pieces: Chain) {
        if odd {
            self.json.key("unknown_fields").begin_array();
            unknown::in_message(self.json, self.wire, message, pieces, &self.scratch);
            self.json.end_array();
        }
    }

    /// Answers whether there is something that belongs under `unknown_fields`.
    #[inline]
    fn present(&mut self, field: &'static Field, chain: Chain) -> bool {
        match field.kind {
            Kind::Map(message) => return self.map(field, message, chain),
            _ if field.repeated => self.list(field, chain),
            Kind::String | Kind::Bytes => self.text(field, chain.first().bytes(self.wire)),
            Kind::Message(message) => {
                self.json.ready_key(field);
                self.nested(message, chain);
            }
            _ => {
                self.json.ready_key(field);
                self.number_value(field, chain.first().as_number().unwrap_or(0));
            }
        }
        false
    }

    #[inline]
    fn text(&mut self, field: &'static Field, bytes: &[u8]) {
        if is_plain(bytes) {
            return self.json.plain_member(field, bytes);
        }
        let text = if matches!(field.kind, Kind::Bytes) { as_text(bytes) } else { as_utf8(bytes) };
        match text {
            Some(text) => {
                self.json.ready_key(field);
                self.json.string(text);
            }
            None => {
                self.json.base64_key(field.name);
                self.json.base64(bytes);
            }
        }
    }

    fn list(&mut self, field: &'static Field, chain: Chain) {
        self.json.ready_key(field);
        self.json.begin_array();
        let mut left = Some(chain);
        while let Some(chain) = left {
            let (piece, rest) = chain.split(&self.scratch);
            self.element(field, piece);
            left = rest;
        }
        self.json.end_array();
    }

    fn element(&mut self, field: &'static Field, piece: Piece) {
        match (field.kind, piece.as_number()) {
            (Kind::Message(message) | Kind::Map(message), _) => self.nested(message, Chain::one(piece)),
            (Kind::String | Kind::Bytes, _) => self.json.lenient_string(piece.bytes(self.wire)),
            (_, Some(number)) => self.number_value(field, number),
            (_, None) => {
                for number in Packed::new(piece.bytes(self.wire)).map_while(Result::ok) {
                    self.number_value(field, number);
                }
            }
        }
    }

    fn map(&mut self, field: &'static Field, message: &'static Message, chain: Chain) -> bool {
        self.json.ready_key(field);
        self.json.begin_object();
        let all = entries(self.wire, message, chain, &mut self.scratch);
        for entry in &all.entries {
            self.map_key(entry, &all.entries);
            match (message.fields.get(1).map(|field| field.kind), entry.value) {
                (Some(Kind::Message(value)), Some(piece)) => self.nested(value, Chain::one(piece)),
                (Some(Kind::Message(_)), None) => self.json.null(),
                (_, Some(piece)) => self.json.lenient_string(piece.bytes(self.wire)),
                (_, None) => self.json.string(""),
            }
        }
        self.json.end_object();
        all.odd
    }

    /// The key of an entry among all of its map, in their order.
    fn map_key(&mut self, entry: &Entry<'_>, all: &[Entry<'_>]) {
        if is_plain(entry.key) {
            return self.json.plain_key(entry.key);
        }
        if let Some(key) = as_utf8(entry.key) {
            self.json.key(key);
            return;
        }
        let mut key = String::new();
        for chunk in entry.key.utf8_chunks() {
            key.push_str(&chunk.valid().replace('%', "%25"));
            for byte in chunk.invalid() {
                key.push_str(scalar::Short::of(format_args!("%{byte:02X}")).as_str());
            }
        }
        // One that is text may read the same.
        while all.binary_search_by_key(&key.as_bytes(), |other| other.key).is_ok() {
            key = key.replace('%', "%25");
        }
        self.json.key(&key);
    }

    fn number_value(&mut self, field: &'static Field, number: u64) {
        match field.kind {
            Kind::Bool => self.json.boolean(number != 0),
            Kind::Enum(of) => match of.name_of(number as i32) {
                Some(name) => self.json.quoted(name.as_bytes()),
                None => self.json.signed(i64::from(number as i32)),
            },
            Kind::Int32 => self.json.signed(i64::from(number as i32)),
            Kind::Int64 => self.json.signed(number.cast_signed()),
            Kind::Uint32 => self.json.number(u64::from(number as u32)),
            Kind::Float => self.json.float(f32::from_bits(number as u32)),
            _ if field.raft_id => self.json.raft_id(number),
            _ => self.json.number(number),
        }
    }

    /// The key of the managers in the form in which it is typed (format 2.3).
    fn unlock_key(&mut self, frame: Frame) {
        let bytes = |name| {
            let field = ENCRYPTION_KEY.by_name(name)?;
            let (position, _) = ENCRYPTION_KEY.by_number(field.number)?;
            Some(self.scratch.values(frame, position)?.first().bytes(self.wire))
        };
        if bytes("subsystem") == Some(b"swarm-manager") {
            let key = bytes("key").unwrap_or_default();
            self.json.key("unlock_key").raw(b"\"SWMKEY-1-");
            scalar::base64(key, false, self.json.sink);
            self.json.sink.put(b"\"");
        }
    }
}
