//! The version index: every version of every object, by kind and id, and where its bytes are. The joint of
//! disk and seal: [`State`] is an opened state directory.

mod build;
mod facts;
mod findings;
mod index;
mod kind;
mod members;
mod snapshot;
mod state;
mod text;
mod window;

pub use facts::{Action, ActionFacts, ObjectFacts, Unusable, actions, payload};
pub use findings::{Finding, Severity, findings};
pub use index::{Index, ObjectNo, Origin, Refused, Trouble, Version, VersionNo};
pub use kind::Kind;
pub use members::{Member, Members, members};
pub use snapshot::{Loaded, SnapshotError};
pub use state::{Content, Keys, LostSnapshot, State, StoreError};
