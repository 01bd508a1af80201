//! All records of a segment, and the gaps between them, in the order of the file. One damaged record does not end
//! the reading: where it goes on is decided by `recover`.

use std::collections::VecDeque;
use std::io;
use std::ops::Range;

use super::DiskFile;
use super::fault::FaultKind;
use super::frame::{Frame, Framing};
use super::record::{Body, Envelope, Reach, RecordType};
use super::recover::Next;
use super::segment::Segment;
use super::window::Window;
use super::witness::Witness;

/// How far what was read can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// It has its checksum, and so has everything before it in the segment.
    Sound,
    /// It lies behind damage, but has its checksum.
    Recovered,
    /// It lies directly behind damage; the checksum before it, to which its own refers, is lost.
    Unverified,
    /// It does not have its checksum, or makes no sense.
    Damaged,
}

/// A record as it lies in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where its length field is.
    pub offset: u64,
    /// Length of the record, without length field and padding.
    pub len: u64,
    /// Number of padding bytes.
    pub padding: u8,
    /// Its type, where it can be read (0 where not).
    pub kind: RecordType,
    /// The checksum that it carries, where it can be read (0 where not).
    pub crc: u32,
    /// The checksum that its data give, where the one before it is known.
    pub expected: Option<u32>,
    /// What it carries.
    pub body: Body,
    /// How far to believe it.
    pub trust: Trust,
    /// What is wrong with it.
    pub fault: Option<FaultKind>,
}

impl Record {
    /// Where it ends, its padding included.
    pub fn end(&self) -> u64 {
        self.offset.saturating_add(8).saturating_add(self.len).saturating_add(u64::from(self.padding))
    }
}

/// A stretch of the file that holds no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Where it is.
    pub range: Range<u64>,
    /// Why it holds none; nothing where it is the preallocated space behind the end of the log.
    pub fault: Option<FaultKind>,
}

/// What follows in a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A record.
    Record(Record),
    /// A stretch without one.
    Gap(Gap),
}

/// The running checksum (format 4.4): what it may be before the next record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Chain {
    /// None: it is not known.
    pub(super) first: Option<u32>,
    /// Behind a damaged record: either its stored checksum is right, or its data are.
    pub(super) second: Option<u32>,
    /// A mismatch is the next record's fault, not that of what stands here.
    pub(super) certain: bool,
}

impl Chain {
    pub(super) const UNKNOWN: Chain = Chain { first: None, second: None, certain: false };

    pub(super) fn certain(crc: u32) -> Chain {
        Chain { first: Some(crc), second: None, certain: true }
    }

    pub(super) fn doubtful(first: Option<u32>, second: Option<u32>) -> Chain {
        Chain { first: first.or(second), second: first.and(second), certain: false }
    }
}

/// How a checksum came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    /// It follows from the first value of the chain.
    First,
    /// It follows from the second.
    Second,
    /// It does not follow; from the first value, this one would.
    Wrong(u32),
    /// There is nothing to follow from.
    Unknown,
}

/// A frame that was looked into.
pub(super) struct Reading {
    pub(super) frame: Frame,
    pub(super) envelope: Envelope,
    pub(super) body: Body,
    pub(super) check: Check,
}

impl Reading {
    pub(super) fn right(&self) -> bool {
        self.envelope.whole && matches!(self.check, Check::First | Check::Second)
    }

    /// It is laid out as every writer lays out records, and fills its frame to the byte.
    pub(super) fn filled(&self) -> bool {
        let end = self.frame.record().saturating_add(self.frame.len);
        self.envelope.whole && self.envelope.plain && self.envelope.end == end
    }

    /// The same, and what it carries makes sense.
    pub(super) fn exact(&self) -> bool {
        self.filled() && self.frame.canonical && !matches!(self.body, Body::Unreadable(_))
    }
}

/// A place between two pieces of a segment at which reading can go on as if it had never stopped.
#[derive(Clone, Copy, Debug)]
pub struct Bookmark {
    at: u64,
    chain: Chain,
    behind_damage: bool,
    patience: u64,
}

