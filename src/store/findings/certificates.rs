//! Certificates: how long they hold, and whether key, CA and join tokens fit (format 1, 2.8).

use super::super::{NodeCertificates, State, TokenFits};
use super::{Finding, Severity};
use crate::disk::{Certificate, Moment};
use crate::render::timestamp;

const NODE: &str = "certificates/swarm-node.crt";
const ROOT: &str = "certificates/swarm-root-ca.crt";
const PENDING: &str = "certificates/.swarm-node.crt";

const LIMIT: u64 = 1 << 20;

/// A node renews its certificate when between half and four fifths of its time are over. A root holds for years.
const SOON: u64 = 90 * 86400;

pub(super) fn certificates(state: &State, now: Moment, found: &mut Vec<Finding>) {
    let mut tell = |severity, code, place: &str, meaning: String, advice| {
        found.push(Finding { severity, code, place: place.into(), meaning, advice });
    };
    let layout = state.layout();
    if !layout.has_certificate {
        tell(
            Severity::Damage,
            "no-certificate",
            NODE,
            "there is no node certificate; Docker empties the whole directory when it starts on it".into(),
            "copy the directory before an engine starts on it; restore the certificate from a backup",
        );
    }
    if !layout.has_root && state.source().open(ROOT).is_err_and(|error| error.is_missing()) {
        tell(
            Severity::Damage,
            "no-certificate",
            ROOT,
            "there is no root certificate; a daemon that starts on it makes a new CA and a new node, and writes on \
             behind this log"
                .into(),
            "copy the directory before an engine starts on it; restore the certificate from a backup",
        );
    }
    for place in [NODE, ROOT] {
        let why = match state.source().read(place, LIMIT) {
            Err(error) if error.is_missing() => continue,
            Err(error) => Some(error.to_string()),
            Ok(file) => match Certificate::all_of_pem(&file) {
                none if none.is_empty() => Some("there is no certificate in it".into()),
                all => all.into_iter().find_map(Result::err),
            },
        };
        if let Some(why) = why {
            tell(
                Severity::Damage,
                "certificate-unreadable",
                place,
                format!("it cannot be read: {why}"),
                "restore it from a backup; the log can be read without it",
            );
        }
    }
    let all = NodeCertificates::of(state);
    let now = u64::try_from(now.seconds).unwrap_or(0);
    let node = all.node.first().map(|node| (node, NODE));
    for (certificate, place) in node.into_iter().chain(all.roots.iter().map(|root| (root, ROOT))) {
        let soon = (certificate.not_after.saturating_sub(certificate.not_before) / 10).min(SOON);
        if now > certificate.not_after {
            tell(
                Severity::Warning,
                "certificate-expired",
                place,
                format!(
                    "it expired at {}; no other node accepts it, and a daemon does not start with it, not even with \
                     --force-new-cluster",
                    said(certificate.not_after)
                ),
                "sign the node's key anew with the CA's, which objects/clusters/ has, or join the node anew, which \
                 deletes this directory: copy it first",
            );
        } else if certificate.not_after - now < soon {
            tell(
                Severity::Warning,
                "certificate-expires-soon",
                place,
                format!("it expires at {}; a node renews it long before, so that failed", said(certificate.not_after)),
                "see in the engine's log why the renewal fails; the CA or the leader cannot be reached, most likely",
            );
        } else if now < certificate.not_before {
            tell(
                Severity::Warning,
                "certificate-not-yet-valid",
                place,
                format!("it is valid from {} on", said(certificate.not_before)),
                "check this machine's clock",
            );
        }
    }
    let Some(node) = all.node.first() else { return };
    if all.key_fits(node) == Some(false) {
        let pending = state.source().read(PENDING, LIMIT).unwrap_or_default();
        let pending = Certificate::all_of_pem(&pending).into_iter().flatten().next();
        match pending.is_some_and(|pending| all.key_fits(&pending) == Some(true)) {
            true => tell(
                Severity::Info,
                "certificate-pending",
                PENDING,
                "the node's key fits this certificate, which was to replace swarm-node.crt".into(),
                "nothing: the daemon renames it when it starts",
            ),
            false => tell(
                Severity::Damage,
                "key-does-not-fit",
                NODE,
                "the node's key does not belong to its certificate; a daemon does not start with them".into(),
                "restore both from the same backup; the log can be read all the same",
            ),
        }
    }
    if all.signed(node) == Some(false) {
        tell(
            Severity::Damage,
            "certificate-not-signed",
            NODE,
            "no root in swarm-root-ca.crt signed it: the two are not of the same cluster, or of different moments"
                .into(),
            "restore both from the same backup",
        );
    }
    let root = state.source().read(ROOT, LIMIT).unwrap_or_default();
    let fits = if all.roots.is_empty() { None } else { TokenFits::of(state, &root) };
    if let Some(fits) = fits.filter(|fits| !(fits.worker && fits.manager)) {
        tell(
            Severity::Warning,
            "join-token-mismatch",
            ROOT,
            format!("the cluster's join tokens name another CA than this one ({})", fits.ca_digest),
            "rotate the tokens (`docker swarm join-token --rotate`), unless the CA is being rotated",
        );
    }
}

fn said(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    timestamp(seconds, 0).map_or_else(|| format!("{seconds}s"), |text| text.to_string())
}
