//! How the elements of each list are told: some forty bytes for an entry with its version, eight of which no coding
//! makes smaller.

use std::ops::Range;

use super::super::Kind;
use super::super::facts::{Action, Unusable};
use super::super::history::{History, Stamp};
use super::super::index::{MAX_LEN, NewVersion, Object, ObjectNo, Origin, Refused, Trouble, Version, VersionNo};
use super::super::text::Text;
use super::bytes::{Input, put, put_signed};
use super::lists::{Bounds, Told};
use crate::disk::{EntryAt, EntryType, MAX_INDEX, Moment, RaftIndex, Term, Trust};
use crate::seal::OpenError;

/// A number that is told by how far it is from the one before.
#[derive(Clone, Copy, Default)]
struct Near(u64);

impl Near {
    fn put(&mut self, number: u64, out: &mut Vec<u8>) {
        put_signed(out, number.wrapping_sub(self.0) as i64);
        self.0 = number;
    }

    #[inline]
    fn read(&mut self, input: &mut Input<'_>) -> Option<u64> {
        self.0 = self.0.wrapping_add_signed(input.signed()?);
        Some(self.0)
    }

    /// The same where it must be less than a bound.
    #[inline]
    fn below(&mut self, input: &mut Input<'_>, bound: u32) -> Option<u32> {
        u32::try_from(self.read(input)?).ok().filter(|number| *number < bound)
    }
}

/// Reads elements one by one. Each takes a byte at least, so no more room is reserved than there may be elements.
fn each<T>(input: &mut Input<'_>, len: usize, mut one: impl FnMut(&mut Input<'_>) -> Option<T>) -> Option<Vec<T>> {
    let mut list = Vec::with_capacity(len.min(input.0.len()));
    for _ in 0..len {
        list.push(one(input)?);
    }
    Some(list)
}

/// The next index of the same term in the same segment, of an ordinary entry: all but a few are.
const PLAIN: u8 = 0;
/// Something of it is told.
const FULL: u8 = 1;

impl Told for EntryAt {
    fn put(chunk: &[EntryAt], out: &mut Vec<u8>) -> bool {
        let (mut before, mut end) = (None, Near::default());
        for entry in chunk {
            let EntryAt { index, term, offset, len, segment, kind, trust } = *entry;
            let next = |before: &EntryAt| {
                (before.index.0.wrapping_add(1), before.term, before.segment) == (index.0, term, segment)
            };
            if before.is_some_and(next) && kind == EntryType::NORMAL {
                out.push(PLAIN);
            } else {
                out.push(FULL);
                [index.0, term.0, segment.into(), kind.0.into()].into_iter().for_each(|number| put(out, number));
            }
            end.put(offset, out);
            put(out, u64::from(len));
            end.0 = offset.wrapping_add(len.into());
            before = Some(entry);
            if trust != Trust::Sound {
                return false;
            }
        }
        true
    }

    fn read(input: &mut Input<'_>, len: usize, bounds: &Bounds) -> Option<Vec<EntryAt>> {
        let (mut index, mut term, mut segment, mut end) = (0u64, 0, 0, Near::default());
        each(input, len, |input| {
            let mut kind = EntryType::NORMAL;
            match input.byte()? {
                PLAIN => index = index.checked_add(1)?,
                FULL => {
                    (index, term, segment) = (input.number()?, input.number()?, input.u32()?);
                    kind = EntryType(input.u32()?);
                }
                _ => return None,
            }
            let (offset, len) = (end.read(input)?, input.u32()?);
            end.0 = offset.checked_add(len.into())?;
            let fits = index <= MAX_INDEX && end.0 <= *bounds.segments.get(segment as usize)?;
            let (index, term, trust) = (RaftIndex(index), Term(term), Trust::Sound);
            fits.then_some(EntryAt { index, term, offset, len, segment, kind, trust })
        })
    }

    fn mark(&self) -> u64 {
        self.index.0
    }

    /// One that says nothing; the indices still rise.
    fn stand_in(mark: u64, behind: usize) -> EntryAt {
        let index = RaftIndex(mark.saturating_add(behind as u64).min(MAX_INDEX));
        let (kind, trust) = (EntryType::NORMAL, Trust::Damaged);
        EntryAt { index, term: Term(1), offset: 0, len: 0, segment: 0, kind, trust }
    }
}

