use proptest::prelude::*;

use super::sealer::unlock_key;
use crate::seal::{SealError, UnlockKey};

fn parse(text: &str) -> Result<Vec<u8>, SealError> {
    UnlockKey::parse(text.as_bytes()).map(|key| key.password().to_vec())
}

#[test]
fn the_vector_of_32_bytes_3() {
    assert_eq!(parse("SWMKEY-1-AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM"), Ok(vec![3; 32]));
}

#[test]
fn space_around_and_line_breaks_inside_do_not_matter() {
    assert_eq!(parse(" SWMKEY-1-Aw\r\nMD\n\n"), Ok(vec![3; 3]));
    assert_eq!(parse("SWMKEY-1-A w"), Err(SealError::NotBase64));
}

#[test]
fn each_fault_has_its_own_sentence() {
    assert_eq!(parse(""), Err(SealError::NoPrefix));
    assert_eq!(parse("swmkey-1-AwMD"), Err(SealError::NoPrefix));
    assert_eq!(parse("SWMKEY-2-AwMD"), Err(SealError::NoPrefix));
    assert_eq!(parse("SWMKEY-1-Aw=="), Err(SealError::Padded));
    assert_eq!(parse("SWMKEY-1-Aw-_"), Err(SealError::NotBase64));
    assert_eq!(parse("SWMKEY-1-AwMDA"), Err(SealError::NotBase64));
}

#[test]
fn no_message_repeats_the_key() {
    for text in ["SWMKEY-1-Sec=ret", "SWMKEY-1-Sec-ret", "Secret"] {
        let error = UnlockKey::parse(text.as_bytes()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("ret\""), "{error:?}");
        assert!(!format!("{error}").contains("Sec"), "{error}");
    }
    assert_eq!(format!("{:?}", unlock_key(b"Secret")), "UnlockKey { .. }");
}

#[test]
fn any_length_is_a_key_and_spare_bits_do_not_matter() {
    assert_eq!(parse("SWMKEY-1-"), Ok(vec![]));
    assert!(UnlockKey::parse(b"SWMKEY-1-\n").unwrap().is_empty());
    assert_eq!(parse("SWMKEY-1-Aw"), Ok(vec![3]));
    assert_eq!(parse("SWMKEY-1-Ax"), Ok(vec![3]));
    assert_eq!(unlock_key(&[9; 3]).header_key()[..5], [9, 9, 9, 0, 0]);
    assert_eq!(*unlock_key(&[9; 40]).header_key(), [9; 32]);
}

proptest! {
    #[test]
    fn what_is_written_is_read(bytes: Vec<u8>) {
        let key = unlock_key(&bytes);
        prop_assert_eq!(key.password(), &bytes[..]);
    }

    #[test]
    fn no_input_panics(bytes: Vec<u8>) {
        let _ = UnlockKey::parse(&bytes);
        let _ = UnlockKey::parse(&[b"SWMKEY-1-", &bytes[..]].concat());
    }
}
