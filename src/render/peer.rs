//! Which messages the peer reads at all. At any other it ends (format 9.2).

use thiserror::Error;

use crate::schema::wire::{Fields, Packed, Value, WireError};
use crate::schema::{Field, Kind, Message};

/// Why the peer refuses a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RefusedByPeer {
    /// The bytes are no protobuf.
    #[error("{message} at offset {offset}: {source}")]
    Wire {
        /// The message.
        message: &'static str,
        /// Where the message starts in the bytes that were checked.
        offset: usize,
        /// What is wrong, with an offset within the message.
        source: WireError,
    },
    /// A known field has a wire type that it cannot have.
    #[error("{message}.{field} at offset {offset} has wire type {found}")]
    WireType {
        /// The message.
        message: &'static str,
        /// The field.
        field: &'static str,
        /// Where the field starts in the bytes that were checked.
        offset: usize,
        /// The wire type that it has.
        found: &'static str,
    },
    /// A span of time that does not fit 64 bits of nanoseconds, or whose parts have opposite signs.
    #[error("{message}.{field} at offset {offset} is no span of time: {seconds} s and {nanos} ns")]
    Duration {
        /// The message.
        message: &'static str,
        /// The field.
        field: &'static str,
        /// Where the field starts in the bytes that were checked.
        offset: usize,
        /// Its seconds.
        seconds: i64,
        /// Its nanoseconds.
        nanos: i32,
    },
}

/// Says whether the peer can read a message, so that its text is worth printing.
pub fn peer_accepts(message: &'static Message, wire: &[u8]) -> Result<(), RefusedByPeer> {
    check(message, wire, 0)
}

/// Recurses no deeper than the schema, which does not recurse.
fn check(message: &'static Message, bytes: &[u8], base: usize) -> Result<(), RefusedByPeer> {
    for raw in Fields::new(bytes) {
        let raw = raw.map_err(|source| RefusedByPeer::Wire { message: message.name, offset: base, source })?;
        let Some((_, field)) = message.by_number(raw.number) else {
            continue;
        };
        let offset = base + raw.start;
        match (field.kind, raw.value) {
            (Kind::String | Kind::Bytes, Value::Bytes(_)) | (Kind::Float, Value::Fixed32(_)) => {}
            (Kind::Message(inner) | Kind::Map(inner), Value::Bytes(value)) => {
                check(inner, value, base + raw.end - value.len())?;
                if field.std_duration {
                    check_duration(message, field, value, offset)?;
                }
            }
            (kind, Value::Varint(_)) if is_varint(kind) => {}
            (kind, Value::Bytes(value)) if is_varint(kind) && field.repeated => {
                for number in Packed::new(value) {
                    number.map_err(|source| RefusedByPeer::Wire { message: message.name, offset, source })?;
                }
            }
            (_, value) => {
                let found = value.wire_type();
                return Err(RefusedByPeer::WireType { message: message.name, field: field.name, offset, found });
            }
        }
    }
    Ok(())
}

fn is_varint(kind: Kind) -> bool {
    matches!(kind, Kind::Bool | Kind::Int32 | Kind::Int64 | Kind::Uint32 | Kind::Uint64 | Kind::Enum(_))
}

/// What the peer holds as nanoseconds must fit (format 9.1, rule 8).
fn check_duration(
    message: &'static Message,
    field: &'static Field,
    bytes: &[u8],
    offset: usize,
) -> Result<(), RefusedByPeer> {
    let (mut seconds, mut nanos) = (0i64, 0i32);
    for raw in Fields::new(bytes).readable() {
        match (raw.number, raw.value) {
            (1, Value::Varint(number)) => seconds = number.cast_signed(),
            (2, Value::Varint(number)) => nanos = number as i32,
            _ => {}
        }
    }
    if !spans_time(seconds, nanos) {
        return Err(RefusedByPeer::Duration { message: message.name, field: field.name, offset, seconds, nanos });
    }
    Ok(())
}

/// Whether these are the parts of a span of time that fits.
pub(super) fn spans_time(seconds: i64, nanos: i32) -> bool {
    let opposite = (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0);
    let total = i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
    !opposite && nanos.unsigned_abs() < 1_000_000_000 && i64::try_from(total).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{CLUSTER_SNAPSHOT, INTERNAL_RAFT_REQUEST, UPDATE_CONFIG, VERSION};

    #[test]
    fn what_is_refused() {
        assert_eq!(peer_accepts(&VERSION, b"\x08\x01"), Ok(()));
        let refused = peer_accepts(&VERSION, b"\x0a\x00").unwrap_err();
        assert_eq!(refused.to_string(), "docker.swarmkit.v1.Version.index at offset 0 has wire type LEN");
        // An action whose enum is cut off: the error names the inner message and where it starts.
        let refused = peer_accepts(&INTERNAL_RAFT_REQUEST, b"\x08\x01\x12\x01\x08").unwrap_err();
        assert!(matches!(refused, RefusedByPeer::Wire { message: "docker.swarmkit.v1.StoreAction", offset: 4, .. }));
        assert_eq!(peer_accepts(&CLUSTER_SNAPSHOT, b"\x12\x02\x01\x02\x10\x03"), Ok(()));
        assert!(peer_accepts(&CLUSTER_SNAPSHOT, b"\x12\x02\x01\x80").is_err());
    }

    #[test]
    fn spans_of_time() {
        let delay = |duration: &[u8]| {
            let mut wire = vec![0x12, duration.len() as u8];
            wire.extend_from_slice(duration);
            peer_accepts(&UPDATE_CONFIG, &wire)
        };
        assert_eq!(delay(b"\x08\x01\x10\x05"), Ok(()));
        assert!(delay(b"\x08\x01\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01").is_err());
        assert!(delay(b"\x10\x80\x94\xeb\xdc\x03").is_err());
        assert!(delay(b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f").is_err());
    }
}
