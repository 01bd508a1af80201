//! What `dump-wal` and `dump-object` print (format 9.3, 9.5).

use std::borrow::Cow;

use super::super::contents::unreadable;
use super::super::entry::When;
use super::super::view::View;
use crate::disk::{EntryAt, EntryType};
use crate::render::{Sink, accepted_text, not_on_disk, one_line, peer_accepts};
use crate::schema::{self, Message};
use crate::store::{Opener, VersionNo, conf_change};

/// The line that stands where the peer would give up.
pub(super) fn put_why<S: Sink>(why: &str, indent: usize, sink: &mut S) {
    sink.spaces(2 * indent);
    sink.put(b"# ");
    sink.put(one_line(why.as_bytes()).as_bytes());
    sink.put(b"\n");
}

/// A message as the peer prints it, or why it does not.
pub(super) fn put_text<S: Sink>(message: &'static Message, wire: &[u8], indent: usize, sink: &mut S) {
    if let Err(why) = accepted_text(message, wire, indent, false, sink) {
        put_why(&why.to_string(), indent, sink);
    }
}

/// The name of an enum's value; a number that has none as the peer prints it, with 32 bits and a sign.
fn name_or_number(of: &schema::Enum, number: i32) -> Cow<'static, str> {
    of.name_of(number).map_or_else(|| number.to_string().into(), Cow::Borrowed)
}

fn header(entry: &EntryAt) -> String {
    let kind = name_or_number(&schema::ENTRY_TYPE, entry.kind.0.cast_signed());
    format!("Entry Index={}, Term={}, Type={kind}:\n", entry.index, entry.term)
}

/// What follows the header of an entry. Of the types that the peer does not know it prints nothing more, not even
/// an empty line.
fn put_body<S: Sink>(kind: EntryType, plain: &[u8], sink: &mut S) {
    match kind {
        EntryType::NORMAL => put_text(&schema::INTERNAL_RAFT_REQUEST, plain, 0, sink),
        EntryType::CONF_CHANGE => match peer_accepts(&schema::CONF_CHANGE, plain) {
            Ok(()) => {
                let change = conf_change(plain);
                let kind = name_or_number(&schema::CONF_CHANGE_TYPE, change.kind as i32);
                sink.put(format!("Conf change type: {kind}\nNode ID: {}\n", change.node).as_bytes());
            }
            Err(why) => put_why(&why.to_string(), 0, sink),
        },
        _ => return,
    }
    sink.put(b"\n");
}

impl View {
    /// The index of the entry that stands before a place of the log; 0 for the first.
    fn index_before(&self, place: u32) -> u64 {
        let before = place.checked_sub(1).and_then(|before| self.state.log().entries.get(before as usize));
        before.map_or(0, |entry| entry.index.0)
    }

    /// True where no entry is missing before this one, so that its text is the same behind every snapshot.
    pub(in super::super) fn follows(&self, place: u32) -> bool {
        let entry = self.state.log().entries.get(place as usize);
        entry.is_some_and(|entry| self.index_before(place).saturating_add(1) == entry.index.0)
    }

    /// An entry in `dump-wal.txt`, with what is missing before it.
    pub(in super::super) fn dump_entry<S: Sink>(&self, place: u32, opener: &mut Opener<'_>, sink: &mut S) {
        let before = self.index_before(place).max(self.base_index().0);
        self.show_at(When::default(), place, opener, |shown| {
            let (first, last) = (before.saturating_add(1), shown.entry.index.0.saturating_sub(1));
            if first <= last {
                put_why(&not_on_disk(first, last), 0, sink);
                sink.put(b"\n");
            }
            sink.put(header(shown.entry).as_bytes());
            match &shown.plain {
                Ok(plain) => put_body(shown.entry.kind, plain, sink),
                Err(trouble) => {
                    put_why(&shown.why_not(trouble), 0, sink);
                    sink.put(b"\n");
                }
            }
        });
    }

    /// An object in `dump-object/<kind>.txt`.
    pub(in super::super) fn dump_object<S: Sink>(&self, version: VersionNo, sink: &mut S) {
        let index = self.state.index();
        let message = index.kind(index.version(version).object()).message();
        let shown = self.state.with_version(version, |object| {
            if let Err(why) = accepted_text(message, object, 0, true, sink) {
                put_why(&why.to_string(), 0, sink);
            }
        });
        if let Err(trouble) = shown {
            put_why(&unreadable(trouble).to_string(), 0, sink);
        }
        sink.put(b"\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(kind: u32, plain: &[u8]) -> String {
        let mut text = Vec::new();
        put_body(EntryType(kind), plain, &mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn bodies_of_entries() {
        assert_eq!(body(0, b""), "\n");
        assert_eq!(body(0, b"\x08\x05"), "id: 5\n\n");
        assert_eq!(body(1, b""), "Conf change type: ConfChangeAddNode\nNode ID: 0\n\n");
        assert_eq!(body(1, b"\x10\x09\x18\xab\x01"), "Conf change type: 9\nNode ID: ab\n\n");
        assert_eq!((body(2, b"\x08\x01"), body(7, b"")), (String::new(), String::new()));
        let cut_off = body(0, b"\x08\x05\x12\x09");
        assert!(
            cut_off.starts_with("# docker.swarmkit.v1.InternalRaftRequest") && cut_off.ends_with("\n\n"),
            "{cut_off}"
        );
        assert!(body(1, b"\x08").starts_with("# raftpb.ConfChange"));
    }

    #[test]
    fn types_without_a_name_are_numbers() {
        assert_eq!(name_or_number(&schema::ENTRY_TYPE, 1), "EntryConfChange");
        assert_eq!(name_or_number(&schema::ENTRY_TYPE, -3), "-3");
    }
}
