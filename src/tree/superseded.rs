//! `raft/superseded/<index>-<term>.json`: entries that a later term overwrote (format 4.6).

use std::collections::HashMap;
use std::sync::OnceLock;

use zeroize::Zeroizing;

use super::entry::{Shown, When};
use super::inode::Node;
use super::places::Numbered;
use super::view::{Named, View};
use crate::disk::EntryAt;
use crate::render::{Json, Sink, Style};

/// Superseded entries of one index that can be told apart.
const MOST: u32 = 1 << 20;

/// The superseded entries by index, those of the same index in the order in which they were overwritten.
#[derive(Default)]
pub(super) struct Superseded {
    rows: OnceLock<Vec<Row>>,
}

struct Row {
    entry: EntryAt,
    key: Numbered,
    name: Box<str>,
}

impl View {
    fn superseded_rows(&self) -> &[Row] {
        self.superseded.rows.get_or_init(|| {
            let mut entries: Vec<EntryAt> = self.state.log().superseded.iter().copied().collect();
            entries.sort_by_key(|entry| entry.index);
            let mut rows: Vec<Row> = Vec::with_capacity(entries.len());
            let mut copies: HashMap<u64, u32> = HashMap::new();
            for entry in entries {
                let number = entry.index.0;
                let place = match rows.last().map(|row| row.key) {
                    Some(last) if last.number == number => last.place + 1,
                    _ => 0,
                };
                if place == 0 {
                    copies.clear();
                }
                if place >= MOST {
                    continue;
                }
                // Where damage left copies of the same entry, each has its own name.
                let copy = copies.entry(entry.term.0).and_modify(|count| *count += 1).or_insert(1);
                let name = match *copy {
                    1 => format!("{number:010}-{}.json", entry.term),
                    copy => format!("{number:010}-{}-{copy}.json", entry.term),
                };
                rows.push(Row { entry, key: Numbered { number, place }, name: name.into() });
            }
            rows
        })
    }

    fn superseded_from(&self, number: u64, place: u32) -> usize {
        self.superseded_rows().partition_point(|row| (row.key.number, row.key.place) < (number, place))
    }

    pub(super) fn find_superseded(&self, name: &[u8]) -> Option<Node> {
        let digits = std::str::from_utf8(name).ok()?.split('-').next()?;
        let number: u64 = digits.parse().ok()?;
        let rows = self.superseded_rows().get(self.superseded_from(number, 0)..)?;
        let mut rows = rows.iter().take_while(|row| row.key.number == number);
        rows.find(|row| row.name.as_bytes() == name).map(|row| Node::Superseded(row.key))
    }

    pub(super) fn list_superseded(&self, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        // The cookie is index and place, one above where they are.
        let from = self.superseded_from(behind >> 20, (behind & u64::from(MOST - 1)) as u32);
        for row in self.superseded_rows().get(from..).unwrap_or_default() {
            let cookie = (row.key.number << 20 | u64::from(row.key.place)) + 1;
            if !each(Named { name: row.name.as_bytes(), node: Node::Superseded(row.key), cookie }) {
                return;
            }
        }
    }

    /// A superseded entry as JSON, with a newline; false where there is no such entry.
    pub(super) fn write_superseded<S: Sink>(&self, key: Numbered, sink: &mut S) -> bool {
        let at = self.superseded_from(key.number, key.place);
        let Some(row) = self.superseded_rows().get(at).filter(|row| row.key == key) else { return false };
        let mut plain = Zeroizing::new(Vec::new());
        let opened = self.state.open_at(&row.entry, &mut plain);
        // It has no place in the log, and so no time of its own.
        let when = When::default();
        let shown = Shown { state: &self.state, when, entry: &row.entry, plain: opened.map(|()| plain.as_slice()) };
        shown.json(&mut Json::new(Style::Pretty, &mut *sink));
        sink.put(b"\n");
        true
    }
}
