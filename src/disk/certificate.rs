//! What a node certificate says of its node (format 1): cluster, role, node id.

use x509_cert::Certificate;
use x509_cert::der::Decode;

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
    /// The subject of the first certificate in a PEM file; `None` where there is none that parses.
    pub fn of_pem(file: &[u8]) -> Option<Subject> {
        let block = pem::parse_many(file).ok()?.into_iter().find(|block| block.tag() == "CERTIFICATE")?;
        let certificate = Certificate::from_der(block.contents()).ok()?;
        let name = certificate.tbs_certificate().subject();
        Some(Subject {
            cluster: name.organization().ok().flatten().map(|text| text.value().into_owned()),
            role: name.organization_unit().ok().flatten().map(|text| text.value().into_owned()),
            node: name.common_name().ok().flatten().map(|text| text.value().into_owned()),
        })
    }
}
