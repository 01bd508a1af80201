//! The version index: every version of every object, by kind and id, and where its bytes are. The joint of
//! disk and seal: [`State`] is an opened state directory.

mod build;
mod cached;
mod certificates;
mod content;
mod doubt;
mod error;
mod facts;
mod findings;
mod grow;
mod history;
mod identity;
mod index;
mod keys;
mod kind;
mod members;
mod outline;
mod past;
mod plain;
mod recall;
mod saved_keys;
mod sealed;
mod snapshot;
mod snapshots;
mod state;
mod text;
mod window;

pub use cached::{IndexCache, Keep};
pub use certificates::{NodeCertificates, TokenFits};
pub use content::Content;
pub use error::StoreError;
pub use facts::{Action, ActionFacts, ObjectFacts, Unusable, actions, payload, state_word};
pub use findings::{Finding, Severity, findings, findings_at};
pub use grow::Earlier;
pub use identity::Identity;
pub use index::{Index, ObjectNo, Origin, Refused, Trouble, Version, VersionNo};
pub use keys::Keys;
pub use kind::Kind;
pub use members::{ConfChange, Member, MemberChange, Members, Membership, conf_change, members, membership};
pub use outline::{Outline, Outlined};
pub use past::Knowledge;
pub use plain::Plain;
pub use saved_keys::SavedKeys;
pub use snapshot::{Loaded, SnapshotError};
pub use snapshots::LostSnapshot;
pub use state::{State, Tail};
