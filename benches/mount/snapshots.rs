//! Three snapshots near the 40 MB that a real cluster reaches.

use super::command::Work;
use super::kit::identity;
use super::kit::objects::{self, Kind, Meta};
use super::kit::random::Random;
use super::kit::writer::{Member, StateWriter};
use super::made;
use super::served::Served;
use super::table::{Table, mebibytes, median, milliseconds};

/// Configs of 28 kB and secrets of 1 kB in each snapshot.
const CONFIGS: u64 = 1000;
const SECRETS: u64 = 10_000;

const READ_ALL: Work = Work {
    program: "find",
    arguments: &["TREE/objects", "-mindepth", "2", "-maxdepth", "2", "-name", "*.json", "-exec", "cat", "{}", "+"],
    read: false,
};

/// Measures `cat objects/*/*.json` and prints the figures.
pub(crate) fn measure(runs: usize) -> anyhow::Result<()> {
    let made = made::write(|writer| {
        writer.add_member(0, &Member::own())?;
        for round in 1..=3 {
            let index = writer.normal(b"")?;
            writer.commit(index)?;
            snapshot(writer, &objects(round))?;
        }
        Ok(())
    })?;
    println!("# Three snapshots, {} together, medians of {runs}", made::megabytes(made::log_bytes(&made.path)));
    let mut table = Table::new(&["", "ms", "cpu ms", "peak MiB"]);
    let (mut times, mut cpu, mut peaks) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        let served = Served::mount(&made.path)?;
        times.push(READ_ALL.over(&served.path())?.time);
        cpu.push(served.cpu());
        peaks.push(served.peak());
    }
    table.row([
        "cat objects/*/*.json".to_owned(),
        milliseconds(median(&times)),
        milliseconds(median(&cpu)),
        mebibytes(median(&peaks)),
    ]);
    table.print();
    Ok(())
}

fn snapshot(writer: &mut StateWriter, objects: &[(Kind, Vec<u8>)]) -> std::io::Result<()> {
    let objects = objects.iter().map(|(kind, object)| (*kind, object.as_slice()));
    let plain = objects::snapshot([Member::own().encode()], &[], objects);
    writer.snapshot(&plain, &[identity::RAFT_ID]).map(drop)
}

/// In ascending order of kind and id, as a snapshot has them. From round to round, every tenth object changes.
fn objects(round: u64) -> Vec<(Kind, Vec<u8>)> {
    let mut all = Vec::new();
    for (kind, count, len) in [(Kind::Secret, SECRETS, 1000), (Kind::Config, CONFIGS, 28_000)] {
        for number in 0..count {
            let version = if number % 10 == 0 { round } else { 1 };
            let (made, changed) = (1_795_000_000, 1_795_000_000 + version.cast_signed());
            let meta = Meta { id: format!("{number:025}"), version, created: (made, 0), updated: (changed, 0) };
            let data = Random::new(number << 8 | version).text(len);
            all.push((kind, objects::payload(&meta, &format!("{}-{number}", kind.folder()), &[], &data)));
        }
    }
    all
}
