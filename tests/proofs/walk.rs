//! A walk over everything that a tree lists, in memory, that checks on the way what every tree promises.

use std::collections::{BTreeMap, HashMap, HashSet};

use swarmfs::tree::{Attr, Forest, Ino, NodeKind, TreeError};

/// Bytes of a read; no size of a file or page is a multiple of it.
const PIECE: usize = 4093;

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    Folder,
    File(Vec<u8>),
    Link(Vec<u8>),
}

/// All things by their path, without a slash in front.
pub(crate) struct Walked(pub(crate) BTreeMap<String, Thing>);

impl Walked {
    /// The text of a file.
    #[track_caller]
    pub(crate) fn text(&self, path: &str) -> &str {
        std::str::from_utf8(self.bytes(path)).expect("a text")
    }

    /// The bytes of a file.
    #[track_caller]
    pub(crate) fn bytes(&self, path: &str) -> &[u8] {
        match self.0.get(path) {
            Some(Thing::File(bytes)) => bytes,
            other => panic!("{path}: {other:?} is no file"),
        }
    }

    /// A file as JSON.
    #[track_caller]
    pub(crate) fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_slice(self.bytes(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The names in a folder, without those of the tree's own.
    pub(crate) fn names(&self, folder: &str) -> Vec<&str> {
        let own = |path: &str, thing: &Thing| *thing == Thing::Folder || path.ends_with("/_INCOMPLETE.txt");
        let below = self.0.range(format!("{folder}/")..format!("{folder}0"));
        let files = below.filter(|(path, thing)| !own(path, thing));
        files.filter_map(|(path, _)| path.get(folder.len() + 1..)).filter(|name| !name.contains('/')).collect()
    }
}

/// Where a link leads, from the folder that it stands in.
fn resolved(path: &str, target: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Walks over everything below the root.
pub(crate) fn walk(forest: &dyn Forest) -> Walked {
    let mut things = BTreeMap::new();
    let mut inodes: HashMap<Ino, (String, u32, u32)> = HashMap::new();
    let mut todo = vec![(Ino::ROOT, String::new())];
    while let Some((folder, path)) = todo.pop() {
        let mut names = HashSet::new();
        for (name, ino, kind) in rows(forest, folder, &path) {
            let name = plain(&name, &path);
            assert!(names.insert(name.clone()), "{path}: {name} is listed twice");
            let place = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
            let found = forest.lookup(folder, name.as_bytes()).unwrap_or_else(|error| panic!("{place}: {error}"));
            assert_eq!((found.attr.ino, found.attr.kind), (ino, kind), "{place}: look-up");
            assert_eq!(forest.attr(ino).expect("attributes"), found.attr, "{place}: attributes");
            let held = inodes.entry(ino).or_insert_with(|| (place.clone(), found.attr.links, 0));
            held.2 += 1;
            let twin = &held.0;
            assert!(held.2 == 1 || kind == NodeKind::File && held.1 > 1, "{place} and {twin} have one inode");
            let thing = match kind {
                NodeKind::Folder => {
                    assert_eq!(forest.parent(ino), folder, "{place}: parent");
                    todo.push((ino, place.clone()));
                    Thing::Folder
                }
                NodeKind::File => Thing::File(contents(forest, &found.attr, &place)),
                NodeKind::Link => {
                    let target = forest.target(ino).expect("a target");
                    assert_eq!(target.len() as u64, found.attr.size, "{place}: size");
                    Thing::Link(target)
                }
            };
            things.insert(place, thing);
        }
        let folders = names.iter().filter(|name| {
            let place = if path.is_empty() { (*name).clone() } else { format!("{path}/{name}") };
            things.get(&place) == Some(&Thing::Folder)
        });
        assert_eq!(forest.attr(folder).expect("attributes").links as usize, 2 + folders.count(), "{path}: links");
    }
    // Every name of a file is listed; those below at/ are the exception.
    for (ino, (path, links, names)) in &inodes {
        let file = matches!(things.get(path), Some(Thing::File(_)));
        assert!(!file || links == names, "{path} ({ino:?}): {links} links, {names} names");
    }
    for (path, thing) in &things {
        if let Thing::Link(target) = thing {
            let target = std::str::from_utf8(target).expect("a target is text");
            if path == "at/latest" {
                // The folders of at/ are looked up, never listed.
                let at = forest.lookup(Ino::ROOT, b"at").expect("at/").attr.ino;
                forest.lookup(at, target.as_bytes()).unwrap_or_else(|error| panic!("{path}: {target}: {error}"));
                continue;
            }
            assert!(things.contains_key(&resolved(path, target)), "{path}: {target} is not there");
        }
    }
    Walked(things)
}

/// The name, which any terminal may print and any script may use.
fn plain(name: &[u8], path: &str) -> String {
    let text = String::from_utf8(name.to_vec()).unwrap_or_else(|error| panic!("{path}: {error}"));
    let odd = |c: char| c.is_control() || c == '/' || "\u{61c}\u{200e}\u{200f}".contains(c);
    let reorders = |c: char| ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c);
    assert!(!text.chars().any(|c| odd(c) || reorders(c)), "{path}: {text:?}");
    assert!(!text.is_empty() && text.len() <= 255 && !text.starts_with('.'), "{path}: {text:?}");
    text
}

type Row = (Vec<u8>, Ino, NodeKind);

/// The rows of a folder, which are the same asked for at once, one by one, and with attributes.
fn rows(forest: &dyn Forest, folder: Ino, path: &str) -> Vec<Row> {
    let mut all: Vec<(Row, u64)> = Vec::new();
    let listed = forest.list(folder, 0, false, &mut |row| {
        assert_ne!(row.cookie, 0, "{path}: a cookie of 0");
        all.push(((row.name.to_vec(), row.ino, row.kind), row.cookie));
        true
    });
    listed.unwrap_or_else(|error| panic!("{path}: {error}"));
    let mut before = 0;
    for (row, cookie) in &all {
        let mut next = None;
        let listed = forest.list(folder, before, true, &mut |row| {
            if let Some(found) = &row.found {
                assert_eq!((found.attr.ino, found.attr.kind), (row.ino, row.kind), "{path}: attributes of a row");
            }
            next = Some(((row.name.to_vec(), row.ino, row.kind), row.cookie));
            false
        });
        listed.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(next.as_ref(), Some(&(row.clone(), *cookie)), "{path}: behind cookie {before}");
        before = *cookie;
    }
    let mut behind = 0;
    forest
        .list(folder, before, false, &mut |_| {
            behind += 1;
            true
        })
        .expect("a listing");
    assert!(behind == 0 || all.is_empty(), "{path}: {behind} rows behind the last one");
    all.into_iter().map(|(row, _)| row).collect()
}

fn contents(forest: &dyn Forest, attr: &Attr, place: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        let read = read(forest, attr.ino, before as u64, PIECE).unwrap_or_else(|error| panic!("{place}: {error}"));
        bytes.extend_from_slice(&read);
        if read.len() < PIECE {
            break;
        }
    }
    assert_eq!(bytes.len() as u64, attr.size, "{place}: size");
    assert!(read(forest, attr.ino, attr.size + 1, PIECE).expect("a read").is_empty(), "{place}: bytes behind its end");
    bytes
}

/// Up to `len` bytes of a file.
pub(crate) fn read(forest: &dyn Forest, ino: Ino, offset: u64, len: usize) -> Result<Vec<u8>, TreeError> {
    let mut bytes = Vec::new();
    forest.read(ino, offset, len, &mut |piece| bytes.extend_from_slice(piece))?;
    Ok(bytes)
}

/// The attributes of what stands at a path; links are not followed.
#[track_caller]
pub(crate) fn find(forest: &dyn Forest, path: &str) -> Attr {
    let mut at = forest.attr(Ino::ROOT).expect("the root");
    for part in path.split('/').filter(|part| !part.is_empty()) {
        at = forest.lookup(at.ino, part.as_bytes()).unwrap_or_else(|error| panic!("{path}: {part}: {error}")).attr;
    }
    at
}
