//! Arguments that several commands share.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use super::exit::Failure;
use super::key::{self, GivenKey};
use super::open::{self, Opened, Origin};
use super::saved::Saved;
use crate::fuse::Ending;

/// A state directory and how to open it.
#[derive(Debug, Args)]
pub(super) struct State {
    /// The swarm's state directory, usually /var/lib/docker/swarm, or a copy of it.
    #[arg(value_name = "STATE_DIR", value_hint = ValueHint::DirPath)]
    pub(super) directory: PathBuf,
    #[command(flatten)]
    pub(super) opening: Opening,
}

/// How to open a state.
#[derive(Debug, Args)]
pub(super) struct Opening {
    /// A file with the unlock key; `-` is standard input. May be given several times; each key is tried.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    unlock_key_file: Vec<PathBuf>,
    #[command(flatten)]
    saved: Saved,
    /// Memory for decoded bytes; K, M and G are understood.
    #[arg(long, value_name = "BYTES", default_value = "32M", value_parser = bytes)]
    cache_size: usize,
}

/// Where to keep an index.
#[derive(Debug, Args)]
pub(super) struct Keeping {
    /// Keep an index of the log in this folder, sealed with the log's own keys, so that the next time opens at once.
    /// Not within STATE_DIR.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    index_cache: Option<PathBuf>,
}

impl State {
    /// Opens the directory, asking for a key where it is locked, none was given, and there is a terminal.
    pub(super) fn open(&self, environment: Option<GivenKey>, ending: &Ending) -> Result<Opened, Failure> {
        self.open_with(environment, None, ending)
    }

    /// The same, with an index cache where one was named.
    pub(super) fn open_kept(
        &self,
        environment: Option<GivenKey>,
        keeping: &Keeping,
        ending: &Ending,
    ) -> Result<Opened, Failure> {
        self.open_with(environment, keeping.index_cache.as_deref(), ending)
    }

    fn open_with(
        &self,
        environment: Option<GivenKey>,
        index_cache: Option<&Path>,
        ending: &Ending,
    ) -> Result<Opened, Failure> {
        let opening = &self.opening;
        opening.saved.one_standard_input(&opening.unlock_key_file)?;
        let keys = key::given(&opening.unlock_key_file, environment)?;
        let saved = opening.saved.read()?;
        let origin = Origin::Folder(&self.directory);
        let open = |keys: &[GivenKey]| open::open_tree(origin, keys, saved.clone(), opening.cache_size, index_cache);
        let opened = open(&keys)?;
        if opened.lacks_unlock_key && keys.is_empty() {
            match key::prompt(ending)? {
                Some(key) => return Ok(open(&[key])?.announced()),
                None if opened.sealed => log::warn!(
                    "the directory is locked (autolock) and no unlock key was given: sealed content is shown as such"
                ),
                None => {}
            }
        }
        Ok(opened.announced())
    }

    pub(super) fn path(&self) -> &Path {
        &self.directory
    }
}

fn bytes(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = match text.get(digits.len()..).unwrap_or_default() {
        "" => 1,
        "K" | "k" | "KiB" => 1 << 10,
        "M" | "m" | "MiB" => 1 << 20,
        "G" | "g" | "GiB" => 1 << 30,
        other => return Err(format!("`{other}` is no unit; K, M and G are")),
    };
    let number: usize = digits.parse().map_err(|_| "a number of bytes is needed, such as 32M".to_owned())?;
    number.checked_mul(unit).ok_or_else(|| "more than this machine can address".to_owned())
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_have_units() {
        assert_eq!([bytes("0"), bytes("12"), bytes("3K"), bytes("32M")], [Ok(0), Ok(12), Ok(3072), Ok(32 << 20)]);
        for wrong in ["", "M", "-1", "1.5M", "3T", "1 M", "99999999999G", "99999999999999999999"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }
}
