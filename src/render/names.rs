//! Names of files that come from machines that are not trusted.

use std::borrow::Cow;
use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::line::is_bidi_control;

/// The longest name that Linux takes.
const LONGEST: usize = 255;
/// `~~` and 16 hex digits. An encoded name holds no `~`, and `<name>~<id>` no two in a row, so nothing else ends so.
const MARK: usize = 18;
/// A name that the tree needs for itself.
const OURS: &str = "_INCOMPLETE.txt";

/// A name as the name of a file: percent-encoded are `%`, `/`, `~`, controls (C0, DEL, C1), bidi controls, bytes
/// that are not UTF-8, a leading dot, and the `_` of `_INCOMPLETE.txt`. The empty name is `%`.
pub fn encode_name(name: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(name) {
        Ok("") => Cow::Borrowed("%"),
        Ok(plain) if !plain.starts_with('.') && plain != OURS && !plain.chars().any(is_encoded) => Cow::Borrowed(plain),
        _ => {
            let mut encoded = String::with_capacity(name.len() + 16);
            pieces(name, |piece| {
                piece.push_to(&mut encoded);
                true
            });
            Cow::Owned(encoded)
        }
    }
}

/// The same, of at most 255 bytes with `reserve` bytes for what the caller appends. What is too long is cut at the
/// border of a character and gets `~~` and the first 16 hex digits of the SHA-256 of the whole name.
pub fn short_name(name: &[u8], reserve: usize) -> Cow<'_, str> {
    let room = LONGEST.saturating_sub(reserve);
    // Encoding never shortens, so a hostile name of megabytes need not be encoded to know that it is too long.
    if name.len() <= room {
        let whole = encode_name(name);
        if whole.len() <= room {
            return whole;
        }
    }
    let mut short = String::with_capacity(LONGEST);
    pieces(name, |piece| {
        let before = short.len();
        piece.push_to(&mut short);
        let fits = short.len() + MARK <= room;
        if !fits {
            short.truncate(before);
        }
        fits
    });
    short.push_str("~~");
    for byte in Sha256::digest(name).iter().take(8) {
        let _ = write!(short, "{byte:02x}");
    }
    Cow::Owned(short)
}

/// The name that is encoded; none if [`encode_name`] would write it in another way, so that each name has one form.
pub fn decode_name(encoded: &str) -> Option<Vec<u8>> {
    let mut name = Vec::with_capacity(encoded.len());
    if encoded != "%" {
        let mut rest = encoded.as_bytes();
        while let Some((byte, after)) = rest.split_first() {
            rest = after;
            let mut byte = *byte;
            if byte == b'%' {
                let (digits, after) = after.split_first_chunk::<2>()?;
                rest = after;
                // What u8 takes beyond digits (a sign) is refused by the comparison below.
                byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
            }
            name.push(byte);
        }
    }
    (encode_name(&name) == encoded).then_some(name)
}

/// A character that stands for itself, or bytes that are encoded.
enum Piece<'a> {
    Plain(char),
    Encoded(&'a [u8]),
}

impl Piece<'_> {
    fn push_to(&self, name: &mut String) {
        match self {
            Piece::Plain(c) => name.push(*c),
            Piece::Encoded(bytes) => {
                for byte in *bytes {
                    // Writing to a string cannot fail.
                    let _ = write!(name, "%{byte:02X}");
                }
            }
        }
    }
}

fn is_encoded(c: char) -> bool {
    matches!(c, '%' | '/' | '~') || c.is_control() || is_bidi_control(c)
}

/// Calls for each piece of a name until the answer is false.
fn pieces(name: &[u8], mut call: impl FnMut(Piece<'_>) -> bool) {
    let leading = if name == OURS.as_bytes() { '_' } else { '.' };
    let mut first = true;
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            let encode = is_encoded(c) || (first && c == leading);
            first = false;
            let mut buffer = [0; 4];
            let piece = if encode { Piece::Encoded(c.encode_utf8(&mut buffer).as_bytes()) } else { Piece::Plain(c) };
            if !call(piece) {
                return;
            }
        }
        for byte in chunk.invalid() {
            first = false;
            if !call(Piece::Encoded(&[*byte])) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_encoded() {
        for (name, encoded) in [
            (&b"web"[..], "web"),
            (b"", "%"),
            (b".", "%2E"),
            (b"..", "%2E."),
            (b"a.b", "a.b"),
            (b"../etc/passwd", "%2E.%2Fetc%2Fpasswd"),
            (b"100%~", "100%25%7E"),
            (b"_INCOMPLETE.txt", "%5FINCOMPLETE.txt"),
            (b"_INCOMPLETE.txt.", "_INCOMPLETE.txt."),
            (b"a\0\n\x1b\x7f", "a%00%0A%1B%7F"),
            (b"\xff\xfe", "%FF%FE"),
            ("\u{9b}\u{202e}é 水".as_bytes(), "%C2%9B%E2%80%AEé 水"),
            (b"$(id) 'x'", "$(id) 'x'"),
        ] {
            assert_eq!(encode_name(name), encoded);
            assert_eq!(decode_name(encoded).as_deref(), Some(name));
        }
        for other in ["", "%2e", ".", "..", "a/b", "%41", "%", "%4", "%zz", "%+1", "a%", "a~1", "\u{202e}"] {
            assert_eq!(decode_name(other).is_some(), other == "%", "{other:?}");
        }
    }

    #[test]
    fn long_names_are_cut_at_a_border() {
        let fits = vec![b'a'; 255];
        assert_eq!(short_name(&fits, 0).len(), 255);
        let long = "é".repeat(200);
        let short = short_name(long.as_bytes(), 5);
        assert_eq!(short.len(), 250, "{short}");
        assert!(short.starts_with("éé") && &short.as_bytes()[231..235] == b"\xa9~~d");
        assert_ne!(short_name("é".repeat(201).as_bytes(), 5), short);
        let escapes = short_name(&[0; 100], 0).into_owned();
        assert_eq!(escapes.len(), 79 * 3 + 18);
        assert!(decode_name(&escapes).is_none());
        let digest = short_name(b"abc", 255);
        assert_eq!(digest, "~~ba7816bf8f01cfea");
    }

    proptest! {
        #[test]
        fn the_way_back(name in prop::collection::vec(any::<u8>(), 0..80)) {
            let encoded = encode_name(&name);
            prop_assert!(!encoded.is_empty() && !encoded.starts_with('.') && !encoded.contains(['/', '\0', '~']));
            prop_assert_eq!(decode_name(&encoded), Some(name.clone()));
        }

        #[test]
        fn decoding_never_panics(text in "[%0-9a-fA-F.é~]{0,12}") {
            if let Some(name) = decode_name(&text) {
                prop_assert_eq!(encode_name(&name), text);
            }
        }

        #[test]
        fn short_names_fit(name in prop::collection::vec(any::<u8>(), 0..600), reserve in 0usize..100) {
            prop_assert!(short_name(&name, reserve).len() + reserve <= 255);
        }
    }
}
