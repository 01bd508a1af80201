//! `swarmfs umount`.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::exit::{Exit, Failure};
use crate::fuse::{self, Unmounted};

/// End a mount, also one that is in use, or whose server died. Touches no other filesystem.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where the swarmfs is mounted.
    #[arg(value_name = "MOUNTPOINT", value_hint = ValueHint::DirPath)]
    mountpoint: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    if fuse::unmount(&arguments.mountpoint)? == Unmounted::StillHeld {
        log::warn!("some program is still in it; its server ends when the last one has left");
    }
    Ok(Exit::Fine)
}
