//! The thin glue between the tree and the kernel: requests, mounting, ending, invalidation.
//!
//! Nothing here knows what the files mean; it serves any [`Forest`](crate::tree::Forest).

mod ahead;
mod appearance;
mod attach;
mod ending;
mod error;
mod glue;
mod kernel;
mod listing;
mod mount;
mod mountinfo;
mod mountpoint;
mod run;
mod told;
mod unmount;

pub use appearance::Appearance;
pub use ending::Ending;
pub use error::FuseError;
pub use kernel::Kernel;
pub use mount::{Access, Mount};
pub use mountpoint::Mountpoint;
pub use unmount::{Unmounted, Unmounter, device_of, unmount};

/// The name under which mounts stand in the kernel's tables (`findmnt`, `mount`, `df`).
pub const FS_NAME: &str = "swarmfs";
