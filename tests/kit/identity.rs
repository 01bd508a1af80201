//! The identity of the manager whose directory is written: certificates that a real daemon accepts, valid for a
//! century, and the ids in them. They guard nothing.

/// The node's id, the CN of its certificate.
pub const NODE: &str = "8fbbd6p84oe7ut4qrttebiwar";
/// The cluster's id, the O of the certificate.
pub const CLUSTER: &str = "o2rko95q6tnhyh7cibje0pb3z";
/// The node's raft id.
pub const RAFT_ID: u64 = 0x727a_71f5_2257_bb7d;
/// The manager's address.
pub const ADDR: &str = "127.0.0.1:2377";

/// The node's private key: PEM of a PKCS#8 PrivateKeyInfo.
pub const NODE_KEY: &str = include_str!("identity/node.key");
/// The same key: PEM of an ECPrivateKey that names its curve, as daemons up to 17.12 wrote it.
pub const NODE_KEY_SEC1: &str = include_str!("identity/node.sec1.key");
/// The node's certificate.
pub const NODE_CERT: &str = include_str!("identity/node.crt");
/// The root CA's certificate.
pub const CA_CERT: &str = include_str!("identity/ca.crt");
/// The root CA's private key: PEM of an ECPrivateKey.
pub const CA_KEY: &str = include_str!("identity/ca.key");
