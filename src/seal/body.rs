//! The private key in the key file (formats 2.1, 2.4, 2.5): which form it has, and whether a password opens it.
//! Reading the log does not need it; it only tells a wrong key from a right one where no header can.

use std::fmt;

use aes::Aes256;
use cbc::cipher::{Block, BlockModeDecrypt as _, KeyIvInit as _};
use md5::{Digest as _, Md5};
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::der::{self, Decode as _, Reader as _};
use pkcs8::{AlgorithmIdentifierRef, EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef};
use zeroize::{Zeroize as _, Zeroizing};

use super::public::public_point;

/// What the body of the PEM block is. Decided by its DER, as the peer does, not by the label (format 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyForm {
    /// An EC private key (SEC 1) in clear.
    Ec,
    /// The same, encrypted by RFC 1423.
    EcEncrypted,
    /// PKCS #8 in clear.
    Pkcs8,
    /// PKCS #8, encrypted.
    Pkcs8Encrypted,
    /// Damaged, or something else.
    Unreadable(&'static str),
}

impl BodyForm {
    /// Tells the form; `dek_info` where the block has such a header.
    pub(super) fn of(der: &[u8], dek_info: bool) -> BodyForm {
        if dek_info {
            BodyForm::EcEncrypted
        } else if is_encrypted_pkcs8(der) {
            BodyForm::Pkcs8Encrypted
        } else if PrivateKeyInfoRef::from_der(der).is_ok() {
            BodyForm::Pkcs8
        } else if is_ec_key(der) {
            BodyForm::Ec
        } else {
            BodyForm::Unreadable("its DER is no private key")
        }
    }

    /// True where a password is needed.
    pub fn is_encrypted(self) -> bool {
        matches!(self, BodyForm::EcEncrypted | BodyForm::Pkcs8Encrypted)
    }
}

impl fmt::Display for BodyForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BodyForm::Ec => f.write_str("EC private key"),
            BodyForm::EcEncrypted => f.write_str("EC private key, encrypted (RFC 1423)"),
            BodyForm::Pkcs8 => f.write_str("PKCS #8 private key"),
            BodyForm::Pkcs8Encrypted => f.write_str("PKCS #8 private key, encrypted"),
            BodyForm::Unreadable(why) => write!(f, "unreadable: {why}"),
        }
    }
}

/// An encrypted body. Ciphertext only.
pub(super) struct LockedBody {
    ciphertext: Vec<u8>,
    /// RFC 1423: its IV, or nothing where the cipher is not the one that swarm uses.
    legacy: Option<Option<[u8; 16]>>,
}

/// PBKDF2 rounds that are tried; daemons write 2048, and a file must not make us count for hours.
const MAX_ROUNDS: u32 = 1 << 20;

impl LockedBody {
    pub(super) fn pkcs8(der: &[u8]) -> LockedBody {
        LockedBody { ciphertext: der.to_vec(), legacy: None }
    }

    pub(super) fn legacy(ciphertext: &[u8], dek_info: &[u8]) -> LockedBody {
        LockedBody { ciphertext: ciphertext.to_vec(), legacy: Some(legacy_iv(dek_info)) }
    }

    /// Whether the password opens the body; `None` where that cannot be told.
    pub(super) fn opens_with(&self, password: &[u8]) -> Option<bool> {
        self.opens_as(password, &mut is_private_key)
    }

    /// The public half of the key within, where the password opens the body.
    pub(super) fn public_point(&self, password: &[u8]) -> Option<Vec<u8>> {
        let mut found = None;
        self.opens_as(password, &mut |der| {
            found = public_point(der);
            found.is_some()
        });
        found
    }

    /// Whether the password opens the body to something that `suits`; the plaintext is wiped afterwards.
    fn opens_as(&self, password: &[u8], suits: &mut dyn FnMut(&[u8]) -> bool) -> Option<bool> {
        match self.legacy {
            None => self.opens_as_pkcs8(password, suits),
            Some(iv) => Some(self.opens_as_legacy(password, &iv?, suits)),
        }
    }

