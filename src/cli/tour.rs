//! The tour of the demo: ordinary tools, run on the mount as anybody would.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// What is shown: why, and the command, run in the mountpoint.
///
/// Each command is a process of its own. One that waited for the mount within this process could hold up the
/// threads that answer it.
const STOPS: [(&str, &[&str]); 5] = [
    ("The services of the swarm, by name", &["ls", "objects/services/by-name"]),
    ("A secret, byte for byte", &["cat", "secrets/shop_db_password"]),
    ("A config", &["cat", "configs/shop_motd"]),
    ("The first entry of the raft log", &["cat", "entries/0000000001.json"]),
    ("Everything that knows a name", &["grep", "-rl", "--", "shop_web", "objects", "log.txt"]),
];

/// What may be tried then.
const IDEAS: &str = "\
  less README.md                                   how the tree is laid out
  tail log.txt                                     the newest changes, one a line
  find entries -newermt '2026-11-21 20:30'         what changed since
  ls -l objects/services/by-name                   services and their ids
  grep -rl standalone objects                      who mentions it";

/// Longer output is cut, so that the tour stays short.
const LINES: usize = 12;

/// Gives the tour of the mount at `path`.
pub(super) fn give(path: &Path, stays: bool) -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "A small swarm that is built into swarmfs is mounted on {}", path.display())?;
    for (why, command) in STOPS {
        let Some((program, arguments)) = command.split_first() else {
            continue;
        };
        writeln!(out, "\n# {why}\n$ {}", command.join(" "))?;
        let output = Command::new(program).args(arguments).current_dir(path).stdin(Stdio::null()).output();
        match output {
            Ok(output) => {
                let text = String::from_utf8_lossy(&output.stdout);
                for line in text.lines().take(LINES) {
                    writeln!(out, "{}", super::plain::line(line))?;
                }
                if text.lines().nth(LINES).is_some() {
                    writeln!(out, "…")?;
                }
                for line in String::from_utf8_lossy(&output.stderr).lines() {
                    writeln!(out, "{}", super::plain::line(line))?;
                }
            }
            Err(error) => writeln!(out, "({program} is not installed here: {error})")?,
        }
    }
    if stays {
        writeln!(out, "\nNow you, in another terminal:\n  cd {}\n{IDEAS}", path.display())?;
        writeln!(out, "\nCtrl-C ends the demo, and so does: swarmfs umount {}", path.display())?;
    }
    out.flush()
}
