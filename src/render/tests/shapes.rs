//! What each kind of value looks like.

use super::*;
use crate::schema::*;

fn compact(message: &'static Message, wire: &[u8]) -> String {
    let mut text = json(message, wire, Style::Compact);
    assert_eq!(text.pop(), Some('\n'));
    text
}

#[test]
fn scalars_always_appear_and_messages_when_present() {
    assert_eq!(compact(&PLATFORM, b""), r#"{"architecture":"","os":""}"#);
    assert_eq!(compact(&META, b""), "{}");
    assert_eq!(compact(&META, b"\x0a\x00"), r#"{"version":{"index":0}}"#);
    assert_eq!(compact(&NETWORK_ATTACHMENT, b""), r#"{"addresses":[],"aliases":[],"driver_attachment_opts":{}}"#);
    assert_eq!(compact(&NODE_STATUS, b""), r#"{"state":"UNKNOWN","message":"","addr":""}"#);
    assert_eq!(compact(&PRIVILEGES_CREDENTIAL_SPEC, b""), "{}");
    assert_eq!(compact(&PRIVILEGES_CREDENTIAL_SPEC, b"\x12\x00"), r#"{"registry":""}"#);
}

#[test]
fn pretty_as_jq_prints() {
    let expected = "{\n  \"name\": \"x\",\n  \"labels\": {\n    \"a\": \"1\"\n  },\n  \"indices\": [\n    {\n      \
                    \"key\": \"k\",\n      \"val\": \"\"\n    }\n  ]\n}\n";
    let wire = b"\x0a\x01x\x12\x06\x0a\x01a\x12\x011\x22\x03\x0a\x01k";
    assert_eq!(json(&ANNOTATIONS, wire, Style::Pretty), expected);
    assert_eq!(json(&GLOBAL_SERVICE, b"", Style::Pretty), "{}\n");
    assert_eq!(json(&DRIVER, b"", Style::Pretty), "{\n  \"name\": \"\",\n  \"options\": {}\n}\n");
}

#[test]
fn enums_by_name_and_ids_in_hex() {
    assert_eq!(
        compact(&RAFT_MEMBER_STATUS, b"\x10\x02"),
        r#"{"leader":false,"reachability":"REACHABLE","message":""}"#
    );
    assert_eq!(compact(&RAFT_MEMBER_STATUS, b"\x10\x63"), r#"{"leader":false,"reachability":99,"message":""}"#);
    assert_eq!(compact(&HARD_STATE, b"\x08\x02\x10\xff\x01\x18\x07"), r#"{"term":2,"vote":"ff","commit":7}"#);
    assert_eq!(
        compact(&CLUSTER_SNAPSHOT, b"\x10\x1f\x12\x02\x0a\x0b\x10\x01"),
        r#"{"members":[],"removed":["1f","a","b","1"]}"#
    );
    assert_eq!(compact(&CONF_CHANGE, b"\x18\x0a"), r#"{"type":"ConfChangeAddNode","node_id":"a","context":"","id":0}"#);
}

#[test]
fn times_and_spans() {
    assert_eq!(
        compact(&BLACKLISTED_CERTIFICATE, b"\x0a\x04\x08\x01\x10\x05"),
        r#"{"expiry":"1970-01-01T00:00:01.000000005Z"}"#
    );
    assert_eq!(
        compact(&BLACKLISTED_CERTIFICATE, b"\x0a\x06\x10\x80\x94\xeb\xdc\x03"),
        r#"{"expiry":{"seconds":0,"nanos":1000000000}}"#
    );
    assert_eq!(compact(&DISPATCHER_CONFIG, b"\x0a\x02\x08\x05"), r#"{"heartbeat_period":"5s"}"#);
    // What the value cannot say keeps the object.
    assert_eq!(
        compact(&BLACKLISTED_CERTIFICATE, b"\x0a\x04\x08\x01\x50\x07"),
        r#"{"expiry":{"seconds":1,"nanos":0,"unknown_fields":[{"number":10,"wire_type":"VARINT","value":7}]}}"#
    );
    assert_eq!(
        compact(&RESOURCE_REQUIREMENTS, b"\x1a\x02\x08\x07\x22\x00"),
        r#"{"swap_bytes":7,"memory_swappiness":0}"#
    );
}

#[test]
fn bytes_and_strings_that_are_not_text() {
    assert_eq!(compact(&SECRET_SPEC, b"\x12\x03a\n\t"), r#"{"data":"a\n\t"}"#);
    assert_eq!(compact(&SECRET_SPEC, b"\x12\x02a\x1b"), r#"{"data_base64":"YRs="}"#);
    assert_eq!(compact(&PLATFORM, b"\x0a\x02a\x1b"), r#"{"architecture":"a\u001b","os":""}"#);
    assert_eq!(compact(&PLATFORM, b"\x0a\x01\xff"), r#"{"architecture_base64":"/w==","os":""}"#);
    assert_eq!(
        compact(&PLACEMENT, b"\x0a\x01\xff"),
        r#"{"constraints":[{"base64":"/w=="}],"preferences":[],"platforms":[],"max_replicas":0}"#
    );
    assert_eq!(compact(&TOPOLOGY, b"\x0a\x06\x0a\x01a\x12\x01\xff"), r#"{"segments":{"a":{"base64":"/w=="}}}"#);
    // The raw entry is kept too, since `%FF` may be a key of its own.
    assert_eq!(
        compact(&TOPOLOGY, b"\x0a\x03\x0a\x01\xff"),
        r#"{"segments":{"%FF":""},"unknown_fields":[{"number":1,"wire_type":"LEN","value_base64":"CgH/"}]}"#
    );
}

#[test]
fn the_unlock_key_as_it_is_typed() {
    // Format 13, vector 4.
    let wire = [&b"\x0a\x0dswarm-manager\x1a\x20"[..], &[3; 32]].concat();
    let text = compact(&ENCRYPTION_KEY, &wire);
    assert!(text.ends_with(r#","unlock_key":"SWMKEY-1-AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM"}"#), "{text}");
    assert!(!compact(&ENCRYPTION_KEY, b"\x0a\x05other\x1a\x01\x03").contains("SWMKEY"));
}

/// Format 9.2.
#[test]
fn the_last_wins_and_messages_are_merged() {
    assert_eq!(compact(&VERSION, b"\x08\x01\x08\x02"), r#"{"index":2}"#);
    let merged = b"\x12\x02\x08\x05\x0a\x02\x08\x07\x12\x02\x10\x09";
    assert_eq!(compact(&META, merged), r#"{"version":{"index":7},"created_at":"1970-01-01T00:00:05.000000009Z"}"#);
    // A piece that is cut off swallows nothing of the next.
    let cut = b"\x0a\x03\x08\x01\x08\x0a\x02\x08\x02";
    assert_eq!(compact(&META, cut), r#"{"version":{"index":2,"unknown_fields":[{"malformed_base64":"CA=="}]}}"#);
    // Members of a oneof replace each other and themselves.
    assert_eq!(compact(&PRIVILEGES_CREDENTIAL_SPEC, b"\x0a\x01f\x12\x01r"), r#"{"registry":"r"}"#);
    let twice = b"\x0a\x03\x0a\x01k\x0a\x03\x12\x01v";
    assert_eq!(compact(&GENERIC_RESOURCE, twice), r#"{"named_resource_spec":{"kind":"","value":"v"}}"#);
    assert_eq!(peer_text(&GENERIC_RESOURCE, twice, 1), b"  named_resource_spec: <\n    value: \"v\"\n  >\n");
    // A span that the peer holds as nanoseconds is replaced, not merged.
    let delay = b"\x12\x02\x08\x05\x12\x02\x10\x07";
    assert_eq!(peer_text(&UPDATE_CONFIG, delay, 0), b"delay: <\n  nanos: 7\n>\n");
    assert!(compact(&UPDATE_CONFIG, delay).contains(r#""delay":"0.000000007s""#));
}

#[test]
fn maps_are_sorted_and_the_last_value_wins() {
    let wire = b"\x0a\x06\x0a\x01b\x12\x011\x0a\x06\x0a\x01a\x12\x012\x0a\x06\x0a\x01b\x12\x013\x0a\x00";
    assert_eq!(compact(&TOPOLOGY, wire), r#"{"segments":{"":"","a":"2","b":"3"}}"#);
    // Format 7.2: a value that is missing.
    let cluster = compact(&CLUSTER, b"\x42\x03\x0a\x01k");
    assert!(cluster.contains(r#""blacklisted_certificates":{"k":null}"#), "{cluster}");
    assert!(peer_text(&CLUSTER, b"\x42\x03\x0a\x01k", 0).ends_with(b"blacklisted_certificates: <\n  key: \"k\"\n>\n"));
}

#[test]
fn keys_that_are_no_text_read_like_no_other() {
    let entry = |key: &[u8], value: u8| {
        [&[0x0a, key.len() as u8 + 5, 0x0a, key.len() as u8][..], key, &[0x12, 1, value]].concat()
    };
    let keys: [&[u8]; 6] = [b"%FF", b"\xff", b"%25FF", b"%\xff", b"a\xfe", b"%"];
    let wire: Vec<u8> = keys.iter().zip(b'1'..).flat_map(|(key, value)| entry(key, value)).collect();
    let text = compact(&TOPOLOGY, &wire);
    let segments = r#"{"segments":{"%":"6","%25FF":"3","%FF":"1","%25%FF":"4","a%FE":"5","%2525FF":"2"},"#;
    assert!(text.starts_with(segments), "{text}");
}

#[test]
fn nothing_is_lost() {
    assert_eq!(
        compact(&VERSION, b"\x0a\x01x\x10\x05\x1b\x08\x01\x1c\x25\x01\0\0\0\x29\x01\0\0\0\0\0\0\0\x08"),
        concat!(
            r#"{"index":0,"unknown_fields":[{"number":1,"wire_type":"LEN","value":"x"},"#,
            r#"{"number":2,"wire_type":"VARINT","value":5},{"number":3,"wire_type":"SGROUP","value_base64":"CAE="},"#,
            r#"{"number":4,"wire_type":"I32","value":1},{"number":5,"wire_type":"I64","value":1},"#,
            r#"{"malformed_base64":"CA=="}]}"#
        )
    );
    // A packed list that is cut off is shown raw as a whole.
    assert_eq!(
        compact(&CLUSTER_SNAPSHOT, b"\x12\x02\x01\x80"),
        r#"{"members":[],"removed":[],"unknown_fields":[{"number":2,"wire_type":"LEN","value_base64":"AYA="}]}"#
    );
}

#[test]
fn floats() {
    let ratio = |number: f32| compact(&UPDATE_CONFIG, &[&[0x2d][..], &number.to_le_bytes()].concat());
    assert!(ratio(0.33333334).contains(r#""max_failure_ratio":0.33333334,"#));
    assert!(ratio(1e6).contains(r#""max_failure_ratio":1e+06,"#));
    assert!(ratio(f32::NAN).contains(r#""max_failure_ratio":"NaN","#));
    assert!(ratio(f32::NEG_INFINITY).contains(r#""max_failure_ratio":"-Infinity","#));
    let text = |number: f32| peer_text(&UPDATE_CONFIG, &[&[0x2d][..], &number.to_le_bytes()].concat(), 0);
    assert_eq!(text(f32::INFINITY), b"max_failure_ratio: inf\n");
    assert_eq!(text(-0.0), b"");
}

/// Hand-made JSON around a message.
#[test]
fn a_message_within_hand_made_json() {
    let mut text = Vec::new();
    let mut json = Json::new(Style::Pretty, &mut text);
    json.object(|json| {
        json.key("index").number(12);
        json.key("request").message(&VERSION, b"\x08\x05");
        json.key("list").array(|json| {
            json.signed(-1);
            json.null();
            json.boolean(true);
            json.timestamp(0, 0);
            json.message(&GLOBAL_JOB, b"");
        });
        json.bytes("data", b"\0");
        json.lenient("name", b"n");
    });
    json.finish();
    let expected = r#"{
  "index": 12,
  "request": {
    "index": 5
  },
  "list": [
    -1,
    null,
    true,
    "1970-01-01T00:00:00.000000000Z",
    {}
  ],
  "data_base64": "AA==",
  "name": "n"
}
"#;
    assert_eq!(String::from_utf8(text).unwrap(), expected);
}

/// Deeper than the prepared line breaks.
#[test]
fn deep_hand_made_json_is_indented_too() {
    let mut text = Vec::new();
    let mut json = Json::new(Style::Pretty, &mut text);
    (0..40).for_each(|_| json.begin_array());
    json.number(1);
    (0..40).for_each(|_| json.end_array());
    json.finish();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains(&format!("\n{}1\n", " ".repeat(80))), "{text}");
    let mut deepest = serde_json::from_str(&text).unwrap();
    while let serde_json::Value::Array(mut list) = deepest {
        deepest = list.pop().unwrap();
    }
    assert_eq!(deepest, 1);
}

/// Format 9.1, rule 7: also what was never on the wire.
#[test]
fn the_peer_prints_some_messages_always() {
    let annotations = "  annotations: <\n  >\n";
    let meta = "meta: <\n  version: <\n  >\n>\n";
    assert_eq!(String::from_utf8(peer_text(&SECRET, b"", 0)).unwrap(), format!("{meta}spec: <\n{annotations}>\n"));
    assert_eq!(peer_text(&GLOBAL_SERVICE, b"", 0), b"");
    assert_eq!(peer_text(&UPDATE_CONFIG, b"", 0), b"");
}
