//! The version index: every version of every object that is on disk, oldest first. The current state, any
//! past state and an object's history are searches in it; nothing decoded is kept.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::Kind;
use super::facts::{Action, Unusable};
use super::history::{History, Stamp};
use super::text::{Text, Texts};
use crate::chunked::Chunked;
use crate::disk::Moment;
use crate::seal::OpenError;

/// A version's place in the index: versions are numbered in the order in which they came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VersionNo(pub(super) u32);

impl VersionNo {
    /// Its number.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// An object's place in the index, in the order of first appearance. It never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectNo(pub(super) u32);

/// Where the bytes of a version come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The entry at this place of the log.
    Entry(u32),
    /// The loadable snapshot at this place, oldest first.
    Snapshot(u32),
}

/// The high bit of a packed origin says snapshot.
const SNAPSHOT: u32 = 1 << 31;

/// One version of an object; 36 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    origin: u32,
    object: ObjectNo,
    pub(super) name: Text,
    start: u32,
    /// Its length, and the action in the highest bits.
    len_and_action: u32,
    /// A checksum of its bytes.
    sum: u32,
    updated: Stamp,
}

/// Bits of a version's length; an object that is longer is none that a daemon wrote (format 4.8).
const LEN_BITS: u32 = 29;

/// The longest version that the index can tell of, in bytes.
pub(super) const MAX_LEN: u32 = (1 << LEN_BITS) - 1;

/// New objects that are put among the sorted ones one by one.
const FEW: usize = 64;

impl Version {
    pub(super) fn new(object: ObjectNo, name: Text, new: &NewVersion<'_>) -> Version {
        let origin = match new.origin {
            Origin::Entry(place) => place,
            Origin::Snapshot(place) => place | SNAPSHOT,
        };
        let len_and_action = new.len.min(MAX_LEN) | (new.action as u32) << LEN_BITS;
        Version { origin, object, name, start: new.start, len_and_action, sum: new.sum, updated: new.updated.into() }
    }

    /// What brought it about.
    pub fn action(&self) -> Action {
        // It was put in by `new`, so there is one.
        Action::numbered(self.len_and_action >> LEN_BITS).unwrap_or(Action::Absent)
    }

    /// Where its bytes come from.
    pub fn origin(&self) -> Origin {
        match self.origin & SNAPSHOT {
            0 => Origin::Entry(self.origin),
            _ => Origin::Snapshot(self.origin & !SNAPSHOT),
        }
    }

    /// The range of its bytes within the plaintext of its origin.
    pub fn range(&self) -> Range<usize> {
        let start = self.start as usize;
        start..start.saturating_add((self.len_and_action & MAX_LEN) as usize)
    }

    /// The object that it is a version of.
    pub fn object(&self) -> ObjectNo {
        self.object
    }

    /// A checksum of its bytes.
    pub(super) fn sum(&self) -> u32 {
        self.sum
    }

    /// `meta.updated_at`.
    pub fn updated(&self) -> Option<Moment> {
        self.updated.moment()
    }
}

/// What is noted of an object besides its versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) kind: Kind,
    /// True if its versions do not all have the same name, or none.
    pub(super) renamed: bool,
    pub(super) id: Text,
    /// The name that the first version with a name has.
    pub(super) name: Text,
}

impl ObjectNo {
    /// The object at a place of the index.
    pub(super) fn at(place: usize) -> ObjectNo {
        ObjectNo(place as u32)
    }

    /// Its place in the index.
    pub fn place(self) -> usize {
        self.0 as usize
    }
}

/// Why an entry says nothing, or not all that it holds.
#[derive(Clone, Debug)]
pub enum Trouble {
    /// Its record is damaged on disk.
    Damaged,
    /// It could not be opened.
    Sealed(OpenError),
    /// It is no request, or an action of it is unusable.
    Unusable(Unusable),
    /// It could not be read from disk.
    Unreadable(String),
}

impl Trouble {
    /// True where the entry may have changed the state in a way that nobody knows.
    pub fn loses_state(&self) -> bool {
        !matches!(self, Trouble::Unusable(Unusable::UnknownAction))
    }
}

