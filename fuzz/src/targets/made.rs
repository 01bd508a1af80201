//! A state directory that an input describes, a part at a time. Lengths, checksums and places are right where the
//! input does not say otherwise, so that a changed byte gets beyond them.

use swarmfs::disk::Source;
use swarmfs::seal::UnlockKey;

use super::parts::choice;
use crate::kit::wire::{Message, put_varint};

// What a part says: its first byte, modulo their number.

/// An entry: its type, how much the term grows, a step of the index, its data.
pub const ENTRY: u8 = 0;
/// A record with its right checksum: its type, its data.
pub const RECORD: u8 = 1;
/// A hard state: the vote, how far the commit lags.
pub const STATE: u8 = 2;
/// The next segment begins.
pub const CUT: u8 = 3;
/// Bytes of the segment as they are.
pub const RAW: u8 = 4;
/// Zeros: a 64th of their number.
pub const HOLE: u8 = 5;
/// Bytes that overwrite the segment: where, in two bytes, and what.
pub const DAMAGE: u8 = 6;
/// The mark of a snapshot: the voters.
pub const MARK: u8 = 7;
/// A file: which of [`FILES`], or an odd one, and its content.
pub const FILE: u8 = 8;
/// A snapshot: how far it lags, a voter, its payload.
pub const SNAPSHOT: u8 = 9;
/// Time passes: the directory is opened as it is now.
pub const MOMENT: u8 = 10;
/// Another layout for what follows.
pub const LAYOUT: u8 = 11;
/// An unlock key that is given.
pub const KEY: u8 = 12;
/// The oldest segment or snapshot is deleted.
pub const PURGE: u8 = 13;
const KINDS: u8 = 14;

/// Files that a part can stand for.
pub const FILES: [&str; 16] = [
    "certificates/swarm-node.key",
    "certificates/swarm-node.crt",
    "certificates/swarm-root-ca.crt",
    "certificates/.swarm-node.crt",
    "worker/tasks.db",
    "state.json",
    "docker-state.json",
    "raft/wal-v3-encrypted/0000000000000000-0000000000000000.wal",
    "raft/wal-v3-encrypted/0000000000000001-0000000000000005.wal",
    "raft/snap-v3-encrypted/0000000000000002-0000000000000005.snap",
    "raft/snap-v3-encrypted/0000000000000002-000000000000000a.snap",
    "raft/wal/0000000000000000-0000000000000001.wal",
    "raft/snap/0000000000000001-0000000000000002.snap",
    "raft/wal-v3-encrypted/0.tmp",
    "raft/snap-v3/0000000000000001-0000000000000005.snap.broken",
    "raft/wal-v3.broken.20261121.200000/0000000000000000-0000000000000000.wal",
];

/// Folders of segments and snapshots without encryption, and the one with.
const LAYOUTS: [(&str, &str); 3] =
    [("raft/wal-v3", "raft/snap-v3"), ("raft/wal", "raft/snap"), ("raft/wal-v3-encrypted", "raft/snap-v3-encrypted")];

const MOST_SEGMENTS: u64 = 8;
const MOST_BYTES: usize = 1 << 20;

/// A directory being made.
pub(crate) struct Made {
    files: Vec<(String, Vec<u8>)>,
    layout: usize,
    segment: Vec<u8>,
    path: String,
    sequence: u64,
    crc: u32,
    next: u64,
    term: u64,
    bytes: usize,
    entries: Vec<(u64, Vec<u8>)>,
    untouched: bool,
    keys: Vec<Vec<u8>>,
}

impl Default for Made {
    fn default() -> Made {
        let mut made = Made {
            files: Vec::new(),
            layout: 0,
            segment: Vec::new(),
            path: String::new(),
            sequence: 0,
            crc: 0,
            next: 1,
            term: 1,
            bytes: 0,
            entries: Vec::new(),
            untouched: true,
            keys: Vec::new(),
        };
        made.begin();
        made
    }
}

