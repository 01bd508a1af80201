//! The contents of files that stand for one thing: an entry, a version of an object, a payload.

use std::ops::Range;

use super::entry::{Shown, When};
use super::inode::Node;
use super::ropes::LONG_PIECE;
use super::sizes::Sized;
use super::view::View;
use super::{Ino, TreeError};
use crate::disk::RaftIndex;
use crate::render::{Count, Json, Sink, Style};
use crate::store::{Action, Opener, Trouble, VersionNo, payload};
use crate::wiped::Wiped;

/// Room for the file of an entry as most are.
const USUAL: usize = 8 << 10;

pub(super) fn unreadable(trouble: Trouble) -> TreeError {
    match trouble {
        Trouble::Sealed(error) => TreeError::Unreadable(error.to_string()),
        Trouble::Unreadable(why) => TreeError::Unreadable(why),
        Trouble::Damaged | Trouble::Unusable(_) => TreeError::Unreadable("the record is damaged".into()),
    }
}

impl View {
    /// Under what the size of a file is remembered, and how many of its like there can be.
    fn sized(&self, node: Node) -> Result<(Sized, usize), TreeError> {
        let of = match node {
            Node::Entry(index) => Sized::Entry(self.state.place_of(index).ok_or(TreeError::NotFound)?),
            Node::Object(key) => Sized::Version(self.version(key).ok_or(TreeError::NotFound)?.number()),
            other => Sized::Other(other.ino()),
        };
        // The index is a pass over the log; it is not for what can do without.
        let most = match of {
            Sized::Entry(_) => self.state.log().entries.len(),
            Sized::Version(_) => self.state.index().versions() as usize,
            Sized::Other(_) => 0,
        };
        Ok((of, most))
    }

    /// A size that is known, or remembered, or found by `find`.
    pub(super) fn size<E>(&self, of: Sized, most: usize, find: impl FnOnce() -> Result<u64, E>) -> Result<u64, E> {
        let remembered = self.remembered(&of);
        self.sizes.get(of, most, remembered, find)
    }

    /// The exact size of a file.
    pub(super) fn counted(&self, node: Node) -> Result<u64, TreeError> {
        let (of, most) = self.sized(node)?;
        let to_remember = usize::from(!matches!(of, Sized::Other(_)));
        self.size(of, most, || {
            if let Node::Payload(_) = node {
                // To know its length is to have it; it is kept for the read that follows.
                return Ok(self.bytes_of(node)?.len() as u64);
            }
            let mut count = Count(0);
            self.write(node, &mut count)?;
            self.state.numbers_found(to_remember);
            Ok(count.0)
        })
    }

