//! Makes a state directory of any size with the log of a busy cluster, to measure with and to try things on.
//!
//! ```text
//! cargo run --release --example make-state -- --entries 200000 --snapshot-every 50000 --lock /tmp/big
//! ```

#[path = "../tests/kit/mod.rs"]
mod kit;

use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;

use kit::keyfile::Lock;
use kit::random::Random;
use kit::seal::Cipher;
use kit::workload::Workload;
use kit::writer::{Layout, Options, StateWriter};

/// Makes a state directory with the log of a busy cluster.
#[derive(Parser)]
struct Args {
    /// How many log entries.
    #[arg(long, default_value_t = 20_000)]
    entries: u64,
    /// A snapshot after every so many entries, and the purge that follows it; 0: none.
    #[arg(long, default_value_t = 0)]
    snapshot_every: u64,
    /// How many older snapshots, and the log from the oldest of them on, a purge keeps.
    #[arg(long, default_value_t = 0)]
    keep: usize,
    /// The size at which a segment ends.
    #[arg(long, default_value_t = 64_000_000)]
    segment_size: u64,
    /// Lock the key file; the unlock key is printed.
    #[arg(long)]
    lock: bool,
    /// Seal with Fernet, as in FIPS mode.
    #[arg(long)]
    fernet: bool,
    /// Write the folders and frames of Docker 1.12, in clear.
    #[arg(long)]
    docker_112: bool,
    /// Everything random follows from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The directory to make; it must be empty or not be there.
    dir: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if args.dir.read_dir().is_ok_and(|mut rows| rows.next().is_some()) {
        anyhow::bail!("{} is not empty: choose another directory", args.dir.display());
    }
    let unlock_key = args.lock.then(|| Random::new(args.seed ^ 0x004b_454b).bytes::<32>().to_vec());
    let options = Options {
        seed: args.seed,
        layout: if args.docker_112 { Layout::Docker112 } else { Layout::Encrypted },
        cipher: if args.fernet { Cipher::Fernet } else { Cipher::Secretbox },
        lock: unlock_key.clone().map_or(Lock::Open, Lock::Pkcs8),
        segment_size: args.segment_size,
        ..Options::default()
    };
    let mut writer =
        StateWriter::create(&args.dir, options).with_context(|| format!("cannot make {}", args.dir.display()))?;
    let mut workload = Workload::new(args.seed, unlock_key, args.snapshot_every);
    for entry in 1..=args.entries {
        workload.step(&mut writer)?;
        if args.snapshot_every > 0 && entry % args.snapshot_every == 0 {
            workload.snapshot(&mut writer)?;
            writer.purge(args.keep)?;
        }
    }
    let unlock_key = writer.finish()?;
    println!("{}: {} entries, {} objects", args.dir.display(), args.entries, workload.live().count());
    if let Some(key) = unlock_key {
        println!("unlock key: {key}");
    }
    Ok(())
}
