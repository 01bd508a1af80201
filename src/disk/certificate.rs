//! What a certificate says (format 1): whose it is, how long it is valid, and whether another one signed it.

use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use x509_cert::der::oid::ObjectIdentifier;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, SubjectAltName};
use x509_cert::name::Name;
use x509_cert::{Certificate as Parsed, TbsCertificate};

/// A file holds one certificate and perhaps an intermediate one; a root file two while the CA is rotated.
const MOST: usize = 16;

const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

/// The subject of a node certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The cluster's id (O).
    pub cluster: Option<String>,
    /// `swarm-manager` or `swarm-worker` (OU).
    pub role: Option<String>,
    /// The node's id (CN).
    pub node: Option<String>,
}

impl Subject {
    fn of(name: &Name) -> Subject {
        Subject {
            cluster: name.organization().ok().flatten().map(|text| text.value().into_owned()),
            role: name.organization_unit().ok().flatten().map(|text| text.value().into_owned()),
            node: name.common_name().ok().flatten().map(|text| text.value().into_owned()),
        }
    }

    /// The subject of the first certificate in a PEM file; `None` where there is none that parses.
    pub fn of_pem(file: &[u8]) -> Option<Subject> {
        Certificate::all_of_pem(file).into_iter().next()?.ok().map(|certificate| certificate.subject)
    }
}

/// A certificate.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Whose it is.
    pub subject: Subject,
    /// Who issued it, in the same terms.
    pub issuer: Subject,
    /// Its serial number.
    pub serial: Vec<u8>,
    /// Seconds since the epoch from which it is valid.
    pub not_before: u64,
    /// Seconds since the epoch up to which it is valid.
    pub not_after: u64,
    /// The DNS names among its alternative names.
    pub names: Vec<String>,
    /// True for the certificate of a CA.
    pub is_ca: bool,
    /// The algorithm of its signature, as an object identifier.
    pub algorithm: String,
    /// The public key's bytes; of an elliptic curve, the point.
    pub key: Vec<u8>,
    /// SHA-256 of the whole certificate.
    pub fingerprint: [u8; 32],
    /// What is signed, and the signature.
    signed: Vec<u8>,
    signature: Vec<u8>,
}

impl Certificate {
    /// The certificates of a PEM file, in its order; an error for each block that does not parse.
    pub fn all_of_pem(file: &[u8]) -> Vec<Result<Certificate, String>> {
        let blocks = match pem::parse_many(file) {
            Ok(blocks) => blocks,
            Err(error) => return vec![Err(error.to_string())],
        };
        let blocks = blocks.into_iter().filter(|block| block.tag() == "CERTIFICATE").take(MOST);
        blocks.map(|block| Certificate::of_der(block.contents())).collect()
    }

    fn of_der(der: &[u8]) -> Result<Certificate, String> {
        let parsed = Parsed::from_der(der).map_err(|error| error.to_string())?;
        let inner = parsed.tbs_certificate();
        let validity = inner.validity();
        Ok(Certificate {
            subject: Subject::of(inner.subject()),
            issuer: Subject::of(inner.issuer()),
            serial: inner.serial_number().as_bytes().to_vec(),
            not_before: validity.not_before.to_unix_duration().as_secs(),
            not_after: validity.not_after.to_unix_duration().as_secs(),
            names: dns_names(inner),
            is_ca: inner.get_extension::<BasicConstraints>().ok().flatten().is_some_and(|(_, basic)| basic.ca),
            algorithm: parsed.signature_algorithm().oid.to_string(),
            key: inner.subject_public_key_info().subject_public_key.raw_bytes().to_vec(),
            fingerprint: Sha256::digest(der).into(),
            signed: inner.to_der().map_err(|error| error.to_string())?,
            signature: parsed.signature().raw_bytes().to_vec(),
        })
    }

    /// Whether the key in `other` signed this one; `None` where the algorithm is not the one that swarm's own CA uses.
    pub fn signed_by(&self, other: &Certificate) -> Option<bool> {
        if self.algorithm != ECDSA_WITH_SHA256.to_string() {
            return None;
        }
        let key = VerifyingKey::from_sec1_bytes(&other.key).ok()?;
        let signature = Signature::from_der(&self.signature);
        Some(signature.is_ok_and(|signature| key.verify(&self.signed, &signature).is_ok()))
    }

    /// Whether a chain over `others` leads from this one to one of `roots`; `None` where that cannot be told.
    pub fn chains_to(&self, others: &[Certificate], roots: &[Certificate]) -> Option<bool> {
        let by_root = |certificate: &Certificate| any(roots.iter().map(|root| certificate.signed_by(root)));
        match by_root(self) {
            Some(true) => Some(true),
            direct => {
                // While the CA is rotated, the old root vouches for the new one (one step, as daemons make it).
                let between = others.iter().filter(|other| self.signed_by(other) == Some(true));
                any(between.map(by_root).chain([direct]))
            }
        }
    }
}

/// True where one is; false only where all are.
fn any(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(false);
    for answer in answers {
        match answer {
            Some(true) => return Some(true),
            Some(false) => {}
            None => all = None,
        }
    }
    all
}

fn dns_names(inner: &TbsCertificate) -> Vec<String> {
    let names = inner.get_extension::<SubjectAltName>().ok().flatten();
    let names = names.map(|(_, names)| names.0).unwrap_or_default();
    names
        .iter()
        .filter_map(|name| match name {
            GeneralName::DnsName(text) => Some(text.to_string()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::{fixture, fixtures};
    use super::*;

    fn all(source: &crate::disk::Source, file: &str) -> Vec<Certificate> {
        let file = source.read(&format!("certificates/{file}"), 1 << 20).unwrap();
        Certificate::all_of_pem(&file).into_iter().map(Result::unwrap).collect()
    }

    #[test]
    fn every_node_certificate_is_signed_by_its_own_root_and_no_other() {
        let stranger = all(&fixture("fresh"), "swarm-root-ca.crt");
        for name in fixtures() {
            let source = fixture(&name);
            let (node, roots) = (all(&source, "swarm-node.crt"), all(&source, "swarm-root-ca.crt"));
            assert_eq!(node[0].chains_to(&node[1..], &roots), Some(true), "{name}");
            if roots[0].fingerprint != stranger[0].fingerprint {
                assert_eq!(node[0].chains_to(&[], &stranger), Some(false), "{name}");
            }
            assert!(node[0].names.contains(&node[0].subject.node.clone().unwrap()), "{name}");
            assert!(roots[0].is_ca && !node[0].is_ca, "{name}");
        }
    }
}
