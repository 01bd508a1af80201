//! `raft/wal/<segment>.jsonl`: every record of a segment as it lies in the file, one a line, and every gap that
//! should not be there. The text is never held whole: marks on the way tell where to read on.

use std::sync::OnceLock;

use super::inode::Node;
use super::places::Numbered;
use super::view::{Named, View};
use crate::disk::{Body, Bookmark, ConfState, Gap, Piece, RaftId, Record, Segment, Trust};
use crate::render::{Count, Json, Sink, Style, one_line};
use crate::schema::wire::{Fields, Value};
use crate::seal::peek_at;

/// Lines, and bytes of the segment, from one mark to the next.
const LINES: u32 = 1000;
const BYTES: u64 = 1 << 20;

/// The metadata of a log is a few dozen bytes.
const METADATA: u64 = 4096;

/// The texts that were measured so far, one for each segment of the log.
#[derive(Default)]
pub(super) struct WalTexts {
    texts: OnceLock<Box<[OnceLock<Marks>]>>,
}

/// Where the text of a segment can be read on.
struct Marks {
    /// A place in the text, and the same place in the segment.
    marks: Vec<(u64, Bookmark)>,
    len: u64,
}

impl View {
    fn segment(&self, key: Numbered) -> Option<(usize, &Segment)> {
        let segments = self.state.log().segments.iter().enumerate();
        segments.filter(|(_, segment)| sequence(segment) == key.number).nth(key.place as usize)
    }

    fn segment_key(&self, at: usize) -> Option<Numbered> {
        let segments = &self.state.log().segments;
        let number = sequence(segments.get(at)?);
        let before = segments.iter().take(at).filter(|segment| sequence(segment) == number).count();
        Some(Numbered { number, place: u32::try_from(before).ok()? })
    }

    pub(super) fn find_segment(&self, name: &[u8]) -> Option<Node> {
        let at = self.state.log().segments.iter().position(|segment| file_name(segment).as_bytes() == name)?;
        self.segment_key(at).map(Node::Segment)
    }

    pub(super) fn list_segments(&self, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        let segments = self.state.log().segments.iter().zip(0..);
        for (segment, at) in segments.skip(usize::try_from(behind).unwrap_or(usize::MAX)) {
            let Some(key) = self.segment_key(at) else { continue };
            let name = file_name(segment);
            if !each(Named { name: name.as_bytes(), node: Node::Segment(key), cookie: at as u64 + 1 }) {
                return;
            }
        }
    }

    fn marks(&self, key: Numbered) -> Option<(&Segment, &Marks)> {
        let (at, segment) = self.segment(key)?;
        let log = self.state.log();
        let texts = self.wal.texts.get_or_init(|| log.segments.iter().map(|_| OnceLock::new()).collect());
        Some((segment, texts.get(at)?.get_or_init(|| self.measured(segment))))
    }

    fn measured(&self, segment: &Segment) -> Marks {
        let mut records = segment.records();
        let mut marks = Vec::new();
        let (mut count, mut lines, mut next) = (Count(0), LINES, 0);
        loop {
            if (lines >= LINES || records.position() >= next)
                && let Some(mark) = records.bookmark()
            {
                marks.push((count.0, mark));
                (lines, next) = (0, records.position().saturating_add(BYTES));
            }
            let Some(piece) = records.next().filter(|piece| !self.came_later(segment, piece)) else { break };
            self.write_wal_line(segment, &piece, &mut count);
            lines += 1;
        }
        Marks { marks, len: count.0 }
    }

    /// Whether a daemon wrote this, or cut it off, after the log was read: the same file is read again here, and must
    /// show what it held then (format 11.2).
    fn came_later(&self, segment: &Segment, piece: &Piece) -> bool {
        let (start, fault) = match piece {
            Piece::Record(record) => return record.offset >= segment.end,
            Piece::Gap(gap) => (gap.range.start, gap.fault.is_some()),
        };
        let faults = &self.state.log().faults;
        let known = || faults.binary_search_by(|known| (&*known.file, known.offset).cmp(&(&*segment.path, start)));
        fault && start >= segment.end && known().is_err()
    }

    /// The exact size of a segment's text.
    pub(super) fn wal_len(&self, key: Numbered) -> Option<u64> {
        self.marks(key).map(|(_, marks)| marks.len)
    }

