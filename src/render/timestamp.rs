//! Moments in RFC 3339.

use std::fmt;

/// A moment in RFC 3339 with nine digits of the second and `Z`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Rfc3339([u8; Rfc3339::LENGTH]);

impl Rfc3339 {
    /// All are of this length.
    pub const LENGTH: usize = "2026-11-21T20:30:00.000000000Z".len();

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The text's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The moment in RFC 3339; none outside of the years 0001 to 9999, or with nanoseconds outside of a second.
pub fn timestamp(seconds: i64, nanos: i32) -> Option<Rfc3339> {
    if !is_moment(seconds, nanos) {
        return None;
    }
    let nanos = nanos.unsigned_abs();
    // Counted from 1 March of the year 0, so that the leap day ends the year and all divisions are of positive numbers.
    let days = u32::try_from(seconds.div_euclid(86_400) + 719_468).ok()?;
    let second = u32::try_from(seconds.rem_euclid(86_400)).ok()?;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, year) = if month < 10 { (month + 3, year) } else { (month - 9, year + 1) };

    let mut text = *b"0000-00-00T00:00:00.000000000Z";
    digits(&mut text, 0, 4, year + era * 400);
    digits(&mut text, 5, 2, month);
    digits(&mut text, 8, 2, day);
    digits(&mut text, 11, 2, second / 3_600);
    digits(&mut text, 14, 2, second / 60 % 60);
    digits(&mut text, 17, 2, second % 60);
    digits(&mut text, 20, 9, nanos);
    Some(Rfc3339(text))
}

/// Whether it lies within the years 0001 to 9999, and the nanoseconds within a second.
#[inline]
pub(super) fn is_moment(seconds: i64, nanos: i32) -> bool {
    const FIRST: i64 = -62_135_596_800;
    const LAST: i64 = 253_402_300_799;
    (FIRST..=LAST).contains(&seconds) && (0..1_000_000_000).contains(&nanos)
}

#[inline]
fn digits(text: &mut [u8; Rfc3339::LENGTH], at: usize, count: usize, mut number: u32) {
    for place in text[at..at + count].iter_mut().rev() {
        *place = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_ends_of_the_range() {
        let text = |seconds, nanos| timestamp(seconds, nanos).map(|t| t.to_string());
        assert_eq!(text(0, 0).unwrap(), "1970-01-01T00:00:00.000000000Z");
        assert_eq!(text(-1, 999_999_999).unwrap(), "1969-12-31T23:59:59.999999999Z");
        assert_eq!(text(951_782_400, 7).unwrap(), "2000-02-29T00:00:00.000000007Z");
        assert_eq!(text(-62_135_596_800, 0).unwrap(), "0001-01-01T00:00:00.000000000Z");
        assert_eq!(text(253_402_300_799, 0).unwrap(), "9999-12-31T23:59:59.000000000Z");
        for (seconds, nanos) in
            [(-62_135_596_801, 0), (253_402_300_800, 0), (0, -1), (0, 1_000_000_000), (i64::MIN, 0), (i64::MAX, 0)]
        {
            assert_eq!(text(seconds, nanos), None);
        }
    }

    proptest! {
        #[test]
        fn jiff_agrees(seconds in -62_135_596_800i64..=253_402_000_000, nanos in 0i32..1_000_000_000) {
            let moment = jiff::Timestamp::new(seconds, nanos).unwrap();
            prop_assert_eq!(timestamp(seconds, nanos).unwrap().to_string(), format!("{moment:.9}"));
        }
    }
}
