//! Lengths that lie do not cost memory: the program runs with a limit on its address space.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::kit::identity;
use crate::kit::objects::{self, Action, Kind, Meta};
use crate::kit::wire::{Message, put_varint};
use crate::kit::writer::{Layout, Member, Options, StateWriter};
use crate::kit::{engine, fixture, writer};

/// Kilobytes of address space: the program with its threads fits well into it, a length that lies does not.
const LIMIT: &str = "100000";

/// Runs swarmfs with the limit; answers what it prints, and fails where it fails.
fn limited(arguments: &[&str], state: &Path, more: &[&str]) -> String {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -v \"$LIMIT\" && exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_swarmfs")]);
    command.args(arguments).arg(state).args(more).env("LIMIT", LIMIT);
    let output = engine::run(&mut command, b"", Duration::from_secs(60)).expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {} {said}", output.status);
    String::from_utf8(output.stdout).expect("text")
}

fn secret(index: u64) -> Vec<u8> {
    let id = format!("id{index}");
    let meta = Meta { id, version: index - 1, created: (1_795_000_000, 0), updated: (1_795_000_000, 0) };
    objects::payload(&meta, &format!("name{index}"), &[], b"payload")
}

/// A field of bytes that claims a length and has none of it.
fn claim(field: u64, len: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_varint(&mut bytes, field << 3 | 2);
    put_varint(&mut bytes, len);
    bytes
}

/// A directory of three entries; `more` writes what is wrong behind them.
fn state(layout: Layout, more: impl FnOnce(&mut StateWriter)) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("swarm");
    let options = Options { layout, ..Options::default() };
    let mut writer = StateWriter::create(&path, options).expect("a new directory");
    writer.add_member(0, &Member::own()).expect("an entry");
    for index in 2..=3 {
        let object = secret(index);
        let request = objects::request(index, [(Action::Create, Kind::Secret, object.as_slice())]);
        writer.normal(&request).expect("an entry");
    }
    writer.commit(3).expect("a hard state");
    more(&mut writer);
    writer.finish().expect("the key file");
    (dir, path)
}

/// The tree shows the three entries and both secrets, within the limit.
fn shows_the_rest(what: &str, path: &Path, code: &str) {
    let both = limited(&["cat"], path, &["status.json", "check.txt", "log.txt"]);
    assert!(both.contains(code), "{what}: {both}");
    assert_eq!(both.matches(" create secret name").count(), 2, "{what}: {both}");
    assert_eq!(limited(&["cat"], path, &["secrets/name2"]), "payload", "{what}");
    limited(&["tree"], path, &[]);
}

#[test]
fn a_frame_that_claims_petabytes() {
    for claimed in [1u64 << 55, (1 << 56) - 8, 600 << 20, 63_999_000] {
        for layout in [Layout::Encrypted, Layout::Docker112] {
            let (_dir, path) = state(layout, |writer| {
                writer.raw(&claimed.to_le_bytes()).expect("a frame");
                writer.raw(&[2; 64]).expect("its beginning");
            });
            shows_the_rest(&format!("{claimed} {layout:?}"), &path, "\twal-");
        }
    }
}

#[test]
fn an_entry_that_claims_exabytes() {
    for claimed in [1u64 << 60, u64::MAX, 1 << 32] {
        // In the record, in the entry, in the sealed record, in the request, in the object.
        let (_dir, path) = state(Layout::Encrypted, |writer| {
            let mut entry = Message::new();
            entry.varint(1, 0).varint(2, 1).varint(3, 4);
            let entry = [entry.into_bytes(), claim(4, claimed)].concat();
            writer.record(writer::record_type::ENTRY, &entry).expect("a record");
            writer.go_to(5);
            writer.entry_with(0, Some(&[vec![8, 1], claim(2, claimed)].concat())).expect("an entry");
            writer.normal(&claim(2, claimed)).expect("an entry");
            let mut action = Message::new();
            action.varint(1, 1).bytes_field(7, &claim(3, claimed));
            let mut request = Message::new();
            request.bytes_field(2, action.bytes());
            writer.normal(request.bytes()).expect("an entry");
            writer.commit(7).expect("a hard state");
        });
        shows_the_rest(&format!("{claimed}"), &path, "damage\t");
    }
}