    pub(super) fn read_wal(&self, key: Numbered, offset: u64, len: usize, sink: &mut dyn FnMut(&[u8])) {
        let Some((segment, marks)) = self.marks(key) else { return };
        let behind = offset.saturating_add(len as u64).min(marks.len);
        let before = marks.marks.partition_point(|(at, _)| *at <= offset);
        let Some((mut start, mark)) = before.checked_sub(1).and_then(|at| marks.marks.get(at)).copied() else { return };
        let mut line = Vec::new();
        for piece in segment.records_at(mark) {
            if start >= behind {
                return;
            }
            line.clear();
            self.write_wal_line(segment, &piece, &mut line);
            let from = offset.saturating_sub(start).min(line.len() as u64) as usize;
            let to = (behind - start).min(line.len() as u64) as usize;
            if let Some(wanted) = line.get(from..to).filter(|wanted| !wanted.is_empty()) {
                sink(wanted);
            }
            start += line.len() as u64;
        }
    }

    fn write_wal_line<S: Sink>(&self, segment: &Segment, piece: &Piece, sink: &mut S) {
        match piece {
            // The space behind the end of the log is no gap; the lines only ever grow at their end.
            Piece::Gap(Gap { fault: None, .. }) => {}
            Piece::Gap(Gap { range, fault: Some(fault) }) => {
                let mut json = Json::new(Style::Compact, &mut *sink);
                json.begin_object();
                json.key("offset").number(range.start);
                json.key("type").string("gap");
                json.key("length").number(range.end - range.start);
                json.key("code").string(fault.code());
                json.key("fault").string(&fault.to_string());
                json.end_object();
                sink.put(b"\n");
            }
            Piece::Record(record) => {
                let encrypted = self.state.layout().wal.as_ref().is_some_and(|folder| folder.encrypted);
                write_record(segment, record, encrypted, sink);
            }
        }
    }
}

/// The bits of its number that an inode number holds.
fn sequence(segment: &Segment) -> u64 {
    segment.sequence & ((1 << 36) - 1)
}

fn file_name(segment: &Segment) -> String {
    let name = segment.name();
    format!("{}.jsonl", name.strip_suffix(".wal").unwrap_or(name))
}

fn write_record<S: Sink>(segment: &Segment, record: &Record, encrypted: bool, sink: &mut S) {
    let mut json = Json::new(Style::Compact, &mut *sink);
    json.begin_object();
    json.key("offset").number(record.offset);
    json.key("type").string(&record.kind.to_string());
    json.key("length").number(record.len);
    json.key("padding").number(u64::from(record.padding));
    json.key("crc").string(&format!("{:08x}", record.crc));
    match record.expected {
        Some(expected) => json.key("crc_expected").string(&format!("{expected:08x}")),
        None => json.key("crc_expected").null(),
    }
    json.key("trust").string(trust(record.trust));
    body(segment, &record.body, encrypted, &mut json);
    if let Some(fault) = &record.fault {
        json.key("code").string(fault.code());
        json.key("fault").string(&fault.to_string());
    }
    json.end_object();
    sink.put(b"\n");
}

fn body<S: Sink>(segment: &Segment, body: &Body, encrypted: bool, json: &mut Json<'_, S>) {
    match body {
        Body::Entry { index, term, kind, data } => {
            json.key("index").number(index.0);
            json.key("term").number(term.0);
            json.key("entry_type").string(&kind.to_string());
            json.key("data_offset").number(data.start);
            json.key("data_length").number(data.end - data.start);
            // Without the level of sealing there is no algorithm either (format 3.3).
            match encrypted.then(|| peek_at(&segment.file, data.clone())).flatten() {
                Some(facts) => json.key("algorithm").string(&facts.algorithm.to_string()),
                None => json.key("algorithm").null(),
            }
        }
        Body::State(state) => {
            json.key("term").number(state.term.0);
            json.key("vote").raft_id(state.vote.0);
            json.key("commit").number(state.commit.0);
        }
        Body::Snapshot(mark) => {
            json.key("index").number(mark.index.0);
            json.key("term").number(mark.term.0);
            if let Some(ConfState { voters, .. }) = &mark.conf_state {
                json.key("voters").array(|json| voters.iter().for_each(|RaftId(id)| json.raft_id(*id)));
            }
        }
        Body::Metadata(range) => metadata(segment, range.clone(), json),
        Body::Crc => {}
        Body::Unreadable(why) => json.key("unreadable").string(why),
    }
}

