//! Data within a line of our own: `log.txt`, `check.txt`, messages.

use std::borrow::Cow;
use std::fmt::Write;

use super::strings::is_plain;

/// Entries that follow each other: `entry 5`, `entries 5 to 9`.
pub fn entries_between(first: u64, last: u64) -> String {
    if first == last { format!("entry {first}") } else { format!("entries {first} to {last}") }
}

/// Says of entries that follow each other that no file holds them.
pub fn not_on_disk(first: u64, last: u64) -> String {
    format!("{} {} not on disk", entries_between(first, last), if first == last { "is" } else { "are" })
}

/// The text as a part of a line: no newline, control, escape sequence, bidi control or invalid byte gets through.
/// They are shown as `\n`, `\t`, `\u{1b}`, `\xff`; a backslash as `\\`, so that nothing is ambiguous.
pub fn one_line(text: &[u8]) -> Cow<'_, str> {
    if let Ok(plain) = std::str::from_utf8(text)
        && is_plain(text)
    {
        return Cow::Borrowed(plain);
    }
    if let Ok(plain) = std::str::from_utf8(text)
        && !plain.chars().any(is_shown_escaped)
    {
        return Cow::Borrowed(plain);
    }
    let mut line = String::with_capacity(text.len() + 16);
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => line.push_str("\\\\"),
                '\n' => line.push_str("\\n"),
                '\r' => line.push_str("\\r"),
                '\t' => line.push_str("\\t"),
                c if is_shown_escaped(c) => line.extend(c.escape_unicode()),
                c => line.push(c),
            }
        }
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(line, "\\x{byte:02x}");
        }
    }
    Cow::Owned(line)
}

fn is_shown_escaped(c: char) -> bool {
    c == '\\' || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || is_bidi_control(c)
}

/// The characters that reorder the text around them (Unicode property Bidi_Control).
pub(super) fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_gets_through() {
        assert!(matches!(one_line("create secret pässwörd".as_bytes()), Cow::Borrowed(_)));
        assert_eq!(one_line(b"a\nb\tc\r\\ \x1b[31m\xff"), "a\\nb\\tc\\r\\\\ \\u{1b}[31m\\xff");
        assert_eq!(one_line("\u{202e}\u{2028}\u{9b}\u{200b}".as_bytes()), "\\u{202e}\\u{2028}\\u{9b}\u{200b}");
    }

    proptest! {
        #[test]
        fn always_one_line(text in prop::collection::vec(any::<u8>(), 0..60)) {
            prop_assert!(!one_line(&text).chars().any(|c| c.is_control() || is_bidi_control(c)));
        }
    }
}
