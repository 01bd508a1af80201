//! Opening state directories, and a time limit for what might hang.

use std::fs;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use swarmfs::disk::Source;
use swarmfs::seal::UnlockKey;
use swarmfs::store::{State, StoreError};
use swarmfs::tree::{Options, Tree};

use crate::kit::fixture;

/// Long for any walk over a small directory, also on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);

fn keys(unlock_key: Option<&str>) -> Vec<UnlockKey> {
    unlock_key.map(|key| UnlockKey::parse(key.as_bytes()).expect("an unlock key")).into_iter().collect()
}

/// A fixture as it is packed, opened without a disk.
pub(crate) fn packed(name: &str, unlock_key: Option<&str>) -> State {
    let bytes = fs::read(fixture::packed().join(format!("{name}.tar.zst"))).expect("a fixture");
    State::open(Source::packed(&bytes).expect("an archive"), &keys(unlock_key)).expect("the fixture opens")
}

/// A state directory on disk.
pub(crate) fn open(state: &Path, unlock_key: Option<&str>) -> Result<State, StoreError> {
    State::open(Source::folder(state)?, &keys(unlock_key))
}

/// The tree of a state.
pub(crate) fn tree(state: State, cache_bytes: usize) -> (Arc<State>, Tree) {
    let state = Arc::new(state);
    (state.clone(), Tree::new(state, Options { cache_bytes }))
}

/// Does something in a thread of its own, and fails where that panics or takes too long.
pub(crate) fn in_time<R: Send + 'static>(what: &str, act: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, answer) = mpsc::channel();
    let name = what.to_owned();
    let thread = thread::Builder::new().name(name).spawn(move || done.send(act())).expect("a thread");
    match answer.recv_timeout(LIMIT) {
        Ok(answer) => answer,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("{what}: not done after {LIMIT:?}"),
        Err(mpsc::RecvTimeoutError::Disconnected) => {
            let panicked = thread.join().expect_err("it sent nothing");
            let said = panicked.downcast_ref::<String>().cloned();
            let said = said.or_else(|| panicked.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            panic!("{what}: {}", said.unwrap_or_default());
        }
    }
}
