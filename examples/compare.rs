//! Compares a mounted (or copied) tree with a golden folder; the exit code is 0 where nothing differs.
//!
//! ```text
//! cargo run --example compare -- /mnt/swarm secret.golden
//! ```

#[path = "../tests/kit/mod.rs"]
mod kit;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;

/// Compares a tree with a golden folder.
#[derive(Parser)]
struct Args {
    /// The mountpoint, or a copy of what is below it.
    tree: PathBuf,
    /// The golden folder.
    golden: PathBuf,
}

fn main() -> anyhow::Result<ExitCode> {
    let args = Args::parse();
    let oracle = kit::oracle::Oracle::new(&args.golden);
    let differences = kit::compare::compare(&args.tree, &oracle)
        .with_context(|| format!("cannot compare {} with {}", args.tree.display(), args.golden.display()))?;
    println!("{differences}");
    Ok(if differences.found().is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
