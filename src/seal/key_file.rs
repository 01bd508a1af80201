//! The key file `certificates/swarm-node.key` (format 2).

use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, PAD};
use zeroize::Zeroizing;

use super::body::{BodyForm, LockedBody};
use super::data_key::DataKey;
use super::error::{OpenError, SealError};
use super::pem::{Block, Header};
use super::public::public_point;
use super::record::{Algorithm, Bytes, Record, part};
use super::unlock_key::UnlockKey;
use super::{fernet, secretbox};

/// A key file has some 500 bytes.
const MAX_LEN: usize = 64 << 10;

/// Base64 as the peer's decoder takes it: spare bits do not matter.
const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, PAD.with_decode_allow_trailing_bits(true));

/// In the order in which they are to be tried (format 2.9).
const DEK_HEADERS: [&str; 2] = ["raft-dek-pending", "raft-dek"];

/// What a key file says without any key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyFacts {
    /// What the BEGIN line says, as it stands in the file: to be escaped where it is shown (format 2.1).
    pub pem_label: String,
    /// What the body is.
    pub body: BodyForm,
    /// `kek-version`; absent also where it is no number, which the peer ignores.
    pub kek_version: Option<u64>,
    /// How the DEK is sealed: [`Algorithm::None`] where it is in clear. Absent without DEK, or with a damaged one.
    pub dek: Option<Algorithm>,
    /// The same of the DEK of a rotation that is in progress.
    pub pending: Option<Algorithm>,
    /// `raft-dek-needs-rotation` is there.
    pub needs_rotation: bool,
    /// DEK headers that cannot be decoded.
    pub damage: Vec<SealError>,
}

/// A key file, read once.
pub struct KeyFile {
    facts: KeyFacts,
    deks: Vec<SealedDek>,
    body: Option<LockedBody>,
    /// The public half of a body in clear.
    public: Option<Vec<u8>>,
}

/// A DEK as its header holds it.
struct SealedDek {
    header: &'static str,
    line: usize,
    /// A serialized `MaybeEncryptedRecord`.
    bytes: Zeroizing<Vec<u8>>,
    record: Record,
}

impl KeyFile {
    /// Reads a key file. Whatever can be told of a damaged one is told in its facts.
    pub fn parse(bytes: &[u8]) -> Result<KeyFile, SealError> {
        let len = bytes.len() as u64;
        if bytes.len() > MAX_LEN {
            return Err(SealError::TooLarge { len, limit: MAX_LEN as u64 });
        }
        let block = Block::find(bytes).ok_or(SealError::NotPem { len })?;
        let (body, locked, public) = read_body(&block);
        let mut damage = Vec::new();
        let mut deks = Vec::new();
        for name in DEK_HEADERS {
            if let Some(header) = block.header(name) {
                match SealedDek::decode(name, header) {
                    Ok(dek) => deks.push(dek),
                    Err(error) => damage.push(error),
                }
            }
        }
        let algorithm = |name| deks.iter().find(|dek| dek.header == name).map(|dek| dek.record.algorithm);
        let facts = KeyFacts {
            pem_label: String::from_utf8_lossy(block.label).into_owned(),
            body,
            kek_version: block.header("kek-version").and_then(|header| decimal(header.value)),
            pending: algorithm("raft-dek-pending"),
            dek: algorithm("raft-dek"),
            needs_rotation: block.header("raft-dek-needs-rotation").is_some(),
            damage,
        };
        Ok(KeyFile { facts, deks, body: locked, public })
    }

    /// What the file says without any key.
    pub fn facts(&self) -> &KeyFacts {
        &self.facts
    }

    /// True where an unlock key is needed for a DEK or for the body. (While autolock is being switched the two
    /// may differ, and a DEK in clear can be used although the body is encrypted.)
    pub fn locked(&self) -> bool {
        self.body.is_some() || self.deks.iter().any(|dek| dek.record.algorithm != Algorithm::None)
    }

    /// The public half of the node's key, as it stands in a certificate (a SEC 1 point); `None` where no key opens
    /// the body, or it is none of P-256.
    pub fn public_key(&self, keys: &[UnlockKey]) -> Option<Vec<u8>> {
        let locked = || keys.iter().find_map(|key| self.body.as_ref()?.public_point(key.password()));
        self.public.clone().or_else(locked)
    }

    /// The DEKs, and what is wrong with the headers that gave none; an error where no header gave one.
    pub(super) fn data_keys(&self, keys: &[UnlockKey]) -> Result<(Vec<DataKey>, Vec<SealError>), SealError> {
        let mut found = Vec::new();
        let mut lost = self.facts.damage.clone();
        let mut refused = Vec::new();
        for dek in &self.deks {
            match dek.open(keys) {
                Ok(Some(key)) => found.push(key),
                Ok(None) => refused.push(dek),
                Err(error) => lost.push(error),
            }
        }
        let wrong = SealError::WrongKey { kek_version: self.facts.kek_version };
        let body_opened = if found.is_empty() { self.opens_body(keys) } else { None };
        if !refused.is_empty() && found.is_empty() && body_opened != Some(true) {
            return Err(if keys.is_empty() { SealError::Locked } else { wrong });
        }
        // The rest of the file opens, so it is not the unlock key that is wrong but the header.
        lost.extend(refused.into_iter().map(|dek| match keys {
            [] => SealError::Locked,
            _ => dek.damaged("does not open with the unlock key, though the rest of the file does"),
        }));
        if !found.is_empty() {
            return Ok((found, lost));
        }
        match lost.into_iter().next() {
            Some(error) => Err(error),
            // No header can tell whether the key is right, but the body can.
            None if body_opened == Some(false) => Err(wrong),
            None => Err(SealError::NoDek),
        }
    }

