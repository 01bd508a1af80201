//! What real daemons sealed, from the packed state directories of the repository.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::sealer::MemoryFile;
use crate::seal::{Algorithm, BodyForm, KeyFile, Keyring, OpenError, SealError, UnlockKey, peek};

const AUTOLOCK: &str = "SWMKEY-1-CUTiWdAgPstbSgiHzG2rnIw6FprEwC/bzo4o/lJwo2g";
const THREE: &str = "SWMKEY-1-/WwtLYLu4QdsO+8hdEjN23mwPgmkQytPyBdAnEXNIJc";
const LEGACY: &str = "SWMKEY-1-9auOuPdiGx+fqbPUVLdl83cKxcaphsf1jDxCki3qZwQ";

type Files = BTreeMap<String, Vec<u8>>;

/// The files of a packed directory whose names end so, by their paths in it.
fn unpack(name: &str, wanted: &[&str]) -> Files {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(format!("{name}.tar.zst"));
    let file = File::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut archive = tar::Archive::new(ruzstd::decoding::StreamingDecoder::new(file).unwrap());
    let mut files = Files::new();
    for entry in archive.entries().unwrap() {
        let entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().into_owned();
        if wanted.iter().any(|end| path.ends_with(end)) {
            let mut bytes = Vec::new();
            // Segments are preallocated with zeros; none here holds more than this.
            entry.take(8 << 20).read_to_end(&mut bytes).unwrap();
            files.insert(path.split_once('/').unwrap().1.to_owned(), bytes);
        }
    }
    files
}

fn node_key(files: &Files) -> KeyFile {
    KeyFile::parse(&files["certificates/swarm-node.key"]).unwrap()
}

fn unlock(files: &Files, key: &str) -> Result<Keyring, SealError> {
    let keys: Vec<UnlockKey> =
        (!key.is_empty()).then(|| UnlockKey::parse(key.as_bytes()).unwrap()).into_iter().collect();
    Keyring::unlock(&node_key(files), &keys)
}

