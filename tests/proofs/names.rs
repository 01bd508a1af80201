//! Names and ids from machines that nobody trusts: each is one plain file name, no two are equal, and a line stays
//! a line.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use sha2::{Digest, Sha256};
use swarmfs::tree::Forest;

use crate::kit::engine;
use crate::kit::mounted::Mounted;
use crate::kit::objects::Kind;
use crate::kit::wire::Message;
use crate::kit::writer::{Options, StateWriter};
use crate::stage::{open, tree};
use crate::walk::{Walked, find, read, walk};

/// Names that a shell, a terminal, a path or this tree itself would take for something else.
fn odd() -> Vec<Vec<u8>> {
    let long = |len| vec![b'a'; len];
    let mut names: Vec<Vec<u8>> = [
        &b""[..],
        b".",
        b"..",
        b"../x",
        b"../../etc/passwd",
        b"/",
        b"/etc/passwd",
        b"a/b",
        b".hidden",
        b"~",
        b"a~b",
        b"~root",
        b"%",
        b"%2F",
        b"%2f",
        b"%25",
        b"100%",
        b" ",
        b" a ",
        b"-rf",
        b"--help",
        b"*",
        b"$(id)",
        b"`id`",
        b"'",
        b"\"",
        b"\\",
        b"a\\nb",
        b"\n",
        b"a\nb",
        b"\r\n",
        b"\t",
        b"\0",
        b"a\0b",
        b"\x1b[31mred\x1b[0m",
        b"\x1b]0;title\x07",
        b"\x7f",
        b"\xc2\x9b31m",
        b"\xff",
        b"\xfe\xff",
        b"a\xffb",
        b"\xed\xa0\x80",
        b"\xc3",
        b"by-name",
        b"by-name.json",
        b"_INCOMPLETE.txt",
        b"%5FINCOMPLETE.txt",
        b"_INCOMPLETE",
        b"latest",
        b"x.json",
        b".json",
        b"con",
        b"A",
        b"a",
    ]
    .iter()
    .map(|name| name.to_vec())
    .collect();
    let bidi = [
        "\u{202e}txt.exe",
        "\u{2066}a\u{2069}",
        "\u{200f}",
        "\u{61c}",
        "\u{2028}",
        "e\u{301}",
        "\u{e9}",
        "\u{feff}",
        "水".repeat(90).leak(),
    ];
    names.extend(bidi.iter().map(|name| name.as_bytes().to_vec()));
    for len in [133, 228, 229, 230, 231, 232, 233, 234, 249, 250, 251, 254, 255, 256, 300, 4000] {
        names.extend([long(len), [long(len), b"b".to_vec()].concat(), vec![b'\n'; len / 3], vec![0xff; len]]);
    }
    // What the end of a shortened name looks like, as the end of another.
    for len in [256, 300] {
        let mark: String = Sha256::digest(long(len)).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        for kept in [228, 233, 238] {
            names.push([long(kept), b"~".to_vec(), mark.clone().into_bytes()].concat());
        }
    }
    names.sort();
    names.dedup();
    names
}

/// An object of any kind with any bytes as its id and name; `data` is the payload of secrets and configs.
fn object(kind: Kind, id: &[u8], name: &[u8], created: u64, data: &[u8]) -> Vec<u8> {
    let mut object = Message::new();
    object.bytes_field(1, id).message(2, |meta| {
        meta.message(1, |version| {
            version.varint(1, created);
        });
        meta.time(2, 1_795_000_000 + created as i64, 0).time(3, 1_795_000_000 + created as i64, 0);
    });
    let annotations = |message: &mut Message| {
        message.message(1, |inner| {
            inner.bytes_field(1, name).message(2, |label| {
                label.bytes_field(1, name).bytes_field(2, name);
            });
        });
    };
    match kind {
        Kind::Node => object.message(3, |spec| annotations(spec)).message(4, |description| {
            description.bytes_field(1, name);
        }),
        Kind::Extension | Kind::Resource | Kind::Task => object.message(3, |inner| {
            inner.bytes_field(1, name);
        }),
        _ => object.message(3, |spec| {
            annotations(spec);
            if matches!(kind, Kind::Secret | Kind::Config) {
                spec.bytes_field(2, data);
            }
        }),
    };
    object.into_bytes()
}

const KINDS: [Kind; 6] = [Kind::Secret, Kind::Config, Kind::Service, Kind::Node, Kind::Network, Kind::Extension];

/// Writes each object in an entry of its own; answers how many entries there are.
fn write(state: &Path, objects: &[(Kind, Vec<u8>, Vec<u8>)]) -> u64 {
    let mut writer = StateWriter::create(state, Options::default()).expect("a new directory");
    let mut member = Message::new();
    member.number(1, 7).bytes_field(2, b"node\x1b[2J\nid").bytes_field(3, b"addr\n\xff\xe2\x80\xae:2377");
    writer.conf_change(1, 0, 7, Some(member.bytes())).expect("an entry");
    for (kind, id, name) in objects {
        let index = writer.next_index();
        let object = object(*kind, id, name, index, &index.to_le_bytes());
        let mut action = Message::new();
        action.varint(1, 1).bytes_field(kind.action_field(), &object);
        let mut request = Message::new();
        request.varint(1, index).bytes_field(2, action.bytes());
        writer.normal(request.bytes()).expect("an entry");
    }
    let last = writer.next_index() - 1;
    writer.commit(last).expect("a hard state");
    writer.finish().expect("the key file");
    last
}

