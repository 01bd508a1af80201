//! Each stage that bytes pass on their way from the log to text, by itself: processor time, of all threads, which
//! says the same on a busy machine.
//!
//! `cargo bench --bench stages -- --save-baseline before`, change something, then `-- --baseline before`.
//! `STAGES_ENTRIES` says how many entries the log has (20,000).

#[path = "../tests/kit/mod.rs"]
mod kit;

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BatchSize, BenchmarkGroup, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use swarmfs::disk::{EntryType, Layout, Log, Source};
use swarmfs::render::{Count, Json, Sink, Style, text};
use swarmfs::schema::INTERNAL_RAFT_REQUEST;
use swarmfs::seal::{KeyFile, Keyring};
use swarmfs::store::State;

use kit::workload::Workload;
use kit::writer::{Options, StateWriter};

/// What the process has used of all processors.
struct ProcessorTime(WallTime);

impl Measurement for ProcessorTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        processor_time()
    }

    fn end(&self, start: Duration) -> Duration {
        processor_time().saturating_sub(start)
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        self.0.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        self.0.formatter()
    }
}

fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call only fills in what the pointer leads to, which is ours and of the right type.
    let answer = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    assert_eq!(answer, 0, "every Linux has this clock");
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
}

/// A stage with its throughput in bytes and in entries a second.
struct Stages<'c> {
    group: BenchmarkGroup<'c, ProcessorTime>,
    entries: u64,
}

impl<'c> Stages<'c> {
    fn new(criterion: &'c mut Criterion<ProcessorTime>, entries: u64) -> Self {
        let mut group = criterion.benchmark_group("stages");
        group.sampling_mode(SamplingMode::Flat).sample_size(10);
        group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(2));
        Self { group, entries }
    }

    /// `bytes` is what the stage reads.
    fn stage<R>(&mut self, name: &str, bytes: u64, mut work: impl FnMut() -> R) {
        self.group.throughput(Throughput::ElementsAndBytes { elements: self.entries, bytes });
        self.group.bench_function(name, |bencher| bencher.iter(&mut work));
    }

    /// The same for work that uses up what `make` makes.
    fn stage_on<I, R>(&mut self, name: &str, bytes: u64, make: impl FnMut() -> I, work: impl FnMut(I) -> R) {
        self.group.throughput(Throughput::ElementsAndBytes { elements: self.entries, bytes });
        let (mut make, mut work) = (make, work);
        self.group.bench_function(name, |bencher| bencher.iter_batched(&mut make, &mut work, BatchSize::PerIteration));
    }
}

fn total(all: &[Vec<u8>]) -> u64 {
    all.iter().map(|bytes| bytes.len() as u64).sum()
}

fn json(plain: &[u8], sink: &mut impl Sink) {
    let mut json = Json::new(Style::Pretty, sink);
    json.message(&INTERNAL_RAFT_REQUEST, plain);
    json.finish();
}

fn opened(path: &Path) -> State {
    State::open(Source::folder(path).expect("a folder"), &[]).expect("it opens")
}

fn stages(criterion: &mut Criterion<ProcessorTime>) {
    let entries = std::env::var("STAGES_ENTRIES").map_or(20_000, |count| count.parse().expect("a number of entries"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("swarm");
    let mut writer = StateWriter::create(&path, Options::default()).expect("a new directory");
    Workload::new(1, None, 0).run(&mut writer, entries).expect("a log");
    writer.finish().expect("the key file");

    let (source, layout) = Layout::find(Source::folder(&path).expect("a folder")).expect("a state directory");
    let wal = layout.wal.expect("a log");
    let log = Log::scan(&source, &wal).expect("it can be read");
    assert!(log.faults.is_empty() && log.entries.len() as u64 == entries, "the log is whole");
    let key_file = std::fs::read(path.join("certificates/swarm-node.key")).expect("the key file");
    let keyring = Keyring::unlock(&KeyFile::parse(&key_file).expect("a key file"), &[]).expect("no lock");

    let (mut sealed, mut plain) = (Vec::new(), Vec::new());
    for entry in &log.entries {
        let (mut data, mut opened) = (Vec::new(), Vec::new());
        log.read_data(entry, &mut data).expect("its data");
        keyring.open(&data, &mut opened).expect("it opens");
        if entry.kind == EntryType::NORMAL {
            plain.push(opened);
        }
        sealed.push(data);
    }
    let (log_bytes, sealed_bytes, plain_bytes) =
        (log.segments.iter().map(|segment| segment.end).sum(), total(&sealed), total(&plain));

    let mut stages = Stages::new(criterion, entries);
    let mut buffer = Vec::new();
    stages.stage("frame scan, with checksums", log_bytes, || Log::scan(&source, &wal).expect("it can be read"));
    stages.stage("checksums alone", sealed_bytes, || {
        sealed.iter().fold(0, |running, data| crc32c::crc32c_append(running, data))
    });
    stages.stage("read an entry's data", sealed_bytes, || {
        for entry in &log.entries {
            log.read_data(entry, &mut buffer).expect("its data");
        }
    });
    stages.stage("open", sealed_bytes, || {
        for data in &sealed {
            keyring.open(data, &mut buffer).expect("it opens");
        }
    });
    let scanned = || {
        let state = opened(&path);
        state.log();
        state
    };
    // Returned, so that dropping it is not measured.
    stages.stage_on("index pass, all cores", sealed_bytes, scanned, |state| {
        state.index();
        state
    });
    stages.stage("JSON", plain_bytes, || {
        for plain in &plain {
            buffer.clear();
            json(plain, &mut buffer);
        }
    });
    stages.stage("JSON, counted", plain_bytes, || {
        let mut count = Count::default();
        plain.iter().for_each(|plain| json(plain, &mut count));
        black_box(count)
    });
    stages.stage("peer's text", plain_bytes, || {
        for plain in &plain {
            buffer.clear();
            text(&INTERNAL_RAFT_REQUEST, plain, 0, &mut buffer);
        }
    });
    stages.stage("peer's text, counted", plain_bytes, || {
        let mut count = Count::default();
        plain.iter().for_each(|plain| text(&INTERNAL_RAFT_REQUEST, plain, 0, &mut count));
        black_box(count)
    });
    stages.group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ProcessorTime(WallTime));
    targets = stages
}
criterion_main!(benches);
