//! `at/`: the way to the state after any entry, by index or by time. Looked up, never listed.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::entries::index_in;
use super::inode::{Folder, Node};
use super::selection::Past;
use super::view::{Named, View, entry_name};
use crate::disk::{Moment, RaftIndex};
use crate::store::Knowledge;

const LATEST: &str = "latest";

/// A moment in any form of RFC 3339; a plain date is its first moment, and what names no zone is in UTC.
fn moment_in(name: &[u8]) -> Option<Moment> {
    let text = std::str::from_utf8(name).ok()?;
    let utc = |civil: DateTime| civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    let time = match text.parse::<Timestamp>() {
        Ok(time) => Some(time),
        Err(_) => text.parse::<DateTime>().ok().and_then(utc),
    }?;
    let (seconds, nanos) = (time.as_second(), time.subsec_nanosecond());
    // Before 1970 jiff counts both downwards.
    let down = i64::from(nanos < 0);
    let nanos = u32::try_from(i64::from(nanos) + down * 1_000_000_000).ok()?;
    Some(Moment { seconds: seconds - down, nanos })
}

impl View {
    pub(super) fn find_at(&self, name: &[u8]) -> Option<Node> {
        let index = match index_in(name, "") {
            Some(index) => index,
            None if name == LATEST.as_bytes() => self.state.last_index(),
            None => self.state.last_not_after(moment_in(name)?)?,
        };
        if self.state.knowledge(index) == Knowledge::Nothing {
            return None;
        }
        let real = entry_name(index, "").as_bytes() == name;
        Some(if real { Node::Folder(Folder::Past(index, Past::ROOT)) } else { Node::AtAlias(index) })
    }

    /// Only the last: a walk over the whole tree must come to an end.
    pub(super) fn list_at(&self, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        if behind == 0
            && let Some(node) = self.find_at(LATEST.as_bytes())
        {
            each(Named { name: LATEST.as_bytes(), node, cookie: 1 });
        }
    }

    /// Why a state of the past is not wholly known; `None` where it is.
    pub(super) fn why_incomplete_after(&self, index: RaftIndex) -> Option<String> {
        if self.state.knowledge(index) == Knowledge::Whole {
            return None;
        }
        let known = self.state.index().known();
        let behind = known.partition_point(|range| range.start <= index.0);
        let below = behind.checked_sub(1).and_then(|at| known.get(at)).map(|range| range.end.saturating_sub(1));
        let above = known.get(behind).map(|range| range.start);
        let told = |at: Option<u64>, side| match at {
            Some(at) => format!("The next whole state {side} is at/{at:010}.\n"),
            None => format!("There is no whole state {side}.\n"),
        };
        Some(format!(
            "The state after entry {index} is not wholly known: entries or snapshots that it is made of are not on disk \
             or cannot be read.\nWhat is shown is, for every object, the last action that can be read.\n\n{}{}",
            told(below, "below"),
            told(above, "above"),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_times() {
        let evening = Moment { seconds: 1_795_293_000, nanos: 0 };
        for form in [
            "2026-11-21T20:30:00Z",
            "2026-11-21T20:30:00.000Z",
            "2026-11-21t20:30:00z",
            "2026-11-21 20:30:00Z",
            "2026-11-21T20:30Z",
            "2026-11-21T21:30:00+01:00",
            "2026-11-21T15:00:00-05:30",
            "2026-11-21T20:30:00",
            "2026-11-21T20:30",
        ] {
            assert_eq!(moment_in(form.as_bytes()), Some(evening), "{form}");
        }
        assert_eq!(moment_in(b"2026-11-21"), Some(Moment { seconds: 1_795_219_200, nanos: 0 }));
        assert_eq!(moment_in(b"2026-11-21T20:30:00.123456789Z"), Some(Moment { nanos: 123_456_789, ..evening }));
        assert_eq!(moment_in(b"1969-12-31T23:59:59.75Z"), Some(Moment { seconds: -1, nanos: 750_000_000 }));
        for other in ["", "latest", "12", "2026", "2026-11", "2026-13-01", "20:30", "2026-11-21T25:00Z", "\u{0}"] {
            assert_eq!(moment_in(other.as_bytes()), None, "{other}");
        }
    }
}
