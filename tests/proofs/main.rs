//! Proofs of what every tree promises, over directories that are made to break the promises: laziness, exactness,
//! names, damage, memory.

mod hostile;
#[path = "../kit/mod.rs"]
mod kit;
mod lazy;
mod memory;
mod names;
mod places;
mod random;
mod recalled;
mod stage;
mod walk;
