//! `history/`: every version of every object that log and snapshots still hold; `removed/`: the way to those
//! of objects that are gone.

use super::TreeError;
use super::entries::index_in;
use super::inode::{Folder, Node, VersionKey};
use super::names::object_file;
use super::selection::Selection;
use super::view::{Named, View};
use crate::disk::{Moment, RaftIndex};
use crate::render::{Json, Sink, Style};
use crate::store::{Action, Kind, ObjectNo, VersionNo};

/// Folders of objects whose ids are the names of what stands beside them, with the names that they get instead.
const RESERVED: [(&str, &str); 2] = [("by-name", "%62y-name"), ("_INCOMPLETE.txt", "%5FINCOMPLETE.txt")];

/// The name of an object's folder.
pub(super) fn folder_name(id: &[u8]) -> String {
    let name = object_file(id, "");
    match RESERVED.iter().find(|(taken, _)| *taken == name) {
        Some((_, instead)) => (*instead).to_owned(),
        None => name,
    }
}

/// `0000000012-update.json`, and `0000000012.2-update.json` for the second version of an object in one entry.
struct VersionFile {
    index: RaftIndex,
    /// Which of the object's versions in that entry, or snapshot.
    nth: u32,
    action: Action,
}

impl VersionFile {
    fn name(&self, suffix: &str) -> String {
        let (index, action) = (self.index.0, self.action.word());
        match self.nth {
            0 => format!("{index:010}-{action}{suffix}"),
            // A dot sorts behind the hyphen, so the first stays the first.
            nth => format!("{index:010}.{}-{action}{suffix}", u64::from(nth) + 1),
        }
    }
}

/// The index, the place within the entry and whether it is a snapshot's, as a name claims.
fn claimed(name: &str) -> Option<(RaftIndex, u32, bool)> {
    let (place, rest) = name.split_once('-')?;
    let (index, nth) = match place.split_once('.') {
        Some((index, nth)) => (index, nth.parse::<u32>().ok()?.checked_sub(1)?),
        None => (place, 0),
    };
    let in_snapshot = [Action::Snapshot, Action::Absent].iter().any(|action| rest.starts_with(action.word()));
    Some((index_in(index.as_bytes(), "")?, nth, in_snapshot))
}

impl View {
    /// What an object's folder and the links to it are numbered by.
    pub(super) fn first_key(&self, object: ObjectNo) -> Option<VersionKey> {
        self.state.index().history(object).first().map(|version| self.key(*version))
    }

    /// The folder above that of an object's versions.
    pub(super) fn versions_parent(&self, first: VersionKey) -> Folder {
        let object = self.object_at(first);
        object.map_or(Folder::History, |object| Folder::HistoryKind(self.state.index().kind(object)))
    }

    /// `history/<kind>/`
    pub(super) fn find_versions(&self, kind: Kind, name: &[u8]) -> Option<Node> {
        let index = self.state.index();
        let object = match RESERVED.iter().find(|(_, instead)| instead.as_bytes() == name) {
            Some((id, _)) => index.object(kind, id.as_bytes())?,
            None => self.names.by_id(&self.state, kind, name, "")?,
        };
        self.first_key(object).map(|key| Node::Folder(Folder::Versions(key)))
    }

    pub(super) fn list_versions(&self, kind: Kind, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        let index = self.state.index();
        for (object, slot) in index.objects(kind).iter().zip(1..).skip(usize::try_from(behind).unwrap_or(usize::MAX)) {
            let Some(key) = self.first_key(*object) else { continue };
            let name = folder_name(index.id(*object));
            let node = Node::Folder(Folder::Versions(key));
            if !each(Named { name: name.as_bytes(), node, cookie: slot }) {
                return;
            }
        }
    }

    /// What the files of a version are called.
    pub(super) fn version_names(&self, no: VersionNo) -> impl Iterator<Item = String> {
        let file = self.version_file(no);
        let data = self.has_data(no).then(|| file.name(".data"));
        data.into_iter().chain([file.name(".json")])
    }

    /// What the file of a version is called.
    fn version_file(&self, no: VersionNo) -> VersionFile {
        let index = self.state.index();
        let version = index.version(no);
        let order = |no: VersionNo| self.state.order(index.version(no).origin());
        let here = order(no);
        let history = index.history(version.object());
        let first = history.partition_point(|other| order(*other) < here);
        let nth = history.partition_point(|other| *other < no).saturating_sub(first) as u32;
        VersionFile { index: here.0, nth, action: version.action() }
    }

    /// True where a version has a payload of its own.
    fn has_data(&self, no: VersionNo) -> bool {
        let version = self.state.index().version(no);
        version.action() != Action::Absent && self.state.index().kind(version.object()).has_payload()
    }

    pub(super) fn find_version(&self, first: VersionKey, name: &[u8]) -> Option<Node> {
        let name = std::str::from_utf8(name).ok()?;
        let (at, nth, in_snapshot) = claimed(name)?;
        let index = self.state.index();
        let history = index.history(self.object_at(first)?);
        let order = |no: &VersionNo| self.state.order(index.version(*no).origin());
        let from = history.partition_point(|no| order(no) < (at, in_snapshot));
        let no = *history.get(from.checked_add(usize::try_from(nth).ok()?)?)?;
        let file = self.version_file(no);
        if file.name(".json") == name {
            return Some(Node::Object(self.key(no)));
        }
        (self.has_data(no) && file.name(".data") == name).then(|| Node::Data(self.key(no)))
    }

