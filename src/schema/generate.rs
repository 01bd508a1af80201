//! Makes `generated.rs` from `proto/*.proto`.

use std::fmt::Write;

use prost_reflect::{DescriptorPool, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};

const FILES: [&str; 9] = [
    "options.proto",
    "google.proto",
    "types.proto",
    "specs.proto",
    "objects.proto",
    "raft.proto",
    "raftpb.proto",
    "walpb.proto",
    "snappb.proto",
];

/// Compiles the `.proto` files.
pub(super) fn pool() -> DescriptorPool {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema/proto");
    let mut compiler = protox::Compiler::new([folder]).expect("include path");
    compiler.include_imports(true).open_files(FILES).expect("the .proto files compile");
    compiler.descriptor_pool()
}

/// All messages that are ours, in the order of the files.
pub(super) fn messages(pool: &DescriptorPool) -> Vec<MessageDescriptor> {
    let mut all = Vec::new();
    for file in FILES {
        let file = pool.get_file_by_name(file).expect("compiled");
        for message in file.messages() {
            push(message, &mut all);
        }
    }
    all
}

fn push(message: MessageDescriptor, all: &mut Vec<MessageDescriptor>) {
    all.push(message.clone());
    for child in message.child_messages() {
        push(child, all);
    }
}

fn enums(pool: &DescriptorPool) -> Vec<EnumDescriptor> {
    let ours = |e: &EnumDescriptor| FILES.contains(&e.parent_file().name());
    let mut all: Vec<_> = pool.all_enums().filter(ours).collect();
    all.sort_by(|a, b| a.full_name().cmp(b.full_name()));
    all
}

/// `docker.swarmkit.v1.Mount.BindOptions` -> `MOUNT_BIND_OPTIONS`; the four snapshots are told apart by their package.
fn static_name(full: &str, package: &str) -> String {
    let path = &full[package.len() + 1..];
    let mut name = String::new();
    let mut before = '.';
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        let word = c.is_uppercase() && (!before.is_uppercase() || chars.peek().is_some_and(|next| next.is_lowercase()));
        if c == '.' || (word && before != '.') {
            name.push('_');
        }
        if c != '.' {
            name.push(c.to_ascii_uppercase());
        }
        before = c;
    }
    if name == "SNAPSHOT" && package != "docker.swarmkit.v1" {
        format!("{}_{name}", package.to_uppercase())
    } else {
        name
    }
}

fn message_name(message: &MessageDescriptor) -> String {
    static_name(message.full_name(), message.package_name())
}

/// The text of `generated.rs`.
pub(super) fn source() -> String {
    let pool = pool();
    let mut out = String::from(
        "// Made from proto/*.proto by the test `the_tables_fit_the_proto_files`; do not edit.\n\n\
         use super::{Enum, Field, Kind::*, Message, Shape, Texts, indent};\n\n\
         macro_rules! field {\n    ($name:literal, $number:literal, $kind:expr, $zero:literal) => {\n        \
         Field::new(\n            $name,\n            Texts {\n                \
         zero: concat!(\"\\\"\", $name, \"\\\": \", $zero),\n                \
         member: concat!(\",\\\"\", $name, \"\\\":\\\"\"),\n                \
         line: concat!(indent!(), $name, \": \\\"\"),\n                \
         head: concat!(indent!(), $name, \": <\\n\"),\n            },\n            \
         $number,\n            $kind,\n        )\n    };\n}\n",
    );
    let messages = messages(&pool);
    for message in &messages {
        write_message(message, &mut out);
    }
    for e in enums(&pool) {
        writeln!(
            out,
            "\n/// `{0}`\npub static {1}: Enum = Enum {{\n    name: \"{0}\",\n    values: &[",
            e.full_name(),
            static_name(e.full_name(), e.package_name())
        )
        .unwrap();
        for value in e.values() {
            writeln!(out, "        ({}, \"{}\"),", value.number(), value.name()).unwrap();
        }
        out.push_str("    ],\n};\n");
    }
    out.push_str("\n/// Every message, in the order of the files.\npub static MESSAGES: &[&Message] = &[\n");
    for message in &messages {
        writeln!(out, "    &{},", message_name(message)).unwrap();
    }
    out.push_str("];\n");
    out
}

