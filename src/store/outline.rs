//! What stands in a snapshot, in the order of its bytes: the index keeps only what the log does not hold.

use std::io;

use super::Kind;
use super::build::MOST_PER_ORIGIN;
use super::snapshot::Loaded;
use super::window::Window;

/// An object of a snapshot, and where its bytes lie in the plaintext.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlined {
    /// Its kind.
    pub kind: Kind,
    /// Where it begins.
    pub start: u32,
    /// How long it is.
    pub len: u32,
}

/// All objects of a snapshot.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// In the order of the bytes.
    pub objects: Vec<Outlined>,
    /// What ended the walk before the end.
    pub broken: Option<String>,
}

impl Loaded {
    /// Walks over the snapshot once.
    pub fn outline(&self) -> Outline {
        let mut outline = Outline::default();
        outline.broken = outline.walk(self).err().map(|error| error.to_string());
        outline
    }
}

impl Outline {
    fn walk(&mut self, snapshot: &Loaded) -> io::Result<()> {
        let mut window = Window::new(snapshot.plain());
        let end = snapshot.plain().len();
        while window.at() < end {
            let tag = window.tag()?;
            if (tag.number, tag.wire_type) != (3, 2) {
                window.skip(tag.wire_type, end)?;
                continue;
            }
            let store_end = window.end_of_field(end)?;
            while window.at() < store_end {
                let tag = window.tag()?;
                match Kind::of_snapshot_field(tag.number).filter(|_| tag.wire_type == 2) {
                    Some(kind) => self.note(kind, &mut window, store_end)?,
                    None => window.skip(tag.wire_type, store_end)?,
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, kind: Kind, window: &mut Window<'_>, limit: u64) -> io::Result<()> {
        let end = window.end_of_field(limit)?;
        let place = (u32::try_from(window.at()), u32::try_from(end - window.at()));
        let (Ok(start), Ok(len), true) = (place.0, place.1, self.objects.len() < MOST_PER_ORIGIN) else {
            return Err(io::Error::other("more objects than can be told apart"));
        };
        self.objects.push(Outlined { kind, start, len });
        window.skip_to(end);
        Ok(())
    }
}
