//! The files of `node/`: certificates as they are and decoded, the key's facts, what Docker noted beside the log.

use serde::Serialize;

use super::TreeError;
use super::inode::{Folder, Node};
use super::places::NodeFile;
use super::time::moment_text;
use super::view::{Named, View};
use crate::disk::{Certificate, Moment};
use crate::render::{indented, one_line};
use crate::seal::KeyFile;
use crate::store::{NodeCertificates, TokenFits};

/// No file of the node is longer.
const LIMIT: u64 = 1 << 20;

/// Longest JSON file that is indented; deep nesting makes it longer by far.
const INDENTED: u64 = 1 << 18;

const CERTIFICATES: [(&str, NodeFile, &str); 6] = [
    ("swarm-node.crt", NodeFile::Certificate, "certificates/swarm-node.crt"),
    ("swarm-node.json", NodeFile::CertificateFacts, "certificates/swarm-node.crt"),
    ("%2Eswarm-node.crt", NodeFile::Pending, "certificates/.swarm-node.crt"),
    ("%2Eswarm-node.json", NodeFile::PendingFacts, "certificates/.swarm-node.crt"),
    ("swarm-root-ca.crt", NodeFile::Root, "certificates/swarm-root-ca.crt"),
    ("swarm-root-ca.json", NodeFile::RootFacts, "certificates/swarm-root-ca.crt"),
];

const OTHERS: [(&str, NodeFile, &str); 3] = [
    ("key.json", NodeFile::Key, "certificates/swarm-node.key"),
    ("docker-state.json", NodeFile::DockerState, "docker-state.json"),
    ("managers.json", NodeFile::Managers, "state.json"),
];

/// The names in a folder, and where each comes from.
fn names(folder: Folder) -> &'static [(&'static str, NodeFile, &'static str)] {
    match folder {
        Folder::Certificates => &CERTIFICATES,
        Folder::Node => &OTHERS,
        _ => &[],
    }
}

fn path(file: NodeFile) -> Option<&'static str> {
    let all = CERTIFICATES.iter().chain(&OTHERS);
    all.into_iter().find(|(_, listed, _)| *listed == file).map(|(_, _, path)| *path)
}

impl View {
    /// A file that cannot be read is there all the same, and says why.
    fn has(&self, path: &str) -> bool {
        let opened = self.state.source().open(path);
        !opened.is_err_and(|error| error.is_missing())
    }

    pub(super) fn find_node_file(&self, folder: Folder, name: &[u8]) -> Option<Node> {
        let (_, file, path) = names(folder).iter().find(|(known, ..)| known.as_bytes() == name)?;
        self.has(path).then_some(Node::NodeFile(*file))
    }

    pub(super) fn list_node_files(&self, folder: Folder, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        let rows = names(folder).iter().zip(1..).skip(usize::try_from(behind).unwrap_or(usize::MAX));
        for ((name, file, _), cookie) in rows.filter(|((.., path), _)| self.has(path)) {
            if !each(Named { name: name.as_bytes(), node: Node::NodeFile(*file), cookie }) {
                return;
            }
        }
    }

    pub(super) fn node_file_time(&self, file: NodeFile) -> Option<Moment> {
        self.state.source().open(path(file)?).ok().map(|file| file.modified().into())
    }

    /// The bytes of a file of the node.
    pub(super) fn node_file(&self, file: NodeFile) -> Result<Vec<u8>, TreeError> {
        let path = path(file).ok_or(TreeError::NotFound)?;
        let bytes = match self.state.source().read(path, LIMIT) {
            Ok(bytes) => zeroize::Zeroizing::new(bytes),
            Err(error) if error.is_missing() => return Err(TreeError::NotFound),
            Err(error) => return json(&Unreadable { unreadable: error.to_string() }),
        };
        match file {
            NodeFile::Certificate | NodeFile::Pending | NodeFile::Root => Ok(bytes.to_vec()),
            NodeFile::CertificateFacts | NodeFile::PendingFacts | NodeFile::RootFacts => {
                self.certificates(file, &bytes)
            }
            NodeFile::Key => key_facts(&bytes),
            // What is no JSON is shown as it is; a finding says so.
            NodeFile::DockerState | NodeFile::Managers => {
                let short = bytes.len() as u64 <= INDENTED;
                Ok(short.then(|| indented(&bytes)).flatten().unwrap_or_else(|| bytes.to_vec()))
            }
        }
    }

