//! The other direction, for tests: seals records and writes key files as daemons do.

use std::io;
use std::sync::Mutex;

use aes::{Aes128, Aes256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit as _};
use dryoc::classic::crypto_secretbox::crypto_secretbox_easy;
use hmac::{Hmac, KeyInit as _, Mac as _};
use md5::{Digest as _, Md5};
use pkcs8::EncryptedPrivateKeyInfo;
use pkcs8::der::Encode as _;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::pkcs5::pbes2::{EncryptionScheme, Kdf, Parameters, Pbkdf2Params, Pbkdf2Prf, Salt};
use sha2::Sha256;

use crate::disk::ReadAt;
use crate::seal::{KeyFile, Keyring, UnlockKey};

/// A P-256 key as SEC 1, made for these tests.
pub(super) const EC_DER: &str = "MHcCAQEEIPqKx0l/5J7juPnE8tyJXI4R48ww78n78GAsLal68ZJ+oAoGCCqGSM49AwEHoUQDQgAEtY7v72zM6f2/hFzc1BDGvmw5jXPN3AijPh508ytnCQsCcxaZtpc2uklsFSxw/qCh8DxvayQeFEbhikxz2qGgdQ==";
/// Another, as PKCS #8.
pub(super) const PKCS8_DER: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLrPkPCRhllhpHhbfC9UYymWoGunHL1pDEyZIVOmLt++hRANCAARqibZBAiy5VbwcwPRCqhtty8lOn9Kcoxdr8Koqcs0kIWYJZA2MSo6KxOS02NuCqoFP+331XFqwyyQE4jWdU4FO";

pub(super) fn der(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// A serialized `MaybeEncryptedRecord`; what is zero or empty is left out, as on the wire.
pub(super) fn record(algorithm: u64, data: &[u8], nonce: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    if algorithm != 0 {
        out.push(0x08);
        varint(algorithm, &mut out);
    }
    for (key, bytes) in [(0x12, data), (0x1a, nonce)] {
        if !bytes.is_empty() {
            out.push(key);
            varint(bytes.len() as u64, &mut out);
            out.extend_from_slice(bytes);
        }
    }
    out
}

pub(super) fn secretbox(key: &[u8; 32], nonce: &[u8; 24], plain: &[u8]) -> Vec<u8> {
    let mut data = vec![0; plain.len() + 16];
    crypto_secretbox_easy(&mut data, plain, nonce, key).unwrap();
    record(1, &data, nonce)
}

pub(super) fn fernet_token(key: &[u8; 32], seconds: u64, iv: &[u8; 16], plain: &[u8]) -> String {
    let mut token = vec![0x80];
    token.extend(seconds.to_be_bytes());
    token.extend(iv);
    let cipher = cbc::Encryptor::<Aes128>::new_from_slices(&key[16..], iv).unwrap();
    token.extend(encrypt(cipher, plain));
    URL_SAFE.encode(signed(key, token))
}

fn encrypt(cipher: impl BlockModeEncrypt, plain: &[u8]) -> Vec<u8> {
    let mut buffer = [plain, &[0; 16]].concat();
    let len = cipher.encrypt_padded::<Pkcs7>(&mut buffer, plain.len()).unwrap().len();
    buffer.truncate(len);
    buffer
}

pub(super) fn signed(key: &[u8; 32], mut token: Vec<u8>) -> Vec<u8> {
    let mut signer = Hmac::<Sha256>::new_from_slice(&key[..16]).unwrap();
    signer.update(&token);
    token.extend(signer.finalize().into_bytes());
    token
}

pub(super) fn fernet(key: &[u8; 32], plain: &[u8]) -> Vec<u8> {
    record(2, fernet_token(key, 1_700_000_000, &[7; 16], plain).as_bytes(), &[])
}

pub(super) fn unlock_key(bytes: &[u8]) -> UnlockKey {
    UnlockKey::parse(format!("SWMKEY-1-{}", STANDARD_NO_PAD.encode(bytes)).as_bytes()).unwrap()
}

/// A KEK as a key of headers: filled or cut.
pub(super) fn padded(bytes: &[u8]) -> [u8; 32] {
    std::array::from_fn(|i| bytes.get(i).copied().unwrap_or(0))
}

pub(super) fn pbes2(password: &[u8], der: &[u8], rounds: u32) -> Vec<u8> {
    let kdf = Kdf::Pbkdf2(Pbkdf2Params {
        salt: Salt::new([5; 8]).unwrap(),
        iteration_count: rounds,
        key_length: None,
        prf: Pbkdf2Prf::HmacWithSha1,
    });
    let scheme = Parameters { kdf, encryption: EncryptionScheme::Aes256Cbc { iv: [9; 16] } };
    // What is counted for hours is not worth sealing; any ciphertext will do.
    let sealed = if rounds > 10_000 { vec![0; 144] } else { scheme.encrypt(password, der).unwrap() };
    let encrypted_data = OctetStringRef::new(&sealed).unwrap();
    EncryptedPrivateKeyInfo { encryption_algorithm: scheme.into(), encrypted_data }.to_der().unwrap()
}

pub(super) const LEGACY_IV: [u8; 16] = [0xe0, 0x38, 0x16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];

pub(super) fn rfc1423(password: &[u8], der: &[u8]) -> Vec<u8> {
    let first = Md5::new().chain_update(password).chain_update(&LEGACY_IV[..8]).finalize();
    let second = Md5::new().chain_update(first).chain_update(password).chain_update(&LEGACY_IV[..8]).finalize();
    let key = [first.as_slice(), second.as_slice()].concat();
    encrypt(cbc::Encryptor::<Aes256>::new_from_slices(&key, &LEGACY_IV).unwrap(), der)
}

pub(super) fn pem(label: &str, headers: &[(&str, &str)], der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for (name, value) in headers {
        text += &format!("{name}: {value}\n");
    }
    if !headers.is_empty() {
        text.push('\n');
    }
    for line in STANDARD.encode(der).as_bytes().chunks(64) {
        text += std::str::from_utf8(line).unwrap();
        text.push('\n');
    }
    text + &format!("-----END {label}-----\n")
}

pub(super) fn header(record: &[u8]) -> String {
    STANDARD.encode(record)
}

/// An unlocked key file with that DEK.
pub(super) fn key_file(dek: &[u8; 32]) -> KeyFile {
    let dek = header(&record(0, dek, &[]));
    KeyFile::parse(pem("PRIVATE KEY", &[("kek-version", "0"), ("raft-dek", &dek)], &der(PKCS8_DER)).as_bytes()).unwrap()
}

pub(super) fn keyring(deks: &[[u8; 32]]) -> Keyring {
    let mut keyring = Keyring::sealed();
    for dek in deks {
        keyring.add(Keyring::unlock(&key_file(dek), &[]).unwrap());
    }
    keyring
}

/// A file in memory that remembers the greatest read.
pub(super) struct MemoryFile {
    pub(super) bytes: Vec<u8>,
    pub(super) greatest: Mutex<usize>,
}

impl MemoryFile {
    pub(super) fn new(bytes: Vec<u8>) -> MemoryFile {
        MemoryFile { bytes, greatest: Mutex::new(0) }
    }
}

impl ReadAt for MemoryFile {
    fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let mut greatest = self.greatest.lock().unwrap();
        *greatest = buf.len().max(*greatest);
        let start = usize::try_from(offset).unwrap();
        let bytes = self.bytes.get(start..).and_then(|rest| rest.get(..buf.len()));
        buf.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}
