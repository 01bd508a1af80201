use super::super::testing::fixture;
use super::super::{Layout, Source};
use super::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

fn pack(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (path, kind, bytes) in entries {
        let mut header = tar::Header::new_gnu();
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_mtime(7);
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    compress_to_vec(tar.into_inner().unwrap().as_slice(), CompressionLevel::Fastest)
}

#[test]
fn a_log_of_64_mb_stays_small() {
    let (source, _) = Layout::find(fixture("fresh")).unwrap();
    let file = source.open("raft/wal-v3-encrypted/0000000000000000-0000000000000000.wal").unwrap();
    assert_eq!(file.len(), 64_000_000);
    assert_eq!(file.next_data(12_288), None);
    let mut last = [1; 16];
    file.read_exact_at(&mut last, 64_000_000 - 16).unwrap();
    assert_eq!(last, [0; 16]);
    assert!(file.read_exact_at(&mut last, 64_000_000 - 15).is_err());
    assert!(file.read_exact_at(&mut last, u64::MAX).is_err());
}

#[test]
fn only_a_lonely_top_folder_is_stripped() {
    let two = Source::packed(&pack(&[("a/x", EntryType::Regular, b"1"), ("b", EntryType::Regular, b"2")])).unwrap();
    assert_eq!(two.read("a/x", 9).unwrap(), b"1");
    let one = Source::packed(&pack(&[("t/", EntryType::Directory, b""), ("t/x", EntryType::Regular, b"1")])).unwrap();
    assert_eq!((one.read("x", 9).unwrap(), one.list("").unwrap().len()), (b"1".to_vec(), 1));
    assert_eq!(one.list("").unwrap()[0].modified, (7, 0));
    let dot = Source::packed(&pack(&[("./", EntryType::Directory, b""), ("./x", EntryType::Regular, b"1")])).unwrap();
    assert_eq!(dot.read("x", 9).unwrap(), b"1");
    let mixed = Source::packed(&pack(&[("./x", EntryType::Regular, b"1"), ("y", EntryType::Regular, b"2")])).unwrap();
    assert_eq!((mixed.read("x", 9).unwrap(), mixed.list("").unwrap().len()), (b"1".to_vec(), 2));
}

#[test]
fn names_that_leave_it_and_links_are_not_files() {
    let files = [
        ("t/", EntryType::Directory, b"".as_slice()),
        ("t/../x", EntryType::Regular, b"1"),
        ("t/l", EntryType::Symlink, b""),
    ];
    let source = Source::packed(&pack(&files)).unwrap();
    assert_eq!(source.list("").unwrap().len(), 1);
    assert!(matches!(source.open("l"), Err(DiskError::NotAFile { .. })));
    assert!(matches!(source.open("../x"), Err(DiskError::BadPath { .. })));
    assert!(source.open("none").unwrap_err().is_missing());
    assert!(source.sub("l").is_err() && source.list("none").is_err());
}

#[test]
fn cut_archives_are_errors() {
    let whole = pack(&[("t/", EntryType::Directory, b""), ("t/x", EntryType::Regular, &[5; 9000])]);
    for len in 0..whole.len() - 1 {
        // What is cut off behind the last file need not be noticed.
        if let Ok(source) = Source::packed(&whole[..len]) {
            assert!(
                source.read("x", 1 << 20).is_ok_and(|bytes| bytes == [5; 9000]) || source.list("").unwrap().is_empty()
            );
        }
    }
    assert!(Source::packed(b"no archive").is_err());
}

#[test]
fn reads_span_pages_and_holes() {
    let mut bytes = vec![0; 3 * PAGE + 100];
    (PAGE - 10..PAGE + 10).for_each(|at| bytes[at] = at as u8);
    bytes[3 * PAGE + 99] = 9;
    let source = Source::of_files(&[("f", &bytes)]);
    let file = source.open("f").unwrap();
    for from in (0..bytes.len()).step_by(97) {
        for len in [0, 1, 200, PAGE, 2 * PAGE] {
            let mut buf = vec![1; len];
            let read = file.read_exact_at(&mut buf, from as u64);
            assert_eq!(read.is_ok().then_some(&*buf), bytes.get(from..from + len));
        }
    }
    assert_eq!(file.next_data(2 * PAGE as u64), Some(3 * PAGE as u64));
}

/// A head of 512 bytes may claim a file of any length, and four bytes of zstd 128 KiB.
#[test]
fn a_little_does_not_become_much() {
    let mut head = tar::Header::new_gnu();
    head.set_path("t/x").unwrap();
    head.set_entry_type(EntryType::GNUSparse);
    head.set_size(0);
    let sparse = head.as_gnu_mut().unwrap();
    sparse.realsize.copy_from_slice(b"00777777777\0");
    sparse.sparse[0].offset.copy_from_slice(b"00777777777\0");
    sparse.sparse[0].numbytes.copy_from_slice(b"00000000000\0");
    head.set_cksum();
    let holes = head.as_bytes().repeat(64);
    let mut bomb = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    head.set_entry_type(EntryType::Regular);
    head.set_size(1 << 32);
    head.set_cksum();
    bomb.extend_from_slice(&[0, 0x10, 0]);
    bomb.extend_from_slice(head.as_bytes());
    // Each block is one byte, 131072 times.
    bomb.extend_from_slice(&b"\x02\x00\x10a".repeat(1 << 12));
    for packed in [compress_to_vec(holes.as_slice(), CompressionLevel::Fastest), bomb] {
        let refused = Source::packed(&packed).unwrap_err().to_string();
        assert!(refused.contains("more than fits in memory"), "{refused}");
    }
}