    fn opens_as_pkcs8(&self, password: &[u8], suits: &mut dyn FnMut(&[u8]) -> bool) -> Option<bool> {
        let sealed = EncryptedPrivateKeyInfoRef::from_der(&self.ciphertext).ok()?;
        let scheme = sealed.encryption_algorithm.pbes2()?;
        let rounds = scheme.kdf.pbkdf2()?.iteration_count;
        if rounds > MAX_ROUNDS {
            return None;
        }
        let mut buffer = Zeroizing::new(sealed.encrypted_data.as_bytes().to_vec());
        match scheme.decrypt_in_place(password, &mut buffer) {
            Ok(der) => Some(suits(der)),
            Err(pkcs8::pkcs5::Error::DecryptFailed) => Some(false),
            Err(_) => None,
        }
    }

    /// There is no integrity check, so what comes out must also be a key (format 2.4).
    fn opens_as_legacy(&self, password: &[u8], iv: &[u8; 16], suits: &mut dyn FnMut(&[u8]) -> bool) -> bool {
        let mut key = legacy_key(password, iv);
        let cipher = cbc::Decryptor::<Aes256>::new_from_slices(&key[..], iv);
        key.zeroize();
        let mut plain = Zeroizing::new(self.ciphertext.clone());
        let (blocks, rest) = Block::<Aes256>::slice_as_chunks_mut(&mut plain);
        let (Ok(mut cipher), true) = (cipher, rest.is_empty()) else {
            return false;
        };
        cipher.decrypt_blocks(blocks);
        let Some(&pad) = plain.last() else { return false };
        let len = plain.len().checked_sub(usize::from(pad));
        let Some((der, padding)) = len.and_then(|len| plain.split_at_checked(len)) else {
            return false;
        };
        (1..=16).contains(&padding.len()) && padding.iter().all(|&byte| byte == pad) && suits(der)
    }
}

/// `AES-256-CBC,` and the IV as 32 hex digits.
fn legacy_iv(dek_info: &[u8]) -> Option<[u8; 16]> {
    let hex = dek_info.strip_prefix(b"AES-256-CBC,")?.trim_ascii();
    if hex.len() != 32 {
        return None;
    }
    let mut iv = [0; 16];
    for (byte, digits) in iv.iter_mut().zip(hex.as_chunks::<2>().0) {
        let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
        *byte = u8::try_from(high? << 4 | low?).ok()?;
    }
    Some(iv)
}

/// MD5, twice, over password and the first half of the IV as salt.
fn legacy_key(password: &[u8], iv: &[u8; 16]) -> Zeroizing<[u8; 32]> {
    let salt = iv.as_chunks::<8>().0.first().unwrap_or(&[0; 8]);
    let mut key = Zeroizing::new([0; 32]);
    let mut last: Option<md5::digest::Output<Md5>> = None;
    for half in key.as_chunks_mut::<16>().0 {
        let mut digest = Md5::new();
        if let Some(last) = &last {
            digest.update(last);
        }
        digest.update(password);
        digest.update(salt);
        let output = digest.finalize();
        half.copy_from_slice(&output);
        last = Some(output);
    }
    if let Some(mut last) = last {
        last.as_mut_slice().zeroize();
    }
    key
}

fn is_private_key(der: &[u8]) -> bool {
    is_ec_key(der) || PrivateKeyInfoRef::from_der(der).is_ok()
}

/// An `EncryptedPrivateKeyInfo` by its structure, whatever its scheme.
fn is_encrypted_pkcs8(der: &[u8]) -> bool {
    let parsed = AnyRef::from_der(der).and_then(|any| {
        any.sequence(|fields| {
            AlgorithmIdentifierRef::decode(fields)?;
            <&OctetStringRef>::decode(fields)?;
            Ok::<_, der::Error>(())
        })
    });
    parsed.is_ok()
}

/// An `ECPrivateKey` (SEC 1): version 1, the key, and what may follow.
fn is_ec_key(der: &[u8]) -> bool {
    let parsed = AnyRef::from_der(der).and_then(|any| {
        any.sequence(|fields| {
            let version = u8::decode(fields)?;
            <&OctetStringRef>::decode(fields)?;
            while !fields.is_finished() {
                AnyRef::decode(fields)?;
            }
            Ok::<_, der::Error>(version)
        })
    });
    parsed == Ok(1)
}
