//! Answers from a state that was recalled from an index cache. Where it turns out that the cache does not tell what
//! lies on disk, nothing that was found so is given away: the directory is read afresh, and asked again.

use std::array;
use std::mem;
use std::sync::{Arc, PoisonError};

use zeroize::Zeroizing;

use super::cache::Cache;
use super::inode::Node;
use super::view::View;
use super::{Advance, Change, Ino, Row, Tree, TreeError};

impl Tree {
    /// The answer of a view that holds, for a number as of the mount.
    pub(super) fn surely<R>(&self, of: impl Fn() -> (Arc<View>, Ino), ask: impl Fn(&(Arc<View>, Ino)) -> R) -> R {
        loop {
            let asked = of();
            let answer = ask(&asked);
            if !self.given_up(&asked.0) {
                return answer;
            }
        }
    }

    pub(super) fn surely_read(
        &self,
        ino: Ino,
        offset: u64,
        len: usize,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<(), TreeError> {
        let mut asked = ino;
        loop {
            let (view, ino) = self.view_of(asked);
            if view.state.is_certain() {
                return view.read(ino, offset, len, sink);
            }
            // Held back until it is known to be right.
            let mut bytes = Zeroizing::new(Vec::new());
            let answer = view.read(ino, offset, len, &mut |piece| bytes.extend_from_slice(piece));
            if !self.given_up(&view) {
                if !bytes.is_empty() {
                    sink(&bytes);
                }
                return answer;
            }
            // Who begins with a file begins with what has taken its place; who reads on is told that it is gone.
            if let Some(node) = Node::of(ino).filter(|_| offset == 0) {
                asked = self.newest().ino(node);
            }
        }
    }

    pub(super) fn surely_list(
        &self,
        folder: Ino,
        mut behind: u64,
        attributes: bool,
        each: &mut dyn FnMut(Row<'_>) -> bool,
    ) -> Result<(), TreeError> {
        loop {
            let view = self.newest();
            if view.state.is_certain() {
                return view.list(folder, behind, attributes, each);
            }
            let mut goes_on = true;
            let answer = view.list(folder, behind, attributes, &mut |row| {
                if view.state.in_doubt() {
                    return false;
                }
                behind = row.cookie;
                goes_on = each(row);
                goes_on
            });
            // Cookies mean the same in every view, so the rest comes from the next one.
            if !self.given_up(&view) || !goes_on {
                return answer;
            }
        }
    }

    /// True if a view was recalled and is wrong; then there is a better one now.
    fn given_up(&self, view: &View) -> bool {
        if !view.state.in_doubt() {
            return false;
        }
        // One reads afresh, the others wait for it.
        let mut untold = self.untold.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = self.newest();
        if newest.state.in_doubt() {
            log::info!("the index cache does not tell what lies on disk; the directory is read afresh");
            let cache_bytes = self.options.cache_bytes;
            let Advance { mut next, changes, moments } = newest.advance(Arc::new(newest.state.afresh()), cache_bytes);
            // What was rendered in doubt.
            next.cache = Arc::new(Cache::new(cache_bytes));
            untold.extend(changes);
            next.instead_of(&newest, &mut untold);
            let mut views = self.views_mut();
            if Arc::ptr_eq(&views.newest, &newest) {
                views.newest = Arc::new(next);
                views.settled = array::from_fn(|_| views.newest.clone());
            }
            self.moments.tell(moments, &mut untold);
        }
        let mut views = self.views_mut();
        views.earlier.retain(|view| !view.state.in_doubt());
        true
    }

    /// What the kernel has to forget because something recalled was wrong; told once.
    pub fn untold(&self) -> Vec<Change> {
        mem::take(&mut *self.untold.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
