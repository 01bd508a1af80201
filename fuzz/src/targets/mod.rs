//! What the fuzz targets do. Each takes any bytes, hands them to one room in the place of what a state directory
//! holds, and asserts what must be so whatever they are. A panic, a leak or a timeout is a finding.
//!
//! The tests of the main package run the same functions over the kept inputs, and over the corpus that they make of
//! the fixtures.

mod bolt;
mod certificates;
mod directory;
mod frames;
mod key_files;
mod log;
pub mod made;
mod packed;
pub mod parts;
mod records;
mod sealed;
mod snapshots;
mod walk;
mod wire;

pub use bolt::bolt;
pub use certificates::certificates;
pub use directory::directory;
pub use frames::frames;
pub use key_files::key_files;
pub use packed::packed;
pub use records::records;
pub use sealed::sealed;
pub use snapshots::snapshots;
pub use wire::wire;

/// A target: its name, and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 10] = [
    ("bolt", bolt),
    ("certificates", certificates),
    ("directory", directory),
    ("frames", frames),
    ("key_files", key_files),
    ("packed", packed),
    ("records", records),
    ("sealed", sealed),
    ("snapshots", snapshots),
    ("wire", wire),
];
