use super::super::testing::{fixture, fixtures, golden};
use super::super::{Kind, Source};
use super::*;

fn file_of(bytes: &[u8]) -> DiskFile {
    Source::of_files(&[("worker/tasks.db", bytes)]).open("worker/tasks.db").unwrap()
}

/// Task ids are the first field of what is stored.
fn named_by_its_data(task: &StoredTask) -> bool {
    task.data.as_ref().is_some_and(|data| data.get(..2) == Some(&[0x0a, 25]) && data.get(2..27) == Some(&task.id))
}

#[test]
fn every_fixture() {
    let mut tasks = 0;
    for name in fixtures() {
        let Ok(file) = fixture(&name).open("worker/tasks.db") else {
            continue;
        };
        let found = stored_tasks(&file).unwrap();
        assert!(found.faults.is_empty(), "{name}: {:?}", found.faults);
        assert!(found.tasks.iter().all(named_by_its_data), "{name}");
        tasks += found.tasks.len();
    }
    assert!(tasks > 30, "{tasks}");
}

#[test]
fn every_running_task_of_the_only_node() {
    let file = fixture("newest-stack").open("worker/tasks.db").unwrap();
    let tasks = stored_tasks(&file).unwrap().tasks;
    let engine: serde_json::Value =
        serde_json::from_slice(&golden("newest-stack", "engine/api-tasks.json").unwrap()).unwrap();
    let mut seen = 0;
    for task in engine.as_array().unwrap().iter().filter(|task| task["Status"]["State"] == "running") {
        let id = task["ID"].as_str().unwrap().as_bytes();
        let stored = tasks.iter().find(|stored| stored.id == id).unwrap();
        assert!(stored.assigned && stored.status.is_some());
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn a_damaged_meta_page_costs_nothing_but_the_newest() {
    let bytes = fixture("newest-stack").read("worker/tasks.db", 1 << 20).unwrap();
    for page in 0..2 {
        let mut damaged = bytes.clone();
        damaged[page * 4096 + 40] ^= 1;
        assert!(!stored_tasks(&file_of(&damaged)).unwrap().tasks.is_empty());
    }
    let mut damaged = bytes;
    damaged[40] ^= 1;
    damaged[4136] ^= 1;
    assert!(matches!(stored_tasks(&file_of(&damaged)), Err(DiskError::Bolt { page: 0, .. })));
}

#[test]
fn cut_anywhere() {
    let bytes = fixture("three-m1").read("worker/tasks.db", 1 << 20).unwrap();
    for len in (0..bytes.len()).step_by(509) {
        let _ = stored_tasks(&file_of(&bytes[..len]));
    }
}

/// What lies in a task's own bytes costs no other task; in the file's structure there is no checksum to tell by.
#[test]
fn a_flipped_bit_at_every_byte() {
    let bytes = fixture("three-m1").read("worker/tasks.db", 1 << 20).unwrap();
    let whole = stored_tasks(&file_of(&bytes)).unwrap().tasks;
    assert!(whole.len() > 1);
    let places = |data: &[u8]| -> Vec<std::ops::Range<usize>> {
        let starts = bytes.windows(data.len()).enumerate().filter(|(_, part)| *part == data);
        starts.map(|(start, _)| start..start + data.len()).collect()
    };
    // In freed pages there may be copies, which do not matter.
    let places: Vec<_> = whole.iter().map(|task| places(task.data.as_ref().unwrap())).collect();
    let mut damaged = bytes.clone();
    let mut changed = 0;
    for at in 0..bytes.len() {
        damaged[at] ^= 1 << (at % 8);
        let found = stored_tasks(&file_of(&damaged));
        if let Some(hit) = places.iter().position(|places| places.iter().any(|place| place.contains(&at))) {
            let found = found.unwrap().tasks;
            assert_eq!(found.len(), whole.len(), "{at}");
            let differing = (0..whole.len()).filter(|number| found[*number] != whole[*number]);
            changed += differing.inspect(|number| assert_eq!(*number, hit, "{at}")).count();
        }
        damaged[at] ^= 1 << (at % 8);
    }
    assert!(changed > 500, "{changed}");
}

#[test]
fn pointers_that_lie() {
    let source = fixture("newest-stack");
    assert_eq!(source.list("worker").unwrap()[0].kind, Kind::File);
    let bytes = source.read("worker/tasks.db", 1 << 20).unwrap();
    let pages = bytes.len() / 4096;
    let mut random = 1u64;
    for _ in 0..3000 {
        let mut damaged = bytes.clone();
        for _ in 0..4 {
            random = random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let (page, at) = ((random >> 33) as usize % pages, (random >> 20) as usize % 128);
            damaged[page.max(2) * 4096 + at] = (random >> 56) as u8;
        }
        let found = stored_tasks(&file_of(&damaged)).unwrap();
        let size: usize = found.tasks.iter().map(|task| task.data.as_ref().map_or(0, Vec::len)).sum();
        assert!(size <= 4 * bytes.len() + (1 << 20));
    }
}

/// A daemon that stops cleanly forgets its tasks; they stay in freed pages, which are not searched.
#[test]
fn an_empty_file_is_whole() {
    let found = stored_tasks(&fixture("stack-stopped").open("worker/tasks.db").unwrap()).unwrap();
    assert!(found.tasks.is_empty() && found.faults.is_empty());
}
