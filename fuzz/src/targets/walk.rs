//! A walk over a tree that any input may have made: bounded, and exact in what it looks at.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hasher};

use swarmfs::tree::{Attr, Change, Forest, Found, Ino, Lifetime, NodeKind, TreeError};

/// Rows of one folder that are looked up, and bytes of one file that are read.
const ROWS: usize = 48;
const WHOLE: u64 = 64 << 10;
const PIECE: usize = 4000;

/// What was told for ever, and must be so until it is taken back.
pub(crate) struct Told {
    names: Vec<(Ino, Vec<u8>, Ino)>,
    contents: HashMap<Ino, (u64, u64)>,
}

pub(crate) struct Walk<'a> {
    forest: &'a dyn Forest,
    /// Nodes that may yet be looked at.
    left: usize,
    /// Where in a folder to begin: where not all can be looked at, other inputs look at other rows.
    turn: usize,
    told: Told,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(forest: &'a dyn Forest, nodes: usize, turn: usize) -> Walk<'a> {
        Walk { forest, left: nodes, turn, told: Told { names: Vec::new(), contents: HashMap::new() } }
    }

    /// Looks at a folder and what is below it.
    pub(crate) fn folder(&mut self, folder: Ino, path: &str) {
        let rows = self.rows(folder, path);
        let folders = rows.iter().filter(|(_, _, kind, _)| *kind == NodeKind::Folder).count();
        // Of many, the first, the last, and some between.
        let step = rows.len().div_ceil(ROWS).max(1);
        let chosen: Vec<usize> = (0..rows.len()).filter(|at| at % step == 0 || at + 1 == rows.len()).collect();
        let begin = self.turn % chosen.len().max(1);
        for position in chosen[begin..].iter().chain(&chosen[..begin]) {
            let Some(left) = self.left.checked_sub(1) else { break };
            self.left = left;
            let (name, ino, kind, _) = &rows[*position];
            let text = plain(name, path);
            let place = format!("{path}/{text}");
            let found = self.forest.lookup(folder, name).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!((found.attr.ino, found.attr.kind), (*ino, *kind), "{place}: look-up");
            self.node(folder, name, &found, &place);
        }
        assert_eq!(self.forest.attr(folder).expect("attributes").links as usize, 2 + folders, "{path}: links");
    }

    /// Looks at what was found under a name.
    pub(crate) fn node(&mut self, folder: Ino, name: &[u8], found: &Found, place: &str) {
        let attr = &found.attr;
        assert_eq!(self.forest.attr(attr.ino).expect("attributes"), *attr, "{place}: attributes");
        if found.name == Lifetime::Endless {
            self.told.names.push((folder, name.to_owned(), attr.ino));
        }
        match attr.kind {
            NodeKind::Folder => {
                assert_eq!(self.forest.parent(attr.ino), folder, "{place}: parent");
                self.folder(attr.ino, place);
            }
            NodeKind::Link => {
                let target = self.forest.target(attr.ino).expect("a target");
                assert_eq!(target.len() as u64, attr.size, "{place}: size");
                let found = resolve(self.forest, folder, &target);
                found.unwrap_or_else(|error| panic!("{place} -> {}: {error}", String::from_utf8_lossy(&target)));
            }
            NodeKind::File => {
                let sum = contents(self.forest, attr, place);
                if attr.lifetime == Lifetime::Endless {
                    self.told.contents.insert(attr.ino, sum);
                }
            }
        }
    }

    pub(crate) fn told(self) -> Told {
        self.told
    }

    /// The rows of a folder, which are the same asked for from within.
    fn rows(&self, folder: Ino, path: &str) -> Vec<(Vec<u8>, Ino, NodeKind, u64)> {
        let mut rows = Vec::new();
        let mut names = HashSet::new();
        let listed = self.forest.list(folder, 0, true, &mut |row| {
            assert!(row.cookie != 0 && names.insert(row.name.to_owned()), "{path}: {:?}", row.name);
            if let Some(found) = row.found {
                assert_eq!((found.attr.ino, found.attr.kind), (row.ino, row.kind), "{path}: {:?}", row.name);
            }
            rows.push((row.name.to_owned(), row.ino, row.kind, row.cookie));
            true
        });
        listed.unwrap_or_else(|error| panic!("{path}: {error}"));
        let last = rows.len().saturating_sub(1);
        for at in [0, 1, rows.len() / 2, last] {
            let Some((.., cookie)) = rows.get(at) else { continue };
            let mut next = None;
            let listed = self.forest.list(folder, *cookie, false, &mut |row| {
                next = Some((row.name.to_owned(), row.ino, row.kind, row.cookie));
                false
            });
            listed.unwrap_or_else(|error| panic!("{path}: {error}"));
            assert_eq!(next.as_ref(), rows.get(at + 1), "{path}: behind row {at}");
        }
        rows
    }
}

