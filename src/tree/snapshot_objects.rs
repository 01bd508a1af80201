//! `raft/snapshots/<term>-<index>/objects/`: what a snapshot itself holds, laid out as the root's `objects/`, and its
//! `members.json`.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;

use super::TreeError;
use super::inode::{Document, Folder, Node, SnapshotKey, SnapshotPart, VersionKey};
use super::names::{bare_name, full_name, object_file};
use super::view::{Named, View};
use crate::disk::{Moment, RaftIndex};
use crate::render::{Json, Sink, Style, decode_name};
use crate::store::{Kind, Loaded, ObjectFacts, Origin, membership};

/// Snapshots whose lists of objects are kept; a walk over one of 40 MB takes a moment.
const KEPT: NonZeroUsize = NonZeroUsize::new(2).expect("not zero");

/// The lists of objects that were asked for last. Copies share them.
#[derive(Clone)]
pub(super) struct SnapshotLists {
    kept: Arc<Mutex<LruCache<u32, Arc<List>>>>,
}

impl Default for SnapshotLists {
    fn default() -> SnapshotLists {
        SnapshotLists { kept: Arc::new(Mutex::new(LruCache::new(KEPT))) }
    }
}

/// The objects of a snapshot, in its order.
struct List {
    objects: Vec<Held>,
    /// For each kind the places of its objects, by id; of several with the same id the last, as a daemon keeps it.
    by_id: [Vec<u32>; Kind::COUNT],
    /// For each kind the newest holder of every name: the one that the bare name leads to.
    newest: [HashMap<Box<[u8]>, u32>; Kind::COUNT],
}

struct Held {
    kind: Kind,
    id: Box<[u8]>,
    name: Option<Box<[u8]>>,
    updated: Option<Moment>,
    start: u64,
    len: usize,
}

impl List {
    fn of(snapshot: &Loaded) -> List {
        let mut objects = Vec::new();
        snapshot.each_object(&mut |kind, object, start| {
            let facts = ObjectFacts::of(kind, object);
            let (name, updated) = (facts.name.map(|name| name.into_owned().into()), facts.updated);
            objects.push(Held { kind, id: facts.id.into(), name, updated, start, len: object.len() });
            true
        });
        let mut by_id: [Vec<u32>; Kind::COUNT] = Default::default();
        for (held, place) in objects.iter().zip(0..) {
            by_id[held.kind as usize].push(place);
        }
        for places in &mut by_id {
            let id = |place: &u32| &objects[*place as usize].id;
            places.sort_by(|a, b| (id(a), b).cmp(&(id(b), a)));
            places.dedup_by(|later, kept| id(later) == id(kept));
        }
        let mut list = List { objects, by_id, newest: Default::default() };
        list.newest = Kind::ALL.map(|kind| list.newest_of(kind));
        list
    }

    fn get(&self, place: u32) -> Option<&Held> {
        self.objects.get(place as usize)
    }

    fn places(&self, kind: Kind) -> &[u32] {
        &self.by_id[kind as usize]
    }

    fn by_id(&self, kind: Kind, id: &[u8]) -> Option<u32> {
        let places = self.places(kind);
        let at = places.binary_search_by(|place| self.get(*place).map_or(&[][..], |held| &held.id).cmp(id)).ok()?;
        places.get(at).copied()
    }

    fn newest_of(&self, kind: Kind) -> HashMap<Box<[u8]>, u32> {
        let mut newest: HashMap<Box<[u8]>, u32> = HashMap::new();
        for place in self.places(kind) {
            let Some(held) = self.get(*place) else { continue };
            let Some(name) = &held.name else { continue };
            let newer = |other: u32| self.get(other).is_none_or(|other| other.updated <= held.updated);
            match newest.get_mut(name) {
                None => drop(newest.insert(name.clone(), *place)),
                Some(holder) if newer(*holder) => *holder = *place,
                Some(_) => {}
            }
        }
        newest
    }

    fn newest(&self, kind: Kind) -> &HashMap<Box<[u8]>, u32> {
        &self.newest[kind as usize]
    }
}

impl Folder {
    /// Which part of a snapshot the folder shows.
    pub(super) fn snapshot_part(self) -> Option<SnapshotPart> {
        match self {
            Folder::SnapshotObjects(key) => Some(SnapshotPart::Objects(key)),
            Folder::SnapshotKind(key, kind) => Some(SnapshotPart::Kind(key, kind)),
            Folder::SnapshotByName(key, kind) => Some(SnapshotPart::ByName(key, kind)),
            _ => None,
        }
    }

    /// The snapshot whose objects the folder shows.
    pub(super) fn snapshot_shown(self) -> Option<SnapshotKey> {
        match self {
            Folder::SnapshotObjects(key) | Folder::SnapshotKind(key, _) | Folder::SnapshotByName(key, _) => Some(key),
            _ => None,
        }
    }
}

