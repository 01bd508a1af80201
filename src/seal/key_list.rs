//! A list of data keys, one a line, as somebody saved them.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::data_key::DataKey;
use super::error::SealError;

/// With padding or without.
const BASE64: GeneralPurpose = {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&STANDARD, config.with_decode_allow_trailing_bits(true))
};

/// A DEK (format 2.2).
const LEN: usize = 32;

/// What stands before a DEK in a record that is not encrypted (format 2.2): the value of a header in clear.
const CLEAR_RECORD: [u8; 2] = [0x12, LEN as u8];

/// Longer lines hold no key. Of a shorter one, no part may be left in memory that is not wiped.
const LONGEST: usize = 128;

/// The keys of a list: each line holds 32 bytes in base64 or hex, or the `raft-dek` line of a key file in clear.
/// Empty lines and those that begin with `#` are passed over.
pub(super) fn data_keys(text: &[u8]) -> Result<Vec<DataKey>, SealError> {
    let mut keys = Vec::new();
    for (line, number) in text.split(|byte| *byte == b'\n').zip(1..) {
        let line = line.trim_ascii();
        if !line.is_empty() && !line.starts_with(b"#") {
            keys.push(data_key(line).ok_or(SealError::NotADataKey { line: number })?);
        }
    }
    if keys.is_empty() { Err(SealError::NoDataKeys) } else { Ok(keys) }
}

fn data_key(line: &[u8]) -> Option<DataKey> {
    let headers = [&b"raft-dek:"[..], b"raft-dek-pending:"];
    let header = headers.iter().find_map(|header| line.strip_prefix(*header));
    let text = header.unwrap_or(line).trim_ascii();
    if text.len() > LONGEST {
        return None;
    }
    let mut bytes = Zeroizing::new([0; LONGEST]);
    let len = match hex(text, &mut bytes) {
        Some(len) => len,
        None => BASE64.decode_slice(text, &mut bytes[..]).ok()?,
    };
    let bytes = bytes.get(..len)?;
    let key = bytes.strip_prefix(&CLEAR_RECORD).filter(|key| key.len() == LEN).unwrap_or(bytes);
    if key.len() == LEN { DataKey::new(key) } else { None }
}

/// 64 hex digits; in base64 these would be no key.
fn hex(text: &[u8], into: &mut [u8; LONGEST]) -> Option<usize> {
    if text.len() != 2 * LEN {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    for (pair, byte) in text.chunks_exact(2).zip(into.iter_mut()) {
        let [high, low] = pair else { return None };
        *byte = (digit(*high)? << 4 | digit(*low)?) as u8;
    }
    Some(LEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector of format 13.3.
    const HEX: &str = "fa3a909c71a2cb02d8ae66122c5a5a951f84ab5566bfc301270898fbbd12eb94";
    const BASE64_TEXT: &str = "+jqQnHGiywLYrmYSLFpalR+Eq1Vmv8MBJwiY+70S65Q=";
    const HEADER: &str = "EiD6OpCccaLLAtiuZhIsWlqVH4SrVWa/wwEnCJj7vRLrlA==";

    fn one(line: &str) -> Option<[u8; 32]> {
        data_keys(line.as_bytes()).ok().map(|keys| *keys[0].bytes())
    }

    #[test]
    fn every_spelling_gives_the_same_key() {
        let key = one(HEX).unwrap();
        assert_eq!((key[0], key[31]), (0xfa, 0x94));
        let upper = HEX.to_uppercase();
        let bare = BASE64_TEXT.trim_end_matches('=');
        for line in [&upper, BASE64_TEXT, bare, HEADER, &format!("raft-dek: {HEADER}\r"), &format!("  {HEX}\t")] {
            assert_eq!(one(line), Some(key), "{line}");
        }
        let list = format!("# two\n\n{HEX}\nraft-dek-pending: {HEADER}\n");
        assert_eq!(data_keys(list.as_bytes()).unwrap().len(), 2);
    }

    #[test]
    fn what_is_no_key_is_told_by_its_line() {
        let wrong = |text: &str| data_keys(text.as_bytes()).err().unwrap();
        for line in [&HEX[2..], "SWMKEY-1-abc", &HEX.replace('a', "g"), &"0".repeat(64), &"A".repeat(5000), "\u{e9}"] {
            let error = wrong(&format!("{HEX}\n{line}\n"));
            assert_eq!(error, SealError::NotADataKey { line: 2 }, "{line}");
            assert!(!error.to_string().contains(line));
        }
        assert_eq!(wrong("\n# nothing\n"), SealError::NoDataKeys);
    }
}
