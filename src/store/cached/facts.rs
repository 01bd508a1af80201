//! What there is a handful of: how many entries and versions, the hard state, the marks, the snapshots at hand.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use super::super::State;
use super::super::content::Content;
use super::super::index::{Index, Origin};
use super::super::snapshots::LostSnapshot;
use super::bytes::{Input, put, put_bytes, put_moment};
use super::sections::{MAX_RECORD, Section, Sections, Writer};
use super::versions::{Counts, Interlude};
use crate::disk::{ConfState, HardState, Log, Moment, RaftId, RaftIndex, SnapshotMark, Term};

/// What became of a snapshot file with a readable head.
enum Kept {
    /// It is at hand.
    Loaded { interlude: Interlude, membership: Vec<Range<u64>> },
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
        let count = |len: usize| u32::try_from(len).ok();
        let index = &content.index;
        let counts = Counts {
            entries: count(log.entries.len())?,
            superseded: count(log.superseded.len())?,
            versions: index.versions(),
            objects: count(index.object_count())?,
            texts: index.texts.count(),
        };
        let lost = |name: &str| content.lost_snapshots.iter().find(|lost| lost.name == name);
        let mut places = 0..;
        let snapshots = state.snapshots_to_open().map(|file| match lost(&file.name) {
            Some(LostSnapshot { damaged: true, .. }) => None,
            Some(lost) => Some(Kept::Lost { why: lost.why.clone() }),
            None => {
                let place = places.next()?;
                let snapshot = content.snapshots.get(place as usize).filter(|loaded| loaded.is_whole())?;
                let versions = index.versions_of(Origin::Snapshot(place), |origin| state.order(origin));
                let interlude = Interlude {
                    before: count(log.entries.partition_point(|entry| entry.index <= snapshot.index()))?,
                    versions: versions.end - versions.start,
                    len: snapshot.plain().len(),
                    time: *index.snapshot_times().get(place as usize)?,
                };
                Some(Kept::Loaded { interlude, membership: snapshot.membership_ranges().to_vec() })
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

    /// The snapshots at hand, oldest first.
    pub(super) fn interludes(&self) -> Vec<Interlude> {
        let at_hand = |kept: &Kept| match kept {
            Kept::Loaded { interlude, .. } => Some(*interlude),
            Kept::Lost { .. } => None,
        };
        self.snapshots.iter().filter_map(at_hand).collect()
    }

    /// Fills in what the log says besides entries.
    pub(super) fn complete(&mut self, log: &mut Log) {
        log.hard_state = self.hard_state;
        log.metadata = self.metadata.take();
        log.marks = std::mem::take(&mut self.marks).into_iter().collect();
    }

    /// The content that an index belongs to. Snapshots are authenticated when their bytes are asked for.
    pub(super) fn content(self, state: &State, log: &Log, mut index: Index) -> Option<Content> {
        index.newest = self.newest;
        index.known_last = self.known_last;
        let mut kept = self.snapshots.into_iter();
        let mut wrong = false;
        let (snapshots, lost_snapshots) = state.open_snapshots(|file, place| match kept.next() {
            Some(Kept::Loaded { interlude, membership }) => {
                let between = log.entries.partition_point(|entry| entry.index <= file.index);
                wrong |= between != interlude.before as usize;
                Ok(Arc::new(state.recall_snapshot(file, place, interlude.len, membership)))
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
        let out = writer.record(Section::Facts)?;
        let Counts { entries, superseded, versions, objects, texts } = self.counts;
        [entries, superseded, versions, objects, texts].into_iter().for_each(|count| put(out, count.into()));
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
                Kept::Loaded { interlude, membership } => {
                    out.push(1);
                    put(out, interlude.before.into());
                    put(out, interlude.versions.into());
                    put(out, interlude.len);
                    put_moment(out, interlude.time);
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
        if out.len() > MAX_RECORD {
            return Err(super::unlike("the number of marks"));
        }
        writer.end(Section::Facts)
    }

    pub(super) fn read(sections: &Sections) -> Option<Facts> {
        let mut stream = sections.stream(Section::Facts);
        let facts = stream.record(|input| {
            let counts = Counts {
                entries: input.u32()?,
                superseded: input.u32()?,
                versions: input.u32()?,
                objects: input.u32()?,
                texts: input.u32()?,
            };
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
        })?;
        stream.end()?;
        Some(facts)
    }
}

fn kept(input: &mut Input<'_>) -> Option<Kept> {
    if input.byte()? == 0 {
        return Some(Kept::Lost { why: input.text()? });
    }
    let (before, versions, len, time) = (input.u32()?, input.u32()?, input.number()?, input.moment()?);
    let membership = input.list(|input| {
        let range = input.number()?..input.number()?;
        (range.start <= range.end && range.end <= len).then_some(range)
    })?;
    Some(Kept::Loaded { interlude: Interlude { before, versions, len, time }, membership })
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
