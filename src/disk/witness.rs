//! Records that nothing on disk vouches for: between two damaged stretches, no checksum refers to them. What their
//! payload says is their only proof, and that takes a key; who has one lends a witness.

use std::fmt;
use std::io;
use std::sync::Arc;

use super::fault::FaultKind;
use super::frame::Frame;
use super::record::{Body, Reach};
use super::records::{Chain, Reading, Records, Trust};

/// A proposal is refused above 1.5 MiB, and Fernet adds a third (format 4.8).
const LONGEST: u64 = 4 << 20;
/// A byte takes longer to authenticate than to sum up.
const COST: u64 = 4;
/// How an entry's record starts: its type, and the tag of its checksum.
const ENTRY: [u8; 3] = [0x08, 2, 0x10];

/// Says of an entry's payload whether a manager sealed it. Asked only next to damage.
#[derive(Clone)]
pub struct Witness(Arc<Ask>);

type Ask = dyn Fn(&[u8]) -> bool + Send + Sync;

impl Witness {
    /// One that answers by `ask`.
    pub fn new(ask: impl Fn(&[u8]) -> bool + Send + Sync + 'static) -> Witness {
        Witness(Arc::new(ask))
    }
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Witness")
    }
}

impl Records {
    /// True if a record is an entry whose payload authenticates.
    pub(super) fn witnessed(&mut self, reading: &Reading) -> io::Result<bool> {
        let (Some(witness), Body::Entry { data, .. }) = (self.witness.clone(), &reading.body) else {
            return Ok(false);
        };
        let len = data.end.saturating_sub(data.start);
        if !(1..=LONGEST).contains(&len) || self.patience == 0 {
            return Ok(false);
        }
        self.spend(COST * len);
        Ok((witness.0)(&self.window.copy(data.start, len)?))
    }

    /// True if an entry with such a payload begins here, whatever its length field says: the record tells itself
    /// where it ends.
    pub(super) fn begins_without_length(&mut self, at: u64) -> io::Result<bool> {
        if self.witness.is_none() || at.saturating_add(16) > self.window.end() {
            return Ok(false);
        }
        let any = Frame { offset: at, len: 0, padding: 0, canonical: true };
        if *self.window.bytes(any.record(), ENTRY.len())? != ENTRY {
            return Ok(false);
        }
        match self.look(any, &Chain::UNKNOWN, Reach::Open)? {
            Some(reading) if reading.envelope.whole && reading.envelope.plain => self.witnessed(&reading),
            _ => Ok(false),
        }
    }

    /// Emits a record that has only its payload to vouch for it.
    pub(super) fn authenticated(&mut self, reading: Reading, fault: FaultKind, after: Chain) {
        self.push(reading, Trust::Unverified, None, Some(fault));
        self.behind_damage = true;
        self.chain = after;
    }
}
