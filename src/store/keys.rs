//! The keys of a state directory: what the key file says, and the data keys that were found so far.

use std::sync::Arc;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::StoreError;
use super::saved_keys::SavedKeys;
use crate::disk::{Layout, ReadAt, Source};
use crate::seal::{CacheKey, KeyFacts, KeyFile, Keyring, OpenError, PlainStream, SealError, UnlockKey};

/// Where the node's key and the data keys lie (format 2).
pub(super) const KEY_FILE: &str = "certificates/swarm-node.key";

/// No key file is longer than this.
pub(super) const KEY_FILE_LIMIT: u64 = 1 << 20;

/// What is known of the keys.
#[derive(Clone, Debug)]
pub enum Keys {
    /// The layout is not encrypted and needs none.
    NotNeeded,
    /// Data keys are at hand.
    AtHand {
        /// What the key file says in clear.
        facts: KeyFacts,
        /// True where an unlock key was needed.
        locked: bool,
    },
    /// The key file is locked, and no unlock key was given.
    Locked {
        /// What the key file says in clear.
        facts: KeyFacts,
    },
    /// There is no data key: no key file, one without data keys (a worker, a demoted manager), or an unreadable one.
    Missing {
        /// What the key file says in clear, where it could be read.
        facts: Option<KeyFacts>,
        /// Why there is none.
        why: String,
    },
}

impl Keys {
    /// What the key file says in clear.
    pub fn facts(&self) -> Option<&KeyFacts> {
        match self {
            Keys::NotNeeded => None,
            Keys::AtHand { facts, .. } | Keys::Locked { facts } => Some(facts),
            Keys::Missing { facts, .. } => facts.as_ref(),
        }
    }
}

/// The data keys of one or more key files, the newest first. Keys that a rotation discarded stay at hand as long
/// as somebody holds them (format 2.9).
#[derive(Clone, Default)]
pub(super) struct Rings(Vec<Arc<Keyring>>);

impl Rings {
    /// For layouts without encryption.
    pub(super) fn clear() -> Rings {
        Rings(vec![Arc::new(Keyring::clear())])
    }

    /// Opens one record into `out`.
    pub(super) fn open(&self, record: &[u8], out: &mut Vec<u8>) -> Result<(), OpenError> {
        self.first(|ring| ring.open(record, out))
    }

    /// Authenticates a sealed message in a file.
    pub(super) fn open_stream(
        &self,
        file: Arc<dyn ReadAt>,
        range: std::ops::Range<u64>,
    ) -> Result<PlainStream, OpenError> {
        self.first(|ring| ring.open_stream(file.clone(), range.clone()))
    }

    /// The answer of the first ring that has the key.
    fn first<T>(&self, mut attempt: impl FnMut(&Keyring) -> Result<T, OpenError>) -> Result<T, OpenError> {
        let mut sealed = OpenError::NoKey;
        for ring in &self.0 {
            match attempt(ring) {
                Err(OpenError::NoKey) => {}
                Err(error @ OpenError::NotAuthentic) => sealed = error,
                answer => return answer,
            }
        }
        Err(sealed)
    }

    /// The key of an index cache with this salt, made from all data keys.
    pub(super) fn cache_key(&self, salt: &[u8; 32]) -> Option<CacheKey> {
        CacheKey::derive(self.0.iter().map(|ring| &**ring), salt)
    }

    /// How many records and streams were opened so far.
    pub(super) fn opened(&self) -> u64 {
        self.0.iter().map(|ring| ring.opened()).sum()
    }

    /// True if these are the same rings.
    pub(super) fn are(&self, other: &Rings) -> bool {
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(a, b)| Arc::ptr_eq(a, b))
    }

    /// True if there is a key in any of them.
    fn has_keys(&self) -> bool {
        self.0.iter().any(|ring| !ring.is_sealed())
    }

    /// The keys of the directory's own file come first: they open what is newest.
    fn put(&mut self, ring: Keyring) {
        self.0.insert(0, Arc::new(ring));
    }
}

/// What was read of the key files, and what they gave.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) keys: Keys,
    pub(super) rings: Rings,
    /// The public half of the node's key. Unlock keys are not kept, so it is found at once.
    pub(super) public_key: Option<Vec<u8>>,
    /// Keys from elsewhere, and which of them are at hand.
    pub(super) saved: SavedKeys,
    /// Digest of the directory's own file, to know it again.
    digest: Option<[u8; 32]>,
}

