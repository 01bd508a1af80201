//! The parts of a JSON text as this crate writes it compact: nothing is copied, and there is no white space to skip.

use memchr::memchr2;

/// Names and values of an object, the names with their quotes and escapes. `None` where it is none.
pub(super) fn members(text: &str) -> Option<impl Iterator<Item = (&str, &str)>> {
    let inner = text.strip_prefix('{')?.strip_suffix('}')?;
    let mut parts = Parts { text: inner, at: 0 };
    Some(std::iter::from_fn(move || {
        let name = parts.take(string_end)?;
        Some((name, parts.take(value_end)?))
    }))
}

/// The values of a list. `None` where it is none.
pub(super) fn elements(text: &str) -> Option<impl Iterator<Item = &str>> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let mut parts = Parts { text: inner, at: 0 };
    Some(std::iter::from_fn(move || parts.take(value_end)))
}

struct Parts<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parts<'a> {
    /// The part that begins here, and goes on behind the colon or comma that follows.
    fn take(&mut self, end: impl Fn(&[u8], usize) -> usize) -> Option<&'a str> {
        if self.at >= self.text.len() {
            return None;
        }
        let end = end(self.text.as_bytes(), self.at);
        let part = self.text.get(self.at..end);
        self.at = end + 1;
        part
    }
}

/// Where the string ends that starts at a quote.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        match text.get(at - 1) {
            Some(b'"') => return at,
            // What stands behind is escaped.
            _ => at += 1,
        }
    }
    text.len()
}

/// Where the value ends that starts here: at a comma or the end of what it stands in.
fn value_end(text: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0usize);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                at = string_end(text, at);
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_what_stands_there() {
        let text = r#"{"a":1,"b\"]":"x,\\","c":{"d":[1,{}],"e":"}"},"é":[],"f":null}"#;
        let parts: Vec<_> = members(text).unwrap().collect();
        let c = r#"{"d":[1,{}],"e":"}"}"#;
        let names = [r#""a""#, r#""b\"]""#, r#""c""#, r#""é""#, r#""f""#];
        let values = ["1", r#""x,\\""#, c, "[]", "null"];
        assert_eq!(parts, names.into_iter().zip(values).collect::<Vec<_>>());
        let listed: Vec<_> = elements(r#"[1,"]",[2,3],{},{"a":[4]}]"#).unwrap().collect();
        assert_eq!(listed, ["1", r#""]""#, "[2,3]", "{}", r#"{"a":[4]}"#]);
        assert_eq!((members("{}").unwrap().count(), elements("[]").unwrap().count()), (0, 0));
        assert!(members("[]").is_none() && elements("{}").is_none() && members("1").is_none());
    }

    #[test]
    fn what_is_no_json_ends() {
        for text in ["{\"a}", "{\"a\":}", "{,}", "{]}", "{{}", "{\"\\}", "[\"]", "[,,]", "[}}}]", "[\"\\\"]"] {
            members(text)
                .into_iter()
                .flatten()
                .chain(elements(text).into_iter().flatten().map(|part| (part, "")))
                .count();
        }
    }
}
