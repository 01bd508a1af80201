//! The names of objects as file names, and the way back.
//!
//! `<name>` leads to the newest holder of a name, `<name>~<id>` to each. A `~` in a name or id is encoded,
//! so the first one in a file name separates, unless the name was shortened.

use std::array;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use lru::LruCache;

use super::folders::INCOMPLETE;
use super::kept::Kept;
use super::selection::Selection;
use crate::render::{decode_name, encode_name, short_name};
use crate::store::{Index, Kind, ObjectNo, State};

/// Longest file name that Linux takes.
const LONGEST: usize = 255;

/// Most bytes that an id takes of a name that also tells the object's name.
const LONGEST_ID: usize = 120;

/// `<id>.json`
pub(super) fn object_file(id: &[u8], suffix: &str) -> String {
    short_name(id, suffix.len()).into_owned() + suffix
}

/// What an object's name becomes that would hide why a folder is incomplete.
const GIVES_WAY: &str = "%5FINCOMPLETE.txt";

/// `<name>.json`
pub(super) fn bare_name(name: &[u8], suffix: &str) -> String {
    let file = short_name(name, suffix.len()).into_owned() + suffix;
    if file == INCOMPLETE { GIVES_WAY.into() } else { file }
}

/// `<name>~<id>.json`
pub(super) fn full_name(name: &[u8], id: &[u8], suffix: &str) -> String {
    let id = short_name(id, LONGEST - LONGEST_ID);
    let name = short_name(name, suffix.len() + 1 + id.len());
    format!("{name}~{id}{suffix}")
}

/// Holders of names that are remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4096).unwrap();

/// The way from a name to the newest of those that bear it, for every selection of objects.
pub(super) struct NameMaps {
    kinds: [OnceLock<Arc<Bearers>>; Kind::COUNT],
    shortened: [OnceLock<Arc<Shortened>>; Kind::COUNT],
    /// What was found for names that several objects bore; `u32` is the name's place among the bearers.
    holders: Mutex<LruCache<(Selection, Kind, u32), Option<ObjectNo>>>,
}

impl Default for NameMaps {
    fn default() -> NameMaps {
        NameMaps {
            kinds: Default::default(),
            shortened: Default::default(),
            holders: Mutex::new(LruCache::new(REMEMBERED)),
        }
    }
}

/// Who ever bore which name.
#[derive(Default)]
struct Bearers {
    by_name: HashMap<Box<[u8]>, Range<u32>>,
    /// For each name its bearers, the newest first.
    objects: Vec<ObjectNo>,
}

impl Bearers {
    fn of(state: &State, kind: Kind) -> Bearers {
        let index = state.index();
        let mut names: HashMap<&[u8], Vec<ObjectNo>> = HashMap::new();
        for object in index.objects(kind) {
            for name in names_of(index, *object) {
                let bearers = names.entry(name).or_default();
                if bearers.last() != Some(object) {
                    bearers.push(*object);
                }
            }
        }
        let mut rivals: Vec<ObjectNo> = names.values().filter(|bearers| bearers.len() > 1).flatten().copied().collect();
        rivals.sort_unstable();
        rivals.dedup();
        let creations = state.creations(&rivals);
        let age = |object: &ObjectNo| {
            // The same on every manager: by the time of creation, then by id.
            let created = rivals.binary_search(object).ok().and_then(|place| creations[place]);
            (created, index.id(*object))
        };
        let mut bearers = Bearers::default();
        for (name, mut objects) in names {
            let start = bearers.objects.len() as u32;
            objects.sort_by_cached_key(|object| Reverse(age(object)));
            bearers.objects.append(&mut objects);
            bearers.by_name.insert(name.into(), start..bearers.objects.len() as u32);
        }
        bearers
    }

    fn get(&self, name: &[u8]) -> Option<(u32, &[ObjectNo])> {
        let range = self.by_name.get(name)?;
        Some((range.start, self.objects.get(range.start as usize..range.end as usize)?))
    }
}

/// The names that an object ever bore; some may come more than once. Nearly all bear one for ever, and to know it takes
/// no look at their versions.
fn names_of(index: &Index, object: ObjectNo) -> impl Iterator<Item = &[u8]> {
    let only = index.only_name(object);
    let versions = if only.is_some() { &[] } else { index.history(object) };
    let mut before = None;
    let names = versions.iter().filter_map(|version| index.name(*version)).filter(move |name| {
        let other = before != Some(*name);
        before = Some(*name);
        other
    });
    only.flatten().into_iter().chain(names)
}

/// Ids and names up to this many bytes, encoded, are never shortened.
const NEVER_SHORTENED: usize = LONGEST_ID - 1;

/// A shortened id or name cannot be read back; its digest leads to who bears it.
#[derive(Default)]
struct Shortened {
    by_digest: HashMap<String, Vec<ObjectNo>>,
}

