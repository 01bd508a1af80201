//! Wire bytes to text: one walk over the wire, driven by the schema's tables, counted or written.
//!
//! Every text is put into a [`Sink`]. With [`Count`] the same walk gives the exact size without building
//! the text; with a `Vec<u8>` it gives the text.

mod differing;
mod duration;
mod gostring;
mod gounknown;
mod indent;
mod json;
mod line;
mod message;
mod names;
mod peer;
mod recent;
mod scalar;
mod scan;
mod sink;
mod stream;
mod strings;
mod text;
mod timestamp;
mod unknown;

#[cfg(test)]
pub(crate) mod tests;

pub use differing::differing;
pub use indent::indented;
pub use json::{Json, Style};
pub use line::{entries_between, not_on_disk, one_line};
pub use names::{decode_name, encode_name, short_name};
pub use peer::{RefusedByPeer, peer_accepts};
pub use sink::{Count, Sink};
pub use text::{accepted_text, stored_text, text};
pub use timestamp::{Rfc3339, timestamp};
