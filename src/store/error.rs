//! Why a state directory cannot be opened.

use thiserror::Error;

use crate::disk::DiskError;
use crate::seal::SealError;

/// Why a state directory cannot be opened. Damage is never a reason; it is shown.
#[derive(Debug, Error)]
pub enum StoreError {
    /// It is no state directory, or cannot be read at all.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// A key was given and is wrong.
    #[error("{file}: {source}")]
    Key {
        /// The key file that it does not open.
        file: String,
        /// Why.
        #[source]
        source: SealError,
    },
    /// The folder for the index cache would change the evidence.
    #[error(
        "{folder} lies in the state directory, where nothing is ever written; name another folder for the index cache"
    )]
    CacheInState {
        /// The folder.
        folder: String,
    },
    /// The folder for the index cache cannot be used.
    #[error("{folder} cannot hold the index cache: {source}")]
    CacheFolder {
        /// The folder.
        folder: String,
        /// Why.
        source: std::io::Error,
    },
}
