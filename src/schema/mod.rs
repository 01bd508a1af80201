//! What the messages look like: the `.proto` files in our own words, and the tables made from them.
//!
//! The tables are static, so a walk over wire bytes needs no parsed descriptor and no allocation. They are
//! made from `proto/*.proto` by a test (`SWARMFS_REWRITE_SCHEMA=1 cargo test schema`) and kept in
//! `generated.rs`; the same test fails when the two no longer fit.

use std::ops::Range;

#[rustfmt::skip]
mod generated;
pub mod wire;

#[cfg(test)]
mod generate;
#[cfg(test)]
mod tests;

pub use generated::*;

/// A message type.
#[derive(Debug)]
pub struct Message {
    /// Full name, `docker.swarmkit.v1.Task`.
    pub name: &'static str,
    /// What it means beyond its fields.
    pub shape: Shape,
    /// The fields in the order of declaration, which is the order in which the peer prints (format 9.1, rule 1).
    pub fields: &'static [Field],
    /// For each number from 0 on: 0, or the position of the field + 1.
    numbers: &'static [u8],
    /// For each tag (number and wire type) from 0 on: 0, or the position of the field + 1. Fields of 4 or 8 bytes and
    /// lists that are packed are not in it.
    tags: &'static [u8],
    /// All members that JSON shows of a message that is empty, `,"name":0` one behind the other.
    absent: &'static str,
    /// How much of `absent`, and how many members, the fields up to and with each make.
    absent_ends: &'static [(u16, u8)],
    /// Bits for the positions of the fields that are [`always`](Field::always) printed.
    pub(crate) always: u64,
    /// Whether the numbers rise in the order of declaration, so that what a daemon wrote is in that order.
    pub(crate) rising: bool,
    /// Whether no two are alike: an object, which has a version, and what carries one.
    pub(crate) unique: bool,
}

/// What a message type means beyond its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing more.
    Plain,
    /// `google.protobuf.Timestamp`.
    Timestamp,
    /// `google.protobuf.Duration`.
    Duration,
    /// A scalar that may be absent: `google.protobuf.BoolValue` and the like.
    Wrapper,
    /// `google.protobuf.Any`.
    Any,
    /// `docker.swarmkit.v1.EncryptionKey`, which may be the unlock key.
    EncryptionKey,
}

/// A field of a message.
#[derive(Debug)]
pub struct Field {
    /// The name as declared.
    pub name: &'static str,
    /// The number on the wire.
    pub number: u32,
    /// The type of a value.
    pub kind: Kind,
    /// Whether it is a list (or a map).
    pub repeated: bool,
    /// The oneof that it is a member of.
    pub oneof: Option<Oneof>,
    /// The peer prints it also where it is absent (format 9.1, rule 7).
    pub always: bool,
    /// The peer holds it as nanoseconds in 64 bits (format 9.1, rule 8).
    pub std_duration: bool,
    /// A Go `os.FileMode` (format 9.1, rule 13).
    pub file_mode: bool,
    /// A raft id, shown in hex.
    pub raft_id: bool,
    texts: Texts,
}

/// What stands around a field's value, made beforehand so that it is put with one call.
#[derive(Debug)]
struct Texts {
    /// The member as it stands in JSON when absent, `"name": 0`; ends behind the colon where it does not appear then.
    zero: &'static str,
    /// What stands before a string in compact JSON, `,"name":"`.
    member: &'static str,
    /// What stands before a string in the peer's text, behind the [`INDENT`]: `name: "`.
    line: &'static str,
    /// What stands before a message in the peer's text, behind the [`INDENT`]: `name: <` and a newline.
    head: &'static str,
}

/// Spaces that stand before a line in [`Texts`], of which as many are used as the line is deep.
macro_rules! indent {
    () => {
        "                                "
    };
}
use indent;

/// How many these are.
pub(crate) const INDENT: usize = indent!().len();

/// The type of a field's value.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// bool
    Bool,
    /// int32
    Int32,
    /// int64
    Int64,
    /// uint32
    Uint32,
    /// uint64
    Uint64,
    /// float
    Float,
    /// An enum.
    Enum(&'static Enum),
    /// string
    String,
    /// bytes
    Bytes,
    /// A message.
    Message(&'static Message),
    /// A map; the message is its entry: key 1, value 2. All keys are strings.
    Map(&'static Message),
}

/// A oneof: the positions of its members, which stand side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Oneof {
    /// Its name.
    pub name: &'static str,
    /// Position of the first member in [`Message::fields`].
    pub first: u8,
    /// Position behind the last member.
    pub end: u8,
}

/// An enum type.
#[derive(Debug)]
pub struct Enum {
    /// Full name.
    pub name: &'static str,
    /// Numbers and names, in order of declaration, which is that of the numbers.
    pub values: &'static [(i32, &'static str)],
}

