//! The fuzz targets, each in one function.

mod targets;

/// The tests' own way to seal and to write messages.
#[allow(dead_code, unreachable_pub, reason = "a part of the kit is used here")]
#[path = "../../tests/kit"]
mod kit {
    pub mod random;
    pub mod seal;
    pub mod wire;
}

pub use targets::*;
