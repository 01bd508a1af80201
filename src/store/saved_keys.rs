//! Keys that do not come from the directory: key files that somebody saved before a rotation, and bare data keys.
//! They open what the directory's own keys no longer open (format 2.9).

use std::sync::Arc;

use super::keys::Fit;
use crate::seal::{KeyFile, Keyring, SealError, UnlockKey};

/// Keys from elsewhere. They stay at hand whatever becomes of the directory's own key file.
#[derive(Clone, Default)]
pub struct SavedKeys {
    files: Vec<Saved>,
    lists: Vec<Arc<Keyring>>,
}

#[derive(Clone)]
struct Saved {
    name: String,
    file: Arc<KeyFile>,
    /// Its data keys, or why there are none.
    opened: Result<Arc<Keyring>, SealError>,
}

impl SavedKeys {
    /// Adds a key file; `name` is how messages call it. What is no key file at all is an error, one that is locked or
    /// has no data key is not.
    pub fn add_file(&mut self, name: &str, bytes: &[u8]) -> Result<(), SealError> {
        let file = Arc::new(KeyFile::parse(bytes)?);
        self.files.push(Saved { name: name.to_owned(), file, opened: Err(SealError::Locked) });
        Ok(())
    }

    /// Adds a list of data keys: one a line, in base64 or hex.
    pub fn add_list(&mut self, text: &[u8]) -> Result<(), SealError> {
        self.lists.push(Arc::new(Keyring::of_list(text)?));
        Ok(())
    }

    /// True if nothing was added.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty() && self.lists.is_empty()
    }

    /// How many data keys are at hand here.
    pub fn data_keys(&self) -> usize {
        self.rings().map(|ring| ring.key_count()).sum()
    }

    /// The key files that gave no data key, and why.
    pub fn closed(&self) -> impl Iterator<Item = (&str, &SealError)> {
        self.files.iter().filter_map(|saved| Some((saved.name.as_str(), saved.opened.as_ref().err()?)))
    }

    /// True if an unlock key would open one that is not open yet.
    pub fn lacks_unlock_key(&self) -> bool {
        self.closed().any(|(_, why)| matches!(why, SealError::Locked | SealError::WrongKey { .. }))
    }

    pub(super) fn any_locked(&self) -> bool {
        self.files.iter().any(|saved| saved.file.locked())
    }

    pub(super) fn rings(&self) -> impl Iterator<Item = &Arc<Keyring>> {
        self.files.iter().filter_map(|saved| saved.opened.as_ref().ok()).chain(&self.lists)
    }

    /// Tries the unlock keys on each file that is not open yet.
    pub(super) fn open(&mut self, unlock_keys: &[UnlockKey]) -> Fit {
        let mut fit = Fit::default();
        for saved in self.files.iter_mut().filter(|saved| saved.opened.is_err()) {
            saved.opened = Keyring::unlock(&saved.file, unlock_keys).map(Arc::new);
            match &saved.opened {
                Ok(_) => fit.opened |= saved.file.locked() && !unlock_keys.is_empty(),
                Err(error @ SealError::WrongKey { .. }) if fit.refused.is_none() => {
                    fit.refused = Some((saved.name.clone(), error.clone()));
                }
                Err(_) => {}
            }
        }
        fit
    }
}
