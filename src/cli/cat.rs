//! `swarmfs cat`: the bytes of a file of the tree, without FUSE.

use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;

use anyhow::Context;
use clap::Args;

use super::copy::copy;
use super::exit::{Exit, Failure};
use super::key::{self, GivenKey};
use super::options::{Keeping, State};
use super::plain;
use super::walk::find;
use crate::tree::{NodeKind, TreeError};

/// Print files of the tree without mounting it.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    state: State,
    #[command(flatten)]
    keeping: Keeping,
    /// Paths within the tree, such as status.json or secrets/db_password.
    #[arg(default_value = "README.md", value_name = "PATH")]
    paths: Vec<OsString>,
}

pub(super) fn run(arguments: &Arguments, environment: Option<GivenKey>) -> Result<Exit, Failure> {
    let ending = key::ending()?;
    let opened = arguments.state.open_kept(environment, &arguments.keeping, &ending)?;
    let mut out = io::stdout().lock();
    for path in &arguments.paths {
        let path = path.as_bytes();
        let shown = || plain::name(path);
        let node = find(&*opened.forest, path, true).with_context(shown)?;
        if node.kind != NodeKind::File {
            return Err(anyhow::Error::new(TreeError::IsAFolder).context(shown()).into());
        }
        copy(&*opened.forest, node.ino, &mut out).with_context(shown)?;
    }
    out.flush()?;
    opened.keep();
    Ok(Exit::Fine)
}
