//! A leader that comes back and finds its last entry overwritten: what it changed alone is forgotten, by the kernel,
//! too, though the entry that took the place has the same index and is about the same object.

mod kit;

use std::path::Path;
use std::sync::Arc;

use kit::objects::{self, Action, Kind, Meta};
use kit::writer::{Options, StateWriter};
use swarmfs::disk::Source;
use swarmfs::store::State;
use swarmfs::tree::{Change, Forest, Ino, Tree};

/// A secret that is made by the first entry, and changed by the second: alone, and again where that was overwritten.
fn write(path: &Path, overwritten: bool) {
    let mut writer = StateWriter::create(path, Options::default()).expect("a new directory");
    let mut change = |action: Action, version: u64, value: &str| {
        let meta = Meta { id: "secret0".into(), version, created: (1, 0), updated: (version as i64, 0) };
        let object = objects::payload(&meta, "passwd", &[("by", value)], b"A2e5bc21\n");
        if version == 3 {
            writer.go_to(2);
            writer.set_term(2);
        }
        writer.normal(&objects::request(version, [(action, Kind::Secret, &object[..])])).expect("an entry");
    };
    change(Action::Create, 1, "all");
    change(Action::Update, 2, "one");
    if overwritten {
        change(Action::Update, 3, "others");
    }
    writer.finish().expect("the key file");
}

fn opened(path: &Path) -> Arc<State> {
    Arc::new(State::open(Source::folder(path).expect("a folder"), &[]).expect("a state"))
}

fn object(tree: &Tree) -> (Ino, String) {
    let mut at = Ino::ROOT;
    for name in ["objects", "secrets", "secret0.json"] {
        at = tree.lookup(at, name.as_bytes()).expect(name).attr.ino;
    }
    let mut text = Vec::new();
    tree.read(at, 0, 1 << 20, &mut |piece| text.extend_from_slice(piece)).expect("an object");
    (at, String::from_utf8(text).expect("text"))
}

#[test]
fn an_object_in_an_overwritten_entry_is_told_to_have_changed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (alone, again) = (dir.path().join("alone"), dir.path().join("again"));
    write(&alone, false);
    write(&again, true);
    let tree = Tree::new(opened(&alone), swarmfs::tree::Options::default());
    let (ino, before) = object(&tree);
    assert!(before.contains("\"by\": \"one\""), "{before}");
    let changes = tree.replace(opened(&again));
    let (now, after) = object(&tree);
    assert!(after.contains("\"by\": \"others\""), "{after}");
    // Under another number, or the bytes behind the one that the kernel knows are told to be others.
    assert!(now != ino || changes.contains(&Change::Content(ino)), "{ino:?}: {changes:?}");
}
