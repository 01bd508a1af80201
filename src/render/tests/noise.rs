//! Bytes that no daemon wrote.

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::schema::{Field, Kind, MESSAGES, TASK};

/// Renders in every way, often enough that what comes again is copied; JSON must be JSON and sizes must be counted right.
fn render(message: &'static Message, wire: &[u8]) {
    let pretty = json(message, wire, Style::Pretty);
    let read: Value = serde_json::from_str(&pretty).unwrap_or_else(|error| panic!("{error}: {pretty}"));
    // Duplicate keys would be lost by a parser, and with them values.
    assert_eq!(unique_keys(&pretty), Ok(()), "{pretty}");
    assert!(!pretty.chars().any(|c| c.is_control() && c != '\n'));
    // What is read as a stream, or copied, is what slots give.
    let mut slots = [Vec::new(), Vec::new(), Vec::new()];
    super::super::message::in_slots(message, wire, Style::Pretty, &mut slots[0]);
    super::super::message::in_slots(message, wire, Style::Compact, &mut slots[1]);
    super::super::text::in_slots(message, wire, &mut slots[2]);
    for _ in 0..3 {
        let pretty = json(message, wire, Style::Pretty);
        let compact = json(message, wire, Style::Compact);
        assert_eq!(read, serde_json::from_str::<Value>(&compact).unwrap());
        assert!(!compact.trim_end().contains('\n') && pretty.ends_with('\n'));
        let peer_text = peer_text(message, wire, 0);
        assert_eq!([pretty.as_bytes(), compact.as_bytes(), &peer_text], slots.each_ref().map(|text| &text[..]));
        // What was refused once is refused again.
        let accepted = accepted_text(message, wire, 0, false, &mut Vec::new());
        assert_eq!(accepted.is_ok(), peer_accepts(message, wire).is_ok(), "{} {wire:02x?}", message.name);
    }
}

/// Pretty text has one key a line, and the keys of one object have the same indent with no smaller one between them.
fn unique_keys(pretty: &str) -> Result<(), String> {
    let mut open: Vec<std::collections::BTreeSet<&str>> = Vec::new();
    for line in pretty.lines() {
        let indent = (line.len() - line.trim_start().len()) / 2;
        open.truncate(indent + 1);
        open.resize_with(indent + 1, Default::default);
        let key = line.trim_start().strip_prefix('"').and_then(|line| line.split_once("\": "));
        if key.is_some_and(|(key, _)| !open[indent].insert(key)) {
            return Err(format!("a key occurs twice: {line}"));
        }
    }
    Ok(())
}

fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// A message as daemons write it: by rising number, each field once, lists in one piece.
fn orderly_bytes(message: &'static Message, depth: u32) -> BoxedStrategy<Vec<u8>> {
    let mut fields: Vec<&'static Field> = message.fields.iter().collect();
    fields.sort_by_key(|field| field.number);
    let parts: Vec<_> = fields
        .into_iter()
        .map(|field| {
            let most = if depth == 0 {
                0
            } else if field.repeated {
                3
            } else {
                1
            };
            prop::collection::vec(field_bytes(field, depth.max(1)), 0..=most).prop_map(|values| values.concat())
        })
        .collect();
    parts.prop_map(|parts| parts.concat()).boxed()
}

/// A message with values for its fields, in any order, some of them twice, some with a wrong wire type, some unknown.
fn message_bytes(message: &'static Message, depth: u32) -> BoxedStrategy<Vec<u8>> {
    let any_field =
        (0..message.fields.len().max(1)).prop_flat_map(move |position| match message.fields.get(position) {
            Some(field) if depth > 0 => field_bytes(field, depth),
            _ => prop::collection::vec(any::<u8>(), 0..6).boxed(),
        });
    let noise = prop_oneof![
        (any::<u32>(), any::<u64>()).prop_map(|(number, value)| {
            let mut out = Vec::new();
            varint(u64::from(number) << 3, &mut out);
            varint(value, &mut out);
            out
        }),
        prop::collection::vec(any::<u8>(), 0..12),
        (1u64..40, 0u64..6, prop::collection::vec(any::<u8>(), 0..9)).prop_map(|(number, kind, rest)| {
            let mut out = Vec::new();
            varint(number << 3 | kind, &mut out);
            out.extend(rest);
            out
        }),
    ];
    prop::collection::vec(prop_oneof![12 => any_field, 1 => noise], 0..8).prop_map(|parts| parts.concat()).boxed()
}