#[test]
fn a_snapshot_that_claims_exabytes() {
    for claimed in [1u64 << 60, u64::MAX, 1 << 33] {
        let object = [claim(6, claimed), b"short".to_vec()].concat();
        let mut in_store = Message::new();
        in_store.bytes_field(3, &object);
        for (what, plain) in [
            ("membership", claim(2, claimed)),
            ("store", claim(3, claimed)),
            ("object", in_store.into_bytes()),
            ("unknown", claim(9, claimed)),
        ] {
            for layout in [Layout::Encrypted, Layout::Clear] {
                let (_dir, path) = state(layout, |writer| {
                    writer.snapshot(&plain, &[identity::RAFT_ID]).expect("a snapshot");
                });
                shows_the_rest(&format!("{what} {claimed} {layout:?}"), &path, "snapshot-malformed");
            }
        }
        // In the file itself.
        for head in [claim(2, claimed), [vec![8, 1, 0x12, 12], claim(1, claimed)].concat()] {
            let (_dir, path) = state(Layout::Encrypted, |_| ());
            let file = path.join("raft/snap-v3-encrypted/0000000000000001-0000000000000003.snap");
            fs::write(file, head).expect("a file");
            shows_the_rest(&format!("file {claimed}"), &path, "snapshot-damaged");
        }
    }
}

/// Such a file never shrinks, and may be mostly free space.
#[test]
fn a_task_database_of_gigabytes() {
    let worker = fixture::own("three-worker");
    let file = fs::File::options().write(true).open(worker.state().join("worker/tasks.db")).expect("the file");
    file.set_len(5 << 30).expect("grown");
    let tasks = limited(&["ls"], &worker.state(), &["node/tasks"]);
    assert!(tasks.contains("6s3kaiddgdw30xbth4bks7wim.json") && !tasks.contains("_INCOMPLETE"), "{tasks}");
    let check = limited(&["check"], &worker.state(), &[]);
    assert!(!check.contains("tasks-db"), "{check}");
}

/// A Bolt file (format 1.3) whose root page is a branch that leads to itself, with the greatest numbers in it.
#[test]
fn a_task_database_that_leads_to_itself() {
    const PAGE: usize = 4096;
    let mut file = vec![0; 4 * PAGE];
    for page in 0..2 {
        let at = page * PAGE;
        let mut put = |offset: usize, bytes: &[u8]| file[at + offset..at + offset + bytes.len()].copy_from_slice(bytes);
        put(0, &(page as u64).to_le_bytes());
        put(8, &4u16.to_le_bytes());
        put(16, &0xED0C_DAEDu32.to_le_bytes());
        put(20, &2u32.to_le_bytes());
        put(24, &(PAGE as u32).to_le_bytes());
        put(32, &3u64.to_le_bytes());
        put(56, &4u64.to_le_bytes());
        put(64, &(page as u64 + 1).to_le_bytes());
        let sum = file[at + 16..at + 72]
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        file[at + 72..at + 80].copy_from_slice(&sum.to_le_bytes());
    }
    let root = 3 * PAGE;
    file[root..root + 8].copy_from_slice(&3u64.to_le_bytes());
    file[root + 8..root + 10].copy_from_slice(&1u16.to_le_bytes());
    file[root + 10..root + 12].copy_from_slice(&2u16.to_le_bytes());
    file[root + 12..root + 16].copy_from_slice(&u32::MAX.to_le_bytes());
    for element in 0..2 {
        let at = root + 16 + element * 16;
        file[at..at + 4].copy_from_slice(&16u32.to_le_bytes());
        file[at + 4..at + 8].copy_from_slice(&2u32.to_le_bytes());
        file[at + 8..at + 16].copy_from_slice(&3u64.to_le_bytes());
    }
    file[root + 48..root + 52].copy_from_slice(b"v1v1");
    let (_dir, path) = state(Layout::Encrypted, |_| ());
    fs::write(path.join("worker/tasks.db"), file).expect("a file");
    shows_the_rest("tasks.db", &path, "");
}
