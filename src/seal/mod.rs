//! From unlock key to plaintext: key file, KEK, DEKs, secretbox, Fernet. The only room that holds keys.
//!
//! ```text
//! UnlockKey (KEK) ─┐
//! KeyFile ─────────┴─ Keyring::unlock ─> Keyring (DEKs) ─ open ────────> one record's plaintext
//!                                                        └ open_stream ─> PlainStream, any range of it
//! ```
//!
//! The DEKs lie in the headers of the key file and need nothing but the KEK (format 2.6): a damaged private
//! key, or none, and missing certificates are no obstacle here. Nothing is deciphered before it is
//! authenticated, and neither keys nor plaintext appear in messages or in `Debug` output.

mod body;
mod cache_key;
mod data_key;
mod error;
mod fernet;
mod key_file;
mod key_list;
mod keyring;
mod pem;
mod process;
mod public;
mod record;
mod secretbox;
mod stream;
mod tally;
mod token;
mod unlock_key;

pub use body::BodyForm;
pub use cache_key::{CacheKey, SEALED_OVERHEAD};
pub use error::{OpenError, SealError};
pub use key_file::{KeyFacts, KeyFile};
pub use keyring::Keyring;
pub use process::protect_process;
pub use record::{Algorithm, RecordFacts, peek, peek_at};
pub use stream::PlainStream;
pub use unlock_key::UnlockKey;

#[cfg(test)]
mod tests;