fn field_bytes(field: &'static Field, depth: u32) -> BoxedStrategy<Vec<u8>> {
    let tagged = move |wire_type: u64, value: Vec<u8>| {
        let mut out = Vec::new();
        varint(u64::from(field.number) << 3 | wire_type, &mut out);
        if wire_type == 2 {
            varint(value.len() as u64, &mut out);
        }
        out.extend(value);
        out
    };
    match field.kind {
        Kind::Message(inner) | Kind::Map(inner) => {
            prop_oneof![message_bytes(inner, depth - 1), orderly_bytes(inner, depth - 1)]
                .prop_map(move |value| tagged(2, value))
                .boxed()
        }
        Kind::String | Kind::Bytes => prop_oneof![
            any::<String>().prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>(), 0..20),
            Just(b"swarm-manager".to_vec()),
        ]
        .prop_map(move |value| tagged(2, value))
        .boxed(),
        Kind::Float => any::<u32>().prop_map(move |bits| tagged(5, bits.to_le_bytes().to_vec())).boxed(),
        _ => prop_oneof![any::<u64>(), 0u64..5, Just(1_700_000_000u64)]
            .prop_map(move |number| {
                let mut value = Vec::new();
                varint(number, &mut value);
                tagged(0, value)
            })
            .boxed(),
    }
}

/// What two messages differ in is what is left of them without what is the same.
fn differ(message: &'static Message, old: &[u8], new: &[u8]) {
    let found = |old: &[u8], new: &[u8]| {
        let [old, new] = [old, new].map(|wire| serde_json::from_str(&json(message, wire, Style::Compact)).unwrap());
        differences(&old, &new)
    };
    if let Some([less_old, less_new]) = differing(message, old, new) {
        assert_eq!(found(old, new), found(&less_old, &less_new), "{} {old:02x?} {new:02x?}", message.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn messages_with_noise(
        (message, wire) in (0..MESSAGES.len()).prop_flat_map(|i| (Just(MESSAGES[i]), message_bytes(MESSAGES[i], 4)))
    ) {
        render(message, &wire);
    }

    #[test]
    fn messages_in_order(
        (message, wire) in (0..MESSAGES.len()).prop_flat_map(|i| (Just(MESSAGES[i]), orderly_bytes(MESSAGES[i], 2)))
    ) {
        render(message, &wire);
    }

    #[test]
    fn messages_that_differ(
        (message, parts) in (0..MESSAGES.len()).prop_flat_map(|i| {
            let part = || prop_oneof![message_bytes(MESSAGES[i], 3), orderly_bytes(MESSAGES[i], 2)];
            (Just(MESSAGES[i]), [part(), part(), part(), part()])
        })
    ) {
        let [first, old, new, last] = parts;
        differ(message, &[&first[..], &old, &last].concat(), &[&first[..], &new, &last].concat());
        differ(message, &old, &new);
    }

    #[test]
    fn mere_noise(which in 0..MESSAGES.len(), wire in prop::collection::vec(any::<u8>(), 0..64)) {
        render(MESSAGES[which], &wire);
    }
}

#[test]
fn every_message_empty_and_cut_at_every_byte() {
    for message in MESSAGES {
        render(message, b"");
    }
    let mut wire = Vec::new();
    for field in TASK.fields {
        varint(u64::from(field.number) << 3 | 2, &mut wire);
        varint(4, &mut wire);
        wire.extend(b"\x0a\x02hi");
    }
    for cut in 0..wire.len() {
        render(&TASK, &wire[..cut]);
    }
}

/// Walks are linear, whatever is repeated or nested.
#[test]
fn large_hostile_messages_take_no_time() {
    let start = std::time::Instant::now();
    let repeated: Vec<u8> = [0x12, 0x00].repeat(50_000);
    for message in MESSAGES {
        let mut count = Count::default();
        Json::new(Style::Pretty, &mut count).message(message, &repeated);
        text(message, &repeated, 0, &mut count);
        let groups = [vec![0x7b; 50_000], vec![0x7c; 50_000]].concat();
        Json::new(Style::Pretty, &mut count).message(message, &groups);
        text(message, &groups, 0, &mut count);
        assert!(count.0 < 50_000_000, "{}: {}", message.name, count.0);
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}
