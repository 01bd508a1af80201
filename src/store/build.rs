//! Building the version index: one pass over the plaintext, on all cores, merged in the order of the log.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use zeroize::Zeroizing;

use super::Kind;
use super::facts::{self, Action, ObjectFacts, Unusable};
use super::index::{Index, MAX_LEN, NewVersion, ObjectNo, Origin, Refused, Trouble};
use super::keys::Rings;
use super::snapshot::Loaded;
use super::sum::sum;
use crate::disk::{Ahead, EntryType, Log, Moment, Trust};

/// Entries that a worker takes at a time.
const CHUNK: usize = 1024;

/// Parts that may wait for the merge.
const WAITING: usize = 16;

/// Actions of one entry, or objects of one snapshot, that can be told apart: what the inode numbers leave room for.
pub(super) const MOST_PER_ORIGIN: usize = 1 << 20;

/// Is shown what an entry holds, by its place in the log.
pub(super) type See<'a> = &'a (dyn Fn(u32, &[u8]) + Sync);

/// What one action, or one object of a snapshot, says.
struct Noted {
    origin: Origin,
    action: Action,
    kind: Kind,
    /// Range of the id in the part's texts, then the name's end, which follows directly.
    id: Range<u32>,
    name_end: Option<u32>,
    start: u32,
    len: u32,
    sum: u32,
    updated: Option<Moment>,
}

/// An object of a part.
pub(super) struct NotedObject<'a> {
    pub(super) kind: Kind,
    pub(super) id: &'a [u8],
    pub(super) sum: u32,
    pub(super) len: u32,
    pub(super) updated: Option<Moment>,
}

/// What a piece of the log, or a snapshot, says.
#[derive(Default)]
pub(super) struct Part {
    noted: Vec<Noted>,
    texts: Vec<u8>,
    troubles: Vec<(u32, Trouble)>,
    conf_changes: Vec<u32>,
}

impl Part {
    /// Notes an object; false if it cannot be addressed any more.
    pub(super) fn note(&mut self, origin: Origin, action: Action, kind: Kind, object: &[u8], start: u64) -> bool {
        let (Ok(start), Ok(len)) = (u32::try_from(start), u32::try_from(object.len())) else {
            return false;
        };
        if len > MAX_LEN {
            return false;
        }
        let facts = ObjectFacts::of(kind, object);
        let from = self.texts.len();
        self.texts.extend_from_slice(facts.id);
        let id_end = self.texts.len();
        if let Some(name) = &facts.name {
            self.texts.extend_from_slice(name);
        }
        let (Ok(from), Ok(id_end), Ok(end)) =
            (u32::try_from(from), u32::try_from(id_end), u32::try_from(self.texts.len()))
        else {
            return false;
        };
        let name_end = facts.name.is_some().then_some(end);
        let sum = sum(object);
        self.noted.push(Noted {
            origin,
            action,
            kind,
            id: from..id_end,
            name_end,
            start,
            len,
            sum,
            updated: facts.updated,
        });
        true
    }

    /// The objects that were noted, in their order.
    pub(super) fn objects(&self) -> impl Iterator<Item = NotedObject<'_>> {
        self.noted.iter().map(|noted| {
            let Noted { kind, sum, len, updated, .. } = *noted;
            NotedObject { kind, id: self.id(noted), sum, len, updated }
        })
    }

    fn id(&self, noted: &Noted) -> &[u8] {
        &self.texts[noted.id.start as usize..noted.id.end as usize]
    }

    fn name(&self, noted: &Noted) -> Option<&[u8]> {
        noted.name_end.map(|end| &self.texts[noted.id.end as usize..end as usize])
    }

    fn read_entry(&mut self, place: u32, opening: &Opening<'_>, ahead: &mut Ahead<'_>, plain: &mut Vec<u8>) {
        if let Err(trouble) = self.try_entry(place, opening, ahead, plain) {
            self.troubles.push((place, trouble));
        }
    }

    fn try_entry(
        &mut self,
        place: u32,
        opening: &Opening<'_>,
        ahead: &mut Ahead<'_>,
        plain: &mut Vec<u8>,
    ) -> Result<(), Trouble> {
        let entry = &opening.log.entries[place as usize];
        if entry.trust == Trust::Damaged {
            return Err(Trouble::Damaged);
        }
        let data = ahead.data(entry).map_err(|error| Trouble::Unreadable(error.to_string()))?;
        opening.rings.open(data, plain).map_err(Trouble::Sealed)?;
        (opening.see)(place, plain);
        if entry.kind != EntryType::NORMAL {
            self.conf_changes.push(place);
            return Ok(());
        }
        let mut unusable = None;
        let mut count = 0;
        facts::actions(plain, |action| match action {
            Ok(_) if count >= MOST_PER_ORIGIN => unusable = Some(Unusable::TooMany),
            Ok(action) => {
                count += 1;
                if !self.note(Origin::Entry(place), action.action, action.kind, action.object, action.start as u64) {
                    unusable = Some(Unusable::TooMany);
                }
            }
            Err(why) => unusable = Some(why),
        });
        unusable.map_or(Ok(()), |why| Err(Trouble::Unusable(why)))
    }
}

