//! A real mount as a whole, beside the same work on a plain copy of its files in tmpfs, and beside swarm-rafttool
//! where that is on PATH.
//!
//! ```text
//! cargo bench --bench mount -- --entries 200000 --runs 5
//! ```
//!
//! All that is compared is measured in turns in one run, and medians are printed. Nothing here touches a mount
//! itself: commands with a time limit do.

#[path = "../../tests/kit/mod.rs"]
mod kit;

mod again;
mod command;
mod footprint;
mod growth;
mod machine;
mod made;
mod plain;
mod rafttool;
mod rows;
mod served;
mod snapshots;
mod table;

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// The parts of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Everyday commands beside the same in tmpfs and beside swarm-rafttool.
    Commands,
    /// A second mount of the same log, with and without an index cache.
    Again,
    /// Three snapshots of 40 MB.
    Snapshots,
    /// Memory for each entry and each action, counted.
    Footprint,
    /// How time and memory grow with the log.
    Growth,
}

/// Measures a real mount as a whole.
#[derive(Parser)]
struct Args {
    /// Entries in the log that the commands are run over.
    #[arg(long, default_value_t = 20_000)]
    entries: u64,
    /// How often each command is run; the medians are shown.
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// A state directory made by examples/make-state without a lock, in place of one made for the run.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// What to measure.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "commands,again,snapshots,footprint,growth")]
    parts: Vec<Part>,
    /// Numbers of entries to see growth with.
    #[arg(long, value_delimiter = ',', default_value = "20000,200000")]
    sizes: Vec<u64>,
    /// Without the copy in tmpfs: of a million entries it takes more than 10 GB of memory.
    #[arg(long)]
    no_copy: bool,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if !args.bench {
        println!("mount: nothing to test here; cargo bench --bench mount measures");
        return Ok(());
    }
    if let Err(why) = served::possible() {
        println!("mount: skipped: {why}");
        return Ok(());
    }
    machine::print();
    for part in &args.parts {
        println!();
        match part {
            Part::Commands => {
                let made = made::given_or_made(args.state.as_deref(), args.entries)?;
                rows::measure(&made, args.runs.max(1), !args.no_copy)?;
            }
            Part::Again => {
                again::measure(&made::given_or_made(args.state.as_deref(), args.entries)?, args.runs.max(1))?;
            }
            Part::Snapshots => snapshots::measure(args.runs.max(1))?,
            Part::Footprint => footprint::measure(args.entries)?,
            Part::Growth => growth::measure(&args.sizes)?,
        }
    }
    Ok(())
}
