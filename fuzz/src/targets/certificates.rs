//! Any bytes as certificates.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use swarmfs::disk::{Certificate, Subject};

use super::parts::{choice, parts};

/// The input is a PEM file, or the DER of the certificates in one.
pub fn certificates(input: &[u8]) {
    let (form, rest) = choice(input);
    let pem = if form & 1 == 0 { rest.to_vec() } else { armoured(&parts(rest)).into_bytes() };
    let all = Certificate::all_of_pem(&pem);
    let first = all.first().and_then(|first| first.as_ref().ok()).map(|first| &first.subject);
    assert_eq!(Subject::of_pem(&pem).as_ref(), first);
    let good: Vec<Certificate> = all.into_iter().filter_map(Result::ok).take(4).collect();
    for one in &good {
        assert!(!one.algorithm.is_empty() && one.key.len() <= pem.len());
        // Whom a root signed, a chain leads to.
        for root in &good {
            let root = std::slice::from_ref(root);
            assert!(one.signed_by(&root[0]) != Some(true) || one.chains_to(&good, root) == Some(true));
        }
    }
}

fn armoured(ders: &[&[u8]]) -> String {
    let block =
        |der: &&[u8]| format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(der));
    ders.iter().map(block).collect()
}
