//! Against what the peer printed of real directories.

use std::collections::BTreeMap;
use std::io::Read;

use serde_json::{Map, Value};

use super::*;
use crate::schema::wire::{Fields, Value as Wire};
use crate::schema::{
    CONF_CHANGE, CONF_CHANGE_TYPE, ENTRY_TYPE, Field, INTERNAL_RAFT_REQUEST, Kind, STORE_SNAPSHOT, Shape, VOLUME,
};

/// The files of a packed oracle whose names end in one of `wanted`.
fn golden(name: &str, wanted: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let path = format!("{}/fixtures/{name}.golden.tar.zst", env!("CARGO_MANIFEST_DIR"));
    let packed = std::fs::File::open(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let unpacked = ruzstd::decoding::StreamingDecoder::new(packed).unwrap();
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(unpacked).entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().into_owned();
        if let Some(suffix) = wanted.iter().find(|suffix| path.ends_with(**suffix)) {
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            files.insert((*suffix).to_owned(), content);
        }
    }
    assert_eq!(files.len(), wanted.len(), "{name}: {:?}", files.keys());
    files
}

struct Entry {
    index: u64,
    term: u64,
    kind: i32,
    plaintext: Vec<u8>,
}

fn entries(tsv: &[u8]) -> Vec<Entry> {
    let hex = |text: &str| {
        let digit = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
        (0..text.len()).step_by(2).map(digit).collect()
    };
    let lines = std::str::from_utf8(tsv).unwrap().lines().skip(1);
    lines
        .map(|line| {
            let columns: Vec<_> = line.split('\t').collect();
            Entry {
                index: columns[0].parse().unwrap(),
                term: columns[1].parse().unwrap(),
                kind: columns[2].parse().unwrap(),
                plaintext: hex(columns[3]),
            }
        })
        .collect()
}

/// An entry as `dump-wal` prints it (format 9.3).
fn dump(entry: &Entry) -> Vec<u8> {
    let name = |number: i32, of: &crate::schema::Enum| of.name_of(number).map_or(number.to_string(), str::to_owned);
    let kind = name(entry.kind, &ENTRY_TYPE);
    let mut out = format!("Entry Index={}, Term={}, Type={kind}:\n", entry.index, entry.term).into_bytes();
    match entry.kind {
        0 => {
            assert_eq!(peer_accepts(&INTERNAL_RAFT_REQUEST, &entry.plaintext), Ok(()));
            out.extend(peer_text(&INTERNAL_RAFT_REQUEST, &entry.plaintext, 0));
            out.push(b'\n');
        }
        1 => {
            let number = |wanted| {
                let last = Fields::new(&entry.plaintext).flatten().filter(|field| field.number == wanted).last();
                match last.map(|field| field.value) {
                    Some(Wire::Varint(number)) => number,
                    _ => 0,
                }
            };
            assert_eq!(CONF_CHANGE.by_name("type").unwrap().number, 2);
            let kind = name(number(2) as i32, &CONF_CHANGE_TYPE);
            out.extend(format!("Conf change type: {kind}\nNode ID: {:x}\n\n", number(3)).bytes());
        }
        _ => {}
    }
    out
}

/// The first line that differs.
fn difference(ours: &[u8], theirs: &[u8]) -> String {
    let mut lines = ours.split(|byte| *byte == b'\n').zip(theirs.split(|byte| *byte == b'\n'));
    match lines.find(|(ours, theirs)| ours != theirs) {
        Some((ours, theirs)) => format!("ours:   {}\ntheirs: {}", ours.escape_ascii(), theirs.escape_ascii()),
        None => "one is longer".to_owned(),
    }
}

#[test]
fn every_entry_as_the_peer_prints_it() {
    let files = golden("allfields-a", &["plain/entries.tsv", "plain/dump-wal-all.txt"]);
    let mut expected = &files["plain/dump-wal-all.txt"][..];
    let entries = entries(&files["plain/entries.tsv"]);
    assert_eq!(entries.len(), 206);
    for entry in entries {
        let ours = dump(&entry);
        let theirs = &expected[..ours.len().min(expected.len())];
        assert!(ours == theirs, "entry {}: {}\n{}", entry.index, ours.escape_ascii(), theirs.escape_ascii());
        expected = &expected[ours.len()..];
    }
    assert!(expected.is_empty());
}

