//! What an entry says: its file, its line in a table, its line in the log.

use super::time::moment_text;
use crate::disk::{EntryAt, EntryType, Moment, Trust};
use crate::render::{Count, Json, Sink, Style, one_line};
use crate::schema;
use crate::store::{Action, Index, Kind, ObjectFacts, State, Trouble, actions, conf_change, state_word};

/// Actions that a summary names before it only counts.
const NAMED: usize = 3;

/// Room for a summary as most are.
const USUAL: usize = 120;

/// Longest name in a summary, in characters.
const LONGEST: usize = 200;

/// The time of an entry.
#[derive(Clone, Copy, Default)]
pub(super) struct When {
    time: Option<Moment>,
    inherited: bool,
}

impl When {
    /// That of the entry at a place of the log.
    pub(super) fn of(index: &Index, place: u32) -> When {
        When { time: index.time(place), inherited: index.time_inherited(place) }
    }

    /// Its members in the entry's JSON.
    fn json<S: Sink>(self, json: &mut Json<'_, S>) {
        json.key("time");
        match self.time {
            Some(time) => json.string(&moment_text(time)),
            None => json.null(),
        }
        json.key("time_inherited");
        json.boolean(self.inherited);
    }

    /// How it stands in the entry's line in the log.
    fn text(self) -> String {
        self.time.map_or_else(|| "-".into(), moment_text)
    }

    /// How long it is there.
    pub(super) fn length_in_line(self) -> u64 {
        self.text().len() as u64
    }

    /// How long its members are in a compact object.
    pub(super) fn length_in_json(self) -> u64 {
        let mut count = Count(0);
        Json::new(Style::Compact, &mut count).object(|json| self.json(json));
        count.0
    }
}

/// An entry that is being shown, opened or not.
pub(super) struct Shown<'a> {
    pub(super) state: &'a State,
    pub(super) when: When,
    pub(super) entry: &'a EntryAt,
    pub(super) plain: Result<&'a [u8], Trouble>,
}

impl Shown<'_> {
    /// The entry as a JSON object.
    pub(super) fn json<S: Sink>(&self, json: &mut Json<'_, S>) {
        json.begin_object();
        json.key("index");
        json.number(self.entry.index.0);
        json.key("term");
        json.number(self.entry.term.0);
        json.key("type");
        match self.entry.kind {
            EntryType::NORMAL => json.string("EntryNormal"),
            EntryType::CONF_CHANGE => json.string("EntryConfChange"),
            EntryType::CONF_CHANGE_V2 => json.string("EntryConfChangeV2"),
            EntryType(number) => json.number(u64::from(number)),
        }
        self.when.json(json);
        json.key("summary");
        json.string(&self.summary());
        if matches!(self.entry.trust, Trust::Recovered | Trust::Unverified) {
            json.key("recovered");
            json.boolean(true);
        }
        match &self.plain {
            Ok(plain) => self.body(plain, json),
            Err(trouble) => {
                json.key(match trouble {
                    Trouble::Sealed(_) => "sealed",
                    _ => "damaged",
                });
                json.string(&self.why_not(trouble));
            }
        }
        json.end_object();
    }

    fn body<S: Sink>(&self, plain: &[u8], json: &mut Json<'_, S>) {
        match self.entry.kind {
            // A leader's first entry is empty: there is no request at all.
            EntryType::NORMAL if plain.is_empty() => {}
            EntryType::NORMAL => {
                json.key("request");
                json.message(&schema::INTERNAL_RAFT_REQUEST, plain);
            }
            EntryType::CONF_CHANGE => {
                json.key("conf_change");
                json.message(&schema::CONF_CHANGE, plain);
                let change = conf_change(plain);
                if !change.context.is_empty() {
                    json.key("member");
                    json.message(&schema::RAFT_MEMBER, change.context);
                }
            }
            EntryType::CONF_CHANGE_V2 => {
                json.key("conf_change_v2");
                json.message(&schema::CONF_CHANGE_V2, plain);
            }
            EntryType(_) => json.bytes("payload", plain),
        }
    }

    /// Its line in `log.txt`, without the newline: index, time, summary.
    pub(super) fn log_line(&self) -> String {
        format!("{:010} {} {}", self.entry.index.0, self.when.text(), self.summary())
    }

    /// Why it is not opened, in words.
    pub(super) fn why_not(&self, trouble: &Trouble) -> String {
        match trouble {
            Trouble::Sealed(error) => self.state.why_sealed_at(self.entry.index, error),
            Trouble::Damaged => "the record is damaged on disk; raft/ and check.txt say where".into(),
            Trouble::Unreadable(why) => one_line(why.as_bytes()).into_owned(),
            Trouble::Unusable(_) => "its content is not understood".into(),
        }
    }

    /// One line: what it does.
    fn summary(&self) -> String {
        let plain = match &self.plain {
            Ok(plain) => *plain,
            Err(Trouble::Sealed(_)) => return "sealed".into(),
            Err(_) => return "damaged".into(),
        };
        match self.entry.kind {
            EntryType::NORMAL if plain.is_empty() => format!("leader of term {} begins", self.entry.term),
            EntryType::NORMAL => request_summary(plain),
            EntryType::CONF_CHANGE => conf_change_summary(plain),
            EntryType::CONF_CHANGE_V2 => "membership change (ConfChangeV2)".into(),
            EntryType(number) => format!("entry of the unknown type {number}"),
        }
    }
}

