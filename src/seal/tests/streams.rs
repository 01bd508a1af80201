use std::sync::Arc;

use proptest::prelude::*;

use super::sealer::{MemoryFile, fernet, keyring, record, secretbox};
use crate::disk::ReadAt;
use crate::seal::{Keyring, OpenError, PlainStream, peek_at};

const KEY: [u8; 32] = *b"a key of thirty-two bytes, exact";
const OTHER: [u8; 32] = *b"the key before it, now discarded";
const NONCE: [u8; 24] = [42; 24];

/// A message within a file, with other bytes on both sides.
fn stream(keyring: &Keyring, sealed: &[u8]) -> Result<PlainStream, OpenError> {
    let file = [b"before", sealed, b"after"].concat();
    keyring.open_stream(Arc::new(MemoryFile::new(file)), 6..6 + sealed.len() as u64)
}

fn whole(stream: &PlainStream) -> Vec<u8> {
    let mut plain = vec![0; stream.len() as usize];
    stream.read_exact_at(&mut plain, 0).unwrap();
    plain
}

fn noise(len: usize) -> Vec<u8> {
    (0..len as u64).map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).collect()
}

/// The kernels of two crates, against each other, over every border of block, piece and window.
#[test]
fn every_length_around_the_borders() {
    let keyring = keyring(&[OTHER, KEY]);
    let around = |n: usize| n.saturating_sub(3)..n + 4;
    let lengths =
        around(0).chain(around(16)).chain(around(64)).chain(around(3072)).chain(around(49_152)).chain(around(65_536));
    for len in lengths.chain([98_303, 98_304, 131_072, 300_001]) {
        let plain = noise(len);
        for sealed in [secretbox(&KEY, &NONCE, &plain), fernet(&KEY, &plain)] {
            let stream = stream(&keyring, &sealed).unwrap();
            assert_eq!(stream.len(), len as u64);
            assert_eq!(stream.is_empty(), len == 0);
            assert!(whole(&stream) == plain, "{len}");
            let mut record = Vec::new();
            keyring.open(&sealed, &mut record).unwrap();
            assert!(record == plain, "{len}");
        }
    }
}

#[test]
fn beyond_the_end_is_an_error() {
    for sealed in [secretbox(&KEY, &NONCE, b"four"), fernet(&KEY, b"four")] {
        let stream = stream(&keyring(&[KEY]), &sealed).unwrap();
        assert!(stream.read_exact_at(&mut [], 4).is_ok());
        for (len, offset) in [(1, 4), (5, 0), (0, 5), (1, u64::MAX), (2, u64::MAX - 1)] {
            let error = stream.read_exact_at(&mut vec![0; len], offset).unwrap_err();
            assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof, "{len} at {offset}");
        }
    }
}

#[test]
fn nothing_altered_opens() {
    let keyring = keyring(&[KEY]);
    for sealed in [secretbox(&KEY, &NONCE, b"some words"), fernet(&KEY, b"some words")] {
        for at in 0..sealed.len() {
            assert!(stream(&keyring, &sealed[..at]).is_err(), "cut at {at}");
            for bit in 0..8 {
                let mut altered = sealed.clone();
                altered[at] ^= 1 << bit;
                assert!(stream(&keyring, &altered).is_err(), "byte {at} bit {bit}");
            }
        }
    }
}

#[test]
fn the_same_refusals_as_for_records() {
    let sealed = secretbox(&KEY, &NONCE, b"x");
    assert!(matches!(stream(&Keyring::sealed(), &sealed), Err(OpenError::NoKey)));
    assert!(matches!(stream(&keyring(&[OTHER]), &sealed), Err(OpenError::NotAuthentic)));
    assert!(matches!(stream(&keyring(&[OTHER]), &fernet(&KEY, b"x")), Err(OpenError::NotAuthentic)));
    let keyring = keyring(&[KEY]);
    assert!(matches!(stream(&keyring, &record(0, b"x", b"")), Err(OpenError::NotEncrypted)));
    assert!(matches!(stream(&keyring, &record(7, b"x", b"")), Err(OpenError::UnknownAlgorithm(7))));
    for bytes in [record(1, &[0; 15], &NONCE), record(1, &[0; 16], b""), record(2, b"", b""), record(2, b"!!!!", b"")] {
        assert!(matches!(stream(&keyring, &bytes), Err(OpenError::Malformed { .. })), "{bytes:x?}");
    }
    let token = String::from_utf8(b"gAAA".repeat(40)).unwrap();
    let padding_inside = token.replacen("AAAA", "AA==", 1).replacen("gAAAgAAA", "gAAAgA==", 1);
    assert!(matches!(stream(&keyring, &record(2, padding_inside.as_bytes(), b"")), Err(OpenError::Malformed { .. })));
    let file: Arc<dyn ReadAt> = Arc::new(MemoryFile::new(sealed));
    for range in [0..1000, 1000..1001, u64::MAX - 1..u64::MAX] {
        assert!(matches!(keyring.open_stream(file.clone(), range.clone()), Err(OpenError::Malformed { .. })));
        assert!(matches!(Keyring::clear().open_stream(file.clone(), range.clone()), Err(OpenError::Malformed { .. })));
        assert_eq!(peek_at(&*file, range), None);
    }
}

#[test]
fn a_clear_layout_is_shown_as_it_stands() {
    let stream = stream(&Keyring::clear(), b"plaintext").unwrap();
    assert_eq!(whole(&stream), b"plaintext");
    let mut end = [0; 4];
    stream.read_exact_at(&mut end, 5).unwrap();
    assert_eq!(&end, b"text");
}

#[test]
fn a_large_message_is_read_in_small_pieces() {
    for sealed in [secretbox(&KEY, &NONCE, &noise(5 << 20)), fernet(&KEY, &noise(5 << 20))] {
        let file = Arc::new(MemoryFile::new(sealed));
        let keyring = keyring(&[KEY]);
        let stream = keyring.open_stream(file.clone(), 0..file.len()).unwrap();
        assert!(*file.greatest.lock().unwrap() <= 64 << 10);
        *file.greatest.lock().unwrap() = 0;
        stream.read_exact_at(&mut [0; 100], 4_000_000).unwrap();
        assert!(*file.greatest.lock().unwrap() <= 200, "reads no more than the range needs");
        assert_eq!(keyring.opened(), 1);
    }
}

proptest! {
    #[test]
    fn any_range_equals_the_whole(
        plain in prop::collection::vec(any::<u8>(), 0..9000),
        ranges in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 8),
    ) {
        let keyring = keyring(&[KEY]);
        for sealed in [secretbox(&KEY, &NONCE, &plain), fernet(&KEY, &plain)] {
            let stream = stream(&keyring, &sealed).unwrap();
            for (start, end) in &ranges {
                let (a, b) = (start.index(plain.len() + 1), end.index(plain.len() + 1));
                let range = a.min(b)..a.max(b);
                let mut part = vec![0; range.len()];
                stream.read_exact_at(&mut part, range.start as u64).unwrap();
                prop_assert_eq!(&part, &plain[range]);
            }
        }
    }

    #[test]
    fn no_input_panics(bytes: Vec<u8>, algorithm in 0u64..4, nonce: Vec<u8>) {
        let keyring = keyring(&[KEY]);
        let _ = stream(&keyring, &bytes);
        prop_assert!(stream(&keyring, &record(algorithm, &bytes, &nonce)).is_err());
    }
}
