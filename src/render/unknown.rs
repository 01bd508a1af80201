//! What the schema does not explain, as JSON: unknown fields, known numbers with a wrong wire type, map entries
//! with more than key and value, and what cannot be read at all.

use super::json::Json;
use super::scan::{Chain, Scratch, entry, fitting};
use super::sink::Sink;
use crate::schema::wire::{Fields, Value};
use crate::schema::{Kind, Message};

/// Writes what no slot holds, as elements of a list, in the order of the wire.
pub(super) fn in_message<S: Sink>(
    json: &mut Json<'_, S>,
    wire: &[u8],
    message: &'static Message,
    pieces: Chain,
    scratch: &Scratch,
) {
    let mut left = Some(pieces);
    while let Some(chain) = left {
        let (piece, rest) = chain.split(scratch);
        let mut fields = Fields::new(piece.bytes(wire));
        for raw in fields.by_ref().map_while(Result::ok) {
            let explained = message.by_number(raw.number).and_then(|(_, field)| {
                let value = fitting(field, &raw, piece.offset())?;
                match field.kind {
                    Kind::Map(of) => Some(!entry(wire, of, value).is_odd()),
                    _ => Some(true),
                }
            });
            if explained != Some(true) {
                one(json, raw.number, raw.value);
            }
        }
        if !fields.rest().is_empty() {
            json.object(|json| {
                json.key("malformed_base64").base64(fields.rest());
            });
        }
        left = rest;
    }
}

fn one<S: Sink>(json: &mut Json<'_, S>, number: u32, value: Value<'_>) {
    json.object(|json| {
        json.key("number").number(u64::from(number));
        json.key("wire_type").string(value.wire_type());
        match value {
            Value::Varint(number) | Value::Fixed64(number) => json.key("value").number(number),
            Value::Fixed32(number) => json.key("value").number(u64::from(number)),
            Value::Bytes(bytes) => json.bytes("value", bytes),
            Value::Group(bytes) => json.key("value_base64").base64(bytes),
        }
    });
}
