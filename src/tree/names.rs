//! The names of objects as file names, and the way back.
//!
//! `<name>` leads to the newest holder of a name, `<name>~<id>` to each. A `~` in a name or id is encoded,
//! so the first one in a file name separates, unless the name was shortened.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::render::{decode_name, encode_name, short_name};
use crate::store::{Kind, ObjectNo, State};

/// Longest file name that Linux takes.
const LONGEST: usize = 255;

/// Most bytes that an id takes of a name that also tells the object's name.
const LONGEST_ID: usize = 120;

/// `<id>.json`
pub(super) fn object_file(id: &[u8], suffix: &str) -> String {
    short_name(id, suffix.len()).into_owned() + suffix
}

/// `<name>.json`
pub(super) fn bare_name(name: &[u8], suffix: &str) -> String {
    short_name(name, suffix.len()).into_owned() + suffix
}

/// `<name>~<id>.json`
pub(super) fn full_name(name: &[u8], id: &[u8], suffix: &str) -> String {
    let id = short_name(id, LONGEST - LONGEST_ID);
    let name = short_name(name, suffix.len() + 1 + id.len());
    format!("{name}~{id}{suffix}")
}

/// For each kind the newest holder of every name.
#[derive(Default)]
pub(super) struct NameMaps {
    newest: [OnceLock<HashMap<Box<[u8]>, ObjectNo>>; Kind::COUNT],
}

impl NameMaps {
    fn newest(&self, state: &State, kind: Kind) -> &HashMap<Box<[u8]>, ObjectNo> {
        self.newest[kind as usize].get_or_init(|| {
            let index = state.index();
            let mut newest: HashMap<Box<[u8]>, ObjectNo> = HashMap::new();
            for (object, version) in index.current_objects(kind) {
                let Some(name) = index.name(version) else { continue };
                match newest.get_mut(name) {
                    None => drop(newest.insert(name.into(), object)),
                    // The same on every manager: by the time of creation, then by id.
                    Some(holder) if state.created(*holder) <= state.created(object) => *holder = object,
                    Some(_) => {}
                }
            }
            newest
        })
    }

    /// True if the bare name leads to this object.
    pub(super) fn is_newest(&self, state: &State, kind: Kind, object: ObjectNo) -> bool {
        let index = state.index();
        let name = index.current(object).and_then(|version| index.name(version));
        name.is_some_and(|name| self.newest(state, kind).get(name) == Some(&object))
    }

    /// The object of a `<id>.json`.
    pub(super) fn by_id(&self, state: &State, kind: Kind, file: &[u8], suffix: &str) -> Option<ObjectNo> {
        let index = state.index();
        let stem = std::str::from_utf8(file).ok()?.strip_suffix(suffix)?;
        match decode_name(stem) {
            Some(id) => index.object(kind, &id).filter(|_| encode_name(&id) == stem && file.len() <= LONGEST),
            // A shortened id cannot be read back, but there are few that long.
            None => index
                .objects(kind)
                .iter()
                .copied()
                .find(|object| object_file(index.id(*object), suffix).as_bytes() == file),
        }
    }

    /// The object of a `<name>.json` or `<name>~<id>.json`, and whether it was the latter.
    pub(super) fn by_name(&self, state: &State, kind: Kind, file: &[u8], suffix: &str) -> Option<(ObjectNo, bool)> {
        let index = state.index();
        let stem = std::str::from_utf8(file).ok()?.strip_suffix(suffix)?;
        if let Some(name) = decode_name(stem) {
            let object = self.newest(state, kind).get(name.as_slice())?;
            return (encode_name(&name) == stem && file.len() <= LONGEST).then_some((*object, false));
        }
        let named = |object: ObjectNo| {
            let version = index.current(object)?;
            let name = index.name(version)?;
            if full_name(name, index.id(object), suffix).as_bytes() == file {
                return Some((object, true));
            }
            let bare = bare_name(name, suffix).as_bytes() == file && self.is_newest(state, kind, object);
            bare.then_some((object, false))
        };
        let (_, id) = stem.split_once('~')?;
        let direct = decode_name(id).and_then(|id| index.object(kind, &id)).and_then(named);
        direct.or_else(|| index.objects(kind).iter().copied().find_map(named))
    }
}
