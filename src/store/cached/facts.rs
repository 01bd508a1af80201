//! What there is a handful of: how many entries and versions, the hard state, the marks, the snapshots at hand.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use super::super::content::Content;
use super::super::index::Index;
use super::super::snapshots::LostSnapshot;
use super::super::{Kind, State};
use super::bytes::{Input, put, put_bytes, put_moment};
use super::chunks::{Chunks, Part, Writer};
use crate::disk::{ConfState, HardState, Log, Moment, RaftId, RaftIndex, SnapshotMark, Term};

/// How many there are of everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) entries: u32,
    pub(super) superseded: u32,
    pub(super) versions: u32,
    pub(super) texts: u32,
    pub(super) conf_changes: u32,
    pub(super) troubles: u32,
    pub(super) refused: u32,
    pub(super) known: u32,
    pub(super) objects: [u32; Kind::COUNT],
}

impl Counts {
    fn of(log: &Log, index: &Index) -> Option<Counts> {
        let count = |len: usize| u32::try_from(len).ok();
        Some(Counts {
            entries: count(log.entries.len())?,
            superseded: count(log.superseded.len())?,
            versions: index.versions(),
            texts: index.texts.count(),
            conf_changes: count(index.conf_changes.len())?,
            troubles: count(index.troubles.len())?,
            refused: count(index.refused.len())?,
            known: count(index.known.len())?,
            objects: Kind::ALL.map(|kind| index.objects(kind).len() as u32),
        })
    }

    /// Objects of all kinds.
    pub(super) fn all_objects(&self) -> Option<u32> {
        self.objects.iter().try_fold(0u32, |sum, count| sum.checked_add(*count))
    }

    fn put(&self, out: &mut Vec<u8>) {
        let Counts { entries, superseded, versions, texts, conf_changes, troubles, refused, known, objects } = *self;
        let lists = [entries, superseded, versions, texts, conf_changes, troubles, refused, known];
        lists.into_iter().chain(objects).for_each(|count| put(out, count.into()));
    }

    fn read(input: &mut Input<'_>) -> Option<Counts> {
        let mut counts = Counts {
            entries: input.u32()?,
            superseded: input.u32()?,
            versions: input.u32()?,
            texts: input.u32()?,
            conf_changes: input.u32()?,
            troubles: input.u32()?,
            refused: input.u32()?,
            known: input.u32()?,
            objects: [0; Kind::COUNT],
        };
        for count in &mut counts.objects {
            *count = input.u32()?;
        }
        Some(counts)
    }
}

/// Most bytes of all this: the log's metadata, its marks, and what is known of the snapshots.
const MOST: usize = 1 << 20;

/// What became of a snapshot file with a readable head.
enum Kept {
    /// It is at hand.
    Loaded { len: u64, time: Option<Moment>, membership: Vec<Range<u64>> },
    /// There is no key for it.
    Lost { why: String },
}

/// See the module's text.
pub(super) struct Facts {
    pub(super) counts: Counts,
    newest: Option<Moment>,
    known_last: Option<u64>,
    hard_state: Option<HardState>,
    metadata: Option<Vec<u8>>,
    marks: Vec<SnapshotMark>,
    /// In the order in which they are opened.
    snapshots: Vec<Kept>,
}

impl Facts {
    /// Of a state that is worth a cache; `None` where a snapshot is damaged.
    pub(super) fn of(state: &State) -> Option<Facts> {
        let (log, content) = (state.log(), state.content());
        let index = &content.index;
        let counts = Counts::of(log, index)?;
        let lost = |name: &str| content.lost_snapshots.iter().find(|lost| lost.name == name);
        let mut places = 0..;
        let snapshots = state.snapshots_to_open().map(|file| match lost(&file.name) {
            Some(LostSnapshot { damaged: true, .. }) => None,
            Some(lost) => Some(Kept::Lost { why: lost.why.clone() }),
            None => {
                let place: usize = places.next()?;
                let snapshot = content.snapshots.get(place).filter(|loaded| loaded.is_whole())?;
                let (len, time) = (snapshot.plain().len(), *index.snapshot_times().get(place)?);
                Some(Kept::Loaded { len, time, membership: snapshot.membership_ranges().to_vec() })
            }
        });
        Some(Facts {
            counts,
            snapshots: snapshots.collect::<Option<_>>()?,
            newest: index.newest_time(),
            known_last: index.known_last,
            hard_state: log.hard_state,
            metadata: log.metadata.clone(),
            marks: log.marks.iter().cloned().collect(),
        })
    }

    /// The snapshots at hand, oldest first: the length of each, and the time up to it.
    pub(super) fn snapshots(&self) -> impl Iterator<Item = (u64, Option<Moment>)> {
        self.snapshots.iter().filter_map(|kept| match kept {
            Kept::Loaded { len, time, .. } => Some((*len, *time)),
            Kept::Lost { .. } => None,
        })
    }

    /// Fills in what the log says besides entries.
    pub(super) fn complete(&mut self, log: &mut Log) {
        log.hard_state = self.hard_state;
        log.metadata = self.metadata.take();
        log.marks = std::mem::take(&mut self.marks).into_iter().collect();
    }

