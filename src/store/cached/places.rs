//! The rest of an index: its texts, the order of the ids, and what is said of single entries.

use std::io::{self, Write};

use super::super::Kind;
use super::super::facts::Unusable;
use super::super::index::{Index, ObjectNo, Refused, Trouble, VersionNo};
use super::super::text::{Text, Texts};
use super::bytes::{Input, put, put_bytes, put_signed};
use super::sections::{MAX_RECORD, Section, Sections, Stream, Writer};
use super::unlike;
use super::versions::Counts;
use crate::seal::OpenError;

pub(super) fn write_texts<W: Write>(index: &Index, writer: &mut Writer<'_, W>) -> io::Result<()> {
    for no in 0..index.texts.count() {
        let text = index.texts.get(Text(no)).filter(|text| text.len() < MAX_RECORD);
        put_bytes(writer.record(Section::Texts)?, text.ok_or_else(|| unlike("a name"))?);
    }
    writer.end(Section::Texts)
}

pub(super) fn read_texts(sections: &Sections, counts: Counts) -> Option<Texts> {
    let mut texts = Texts::default();
    let mut stream = sections.stream(Section::Texts);
    for _ in 0..counts.texts {
        stream.record(|input| input.bytes().map(|text| texts.add(text)))?;
    }
    stream.end()?;
    Some(texts)
}

/// The objects of each kind in byte order of their ids: to sort them again would take longer than all the rest.
pub(super) fn write_order<W: Write>(index: &Index, writer: &mut Writer<'_, W>) -> io::Result<()> {
    let mut before = 0;
    for object in Kind::ALL.into_iter().flat_map(|kind| index.objects_by_id(kind)) {
        put_signed(writer.record(Section::Order)?, i64::from(object.0) - before);
        before = i64::from(object.0);
    }
    writer.end(Section::Order)
}

pub(super) fn read_order(sections: &Sections, index: &mut Index) -> Option<()> {
    let mut stream = sections.stream(Section::Order);
    let mut before = 0i64;
    for kind in Kind::ALL {
        let mut order = Vec::with_capacity(index.objects(kind).len());
        for _ in 0..index.objects(kind).len() {
            before = before.checked_add(stream.record(|input| input.signed())?)?;
            order.push(ObjectNo(u32::try_from(before).ok()?));
        }
        index.recall_order(kind, order)?;
    }
    stream.end()
}

/// Configuration changes, entries that say nothing, refused actions, and what is known as a whole.
pub(super) fn write<W: Write>(index: &Index, writer: &mut Writer<'_, W>) -> io::Result<()> {
    let mut row = |numbers: &[u64]| -> io::Result<()> {
        let out = writer.record(Section::Places)?;
        numbers.iter().for_each(|number| put(out, *number));
        Ok(())
    };
    row(&[index.conf_changes().len() as u64])?;
    index.conf_changes().iter().try_for_each(|place| row(&[u64::from(*place)]))?;
    row(&[index.troubles().len() as u64])?;
    for (place, trouble) in index.troubles() {
        row(&[u64::from(*place), code(trouble).ok_or_else(|| unlike("an entry"))?])?;
    }
    row(&[index.refused().len() as u64])?;
    index.refused().iter().try_for_each(|refused| row(&[refused.entry.into(), refused.version.0.into()]))?;
    row(&[index.known().len() as u64])?;
    index.known().iter().try_for_each(|range| row(&[range.start, range.end]))?;
    writer.end(Section::Places)
}

pub(super) fn read(sections: &Sections, counts: Counts, index: &mut Index) -> Option<()> {
    let mut stream = sections.stream(Section::Places);
    let place = |input: &mut Input<'_>| input.u32().filter(|place| *place < counts.entries);
    // They are searched, so they must rise.
    let mut behind = 0;
    let mut rising = move |place: u32, first: bool| {
        let rises = first || place >= behind;
        behind = place.saturating_add(1);
        rises.then_some(place)
    };
    each(&mut stream, |input, first| {
        index.conf_changes.push(rising(place(input)?, first)?);
        Some(())
    })?;
    each(&mut stream, |input, first| {
        let place = rising(place(input)?, first)?;
        index.troubles.push((place, trouble(input.number()?)?));
        Some(())
    })?;
    each(&mut stream, |input, _| {
        let (entry, version) = (place(input)?, input.u32().filter(|no| *no < counts.versions)?);
        index.refused.push(Refused { entry, version: VersionNo(version) });
        Some(())
    })?;
    let mut end = 0;
    each(&mut stream, |input, _| {
        let range = input.number()?..input.number()?;
        let rises = end <= range.start && range.start < range.end;
        end = range.end;
        index.known.push(range);
        rises.then_some(())
    })?;
    stream.end()
}

/// Reads a list that says how long it is, a record at a time.
fn each(stream: &mut Stream<'_>, mut one: impl FnMut(&mut Input<'_>, bool) -> Option<()>) -> Option<()> {
    for at in 0..stream.record(|input| input.number())? {
        stream.record(|input| one(input, at == 0))?;
    }
    Some(())
}

/// What says that an entry is damaged, or could not be read, is not kept.
fn code(trouble: &Trouble) -> Option<u64> {
    match trouble {
        Trouble::Sealed(OpenError::NotAuthentic) => Some(0),
        Trouble::Unusable(Unusable::Malformed) => Some(1),
        Trouble::Unusable(Unusable::UnknownAction) => Some(2),
        Trouble::Unusable(Unusable::TooMany) => Some(3),
        _ => None,
    }
}

fn trouble(code: u64) -> Option<Trouble> {
    match code {
        0 => Some(Trouble::Sealed(OpenError::NotAuthentic)),
        1 => Some(Trouble::Unusable(Unusable::Malformed)),
        2 => Some(Trouble::Unusable(Unusable::UnknownAction)),
        3 => Some(Trouble::Unusable(Unusable::TooMany)),
        _ => None,
    }
}