/// What holds whatever the names are.
fn check(walked: &Walked, entries: u64, objects: &[(Kind, Vec<u8>, Vec<u8>)]) {
    for file in ["log.txt", "tables/entries.jsonl"] {
        assert_eq!(walked.text(file).lines().count() as u64, entries, "{file}");
    }
    for file in ["log.txt", "check.txt"] {
        let odd =
            |c: &char| (c.is_control() && !"\n\t".contains(*c)) || "\u{202e}\u{2066}\u{2028}\u{200f}".contains(*c);
        assert_eq!(walked.text(file).chars().find(odd), None, "{file}");
    }
    assert!(!walked.text("log.txt").contains('\t'));
    for kind in KINDS {
        let of_kind: Vec<_> = objects.iter().filter(|(of, _, _)| *of == kind).collect();
        let folder = format!("objects/{}", kind.folder());
        assert_eq!(walked.names(&folder).len(), of_kind.len(), "{folder}");
        let names: BTreeSet<&[u8]> = of_kind.iter().map(|(_, _, name)| name.as_slice()).collect();
        assert_eq!(walked.names(&format!("{folder}/by-name")).len(), of_kind.len() + names.len(), "{folder}/by-name");
        assert_eq!(walked.text(&format!("tables/{}.jsonl", kind.folder())).lines().count(), of_kind.len(), "{folder}");
    }
    for kind in [Kind::Secret, Kind::Config] {
        let mut shown: Vec<&[u8]> = Vec::new();
        for name in walked.names(kind.folder()) {
            shown.push(walked.bytes(&format!("{}/{name}", kind.folder())));
        }
        let mut written: Vec<[u8; 8]> =
            (2u64..).zip(objects).filter(|(_, (of, ..))| *of == kind).map(|(n, _)| n.to_le_bytes()).collect();
        shown.sort_unstable();
        written.sort_unstable();
        assert_eq!(shown, written, "{}", kind.folder());
    }
}

fn written(objects: &[(Kind, Vec<u8>, Vec<u8>)]) -> (tempfile::TempDir, Walked) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let state = dir.path().join("swarm");
    let entries = write(&state, objects);
    let walked = walk(&tree(open(&state, None).expect("it opens"), 1 << 20).1);
    check(&walked, entries, objects);
    (dir, walked)
}

#[test]
fn odd_names() {
    let objects: Vec<_> = KINDS
        .iter()
        .flat_map(|kind| odd().into_iter().zip(0..).map(|(name, n)| (*kind, format!("id{n}").into_bytes(), name)))
        .collect();
    written(&objects);
}

#[test]
fn odd_ids() {
    let objects: Vec<_> =
        KINDS.iter().flat_map(|kind| odd().into_iter().map(|id| (*kind, id, b"name".to_vec()))).collect();
    let (_dir, walked) = written(&objects);
    // Of many holders the newest has the bare name.
    let last = walked.bytes("secrets/name").to_vec();
    assert_eq!(last, (1 + odd().len() as u64).to_le_bytes());
}

#[test]
fn odd_ids_with_odd_names() {
    let few: Vec<Vec<u8>> =
        odd().into_iter().filter(|name| name.len() < 4 || (227..=300).contains(&name.len())).collect();
    let mut objects = Vec::new();
    for (at, name) in few.iter().enumerate() {
        for step in [0, 1, 7] {
            let id = [few[(at + step) % few.len()].as_slice(), format!("{}", step * 1000 + at).as_bytes()].concat();
            objects.push((Kind::Secret, id.clone(), name.clone()));
            objects.push((Kind::Service, id, name.clone()));
        }
    }
    written(&objects);
}

/// The mark of a shortened name is not taken for an id.
#[test]
fn a_name_made_to_collide_with_a_shortened_one() {
    let long = vec![b'a'; 300];
    let mark: String = Sha256::digest(&long).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let mut objects = Vec::new();
    for kind in KINDS {
        objects.push((kind, b"first".to_vec(), long.clone()));
        for kept in 225..=238 {
            objects.push((kind, mark.clone().into_bytes(), vec![b'a'; kept]));
            objects.push((kind, format!("{mark}{kept}").into_bytes(), vec![b'a'; kept]));
        }
    }
    // One object for each id.
    let mut seen = BTreeSet::new();
    objects.retain(|(kind, id, _)| seen.insert((*kind, id.clone())));
    for kept in 225..=238 {
        let mut objects = objects.clone();
        for object in &mut objects {
            if object.1 == mark.as_bytes() {
                object.2 = vec![b'a'; kept];
            }
        }
        written(&objects);
    }
}

