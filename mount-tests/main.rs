//! Real mounts, driven by the tools that users use.

mod daemon;
mod demo;
mod errors;
mod keys;
mod options;
mod ordinary_user;
mod rig;
mod signals;
mod tools;
mod unlock;
