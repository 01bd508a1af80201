//! The log: entries, hard state and records against what an independent parser found in the files.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

use super::Differences;
use crate::kit::oracle::{Entry, Segment};

/// `entries/`: exactly these, with index, term and type.
pub fn entries(tree: &Path, expected: &BTreeMap<u64, Entry>, differences: &mut Differences) -> io::Result<()> {
    let folder = tree.join("entries");
    if expected.is_empty() && !folder.exists() {
        return Ok(());
    }
    let mut listed = 0;
    for row in fs::read_dir(&folder)? {
        let file = row?.file_name().to_string_lossy().into_owned();
        let index = file.strip_suffix(".json").filter(|digits| digits.len() == 10).and_then(|text| text.parse().ok());
        match index {
            Some(index) if expected.contains_key(&index) => listed += 1,
            _ if file == "_INCOMPLETE.txt" => {}
            _ => differences.add("entries", format!("{file} is not expected")),
        }
    }
    if listed != expected.len() {
        differences.add("entries", format!("{listed} are listed, expected {}", expected.len()));
    }
    for entry in expected.values() {
        differences.entries += 1;
        let place = format!("entries/{:010}.json", entry.index);
        let shown = match fs::read(tree.join(&place)).map(|text| serde_json::from_slice::<Value>(&text)) {
            Ok(Ok(shown)) => shown,
            Ok(Err(error)) => {
                differences.add(&place, error);
                continue;
            }
            Err(error) => {
                differences.add(&place, error);
                continue;
            }
        };
        if shown["index"] != entry.index || shown["term"] != entry.term {
            differences.add(&place, format!("index {}, term {}, expected {entry:?}", shown["index"], shown["term"]));
        }
        if shown["type"] != entry_type(entry.kind) {
            differences.add(&place, format!("type {}, expected {}", shown["type"], entry_type(entry.kind)));
        }
        if entry.damaged != shown.get("damaged").is_some() {
            differences.add(&place, format!("damaged should be {}", entry.damaged));
        }
    }
    Ok(())
}

fn entry_type(number: u64) -> Value {
    match number {
        0 => Value::from("EntryNormal"),
        1 => Value::from("EntryConfChange"),
        2 => Value::from("EntryConfChangeV2"),
        other => Value::from(other),
    }
}

/// `raft/hardstate.json`: term, vote and commit.
pub fn hard_state(tree: &Path, expected: Option<(u64, u64, u64)>, differences: &mut Differences) -> io::Result<()> {
    let place = "raft/hardstate.json";
    let Some((term, vote, commit)) = expected else {
        return Ok(());
    };
    let shown: Value = match fs::read(tree.join(place)) {
        Ok(text) => serde_json::from_slice(&text)?,
        Err(error) => {
            differences.add(place, error);
            return Ok(());
        }
    };
    if shown["term"] != term || shown["vote"] != format!("{vote:x}") || shown["commit"] != commit {
        differences.add(place, format!("shows {shown}, expected term {term}, vote {vote:x}, commit {commit}"));
    }
    Ok(())
}

/// `raft/wal/<segment>.jsonl`, where the tree has them: a line for every record, with offset, type, length and CRC.
pub fn records(tree: &Path, expected: &[Segment], differences: &mut Differences) -> io::Result<()> {
    if !tree.join("raft/wal").exists() {
        return Ok(());
    }
    for segment in expected {
        let place = format!("raft/wal/{}.jsonl", segment.name.trim_end_matches(".wal"));
        let text = match fs::read_to_string(tree.join(&place)) {
            Ok(text) => text,
            Err(error) => {
                differences.add(&place, error);
                continue;
            }
        };
        let mut rows = BTreeMap::new();
        for line in text.lines() {
            let row: Value = serde_json::from_str(line)?;
            if let Some(offset) = row["offset"].as_u64() {
                rows.insert(offset, row);
            }
        }
        for record in &segment.records {
            differences.records += 1;
            let crc = format!("{:08x}", record.crc);
            match rows.get(&record.offset) {
                Some(row)
                    if row["type"] == record.kind.as_str() && row["length"] == record.length && row["crc"] == crc => {}
                Some(row) => differences.add(&place, format!("shows {row}, expected {record:?}")),
                None => differences.add(&place, format!("has no record at {}", record.offset)),
            }
        }
    }
    Ok(())
}
