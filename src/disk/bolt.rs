//! `worker/tasks.db`, a Bolt file (format 1.3): the tasks that this node was given, read without the lock that a
//! Bolt library takes, and with every pointer in it mistrusted.

use std::collections::HashSet;
use std::io;

use super::error::DiskError;
use super::{DiskFile, ReadAt};

const MAGIC: u32 = 0xED0C_DAED;
const VERSION: u32 = 2;
const HEADER: usize = 16;
const META: u16 = 4;
const LEAF: u16 = 2;
const BRANCH: u16 = 1;
/// Pages are as large as the memory pages of the machine that made the file.
const PAGE_SIZES: std::ops::RangeInclusive<u32> = 512..=65536;
/// What is read at most. The tasks of a node are a few megabytes; the file may have any size, for it never shrinks.
const MOST: u64 = 256 << 20;
/// Said of pages that are left when that is spent.
const SPENT: &str = "it was not read: it would be more than 256 MiB, or more than there can be where nothing overlaps";
/// Said of a page that the medium does not give.
const UNREADABLE: &str = "it cannot be read";
/// How often it is read again when a daemon writes meanwhile.
const TRIES: usize = 5;

/// A task as this node's agent keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoredTask {
    /// Its id: the name of its bucket.
    pub id: Vec<u8>,
    /// The bytes of the `Task` as it was assigned last, its status blanked.
    pub data: Option<Vec<u8>>,
    /// The bytes of the `TaskStatus` that the agent reported last.
    pub status: Option<Vec<u8>>,
    /// Whether it is assigned at present.
    pub assigned: bool,
}

/// The tasks of a node, and what is wrong with the file.
#[derive(Debug, Default)]
pub struct StoredTasks {
    /// By id.
    pub tasks: Vec<StoredTask>,
    /// Pages that could not be read; tasks may be missing.
    pub faults: Vec<DiskError>,
}

/// Reads `worker/tasks.db`.
pub fn stored_tasks(file: &DiskFile) -> Result<StoredTasks, DiskError> {
    let mut tried = 0;
    loop {
        let mut reader = Reader::open(file)?;
        let found = reader.tasks();
        tried += 1;
        // What a transaction freed may be used by the one after the next: what was read is of one piece only if
        // there was none meanwhile.
        if Reader::open(file)?.meta.transaction == reader.meta.transaction || tried == TRIES {
            return Ok(StoredTasks { tasks: found, faults: reader.faults });
        }
    }
}

#[derive(Clone, Copy)]
struct Meta {
    page_size: u32,
    root: u64,
    high_water: u64,
    transaction: u64,
}

enum Bucket {
    Page(u64),
    /// A small bucket lies in the value of its element, as a page image.
    Inline(Vec<u8>),
}

struct Element {
    key: Vec<u8>,
    value: Vec<u8>,
    bucket: bool,
}

struct Reader<'a> {
    file: &'a DiskFile,
    meta: Meta,
    seen: HashSet<u64>,
    /// Bytes that may yet be read or copied: pages may overlap, and so may elements.
    budget: u64,
    faults: Vec<DiskError>,
}

