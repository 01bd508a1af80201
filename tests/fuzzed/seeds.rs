//! Inputs for each target, cut out of the fixtures: a few kilobytes each, since a fuzzer likes them small.

use std::io::Read;

use swarmfs::disk::{ReadAt, Source};
use swarmfs::schema::{INTERNAL_RAFT_REQUEST, MESSAGES, Message};
use swarmfs::seal::UnlockKey;
use swarmfs::store::State;

use crate::fuzz::made::{self, FILES};
use crate::fuzz::parts::MARK;
use crate::kit::{fixture, objects};

/// Small ones, and those that have what others lack.
const NAMES: [&str; 12] = [
    "allfields-a",
    "autolock-init",
    "ca-rotated",
    "fips-node",
    "fresh",
    "node-head",
    "old-112",
    "restarts",
    "snapshots",
    "three-autolock-leader",
    "three-demoted",
    "three-worker",
];

/// Entries of one seed, their bytes together, and seeds of one fixture.
const ENTRIES: usize = 12;
const BYTES: usize = 12 << 10;
const CHUNKS: usize = 6;

/// A longer file is cut.
const LONGEST: u64 = 16 << 10;

struct Opened {
    packed: Vec<u8>,
    source: Source,
    key: Option<String>,
    state: State,
}

fn opened(name: &str) -> Opened {
    let packed = std::fs::read(fixture::packed().join(format!("{name}.tar.zst"))).expect("a fixture");
    let source = Source::packed(&packed).expect("a packed directory");
    let key = fixture::unlock_key(name);
    let keys: Vec<UnlockKey> =
        key.iter().map(|text| UnlockKey::parse(text.as_bytes()).expect("an unlock key")).collect();
    let state = State::open(source.clone(), &keys).expect("a state directory");
    Opened { packed, source, key, state }
}

/// The inputs of a target.
pub(crate) fn of(target: &str) -> Vec<Vec<u8>> {
    NAMES.iter().flat_map(|name| one(target, name, &opened(name))).collect()
}

fn one(target: &str, name: &str, opened: &Opened) -> Vec<Vec<u8>> {
    match target {
        "bolt" => {
            opened.file("worker/tasks.db").into_iter().flat_map(|file| [chosen(0, &file), chosen(1, &file)]).collect()
        }
        "certificates" => certificates(opened),
        "directory" => {
            let chunks = opened.chunks();
            // Certificates take their time; one seed of each has them.
            let seeds = (0..).zip(&chunks).map(|(number, chunk)| joined(&directory(opened, chunk, number == 0)));
            seeds.chain(sealed_directory(opened)).collect()
        }
        "frames" => segments(opened),
        "key_files" => {
            let file = opened.file("certificates/swarm-node.key").expect("a key file");
            vec![joined(&[file, opened.key.clone().unwrap_or_default().into_bytes()])]
        }
        "packed" => packed(name, opened),
        "records" => opened.chunks().iter().flat_map(|chunk| records(chunk)).collect(),
        "sealed" => sealed(opened),
        "snapshots" => snapshots(opened),
        "wire" => wire(opened),
        other => panic!("no seeds for {other}"),
    }
}

fn chosen(choice: u8, rest: &[u8]) -> Vec<u8> {
    [&[choice], rest].concat()
}

fn joined(parts: &[Vec<u8>]) -> Vec<u8> {
    parts.join(&MARK[..])
}

/// An entry in clear: its type, how much the term grew, its plaintext.
type Plain = (u8, u8, Vec<u8>);

impl Opened {
    fn file(&self, path: &str) -> Option<Vec<u8>> {
        self.source.read(path, 1 << 20).ok()
    }

    fn plain(&self) -> Vec<Plain> {
        let mut term = 1;
        let mut all = Vec::new();
        for (place, entry) in (0..).zip(&self.state.log().entries) {
            let mut plain = Vec::new();
            if self.state.open_entry(place, &mut plain).is_ok() && plain.len() < BYTES {
                let grown = entry.term.0.saturating_sub(term).min(255) as u8;
                term = entry.term.0;
                all.push((entry.kind.0 as u8, grown, plain));
            }
        }
        all
    }

