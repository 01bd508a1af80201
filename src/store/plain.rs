//! The plaintext of a snapshot, authenticated when its bytes are first asked for.

use std::io;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::doubt::Doubt;
use super::keys::Rings;
use crate::disk::{DiskFile, ReadAt};
use crate::seal::PlainStream;

/// The plaintext of a snapshot; no byte of it is given that is not authenticated.
pub struct Plain {
    stream: OnceLock<Option<PlainStream>>,
    len: u64,
    later: Option<Later>,
}

/// What it takes to authenticate it later.
struct Later {
    file: DiskFile,
    range: Range<u64>,
    rings: Rings,
    doubt: Doubt,
}

impl Plain {
    /// What is authenticated already.
    pub(super) fn new(stream: PlainStream) -> Plain {
        Plain { len: stream.len(), stream: OnceLock::from(Some(stream)), later: None }
    }

    /// What was authenticated once, and had this length; where that is no longer true, there is a doubt.
    pub(super) fn later(file: DiskFile, range: Range<u64>, len: u64, rings: &Rings, doubt: &Doubt) -> Plain {
        let later = Later { file, range, rings: rings.clone(), doubt: doubt.clone() };
        Plain { stream: OnceLock::new(), len, later: Some(later) }
    }

    fn stream(&self) -> Option<&PlainStream> {
        let open = || {
            let later = self.later.as_ref()?;
            let opened = later.rings.open_stream(Arc::new(later.file.clone()), later.range.clone()).ok();
            let stream = opened.filter(|stream| stream.len() == self.len);
            if stream.is_none() {
                later.doubt.raise();
            }
            stream
        };
        self.stream.get_or_init(open).as_ref()
    }
}

impl Plain {
    /// Exact length.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// True where it is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Fills `buf` with the plaintext from `offset`, or answers `UnexpectedEof` beyond its end.
    pub fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        let stream = self.stream().ok_or_else(|| io::Error::other("this snapshot does not open any more"))?;
        stream.read_exact_at(buf, offset)
    }
}

impl ReadAt for Plain {
    fn len(&self) -> u64 {
        Plain::len(self)
    }

    fn read_exact_at(&self, buf: &mut [u8], offset: u64) -> io::Result<()> {
        Plain::read_exact_at(self, buf, offset)
    }
}