/// An action that a daemon would have refused, with its whole transaction (format 7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The entry's place in the log.
    pub entry: u32,
    /// The version that the action made all the same.
    pub version: VersionNo,
}

/// The index; see the module's text. A copy shares all that it has, and goes on by itself.
#[derive(Clone, Debug, Default)]
pub struct Index {
    pub(super) texts: Texts,
    pub(super) versions: Chunked<Version>,
    pub(super) objects: Chunked<Object>,
    /// The versions of each object.
    pub(super) histories: Chunked<History>,
    by_kind: [Arc<Vec<ObjectNo>>; Kind::COUNT],
    by_id: [Arc<Vec<ObjectNo>>; Kind::COUNT],
    /// Greatest `updated_at` up to and with each entry.
    pub(super) times: Chunked<Stamp>,
    /// The same up to and with each snapshot.
    pub(super) snapshot_times: Vec<Option<Moment>>,
    pub(super) newest: Option<Moment>,
    /// Entries that could not be read, in order.
    pub(super) troubles: Chunked<(u32, Trouble)>,
    /// Configuration changes, by the entry's place.
    pub(super) conf_changes: Chunked<u32>,
    pub(super) refused: Chunked<Refused>,
    /// Raft indices after which the whole state is known.
    pub(super) known: Chunked<Range<u64>>,
    /// The raft index after which the state is known at the end, if it is.
    pub(super) known_last: Option<u64>,
    /// The same in all indexes that one has grown into.
    line: Arc<()>,
}

/// What the builder hands in for a version.
pub(super) struct NewVersion<'a> {
    pub(super) origin: Origin,
    pub(super) action: Action,
    pub(super) name: Option<&'a [u8]>,
    pub(super) start: u32,
    pub(super) len: u32,
    pub(super) sum: u32,
    pub(super) updated: Option<Moment>,
}

impl Index {
    // Building; used by the room's builder alone.

    /// That of no entries.
    pub(super) fn new() -> Index {
        // Before the first entry of a cluster there is nothing.
        Index { known_last: Some(0), ..Index::default() }
    }

    pub(super) fn new_object(&mut self, kind: Kind, id: &[u8]) -> ObjectNo {
        let no = ObjectNo(self.objects.len() as u32);
        let id = self.texts.add(id);
        self.objects.push(Object { kind, renamed: false, id, name: Text::NONE });
        self.histories.push(History::None);
        Arc::make_mut(&mut self.by_kind[kind as usize]).push(no);
        no
    }

    pub(super) fn push(&mut self, object: ObjectNo, new: NewVersion<'_>) -> VersionNo {
        let before = self.newest(object).map(|version| self.versions[version.0 as usize].name);
        let name = match (new.name, before) {
            (None, Some(before)) if new.action == Action::Absent => before,
            (None, _) => Text::NONE,
            (Some(name), Some(before)) if self.texts.get(before) == Some(name) => before,
            (Some(name), _) => self.texts.add(name),
        };
        let no = VersionNo(self.versions.len() as u32);
        self.versions.push(Version::new(object, name, &new));
        if let Some(history) = self.histories.get_mut(object.place()) {
            history.push(no);
        }
        self.note_name(object, name);
        no
    }

    /// Notes the name of an object's newest version.
    fn note_name(&mut self, object: ObjectNo, name: Text) {
        let known = self.objects[object.place()].name;
        if name == known || name == Text::NONE {
            return;
        }
        // A name that comes back is another text.
        let renamed = known != Text::NONE && self.texts.get(name) != self.texts.get(known);
        if let Some(object) = self.objects.get_mut(object.place()) {
            object.renamed |= renamed;
            if known == Text::NONE {
                object.name = name;
            }
        }
    }

