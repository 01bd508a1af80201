//! The version index: every version of every object, by kind and id, and where its bytes are. The joint of
//! disk and seal: [`State`] is an opened state directory.

mod build;
mod cached;
mod certificates;
mod doubt;
mod facts;
mod findings;
mod identity;
mod index;
mod keys;
mod kind;
mod members;
mod outline;
mod past;
mod plain;
mod recall;
mod snapshot;
mod snapshots;
mod state;
mod text;
mod window;

pub use cached::{IndexCache, Keep};
pub use certificates::{NodeCertificates, TokenFits};
pub use facts::{Action, ActionFacts, ObjectFacts, Unusable, actions, payload, state_word};
pub use findings::{Finding, Severity, findings, findings_at};
pub use identity::Identity;
pub use index::{Index, ObjectNo, Origin, Refused, Trouble, Version, VersionNo};
pub use keys::Keys;
pub use kind::Kind;
pub use members::{ConfChange, Member, MemberChange, Members, Membership, conf_change, members, membership};
pub use outline::{Outline, Outlined};
pub use past::Knowledge;
pub use plain::Plain;
pub use snapshot::{Loaded, SnapshotError};
pub use snapshots::LostSnapshot;
pub use state::{Content, State, StoreError};
