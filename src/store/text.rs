//! Ids and names, kept end to end in pages that copies share.

use std::sync::Arc;

/// A text in [`Texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Text(pub(super) u32);

impl Text {
    /// No text at all, which is not the same as an empty one.
    pub(super) const NONE: Text = Text(u32::MAX);
}

/// Texts of a page.
const PAGE: usize = 1024;

/// The pages. A copy costs a count for each page, and what is added to it the copy of one.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    /// All but the last are full.
    pages: Vec<Arc<Page>>,
}

#[derive(Clone, Debug, Default)]
struct Page {
    bytes: Vec<u8>,
    /// Where each text ends.
    ends: Vec<usize>,
}

impl Texts {
    pub(super) fn add(&mut self, text: &[u8]) -> Text {
        if self.pages.last().is_none_or(|last| last.ends.len() == PAGE) {
            if let Some(full) = self.pages.last_mut().and_then(Arc::get_mut) {
                full.shrink();
            }
            self.pages.push(Arc::default());
        }
        let before = (self.pages.len() - 1) * PAGE;
        let page = Arc::make_mut(&mut self.pages[before / PAGE]);
        page.bytes.extend_from_slice(text);
        page.ends.push(page.bytes.len());
        Text((before + page.ends.len() - 1) as u32)
    }

    pub(super) fn get(&self, text: Text) -> Option<&[u8]> {
        let (page, place) = (self.pages.get(text.0 as usize / PAGE)?, text.0 as usize % PAGE);
        let end = *page.ends.get(place)?;
        let start = place.checked_sub(1).map_or(0, |before| page.ends[before]);
        page.bytes.get(start..end)
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        let last = self.pages.last().map_or(0, |last| last.ends.len());
        (self.pages.len().saturating_sub(1) * PAGE + last) as u32
    }

    pub(super) fn shrink(&mut self) {
        if let Some(last) = self.pages.last_mut().and_then(Arc::get_mut) {
            last.shrink();
        }
        self.pages.shrink_to_fit();
    }
}

impl Page {
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
