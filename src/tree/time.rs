//! Moments in words.

use super::Moment;
use crate::render::timestamp;

/// RFC 3339 with nanoseconds.
pub(super) fn moment_text(moment: Moment) -> String {
    let nanos = i32::try_from(moment.nanos).unwrap_or(i32::MAX);
    timestamp(moment.seconds, nanos).map_or_else(|| format!("{}s", moment.seconds), |text| text.to_string())
}
