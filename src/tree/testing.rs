//! Trees for tests, of which each makes only what it asks for.

use super::{Attr, Forest, Found, Ino, Order, Row, Totals, TreeError};

/// A tree that lacks whatever a test does not make. (The names are others than those of [`Forest`], so that no call is
/// ambiguous.)
pub(crate) trait Stub: Send + Sync + 'static {
    /// [`Forest::read`].
    fn bytes(&self, _: Ino, _: u64, _: usize, _: &mut dyn FnMut(&[u8])) -> Result<(), TreeError> {
        Err(TreeError::NotFound)
    }

    /// [`Forest::list`].
    fn rows(&self, _: Ino, _: u64, _: &mut dyn FnMut(Row<'_>) -> bool) -> Result<(), TreeError> {
        Ok(())
    }

    /// [`Forest::after`].
    fn behind(&self, _: Ino, _: Order) -> Option<Ino> {
        None
    }
}

impl<S: Stub> Forest for S {
    fn lookup(&self, _: Ino, _: &[u8]) -> Result<Found, TreeError> {
        Err(TreeError::NotFound)
    }

    fn attr(&self, _: Ino) -> Result<Attr, TreeError> {
        Err(TreeError::NotFound)
    }

    fn read(&self, ino: Ino, offset: u64, len: usize, sink: &mut dyn FnMut(&[u8])) -> Result<(), TreeError> {
        self.bytes(ino, offset, len, sink)
    }

    fn target(&self, _: Ino) -> Result<Vec<u8>, TreeError> {
        Err(TreeError::NotALink)
    }

    fn list(&self, folder: Ino, cookie: u64, _: bool, each: &mut dyn FnMut(Row<'_>) -> bool) -> Result<(), TreeError> {
        self.rows(folder, cookie, each)
    }

    fn parent(&self, _: Ino) -> Ino {
        Ino::ROOT
    }

    fn totals(&self) -> Totals {
        Totals::default()
    }

    fn after(&self, ino: Ino, order: Order) -> Option<Ino> {
        self.behind(ino, order)
    }
}
