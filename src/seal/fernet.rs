//! Fernet (format 3.2), the cipher of FIPS mode. A token is URL-safe base64 of: version 0x80, seconds since the
//! epoch as u64 big endian, a 16-byte IV, AES-128-CBC, HMAC-SHA-256 over all before it. The first half of a key
//! signs, the second enciphers.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use aes::Aes128;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use cbc::cipher::{Block, BlockModeDecrypt as _, KeyIvInit as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use super::data_key::DataKey;
use super::error::OpenError;
use super::record::{Record, part};
use super::stream::PIECE;
use super::token::{NotBase64, TokenText};
use crate::disk::ReadAt;

const VERSION: u8 = 0x80;
const IV: usize = 9;
const HEAD: usize = 25;
const MAC: usize = 32;
const BLOCK: usize = 16;

const NOT_BASE64: &str = "a Fernet token is not base64";
const BAD_LENGTH: &str = "a Fernet token has a length that cannot be";
const BAD_VERSION: &str = "a Fernet token has a version other than 0x80";
const BAD_PADDING: &str = "the message of a Fernet token is not padded";

type Signer = Hmac<Sha256>;

/// When the token at `data` was made, as it says itself.
pub(super) fn sealed_at(file: &dyn ReadAt, data: &Range<u64>) -> Option<u64> {
    let mut text = [0; 12];
    if data.end - data.start < text.len() as u64 {
        return None;
    }
    file.read_exact_at(&mut text, data.start).ok()?;
    let mut head = [0; IV];
    URL_SAFE.decode_slice(text, &mut head).ok()?;
    let (&version, seconds) = head.split_first()?;
    (version == VERSION).then_some(u64::from_be_bytes(seconds.try_into().ok()?))
}

/// Opens a record in memory; `out` serves as the room for everything.
pub(super) fn open<'k>(
    keys: impl IntoIterator<Item = &'k [u8; 32]>,
    bytes: &[u8],
    record: &Record,
    out: &mut Vec<u8>,
) -> Result<(), OpenError> {
    let bad = |what| OpenError::Malformed { what, at: record.data.start };
    let text = part(bytes, &record.data);
    out.resize(base64::decoded_len_estimate(text.len()), 0);
    let len = URL_SAFE.decode_slice(text, out).map_err(|_| bad(NOT_BASE64))?;
    let token = out.get_mut(..len).unwrap_or_default();
    let (signed, mac) = token.split_last_chunk_mut::<MAC>().ok_or(bad(BAD_LENGTH))?;
    check_shape(signed.first().copied(), signed.len() as u64).map_err(bad)?;
    for key in keys {
        let mut signer = signer(key);
        signer.update(signed);
        if signer.verify_slice(mac).is_err() {
            continue;
        }
        let (head, message) = signed.split_first_chunk_mut::<HEAD>().ok_or(bad(BAD_LENGTH))?;
        decipher(key, head.last_chunk().ok_or(bad(BAD_LENGTH))?, message);
        let len = unpadded(message).ok_or(bad(BAD_PADDING))?;
        out.copy_within(HEAD..HEAD + len, 0);
        // What is left of the token holds the end of the plaintext a second time.
        out.get_mut(len..).unwrap_or_default().zeroize();
        out.truncate(len);
        return Ok(());
    }
    Err(OpenError::NotAuthentic)
}

/// A message of any size whose signature was checked, deciphered range by range.
pub(super) struct Message {
    key: Arc<DataKey>,
    text: TokenText,
    len: u64,
}

