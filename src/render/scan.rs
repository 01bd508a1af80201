//! One scan over a message: where the values of each field are.
//!
//! A message may stand on the wire in several pieces (a singular message that occurs twice is merged, format
//! 9.2), in any order. One scan over them leaves a slot for each field of the schema: the last value, or, where
//! several count, a chain of them. Scalars, enums, strings and members of a oneof need no more than their slot;
//! so nothing is allocated for most messages, and a whole walk is linear in the bytes.

use std::cell::Cell;

use super::recent::Recent;
use super::strings::{as_utf8, is_plain};
use crate::schema::wire::{Fields, Packed, Value, WireField, varint};
use crate::schema::{Field, Kind, Message};

/// A value: a number, or where its bytes stand in the wire bytes of the walk.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    /// The number, or the offset of the first byte.
    at: u64,
    /// The length in bytes, or `NUMBER`. Of 32 bits, so that a chain fits two registers.
    length: u32,
}

const NUMBER: u32 = u32::MAX;
const NONE: u32 = u32::MAX;
/// Rooms for this many values are kept for the next walk; a walk that needed more gives its memory back.
const KEPT: usize = 1 << 14;

impl Piece {
    fn number(number: u64) -> Self {
        Piece { at: number, length: NUMBER }
    }

    /// What ends at an offset. A value of 4 GiB or more is none; no record is as long.
    #[inline]
    fn ending_at(end: usize, bytes: &[u8]) -> Option<Self> {
        let length = u32::try_from(bytes.len()).ok().filter(|length| *length != NUMBER)?;
        Some(Piece { at: (end - bytes.len()) as u64, length })
    }

    /// The number; none for bytes.
    #[inline]
    pub(super) fn as_number(self) -> Option<u64> {
        (self.length == NUMBER).then_some(self.at)
    }

    /// The bytes; none for a number.
    #[inline]
    pub(super) fn bytes(self, wire: &[u8]) -> &[u8] {
        if self.length == NUMBER {
            return &[];
        }
        let end = self.offset().saturating_add(self.length as usize);
        wire.get(self.offset()..end).unwrap_or_default()
    }

    /// Where the bytes start.
    pub(super) fn offset(self) -> usize {
        usize::try_from(self.at).unwrap_or(usize::MAX)
    }
}

/// One or more values in the order of the wire.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    /// What the first [`Piece`] is made of.
    at: u64,
    length: u32,
    more: u32,
}

impl Chain {
    /// A chain of one piece.
    pub(super) fn one(piece: Piece) -> Self {
        Chain { at: piece.at, length: piece.length, more: NONE }
    }

    /// No bytes, which is a message without fields.
    pub(super) fn empty() -> Self {
        Chain::one(Piece { at: 0, length: 0 })
    }

    /// All of `wire`.
    pub(super) fn whole(wire: &[u8]) -> Self {
        Chain::one(Piece { at: 0, length: u32::try_from(wire.len()).unwrap_or(NUMBER - 1) })
    }

    /// The first value, which is the only one where the last wins.
    #[inline]
    pub(super) fn first(self) -> Piece {
        Piece { at: self.at, length: self.length }
    }

    /// The value, where there is but one.
    #[inline]
    pub(super) fn only(self) -> Option<Piece> {
        (self.more == NONE).then(|| self.first())
    }

    /// The value that stands first, and the others.
    pub(super) fn split(self, scratch: &Scratch) -> (Piece, Option<Chain>) {
        let rest = if self.more == NONE { None } else { scratch.chained.get(self.more as usize).copied() };
        (self.first(), rest)
    }
}

/// The values of a field. It says nothing unless the frame has the field among those that are present.
#[derive(Clone, Copy, Debug)]
struct Slot {
    chain: Chain,
    last: u32,
}

impl Slot {
    fn one(value: Piece) -> Self {
        Slot { chain: Chain::one(value), last: NONE }
    }
}

/// What the messages on the way down have found. One is kept for each thread.
#[derive(Default)]
pub(super) struct Scratch {
    /// Of the open messages those up to `used`; what lies behind is left over.
    slots: Vec<Slot>,
    used: usize,
    chained: Vec<Chain>,
    pub(super) recent: Recent,
    /// Whether there was anything that the peer might refuse, or that a later value replaced unseen.
    pub(super) doubt: bool,
    /// Whether no [`Stream`](super::stream::Stream) met a field out of order.
    pub(super) in_order: bool,
}

thread_local! {
    static IDLE: Cell<Option<Scratch>> = const { Cell::new(None) };
}

impl Scratch {
    /// Takes the one that this thread keeps.
    pub(super) fn take() -> Self {
        Scratch { doubt: false, in_order: true, ..IDLE.take().unwrap_or_default() }
    }

    /// Gives it back for the next walk.
    pub(super) fn give_back(self) {
        if self.slots.capacity() <= KEPT && self.chained.capacity() <= KEPT {
            IDLE.set(Some(self));
        }
    }

