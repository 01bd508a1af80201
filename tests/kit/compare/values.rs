//! One object: the oracle's JSON (numbers for enums, base64 for bytes, seconds and nanos for times) against the
//! tree's JSON (names, text where it is text, RFC 3339), field by field.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::Differences;
use crate::kit::fields::{self, Field, Label};

/// Fields that the tree may show beyond those of the message: what is no part of the schema, and the unlock key in
/// the form in which people know it.
const BEYOND: [&str; 2] = ["unknown_fields", "unlock_key"];

/// Packed oracles leave out payloads that are greater than this.
const LEFT_OUT: usize = 100_000;

/// Compares the message `kind`.
pub fn message(kind: &str, expected: &Value, actual: &Value, path: &str, differences: &mut Differences) {
    let empty = Map::new();
    let Some(fields) = fields::message(kind) else {
        return differences.add(path, format!("no table for {kind}"));
    };
    let Some(actual) = actual.as_object() else {
        return differences.add(path, format!("is no object: {actual}"));
    };
    let expected = expected.as_object().unwrap_or(&empty);
    for field in fields {
        let path = format!("{path}.{}", field.name);
        match field.label {
            Label::Optional => optional(field, expected.get(field.name), actual, &path, differences),
            Label::Repeated => list(field, expected.get(field.name), actual.get(field.name), &path, differences),
            Label::Map => map(field, expected.get(field.name), actual.get(field.name), &path, differences),
            Label::Oneof(name) => oneof(field, expected.get(&camel(name)), actual, &path, differences),
        }
    }
    for name in actual.keys() {
        let known = |field: &Field| name.strip_suffix("_base64").unwrap_or(name) == field.name || name == field.name;
        if !fields.iter().any(known) && !BEYOND.contains(&name.as_str()) {
            differences.add(path, format!("shows {name}, which {kind} does not have"));
        }
    }
}

/// The name of a oneof in the oracle, which is that of a Go field.
fn camel(name: &str) -> String {
    name.split('_')
        .map(|part| {
            let mut letters = part.chars();
            letters.next().map(|first| first.to_ascii_uppercase().to_string()).unwrap_or_default() + letters.as_str()
        })
        .collect()
}

fn optional(field: &Field, expected: Option<&Value>, actual: &Map<String, Value>, path: &str, out: &mut Differences) {
    let expected = expected.filter(|value| !value.is_null());
    if is_message(field.kind) {
        match (expected, actual.get(field.name)) {
            (None, None) => {}
            (Some(Value::Number(nanos)), None) if field.nanoseconds && nanos.as_i64() == Some(0) => {}
            // Absent on the wire is shown by the oracle as an empty message.
            (Some(_), None) if field.always => {}
            (None, Some(value)) if field.nanoseconds => single(field, &Value::from(0), value, path, out),
            (Some(expected), Some(actual)) => single(field, expected, actual, path, out),
            (Some(_), None) => out.add(path, "is missing"),
            (None, Some(value)) => out.add(path, format!("shows {value}, expected nothing")),
        }
    } else if field.kind == "bytes" || field.kind == "string" {
        text(field, expected.and_then(Value::as_str).unwrap_or_default(), actual, path, out);
    } else {
        match actual.get(field.name) {
            Some(value) => single(field, expected.unwrap_or(&default(field.kind)), value, path, out),
            None => out.add(path, "is missing: scalars always appear"),
        }
    }
}