impl Told {
    /// What was told is so still, or was taken back.
    pub(crate) fn hold(&self, forest: &dyn Forest, changes: &[Change]) {
        let taken: HashSet<(Ino, &[u8])> = changes
            .iter()
            .filter_map(|change| match change {
                Change::Name(folder, name) => Some((*folder, name.as_slice())),
                Change::Content(_) => None,
            })
            .collect();
        let changed: HashSet<Ino> = changes
            .iter()
            .filter_map(|change| match change {
                Change::Content(ino) => Some(*ino),
                Change::Name(..) => None,
            })
            .collect();
        // With a name goes all that the kernel knows below it. Folders come before what is in them.
        let mut beyond: HashSet<Ino> = HashSet::new();
        for (folder, name, ino) in &self.names {
            if taken.contains(&(*folder, name)) || beyond.contains(folder) {
                beyond.insert(*ino);
                continue;
            }
            let now = forest.lookup(*folder, name).map(|found| found.attr.ino);
            assert_eq!(now.ok(), Some(*ino), "{folder:?}/{}: nobody was told", String::from_utf8_lossy(name));
        }
        for (ino, sum) in &self.contents {
            // A number that is found again brings back what the kernel holds of it.
            let Ok(attr) = forest.attr(*ino) else { continue };
            if changed.contains(ino) {
                continue;
            }
            assert_eq!(contents(forest, &attr, &format!("{ino:?}")), *sum, "{ino:?}: nobody was told");
        }
    }
}

/// A name that any terminal may print and any script may use.
fn plain(name: &[u8], path: &str) -> String {
    let text = String::from_utf8(name.to_vec()).unwrap_or_else(|error| panic!("{path}: {error}"));
    let odd = |c: char| {
        c.is_control() || c == '/' || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    assert!(
        !text.is_empty() && text.len() <= 255 && !text.starts_with('.') && !text.chars().any(odd),
        "{path}: {text:?}"
    );
    text
}

/// Where a link leads, from the folder that it stands in.
fn resolve(forest: &dyn Forest, folder: Ino, target: &[u8]) -> Result<Ino, TreeError> {
    let mut at = folder;
    for part in target.split(|byte| *byte == b'/') {
        at = match part {
            b".." => forest.parent(at),
            part => forest.lookup(at, part)?.attr.ino,
        };
    }
    Ok(at)
}

/// Size and digest of a file, of a long one only of its ends; the size is that of the bytes.
fn contents(forest: &dyn Forest, attr: &Attr, place: &str) -> (u64, u64) {
    let mut digest = DefaultHasher::new();
    let read = |at: u64| {
        let mut bytes = Vec::new();
        let read = forest.read(attr.ino, at, PIECE, &mut |piece| bytes.extend_from_slice(piece));
        read.unwrap_or_else(|error| panic!("{place}: {error}"));
        assert_eq!(
            bytes.len() as u64,
            attr.size.saturating_sub(at).min(PIECE as u64),
            "{place}: read at {at} of {}",
            attr.size
        );
        bytes
    };
    let behind = attr.size.saturating_sub(WHOLE / 2) / PIECE as u64 * PIECE as u64;
    let mut at = 0;
    while at < attr.size {
        digest.write(&read(at));
        at += PIECE as u64;
        if at >= WHOLE / 2 && at < behind {
            at = behind;
        }
    }
    assert!(read(attr.size).is_empty() && read(u64::MAX).is_empty());
    (attr.size, digest.finish())
}
