//! How time and memory grow with the log: they have to grow in line with it.

use std::time::Instant;

use super::command::Work;
use super::made;
use super::served::Served;
use super::table::{Table, mebibytes, milliseconds};

const SECRET: Work = Work { program: "cat", arguments: &["TREE/secrets/passwd"], read: false };
const LONG: [Work; 2] = [
    Work { program: "cat", arguments: &["TREE/rafttool/dump-wal.txt"], read: false },
    Work { program: "cat", arguments: &["TREE/tables/entries.jsonl"], read: false },
];

/// Measures each size once and prints the table.
pub(crate) fn measure(sizes: &[u64]) -> anyhow::Result<()> {
    println!("# Growth");
    let mut table = Table::new(&[
        "entries",
        "log MB",
        "mount, secret ms",
        "cpu us an entry",
        "peak MiB",
        "held MiB",
        "B more an entry",
        "dump-wal ms",
        "cpu ms a log MB",
        "entries.jsonl ms",
        "cpu ms a log MB",
        "peak MiB",
    ]);
    let mut before: Option<(u64, u64)> = None;
    for &entries in sizes {
        let made = made::busy(entries)?;
        let megabytes = made::log_bytes(&made.path) as f64 / 1e6;
        let begin = Instant::now();
        let served = Served::mount(&made.path)?;
        let mounted = begin.elapsed();
        let secret = mounted + SECRET.over(&served.path())?.time;
        let (peak, held, cpu) = (served.peak(), served.resident(), served.cpu());
        let more = before.map_or_else(
            || "-".to_owned(),
            |(fewer, less)| format!("{:.0}", (held as f64 - less as f64) / (entries as f64 - fewer as f64)),
        );
        before = Some((entries, held));
        let mut columns = vec![
            entries.to_string(),
            format!("{megabytes:.0}"),
            milliseconds(Some(secret)),
            format!("{:.2}", cpu.as_secs_f64() * 1e6 / entries as f64),
            mebibytes(Some(peak)),
            mebibytes(Some(held)),
            more,
        ];
        for work in LONG {
            let before = served.cpu();
            columns.push(milliseconds(Some(work.over(&served.path())?.time)));
            let cpu = served.cpu().saturating_sub(before);
            columns.push(format!("{:.2}", cpu.as_secs_f64() * 1e3 / megabytes));
        }
        columns.push(mebibytes(Some(served.peak())));
        table.row(columns);
    }
    table.print();
    Ok(())
}
