//! Any bytes as a snapshot file, or as what is in one.

use swarmfs::disk::{ReadAt, Source};
use swarmfs::store::State;

use super::made::snapshot_file;
use super::parts::choice;

/// What a snapshot claims lies within it, and every object that is found can be read.
pub fn snapshots(input: &[u8]) {
    let (form, rest) = choice(input);
    let made = (form & 1 == 1).then(|| snapshot_file(2, 3, &[7], rest));
    let file = made.as_deref().unwrap_or(rest);
    let source = Source::of_files(&[("raft/snap-v3/0000000000000002-0000000000000003.snap", file)]);
    let state = State::open(source, &[]).expect("a state directory");
    for found in state.snapshot_files() {
        match found {
            Ok(found) => {
                assert!(found.payload.start <= found.payload.end && found.payload.end <= found.file.len());
                if let Err(fault) = found.verify() {
                    assert!(made.is_none() && !fault.to_string().is_empty());
                }
            }
            Err(bad) => assert!(made.is_none() && !bad.to_string().contains('\n')),
        }
    }
    let content = state.content();
    for snapshot in &content.snapshots {
        let plain = snapshot.plain().len();
        let mut objects = 0u64;
        snapshot.each_object(&mut |_, object, start| {
            assert!(start + object.len() as u64 <= plain);
            objects += 1;
            objects < 1000
        });
        let _ = snapshot.membership();
    }
    for number in 0..content.index.versions().min(1000) {
        let version = content.index.version_at(number).expect("a version");
        state.with_version(version, |bytes| assert!(bytes.len() <= file.len())).expect("its bytes");
    }
}
