//! `swarmfs ls`: a folder of the tree, without FUSE.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStrExt;

use anyhow::Context;
use clap::Args;
use jiff::Timestamp;

use super::exit::{Exit, Failure};
use super::key::{self, GivenKey};
use super::options::{Keeping, State};
use super::plain;
use super::walk::{Rows, find};
use crate::tree::{Attr, Forest, Ino, Moment, NodeKind};

/// List a folder of the tree without mounting it.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    state: State,
    #[command(flatten)]
    keeping: Keeping,
    /// A path within the tree, such as objects/services/by-name.
    #[arg(default_value = "")]
    path: OsString,
    /// Kind, links, size and time (UTC) as well.
    #[arg(short)]
    long: bool,
}

pub(super) fn run(arguments: &Arguments, environment: Option<GivenKey>) -> Result<Exit, Failure> {
    let ending = key::ending()?;
    let opened = arguments.state.open_kept(environment, &arguments.keeping, &ending)?;
    let forest = &*opened.forest;
    let path = arguments.path.as_bytes();
    let shown = || plain::name(path);
    // As ls(1): with -l a link is shown, not what it points to.
    let node = find(forest, path, !arguments.long).with_context(shown)?;
    let mut out = BufWriter::new(io::stdout().lock());
    if node.kind == NodeKind::Folder {
        for row in Rows::new(forest, node.ino, arguments.long) {
            let row = row.with_context(shown)?;
            let attr = if arguments.long { Some(row.attr(forest)?) } else { None };
            line(&mut out, forest, &row.name, row.ino, attr.as_ref())?;
        }
    } else {
        line(&mut out, forest, path, node.ino, arguments.long.then_some(&node))?;
    }
    out.flush()?;
    opened.keep();
    Ok(Exit::Fine)
}

fn line(out: &mut impl Write, forest: &dyn Forest, name: &[u8], ino: Ino, attr: Option<&Attr>) -> Result<(), Failure> {
    let name = plain::name(name);
    let Some(attr) = attr else {
        return Ok(writeln!(out, "{name}")?);
    };
    let mode = match attr.kind {
        NodeKind::Folder => "dr-x------",
        NodeKind::File => "-r--------",
        NodeKind::Link => "lrwxrwxrwx",
    };
    write!(out, "{mode} {:>3} {:>10} {} {name}", attr.links, attr.size, time(attr.modified))?;
    match attr.kind {
        NodeKind::Link => writeln!(out, " -> {}", plain::name(&forest.target(ino)?))?,
        _ => writeln!(out)?,
    }
    Ok(())
}

/// RFC 3339 in seconds; a moment beyond the calendar as its number.
fn time(moment: Moment) -> String {
    match Timestamp::from_second(moment.seconds) {
        Ok(stamp) => stamp.to_string(),
        Err(_) => format!("@{}", moment.seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_moment_can_be_printed() {
        assert_eq!(time(Moment { seconds: 1_763_757_005, nanos: 7 }), "2025-11-21T20:30:05Z");
        assert_eq!(time(Moment { seconds: i64::MIN, nanos: u32::MAX }), format!("@{}", i64::MIN));
    }
}
