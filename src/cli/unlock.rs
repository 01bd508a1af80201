//! `swarmfs unlock`.

use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::{Args, ValueHint};

use super::exit::{Exit, Failure};
use super::key::{self, GivenKey};
use crate::follow::{door_of, knock};
use crate::fuse;

/// Give a running mount the unlock key that it lacks.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where the swarmfs is mounted.
    #[arg(value_name = "MOUNTPOINT", value_hint = ValueHint::DirPath)]
    mountpoint: PathBuf,
    /// A file with the unlock key; `-` is standard input. May be given several times; each key is tried.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    unlock_key_file: Vec<PathBuf>,
}

pub(super) fn run(arguments: &Arguments, environment: Option<GivenKey>) -> Result<Exit, Failure> {
    let ending = key::ending()?;
    let path = &arguments.mountpoint;
    let door = door_of(&fuse::device_of(path)?);
    let mut keys = key::given(&arguments.unlock_key_file, environment)?;
    if keys.is_empty() {
        keys.extend(key::prompt(&ending)?);
    }
    let mut refused = None;
    for key in &keys {
        let asked = knock(&door, &key.text);
        let answer =
            asked.with_context(|| format!("the mount on {path:?} takes no key: it is another user's, or frozen"))?;
        match answer {
            Ok(()) => return Ok(Exit::Fine),
            Err(why) => refused = Some(anyhow!("{}: {why}", key.origin)),
        }
    }
    match refused {
        Some(why) => Err(Failure::new(Exit::WrongKey, why)),
        None => Err(Failure::new(Exit::Locked, anyhow!("no unlock key was given"))),
    }
}
