//! One moment of the tree: which node answers what.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::cache::{Bytes, Cache};
use super::folders::INCOMPLETE;
use super::generations::Generations;
use super::inode::{Document, Folder, Node, Rope};
use super::kept::Kept;
use super::names::NameMaps;
use super::rafttool::Dump;
use super::ropes::Ropes;
use super::selection::Selection;
use super::sized_rows::Leads;
use super::sizes::Sizes;
use super::snapshot_objects::SnapshotLists;
use super::snapshots::SnapshotFolders;
use super::stored_tasks::NodeTasks;
use super::superseded::Superseded;
use super::wal::WalTexts;
use super::{Attr, Found, Ino, Lifetime, Moment, NodeKind, Row, Totals, TreeError};
use crate::disk::RaftIndex;
use crate::store::{Kind, State};
use crate::wiped::Wiped;

/// Cookies of rows whose place in the folder is fixed lie below; those of the others are made from what they denote.
const FIXED_COOKIES: u64 = 1 << 8;

/// The cookie of `_INCOMPLETE.txt`.
const INCOMPLETE_COOKIE: u64 = FIXED_COOKIES - 1;

/// Most bytes of documents that a view keeps besides the cache of what never changes.
const DOCUMENT_BYTES: usize = 4 << 20;

/// A state directory as a tree of files, as of one moment.
pub(super) struct View {
    pub(super) state: Arc<State>,
    /// What never changes; shared with the views before and after.
    pub(super) cache: Arc<Cache>,
    /// What holds for this moment alone.
    documents: Cache,
    pub(super) sizes: Sizes,
    pub(super) leads: Leads,
    pub(super) ropes: Ropes,
    pub(super) names: NameMaps,
    pub(super) wal: WalTexts,
    pub(super) superseded: Superseded,
    pub(super) snapshot_lists: SnapshotLists,
    pub(super) tasks: NodeTasks,
    pub(super) snapshots: SnapshotFolders,
    modified: Moment,
    pub(super) generations: Generations,
    /// When it was asked last for something that only it can answer.
    used: Mutex<Option<Instant>>,
}

/// Takes rows until it answers false.
pub(super) type Each<'a> = dyn FnMut(Row<'_>) -> bool + 'a;

/// A row whose cookie counts within the part of the listing that its folder makes.
pub(super) struct Named<'a> {
    pub(super) name: &'a [u8],
    pub(super) node: Node,
    pub(super) cookie: u64,
}

impl View {
    /// The tree of an opened state directory. Reads nothing yet.
    pub(super) fn new(state: Arc<State>, cache: Arc<Cache>) -> View {
        View {
            modified: state.modified(),
            generations: Generations::default(),
            state,
            cache,
            documents: Cache::new(DOCUMENT_BYTES),
            sizes: Sizes::default(),
            leads: Leads::default(),
            ropes: Ropes::default(),
            names: NameMaps::default(),
            wal: WalTexts::default(),
            superseded: Superseded::default(),
            snapshot_lists: SnapshotLists::default(),
            tasks: NodeTasks::default(),
            snapshots: SnapshotFolders::default(),
            used: Mutex::default(),
        }
    }

    fn used(&self) -> MutexGuard<'_, Option<Instant>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody reads what may be of this moment only.
    pub(super) fn note_use(&self) {
        *self.used() = Some(Instant::now());
    }

    /// How long nobody did.
    pub(super) fn idle(&self) -> Duration {
        self.used().map_or(Duration::MAX, |used| used.elapsed())
    }

    /// The view that follows on this one, of the same directory as it is now.
    pub(super) fn next(
        &self,
        state: Arc<State>,
        generations: Generations,
        cache: Option<Arc<Cache>>,
        kept: &Kept,
    ) -> View {
        View {
            generations,
            sizes: self.sizes.kept(kept),
            ropes: self.ropes.kept(kept),
            names: self.names.kept(kept),
            snapshot_lists: if kept.snapshots { self.snapshot_lists.clone() } else { SnapshotLists::default() },
            ..View::new(state, cache.unwrap_or_else(|| self.cache.clone()))
        }
    }