/// Each object of a snapshot of the store, as its kind and its bytes.
fn objects(store: &[u8]) -> Vec<(&'static Field, &'static Message, Vec<u8>)> {
    Fields::new(store)
        .map(|field| {
            let field = field.unwrap();
            let (_, list) = STORE_SNAPSHOT.by_number(field.number).unwrap();
            match (list.kind, field.value) {
                (Kind::Message(of), Wire::Bytes(bytes)) => (list, of, bytes.to_vec()),
                other => panic!("{other:?}"),
            }
        })
        .collect()
}

#[test]
fn every_object_as_the_peer_prints_it() {
    let kinds = ["node", "service", "task", "network", "cluster", "secret", "config", "resource", "extension"];
    let names: Vec<_> = kinds.iter().map(|kind| format!("peer/dump-object-{kind}.txt")).collect();
    let mut wanted: Vec<_> = names.iter().map(String::as_str).collect();
    wanted.extend(["plain/dump-object-volume.txt", "plain/store.pb"]);
    let files = golden("allfields-a", &wanted);
    let objects = objects(&files["plain/store.pb"]);
    for (name, theirs) in files.iter().filter(|(name, _)| name.ends_with(".txt")) {
        let kind = name.rsplit_once('-').unwrap().1.strip_suffix(".txt").unwrap();
        let mut ours = Vec::new();
        for (_, message, wire) in objects.iter().filter(|(_, m, _)| m.short_name().eq_ignore_ascii_case(kind)) {
            ours.extend(peer_text(message, wire, 0));
            ours.push(b'\n');
        }
        assert!(ours == *theirs, "{name}\n{}", difference(&ours, theirs));
    }
}

#[test]
fn every_field_of_every_object_as_the_oracle_has_it() {
    let files = golden("allfields-a", &["store.json", "plain/store.pb"]);
    let theirs: Value = serde_json::from_slice(&files["store.json"]).unwrap();
    let mut at = BTreeMap::new();
    let objects = objects(&files["plain/store.pb"]);
    assert!(objects.len() > 90);
    for (list, message, wire) in objects {
        let pretty: Value = serde_json::from_str(&json(message, &wire, Style::Pretty)).unwrap();
        let compact: Value = serde_json::from_str(&json(message, &wire, Style::Compact)).unwrap();
        assert_eq!(pretty, compact);
        let at = at.entry(list.name).or_insert(0usize);
        let expected = flat(message, &theirs["store"][list.name][*at]);
        assert_eq!(plain(message, &pretty), expected, "{} {at}", list.name);
        *at += 1;
    }
    assert!(at.contains_key("volumes") && VOLUME.fields.len() == 6);
}

/// The oracle's object: without what is zero (its JSON leaves that out, also in a oneof), and with the members of a oneof where the others are.
fn flat(message: &'static Message, theirs: &Value) -> Value {
    let mut out = Map::new();
    let object = theirs.as_object().unwrap();
    for field in message.fields {
        let camel = |oneof: &str| oneof.replace('_', "").to_lowercase();
        let holder =
            field.oneof.and_then(|oneof| object.iter().find(|(key, _)| camel(oneof.name) == key.to_lowercase()));
        let value = match field.oneof {
            Some(_) => holder.and_then(|(_, holder)| holder.get(field.name)),
            None => object.get(field.name),
        };
        let Some(value) = value.filter(|value| !value.is_null()) else {
            continue;
        };
        let value = match (field.kind, value) {
            (Kind::Message(_), Value::Number(_)) if field.std_duration => value.clone(),
            (Kind::Message(of), Value::Array(list)) => list.iter().map(|value| flat(of, value)).collect(),
            (Kind::Message(of), _) => flat(of, value),
            (Kind::Map(of), _) => match (of.fields[1].kind, value) {
                (Kind::Message(of), Value::Object(map)) => {
                    map.iter().map(|(key, value)| (key.clone(), flat(of, value))).collect()
                }
                _ => value.clone(),
            },
            (Kind::Float, _) => Value::from(f64::from(value.as_f64().unwrap() as f32)),
            _ => value.clone(),
        };
        keep(&mut out, field, value);
    }
    Value::Object(out)
}

fn keep(out: &mut Map<String, Value>, field: &Field, value: Value) {
    let zero = match &value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty() && (field.always || matches!(field.kind, Kind::Map(_))),
    };
    if !zero {
        out.insert(field.name.to_owned(), value);
    }
}