    /// The content that an index belongs to. Snapshots are authenticated when their bytes are asked for.
    pub(super) fn content(self, state: &State, mut index: Index) -> Option<Content> {
        index.newest = self.newest;
        index.known_last = self.known_last;
        let mut kept = self.snapshots.into_iter();
        let mut wrong = false;
        let (snapshots, lost_snapshots) = state.open_snapshots(|file, place| match kept.next() {
            Some(Kept::Loaded { len, membership, .. }) => {
                Ok(Arc::new(state.recall_snapshot(file, place, len, membership)))
            }
            Some(Kept::Lost { why }) => {
                Err(LostSnapshot { id: Some(file.id().into()), name: file.name, why, damaged: false })
            }
            None => {
                wrong = true;
                Err(LostSnapshot { id: None, name: file.name, why: String::new(), damaged: true })
            }
        });
        (!wrong && kept.next().is_none()).then_some(Content { index, snapshots, lost_snapshots })
    }

    pub(super) fn write<W: Write>(&self, writer: &mut Writer<'_, W>) -> io::Result<()> {
        writer.chunk(Part::Facts as u8, 0, MOST, |out| {
            self.put(out);
            out.len() <= MOST
        })
    }

    fn put(&self, out: &mut Vec<u8>) {
        self.counts.put(out);
        put_moment(out, self.newest);
        put(out, self.known_last.is_some().into());
        put(out, self.known_last.unwrap_or_default());
        put(out, self.hard_state.is_some().into());
        if let Some(HardState { term, vote, commit }) = self.hard_state {
            [term.0, vote.0, commit.0].into_iter().for_each(|number| put(out, number));
        }
        put(out, self.metadata.is_some().into());
        put_bytes(out, self.metadata.as_deref().unwrap_or_default());
        put(out, self.marks.len() as u64);
        for mark in &self.marks {
            put(out, mark.index.0);
            put(out, mark.term.0);
            put(out, mark.conf_state.is_some().into());
            if let Some(members) = &mark.conf_state {
                put_members(out, members);
            }
        }
        put(out, self.snapshots.len() as u64);
        for kept in &self.snapshots {
            match kept {
                Kept::Loaded { len, time, membership } => {
                    out.push(1);
                    put(out, *len);
                    put_moment(out, *time);
                    put(out, membership.len() as u64);
                    membership.iter().for_each(|range| {
                        put(out, range.start);
                        put(out, range.end);
                    });
                }
                Kept::Lost { why } => {
                    out.push(0);
                    put_bytes(out, why.as_bytes());
                }
            }
        }
    }

    pub(super) fn read(chunks: &Chunks) -> Option<Facts> {
        let plain = chunks.plain(Part::Facts as u8, 0)?;
        let mut input = Input(&plain);
        let facts = Facts::take(&mut input)?;
        input.0.is_empty().then_some(facts)
    }

    fn take(input: &mut Input<'_>) -> Option<Facts> {
        let counts = Counts::read(input)?;
        let newest = input.moment()?;
        let known = input.byte()? != 0;
        let known_last = Some(input.number()?).filter(|_| known);
        let hard_state = match input.byte()? {
            0 => None,
            _ => Some(HardState {
                term: Term(input.number()?),
                vote: RaftId(input.number()?),
                commit: RaftIndex(input.number()?),
            }),
        };
        let metadata = input.byte()? != 0;
        let metadata = Some(input.bytes()?.to_vec()).filter(|_| metadata);
        let marks = input.list(|input| {
            let (index, term) = (RaftIndex(input.number()?), Term(input.number()?));
            let conf_state = match input.byte()? {
                0 => None,
                _ => Some(members(input)?),
            };
            Some(SnapshotMark { index, term, conf_state })
        })?;
        let snapshots = input.list(kept)?;
        Some(Facts { counts, newest, known_last, hard_state, metadata, marks, snapshots })
    }
}

fn kept(input: &mut Input<'_>) -> Option<Kept> {
    if input.byte()? == 0 {
        return Some(Kept::Lost { why: input.text()? });
    }
    let (len, time) = (input.number()?, input.moment()?);
    let membership = input.list(|input| {
        let range = input.number()?..input.number()?;
        (range.start <= range.end && range.end <= len).then_some(range)
    })?;
    Some(Kept::Loaded { len, time, membership })
}

fn put_members(out: &mut Vec<u8>, members: &ConfState) {
    let ConfState { voters, learners, voters_outgoing, learners_next, auto_leave } = members;
    for list in [voters, learners, voters_outgoing, learners_next] {
        put(out, list.len() as u64);
        list.iter().for_each(|id| put(out, id.0));
    }
    put(out, (*auto_leave).into());
}

fn members(input: &mut Input<'_>) -> Option<ConfState> {
    let ids = |input: &mut Input<'_>| input.list(|input| input.number().map(RaftId));
    Some(ConfState {
        voters: ids(input)?,
        learners: ids(input)?,
        voters_outgoing: ids(input)?,
        learners_next: ids(input)?,
        auto_leave: input.byte()? != 0,
    })
}