const ACTION: u8 = 0b111;
const NAMED: u8 = 1 << 3;
const TIMED: u8 = 1 << 4;

impl Told for Version {
    fn put(chunk: &[Version], out: &mut Vec<u8>) -> bool {
        let (mut origins, mut objects, mut names, mut seconds) = Default::default();
        for version in chunk {
            let flag = |set: bool, bit: u8| if set { bit } else { 0 };
            let (named, updated) = (version.name != Text::NONE, version.updated());
            out.push(version.action() as u8 | flag(named, NAMED) | flag(updated.is_some(), TIMED));
            let origin = match version.origin() {
                Origin::Entry(place) => u64::from(place) << 1,
                Origin::Snapshot(place) => u64::from(place) << 1 | 1,
            };
            Near::put(&mut origins, origin, out);
            Near::put(&mut objects, version.object().0.into(), out);
            if named {
                Near::put(&mut names, version.name.0.into(), out);
            }
            let range = version.range();
            put(out, range.start as u64);
            put(out, range.len() as u64);
            out.extend_from_slice(&version.sum().to_le_bytes());
            if let Some(updated) = updated {
                put_moment_after(&mut seconds, updated, out);
            }
        }
        true
    }

    fn read(input: &mut Input<'_>, len: usize, bounds: &Bounds) -> Option<Vec<Version>> {
        let (mut origins, mut objects, mut names, mut seconds) = <(Near, Near, Near, Near)>::default();
        each(input, len, |input| {
            let flags = input.byte()?;
            let action = Action::numbered(u32::from(flags & ACTION))?;
            let origin = origins.read(input)?;
            let place = u32::try_from(origin >> 1).ok()?;
            let (origin, within) = match origin & 1 {
                0 => (Origin::Entry(Some(place).filter(|place| *place < bounds.entries)?), u64::MAX),
                _ => (Origin::Snapshot(place), *bounds.snapshots.get(place as usize)?),
            };
            let object = ObjectNo(objects.below(input, bounds.objects)?);
            let name = if flags & NAMED == 0 { Text::NONE } else { Text(names.below(input, bounds.texts)?) };
            let (start, len, sum) = (input.u32()?, input.u32().filter(|len| *len <= MAX_LEN)?, input.word()?);
            (u64::from(start) + u64::from(len) <= within).then_some(())?;
            let updated = if flags & TIMED == 0 { None } else { Some(moment_after(&mut seconds, input)?) };
            Some(Version::new(object, name, &NewVersion { origin, action, name: None, start, len, sum, updated }))
        })
    }

    fn stand_in(_: u64, _: usize) -> Version {
        let (origin, action) = (Origin::Entry(0), Action::Absent);
        let new = NewVersion { origin, action, name: None, start: 0, len: 0, sum: 0, updated: None };
        Version::new(ObjectNo(0), Text::NONE, &new)
    }
}

fn put_moment_after(seconds: &mut Near, moment: Moment, out: &mut Vec<u8>) {
    seconds.put(moment.seconds as u64, out);
    out.extend_from_slice(&moment.nanos.to_le_bytes());
}

#[inline]
fn moment_after(seconds: &mut Near, input: &mut Input<'_>) -> Option<Moment> {
    let seconds = seconds.read(input)? as i64;
    let nanos = input.word().filter(|nanos| *nanos < 1_000_000_000)?;
    Some(Moment { seconds, nanos })
}

/// Not all versions of an object have the same name.
const RENAMED: u8 = 1 << 7;

impl Told for Object {
    fn put(chunk: &[Object], out: &mut Vec<u8>) -> bool {
        let mut texts = Near::default();
        for object in chunk {
            out.push(object.kind as u8 | if object.renamed { RENAMED } else { 0 });
            texts.put(object.id.0.into(), out);
            // Most often the name is the text behind the id.
            texts.put(object.name.0.into(), out);
            if object.name == Text::NONE {
                texts.0 = object.id.0.into();
            }
        }
        true
    }

