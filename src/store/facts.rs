//! What the index notes of an object or an action: a short look at the wire, no decoded message.

use std::borrow::Cow;

use super::Kind;
use crate::disk::Moment;
use crate::schema::{
    self,
    wire::{Fields, Value},
};

/// What a store action does (format 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Action {
    /// The object is new.
    Create,
    /// The object takes the place of its predecessor.
    Update,
    /// The object is gone; the action carries its last state.
    Remove,
    /// The object stands in a snapshot, and the log no longer holds the entry that wrote it.
    Snapshot,
    /// The object is missing in a snapshot, and the log no longer holds the entry that removed it.
    Absent,
}

impl Action {
    /// The word in summaries and file names.
    pub fn word(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Update => "update",
            Action::Remove => "remove",
            Action::Snapshot => "snapshot",
            Action::Absent => "absent",
        }
    }

    /// True if the object exists after this action.
    pub fn leaves_object(self) -> bool {
        matches!(self, Action::Create | Action::Update | Action::Snapshot)
    }

    /// All, by number.
    const ALL: [Action; 5] = [Action::Create, Action::Update, Action::Remove, Action::Snapshot, Action::Absent];

    /// The action whose number (`action as u8`) this is.
    pub(super) fn numbered(number: u32) -> Option<Action> {
        Action::ALL.get(number as usize).copied()
    }

    fn of_wire(number: u64) -> Option<Action> {
        // Varints are cut to the field's width (format 9.2).
        match number as u32 {
            1 => Some(Action::Create),
            2 => Some(Action::Update),
            3 => Some(Action::Remove),
            _ => None,
        }
    }
}

/// What is noted of one object.
#[derive(Debug, Default)]
pub struct ObjectFacts<'a> {
    /// Its id; may be empty.
    pub id: &'a [u8],
    /// Its name (format 8); `None` where the kind's name can be missing and is.
    pub name: Option<Cow<'a, [u8]>>,
    /// `meta.updated_at`, where it makes sense.
    pub updated: Option<Moment>,
    /// `meta.version.index`.
    pub version: u64,
}

impl<'a> ObjectFacts<'a> {
    /// Looks at an object of `kind`. What cannot be parsed is left at its default.
    pub fn of(kind: Kind, object: &'a [u8]) -> ObjectFacts<'a> {
        let mut facts = ObjectFacts::default();
        let mut own_name: Option<&'a [u8]> = None;
        let mut service_name: &[u8] = b"";
        let mut node: &[u8] = b"";
        let mut slot = 0;
        for field in Fields::new(object).readable() {
            match (kind, field.number, field.value) {
                (_, 1, Value::Bytes(id)) => facts.id = id,
                (_, 2, Value::Bytes(meta)) => facts.note_meta(meta),
                (Kind::Node, 4, Value::Bytes(description)) => own_name = Some(text(description, 1)),
                (Kind::Task, 5, Value::Varint(number)) => slot = number,
                (Kind::Task, 6, Value::Bytes(id)) => node = id,
                (Kind::Task, 7, Value::Bytes(annotations)) => own_name = last(annotations, 1).or(own_name),
                (Kind::Task, 8, Value::Bytes(annotations)) => {
                    service_name = last(annotations, 1).unwrap_or(service_name)
                }
                (Kind::Extension | Kind::Resource, 3, Value::Bytes(annotations)) => {
                    own_name = last(annotations, 1).or(own_name);
                }
                (Kind::Node | Kind::Task, 3, _) => {}
                (_, 3, Value::Bytes(spec)) => {
                    own_name = last(spec, 1).and_then(|annotations| last(annotations, 1)).or(own_name);
                }
                _ => {}
            }
        }
        facts.name = match (kind, own_name) {
            (Kind::Node, name) => name.map(Cow::Borrowed),
            (Kind::Task, None | Some(b"")) => Some(Cow::Owned(task_name(service_name, slot, node, facts.id))),
            (_, name) => Some(Cow::Borrowed(name.unwrap_or(b""))),
        };
        facts
    }

    fn note_meta(&mut self, meta: &[u8]) {
        for field in Fields::new(meta).readable() {
            match (field.number, field.value) {
                (1, Value::Bytes(version)) => self.version = number(version, 1),
                (3, Value::Bytes(updated)) => self.updated = moment(updated),
                _ => {}
            }
        }
    }
}

/// A task without a name of its own is `<service>.<slot>.<id>`, a global one `<service>.<node>.<id>` (format 8).
fn task_name(service: &[u8], slot: u64, node: &[u8], id: &[u8]) -> Vec<u8> {
    let slot = match slot {
        0 => node.to_vec(),
        slot => slot.to_string().into_bytes(),
    };
    [service, &slot, id].join(&b'.')
}

/// One action of a request, and where its object lies in the plaintext.
pub struct ActionFacts<'a> {
    /// What it does.
    pub action: Action,
    /// The kind of its object.
    pub kind: Kind,
    /// The object's bytes.
    pub object: &'a [u8],
    /// Where they begin in the plaintext.
    pub start: usize,
}

