//! Moments in words.

use super::Moment;
use crate::render::timestamp;

/// RFC 3339 with nanoseconds.
pub(super) fn moment_text(moment: Moment) -> String {
    match timestamp(moment.seconds, moment.nanos as i32) {
        Some(text) => text.to_string(),
        None => format!("{}.{:09}", moment.seconds, moment.nanos),
    }
}