fn oneof(field: &Field, wrapper: Option<&Value>, actual: &Map<String, Value>, path: &str, out: &mut Differences) {
    let encoded = format!("{}_base64", field.name);
    let shown = actual.get(field.name).or_else(|| actual.get(&encoded));
    let member = wrapper.and_then(|wrapper| wrapper.get(field.name));
    match (member, shown) {
        (None, None) => {}
        (Some(_), None) => out.add(path, "is missing"),
        (Some(expected), Some(_)) if matches!(field.kind, "string" | "bytes") => {
            text(field, expected.as_str().unwrap_or_default(), actual, path, out);
        }
        (Some(expected), Some(value)) => single(field, expected, value, path, out),
        // The oracle leaves out a zero member, but not the wrapper around it.
        (None, Some(Value::String(value)))
            if value.is_empty() && wrapper.is_some_and(|wrapper| wrapper.as_object().is_some_and(Map::is_empty)) => {}
        (None, Some(value)) => out.add(path, format!("shows {value}, expected nothing")),
    }
}

fn text(field: &Field, expected: &str, actual: &Map<String, Value>, path: &str, out: &mut Differences) {
    let encoded = format!("{}_base64", field.name);
    let shown = match (actual.get(field.name), actual.get(&encoded)) {
        (Some(Value::String(text)), None) => text.clone().into_bytes(),
        (None, Some(Value::String(text))) => match STANDARD.decode(text) {
            Ok(bytes) => bytes,
            Err(error) => return out.add(path, format!("{encoded} is no base64: {error}")),
        },
        (Some(_), Some(_)) => return out.add(path, format!("is shown twice, also as {encoded}")),
        (None, None) => return out.add(path, "is missing: scalars always appear"),
        (Some(value), None) | (None, Some(value)) => return out.add(path, format!("is no string: {value}")),
    };
    if expected.is_empty() && field.name == "data" && shown.len() > LEFT_OUT {
        return;
    }
    let same = if field.kind == "bytes" {
        STANDARD.decode(expected).is_ok_and(|bytes| bytes == shown)
    } else {
        same_text(expected, &shown)
    };
    if !same {
        out.add(path, format!("shows {:?}, expected {expected:?}", String::from_utf8_lossy(&shown)));
    }
}

/// Whether `shown` is what the oracle says; the oracle has U+FFFD for each byte that is no UTF-8.
fn same_text(expected: &str, shown: &[u8]) -> bool {
    oracle_text(shown) == expected
}

/// Bytes as the oracle shows them.
pub fn oracle_text(bytes: &[u8]) -> String {
    bytes
        .utf8_chunks()
        .flat_map(|chunk| chunk.valid().chars().chain(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER)))
        .collect()
}

fn list(field: &Field, expected: Option<&Value>, actual: Option<&Value>, path: &str, out: &mut Differences) {
    let none = Vec::new();
    let expected = expected.and_then(Value::as_array).unwrap_or(&none);
    let Some(actual) = actual.and_then(Value::as_array) else {
        return out.add(path, "is no list: lists always appear");
    };
    if expected.len() != actual.len() {
        return out.add(path, format!("has {} elements, expected {}", actual.len(), expected.len()));
    }
    for (at, (expected, actual)) in expected.iter().zip(actual).enumerate() {
        single(field, expected, actual, &format!("{path}[{at}]"), out);
    }
}

fn map(field: &Field, expected: Option<&Value>, actual: Option<&Value>, path: &str, out: &mut Differences) {
    let none = Map::new();
    let expected = expected.and_then(Value::as_object).unwrap_or(&none);
    let Some(actual) = actual.and_then(Value::as_object) else {
        return out.add(path, "is no map: maps always appear");
    };
    let kind = field.map_types().map_or("string", |(_, value)| value);
    for (key, expected) in expected {
        // The oracle's key of what is no UTF-8 is not the key.
        if key.contains(char::REPLACEMENT_CHARACTER) {
            continue;
        }
        let path = format!("{path}[{key:?}]");
        match actual.get(key) {
            Some(actual) => single(&Field { kind, ..*field }, expected, actual, &path, out),
            None => out.add(&path, "is missing"),
        }
    }
    if expected.len() != actual.len() {
        out.add(path, format!("has {} keys, expected {}", actual.len(), expected.len()));
    }
}

