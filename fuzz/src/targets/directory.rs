//! A whole state directory, opened, walked, and opened again as it is later.

use std::sync::Arc;

use swarmfs::store::{State, Tail, findings};
use swarmfs::tree::{Forest, Ino, Options, Tree};

use super::made::Made;
use super::parts::parts;
use super::walk::{Told, Walk};

/// Nodes that are looked at in a walk, and times that a directory is opened again.
const NODES: usize = 160;
const MOMENTS: usize = 3;

/// Every folder is listed and every file is read; what the kernel was told holds until it is taken back.
pub fn directory(input: &[u8]) {
    let mut made = Made::default();
    let mut seen: Option<(Tree, Told)> = None;
    let mut moments = 0;
    // Not all can be looked at: where to begin depends on the input.
    let turn = crc32c::crc32c(input) as usize;
    for part in parts(input) {
        if Made::is_moment(part) && moments < MOMENTS {
            moments += 1;
            seen = look(&made, seen, turn);
        }
        made.take(part);
    }
    look(&made, seen, turn);
}

/// The tree of the directory as it is now, and what was told of it.
fn look(made: &Made, before: Option<(Tree, Told)>, turn: usize) -> Option<(Tree, Told)> {
    let opened = match &before {
        None => State::open(made.source(), &made.keys()),
        Some((tree, _)) => tree.state().reopen(made.source(), &made.keys(), Tail::Shown),
    };
    let state = match opened {
        Ok(state) => Arc::new(state),
        Err(error) => {
            assert!(!error.to_string().contains('\n'), "{error}");
            return before;
        }
    };
    for finding in findings(&state) {
        assert_eq!(finding.to_string().split('\t').count(), 5, "{finding}");
        assert!(!finding.to_string().chars().any(|c| c.is_control() && c != '\t'), "{finding}");
    }
    let tree = match before {
        None => Tree::new(state, Options { cache_bytes: 1 << 20 }),
        Some((tree, told)) => {
            let changes = tree.replace(state);
            told.hold(&tree, &changes);
            tree
        }
    };
    let told = walk(&tree, turn);
    Some((tree, told))
}

fn walk(tree: &Tree, turn: usize) -> Told {
    let mut walk = Walk::new(tree, NODES, turn);
    walk.folder(Ino::ROOT, "");
    let state = tree.state();
    let log = state.log();
    let indices = [log.entries.first(), log.entries.get(log.entries.len() / 2), log.entries.last()];
    let mut aside = Walk::new(tree, NODES / 4, turn);
    for index in indices.into_iter().flatten().map(|entry| entry.index).chain([state.last_index()]) {
        for (folder, name) in [
            ("entries", format!("{index}.json")),
            ("at", format!("{index}")),
            ("at", format!("{index:010}")),
            ("raft/payload", format!("{index:010}.pb")),
        ] {
            let folder = folder.split('/').fold(Ino::ROOT, |at, part| {
                tree.lookup(at, part.as_bytes()).expect("a folder that is always there").attr.ino
            });
            if let Ok(found) = tree.lookup(folder, name.as_bytes()) {
                aside.node(folder, name.as_bytes(), &found, &name);
            }
        }
    }
    walk.told()
}