    /// A few stretches of the log.
    fn chunks(&self) -> Vec<Vec<Plain>> {
        let all = self.plain();
        let chunks = all.chunks(ENTRIES).map(|chunk| {
            let mut left = BYTES;
            let fits = chunk.iter().filter(|(_, _, plain)| {
                let after = left.checked_sub(plain.len());
                left = after.unwrap_or(left);
                after.is_some()
            });
            fits.cloned().collect::<Vec<_>>()
        });
        let chunks: Vec<_> = chunks.collect();
        let step = chunks.len().div_ceil(CHUNKS).max(1);
        let some: Vec<_> = chunks.into_iter().step_by(step).collect();
        if some.is_empty() { vec![Vec::new()] } else { some }
    }

    /// The snapshots' plaintext, with one object of each kind.
    fn snapshots(&self) -> Vec<Vec<u8>> {
        let loaded = &self.state.content().snapshots;
        let plain = loaded.iter().map(|snapshot| {
            let mut found: Vec<(objects::Kind, Vec<u8>)> = Vec::new();
            snapshot.each_object(&mut |kind, object, _| {
                let kind = objects::Kind::ALL.into_iter().find(|other| other.folder() == kind.plural());
                let kind = kind.expect("a kind of the kit");
                if object.len() < 2048 && found.iter().all(|(other, _)| *other != kind) {
                    found.push((kind, object.to_vec()));
                }
                true
            });
            let member = crate::kit::writer::Member::own().encode();
            objects::snapshot([member], &[], found.iter().map(|(kind, object)| (*kind, object.as_slice())))
        });
        plain.take(2).collect()
    }
}

fn entry((kind, terms, plain): &Plain) -> Vec<u8> {
    [&[made::ENTRY, *kind, *terms, 0], plain.as_slice()].concat()
}

/// The log alone: as it was written, cut into segments, damaged, and with its tail overwritten.
fn records(chunk: &[Plain]) -> Vec<Vec<u8>> {
    let mut parts: Vec<Vec<u8>> = chunk.iter().flat_map(|plain| [entry(plain), vec![made::STATE, 1, 0]]).collect();
    let whole = joined(&parts);
    parts.insert(parts.len() / 2, vec![made::CUT]);
    parts.push(vec![made::DAMAGE, 1, 0, 0xff, 0, 1]);
    parts.push(vec![made::HOLE, 2]);
    let damaged = joined(&parts);
    parts.truncate(parts.len() - 2);
    parts.push([&[made::ENTRY, 0, 1, 0xfe], &b""[..]].concat());
    parts.insert(0, vec![made::LAYOUT, 1]);
    vec![whole, damaged, joined(&parts)]
}

/// The log, a snapshot in its middle, time that passes there, and what lies beside them.
fn directory(opened: &Opened, chunk: &[Plain], certificates: bool) -> Vec<Vec<u8>> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for (which, path) in (0..).zip(FILES).filter(|(_, path)| certificates || !path.starts_with("certificates")) {
        if let Some(file) = opened.file(path).filter(|file| !path.starts_with("raft") && file.len() < 4096) {
            parts.push([&[made::FILE, which], file.as_slice()].concat());
        }
    }
    parts.extend(opened.key.iter().map(|key| chosen(made::KEY, key.as_bytes())));
    for (position, plain) in chunk.iter().enumerate() {
        parts.push(entry(plain));
        if position == chunk.len() / 2 {
            parts.push(vec![made::STATE, 1, 0]);
            for plain in opened.snapshots() {
                parts.push(vec![made::MARK, 7]);
                parts.push([&[made::SNAPSHOT, 0, 7], plain.as_slice()].concat());
            }
            parts.push(vec![made::MOMENT]);
        }
    }
    parts.push(vec![made::STATE, 1, 1]);
    // Segments and snapshots go while the tree is looked at.
    let middle = parts.iter().position(|part| part.first() == Some(&made::MOMENT)).unwrap_or(0);
    parts.insert(middle, vec![made::CUT]);
    parts.extend([vec![made::MOMENT], vec![made::PURGE, 0], vec![made::PURGE, 1]]);
    parts
}

