//! Everyday commands over a mount, each in turn with the same over a copy in tmpfs.

use std::time::{Duration, Instant};

use super::command::{Cost, Work, is_on_path};
use super::made::{self, Made};
use super::plain::Copy;
use super::rafttool::Rafttool;
use super::served::Served;
use super::table::{Table, mebibytes, median, milliseconds, ratio};

/// From when the clock runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Since {
    /// From before the mount.
    Mount,
    /// From when a fresh mount is ready.
    Ready,
}

/// A line of the table, or two.
struct Row {
    name: &'static str,
    from: Since,
    work: Work,
    /// The same once more in the same mount: another line, of this name.
    again: Option<&'static str>,
    /// What swarm-rafttool does to the same end.
    rafttool: Option<&'static [&'static str]>,
}

const fn row(name: &'static str, program: &'static str, arguments: &'static [&'static str]) -> Row {
    let work = Work { program, arguments, read: false };
    Row { name, from: Since::Ready, work, again: None, rafttool: None }
}

/// The content of one secret, which one entry of the log has.
const NEEDLE: &str = "A2e5bc21";

/// Some minutes behind the first entry.
const AFTER: &str = "@1795000600";

const ROWS: [Row; 10] = [
    Row { from: Since::Mount, ..row("mount, ls of the root", "ls", &["TREE"]) },
    Row {
        from: Since::Mount,
        rafttool: Some(&["dump-object", "secret"]),
        ..row("mount, one secret by name", "cat", &["TREE/secrets/passwd"])
    },
    Row { rafttool: Some(&["dump-wal"]), ..row("cat rafttool/dump-wal.txt", "cat", &["TREE/rafttool/dump-wal.txt"]) },
    row("cat tables/entries.jsonl", "cat", &["TREE/tables/entries.jsonl"]),
    row("cat tables/history.jsonl", "cat", &["TREE/tables/history.jsonl"]),
    Row {
        again: Some("grep -r entries, warm"),
        work: Work { program: "grep", arguments: &["-r", NEEDLE, "TREE/entries"], read: true },
        ..row("grep -r entries, cold", "", &[])
    },
    Row { again: Some("ls -l entries, warm"), ..row("ls -l entries, cold", "ls", &["-l", "TREE/entries"]) },
    row("find objects -newermt", "find", &["TREE/objects", "-newermt", AFTER]),
    row("jq tables/services.jsonl", "jq", &["-c", "[.id,.spec.annotations.name]", "TREE/tables/services.jsonl"]),
    // In the shell's order, whatever their number.
    row("cat objects/*/*.json", "sh", &["-c", r#"printf '%s\0' "$0"/*/*.json | xargs -0 cat"#, "TREE/objects"]),
];

/// What one line was measured to be, a value a run.
#[derive(Default)]
struct Measured {
    time: Vec<Duration>,
    cpu: Vec<Duration>,
    peak: Vec<u64>,
    plain: Vec<Duration>,
    rafttool: Vec<Cost>,
}

/// Measures all rows in turns and prints the table.
pub(crate) fn measure(made: &Made, runs: usize, with_copy: bool) -> anyhow::Result<()> {
    println!("# Commands over {}, medians of {runs}", made.what);
    let rafttool = Rafttool::found(&made.path)?;
    let copy = if with_copy { Copy::of(&Served::mount(&made.path)?, made::log_bytes(&made.path))? } else { None };
    let rows: Vec<&Row> = ROWS.iter().filter(|row| is_on_path(row.work.program)).collect();
    let mut measured: Vec<[Measured; 2]> = rows.iter().map(|_| Default::default()).collect();
    let mut whole = Measured::default();
    for _ in 0..runs {
        for (row, [first, again]) in rows.iter().zip(&mut measured) {
            let begin = Instant::now();
            let served = Served::mount(&made.path)?;
            let mounted = begin.elapsed();
            first.run(&served, row, if row.from == Since::Mount { mounted } else { Duration::ZERO })?;
            if row.again.is_some() {
                again.run(&served, row, Duration::ZERO)?;
            }
            drop(served);
            if let Some(copy) = &copy {
                first.plain.push(row.work.over(&copy.path())?.time);
            }
            if let (Some(rafttool), Some(arguments)) = (&rafttool, row.rafttool) {
                first.rafttool.push(rafttool.run(arguments)?);
            }
        }
        let served = Served::mount(&made.path)?;
        let begin = Instant::now();
        for row in &rows {
            row.work.over(&served.path())?;
        }
        whole.note(&served, begin.elapsed(), Duration::ZERO);
    }
    let mut table = Table::new(&["", "ms", "cpu ms", "peak MiB", "tmpfs ms", "times", "rafttool ms", "peak MiB"]);
    for (row, [first, again]) in rows.iter().zip(&measured) {
        first.print(row.name, &first.plain, &mut table);
        if let Some(name) = row.again {
            again.print(name, &first.plain, &mut table);
        }
    }
    whole.print("all of it in one mount", &[], &mut table);
    table.print();
    println!("cpu and peak are those of the server; ms of the commands, and of the mount where the line names it");
    Ok(())
}

impl Measured {
    fn run(&mut self, served: &Served, row: &Row, before: Duration) -> anyhow::Result<()> {
        let cpu = if before.is_zero() { served.cpu() } else { Duration::ZERO };
        let cost = row.work.over(&served.path())?;
        self.note(served, before + cost.time, cpu);
        Ok(())
    }

    fn note(&mut self, served: &Served, time: Duration, cpu_before: Duration) {
        self.time.push(time);
        self.cpu.push(served.cpu().saturating_sub(cpu_before));
        self.peak.push(served.peak());
    }

    fn print(&self, name: &str, plain: &[Duration], table: &mut Table) {
        let (time, plain) = (median(&self.time), median(plain));
        let others: Vec<Duration> = self.rafttool.iter().map(|cost| cost.time).collect();
        let peaks: Vec<u64> = self.rafttool.iter().map(|cost| cost.peak).collect();
        table.row([
            name.to_owned(),
            milliseconds(time),
            milliseconds(median(&self.cpu)),
            mebibytes(median(&self.peak)),
            milliseconds(plain),
            ratio(time, plain),
            milliseconds(median(&others)),
            mebibytes(median(&peaks)),
        ]);
    }
}
