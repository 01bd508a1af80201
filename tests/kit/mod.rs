//! What the tests stand on: a writer of state directories, the unpacked fixtures, their oracles, a real
//! engine, and the program that compares a tree with what it must show.
//!
//! Nothing here uses swarmfs: the kit is an independent witness, with its own reading of the format.

#![allow(dead_code, unused_imports, unreachable_pub, reason = "each binary that includes the kit uses a part of it")]

pub mod cluster;
pub mod compare;
pub mod engine;
pub mod evidence;
pub mod fields;
pub mod fixture;
pub mod identity;
pub mod keyfile;
pub mod mounted;
pub mod objects;
pub mod oracle;
pub mod random;
pub mod readers;
pub mod seal;
pub mod services;
pub mod wire;
pub mod workload;
pub mod writer;
