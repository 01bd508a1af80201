//! `swarmfs mount`.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::{Args, ValueHint};

use super::daemon::{self, Ready};
use super::exit::{Exit, Failure, OrExit};
use super::keep;
use super::key::{self, GivenKey};
use super::options::{Keeping, State};
use crate::follow::{door_of, follow};
use crate::fuse::{Access, Appearance, Mount, Mountpoint};
use crate::store::Keep;

/// Mount a state directory read-only. Stays in the foreground until it is unmounted or told to end (Ctrl-C).
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    state: State,
    #[command(flatten)]
    keeping: Keeping,
    /// Where to mount: an existing folder, not in or above STATE_DIR.
    #[arg(value_name = "MOUNTPOINT", value_hint = ValueHint::DirPath)]
    mountpoint: PathBuf,
    /// Show the directory as it is now, whatever a running daemon does to it. Without this, the mount follows.
    #[arg(long)]
    freeze: bool,
    /// Go to the background when the mount is ready; the exit code tells whether it is.
    #[arg(long)]
    daemon: bool,
    #[command(flatten)]
    shown: Shown,
}

/// How the files look, and to whom.
#[derive(Debug, Args)]
pub(super) struct Shown {
    /// Mount options, separated by commas: uid=N, gid=N, umask=OCTAL, allow_other (and ro, nosuid, nodev, noexec,
    /// default_permissions, which always hold).
    #[arg(short, value_name = "OPTIONS", value_delimiter = ',')]
    options: Vec<String>,
    /// Owner of the files [default: you].
    #[arg(long, value_name = "N")]
    uid: Option<u32>,
    /// Group of the files [default: yours].
    #[arg(long, value_name = "N")]
    gid: Option<u32>,
    /// Permissions taken away from 0444 for files and 0555 for folders [default: 077].
    #[arg(long, value_name = "OCTAL", value_parser = octal)]
    umask: Option<u16>,
    /// Let other users in, as far as owner and umask allow (for them to read: --allow-other --umask 022).
    #[arg(long)]
    allow_other: bool,
}

impl Shown {
    pub(super) fn resolve(&self) -> Result<(Appearance, Access), Failure> {
        let (mut uid, mut gid, mut umask, mut everybody) = (self.uid, self.gid, self.umask, self.allow_other);
        for option in &self.options {
            let wrong = |why: String| Failure::new(Exit::Usage, anyhow!("mount option {option}: {why}"));
            let number = |value: &str| value.parse().map_err(|_| wrong("a number is needed".to_owned()));
            match option.split_once('=') {
                Some(("uid", value)) => uid = Some(number(value)?),
                Some(("gid", value)) => gid = Some(number(value)?),
                Some(("umask", value)) => umask = Some(octal(value).map_err(wrong)?),
                None if option == "allow_other" => everybody = true,
                // What always holds, and what means something to mount(8) only.
                None if HOLDS.contains(&option.as_str()) => {}
                _ if option.starts_with("x-") || option.starts_with("comment=") => {}
                None if option == "rw" => return Err(wrong("a state directory is only ever read".to_owned())),
                _ => return Err(wrong("not known; uid=, gid=, umask= and allow_other are".to_owned())),
            }
        }
        let mine = Appearance::of_this_user();
        let shown = Appearance {
            uid: uid.unwrap_or(mine.uid),
            gid: gid.unwrap_or(mine.gid),
            umask: umask.unwrap_or(mine.umask),
        };
        Ok((shown, if everybody { Access::Everybody } else { Access::Owner }))
    }
}

const HOLDS: [&str; 12] = [
    "",
    "ro",
    "nosuid",
    "nodev",
    "noexec",
    "default_permissions",
    "defaults",
    "noatime",
    "auto",
    "noauto",
    "nofail",
    "_netdev",
];

fn octal(text: &str) -> Result<u16, String> {
    u16::from_str_radix(text, 8)
        .ok()
        .filter(|mask| *mask <= 0o777)
        .ok_or("an octal number up to 777 is needed".to_owned())
}

pub(super) fn run(arguments: &Arguments, environment: Option<GivenKey>) -> Result<Exit, Failure> {
    let (appearance, access) = arguments.shown.resolve()?;
    // Before keys are read and threads are started: neither passes through fork.
    let ready = if arguments.daemon { daemon::detach()? } else { Ready::foreground() };
    let ending = key::ending()?;
    let state = arguments.state.path();
    let mountpoint = Mountpoint::new(&arguments.mountpoint, Some(state)).or_exit(Exit::CannotMount)?;
    let opened = arguments.state.open_kept(environment, &arguments.keeping, &ending)?;
    let path = mountpoint.path().to_owned();
    let tree = opened.forest;
    if arguments.freeze {
        tree.state().pin();
    }
    let mount = Mount::new(tree.clone(), mountpoint, appearance, access, &ending).or_exit(Exit::CannotMount)?;
    if !arguments.freeze {
        let state = std::fs::canonicalize(state).unwrap_or_else(|_| state.to_owned());
        let door = door_of(mount.unmounter().device());
        follow(&state, tree.clone(), mount.kernel(), &door).context("cannot follow the directory")?;
    }
    keep::keep(&tree);
    // A closed standard output is no reason to take the mount back.
    let _ = writeln!(
        io::stdout(),
        "{state:?} is mounted read-only on {path:?}; to end it: swarmfs umount {path:?}{}",
        if arguments.daemon { "" } else { " (or Ctrl-C)" },
    );
    ready.announce()?;
    mount.serve().or_exit(Exit::Failed)?;
    tree.keep(Keep::AtLast);
    Ok(Exit::Fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(options: &str) -> Result<(Appearance, Access), Exit> {
        let options = options.split(',').map(str::to_owned).collect();
        let shown = Shown { options, uid: None, gid: None, umask: None, allow_other: false };
        shown.resolve().map_err(|failure| failure.exit)
    }

    #[test]
    fn mount_options_are_understood() {
        let mine = Appearance::of_this_user();
        assert_eq!(shown(""), Ok((mine, Access::Owner)));
        assert_eq!(shown("ro,nosuid,x-systemd.automount,_netdev"), Ok((mine, Access::Owner)));
        let other = Appearance { uid: 5, gid: 6, umask: 0o22 };
        assert_eq!(shown("uid=5,gid=6,umask=022,allow_other"), Ok((other, Access::Everybody)));
        for wrong in ["rw", "uid", "uid=root", "umask=8", "umask=1777", "gid=-1", "allow_others", "fsname=a,b"] {
            assert_eq!(shown(wrong), Err(Exit::Usage), "{wrong}");
        }
    }
}
