//! The virtual tree: nodes, inode numbers, names and contents. Knows no kernel and no FUSE.

mod at;
mod cache;
mod change;
mod changes;
mod contents;
mod cores;
mod documents;
mod entries;
mod entry;
mod folders;
mod generations;
mod history;
mod history_table;
mod inode;
mod kept;
mod lead;
mod lost;
mod moments;
mod names;
mod neighbours;
mod node_files;
mod objects;
mod parts;
mod places;
mod rafttool;
mod remembered;
mod ropes;
mod seen;
mod selection;
mod sized_rows;
mod sizes;
mod snapshot_objects;
mod snapshots;
mod standing;
mod status;
mod stored_tasks;
mod superseded;
mod sure;
#[cfg(test)]
pub(crate) mod testing;
mod time;
mod view;
mod wal;

use std::array;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use thiserror::Error;

use cache::Cache;
use change::Advance;
pub use change::Change;
use generations::GROWING;
use inode::Node;
use moments::Moments;
use view::View;

pub use crate::disk::Moment;
use crate::store::State;
use crate::wiped::Wiped;

/// An inode number: computed from what the node denotes, so equal after a remount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ino(pub u64);

impl Ino {
    /// The root folder, as FUSE numbers it.
    pub const ROOT: Ino = Ino(1);

    /// A file of an earlier moment that nobody asked for in a long time.
    const GONE: Ino = Ino(0);
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A folder.
    Folder,
    /// A regular file.
    File,
    /// A symbolic link.
    Link,
}

/// How long what was said may be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// It cannot change.
    Endless,
    /// Ask again each time.
    None,
}

/// What `stat` says of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attr {
    /// Its inode number.
    pub ino: Ino,
    /// What it is.
    pub kind: NodeKind,
    /// Exact size in bytes (of a link: of its target).
    pub size: u64,
    /// When it was changed last.
    pub modified: Moment,
    /// Number of hard links.
    pub links: u32,
    /// How long these attributes hold.
    pub lifetime: Lifetime,
}

/// The answer to a look-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The node's attributes.
    pub attr: Attr,
    /// How long the name leads to this node.
    pub name: Lifetime,
}

/// One row of a listing.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The name within the folder.
    pub name: &'a [u8],
    /// The inode number.
    pub ino: Ino,
    /// What it is.
    pub kind: NodeKind,
    /// Where a later listing goes on behind this row. Intrinsic to the row; never 0.
    pub cookie: u64,
    /// Attributes and lifetime of the name, where they were asked for and are cheap; the kernel asks for the others.
    pub found: Option<Found>,
}

/// Why the tree has no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TreeError {
    /// No such name, or no such inode.
    #[error("no such file")]
    NotFound,
    /// A folder was needed.
    #[error("not a folder")]
    NotAFolder,
    /// A file was needed.
    #[error("is a folder")]
    IsAFolder,
    /// A link was needed.
    #[error("not a symbolic link")]
    NotALink,
    /// The file was replaced long ago.
    #[error("a file of an earlier moment")]
    Gone,
    /// The state directory could not be read.
    #[error("{0}")]
    Unreadable(String),
}

/// What `statfs` says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Bytes of the state directory's log and snapshots.
    pub bytes: u64,
    /// Number of nodes that a walk would meet, about.
    pub files: u64,
}

/// What the kernel glue and the commands without FUSE need of a tree. The real one is `Tree`; tests make small ones.
pub trait Forest: Send + Sync + 'static {
    /// Finds a name in a folder.
    fn lookup(&self, folder: Ino, name: &[u8]) -> Result<Found, TreeError>;
    /// The attributes of a node.
    fn attr(&self, ino: Ino) -> Result<Attr, TreeError>;
    /// Up to `len` bytes of a file from `offset`; fewer only at its end.
    fn read(&self, ino: Ino, offset: u64, len: usize, sink: &mut dyn FnMut(&[u8])) -> Result<(), TreeError>;
    /// Hands on short files, whole, with their places among `files`, until `each` answers false. Those of `most` bytes
    /// and more are left out, and those that cannot be read.
    fn read_each(&self, files: &[Ino], most: usize, each: &mut dyn FnMut(usize, &[u8]) -> bool) {
        one_by_one(self, files, most, each);
    }
    /// Where a link points.
    fn target(&self, link: Ino) -> Result<Vec<u8>, TreeError>;
    /// The rows of a folder behind `cookie` (0: from the start), without `.` and `..`, until `each` answers false.
    /// With `attributes`, rows carry `found` where that is cheap.
    fn list(
        &self,
        folder: Ino,
        cookie: u64,
        attributes: bool,
        each: &mut dyn FnMut(Row<'_>) -> bool,
    ) -> Result<(), TreeError>;
    /// The folder above a folder (the root's is itself).
    fn parent(&self, folder: Ino) -> Ino;
    /// Sizes for `statfs`.
    fn totals(&self) -> Totals;
    /// The file that a reader of the whole folder reads behind this one: a hint. `None` where no order is known, or
    /// where it is that of the listing.
    fn after(&self, _ino: Ino, _order: Order) -> Option<Ino> {
        None
    }
}

