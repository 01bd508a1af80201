//! From a state directory to a tree.

use std::path::Path;
use std::sync::Arc;

use super::exit::{Exit, Failure};
use super::key::GivenKey;
use super::sketch::Sketch;
use crate::tree::Forest;

/// What to open.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin<'a> {
    /// A state directory.
    Folder(&'a Path),
    /// The one that is built in.
    Demo,
}

/// A tree, and what there is to say about it.
pub(super) struct Opened {
    pub(super) forest: Arc<dyn Forest>,
    /// The directory is locked, and no key was given.
    pub(super) sealed: bool,
    /// Sentences for standard error.
    pub(super) warnings: Vec<String>,
}

impl Opened {
    /// Says the warnings, once.
    pub(super) fn announced(mut self) -> Self {
        for warning in self.warnings.drain(..) {
            log::warn!("{warning}");
        }
        self
    }
}

/// Keeps memory out of core dumps and away from other processes of the same user.
pub(super) fn harden() {
    let limit = nix::sys::resource::setrlimit(nix::sys::resource::Resource::RLIMIT_CORE, 0, 0);
    if let Err(error) = limit.and_then(|()| nix::sys::prctl::set_dumpable(false)) {
        log::warn!("core dumps cannot be turned off: {error}");
    }
}

/// Opens a state, trying each of the keys.
pub(super) fn open_tree(origin: Origin<'_>, keys: &[GivenKey], cache_bytes: usize) -> Result<Opened, Failure> {
    if let Origin::Folder(path) = origin {
        let inside = std::fs::metadata(path.join("certificates")).or_else(|_| std::fs::metadata(path.join("raft")));
        if !inside.is_ok_and(|about| about.is_dir()) {
            let error =
                anyhow::anyhow!("{path:?} is not a swarm state directory: it has no raft/ and no certificates/");
            return Err(Failure::new(Exit::NotAState, error));
        }
    }
    for key in keys {
        if !key.text.starts_with(b"SWMKEY-1-") {
            let error = anyhow::anyhow!(
                "{}: this is no unlock key: it does not begin with SWMKEY-1-",
                key.origin
            );
            return Err(Failure::new(Exit::WrongKey, error));
        }
    }
    log::debug!("cache of {cache_bytes} bytes");
    Ok(Opened {
        forest: Arc::new(Sketch::new()),
        sealed: false,
        warnings: Vec::new(),
    })
}
