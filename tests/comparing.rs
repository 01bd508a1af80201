//! The comparing program sees what differs, and the renderer's objects pass it.

mod kit;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use swarmfs::render::{Json, Style};
use swarmfs::schema;

use kit::compare::{self, Differences};
use kit::fixture;
use kit::objects::Kind;
use kit::oracle::Oracle;

/// A tree with one config, and the store that it shows.
fn small(tree: &Path) -> Value {
    for kind in Kind::ALL {
        fs::create_dir_all(tree.join("objects").join(kind.folder()).join("by-name")).expect("a folder");
    }
    fs::create_dir(tree.join("configs")).expect("a folder");
    fs::create_dir(tree.join("secrets")).expect("a folder");
    let annotations = json!({"name": "motd", "labels": {"a": "b"}, "indices": []});
    let shown = json!({
        "id": "c1",
        "meta": {
            "version": {"index": 7},
            "created_at": "2026-11-20T00:00:00.5Z",
            "updated_at": "2026-11-20T00:00:01Z",
        },
        "spec": {"annotations": annotations, "data": "hello\n"},
    });
    let folder = tree.join("objects/configs");
    fs::write(folder.join("c1.json"), format!("{shown:#}\n")).expect("a file");
    for name in ["motd.json", "motd~c1.json"] {
        std::os::unix::fs::symlink("../c1.json", folder.join("by-name").join(name)).expect("a link");
    }
    fs::write(tree.join("configs/motd"), "hello\n").expect("a file");
    json!({"configs": [{
        "id": "c1",
        "meta": {
            "version": {"index": 7},
            "created_at": {"seconds": 1_795_132_800, "nanos": 500_000_000},
            "updated_at": {"seconds": 1_795_132_801},
        },
        "spec": {"annotations": {"name": "motd", "labels": {"a": "b"}, "indices": null}, "data": "aGVsbG8K"},
    }]})
}

fn differences(tree: &Path, store: &Value) -> Vec<String> {
    let golden = tempfile::tempdir().expect("a temporary folder");
    fs::write(golden.path().join("store.json"), json!({"store": store}).to_string()).expect("a file");
    fs::create_dir_all(tree.join("entries")).expect("a folder");
    let found = compare::compare(tree, &Oracle::new(golden.path())).expect("a comparison");
    found.found().to_vec()
}

#[test]
fn a_tree_that_is_right_differs_in_nothing() {
    let tree = tempfile::tempdir().expect("a temporary folder");
    let store = small(tree.path());
    assert_eq!(differences(tree.path(), &store), Vec::<String>::new());
}

#[test]
fn every_change_of_the_truth_is_seen() {
    let tree = tempfile::tempdir().expect("a temporary folder");
    let store = small(tree.path());
    let changes = [
        ("/configs/0/id", json!("c2")),
        ("/configs/0/meta/version/index", json!(8)),
        ("/configs/0/meta/created_at/nanos", json!(500_000_001)),
        ("/configs/0/meta/updated_at/seconds", json!(1_795_132_802)),
        ("/configs/0/spec/annotations/name", json!("other")),
        ("/configs/0/spec/annotations/labels", json!({"a": "c"})),
        ("/configs/0/spec/annotations/labels", json!({})),
        ("/configs/0/spec/annotations/indices", json!([{"key": "k", "val": "v"}])),
        ("/configs/0/spec/data", json!("aGVsbG8=")),
        ("/configs", json!([])),
    ];
    for (pointer, value) in changes {
        let mut changed = store.clone();
        *changed.pointer_mut(pointer).expect("what is changed is there") = value;
        assert_ne!(differences(tree.path(), &changed), Vec::<String>::new(), "{pointer}");
    }
}

#[test]
fn every_change_of_the_tree_is_seen() {
    type Change = (&'static str, fn(&Path));
    let changes: [Change; 7] = [
        ("a payload", |tree| fs::write(tree.join("configs/motd"), "hello").expect("a file")),
        ("a payload too many", |tree| fs::write(tree.join("secrets/x"), "").expect("a file")),
        ("no alias", |tree| fs::remove_file(tree.join("objects/configs/by-name/motd~c1.json")).expect("a link")),
        ("an object too many", |tree| {
            fs::write(tree.join("objects/nodes/n.json"), "{\"id\":\"n\"}\n").expect("a file")
        }),
        ("no newline", |tree| {
            let path = tree.join("objects/configs/c1.json");
            let text = fs::read_to_string(&path).expect("a file");
            fs::write(path, text.trim_end()).expect("a file");
        }),
        ("a field too many", |tree| edit(tree, |object| object["more"] = json!(1))),
        ("a scalar too few", |tree| {
            edit(tree, |object| drop(object["spec"].as_object_mut().map(|o| o.remove("data"))))
        }),
    ];
    for (what, change) in changes {
        let tree = tempfile::tempdir().expect("a temporary folder");
        let store = small(tree.path());
        change(tree.path());
        assert_ne!(differences(tree.path(), &store), Vec::<String>::new(), "{what}");
    }
}

fn edit(tree: &Path, change: impl FnOnce(&mut Value)) {
    let path = tree.join("objects/configs/c1.json");
    let mut object = serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
    change(&mut object);
    fs::write(path, format!("{object:#}\n")).expect("a file");
}

/// The stores that another program left as protobuf, rendered and compared with its JSON of them.
#[test]
fn rendered_objects_are_those_of_the_oracle() {
    for (name, store) in
        [("allfields-a", "plain/store.pb"), ("old-112", "gen/store.pb"), ("old-2017-locked", "gen/store.pb")]
    {
        let fixture = fixture::shared(name);
        let oracle = Oracle::new(fixture.golden());
        let wire = fs::read(oracle.path().join(store)).expect("the store");
        let mut text = Vec::new();
        let mut json = Json::new(Style::Pretty, &mut text);
        json.message(&schema::STORE_SNAPSHOT, &wire);
        json.finish();
        let shown: Value = serde_json::from_slice(&text).expect("JSON");
        let expected = oracle.store().expect("a store").expect("a store");
        let mut differences = Differences::default();
        compare::message("StoreSnapshot", &expected["store"], &shown, name, &mut differences);
        differences.expect_none(name);
    }
}
