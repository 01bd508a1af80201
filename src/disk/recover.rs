//! Where to go on after a record that fails: by its length where that is plausible, else at the next border where
//! a plausible frame begins whose checksum fits its neighbour, or an entry whose payload authenticates.

use std::io;

use super::fault::FaultKind;
use super::frame::{Frame, Framing, length_field, padding_of};
use super::record::{Body, Reach, RecordType};
use super::records::{Chain, Check, Reading, Records, Trust};
use super::window::WINDOW;

/// What can be torn from a write at once (format 4.7).
const SECTOR: u64 = 512;
/// `type` 1 to 5 and `crc`: how each record starts.
const SHORTEST: u64 = 4;

impl Records {
    /// A frame whose record fails; `reading` is none where it is longer than the file.
    pub(super) fn recover(&mut self, field: u64, frame: Frame, reading: Option<Reading>) -> io::Result<()> {
        if self.by_inner_length(field)? {
            return Ok(());
        }
        let Some(reading) = reading else {
            let left = self.window.end().saturating_sub(frame.record());
            return self.skip(FaultKind::BeyondEnd { len: frame.len, left }, Chain::UNKNOWN);
        };
        let computed = match reading.check {
            Check::Wrong(computed) => Some(computed),
            _ => None,
        };
        let after = Chain::doubtful(reading.envelope.crc, computed);
        match self.follows(frame.next(), &after)? {
            Next::Proves(Check::Second) => self.only_checksum(reading, computed),
            Next::Proves(_) if reading.envelope.kind == Some(RecordType::CRC) => self.broken_chain(reading, computed),
            Next::Proves(_) => self.damaged(reading, after),
            Next::Nothing if !self.chain.certain && reading.exact() && self.witnessed(&reading)? => {
                self.authenticated(reading, FaultKind::Authenticated, after);
                Ok(())
            }
            next => {
                let far = match next {
                    Next::Plausible => frame.next(),
                    Next::End if reading.exact() => frame.next(),
                    _ => u64::MAX,
                };
                match self.search(&after, far)? {
                    // The frame holds other records: its length cannot be right.
                    Some(next) if next < frame.next() => self.jump(next, self.fault_of(&reading, false), after),
                    Some(next) => {
                        self.damaged(reading, after)?;
                        self.jump(next, FaultKind::Lost { bytes: next.saturating_sub(self.at) }, after)
                    }
                    None if far == frame.next() || self.ends(frame.next())? => self.damaged(reading, after),
                    None => self.give_up(self.fault_of(&reading, false)),
                }
            }
        }
    }

    /// The length is zero: the end of the log, or zeros where records were.
    pub(super) fn zero_length(&mut self, field: u64) -> io::Result<()> {
        let Some(first) = self.window.next_nonzero(self.at)? else {
            self.gap(self.window.end(), None);
            return Ok(());
        };
        if first <= self.at + 8 && self.by_inner_length(field)? {
            return Ok(());
        }
        let before = Chain::doubtful(self.chain.first, self.chain.second);
        match self.search(&before, u64::MAX)? {
            Some(next) => self.jump(next, FaultKind::Zeros { bytes: next - self.at }, before),
            None => self.give_up(FaultKind::GarbageBehindEnd { first }),
        }
    }

    pub(super) fn length_fault(&self, len: u64, stored: u64) -> FaultKind {
        FaultKind::LengthField { expected: length_field(len), stored }
    }

