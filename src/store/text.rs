//! Ids and names, kept end to end in one buffer.

/// A text in [`Texts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Text(pub(super) u32);

impl Text {
    /// No text at all, which is not the same as an empty one.
    pub(super) const NONE: Text = Text(u32::MAX);
}

/// The buffer.
#[derive(Debug, Default)]
pub(super) struct Texts {
    bytes: Vec<u8>,
    /// Where each text ends.
    ends: Vec<usize>,
}

impl Texts {
    pub(super) fn add(&mut self, text: &[u8]) -> Text {
        let no = self.ends.len() as u32;
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
        Text(no)
    }

    pub(super) fn get(&self, text: Text) -> Option<&[u8]> {
        let place = text.0 as usize;
        let end = *self.ends.get(place)?;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bytes.get(start..end)
    }

    /// How many there are.
    pub(super) fn count(&self) -> u32 {
        self.ends.len() as u32
    }

    /// Makes room for texts of so many bytes at most.
    pub(super) fn reserve(&mut self, bytes: usize, texts: usize) {
        self.bytes.reserve_exact(bytes);
        self.ends.reserve_exact(texts.min(bytes));
    }

    pub(super) fn shrink(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}
