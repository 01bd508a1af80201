use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use proptest::prelude::*;

use super::sealer::{fernet, fernet_token, keyring, record, secretbox, signed};
use crate::seal::{Algorithm, Keyring, OpenError, RecordFacts, peek};

const KEY: [u8; 32] = *b"a key of thirty-two bytes, exact";
const OTHER: [u8; 32] = *b"the key before it, now discarded";
const NONCE: [u8; 24] = [42; 24];

fn open(keyring: &Keyring, record: &[u8]) -> Result<Vec<u8>, OpenError> {
    let mut out = b"stale".to_vec();
    let result = keyring.open(record, &mut out);
    assert!(result.is_ok() || out.is_empty(), "nothing is left over after an error");
    result.map(|()| out)
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

#[test]
fn the_vector_of_an_empty_entry() {
    let dek = hex("fa3a909c71a2cb02d8ae66122c5a5a951f84ab5566bfc301270898fbbd12eb94");
    let record =
        hex("0801 1210 948240d2d71988a066b40cd7a95c08f1 1a18 fd6fcc7b632b11b2c94c4674cc438e92bbccafad14556cfa");
    assert_eq!(record.len(), 46);
    let keyring = keyring(&[dek.try_into().unwrap()]);
    assert_eq!(open(&keyring, &record).unwrap(), b"");
    assert_eq!(keyring.opened(), 1);
}

#[test]
fn each_key_is_tried_whatever_the_order() {
    for (key, other) in [(KEY, OTHER), (OTHER, KEY)] {
        let keyring = keyring(&[key, other]);
        for record in [secretbox(&KEY, &NONCE, b"new"), fernet(&KEY, b"new")] {
            assert_eq!(open(&keyring, &record).unwrap(), b"new");
        }
    }
}

#[test]
fn a_wrong_key_is_not_authentic() {
    for record in [secretbox(&KEY, &NONCE, b"x"), fernet(&KEY, b"x")] {
        assert!(matches!(open(&keyring(&[OTHER]), &record), Err(OpenError::NotAuthentic)));
        assert!(matches!(open(&Keyring::sealed(), &record), Err(OpenError::NoKey)));
    }
}

#[test]
fn the_zero_key_opens_nothing() {
    for record in [secretbox(&[0; 32], &NONCE, b"forged"), fernet(&[0; 32], b"forged")] {
        assert!(matches!(open(&keyring(&[KEY]), &record), Err(OpenError::NotAuthentic)));
    }
}

#[test]
fn what_is_not_encrypted_is_refused_unless_the_layout_is_clear() {
    let plain = record(0, b"forged", b"");
    assert!(matches!(open(&keyring(&[KEY]), &plain), Err(OpenError::NotEncrypted)));
    assert!(matches!(open(&keyring(&[KEY]), b""), Err(OpenError::NotEncrypted)));
    assert!(matches!(open(&Keyring::sealed(), &plain), Err(OpenError::NotEncrypted)));
    // The clear layouts have no such record around their data.
    let mut clear = Keyring::clear();
    clear.add(keyring(&[KEY]));
    assert_eq!(open(&clear, &plain).unwrap(), plain);
}

#[test]
fn unknown_algorithms_and_fields() {
    assert!(matches!(open(&keyring(&[KEY]), &record(3, b"x", b"")), Err(OpenError::UnknownAlgorithm(3))));
    // A later release may add fields; the last of several values counts; an enum is cut to 32 bits.
    let mut message = b"\x20\x05\x29........\x35....\x3a\x02..\x08\x03".to_vec();
    message.extend(secretbox(&KEY, &NONCE, b"x"));
    assert_eq!(open(&keyring(&[KEY]), &message).unwrap(), b"x");
    message.extend(b"\x08\x81\x80\x80\x80\x10");
    assert_eq!(open(&keyring(&[KEY]), &message).unwrap(), b"x");
}

#[test]
fn malformed_records_say_where() {
    let cases: [(&[u8], u64); 9] = [
        (b"\x08", 0),
        (b"\x08\x01\x12\x05abcd", 2),
        (b"\x08\x01\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 2),
        (b"\x08\x01\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 2),
        (b"\x0a\x01x", 0),
        (b"\x10\x01", 0),
        (b"\x00\x01", 0),
        (b"\x0b\x0c", 0),
        (b"\x0f", 0),
    ];
    for (bytes, where_) in cases {
        match open(&keyring(&[KEY]), bytes) {
            Err(OpenError::Malformed { at, .. }) => assert_eq!(at, where_, "{bytes:x?}"),
            other => panic!("{bytes:x?}: {other:?}"),
        }
    }
    let many = b"\x20\x00".repeat(1000);
    assert!(matches!(open(&keyring(&[KEY]), &many), Err(OpenError::Malformed { at: 128, .. })));
}

#[test]
fn nonces_and_tags_of_other_lengths() {
    for record in [record(1, &[0; 16], &[0; 23]), record(1, &[0; 16], &[0; 25]), record(1, &[0; 15], &NONCE)] {
        assert!(matches!(open(&keyring(&[KEY]), &record), Err(OpenError::Malformed { .. })));
    }
}

#[test]
fn malformed_tokens() {
    let shape = |message: &[u8], version: u8| {
        let mut token = vec![version];
        token.extend([0; 24]);
        token.extend(message);
        record(2, URL_SAFE.encode(signed(&KEY, token)).as_bytes(), b"")
    };
    for bytes in [
        record(2, b"", b""),
        record(2, b"gAAA", b""),
        record(2, b"!!!!", b""),
        shape(b"", 0x80),
        shape(&[1; 15], 0x80),
        shape(&[1; 16], 0x81),
        shape(&[1; 16], 0x80),
    ] {
        assert!(matches!(open(&keyring(&[KEY]), &bytes), Err(OpenError::Malformed { .. })), "{bytes:x?}");
    }
    // No padding, and padding that is not canonical.
    let token = fernet_token(&KEY, 5, &[1; 16], b"abc");
    assert!(token.ends_with("=="));
    let unpadded = record(2, token.trim_end_matches('=').as_bytes(), b"");
    assert!(matches!(open(&keyring(&[KEY]), &unpadded), Err(OpenError::Malformed { .. })));
}

#[test]
fn peeking_needs_no_key() {
    let secret = secretbox(&KEY, &NONCE, b"four");
    let facts = RecordFacts { algorithm: Algorithm::Secretbox, data_len: 20, nonce_len: 24, sealed_at: None };
    assert_eq!(peek(&secret), Some(facts));
    let facts = peek(&fernet(&KEY, b"four")).unwrap();
    assert_eq!((facts.algorithm, facts.sealed_at), (Algorithm::Fernet, Some(1_700_000_000)));
    assert_eq!(peek(&record(2, b"gAA", b"")).unwrap().sealed_at, None);
    assert_eq!(peek(b"\x08"), None);
}

#[test]
fn room_is_used_again() {
    let keyring = keyring(&[KEY]);
    let mut out = Vec::new();
    keyring.open(&secretbox(&KEY, &NONCE, &[1; 5000]), &mut out).unwrap();
    let (place, room) = (out.as_ptr(), out.capacity());
    keyring.open(&fernet(&KEY, &[2; 3000]), &mut out).unwrap();
    keyring.open(&secretbox(&KEY, &NONCE, &[3; 10]), &mut out).unwrap();
    assert_eq!((out.as_ptr(), out.capacity(), &out[..]), (place, room, &[3; 10][..]));
}

proptest! {
    #[test]
    fn what_is_sealed_opens(plain: Vec<u8>, key: [u8; 32], nonce: [u8; 24]) {
        let keyring = keyring(&[OTHER, key]);
        prop_assert_eq!(open(&keyring, &secretbox(&key, &nonce, &plain)).unwrap(), plain.clone());
        prop_assert_eq!(open(&keyring, &fernet(&key, &plain)).unwrap(), plain);
    }

    #[test]
    fn no_input_panics(bytes: Vec<u8>, algorithm in 0u64..4, nonce: Vec<u8>) {
        let keyring = keyring(&[KEY]);
        let _ = open(&keyring, &bytes);
        let _ = peek(&bytes);
        prop_assert!(open(&keyring, &record(algorithm, &bytes, &nonce)).is_err());
    }
}

/// One bit changed, or the record cut, anywhere: never plaintext.
#[test]
fn nothing_altered_opens() {
    let keyring = keyring(&[KEY]);
    for (sealed, secret) in
        [(secretbox(&KEY, &NONCE, b"a secret"), true), (fernet(&KEY, b"a secret of two blocks"), false)]
    {
        for at in 0..sealed.len() {
            assert!(open(&keyring, &sealed[..at]).is_err(), "cut at {at}");
            for bit in 0..8 {
                let mut altered = sealed.clone();
                altered[at] ^= 1 << bit;
                assert!(open(&keyring, &altered).is_err(), "byte {at} bit {bit} of secretbox {secret}");
            }
        }
    }
}
