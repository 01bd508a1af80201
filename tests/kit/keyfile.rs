//! The key file with its DEK headers (format 2).

use aes::cipher::KeyIvInit;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use md5::{Digest, Md5};
use pkcs8::pkcs5::pbes2;

use super::identity;
use super::random::Random;
use super::seal::{self, Cipher, Key};

/// How the key file is locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lock {
    /// Not at all: autolock is off.
    Open,
    /// PKCS#8 PBES2 body under these bytes (format 2.5).
    Pkcs8(Vec<u8>),
    /// RFC 1423 body under these bytes (format 2.4).
    Rfc1423(Vec<u8>),
}

impl Lock {
    /// The unlock key as `docker swarm unlock-key` prints it, where there is one.
    pub fn unlock_key(&self) -> Option<String> {
        match self {
            Lock::Open => None,
            Lock::Pkcs8(key) | Lock::Rfc1423(key) => Some(format!("SWMKEY-1-{}", STANDARD_NO_PAD.encode(key))),
        }
    }

    /// The key's bytes filled or cut to the length that the headers use (format 2.3).
    fn kek(&self) -> Option<Key> {
        match self {
            Lock::Open => None,
            Lock::Pkcs8(bytes) | Lock::Rfc1423(bytes) => {
                let mut kek = [0; 32];
                let len = bytes.len().min(32);
                kek[..len].copy_from_slice(&bytes[..len]);
                Some(kek)
            }
        }
    }
}

/// What the headers say.
#[derive(Clone, Debug)]
pub struct Headers {
    /// The version of the cluster object that the lock came from.
    pub kek_version: u64,
    /// The current DEK.
    pub dek: Option<Key>,
    /// The DEK of a rotation in progress.
    pub pending: Option<Key>,
    /// Whether a rotation must start after the present one.
    pub needs_rotation: bool,
    /// How the headers are sealed where the file is locked.
    pub cipher: Cipher,
}

/// The text of a key file.
pub fn text(lock: &Lock, headers: &Headers, random: &mut Random) -> String {
    let der = |key: &str| pem::parse(key).expect("a key that is built in").into_contents();
    let mut lines = Vec::new();
    let (label, body) = match lock {
        Lock::Open => ("PRIVATE KEY", der(identity::NODE_KEY)),
        Lock::Pkcs8(password) => ("ENCRYPTED PRIVATE KEY", pkcs8_body(&der(identity::NODE_KEY), password, random)),
        Lock::Rfc1423(password) => {
            let iv: [u8; 16] = random.bytes();
            let hex: String = iv.iter().map(|byte| format!("{byte:02x}")).collect();
            lines.push("Proc-Type: 4,ENCRYPTED".to_owned());
            lines.push(format!("DEK-Info: AES-256-CBC,{hex}"));
            ("EC PRIVATE KEY", rfc1423_body(&der(identity::NODE_KEY_SEC1), password, &iv))
        }
    };
    lines.push(format!("kek-version: {}", headers.kek_version));
    let mut sealed = |key: &Key| {
        let record = match lock.kek() {
            None => seal::record(Cipher::None, key, key, random),
            Some(kek) => seal::record(headers.cipher, &kek, key, random),
        };
        STANDARD.encode(record)
    };
    if let Some(dek) = &headers.dek {
        lines.push(format!("raft-dek: {}", sealed(dek)));
    }
    if headers.needs_rotation {
        lines.push("raft-dek-needs-rotation: true".to_owned());
    }
    if let Some(pending) = &headers.pending {
        lines.push(format!("raft-dek-pending: {}", sealed(pending)));
    }
    let body = STANDARD.encode(body);
    let body: Vec<&str> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("base64 is ASCII")).collect();
    format!("-----BEGIN {label}-----\n{}\n\n{}\n-----END {label}-----\n", lines.join("\n"), body.join("\n"))
}

/// PBES2 with PBKDF2-HMAC-SHA-1 of 2048 rounds and AES-256-CBC, without key length and PRF (format 2.5).
fn pkcs8_body(der: &[u8], password: &[u8], random: &mut Random) -> Vec<u8> {
    let parameters = pbes2::Parameters {
        kdf: pbes2::Pbkdf2Params {
            salt: pbes2::Salt::new(random.bytes::<8>()).expect("8 bytes are a salt"),
            iteration_count: 2048,
            key_length: None,
            prf: pbes2::Pbkdf2Prf::HmacWithSha1,
        }
        .into(),
        encryption: pbes2::EncryptionScheme::Aes256Cbc { iv: random.bytes() },
    };
    let encrypted = parameters.encrypt(password, der).expect("a key of this size");
    let info = pkcs8::EncryptedPrivateKeyInfoRef {
        encryption_algorithm: parameters.into(),
        encrypted_data: pkcs8::der::asn1::OctetStringRef::new(&encrypted).expect("a short string"),
    };
    pkcs8::der::Encode::to_der(&info).expect("a key of this size")
}

/// AES-256-CBC under MD5 of password and salt (format 2.4).
fn rfc1423_body(der: &[u8], password: &[u8], iv: &[u8; 16]) -> Vec<u8> {
    let salt = &iv[..8];
    let first = Md5::new().chain_update(password).chain_update(salt).finalize();
    let second = Md5::new().chain_update(first).chain_update(password).chain_update(salt).finalize();
    let key = [first.as_slice(), second.as_slice()].concat();
    seal::cbc(cbc::Encryptor::<aes::Aes256>::new_from_slices(&key, iv).expect("32 and 16 bytes"), der)
}