    /// A record says itself where it ends: its last field is the data. If it has its checksum so, then only the
    /// length field before it is damaged.
    fn by_inner_length(&mut self, field: u64) -> io::Result<bool> {
        let any = Frame { offset: self.at, len: 0, padding: 0, canonical: true };
        let chain = self.chain;
        let Some(mut reading) = self.look(any, &chain, Reach::Open)? else {
            return Ok(false);
        };
        let len = reading.envelope.end.saturating_sub(any.record());
        if !reading.envelope.whole || !reading.envelope.plain || matches!(reading.body, Body::Unreadable(_)) {
            return Ok(false);
        }
        // Where it has no checksum to refer to, its payload may vouch for it, unless its length is right anyway.
        let right = reading.right() && chain.first.is_some();
        if !right && (chain.certain || field == length_field(len) || !self.witnessed(&reading)?) {
            return Ok(false);
        }
        let bare = match self.framing {
            Framing::Any => Frame::new(self.at, len, Framing::Any),
            Framing::Aligned => None,
        };
        reading.frame = match bare {
            Some(bare) if matches!(self.follows(bare.next(), &Chain::UNKNOWN)?, Next::Plausible) => bare,
            _ => Frame { offset: self.at, len, padding: padding_of(len), canonical: true },
        };
        let fault = self.length_fault(len, field);
        match right {
            true => self.accept(reading, Some(fault)),
            false => {
                let after = Chain::doubtful(reading.envelope.crc, None);
                self.authenticated(reading, fault, after);
            }
        }
        Ok(true)
    }

    /// What stands where a frame ends says whether the frame's length can be believed.
    pub(super) fn follows(&mut self, next: u64, chain: &Chain) -> io::Result<Next> {
        if next.saturating_add(8) > self.window.end() {
            return Ok(Next::End);
        }
        let field = self.window.word(next)?;
        if field == 0 {
            return Ok(Next::End);
        }
        let Some(frame) = Frame::new(next, field, self.framing) else {
            return Ok(Next::Nothing);
        };
        let Some(reading) = self.look(frame, chain, Reach::Whole)? else {
            return Ok(Next::Nothing);
        };
        Ok(match reading.check {
            // A checksum record follows from anything where nothing is known.
            check if reading.right() && chain.first.is_some() => Next::Proves(check),
            _ if reading.exact() => Next::Plausible,
            _ => Next::Nothing,
        })
    }

    /// The data are right, by the record that follows: it refers to what they give.
    fn only_checksum(&mut self, reading: Reading, computed: Option<u32>) -> io::Result<()> {
        let expected = computed.unwrap_or_default();
        let stored = reading.envelope.crc.unwrap_or_default();
        let readable = !matches!(reading.body, Body::Unreadable(_)) && self.chain.certain;
        let trust = if readable { Trust::Recovered } else { Trust::Damaged };
        self.push(reading, trust, computed, Some(FaultKind::StoredChecksum { expected, stored }));
        self.behind_damage = true;
        self.chain = Chain::certain(expected);
        Ok(())
    }

    /// The records of this segment follow from its first, but that does not follow from the segment before.
    fn broken_chain(&mut self, reading: Reading, computed: Option<u32>) -> io::Result<()> {
        let expected = computed.unwrap_or_default();
        let stored = reading.envelope.crc.unwrap_or_default();
        self.push(reading, Trust::Recovered, computed, Some(FaultKind::ChainBroken { expected, stored }));
        self.behind_damage = true;
        self.chain = Chain::certain(stored);
        Ok(())
    }

    /// Emits a record that fails, and goes on at the end of its frame.
    fn damaged(&mut self, reading: Reading, after: Chain) -> io::Result<()> {
        let unverified = !self.chain.certain && reading.exact();
        let fault = if unverified { FaultKind::Unverified } else { self.torn_or(&reading)? };
        let trust = if unverified { Trust::Unverified } else { Trust::Damaged };
        let expected = match reading.check {
            Check::Wrong(expected) if !unverified => Some(expected),
            _ => None,
        };
        self.push(reading, trust, expected, Some(fault));
        self.behind_damage = true;
        self.chain = after;
        Ok(())
    }

    /// Names what is wrong with a frame that is in the file.
    fn fault_of(&self, reading: &Reading, torn: bool) -> FaultKind {
        match (reading.check, reading.envelope.crc) {
            (Check::Wrong(expected), Some(stored)) => FaultKind::Checksum { expected, stored, torn },
            _ => FaultKind::Unparsable { torn },
        }
    }

