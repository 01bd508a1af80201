//! Keys that were saved earlier: whole key files, and lists of data keys.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::{Args, ValueHint};
use zeroize::Zeroizing;

use super::exit::{Exit, Failure, OrExit};
use super::key;
use crate::store::SavedKeys;

/// Keys from elsewhere.
#[derive(Debug, Args)]
pub(super) struct Saved {
    /// A swarm-node.key that was saved earlier: its data keys open entries under keys that a rotation discarded. May
    /// be given several times; every unlock key is tried on each.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    key_file: Vec<PathBuf>,
    /// A file with data keys, one a line, in base64 or hex; `-` is standard input. May be given several times.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    dek_file: Vec<PathBuf>,
}

impl Saved {
    /// Standard input can be read once only.
    pub(super) fn one_standard_input(&self, unlock_key_files: &[PathBuf]) -> Result<(), Failure> {
        let files = unlock_key_files.iter().chain(&self.key_file).chain(&self.dek_file);
        match files.filter(|file| *file == Path::new("-")).count() {
            0 | 1 => Ok(()),
            _ => Err(anyhow!("`-` (standard input) can be given for one file only")).or_exit(Exit::Usage),
        }
    }

    /// Reads them all. What is no key is an error; what it says instead is told to nobody.
    pub(super) fn read(&self) -> Result<SavedKeys, Failure> {
        let mut saved = SavedKeys::default();
        for path in &self.key_file {
            let (bytes, origin) = contents(path)?;
            let added = saved.add_file(&origin, &bytes);
            added.with_context(|| format!("{origin} is no key file")).or_exit(Exit::WrongKey)?;
        }
        for path in &self.dek_file {
            let (text, origin) = contents(path)?;
            saved.add_list(&text).with_context(|| origin).or_exit(Exit::WrongKey)?;
        }
        Ok(saved)
    }
}

fn contents(path: &Path) -> Result<(Zeroizing<Vec<u8>>, String), Failure> {
    if path == Path::new("-") {
        let origin = "standard input".to_owned();
        return Ok((key::whole(io::stdin().lock(), &origin)?, origin));
    }
    let origin = format!("the file {path:?}");
    let file = File::open(path).with_context(|| format!("cannot read {origin}"))?;
    Ok((key::whole(file, &origin)?, origin))
}
