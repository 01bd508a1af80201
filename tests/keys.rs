//! Keys that were saved before a rotation: whole key files, and bare data keys.

mod kit;
mod shown;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use swarmfs::disk::Source;
use swarmfs::seal::UnlockKey;
use swarmfs::store::{SavedKeys, State, StoreError, Tail};

use kit::fixture;
use kit::keyfile::{self, Lock};
use kit::random::Random;
use kit::wire::Message;
use kit::writer::{self, StateWriter};
use shown::{Shown, cat, names, show_state};

const SWARMFS: &str = env!("CARGO_BIN_EXE_swarmfs");
const NEW: &[u8] = b"the unlock key of today";
const OLD: &[u8] = b"the unlock key of yesterday";

/// Entries 1 to 5 under a data key that only `old` still holds, 6 to 9 under that of the directory's key file.
struct Rotated {
    dir: tempfile::TempDir,
    old: String,
    dek: [u8; 32],
}

fn rotated(lock: Lock, old_lock: Lock) -> Rotated {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let options = writer::Options { preallocate: 8192, lock, ..writer::Options::default() };
    let mut writer = StateWriter::create(&dir.path().join("swarm"), options).expect("a new directory");
    let headers = writer.headers_mut().clone();
    let old = keyfile::text(&old_lock, &headers, &mut Random::new(9));
    for index in 1..=9 {
        if index == 6 {
            writer.rotate();
        }
        let mut request = Message::new();
        request.number(1, index);
        writer.normal(request.bytes()).expect("an entry");
        writer.commit(index).expect("a hard state");
        if index == 7 {
            writer.snapshot(&[], &[1]).expect("a snapshot");
            writer.finish_rotation();
        }
    }
    writer.finish().expect("the key file");
    Rotated { dir, old, dek: headers.dek.expect("a data key") }
}

fn unlock(bytes: &[u8]) -> UnlockKey {
    let text = Lock::Pkcs8(bytes.to_vec()).unlock_key().expect("a key");
    UnlockKey::parse(text.as_bytes()).expect("an unlock key")
}

fn saved_file(text: &str) -> SavedKeys {
    let mut saved = SavedKeys::default();
    saved.add_file("OLD.key", text.as_bytes()).expect("a key file");
    saved
}

impl Rotated {
    fn state(&self) -> std::path::PathBuf {
        self.dir.path().join("swarm")
    }

    fn source(&self) -> Source {
        Source::folder(&self.state()).expect("a folder")
    }

    fn open(&self, unlock_keys: &[UnlockKey], saved: SavedKeys) -> Shown {
        show_state(State::open_with(self.source(), unlock_keys, saved).expect("it opens"))
    }
}

fn saved_count(shown: &Shown) -> Value {
    let status: Value = serde_json::from_str(&cat(&shown.tree, "status.json")).expect("JSON");
    status["keys"]["saved_data_keys"].clone()
}

#[test]
fn a_saved_key_file_opens_what_a_rotation_discarded() {
    let rotated = rotated(Lock::Open, Lock::Open);
    let without = rotated.open(&[], SavedKeys::default());
    without.expect(6..=9, &["info key-discarded"]);
    let why = without.entries[&3]["sealed"].as_str().expect("it says why");
    assert!(why.contains("--key-file") && why.contains("--dek-file") && why.contains("snapshot 7"), "{why}");
    assert_eq!(saved_count(&without), 0);
    let with = rotated.open(&[], saved_file(&rotated.old));
    with.expect(1..=9, &[]);
    assert!(!with.codes.iter().any(|code| code.contains("key-discarded")), "{:?}", with.codes);
    assert_eq!(saved_count(&with), 1);
}

#[test]
fn bare_data_keys_open_it_too() {
    let rotated = rotated(Lock::Open, Lock::Open);
    let hex: String = rotated.dek.iter().map(|byte| format!("{byte:02x}")).collect();
    for list in [hex, STANDARD.encode(rotated.dek)] {
        let mut saved = SavedKeys::default();
        saved.add_list(format!("# of 2026\n{}\n{list}\n", "01".repeat(32)).as_bytes()).expect("data keys");
        let shown = rotated.open(&[], saved);
        shown.expect(1..=9, &[]);
        assert_eq!(saved_count(&shown), 2);
    }
}

