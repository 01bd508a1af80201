//! Parts of messages that were walked lately, with what they looked like.
//!
//! A log says the same again and again: each step of a task repeats its whole specification, its networks, its
//! service's labels. A walk that comes to bytes it has met before copies their text, or adds its length. The bytes
//! themselves are compared, so what is shown is what they say; a checksum only finds the place to look at.

use std::hash::{BuildHasher, Hasher};
use std::ops::Range;

use foldhash::fast::FixedState;

use super::scan::Chain;
use super::sink::Sink;
use crate::schema::Message;
use crate::wiped::Wiped;

/// How long a part may be, in bytes on the wire: shorter ones are walked as fast, longer ones seldom come again.
const LENGTHS: Range<usize> = SHORTEST..8 << 10;

/// The messages of tests are short.
const SHORTEST: usize = if cfg!(test) { 6 } else { 96 };

/// Longest text that is remembered, in bytes.
const LONGEST: usize = 32 << 10;

/// How many parts are remembered at most.
const PLACES: usize = 1024;

/// All bytes that are remembered; a thread has as many at most.
const MOST: usize = 1 << 20;

/// Parts within parts that are looked for, so that no byte is summed up more often, however it is nested.
const DEEPEST: u32 = 3;

/// The checksum.
const SUM: FixedState = FixedState::with_seed(0);

/// A part that may be remembered: a message in one piece.
#[derive(Clone, Copy)]
pub(super) struct Part<'w> {
    message: &'static Message,
    wire: &'w [u8],
    /// What its text depends on besides: the kind of walk, the level.
    look: u32,
    hash: u64,
}

/// See the module's text. One is kept for each thread.
#[derive(Default)]
pub(super) struct Recent {
    places: Vec<Option<Known>>,
    /// The last that came to each place. What comes but once is not kept.
    seen: Vec<u64>,
    bytes: usize,
    depth: u32,
}

/// A part and its text, one behind the other.
struct Known {
    message: &'static Message,
    look: u32,
    bytes: Wiped,
    wire: usize,
    /// Of the text; it stands behind the wire bytes unless it was only counted.
    length: u64,
}

impl Known {
    fn is(&self, part: &Part<'_>) -> bool {
        let same = std::ptr::eq(self.message, part.message) && self.look == part.look;
        same && self.bytes.get(..self.wire) == Some(part.wire)
    }

    fn text(&self) -> Option<&[u8]> {
        let text = self.bytes.get(self.wire..)?;
        (text.len() as u64 == self.length).then_some(text)
    }
}

