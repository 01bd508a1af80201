//! A writer of JSON, for what is no message: heads of files, lists, status.

use std::ops::Range;

use super::scalar;
use super::sink::Sink;
use super::strings::{as_text, as_utf8, escaped, is_plain};
use super::timestamp::{Rfc3339, is_moment, timestamp};
use crate::schema::{Field, Message};

/// How JSON is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Two spaces a level, a line for each value, as jq prints; `[]` and `{}` where empty.
    Pretty,
    /// No white space at all.
    Compact,
}

/// Writes JSON into a sink, piece by piece.
///
/// It separates and indents; that keys and values alternate and that what began ends is the caller's part
/// (with [`Json::object`] and [`Json::array`] nothing can be left open).
///
/// ```
/// use swarmfs::render::{Json, Style};
///
/// let mut text = Vec::new();
/// let mut json = Json::new(Style::Compact, &mut text);
/// json.object(|json| {
///     json.key("index").number(12);
///     json.key("members").array(|json| json.raft_id(0x1f));
/// });
/// json.finish();
/// assert_eq!(text, b"{\"index\":12,\"members\":[\"1f\"]}\n");
/// ```
pub struct Json<'s, S: Sink> {
    pub(super) sink: &'s mut S,
    style: Style,
    depth: usize,
    next: Next,
}

/// A place in a document.
pub(super) struct Mark {
    length: u64,
    depth: usize,
    next: Next,
}

/// What stands before the next key or value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// Nothing: the document starts, or a key stands before.
    Value,
    /// The first of a list or an object.
    First,
    /// A comma.
    Other,
}

/// A comma, a newline and the spaces of sixteen levels.
const BREAK: &[u8; 34] = b",\n                                ";

impl<'s, S: Sink> Json<'s, S> {
    /// Writes one document into `sink`.
    pub fn new(style: Style, sink: &'s mut S) -> Self {
        Json { sink, style, depth: 0, next: Next::Value }
    }

    /// Where it is, to come back to.
    pub(super) fn mark(&self) -> Mark {
        Mark { length: self.sink.mark(), depth: self.depth, next: self.next }
    }

    /// Takes back what came after a mark.
    pub(super) fn cut(&mut self, mark: Mark) {
        self.sink.cut(mark.length);
        (self.depth, self.next) = (mark.depth, mark.next);
    }

    /// What the text of a nested value depends on besides the value.
    #[inline]
    pub(super) fn look(&self) -> u32 {
        match self.style {
            Style::Compact => 1,
            Style::Pretty => (self.depth as u32) << 2 | 3,
        }
    }

    /// Separates a value that follows from what stands before, so that what comes next is the value alone.
    pub(super) fn begin_value(&mut self) {
        self.separate();
        self.next = Next::Value;
    }

    /// The value was put into the sink.
    pub(super) fn end_value(&mut self) {
        self.next = Next::Other;
    }

    /// Ends the document with a newline.
    pub fn finish(self) {
        self.sink.put(b"\n");
    }

