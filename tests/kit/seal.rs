//! Sealing payloads as a manager does (format 3).

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeEncrypt, KeyIvInit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use dryoc::classic::crypto_secretbox::crypto_secretbox_easy;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::random::Random;
use super::wire::Message;

/// A data or key encryption key.
pub type Key = [u8; 32];

/// How new records are sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cipher {
    /// In clear inside a record; normal only in the headers of an unlocked key file.
    None,
    /// NaCl secretbox, the ordinary case.
    Secretbox,
    /// Fernet, in FIPS mode.
    Fernet,
}

/// A serialized `MaybeEncryptedRecord` (format 3.1).
pub fn record(cipher: Cipher, key: &Key, plain: &[u8], random: &mut Random) -> Vec<u8> {
    let mut record = Message::with_room(plain.len() + 64);
    match cipher {
        Cipher::None => record.bytes_field(2, plain),
        Cipher::Secretbox => {
            let nonce: [u8; 24] = random.bytes();
            let mut data = vec![0; plain.len() + 16];
            crypto_secretbox_easy(&mut data, plain, &nonce, key).expect("the buffer has room for the tag");
            record.varint(1, 1).bytes_field(2, &data).bytes_field(3, &nonce)
        }
        Cipher::Fernet => record.varint(1, 2).bytes_field(2, fernet(key, plain, random).as_bytes()),
    };
    record.into_bytes()
}

/// A Fernet token (format 3.2). Its time is fixed, so that a seed gives the same bytes for ever.
fn fernet(key: &Key, plain: &[u8], random: &mut Random) -> String {
    const WRITTEN: u64 = 1_795_293_166;
    let (signing, cipher) = key.split_at(16);
    let iv: [u8; 16] = random.bytes();
    let mut token = vec![0x80];
    token.extend_from_slice(&WRITTEN.to_be_bytes());
    token.extend_from_slice(&iv);
    let encryptor = cbc::Encryptor::<aes::Aes128>::new_from_slices(cipher, &iv).expect("16 and 16 bytes");
    token.extend_from_slice(&cbc(encryptor, plain));
    let mut mac = Hmac::<Sha256>::new_from_slice(signing).expect("any length will do");
    mac.update(&token);
    token.extend_from_slice(&mac.finalize().into_bytes());
    URL_SAFE.encode(token)
}

/// CBC with PKCS#7 padding.
pub fn cbc(encryptor: impl BlockModeEncrypt, plain: &[u8]) -> Vec<u8> {
    let mut buf = plain.to_vec();
    buf.resize(plain.len() + 16, 0);
    let len = encryptor.encrypt_padded::<Pkcs7>(&mut buf, plain.len()).expect("room for the padding").len();
    buf.truncate(len);
    buf
}
