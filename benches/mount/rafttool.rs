//! The other tool, where it is installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::command::{self, Cost, is_on_path};

const PROGRAM: &str = "swarm-rafttool";

/// The tool, and a copy of the state directory for it: it takes locks and alters what it reads.
pub(crate) struct Rafttool {
    _folder: TempDir,
    state: PathBuf,
}

impl Rafttool {
    /// Nothing where the tool is not on PATH.
    pub(crate) fn found(state: &Path) -> anyhow::Result<Option<Rafttool>> {
        if !is_on_path(PROGRAM) {
            println!("{PROGRAM} is not on PATH: without it.");
            return Ok(None);
        }
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let copy = folder.path().join("swarm");
        command::run(Command::new("cp").args(["-a", "--sparse=always"]).arg(state).arg(&copy))?;
        Ok(Some(Rafttool { _folder: folder, state: copy }))
    }

    /// Runs one of its commands.
    pub(crate) fn run(&self, arguments: &[&str]) -> anyhow::Result<Cost> {
        command::run(Command::new(PROGRAM).arg("--state-dir").arg(&self.state).args(arguments).stdout(Stdio::null()))
    }
}
