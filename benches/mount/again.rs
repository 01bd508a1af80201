//! A second mount of the same log, with and without an index cache.

use std::path::Path;
use std::time::{Duration, Instant};

use super::command::Work;
use super::made::Made;
use super::served::Served;
use super::table::{Table, mebibytes, median, milliseconds};

/// Each in a mount of its own, from before the mount.
const ROWS: [(&str, Work); 4] = [
    ("one secret by name", Work { program: "cat", arguments: &["TREE/secrets/passwd"], read: false }),
    ("ls -l tables", Work { program: "ls", arguments: &["-l", "TREE/tables"], read: false }),
    ("ls -l entries", Work { program: "ls", arguments: &["-l", "TREE/entries"], read: false }),
    ("cat rafttool/dump-wal.txt", Work { program: "cat", arguments: &["TREE/rafttool/dump-wal.txt"], read: false }),
];

/// Fills a cache, then measures all rows in turns and prints the table.
pub(crate) fn measure(made: &Made, runs: usize) -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let first = Served::mount_with(&made.path, Some(folder.path()))?;
    for (_, work) in &ROWS {
        work.over(&first.path())?;
    }
    drop(first);
    println!("# Mounted again, {}, medians of {runs}", made.what);
    let bytes: u64 =
        std::fs::read_dir(folder.path())?.flatten().filter_map(|row| Some(row.metadata().ok()?.len())).sum();
    println!("The cache has {} MB.", bytes / 1_000_000);
    let mut table = Table::new(&["", "without: ms", "cpu ms", "peak MiB", "with the cache: ms", "cpu ms", "peak MiB"]);
    for (name, work) in &ROWS {
        let (mut without, mut with) = (Vec::new(), Vec::new());
        for _ in 0..runs {
            without.push(one(&made.path, None, work)?);
            with.push(one(&made.path, Some(folder.path()), work)?);
        }
        let columns = [without, with].into_iter().flat_map(|measured| {
            let of = |part: fn(&Measured) -> Duration| median(&measured.iter().map(part).collect::<Vec<_>>());
            let peak = median(&measured.iter().map(|one| one.peak).collect::<Vec<_>>());
            [milliseconds(of(|one| one.time)), milliseconds(of(|one| one.cpu)), mebibytes(peak)]
        });
        table.row([(*name).to_owned()].into_iter().chain(columns.collect::<Vec<_>>()));
    }
    table.print();
    Ok(())
}

struct Measured {
    time: Duration,
    cpu: Duration,
    peak: u64,
}

fn one(state: &Path, cache: Option<&Path>, work: &Work) -> anyhow::Result<Measured> {
    let begin = Instant::now();
    let served = Served::mount_with(state, cache)?;
    work.over(&served.path())?;
    let time = begin.elapsed();
    Ok(Measured { time, cpu: served.cpu(), peak: served.peak() })
}
