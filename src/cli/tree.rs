//! `swarmfs tree`: all of the tree at a glance, without FUSE.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::iter::Peekable;
use std::os::unix::ffi::OsStrExt;

use anyhow::Context;
use clap::Args;

use super::exit::{Exit, Failure};
use super::key::{self, GivenKey};
use super::options::{Keeping, State};
use super::plain;
use super::walk::{Rows, find};
use crate::tree::{Forest, Ino, NodeKind};

/// Draw the tree, or the part of it below PATH, without mounting it.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    state: State,
    #[command(flatten)]
    keeping: Keeping,
    /// A folder within the tree.
    #[arg(default_value = "")]
    path: OsString,
    /// How many levels to show.
    #[arg(short = 'L', long, value_name = "LEVELS")]
    depth: Option<usize>,
}

pub(super) fn run(arguments: &Arguments, environment: Option<GivenKey>) -> Result<Exit, Failure> {
    let ending = key::ending()?;
    let opened = arguments.state.open_kept(environment, &arguments.keeping, &ending)?;
    let path = arguments.path.as_bytes();
    let root = find(&*opened.forest, path, true).with_context(|| plain::name(path))?;
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "{}", if path.is_empty() { ".".to_owned() } else { plain::name(path) })?;
    if root.kind == NodeKind::Folder {
        draw(&*opened.forest, root.ino, arguments.depth.unwrap_or(usize::MAX), &mut out)?;
    }
    out.flush()?;
    opened.keep();
    Ok(Exit::Fine)
}

/// Draws without recursion: the depth of a tree comes from its data.
fn draw(forest: &dyn Forest, root: Ino, depth: usize, out: &mut impl Write) -> Result<(), Failure> {
    let (mut folders, mut files, mut links) = (0_u64, 0_u64, 0_u64);
    let open = |folder| Rows::new(forest, folder, false).peekable();
    let mut levels: Vec<Peekable<Rows<'_>>> = Vec::new();
    if depth > 0 {
        levels.push(open(root));
    }
    let mut indent = String::new();
    while let Some(level) = levels.last_mut() {
        let Some(row) = level.next() else {
            levels.pop();
            // One level of indentation has four characters, some of more than one byte.
            let shorter = indent.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
            indent.truncate(shorter);
            continue;
        };
        let row = row?;
        let last = level.peek().is_none();
        write!(out, "{indent}{}{}", if last { "└── " } else { "├── " }, plain::name(&row.name))?;
        match row.kind {
            NodeKind::Link => {
                links += 1;
                writeln!(out, " -> {}", plain::name(&forest.target(row.ino)?))?;
            }
            NodeKind::File => {
                files += 1;
                writeln!(out)?;
            }
            NodeKind::Folder => {
                folders += 1;
                writeln!(out, "/")?;
                if levels.len() < depth {
                    indent.push_str(if last { "    " } else { "│   " });
                    levels.push(open(row.ino));
                }
            }
        }
    }
    writeln!(out, "\n{folders} folders, {files} files, {links} links")?;
    Ok(())
}
