//! Opening entries that lie one behind the other: what is sealed is read many at a time, and the room for what is
//! opened is used again.

use std::ops::Range;

use super::State;
use super::index::Trouble;
use crate::disk::{Ahead, Trust};
use crate::wiped::Wiped;

/// Opens entries, best in the order of the log.
pub struct Opener<'a> {
    state: &'a State,
    ahead: Ahead<'a>,
    plain: Wiped,
}

impl State {
    /// Opens the entries at these places of the log; nothing behind them is read.
    pub fn opener(&self, places: Range<u32>) -> Opener<'_> {
        let log = self.log();
        let last = places.end.checked_sub(1).and_then(|last| log.entries.get(last as usize));
        let ahead = last.map_or_else(|| Ahead::new(log), |last| Ahead::up_to(log, last));
        Opener { state: self, ahead, plain: Wiped::default() }
    }
}

impl Opener<'_> {
    /// What [`State::open_entry`] gives.
    pub fn open(&mut self, place: u32) -> Result<&[u8], Trouble> {
        let opened = self.try_open(place);
        self.state.note_opened(place, &opened);
        opened.map(|()| &*self.plain)
    }

    fn try_open(&mut self, place: u32) -> Result<(), Trouble> {
        let entry = self.state.log().entries.get(place as usize).ok_or(Trouble::Damaged)?;
        if entry.trust == Trust::Damaged {
            return Err(Trouble::Damaged);
        }
        let data = self.ahead.data(entry).map_err(|error| Trouble::Unreadable(error.to_string()))?;
        self.state.log_rings().open(data, self.plain.as_mut_vec()).map_err(Trouble::Sealed)
    }
}
