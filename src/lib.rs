//! swarmfs shows a Docker Swarm manager's state directory as a read-only tree of decoded files.
//!
//! Data flows one way through the rooms, each of which knows only what stands left of it:
//!
//! ```text
//! disk -> seal -> store -> render -> tree -> fuse
//! ```
//!
//! `disk` turns files into records and knows no keys; `seal` alone holds keys; `schema` says what the
//! messages look like; `store` is the index of every version of every object; `render` turns wire bytes
//! into text; `tree` is the virtual file tree; `fuse` hands it to the kernel; `follow` feeds in
//! what a running daemon writes; `cli` has a file a command. All of them may use [`chunked`], the list that a
//! log and an index are made of, `later`, which makes things when they are first asked for, and [`wiped`], the
//! buffer for plaintext.

pub mod chunked;
pub mod cli;
pub mod disk;
pub mod follow;
pub mod fuse;
mod later;
pub mod render;
pub mod schema;
pub mod seal;
pub mod store;
pub mod tree;
pub mod wiped;
