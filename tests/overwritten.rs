//! A leader that comes back and finds its last entry overwritten: what it changed alone is forgotten, by the kernel,
//! too, though the entry that took the place has the same index and is about the same object.

mod kit;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use kit::engine::{run, skip};
use kit::mounted::Mounted;
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

/// What a shell says that looks at a moment, and at the history, keeps standing there, and looks again until
/// nothing is left of what was overwritten.
const LOOK: &str = r#"
    set -e
    cd "$M/at/0000000002/objects/secrets"
    history="$M/history/secrets/secret0"
    look() {
        cat secret0.json "$M/at/0000000002/secrets/passwd"
        cat "$history/0000000002-update.json" "$history/0000000002-update.data"
    }
    look > /dev/null
    cat "$history/0000000003-update.json" "$M/at/0000000003/secrets/passwd" > /dev/null
    look
    : > "$LOOKED"
    for _ in $(seq 100); do
        if [ ! -e "$history/0000000003-update.json" ] && ! look | grep -q 'one\|payload 1'; then break; fi
        sleep 0.05
    done
    echo ---
    look
    ls "$history" "$M/at/0000000003/secrets" "$M/history/secrets"
"#;

#[test]
fn who_looks_at_a_moment_that_is_overwritten_sees_the_other() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let (state, looked) = (dir.path().join("state"), dir.path().join("looked"));
    let mut writer = StateWriter::create(&state, Options::default()).expect("a new directory");
    let mut number = 0;
    let mut write = |writer: &mut StateWriter, action, id: &str, by: &str, payload: &[u8]| {
        number += 1;
        // Neither the size nor the time tells that it is another one.
        let meta = Meta { id: id.into(), version: 1, created: (1, 0), updated: (1, 0) };
        let object = objects::payload(&meta, if id == "secret0" { "passwd" } else { id }, &[("by", by)], payload);
        writer.normal(&objects::request(number, [(action, Kind::Secret, &object[..])])).expect("an entry");
    };
    write(&mut writer, Action::Create, "secret0", "all", b"payload 0\n");
    write(&mut writer, Action::Update, "secret0", "one", b"payload 1\n");
    write(&mut writer, Action::Update, "secret0", "own", b"payload 2\n");
    write(&mut writer, Action::Create, "secret1", "own", b"payload 3\n");
    writer.save().expect("the key file");
    let mounted = match Mounted::new(env!("CARGO_BIN_EXE_swarmfs"), &state, None) {
        Ok(mounted) => mounted,
        Err(why) => return skip("who_looks_at_a_moment_that_is_overwritten_sees_the_other", &why),
    };
    let mut shell = Command::new("sh");
    shell.args(["-c", LOOK]).env("M", mounted.path()).env("LOOKED", &looked);
    let shell = std::thread::spawn(move || run(&mut shell, b"", Duration::from_secs(60)));
    while !looked.exists() {
        assert!(!shell.is_finished(), "{:?}", shell.join());
        std::thread::sleep(Duration::from_millis(5));
    }
    writer.go_to(2);
    writer.set_term(2);
    write(&mut writer, Action::Update, "secret0", "two", b"payload 4\n");
    write(&mut writer, Action::Create, "secret2", "two", b"payload 5\n");
    writer.flush().expect("the tail");
    let output = shell.join().expect("no panic").expect("a shell");
    let (said, complaints) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && complaints.is_empty(), "{}: {complaints}{said}", output.status);
    let (before, after) = said.split_once("---\n").expect("two looks");
    let count = |text: &str, part: &str| text.matches(part).count();
    assert_eq!((count(before, "\"by\": \"one\""), count(before, "payload 1\n")), (2, 2), "{before}");
    assert_eq!((count(after, "\"by\": \"two\""), count(after, "payload 4\n")), (2, 2), "{after}");
    let names = after.lines().skip_while(|line| !line.ends_with(':')).collect::<Vec<_>>().join("\n");
    for (name, is_there) in
        [("0000000001-create", true), ("0000000002-update", true), ("0000000003", false), ("secret2", true)]
    {
        let shown = names.lines().filter(|line| !line.starts_with('/')).any(|line| line.starts_with(name));
        assert_eq!(shown, is_there, "{name}: {names}");
    }
    assert_eq!(count(&names, "secret1"), 0, "{names}");
}