fn write_message(message: &MessageDescriptor, out: &mut String) {
    let mut fields: Vec<_> = message.fields().collect();
    // The descriptor lists by number; the order of declaration is that of its raw form.
    let declared: Vec<_> = message.descriptor_proto().field.iter().map(|f| f.number()).collect();
    fields.sort_by_key(|f| declared.iter().position(|n| *n == f.number() as i32));
    let shape = match message.full_name() {
        "google.protobuf.Timestamp" => "Timestamp",
        "google.protobuf.Duration" => "Duration",
        "google.protobuf.Any" => "Any",
        "docker.swarmkit.v1.EncryptionKey" => "EncryptionKey",
        name if name.starts_with("google.protobuf.") && name.ends_with("Value") => "Wrapper",
        name => {
            assert!(!name.starts_with("google."), "{name} needs a shape");
            "Plain"
        }
    };
    let mut numbers = vec![0u8; fields.iter().map(|f| f.number() as usize + 1).max().unwrap_or(0)];
    for (position, field) in fields.iter().enumerate() {
        numbers[field.number() as usize] = position as u8 + 1;
    }
    write!(
        out,
        "\n/// `{0}`\npub static {1}: Message = Message {{\n    name: \"{0}\",\n    shape: Shape::{shape},\n    \
         fields: &[",
        message.full_name(),
        message_name(message)
    )
    .unwrap();
    for field in &fields {
        write!(out, "\n        {},", field_source(field, &fields)).unwrap();
    }
    let end = if fields.is_empty() { "],\n" } else { "\n    ],\n" };
    let (mut absent, mut count, mut ends, mut always) = (String::new(), 0u8, Vec::new(), 0u64);
    assert!(fields.len() <= 64, "{}: present fields are bits of a u64", message.full_name());
    for (position, field) in fields.iter().enumerate() {
        let zero = zero(field);
        if !zero.is_empty() {
            write!(absent, ",\"{}\":{zero}", field.name()).unwrap();
            count += 1;
        }
        ends.push((absent.len(), count));
        always |= u64::from(says(field, "always")) << position;
    }
    write!(out, "{end}    numbers: &{numbers:?},\n    absent: {absent:?},\n    absent_ends: &{ends:?},\n").unwrap();
    let mut tags = Vec::new();
    for (position, field) in fields.iter().enumerate() {
        let wire_type = match field.kind() {
            Kind::String | Kind::Bytes | Kind::Message(_) => 2,
            Kind::Float => continue,
            _ => 0,
        };
        let tag = (field.number() << 3 | wire_type) as usize;
        tags.resize(tags.len().max(tag + 1), 0);
        tags[tag] = position as u8 + 1;
    }
    writeln!(out, "    tags: &{tags:?},").unwrap();
    let rising = fields.is_sorted_by_key(|field| field.number());
    writeln!(out, "    always: {always:#x},\n    rising: {rising},").unwrap();
    writeln!(out, "    unique: {},\n}};", is_object(message) || carries_object(message)).unwrap();
}

/// An object of the store has a version, and a new one whenever it is written.
fn is_object(message: &MessageDescriptor) -> bool {
    message.fields().any(|field| matches!(field.kind(), Kind::Message(of) if of.name() == "Meta"))
}

/// Whether it has objects to choose from.
fn carries_object(message: &MessageDescriptor) -> bool {
    let choices = message.oneofs().flat_map(|oneof| oneof.fields().collect::<Vec<_>>());
    choices.map(|field| field.kind()).any(|kind| matches!(kind, Kind::Message(of) if is_object(&of)))
}

/// What stands in JSON for a field that is absent; nothing where it does not appear.
fn zero(field: &FieldDescriptor) -> String {
    match field.kind() {
        _ if field.containing_oneof().is_some() => String::new(),
        _ if field.is_map() => "{}".into(),
        _ if field.is_list() => "[]".into(),
        Kind::Message(_) => String::new(),
        Kind::String | Kind::Bytes => "\"\"".into(),
        Kind::Bool => "false".into(),
        Kind::Enum(e) => match e.get_value(0) {
            Some(value) => format!("\"{}\"", value.name()),
            None => "0".into(),
        },
        _ if says(field, "raft_id") => "\"0\"".into(),
        _ => "0".into(),
    }
}

fn field_source(field: &FieldDescriptor, fields: &[FieldDescriptor]) -> String {
    let kind = match field.kind() {
        Kind::Bool => "Bool".into(),
        Kind::Int32 => "Int32".into(),
        Kind::Int64 => "Int64".into(),
        Kind::Uint32 => "Uint32".into(),
        Kind::Uint64 => "Uint64".into(),
        Kind::Float => "Float".into(),
        Kind::String => "String".into(),
        Kind::Bytes => "Bytes".into(),
        Kind::Enum(e) => format!("Enum(&{})", static_name(e.full_name(), e.package_name())),
        Kind::Message(entry) if field.is_map() => {
            assert!(
                matches!(entry.map_entry_key_field().kind(), Kind::String),
                "{}: a key of strings",
                field.full_name()
            );
            format!("Map(&{})", message_name(&entry))
        }
        Kind::Message(m) => format!("Message(&{})", message_name(&m)),
        other => panic!("{}: the walk knows no {other:?}", field.full_name()),
    };
    let mut text = format!("field!(\"{}\", {}, {kind}, {:?})", field.name(), field.number(), zero(field));
    if field.is_list() {
        text.push_str(".repeated()");
    }
    if let Some(oneof) = field.containing_oneof() {
        let is_member = |f: &FieldDescriptor| f.containing_oneof().is_some_and(|o| o == oneof);
        let first = fields.iter().position(is_member).unwrap();
        let end = fields.iter().rposition(is_member).unwrap() + 1;
        write!(text, ".oneof(\"{}\", {first}, {end})", oneof.name()).unwrap();
    }
    for fact in ["always", "std_duration", "file_mode", "raft_id"] {
        if says(field, fact) {
            write!(text, ".{fact}()").unwrap();
        }
    }
    text
}

/// Whether an option of `options.proto` is set.
fn says(field: &FieldDescriptor, option: &str) -> bool {
    let extension = field.parent_pool().get_extension_by_name(option).expect("declared in options.proto");
    field.options().get_extension(&extension).as_bool() == Some(true)
}
