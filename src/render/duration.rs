//! Spans of time as protobuf writes them in JSON: `"1.5s"`.

use super::scalar::Short;

/// The span; none where protobuf allows no such one (10,000 years, or parts of opposite sign).
pub(super) fn duration(seconds: i64, nanos: i32) -> Option<Short> {
    const MOST: u64 = 315_576_000_000;
    let opposite = (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0);
    if opposite || seconds.unsigned_abs() > MOST || nanos.unsigned_abs() > 999_999_999 {
        return None;
    }
    let sign = if seconds < 0 || nanos < 0 { "-" } else { "" };
    let seconds = seconds.unsigned_abs();
    let mut fraction = nanos.unsigned_abs();
    if fraction == 0 {
        return Some(Short::of(format_args!("{sign}{seconds}s")));
    }
    let mut width = 9;
    while fraction.is_multiple_of(10) {
        fraction /= 10;
        width -= 1;
    }
    Some(Short::of(format_args!("{sign}{seconds}.{fraction:0width$}s")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_fraction() {
        let text = |seconds, nanos| duration(seconds, nanos).map(|d| d.as_str().to_owned());
        assert_eq!(text(0, 0).unwrap(), "0s");
        assert_eq!(text(1, 500_000_000).unwrap(), "1.5s");
        assert_eq!(text(10, 1).unwrap(), "10.000000001s");
        assert_eq!(text(0, -50_000_000).unwrap(), "-0.05s");
        assert_eq!(text(-3, 0).unwrap(), "-3s");
        assert_eq!(text(-315_576_000_000, -999_999_999).unwrap(), "-315576000000.999999999s");
        for (seconds, nanos) in
            [(1, -1), (-1, 1), (315_576_000_001, 0), (0, 1_000_000_000), (i64::MIN, 0), (0, i32::MIN)]
        {
            assert_eq!(text(seconds, nanos), None);
        }
    }
}
