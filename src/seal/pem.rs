//! The frame of a PEM file with headers, read with tolerance: the DEK headers must be had even where the body
//! is cut off or spoilt (format 2.6), which is where a strict reader gives up. Borrows; copies no secret.

/// One header line.
#[derive(Clone, Copy)]
pub(super) struct Header<'a> {
    pub(super) name: &'a [u8],
    pub(super) value: &'a [u8],
    /// Counted from 1.
    pub(super) line: usize,
}

/// The first PEM block of a file.
pub(super) struct Block<'a> {
    pub(super) label: &'a [u8],
    pub(super) headers: Vec<Header<'a>>,
    /// The lines of base64, or why they do not count as a body.
    pub(super) body: Result<&'a [u8], &'static str>,
}

impl<'a> Block<'a> {
    /// Finds the first block; there may be text before it (format 2.1).
    pub(super) fn find(file: &'a [u8]) -> Option<Block<'a>> {
        let mut lines = Lines { rest: file, number: 0 };
        let label = loop {
            if let Some(label) = bounded(lines.next()?, b"-----BEGIN ") {
                break label;
            }
        };
        // Headers end with the first line that has no colon, whether empty or not, as for the peer.
        let mut headers = Vec::new();
        let mut body = lines.rest;
        while let Some(line) = lines.next() {
            let Some(colon) = line.iter().position(|&byte| byte == b':') else {
                break;
            };
            let (name, value) = (line.get(..colon)?, line.get(colon + 1..)?);
            headers.push(Header { name: name.trim_ascii(), value: value.trim_ascii(), line: lines.number });
            body = lines.rest;
        }
        let mut lines = Lines { rest: body, number: 0 };
        let end = loop {
            let before = lines.rest;
            match lines.next() {
                None => break Err("the -----END line is missing: the file was cut"),
                Some(line) if line.starts_with(b"-----END ") => {
                    let len = body.len() - before.len();
                    break match bounded(line, b"-----END ") {
                        Some(end) if end == label => Ok(len),
                        _ => Err("the -----END line does not match the -----BEGIN line"),
                    };
                }
                Some(_) => {}
            }
        };
        Some(Block { label, headers, body: end.and_then(|len| body.get(..len).ok_or("the file was cut")) })
    }

    /// The last header of that exact name.
    pub(super) fn header(&self, name: &str) -> Option<Header<'a>> {
        self.headers.iter().rev().find(|header| header.name == name.as_bytes()).copied()
    }
}

/// What stands between `start` and five dashes on a line.
fn bounded<'a>(line: &'a [u8], start: &[u8]) -> Option<&'a [u8]> {
    line.trim_ascii_end().strip_prefix(start)?.strip_suffix(b"-----")
}

/// Lines without their line feed; unlike `split`, it knows where it stands.
struct Lines<'a> {
    rest: &'a [u8],
    number: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Option<&'a [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        self.number += 1;
        let mut parts = self.rest.splitn(2, |&byte| byte == b'\n');
        let line = parts.next()?;
        self.rest = parts.next().unwrap_or_default();
        Some(line)
    }
}
