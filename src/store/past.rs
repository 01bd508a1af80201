//! Any moment of the past: what an object was after an entry, what is known of it, which entry a time means.

use zeroize::Zeroizing;

use super::State;
use super::facts::{self, Action};
use super::index::{ObjectNo, Origin, VersionNo};
use crate::disk::{Moment, RaftIndex};

/// How much is known of the state after an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knowledge {
    /// Every object of it.
    Whole,
    /// What the entries and snapshots that can be read say.
    Part,
    /// Nothing: it lies before all that is on disk, or behind it.
    Nothing,
}

impl State {
    /// The version of an object after the entry at `index`; `None` where it did not exist then.
    pub fn version_after(&self, object: ObjectNo, index: RaftIndex) -> Option<VersionNo> {
        let history = self.index().history(object);
        let of = |version: &VersionNo| self.order(self.index().version(*version).origin());
        // The snapshot at an index holds what that entry left.
        let behind = history.partition_point(|version| of(version) <= (index, true));
        let version = *history.get(behind.checked_sub(1)?)?;
        self.index().version(version).action().leaves_object().then_some(version)
    }

    /// How much is known of the state after the entry at `index`.
    pub fn knowledge(&self, index: RaftIndex) -> Knowledge {
        if index < self.first_index() || index > self.last_index() || index.0 == 0 {
            return Knowledge::Nothing;
        }
        let known = self.index().known();
        let behind = known.partition_point(|range| range.start <= index.0);
        match behind.checked_sub(1).and_then(|at| known.get(at)) {
            Some(range) if range.contains(&index.0) => Knowledge::Whole,
            _ => Knowledge::Part,
        }
    }

    /// The lowest raft index of which anything is on disk: the log's first, or the oldest snapshot's at hand.
    pub fn first_index(&self) -> RaftIndex {
        let entry = self.log().entries.first().map(|entry| entry.index);
        let snapshot = self.content().snapshots.first().map(|snapshot| snapshot.index());
        entry.into_iter().chain(snapshot).min().unwrap_or_default()
    }

    /// The last raft index whose time is not after `time`, among the entries on disk and the snapshots at hand.
    pub fn last_not_after(&self, time: Moment) -> Option<RaftIndex> {
        let index = self.index();
        // Times never fall; what has none stands first.
        let place = index.entries_not_after(time).checked_sub(1);
        let place = place.filter(|place| u32::try_from(*place).is_ok_and(|place| index.time(place).is_some()));
        let entry = place.and_then(|place| self.log().entries.get(place)).map(|entry| entry.index);
        let times = index.snapshot_times();
        let place = times.partition_point(|at| *at <= Some(time)).checked_sub(1);
        let place = place.filter(|place| times.get(*place).is_some_and(Option::is_some));
        let snapshot = place.and_then(|place| self.content().snapshots.get(place)).map(|snapshot| snapshot.index());
        entry.max(snapshot)
    }

    /// The time up to and with the entry at `index`, or the last one below it.
    pub fn time_at(&self, index: RaftIndex) -> Option<Moment> {
        let behind = self.log().entries.partition_point(|entry| entry.index <= index);
        let entry = behind.checked_sub(1).and_then(|place| self.index().time(u32::try_from(place).ok()?));
        let behind = self.content().snapshots.partition_point(|snapshot| snapshot.index() <= index);
        let snapshot = behind.checked_sub(1).and_then(|place| self.index().snapshot_times().get(place).copied());
        entry.max(snapshot.flatten())
    }

    /// When a version came to be: its `updated_at`, or where it tells none of its own, the time of the entry.
    pub fn time_of(&self, version: VersionNo) -> Option<Moment> {
        let version = self.index().version(version);
        match version.action() {
            // A removal carries the state before it, with its old time.
            Action::Remove | Action::Absent => self.time_at(self.order(version.origin()).0),
            _ => version.updated(),
        }
    }

    /// When each of the objects was created, by their first version. They must come in the order of their first
    /// appearance, so that an entry that made many is opened once.
    pub(crate) fn creations(&self, objects: &[ObjectNo]) -> Vec<Option<Moment>> {
        let mut opened = None;
        let mut plain = Zeroizing::new(Vec::new());
        let mut creation = |object: &ObjectNo| {
            let no = *self.index().history(*object).first()?;
            let version = self.index().version(no);
            let Origin::Entry(place) = version.origin() else {
                return self.with_version(no, facts::created).ok()?;
            };
            if opened != Some(place) {
                opened = self.open_entry(place, &mut plain).is_ok().then_some(place);
            }
            opened?;
            facts::created(plain.get(version.range())?)
        };
        objects.iter().map(&mut creation).collect()
    }
}