    fn certificates(&self, file: NodeFile, pem: &[u8]) -> Result<Vec<u8>, TreeError> {
        let all = NodeCertificates::of(&self.state);
        let root = file == NodeFile::RootFacts;
        let certificates = Certificate::all_of_pem(pem).into_iter().enumerate().map(|(place, parsed)| match parsed {
            Err(damaged) => Shown::Damaged { damaged: one_line(damaged.as_bytes()).into_owned() },
            Ok(certificate) => Shown::Certificate(Box::new(Facts {
                subject: named(&certificate.subject),
                issuer: named(&certificate.issuer),
                serial: hex(&certificate.serial),
                not_before: moment(certificate.not_before),
                not_after: moment(certificate.not_after),
                names: certificate.names.iter().map(|name| one_line(name.as_bytes()).into_owned()).collect(),
                is_ca: certificate.is_ca,
                signature_algorithm: certificate.algorithm.clone(),
                fingerprint_sha256: hex(&certificate.fingerprint),
                signed_by_root_ca: all.signed(&certificate),
                key_fits: (place == 0 && !root).then(|| all.key_fits(&certificate)),
            })),
        });
        json(&File { certificates: certificates.collect(), join_tokens: root.then(|| TokenFits::of(&self.state, pem)) })
    }
}

#[derive(Serialize)]
struct Unreadable {
    unreadable: String,
}

/// A decoded file of certificates.
#[derive(Serialize)]
struct File {
    certificates: Vec<Shown>,
    /// Whether the join tokens name this CA (root CA only; null where the cluster's tokens are not at hand).
    #[serde(skip_serializing_if = "Option::is_none")]
    join_tokens: Option<Option<TokenFits>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Shown {
    Certificate(Box<Facts>),
    Damaged { damaged: String },
}

#[derive(Serialize)]
struct Facts {
    subject: Name,
    issuer: Name,
    serial: String,
    not_before: String,
    not_after: String,
    names: Vec<String>,
    is_ca: bool,
    signature_algorithm: String,
    fingerprint_sha256: String,
    /// Null where it cannot be told.
    signed_by_root_ca: Option<bool>,
    /// Whether the node's key belongs to it; null where the key is locked or of another kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_fits: Option<Option<bool>>,
}

#[derive(Serialize)]
struct Name {
    cluster: Option<String>,
    role: Option<String>,
    node: Option<String>,
}

fn named(subject: &crate::disk::Subject) -> Name {
    let clean = |text: &Option<String>| text.as_ref().map(|text| one_line(text.as_bytes()).into_owned());
    Name { cluster: clean(&subject.cluster), role: clean(&subject.role), node: clean(&subject.node) }
}

fn moment(seconds: u64) -> String {
    moment_text(Moment { seconds: i64::try_from(seconds).unwrap_or(i64::MAX), nanos: 0 })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a key file says without any key (format 2); never key material.
#[derive(Serialize)]
struct Key {
    pem_type: String,
    body: String,
    locked: bool,
    kek_version: Option<u64>,
    /// How the data key is sealed; null where there is none.
    raft_dek: Option<String>,
    raft_dek_pending: Option<String>,
    rotation_needed: bool,
    damage: Vec<String>,
}

fn key_facts(bytes: &[u8]) -> Result<Vec<u8>, TreeError> {
    let file = match KeyFile::parse(bytes) {
        Ok(file) => file,
        Err(error) => return json(&Unreadable { unreadable: error.to_string() }),
    };
    let facts = file.facts();
    json(&Key {
        pem_type: one_line(facts.pem_label.as_bytes()).into_owned(),
        body: facts.body.to_string(),
        locked: file.locked(),
        kek_version: facts.kek_version,
        raft_dek: facts.dek.map(|algorithm| algorithm.to_string()),
        raft_dek_pending: facts.pending.map(|algorithm| algorithm.to_string()),
        rotation_needed: facts.needs_rotation,
        damage: facts.damage.iter().map(ToString::to_string).collect(),
    })
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, TreeError> {
    let text = serde_json::to_vec_pretty(value).map_err(|error| TreeError::Unreadable(error.to_string()))?;
    Ok([text.as_slice(), b"\n"].concat())
}
