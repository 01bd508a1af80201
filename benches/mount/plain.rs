//! A plain copy of the tree in tmpfs: what the same commands cost where there is nothing to decode.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::command;
use super::served::Served;

/// What the commands touch.
const COPIED: [&str; 8] = [
    "README.md",
    "entries",
    "objects",
    "secrets",
    "rafttool/dump-wal.txt",
    "tables/entries.jsonl",
    "tables/history.jsonl",
    "tables/services.jsonl",
];

/// About how many bytes of memory the copy takes for a byte of log.
const MEMORY_FOR_A_BYTE: u64 = 14;

/// The copy; it goes with this.
pub(crate) struct Copy(TempDir);

impl Copy {
    /// Copies what `served` shows of `log_bytes` of log; nothing where there is no room for it.
    pub(crate) fn of(served: &Served, log_bytes: u64) -> anyhow::Result<Option<Copy>> {
        let needed = log_bytes.saturating_mul(MEMORY_FOR_A_BYTE);
        if needed > available() / 4 * 3 {
            println!("No copy in tmpfs: about {} MB of memory would be needed.", needed / 1_000_000);
            return Ok(None);
        }
        let folder = tempfile::Builder::new().prefix("swarmfs-bench-").tempdir_in("/dev/shm")?;
        let mut copy = Command::new("cp");
        copy.args(["-r", "--parents", "--preserve=timestamps,links"]).args(COPIED).arg(folder.path());
        command::run(copy.current_dir(served.path()))?;
        Ok(Some(Copy(folder)))
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }
}

/// Memory that can be had, in bytes.
fn available() -> u64 {
    let text = std::fs::read_to_string(Path::new("/proc/meminfo")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() * 1024
}
