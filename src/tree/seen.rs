//! How long the pieces of a file over all entries are, found while the index is made: that opens every entry anyway,
//! and opening is a third of the work. Only the time of an entry is not known before.

use std::sync::atomic::{AtomicU32, Ordering};

use super::entry::{Shown, When};
use super::inode::Rope;
use super::view::View;
use crate::render::{Count, Json, Sink, Style};

/// Sizes by place, without a time; 0 where an entry was not seen.
pub(super) struct Seen {
    rope: Rope,
    sizes: Vec<AtomicU32>,
}

impl View {
    /// Makes the index that a rope needs, if that was not done yet: all who measure its pieces need it, and the first one
    /// to ask would make the others wait. The pieces of a rope over all entries are measured meanwhile.
    pub(super) fn see(&self, rope: Rope) -> Seen {
        let log = self.state.log();
        let count = match rope {
            Rope::Log | Rope::Entries if !self.state.has_content() => log.entries.len(),
            _ => 0,
        };
        let seen = Seen { rope, sizes: (0..count).map(|_| AtomicU32::new(0)).collect() };
        if matches!(rope, Rope::Rafttool(_)) {
            return seen;
        }
        self.state.content_seen(&|place, plain| {
            let (Some(entry), Some(size)) = (log.entries.get(place as usize), seen.sizes.get(place as usize)) else {
                return;
            };
            let shown = Shown { state: &self.state, when: When::default(), entry, plain: Ok(plain) };
            let mut count = Count(0);
            piece(rope, &shown, &mut count);
            size.store(u32::try_from(count.0).unwrap_or(0), Ordering::Relaxed);
        });
        seen
    }
}

/// The piece of an entry in a rope over all entries.
pub(super) fn piece<S: Sink>(rope: Rope, shown: &Shown<'_>, sink: &mut S) {
    match rope {
        Rope::Log => sink.put(shown.log_line().as_bytes()),
        _ => shown.json(&mut Json::new(Style::Compact, &mut *sink)),
    }
    sink.put(b"\n");
}

impl Seen {
    /// How long the piece is of the entry at a place, which has this time; none where it was not seen.
    pub(super) fn size(&self, place: usize, when: impl FnOnce() -> When) -> Option<u64> {
        let size = self.sizes.get(place)?.load(Ordering::Relaxed);
        let length = |when: When| match self.rope {
            Rope::Log => when.length_in_line(),
            _ => when.length_in_json(),
        };
        (size > 0).then(|| u64::from(size) - length(When::default()) + length(when()))
    }
}