    /// How many versions its index holds that it does not share with the index of the view behind it; none before
    /// somebody asked for it.
    pub(super) fn versions_beside(&self, next: &View) -> u32 {
        let shared = || next.state.has_content() && next.state.index().continues(self.state.index());
        if self.state.has_content() && !shared() { self.state.index().versions() } else { 0 }
    }

    /// The inode number of a node, as of this view.
    pub(super) fn ino(&self, node: Node) -> Ino {
        let ino = node.ino();
        match self.generations.of(node).filter(|_| ino.has_generation()) {
            Some(generation) => ino.in_generation(generation),
            None => ino,
        }
    }

    /// True for files that other views may show under another number.
    pub(super) fn is_of_its_moment(&self, node: Node) -> bool {
        self.generations.of(node).is_some()
    }

    /// What stands under a name.
    fn find(&self, folder: Folder, name: &[u8]) -> Option<Node> {
        if let Some((_, node)) = folder.always().find(|(fixed, _)| fixed.as_bytes() == name) {
            return Some(node);
        }
        if name == INCOMPLETE.as_bytes() {
            return self.incomplete(folder);
        }
        let (shown, selection) = folder.selected();
        match shown {
            Folder::Entries => self.find_entry(name),
            Folder::Payload => self.find_payload(name),
            Folder::Uncommitted => self.find_uncommitted(name),
            Folder::Snapshots => self.find_snapshot(name),
            Folder::WalDecrypted | Folder::SnapDecrypted => self.find_decrypted(folder, name),
            Folder::Kind(kind) => self.find_object(selection, kind, name),
            Folder::ByName(kind) => self.find_name(selection, kind, name),
            Folder::Secrets | Folder::Configs => self.find_data(selection, shown.payload_kind()?, name),
            Folder::HistoryKind(kind) => self.find_versions(kind, name),
            Folder::HistoryByName(kind) => self.find_link(Selection::Ever, kind, name),
            Folder::RemovedKind(kind) => self.find_link(Selection::Gone, kind, name),
            Folder::Versions(key) => self.find_version(key, name),
            Folder::At => self.find_at(name),
            Folder::Snapshot(key) => {
                self.snapshot_rows(key).find(|(row, _)| row.as_bytes() == name).map(|(_, node)| node)
            }
            Folder::SnapshotObjects(_) | Folder::SnapshotKind(..) | Folder::SnapshotByName(..) => {
                self.find_in_snapshot(folder, name)
            }
            Folder::Wal => self.find_segment(name),
            Folder::Superseded => self.find_superseded(name),
            Folder::Node | Folder::Certificates => self.find_node_file(folder, name),
            Folder::StoredTasks => self.find_task(name),
            _ => None,
        }
    }

    /// The node of `_INCOMPLETE.txt`, where the folder has one.
    fn incomplete(&self, folder: Folder) -> Option<Node> {
        self.why_incomplete(folder)?;
        if let Some(part) = folder.snapshot_part() {
            return Some(Node::Document(Document::SnapshotIncomplete(part)));
        }
        if let Folder::Past(index, past) = folder {
            return Some(Node::Document(Document::IncompleteAfter(index, past)));
        }
        Some(Node::Document(Document::Incomplete(Node::Folder(folder).fixed_number()?)))
    }

