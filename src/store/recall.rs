//! What a state has to do with the index cache: whether it came from one, and whether that was right.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, PoisonError};

use super::State;
use super::cached::{IndexCache, Keep, Numbers, Recalled};
use super::doubt::Doubt;
use super::grow::Earlier;
use super::keys::Rings;
use super::plain::Plain;
use super::snapshot::Loaded;
use crate::disk::{DiskError, Folder, Log, SnapshotFile};
use crate::seal::CacheKey;

/// Where a state may come from, and does.
#[derive(Default)]
pub(super) struct Recall {
    cache: Option<Arc<IndexCache>>,
    /// What is known was recalled.
    is: AtomicBool,
    /// And all of it was read since, and is so.
    confirmed: AtomicBool,
    /// The index is the recalled one, or has grown out of it, so that versions have the same numbers.
    index_is: AtomicBool,
    numbers: OnceLock<Option<Numbers>>,
    /// Something could not be read that may be there the next time.
    unread: Arc<AtomicBool>,
    doubt: Doubt,
}

impl Recall {
    /// For another state of the same directory, which begins anew.
    pub(super) fn anew(&self) -> Recall {
        Recall { cache: self.cache.clone(), ..Recall::default() }
    }

    /// For a state that may go on from this one: what is wrong there is wrong here.
    pub(super) fn shared(&self) -> Recall {
        let doubt = if self.is.load(Ordering::Acquire) { self.doubt.clone() } else { Doubt::default() };
        Recall { doubt, unread: self.unread.clone(), ..self.anew() }
    }

    /// Something could not be read.
    pub(super) fn note_unread(&self) {
        self.unread.store(true, Ordering::Release);
    }

    /// The state goes on from another one, which was recalled or was not.
    pub(super) fn inherit(&self, recalled: bool) {
        self.is.fetch_or(recalled, Ordering::AcqRel);
    }

    /// The index goes on from another one, which was recalled or was not.
    pub(super) fn inherit_index(&self, recalled: bool) {
        self.inherit(recalled);
        self.index_is.store(recalled, Ordering::Release);
    }

    /// True if the index was recalled, or goes on from one that was.
    pub(super) fn has_index(&self) -> bool {
        self.index_is.load(Ordering::Acquire)
    }

    /// A pass was made.
    pub(super) fn announce(&self) {
        if let Some(cache) = &self.cache {
            cache.announce();
        }
    }
}

impl State {
    /// The same, with a cache of its index: recalled where it is there and fits, and written by [`State::keep`].
    #[must_use]
    pub fn with_cache(mut self, cache: Arc<IndexCache>) -> State {
        self.recall = Recall { cache: Some(cache), ..Recall::default() };
        self
    }

    /// Keeps the index for the next time, if it was made and that is worth it; true if it was written. What goes
    /// wrong is no concern of the caller's.
    pub fn keep(&self, when: Keep) -> bool {
        let cache = self.recall.cache.as_ref().filter(|_| self.has_content() && !self.is_recalled());
        cache.is_some_and(|cache| cache.keep(self, when))
    }

    /// Keeps what numbers were found with the index, where they are many; `all` gives them together with those that
    /// were kept before.
    pub fn keep_numbers(&self, when: Keep, all: impl FnOnce() -> Numbers) -> bool {
        let cache = self.recall.cache.as_ref().filter(|_| self.has_content() && !self.in_doubt());
        let cache = cache.filter(|_| !self.recall.unread.load(Ordering::Acquire));
        let cache = cache.filter(|cache| cache.wants_numbers(self, when));
        cache.is_some_and(|cache| {
            let all = all();
            !self.in_doubt() && cache.keep_numbers(self, &all)
        })
    }

    /// Such numbers that were kept, where the index was recalled.
    pub fn numbers(&self) -> Option<&Numbers> {
        let cache = self.recall.cache.as_ref()?;
        self.log();
        if !self.is_recalled() {
            return None;
        }
        // With what came since.
        self.content();
        let recall = || cache.recall_numbers(self, &self.recall.doubt);
        self.recall.numbers.get_or_init(|| if self.recall.has_index() { recall() } else { None }).as_ref()
    }

    /// So many numbers were found that may be worth keeping.
    pub fn numbers_found(&self, count: usize) {
        if let Some(cache) = &self.recall.cache {
            cache.found(count as u64);
        }
    }

    /// The folder of its cache.
    pub fn cache(&self) -> Option<&Arc<IndexCache>> {
        self.recall.cache.as_ref()
    }

