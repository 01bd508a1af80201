//! Any bytes as any message.

use std::collections::BTreeSet;

use serde_json::Value;
use swarmfs::render::{Count, Json, Sink, Style, decode_name, encode_name, peer_accepts, stored_text, text};
use swarmfs::schema::{MESSAGES, Message};
use swarmfs::store::{Kind, ObjectFacts, actions, conf_change, membership, payload, state_word};

use super::parts::choice;

/// Every walk says how long its text will be; JSON is JSON, one line where it must be, with each key once.
pub fn wire(input: &[u8]) {
    let (which, wire) = choice(input);
    let message = MESSAGES[usize::from(which) % MESSAGES.len()];
    let pretty = json(message, wire, Style::Pretty);
    let compact = json(message, wire, Style::Compact);
    let read: Value = serde_json::from_str(&pretty).unwrap_or_else(|error| panic!("{error}: {pretty}"));
    assert_eq!(read, serde_json::from_str::<Value>(&compact).expect("JSON"));
    assert!(!compact.trim_end().contains('\n') && pretty.ends_with('\n'));
    assert!(!pretty.chars().any(|c| c.is_control() && c != '\n'));
    assert!(keys_are_unique(&pretty), "{pretty}");
    counted(&mut |sink| text(message, wire, 0, sink), &mut |count| text(message, wire, 0, count));
    counted(&mut |sink| stored_text(message, wire, 2, sink), &mut |count| stored_text(message, wire, 2, count));
    if let Err(refused) = peer_accepts(message, wire) {
        assert!(!refused.to_string().is_empty());
    }
    facts(wire);
    let name = encode_name(wire);
    assert_eq!(decode_name(&name).as_deref(), Some(wire), "{name}");
}

fn json(message: &'static Message, wire: &[u8], style: Style) -> String {
    fn put<S: Sink>(message: &'static Message, wire: &[u8], style: Style, sink: &mut S) {
        let mut json = Json::new(style, sink);
        json.message(message, wire);
        json.finish();
    }
    let written = counted(&mut |sink| put(message, wire, style, sink), &mut |count| put(message, wire, style, count));
    String::from_utf8(written).expect("JSON is text")
}

fn counted(write: &mut dyn FnMut(&mut Vec<u8>), count: &mut dyn FnMut(&mut Count)) -> Vec<u8> {
    let (mut written, mut counted) = (Vec::new(), Count::default());
    write(&mut written);
    count(&mut counted);
    assert_eq!(counted.0, written.len() as u64);
    written
}

/// Pretty text has one key a line, and the keys of one object have the same indent with no smaller one between them.
fn keys_are_unique(pretty: &str) -> bool {
    let mut open: Vec<BTreeSet<&str>> = Vec::new();
    pretty.lines().all(|line| {
        let trimmed = line.trim_start();
        let indent = (line.len() - trimmed.len()) / 2;
        open.truncate(indent + 1);
        open.resize_with(indent + 1, BTreeSet::default);
        let key = trimmed.strip_prefix('"').and_then(|line| line.split_once("\": "));
        key.is_none_or(|(key, _)| open[indent].insert(key))
    })
}

/// What the index notes lies within what it looked at.
fn facts(wire: &[u8]) {
    actions(wire, |action| {
        if let Err(unusable) = action {
            let _ = format!("{unusable:?}");
        }
    });
    for kind in Kind::ALL {
        let facts = ObjectFacts::of(kind, wire);
        assert!(facts.id.len() <= wire.len());
        let _ = state_word(kind, wire);
    }
    assert!(payload(wire).len() <= wire.len());
    let _ = conf_change(wire).member();
    assert!(membership(wire).members.len() <= wire.len());
}