    /// Calls `each` for the rows of a folder behind a cookie that depend on the state directory's content.
    pub(super) fn list_content(&self, folder: Folder, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        let (shown, selection) = folder.selected();
        match shown {
            Folder::Entries => self.list_entries(behind, each),
            Folder::Uncommitted => self.list_uncommitted(behind, each),
            Folder::Snapshots => self.list_snapshots(behind, each),
            Folder::WalDecrypted | Folder::SnapDecrypted => self.list_decrypted(folder, behind, each),
            Folder::Kind(kind) => self.list_objects(selection, kind, behind, each),
            Folder::ByName(kind) => self.list_names(selection, kind, behind, each),
            Folder::Secrets | Folder::Configs => {
                if let Some(kind) = shown.payload_kind() {
                    self.list_data(selection, kind, behind, each);
                }
            }
            Folder::Snapshot(key) => {
                let rows = self.snapshot_rows(key).zip(1..).filter(|(_, cookie)| *cookie > behind);
                for ((name, node), cookie) in rows {
                    if !each(Named { name: name.as_bytes(), node, cookie }) {
                        return;
                    }
                }
            }
            Folder::SnapshotObjects(_) | Folder::SnapshotKind(..) | Folder::SnapshotByName(..) => {
                self.list_in_snapshot(folder, behind, each);
            }
            Folder::Wal => self.list_segments(behind, each),
            Folder::Superseded => self.list_superseded(behind, each),
            Folder::Node | Folder::Certificates => self.list_node_files(folder, behind, each),
            Folder::StoredTasks => self.list_tasks(behind, each),
            Folder::HistoryKind(kind) => self.list_versions(kind, behind, each),
            Folder::HistoryByName(kind) => self.list_links(Selection::Ever, kind, behind, each),
            Folder::RemovedKind(kind) => self.list_links(Selection::Gone, kind, behind, each),
            Folder::Versions(key) => self.list_version_files(key, behind, each),
            Folder::At => self.list_at(behind, each),
            _ => {}
        }
    }

    fn attr_of(&self, node: Node) -> Result<Attr, TreeError> {
        let (kind, size, links) = match node {
            Node::Folder(folder) => (NodeKind::Folder, 0, self.links(folder)),
            _ if kind_of(node) == NodeKind::Link => (NodeKind::Link, self.target_of(node)?.len() as u64, 1),
            _ => (NodeKind::File, self.size_of(node)?, self.file_links(node)),
        };
        Ok(Attr { ino: self.ino(node), kind, size, modified: self.modified(node), links, lifetime: Lifetime::Endless })
    }

    /// Two, and one for each folder within.
    fn links(&self, folder: Folder) -> u32 {
        let within = match folder {
            Folder::Snapshots => self.snapshot_folders().len(),
            Folder::Snapshot(key) => {
                self.snapshot_rows(key).filter(|(_, node)| matches!(node, Node::Folder(_))).count()
            }
            Folder::SnapshotObjects(_) => Kind::COUNT,
            Folder::HistoryKind(kind) => self.state.index().objects(kind).len() + 1,
            _ => folder.always().filter(|(_, node)| matches!(node, Node::Folder(_))).count(),
        };
        u32::try_from(within).unwrap_or(u32::MAX).saturating_add(2)
    }

    /// One for each name in a listing: a version stands in `history/`, the current one in its own folder too, and one
    /// that came with a snapshot also there.
    fn file_links(&self, node: Node) -> u32 {
        let (Node::Object(key) | Node::Data(key)) = node else { return 1 };
        let Some(no) = self.version(key) else { return 1 };
        let index = self.state.index();
        let current = index.current(index.version(no).object()) == Some(no);
        let in_snapshot =
            key.in_snapshot && matches!(node, Node::Object(_)) && index.version(no).action().leaves_object();
        1 + u32::from(current) + u32::from(in_snapshot)
    }

    fn modified(&self, node: Node) -> Moment {
        let of_entry = |index: RaftIndex| {
            let place = self.state.place_of(index)?;
            self.state.index().time(place)
        };
        let time = match node {
            // Not that of a payload: the time of one entry takes a pass over all of them.
            Node::Entry(index) => of_entry(index),
            Node::Object(key) | Node::Data(key) => self.version(key).and_then(|no| self.state.time_of(no)),
            Node::Folder(Folder::Versions(key))
            | Node::HistoryLink(key)
            | Node::HistoryFullLink(key)
            | Node::RemovedLink(key)
            | Node::RemovedFullLink(key) => self.changed(key),
            Node::Folder(Folder::Past(index, _)) | Node::AtAlias(index) => self.state.time_at(index),
            Node::Document(Document::SnapshotMeta(key)) => self.snapshot_modified(key),
            Node::Rope(Rope::Rafttool(Dump::PlainSnapshot(key))) => self.snapshot_modified(key),
            Node::SnapshotObject(key) => self.snapshot_object_time(key),
            Node::NodeFile(file) => self.node_file_time(file),
            _ => return self.modified,
        };
        time.unwrap_or_default()
    }

