//! A moving window on a file: positional reads through one bounded buffer, whatever lengths the file claims.

use std::io;

use crc32c::crc32c_append;

use super::{DiskFile, ReadAt};

/// Most records are a few hundred bytes to a few kilobytes; this holds hundreds of them.
pub(super) const WINDOW: usize = 256 << 10;
/// What a disk, or the kernel's cache of it, loses at once; such stretches begin at multiples of it.
const SECTOR: u64 = 4096;

pub(super) struct Window {
    file: DiskFile,
    /// Length when it was opened, or what is left of it since.
    end: u64,
    start: u64,
    buf: Vec<u8>,
    unreadable: u64,
    /// What lies before was counted, where it is unreadable.
    counted: u64,
}

impl Window {
    pub(super) fn new(file: DiskFile) -> Window {
        let end = file.len();
        Window { file, end, start: 0, buf: Vec::new(), unreadable: 0, counted: 0 }
    }

    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// `len` bytes from `offset`, where the file has them and the window is large enough.
    pub(super) fn bytes(&mut self, offset: u64, len: usize) -> io::Result<&[u8]> {
        let stop = offset.checked_add(len as u64).filter(|stop| *stop <= self.end && len <= WINDOW);
        let stop = stop.ok_or(io::ErrorKind::UnexpectedEof)?;
        if offset < self.start || stop > self.start + self.buf.len() as u64 {
            self.refill(offset)?;
        }
        let from = usize::try_from(offset - self.start).map_err(|_| io::ErrorKind::UnexpectedEof)?;
        self.buf.get(from..from + len).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// Up to `len` bytes from `offset`: fewer at the end of the file or of the window.
    pub(super) fn some(&mut self, offset: u64, len: u64) -> io::Result<&[u8]> {
        let within = |end: u64| len.min(end.saturating_sub(offset)).min(WINDOW as u64) as usize;
        let end = self.end;
        // Where the file was cut meanwhile, what is left of it.
        if self.bytes(offset, within(end)).is_err() && self.end < end {
            return self.bytes(offset, within(self.end));
        }
        self.bytes(offset, within(end))
    }

    pub(super) fn word(&mut self, offset: u64) -> io::Result<u64> {
        let bytes = self.bytes(offset, 8)?;
        Ok(u64::from_le_bytes(bytes.try_into().map_err(|_| io::ErrorKind::UnexpectedEof)?))
    }

    /// CRC-32C of a stretch, continued from `crc` (format 4.4).
    pub(super) fn crc(&mut self, offset: u64, len: u64, crc: u32) -> io::Result<u32> {
        let stop = offset.checked_add(len).filter(|stop| *stop <= self.end).ok_or(io::ErrorKind::UnexpectedEof)?;
        let (mut at, mut crc) = (offset, crc);
        while at < stop {
            let piece = self.some(at, stop - at)?;
            if piece.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            crc = crc32c_append(crc, piece);
            at += piece.len() as u64;
        }
        Ok(crc)
    }

    /// A copy of a stretch, which may be longer than the window; its length is bounded by the caller.
    pub(super) fn copy(&mut self, offset: u64, len: u64) -> io::Result<Vec<u8>> {
        let stop = offset.checked_add(len).filter(|stop| *stop <= self.end).ok_or(io::ErrorKind::UnexpectedEof)?;
        let (mut at, mut copy) = (offset, Vec::with_capacity(len as usize));
        while at < stop {
            copy.extend_from_slice(self.some(at, stop - at)?);
            at = offset + copy.len() as u64;
        }
        Ok(copy)
    }

    /// The first byte from `from` on that is not zero. Holes are stepped over without reading them.
    pub(super) fn next_nonzero(&mut self, from: u64) -> io::Result<Option<u64>> {
        let mut at = from;
        while at < self.end {
            let piece = self.some(at, u64::MAX)?;
            if let Some(skip) = first_nonzero(piece) {
                return Ok(Some(at + skip as u64));
            }
            at += piece.len() as u64;
            match self.file.next_data(at) {
                Some(data) => at = data,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// How many bytes the medium would not give; they read as zeros.
    pub(super) fn unreadable(&self) -> u64 {
        self.unreadable
    }

    fn refill(&mut self, offset: u64) -> io::Result<()> {
        match self.fill(offset) {
            // A daemon that starts cuts the space behind the log off, and one that begins a new segment, too (format
            // 11.2). What is left is read all the same.
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => {
                self.buf.clear();
                self.end = self.end.min(self.file.len_now()?);
                self.fill(offset).inspect_err(|_| self.buf.clear())
            }
            other => other,
        }
    }

    fn fill(&mut self, offset: u64) -> io::Result<()> {
        let len = self.end.saturating_sub(offset).min(WINDOW as u64) as usize;
        self.buf.resize(len, 0);
        self.start = offset;
        match self.file.read_exact_at(&mut self.buf, offset) {
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Err(e),
            // A bad sector must not take its neighbours with it.
            Err(_) => {
                self.salvage(offset);
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }

    fn salvage(&mut self, offset: u64) {
        let (mut at, mut rest) = (offset, &mut self.buf[..]);
        while !rest.is_empty() {
            // The first may begin in the middle.
            let len = (SECTOR - at % SECTOR).min(rest.len() as u64);
            let (sector, behind) = rest.split_at_mut(len as usize);
            if self.file.read_exact_at(sector, at).is_err() {
                sector.fill(0);
                self.unreadable += (at + len).saturating_sub(at.max(self.counted));
                self.counted = self.counted.max(at + len);
            }
            (at, rest) = (at + len, behind);
        }
    }
}

fn first_nonzero(bytes: &[u8]) -> Option<usize> {
    const STEP: usize = 64;
    let blocks = bytes.chunks(STEP).position(|block| block.iter().fold(0, |all, byte| all | byte) != 0)?;
    let at = blocks * STEP;
    bytes.get(at..)?.iter().position(|byte| *byte != 0).map(|skip| at + skip)
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;

    use super::*;
    use crate::disk::Source;

    #[test]
    fn of_a_file_that_is_cut_meanwhile_the_rest_is_read() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("file"), vec![7; 2 * WINDOW]).unwrap();
        let file = Source::folder(dir.path()).unwrap().open("file").unwrap();
        let mut window = Window::new(file);
        OpenOptions::new().write(true).open(dir.path().join("file")).unwrap().set_len(1000).unwrap();
        assert_eq!(window.word(0).unwrap(), u64::from_le_bytes([7; 8]));
        assert_eq!(window.end(), 1000);
        assert_eq!(window.some(900, u64::MAX).unwrap(), vec![7; 100]);
        assert!(window.bytes(996, 8).is_err() && window.bytes(5000, 8).is_err());
        let file = Source::folder(dir.path()).unwrap().open("file").unwrap();
        let mut window = Window::new(file);
        OpenOptions::new().write(true).open(dir.path().join("file")).unwrap().set_len(500).unwrap();
        assert!(window.crc(0, 1000, 0).is_err());
        // Asked for up to its end, it gives what there is.
        assert_eq!(window.some(400, u64::MAX).unwrap(), vec![7; 100]);
    }
}