    /// Hands on a part of a short file that the log gives, of which there are many: it is quicker made again than kept,
    /// and the kernel keeps what it read. Answers false for others.
    pub(super) fn read_short(
        &self,
        node: Node,
        part: Range<u64>,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<bool, TreeError> {
        let size = match node {
            Node::Entry(_) => self.counted(node)?,
            Node::Object(key) if !key.in_snapshot => self.counted(node)?,
            _ => return Ok(false),
        };
        if size > LONG_PIECE {
            return Ok(false);
        }
        let mut bytes = Wiped::with_capacity(size as usize);
        self.write(node, &mut bytes)?;
        self.measure(bytes.len(), size);
        let within = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
        sink(bytes.get(within(part.start)..within(part.end)).unwrap_or_default());
        Ok(true)
    }

    /// Hands on the files of entries that lie near to each other in the log, which is read for all of them together.
    /// Answers false, and hands on nothing, where there are others among `files`.
    pub(super) fn read_entries(&self, files: &[Ino], most: usize, each: &mut dyn FnMut(usize, &[u8]) -> bool) -> bool {
        let place = |ino: &Ino| match Node::of(*ino)? {
            Node::Entry(index) => self.state.place_of(index),
            _ => None,
        };
        let Some(places) = files.iter().map(place).collect::<Option<Vec<u32>>>() else { return false };
        let (Some(first), Some(last)) = (places.iter().min(), places.iter().max()) else { return false };
        if (last - first) as usize > 2 * places.len() {
            return false;
        }
        let mut opener = self.state.opener(*first..last.saturating_add(1));
        let mut bytes = Wiped::with_capacity(USUAL);
        for (at, place) in places.into_iter().enumerate() {
            if self.size_of_entry(place) >= most as u64 {
                continue;
            }
            bytes.clear();
            self.write_entry(place, Style::Pretty, &mut opener, &mut bytes);
            if !each(at, &bytes) {
                break;
            }
        }
        true
    }

    /// A file as a whole.
    pub(super) fn written(&self, node: Node) -> Result<Wiped, TreeError> {
        if let Node::Payload(index) = node {
            return self.payload(index);
        }
        let size = self.counted(node)?;
        // Reserved at once, so that no half-written copy is left behind by a growing buffer.
        let mut bytes = Wiped::with_capacity(usize::try_from(size).unwrap_or(0));
        self.write(node, &mut bytes)?;
        self.measure(bytes.len(), size);
        Ok(bytes)
    }

    /// Where something is not as long as was told, that was remembered, and wrong.
    pub(super) fn measure(&self, len: usize, told: u64) {
        if len as u64 != told {
            self.state.doubt();
        }
    }

    fn write<S: Sink>(&self, node: Node, sink: &mut S) -> Result<(), TreeError> {
        match node {
            Node::Entry(index) => {
                let place = self.state.place_of(index).ok_or(TreeError::NotFound)?;
                self.write_entry(place, Style::Pretty, &mut self.state.opener(place..place.saturating_add(1)), sink);
                Ok(())
            }
            Node::Object(key) => {
                self.write_version(self.version(key).ok_or(TreeError::NotFound)?, Style::Pretty, sink);
                Ok(())
            }
            Node::Data(key) => {
                let version = self.version(key).ok_or(TreeError::NotFound)?;
                self.state.with_version(version, |object| sink.put(payload(object))).map_err(unreadable)
            }
            Node::SnapshotObject(key) => self.write_snapshot_object(key, sink),
            Node::Superseded(key) => self.write_superseded(key, sink).then_some(()).ok_or(TreeError::NotFound),
            Node::StoredTask(key) => self.write_task(key, sink).then_some(()).ok_or(TreeError::NotFound),
            _ => Err(TreeError::NotFound),
        }
    }

    /// What an entry holds, opened.
    fn payload(&self, index: RaftIndex) -> Result<Wiped, TreeError> {
        let place = self.state.place_of(index).ok_or(TreeError::NotFound)?;
        let mut plain = Wiped::default();
        self.state.open_entry(place, plain.as_mut_vec()).map_err(unreadable)?;
        Ok(plain)
    }

    /// An entry as JSON, with a newline.
    pub(super) fn write_entry<S: Sink>(&self, place: u32, style: Style, opener: &mut Opener<'_>, sink: &mut S) {
        self.show(place, opener, |shown| shown.json(&mut Json::new(style, &mut *sink)));
        sink.put(b"\n");
    }

    /// Lets `look` see an entry and its time, opened where that is possible.
    pub(super) fn show(&self, place: u32, opener: &mut Opener<'_>, look: impl FnOnce(&Shown<'_>)) {
        self.show_at(When::of(self.state.index(), place), place, opener, look);
    }

    /// The same with a time that is known, or not wanted.
    pub(super) fn show_at(&self, when: When, place: u32, opener: &mut Opener<'_>, look: impl FnOnce(&Shown<'_>)) {
        let Some(entry) = self.state.log().entries.get(place as usize) else {
            return;
        };
        look(&Shown { state: &self.state, when, entry, plain: opener.open(place) });
    }

    /// A version of an object as JSON, with a newline.
    pub(super) fn write_version<S: Sink>(&self, version: VersionNo, style: Style, sink: &mut S) {
        let index = self.state.index();
        if index.version(version).action() == Action::Absent {
            return self.write_absent(version, style, sink);
        }
        let kind = index.kind(index.version(version).object());
        let shown = self.state.with_version(version, |object| {
            Json::new(style, &mut *sink).message(kind.message(), object);
        });
        if let Err(trouble) = shown {
            let mut json = Json::new(style, &mut *sink);
            json.begin_object();
            json.key("damaged");
            json.string(&unreadable(trouble).to_string());
            json.end_object();
        }
        sink.put(b"\n");
    }
}
