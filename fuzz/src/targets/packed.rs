//! Any bytes as a packed directory.

use swarmfs::disk::{DiskError, Kind, Layout, ReadAt, Source};

use super::parts::choice;

/// The input is a `.tar.zst`, or the archive in one.
pub fn packed(input: &[u8]) {
    let (form, rest) = choice(input);
    let opened = if form & 1 == 0 { Source::packed(rest) } else { Source::packed(&framed(rest)) };
    match opened {
        Ok(source) => {
            walk(&source, "", 0);
            if let Err(error) = Layout::find(source) {
                told(&error);
            }
        }
        Err(error) => told(&error),
    }
}

/// An archive as zstd stores what it cannot compress (RFC 8878, 3.1.1).
pub(crate) fn framed(archive: &[u8]) -> Vec<u8> {
    // The magic number; no checksum, no content size; a window of 128 KiB.
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    let mut blocks = archive.chunks(1 << 16).peekable();
    while let Some(block) = blocks.next() {
        let last = u32::from(blocks.peek().is_none());
        frame.extend_from_slice(&((block.len() as u32) << 3 | last).to_le_bytes()[..3]);
        frame.extend_from_slice(block);
    }
    frame
}

fn told(error: &DiskError) {
    assert!(!error.to_string().contains('\n'), "{error}");
}

/// Every name that is listed is what the listing says, with the length that it says.
fn walk(source: &Source, folder: &str, depth: usize) {
    let listed = source.list(folder).expect("a folder that was listed");
    assert!(listed.is_sorted_by(|a, b| a.name < b.name));
    for one in listed.iter().take(1000) {
        let Some(name) = one.text() else { continue };
        let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        match (one.kind, source.open(&path)) {
            (Kind::File, Ok(file)) => {
                assert_eq!(file.len(), one.len);
                let mut byte = [0];
                assert!(file.read_exact_at(&mut byte, file.len()).is_err());
                assert_eq!(file.read_exact_at(&mut byte, file.len().saturating_sub(1)).is_ok(), file.len() > 0);
                assert!(file.next_data(0).is_none_or(|at| at < file.len()));
                if file.len() < 1 << 16 {
                    assert_eq!(source.read(&path, 1 << 16).expect("a small file").len() as u64, file.len());
                }
            }
            (Kind::Folder, Err(_)) if depth < 64 => walk(source, &path, depth + 1),
            (Kind::Folder | Kind::Other, Err(error)) => told(&error),
            (_, Err(DiskError::BadPath { .. })) if path.len() >= 4096 => {}
            (kind, opened) => panic!("{path:?}: {kind:?}, {opened:?}"),
        }
    }
}
