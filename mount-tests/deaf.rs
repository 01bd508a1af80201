//! A server that follows a directory and does not tell the kernel. What a mount does to be seen to follow is done by
//! telling: without it, the same looks show what was.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use swarmfs::disk::Source;
use swarmfs::fuse::{Access, Appearance, Ending, Mountpoint};
use swarmfs::store::State;
use swarmfs::tree::{Options, Tree};

use crate::rig::{Mount, quiet, soon, state, swarmfs};

/// Serves a directory, and looks at it again and again.
pub(crate) fn serve(state: &str, mountpoint: &str) {
    let open = || Arc::new(State::open(Source::folder(state.as_ref()).unwrap(), &[]).unwrap());
    let ending = Ending::prepare(|| {}).unwrap();
    let mountpoint = Mountpoint::new(mountpoint.as_ref(), None).unwrap();
    let tree = Arc::new(Tree::new(open(), Options::default()));
    let appearance = Appearance::of_this_user();
    let mount = swarmfs::fuse::Mount::new(tree.clone(), mountpoint, appearance, Access::Owner, &ending).unwrap();
    let path = Path::new(state).to_owned();
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(Duration::from_millis(50));
            let source = Source::folder(&path).unwrap();
            tree.replace(Arc::new(State::open(source, &[]).unwrap()));
        }
    });
    println!("ready");
    mount.serve().unwrap();
}

/// What a user looks at; asked before and after the log has grown.
const LOOK: &str = "ls \"$M/entries\" | tail -n 1; wc -c < \"$M/log.txt\"; ls \"$M/secrets\" | wc -l";

/// Mounts a log without its end, gives the end back, and answers what is seen then, and what is to be seen.
fn look_twice(mount: impl FnOnce(&Path) -> Mount) -> (String, String) {
    let (_folder, state) = state("three-m1");
    let wal = "raft/wal-v3-encrypted/0000000000000000-0000000000000000.wal";
    let listed = swarmfs(&["cat", state.to_str().unwrap(), "raft/wal/0000000000000000-0000000000000000.jsonl"]);
    let records: Vec<serde_json::Value> = listed
        .stdout
        .split_inclusive(|byte| *byte == b'\n')
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    let cut = records.iter().find(|record| record["index"] == 40).unwrap()["offset"].as_u64().unwrap();
    let last = records.last().unwrap();
    let end = last["offset"].as_u64().unwrap() + 8 + last["length"].as_u64().unwrap();
    let file = OpenOptions::new().read(true).write(true).open(state.join(wal)).unwrap();
    let mut tail = vec![0; usize::try_from(end - cut).unwrap()];
    file.read_exact_at(&mut tail, cut).unwrap();
    file.write_all_at(&vec![0; tail.len()], cut).unwrap();

    let mount = mount(&state);
    let before = quiet(LOOK, mount.path());
    assert!(before.starts_with("0000000039.json\n"), "{before}");
    file.write_all_at(&tail, cut).unwrap();
    // A name that was not there is asked for anew, so this tells that the server knows.
    soon("the end of the log", || {
        quiet("test -e \"$M/entries/0000000070.json\" && echo 70 || true", mount.path()).contains("70")
    });
    let fresh = Mount::new(&state, &["--freeze"]);
    let wanted = quiet(LOOK, fresh.path());
    assert!(wanted.starts_with("0000000070.json\n"), "{wanted}");
    // A kernel that is told is told by now; one that is not will not know better later.
    std::thread::sleep(Duration::from_secs(1));
    (quiet(LOOK, mount.path()), wanted)
}

pub(crate) fn a_mount_that_follows_is_seen_to_follow() {
    let (seen, wanted) = look_twice(|state| Mount::new(state, &[]));
    assert_eq!(seen, wanted);
}

pub(crate) fn a_server_that_does_not_tell_is_not_seen_to_follow() {
    let (seen, wanted) = look_twice(|state| {
        Mount::start(|point| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.arg("serve-deaf").arg(state).arg(point.path()).stderr(Stdio::null());
            command
        })
    });
    assert_ne!(seen, wanted, "the kernel keeps nothing, and telling it is of no use");
}
