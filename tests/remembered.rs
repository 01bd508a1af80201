//! A kernel that forgets what it is told to forget, and nothing else.

use std::collections::{HashMap, HashSet};

use swarmfs::tree::{Attr, Change, Forest, Ino, Lifetime, NodeKind, Tree};

/// What a kernel knows of a tree after a walk through all of it.
#[derive(Default)]
pub(crate) struct Kernel {
    /// What a name leads to, and where it was met.
    names: HashMap<(Ino, Vec<u8>), (Ino, String)>,
    nodes: HashMap<Ino, Known>,
}

struct Known {
    attr: Attr,
    /// Bytes of a file, target of a link, rows of a folder.
    content: Vec<u8>,
    path: String,
}

impl Kernel {
    /// Walks through everything below a folder.
    pub(crate) fn walk(&mut self, tree: &Tree, folder: Ino, path: &str) {
        let (mut names, mut rows) = (Vec::new(), Vec::new());
        tree.list(folder, 0, true, &mut |row| {
            names.push(row.name.to_vec());
            rows.extend_from_slice(row.name);
            rows.extend(row.ino.0.to_le_bytes());
            true
        })
        .expect("a listing");
        self.nodes
            .insert(folder, Known { attr: tree.attr(folder).expect("a folder"), content: rows, path: path.into() });
        names.iter().for_each(|name| self.look_up(tree, folder, name, path));
    }

    /// Looks a name up, and reads what is there.
    pub(crate) fn look_up(&mut self, tree: &Tree, folder: Ino, name: &[u8], path: &str) {
        let path = format!("{path}/{}", String::from_utf8_lossy(name));
        let found = tree.lookup(folder, name).unwrap_or_else(|error| panic!("{path}: {error}"));
        let attr = found.attr;
        if found.name == Lifetime::Endless {
            self.names.insert((folder, name.to_vec()), (attr.ino, path.clone()));
        }
        let content = match attr.kind {
            NodeKind::Folder => return self.walk(tree, attr.ino, &path),
            NodeKind::Link => tree.target(attr.ino).expect("a target"),
            NodeKind::File => {
                let mut bytes = Vec::new();
                tree.read(attr.ino, 0, usize::MAX, &mut |piece| bytes.extend_from_slice(piece)).expect("a file");
                bytes
            }
        };
        self.nodes.insert(attr.ino, Known { attr, content, path });
    }

    /// What is known is forgotten as far as the changes tell; the rest must be what a walk finds now.
    pub(crate) fn assert_right(&self, changes: &[Change], tree: &Tree, now: &Kernel, step: &str) {
        let mut told = HashSet::new();
        let mut names = HashSet::new();
        for change in changes {
            match change {
                Change::Content(ino) => drop(told.insert(*ino)),
                Change::Name(folder, name) => drop(names.insert((*folder, name.clone()))),
            }
        }
        // With the name of a folder goes all below it.
        let mut gone: Vec<Ino> = names.iter().filter_map(|name| Some(self.names.get(name)?.0)).collect();
        let mut below: HashMap<Ino, Vec<(Ino, Vec<u8>)>> = HashMap::new();
        for name in self.names.keys() {
            below.entry(name.0).or_default().push(name.clone());
        }
        while let Some(folder) = gone.pop() {
            for name in below.remove(&folder).unwrap_or_default() {
                gone.push(self.names[&name].0);
                names.insert(name);
            }
        }
        for (name, (ino, path)) in &self.names {
            if !names.contains(name) {
                let leads = tree.lookup(name.0, &name.1).map(|found| found.attr.ino);
                assert!(
                    leads.as_ref().is_ok_and(|now| now == ino),
                    "{step}: {path} leads to {leads:?}, not to {ino:?}"
                );
            }
        }
        for (ino, known) in &now.nodes {
            let Some(before) = self.nodes.get(ino).filter(|_| !told.contains(ino)) else { continue };
            let (path, old) = (&known.path, &before.path);
            let text = |known: &Known| String::from_utf8_lossy(&known.content).into_owned();
            assert_eq!(text(before), text(known), "{step}: {path}, which was {old}");
            // What has no time of its own shows the directory's, and keeps the one that it had.
            let modified = before.attr.modified;
            assert_eq!(before.attr, Attr { modified, ..known.attr }, "{step}: {path}, which was {old}");
        }
    }
}
