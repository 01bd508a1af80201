//! The node's certificates, and what they must fit: the node's key, the cluster's CA, the join tokens.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::facts::{last, text};
use super::{Kind, State};
use crate::disk::Certificate;

/// Longest certificate file that is read.
const LIMIT: u64 = 1 << 20;

/// The certificates of a node.
pub struct NodeCertificates<'a> {
    state: &'a State,
    /// The node's own, first, and the intermediates after it.
    pub node: Vec<Certificate>,
    /// The roots.
    pub roots: Vec<Certificate>,
}

impl<'a> NodeCertificates<'a> {
    /// Reads them; what does not parse is left out.
    pub fn of(state: &'a State) -> NodeCertificates<'a> {
        let read = |file: &str| -> Vec<Certificate> {
            let bytes = state.source().read(&format!("certificates/{file}"), LIMIT).unwrap_or_default();
            Certificate::all_of_pem(&bytes).into_iter().flatten().collect()
        };
        NodeCertificates { state, node: read("swarm-node.crt"), roots: read("swarm-root-ca.crt") }
    }

    /// Whether a chain leads to a root; `None` where that cannot be told.
    pub fn signed(&self, certificate: &Certificate) -> Option<bool> {
        if self.roots.is_empty() {
            return None;
        }
        certificate.chains_to(self.node.get(1..).unwrap_or_default(), &self.roots)
    }

    /// Whether the node's key belongs to a certificate; `None` where the key is locked or of another kind.
    pub fn key_fits(&self, certificate: &Certificate) -> Option<bool> {
        self.state.public_key().map(|key| key == certificate.key)
    }
}

/// Whether the cluster's join tokens name a CA: `SWMTKN-1-<SHA-256 of the CA's PEM in base 36>-<secret>`.
#[derive(Clone, Debug, Serialize)]
pub struct TokenFits {
    /// The digest that a token for this CA carries.
    pub ca_digest: String,
    /// Whether the worker's token carries it.
    pub worker: bool,
    /// Whether the manager's token carries it.
    pub manager: bool,
}

impl TokenFits {
    /// Compares with the cluster object; `None` where that is not at hand, or has no tokens.
    pub fn of(state: &State, ca_pem: &[u8]) -> Option<TokenFits> {
        let index = state.index();
        let (_, version) = index.current_objects(Kind::Cluster).next()?;
        let ca_digest = base36(Sha256::digest(ca_pem).into());
        let fits = |cluster: &[u8]| {
            let tokens = last(last(cluster, 4)?, 4)?;
            let carried = |token: &[u8]| {
                let mut parts = token.split(|byte| *byte == b'-').skip(2);
                // FIPS tokens have one part more (format 2.7).
                parts.clone().count() >= 2 && parts.any(|part| part == ca_digest.as_bytes())
            };
            Some((carried(text(tokens, 1)), carried(text(tokens, 2))))
        };
        let (worker, manager) = state.with_version(version, fits).ok().flatten()?;
        Some(TokenFits { ca_digest, worker, manager })
    }
}

/// 256 bits as 50 digits.
fn base36(mut number: [u8; 32]) -> String {
    let mut digits = [b'0'; 50];
    for digit in digits.iter_mut().rev() {
        let mut rest = 0u32;
        for byte in &mut number {
            let value = rest << 8 | u32::from(*byte);
            (*byte, rest) = ((value / 36) as u8, value % 36);
        }
        *digit = char::from_digit(rest, 36).map_or(b'0', |digit| digit as u8);
    }
    String::from_utf8_lossy(&digits).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::testing::{fixture, fixtures};

    #[test]
    fn base_36_has_fifty_digits() {
        let mut number = [0; 32];
        number[31] = 35;
        assert_eq!(base36(number), format!("{}z", "0".repeat(49)));
        assert_eq!(base36([0xff; 32]).len(), 50);
        assert_eq!(base36([0xff; 32]), "6dp5qcb22im238nr3wvp0ic7q99w035jmy2iw7i6n43d37jtof");
    }

    #[test]
    fn tokens_name_the_root_of_every_real_cluster() {
        let mut seen = 0;
        for name in fixtures() {
            let state = State::open(fixture(&name), &[]).unwrap();
            let root = state.source().read("certificates/swarm-root-ca.crt", LIMIT).unwrap();
            let Some(fits) = TokenFits::of(&state, &root) else { continue };
            seen += 1;
            let real = !name.starts_with("allfields") && !name.starts_with("old-");
            assert!(!real || (fits.worker && fits.manager), "{name}: {fits:?}");
            assert_eq!(TokenFits::of(&state, b"another").map(|fits| fits.worker), Some(false), "{name}");
        }
        assert!(seen > 10);
    }

    #[test]
    fn the_key_fits_its_certificate_and_no_other() {
        let strange = State::open(fixture("fresh"), &[]).unwrap();
        let strange = NodeCertificates::of(&strange);
        for name in fixtures().iter().filter(|name| *name != "fresh") {
            let state = State::open(fixture(name), &[]).unwrap();
            let own = NodeCertificates::of(&state);
            let locked =
                crate::seal::KeyFile::parse(&state.source().read("certificates/swarm-node.key", LIMIT).unwrap());
            let locked = locked.unwrap().locked();
            assert_eq!(own.key_fits(&own.node[0]), (!locked).then_some(true), "{name}");
            assert_eq!(own.key_fits(&strange.node[0]), (!locked).then_some(false), "{name}");
        }
    }
}