impl SnapshotPart {
    /// The snapshot that it is a part of.
    pub(super) fn key(self) -> SnapshotKey {
        match self {
            SnapshotPart::Objects(key) | SnapshotPart::Kind(key, _) | SnapshotPart::ByName(key, _) => key,
        }
    }
}

impl View {
    /// The snapshot, and its place among the loadable ones.
    fn loaded(&self, key: SnapshotKey) -> Option<(u32, &Loaded)> {
        let snapshots = &self.state.content().snapshots;
        let of = |snapshot: &Loaded| SnapshotKey::new(snapshot.file().term, snapshot.index());
        (0..).zip(snapshots.iter().map(|snapshot| &**snapshot)).find(|(_, snapshot)| of(snapshot) == key)
    }

    fn loaded_at(&self, index: RaftIndex) -> Option<(u32, &Loaded)> {
        // As versions are found by their snapshot's index alone.
        let snapshots = self.state.content().snapshots.iter().map(|snapshot| &**snapshot);
        (0..).zip(snapshots).find(|(_, snapshot)| snapshot.index() == index)
    }

    fn list_of(&self, (place, snapshot): (u32, &Loaded)) -> Arc<List> {
        let mut kept = self.snapshot_lists.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get_or_insert(place, || Arc::new(List::of(snapshot))).clone()
    }

    /// The file of an object: the version's own where the index has one that this snapshot gave.
    fn snapshot_object(&self, snapshot: u32, list: &List, place: u32) -> Option<Node> {
        let held = list.get(place)?;
        let index = self.state.index();
        let versions = index.object(held.kind, &held.id).map_or(&[][..], |object| index.history(object));
        let range = usize::try_from(held.start).ok()?..usize::try_from(held.start).ok()?.checked_add(held.len)?;
        let own = versions.iter().rev().find(|version| {
            let version = index.version(**version);
            version.origin() == Origin::Snapshot(snapshot) && version.range() == range
        });
        if let Some(version) = own {
            return Some(Node::Object(self.key(*version)));
        }
        Some(Node::SnapshotObject(self.place_in(snapshot, place)?))
    }

    fn place_in(&self, snapshot: u32, position: u32) -> Option<VersionKey> {
        let index = self.state.content().snapshots.get(snapshot as usize)?.index();
        Some(VersionKey { index, in_snapshot: true, position })
    }

    pub(super) fn find_in_snapshot(&self, folder: Folder, name: &[u8]) -> Option<Node> {
        if let Folder::SnapshotObjects(key) = folder {
            let kind = Kind::ALL.into_iter().find(|kind| kind.plural().as_bytes() == name)?;
            return Some(Node::Folder(Folder::SnapshotKind(key, kind)));
        }
        let (snapshot, loaded) = self.loaded(folder.snapshot_shown()?)?;
        let list = self.list_of((snapshot, loaded));
        let stem = std::str::from_utf8(name).ok()?.strip_suffix(".json")?;
        match folder {
            Folder::SnapshotKind(_, kind) => {
                let named = |place: &u32| {
                    list.get(*place).is_some_and(|held| object_file(&held.id, ".json").as_bytes() == name)
                };
                let place = match decode_name(stem) {
                    Some(id) => list.by_id(kind, &id).filter(named)?,
                    None => list.places(kind).iter().copied().find(named)?,
                };
                self.snapshot_object(snapshot, &list, place)
            }
            Folder::SnapshotByName(_, kind) => {
                let newest = list.newest(kind);
                let direct = stem.split_once('~').and_then(|(_, id)| list.by_id(kind, &decode_name(id)?));
                let named = |place: u32| {
                    let held = list.get(place)?;
                    let object = held.name.as_deref()?;
                    let key = self.place_in(snapshot, place)?;
                    if full_name(object, &held.id, ".json").as_bytes() == name {
                        return Some(Node::SnapshotFullName(key));
                    }
                    let bare = newest.get(object) == Some(&place) && bare_name(object, ".json").as_bytes() == name;
                    bare.then_some(Node::SnapshotName(key))
                };
                let bare = decode_name(stem).and_then(|plain| newest.get(plain.as_slice()).copied());
                let found = direct.and_then(named).or_else(|| bare.and_then(named));
                // Shortened names cannot be read back.
                found.or_else(|| list.places(kind).iter().copied().filter(|_| stem.contains('~')).find_map(named))
            }
            _ => None,
        }
    }

