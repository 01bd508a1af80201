//! Any bytes as a key file, and as an unlock key.

use swarmfs::seal::{Keyring, SealError, UnlockKey};

use super::parts::parts;

/// A key that any input may have been locked with.
const KEY: &[u8] = b"SWMKEY-1-AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM";

/// Only a locked file asks for a key, and only where a key was given it is wrong.
pub fn key_files(input: &[u8]) {
    let mut parts = parts(input).into_iter();
    let bytes = parts.next().unwrap_or_default();
    let key = parts.next().and_then(|text| UnlockKey::parse(text).map_err(|error| error.to_string()).ok());
    let file = match swarmfs::seal::KeyFile::parse(bytes) {
        Ok(file) => file,
        Err(error) => return assert!(!error.to_string().contains('\n')),
    };
    let said = format!("{:?} {}", file.facts(), file.facts().body);
    assert!(said.len() < 8 * bytes.len() + 4096);
    file.facts().damage.iter().for_each(|damage| assert!(!damage.to_string().contains('\n')));
    match Keyring::unlock(&file, &[]) {
        Ok(ring) => check(&ring),
        Err(SealError::WrongKey { .. }) => panic!("no key was given"),
        Err(SealError::Locked) => assert!(file.locked()),
        Err(error) => assert!(!error.to_string().contains('\n')),
    }
    let keys: Vec<UnlockKey> = key.into_iter().chain(UnlockKey::parse(KEY)).collect();
    match Keyring::unlock(&file, &keys) {
        Ok(ring) => check(&ring),
        Err(error) => {
            assert!(file.locked() || !matches!(error, SealError::WrongKey { .. } | SealError::Locked), "{error}");
        }
    }
    assert!(file.public_key(&keys).is_none_or(|point| point.len() == 65));
}

fn check(ring: &Keyring) {
    assert!(!ring.is_sealed() && !ring.is_clear() && (1..=2).contains(&ring.key_count()));
    ring.lost().iter().for_each(|error| assert!(!error.to_string().is_empty()));
}
