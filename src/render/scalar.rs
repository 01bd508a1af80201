//! Numbers and base64.

use std::fmt::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use zeroize::Zeroizing;

use super::sink::Sink;

/// Puts a number in decimal.
#[inline]
pub(super) fn unsigned(number: u64, sink: &mut impl Sink) {
    if !sink.take_length(u64::from(number.checked_ilog10().unwrap_or(0)) + 1) {
        sink.put(itoa::Buffer::new().format(number).as_bytes());
    }
}

/// Puts a number in decimal.
#[inline]
pub(super) fn signed(number: i64, sink: &mut impl Sink) {
    if number < 0 {
        sink.put(b"-");
    }
    unsigned(number.unsigned_abs(), sink);
}

/// Puts a raft id: lower-case hex without leading zeros.
pub(super) fn raft_id(id: u64, sink: &mut impl Sink) {
    if !sink.take_length(u64::from(id.checked_ilog2().unwrap_or(0) / 4) + 1) {
        sink.put(Short::of(format_args!("{id:x}")).as_bytes());
    }
}

/// Puts bytes in standard base64.
pub(super) fn base64(bytes: &[u8], padded: bool, sink: &mut impl Sink) {
    let whole = bytes.len() / 3 * 4;
    let tail = match (bytes.len() % 3, padded) {
        (0, _) => 0,
        (_, true) => 4,
        (rest, false) => rest + 1,
    };
    if sink.take_length((whole + tail) as u64) {
        return;
    }
    let engine = if padded { &STANDARD } else { &STANDARD_NO_PAD };
    let mut text = Zeroizing::new([0u8; 256]);
    for chunk in bytes.chunks(192) {
        // 192 bytes make 256 characters, so this always fits.
        let length = engine.encode_slice(chunk, text.as_mut_slice()).unwrap_or(0);
        sink.put(text.get(..length).unwrap_or_default());
    }
}

/// The float as the peer prints it, which is JSON too (format 9.1, rule 12): the shortest digits that read back,
/// with an exponent below 10^-4 and from 10^6 on. Not for NaN and infinities.
pub(super) fn float(number: f32) -> Short {
    let shortest = Short::of(format_args!("{number:e}"));
    let digits =
        shortest.as_bytes().iter().take_while(|byte| **byte != b'e').filter(|byte| byte.is_ascii_digit()).count();
    // Where two of the shortest are as near, Go takes the even one, which is what rounding to as many digits gives.
    let even = Short::of(format_args!("{number:.0$e}", digits.saturating_sub(1)));
    let chosen = if even.as_str().parse() == Ok(number) { even } else { shortest };
    let (mantissa, exponent) = chosen.as_str().split_once('e').unwrap_or((chosen.as_str(), "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return Short::of(format_args!("{number}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    Short::of(format_args!("{mantissa}e{sign}{:02}", exponent.unsigned_abs()))
}

/// A short text that needs no allocation.
#[derive(Clone, Copy)]
pub(super) struct Short {
    text: [u8; 40],
    length: usize,
}

impl Short {
    /// Formats; what does not fit is cut.
    pub(super) fn of(arguments: fmt::Arguments<'_>) -> Self {
        let mut short = Short { text: [0; 40], length: 0 };
        let _ = short.write_fmt(arguments);
        short
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text.get(..self.length).unwrap_or_default()
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.text.get_mut(self.length..self.length + text.len()).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length += text.len();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sink::Count;
    use super::*;

    #[test]
    fn floats_as_the_peer_prints_them() {
        for (number, text) in [
            (0.25, "0.25"),
            (1.0, "1"),
            (999_999.0, "999999"),
            (1e6, "1e+06"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (16_777_216.0, "1.6777216e+07"),
            (-0.5, "-0.5"),
            (f32::MAX, "3.4028235e+38"),
            (1e-45, "1e-45"),
            (-0.0, "-0"),
            (123_456.7, "123456.7"),
            // 3200804.25, as near to …3e+06.
            (3_200_804.3, "3.2008042e+06"),
        ] {
            assert_eq!(float(number).as_str(), text);
        }
    }

    fn both(put: impl Fn(&mut Vec<u8>), count: impl Fn(&mut Count)) -> String {
        let mut text = Vec::new();
        put(&mut text);
        let mut counted = Count::default();
        count(&mut counted);
        assert_eq!(counted.0, text.len() as u64);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn the_ends_of_the_ranges() {
        for number in [0, 1, 9, 10, 99, 100, u64::MAX] {
            assert_eq!(both(|v| unsigned(number, v), |c| unsigned(number, c)), number.to_string());
            assert_eq!(both(|v| raft_id(number, v), |c| raft_id(number, c)), format!("{number:x}"));
        }
        for number in [0, -1, i64::MIN, i64::MAX] {
            assert_eq!(both(|v| signed(number, v), |c| signed(number, c)), number.to_string());
        }
    }

    proptest! {
        #[test]
        fn floats_read_back(bits: u32) {
            let number = f32::from_bits(bits);
            prop_assume!(number.is_finite());
            prop_assert_eq!(float(number).as_str().parse::<f32>().unwrap().to_bits(), bits);
        }

        #[test]
        fn base64_in_pieces(bytes in prop::collection::vec(any::<u8>(), 0..700)) {
            prop_assert_eq!(both(|v| base64(&bytes, true, v), |c| base64(&bytes, true, c)), STANDARD.encode(&bytes));
            prop_assert_eq!(both(|v| base64(&bytes, false, v), |c| base64(&bytes, false, c)), STANDARD_NO_PAD.encode(&bytes));
        }
    }
}
