//! JSON that others wrote, indented, and nothing else changed: order, numbers and escapes stay as they are.

/// Deepest nesting; no daemon comes near, and each level makes every line within longer.
const DEEPEST: usize = 32;

/// The text with two spaces a level and a final newline; `None` where it is no JSON.
pub fn indented(text: &[u8]) -> Option<Vec<u8>> {
    serde_json::from_slice::<serde_json::Value>(text).ok()?;
    let mut out = Vec::with_capacity(text.len() * 2);
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    let line = |out: &mut Vec<u8>, depth: usize| {
        out.push(b'\n');
        out.resize(out.len() + 2 * depth, b' ');
    };
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if in_string {
            out.push(byte);
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'{' | b'[' => {
                out.push(byte);
                while bytes.next_if(u8::is_ascii_whitespace).is_some() {}
                if let Some(end) = bytes.next_if(|next| matches!(next, b'}' | b']')) {
                    out.push(end);
                    continue;
                }
                depth += 1;
                if depth > DEEPEST {
                    return None;
                }
                line(&mut out, depth);
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(byte);
            }
            b',' => {
                out.push(byte);
                line(&mut out, depth);
            }
            b':' => out.extend_from_slice(b": "),
            _ => {
                in_string = byte == b'"';
                out.push(byte);
            }
        }
    }
    out.push(b'\n');
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_spaces_change() {
        let text = br#"{"b":[1e5, {"a\"]":"x, {y"},[ ],{}],"a":null,"b":"\\"}"#;
        let expected = "{\n  \"b\": [\n    1e5,\n    {\n      \"a\\\"]\": \"x, {y\"\n    },\n    [],\n    {}\n  ],\n  \"a\": null,\n  \"b\": \"\\\\\"\n}\n";
        assert_eq!(String::from_utf8(indented(text).unwrap()).unwrap(), expected);
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "[1,]", "nonsense", "{} {}"] {
            assert_eq!(indented(text.as_bytes()), None, "{text}");
        }
        assert_eq!(indented("[".repeat(100_000).as_bytes()), None);
        assert_eq!(indented(["[".repeat(60), "]".repeat(60)].concat().as_bytes()).map(|text| text.len()), None);
    }
}