/// Iterates over a segment. Memory is bounded by one window, whatever the file says.
pub struct Records {
    pub(super) window: Window,
    pub(super) framing: Framing,
    /// The last segment of the log, which may end in an unfinished write.
    pub(super) newest: bool,
    pub(super) at: u64,
    pub(super) chain: Chain,
    pub(super) behind_damage: bool,
    /// Bytes that may yet be read in vain, so that hostile files take linear time.
    pub(super) patience: u64,
    /// Whom to ask of records that no checksum vouches for.
    pub(super) witness: Option<Witness>,
    pub(super) ready: VecDeque<Piece>,
}

impl Records {
    /// Reads on at `at`, where a frame starts, with the running checksum before it, if that is known.
    pub(super) fn new(file: DiskFile, segment: &Segment, at: u64, crc: Option<u32>) -> Records {
        let (framing, newest, witness) = (segment.framing, segment.newest, segment.witness.clone());
        let window = Window::new(file);
        let patience = window.end().saturating_mul(8).saturating_add(64 << 20);
        let chain = crc.map_or(Chain::UNKNOWN, Chain::certain);
        Records { window, framing, newest, at, chain, behind_damage: false, patience, witness, ready: VecDeque::new() }
    }

    /// A mark of this place; none where pieces were read ahead.
    pub fn bookmark(&self) -> Option<Bookmark> {
        let (at, chain, behind_damage, patience) = (self.at, self.chain, self.behind_damage, self.patience);
        self.ready.is_empty().then_some(Bookmark { at, chain, behind_damage, patience })
    }

    /// Goes on at a mark that was made of the same segment.
    pub(super) fn go_to(&mut self, mark: Bookmark) {
        (self.at, self.chain) = (mark.at, mark.chain);
        (self.behind_damage, self.patience) = (mark.behind_damage, mark.patience);
    }

    /// Where the next piece starts.
    pub fn position(&self) -> u64 {
        self.at
    }

    /// The running checksum there, where it is known.
    pub fn running(&self) -> Option<u32> {
        self.chain.first.filter(|_| self.chain.certain)
    }

    /// How many bytes the medium would not give so far; they were taken for zeros.
    pub fn unreadable(&self) -> u64 {
        self.window.unreadable()
    }

    /// Reads on by one record or gap; usual records at one go where `quick`, which must make no difference.
    pub(super) fn step(&mut self, quick: bool) -> io::Result<()> {
        let left = self.window.end() - self.at;
        if left < 8 {
            let fault = self.window.next_nonzero(self.at)?.map(|_| FaultKind::ShortEnd { left });
            self.gap(self.window.end(), fault);
            return Ok(());
        }
        let field = self.window.word(self.at)?;
        let Some(frame) = Frame::new(self.at, field, self.framing) else {
            return self.zero_length(field);
        };
        if quick && self.usual(frame) {
            return Ok(());
        }
        let chain = self.chain;
        match self.look(frame, &chain, Reach::Whole)? {
            Some(reading) if reading.right() && self.ends_there(&reading)? => {
                let fault = (!frame.canonical).then(|| self.length_fault(frame.len, field));
                self.accept(reading, fault);
                Ok(())
            }
            reading => self.recover(field, frame, reading),
        }
    }

    /// The checksum does not cover the length: a greater one may take in what follows as fields of no meaning.
    fn ends_there(&mut self, reading: &Reading) -> io::Result<bool> {
        let bare = self.framing == Framing::Any && !reading.frame.canonical;
        if reading.filled() && !bare {
            return Ok(true);
        }
        let after = Chain::doubtful(reading.envelope.crc, None);
        Ok(!matches!(self.follows(reading.frame.next(), &after)?, Next::Nothing))
    }

