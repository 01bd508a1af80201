//! A tree's folders, files and links written to a folder, so that what reads folders can look at it without FUSE.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use swarmfs::tree::{Forest, Ino, NodeKind, TreeError};

/// What a walk met.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Walked {
    /// Folders, without the root.
    pub(crate) folders: usize,
    /// Files.
    pub(crate) files: usize,
    /// Links.
    pub(crate) links: usize,
}

/// Writes everything that is listed below the root to `out`, which must exist, and checks on the way what every tree
/// promises: a row is found by its name, sizes are exact, cookies lead on.
pub(crate) fn export(forest: &dyn Forest, out: &Path) -> io::Result<Walked> {
    let mut walked = Walked::default();
    let mut todo = vec![(Ino::ROOT, out.to_owned())];
    while let Some((folder, path)) = todo.pop() {
        assert_eq!(rows(forest, folder, 3)?, rows(forest, folder, usize::MAX)?, "{}: cookies", path.display());
        for (name, ino, kind) in rows(forest, folder, usize::MAX)? {
            let place = path.join(as_path(&name));
            let found = forest.lookup(folder, &name).map_err(say)?;
            assert_eq!((found.attr.ino, found.attr.kind), (ino, kind), "{}: look-up", place.display());
            let attr = forest.attr(ino).map_err(say)?;
            assert_eq!(attr, found.attr, "{}: attributes", place.display());
            match kind {
                NodeKind::Folder => {
                    walked.folders += 1;
                    assert_eq!(forest.parent(ino), folder, "{}: parent", place.display());
                    fs::create_dir(&place)?;
                    todo.push((ino, place));
                }
                NodeKind::File => {
                    walked.files += 1;
                    let mut file = fs::File::create(&place)?;
                    let written = copy(forest, ino, &mut file)?;
                    assert_eq!(written, attr.size, "{}: size", place.display());
                }
                NodeKind::Link => {
                    walked.links += 1;
                    let target = forest.target(ino).map_err(say)?;
                    assert_eq!(target.len() as u64, attr.size, "{}: size", place.display());
                    std::os::unix::fs::symlink(as_path(&target), &place)?;
                }
            }
        }
    }
    Ok(walked)
}

fn copy(forest: &dyn Forest, ino: Ino, file: &mut fs::File) -> io::Result<u64> {
    const BLOCK: usize = 128 << 10;
    let mut offset = 0;
    loop {
        let (mut read, mut written) = (0, Ok(()));
        let mut sink = |bytes: &[u8]| {
            read += bytes.len();
            if written.is_ok() {
                written = file.write_all(bytes);
            }
        };
        forest.read(ino, offset, BLOCK, &mut sink).map_err(say)?;
        written?;
        offset += read as u64;
        if read < BLOCK {
            return Ok(offset);
        }
    }
}

type Row = (Vec<u8>, Ino, NodeKind);

/// The rows of a folder, asked for `at_once` at a time.
fn rows(forest: &dyn Forest, folder: Ino, at_once: usize) -> io::Result<Vec<Row>> {
    let (mut rows, mut cookie) = (Vec::new(), 0);
    loop {
        let before = rows.len();
        forest
            .list(folder, cookie, false, &mut |row| {
                if rows.len() - before == at_once {
                    return false;
                }
                rows.push((row.name.to_vec(), row.ino, row.kind));
                cookie = row.cookie;
                true
            })
            .map_err(say)?;
        if rows.len() - before < at_once {
            return Ok(rows);
        }
    }
}

fn as_path(name: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt;
    Path::new(std::ffi::OsStr::from_bytes(name))
}

fn say(error: TreeError) -> io::Error {
    io::Error::other(error)
}