    /// True where size and time can be told without opening much.
    fn is_cheap(&self, node: Node) -> bool {
        match node {
            Node::Rope(_) | Node::Segment(_) => false,
            Node::Document(document) => matches!(document, Document::Readme),
            _ => true,
        }
    }

    fn size_of(&self, node: Node) -> Result<u64, TreeError> {
        match node {
            Node::Rope(rope) => Ok(self.rope(rope)?.len()),
            Node::Segment(key) => self.wal_len(key).ok_or(TreeError::NotFound),
            Node::NodeFile(_) => Ok(self.bytes_of(node)?.len() as u64),
            Node::Document(_) => Ok(self.bytes_of(node)?.len() as u64),
            _ => self.counted(node),
        }
    }

    /// The bytes of a file that is made as a whole.
    pub(super) fn bytes_of(&self, node: Node) -> Result<Bytes, TreeError> {
        match node {
            Node::Document(document) => {
                let make = || Ok(self.document(document)?.into_bytes().into());
                self.documents.get(self.ino(node), make)
            }
            Node::NodeFile(file) => self.documents.get(node.ino(), || self.node_file(file).map(Wiped::from)),
            _ => self.cache.get(node.ino(), || self.written(node)),
        }
    }

    fn target_of(&self, node: Node) -> Result<Vec<u8>, TreeError> {
        match node {
            Node::EntryAlias(index) => Ok(entry_name(index, ".json").into_bytes()),
            Node::PayloadAlias(index) => Ok(entry_name(index, ".pb").into_bytes()),
            Node::Uncommitted(index) => Ok(format!("../../entries/{}", entry_name(index, ".json")).into_bytes()),
            Node::Name(key) | Node::FullName(key) => self.name_target(key),
            Node::DataAlias(key) => self.data_alias_target(key),
            Node::SnapshotName(key) | Node::SnapshotFullName(key) => self.snapshot_name_target(key),
            Node::HistoryLink(key) | Node::HistoryFullLink(key) => self.link_target(key, false),
            Node::RemovedLink(key) | Node::RemovedFullLink(key) => self.link_target(key, true),
            Node::AtAlias(index) => Ok(entry_name(index, "").into_bytes()),
            _ => Err(TreeError::NotALink),
        }
    }

    fn found(&self, node: Node) -> Result<Found, TreeError> {
        // Aliases lead elsewhere as soon as something newer comes; they are not worth a place in the kernel's cache.
        let name = match node {
            Node::EntryAlias(_) | Node::PayloadAlias(_) | Node::DataAlias(_) | Node::AtAlias(_) => Lifetime::None,
            _ => Lifetime::Endless,
        };
        Ok(Found { attr: self.attr_of(node)?, name })
    }
}

/// `0000000012.json`: ten digits, so that globs sort.
pub(super) fn entry_name(index: RaftIndex, suffix: &str) -> String {
    format!("{:010}{suffix}", index.0)
}

/// What a number denotes in the tree.
fn node(ino: Ino) -> Result<Node, TreeError> {
    Node::of(ino).ok_or(if ino == Ino::GONE { TreeError::Gone } else { TreeError::NotFound })
}

fn folder(ino: Ino) -> Result<Folder, TreeError> {
    match node(ino)? {
        Node::Folder(folder) => Ok(folder),
        _ => Err(TreeError::NotAFolder),
    }
}

