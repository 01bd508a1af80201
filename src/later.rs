//! What is made when it is first asked for, such as the parts of an index that a cache holds.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// Where the parts of something come from that are not at hand yet.
pub trait Supply<C>: Send + Sync {
    /// The part with a number. Nobody can be told here that there is none: then something stands in for it, as large
    /// as it is, and who supplies it says elsewhere that nothing made of it holds.
    fn part(&self, number: usize) -> C;
}

/// A part that is at hand, or supplied when it is first asked for.
pub(crate) struct Later<C> {
    made: OnceLock<C>,
    from: Option<(Arc<dyn Supply<C>>, usize)>,
}

impl<C> Later<C> {
    /// What is at hand.
    pub(crate) fn made(part: C) -> Later<C> {
        Later { made: OnceLock::from(part), from: None }
    }

    /// The part with a number.
    pub(crate) fn supplied(from: Arc<dyn Supply<C>>, number: usize) -> Later<C> {
        Later { made: OnceLock::new(), from: Some((from, number)) }
    }

    /// The same, if it is at hand.
    pub(crate) fn at_hand(&mut self) -> Option<&mut C> {
        self.made.get_mut()
    }
}

impl<C: Default> Later<C> {
    pub(crate) fn get(&self) -> &C {
        match self.made.get() {
            Some(made) => made,
            None => self.made.get_or_init(|| self.make()),
        }
    }

    /// The same, to be changed.
    pub(crate) fn get_mut(&mut self) -> Option<&mut C> {
        self.get();
        self.made.get_mut()
    }

    #[cold]
    fn make(&self) -> C {
        self.from.as_ref().map_or_else(C::default, |(from, number)| from.part(*number))
    }
}

impl<C: Default> Default for Later<C> {
    fn default() -> Later<C> {
        Later::made(C::default())
    }
}

impl<C: Default + fmt::Debug> fmt::Debug for Later<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}