impl Found {
    /// True if any data key is at hand, the directory's own or a saved one.
    pub(super) fn has_data_keys(&self) -> bool {
        self.rings.has_keys()
    }
}

/// Reads the key file and opens its data keys, and those of the `saved` key files: every unlock key is tried on every
/// file. Keys that were found `before` are kept.
///
/// An unlock key that opens no file at all, though one is locked, is an error.
pub(super) fn find(
    source: &Source,
    layout: &Layout,
    unlock_keys: &[UnlockKey],
    saved: SavedKeys,
    before: Option<&Found>,
) -> Result<Found, StoreError> {
    let (mut found, own) = own(source, layout, unlock_keys, saved, before);
    let others = match before {
        // Nothing has come that could open more of them.
        Some(_) if unlock_keys.is_empty() => Fit::default(),
        _ => found.saved.open(unlock_keys),
    };
    for ring in found.saved.rings() {
        if !found.rings.0.iter().any(|have| Arc::ptr_eq(have, ring)) {
            found.rings.0.push(ring.clone());
        }
    }
    match own.refused.or(others.refused).filter(|_| !own.opened && !others.opened) {
        Some((file, source)) => Err(StoreError::Key { file, source }),
        None => Ok(found),
    }
}

/// What unlock keys did to key files.
#[derive(Default)]
pub(super) struct Fit {
    /// One of them opened a file that is locked.
    pub(super) opened: bool,
    /// The first file that none of them opened, and why.
    pub(super) refused: Option<(String, SealError)>,
}

/// The directory's own key file.
fn own(
    source: &Source,
    layout: &Layout,
    unlock_keys: &[UnlockKey],
    saved: SavedKeys,
    before: Option<&Found>,
) -> (Found, Fit) {
    let has_raft = layout.wal.is_some() || layout.snapshots.is_some();
    let encrypted = [&layout.wal, &layout.snapshots].into_iter().flatten().any(|folder| folder.encrypted);
    let rings = before.map(|before| before.rings.clone()).unwrap_or_default();
    let missing = |why: String| Keys::Missing { facts: None, why };
    let mut found = Found { keys: missing(String::new()), rings, public_key: None, saved, digest: None };
    let mut fit = Fit::default();
    if has_raft && !encrypted {
        let file =
            source.read(KEY_FILE, KEY_FILE_LIMIT).ok().and_then(|bytes| KeyFile::parse(&Zeroizing::new(bytes)).ok());
        found.public_key = file.and_then(|file| file.public_key(unlock_keys));
        found.keys = Keys::NotNeeded;
        return (found, fit);
    }
    let bytes = match source.read(KEY_FILE, KEY_FILE_LIMIT) {
        Ok(bytes) => Zeroizing::new(bytes),
        Err(error) => {
            found.keys = missing(error.to_string());
            return (found, fit);
        }
    };
    let digest = Some(Sha256::digest(&bytes).into());
    if let Some(before) = before.filter(|before| unlock_keys.is_empty() && before.digest == digest) {
        return (before.clone(), fit);
    }
    let file = match KeyFile::parse(&bytes) {
        Ok(file) => file,
        Err(error) => {
            found.keys = missing(format!("{KEY_FILE}: {error}"));
            return (found, fit);
        }
    };
    let facts = file.facts().clone();
    (found.public_key, found.digest) = (file.public_key(unlock_keys), digest);
    found.keys = match Keyring::unlock(&file, unlock_keys) {
        Ok(keyring) => {
            found.rings.put(keyring);
            fit.opened = file.locked() && !unlock_keys.is_empty();
            Keys::AtHand { facts, locked: file.locked() }
        }
        Err(SealError::Locked) => Keys::Locked { facts },
        Err(error @ SealError::WrongKey { .. }) => {
            fit.refused = Some((KEY_FILE.to_owned(), error));
            match before.filter(|before| before.digest == digest) {
                // It is open already; the key may be another file's.
                Some(before) => {
                    found.public_key = before.public_key.clone();
                    before.keys.clone()
                }
                None => Keys::Locked { facts },
            }
        }
        Err(error) => Keys::Missing { facts: Some(facts), why: format!("{KEY_FILE}: {error}") },
    };
    (found, fit)
}