/// The `RaftMember` that wrote the log (format 4.3).
fn metadata<S: Sink>(segment: &Segment, range: std::ops::Range<u64>, json: &mut Json<'_, S>) {
    use crate::disk::ReadAt;
    let mut member = vec![0; (range.end - range.start).min(METADATA) as usize];
    if segment.file.read_exact_at(&mut member, range.start).is_err() {
        return;
    }
    for field in Fields::new(&member).readable() {
        match (field.number, field.value) {
            (1, Value::Varint(id)) => json.key("raft_id").raft_id(id),
            (2, Value::Bytes(id)) => json.key("node_id").string(&one_line(id)),
            (3, Value::Bytes(addr)) => json.key("addr").string(&one_line(addr)),
            _ => {}
        }
    }
}

fn trust(trust: Trust) -> &'static str {
    match trust {
        Trust::Sound => "sound",
        Trust::Recovered => "recovered",
        Trust::Unverified => "unverified",
        Trust::Damaged => "damaged",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::cache::Cache;
    use super::*;
    use crate::disk::testing::{fixture, fixtures, golden};
    use crate::store::State;

    fn view(name: &str) -> View {
        let state = State::open(fixture(name), &[]).unwrap();
        View::new(Arc::new(state), Arc::new(Cache::new(1 << 20)))
    }

    fn read(view: &View, key: Numbered, offset: u64, len: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        view.read_wal(key, offset, len, &mut |piece| bytes.extend_from_slice(piece));
        bytes
    }

    /// Offset, length, padding, checksum and type, as an independent reader saw them.
    #[test]
    fn every_record_of_every_fixture_has_its_line() {
        let mut records = 0;
        for name in fixtures() {
            let Some(expected) = golden(&name, "wal-records.txt") else { continue };
            let expected = String::from_utf8(expected).unwrap();
            let expected = expected.lines().filter(|line| line.starts_with(' ') && line.contains(" crc="));
            let view = view(&name);
            let mut lines = Vec::new();
            for at in 0..view.state.log().segments.len() {
                let text = read(&view, view.segment_key(at).unwrap(), 0, usize::MAX);
                lines.extend(String::from_utf8(text).unwrap().lines().map(str::to_owned));
            }
            lines.retain(|line| !line.contains("\"gap\""));
            let mut shown = lines.iter();
            for expected in expected {
                let words: Vec<&str> = expected.split_whitespace().collect();
                let value = |key: &str| words.iter().find_map(|word| word.strip_prefix(key)).unwrap();
                let line: serde_json::Value = serde_json::from_str(shown.next().unwrap()).unwrap();
                assert_eq!(line["offset"].to_string(), words[0], "{name}: {expected}");
                assert_eq!(line["length"].to_string(), value("len="), "{name}: {expected}");
                assert_eq!(line["padding"].to_string(), value("pad="), "{name}: {expected}");
                assert_eq!(line["crc"], value("crc="), "{name}: {expected}");
                assert!(words.contains(&line["type"].as_str().unwrap()), "{name}: {expected}");
                if line["type"] == "entry" {
                    assert_eq!(line["index"].to_string(), value("index="), "{name}: {expected}");
                    assert_eq!(line["term"].to_string(), value("term="), "{name}: {expected}");
                }
                records += 1;
            }
            assert_eq!(shown.next(), None, "{name}");
        }
        assert!(records > 5000, "{records}");
    }

    #[test]
    fn a_piece_is_the_same_wherever_reading_begins() {
        for name in ["old-112", "torn-bitflip", "torn-trunc"] {
            let view = view(name);
            let key = view.segment_key(0).unwrap();
            let whole = read(&view, key, 0, usize::MAX);
            assert_eq!(whole.len() as u64, view.wal_len(key).unwrap(), "{name}");
            assert!(name != "old-112" || view.marks(key).unwrap().1.marks.len() > 1);
            for offset in (0..whole.len() + 700).step_by(997) {
                let expected = &whole[offset.min(whole.len())..(offset + 500).min(whole.len())];
                assert_eq!(read(&view, key, offset as u64, 500), expected, "{name} at {offset}");
            }
        }
    }
}
