//! The places of the entries: four to five bytes each.

use std::io::{self, Write};

use super::bytes::{Input, put, put_signed};
use super::sections::{Section, Sections, Writer};
use super::versions::Counts;
use crate::disk::{EntryAt, EntryType, Log, MAX_INDEX, RaftIndex, Segment, Term, Trust};

/// The next index of the same term in the same segment, of an ordinary entry: all but a few are.
const PLAIN: u8 = 0;
/// Something of it is told.
const TOLD: u8 = 1;

/// Where the last entry was.
#[derive(Clone, Copy)]
struct Before {
    index: u64,
    term: u64,
    segment: u32,
    end: u64,
}

const START: Before = Before { index: 0, term: 0, segment: 0, end: 0 };

impl Before {
    fn of(entry: &EntryAt) -> Before {
        let end = entry.offset.saturating_add(u64::from(entry.len));
        Before { index: entry.index.0, term: entry.term.0, segment: entry.segment, end }
    }

    fn difference(to: u64, from: u64) -> i64 {
        to.wrapping_sub(from) as i64
    }
}

/// Writes the entries, then the superseded ones.
pub(super) fn write<W: Write>(log: &Log, writer: &mut Writer<'_, W>) -> io::Result<()> {
    let mut before = START;
    for entry in log.entries.iter().chain(&log.superseded) {
        let out = writer.record(Section::Log)?;
        let plain = entry.index.0 == before.index.wrapping_add(1)
            && (entry.term.0, entry.segment, entry.kind) == (before.term, before.segment, EntryType::NORMAL);
        out.push(if plain { PLAIN } else { TOLD });
        if !plain {
            put_signed(out, Before::difference(entry.index.0, before.index));
            put_signed(out, Before::difference(entry.term.0, before.term));
            put(out, u64::from(entry.segment));
            put(out, u64::from(entry.kind.0));
        }
        put_signed(out, Before::difference(entry.offset, before.end));
        put(out, u64::from(entry.len));
        before = Before::of(entry);
    }
    writer.end(Section::Log)
}

/// Reads `counts` entries and superseded ones into a log whose segments were recalled.
pub(super) fn read(sections: &Sections, counts: Counts, log: &mut Log) -> Option<()> {
    let counts = (counts.entries as usize, counts.superseded as usize);
    // Three bytes is the least that one takes.
    let most = sections.bytes(Section::Log) / 3;
    counts.0.checked_add(counts.1).filter(|all| *all <= most)?;
    let mut stream = sections.stream(Section::Log);
    let mut before = START;
    let mut next = |segments: &[Segment]| {
        let entry = stream.record(|input| entry(input, before, segments))?;
        let rises = entry.index.0 > before.index;
        before = Before::of(&entry);
        Some((entry, rises))
    };
    for place in 0..counts.0 {
        let (entry, rises) = next(&log.segments)?;
        (rises || place == 0).then_some(())?;
        log.entries.push(entry);
    }
    for _ in 0..counts.1 {
        log.superseded.push(next(&log.segments)?.0);
    }
    stream.end()
}

fn entry(input: &mut Input<'_>, before: Before, segments: &[Segment]) -> Option<EntryAt> {
    let (mut index, mut term) = (before.index.wrapping_add(1), before.term);
    let (mut segment, mut kind) = (before.segment, EntryType::NORMAL);
    match input.byte()? {
        PLAIN => {}
        TOLD => {
            index = before.index.wrapping_add_signed(input.signed()?);
            term = before.term.wrapping_add_signed(input.signed()?);
            segment = input.u32()?;
            kind = EntryType(input.u32()?);
        }
        _ => return None,
    }
    let offset = before.end.wrapping_add_signed(input.signed()?);
    let len = input.u32()?;
    let inside = offset.checked_add(u64::from(len))? <= segments.get(segment as usize)?.end;
    (inside && index <= MAX_INDEX).then_some(EntryAt {
        index: RaftIndex(index),
        term: Term(term),
        offset,
        len,
        segment,
        kind,
        trust: Trust::Sound,
    })
}
