//! JSON strings: escaped so that no byte of the data reaches a terminal as a command.
//!
//! Besides what JSON asks for, DEL, the C1 controls, the line separators U+2028 and U+2029 and the controls of
//! bidirectional text are written as `\uXXXX`.

use super::sink::Sink;

/// Puts `text` without quotes.
pub(super) fn escaped(text: &str, sink: &mut impl Sink) {
    let bytes = text.as_bytes();
    if sink.take_length(0) && text.is_ascii() {
        sink.take_length(bytes.len() as u64 + added(bytes, longer));
        return;
    }
    let mut done = 0;
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        let run = plain_run(rest);
        at += run;
        let Some(&byte) = bytes.get(at) else { break };
        let (length, code) = suspect(byte, bytes.get(at + 1..).unwrap_or_default());
        if let Some(code) = code {
            sink.put(bytes.get(done..at).unwrap_or_default());
            escape(code, sink);
            done = at + length;
        }
        at += length;
    }
    sink.put(bytes.get(done..).unwrap_or_default());
}

/// Whether all bytes are ASCII that stands for itself, as most strings are.
#[inline]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    // The last word overlaps the one before it, so that no bytes are left over.
    match (bytes.last_chunk::<8>(), bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(last), ..) => {
            bytes.as_chunks::<8>().0.iter().chain([last]).all(|word| special(u64::from_ne_bytes(*word)) == 0)
        }
        (None, Some(first), Some(last)) => {
            let (first, last) = (u32::from_ne_bytes(*first), u32::from_ne_bytes(*last));
            special(u64::from(first) << 32 | u64::from(last)) == 0
        }
        _ => bytes.iter().all(|byte| is_plain_byte(*byte)),
    }
}

/// Marks the bytes that do not stand for themselves, if there are any; behind the first, others may be marked.
#[inline(always)]
fn special(word: u64) -> u64 {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    // The high bit of each byte that is below 0x20, 0x22, 0x5c, 0x7f or above.
    let control = word.wrapping_sub(ONES * 0x20);
    let quote = (word ^ (ONES * 0x22)).wrapping_sub(ONES);
    let backslash = (word ^ (ONES * 0x5c)).wrapping_sub(ONES);
    let delete = (word ^ (ONES * 0x7f)).wrapping_sub(ONES);
    (word | control | quote | backslash | delete) & (ONES << 7)
}

/// How many bytes at the front are ASCII that stands for itself.
#[inline]
pub(super) fn plain_run(bytes: &[u8]) -> usize {
    let blocks = bytes.as_chunks::<32>().0.iter();
    // Without a way out of the block, the compiler looks at many bytes with one instruction.
    let is_plain = |block: &&[u8; 32]| block.iter().fold(true, |plain, byte| plain & is_plain_byte(*byte));
    let mut run = 32 * blocks.take_while(is_plain).count();
    let (words, rest) = bytes.get(run..).unwrap_or_default().as_chunks::<8>();
    for word in words {
        if special(u64::from_ne_bytes(*word)) != 0 {
            return run + word.iter().take_while(|byte| is_plain_byte(**byte)).count();
        }
        run += 8;
    }
    run + rest.iter().take_while(|byte| is_plain_byte(**byte)).count()
}

/// What all bytes add, of which none adds more than 7.
#[inline]
pub(super) fn added(bytes: &[u8], add: impl Fn(u8) -> u8) -> u64 {
    let (blocks, rest) = bytes.as_chunks::<32>();
    let sum = |bytes: &[u8]| u64::from(bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(add(*byte))));
    blocks.iter().map(|block| sum(block)).sum::<u64>() + sum(rest)
}

#[inline]
fn is_plain_byte(byte: u8) -> bool {
    matches!(byte, 0x20..=0x7e) && byte != b'"' && byte != b'\\'
}

/// The length of the character that starts with `byte`, and its code point if it must be escaped.
fn suspect(byte: u8, next: &[u8]) -> (usize, Option<u16>) {
    let second = next.first().copied().unwrap_or(0);
    let third = next.get(1).copied().unwrap_or(0);
    match byte {
        0..=0x7f => (1, (!is_plain_byte(byte)).then_some(u16::from(byte))),
        0xc2 if second < 0xa0 => (2, Some(u16::from(second))),
        0xd8 if second == 0x9c => (2, Some(0x061c)),
        0xe2 if second == 0x80 && matches!(third, 0x8e | 0x8f | 0xa8..=0xae) => {
            (3, Some(0x2000 | u16::from(third & 0x3f)))
        }
        0xe2 if second == 0x81 && matches!(third, 0xa6..=0xa9) => (3, Some(0x2040 | u16::from(third & 0x3f))),
        0xc0..=0xdf => (2, None),
        0xe0..=0xef => (3, None),
        0xf0..=0xff => (4, None),
        // Not at a border of characters; cannot be in a str.
        0x80..=0xbf => (1, None),
    }
}

/// How many bytes an ASCII byte is longer when it is escaped: 1 with a letter, 5 as `\uXXXX`. Without branches, so that
/// the compiler sums up many bytes with one instruction.
#[inline(always)]
fn longer(byte: u8) -> u8 {
    let is = |one: u8| u8::from(byte == one);
    let letter = is(0x08) | is(b'\t') | is(b'\n') | is(0x0c) | is(b'\r');
    let control = u8::from(byte < 0x20) | is(0x7f);
    (control << 2 | control) - (letter << 2) + (is(b'"') | is(b'\\'))
}