    /// Two rows a version: the file, and the payload where it has one.
    pub(super) fn list_version_files(&self, first: VersionKey, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        let Some(object) = self.object_at(first) else { return };
        let from = usize::try_from(behind / 2).unwrap_or(usize::MAX);
        for (no, slot) in self.state.index().history(object).iter().zip(0u64..).skip(from) {
            let (file, key) = (self.version_file(*no), self.key(*no));
            let data = self.has_data(*no).then(|| (file.name(".data"), Node::Data(key), slot * 2 + 1));
            let json = (file.name(".json"), Node::Object(key), slot * 2 + 2);
            for (name, node, cookie) in data.into_iter().chain([json]).filter(|(.., cookie)| *cookie > behind) {
                if !each(Named { name: name.as_bytes(), node, cookie }) {
                    return;
                }
            }
        }
    }

    fn link(&self, selection: Selection, object: ObjectNo, full: bool) -> Option<Node> {
        let key = self.first_key(object)?;
        Some(match (selection, full) {
            (Selection::Gone, false) => Node::RemovedLink(key),
            (Selection::Gone, true) => Node::RemovedFullLink(key),
            (_, false) => Node::HistoryLink(key),
            (_, true) => Node::HistoryFullLink(key),
        })
    }

    /// `history/<kind>/by-name/` and `removed/<kind>/`.
    pub(super) fn find_link(&self, selection: Selection, kind: Kind, name: &[u8]) -> Option<Node> {
        let (object, full) = self.names.by_name(&self.state, selection, kind, name, "")?;
        self.link(selection, object, full)
    }

    /// Two rows an object, as in `objects/<kind>/by-name/`.
    pub(super) fn list_links(
        &self,
        selection: Selection,
        kind: Kind,
        behind: u64,
        each: &mut dyn FnMut(Named<'_>) -> bool,
    ) {
        let node = |object, full| self.link(selection, object, full);
        self.list_bearers(selection, kind, "", node, behind, each);
    }

    pub(super) fn link_target(&self, first: VersionKey, removed: bool) -> Result<Vec<u8>, TreeError> {
        let object = self.object_at(first).ok_or(TreeError::NotFound)?;
        let index = self.state.index();
        let folder = folder_name(index.id(object));
        Ok(match removed {
            true => format!("../../history/{}/{folder}", index.kind(object).plural()).into_bytes(),
            false => format!("../{folder}").into_bytes(),
        })
    }

    /// When the object was changed last.
    pub(super) fn changed(&self, first: VersionKey) -> Option<Moment> {
        self.state.time_of(self.state.index().newest(self.object_at(first)?)?)
    }

    /// The file of a version that only says that there is none any more.
    pub(super) fn write_absent<S: Sink>(&self, no: VersionNo, style: Style, sink: &mut S) {
        let (index, _) = self.state.order(self.state.index().version(no).origin());
        let mut json = Json::new(style, sink);
        json.begin_object();
        json.key("absent")
            .string(&format!("not in the snapshot at {index} any more; the entry that removed it is not on disk"));
        json.end_object();
        json.finish();
    }

    /// Why `history/` and `removed/` do not hold all that they should.
    pub(super) fn why_history_incomplete(&self) -> Option<String> {
        let (index, content) = (self.state.index(), self.state.content());
        let whole = 1..self.state.last_index().0.saturating_add(1);
        if index.known().first() == Some(&whole) {
            // Who holds every entry needs no snapshot.
            return None;
        }
        let lost = index.troubles().iter().filter(|(_, trouble)| trouble.loses_state()).count();
        let (files, gaps) = (content.lost_snapshots.len(), self.entries_missing());
        if lost == 0 && files == 0 && gaps == 0 {
            return self.why_incomplete(Folder::Objects);
        }
        Some(format!(
            "Versions may be missing here: of the entries between the first and the last on disk {lost} cannot be read \
             and {gaps} are not on disk;\nof the snapshots {files} cannot be read. check.txt names them.\n"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_versions_and_the_way_back() {
        for (nth, action, name) in [
            (0, Action::Create, "0000000012-create"),
            (1, Action::Remove, "0000000012.2-remove"),
            (9, Action::Snapshot, "0000000012.10-snapshot"),
        ] {
            let file = VersionFile { index: RaftIndex(12), nth, action };
            assert_eq!(file.name(""), name);
            assert_eq!(claimed(name), Some((RaftIndex(12), nth, action == Action::Snapshot)));
        }
        for other in ["", "-", "12", "x-create", "12.-update", "12.0-update", "12.99999999999-update"] {
            assert_eq!(claimed(other), None, "{other}");
        }
    }

    #[test]
    fn ids_that_are_names_of_neighbours_give_way() {
        assert_eq!(folder_name(b"by-name"), "%62y-name");
        assert_eq!(folder_name(b"by-nam"), "by-nam");
        assert_eq!(folder_name(b""), "%");
    }
}