/// What entries are opened with, and who sees them.
pub(super) struct Opening<'a> {
    pub(super) log: &'a Log,
    pub(super) rings: &'a Rings,
    pub(super) see: See<'a>,
}

/// Builds the index of a log and its snapshots (oldest first).
pub(super) fn build(log: &Log, rings: &Rings, snapshots: &[Arc<Loaded>], see: See<'_>) -> Index {
    let mut index = go_on(Index::new(), 0, &Opening { log, rings, see }, snapshots);
    index.shrink();
    index
}

/// Goes on with an index that holds the first entries of the log and the first `merged` of the snapshots already.
pub(super) fn go_on(index: Index, merged: usize, opening: &Opening<'_>, snapshots: &[Arc<Loaded>]) -> Index {
    let log = opening.log;
    let first = index.times.len();
    let mut merge = Merge::new(index, merged, log, snapshots);
    let entries = log.entries.len().saturating_sub(first);
    let part_at = |chunk: usize, ahead: &mut Ahead<'_>, plain: &mut Vec<u8>| {
        let mut part = Part::default();
        let start = first + chunk * CHUNK;
        for place in start..(start + CHUNK).min(log.entries.len()) {
            part.read_entry(place as u32, opening, ahead, plain);
        }
        part
    };
    let chunks = entries.div_ceil(CHUNK);
    if chunks <= 1 {
        let part = part_at(0, &mut Ahead::new(log), &mut Zeroizing::new(Vec::new()));
        merge.part(part, first);
        return merge.finish();
    }
    let workers = thread::available_parallelism().map_or(1, |n| n.get()).min(4).min(chunks);
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (send, receive) = mpsc::sync_channel(WAITING);
        for _ in 0..workers {
            let (send, next, part_at) = (send.clone(), &next, &part_at);
            scope.spawn(move || {
                let mut ahead = Ahead::new(log);
                let mut plain = Zeroizing::new(Vec::new());
                loop {
                    let chunk = next.fetch_add(1, Ordering::Relaxed);
                    if chunk >= chunks {
                        return;
                    }
                    if send.send((chunk, part_at(chunk, &mut ahead, &mut plain))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let mut early = BTreeMap::new();
        let mut wanted = 0;
        for (chunk, part) in receive {
            early.insert(chunk, part);
            while let Some(part) = early.remove(&wanted) {
                merge.part(part, first + wanted * CHUNK);
                wanted += 1;
            }
        }
    });
    merge.finish()
}

/// Merges the parts in the order of the log, with the snapshots at their places in between.
struct Merge<'a> {
    log: &'a Log,
    snapshots: &'a [Arc<Loaded>],
    next_snapshot: usize,
    index: Index,
    /// Of the objects that came; the others are found in the index.
    ids: [HashMap<Box<[u8]>, ObjectNo>; Kind::COUNT],
    /// The index after which the state is known, while it is.
    known: Option<u64>,
    newest_time: Option<Moment>,
}

impl<'a> Merge<'a> {
    fn new(index: Index, merged: usize, log: &'a Log, snapshots: &'a [Arc<Loaded>]) -> Merge<'a> {
        let (known, newest_time) = (index.known_last, index.newest);
        Merge { log, snapshots, next_snapshot: merged, index, ids: Default::default(), known, newest_time }
    }

    fn part(&mut self, part: Part, first: usize) {
        let mut noted = part.noted.iter().peekable();
        let mut troubles = part.troubles.iter().map(|(place, trouble)| (*place, trouble.loses_state())).peekable();
        let behind = (first + CHUNK).min(self.log.entries.len());
        for place in first as u32..behind as u32 {
            let index = self.log.entries[place as usize].index.0;
            self.snapshots_below(index);
            let lost = troubles.next_if(|(at, _)| *at == place).is_some_and(|(_, lost)| lost);
            let follows = self.known.is_some_and(|known| known.checked_add(1) == Some(index));
            self.known = (follows && !lost).then_some(index);
            while let Some(noted) = noted.next_if(|noted| noted.origin == Origin::Entry(place)) {
                self.apply(&part, noted);
            }
            self.index.times.push(self.newest_time.into());
            self.note_known();
        }
        self.index.conf_changes.extend(part.conf_changes);
        self.index.troubles.extend(part.troubles);
    }

    fn apply(&mut self, part: &Part, noted: &Noted) {
        let object = self.object(noted.kind, part.id(noted));
        let exists = self.index.current(object).is_some();
        if noted.action != Action::Remove {
            self.newest_time = self.newest_time.max(noted.updated);
        }
        let version = self.index.push(object, new_version(part, noted));
        if let Origin::Entry(entry) = noted.origin
            && self.known.is_some()
            && exists == (noted.action == Action::Create)
        {
            self.index.refused.push(Refused { entry, version });
        }
    }

    fn object(&mut self, kind: Kind, id: &[u8]) -> ObjectNo {
        let ids = &mut self.ids[kind as usize];
        if let Some(no) = ids.get(id).copied().or_else(|| self.index.object(kind, id)) {
            return no;
        }
        let no = self.index.new_object(kind, id);
        ids.insert(id.into(), no);
        no
    }

    /// Lets the snapshots speak that were made before the entry at `index`.
    fn snapshots_below(&mut self, index: u64) {
        while let Some(snapshot) = self.snapshots.get(self.next_snapshot).filter(|next| next.index().0 < index) {
            self.snapshot(snapshot);
            self.index.snapshot_times.push(self.newest_time);
            self.next_snapshot += 1;
        }
    }

    fn snapshot(&mut self, snapshot: &Loaded) {
        let part = snapshot.part();
        let mut listed = vec![false; self.index.object_count()];
        for noted in &part.noted {
            let object = self.object(noted.kind, part.id(noted));
            if let Some(seen) = listed.get_mut(object.place()) {
                *seen = true;
            }
            self.newest_time = self.newest_time.max(noted.updated);
            let held = self.index.current(object).map(|version| self.index.version(version));
            // Where the log still holds this version, the snapshot's copy says nothing new.
            if held.is_none_or(|held| (held.sum(), held.range().len()) != (noted.sum, noted.len as usize)) {
                self.index.push(object, new_version(part, noted));
            }
        }
        if snapshot.is_whole() {
            let place = self.next_snapshot as u32;
            for object in (0..listed.len()).filter(|place| !listed[*place]).map(ObjectNo::at) {
                if self.index.current(object).is_some() {
                    let gone = NewVersion {
                        origin: Origin::Snapshot(place),
                        action: Action::Absent,
                        name: None,
                        start: 0,
                        len: 0,
                        sum: 0,
                        updated: None,
                    };
                    self.index.push(object, gone);
                }
            }
            self.known = Some(snapshot.index().0);
            self.note_known();
        }
    }

    fn note_known(&mut self) {
        let Some(known) = self.known else { return };
        match self.index.known.last_mut() {
            Some(range) if range.end > known => {}
            Some(range) if range.end == known => range.end = known.saturating_add(1),
            _ => self.index.known.push(known..known.saturating_add(1)),
        }
    }

    fn finish(mut self) -> Index {
        self.snapshots_below(u64::MAX);
        (self.index.newest, self.index.known_last) = (self.newest_time, self.known);
        self.index.sort_ids();
        self.index
    }
}

fn new_version<'a>(part: &'a Part, noted: &Noted) -> NewVersion<'a> {
    NewVersion {
        origin: noted.origin,
        action: noted.action,
        name: part.name(noted),
        start: noted.start,
        len: noted.len,
        sum: noted.sum,
        updated: noted.updated,
    }
}