/// Why a request, or an action in it, says nothing to the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// The bytes are no message.
    Malformed,
    /// The action is UNKNOWN or a number of the future, or it carries no object.
    UnknownAction,
    /// There are more actions, or they lie further apart, than can be told apart.
    TooMany,
}

/// Calls `each` for every action of an `InternalRaftRequest`, in order.
pub fn actions<'a>(request: &'a [u8], mut each: impl FnMut(Result<ActionFacts<'a>, Unusable>)) {
    for field in Fields::new(request) {
        match field.map(|field| (field.number, field.value)) {
            Ok((2, Value::Bytes(action))) => each(one_action(request, action)),
            Ok(_) => {}
            Err(_) => return each(Err(Unusable::Malformed)),
        }
    }
}

fn one_action<'a>(request: &'a [u8], bytes: &'a [u8]) -> Result<ActionFacts<'a>, Unusable> {
    let mut action = 0;
    let mut target = None;
    for field in Fields::new(bytes) {
        let field = field.map_err(|_| Unusable::Malformed)?;
        match (field.number, field.value) {
            (1, Value::Varint(number)) => action = number,
            (number, Value::Bytes(object)) => {
                target = Kind::of_action_field(number).map(|kind| (kind, object)).or(target)
            }
            _ => {}
        }
    }
    let (kind, object) = target.ok_or(Unusable::UnknownAction)?;
    let action = Action::of_wire(action).ok_or(Unusable::UnknownAction)?;
    // Both slices borrow from the same buffer, so the distance is the position.
    let start = object.as_ptr() as usize - request.as_ptr() as usize;
    Ok(ActionFacts { action, kind, object, start })
}

/// A `google.protobuf.Timestamp`, where it lies between the years 1 and 9999.
fn moment(timestamp: &[u8]) -> Option<Moment> {
    let seconds = number(timestamp, 1) as i64;
    let nanos = number(timestamp, 2) as i32;
    let sane = (-62_135_596_800..=253_402_300_799).contains(&seconds) && (0..1_000_000_000).contains(&nanos);
    sane.then_some(Moment { seconds, nanos: nanos as u32 })
}

/// The last occurrence of a length-delimited field.
pub(super) fn last(message: &[u8], wanted: u32) -> Option<&[u8]> {
    let mut found = None;
    for field in Fields::new(message).readable() {
        if let (number, Value::Bytes(bytes)) = (field.number, field.value)
            && number == wanted
        {
            found = Some(bytes);
        }
    }
    found
}

/// The last occurrence of a length-delimited field, empty where there is none.
pub(super) fn text(message: &[u8], wanted: u32) -> &[u8] {
    last(message, wanted).unwrap_or_default()
}

/// The last occurrence of a varint field, 0 where there is none.
pub(super) fn number(message: &[u8], wanted: u32) -> u64 {
    let mut found = 0;
    for field in Fields::new(message).readable() {
        if let (number, Value::Varint(value)) = (field.number, field.value)
            && number == wanted
        {
            found = value;
        }
    }
    found
}

/// The payload of a secret or config: `spec.data`, empty where there is none.
pub fn payload(object: &[u8]) -> &[u8] {
    let mut found: &[u8] = b"";
    for field in Fields::new(object).readable() {
        if let (3, Value::Bytes(spec)) = (field.number, field.value) {
            found = last(spec, 2).unwrap_or(found);
        }
    }
    found
}

/// The state that a task or node was last seen in: `RUNNING`, `READY`.
pub fn state_word(kind: Kind, object: &[u8]) -> Option<&'static str> {
    let (status, state, names) = match kind {
        Kind::Task => (9, 2, &schema::TASK_STATE),
        Kind::Node => (5, 1, &schema::NODE_STATUS_STATE),
        _ => return None,
    };
    names.name_of(number(last(object, status)?, state) as i32)
}

/// `meta.created_at` of an object.
pub(super) fn created(object: &[u8]) -> Option<Moment> {
    moment(last(last(object, 2)?, 2)?)
}