impl Recent {
    /// The part that these pieces are, if it is one.
    #[inline]
    pub(super) fn part<'w>(
        &self,
        message: &'static Message,
        pieces: Chain,
        wire: &'w [u8],
        look: u32,
    ) -> Option<Part<'w>> {
        let wire = pieces.only()?.bytes(wire);
        if self.depth >= DEEPEST || message.unique || !LENGTHS.contains(&wire.len()) {
            return None;
        }
        let mut hasher = SUM.build_hasher();
        hasher.write(wire);
        Some(Part { message, wire, look, hash: hasher.finish() ^ u64::from(look) })
    }

    /// Puts the text of a part that is known; else answers false, and [`Recent::walked`] must follow.
    pub(super) fn put(&mut self, part: &Part<'_>, sink: &mut impl Sink) -> bool {
        let known = self.places.get(part.hash as usize % PLACES).and_then(Option::as_ref);
        if let Some(known) = known.filter(|known| known.is(part)) {
            if sink.take_length(known.length) {
                return true;
            }
            if let Some(text) = known.text() {
                sink.put(text);
                return true;
            }
        }
        self.depth += 1;
        false
    }

    /// The part was walked, and its text is what came behind `mark`. It is kept if it came before and `holds`, which
    /// is that it says the same wherever it stands.
    pub(super) fn walked(&mut self, part: &Part<'_>, holds: bool, sink: &impl Sink, mark: u64) {
        self.depth = self.depth.saturating_sub(1);
        if self.places.is_empty() {
            self.places.resize_with(PLACES, || None);
            self.seen.resize(PLACES, 0);
        }
        let at = part.hash as usize % PLACES;
        let (Some(place), Some(seen)) = (self.places.get_mut(at), self.seen.get_mut(at)) else { return };
        if std::mem::replace(seen, part.hash) != part.hash || !holds {
            return;
        }
        let length = sink.mark().saturating_sub(mark);
        let text = sink.behind(mark).unwrap_or_default();
        if text.len() > LONGEST {
            return;
        }
        let mut bytes = Wiped::with_capacity(part.wire.len() + text.len());
        bytes.extend_from_slice(part.wire);
        bytes.extend_from_slice(text);
        let (more, wire) = (bytes.len(), part.wire.len());
        let before = place.replace(Known { message: part.message, look: part.look, bytes, wire, length });
        self.bytes = (self.bytes + more).saturating_sub(before.map_or(0, |before| before.bytes.len()));
        if self.bytes > MOST {
            *self = Recent { depth: self.depth, ..Recent::default() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{Count, Json, Style, text};
    use crate::schema::{ANNOTATIONS, TASK, TASK_SPEC};

    fn part<'w>(recent: &Recent, message: &'static Message, wire: &'w [u8], look: u32) -> Option<Part<'w>> {
        recent.part(message, Chain::whole(wire), wire, look)
    }

    /// Walks as a walk does that finds `shown` in the bytes; true if it was known.
    fn walk(recent: &mut Recent, wire: &[u8], look: u32, shown: &[u8], sink: &mut impl Sink) -> bool {
        let part = part(recent, &ANNOTATIONS, wire, look).unwrap();
        let known = recent.put(&part, sink);
        if !known {
            let mark = sink.mark();
            sink.put(shown);
            recent.walked(&part, true, sink, mark);
        }
        known
    }

    #[test]
    fn what_comes_again_is_known_from_then_on() {
        let (mut recent, mut sink) = (Recent::default(), Vec::new());
        let known: Vec<bool> = (0..4).map(|_| walk(&mut recent, b"a message", 1, b"shown,", &mut sink)).collect();
        assert_eq!(known, [false, false, true, true]);
        assert_eq!(sink, b"shown,shown,shown,shown,");
        // Neither elsewhere nor of another type nor with another byte.
        assert!(!walk(&mut recent, b"a message", 2, b"", &mut sink));
        assert!(!walk(&mut recent, b"a massage", 1, b"", &mut sink));
        let other = part(&recent, &TASK_SPEC, b"a message", 1).unwrap();
        assert!(!recent.put(&other, &mut sink));
    }

    #[test]
    fn what_was_counted_is_walked_once_more_to_be_written() {
        let (mut recent, mut count, mut sink) = (Recent::default(), Count(0), Vec::new());
        let counted: Vec<bool> = (0..3).map(|_| walk(&mut recent, b"a message", 1, b"shown", &mut count)).collect();
        let written: Vec<bool> = (0..2).map(|_| walk(&mut recent, b"a message", 1, b"shown", &mut sink)).collect();
        assert_eq!((counted, count.0), (vec![false, false, true], 15));
        assert_eq!((written, &sink[..]), (vec![false, true], &b"shownshown"[..]));
        assert!(walk(&mut recent, b"a message", 1, b"", &mut count) && count.0 == 20);
    }

    #[test]
    fn what_does_not_hold_or_is_too_long_is_not_kept() {
        let (mut recent, mut sink) = (Recent::default(), Vec::new());
        let wire = [7; 100];
        let part = part(&recent, &ANNOTATIONS, &wire, 0).unwrap();
        for _ in 0..3 {
            assert!(!recent.put(&part, &mut sink));
            recent.walked(&part, false, &sink, 0);
        }
        let long = vec![b'x'; LONGEST + 1];
        assert!((0..3).all(|_| !walk(&mut recent, &[8; 100], 0, &long, &mut sink)));
        assert_eq!(recent.bytes, 0);
        let none = |wire: &[u8]| super::tests::part(&recent, &ANNOTATIONS, wire, 0).is_none();
        assert!(none(&[0; SHORTEST - 1]) && none(&[0; 8 << 10]));
        assert!(super::tests::part(&recent, &TASK, &wire, 0).is_none(), "no two tasks are alike");
    }

    #[test]
    fn memory_is_bounded() {
        let (mut recent, mut sink) = (Recent::default(), Vec::new());
        let mut most = 0;
        for number in 0..2_000u32 {
            let wire = number.to_le_bytes().repeat(1000);
            for _ in 0..2 {
                walk(&mut recent, &wire, 0, &wire, &mut sink);
                sink.clear();
            }
            let held = recent.places.iter().flatten().map(|known| known.bytes.len()).sum::<usize>();
            assert_eq!(held, recent.bytes);
            most = most.max(held);
        }
        assert!((MOST / 2..=MOST).contains(&most), "{most}");
    }

    /// A walk sums up the bytes of no more than so many parts that lie within each other.
    #[test]
    fn nesting_is_bounded() {
        let mut recent = Recent::default();
        let wire = [9; 500];
        let open: Vec<_> = (0..10)
            .map_while(|level| {
                let part = part(&recent, &ANNOTATIONS, &wire, level)?;
                assert!(!recent.put(&part, &mut Vec::new()));
                Some(part)
            })
            .collect();
        assert_eq!(open.len(), DEEPEST as usize);
        open.iter().for_each(|part| recent.walked(part, true, &Vec::new(), 0));
        assert!(part(&recent, &ANNOTATIONS, &wire, 0).is_some());
    }

    /// A specification that comes with every step of a task is copied.
    #[test]
    fn walks_use_it() {
        let mut spec = vec![0x0a, 40, 0x0a, 38];
        spec.extend_from_slice(&[b'x'; 38]);
        let mut task = vec![0x1a, spec.len() as u8];
        task.extend(spec);
        let kept = || {
            let scratch = crate::render::scan::Scratch::take();
            let kept = scratch.recent.places.iter().flatten().count();
            scratch.give_back();
            kept
        };
        let mut texts: Vec<Vec<u8>> = Vec::new();
        for _ in 0..4 {
            let mut shown = Vec::new();
            text(&TASK, &task, 0, &mut shown);
            Json::new(Style::Pretty, &mut shown).message(&TASK, &task);
            texts.push(shown);
        }
        assert!(kept() >= 2, "{}", kept());
        assert!(texts.iter().all(|shown| *shown == texts[0]));
    }
}
