//! Where the peer starts: at the newest snapshot that reads well, and the first entry behind it (format 4.6, 6).

use std::collections::HashSet;
use std::ops::Range;

use super::super::inode::SnapshotKey;
use super::super::view::View;
use crate::disk::{RaftIndex, SnapshotFile, Term};
use crate::render::one_line;
use crate::store::{Loaded, Trouble};

/// The snapshot that the peer takes.
#[derive(Clone, Copy)]
pub(super) struct Base {
    /// Its place among the snapshot files.
    file: usize,
    /// Its place among the opened ones.
    loaded: Option<usize>,
}

impl View {
    /// The snapshot that the peer takes, be it sealed or not.
    pub(super) fn base(&self) -> Option<&SnapshotFile> {
        self.state.snapshot_files().get(self.find_base()?.file)?.as_ref().ok()
    }

    /// The same snapshot, opened.
    pub(super) fn loaded_base(&self) -> Option<&Loaded> {
        self.state.content().snapshots.get(self.find_base()?.loaded?).map(|snapshot| &**snapshot)
    }

    fn find_base(&self) -> Option<Base> {
        *self.ropes.rafttool.base.get_or_init(|| {
            // Without any, the log need not be read to know it.
            if self.state.snapshot_files().is_empty() {
                return None;
            }
            let content = self.state.content();
            let lost = content.lost_snapshots.iter();
            let damaged: HashSet<&str> = lost.filter(|lost| lost.damaged).map(|lost| lost.name.as_str()).collect();
            let mut files = self.state.snapshot_files().iter().enumerate();
            let (place, name) = files.find_map(|(place, file)| {
                let name = file.as_ref().ok()?.name.as_str();
                (!damaged.contains(name)).then_some((place, name))
            })?;
            let loaded = content.snapshots.iter().position(|snapshot| snapshot.file().name == name);
            Some(Base { file: place, loaded })
        })
    }

    /// Its index; 0 where there is none.
    pub(super) fn base_index(&self) -> RaftIndex {
        self.base().map(|file| file.index).unwrap_or_default()
    }

    pub(super) fn base_key(&self) -> SnapshotKey {
        self.base().map_or(SnapshotKey::new(Term(0), RaftIndex(0)), |file| SnapshotKey::new(file.term, file.index))
    }

    /// Why the snapshot is not opened.
    pub(super) fn why_base_sealed(&self) -> Option<&str> {
        let name = &self.base()?.name;
        let lost = &self.state.content().lost_snapshots;
        lost.iter().find(|lost| lost.name == *name).map(|lost| lost.why.as_str())
    }

    /// The places of the entries that the peer collects.
    pub(super) fn entries_behind_base(&self) -> Range<u32> {
        let (entries, base) = (&self.state.log().entries, self.base_index());
        entries.partition_point(|entry| entry.index <= base) as u32..entries.len() as u32
    }

    /// Those before the first hole and the first that is not opened: a log in etcd's format can hold neither.
    pub(super) fn entries_without_hole(&self) -> Range<u32> {
        let (entries, places) = (&self.state.log().entries, self.entries_behind_base());
        let expected = self.base_index().0.saturating_add(1)..;
        let following = entries.iter_from(places.start as usize).zip(expected);
        let following = following.take_while(|(entry, expected)| entry.index.0 == *expected).count();
        let troubles = self.state.index().troubles();
        let from = troubles.partition_point(|(place, _)| *place < places.start);
        let unopened = troubles.iter_from(from).find(|(_, trouble)| !matches!(trouble, Trouble::Unusable(_)));
        let end = places.start.saturating_add(following as u32);
        places.start..unopened.map_or(end, |(place, _)| end.min(*place))
    }

    /// Why the log in `decrypted/` does not hold all that the peer would want in it.
    pub(in super::super) fn why_decrypted_ends(&self) -> Option<String> {
        let (all, held) = (self.entries_behind_base(), self.entries_without_hole());
        let mut text = String::new();
        if self.loaded_base().is_none()
            && let (Some(base), Some(why)) = (self.base(), self.why_base_sealed())
        {
            text += &format!(
                "The snapshot {} is not here: {}.\n",
                one_line(base.name.as_bytes()),
                one_line(why.as_bytes())
            );
        }
        if held.end < all.end {
            let last = self.base_index().0.saturating_add(u64::from(held.end - held.start));
            text += &format!(
                "The log ends with entry {last}: the next one is missing, damaged or sealed, and etcd's format has no \
                 room for a hole.\nrafttool/dump-wal.txt and entries/ show what can be read behind it.\n"
            );
        }
        (!text.is_empty()).then_some(text)
    }
}