/// An order in which the files of a folder are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// As they are listed: `grep -r`, `tar`.
    Listed,
    /// By name, where that is another: what a shell makes of `*`.
    Named,
}

/// [`Forest::read_each`] for any files.
fn one_by_one<F: Forest + ?Sized>(forest: &F, files: &[Ino], most: usize, each: &mut dyn FnMut(usize, &[u8]) -> bool) {
    let mut bytes = Wiped::with_capacity(most);
    for (at, ino) in files.iter().enumerate() {
        bytes.clear();
        let read = forest.read(*ino, 0, most, &mut |piece| {
            let room = most.saturating_sub(bytes.len());
            bytes.extend_from_slice(piece.get(..room).unwrap_or(piece));
        });
        let short = read.is_ok() && !bytes.is_empty() && bytes.len() < most;
        if short && !each(at, &bytes) {
            return;
        }
    }
}

/// How a tree is kept.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Most bytes of decoded files to keep.
    pub cache_bytes: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { cache_bytes: 32 << 20 }
    }
}

/// The newest views are kept for readers who begin with them.
const KEPT_VIEWS: usize = 8;

/// Earlier ones are kept while somebody reads on in them, up to so many.
const MOST_VIEWS: usize = 40;

/// A reader who does not come back for so long is not waited for.
const READING_ON: Duration = Duration::from_secs(30);

/// Versions that the indexes of all kept views hold and do not share, 36 bytes each.
const KEPT_VERSIONS: u32 = 400_000;

/// A state directory as a tree of files. A request sees one moment of it, whole.
pub struct Tree {
    views: RwLock<Views>,
    options: Options,
    moments: Moments,
    /// What changed when something recalled had to be read afresh.
    untold: Mutex<Vec<Change>>,
}

struct Views {
    newest: Arc<View>,
    /// Those that tell the sizes of the files that grow.
    settled: [Arc<View>; GROWING],
    /// The oldest first.
    earlier: VecDeque<Arc<View>>,
}

impl Views {
    fn versions(&self) -> u32 {
        let behind = self.earlier.iter().skip(1).chain([&self.newest]);
        self.earlier.iter().zip(behind).map(|(view, next)| view.versions_beside(next)).fold(0, u32::saturating_add)
    }

    /// Lets go of what is not read on in; where that leaves too much, of what was read in least lately.
    fn trim(&mut self) {
        loop {
            let before = self.earlier.len().saturating_sub(KEPT_VIEWS);
            let idle = (0..).zip(self.earlier.iter().take(before)).map(|(place, view)| (view.idle(), place)).max();
            let Some((idle, place)) = idle else { break };
            if idle <= READING_ON && self.earlier.len() <= MOST_VIEWS {
                break;
            }
            self.earlier.remove(place);
        }
        while self.earlier.len() > 1 && self.versions() > KEPT_VERSIONS {
            self.earlier.pop_front();
        }
    }
}

/// A file that grows, as long as it is told to be.
pub struct Settled {
    view: Arc<View>,
    ino: Ino,
}

impl Settled {
    /// How long it is.
    pub fn size(&self) -> Option<u64> {
        Some(self.view.attr(self.ino).ok()?.size)
    }
}

impl Tree {
    /// The tree of an opened state directory. Reads nothing yet.
    pub fn new(state: Arc<State>, options: Options) -> Tree {
        let cache = Arc::new(Cache::new(options.cache_bytes));
        let newest = Arc::new(View::new(state, cache));
        let views =
            RwLock::new(Views { settled: array::from_fn(|_| newest.clone()), newest, earlier: VecDeque::new() });
        Tree { views, options, moments: Moments::default(), untold: Mutex::default() }
    }

    /// Shows another state of the same directory from now on. Answers what the kernel has to forget.
    pub fn replace(&self, state: Arc<State>) -> Vec<Change> {
        let changes = self.begin(state);
        self.growing().into_iter().for_each(|ino| drop(self.settle(ino)));
        changes
    }

    /// The same, but the sizes of files that grow stay as they are until it is [settled](Tree::settle): a kernel that
    /// keeps a last page, which ends in zeros, must have forgotten it before it is told of more.
    pub fn begin(&self, state: Arc<State>) -> Vec<Change> {
        let Advance { next, mut changes, moments } = self.newest().advance(state, self.options.cache_bytes);
        let mut views = self.views_mut();
        let before = std::mem::replace(&mut views.newest, Arc::new(next));
        views.earlier.push_back(before);
        views.trim();
        drop(views);
        self.moments.tell(moments, &mut changes);
        changes
    }