impl Message {
    /// Checks the signature under each of the keys in one pass over the token.
    pub(super) fn authenticate(
        keys: &[Arc<DataKey>],
        file: &dyn ReadAt,
        record: &Record,
    ) -> Result<Message, OpenError> {
        let bad = |what| OpenError::Malformed { what, at: record.data.start };
        let unread = |error: io::Error| match error.get_ref() {
            Some(inner) if inner.is::<NotBase64>() => bad(NOT_BASE64),
            _ => error.into(),
        };
        let text = TokenText::locate(file, &record.data)?.ok_or(bad(NOT_BASE64))?;
        let signed = text.len().checked_sub(MAC as u64).ok_or(bad(BAD_LENGTH))?;
        let mut version = [0];
        text.read(file, &mut version, 0).map_err(unread)?;
        check_shape(version.first().copied(), signed).map_err(bad)?;

        let mut signers: Vec<Signer> = keys.iter().map(|key| signer(key.bytes())).collect();
        let mut buffer = vec![0; PIECE.min(usize::try_from(signed).unwrap_or(PIECE))];
        let mut at = 0;
        while at < signed {
            let len = usize::try_from(signed - at).unwrap_or(PIECE).min(buffer.len());
            let piece = buffer.get_mut(..len).unwrap_or_default();
            text.read(file, piece, at).map_err(unread)?;
            for signer in &mut signers {
                signer.update(piece);
            }
            at += len as u64;
        }
        let mut mac = [0; MAC];
        text.read(file, &mut mac, signed).map_err(unread)?;
        let key = signers.into_iter().zip(keys).find_map(|(signer, key)| {
            let fits = signer.verify_slice(&mac).is_ok();
            fits.then(|| Arc::clone(key))
        });
        let mut message = Message { key: key.ok_or(OpenError::NotAuthentic)?, text, len: signed - HEAD as u64 };
        // The exact length is known only from the padding of the last block.
        let mut last = Zeroizing::new([0; BLOCK]);
        let before = message.len - BLOCK as u64;
        message.read(file, &mut last[..], before)?;
        message.len = before + unpadded(&last[..]).ok_or(bad(BAD_PADDING))? as u64;
        Ok(message)
    }

    pub(super) fn len(&self) -> u64 {
        self.len
    }

    /// Deciphers from `offset`; the caller has checked that the range lies within the message.
    pub(super) fn read(&self, file: &dyn ReadAt, mut buf: &mut [u8], offset: u64) -> io::Result<()> {
        // A block needs the block before it, and before the first one stands the IV: a window of both.
        const WINDOW: usize = 192 * BLOCK;
        let mut window = Zeroizing::new([0u8; BLOCK + WINDOW]);
        let mut skip = (offset % BLOCK as u64) as usize;
        let mut block = offset / BLOCK as u64;
        while !buf.is_empty() {
            let blocks = (skip + buf.len()).min(WINDOW).div_ceil(BLOCK);
            let window = window.get_mut(..BLOCK + blocks * BLOCK).unwrap_or_default();
            self.text.read(file, window, IV as u64 + block * BLOCK as u64)?;
            let (iv, message) = window.split_first_chunk_mut().ok_or(io::ErrorKind::UnexpectedEof)?;
            decipher(self.key.bytes(), iv, message);
            let plain = message.get(skip..).unwrap_or_default();
            let len = plain.len().min(buf.len());
            let (done, rest) = buf.split_at_mut_checked(len).unwrap_or_default();
            done.copy_from_slice(plain.get(..len).unwrap_or_default());
            buf = rest;
            block += blocks as u64;
            skip = 0;
        }
        Ok(())
    }
}

/// Checks version and length of what is signed: the head and one block or more.
fn check_shape(version: Option<u8>, signed: u64) -> Result<(), &'static str> {
    let message = signed.checked_sub(HEAD as u64).ok_or(BAD_LENGTH)?;
    match version {
        Some(VERSION) if message > 0 && message.is_multiple_of(BLOCK as u64) => Ok(()),
        Some(VERSION) => Err(BAD_LENGTH),
        _ => Err(BAD_VERSION),
    }
}

fn signer(key: &[u8; 32]) -> Signer {
    // HMAC fills a short key with zero bytes to the size of a block; filled here, nothing can fail.
    let mut block = Zeroizing::new([0; 64]);
    block[..16].copy_from_slice(&key[..16]);
    Signer::new((&*block).into())
}

/// Deciphers whole blocks in place.
fn decipher(key: &[u8; 32], iv: &[u8; BLOCK], message: &mut [u8]) {
    let mut enciphering = Zeroizing::new([0; 16]);
    enciphering.copy_from_slice(&key[16..]);
    let mut cipher = cbc::Decryptor::<Aes128>::new((&*enciphering).into(), iv.into());
    let (blocks, _) = Block::<Aes128>::slice_as_chunks_mut(message);
    cipher.decrypt_blocks(blocks);
}

/// The length without the padding: one to sixteen bytes, each that number (PKCS #7).
fn unpadded(message: &[u8]) -> Option<usize> {
    let &pad = message.last()?;
    let len = message.len().checked_sub(usize::from(pad))?;
    let padding = message.get(len..)?;
    ((1..=BLOCK).contains(&padding.len()) && padding.iter().all(|&byte| byte == pad)).then_some(len)
}