fn kind_of(node: Node) -> NodeKind {
    match node {
        Node::Folder(_) => NodeKind::Folder,
        Node::EntryAlias(_)
        | Node::PayloadAlias(_)
        | Node::Uncommitted(_)
        | Node::Name(_)
        | Node::FullName(_)
        | Node::SnapshotName(_)
        | Node::SnapshotFullName(_)
        | Node::DataAlias(_)
        | Node::HistoryLink(_)
        | Node::HistoryFullLink(_)
        | Node::RemovedLink(_)
        | Node::RemovedFullLink(_)
        | Node::AtAlias(_) => NodeKind::Link,
        _ => NodeKind::File,
    }
}

impl View {
    pub(super) fn lookup(&self, parent: Ino, name: &[u8]) -> Result<Found, TreeError> {
        let node = self.find(folder(parent)?, name).ok_or(TreeError::NotFound)?;
        self.found(node)
    }

    pub(super) fn attr(&self, ino: Ino) -> Result<Attr, TreeError> {
        self.attr_of(node(ino)?)
    }

    pub(super) fn read(&self, ino: Ino, offset: u64, len: usize, sink: &mut dyn FnMut(&[u8])) -> Result<(), TreeError> {
        let node = node(ino)?;
        match (node, kind_of(node)) {
            (_, NodeKind::Folder) => Err(TreeError::IsAFolder),
            (_, NodeKind::Link) => Err(TreeError::NotFound),
            (Node::Rope(rope), _) => self.read_rope(rope, offset, len, sink),
            (Node::Segment(key), _) => {
                self.read_wal(key, offset, len, sink);
                Ok(())
            }
            (_, NodeKind::File) => {
                if self.read_short(node, offset..offset.saturating_add(len as u64), sink)? {
                    return Ok(());
                }
                let bytes = self.bytes_of(node)?;
                let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                let behind = from.saturating_add(len).min(bytes.len());
                sink(&bytes[from..behind]);
                Ok(())
            }
        }
    }

    pub(super) fn target(&self, link: Ino) -> Result<Vec<u8>, TreeError> {
        self.target_of(node(link)?)
    }

    pub(super) fn list(
        self: &Arc<View>,
        ino: Ino,
        cookie: u64,
        attributes: bool,
        each: &mut Each<'_>,
    ) -> Result<(), TreeError> {
        let folder = folder(ino)?;
        let mut row = |named: Named<'_>| {
            let found = if attributes && self.is_cheap(named.node) { self.found(named.node).ok() } else { None };
            each(Row {
                name: named.name,
                ino: self.ino(named.node),
                kind: kind_of(named.node),
                cookie: named.cookie,
                found,
            })
        };
        for ((name, node), at) in folder.always().zip(1..).filter(|(_, at)| *at > cookie) {
            if !row(Named { name: name.as_bytes(), node, cookie: at }) {
                return Ok(());
            }
        }
        if cookie < INCOMPLETE_COOKIE
            && let Some(node) = self.incomplete(folder)
            && !row(Named { name: INCOMPLETE.as_bytes(), node, cookie: INCOMPLETE_COOKIE })
        {
            return Ok(());
        }
        let behind = cookie.saturating_sub(FIXED_COOKIES);
        if attributes && folder == Folder::Entries {
            self.list_sized_entries(behind, &mut |row| each(Row { cookie: row.cookie + FIXED_COOKIES, ..row }));
            return Ok(());
        }
        let listing = if attributes { self.listing(folder) } else { None };
        let mut sized = None;
        self.list_content(folder, behind, &mut |named| {
            if let Some(listing) = listing
                && let Some(run) = listing.run(named.cookie)
                && sized.replace(run) != Some(run)
            {
                self.size_run(listing, run);
            }
            row(Named { cookie: named.cookie + FIXED_COOKIES, ..named })
        });
        Ok(())
    }

    pub(super) fn parent(&self, ino: Ino) -> Ino {
        let above = |folder| match folder {
            Folder::Versions(key) => self.versions_parent(key),
            folder => folder.parent(),
        };
        folder(ino).map_or(Ino::ROOT, |folder| Node::Folder(above(folder)).ino())
    }

    pub(super) fn totals(&self) -> Totals {
        let log = self.state.log();
        Totals { bytes: self.state.bytes_on_disk(), files: log.entries.len() as u64 }
    }
}
