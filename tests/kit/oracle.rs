//! The truth about a fixture: its folder NAME.golden.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A golden folder.
#[derive(Clone, Debug)]
pub struct Oracle {
    path: PathBuf,
}

/// A segment of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The file's name.
    pub name: String,
    /// Its records that could be read, in order.
    pub records: Vec<Record>,
}

/// A record of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where its frame begins.
    pub offset: u64,
    /// Length without frame and padding.
    pub length: u64,
    /// The CRC that it stores.
    pub crc: u32,
    /// Whether the data belies it.
    pub bad_crc: bool,
    /// `crc`, `metadata`, `entry`, `state` or `snapshot`.
    pub kind: String,
    /// What else it says.
    pub facts: BTreeMap<String, String>,
}

/// An entry as its frame shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its index.
    pub index: u64,
    /// Its term.
    pub term: u64,
    /// Its type by number.
    pub kind: u64,
    /// Whether its CRC is wrong.
    pub damaged: bool,
}

impl Oracle {
    /// The oracle in `path`.
    pub fn new(path: impl Into<PathBuf>) -> Oracle {
        Oracle { path: path.into() }
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `store.json`, where the state is wholly known.
    pub fn store(&self) -> io::Result<Option<Value>> {
        self.json("store.json")
    }

    /// A JSON file of the folder.
    pub fn json(&self, name: &str) -> io::Result<Option<Value>> {
        match fs::read(self.path.join(name)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The payloads in `expected/secrets` or `expected/configs`; none where nobody noted them.
    pub fn expected(&self, folder: &str) -> io::Result<Option<BTreeMap<String, Vec<u8>>>> {
        let rows = match fs::read_dir(self.path.join("expected").join(folder)) {
            Ok(rows) => rows,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut payloads = BTreeMap::new();
        for row in rows {
            let row = row?;
            payloads.insert(row.file_name().to_string_lossy().into_owned(), fs::read(row.path())?);
        }
        Ok(Some(payloads))
    }

    /// What the peer printed for a command, such as `dump-wal`.
    pub fn peer(&self, command: &str) -> io::Result<Vec<u8>> {
        fs::read(self.path.join("peer").join(format!("{command}.txt")))
    }

    /// Every record of `wal-records.txt`; none where the node has no log.
    pub fn segments(&self) -> io::Result<Vec<Segment>> {
        let text = match fs::read_to_string(self.path.join("wal-records.txt")) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut segments: Vec<Segment> = Vec::new();
        for line in text.lines() {
            if let Some(head) = line.strip_prefix("== ") {
                let name = head.split(' ').next().unwrap_or_default().to_owned();
                segments.push(Segment { name, records: Vec::new() });
            } else if let (Some(record), Some(segment)) = (record(line), segments.last_mut()) {
                segment.records.push(record);
            }
        }
        Ok(segments)
    }

    /// The entries that stand after all overwriting, by the rule of format 4.6, also those below a snapshot.
    pub fn entries(&self) -> io::Result<BTreeMap<u64, Entry>> {
        let mut entries = BTreeMap::new();
        for record in self.segments()?.iter().flat_map(|segment| &segment.records) {
            if record.kind == "entry" {
                let number = |name: &str| record.facts.get(name).and_then(|text| text.parse().ok()).unwrap_or(0);
                let index = number("index");
                entries.split_off(&index);
                let entry = Entry { index, term: number("term"), kind: number("type"), damaged: record.bad_crc };
                entries.insert(index, entry);
            }
        }
        Ok(entries)
    }

    /// The last hard state: term, vote and commit.
    pub fn hard_state(&self) -> io::Result<Option<(u64, u64, u64)>> {
        let segments = self.segments()?;
        let mut records = segments.iter().flat_map(|segment| &segment.records);
        Ok(records.rfind(|record| record.kind == "state").and_then(|record| {
            let vote = u64::from_str_radix(record.facts.get("vote")?, 16).ok()?;
            Some((record.facts.get("term")?.parse().ok()?, vote, record.facts.get("commit")?.parse().ok()?))
        }))
    }
}

fn record(line: &str) -> Option<Record> {
    let mut words = line.split_whitespace();
    let offset = words.next()?.parse().ok()?;
    let length = words.next()?.strip_prefix("len=")?.parse().ok()?;
    words.next()?.strip_prefix("pad=")?;
    let crc = u32::from_str_radix(words.next()?.strip_prefix("crc=")?, 16).ok()?;
    let mut kind = words.next()?;
    let bad_crc = kind == "BADCRC";
    if bad_crc {
        kind = words.next()?;
    }
    let facts = words.filter_map(|word| word.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    Some(Record { offset, length, crc, bad_crc, kind: kind.to_owned(), facts })
}
