//! Why a key, a key file or a record did not open. No message repeats a byte of a key or of plaintext.

use std::io;
use std::sync::Arc;

use thiserror::Error;

use super::record::Algorithm;

/// What is wrong with an unlock key, a key file or a list of data keys. The messages leave it to others to name the file.
///
/// Only `WrongKey` means that somebody gave a key that does not fit; all others leave a directory that can be
/// shown sealed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SealError {
    /// The text of an unlock key does not start as one.
    #[error(
        "this is no unlock key: it does not begin with SWMKEY-1-; give the whole line that `docker swarm unlock-key` prints"
    )]
    NoPrefix,
    /// The text of an unlock key has `=` in it.
    #[error(
        "this is no unlock key: its base64 must not be padded with `=`; give the line as `docker swarm unlock-key` prints it"
    )]
    Padded,
    /// The text of an unlock key is not base64.
    #[error("this is no unlock key: what follows SWMKEY-1- is not base64; a character may be missing or wrong")]
    NotBase64,
    /// The key file has no PEM block.
    #[error(
        "the key file holds no PEM block (no -----BEGIN line in {len} bytes); the DEK, if there is one, must come from another copy of the file"
    )]
    NotPem {
        /// The file's length.
        len: u64,
    },
    /// The key file is far larger than any daemon writes.
    #[error("the key file has {len} bytes, more than the {limit} that are read; this is no key file")]
    TooLarge {
        /// The file's length.
        len: u64,
        /// The greatest length that is read.
        limit: u64,
    },
    /// A header of the key file cannot be decoded, or holds no key.
    #[error("line {line}: header {header} {what}; look for an older copy of the file")]
    HeaderDamaged {
        /// The header's name.
        header: &'static str,
        /// Its line, counted from 1.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A header of the key file is sealed with a cipher that is not known.
    #[error("line {line}: header {header} is sealed with algorithm {algorithm}, which is not known")]
    HeaderUnknown {
        /// The header's name.
        header: &'static str,
        /// Its line, counted from 1.
        line: usize,
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// Keys were given and none opens the file.
    #[error("no unlock key that was given opens it (its kek-version is {}); keys are rotated: give the one that was valid when this file was written", kek_version.map_or("not known".to_owned(), |v| v.to_string()))]
    WrongKey {
        /// The version of the KEK that the file names.
        kek_version: Option<u64>,
    },
    /// The file is locked and no key was given.
    #[error("it is locked (autolock) and no unlock key was given")]
    Locked,
    /// The file holds no DEK: a worker, a demoted manager, or Docker 1.12.
    #[error("the key file holds no raft DEK; the node is a worker or was demoted, or its log is not encrypted")]
    NoDek,
    /// A line of a list of data keys is none.
    #[error(
        "line {line} is no data key: 32 bytes in base64 or hex are needed, one key a line; a whole key file is given with --key-file"
    )]
    NotADataKey {
        /// The line, counted from 1.
        line: usize,
    },
    /// A list of data keys is empty.
    #[error("there is no data key in it; 32 bytes in base64 or hex are needed, one key a line")]
    NoDataKeys,
}

/// Why a sealed record or stream has no plaintext.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no key at all.
    #[error("sealed: no key at hand")]
    NoKey,
    /// No key at hand fits, or the bytes were altered.
    #[error("authentication failed: it is sealed with a key that is not at hand, or it was altered")]
    NotAuthentic,
    /// Plaintext where encryption is expected.
    #[error("it is marked as not encrypted (NONE) where only encrypted records belong")]
    NotEncrypted,
    /// A cipher that is not known.
    #[error("it is sealed with algorithm {0}, which is not known; a newer release may know it")]
    UnknownAlgorithm(u64),
    /// The bytes do not have the shape of a sealed record.
    #[error("malformed at byte {at}: {what}")]
    Malformed {
        /// What is wrong.
        what: &'static str,
        /// Where, as an offset in what was given to open (of a stream: in its file).
        at: u64,
    },
    /// The file could not be read.
    #[error("cannot be read: {0}")]
    Io(Arc<io::Error>),
}

impl From<io::Error> for OpenError {
    fn from(error: io::Error) -> OpenError {
        OpenError::Io(Arc::new(error))
    }
}