    /// Scans a message.
    #[inline]
    pub(super) fn open(&mut self, wire: &[u8], message: &'static Message, pieces: Chain) -> Frame {
        let mut frame = Frame { slots: self.used, chained: self.chained.len(), present: 0, odd: false };
        self.used += message.fields.len();
        if self.slots.len() < self.used {
            self.slots.resize(self.used, Slot::one(Piece::number(0)));
        }
        let mut left = Some(pieces);
        while let Some(chain) = left {
            let (piece, rest) = chain.split(self);
            self.scan(wire, message, piece, &mut frame);
            left = rest;
        }
        self.doubt |= frame.odd;
        frame
    }

    /// Forgets what `open` found.
    #[inline]
    pub(super) fn close(&mut self, frame: Frame) {
        self.used = frame.slots;
        self.chained.truncate(frame.chained);
    }

    /// The values of the field at a position; `None` where it is absent.
    #[inline]
    pub(super) fn values(&self, frame: Frame, position: usize) -> Option<Chain> {
        let slot = self.slots.get(frame.slots + position).filter(|_| frame.present & bit(position) != 0)?;
        Some(slot.chain)
    }

    /// How many values of lists are chained.
    #[inline]
    pub(super) fn chained(&self) -> usize {
        self.chained.len()
    }

    /// Forgets those behind the first.
    #[inline]
    pub(super) fn unchain(&mut self, first: usize) {
        self.chained.truncate(first);
    }

    /// Puts a value behind those of a chain, which is the one that was made last.
    pub(super) fn chain(&mut self, chain: &mut Chain, value: Piece) {
        // As in `keep`, what is beyond is not shown.
        let Ok(new) = u32::try_from(self.chained.len()) else { return };
        match self.chained.last_mut() {
            Some(last) if chain.more != NONE => last.more = new,
            _ => chain.more = new,
        }
        self.chained.push(Chain::one(value));
    }

    fn scan(&mut self, wire: &[u8], message: &'static Message, piece: Piece, frame: &mut Frame) {
        let mut known = Known::new(message, wire, piece);
        while let Some((position, field, value)) = known.next() {
            self.keep(field, frame, position, value);
        }
        frame.odd |= known.odd;
    }

    #[inline(always)]
    fn keep(&mut self, field: &Field, frame: &mut Frame, position: usize, value: Piece) {
        if let Some(oneof) = field.oneof {
            // The member that was set last wins.
            let members = (usize::from(oneof.first)..usize::from(oneof.end)).fold(0, |all, one| all | bit(one));
            self.doubt |= frame.present & members != 0;
            frame.present &= !members;
        }
        let Some(slot) = self.slots.get_mut(frame.slots + position) else {
            return;
        };
        let is_first = frame.present & bit(position) == 0;
        if is_first || !counts_all(field) {
            self.doubt |= !is_first;
            frame.present |= bit(position);
            *slot = Slot::one(value);
            return;
        }
        // A chain longer than 2^32 would need more bytes than a walk can have; what is beyond is not shown.
        let Ok(new) = u32::try_from(self.chained.len()) else {
            return;
        };
        let before = std::mem::replace(&mut slot.last, new);
        if before == NONE {
            slot.chain.more = new;
        } else if let Some(last) = usize::try_from(before).ok().and_then(|before| self.chained.get_mut(before)) {
            last.more = new;
        }
        self.chained.push(Chain::one(value));
    }
}

/// The values of a message that its fields explain, one after the other.
#[derive(Clone)]
pub(super) struct Known<'w> {
    message: &'static Message,
    bytes: &'w [u8],
    /// Where the message stands, and how much of it was read.
    base: usize,
    at: usize,
    /// Whether there was anything else so far.
    pub(super) odd: bool,
}

impl<'w> Known<'w> {
    #[inline]
    pub(super) fn new(message: &'static Message, wire: &'w [u8], piece: Piece) -> Self {
        Known { message, bytes: piece.bytes(wire), base: piece.offset(), at: 0, odd: false }
    }

    /// The next value: the position of its field, the field, and where it is.
    #[inline]
    pub(super) fn next(&mut self) -> Option<(usize, &'static Field, Piece)> {
        while self.at < self.bytes.len() {
            if let Some(known) = self.usual().or_else(|| self.any()) {
                return Some(known);
            }
        }
        None
    }

    /// The next value if it is a varint or bytes, as nearly all are: a short way to what `any` gives.
    #[inline(always)]
    fn usual(&mut self) -> Option<(usize, &'static Field, Piece)> {
        let (tag, at) = varint(self.bytes, self.at).ok()?;
        let (position, field) = self.message.by_tag(tag)?;
        let (number, at) = varint(self.bytes, at).ok()?;
        if tag & 7 == 0 {
            self.at = at;
            return Some((position, field, Piece::number(number)));
        }
        let length = usize::try_from(number).ok()?;
        let value = self.bytes.get(at..at.checked_add(length)?)?;
        let piece = Piece::ending_at(self.base + at + length, value)?;
        self.at = at + length;
        Some((position, field, piece))
    }