    fn read(input: &mut Input<'_>, len: usize, bounds: &Bounds) -> Option<Vec<Object>> {
        let mut texts = Near::default();
        each(input, len, |input| {
            let flags = input.byte()?;
            let kind = *Kind::ALL.get(usize::from(flags & !RENAMED))?;
            let id = Text(texts.below(input, bounds.texts)?);
            let name = Text(u32::try_from(texts.read(input)?).ok()?);
            if name == Text::NONE {
                texts.0 = id.0.into();
            }
            let fits = name == Text::NONE || name.0 < bounds.texts;
            fits.then_some(Object { kind, renamed: flags & RENAMED != 0, id, name })
        })
    }

    fn stand_in(_: u64, _: usize) -> Object {
        Object { kind: Kind::Cluster, renamed: false, id: Text(0), name: Text::NONE }
    }
}

impl Told for History {
    fn room(chunk: &[History]) -> usize {
        chunk.iter().map(|history| 10 * (history.versions().len() + 1)).sum()
    }

    fn put(chunk: &[History], out: &mut Vec<u8>) -> bool {
        let mut firsts = Near::default();
        for history in chunk {
            put(out, history.versions().len() as u64);
            let mut next = firsts;
            for (version, place) in history.versions().iter().zip(0..) {
                next.put(version.0.into(), out);
                if place == 0 {
                    firsts = next;
                }
            }
        }
        true
    }

    fn read(input: &mut Input<'_>, len: usize, bounds: &Bounds) -> Option<Vec<History>> {
        let mut firsts = Near::default();
        each(input, len, |input| {
            let (count, mut next) = (input.usize()?, firsts);
            let mut version = |input: &mut Input<'_>| next.below(input, bounds.versions).map(VersionNo);
            let history = match count {
                0 => History::None,
                1 => History::One(version(input)?),
                _ => History::of(each(input, count, version)?),
            };
            if let Some(first) = history.versions().first() {
                firsts.0 = first.0.into();
            }
            Some(history)
        })
    }

    fn stand_in(_: u64, _: usize) -> History {
        History::None
    }
}

/// The same time as the entry before.
const SAME: u8 = 0;
const NONE: u8 = 1;
const AFTER: u8 = 2;

impl Told for Stamp {
    fn put(chunk: &[Stamp], out: &mut Vec<u8>) -> bool {
        let (mut before, mut seconds) = (None, Near::default());
        for stamp in chunk {
            match stamp.moment() {
                _ if before == Some(*stamp) => out.push(SAME),
                None => out.push(NONE),
                Some(moment) => {
                    out.push(AFTER);
                    put_moment_after(&mut seconds, moment, out);
                }
            }
            before = Some(*stamp);
        }
        true
    }

    fn read(input: &mut Input<'_>, len: usize, _: &Bounds) -> Option<Vec<Stamp>> {
        let (mut before, mut seconds) = (None, Near::default());
        each(input, len, |input| {
            let moment = match input.byte()? {
                SAME => before?,
                NONE => None,
                AFTER => Some(moment_after(&mut seconds, input)?),
                _ => return None,
            };
            before = Some(moment);
            Some(moment.into())
        })
    }

    fn stand_in(_: u64, _: usize) -> Stamp {
        None.into()
    }
}

impl Told for ObjectNo {
    fn put(chunk: &[ObjectNo], out: &mut Vec<u8>) -> bool {
        let mut before = Near::default();
        chunk.iter().for_each(|no| before.put(no.0.into(), out));
        true
    }

    fn read(input: &mut Input<'_>, len: usize, bounds: &Bounds) -> Option<Vec<ObjectNo>> {
        let mut before = Near::default();
        each(input, len, |input| before.below(input, bounds.objects).map(ObjectNo))
    }

    fn stand_in(_: u64, _: usize) -> ObjectNo {
        ObjectNo(0)
    }
}

/// Places of entries.
impl Told for u32 {
    fn put(chunk: &[u32], out: &mut Vec<u8>) -> bool {
        let mut before = Near::default();
        chunk.iter().for_each(|place| before.put((*place).into(), out));
        true
    }

