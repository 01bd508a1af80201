//! The schema as two tables, `fields.tsv` and `enums.tsv`: what fields a message has, and what its numbers mean.

use std::collections::HashMap;
use std::sync::LazyLock;

/// How often a field occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Label {
    /// At most once.
    Optional,
    /// A list.
    Repeated,
    /// A map.
    Map,
    /// A member of the oneof of this name.
    Oneof(&'static str),
}

/// A field of a message.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type: a scalar's, a message's or an enum's name.
    pub kind: &'static str,
    /// How often it occurs.
    pub label: Label,
    /// Whether the oracle shows a duration as a number of nanoseconds.
    pub nanoseconds: bool,
    /// Whether the oracle shows the message also where it is not on the wire.
    pub always: bool,
}

impl Field {
    /// The types of key and value of a map.
    pub fn map_types(&self) -> Option<(&'static str, &'static str)> {
        self.kind.strip_prefix("map<")?.strip_suffix('>')?.split_once(',')
    }
}

type Messages = HashMap<&'static str, Vec<Field>>;
type Enums = HashMap<&'static str, Vec<(&'static str, i64)>>;

static MESSAGES: LazyLock<Messages> = LazyLock::new(|| {
    let mut messages = Messages::new();
    for row in rows(include_str!("fields.tsv")) {
        let [message, name, _, kind, label, notes] = row[..] else {
            continue;
        };
        let fields = messages.entry(message).or_default();
        let label = match label {
            "optional" => Label::Optional,
            "repeated" => Label::Repeated,
            "map" => Label::Map,
            _ => match label.strip_prefix("oneof ") {
                Some(oneof) => Label::Oneof(oneof),
                // A message without fields has one row that names none.
                None => continue,
            },
        };
        fields.push(Field { name, kind, label, nanoseconds: notes == "nanoseconds", always: notes == "always" });
    }
    messages
});

static ENUMS: LazyLock<Enums> = LazyLock::new(|| {
    let mut enums = Enums::new();
    for row in rows(include_str!("enums.tsv")) {
        let [name, value, number] = row[..] else { continue };
        enums.entry(name).or_default().push((value, number.parse().expect("a number in enums.tsv")));
    }
    enums
});

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

/// The fields of a message; none where `kind` is no message.
pub fn message(kind: &str) -> Option<&'static [Field]> {
    MESSAGES.get(kind).map(Vec::as_slice)
}

/// Whether `kind` is an enum.
pub fn is_enum(kind: &str) -> bool {
    ENUMS.contains_key(kind)
}

/// The name of an enum's number.
pub fn enum_name(kind: &str, number: i64) -> Option<&'static str> {
    ENUMS.get(kind)?.iter().find_map(|&(name, value)| (value == number).then_some(name))
}
