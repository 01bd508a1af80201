//! Any bytes as `worker/tasks.db`.

use swarmfs::disk::{Source, stored_tasks};

use super::parts::choice;

/// Where a meta page keeps its page size and its checksum.
const PAGE_SIZE: usize = 24;
const CHECKSUM: usize = 72;

/// What is read out of a file is bounded by what is in it.
pub fn bolt(input: &[u8]) {
    let (form, rest) = choice(input);
    let mut file = rest.to_vec();
    if form & 1 == 1 {
        let size = file
            .get(PAGE_SIZE..PAGE_SIZE + 4)
            .map_or(0, |size| u32::from_le_bytes(size.try_into().expect("four bytes")));
        mend(&mut file, 0);
        mend(&mut file, size as usize);
    }
    let source = Source::of_files(&[("worker/tasks.db", &file)]);
    let opened = source.open("worker/tasks.db").expect("a file that is there");
    match stored_tasks(&opened) {
        Ok(found) => {
            let bytes = |task: &swarmfs::disk::StoredTask| {
                task.id.len() + task.data.as_ref().map_or(0, Vec::len) + task.status.as_ref().map_or(0, Vec::len)
            };
            assert!(found.tasks.iter().map(bytes).sum::<usize>() <= 4 * file.len() + (1 << 20));
            assert!(found.faults.len() <= 100);
            found.faults.iter().for_each(|fault| assert!(!fault.to_string().contains('\n')));
        }
        Err(error) => assert!(!error.to_string().contains('\n')),
    }
}

/// Gives a meta page the checksum that it should have (format 1.3).
fn mend(file: &mut [u8], page: usize) {
    let Some(page) = file.get_mut(page..).filter(|page| page.len() >= CHECKSUM + 8) else { return };
    let fnv = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let sum = page[16..CHECKSUM].iter().fold(0xcbf2_9ce4_8422_2325, fnv);
    page[CHECKSUM..CHECKSUM + 8].copy_from_slice(&sum.to_le_bytes());
}
