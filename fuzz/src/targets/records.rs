//! Records with right checksums in one or more segments, and damage.

use swarmfs::disk::{Layout, Log, Trust};

use super::log::check;
use super::made::Made;
use super::parts::parts;

/// A log whose records are made from the input: what was written and not damaged is read.
pub fn records(input: &[u8]) {
    let mut made = Made::default();
    parts(input).into_iter().for_each(|part| made.take(part));
    let Ok((source, layout)) = Layout::find(made.source()) else { return };
    let Some(folder) = layout.wal else { return };
    let log = Log::scan(&source, &folder).expect("a folder that is there");
    check(&log);
    let Some(written) = made.undamaged() else { return };
    assert_eq!(log.entries.len() + log.superseded.len(), written.len());
    let mut data = Vec::new();
    for entry in &log.entries {
        let last = written.iter().rev().find(|(index, _)| *index == entry.index.0).expect("an entry that was written");
        log.read_data(entry, &mut data).expect("its data");
        assert!(data == last.1 && entry.trust == Trust::Sound, "entry {}", entry.index);
    }
}
