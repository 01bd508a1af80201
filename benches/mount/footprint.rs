//! Memory for each entry and each action, counted by the allocator: what stays once the log was read.

use std::alloc::{GlobalAlloc, Layout, System};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use swarmfs::disk::Source;
use swarmfs::store::State;

use super::kit::objects::{self, Action, Kind, Meta};
use super::kit::writer::Member;
use super::made;
use super::table::Table;

/// The system's allocator, with a count of what is held.
struct Counting;

static HELD: AtomicU64 = AtomicU64::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: every call goes to the system's allocator as it came, so all that it promises holds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: the caller keeps the promises that this call needs.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        HELD.fetch_add(size as u64, Ordering::Relaxed);
        HELD.fetch_sub(layout.size() as u64, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// What an opened state holds.
struct Held {
    entries: u64,
    log: u64,
    index: u64,
}

fn held(path: &Path) -> anyhow::Result<Held> {
    let now = || HELD.load(Ordering::Relaxed);
    let state = State::open(Source::folder(path)?, &[]).context("it opens")?;
    let before = now();
    let entries = state.log().entries.len() as u64;
    let log = now().saturating_sub(before);
    state.index();
    Ok(Held { entries, log, index: now().saturating_sub(before + log) })
}

/// Prints bytes an entry, an action and an object.
pub(crate) fn measure(entries: u64) -> anyhow::Result<()> {
    println!("# Memory that is held for {entries} entries, in bytes");
    const MORE: u64 = 10;
    let one = held(&updates(entries, 1)?.path)?;
    let many = held(&updates(entries, 1 + MORE)?.path)?;
    let busy = held(&made::busy(entries)?.path)?;
    let each = |bytes: u64, count: u64| bytes as f64 / count as f64;
    let action = each(many.index.saturating_sub(one.index), MORE * one.entries);
    let entry = each(one.log + one.index, one.entries) - action;
    let mut table = Table::new(&["", "bytes"]);
    table.row(["an entry".to_owned(), format!("{entry:.1}")]);
    table.row(["an action".to_owned(), format!("{action:.1}")]);
    let whole = each(busy.log + busy.index, busy.entries);
    table.row(["an entry of a busy cluster, with its action and objects".to_owned(), format!("{whole:.1}")]);
    table.row(["of that, the log's".to_owned(), format!("{:.1}", each(busy.log, busy.entries))]);
    table.print();
    Ok(())
}

/// A log in which one object changes so many times in each entry.
fn updates(entries: u64, actions: u64) -> anyhow::Result<made::Made> {
    made::write(|writer| {
        writer.add_member(0, &Member::own())?;
        for index in 2..=entries {
            let time = (1_795_000_000 + index.cast_signed(), 0);
            let meta = Meta { id: "object".to_owned(), version: index - 1, created: (1, 0), updated: time };
            let object = objects::payload(&meta, "name", &[], b"payload");
            let action = if index == 2 { Action::Create } else { Action::Update };
            let actions = (0..actions).map(|_| (action, Kind::Secret, object.as_slice()));
            writer.normal(&objects::request(index, actions))?;
            writer.commit(index)?;
        }
        Ok(())
    })
}