#[test]
fn a_secret_is_found_under_its_encoded_name() {
    let objects: Vec<_> = [&b""[..], b"..", b"a/b", b"\n", b"\xff", b"100%", b"~x"]
        .iter()
        .zip(0..)
        .map(|(name, n)| (Kind::Secret, format!("id{n}").into_bytes(), name.to_vec()))
        .collect();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let state = dir.path().join("swarm");
    write(&state, &objects);
    let (_, tree) = tree(open(&state, None).expect("it opens"), 1 << 20);
    for (n, name) in (2u64..).zip(["%", "%2E.", "a%2Fb", "%0A", "%FF", "100%25", "%7Ex"]) {
        let attr = find(&tree, &format!("secrets/{name}"));
        assert_eq!(read(&tree, attr.ino, 0, 100).expect("a payload"), n.to_le_bytes(), "{name}");
    }
    let secrets = find(&tree, "secrets").ino;
    for other in [&b""[..], b".", b"..", b"a/b", b"\n", b"\xff", b"100%", b"%0a", b"%61", b"~x", b"%7Ex~", b"~"] {
        assert!(tree.lookup(secrets, other).is_err(), "{other:?}");
    }
}

/// The files beside the log have names, too.
#[test]
fn odd_files_in_the_state_directory() {
    use std::os::unix::ffi::OsStrExt;
    let fixture = crate::kit::fixture::own("snapshots");
    let snapshots = fixture.state().join("raft/snap-v3-encrypted");
    let newest = snapshots.join("0000000000000002-00000000000000f0.snap");
    let odd: [&[u8]; 8] = [
        b"a\nb.snap",
        b"\x1b[31m.snap",
        b"\xff.snap",
        b"copy of it.snap",
        b"\xe2\x80\xae.snap",
        b"x.snap.broken",
        b"x\n.tmp",
        b"0000000000000002-00000000000000f0.snap.broken",
    ];
    for folder in ["raft/snap-v3-encrypted", "raft/wal-v3-encrypted"] {
        for name in odd {
            let name = fixture.state().join(folder).join(std::ffi::OsStr::from_bytes(name));
            std::fs::copy(&newest, name).expect("a copy");
        }
    }
    let walked = walk(&tree(open(&fixture.state(), None).expect("it opens"), 1 << 20).1);
    for line in walked.text("check.txt").lines() {
        assert_eq!(line.split('\t').count(), 5, "{line:?}");
        assert!(!line.chars().any(|c| (c.is_control() && c != '\t') || c == '\u{202e}'), "{line:?}");
    }
    assert_eq!(walked.names("entries").len(), 242);
    let snapshot = |folder: &str| walked.json(&format!("raft/snapshots/{folder}/meta.json"))["damaged"].is_null();
    assert!(snapshot("2-240") && snapshot("2-180"));
}

#[test]
fn the_mount_lists_plain_names() {
    let objects: Vec<_> = KINDS
        .iter()
        .flat_map(|kind| odd().into_iter().zip(0..).map(|(name, n)| (*kind, format!("{n}\x1b\n").into_bytes(), name)))
        .collect();
    let dir = tempfile::tempdir().expect("a temporary folder");
    let state = dir.path().join("swarm");
    let entries = write(&state, &objects);
    let mounted = match Mounted::new(env!("CARGO_BIN_EXE_swarmfs"), &state, None) {
        Ok(mounted) => mounted,
        Err(why) => {
            let said = format!("SKIPPED the_mount_lists_plain_names: {why}\n");
            std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes()).expect("standard error");
            return;
        }
    };
    let shell = |script: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", script]).env("M", mounted.path()).env("LC_ALL", "C");
        let output = engine::run(&mut command, b"", Duration::from_secs(120)).expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{script}: {} {said}", output.status);
        output.stdout
    };
    let listed = shell("cd \"$M\" && ls -lAR . && find . -print");
    assert_eq!(listed.iter().find(|byte| byte.is_ascii_control() && **byte != b'\n'), None, "ls prints controls");
    assert_eq!(shell("wc -l < \"$M/log.txt\""), format!("{entries}\n").as_bytes());
    // Lines are names and names are lines; every link leads somewhere; sizes are those of the bytes.
    let count = shell("cd \"$M\" && find . -print | wc -l; find . -printf x | wc -c; find . -xtype l | wc -l");
    let count: Vec<String> =
        String::from_utf8(count).expect("numbers").lines().map(|line| line.trim().to_owned()).collect();
    assert_eq!((&count[0], count[2].as_str()), (&count[1], "0"));
    let sizes = shell("cd \"$M\" && find . -type f -size -2 -printf '%s ' -exec sh -c 'cat \"$1\" | wc -c' - '{}' \\;");
    for pair in String::from_utf8(sizes).expect("numbers").lines() {
        let (told, read) = pair.split_once(' ').expect("two numbers");
        assert_eq!(told, read);
    }
}