#[test]
fn every_unlock_key_is_tried_on_every_file() {
    let yesterday = || Lock::Rfc1423(OLD.to_vec());
    let rotated = rotated(Lock::Pkcs8(NEW.to_vec()), yesterday());
    let saved = || saved_file(&rotated.old);
    rotated.open(&[unlock(OLD), unlock(NEW)], saved()).expect(1..=9, &[]);
    // It opens the directory's own only: the saved one stays locked, which is no error.
    let own = rotated.open(&[unlock(NEW)], saved());
    own.expect(6..=9, &["info key-discarded"]);
    assert!(own.tree.state().saved_keys().lacks_unlock_key() && !own.tree.state().unused_key());
    // It opens the saved one only: what that opens is shown, the rest says what is missing.
    let other = rotated.open(&[unlock(OLD)], saved());
    other.expect(1..=5, &["warning locked", "warning snapshot-sealed"]);
    let why = other.entries[&8]["sealed"].as_str().expect("it says why");
    assert!(why.contains("locked") && why.contains("unlock key"), "{why}");
    assert!(names(&other.tree, "objects").contains(&"_INCOMPLETE.txt".to_owned()));
    // It opens none of them.
    let refused = State::open_with(rotated.source(), &[unlock(b"another")], saved());
    assert!(matches!(refused, Err(StoreError::Key { .. })));
    let open = self::rotated(Lock::Open, yesterday());
    let refused = State::open_with(open.source(), &[unlock(NEW)], saved_file(&open.old)).err().expect("an error");
    assert!(refused.to_string().starts_with("OLD.key: "), "{refused}");
    // No unlock key at all.
    open.open(&[], saved_file(&open.old)).expect(6..=9, &[]);
}

#[test]
fn saved_keys_outlive_the_key_file() {
    let rotated = rotated(Lock::Open, Lock::Pkcs8(OLD.to_vec()));
    let state = State::open_with(rotated.source(), &[], saved_file(&rotated.old)).expect("it opens");
    // The key for the saved file comes later, as through the door of a mount.
    let refused = state.reopen(rotated.source(), &[unlock(NEW)], Tail::Shown);
    assert!(matches!(refused, Err(StoreError::Key { .. })));
    let state = state.reopen(rotated.source(), &[unlock(OLD)], Tail::Shown).expect("it opens");
    assert!(!state.unused_key());
    // The directory's own is replaced, and vanishes.
    let path = rotated.state().join("certificates/swarm-node.key");
    let own = fs::read_to_string(&path).expect("the key file");
    fs::write(&path, own.replace("kek-version: 0", "kek-version: 7")).expect("written");
    let state = state.reopen(rotated.source(), &[], Tail::Shown).expect("it opens");
    assert_eq!(state.keys().facts().and_then(|facts| facts.kek_version), Some(7));
    fs::remove_file(&path).expect("removed");
    let state = state.reopen(rotated.source(), &[], Tail::Shown).expect("it opens");
    assert_eq!(state.saved_keys().data_keys(), 1);
    let shown = show_state(state);
    assert_eq!(shown.readable(), (1..=9).collect::<Vec<_>>());
}

#[test]
fn a_key_that_opens_a_saved_file_does_not_lock_what_is_open() {
    let rotated = rotated(Lock::Pkcs8(NEW.to_vec()), Lock::Pkcs8(OLD.to_vec()));
    let state = State::open_with(rotated.source(), &[unlock(NEW)], saved_file(&rotated.old)).expect("it opens");
    let state = state.reopen(rotated.source(), &[unlock(OLD)], Tail::Shown).expect("it opens");
    assert!(!state.locked_without_key());
    show_state(state).expect(1..=9, &[]);
}

