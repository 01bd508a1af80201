//! Any bytes as a segment of the log, in both framings.

use swarmfs::disk::{Folder, Framing, Log, Source};

use super::log::check;

/// Any bytes are records and gaps without a space between them.
pub fn frames(input: &[u8]) {
    let source = Source::of_files(&[("wal/0000000000000000-0000000000000000.wal", input)]);
    for framing in [Framing::Aligned, Framing::Any] {
        let folder = Folder { path: "wal".to_owned(), encrypted: false, framing };
        check(&Log::scan(&source, &folder).expect("a folder that is there"));
    }
}
