//! The record that nearly all are: an entry, laid out as every writer lays entries out, with its right checksum.
//! It is read at one go from memory; whatever differs in the least is left to the general reader.

use crc32c::crc32c_append;

use super::frame::Frame;
use super::record::{Body, EntryType, MAX_INDEX, MAX_TERM, RecordType};
use super::records::{Piece, Record, Records, Trust};
use super::window::WINDOW;
use super::{RaftIndex, Term};

/// The fields of such a record, by their tags (format 4.3, 5).
const TYPE_ENTRY: [u8; 2] = [0x08, 2];
const CRC: u8 = 0x10;
const DATA: u8 = 0x1a;
const KIND: u8 = 0x08;
const TERM: u8 = 0x10;
const INDEX: u8 = 0x18;
const PAYLOAD: u8 = 0x22;

/// What it says.
struct Usual<'a> {
    crc: u32,
    /// What the checksum covers.
    data: &'a [u8],
    kind: u32,
    term: u64,
    index: u64,
    /// Length of the payload, which ends where the record ends.
    payload: usize,
}

impl<'a> Usual<'a> {
    fn read(record: &'a [u8]) -> Option<Usual<'a>> {
        let mut rest = record.strip_prefix(&TYPE_ENTRY)?;
        let crc = u32::try_from(field(&mut rest, CRC)?).ok()?;
        let len = field(&mut rest, DATA)?;
        let data = rest;
        let kind = u32::try_from(field(&mut rest, KIND)?).ok()?;
        let term = field(&mut rest, TERM)?;
        let index = field(&mut rest, INDEX)?;
        let payload = field(&mut rest, PAYLOAD)?;
        let fits = len == data.len() as u64 && payload == rest.len() as u64;
        let sane = (1..MAX_TERM).contains(&term) && (1..=MAX_INDEX).contains(&index);
        (fits && sane).then_some(Usual { crc, data, kind, term, index, payload: rest.len() })
    }
}

impl Records {
    /// Takes the record in this frame, if it is a usual one; false where the general reader has to look.
    pub(super) fn usual(&mut self, frame: Frame) -> bool {
        let (start, end) = (frame.record(), frame.record().saturating_add(frame.len));
        let Some(before) = self.chain.first.filter(|_| frame.canonical && frame.len <= WINDOW as u64) else {
            return false;
        };
        let Ok(bytes) = self.window.bytes(start, frame.len as usize) else { return false };
        let Some(usual) = Usual::read(bytes).filter(|usual| crc32c_append(before, usual.data) == usual.crc) else {
            return false;
        };
        let (crc, data) = (usual.crc, end - usual.payload as u64..end);
        let (index, term, kind) = (RaftIndex(usual.index), Term(usual.term), EntryType(usual.kind));
        self.ready.push_back(Piece::Record(Record {
            offset: frame.offset,
            len: frame.len,
            padding: frame.padding,
            kind: RecordType::ENTRY,
            crc,
            expected: Some(crc),
            body: Body::Entry { index, term, kind, data },
            trust: if self.behind_damage { Trust::Recovered } else { Trust::Sound },
            fault: None,
        }));
        self.go_on(frame, crc);
        true
    }
}

/// The number of a field, where it comes next.
#[inline]
fn field(rest: &mut &[u8], tag: u8) -> Option<u64> {
    let bytes = rest.strip_prefix(&[tag])?;
    let mut value = 0u64;
    // Nine bytes hold 63 bits; nothing usual needs more.
    for (position, byte) in bytes.iter().take(9).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * position);
        if byte & 0x80 == 0 {
            *rest = &bytes[position + 1..];
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::disk::testing::fixture;
    use crate::disk::{Framing, Layout, Log, ReadAt, Segment, Source};

    /// All pieces, as the general reader alone finds them.
    fn slowly(mut records: Records) -> Vec<Piece> {
        let mut pieces = Vec::new();
        while records.at < records.window.end() {
            if records.step(false).is_err() {
                let end = records.window.end();
                records.gap(end, Some(crate::disk::FaultKind::CutWhileRead));
            }
            pieces.extend(records.ready.drain(..));
        }
        pieces
    }

    /// The first segment of a fixture, and its bytes up to the end of its records.
    fn segment(name: &str) -> (Segment, Vec<u8>) {
        let (source, layout) = Layout::find(fixture(name)).unwrap();
        let log = Log::scan(&source, layout.wal.as_ref().unwrap()).unwrap();
        let segment = log.segments[0].clone();
        let mut bytes = vec![0; segment.end as usize];
        segment.file.read_exact_at(&mut bytes, 0).unwrap();
        (segment, bytes)
    }

    /// The same segment with other bytes.
    fn with_bytes(segment: &Segment, bytes: &[u8]) -> Segment {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("segment"), bytes).unwrap();
        let file = Source::folder(folder.path()).unwrap().open("segment").unwrap();
        Segment { file, ..segment.clone() }
    }

    #[test]
    fn every_entry_that_fits_the_window_is_usual() {
        let (segment, bytes) = segment("secret");
        let mut records = with_bytes(&segment, &bytes).records();
        let mut usual = 0;
        while records.at < records.window.end() {
            let field = records.window.word(records.at).unwrap();
            if records.usual(Frame::new(records.at, field, Framing::Aligned).unwrap()) {
                usual += 1;
            } else {
                records.step(false).unwrap();
                let Some(Piece::Record(record)) = records.ready.back() else { continue };
                let with_payload = matches!(&record.body, Body::Entry { data, .. } if !data.is_empty());
                assert!(!with_payload || record.len > WINDOW as u64, "{record:?}");
            }
        }
        assert!(usual > 30, "{usual}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn it_makes_no_difference(flips in prop::collection::vec((any::<prop::sample::Index>(), 0u8..8), 0..4)) {
            for name in ["secret", "old-112"] {
                let (segment, mut bytes) = segment(name);
                for (at, bit) in &flips {
                    let at = at.index(bytes.len());
                    bytes[at] ^= 1 << bit;
                }
                let segment = with_bytes(&segment, &bytes);
                let quick: Vec<Piece> = segment.records().collect();
                prop_assert_eq!(quick, slowly(segment.records()));
            }
        }
    }
}