impl Message {
    /// The field with a number, and its position in [`Message::fields`].
    #[inline]
    pub fn by_number(&self, number: u32) -> Option<(usize, &'static Field)> {
        let position = usize::from(*self.numbers.get(usize::try_from(number).ok()?)?).checked_sub(1)?;
        Some((position, self.fields.get(position)?))
    }

    /// The field with a tag that most of its values have, and its position in [`Message::fields`].
    #[inline]
    pub(crate) fn by_tag(&self, tag: u64) -> Option<(usize, &'static Field)> {
        let position = usize::from(*self.tags.get(usize::try_from(tag).ok()?)?).checked_sub(1)?;
        Some((position, self.fields.get(position)?))
    }

    /// What JSON shows of the fields at these positions where they are absent: `,"name":0` for each member, and how
    /// many members these are.
    #[inline]
    pub(crate) fn absent(&self, positions: Range<usize>) -> (&'static str, usize) {
        let until = |position: usize| {
            let ends = position.checked_sub(1).and_then(|last| self.absent_ends.get(last));
            ends.map_or((0, 0), |(end, count)| (usize::from(*end), usize::from(*count)))
        };
        let ((start, before), (end, count)) = (until(positions.start), until(positions.end));
        (self.absent.get(start..end).unwrap_or_default(), count.saturating_sub(before))
    }

    /// The field with a name.
    pub fn by_name(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The name without its package: `Task`, `Mount.BindOptions`.
    pub fn short_name(&self) -> &'static str {
        ["docker.swarmkit.v1.", "google.protobuf.", "raftpb.", "walpb.", "snappb."]
            .iter()
            .find_map(|package| self.name.strip_prefix(package))
            .unwrap_or(self.name)
    }

    /// Whether the peer keeps (and prints) fields that it does not know: only in the google types (format 9.1, rule 15).
    pub fn keeps_unknown(&self) -> bool {
        !matches!(self.shape, Shape::Plain | Shape::EncryptionKey)
    }
}

impl Field {
    /// The member as it stands in JSON when absent, `"name": 0`; only the key where it does not appear then.
    #[inline]
    pub(crate) fn zero(&self) -> &'static str {
        self.texts.zero
    }

    /// `"name": `, as it stands in JSON.
    #[inline]
    pub(crate) fn key(&self) -> &'static str {
        self.texts.zero.get(..self.name.len() + "\"\": ".len()).unwrap_or_default()
    }

    /// What stands before a string in compact JSON, `,"name":"`.
    #[inline]
    pub(crate) fn member(&self) -> &'static str {
        self.texts.member
    }

    /// What stands before a string in the peer's text: [`INDENT`] spaces and `name: "`.
    #[inline]
    pub(crate) fn line(&self) -> &'static str {
        self.texts.line
    }

    /// What stands before a message in the peer's text: [`INDENT`] spaces, `name: <` and a newline.
    #[inline]
    pub(crate) fn head(&self) -> &'static str {
        self.texts.head
    }

    const fn new(name: &'static str, texts: Texts, number: u32, kind: Kind) -> Self {
        Field {
            name,
            number,
            kind,
            texts,
            repeated: matches!(kind, Kind::Map(_)),
            oneof: None,
            always: false,
            std_duration: false,
            file_mode: false,
            raft_id: false,
        }
    }

    const fn repeated(mut self) -> Self {
        self.repeated = true;
        self
    }

    const fn oneof(mut self, name: &'static str, first: u8, end: u8) -> Self {
        self.oneof = Some(Oneof { name, first, end });
        self
    }

    const fn always(mut self) -> Self {
        self.always = true;
        self
    }

    const fn std_duration(mut self) -> Self {
        self.std_duration = true;
        self
    }

    const fn file_mode(mut self) -> Self {
        self.file_mode = true;
        self
    }

    const fn raft_id(mut self) -> Self {
        self.raft_id = true;
        self
    }
}

impl Enum {
    /// The name of a value.
    #[inline]
    pub fn name_of(&self, number: i32) -> Option<&'static str> {
        // Most enums count up from 0.
        let direct = usize::try_from(number).ok().and_then(|position| self.values.get(position));
        match direct {
            Some(&(value, name)) if value == number => Some(name),
            _ => self.values.iter().find(|(value, _)| *value == number).map(|(_, name)| *name),
        }
    }

    /// The number of a name.
    pub fn number_of(&self, name: &str) -> Option<i32> {
        self.values.iter().find(|(_, value)| *value == name).map(|(number, _)| *number)
    }
}
