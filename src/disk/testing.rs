//! What tests of this room share: the packed state directories that the repository keeps.

use std::fs;
use std::path::PathBuf;

use super::Source;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// The names of all fixtures.
pub(crate) fn fixtures() -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let names = files.filter_map(|file| file.strip_suffix(".tar.zst").map(str::to_owned));
    names.filter(|name| !name.ends_with(".golden")).collect()
}

/// A state directory, in memory.
pub(crate) fn fixture(name: &str) -> Source {
    Source::packed(&fs::read(folder().join(format!("{name}.tar.zst"))).unwrap()).unwrap()
}

/// A file of what is known to be true of it.
pub(crate) fn golden(name: &str, file: &str) -> Option<Vec<u8>> {
    let packed = fs::read(folder().join(format!("{name}.golden.tar.zst"))).ok()?;
    Source::packed(&packed).unwrap().read(file, 1 << 26).ok()
}
