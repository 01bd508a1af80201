use super::*;

/// With `SWARMFS_REWRITE_SCHEMA=1` writes `generated.rs` anew.
#[test]
fn the_tables_fit_the_proto_files() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema/generated.rs");
    let made = generate::source();
    if std::env::var_os("SWARMFS_REWRITE_SCHEMA").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap();
    assert!(kept == made, "generated.rs is not up to date: run SWARMFS_REWRITE_SCHEMA=1 cargo test schema");
}

#[test]
fn the_tables_agree_with_the_compiled_descriptors() {
    let pool = generate::pool();
    for message in MESSAGES {
        let compiled = pool.get_message_by_name(message.name).expect(message.name);
        assert_eq!(message.fields.len(), compiled.fields().len(), "{}", message.name);
        for field in compiled.fields() {
            let (position, ours) = message.by_number(field.number()).expect("known by number");
            assert_eq!((ours.name, ours.number), (field.name(), field.number()));
            assert_eq!(message.fields[position].name, ours.name);
            assert_eq!(ours.repeated, field.is_list() || field.is_map(), "{}", field.full_name());
            assert_eq!(ours.oneof.map(|o| o.name.to_owned()), field.containing_oneof().map(|o| o.name().to_owned()));
            assert_eq!(ours.key(), format!("\"{}\": ", ours.name));
            assert!(ours.zero().starts_with(ours.key()));
        }
        assert!(message.by_number(0).is_none() && message.by_number(u32::MAX).is_none());
    }
}

/// Walks recurse as deep as the schema, so the schema must end.
#[test]
fn no_message_contains_itself() {
    fn depth(message: &'static Message, above: &mut Vec<&'static str>) -> usize {
        assert!(!above.contains(&message.name), "{} contains itself: {above:?}", message.name);
        above.push(message.name);
        let deepest = message.fields.iter().map(|field| match field.kind {
            Kind::Message(inner) | Kind::Map(inner) => depth(inner, above),
            _ => 0,
        });
        let deepest = deepest.max().unwrap_or(0);
        above.pop();
        deepest + 1
    }
    let deepest = MESSAGES.iter().map(|message| depth(message, &mut Vec::new())).max();
    assert!(deepest.is_some_and(|levels| levels < 16), "{deepest:?}");
}

#[test]
fn facts_that_protobuf_cannot_say() {
    let field = |message: &Message, name| message.by_name(name).unwrap();
    assert!(field(&TASK, "meta").always && !field(&TASK, "endpoint").always);
    assert!(field(&UPDATE_CONFIG, "delay").std_duration && !field(&UPDATE_CONFIG, "delay").always);
    assert!(field(&FILE_TARGET, "mode").file_mode && field(&MOUNT_TMPFS_OPTIONS, "mode").file_mode);
    let raft_ids: Vec<_> = MESSAGES
        .iter()
        .flat_map(|m| m.fields.iter().filter(|f| f.raft_id).map(|f| format!("{}.{}", m.short_name(), f.name)))
        .collect();
    assert_eq!(raft_ids.len(), 10, "{raft_ids:?}");
    let kept: Vec<_> = MESSAGES.iter().filter(|m| m.keeps_unknown()).map(|m| m.short_name()).collect();
    assert_eq!(kept, ["Timestamp", "Any", "BoolValue", "Duration", "Int64Value"]);
}

#[test]
fn enums_are_found_both_ways() {
    assert_eq!(TASK_STATE.name_of(0), Some("NEW"));
    assert_eq!(TASK_STATE.name_of(512), Some("RUNNING"));
    assert_eq!(TASK_STATE.name_of(2), None);
    assert_eq!(TASK_STATE.name_of(-1), None);
    assert_eq!(STORE_ACTION_KIND.name_of(3), Some("STORE_ACTION_REMOVE"));
    assert_eq!(NODE_ROLE.number_of("MANAGER"), Some(1));
    assert_eq!(NODE_ROLE.number_of("manager"), None);
}