    /// The same, with a look for sectors that never reached the disk (format 4.7).
    fn torn_or(&mut self, reading: &Reading) -> io::Result<FaultKind> {
        let end = reading.frame.next().min(self.window.end());
        let mut at = reading.frame.record();
        let mut torn = false;
        while self.newest && !torn && at < end {
            let stop = (at / SECTOR + 1).saturating_mul(SECTOR).min(end);
            torn = self.window.some(at, stop - at)?.iter().all(|byte| *byte == 0);
            at = stop;
        }
        self.spend(end.saturating_sub(reading.frame.offset));
        Ok(self.fault_of(reading, torn))
    }

    /// Leaves a stretch of no use behind.
    fn skip(&mut self, fault: FaultKind, after: Chain) -> io::Result<()> {
        match self.search(&after, u64::MAX)? {
            Some(next) => self.jump(next, fault, after),
            None => self.give_up(fault),
        }
    }

    fn jump(&mut self, next: u64, fault: FaultKind, after: Chain) -> io::Result<()> {
        self.gap(next, Some(fault));
        self.behind_damage = true;
        self.chain = after;
        Ok(())
    }

    fn give_up(&mut self, fault: FaultKind) -> io::Result<()> {
        let left = self.window.end().saturating_sub(self.at);
        let fault = if self.patience == 0 { FaultKind::GaveUp { left } } else { fault };
        self.gap(self.window.end(), Some(fault));
        self.chain = Chain::UNKNOWN;
        Ok(())
    }

    /// True where nothing but zeros follows.
    fn ends(&mut self, offset: u64) -> io::Result<bool> {
        Ok(self.window.next_nonzero(offset.min(self.window.end()))?.is_none())
    }

    /// The next border behind the present frame's start, and before `far`, at which a record can be believed to begin.
    fn search(&mut self, known: &Chain, far: u64) -> io::Result<Option<u64>> {
        let step = if self.framing == Framing::Aligned { 8 } else { 1 };
        let mut at = (self.at / step + 1) * step;
        while self.patience > 0 && at < far && at.saturating_add(8 + SHORTEST) <= self.window.end() {
            let field = self.window.word(at)?;
            if field == 0 {
                // The low byte of a length may be zero, too.
                let Some(data) = self.window.next_nonzero(at + 8)? else {
                    return Ok(None);
                };
                // Or all of it, in front of a record that tells its end itself.
                if data - 8 < far && (data - 8).is_multiple_of(step) && self.begins_without_length(data - 8)? {
                    return Ok(Some(data - 8));
                }
                at = (at + step).max(data.saturating_sub(7).next_multiple_of(step));
                continue;
            }
            if self.begins(at, field, known)? || self.begins_without_length(at)? {
                return Ok(Some(at));
            }
            at += step;
        }
        Ok(None)
    }

    fn begins(&mut self, at: u64, field: u64, known: &Chain) -> io::Result<bool> {
        let Some(frame) = Frame::new(at, field, self.framing) else {
            return Ok(false);
        };
        if !frame.canonical || frame.len < SHORTEST || frame.next() > self.window.end() {
            return Ok(false);
        }
        // A tag, one of five types, a tag: this leaves next to nothing to be looked into.
        let head = self.window.bytes(frame.record(), 3)?;
        if !matches!(head, [0x08, 1..=5, 0x10]) {
            return Ok(false);
        }
        let Some(reading) = self.look(frame, known, Reach::Strict)?.filter(Reading::exact) else {
            return Ok(false);
        };
        if reading.right() && known.first.is_some() {
            return Ok(true);
        }
        // From here on the window moves to the frame's end, and back if that is in vain.
        self.spend(2 * WINDOW as u64);
        let padding = u64::from(frame.padding);
        if self.window.some(frame.next() - padding, padding)?.iter().any(|byte| *byte != 0) {
            return Ok(false);
        }
        let neighbour = Chain::doubtful(reading.envelope.crc, None);
        if matches!(self.follows(frame.next(), &neighbour)?, Next::Proves(_) | Next::End) {
            return Ok(true);
        }
        self.witnessed(&reading)
    }
}

/// What stands behind a frame.
pub(super) enum Next {
    /// A record whose checksum follows from the one before.
    Proves(Check),
    /// A record as it should be, though its checksum does not follow.
    Plausible,
    /// The end of the file or of its data.
    End,
    /// Nothing that could be a record.
    Nothing,
}