impl Made {
    /// Does what a part says.
    pub(crate) fn take(&mut self, part: &[u8]) {
        let (what, rest) = choice(part);
        self.bytes = self.bytes.saturating_add(rest.len());
        if self.bytes > MOST_BYTES {
            return;
        }
        let what = what % KINDS;
        self.untouched &= matches!(what, ENTRY | STATE | CUT | MARK | SNAPSHOT | MOMENT | KEY);
        match (what, rest) {
            (ENTRY, [kind, terms, step, data @ ..]) => self.entry(*kind, *terms, *step, data),
            (RECORD, [kind, data @ ..]) => self.record(u64::from(*kind), data),
            (STATE, [vote, behind, ..]) => {
                let mut state = Message::new();
                let commit = (self.next - 1).saturating_sub(u64::from(*behind));
                state.varint(1, self.term).varint(2, u64::from(*vote)).varint(3, commit);
                self.record(3, state.bytes());
            }
            (CUT, _) if self.sequence + 1 < MOST_SEGMENTS => self.cut(),
            (RAW, bytes) => self.segment.extend_from_slice(bytes),
            (HOLE, [size, ..]) => self.segment.resize(self.segment.len() + 64 * usize::from(*size), 0),
            (DAMAGE, [high, low, bytes @ ..]) => self.damage(usize::from(*high) << 8 | usize::from(*low), bytes),
            (MARK, voters) => {
                let mut mark = Message::new();
                mark.varint(1, self.next - 1).varint(2, self.term).message(3, |state| conf_state(state, voters));
                self.record(5, mark.bytes());
            }
            (FILE, [which, bytes @ ..]) => match FILES.get(usize::from(*which)) {
                Some(path) => self.put((*path).to_owned(), bytes.to_vec()),
                None => self.odd_file(bytes),
            },
            (SNAPSHOT, [back, voter, payload @ ..]) => self.snapshot(*back, *voter, payload),
            (LAYOUT, [which, ..]) => {
                self.layout = usize::from(*which) % LAYOUTS.len();
                self.begin();
            }
            (PURGE, [which, ..]) => {
                let ending = if which & 1 == 0 { ".wal" } else { ".snap" };
                let oldest = self.files.iter().filter(|(path, _)| path.ends_with(ending)).map(|(path, _)| path).min();
                let oldest = oldest.cloned();
                self.files.retain(|(path, _)| Some(path) != oldest.as_ref());
            }
            (KEY, key) => self.keys.push(key.to_vec()),
            _ => {}
        }
    }

    /// Whether a part says that time passes: what comes behind it is written later.
    pub(crate) fn is_moment(part: &[u8]) -> bool {
        choice(part).0 % KINDS == MOMENT && !part.is_empty()
    }

    fn entry(&mut self, kind: u8, terms: u8, step: u8, data: &[u8]) {
        self.term += u64::from(terms);
        // One on, a hole, or back: what stood there is overwritten (format 4.6).
        let index = match i64::from(step.cast_signed()) {
            0.. => self.next.saturating_add(u64::from(step)),
            back => self.next.saturating_sub(back.unsigned_abs()).max(1),
        };
        self.next = index + 1;
        let mut entry = Message::new();
        entry.varint(1, u64::from(kind)).varint(2, self.term).varint(3, index).bytes_field(4, data);
        self.record(2, entry.bytes());
        self.entries.push((index, data.to_vec()));
    }

    fn record(&mut self, kind: u64, data: &[u8]) {
        self.crc = crc32c::crc32c_append(self.crc, data);
        self.frame(kind, Some(data));
    }