    /// From now on, a file that grows is told to be as long as it is. `None` where this is not its number any more.
    pub fn settle(&self, ino: Ino) -> Option<Settled> {
        let mut views = self.views_mut();
        let newest = views.newest.clone();
        let place = newest.growing().iter().position(|own| *own == ino)?;
        *views.settled.get_mut(place)? = newest.clone();
        Some(Settled { view: newest, ino: ino.in_generation(0) })
    }

    /// The size to come of a file that grows.
    pub fn grown(&self, ino: Ino) -> Option<u64> {
        Some(self.newest().attr(ino.in_generation(0)).ok()?.size)
    }

    /// The numbers of the files that only get longer.
    pub fn growing(&self) -> [Ino; GROWING] {
        self.newest().growing()
    }

    fn views_mut(&self) -> RwLockWriteGuard<'_, Views> {
        self.views.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn views(&self) -> RwLockReadGuard<'_, Views> {
        self.views.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn newest(&self) -> Arc<View> {
        self.views().newest.clone()
    }

    /// The view that a number belongs to, and the number as of the mount.
    fn view_of(&self, ino: Ino) -> (Arc<View>, Ino) {
        if !ino.has_generation() {
            return (self.newest(), ino);
        }
        let plain = ino.in_generation(0);
        let node = Node::of(plain);
        let views = self.views();
        let fits = |view: &&Arc<View>| node.is_some_and(|node| view.ino(node) == ino);
        let earlier = || views.earlier.iter().rev().find(fits);
        match Some(&views.newest).filter(fits).or_else(earlier) {
            Some(view) => {
                // What grows is read on in the newest.
                if node.is_some_and(|node| view.is_of_its_moment(node)) && !views.newest.growing().contains(&ino) {
                    view.note_use();
                }
                (view.clone(), plain)
            }
            // Its bytes are not those of what has taken its place.
            None => (views.newest.clone(), if node.is_some() { Ino::GONE } else { plain }),
        }
    }

    /// The view that tells the attributes of a node, and the number as of the mount.
    fn settled_view_of(&self, ino: Ino) -> (Arc<View>, Ino) {
        let views = self.views();
        match views.settled.iter().enumerate().find(|(place, view)| view.growing()[*place] == ino) {
            Some((_, view)) => (view.clone(), ino.in_generation(0)),
            None => {
                drop(views);
                self.view_of(ino)
            }
        }
    }

    /// The state that it shows.
    pub fn state(&self) -> Arc<State> {
        self.newest().state.clone()
    }
}

impl Forest for Tree {
    fn lookup(&self, folder: Ino, name: &[u8]) -> Result<Found, TreeError> {
        self.moments.note(folder, name);
        let found = self.surely(|| (self.newest(), folder), |(view, folder)| view.lookup(*folder, name))?;
        let grows = self.growing().contains(&found.attr.ino);
        Ok(if grows { Found { attr: self.attr(found.attr.ino)?, ..found } } else { found })
    }

    fn attr(&self, ino: Ino) -> Result<Attr, TreeError> {
        self.surely(|| self.settled_view_of(ino), |(view, ino)| view.attr(*ino))
    }

    fn read(&self, ino: Ino, offset: u64, len: usize, sink: &mut dyn FnMut(&[u8])) -> Result<(), TreeError> {
        self.surely_read(ino, offset, len, sink)
    }

    fn read_each(&self, files: &[Ino], most: usize, each: &mut dyn FnMut(usize, &[u8]) -> bool) {
        let view = self.newest();
        if !(view.state.is_certain() && view.read_entries(files, most, each)) {
            one_by_one(self, files, most, each);
        }
    }

    fn target(&self, link: Ino) -> Result<Vec<u8>, TreeError> {
        self.surely(|| (self.newest(), link), |(view, link)| view.target(*link))
    }

    fn list(
        &self,
        folder: Ino,
        cookie: u64,
        attributes: bool,
        each: &mut dyn FnMut(Row<'_>) -> bool,
    ) -> Result<(), TreeError> {
        self.surely_list(folder, cookie, attributes, each)
    }

    fn parent(&self, folder: Ino) -> Ino {
        self.newest().parent(folder)
    }

    fn totals(&self) -> Totals {
        self.newest().totals()
    }

    fn after(&self, ino: Ino, order: Order) -> Option<Ino> {
        let view = self.newest();
        view.behind(Node::of(ino)?, order).map(|node| view.ino(node))
    }
}
