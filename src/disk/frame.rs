//! The frame around a record: a length field, the record, padding (format 4.2, 4.9).

/// How frames of a folder lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// On 8-byte borders, padded: all since Docker 1.13.
    Aligned,
    /// Padded or, as Docker 1.12 wrote them, back to back.
    Any,
}

/// A length field, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Where the length field is.
    pub(super) offset: u64,
    /// Length of the record.
    pub(super) len: u64,
    /// Bytes that follow it.
    pub(super) padding: u8,
    /// Whether the bits above the length say so, too.
    pub(super) canonical: bool,
}

/// The padding that brings a record of this length to an 8-byte border.
pub(crate) fn padding_of(len: u64) -> u8 {
    ((8 - len % 8) % 8) as u8
}

/// The length field that a writer of today gives a record of this length.
pub(crate) fn length_field(len: u64) -> u64 {
    match padding_of(len) {
        0 => len,
        padding => len | (0x80 | u64::from(padding)) << 56,
    }
}

impl Frame {
    /// The frame that this length field announces; none for zero, which is the end of the data (format 4.7).
    pub(super) fn new(offset: u64, field: u64, framing: Framing) -> Option<Frame> {
        let len = field & ((1 << 56) - 1);
        if len == 0 {
            return None;
        }
        let canonical = field == length_field(len);
        let bare = framing == Framing::Any && field == len;
        let padding = if bare && !canonical { 0 } else { padding_of(len) };
        Some(Frame { offset, len, padding, canonical: canonical || bare })
    }

    /// Where the record starts.
    pub(super) fn record(&self) -> u64 {
        self.offset.saturating_add(8)
    }

    /// Where the next frame starts.
    pub(super) fn next(&self) -> u64 {
        self.record().saturating_add(self.len).saturating_add(u64::from(self.padding))
    }
}
