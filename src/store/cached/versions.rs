//! The versions, grouped by what brought them about, so that neither their origins nor the objects' histories nor
//! the times of the entries need to be told: some eighteen bytes each, eight of which no coding makes smaller.

use std::io::{self, Write};

use super::super::Kind;
use super::super::facts::Action;
use super::super::index::{Index, MAX_LEN, NewVersion, ObjectNo, Origin, Version};
use super::super::text::Text;
use super::bytes::{put, put_signed};
use super::sections::{Section, Sections, Stream, Writer};
use super::unlike;
use crate::disk::Moment;

const ACTION: u8 = 0b111;
/// The first version of an object.
const FIRST: u8 = 1 << 3;
/// It has a name.
const NAMED: u8 = 1 << 4;
/// Its name is the next text.
const NEW_NAME: u8 = 1 << 5;
const TIMED: u8 = 1 << 6;

/// A snapshot among the entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Interlude {
    /// How many entries come before it.
    pub(super) before: u32,
    /// How many versions it brought.
    pub(super) versions: u32,
    /// Length of its plaintext.
    pub(super) len: u64,
    /// The time up to and with it.
    pub(super) time: Option<Moment>,
}

/// How many there are of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) entries: u32,
    pub(super) superseded: u32,
    pub(super) versions: u32,
    pub(super) objects: u32,
    pub(super) texts: u32,
}

/// Writes the versions. What was built in another way than these rules say is refused.
pub(super) fn write<W: Write>(
    index: &Index,
    counts: Counts,
    interludes: &[Interlude],
    writer: &mut Writer<'_, W>,
) -> io::Result<()> {
    let mut walk = Walk { index, next: 0, objects: 0, texts: 0, seconds: 0, newest: None };
    let mut snapshots = (0..).zip(interludes).peekable();
    for place in 0..=counts.entries {
        while let Some((no, snapshot)) = snapshots.next_if(|(_, snapshot)| snapshot.before == place) {
            walk.group(Origin::Snapshot(no), snapshot.versions, writer)?;
            if walk.newest > snapshot.time {
                return Err(unlike("a snapshot"));
            }
            walk.newest = snapshot.time;
        }
        if place == counts.entries {
            break;
        }
        let of_entry = |no: &u32| walk.at(*no).is_some_and(|version| version.origin() == Origin::Entry(place));
        let count = (walk.next..counts.versions).take_while(of_entry).count();
        put(writer.record(Section::Versions)?, count as u64);
        walk.group(Origin::Entry(place), count as u32, writer)?;
        if walk.newest != index.time(place) {
            return Err(unlike("the time of an entry"));
        }
    }
    if (walk.next, walk.objects, walk.texts) != (counts.versions, counts.objects, counts.texts) {
        return Err(unlike("the order of the versions"));
    }
    writer.end(Section::Versions)
}

/// What both sides know before a version.
struct Walk<'a> {
    index: &'a Index,
    next: u32,
    objects: u32,
    texts: u32,
    seconds: i64,
    newest: Option<Moment>,
}

impl<'a> Walk<'a> {
    fn at(&self, no: u32) -> Option<&'a Version> {
        self.index.version_at(no).map(|no| self.index.version(no))
    }

    /// Writes the versions of one origin.
    fn group<W: Write>(&mut self, origin: Origin, count: u32, writer: &mut Writer<'_, W>) -> io::Result<()> {
        for _ in 0..count {
            let version = self.at(self.next).filter(|version| version.origin() == origin);
            self.version(version.ok_or_else(|| unlike("the origin of a version"))?, writer.record(Section::Versions)?)?;
            self.next += 1;
        }
        Ok(())
    }

    fn version(&mut self, version: &Version, out: &mut Vec<u8>) -> io::Result<()> {
        let object = version.object();
        let first = object.0 == self.objects;
        if first && self.index.id_text(object) != Some(Text(self.texts)) {
            return Err(unlike("the order of the objects"));
        }
        self.texts += u32::from(first);
        let (named, new_name) = (version.name != Text::NONE, version.name == Text(self.texts));
        let updated = version.updated();
        let flag = |set: bool, bit: u8| if set { bit } else { 0 };
        let flags = flag(first, FIRST) | flag(named, NAMED) | flag(new_name, NEW_NAME);
        out.push(version.action() as u8 | flags | flag(updated.is_some(), TIMED));
        if first {
            out.push(self.index.kind(object) as u8);
        } else {
            put(out, object.0.into());
        }
        if named && !new_name {
            put(out, version.name.0.into());
        }
        self.objects += u32::from(first);
        self.texts += u32::from(new_name);
        let range = version.range();
        put(out, range.start as u64);
        put(out, range.len() as u64);
        out.extend_from_slice(&version.sum().to_le_bytes());
        if let Some(at) = updated {
            put_signed(out, at.seconds.wrapping_sub(self.seconds));
            out.extend_from_slice(&at.nanos.to_le_bytes());
            self.seconds = at.seconds;
        }
        if version.action() != Action::Remove {
            self.newest = self.newest.max(updated);
        }
        Ok(())
    }
}