    /// Looks into a frame; none where it is longer than the file.
    pub(super) fn look(&mut self, frame: Frame, chain: &Chain, reach: Reach) -> io::Result<Option<Reading>> {
        let start = frame.record();
        let end = match reach {
            Reach::Open => self.window.end(),
            _ => start.saturating_add(frame.len),
        };
        if end > self.window.end() || start >= end {
            return Ok(None);
        }
        let envelope = Envelope::read(&mut self.window, start..end, reach)?;
        let body = Body::Unreadable("its fields do not parse");
        let mut reading = Reading { frame, envelope, body, check: Check::Unknown };
        if let (true, Some(kind), Some(crc)) = (reading.envelope.whole, reading.envelope.kind, reading.envelope.crc) {
            let data = reading.envelope.data.clone();
            reading.check = self.check(kind, crc, &data, chain)?;
            reading.body = Body::read(&mut self.window, kind, data)?;
        }
        if !reading.right() {
            self.spend(reading.envelope.end.saturating_sub(start));
        }
        Ok(Some(reading))
    }

    fn check(&mut self, kind: RecordType, crc: u32, data: &Range<u64>, chain: &Chain) -> io::Result<Check> {
        let len = data.end - data.start;
        if kind == RecordType::CRC && chain.first.is_none() && len == 0 {
            return Ok(Check::First);
        }
        let Some(first) = chain.first else {
            return Ok(Check::Unknown);
        };
        let expected = self.window.crc(data.start, len, first)?;
        if expected == crc {
            return Ok(Check::First);
        }
        self.spend(len);
        if let Some(second) = chain.second {
            if self.window.crc(data.start, len, second)? == crc {
                return Ok(Check::Second);
            }
            self.spend(len);
        }
        Ok(Check::Wrong(expected))
    }

    /// Takes a record that has its checksum.
    pub(super) fn accept(&mut self, reading: Reading, fault: Option<FaultKind>) {
        let senseless = match reading.body {
            Body::Unreadable(why) => Some(FaultKind::Senseless(why)),
            _ => None,
        };
        self.behind_damage |= fault.is_some();
        let trust = match (&senseless, self.behind_damage) {
            (Some(_), _) => Trust::Damaged,
            (None, true) => Trust::Recovered,
            (None, false) => Trust::Sound,
        };
        let crc = reading.envelope.crc.unwrap_or_default();
        self.behind_damage |= senseless.is_some();
        self.push(reading, trust, Some(crc), senseless.or(fault));
        self.chain = Chain::certain(crc);
    }

    /// Emits a record and goes on behind it.
    pub(super) fn push(&mut self, reading: Reading, trust: Trust, expected: Option<u32>, fault: Option<FaultKind>) {
        let Reading { frame, envelope, body, .. } = reading;
        self.step_over(frame);
        self.ready.push_back(Piece::Record(Record {
            offset: frame.offset,
            len: frame.len,
            padding: frame.padding,
            kind: envelope.kind.unwrap_or(RecordType(0)),
            crc: envelope.crc.unwrap_or(0),
            expected,
            body,
            trust,
            fault,
        }));
    }

    /// Goes on behind a record with this checksum.
    pub(super) fn go_on(&mut self, frame: Frame, crc: u32) {
        self.step_over(frame);
        self.chain = Chain::certain(crc);
    }

    fn step_over(&mut self, frame: Frame) {
        self.at = frame.next().min(self.window.end());
    }

    /// Emits a gap that ends at `to`, and goes on there.
    pub(super) fn gap(&mut self, to: u64, fault: Option<FaultKind>) {
        if to > self.at {
            self.behind_damage |= fault.is_some();
            self.ready.push_back(Piece::Gap(Gap { range: self.at..to, fault }));
        }
        self.at = to;
    }

    pub(super) fn spend(&mut self, bytes: u64) {
        self.patience = self.patience.saturating_sub(bytes.saturating_add(1));
    }
}

impl Iterator for Records {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        while self.ready.is_empty() && self.at < self.window.end() {
            if self.step(true).is_err() {
                self.gap(self.window.end(), Some(FaultKind::CutWhileRead));
            }
        }
        self.ready.pop_front()
    }
}