    /// True if what is known was recalled from a cache.
    pub fn is_recalled(&self) -> bool {
        self.recall.is.load(Ordering::Acquire)
    }

    /// True if nothing of it was recalled, nor will be.
    pub fn is_certain(&self) -> bool {
        self.recall.cache.is_none() || self.has_log() && !self.is_recalled()
    }

    /// True if what was recalled is not what lies on disk. What was answered since is not to be believed; the answer
    /// is to be had of the same state [afresh](State::afresh).
    pub fn in_doubt(&self) -> bool {
        self.is_recalled() && self.recall.doubt.is_raised()
    }

    /// The same files and keys, with nothing recalled; what was kept of them is thrown away.
    pub fn afresh(&self) -> State {
        if let Some(cache) = &self.recall.cache {
            cache.forget(self);
        }
        let mut state = self.read_again();
        state.recall = self.recall.anew();
        state
    }

    /// Reads and authenticates everything, where it was recalled and that was not done yet: findings never come from
    /// a cache.
    pub fn confirm(&self) {
        // Whether it was recalled shows when there is a log.
        let log = self.log();
        if !self.is_recalled() || self.is_confirmed() {
            return;
        }
        let again = self.read_again();
        let now = again.log();
        let same = (&log.entries, &log.superseded, &log.faults) == (&now.entries, &now.superseded, &now.faults)
            && self.index().troubles().len() == again.index().troubles().len()
            && self.content().lost_snapshots.len() == again.content().lost_snapshots.len();
        if same {
            self.recall.confirmed.store(true, Ordering::Release);
        } else {
            self.doubt();
        }
    }

    /// True if what was recalled was read since, and is so.
    pub fn is_confirmed(&self) -> bool {
        self.recall.confirmed.load(Ordering::Acquire)
    }

    /// The same files and keys, with nothing recalled, and without a cache.
    fn read_again(&self) -> State {
        self.with_log(self.log().unread().read())
    }

    /// Something recalled does not hold.
    pub fn doubt(&self) {
        if self.is_recalled() {
            self.recall.doubt.raise();
        }
    }

    /// Reads the log, or recalls it, and the content with it.
    pub(super) fn read_log(&self, folder: &Folder) -> Result<Log, DiskError> {
        let found = Log::find(self.source(), folder, self.witness(folder))?;
        Ok(self.recalled_log(folder, &found).unwrap_or_else(|| found.read()))
    }

    fn recalled_log(&self, folder: &Folder, found: &Log) -> Option<Log> {
        let cache = self.recall.cache.as_ref().filter(|_| self.is_sealed())?;
        match cache.recall(self, found.unread(), &self.recall.doubt)? {
            Recalled { log, content, grown: false } => {
                self.recall.inherit_index(true);
                self.set_content(content);
                Some(log)
            }
            // What came since is read behind it.
            Recalled { log, content, grown: true } => {
                let index = Some(content.indexed(&self.found.rings));
                let earlier = || self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
                *earlier() = Some(Earlier { log: Arc::new(log), index, recalled: true, index_recalled: true });
                let grown = self.grown_log(folder);
                if grown.is_none() {
                    *earlier() = None;
                }
                grown
            }
        }
    }

    /// True where all content is sealed: only then there is a key that an index can be kept under.
    fn is_sealed(&self) -> bool {
        let layout = self.layout();
        let mut folders = [&layout.wal, &layout.snapshots].into_iter().flatten();
        layout.wal.is_some() && folders.all(|folder| folder.encrypted)
    }

    /// The key of a cache with this salt; none where nothing is sealed, or there are no data keys.
    pub(super) fn cache_key(&self, salt: &[u8; 32]) -> Option<CacheKey> {
        self.cache_rings()?.cache_key(salt)
    }

    /// What that key is made from; none where not all is sealed.
    pub(super) fn cache_rings(&self) -> Option<&Rings> {
        self.is_sealed().then(|| self.rings_for(self.layout().wal.as_ref()))
    }

    /// A snapshot that was understood before.
    pub(super) fn recall_snapshot(
        &self,
        file: SnapshotFile,
        place: u32,
        len: u64,
        membership: Vec<Range<u64>>,
    ) -> Loaded {
        let rings = self.rings_for(self.layout().snapshots.as_ref());
        let plain = Plain::later(file.file.clone(), file.payload.clone(), len, rings, &self.recall.doubt);
        Loaded::recalled(file, place, plain, membership)
    }
}