    fn read(input: &mut Input<'_>, len: usize, bounds: &Bounds) -> Option<Vec<u32>> {
        let mut before = Near::default();
        each(input, len, |input| before.below(input, bounds.entries))
    }

    fn stand_in(_: u64, _: usize) -> u32 {
        0
    }
}

/// Numbers of any kind.
impl Told for u64 {
    fn put(chunk: &[u64], out: &mut Vec<u8>) -> bool {
        let mut before = Near::default();
        chunk.iter().for_each(|number| before.put(*number, out));
        true
    }

    fn read(input: &mut Input<'_>, len: usize, _: &Bounds) -> Option<Vec<u64>> {
        let mut before = Near::default();
        each(input, len, |input| before.read(input))
    }

    fn mark(&self) -> u64 {
        *self
    }

    fn stand_in(mark: u64, _: usize) -> u64 {
        mark
    }
}

impl Told for (u32, Trouble) {
    fn put(chunk: &[(u32, Trouble)], out: &mut Vec<u8>) -> bool {
        let mut places = Near::default();
        chunk.iter().all(|(place, trouble)| {
            places.put((*place).into(), out);
            code(trouble).inspect(|code| out.push(*code)).is_some()
        })
    }

    fn read(input: &mut Input<'_>, len: usize, bounds: &Bounds) -> Option<Vec<(u32, Trouble)>> {
        let mut places = Near::default();
        each(input, len, |input| Some((places.below(input, bounds.entries)?, trouble(input.byte()?)?)))
    }

    fn stand_in(_: u64, _: usize) -> (u32, Trouble) {
        (0, Trouble::Damaged)
    }
}

/// What says that an entry is damaged, or could not be read, is not kept.
fn code(trouble: &Trouble) -> Option<u8> {
    match trouble {
        Trouble::Sealed(OpenError::NotAuthentic) => Some(0),
        Trouble::Unusable(Unusable::Malformed) => Some(1),
        Trouble::Unusable(Unusable::UnknownAction) => Some(2),
        Trouble::Unusable(Unusable::TooMany) => Some(3),
        _ => None,
    }
}

fn trouble(code: u8) -> Option<Trouble> {
    match code {
        0 => Some(Trouble::Sealed(OpenError::NotAuthentic)),
        1 => Some(Trouble::Unusable(Unusable::Malformed)),
        2 => Some(Trouble::Unusable(Unusable::UnknownAction)),
        3 => Some(Trouble::Unusable(Unusable::TooMany)),
        _ => None,
    }
}

impl Told for Refused {
    fn put(chunk: &[Refused], out: &mut Vec<u8>) -> bool {
        let (mut entries, mut versions) = <(Near, Near)>::default();
        for refused in chunk {
            entries.put(refused.entry.into(), out);
            versions.put(refused.version.0.into(), out);
        }
        true
    }

    fn read(input: &mut Input<'_>, len: usize, bounds: &Bounds) -> Option<Vec<Refused>> {
        let (mut entries, mut versions) = <(Near, Near)>::default();
        each(input, len, |input| {
            let entry = entries.below(input, bounds.entries)?;
            Some(Refused { entry, version: VersionNo(versions.below(input, bounds.versions)?) })
        })
    }

    fn stand_in(_: u64, _: usize) -> Refused {
        Refused { entry: 0, version: VersionNo(0) }
    }
}

impl Told for Range<u64> {
    fn put(chunk: &[Range<u64>], out: &mut Vec<u8>) -> bool {
        let mut bounds = Near::default();
        chunk.iter().flat_map(|range| [range.start, range.end]).for_each(|bound| bounds.put(bound, out));
        true
    }

    fn read(input: &mut Input<'_>, len: usize, _: &Bounds) -> Option<Vec<Range<u64>>> {
        let mut bounds = Near::default();
        each(input, len, |input| {
            let range = bounds.read(input)?..bounds.read(input)?;
            (range.start < range.end).then_some(range)
        })
    }

    fn mark(&self) -> u64 {
        self.start
    }

    fn stand_in(mark: u64, _: usize) -> Range<u64> {
        mark..mark.saturating_add(1)
    }
}