    /// To be called when all versions are in: sorts the ids of the objects that came.
    pub(super) fn sort_ids(&mut self) {
        for kind in Kind::ALL {
            let sorted = self.by_id[kind as usize].len();
            let came = self.by_kind[kind as usize].get(sorted..).unwrap_or_default();
            if came.is_empty() {
                continue;
            }
            let mut ids = self.by_id[kind as usize].to_vec();
            if came.len() < FEW {
                for object in came {
                    let at = ids.partition_point(|other| self.id(*other) < self.id(*object));
                    ids.insert(at, *object);
                }
            } else {
                ids.extend_from_slice(came);
                ids.sort_by(|a, b| self.id(*a).cmp(self.id(*b)));
            }
            self.by_id[kind as usize] = Arc::new(ids);
        }
    }

    /// Gives back what was allocated in reserve.
    pub(super) fn shrink(&mut self) {
        for at in 0..self.histories.len() {
            if let Some(history) = self.histories.get_mut(at) {
                history.shrink();
            }
        }
        self.by_kind.iter_mut().filter_map(Arc::get_mut).for_each(Vec::shrink_to_fit);
        self.versions.shrink();
        self.objects.shrink();
        self.histories.shrink();
        self.times.shrink();
        self.texts.shrink();
    }

    /// True where an earlier index has grown into this one: its versions, objects and entries are the first of these.
    pub fn continues(&self, earlier: &Index) -> bool {
        Arc::ptr_eq(&self.line, &earlier.line)
            && self.versions.len() >= earlier.versions.len()
            && self.times.len() >= earlier.times.len()
    }

    /// The objects of a kind in the order of their first appearance, and in byte order of their ids, as a cache tells
    /// them. What is no such pair of lists is refused.
    pub(super) fn recall_order(&mut self, kind: Kind, came: Vec<ObjectNo>, sorted: Vec<ObjectNo>) -> Option<()> {
        let all = |list: &[ObjectNo]| list.iter().all(|no| no.place() < self.objects.len());
        (came.len() == sorted.len() && all(&came) && all(&sorted)).then_some(())?;
        self.by_kind[kind as usize] = Arc::new(came);
        self.by_id[kind as usize] = Arc::new(sorted);
        Some(())
    }

    // Questions.

    /// The version at a place.
    pub fn version(&self, no: VersionNo) -> &Version {
        &self.versions[no.0 as usize]
    }

    /// How many versions there are.
    pub fn versions(&self) -> u32 {
        self.versions.len() as u32
    }

    /// Its name; `None` where it has none (a node without description).
    pub fn name(&self, no: VersionNo) -> Option<&[u8]> {
        self.texts.get(self.version(no).name)
    }

    /// The object's id.
    pub fn id(&self, no: ObjectNo) -> &[u8] {
        self.texts.get(self.objects[no.0 as usize].id).unwrap_or_default()
    }

    /// The object's kind.
    pub fn kind(&self, no: ObjectNo) -> Kind {
        self.objects[no.0 as usize].kind
    }

    /// All versions of an object, oldest first.
    pub fn history(&self, no: ObjectNo) -> &[VersionNo] {
        self.histories[no.0 as usize].versions()
    }

    /// The name that all versions of an object bear that bear one; `None` where they do not agree. Then each
    /// [tells](Index::name) its own.
    pub fn only_name(&self, no: ObjectNo) -> Option<Option<&[u8]>> {
        let object = &self.objects[no.place()];
        (!object.renamed).then(|| self.texts.get(object.name))
    }

    /// The newest version of an object.
    pub fn newest(&self, no: ObjectNo) -> Option<VersionNo> {
        self.history(no).last().copied()
    }

    /// The object's version in the current state; `None` where it is gone.
    pub fn current(&self, no: ObjectNo) -> Option<VersionNo> {
        self.newest(no).filter(|version| self.version(*version).action().leaves_object())
    }

    /// The object of this kind and id.
    pub fn object(&self, kind: Kind, id: &[u8]) -> Option<ObjectNo> {
        let ids = &self.by_id[kind as usize];
        let place = ids.binary_search_by(|no| self.id(*no).cmp(id)).ok()?;
        Some(ids[place])
    }

