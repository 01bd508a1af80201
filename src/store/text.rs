//! Ids and names, kept end to end in pages that copies share.

use std::fmt;
use std::sync::Arc;

use crate::later::{Later, Supply};

/// A text in [`Texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Text(pub(super) u32);

impl Text {
    /// No text at all, which is not the same as an empty one.
    pub(super) const NONE: Text = Text(u32::MAX);
}

/// Texts of a page.
pub(super) const PAGE: usize = 1024;

/// The pages. A copy costs a count for each page, and what is added to it the copy of one.
#[derive(Clone, Default)]
pub(super) struct Texts {
    /// All but the last are full.
    pages: Vec<Arc<Later<Page>>>,
    count: u32,
}

/// Texts that lie end to end.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    bytes: Vec<u8>,
    /// Where each text ends.
    ends: Vec<usize>,
}

impl Texts {
    /// So many texts, whose pages are supplied when they are asked for: all of [`PAGE`] texts, and the last of what is
    /// left.
    pub(super) fn supplied(count: u32, from: &Arc<impl Supply<Page> + 'static>) -> Texts {
        let page = |number| Arc::new(Later::supplied(from.clone() as Arc<dyn Supply<Page>>, number));
        Texts { pages: (0..(count as usize).div_ceil(PAGE)).map(page).collect(), count }
    }

    pub(super) fn add(&mut self, text: &[u8]) -> Text {
        if (self.count as usize).is_multiple_of(PAGE) {
            if let Some(full) = self.pages.last_mut().and_then(Arc::get_mut).and_then(Later::at_hand) {
                full.shrink();
            }
            self.pages.push(Arc::default());
        }
        if let Some(last) = self.pages.last_mut() {
            if Arc::get_mut(last).is_none() {
                *last = Arc::new(Later::made(last.get().clone()));
            }
            if let Some(page) = Arc::get_mut(last).and_then(Later::get_mut) {
                page.add(text);
            }
        }
        self.count += 1;
        Text(self.count - 1)
    }

    pub(super) fn get(&self, text: Text) -> Option<&[u8]> {
        self.pages.get(text.0 as usize / PAGE)?.get().get(text.0 as usize % PAGE)
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// The texts, a page at a time.
    pub(super) fn pages(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter().map(|page| page.get())
    }

    pub(super) fn shrink(&mut self) {
        if let Some(last) = self.pages.last_mut().and_then(Arc::get_mut).and_then(Later::at_hand) {
            last.shrink();
        }
        self.pages.shrink_to_fit();
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.pages()).finish()
    }
}

impl Page {
    /// A page with room for so many texts of so many bytes.
    pub(super) fn with_room(texts: usize, bytes: usize) -> Page {
        Page { bytes: Vec::with_capacity(bytes), ends: Vec::with_capacity(texts) }
    }

    pub(super) fn add(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
    }

    pub(super) fn get(&self, place: usize) -> Option<&[u8]> {
        let end = *self.ends.get(place)?;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bytes.get(start..end)
    }

    pub(super) fn texts(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).filter_map(|place| self.get(place))
    }

    fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_share_pages_and_keep_their_texts() {
        let mut texts = Texts::default();
        let made: Vec<Text> = (0..3000).map(|n| texts.add(format!("text {n}").as_bytes())).collect();
        let before = texts.clone();
        let empty = texts.add(b"");
        for (n, text) in made.iter().enumerate() {
            assert_eq!(texts.get(*text), Some(format!("text {n}").as_bytes()));
            assert_eq!(texts.get(*text), before.get(*text));
        }
        assert_eq!((texts.get(empty), before.get(empty), texts.get(Text::NONE)), (Some(&b""[..]), None, None));
        assert!(Arc::ptr_eq(&texts.pages[1], &before.pages[1]));
    }
}
