//! Real mounts, driven by the tools that users use.

mod daemon;
mod demo;
mod errors;
mod frozen;
mod index_cache;
mod keys;
mod managers;
mod options;
mod ordinary_user;
mod prompt;
mod read_only;
mod requests;
mod rig;
mod signals;
mod tools;
mod trace;
mod unlock;
