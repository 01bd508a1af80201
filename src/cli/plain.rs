//! Text from the data, made harmless for terminals and for line-based tools.

use std::fmt::Write;

/// One line without anything that a terminal would act upon: control characters, and characters that turn the
/// direction of writing, become escapes.
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push(&mut out, c);
    }
    out
}

/// The same for a name, which need not be UTF-8.
pub(super) fn name(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            push(&mut out, c);
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

fn push(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        _ if c.is_control() || turns_direction(c) => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
        _ => out.push(c),
    }
}

/// Bidi controls, and the separators that some tools take for line ends.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_acts_upon_gets_through() {
        assert_eq!(line("a\u{1b}[31m\nb\u{9b}\u{202e}ü\u{7f}"), "a\\u{1b}[31m\\nb\\u{9b}\\u{202e}ü\\u{7f}");
        assert_eq!(name(b"ok \xff\x1b\xc3\xbc"), "ok \\xff\\u{1b}ü");
        for c in (0..0x3000).filter_map(char::from_u32) {
            assert!(!line(&c.to_string()).chars().any(|c| c.is_control()));
        }
    }
}
