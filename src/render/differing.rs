//! What differs between two versions of a message, still on the wire: most of it is the same in both, and need not be
//! rendered to be found so.

use crate::schema::wire::{Fields, Value};
use crate::schema::{Field, Kind, Message, Shape};
use crate::wiped::Wiped;

/// A message has fewer fields.
const FIELDS: usize = 64;

/// How a field stands on the wire.
#[derive(Clone, Copy)]
enum Stands<'a> {
    Nowhere,
    /// Once, with these bytes.
    Once(&'a [u8]),
    /// In a way that takes a closer look.
    Otherwise,
}

/// True for a field whose member of the object depends on its own bytes alone, and whose bytes make no other.
fn stands_alone(field: &Field) -> bool {
    field.oneof.is_none() && matches!(field.kind, Kind::Message(_) | Kind::String | Kind::Bytes)
}

/// Both messages without the fields that are the same in both, where that is seen at once. The JSON of the two differs
/// in what that of the whole ones differs in. `None` where one of them cannot be read to its end, or where members may
/// depend on several fields.
pub fn differing(message: &'static Message, old: &[u8], new: &[u8]) -> Option<[Wiped; 2]> {
    if message.shape != Shape::Plain {
        return None;
    }
    let (before, after) = (stand(message, old)?, stand(message, new)?);
    let same = |position: usize| match (before.get(position), after.get(position)) {
        (Some(Stands::Once(old)), Some(Stands::Once(new))) => old == new,
        _ => false,
    };
    Some([old, new].map(|wire| {
        let mut rest = Wiped::with_capacity(wire.len());
        for raw in Fields::new(wire).readable() {
            if !message.by_number(raw.number).is_some_and(|(position, _)| same(position)) {
                rest.extend_from_slice(wire.get(raw.start..raw.end).unwrap_or_default());
            }
        }
        rest
    }))
}

fn stand<'a>(message: &'static Message, wire: &'a [u8]) -> Option<[Stands<'a>; FIELDS]> {
    let mut stands = [Stands::Nowhere; FIELDS];
    let mut fields = Fields::new(wire);
    for raw in fields.by_ref().map_while(Result::ok) {
        let Some((position, field)) = message.by_number(raw.number) else { continue };
        let Some(stand) = stands.get_mut(position) else { continue };
        *stand = match (*stand, raw.value) {
            (Stands::Nowhere, Value::Bytes(bytes)) if stands_alone(field) => Stands::Once(bytes),
            _ => Stands::Otherwise,
        };
    }
    fields.rest().is_empty().then_some(stands)
}
