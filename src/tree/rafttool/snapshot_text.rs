//! What `dump-snapshot` prints (format 9.4): the members, then every object as `StoreSnapshot` has it.

use zeroize::Zeroizing;

use super::super::inode::SnapshotKey;
use super::super::view::View;
use super::dump::{put_text, put_why};
use crate::disk::RaftId;
use crate::render::{Sink, peer_accepts};
use crate::schema::wire::{Fields, Packed, Value};
use crate::schema::{CLUSTER_SNAPSHOT, STORE_SNAPSHOT};
use crate::store::{Kind, Outlined};

/// The pieces of the text: the head, each object, the end.
pub(in super::super) struct SnapshotText {
    key: SnapshotKey,
    head: Vec<u8>,
    objects: Vec<Outlined>,
    end: Vec<u8>,
}

impl SnapshotText {
    pub(in super::super) fn pieces(&self) -> usize {
        self.objects.len() + 2
    }

    /// Which snapshot it is.
    pub(in super::super) fn key(&self) -> SnapshotKey {
        self.key
    }

    /// The object that a piece shows, and its place.
    pub(in super::super) fn object(&self, piece: usize) -> Option<(u32, Outlined)> {
        let place = piece.checked_sub(1)?;
        Some((u32::try_from(place).ok()?, *self.objects.get(place)?))
    }
}

/// The kinds in the order in which the peer prints them; the greatest number for none.
fn rank(kind: Kind) -> usize {
    let fields = STORE_SNAPSHOT.fields.iter();
    fields.map(|field| Kind::of_snapshot_field(field.number)).position(|of| of == Some(kind)).unwrap_or(usize::MAX)
}

/// Members and removed members, in the order of the snapshot. Strings are raw.
fn put_members(membership: &[u8], text: &mut Vec<u8>) {
    let fields = || Fields::new(membership).readable();
    text.put(b"Active members:\n");
    if let Err(why) = peer_accepts(&CLUSTER_SNAPSHOT, membership) {
        put_why(&why.to_string(), 0, text);
    }
    for field in fields() {
        if let (1, Value::Bytes(member)) = (field.number, field.value) {
            let (mut raft_id, mut node_id, mut addr) = (0, &b""[..], &b""[..]);
            for field in Fields::new(member).readable() {
                match (field.number, field.value) {
                    (1, Value::Varint(number)) => raft_id = number,
                    (2, Value::Bytes(bytes)) => node_id = bytes,
                    (3, Value::Bytes(bytes)) => addr = bytes,
                    _ => {}
                }
            }
            text.put(b" NodeID=");
            text.put(node_id);
            text.put(format!(", RaftID={}, Addr=", RaftId(raft_id)).as_bytes());
            text.put(addr);
            text.put(b"\n");
        }
    }
    text.put(b"\nRemoved members:\n");
    let mut removed = |id: u64| text.put(format!(" RaftID={}\n", RaftId(id)).as_bytes());
    for field in fields() {
        match (field.number, field.value) {
            (2, Value::Varint(id)) => removed(id),
            (2, Value::Bytes(ids)) => Packed::new(ids).map_while(Result::ok).for_each(&mut removed),
            _ => {}
        }
    }
    text.put(b"\nObjects:\n");
}

impl View {
    pub(super) fn snapshot_text(&self) -> SnapshotText {
        let (mut head, mut objects, mut end) = (Vec::new(), Vec::new(), Vec::new());
        if let Some(snapshot) = self.loaded_base() {
            match snapshot.membership() {
                Ok(membership) => put_members(&membership, &mut head),
                Err(why) => put_why(&why.to_string(), 0, &mut head),
            }
            let outline = snapshot.outline();
            objects = outline.objects;
            // Of the same kind in the order of the bytes.
            objects.sort_by_cached_key(|object| rank(object.kind));
            if let Some(why) = outline.broken {
                put_why(&why, 0, &mut end);
            }
            end.put(b"\n");
        } else if let (Some(base), Some(why)) = (self.base(), self.why_base_sealed()) {
            put_why(&format!("{}: {why}", base.name), 0, &mut head);
        }
        SnapshotText { key: self.base_key(), head, objects, end }
    }

    pub(in super::super) fn dump_snapshot<S: Sink>(&self, text: &SnapshotText, piece: usize, sink: &mut S) {
        let Some((_, object)) = text.object(piece) else {
            return sink.put(if piece == 0 { &text.head } else { &text.end });
        };
        sink.put(object.kind.plural().as_bytes());
        sink.put(b": <\n");
        let start = object.start as usize;
        let range = start..start.saturating_add(object.len as usize);
        let mut plain = Zeroizing::new(Vec::new());
        match self.loaded_base().map(|snapshot| snapshot.read(range, &mut plain)) {
            Some(Ok(())) => put_text(object.kind.message(), &plain, 1, sink),
            Some(Err(why)) => put_why(&why.to_string(), 1, sink),
            None => {}
        }
        sink.put(b">\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_as_they_stand() {
        let mut text = Vec::new();
        put_members(b"\x0a\x08\x08\xff\x01\x12\x01\x1bn\x1a", &mut text);
        assert!(String::from_utf8_lossy(&text).contains("# "), "cut off, and said so");
        text.clear();
        put_members(b"\x0a\x0c\x08\xff\x01\x12\x02n\n\x1a\x03h:1\x10\x10\x12\x02\x01\x02", &mut text);
        let expected = "Active members:\n NodeID=n\n, RaftID=ff, Addr=h:1\n\nRemoved members:\n RaftID=10\n RaftID=1\n \
                        RaftID=2\n\nObjects:\n";
        assert_eq!(String::from_utf8_lossy(&text), expected);
    }

    #[test]
    fn every_kind_has_its_rank() {
        let mut kinds = Kind::ALL.to_vec();
        kinds.sort_by_key(|kind| rank(*kind));
        assert_eq!((kinds.first(), kinds.last()), (Some(&Kind::Node), Some(&Kind::Volume)));
        assert!(kinds.iter().all(|kind| rank(*kind) < Kind::COUNT));
    }
}