    /// An object, of which `members` writes keys and values.
    pub fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.begin_object();
        members(self);
        self.end_object();
    }

    /// A list, of which `elements` writes the values.
    pub fn array(&mut self, elements: impl FnOnce(&mut Self)) {
        self.begin_array();
        elements(self);
        self.end_array();
    }

    /// Begins an object.
    #[inline]
    pub fn begin_object(&mut self) {
        self.begin(b"{");
    }

    /// Ends an object.
    #[inline]
    pub fn end_object(&mut self) {
        self.end(b"}");
    }

    /// Begins a list.
    #[inline]
    pub fn begin_array(&mut self) {
        self.begin(b"[");
    }

    /// Ends a list.
    #[inline]
    pub fn end_array(&mut self) {
        self.end(b"]");
    }

    /// A key of an object; its value must follow.
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.separate();
        self.sink.put(b"\"");
        escaped(key, self.sink);
        self.sink.put(if self.style == Style::Pretty { b"\": " } else { b"\":" });
        self.next = Next::Value;
        self
    }

    /// A key that needs no escapes.
    pub(super) fn plain_key(&mut self, key: &[u8]) {
        self.quoted(key);
        self.sink.put(if self.style == Style::Pretty { b": " } else { b":" });
        self.next = Next::Value;
    }

    /// The key of a field; its value must follow.
    #[inline]
    pub(super) fn ready_key(&mut self, field: &'static Field) {
        match self.style {
            Style::Compact => self.put_member(field, 1),
            Style::Pretty => {
                self.separate();
                self.sink.put(field.key().as_bytes());
            }
        }
        self.next = Next::Value;
    }

    /// The member of a string that needs no escapes.
    #[inline]
    pub(super) fn plain_member(&mut self, field: &'static Field, text: &[u8]) {
        match self.style {
            Style::Compact => {
                self.put_member(field, 0);
                self.sink.put(text);
                self.sink.put(b"\"");
                self.next = Next::Other;
            }
            Style::Pretty => {
                self.ready_key(field);
                self.quoted(text);
            }
        }
    }

    /// What stands before a string, compact, without the last bytes of it.
    #[inline]
    fn put_member(&mut self, field: &'static Field, cut: usize) {
        let member = field.member().as_bytes();
        let without_comma = usize::from(self.next == Next::First);
        self.sink.put(member.get(without_comma..member.len().saturating_sub(cut)).unwrap_or_default());
    }

    /// The members of a message whose fields are absent, as far as they appear then.
    #[inline]
    pub(super) fn absent(&mut self, message: &'static Message, positions: Range<usize>) {
        let (compact, count) = message.absent(positions.clone());
        if count == 0 {
            return;
        }
        let without_comma = usize::from(self.next == Next::First);
        let compact = compact.as_bytes().get(without_comma..).unwrap_or_default();
        match self.style {
            Style::Compact => self.sink.put(compact),
            // Each member has a new line, its indent, and a space behind the colon.
            Style::Pretty if self.sink.take_length((compact.len() + count * (2 + 2 * self.depth)) as u64) => {}
            Style::Pretty => {
                let fields = message.fields.get(positions).unwrap_or_default();
                for field in fields.iter().filter(|field| field.zero().len() > field.key().len()) {
                    self.raw(field.zero().as_bytes());
                }
            }
        }
        self.next = Next::Other;
    }

    /// A string.
    #[inline]
    pub fn string(&mut self, text: &str) {
        self.separate();
        self.sink.put(b"\"");
        escaped(text, self.sink);
        self.sink.put(b"\"");
    }

    /// Bytes that should be a string: a string if they are UTF-8, else `{"base64": …}`.
    pub fn lenient_string(&mut self, bytes: &[u8]) {
        if is_plain(bytes) {
            return self.quoted(bytes);
        }
        match as_utf8(bytes) {
            Some(text) => self.string(text),
            None => self.object(|json| {
                json.key("base64");
                json.base64(bytes);
            }),
        }
    }

    /// A whole member: `name` with the bytes as a string if they are text (UTF-8 without controls but tab, newline
    /// and return), else `name_base64`.
    pub fn bytes(&mut self, name: &str, bytes: &[u8]) {
        self.text_or_base64(name, as_text(bytes), bytes);
    }

    /// A whole member: `name` with the bytes as a string if they are UTF-8, else `name_base64`.
    pub fn lenient(&mut self, name: &str, bytes: &[u8]) {
        self.text_or_base64(name, as_utf8(bytes), bytes);
    }

    fn text_or_base64(&mut self, name: &str, text: Option<&str>, bytes: &[u8]) {
        match text {
            Some(text) => self.key(name).string(text),
            None => {
                self.base64_key(name);
                self.base64(bytes);
            }
        }
    }

    /// The key `name_base64`.
    pub(super) fn base64_key(&mut self, name: &str) {
        self.separate();
        self.sink.put(b"\"");
        escaped(name, self.sink);
        self.sink.put(if self.style == Style::Pretty { b"_base64\": " } else { b"_base64\":" });
        self.next = Next::Value;
    }

    /// Bytes as a string of standard base64.
    pub fn base64(&mut self, bytes: &[u8]) {
        self.separate();
        self.sink.put(b"\"");
        scalar::base64(bytes, true, self.sink);
        self.sink.put(b"\"");
    }

    /// A number.
    #[inline]
    pub fn number(&mut self, number: u64) {
        self.separate();
        scalar::unsigned(number, self.sink);
    }

    /// A number that may be negative.
    #[inline]
    pub fn signed(&mut self, number: i64) {
        self.separate();
        scalar::signed(number, self.sink);
    }

    /// A float: a number; what is none, as the strings of protobuf.
    pub(super) fn float(&mut self, number: f32) {
        if number.is_nan() {
            self.raw(b"\"NaN\"");
        } else if number.is_infinite() {
            self.raw(if number > 0.0 { b"\"Infinity\"" } else { b"\"-Infinity\"" });
        } else {
            self.raw(scalar::float(number).as_bytes());
        }
    }

    /// A raft id, as a string of hex.
    pub fn raft_id(&mut self, id: u64) {
        self.separate();
        self.sink.put(b"\"");
        scalar::raft_id(id, self.sink);
        self.sink.put(b"\"");
    }

    /// A moment in RFC 3339; one outside of the years 0001 to 9999 as `{"seconds": …, "nanos": …}`.
    pub fn timestamp(&mut self, seconds: i64, nanos: i32) {
        if is_moment(seconds, nanos) && self.sink.take_length(0) {
            self.separate();
            self.sink.take_length(Rfc3339::LENGTH as u64 + 2);
            return;
        }
        match timestamp(seconds, nanos) {
            Some(moment) => self.quoted(moment.as_bytes()),
            None => self.object(|json| {
                json.key("seconds").signed(seconds);
                json.key("nanos").signed(i64::from(nanos));
            }),
        }
    }

    /// `true` or `false`.
    #[inline]
    pub fn boolean(&mut self, value: bool) {
        self.raw(if value { b"true" } else { b"false" });
    }

    /// `null`.
    pub fn null(&mut self) {
        self.raw(b"null");
    }

    /// A string that needs no escapes.
    #[inline]
    pub(super) fn quoted(&mut self, text: &[u8]) {
        self.separate();
        self.sink.put(b"\"");
        self.sink.put(text);
        self.sink.put(b"\"");
    }

    /// A value that is made already.
    #[inline]
    pub(crate) fn raw(&mut self, value: &[u8]) {
        self.separate();
        self.sink.put(value);
    }

    fn begin(&mut self, bracket: &[u8]) {
        self.raw(bracket);
        self.depth += 1;
        self.next = Next::First;
    }

    fn end(&mut self, bracket: &[u8]) {
        self.depth = self.depth.saturating_sub(1);
        if self.next != Next::First {
            self.line(1);
        }
        self.sink.put(bracket);
        self.next = Next::Other;
    }

    #[inline]
    fn separate(&mut self) {
        match self.next {
            Next::Value => {}
            Next::First => self.line(1),
            Next::Other => self.line(0),
        }
        self.next = if self.depth == 0 { Next::Value } else { Next::Other };
    }

    /// A new line; with the comma for `from` 0.
    #[inline]
    fn line(&mut self, from: usize) {
        if self.style == Style::Compact {
            if from == 0 {
                self.sink.put(b",");
            }
            return;
        }
        let until = 2 + 2 * self.depth;
        match BREAK.get(from..until) {
            Some(text) => self.sink.put(text),
            None => {
                self.sink.put(BREAK.get(from..2).unwrap_or_default());
                self.sink.spaces(2 * self.depth);
            }
        }
    }
}
