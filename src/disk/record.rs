//! A record of the log: its type, its checksum, and the heads of what it carries (format 4.3, 5). The payload of
//! an entry is not touched.

use std::fmt;
use std::io;
use std::ops::Range;

use super::fields::{Fields, Value};
use super::records::Trust;
use super::window::Window;
use super::{RaftId, RaftIndex, Term};

/// No log reaches this index: at a thousand entries a second it would take two years of doing nothing else.
pub const MAX_INDEX: u64 = (1 << 36) - 1;
/// A term is counted up by elections; what is greater is a raft id in the wrong place.
pub(super) const MAX_TERM: u64 = 1 << 48;
/// Metadata and lists of voters are a few dozen bytes.
const MAX_HEAD: u64 = 64 << 10;

/// The type of a record.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordType(pub u64);

impl RecordType {
    /// Which manager wrote this log.
    pub const METADATA: RecordType = RecordType(1);
    /// A raft entry.
    pub const ENTRY: RecordType = RecordType(2);
    /// A hard state.
    pub const STATE: RecordType = RecordType(3);
    /// The running checksum, at the head of a segment.
    pub const CRC: RecordType = RecordType(4);
    /// A snapshot was taken or received.
    pub const SNAPSHOT: RecordType = RecordType(5);

    /// True for the five types that exist.
    pub fn is_known(self) -> bool {
        (1..=5).contains(&self.0)
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("metadata"),
            2 => f.write_str("entry"),
            3 => f.write_str("state"),
            4 => f.write_str("crc"),
            5 => f.write_str("snapshot"),
            other => other.fmt(f),
        }
    }
}

impl fmt::Debug for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The type of a raft entry. Numbers that raft does not know are kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryType(pub u32);

impl EntryType {
    /// A transaction on the store, or nothing.
    pub const NORMAL: EntryType = EntryType(0);
    /// A change of the membership.
    pub const CONF_CHANGE: EntryType = EntryType(1);
    /// A joint change of the membership; swarm does not write it.
    pub const CONF_CHANGE_V2: EntryType = EntryType(2);
}

impl fmt::Display for EntryType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("EntryNormal"),
            1 => f.write_str("EntryConfChange"),
            2 => f.write_str("EntryConfChangeV2"),
            other => other.fmt(f),
        }
    }
}

impl fmt::Debug for EntryType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What raft promised to remember: `raftpb.HardState`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HardState {
    /// The latest term this manager has seen.
    pub term: Term,
    /// Whom it voted for in that term; 0 is nobody.
    pub vote: RaftId,
    /// Up to where the log is known to be committed; lags behind (format 11.3).
    pub commit: RaftIndex,
}

impl HardState {
    /// Whether it counts where it stands behind the `known` one: the last does (format 4.6). But behind damage a copy of
    /// an older part of the log may lie, and raft never goes back.
    pub(super) fn replaces(&self, known: Option<&HardState>, trust: Trust) -> bool {
        trust == Trust::Sound || known.is_none_or(|known| self.term >= known.term && self.commit >= known.commit)
    }
}

/// The members that vote, as the log or a snapshot has them: `raftpb.ConfState`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfState {
    /// Who votes.
    pub voters: Vec<RaftId>,
    /// Who only listens.
    pub learners: Vec<RaftId>,
    /// Who voted before a joint change that is under way.
    pub voters_outgoing: Vec<RaftId>,
    /// Who becomes a learner when that is done.
    pub learners_next: Vec<RaftId>,
    /// Whether the joint state is left without being told.
    pub auto_leave: bool,
}

/// A mark in the log: there was a snapshot at this index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotMark {
    /// The last index that the snapshot covers.
    pub index: RaftIndex,
    /// The term of that entry.
    pub term: Term,
    /// The members at that time; written since etcd 3.5.
    pub conf_state: Option<ConfState>,
}

/// What a record carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Where the member's own description lies (`RaftMember`).
    Metadata(Range<u64>),
    /// The head of an entry.
    Entry {
        /// Its index.
        index: RaftIndex,
        /// Its term.
        term: Term,
        /// Its type.
        kind: EntryType,
        /// Where its data lie in the file; empty where there are none.
        data: Range<u64>,
    },
    /// A hard state.
    State(HardState),
    /// Nothing: the checksum is the message.
    Crc,
    /// A mark of a snapshot.
    Snapshot(SnapshotMark),
    /// It does not parse, or makes no sense.
    Unreadable(&'static str),
}

/// The outer message (`walpb.Record`), as far as it could be read.
#[derive(Clone, Debug, Default)]
pub(super) struct Envelope {
    pub(super) kind: Option<RecordType>,
    pub(super) crc: Option<u32>,
    /// Empty where there are no data.
    pub(super) data: Range<u64>,
    /// Where the last field ended.
    pub(super) end: u64,
    /// False as soon as something is not a field of a record.
    pub(super) whole: bool,
    /// Fields are those, and in that order, that every writer has used.
    pub(super) plain: bool,
}

/// How far the fields of a record are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Whole,
    Strict,
    Open,
}

/// Turns "this is no field" into a none, and keeps errors of the disk.
pub(super) fn sense<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(e) if e.kind() == io::ErrorKind::InvalidData => Ok(None),
        Err(e) => Err(e),
    }
}

