//! Strings as Go prints them.

use super::scalar::Short;
use super::sink::Sink;
use super::strings::{added, is_plain, plain_run};

/// Bytes as the peer prints strings: UTF-8 is not interpreted, all but printable ASCII is octal (format 9.1, rule 9).
#[inline]
pub(super) fn octal(bytes: &[u8], sink: &mut impl Sink) {
    // What stands for itself in JSON does so here, too.
    if is_plain(bytes) {
        sink.put(bytes);
    } else if sink.take_length(0) {
        sink.take_length(bytes.len() as u64 + added(bytes, longer));
    } else {
        escaped(bytes, sink);
    }
}

/// How many bytes a byte is longer when it is shown: 1 with a letter, 3 as octal. Without branches, so that the
/// compiler sums up many bytes with one instruction.
#[inline(always)]
fn longer(byte: u8) -> u8 {
    let white = u8::from(byte == b'\n') | u8::from(byte == b'\r') | u8::from(byte == b'\t');
    let quote = u8::from(byte == b'"') | u8::from(byte == b'\\');
    let unprinted = u8::from(byte.wrapping_sub(0x20) > 0x7e - 0x20);
    (unprinted << 1 | unprinted) - (white << 1) + quote
}

fn escaped(bytes: &[u8], sink: &mut impl Sink) {
    let mut rest = bytes;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'\n' => sink.put(b"\\n"),
            b'\r' => sink.put(b"\\r"),
            b'\t' => sink.put(b"\\t"),
            b'"' => sink.put(b"\\\""),
            b'\\' => sink.put(b"\\\\"),
            0x20..=0x7e => {
                let (plain, special) = after.split_at(plain_run(after));
                sink.put(&[byte]);
                sink.put(plain);
                rest = special;
            }
            _ => {
                let digit = |shift: u32| b'0' + (byte >> shift & 7);
                sink.put(&[b'\\', digit(6), digit(3), digit(0)]);
            }
        }
    }
}

/// Bytes as Go's `%q` prints them, without the quotes: UTF-8 stays where it is printable.
pub(super) fn quoted(bytes: &[u8], sink: &mut impl Sink) {
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            character(c, sink);
        }
        for byte in chunk.invalid() {
            sink.put(Short::of(format_args!("\\x{byte:02x}")).as_bytes());
        }
    }
}

fn character(c: char, sink: &mut impl Sink) {
    let short: &[u8] = match c {
        '\x07' => b"\\a",
        '\x08' => b"\\b",
        '\x0c' => b"\\f",
        '\n' => b"\\n",
        '\r' => b"\\r",
        '\t' => b"\\t",
        '\x0b' => b"\\v",
        '"' => b"\\\"",
        '\\' => b"\\\\",
        _ if is_printable(c) => return sink.put(c.encode_utf8(&mut [0; 4]).as_bytes()),
        _ => {
            let code = u32::from(c);
            let text = match code {
                0..0x20 | 0x7f => Short::of(format_args!("\\x{code:02x}")),
                0..0x1_0000 => Short::of(format_args!("\\u{code:04x}")),
                _ => Short::of(format_args!("\\U{code:08x}")),
            };
            return sink.put(text.as_bytes());
        }
    };
    sink.put(short);
}

/// Go's `unicode.IsPrint`: all but control, format, surrogate, private and unassigned characters, and separators
/// other than the space.
fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return matches!(c, ' '..='~');
    }
    // Debug output knows the same classes. Combining marks are escaped only at the start of a string.
    let mut text = [b'a'; 5];
    let length = 1 + c.encode_utf8(&mut text[1..]).len();
    let text = std::str::from_utf8(text.get(..length).unwrap_or_default()).unwrap_or_default();
    text.escape_debug().nth(1) == Some(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sink::Count;
    use super::*;

    proptest! {
        #[test]
        fn octal_strings_of_any_bytes(bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0x20u8..0x7f], 0..300)) {
            let mut text = Vec::new();
            octal(&bytes, &mut text);
            let mut count = Count(0);
            octal(&bytes, &mut count);
            prop_assert_eq!(count.0, text.len() as u64);
            // Each escape by itself.
            let mut one_by_one = Vec::new();
            bytes.iter().for_each(|byte| octal(&[*byte], &mut one_by_one));
            prop_assert_eq!(text, one_by_one);
        }
    }

    fn shown(put: impl Fn(&mut Vec<u8>)) -> String {
        let mut text = Vec::new();
        put(&mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn octal_strings() {
        assert_eq!(shown(|s| octal("é'\"\\\n\r\t\0\x7f~ ".as_bytes(), s)), "\\303\\251'\\\"\\\\\\n\\r\\t\\000\\177~ ");
    }

    #[test]
    fn go_quotes() {
        let text = "a\"\\\x07\x08\x0c\n\r\t\x0b\x01\x7fé\u{a0}\u{301}\u{200b}\u{10ffff}\u{1f433}\u{fffd}";
        let expected = "a\\\"\\\\\\a\\b\\f\\n\\r\\t\\v\\x01\\x7fé\\u00a0\u{301}\\u200b\\U0010ffff🐳\u{fffd}";
        assert_eq!(shown(|s| quoted(text.as_bytes(), s)), expected);
        assert_eq!(shown(|s| quoted(b"again\x00\xff\xe6\x97", s)), "again\\x00\\xff\\xe6\\x97");
    }
}
