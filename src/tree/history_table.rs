//! `tables/history.jsonl`: one line an action, with what it changed.

use std::ops::Range;

use super::TreeError;
use super::changes::write_changes;
use super::contents::unreadable;
use super::entry::{action_summary, named_summary};
use super::inode::Node;
use super::time::moment_text;
use super::view::View;
use crate::disk::{RaftIndex, Term};
use crate::render::{Json, Sink, Style, differing};
use crate::store::{Action, Kind, Opener, Origin, VersionNo};
use crate::wiped::Wiped;

impl View {
    /// The line of a version, with its newline. `opener` opens entries in the order of the lines.
    pub(super) fn write_history_line<S: Sink>(&self, number: u32, opener: &mut Opener<'_>, sink: &mut S) {
        let index = self.state.index();
        let Some(no) = index.version_at(number) else { return };
        let version = index.version(no);
        let (object, action) = (version.object(), version.action());
        let kind = index.kind(object);
        let name = index.name(no);
        let (at, term) = self.written_at(version.origin());
        let time = match version.origin() {
            Origin::Entry(place) => index.time(place),
            Origin::Snapshot(_) => self.state.time_of(no),
        };
        let mut json = Json::new(Style::Compact, sink);
        json.begin_object();
        json.key("index").number(at.0);
        match time {
            Some(time) => json.key("time").string(&moment_text(time)),
            None => json.key("time").null(),
        }
        json.key("term").number(term.0);
        json.key("action").string(action.word());
        json.key("kind").string(kind.singular());
        json.lenient("id", index.id(object));
        match name {
            Some(name) => json.lenient("name", name),
            None => json.key("name").null(),
        }
        let written = match action {
            Action::Absent => Err(None),
            _ => self
                .with_opened(no, Some(opener), |now| {
                    json.key("summary").string(&action_summary(action, kind, now));
                    self.write_difference(&mut json, no, now);
                })
                .map_err(Some),
        };
        if let Err(error) = written {
            json.key("summary").string(&named_summary(action, kind, name.unwrap_or(index.id(object))));
            if let Some(error) = error {
                json.key("damaged").string(&error.to_string());
            }
            write_changes(&mut json, b"", b"");
        }
        json.end_object();
        json.finish();
    }

    /// The changes to a version from the one before, where the object existed before.
    fn write_difference<S: Sink>(&self, json: &mut Json<'_, S>, no: VersionNo, now: &[u8]) {
        let index = self.state.index();
        let history = index.history(index.version(no).object());
        let before = history.partition_point(|other| *other < no).checked_sub(1).and_then(|at| history.get(at));
        let before = before.filter(|before| index.version(**before).action().leaves_object());
        let kind = index.kind(index.version(no).object());
        let compared = before.map(|before| {
            self.with_opened(*before, None, |before| match differing(kind.message(), before, now) {
                Some([before, now]) => write_changes(json, &rendered(kind, &before), &rendered(kind, &now)),
                None => write_changes(json, &rendered(kind, before), &rendered(kind, now)),
            })
        });
        if !matches!(compared, Some(Ok(()))) {
            write_changes(json, b"", b"");
        }
    }

    fn written_at(&self, origin: Origin) -> (RaftIndex, Term) {
        let place = match origin {
            Origin::Entry(place) => self.state.log().entries.get(place as usize).map(|entry| (entry.index, entry.term)),
            Origin::Snapshot(place) => {
                let snapshot = self.state.content().snapshots.get(place as usize);
                snapshot.map(|snapshot| (snapshot.index(), snapshot.file().term))
            }
        };
        place.unwrap_or_default()
    }

    /// The places in the log that lines come from, as far as they come from the log.
    pub(super) fn places_of_lines(&self, numbers: Range<usize>) -> Range<u32> {
        let index = self.state.index();
        let place = |number: usize| match index.version(index.version_at(number as u32)?).origin() {
            Origin::Entry(place) => Some(place),
            Origin::Snapshot(_) => None,
        };
        match (numbers.clone().find_map(place), numbers.rev().find_map(place)) {
            (Some(first), Some(last)) => first..last.saturating_add(1),
            _ => 0..0,
        }
    }

    /// Lets `look` see the bytes of a version. An entry that holds others too stays open in the cache, because the
    /// lines around this one need it: it would else be opened for each.
    fn with_opened<R>(
        &self,
        no: VersionNo,
        opener: Option<&mut Opener<'_>>,
        look: impl FnOnce(&[u8]) -> R,
    ) -> Result<R, TreeError> {
        let origin = self.state.index().version(no).origin();
        match (origin, opener) {
            (Origin::Entry(place), _) if self.state.versions_beside(no).len() > 1 => {
                let (index, _) = self.state.order(origin);
                let plain = self.cache.get(Node::Payload(index).ino(), || {
                    let mut plain = Wiped::default();
                    self.state.open_entry(place, plain.as_mut_vec()).map_err(unreadable)?;
                    Ok(plain)
                })?;
                self.state.version_within(no, &plain).map(look)
            }
            (Origin::Entry(place), Some(opener)) => {
                opener.open(place).and_then(|plain| self.state.version_within(no, plain)).map(look)
            }
            _ => self.state.with_version(no, look),
        }
        .map_err(unreadable)
    }
}

/// An object as JSON.
fn rendered(kind: Kind, object: &[u8]) -> Wiped {
    let mut text = Wiped::default();
    Json::new(Style::Compact, &mut text).message(kind.message(), object);
    text
}