/// One value: of a list, of a map, or one that is there.
fn single(field: &Field, expected: &Value, actual: &Value, path: &str, out: &mut Differences) {
    let same = match field.kind {
        "string" => match actual {
            Value::String(shown) => same_text(expected.as_str().unwrap_or_default(), shown.as_bytes()),
            // How an element that is no UTF-8 is shown is not the oracle's to say.
            _ => expected.as_str().is_some_and(|text| text.contains(char::REPLACEMENT_CHARACTER)),
        },
        "Timestamp" => timestamp(expected, actual),
        "Duration" if field.nanoseconds => {
            duration(i128::from(expected.as_i64().unwrap_or(0)), actual) || normalised(expected, actual)
        }
        "Duration" => {
            let (seconds, nanos) = parts(expected);
            duration(i128::from(seconds) * 1_000_000_000 + i128::from(nanos), actual) || parts_equal(expected, actual)
        }
        "float" => expected.as_f64().map(|value| value as f32) == actual.as_f64().map(|value| value as f32),
        // The wrappers are shown as what they wrap.
        "BoolValue" => expected.get("value").unwrap_or(&Value::Bool(false)) == wrapped(actual),
        "Int64Value" => expected.get("value").unwrap_or(&Value::from(0)) == wrapped(actual),
        "uint64" if matches!(field.name, "raft_id" | "removed") => {
            let id = expected.as_u64().map(|id| format!("{id:x}"));
            id.as_deref() == actual.as_str()
        }
        kind if fields::is_enum(kind) => match fields::enum_name(kind, expected.as_i64().unwrap_or(0)) {
            Some(name) => actual.as_str() == Some(name),
            None => expected == actual,
        },
        kind if is_message(kind) => return message(kind, expected, actual, path, out),
        _ => expected == actual,
    };
    if !same {
        out.add(path, format!("shows {actual}, expected {expected}"));
    }
}

/// A wrapper with unknown fields is shown as a message.
fn wrapped(actual: &Value) -> &Value {
    if actual.get("unknown_fields").is_some() { &actual["value"] } else { actual }
}

fn is_message(kind: &str) -> bool {
    fields::message(kind).is_some()
}

fn default(kind: &str) -> Value {
    if kind == "bool" { Value::Bool(false) } else { Value::from(0) }
}

fn parts(value: &Value) -> (i64, i64) {
    let part = |name: &str| value.get(name).and_then(Value::as_i64).unwrap_or(0);
    (part("seconds"), part("nanos"))
}

/// What makes no sense as a time is shown raw.
fn parts_equal(expected: &Value, actual: &Value) -> bool {
    actual.is_object() && parts(expected) == parts(actual)
}

/// The oracle has the sum of seconds and nanos that may disagree in sign.
fn normalised(expected: &Value, actual: &Value) -> bool {
    let (seconds, nanos) = parts(actual);
    actual.is_object()
        && expected.as_i64().map(i128::from) == Some(i128::from(seconds) * 1_000_000_000 + i128::from(nanos))
}

fn timestamp(expected: &Value, actual: &Value) -> bool {
    let (seconds, nanos) = parts(expected);
    match actual.as_str().map(|text| (text.ends_with('Z'), text.parse::<jiff::Timestamp>())) {
        Some((true, Ok(time))) => {
            i128::from(seconds) * 1_000_000_000 + i128::from(nanos) == time.as_nanosecond()
                && (0..1_000_000_000).contains(&nanos)
        }
        _ => parts_equal(expected, actual),
    }
}

fn duration(nanos: i128, actual: &Value) -> bool {
    let Some(text) = actual.as_str().and_then(|text| text.strip_suffix('s')) else {
        return false;
    };
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let fraction = format!("{fraction:0<9}");
    match (whole.parse::<i128>(), fraction.parse::<i128>()) {
        (Ok(whole), Ok(part)) if fraction.len() == 9 => sign * (whole * 1_000_000_000 + part) == nanos,
        _ => false,
    }
}
