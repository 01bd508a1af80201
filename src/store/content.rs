//! What needs the plaintext, made when it is first asked for: from nothing, from what was known of an earlier log, or
//! from a cache.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use super::State;
use super::build::{self, See};
use super::grow::{Earlier, Indexed};
use super::index::Index;
use super::keys::Rings;
use super::snapshot::Loaded;
use super::snapshots::LostSnapshot;
use super::state::Tail;
use crate::disk::{Folder, Log, Severity};

/// All that needs the plaintext.
pub struct Content {
    /// The version index.
    pub index: Index,
    /// Snapshots at hand, oldest first.
    pub snapshots: Vec<Arc<Loaded>>,
    /// Snapshot files that are no help: name and reason.
    pub lost_snapshots: Vec<LostSnapshot>,
}

impl Content {
    /// What a later index goes on from; `rings` were the keys.
    pub(super) fn indexed(&self, rings: &Rings) -> Indexed {
        Indexed {
            index: self.index.clone(),
            snapshots: self.snapshots.iter().map(|snapshot| snapshot.file().id()).collect(),
            loaded: self.snapshots.clone(),
            lost: self.lost_snapshots.clone(),
            rings: Some(rings.clone()),
        }
    }
}

impl State {
    /// What needs the plaintext. The first call opens every record once, or those behind what is known already.
    pub fn content(&self) -> &Content {
        self.content_seen(&|_, _| ())
    }

    /// The same. Where it is made of the whole log now, `see` is shown what the entries hold, in any order and by
    /// several threads; what cannot be opened is left out.
    pub fn content_seen(&self, see: See<'_>) -> &Content {
        // It may bring the content along.
        let log = self.log();
        let mut made = false;
        let content = self.content.get_or_init(|| {
            made = true;
            Arc::new(self.make_content(log, see))
        });
        if made {
            self.recall.announce();
        }
        content
    }

    fn make_content(&self, log: &Log, see: See<'_>) -> Content {
        let rings = self.rings_for(self.layout().wal.as_ref());
        let earlier = self.earlier.lock().unwrap_or_else(PoisonError::into_inner).take();
        let recalled = earlier.as_ref().is_some_and(|earlier| earlier.index_recalled);
        let (before, indexed) = earlier.map_or((None, None), |earlier| (Some(earlier.log), earlier.index));
        let mut found = match &indexed {
            Some(indexed) => self.load_snapshots(&indexed.loaded, indexed.lost_with(&self.found.rings)),
            None => self.load_snapshots(&[], &[]),
        };
        let grown = indexed.zip(before).and_then(|(indexed, before)| indexed.grown(&before, log, rings, &found.0));
        self.recall.inherit_index(recalled && grown.is_some());
        let index = grown.unwrap_or_else(|| {
            // What is no longer noted is read again.
            found.0.retain(|snapshot| snapshot.is_noted());
            found = self.load_snapshots(&found.0, &[]);
            build::build(log, rings, &found.0, see)
        });
        let (mut snapshots, lost_snapshots) = found;
        snapshots.iter_mut().filter_map(Arc::get_mut).for_each(Loaded::forget_part);
        Content { index, snapshots, lost_snapshots }
    }

    /// The content, where it came with the log.
    pub(super) fn set_content(&self, content: Content) {
        // It is set once: nobody makes it before there is a log.
        let _ = self.content.set(Arc::new(content));
    }

    /// The snapshots at hand, oldest first, and those that are not. What was opened, or tried in vain, before is not
    /// opened again.
    fn load_snapshots(&self, loaded: &[Arc<Loaded>], lost: &[LostSnapshot]) -> (Vec<Arc<Loaded>>, Vec<LostSnapshot>) {
        let rings = self.rings_for(self.layout().snapshots.as_ref());
        self.open_snapshots(|file, place| {
            let id = file.id();
            if let Some(known) = loaded.iter().find(|known| known.is_at(place) && known.file().id() == id) {
                return Ok(known.clone());
            }
            if let Some(known) = lost.iter().find(|known| known.id.as_deref() == Some(&id)) {
                return Err(known.clone());
            }
            let name = file.name.clone();
            Loaded::open(file, place, rings).map(Arc::new).map_err(|error| LostSnapshot {
                id: Some(id.into()),
                name,
                damaged: error.is_damage(),
                why: error.to_string(),
            })
        })
    }

    /// What a later state can go on from.
    pub(super) fn earlier(&self) -> Option<Earlier> {
        let log = self.log.get()?.clone();
        let index = self.content.get().map(|content| content.indexed(&self.found.rings));
        let index_recalled = self.recall.has_index();
        Some(Earlier { log, index, recalled: self.is_recalled(), index_recalled })
    }

    /// The log, read on from the earlier one.
    pub(super) fn grown_log(&self, folder: &Folder) -> Option<Log> {
        let earlier = self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, same_keys, recalled) =
            earlier.as_ref().map(|earlier| (earlier.log.clone(), earlier.had(&self.found.rings), earlier.recalled))?;
        drop(earlier);
        // Other keys may vouch for records that nothing else vouched for.
        if !same_keys && before.faults.iter().any(|fault| fault.what.severity() == Severity::Damage) {
            return None;
        }
        let grown = before.grown(self.source(), folder).ok().flatten()?;
        self.waits.store(grown.waits, Ordering::Relaxed);
        if grown.waits && self.tail == Tail::Shown {
            return None;
        }
        self.recall.inherit(recalled);
        Some(grown.log)
    }
}
