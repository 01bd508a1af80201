//! NaCl secretbox (format 3.2): a 16-byte Poly1305 tag, then the message under XSalsa20. The first 32 bytes of
//! the key stream are the tag's key, so byte `n` of the message stands at byte `32 + n` of it.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use dryoc::classic::crypto_onetimeauth::{
    OnetimeauthState, crypto_onetimeauth_final, crypto_onetimeauth_init, crypto_onetimeauth_update,
};
use dryoc::classic::crypto_secretbox::crypto_secretbox_open_detached;
use salsa20::XSalsa20;
use salsa20::cipher::{KeyIvInit as _, StreamCipher as _, StreamCipherSeek as _};
use zeroize::Zeroizing;

use super::data_key::DataKey;
use super::error::OpenError;
use super::record::{Record, part};
use super::stream::PIECE;
use crate::disk::ReadAt;

const TAG: usize = 16;
const MAC_KEY: usize = 32;
pub(super) type Nonce = [u8; 24];

const NO_NONCE: &str = "the nonce of a secretbox is not 24 bytes long";
const NO_TAG: &str = "a secretbox is shorter than its tag of 16 bytes";

/// Opens a record in memory into `out`, which has room afterwards for exactly the message.
pub(super) fn open<'k>(
    keys: impl IntoIterator<Item = &'k [u8; 32]>,
    bytes: &[u8],
    record: &Record,
    out: &mut Vec<u8>,
) -> Result<(), OpenError> {
    let nonce: &Nonce = part(bytes, &record.nonce)
        .try_into()
        .map_err(|_| OpenError::Malformed { what: NO_NONCE, at: record.nonce.start })?;
    let (tag, message) = part(bytes, &record.data)
        .split_first_chunk::<TAG>()
        .ok_or(OpenError::Malformed { what: NO_TAG, at: record.data.start })?;
    out.resize(message.len(), 0);
    for key in keys {
        if crypto_secretbox_open_detached(out, message, tag, nonce, key).is_ok() {
            return Ok(());
        }
    }
    Err(OpenError::NotAuthentic)
}

/// A message of any size whose tag was checked, deciphered range by range.
pub(super) struct Message {
    key: Arc<DataKey>,
    nonce: Nonce,
    start: u64,
    len: u64,
}

impl Message {
    /// Checks the tag under each of the keys in one pass over the file.
    pub(super) fn authenticate(
        keys: &[Arc<DataKey>],
        file: &dyn ReadAt,
        record: &Record,
    ) -> Result<Message, OpenError> {
        let mut nonce: Nonce = [0; 24];
        if record.nonce.end - record.nonce.start != nonce.len() as u64 {
            return Err(OpenError::Malformed { what: NO_NONCE, at: record.nonce.start });
        }
        file.read_exact_at(&mut nonce, record.nonce.start)?;
        let mut tag = [0; TAG];
        let start = record.data.start + TAG as u64;
        if start > record.data.end {
            return Err(OpenError::Malformed { what: NO_TAG, at: record.data.start });
        }
        file.read_exact_at(&mut tag, record.data.start)?;

        let mut states: Vec<OnetimeauthState> = keys.iter().map(|key| authenticator(key, &nonce)).collect();
        for_each_piece(file, start..record.data.end, |piece| {
            for state in &mut states {
                crypto_onetimeauth_update(state, piece);
            }
        })?;
        for (state, key) in states.into_iter().zip(keys) {
            let mut found = Zeroizing::new([0; TAG]);
            crypto_onetimeauth_final(state, &mut found);
            if same(&found, &tag) {
                return Ok(Message { key: Arc::clone(key), nonce, start, len: record.data.end - start });
            }
        }
        Err(OpenError::NotAuthentic)
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Deciphers from `offset`; the caller has checked that the range lies within the message.
    pub(super) fn read(&self, file: &dyn ReadAt, buf: &mut [u8], offset: u64) -> io::Result<()> {
        file.read_exact_at(buf, self.start + offset)?;
        let mut cipher = XSalsa20::new(self.key.bytes().into(), (&self.nonce).into());
        let beyond = |_| io::Error::other("a range beyond the key stream");
        cipher.try_seek(MAC_KEY as u64 + offset).map_err(beyond)?;
        cipher.try_apply_keystream(buf).map_err(|_| io::Error::other("a range beyond the key stream"))
    }
}

fn authenticator(key: &DataKey, nonce: &Nonce) -> OnetimeauthState {
    let mut mac_key = Zeroizing::new([0; MAC_KEY]);
    XSalsa20::new(key.bytes().into(), nonce.into()).apply_keystream(&mut mac_key[..]);
    crypto_onetimeauth_init(&mac_key)
}

/// Hands the bytes of a range to `each`, at most [`PIECE`] at a time.
fn for_each_piece(file: &dyn ReadAt, range: Range<u64>, mut each: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; PIECE.min(usize::try_from(range.end - range.start).unwrap_or(PIECE))];
    let mut at = range.start;
    while at < range.end {
        let len = usize::try_from(range.end - at).unwrap_or(PIECE).min(buffer.len());
        let piece = buffer.get_mut(..len).unwrap_or_default();
        file.read_exact_at(piece, at)?;
        each(piece);
        at += len as u64;
    }
    Ok(())
}

/// Compares in a time that does not depend on where they differ.
fn same(a: &[u8; TAG], b: &[u8; TAG]) -> bool {
    a.iter().zip(b).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}
