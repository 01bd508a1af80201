//! The room as a whole, on real directories and on noise.

mod golden;
mod noise;
mod shapes;
mod speed;

use super::*;
use crate::schema::Message;

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