/// Reads the versions, and makes of them all of an index that follows from them.
pub(super) fn read(sections: &Sections, counts: Counts, interludes: &[Interlude]) -> Option<Index> {
    // A version takes nine bytes at least, as does an object's first; the group of an entry takes one.
    let most = sections.bytes(Section::Versions);
    let room = |count: u32, least: usize| Some(count as usize).filter(|count| *count <= most / least);
    room(counts.versions, 9).and(room(counts.objects, 9)).and(room(counts.entries, 1))?;
    let index = Index::new();
    let stream = sections.stream(Section::Versions);
    let mut reading = Reading { index, stream, objects: 0, versions: 0, texts: 0, seconds: 0, newest: None };
    let mut snapshots = (0..).zip(interludes).peekable();
    for place in 0..=counts.entries {
        while let Some((no, snapshot)) = snapshots.next_if(|(_, snapshot)| snapshot.before == place) {
            for _ in 0..snapshot.versions {
                reading.version(Origin::Snapshot(no), snapshot.len)?;
            }
            reading.newest = snapshot.time;
            reading.index.snapshot_times.push(snapshot.time);
        }
        if place < counts.entries {
            for _ in 0..reading.stream.record(|input| input.number())? {
                reading.version(Origin::Entry(place), u64::MAX)?;
            }
            reading.index.times.push(reading.newest.into());
        }
    }
    let read = (reading.versions, reading.objects, reading.texts);
    let complete = snapshots.next().is_none() && read == (counts.versions, counts.objects, counts.texts);
    reading.stream.end()?;
    complete.then_some(reading.index)
}

struct Reading<'a> {
    index: Index,
    stream: Stream<'a>,
    objects: u32,
    versions: u32,
    texts: u32,
    seconds: i64,
    newest: Option<Moment>,
}

impl Reading<'_> {
    /// Reads a version, whose bytes lie within `within` bytes of plaintext.
    #[inline]
    fn version(&mut self, origin: Origin, within: u64) -> Option<()> {
        let Reading { index, stream, objects, versions, texts, seconds, newest } = self;
        stream.record(|input| {
            let flags = input.byte()?;
            let action = Action::numbered(u32::from(flags & ACTION))?;
            let object = match flags & FIRST {
                0 => ObjectNo(input.u32().filter(|no| no < objects)?),
                _ => {
                    let kind = *Kind::ALL.get(usize::from(input.byte()?))?;
                    *objects = objects.checked_add(1)?;
                    index.recall_object(kind, next(texts)?)
                }
            };
            let name = match flags & (NAMED | NEW_NAME) {
                0 => Text::NONE,
                NAMED => Text(input.u32().filter(|name| name < texts)?),
                _ => next(texts)?,
            };
            let (start, len, sum) = (input.u32()?, input.u32().filter(|len| *len <= MAX_LEN)?, input.word()?);
            (u64::from(start) + u64::from(len) <= within).then_some(())?;
            let mut updated = None;
            if flags & TIMED != 0 {
                *seconds = seconds.wrapping_add(input.signed()?);
                let nanos = input.word().filter(|nanos| *nanos < 1_000_000_000)?;
                updated = Some(Moment { seconds: *seconds, nanos });
            }
            if action != Action::Remove {
                *newest = (*newest).max(updated);
            }
            *versions = versions.checked_add(1)?;
            index.recall_version(object, name, NewVersion { origin, action, name: None, start, len, sum, updated })
        })
    }
}

/// The text that comes next.
fn next(texts: &mut u32) -> Option<Text> {
    let text = Text(*texts);
    *texts = texts.checked_add(1)?;
    Some(text)
}
