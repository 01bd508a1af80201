//! The command line, one file a command.

mod cat;
mod check;
mod copy;
mod daemon;
mod demo;
mod exit;
mod keep;
mod key;
mod ls;
mod mount;
mod open;
mod options;
mod plain;
mod progress;
mod saved;
mod tour;
mod tree;
mod umount;
mod unlock;
mod walk;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use exit::Exit;

/// What `--help` says below the list of commands.
const HELP: &str = "\
First steps:
  swarmfs demo                                a built-in swarm, with a tour
  swarmfs mount /var/lib/docker/swarm /mnt    mount a manager's state
  swarmfs ls /var/lib/docker/swarm objects    look around without a mount
  swarmfs cat /var/lib/docker/swarm secrets/db_password

The state directory is only ever read: use the live one or a copy. A daemon
that runs on it is not disturbed.

Where the swarm is locked (autolock), the unlock key comes from
--unlock-key-file, the systemd credential swarm-unlock-key, or the variable
SWARM_UNLOCK_KEY; else a terminal is asked for it. Without a key, all that is
not sealed is shown. What a rotation sealed for ever opens again with a copy of
swarm-node.key from before (--key-file) or its data keys (--dek-file).

Exit codes:
  0 fine                                   5 not a swarm state directory
  1 failed                                 6 damage found (check)
  2 wrong usage                            7 cannot mount
  3 locked and no key, where one is needed 8 warnings found (check)
  4 wrong or malformed key";

/// Shows a Docker Swarm manager's state directory as a read-only tree of decoded files.
#[derive(Debug, Parser)]
#[command(name = "swarmfs", version, about, after_help = HELP, max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Mount(mount::Arguments),
    Umount(umount::Arguments),
    Unlock(unlock::Arguments),
    Demo(demo::Arguments),
    Ls(ls::Arguments),
    Cat(cat::Arguments),
    Tree(tree::Arguments),
    Check(check::Arguments),
}

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    // First of all, while there is one thread only.
    let environment = key::take_from_environment();
    calm_panics();
    env_logger::Builder::new()
        .filter_level(log::LevelFilter::Warn)
        // What matters of it comes back as an error.
        .filter_module("fuser", log::LevelFilter::Off)
        .parse_env("SWARMFS_LOG")
        .format(|out, record| writeln!(out, "swarmfs: {}", plain::line(&record.args().to_string())))
        .init();
    if let Err(error) = crate::seal::protect_process() {
        log::warn!("core dumps cannot be turned off: {error}");
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors. Nothing can be done where even this cannot be printed.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Fine.into() };
        }
    };
    let outcome = match arguments.command {
        Command::Mount(arguments) => mount::run(&arguments, environment),
        Command::Umount(arguments) => umount::run(&arguments),
        Command::Unlock(arguments) => unlock::run(&arguments, environment),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Ls(arguments) => ls::run(&arguments, environment),
        Command::Cat(arguments) => cat::run(&arguments, environment),
        Command::Tree(arguments) => tree::run(&arguments, environment),
        Command::Check(arguments) => check::run(&arguments, environment),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report().into(),
    }
}

/// A panic says where it happened, and not what was in its message: that may be a piece of what was decrypted.
fn calm_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, |place| format!(" at {place}"));
        let _ = writeln!(std::io::stderr(), "swarmfs: internal error{place}; please report it with this line");
    }));
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Arguments::command().debug_assert();
    }
}
