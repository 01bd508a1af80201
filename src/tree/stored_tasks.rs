//! `node/tasks/<id>.json`: the tasks that this node's agent was given, from `worker/tasks.db` (format 1.3).

use std::collections::HashMap;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use super::Ino;
use super::inode::Node;
use super::names::object_file;
use super::places::Numbered;
use super::view::{Named, View};
use crate::disk::StoredTask;
use crate::render::{Json, Sink, Style, decode_name, one_line};
use crate::schema;

/// The tasks as they were when they were read first.
#[derive(Default)]
pub(super) struct NodeTasks {
    read: OnceLock<Read>,
}

#[derive(Default)]
struct Read {
    /// By id: the number, and the place among the stored ones.
    rows: Vec<(Numbered, usize)>,
    /// The place of each number.
    places: HashMap<Ino, usize>,
}

/// A number that is another one as soon as the task says something else.
fn key(task: &StoredTask) -> Numbered {
    let mut digest = Sha256::new();
    for part in [Some(&task.id), task.data.as_ref(), task.status.as_ref()] {
        digest.update(part.map_or(u64::MAX, |part| part.len() as u64).to_le_bytes());
        digest.update(part.map_or(&[][..], |part| part));
    }
    digest.update([u8::from(task.assigned)]);
    let bits = digest.finalize().iter().take(7).fold(0, |bits, byte| bits << 8 | u64::from(*byte));
    Numbered { number: bits >> 20, place: (bits & ((1 << 20) - 1)) as u32 }
}

impl View {
    fn tasks(&self) -> &[StoredTask] {
        self.state.stored_tasks().as_ref().map(|stored| stored.tasks.as_slice()).unwrap_or_default()
    }

    fn tasks_read(&self) -> &Read {
        self.tasks.read.get_or_init(|| {
            let tasks = self.tasks();
            let mut rows: Vec<_> = tasks.iter().map(key).zip(0..).collect();
            let id = |at: usize| tasks.get(at).map(|task| task.id.as_slice());
            rows.sort_by_key(|(_, at)| id(*at));
            rows.dedup_by_key(|(_, at)| id(*at));
            let places = rows.iter().map(|(key, at)| (Node::StoredTask(*key).ino(), *at)).collect();
            Read { rows, places }
        })
    }

    pub(super) fn find_task(&self, name: &[u8]) -> Option<Node> {
        let (rows, tasks) = (&self.tasks_read().rows, self.tasks());
        let stem = std::str::from_utf8(name).ok()?.strip_suffix(".json")?;
        let named = |at: usize| tasks.get(at).is_some_and(|task| object_file(&task.id, ".json").as_bytes() == name);
        let row = match decode_name(stem) {
            Some(id) => {
                let found = rows.binary_search_by(|(_, at)| tasks.get(*at).map_or(&[][..], |task| &task.id).cmp(&id));
                rows.get(found.ok()?).filter(|(_, at)| named(*at))
            }
            // A shortened id cannot be read back, but no daemon writes one.
            None => rows.iter().find(|(_, at)| named(*at)),
        };
        row.map(|(key, _)| Node::StoredTask(*key))
    }

    pub(super) fn list_tasks(&self, behind: u64, each: &mut dyn FnMut(Named<'_>) -> bool) {
        let rows = self.tasks_read().rows.iter().zip(1..);
        for ((key, at), cookie) in rows.skip(usize::try_from(behind).unwrap_or(usize::MAX)) {
            let Some(task) = self.tasks().get(*at) else { continue };
            let name = object_file(&task.id, ".json");
            if !each(Named { name: name.as_bytes(), node: Node::StoredTask(*key), cookie }) {
                return;
            }
        }
    }

    /// A task as JSON, with a newline; false where there is no such task.
    pub(super) fn write_task<S: Sink>(&self, key: Numbered, sink: &mut S) -> bool {
        let at = self.tasks_read().places.get(&Node::StoredTask(key).ino());
        let Some(task) = at.and_then(|at| self.tasks().get(*at)) else { return false };
        let mut json = Json::new(Style::Pretty, &mut *sink);
        json.begin_object();
        json.bytes("id", &task.id);
        json.key("assigned").boolean(task.assigned);
        match &task.status {
            Some(status) => json.key("status").message(&schema::TASK_STATUS, status),
            None => json.key("status").null(),
        }
        match &task.data {
            Some(data) => json.key("task").message(&schema::TASK, data),
            None => json.key("task").null(),
        }
        json.end_object();
        sink.put(b"\n");
        true
    }

    /// Why not all tasks may be there.
    pub(super) fn why_tasks_incomplete(&self) -> Option<String> {
        if !self.state.layout().has_tasks {
            return Some("There is no worker/tasks.db: what this node was running is not known.\n".into());
        }
        match self.state.stored_tasks() {
            Err(why) => Some(format!("worker/tasks.db cannot be read: {}\n", one_line(why.as_bytes()))),
            Ok(tasks) if tasks.faults.is_empty() => None,
            Ok(tasks) => {
                let mut text = String::from("worker/tasks.db is damaged; tasks may be missing.\n\n");
                for fault in &tasks.faults {
                    text.push_str(&one_line(fault.to_string().as_bytes()));
                    text.push('\n');
                }
                Some(text)
            }
        }
    }
}
