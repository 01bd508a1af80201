//! The folders of objects: `objects/<kind>/`, `by-name/`, `secrets/`, `configs/`.

use super::TreeError;
use super::inode::{Folder, Node, VersionKey};
use super::names::{bare_name, full_name, object_file};
use super::selection::Selection;
use super::view::{Named, View};
use crate::store::{Kind, ObjectNo, Origin, State, VersionNo};

impl Folder {
    /// The kind whose payloads the folder shows.
    pub(super) fn payload_kind(self) -> Option<Kind> {
        match self {
            Folder::Secrets => Some(Kind::Secret),
            Folder::Configs => Some(Kind::Config),
            _ => None,
        }
    }
}

/// Where a version was written.
pub(super) fn key_of(state: &State, no: VersionNo) -> VersionKey {
    let (index, in_snapshot, position) = state.written_at(no);
    VersionKey { index, in_snapshot, position }
}

/// The version that was written there.
pub(super) fn version_of(state: &State, key: VersionKey) -> Option<VersionNo> {
    let origin = match key.in_snapshot {
        false => Origin::Entry(state.place_of(key.index)?),
        true => {
            let snapshots = &state.content().snapshots;
            Origin::Snapshot(snapshots.iter().position(|snapshot| snapshot.index() == key.index)? as u32)
        }
    };
    let versions = state.versions_of(origin);
    let number = versions.start.checked_add(key.position).filter(|number| *number < versions.end)?;
    state.index().version_at(number)
}

impl View {
    /// Where a version was written.
    pub(super) fn key(&self, no: VersionNo) -> VersionKey {
        key_of(&self.state, no)
    }

    /// The version that was written there.
    pub(super) fn version(&self, key: VersionKey) -> Option<VersionNo> {
        version_of(&self.state, key)
    }

    fn selected(&self, selection: Selection, no: ObjectNo) -> Option<VersionKey> {
        selection.version(&self.state, no).map(|version| self.key(version))
    }

    /// The object of which a version was written there.
    pub(super) fn object_at(&self, key: VersionKey) -> Option<ObjectNo> {
        self.version(key).map(|no| self.state.index().version(no).object())
    }

    pub(super) fn find_object(&self, selection: Selection, kind: Kind, name: &[u8]) -> Option<Node> {
        let object = self.names.by_id(&self.state, kind, name, ".json")?;
        self.selected(selection, object).map(Node::Object)
    }

    pub(super) fn find_name(&self, selection: Selection, kind: Kind, name: &[u8]) -> Option<Node> {
        let (object, full) = self.names.by_name(&self.state, selection, kind, name, ".json")?;
        let key = self.selected(selection, object)?;
        Some(if full { Node::FullName(key) } else { Node::Name(key) })
    }

    pub(super) fn find_data(&self, selection: Selection, kind: Kind, name: &[u8]) -> Option<Node> {
        let (object, full) = self.names.by_name(&self.state, selection, kind, name, "")?;
        let key = self.selected(selection, object)?;
        let alias = full && self.names.is_newest(&self.state, selection, kind, object);
        Some(if alias { Node::DataAlias(key) } else { Node::Data(key) })
    }

    pub(super) fn list_objects(
        &self,
        selection: Selection,
        kind: Kind,
        behind: u64,
        each: &mut dyn FnMut(Named<'_>) -> bool,
    ) {
        let index = self.state.index();
        for (object, slot) in index.objects(kind).iter().zip(1..).skip(usize::try_from(behind).unwrap_or(usize::MAX)) {
            let Some(key) = self.selected(selection, *object) else { continue };
            let name = object_file(index.id(*object), ".json");
            if !each(Named { name: name.as_bytes(), node: Node::Object(key), cookie: slot }) {
                return;
            }
        }
    }

    pub(super) fn list_names(
        &self,
        selection: Selection,
        kind: Kind,
        behind: u64,
        each: &mut dyn FnMut(Named<'_>) -> bool,
    ) {
        let node = |object, full| {
            let key = self.selected(selection, object)?;
            Some(if full { Node::FullName(key) } else { Node::Name(key) })
        };
        self.list_bearers(selection, kind, ".json", node, behind, each);
    }

    /// Two rows an object: the bare name where the object is its newest holder, and the one that also tells the id.
    /// `node` makes the node of either, the latter where its second argument is true.
    pub(super) fn list_bearers(
        &self,
        selection: Selection,
        kind: Kind,
        suffix: &str,
        node: impl Fn(ObjectNo, bool) -> Option<Node>,
        behind: u64,
        each: &mut dyn FnMut(Named<'_>) -> bool,
    ) {
        let index = self.state.index();
        let from = usize::try_from(behind / 2).unwrap_or(usize::MAX);
        for (object, slot) in index.objects(kind).iter().zip(0u64..).skip(from) {
            let Some(name) = selection.name(&self.state, *object) else { continue };
            let bare = self.names.is_newest(&self.state, selection, kind, *object).then(|| bare_name(name, suffix));
            let full = full_name(name, index.id(*object), suffix);
            for (name, is_full) in [(bare, false), (Some(full), true)] {
                let cookie = slot * 2 + 1 + u64::from(is_full);
                let Some(name) = name.filter(|_| cookie > behind) else { continue };
                let Some(node) = node(*object, is_full) else { continue };
                if !each(Named { name: name.as_bytes(), node, cookie }) {
                    return;
                }
            }
        }
    }

    /// One row an object: the newest holder under the bare name, the others with their id.
    pub(super) fn list_data(
        &self,
        selection: Selection,
        kind: Kind,
        behind: u64,
        each: &mut dyn FnMut(Named<'_>) -> bool,
    ) {
        let index = self.state.index();
        for (object, slot) in index.objects(kind).iter().zip(1..).skip(usize::try_from(behind).unwrap_or(usize::MAX)) {
            let Some(version) = selection.version(&self.state, *object) else {
                continue;
            };
            let Some(name) = index.name(version) else { continue };
            let name = match self.names.is_newest(&self.state, selection, kind, *object) {
                true => bare_name(name, ""),
                false => full_name(name, index.id(*object), ""),
            };
            if !each(Named { name: name.as_bytes(), node: Node::Data(self.key(version)), cookie: slot }) {
                return;
            }
        }
    }

    pub(super) fn name_target(&self, key: VersionKey) -> Result<Vec<u8>, TreeError> {
        let object = self.object_at(key).ok_or(TreeError::NotFound)?;
        Ok(format!("../{}", object_file(self.state.index().id(object), ".json")).into_bytes())
    }

    pub(super) fn data_alias_target(&self, key: VersionKey) -> Result<Vec<u8>, TreeError> {
        let version = self.version(key).ok_or(TreeError::NotFound)?;
        let name = self.state.index().name(version).ok_or(TreeError::NotFound)?;
        Ok(bare_name(name, "").into_bytes())
    }
}