impl<'a> Reader<'a> {
    fn open(file: &'a DiskFile) -> Result<Reader<'a>, DiskError> {
        let len = file.len_now().map_err(|e| DiskError::io("read", file.path(), e))?;
        // The second meta page lies one page in, but the size of a page stands in the first, which may be damaged.
        let first = meta_at(file, 0);
        let sizes = (9..=16).map(|bits| 1u64 << bits);
        let others = sizes.filter_map(|size| meta_at(file, size).filter(|meta| u64::from(meta.page_size) == size));
        let metas = first.into_iter().chain(others);
        let meta = metas.max_by_key(|meta| meta.transaction).ok_or_else(|| DiskError::Bolt {
            path: file.path().to_owned(),
            page: 0,
            what: "neither of the two meta pages is whole",
        })?;
        let budget = len.saturating_mul(4).saturating_add(1 << 20).min(MOST);
        Ok(Reader { file, meta, seen: HashSet::new(), budget, faults: Vec::new() })
    }

    fn tasks(&mut self) -> Vec<StoredTask> {
        let top = self.elements(Bucket::Page(self.meta.root));
        let version = self.inside(top, b"v1");
        let tasks = self.inside(version, b"tasks");
        let mut found = Vec::new();
        for element in tasks.into_iter().filter(|element| element.bucket) {
            let Some(bucket) = bucket_of(&element.value) else {
                continue;
            };
            let mut task = StoredTask { id: element.key, ..StoredTask::default() };
            for field in self.elements(bucket) {
                match field.key.as_slice() {
                    b"data" => task.data = Some(field.value),
                    b"status" => task.status = Some(field.value),
                    b"assigned" => task.assigned = field.value == [0xff],
                    _ => {}
                }
            }
            found.push(task);
        }
        found
    }

    /// The elements of the bucket that bears this name.
    fn inside(&mut self, elements: Vec<Element>, name: &[u8]) -> Vec<Element> {
        let named = elements.into_iter().find(|element| element.bucket && element.key == name);
        named.and_then(|element| bucket_of(&element.value)).map_or_else(Vec::new, |bucket| self.elements(bucket))
    }

    /// All elements of a bucket, in order. Each page is visited once, so that no circle is walked twice.
    fn elements(&mut self, bucket: Bucket) -> Vec<Element> {
        let mut found = Vec::new();
        let mut waiting = match bucket {
            Bucket::Page(page) => vec![page],
            Bucket::Inline(image) => {
                self.leaf(0, &image, &mut found);
                return found;
            }
        };
        while let Some(number) = waiting.pop() {
            let Some(page) = self.page(number) else { continue };
            match u16_at(&page, 8) {
                Some(LEAF) => self.leaf(number, &page, &mut found),
                Some(BRANCH) => {
                    let count = usize::from(u16_at(&page, 10).unwrap_or(0));
                    let children = (0..count).map_while(|n| u64_at(&page, HEADER + n * 16 + 8));
                    let children: Vec<u64> = children.collect();
                    if children.len() < count {
                        self.fault(number, "a branch page holds fewer elements than it says");
                    }
                    waiting.extend(children.into_iter().rev());
                }
                _ => self.fault(number, "neither a branch nor a leaf page"),
            }
        }
        found
    }

    fn leaf(&mut self, number: u64, page: &[u8], found: &mut Vec<Element>) {
        let count = usize::from(u16_at(page, 10).unwrap_or(0));
        for at in (0..count).map(|n| HEADER + n * 16) {
            let element = leaf_element(page, at);
            let Some((bucket, key, value)) = element else {
                self.fault(number, "an element lies outside of its page");
                continue;
            };
            if !self.afford((key.len() + value.len()) as u64) {
                return self.fault(number, SPENT);
            }
            found.push(Element { key: key.to_owned(), value: value.to_owned(), bucket });
        }
    }

    /// A page with those that continue it.
    fn page(&mut self, number: u64) -> Option<Vec<u8>> {
        let size = u64::from(self.meta.page_size);
        let place = number.checked_mul(size).filter(|_| (2..self.meta.high_water).contains(&number));
        let Some(place) = place else {
            self.fault(number, "a pointer leads out of the file");
            return None;
        };
        if !self.seen.insert(number) {
            self.fault(number, "two pointers lead to the same page");
            return None;
        }
        let mut header = [0; HEADER];
        if let Err(error) = self.file.read_exact_at(&mut header, place) {
            let behind = error.kind() == io::ErrorKind::UnexpectedEof;
            self.fault(number, if behind { "it lies behind the end" } else { UNREADABLE });
            return None;
        }
        let more = u64::from(u32_at(&header, 12)?);
        let len = more.saturating_add(1).saturating_mul(size);
        if u64_at(&header, 0) != Some(number) {
            self.fault(number, "another number stands in it");
            return None;
        }
        if place.saturating_add(len) > self.file.len_now().unwrap_or(0) {
            self.fault(number, "it is longer than the file");
            return None;
        }
        if !self.afford(len) {
            self.fault(number, SPENT);
            return None;
        }
        let mut page = vec![0; usize::try_from(len).ok()?];
        let read = self.file.read_exact_at(&mut page, place);
        read.map_err(|_| self.fault(number, UNREADABLE)).ok()?;
        Some(page)
    }

    fn afford(&mut self, bytes: u64) -> bool {
        let left = self.budget.checked_sub(bytes.saturating_add(64));
        self.budget = left.unwrap_or(0);
        left.is_some()
    }

    fn fault(&mut self, page: u64, what: &'static str) {
        if self.faults.len() < 100 {
            self.faults.push(DiskError::Bolt { path: self.file.path().to_owned(), page, what });
        }
    }
}

fn meta_at(file: &DiskFile, place: u64) -> Option<Meta> {
    let mut page = [0; HEADER + 64];
    file.read_exact_at(&mut page, place).ok()?;
    let body = page.get(HEADER..)?;
    let page_size = u32_at(body, 8).filter(|size| PAGE_SIZES.contains(size) && size.is_power_of_two())?;
    let known = u16_at(&page, 8) == Some(META) && u32_at(body, 0) == Some(MAGIC) && u32_at(body, 4) == Some(VERSION);
    let whole = u64_at(body, 56) == Some(fnv1a(body.get(..56)?));
    let meta =
        Meta { page_size, root: u64_at(body, 16)?, high_water: u64_at(body, 40)?, transaction: u64_at(body, 48)? };
    (known && whole).then_some(meta)
}

fn leaf_element(page: &[u8], at: usize) -> Option<(bool, &[u8], &[u8])> {
    let word = |n: usize| u32_at(page, at + 4 * n).and_then(|word| usize::try_from(word).ok());
    let key = at.checked_add(word(1)?)?;
    let value = key.checked_add(word(2)?)?;
    let end = value.checked_add(word(3)?)?;
    Some((word(0)? & 1 == 1, page.get(key..value)?, page.get(value..end)?))
}

fn bucket_of(value: &[u8]) -> Option<Bucket> {
    match u64_at(value, 0)? {
        0 => Some(Bucket::Inline(value.get(16..)?.to_owned())),
        page => Some(Bucket::Page(page)),
    }
}

fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().copied().map(u64::from_le_bytes)
}

#[cfg(test)]
mod tests;
