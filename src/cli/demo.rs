//! `swarmfs demo`: a real swarm to look at, without a swarm.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, ValueHint};
use nix::unistd::mkdtemp;

use super::exit::{Exit, Failure, OrExit};
use super::open::{self, Origin};
use super::{key, tour};
use crate::fuse::{Access, Appearance, Mount, Mountpoint};
use crate::store::SavedKeys;

/// Enough for the built-in state.
const CACHE: usize = 32 << 20;

/// Mount a small real state directory that is built into this program, and show what can be done with it.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where to mount [default: a temporary folder].
    #[arg(value_name = "MOUNTPOINT", value_hint = ValueHint::DirPath)]
    mountpoint: Option<PathBuf>,
    /// End after the tour. So it does without a terminal, unless MOUNTPOINT is given.
    #[arg(long)]
    tour_only: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let ending = key::ending()?;
    let opened = open::open_tree(Origin::Demo, &[], SavedKeys::default(), CACHE, None)?;
    let place = Place::new(arguments.mountpoint.as_ref())?;
    let mountpoint = Mountpoint::new(place.path(), None).or_exit(Exit::CannotMount)?;
    let path = mountpoint.path().to_owned();
    let appearance = Appearance::of_this_user();
    let mount =
        Mount::new(Arc::<crate::tree::Tree>::clone(&opened.forest), mountpoint, appearance, Access::Owner, &ending)
            .or_exit(Exit::CannotMount)?;
    let stays = !arguments.tour_only && (arguments.mountpoint.is_some() || io::stdin().is_terminal());
    let guide = {
        let unmounter = mount.unmounter();
        // The tour waits for answers of this very process, so it has a thread of its own; the reading is done by
        // child processes: the kernel must never wait for a process that waits for itself.
        std::thread::Builder::new().name("tour".to_owned()).spawn(move || {
            let answer = tour::give(&path, stays);
            if !stays {
                unmounter.end();
            }
            answer
        })
    };
    let guide = guide.context("cannot start a thread")?;
    let served = mount.serve();
    // A tour that is cut off by Ctrl-C complains about files that went away: only one that reached its end counts.
    if guide.is_finished() {
        match guide.join() {
            Ok(answer) => answer?,
            Err(_) => return Err(anyhow::anyhow!("the tour broke off").into()),
        }
    }
    served?;
    if stays {
        let _ = writeln!(io::stdout(), "\nThe demo is over; nothing is left behind.");
    }
    Ok(Exit::Fine)
}

/// Where the demo is mounted.
enum Place {
    /// A folder of the user's.
    Given(PathBuf),
    /// A temporary one, which vanishes with this.
    Temporary(PathBuf),
}

impl Place {
    fn new(given: Option<&PathBuf>) -> Result<Self, Failure> {
        if let Some(path) = given {
            return Ok(Self::Given(path.clone()));
        }
        let pattern = std::env::temp_dir().join("swarmfs-demo-XXXXXX");
        Ok(Self::Temporary(mkdtemp(&pattern).context("cannot make a temporary folder to mount on")?))
    }

    fn path(&self) -> &Path {
        let (Self::Given(path) | Self::Temporary(path)) = self;
        path
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Self::Temporary(path) = self {
            // Only ever removes an empty folder, so nothing is lost where the mount is still there.
            let _ = std::fs::remove_dir(path);
        }
    }
}