/// The last bytes field of that number in a message.
fn field(message: &[u8], range: Range<usize>, number: u64) -> Option<Range<usize>> {
    let varint = |at: &mut usize| {
        let (mut value, mut shift) = (0u64, 0);
        loop {
            let byte = message[*at];
            *at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    };
    let (mut at, mut found) = (range.start, None);
    while at < range.end {
        let key = varint(&mut at);
        let value = varint(&mut at);
        if key & 7 == 2 {
            let end = at + value as usize;
            found = (key >> 3 == number).then_some(at..end).or(found);
            at = end;
        }
    }
    found
}

/// The payloads of the entries in a segment, in order (formats 4.2, 4.3, 5).
fn payloads(segment: &[u8]) -> Vec<&[u8]> {
    let (mut at, mut found) = (0, Vec::new());
    while let Some(length) = segment.get(at..at + 8) {
        let length = u64::from_le_bytes(length.try_into().unwrap());
        let record = at + 8..at + 8 + (length & 0x00ff_ffff_ffff_ffff) as usize;
        if length == 0 || record.end > segment.len() {
            break;
        }
        at = record.end.next_multiple_of(8);
        if segment[record.clone()].starts_with(&[8, 2]) {
            let entry = field(segment, record, 3).unwrap();
            found.push(&segment[field(segment, entry, 4).unwrap()]);
        }
    }
    found
}

fn segments(files: &Files) -> impl Iterator<Item = &Vec<u8>> {
    files.iter().filter(|(path, _)| path.ends_with(".wal")).map(|(_, bytes)| bytes)
}

/// Each entry of each directory: name, unlock key, how many open, how many do not.
#[test]
fn every_entry_opens_that_can() {
    for (name, key, opens, sealed) in [
        ("fresh", "", 11, 0),
        ("secret", "", 39, 0),
        ("stack-stopped", "", 299, 0),
        ("autolock-init", AUTOLOCK, 12, 0),
        ("restarts", AUTOLOCK, 40, 0),
        ("ca-rotated", "", 22, 0),
        ("snapshots", "", 242, 0),
        // The rotation discarded the DEK of all entries up to the snapshot (format 2.9).
        ("three-autolock-leader", THREE, 12, 278),
        ("three-cut-leader", "", 149, 0),
        ("three-m1", "", 70, 0),
        // One bit of one entry was changed.
        ("torn-bitflip", "", 298, 1),
        ("torn-trunc", "", 298, 0),
        ("newest-stack", "", 319, 0),
        ("node-head", "", 98, 0),
        ("fips-node", "", 137, 0),
        ("old-2017-locked", LEGACY, 600, 0),
        ("allfields-a", "", 206, 0),
    ] {
        let files = unpack(name, &[".wal", "swarm-node.key"]);
        let keyring = unlock(&files, key).unwrap();
        let expected = if name == "fips-node" { Algorithm::Fernet } else { Algorithm::Secretbox };
        let (mut opened, mut refused) = (0, 0);
        let mut plain = Vec::new();
        for payload in segments(&files).flat_map(|segment| payloads(segment)) {
            let facts = peek(payload).unwrap();
            assert_eq!(facts.algorithm, expected, "{name}");
            assert_eq!(facts.sealed_at.is_some_and(|seconds| seconds > 1_700_000_000), expected == Algorithm::Fernet);
            match keyring.open(payload, &mut plain) {
                Ok(()) => opened += 1,
                Err(OpenError::NotAuthentic) => refused += 1,
                Err(error) => panic!("{name}: {error}"),
            }
        }
        assert_eq!((opened, refused), (opens, sealed), "{name}");
        assert_eq!(keyring.opened(), opens, "{name}");
    }
}

/// Byte for byte what another implementation opened.
#[test]
fn the_plaintext_is_the_expected_one() {
    let files = unpack("allfields-a", &[".wal", "swarm-node.key"]);
    let golden = unpack("allfields-a.golden", &["plain/entries.tsv"]);
    let table = String::from_utf8(golden["plain/entries.tsv"].clone()).unwrap();
    let keyring = unlock(&files, "").unwrap();
    let payloads: Vec<_> = segments(&files).flat_map(|segment| payloads(segment)).collect();
    let rows: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!((rows.len(), payloads.len()), (206, 206));
    let mut plain = Vec::new();
    for (row, payload) in rows.into_iter().zip(payloads) {
        keyring.open(payload, &mut plain).unwrap();
        let hex: String = plain.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(row.split('\t').nth(3) == Some(&hex), "{}", &row[..10]);
    }
}

#[test]
fn snapshots_open_in_place() {
    for (name, key, count) in [("snapshots", "", 4), ("node-head", "", 1), ("three-autolock-leader", THREE, 1)] {
        let files = unpack(name, &[".snap", "swarm-node.key"]);
        let keyring = unlock(&files, key).unwrap();
        let snapshots: Vec<_> = files.iter().filter(|(path, _)| path.ends_with(".snap")).collect();
        assert_eq!(snapshots.len(), count, "{name}");
        for (path, bytes) in snapshots {
            let inner = field(bytes, 0..bytes.len(), 2).unwrap();
            let sealed = field(bytes, inner, 1).unwrap();
            let mut whole = Vec::new();
            keyring.open(&bytes[sealed.clone()], &mut whole).unwrap();
            let file = Arc::new(MemoryFile::new(bytes.clone()));
            let stream = keyring.open_stream(file, sealed.start as u64..sealed.end as u64).unwrap();
            assert_eq!(stream.len(), whole.len() as u64, "{path}");
            for start in (0..whole.len()).step_by(997) {
                let mut part = vec![0; 1500.min(whole.len() - start)];
                stream.read_exact_at(&mut part, start as u64).unwrap();
                assert!(part == whole[start..start + part.len()], "{path} at {start}");
            }
        }
    }
}

#[test]
fn locked_directories_need_their_own_key() {
    for (name, key, body, version) in [
        ("autolock-init", AUTOLOCK, BodyForm::Pkcs8Encrypted, 0),
        ("restarts", AUTOLOCK, BodyForm::Pkcs8Encrypted, 0),
        ("three-autolock-leader", THREE, BodyForm::Pkcs8Encrypted, 277),
        ("old-2017-locked", LEGACY, BodyForm::EcEncrypted, 0),
    ] {
        let files = unpack(name, &["swarm-node.key"]);
        let facts = node_key(&files).facts().clone();
        assert_eq!((facts.body, facts.kek_version, facts.dek), (body, Some(version), Some(Algorithm::Secretbox)));
        assert!(facts.damage.is_empty() && facts.pending.is_none());
        assert_eq!(unlock(&files, "").unwrap_err(), SealError::Locked);
        for other in [AUTOLOCK, THREE, LEGACY] {
            let expected = if other == key { None } else { Some(SealError::WrongKey { kek_version: Some(version) }) };
            assert_eq!(unlock(&files, other).err(), expected, "{name}");
        }
        // The body agrees with the header: it opens with the same key.
        let text = String::from_utf8(files["certificates/swarm-node.key"].clone()).unwrap();
        let without_dek: String = text
            .lines()
            .filter(|line| !line.starts_with("raft-dek"))
            .fold(String::new(), |text, line| text + line + "\n");
        let file = KeyFile::parse(without_dek.as_bytes()).unwrap();
        let open = |key: &str| Keyring::unlock(&file, &[UnlockKey::parse(key.as_bytes()).unwrap()]).unwrap_err();
        assert_eq!(open(key), SealError::NoDek);
        assert_eq!(open("SWMKEY-1-AAAA"), SealError::WrongKey { kek_version: Some(version) });
    }
}

#[test]
fn nodes_without_a_dek_say_so() {
    for (name, body) in
        [("three-demoted", BodyForm::Pkcs8), ("three-worker", BodyForm::Pkcs8), ("old-112", BodyForm::Ec)]
    {
        let files = unpack(name, &["swarm-node.key"]);
        let file = node_key(&files);
        assert_eq!((file.facts().body, file.facts().dek, file.locked()), (body, None, false), "{name}");
        assert_eq!(unlock(&files, "").unwrap_err(), SealError::NoDek);
        assert_eq!(unlock(&files, AUTOLOCK).unwrap_err(), SealError::NoDek);
    }
}

#[test]
fn a_log_opens_with_its_own_managers_key_only() {
    let one = unpack("three-m1", &[".wal", "swarm-node.key"]);
    let two = unpack("three-m2", &["swarm-node.key"]);
    let mut keyring = unlock(&two, "").unwrap();
    let payload = payloads(segments(&one).next().unwrap())[0];
    assert!(matches!(keyring.open(payload, &mut Vec::new()), Err(OpenError::NotAuthentic)));
    keyring.add(unlock(&one, "").unwrap());
    keyring.add(unlock(&one, "").unwrap());
    assert_eq!(keyring.key_count(), 2);
    keyring.open(payload, &mut Vec::new()).unwrap();
}
