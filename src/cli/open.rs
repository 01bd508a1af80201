//! From a state directory to a tree.

use std::path::Path;
use std::sync::Arc;

use super::exit::{Exit, Failure};
use super::key::GivenKey;
use crate::disk::{DiskError, Source};
use crate::seal::UnlockKey;
use crate::store::{IndexCache, Keep, Keys, SavedKeys, State, StoreError};
use crate::tree::{Options, Tree};

/// The directory that the demo shows: a manager with a stack, as an engine left it.
const DEMO: &[u8] = include_bytes!("../../fixtures/stack-stopped.tar.zst");

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
    pub(super) forest: Arc<Tree>,
    /// The directory is locked, and no key was given.
    pub(super) sealed: bool,
    /// An unlock key would open more, be it of a saved key file.
    pub(super) lacks_unlock_key: bool,
    /// Sentences for standard error.
    pub(super) warnings: Vec<String>,
}

impl Opened {
    /// Keeps the index that was made on the way, where a folder was named for it.
    pub(super) fn keep(&self) {
        self.forest.keep(Keep::AtLast);
    }

    /// Says the warnings, once.
    pub(super) fn announced(mut self) -> Self {
        for warning in self.warnings.drain(..) {
            log::warn!("{warning}");
        }
        self
    }
}

/// Opens a state, trying each of the keys. Reads the key file and no more.
pub(super) fn open_tree(
    origin: Origin<'_>,
    keys: &[GivenKey],
    saved: SavedKeys,
    cache_bytes: usize,
    index_cache: Option<&Path>,
) -> Result<Opened, Failure> {
    let source = match origin {
        Origin::Folder(path) => Source::folder(path),
        Origin::Demo => Source::packed(DEMO),
    };
    let source = source.map_err(|error| Failure::new(Exit::NotAState, anyhow::Error::new(error)))?;
    let mut parsed = Vec::with_capacity(keys.len());
    for key in keys {
        let unlock = UnlockKey::parse(&key.text).map_err(|error| {
            let error = anyhow::Error::new(error).context(format!("{} gives no key", key.origin));
            Failure::new(Exit::WrongKey, error)
        })?;
        parsed.push(unlock);
    }
    let mut state = State::open_with(source, &parsed, saved).map_err(failed)?;
    if let Some(folder) = index_cache {
        let cache = IndexCache::open(folder, state.source()).map_err(failed)?;
        state = state.with_cache(Arc::new(cache));
    }
    let mut warnings = Vec::new();
    if state.unused_key() {
        warnings.push("a key was given, but this directory is not locked; it was not needed".to_owned());
    }
    if let Keys::Missing { why, .. } = state.keys()
        && state.layout().wal.as_ref().is_some_and(|wal| wal.encrypted)
    {
        let what =
            if state.saved_keys().data_keys() > 0 { "only saved keys are at hand" } else { "the log stays sealed" };
        warnings.push(format!("{what}: {why}"));
    }
    if state.locked_without_key() && !parsed.is_empty() {
        warnings
            .push("the unlock key opens a saved key file, but not the directory's own, which stays locked".to_owned());
    }
    if matches!(state.keys(), Keys::NotNeeded) && !state.saved_keys().is_empty() {
        warnings.push("keys were given, but this log is not encrypted; they were not needed".to_owned());
    }
    let closed = state.saved_keys().closed().map(|(name, why)| format!("{name} gives no data key: {why}"));
    warnings.extend(closed);
    Ok(Opened {
        sealed: state.locked_without_key(),
        lacks_unlock_key: state.locked_without_key() || state.saved_keys().lacks_unlock_key(),
        warnings,
        forest: Arc::new(Tree::new(Arc::new(state), Options { cache_bytes })),
    })
}

fn failed(error: StoreError) -> Failure {
    let exit = match &error {
        StoreError::Disk(DiskError::NotAStateDirectory { .. }) => Exit::NotAState,
        StoreError::Key { .. } => Exit::WrongKey,
        StoreError::CacheInState { .. } => Exit::Usage,
        _ => Exit::Failed,
    };
    Failure::new(exit, anyhow::Error::new(error))
}
