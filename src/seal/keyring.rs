//! The data keys of a state directory, and opening with them.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use zeroize::Zeroize as _;

use super::data_key::DataKey;
use super::error::{OpenError, SealError};
use super::key_file::KeyFile;
use super::key_list;
use super::record::{Algorithm, Bytes, Record};
use super::stream::{Message, PlainStream};
use super::tally::Tally;
use super::unlock_key::UnlockKey;
use super::{fernet, secretbox};
use crate::disk::ReadAt;

/// The DEKs at hand, in locked memory where that is allowed, and wiped when dropped.
///
/// Shared between threads by reference: opening needs no exclusive access.
pub struct Keyring {
    /// True for a layout without encryption, where what would be a record is plaintext (format 3.3).
    clear: bool,
    keys: Vec<Arc<DataKey>>,
    lost: Vec<SealError>,
    opened: Tally,
}

impl Keyring {
    fn with(clear: bool, keys: Vec<Arc<DataKey>>, lost: Vec<SealError>) -> Keyring {
        Keyring { clear, keys, lost, opened: Tally::default() }
    }

    /// For a layout that is not encrypted at all: data is plaintext as it stands.
    pub fn clear() -> Keyring {
        Keyring::with(true, Vec::new(), Vec::new())
    }

    /// No key at hand: everything stays sealed.
    pub fn sealed() -> Keyring {
        Keyring::with(false, Vec::new(), Vec::new())
    }

    /// The DEKs of a key file, pending first, each opened with whichever of the unlock keys fits.
    ///
    /// Succeeds where at least one DEK came out; [`lost`](Keyring::lost) then names the headers that gave none.
    /// Unlock keys for a file that is not locked are no error: ask [`KeyFile::locked`] to warn.
    pub fn unlock(file: &KeyFile, keys: &[UnlockKey]) -> Result<Keyring, SealError> {
        let (keys, lost) = file.data_keys(keys)?;
        Ok(Keyring::with(false, keys.into_iter().map(Arc::new).collect(), lost))
    }

    /// The DEKs of a list that somebody saved: one a line, in base64 or hex.
    pub fn of_list(text: &[u8]) -> Result<Keyring, SealError> {
        let keys = key_list::data_keys(text)?;
        Ok(Keyring::with(false, keys.into_iter().map(Arc::new).collect(), Vec::new()))
    }

    /// Takes over the keys of another keyring; those at hand are tried first. A clear keyring stays clear.
    pub fn add(&mut self, other: Keyring) {
        for key in other.keys {
            if !self.keys.iter().any(|have| have.bytes() == key.bytes()) {
                self.keys.push(key);
            }
        }
        self.lost.extend(other.lost);
    }

    /// True where there is no key, so that nothing opens.
    pub fn is_sealed(&self) -> bool {
        !self.clear && self.keys.is_empty()
    }

    /// True for a layout without encryption.
    pub fn is_clear(&self) -> bool {
        self.clear
    }

    /// The number of different DEKs.
    pub fn key_count(&self) -> usize {
        self.keys.len()
    }

    /// Headers of the key files that gave no key, though another header of the same file did.
    pub fn lost(&self) -> &[SealError] {
        &self.lost
    }

    /// Opens one record (a serialized `MaybeEncryptedRecord`) into `out`, whose room is used again and is wiped
    /// before it grows; wiping it at the end is the caller's (`Zeroizing`). After an error `out` is empty.
    pub fn open(&self, record: &[u8], out: &mut Vec<u8>) -> Result<(), OpenError> {
        let result = self.open_into(record, out);
        match result {
            Ok(()) => self.opened.count(),
            Err(_) => out.clear(),
        }
        result
    }

    fn open_into(&self, record: &[u8], out: &mut Vec<u8>) -> Result<(), OpenError> {
        // Growing would leave the last plaintext behind in memory that is given back.
        if out.capacity() < record.len() {
            out.zeroize();
            out.reserve(record.len());
        }
        if self.clear {
            out.clear();
            out.extend_from_slice(record);
            return Ok(());
        }
        let found = Record::locate(&Bytes(record), 0..record.len() as u64)?;
        self.usable(found.algorithm)?;
        let keys = self.keys.iter().map(|key| key.bytes());
        match found.algorithm {
            Algorithm::Fernet => fernet::open(keys, record, &found, out),
            _ => secretbox::open(keys, record, &found, out),
        }
    }

    /// Authenticates a sealed message of any size, a serialized `MaybeEncryptedRecord` at `range` of `file`, in
    /// one pass with a fixed buffer. The stream then deciphers any range by itself.
    pub fn open_stream(&self, file: Arc<dyn ReadAt>, range: Range<u64>) -> Result<PlainStream, OpenError> {
        let message = if self.clear {
            if range.start > range.end || range.end > file.len() {
                let what = "the message does not lie within the file";
                return Err(OpenError::Malformed { what, at: range.start });
            }
            Message::Clear(range)
        } else {
            let found = Record::locate(&*file, range)?;
            self.usable(found.algorithm)?;
            match found.algorithm {
                Algorithm::Fernet => Message::Fernet(fernet::Message::authenticate(&self.keys, &*file, &found)?),
                _ => Message::Secretbox(secretbox::Message::authenticate(&self.keys, &*file, &found)?),
            }
        };
        self.opened.count();
        Ok(PlainStream::new(file, message))
    }

    /// The keys themselves, for this room alone.
    pub(super) fn keys(&self) -> impl Iterator<Item = &DataKey> {
        self.keys.iter().map(|key| &**key)
    }

    #[cfg(test)]
    pub(super) fn of_keys(keys: impl Iterator<Item = DataKey>) -> Keyring {
        Keyring::with(false, keys.map(Arc::new).collect(), Vec::new())
    }

    /// How many records and streams were opened so far.
    pub fn opened(&self) -> u64 {
        self.opened.sum()
    }

    fn usable(&self, algorithm: Algorithm) -> Result<(), OpenError> {
        match algorithm {
            Algorithm::None => Err(OpenError::NotEncrypted),
            Algorithm::Unknown(number) => Err(OpenError::UnknownAlgorithm(number)),
            Algorithm::Secretbox | Algorithm::Fernet if self.keys.is_empty() => Err(OpenError::NoKey),
            Algorithm::Secretbox | Algorithm::Fernet => Ok(()),
        }
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("clear", &self.clear).field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}