    pub(super) fn list_in_snapshot(&self, folder: Folder, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        let from = usize::try_from(behind).unwrap_or(usize::MAX);
        if let Folder::SnapshotObjects(key) = folder {
            for (kind, cookie) in Kind::ALL.into_iter().zip(1..).skip(from) {
                let node = Node::Folder(Folder::SnapshotKind(key, kind));
                if !each(Named { name: kind.plural().as_bytes(), node, cookie }) {
                    return;
                }
            }
            return;
        }
        let Some((snapshot, loaded)) = folder.snapshot_shown().and_then(|key| self.loaded(key)) else { return };
        let list = self.list_of((snapshot, loaded));
        match folder {
            Folder::SnapshotKind(_, kind) => {
                for (place, cookie) in list.places(kind).iter().zip(1..).skip(from) {
                    let Some(held) = list.get(*place) else { continue };
                    let Some(node) = self.snapshot_object(snapshot, &list, *place) else { continue };
                    if !each(Named { name: object_file(&held.id, ".json").as_bytes(), node, cookie }) {
                        return;
                    }
                }
            }
            Folder::SnapshotByName(_, kind) => {
                let newest = list.newest(kind);
                for (place, slot) in list.places(kind).iter().zip(0u64..).skip(from / 2) {
                    let Some(held) = list.get(*place) else { continue };
                    let (Some(name), Some(key)) = (held.name.as_deref(), self.place_in(snapshot, *place)) else {
                        continue;
                    };
                    let bare = (newest.get(name) == Some(place)).then(|| bare_name(name, ".json"));
                    let full = Some(full_name(name, &held.id, ".json"));
                    let rows = [(bare, Node::SnapshotName(key), 1), (full, Node::SnapshotFullName(key), 2)];
                    for (name, node, cookie) in rows.map(|(name, node, row)| (name, node, slot * 2 + row)) {
                        let Some(name) = name.filter(|_| cookie > behind) else { continue };
                        if !each(Named { name: name.as_bytes(), node, cookie }) {
                            return;
                        }
                    }
                }
            }
            _ => {}
        }
    }

    pub(super) fn snapshot_name_target(&self, key: VersionKey) -> Result<Vec<u8>, TreeError> {
        let list = self.list_of(self.loaded_at(key.index).ok_or(TreeError::NotFound)?);
        let held = list.get(key.position).ok_or(TreeError::NotFound)?;
        Ok(format!("../{}", object_file(&held.id, ".json")).into_bytes())
    }

    pub(super) fn snapshot_object_time(&self, key: VersionKey) -> Option<Moment> {
        self.list_of(self.loaded_at(key.index)?).get(key.position)?.updated
    }

    /// An object as JSON, with a newline.
    pub(super) fn write_snapshot_object<S: Sink>(&self, key: VersionKey, sink: &mut S) -> Result<(), TreeError> {
        let loaded = self.loaded_at(key.index).ok_or(TreeError::NotFound)?;
        let list = self.list_of(loaded);
        let held = list.get(key.position).ok_or(TreeError::NotFound)?;
        let start = usize::try_from(held.start).map_err(|_| TreeError::NotFound)?;
        let mut bytes = zeroize::Zeroizing::new(Vec::new());
        let read = loaded.1.read(start..start.saturating_add(held.len), &mut bytes);
        read.map_err(|error| TreeError::Unreadable(error.to_string()))?;
        Json::new(Style::Pretty, &mut *sink).message(held.kind.message(), &bytes);
        sink.put(b"\n");
        Ok(())
    }

    /// Why a snapshot's content is not at hand, or not as a whole.
    pub(super) fn why_snapshot_incomplete(&self, key: SnapshotKey) -> Option<String> {
        match self.loaded(key) {
            Some((_, loaded)) => {
                let why = loaded.broken()?;
                Some(format!("The snapshot authenticates, but is not understood to its end: {why}.\n"))
            }
            None => {
                let file = self.snapshot_file(key)?.as_ref().ok()?;
                let lost = self.state.content().lost_snapshots.iter().find(|lost| lost.name == file.name)?;
                Some(format!("The snapshot cannot be read: {}.\n", lost.why))
            }
        }
    }

    /// `members.json` of a snapshot.
    pub(super) fn snapshot_members(&self, key: SnapshotKey) -> Result<String, TreeError> {
        #[derive(serde::Serialize)]
        struct Unknown {
            sealed: String,
        }
        let text = match self.loaded(key) {
            Some((_, loaded)) => {
                let bytes = loaded.membership().map_err(|error| TreeError::Unreadable(error.to_string()))?;
                serde_json::to_string_pretty(&membership(&bytes))
            }
            None => {
                let sealed = self.why_snapshot_incomplete(key).ok_or(TreeError::NotFound)?;
                serde_json::to_string_pretty(&Unknown { sealed: sealed.trim_end().to_owned() })
            }
        };
        text.map(|text| text + "\n").map_err(|error| TreeError::Unreadable(error.to_string()))
    }

    /// What stands in a snapshot's folder besides `meta.json`, where its head can be read.
    pub(super) fn snapshot_rows(&self, key: SnapshotKey) -> impl Iterator<Item = (&'static str, Node)> {
        let whole = matches!(self.snapshot_file(key), Some(Ok(_)));
        let rows = [
            ("members.json", Node::Document(Document::SnapshotMembers(key))),
            ("objects", Node::Folder(Folder::SnapshotObjects(key))),
        ];
        rows.into_iter().filter(move |_| whole)
    }
}