fn unbase64(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

fn rebase64(bytes: &[u8]) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// Each byte that is not UTF-8 as U+FFFD, as Go's JSON has it.
fn lossy(bytes: &[u8]) -> String {
    let one = |chunk: std::str::Utf8Chunk<'_>| chunk.valid().to_owned() + &"\u{fffd}".repeat(chunk.invalid().len());
    bytes.utf8_chunks().map(one).collect()
}

/// Our object in the oracle's form.
fn plain(message: &'static Message, ours: &Value) -> Value {
    let mut out = Map::new();
    let object = ours.as_object().unwrap();
    // The oracle's encoder dropped all unknown fields but those of the google types, and its JSON those too.
    assert!(message.keeps_unknown() || !object.contains_key("unknown_fields"), "{object:?}");
    for field in message.fields {
        let base64 = object.get(&format!("{}_base64", field.name)).map(|text| unbase64(text.as_str().unwrap()));
        let ours = object.get(field.name);
        if field.oneof.is_none() && !matches!(field.kind, Kind::Message(_)) {
            assert!(ours.is_some() != base64.is_some(), "{}.{}", message.name, field.name);
        }
        let value = match (field.kind, base64, ours) {
            (Kind::Bytes, Some(bytes), None) => Value::from(rebase64(&bytes)),
            (Kind::Bytes, None, Some(text)) => Value::from(rebase64(text.as_str().unwrap().as_bytes())),
            (Kind::String, Some(bytes), None) => Value::from(lossy(&bytes)),
            (_, None, Some(Value::Array(list))) => list.iter().map(|value| element(field, value)).collect(),
            (Kind::Map(of), None, Some(Value::Object(map))) => {
                map.iter().map(|(key, value)| (key.clone(), element(&of.fields[1], value))).collect()
            }
            (_, None, Some(value)) => element(field, value),
            (_, None, None) => continue,
            other => panic!("{}.{}: {other:?}", message.name, field.name),
        };
        keep(&mut out, field, value);
    }
    if message.shape == Shape::EncryptionKey && object["subsystem"] == "swarm-manager" {
        let key = rebase64(&object.get("key_base64").map_or(Vec::new(), |key| unbase64(key.as_str().unwrap())));
        assert_eq!(object["unlock_key"], format!("SWMKEY-1-{}", key.trim_end_matches('=')));
    }
    Value::Object(out)
}

fn element(field: &Field, ours: &Value) -> Value {
    match (field.kind, ours) {
        (Kind::Enum(of), Value::String(name)) => Value::from(of.number_of(name).unwrap()),
        (Kind::Float, _) => Value::from(f64::from(ours.as_f64().unwrap() as f32)),
        (Kind::String, Value::Object(bytes)) => Value::from(lossy(&unbase64(bytes["base64"].as_str().unwrap()))),
        (_, Value::String(id)) if field.raft_id => Value::from(u64::from_str_radix(id, 16).unwrap()),
        (Kind::Message(of), _) => match (of.shape, ours) {
            (Shape::Timestamp, Value::String(text)) => {
                let moment: jiff::Timestamp = text.parse().unwrap();
                let (mut seconds, mut nanos) = (moment.as_second(), moment.subsec_nanosecond());
                if nanos < 0 {
                    (seconds, nanos) = (seconds - 1, nanos + 1_000_000_000);
                }
                seconds_and_nanos(seconds, nanos)
            }
            (Shape::Duration, Value::String(text)) => {
                let (seconds, fraction) =
                    text.strip_suffix('s').unwrap().split_once('.').unwrap_or((&text[..text.len() - 1], "0"));
                let sign = if seconds.starts_with('-') { -1 } else { 1 };
                let nanos = sign * format!("{fraction:0<9}").parse::<i32>().unwrap();
                let seconds = seconds.parse::<i64>().unwrap();
                if field.std_duration {
                    Value::from(seconds * 1_000_000_000 + i64::from(nanos))
                } else {
                    seconds_and_nanos(seconds, nanos)
                }
            }
            (Shape::Wrapper, value) if !value.is_object() => {
                let mut object = Map::new();
                keep(&mut object, &of.fields[0], value.clone());
                Value::Object(object)
            }
            _ => plain(of, ours),
        },
        _ => ours.clone(),
    }
}

fn seconds_and_nanos(seconds: i64, nanos: i32) -> Value {
    let mut object = Map::new();
    for (name, part) in [("seconds", seconds), ("nanos", i64::from(nanos))] {
        if part != 0 {
            object.insert(name.to_owned(), Value::from(part));
        }
    }
    Value::Object(object)
}
