//! Waiting for a change: by inotify, with a slow poll as a net.

use std::os::fd::AsFd;
use std::path::Path;
use std::thread;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};

use crate::store::State;

/// What a daemon does to the directory.
const EVENTS: AddWatchFlags = AddWatchFlags::IN_MODIFY
    .union(AddWatchFlags::IN_CREATE)
    .union(AddWatchFlags::IN_DELETE)
    .union(AddWatchFlags::IN_MOVED_FROM)
    .union(AddWatchFlags::IN_MOVED_TO)
    .union(AddWatchFlags::IN_CLOSE_WRITE)
    .union(AddWatchFlags::IN_ONLYDIR);

/// A watch on the folders of a state directory.
pub(super) struct Watch(Option<Inotify>);

impl Watch {
    pub(super) fn new() -> Watch {
        let inotify = Inotify::init(InitFlags::IN_CLOEXEC | InitFlags::IN_NONBLOCK);
        Watch(inotify.inspect_err(|error| log::warn!("no inotify here ({error}); changes are polled for")).ok())
    }

    /// Watches the folders as they are now. A folder that is watched already stays so.
    pub(super) fn look_at(&self, path: &Path, state: &State) {
        let Some(inotify) = &self.0 else { return };
        let layout = state.layout();
        let raft = [&layout.wal, &layout.snapshots].into_iter().flatten().map(|folder| folder.path.as_str());
        for folder in ["", "certificates", "raft", "worker"].into_iter().chain(raft) {
            // What is missing is not there to be watched; its parent tells when it comes.
            let _ = inotify.add_watch(&path.join(folder), EVENTS);
        }
    }

    /// Returns when something has changed, or the time is over.
    pub(super) fn wait(&self, time: Duration) {
        let Some(inotify) = &self.0 else { return thread::sleep(time) };
        let timeout = PollTimeout::try_from(time).unwrap_or(PollTimeout::MAX);
        let _ = poll(&mut [PollFd::new(inotify.as_fd(), PollFlags::POLLIN)], timeout);
        // Which events they are does not matter: the directory itself is looked at.
        while inotify.read_events().is_ok_and(|events| !events.is_empty()) {}
    }
}
