//! A mount keeps its index from a thread that nobody waits for.

use std::sync::Arc;
use std::thread;

use crate::store::Keep;
use crate::tree::Tree;

/// Keeps the index of the tree's state whenever a pass was made, if a folder was named for it.
pub(super) fn keep(tree: &Arc<Tree>) {
    let Some(cache) = tree.state().cache().cloned() else { return };
    let tree = Arc::downgrade(tree);
    let run = move || {
        last_in_line();
        loop {
            cache.wait();
            let Some(tree) = tree.upgrade() else { return };
            tree.keep(Keep::Rarely);
        }
    };
    if let Err(error) = thread::Builder::new().name("keep".to_owned()).spawn(run) {
        log::info!("the index is not kept: {error}");
    }
}

/// Readers come first.
fn last_in_line() {
    // SAFETY: it takes numbers only; on Linux, process 0 stands for the calling thread.
    if unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, 19) } != 0 {
        log::debug!("the thread that keeps the index has the usual priority");
    }
}
