//! The fields of a message as they stand on the wire, where that is the order of declaration.
//!
//! Daemons write fields by rising number and each once, lists in one piece. Where a message declares its fields in that
//! order too, a walk needs no slots for them (see [`scan`](super::scan)). Whatever stands otherwise is found out on the
//! way, and the whole walk begins again with slots: once, however it is nested.

use super::scan::{Chain, Known, Scratch};
use crate::schema::wire::{Fields, Value, WireField};
use crate::schema::{Field, Message};

/// A message that is read from its start to its end.
pub(super) struct Stream<'w> {
    known: Known<'w>,
    /// The values of lists that are chained in the scratch before this message.
    chained: usize,
    /// The position behind the field that came last.
    next: usize,
}

impl<'w> Stream<'w> {
    /// Reads a message, if it can be one in order and none was out of order so far.
    #[inline]
    pub(super) fn of(wire: &'w [u8], message: &'static Message, pieces: Chain, scratch: &Scratch) -> Option<Self> {
        let piece = pieces.only().filter(|_| message.rising && scratch.in_order)?;
        Some(Stream { known: Known::new(message, wire, piece), chained: scratch.chained(), next: 0 })
    }

    /// Whether the message holds anything that is none of its fields, or cannot be read, as far as it was read.
    pub(super) fn odd(&self) -> bool {
        self.known.odd
    }

    /// The next field: its position, and all its values. None behind the last, and where it is out of order.
    #[inline]
    pub(super) fn next(&mut self, scratch: &mut Scratch) -> Option<(usize, &'static Field, Chain)> {
        scratch.unchain(self.chained);
        let Some((position, field, value)) = self.known.next() else {
            scratch.doubt |= self.known.odd;
            return None;
        };
        // Of a oneof, a member that follows on another takes its place.
        let free = field.oneof.map_or(position, |oneof| usize::from(oneof.first));
        if free < self.next {
            scratch.in_order = false;
            return None;
        }
        self.next = position + 1;
        let mut chain = Chain::one(value);
        if field.repeated {
            self.gather(position, &mut chain, scratch);
        }
        Some((position, field, chain))
    }

    /// The values of a list that stand behind the first.
    fn gather(&mut self, position: usize, chain: &mut Chain, scratch: &mut Scratch) {
        loop {
            let mut ahead = self.known.clone();
            match ahead.next() {
                Some((next, _, value)) if next == position => scratch.chain(chain, value),
                _ => return,
            }
            self.known = ahead;
        }
    }
}

/// The numbers of a message that holds no more than two, each once and in order.
#[inline]
pub(super) fn two_numbers(bytes: &[u8], message: &Message) -> Option<[u64; 2]> {
    let mut numbers = [0; 2];
    let mut last = 0;
    for raw in Fields::new(bytes) {
        let WireField { number, value: Value::Varint(value), .. } = raw.ok()? else { return None };
        let (position, _) = message.by_number(number).filter(|_| number > last)?;
        *numbers.get_mut(position)? = value;
        last = number;
    }
    Some(numbers)
}
