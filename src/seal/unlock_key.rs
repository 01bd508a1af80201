//! The unlock key, that is the KEK in its text form (format 2.3).

use std::fmt;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, NO_PAD};
use zeroize::Zeroizing;

use super::error::SealError;

const PREFIX: &[u8] = b"SWMKEY-1-";

/// As the peer's decoder: no padding, spare bits in the last character do not matter.
const TEXT: GeneralPurpose = {
    let config: GeneralPurposeConfig = NO_PAD;
    GeneralPurpose::new(&STANDARD, config.with_decode_allow_trailing_bits(true))
};

/// An unlock key. Any length is one, as for the peer; wiped when dropped.
pub struct UnlockKey {
    bytes: Zeroizing<Vec<u8>>,
}

impl UnlockKey {
    /// Reads the text form `SWMKEY-1-…`. White space around it is cut off, line breaks inside are skipped.
    pub fn parse(text: &[u8]) -> Result<UnlockKey, SealError> {
        let encoded = text.trim_ascii().strip_prefix(PREFIX).ok_or(SealError::NoPrefix)?;
        if encoded.contains(&b'=') {
            return Err(SealError::Padded);
        }
        let mut symbols = Zeroizing::new(Vec::with_capacity(encoded.len()));
        symbols.extend(encoded.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')));
        let mut bytes = Zeroizing::new(vec![0; symbols.len()]);
        let len = TEXT.decode_slice(&symbols[..], &mut bytes).map_err(|_| SealError::NotBase64)?;
        bytes.truncate(len);
        Ok(UnlockKey { bytes })
    }

    /// True for `SWMKEY-1-` with nothing behind it, which is what a manager without autolock reports.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The raw bytes: the password of an encrypted PEM body.
    pub(super) fn password(&self) -> &[u8] {
        &self.bytes
    }

    /// The key of DEK headers: filled with zero bytes, or cut (format 2.3).
    pub(super) fn header_key(&self) -> Zeroizing<[u8; 32]> {
        let mut key = Zeroizing::new([0; 32]);
        for (to, from) in key.iter_mut().zip(self.bytes.iter()) {
            *to = *from;
        }
        key
    }
}

impl fmt::Debug for UnlockKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnlockKey").finish_non_exhaustive()
    }
}