    /// Whether one of the keys opens the body; `None` without keys, or where it cannot be told.
    fn opens_body(&self, keys: &[UnlockKey]) -> Option<bool> {
        let body = self.body.as_ref()?;
        let mut answer = None;
        for key in keys {
            match body.opens_with(key.password()) {
                Some(true) => return Some(true),
                other => answer = answer.or(other),
            }
        }
        answer
    }
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile").field("facts", &self.facts).finish_non_exhaustive()
    }
}

impl SealedDek {
    fn decode(name: &'static str, header: Header<'_>) -> Result<SealedDek, SealError> {
        let damaged = |what| SealError::HeaderDamaged { header: name, line: header.line, what };
        let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(header.value.len())]);
        let len = BASE64.decode_slice(header.value, &mut bytes).map_err(|_| damaged("is not base64"))?;
        bytes.truncate(len);
        let record = Record::locate(&Bytes(&bytes), 0..len as u64).map_err(|_| damaged("is no sealed record"))?;
        // An altered algorithm must not turn ciphertext into a key.
        if record.algorithm == Algorithm::None && !record.nonce.is_empty() {
            return Err(damaged("is marked as not encrypted but has a nonce"));
        }
        Ok(SealedDek { header: name, line: header.line, bytes, record })
    }

    /// The key; `None` where no unlock key opens it.
    fn open(&self, keys: &[UnlockKey]) -> Result<Option<DataKey>, SealError> {
        let mut room = Zeroizing::new(Vec::with_capacity(self.bytes.len()));
        let plain = match self.record.algorithm {
            Algorithm::None => part(&self.bytes, &self.record.data),
            Algorithm::Unknown(_) => {
                let algorithm = self.record.algorithm;
                return Err(SealError::HeaderUnknown { header: self.header, line: self.line, algorithm });
            }
            Algorithm::Secretbox | Algorithm::Fernet => {
                let keys: Vec<_> = keys.iter().map(UnlockKey::header_key).collect();
                let keys = keys.iter().map(|key| &**key);
                let opened = match self.record.algorithm {
                    Algorithm::Fernet => fernet::open(keys, &self.bytes, &self.record, &mut room),
                    _ => secretbox::open(keys, &self.bytes, &self.record, &mut room),
                };
                match opened {
                    Ok(()) => &room,
                    Err(OpenError::NotAuthentic) => return Ok(None),
                    Err(_) => return Err(self.damaged("is no sealed record")),
                }
            }
        };
        DataKey::new(plain).map(Some).ok_or_else(|| self.damaged("holds no key: it is empty or all zero"))
    }

    fn damaged(&self, what: &'static str) -> SealError {
        SealError::HeaderDamaged { header: self.header, line: self.line, what }
    }
}

/// The body's form, what a password is to be tried on, and the public half of what is in clear.
fn read_body(block: &Block<'_>) -> (BodyForm, Option<LockedBody>, Option<Vec<u8>>) {
    let der = match block.body {
        Ok(lines) => decode_lines(lines),
        Err(what) => return (BodyForm::Unreadable(what), None, None),
    };
    let Some(der) = der else {
        return (BodyForm::Unreadable("it is not base64"), None, None);
    };
    let dek_info = block.header("DEK-Info");
    let form = BodyForm::of(&der, dek_info.is_some());
    let locked = match (form, dek_info) {
        (BodyForm::EcEncrypted, Some(header)) => Some(LockedBody::legacy(&der, header.value)),
        (BodyForm::Pkcs8Encrypted, _) => Some(LockedBody::pkcs8(&der)),
        _ => None,
    };
    let public = matches!(form, BodyForm::Ec | BodyForm::Pkcs8).then(|| public_point(&der)).flatten();
    (form, locked, public)
}

fn decode_lines(lines: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut symbols = Zeroizing::new(Vec::with_capacity(lines.len()));
    symbols.extend(lines.iter().copied().filter(|byte| !byte.is_ascii_whitespace()));
    let mut der = Zeroizing::new(vec![0; base64::decoded_len_estimate(symbols.len())]);
    let len = BASE64.decode_slice(&symbols[..], &mut der).ok()?;
    der.truncate(len);
    Some(der)
}

fn decimal(text: &[u8]) -> Option<u64> {
    // Digits only: `parse` would take a sign, the peer does not.
    let digits = text.iter().all(u8::is_ascii_digit);
    digits.then(|| std::str::from_utf8(text).ok()?.parse().ok()).flatten()
}