fn escape(code: u16, sink: &mut impl Sink) {
    let short: &[u8] = match code {
        0x08 => b"\\b",
        0x09 => b"\\t",
        0x0a => b"\\n",
        0x0c => b"\\f",
        0x0d => b"\\r",
        0x22 => b"\\\"",
        0x5c => b"\\\\",
        _ => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            let digit = |shift: u32| HEX.get(usize::from(code >> shift & 0xf)).copied().unwrap_or(b'0');
            return sink.put(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
        }
    };
    sink.put(short);
}

/// Whether bytes are text: UTF-8 without control characters but tab, newline and return.
pub(super) fn as_text(bytes: &[u8]) -> Option<&str> {
    if bytes.is_ascii() {
        let text = as_utf8(bytes)?;
        return (added(bytes, control) == 0).then_some(text);
    }
    let text = as_utf8(bytes)?;
    let mut at = 0;
    loop {
        at += plain_run(bytes.get(at..)?);
        let Some(&byte) = bytes.get(at) else { return Some(text) };
        let is_control = match byte {
            b'\t' | b'\n' | b'\r' => false,
            0..=0x1f | 0x7f => true,
            0xc2 => bytes.get(at + 1).is_some_and(|second| *second < 0xa0),
            _ => false,
        };
        if is_control {
            return None;
        }
        at += 1;
    }
}

/// 1 for an ASCII control that is no white space.
#[inline(always)]
fn control(byte: u8) -> u8 {
    let is = |one: u8| u8::from(byte == one);
    u8::from(byte < 0x20) + is(0x7f) - (is(b'\t') | is(b'\n') | is(b'\r'))
}

/// Whether bytes are UTF-8.
#[inline]
pub(super) fn as_utf8(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sink::Count;
    use super::*;

    fn shown(text: &str) -> String {
        let mut out = Vec::new();
        escaped(text, &mut out);
        let mut count = Count(0);
        escaped(text, &mut count);
        assert_eq!(count.0, out.len() as u64, "{text:?}");
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_could_act_on_a_terminal_is_escaped() {
        assert_eq!(shown("plain text, longer than a word"), "plain text, longer than a word");
        assert_eq!(shown("a\"b\\c\n\t\r\u{8}\u{c}"), "a\\\"b\\\\c\\n\\t\\r\\b\\f");
        assert_eq!(shown("\x1b[31m\x7f\u{9b}\u{85}"), "\\u001b[31m\\u007f\\u009b\\u0085");
        assert_eq!(
            shown("\u{2028}\u{2029}\u{202e}\u{200f}\u{2066}\u{2069}\u{61c}"),
            "\\u2028\\u2029\\u202e\\u200f\\u2066\\u2069\\u061c"
        );
        assert_eq!(shown("é \u{a0} ‰ 水 🐳 \u{200b}"), "é \u{a0} ‰ 水 🐳 \u{200b}");
    }

    #[test]
    fn text_is_told_from_binary() {
        assert_eq!(as_text(b"-----BEGIN-----\n\tx\r\n"), Some("-----BEGIN-----\n\tx\r\n"));
        assert_eq!(as_text(b""), Some(""));
        assert_eq!(as_text("höhö".as_bytes()), Some("höhö"));
        for binary in [&b"\0"[..], b"a\x1b", b"\x7f", b"\xff", "\u{85}".as_bytes(), b"abcdefgh\x07", b"cut \xc3"] {
            assert_eq!(as_text(binary), None, "{binary:?}");
        }
    }

    #[test]
    fn every_character_is_escaped_or_stands_for_itself() {
        for c in '\0'..=char::MAX {
            let text = format!("1234567{c}");
            let bidi =
                matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            let must = c.is_control() || bidi || c == '"' || c == '\\';
            let shown = shown(&text);
            assert_eq!(shown != text, must, "{c:?}");
            assert_eq!(serde_json::from_str::<String>(&format!("\"{shown}\"")).unwrap(), text);
        }
    }

    proptest! {
        #[test]
        fn json_reads_it_back(text in any::<String>()) {
            prop_assert_eq!(serde_json::from_str::<String>(&format!("\"{}\"", shown(&text))).unwrap(), text);
        }

        #[test]
        fn long_ascii_is_counted(text in prop::collection::vec(0u8..0x80, 0..300)) {
            shown(std::str::from_utf8(&text).unwrap());
        }

        #[test]
        fn plain_runs_end_where_they_must(
            before in 0usize..100,
            rest in prop::collection::vec(prop_oneof![any::<u8>(), 0x20u8..0x7f], 0..40),
        ) {
            let bytes = [vec![b'a'; before], rest].concat();
            let expected = bytes.iter().take_while(|b| is_plain_byte(**b)).count();
            prop_assert_eq!(plain_run(&bytes), expected);
            prop_assert_eq!(is_plain(&bytes), expected == bytes.len());
            prop_assert!(is_plain(&bytes[..expected]));
        }
    }
}