/// A directory with its first segment and its tasks as they are.
fn sealed_directory(opened: &Opened) -> Vec<Vec<u8>> {
    let Some(segment) = segments(opened).into_iter().next() else { return Vec::new() };
    let which = if opened.state.layout().wal.as_ref().is_some_and(|folder| folder.encrypted) { 7 } else { 11 };
    let mut parts = vec![[&[made::FILE, which], segment.as_slice()].concat()];
    let key = opened.file("certificates/swarm-node.key").unwrap_or_default();
    parts.push([&[made::FILE, 0], key.as_slice()].concat());
    parts.extend(opened.key.iter().map(|key| chosen(made::KEY, key.as_bytes())));
    vec![joined(&parts)]
}

fn segments(opened: &Opened) -> Vec<Vec<u8>> {
    let segments = opened.state.log().segments.iter().map(|segment| {
        let mut bytes = vec![0; segment.end.saturating_add(32).min(segment.file.len()).min(LONGEST) as usize];
        segment.file.read_exact_at(&mut bytes, 0).expect("a segment");
        bytes
    });
    segments.take(2).collect()
}

fn snapshots(opened: &Opened) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for plain in opened.snapshots() {
        all.push(chosen(0, &made::snapshot_file(2, 3, &[1, 2, 3], &plain)));
        all.push(chosen(1, &plain));
    }
    let files = opened.state.snapshot_files().iter().flatten().filter(|file| file.file.len() < 2 * LONGEST);
    for file in files.take(1) {
        let mut bytes = vec![0; file.file.len() as usize];
        file.file.read_exact_at(&mut bytes, 0).expect("a snapshot");
        all.push(chosen(0, &bytes));
    }
    all
}

fn certificates(opened: &Opened) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let mut ders = Vec::new();
    for file in ["swarm-node.crt", "swarm-root-ca.crt"] {
        let Some(pem) = opened.file(&format!("certificates/{file}")) else { continue };
        all.push(chosen(0, &pem));
        for block in pem::parse_many(&pem).expect("certificates") {
            ders.push(block.into_contents());
        }
    }
    all.push(chosen(0, &all.iter().map(|file| &file[1..]).collect::<Vec<_>>().concat()));
    all.push(chosen(1, &joined(&ders)));
    all
}

fn packed(name: &str, opened: &Opened) -> Vec<Vec<u8>> {
    if !["fresh", "three-demoted", "three-worker", "autolock-init"].contains(&name) {
        return Vec::new();
    }
    let decoder = ruzstd::decoding::StreamingDecoder::new(&opened.packed[..]).expect("zstd");
    let mut archive = Vec::new();
    decoder.take(4 * LONGEST).read_to_end(&mut archive).expect("an archive");
    vec![chosen(0, &opened.packed), chosen(1, &archive)]
}

fn sealed(opened: &Opened) -> Vec<Vec<u8>> {
    let key = opened.file("certificates/swarm-node.key").unwrap_or_default();
    let log = opened.state.log();
    let mut all = Vec::new();
    let mut data = Vec::new();
    for entry in log.entries.iter().filter(|entry| entry.len < 1024).take(4) {
        log.read_data(entry, &mut data).expect("its data");
        all.push(chosen(1, &joined(&[key.clone(), data.clone()])));
        all.push(chosen(0, &data));
    }
    for (_, _, plain) in opened.plain().into_iter().filter(|plain| plain.2.len() < 1024).take(3) {
        all.push([&[2, 0, 9, 1], plain.as_slice()].concat());
        all.push([&[3, 0, 99, 1], plain.as_slice()].concat());
        let blocks = plain.len() / 16 * 16;
        all.push([&[4, 0x80], &[0; 24][..], &plain[..blocks]].concat());
    }
    all
}

fn wire(opened: &Opened) -> Vec<Vec<u8>> {
    let number = |message: &'static Message| {
        let at = MESSAGES.iter().position(|other| std::ptr::eq(*other, message));
        at.and_then(|at| u8::try_from(at).ok()).expect("one of the messages")
    };
    let mut all = Vec::new();
    for (_, _, plain) in opened.chunks().concat().into_iter().filter(|plain| plain.2.len() < 4096) {
        all.push(chosen(number(&INTERNAL_RAFT_REQUEST), &plain));
    }
    let index = opened.state.index();
    for kind in swarmfs::store::Kind::ALL {
        for (_, version) in index.current_objects(kind).take(3) {
            let object = opened.state.with_version(version, <[u8]>::to_vec).expect("its bytes");
            if object.len() < 4096 {
                all.push(chosen(number(kind.message()), &object));
            }
        }
    }
    all
}
