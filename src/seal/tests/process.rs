use std::process::Command;

use nix::sys::prctl::get_dumpable;
use nix::sys::resource::{Resource, getrlimit};

use super::sealer::keyring;
use crate::seal::protect_process;

/// Names the process that the test starts, which may be changed without harm to other tests.
const CHILD: &str = "SWARMFS_TEST_PROTECTED_CHILD";

fn locked_kilobytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmLck:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_protected_process_leaves_no_core_and_locks_its_keys() {
    if std::env::var_os(CHILD).is_none() {
        let name = "seal::tests::process::a_protected_process_leaves_no_core_and_locks_its_keys";
        let child = Command::new(std::env::current_exe().unwrap()).args(["--exact", name]).env(CHILD, "1").output();
        let child = child.unwrap();
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
        assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"));
        return;
    }
    let may_lock = getrlimit(Resource::RLIMIT_MEMLOCK).unwrap().0 >= 64 << 10;
    let keyring = keyring(&[[1; 32], [2; 32]]);
    assert!(!may_lock || locked_kilobytes() >= 8, "{} kB", locked_kilobytes());
    drop(keyring);
    assert_eq!(locked_kilobytes(), 0);

    assert!(get_dumpable().unwrap());
    protect_process().unwrap();
    assert!(!get_dumpable().unwrap());
    assert_eq!(getrlimit(Resource::RLIMIT_CORE).unwrap(), (0, 0));
}
