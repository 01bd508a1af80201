//! The room as a whole, on real directories and on noise.

mod golden;
mod noise;
mod shapes;
mod speed;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json as value};

use super::*;
use crate::schema::Message;

/// Where two parsed texts differ, as `tables/history.jsonl` tells it: the path, and what stands there in each; what is
/// absent is `null`.
pub(crate) fn differences(old: &Value, new: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    differ(old, new, &[], &mut found);
    found
}

fn differ(old: &Value, new: &Value, path: &[Value], found: &mut Vec<Value>) {
    let mut within = |step: Value, old: &Value, new: &Value| differ(old, new, &[path, &[step]].concat(), found);
    match (old, new) {
        _ if old == new => {}
        (Value::Object(old), Value::Object(new)) => {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            let member = |of: &Map<String, Value>, name: &str| of.get(name).cloned().unwrap_or_default();
            names.into_iter().for_each(|name| within(value!(name), &member(old, name), &member(new, name)));
        }
        (Value::Array(old), Value::Array(new)) => {
            let element = |of: &[Value], at: usize| of.get(at).cloned().unwrap_or_default();
            (0..old.len().max(new.len())).for_each(|at| within(value!(at), &element(old, at), &element(new, at)));
        }
        _ => found.push(value!({"path": path, "old": old, "new": new})),
    }
}

/// The text of a message as JSON; asserts that it is counted right.
fn json(message: &'static Message, wire: &[u8], style: Style) -> String {
    let mut text = Vec::new();
    let mut writer = Json::new(style, &mut text);
    writer.message(message, wire);
    writer.finish();
    let mut count = Count::default();
    let mut writer = Json::new(style, &mut count);
    writer.message(message, wire);
    writer.finish();
    assert_eq!(count.0, text.len() as u64, "{} {wire:02x?}", message.name);
    String::from_utf8(text).expect("JSON is UTF-8")
}

/// The peer's text of a message; asserts that it is counted right.
fn peer_text(message: &'static Message, wire: &[u8], indent: usize) -> Vec<u8> {
    let mut written = Vec::new();
    text(message, wire, indent, &mut written);
    let mut count = Count::default();
    text(message, wire, indent, &mut count);
    assert_eq!(count.0, written.len() as u64, "{} {wire:02x?}", message.name);
    written
}