    /// The next value, whatever it is; none if no field explains it, or it cannot be read.
    #[cold]
    fn any(&mut self) -> Option<(usize, &'static Field, Piece)> {
        let raw = match Fields::new(self.bytes.get(self.at..).unwrap_or_default()).next() {
            Some(Ok(raw)) => raw,
            _ => {
                self.odd = true;
                self.at = self.bytes.len();
                return None;
            }
        };
        let known = self
            .message
            .by_number(raw.number)
            .and_then(|(position, field)| Some((position, field, fitting(field, &raw, self.base + self.at)?)));
        self.at += raw.end;
        self.odd |= known.is_none();
        known
    }
}

/// The slots of one message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    slots: usize,
    chained: usize,
    /// Bits for the positions of the fields that are there.
    pub(super) present: u64,
    /// Whether the message holds anything that no slot holds: unknown fields, wrong wire types, what cannot be read.
    pub(super) odd: bool,
}

/// The bit of a position; no message has more than 64 fields.
#[inline]
pub(super) fn bit(position: usize) -> u64 {
    1 << (position & 63)
}

/// The positions that a set of bits stands for, in rising order.
#[inline]
pub(super) fn positions(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let position = (bits != 0).then(|| bits.trailing_zeros() as usize);
        bits &= bits.wrapping_sub(1);
        position
    })
}

/// Whether every occurrence of the field counts: lists, maps, and singular messages, which are merged (format 9.2).
fn counts_all(field: &Field) -> bool {
    field.repeated || (matches!(field.kind, Kind::Message(_)) && field.oneof.is_none() && !field.std_duration)
}

/// The value of a known field, if its wire type is one that the field may have. `base` is where the message stands.
#[inline(always)]
pub(super) fn fitting(field: &Field, raw: &WireField<'_>, base: usize) -> Option<Piece> {
    match (field.kind, raw.value) {
        (
            Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Uint32 | Kind::Uint64 | Kind::Enum(_),
            Value::Varint(number),
        ) => Some(Piece::number(number)),
        (Kind::Float, Value::Fixed32(bits)) => Some(Piece::number(u64::from(bits))),
        (Kind::String | Kind::Bytes | Kind::Message(_) | Kind::Map(_), Value::Bytes(bytes)) => {
            Piece::ending_at(base + raw.end, bytes)
        }
        (Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Uint32 | Kind::Uint64 | Kind::Enum(_), Value::Bytes(bytes))
            if field.repeated && Packed::new(bytes).all(|number| number.is_ok()) =>
        {
            Piece::ending_at(base + raw.end, bytes)
        }
        _ => None,
    }
}

/// What an entry of a map holds.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// The key; empty where it is missing.
    pub(super) key: &'a [u8],
    /// Where the value is.
    pub(super) value: Option<Piece>,
    /// Whether it holds more than key and value.
    more: bool,
    /// Whether a value was replaced by a later one.
    replaced: bool,
    /// Whether a part of it cannot be read.
    torn: bool,
}

impl Entry<'_> {
    /// Whether key and value do not say all.
    pub(super) fn is_odd(&self) -> bool {
        self.more || self.torn || !(is_plain(self.key) || as_utf8(self.key).is_some())
    }
}

/// Reads an entry of a map. The last key and the last value win (format 9.2).
pub(super) fn entry<'a>(wire: &'a [u8], message: &'static Message, piece: Piece) -> Entry<'a> {
    let mut entry = Entry { key: &[], value: None, more: false, replaced: false, torn: false };
    for raw in Fields::new(piece.bytes(wire)) {
        let Ok(raw) = raw else {
            entry.torn = true;
            break;
        };
        let known = message.by_number(raw.number);
        match known.and_then(|(position, field)| Some((position, fitting(field, &raw, piece.offset())?))) {
            Some((0, key)) => entry.key = key.bytes(wire),
            Some((_, value)) => entry.replaced |= entry.value.replace(value).is_some(),
            None => entry.more = true,
        }
    }
    entry
}

/// The entries of a map.
pub(super) struct Entries<'a> {
    /// Sorted by key, of equal keys the last. Those that cannot be read whole are left out.
    pub(super) entries: Vec<Entry<'a>>,
    /// Whether there is anything that `entries` do not say.
    pub(super) odd: bool,
}

/// Reads a map.
pub(super) fn entries<'a>(
    wire: &'a [u8],
    message: &'static Message,
    chain: Chain,
    scratch: &mut Scratch,
) -> Entries<'a> {
    let mut entries = Vec::new();
    let mut odd = false;
    let mut left = Some(chain);
    while let Some(chain) = left {
        let (piece, rest) = chain.split(scratch);
        let entry = entry(wire, message, piece);
        odd |= entry.is_odd();
        scratch.doubt |= entry.more || entry.torn || entry.replaced;
        if !entry.torn {
            entries.push(entry);
        }
        left = rest;
    }
    if !entries.is_sorted_by(|a, b| a.key < b.key) {
        let all = entries.len();
        // The sort is stable, so of equal keys the last on the wire comes first, and stays.
        entries.reverse();
        entries.sort_by_key(|entry| entry.key);
        entries.dedup_by_key(|entry| entry.key);
        scratch.doubt |= entries.len() < all;
    }
    Entries { entries, odd }
}
