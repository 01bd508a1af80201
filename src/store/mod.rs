//! The version index: every version of every object, by kind and id, and where its bytes are. The joint of
//! disk and seal: [`State`] is an opened state directory.

mod build;
mod facts;
mod findings;
mod identity;
mod index;
mod kind;
mod members;
mod past;
mod snapshot;
mod state;
mod text;
mod window;

pub use facts::{Action, ActionFacts, ObjectFacts, Unusable, actions, payload, state_word};
pub use findings::{Finding, Severity, findings};
pub use identity::Identity;
pub use index::{Index, ObjectNo, Origin, Refused, Trouble, Version, VersionNo};
pub use kind::Kind;
pub use members::{ConfChange, Member, Members, conf_change, members};
pub use past::Knowledge;
pub use snapshot::{Loaded, SnapshotError};
pub use state::{Content, Keys, LostSnapshot, State, StoreError};
