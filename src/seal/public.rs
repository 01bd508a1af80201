//! The public half of the node's private key: it tells whether the key fits a certificate, and is no secret itself.

use p256::ecdsa::SigningKey;
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::{AnyRef, OctetStringRef};
use pkcs8::der::{self, Decode as _, Reader as _};

/// The point of a P-256 key in DER, PKCS #8 or SEC 1 (format 2.1), as it stands in a certificate; `None` for a key
/// of another kind.
pub(super) fn public_point(der: &[u8]) -> Option<Vec<u8>> {
    let scalar = match PrivateKeyInfoRef::from_der(der) {
        Ok(info) => scalar(info.private_key.as_bytes())?,
        Err(_) => scalar(der)?,
    };
    let key = SigningKey::from_slice(scalar).ok()?;
    // Not compressed, as certificates have it.
    Some(key.verifying_key().to_sec1_point(false).as_bytes().to_vec())
}

/// The number in an `ECPrivateKey`.
fn scalar(der: &[u8]) -> Option<&[u8]> {
    let parsed = AnyRef::from_der(der).and_then(|any| {
        any.sequence(|fields| {
            u8::decode(fields)?;
            let key = <&OctetStringRef>::decode(fields)?;
            while !fields.is_finished() {
                AnyRef::decode(fields)?;
            }
            Ok::<_, der::Error>(key.as_bytes())
        })
    });
    parsed.ok()
}
