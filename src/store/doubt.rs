//! Whether what was recalled from a cache has turned out to be wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A doubt that is raised once, and stays.
#[derive(Clone, Debug, Default)]
pub(super) struct Doubt(Arc<AtomicBool>);

impl Doubt {
    pub(super) fn raise(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub(super) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