/// The real thing: a leader that was locked, and its own key file from before.
#[test]
fn a_real_manager_before_and_after_autolock() {
    let (before, after) = (fixture::own("three-m2"), fixture::own("three-autolock-leader"));
    let key = after.unlock_key().expect("it is locked");
    let old = fs::read_to_string(before.state().join("certificates/swarm-node.key")).expect("a key file");
    let open = |saved| {
        let key = UnlockKey::parse(key.as_bytes()).expect("an unlock key");
        let source = Source::folder(&after.state()).expect("a folder");
        show_state(State::open_with(source, &[key], saved).expect("it opens"))
    };
    let sealed = |shown: &Shown| shown.entries.values().filter(|entry| !entry["sealed"].is_null()).count();
    let without = open(SavedKeys::default());
    assert!(sealed(&without) > 100 && without.codes.contains(&"info key-discarded".to_owned()));
    let with = open(saved_file(&old));
    assert_eq!(sealed(&with), 0, "{:?}", with.codes);
    assert!(!with.codes.iter().any(|code| code.contains("key-discarded")));
    assert_eq!(with.entries[&1]["type"], "EntryConfChange");
}

fn swarmfs(arguments: &[&str], state: &Path, input: &str) -> Output {
    use std::io::Write;
    let mut command = Command::new(SWARMFS);
    command.arg(arguments[0]).arg(state).args(&arguments[1..]).env_remove("SWARM_UNLOCK_KEY");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary");
    // It may end before it has read all.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

#[test]
fn what_the_commands_say() {
    let rotated = rotated(Lock::Open, Lock::Pkcs8(OLD.to_vec()));
    let file = |name: &str, text: &str| {
        let path = rotated.dir.path().join(name);
        fs::write(&path, text).expect("written");
        path.to_str().expect("UTF-8").to_owned()
    };
    let (old, wrong) = (file("OLD.key", &rotated.old), file("wrong.key", "my dog's name\n"));
    let right = Lock::Pkcs8(OLD.to_vec()).unlock_key().expect("a key");
    let (right, other) = (file("right", &right), file("other", "SWMKEY-1-AAAA"));
    let entry = "entries/0000000003.json";
    let ends = |arguments: &[&str], input: &str, code: i32, said: &[&str]| {
        let output = swarmfs(arguments, &rotated.state(), input);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
        assert!(said.iter().all(|said| errors.contains(said)), "{arguments:?}: {errors}");
        assert!(!errors.contains("dog"), "{errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(ends(&["cat", entry], "", 0, &[]).contains("\"sealed\""));
    let locked = ends(&["cat", entry, "--key-file", &old], "", 0, &["OLD.key", "locked"]);
    assert!(locked.contains("\"sealed\""));
    let opened = ends(&["cat", entry, "--key-file", &old, "--unlock-key-file", &right], "", 0, &[]);
    assert!(opened.contains("\"id\": 3"), "{opened}");
    ends(&["ls", "--key-file", &old, "--unlock-key-file", &other], "", 4, &["OLD.key", "no unlock key"]);
    ends(&["ls", "--key-file", &wrong], "", 4, &["wrong.key", "no key file"]);
    ends(&["ls", "--key-file", "/no/such/file"], "", 1, &["/no/such/file"]);
    // Data keys, by a pipe.
    let dek = STANDARD.encode(rotated.dek);
    let opened = ends(&["cat", entry, "--dek-file", "-"], &format!("{dek}\n"), 0, &[]);
    assert!(opened.contains("\"id\": 3"), "{opened}");
    ends(&["tree", "--dek-file", "-"], &format!("{dek}\n\nmy dog's name\n"), 4, &["standard input", "line 3"]);
    ends(&["check", "--dek-file", &wrong], "", 4, &["wrong.key", "line 1"]);
    ends(&["check", "--dek-file", "/dev/null"], "", 4, &["/dev/null", "no data key"]);
    ends(&["ls", "--dek-file", "-", "--unlock-key-file", "-"], &dek, 2, &["standard input"]);
}
