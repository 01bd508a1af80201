//! The key of an index cache: it opens only to who holds the very data keys with which the index was made.

use std::fmt;

use aes_gcm::aead::{AeadInOut as _, KeyInit as _};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::keyring::Keyring;

/// Keeps this use of the data keys apart from the log's own.
const PURPOSE: &[u8] = b"swarmfs index cache, AES-256-GCM";

const NONCE: usize = 12;
const TAG: usize = 16;

/// What sealing adds to a section.
pub const SEALED_OVERHEAD: usize = NONCE + TAG;

/// Seals and opens the sections of one index cache (AES-256-GCM). The key is made for one file by HKDF-SHA-256
/// from all data keys at hand: an index tells what each of them protects, so none of them alone opens it.
pub struct CacheKey(Aes256Gcm);

impl CacheKey {
    /// The key for a file with this salt; `None` where there is no data key to make it from.
    pub fn derive<'a>(rings: impl IntoIterator<Item = &'a Keyring>, salt: &[u8; 32]) -> Option<CacheKey> {
        let mut keys: Vec<_> = rings.into_iter().flat_map(Keyring::keys).collect();
        // The order in which they are tried says nothing.
        keys.sort_unstable_by_key(|key| key.bytes());
        keys.dedup_by_key(|key| key.bytes());
        if keys.is_empty() {
            return None;
        }
        let mut input = Zeroizing::new(Vec::with_capacity(keys.len() * 32));
        keys.iter().for_each(|key| input.extend_from_slice(key.bytes()));
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(salt), &input).expand(PURPOSE, &mut key[..]).ok()?;
        Some(CacheKey(Aes256Gcm::new((&*key).into())))
    }

    /// Seals `section`, which becomes nonce, ciphertext and tag; it is bound to `associated`. False, and nothing of
    /// the plaintext left, where the system gives no random nonce.
    #[must_use]
    pub fn seal(&self, associated: &[u8], section: &mut Vec<u8>) -> bool {
        let mut nonce = [0; NONCE];
        let sealed = getrandom::fill(&mut nonce).is_ok();
        let tag = self.0.encrypt_inout_detached(&nonce.into(), associated, section.as_mut_slice().into());
        let (true, Ok(tag)) = (sealed, tag) else {
            zeroize::Zeroize::zeroize(section);
            return false;
        };
        section.extend_from_slice(&tag);
        section.extend_from_slice(&nonce);
        true
    }

    /// Opens what was sealed, in place. False, with nothing deciphered, where the key or `associated` is another
    /// one, or anything was altered.
    #[must_use]
    pub fn open(&self, associated: &[u8], sealed: &mut Vec<u8>) -> bool {
        let len = sealed.len().checked_sub(SEALED_OVERHEAD);
        let Some((section, rest)) = len.and_then(|len| sealed.split_at_mut_checked(len)) else {
            return false;
        };
        let Some((tag, nonce)) = rest.split_first_chunk::<TAG>() else { return false };
        let Ok(nonce) = <[u8; NONCE]>::try_from(nonce) else { return false };
        let (nonce, tag): (Nonce<_>, Tag) = (nonce.into(), (*tag).into());
        let opened = self.0.decrypt_inout_detached(&nonce, associated, section.into(), &tag).is_ok();
        let len = section.len();
        sealed.truncate(len);
        opened
    }
}

impl fmt::Debug for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CacheKey")
    }
}

#[cfg(test)]
mod tests {
    use super::super::data_key::DataKey;
    use super::*;

    fn ring(keys: &[u8]) -> Keyring {
        Keyring::of_keys(keys.iter().filter_map(|key| DataKey::new(&[*key; 32])))
    }

    fn key(rings: &[&[u8]], salt: u8) -> CacheKey {
        let rings: Vec<Keyring> = rings.iter().map(|keys| ring(keys)).collect();
        CacheKey::derive(&rings, &[salt; 32]).unwrap()
    }

    #[test]
    fn only_the_same_keys_salt_and_context_open_a_section() {
        let mut sealed = b"what an index tells".to_vec();
        assert!(key(&[&[1, 2]], 7).seal(b"context", &mut sealed));
        assert_eq!(sealed.len(), 19 + SEALED_OVERHEAD);
        let opens = |key: CacheKey, context: &[u8], sealed: &[u8]| {
            let mut section = sealed.to_vec();
            key.open(context, &mut section).then_some(section)
        };
        assert_eq!(opens(key(&[&[1, 2]], 7), b"context", &sealed).unwrap(), b"what an index tells");
        // The same keys in another order, in several rings, one of them twice.
        assert!(opens(key(&[&[2], &[1, 2]], 7), b"context", &sealed).is_some());
        for other in [key(&[&[1]], 7), key(&[&[1, 3]], 7), key(&[&[1, 2, 3]], 7), key(&[&[1, 2]], 8)] {
            assert!(opens(other, b"context", &sealed).is_none());
        }
        assert!(opens(key(&[&[1, 2]], 7), b"another", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(opens(key(&[&[1, 2]], 7), b"context", &altered).is_none(), "at {at}");
            assert!(opens(key(&[&[1, 2]], 7), b"context", &sealed[..at]).is_none(), "cut at {at}");
        }
    }

    #[test]
    fn a_nonce_is_never_used_again() {
        let key = key(&[&[1]], 1);
        let sealed = || {
            let mut section = vec![0; 32];
            assert!(key.seal(b"", &mut section));
            section
        };
        assert_ne!(sealed(), sealed());
    }

    #[test]
    fn without_data_keys_there_is_none() {
        assert!(CacheKey::derive(&[Keyring::clear(), Keyring::sealed()], &[0; 32]).is_none());
    }
}