impl Shortened {
    fn of(state: &State, kind: Kind) -> Shortened {
        let index = state.index();
        let mut shortened = Shortened::default();
        for object in index.objects(kind) {
            for text in std::iter::once(index.id(*object)).chain(names_of(index, *object)) {
                if text.len() > NEVER_SHORTENED || encode_name(text).len() > NEVER_SHORTENED {
                    // With no room at all, the mark and the digest are what is left of it.
                    let bearers = shortened.by_digest.entry(short_name(text, LONGEST).into_owned()).or_default();
                    if bearers.last() != Some(object) {
                        bearers.push(*object);
                    }
                }
            }
        }
        shortened
    }

    /// The objects whose digests stand in a file name.
    fn behind(&self, stem: &str) -> impl Iterator<Item = ObjectNo> {
        const MARKED: usize = "~~0123456789abcdef".len();
        let digests = stem.match_indices("~~").filter_map(move |(at, _)| stem.get(at..at + MARKED));
        digests.filter_map(|digest| self.by_digest.get(digest)).flatten().copied()
    }
}

impl NameMaps {
    /// What is still right in the view that follows.
    pub(super) fn kept(&self, kept: &Kept) -> NameMaps {
        let bearers = |kind| kept.names_of(kind, self.kinds[kind].get()).map_or_else(OnceLock::new, OnceLock::from);
        let shortened =
            |kind| kept.names_of(kind, self.shortened[kind].get()).map_or_else(OnceLock::new, OnceLock::from);
        NameMaps { kinds: array::from_fn(bearers), shortened: array::from_fn(shortened), ..NameMaps::default() }
    }

    /// The newest of the selected objects that bear a name.
    fn newest(&self, state: &State, selection: Selection, kind: Kind, name: &[u8]) -> Option<ObjectNo> {
        let bearers = self.kinds[kind as usize].get_or_init(|| Arc::new(Bearers::of(state, kind)));
        let (place, objects) = bearers.get(name)?;
        let find = || objects.iter().copied().find(|object| selection.name(state, *object) == Some(name));
        if objects.len() == 1 {
            return find();
        }
        // Remembered, so that a listing of many that share a name does not search for each of them.
        let holders = || self.holders.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (selection, kind, place);
        if let Some(holder) = holders().get(&key) {
            return *holder;
        }
        let holder = find();
        holders().put(key, holder);
        holder
    }

    /// True if the bare name leads to this object.
    pub(super) fn is_newest(&self, state: &State, selection: Selection, kind: Kind, object: ObjectNo) -> bool {
        let name = selection.name(state, object);
        name.is_some_and(|name| self.newest(state, selection, kind, name) == Some(object))
    }

    /// The object of a `<id>.json`.
    pub(super) fn by_id(&self, state: &State, kind: Kind, file: &[u8], suffix: &str) -> Option<ObjectNo> {
        let index = state.index();
        let stem = std::str::from_utf8(file).ok()?.strip_suffix(suffix)?;
        match decode_name(stem) {
            Some(id) => index.object(kind, &id).filter(|_| encode_name(&id) == stem && file.len() <= LONGEST),
            None => {
                let mut candidates = self.shortened(state, kind).behind(stem);
                candidates.find(|object| object_file(index.id(*object), suffix).as_bytes() == file)
            }
        }
    }

    /// The object of a `<name>.json` or `<name>~<id>.json`, and whether it was the latter.
    pub(super) fn by_name(
        &self,
        state: &State,
        selection: Selection,
        kind: Kind,
        file: &[u8],
        suffix: &str,
    ) -> Option<(ObjectNo, bool)> {
        let index = state.index();
        if file == GIVES_WAY.as_bytes() {
            return Some((self.newest(state, selection, kind, INCOMPLETE.as_bytes())?, false));
        }
        let stem = std::str::from_utf8(file).ok()?.strip_suffix(suffix)?;
        if let Some(name) = decode_name(stem) {
            let object = self.newest(state, selection, kind, &name)?;
            return (encode_name(&name) == stem && file.len() <= LONGEST).then_some((object, false));
        }
        let named = |object: ObjectNo| {
            let name = selection.name(state, object)?;
            if full_name(name, index.id(object), suffix).as_bytes() == file {
                return Some((object, true));
            }
            let bare = bare_name(name, suffix).as_bytes() == file && self.is_newest(state, selection, kind, object);
            bare.then_some((object, false))
        };
        let (_, id) = stem.split_once('~')?;
        let direct = decode_name(id).and_then(|id| index.object(kind, &id)).and_then(named);
        direct.or_else(|| self.shortened(state, kind).behind(stem).find_map(named))
    }

    fn shortened(&self, state: &State, kind: Kind) -> &Shortened {
        self.shortened[kind as usize].get_or_init(|| Arc::new(Shortened::of(state, kind)))
    }
}
