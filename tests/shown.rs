//! What a tree shows of a directory, for tests that damage one.

#![allow(dead_code, unreachable_pub, reason = "each binary that includes it uses a part of it")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use swarmfs::disk::Source;
use swarmfs::store::State;
use swarmfs::tree::{Forest, Ino, Options, Tree};

/// What a tree shows.
pub struct Shown {
    /// The tree.
    pub tree: Tree,
    /// Severity and code of every finding.
    pub codes: Vec<String>,
    /// The files of entries/, by index.
    pub entries: BTreeMap<u64, Value>,
}

/// Opens a state directory and reads what is told of it.
pub fn show(state: &Path) -> Shown {
    show_state(State::open(Source::folder(state).expect("a folder"), &[]).expect("it opens"))
}

/// Reads what is told of a directory that is open.
pub fn show_state(state: State) -> Shown {
    let tree = Tree::new(Arc::new(state), Options { cache_bytes: 1 << 20 });
    let check = cat(&tree, "check.txt");
    let codes = check.lines().map(|line| line.split('\t').take(2).collect::<Vec<_>>().join(" ")).collect();
    let entries = names(&tree, "entries").into_iter().filter_map(|name| {
        let index = name.strip_suffix(".json")?.parse().ok()?;
        Some((index, serde_json::from_str(&cat(&tree, &format!("entries/{name}"))).expect("JSON")))
    });
    let entries = entries.collect();
    Shown { tree, codes, entries }
}

/// The inode of a path, without following links.
pub fn find(tree: &Tree, path: &str) -> Ino {
    path.split('/').fold(Ino::ROOT, |at, part| tree.lookup(at, part.as_bytes()).expect("a name").attr.ino)
}

/// The text of a file.
pub fn cat(tree: &Tree, path: &str) -> String {
    let mut bytes = Vec::new();
    let sink = &mut |piece: &[u8]| bytes.extend_from_slice(piece);
    tree.read(find(tree, path), 0, usize::MAX >> 1, sink).expect("it can be read");
    String::from_utf8(bytes).expect("UTF-8")
}

/// The names in a folder.
pub fn names(tree: &Tree, path: &str) -> Vec<String> {
    let mut names = Vec::new();
    tree.list(find(tree, path), 0, false, &mut |row| {
        names.push(String::from_utf8_lossy(row.name).into_owned());
        true
    })
    .expect("a folder");
    names
}

impl Shown {
    /// The entries that can be read, by index: those whose request is the one that was written.
    pub fn readable(&self) -> Vec<u64> {
        let whole = |(index, entry): (&u64, &Value)| (entry["request"]["id"] == *index).then_some(*index);
        self.entries.iter().filter_map(whole).collect()
    }

    /// Compares with what must be there: these entries, these findings, and nothing bad where none is expected.
    pub fn expect(&self, readable: impl IntoIterator<Item = u64>, codes: &[&str]) -> &Shown {
        assert_eq!(self.readable(), readable.into_iter().collect::<Vec<_>>(), "{:#?}", self.codes);
        for code in codes {
            assert!(self.codes.iter().any(|found| found == code), "{code}: {:#?}", self.codes);
        }
        let bad = self.codes.iter().any(|found| !found.starts_with("info"));
        assert_eq!(bad, codes.iter().any(|code| !code.starts_with("info")), "{:#?}", self.codes);
        self
    }
}