    /// How many objects were ever seen.
    pub fn object_count(&self) -> usize {
        self.objects.len()
    }

    /// All objects of a kind that were ever seen, in the order of their first appearance. Only ever grows at its end.
    pub fn objects(&self, kind: Kind) -> &[ObjectNo] {
        &self.by_kind[kind as usize]
    }

    /// All objects of a kind that were ever seen, in byte order of their ids.
    pub fn objects_by_id(&self, kind: Kind) -> &[ObjectNo] {
        &self.by_id[kind as usize]
    }

    /// The current objects of a kind, in byte order of their ids.
    pub fn current_objects(&self, kind: Kind) -> impl Iterator<Item = (ObjectNo, VersionNo)> {
        self.objects_by_id(kind).iter().filter_map(|no| Some((*no, self.current(*no)?)))
    }

    /// The versions that come from one origin, oldest first. `compare` tells which of two origins is the earlier.
    pub(super) fn versions_of(&self, origin: Origin, compare: impl Fn(Origin, Origin) -> Ordering) -> Range<u32> {
        let from = self.versions.partition_point(|version| compare(version.origin(), origin).is_lt());
        match self.versions.get(from).filter(|version| compare(version.origin(), origin).is_eq()) {
            Some(_) => self.versions_beside(VersionNo(from as u32), compare),
            None => from as u32..from as u32,
        }
    }

    /// Those that come from the same origin as one.
    pub(super) fn versions_beside(&self, no: VersionNo, compare: impl Fn(Origin, Origin) -> Ordering) -> Range<u32> {
        let origin = self.version(no).origin();
        let beside = self.versions.run(no.0 as usize, |other| compare(other.origin(), origin).is_eq());
        beside.start as u32..beside.end as u32
    }

    /// The version at a number, if there is one.
    pub fn version_at(&self, number: u32) -> Option<VersionNo> {
        (number < self.versions()).then_some(VersionNo(number))
    }

    /// The time of the entry at a place of the log: the greatest `updated_at` up to it.
    pub fn time(&self, entry: u32) -> Option<Moment> {
        self.times.get(entry as usize).copied().and_then(Stamp::moment)
    }

    /// How many entries, from the first on, have the same time in another index.
    pub fn common_times(&self, other: &Index) -> usize {
        self.times.common(&other.times, PartialEq::eq)
    }

    /// How many entries, from the first on, have a time that is not after `time`, or none: times never fall.
    pub fn entries_not_after(&self, time: Moment) -> usize {
        self.times.partition_point(|at| at.moment() <= Some(time))
    }

    /// The times of the snapshots at hand, oldest first: the greatest `updated_at` up to each. They never fall.
    pub fn snapshot_times(&self) -> &[Option<Moment>] {
        &self.snapshot_times
    }

    /// The greatest `updated_at` of all that is known.
    pub fn newest_time(&self) -> Option<Moment> {
        self.newest
    }

    /// True where the entry's time comes from an earlier one.
    pub fn time_inherited(&self, entry: u32) -> bool {
        let before = entry.checked_sub(1).and_then(|before| self.time(before));
        before.is_some() && before == self.time(entry)
    }

    /// What was wrong with the entry at a place of the log.
    pub fn trouble(&self, entry: u32) -> Option<&Trouble> {
        let place = self.troubles.binary_search_by_key(&entry, |(entry, _)| *entry).ok()?;
        self.troubles.get(place).map(|(_, trouble)| trouble)
    }

    /// All entries that could not be read, by their place in the log.
    pub fn troubles(&self) -> &Chunked<(u32, Trouble)> {
        &self.troubles
    }

    /// Places of the configuration changes in the log.
    pub fn conf_changes(&self) -> &Chunked<u32> {
        &self.conf_changes
    }

    /// Actions that a daemon would have refused.
    pub fn refused(&self) -> &Chunked<Refused> {
        &self.refused
    }

    /// Raft indices after which the whole state is known, as ranges in rising order.
    pub fn known(&self) -> &Chunked<Range<u64>> {
        &self.known
    }
}