    fn frame(&mut self, kind: u64, data: Option<&[u8]>) {
        let mut record = Message::new();
        record.varint(1, kind).varint(2, u64::from(self.crc));
        let mut record = record.into_bytes();
        if let Some(data) = data {
            record.push(3 << 3 | 2);
            put_varint(&mut record, data.len() as u64);
            record.extend_from_slice(data);
        }
        let len = record.len() as u64;
        let padding = (8 - len % 8) % 8;
        let mark = if padding == 0 { 0 } else { (0x80 | padding) << 56 };
        self.segment.extend_from_slice(&(len | mark).to_le_bytes());
        record.resize(record.len() + padding as usize, 0);
        self.segment.extend_from_slice(&record);
    }

    fn begin(&mut self) {
        let first = if self.sequence == 0 { 0 } else { self.next };
        let path = format!("{}/{:016x}-{first:016x}.wal", LAYOUTS[self.layout].0, self.sequence);
        if !self.path.is_empty() {
            let (path, segment) = (std::mem::take(&mut self.path), std::mem::take(&mut self.segment));
            self.put(path, segment);
        }
        self.path = path;
        self.frame(4, None);
        self.record(1, b"\x08\x07\x12\x04node");
    }

    fn cut(&mut self) {
        self.sequence += 1;
        self.begin();
    }

    fn damage(&mut self, at: usize, bytes: &[u8]) {
        let at = at % self.segment.len().max(1);
        for (old, new) in self.segment.iter_mut().skip(at).zip(bytes) {
            *old = *new;
        }
    }

    fn snapshot(&mut self, back: u8, voter: u8, payload: &[u8]) {
        let index = (self.next - 1).saturating_sub(u64::from(back));
        let term = self.term;
        let path = format!("{}/{term:016x}-{index:016x}.snap", LAYOUTS[self.layout].1);
        self.put(path, snapshot_file(term, index, &[voter], payload));
    }

    fn put(&mut self, path: String, bytes: Vec<u8>) {
        match self.files.iter_mut().find(|(other, _)| *other == path) {
            Some((_, old)) => *old = bytes,
            None => self.files.push((path, bytes)),
        }
    }

    /// A file whose name is the first line.
    fn odd_file(&mut self, bytes: &[u8]) {
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        let name = String::from_utf8_lossy(&bytes[..end]).replace(['/', '\0'], "");
        let plain = !name.is_empty() && name != "." && name != ".." && name.len() < 256;
        if plain && self.files.len() < 64 {
            let folder = [LAYOUTS[self.layout].0, LAYOUTS[self.layout].1, "certificates", "raft"][bytes.len() % 4];
            self.put(format!("{folder}/{name}"), bytes[end..].to_vec());
        }
    }

    /// The directory as it is now.
    pub(crate) fn source(&self) -> Source {
        let files = self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
        let files: Vec<(&str, &[u8])> = files.chain([(self.path.as_str(), self.segment.as_slice())]).collect();
        Source::of_files(&files)
    }

    /// The unlock keys that are given for it.
    pub(crate) fn keys(&self) -> Vec<UnlockKey> {
        self.keys.iter().take(2).filter_map(|text| UnlockKey::parse(text).ok()).collect()
    }

    /// The entries in the order of their writing, where nothing was written that a manager would not write.
    pub(crate) fn undamaged(&self) -> Option<&[(u64, Vec<u8>)]> {
        self.untouched.then_some(&self.entries)
    }
}

fn conf_state(state: &mut Message, voters: &[u8]) {
    for voter in voters.iter().take(64) {
        state.varint(1, u64::from(*voter));
    }
}

/// A snapshot file with its right checksum (format 6).
pub fn snapshot_file(term: u64, index: u64, voters: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut snapshot = Message::new();
    snapshot.bytes_field(1, payload).message(2, |meta| {
        meta.message(1, |state| conf_state(state, voters)).varint(2, index).varint(3, term);
    });
    let mut file = Message::new();
    file.varint(1, u64::from(crc32c::crc32c(snapshot.bytes()))).bytes_field(2, snapshot.bytes());
    file.into_bytes()
}