fn request_summary(request: &[u8]) -> String {
    let mut text = String::with_capacity(USUAL);
    let mut count = 0;
    actions(request, |action| {
        count += 1;
        if count > NAMED {
            return;
        }
        if count > 1 {
            text.push_str(", ");
        }
        match action {
            Ok(action) => push_action(action.action, action.kind, action.object, &mut text),
            Err(_) => text.push_str("unknown action"),
        }
    });
    match count {
        0 => "empty request".into(),
        _ if count > NAMED => format!("{text} and {} more", count - NAMED),
        _ => text,
    }
}

/// `update task web.1.x4kq RUNNING`
pub(super) fn action_summary(action: Action, kind: Kind, object: &[u8]) -> String {
    let mut text = String::with_capacity(USUAL);
    push_action(action, kind, object, &mut text);
    text
}

fn push_action(action: Action, kind: Kind, object: &[u8], text: &mut String) {
    let facts = ObjectFacts::of(kind, object);
    let name = match &facts.name {
        Some(name) if !name.is_empty() => name,
        _ => facts.id,
    };
    push_named(action, kind, name, text);
    if action != Action::Remove
        && let Some(word) = state_word(kind, object)
    {
        text.push(' ');
        text.push_str(word);
    }
}

/// `remove secret doomed`
pub(super) fn named_summary(action: Action, kind: Kind, name: &[u8]) -> String {
    let mut text = String::with_capacity(USUAL);
    push_named(action, kind, name, &mut text);
    text
}

fn push_named(action: Action, kind: Kind, name: &[u8], text: &mut String) {
    for part in [action.word(), " ", kind.singular(), " "] {
        text.push_str(part);
    }
    push_shortened(&one_line(name), text);
}

fn conf_change_summary(bytes: &[u8]) -> String {
    let change = conf_change(bytes);
    let member = change.member();
    let who = match member.node_id.is_empty() {
        true => format!("raft id {}", change.node),
        false => format!("{} {} (raft id {})", shortened(&member.node_id), shortened(&member.addr), change.node),
    };
    match change.kind {
        0 => format!("add manager {who}"),
        1 => format!("remove manager {who}"),
        2 => format!("update manager {who}"),
        3 => format!("add learner {who}"),
        other => format!("membership change of the unknown type {other}: {who}"),
    }
}

fn shortened(text: &str) -> String {
    let mut short = String::new();
    push_shortened(text, &mut short);
    short
}

fn push_shortened(text: &str, to: &mut String) {
    // No character is shorter than a byte.
    let cut = if text.len() > LONGEST { text.char_indices().nth(LONGEST) } else { None };
    match cut {
        Some((end, _)) => {
            to.push_str(text.get(..end).unwrap_or_default());
            to.push('…');
        }
        None => to.push_str(text),
    }
}
