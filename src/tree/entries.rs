//! The folders of entries: `entries/`, `raft/payload/`, `raft/uncommitted/`.

use std::sync::Arc;

use super::inode::{Folder, Node};
use super::lead::RUN;
use super::sized_rows::Listing;
use super::view::{Each, Named, View, entry_name};
use super::{Attr, Found, Lifetime, NodeKind, Row};
use crate::chunked::Iter;
use crate::disk::{EntryAt, RaftIndex, Trust};
use crate::render::not_on_disk;

/// Gaps that `_INCOMPLETE.txt` names one by one.
const TOLD: usize = 20;

/// The index in `0000000012.json` or `12.json`.
pub(super) fn index_in(name: &[u8], suffix: &str) -> Option<RaftIndex> {
    let digits = name.strip_suffix(suffix.as_bytes())?;
    let plausible = !digits.is_empty() && digits.len() <= 20 && digits.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(digits).ok().filter(|_| plausible)?;
    text.parse().ok().map(RaftIndex)
}

impl View {
    /// The entry that a name means, and whether it is its one real name.
    fn entry_named(&self, name: &[u8], suffix: &str) -> Option<(RaftIndex, bool)> {
        let index = index_in(name, suffix)?;
        self.state.place_of(index)?;
        Some((index, entry_name(index, suffix).as_bytes() == name))
    }

    pub(super) fn find_entry(&self, name: &[u8]) -> Option<Node> {
        let (index, real) = self.entry_named(name, ".json")?;
        Some(if real { Node::Entry(index) } else { Node::EntryAlias(index) })
    }

    pub(super) fn find_payload(&self, name: &[u8]) -> Option<Node> {
        let (index, real) = self.entry_named(name, ".pb")?;
        // What cannot be opened has no payload.
        self.counted(Node::Payload(index)).ok()?;
        Some(if real { Node::Payload(index) } else { Node::PayloadAlias(index) })
    }

    pub(super) fn find_uncommitted(&self, name: &[u8]) -> Option<Node> {
        let (index, real) = self.entry_named(name, ".json")?;
        let first = self.uncommitted().next()?.index;
        (real && index >= first).then_some(Node::Uncommitted(index))
    }

    /// Entries beyond the commit that the hard state tells. A log without hard state has committed nothing.
    pub(super) fn uncommitted(&self) -> Iter<'_, EntryAt> {
        self.uncommitted_behind(0)
    }

    fn uncommitted_behind(&self, index: u64) -> Iter<'_, EntryAt> {
        let log = self.state.log();
        let commit = log.hard_state.as_ref().map_or(0, |state| state.commit.0).max(index);
        log.entries.iter_from(log.entries.partition_point(|entry| entry.index.0 <= commit))
    }

    pub(super) fn list_entries(&self, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        let entries = &self.state.log().entries;
        let from = entries.partition_point(|entry| entry.index.0 <= behind);
        for entry in entries.iter_from(from) {
            let (index, name) = (entry.index, entry_name(entry.index, ".json"));
            if !each(Named { name: name.as_bytes(), node: Node::Entry(index), cookie: index.0 }) {
                return;
            }
        }
    }

    /// The same with their attributes.
    pub(super) fn list_sized_entries(self: &Arc<View>, behind: u64, each: &mut Each<'_>) {
        let entries = &self.state.log().entries;
        let from = entries.partition_point(|entry| entry.index.0 <= behind);
        let mut sized = None;
        for (place, entry) in (from..).zip(entries.iter_from(from)) {
            let run = place / RUN;
            if sized.replace(run) != Some(run) {
                self.size_run(Listing::Entries, run);
            }
            let (ino, name) = (Node::Entry(entry.index).ino(), entry_name(entry.index, ".json"));
            let (kind, lifetime, place) = (NodeKind::File, Lifetime::Endless, place as u32);
            let modified = self.state.index().time(place).unwrap_or_default();
            let attr = Attr { ino, kind, size: self.size_of_entry(place), modified, links: 1, lifetime };
            let found = Some(Found { attr, name: lifetime });
            if !each(Row { name: name.as_bytes(), ino, kind, cookie: entry.index.0, found }) {
                return;
            }
        }
    }

    pub(super) fn list_uncommitted(&self, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        for entry in self.uncommitted_behind(behind) {
            let (index, name) = (entry.index, entry_name(entry.index, ".json"));
            if !each(Named { name: name.as_bytes(), node: Node::Uncommitted(index), cookie: index.0 }) {
                return;
            }
        }
    }

    /// Why a folder does not hold all that it should; `None` where it does.
    pub(super) fn why_incomplete(&self, folder: Folder) -> Option<String> {
        match folder {
            Folder::Entries => self.gaps(),
            Folder::Decrypted => self.why_decrypted_ends(),
            Folder::StoredTasks => self.why_tasks_incomplete(),
            folder if folder.snapshot_shown().is_some() => self.why_snapshot_incomplete(folder.snapshot_shown()?),
            Folder::At if self.find_at(b"latest").is_none() => self.why_state_incomplete(),
            Folder::Past(index, _) => self.why_incomplete_after(index),
            Folder::History | Folder::HistoryKind(_) | Folder::Removed | Folder::RemovedKind(_) => {
                self.why_history_incomplete()
            }
            folder if folder.shows_state() => self.why_state_incomplete(),
            _ => None,
        }
    }

    /// Entries between the first and the last that are not on disk.
    pub(super) fn entries_missing(&self) -> u64 {
        let entries = &self.state.log().entries;
        let span = entries.first().zip(entries.last()).map_or(0, |(first, last)| last.index.0 - first.index.0 + 1);
        span.saturating_sub(entries.len() as u64)
    }

    fn gaps(&self) -> Option<String> {
        if let Some(why) = self.state.why_no_entries() {
            return Some(format!("No entry is known.\n\n{why}"));
        }
        let (log, entries) = (self.state.log(), &self.state.log().entries);
        if self.entries_missing() == 0 && log.faults.is_empty() {
            return None;
        }
        let holes = log.holes().map(|hole| not_on_disk(*hole.start(), *hole.end()) + "\n");
        let damaged = entries.iter().filter(|entry| entry.trust == Trust::Damaged);
        let damaged = damaged.map(|entry| format!("entry {} is damaged; its file says how\n", entry.index));
        let mut lines = holes.chain(damaged).peekable();
        lines.peek()?;
        let mut text = String::from("This folder does not hold every entry between its first and its last.\n\n");
        text.extend(lines.by_ref().take(TOLD));
        if lines.next().is_some() {
            text.push_str("and more\n");
        }
        text.push_str("\ncheck.txt tells all that is known of the damage.\n");
        Some(text)
    }

    fn why_state_incomplete(&self) -> Option<String> {
        if self.state.is_complete() {
            return None;
        }
        Some(self.state.why_incomplete())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_entries() {
        assert_eq!(index_in(b"0000000012.json", ".json"), Some(RaftIndex(12)));
        assert_eq!(index_in(b"12.json", ".json"), Some(RaftIndex(12)));
        for other in ["", ".json", "12", "+12.json", "1 2.json", "12.jso", "99999999999999999999999.json"] {
            assert_eq!(index_in(other.as_bytes(), ".json"), None, "{other}");
        }
    }
}