impl Envelope {
    /// Reads the fields in `range`. `Reach::Strict` stops at the first field that is out of order; `Reach::Open`
    /// behind the last field that such a record has, wherever that ends.
    pub(super) fn read(window: &mut Window, range: Range<u64>, reach: Reach) -> io::Result<Envelope> {
        let (open, strict) = (reach == Reach::Open, reach != Reach::Whole);
        let mut envelope =
            Envelope { data: range.start..range.start, end: range.start, plain: true, ..Default::default() };
        let mut fields = Fields::new(window, range);
        let mut last = 0;
        loop {
            let Some(field) = sense(fields.next())? else {
                return Ok(envelope);
            };
            let Some((number, value)) = field else { break };
            match (number, value) {
                (1, Value::Number(kind)) => envelope.kind = Some(RecordType(kind)),
                (2, Value::Number(crc)) => envelope.crc = Some(crc as u32),
                (3, Value::Bytes(data)) => envelope.data = data,
                (1..=3, _) => return Ok(envelope),
                _ => {}
            }
            envelope.plain &= number == last + 1 && number <= 3;
            last = number;
            envelope.end = fields.position();
            if open && (number == 3 || envelope.is_checksum()) {
                break;
            }
            if strict && !envelope.plain {
                return Ok(envelope);
            }
        }
        // Both are always on the wire, also when they are 0 (format 4.3).
        envelope.whole = envelope.kind.is_some() && envelope.crc.is_some();
        Ok(envelope)
    }

    fn is_checksum(&self) -> bool {
        self.kind == Some(RecordType::CRC) && self.crc.is_some()
    }
}

impl Body {
    /// Reads the head of what a record of this type carries.
    pub(super) fn read(window: &mut Window, kind: RecordType, data: Range<u64>) -> io::Result<Body> {
        let len = data.end - data.start;
        if len > MAX_HEAD && kind != RecordType::ENTRY {
            return Ok(Body::Unreadable("it is too long for a record of its type"));
        }
        let read = match kind {
            RecordType::METADATA => return Ok(Body::Metadata(data)),
            RecordType::CRC if len == 0 => return Ok(Body::Crc),
            RecordType::CRC => return Ok(Body::Unreadable("a checksum record carries data")),
            RecordType::ENTRY => sense(entry(window, data))?,
            RecordType::STATE => sense(hard_state(window, data))?,
            RecordType::SNAPSHOT => sense(snapshot_mark(window, data))?,
            _ => return Ok(Body::Unreadable("there is no such type of record")),
        };
        Ok(read.unwrap_or(Body::Unreadable("its data do not have the shape of its type")))
    }
}

fn invalid<T>() -> io::Result<T> {
    Err(io::ErrorKind::InvalidData.into())
}

fn entry(window: &mut Window, range: Range<u64>) -> io::Result<Body> {
    let mut fields = Fields::new(window, range.clone());
    let (mut kind, mut term, mut index) = (None, None, None);
    let mut data = range.end..range.end;
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => kind = value.number(),
            2 => term = value.number(),
            3 => index = value.number(),
            4 => data = value.bytes().ok_or(io::ErrorKind::InvalidData)?,
            _ => {}
        }
    }
    let (Some(kind), Some(term), Some(index)) = (kind, term, index) else {
        return invalid();
    };
    if index == 0 || index > MAX_INDEX || term == 0 || term >= MAX_TERM || u32::try_from(data.end - data.start).is_err()
    {
        return invalid();
    }
    // An enum on the wire is cut to 32 bits.
    Ok(Body::Entry { index: RaftIndex(index), term: Term(term), kind: EntryType(kind as u32), data })
}

fn hard_state(window: &mut Window, range: Range<u64>) -> io::Result<Body> {
    let mut fields = Fields::new(window, range);
    let (mut term, mut vote, mut commit) = (None, None, None);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => term = value.number(),
            2 => vote = value.number(),
            3 => commit = value.number(),
            _ => return invalid(),
        }
    }
    let (Some(term), Some(vote), Some(commit)) = (term, vote, commit) else {
        return invalid();
    };
    if term >= MAX_TERM || commit > MAX_INDEX {
        return invalid();
    }
    Ok(Body::State(HardState { term: Term(term), vote: RaftId(vote), commit: RaftIndex(commit) }))
}

fn snapshot_mark(window: &mut Window, range: Range<u64>) -> io::Result<Body> {
    let mut fields = Fields::new(window, range);
    let (mut index, mut term, mut members) = (None, None, None);
    while let Some((number, value)) = fields.next()? {
        match number {
            1 => index = value.number(),
            2 => term = value.number(),
            3 => members = Some(value.bytes().ok_or(io::ErrorKind::InvalidData)?),
            _ => {}
        }
    }
    let (Some(index), Some(term)) = (index, term) else {
        return invalid();
    };
    if index > MAX_INDEX || term >= MAX_TERM {
        return invalid();
    }
    let conf_state = members.map(|range| conf_state(window, range)).transpose()?;
    Ok(Body::Snapshot(SnapshotMark { index: RaftIndex(index), term: Term(term), conf_state }))
}

/// Reads a `raftpb.ConfState` (format 5; never packed). Its length is bounded by the caller.
pub(super) fn conf_state(window: &mut Window, range: Range<u64>) -> io::Result<ConfState> {
    let mut fields = Fields::new(window, range);
    let mut state = ConfState::default();
    while let Some((number, value)) = fields.next()? {
        let list = match number {
            1 => &mut state.voters,
            2 => &mut state.learners,
            3 => &mut state.voters_outgoing,
            4 => &mut state.learners_next,
            5 => {
                state.auto_leave = value.number().ok_or(io::ErrorKind::InvalidData)? != 0;
                continue;
            }
            _ => continue,
        };
        list.push(RaftId(value.number().ok_or(io::ErrorKind::InvalidData)?));
    }
    Ok(state)
}
