//! What differs between two versions of an object: a walk over both texts at once. Values are borrowed from
//! the texts, so that nothing of the plaintext is copied into memory that nobody zeroizes.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::render::{Json, Sink};

/// Longer values are cut, in bytes of JSON.
const LONGEST: usize = 256;

/// Bytes of a value that are shown where it is cut.
const SHOWN: usize = 200;

/// Changes of one version that are told one by one.
const MOST: usize = 1000;

/// Levels that are walked into. The schema has far fewer.
const DEEPEST: usize = 64;

/// A name of a member.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// A step from a value to one within.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step<'a> {
    Member(Key<'a>),
    Element(usize),
}

/// Writes a member `changes`, a list of `{"path": […], "old": …, "new": …}` in the order of the names; a value that
/// was not there, or is no more, is `null`. Both texts are JSON as this crate writes it.
pub(super) fn write_changes<S: Sink>(json: &mut Json<'_, S>, old: &[u8], new: &[u8]) {
    let mut walk = Walk { json, path: Vec::new(), count: 0 };
    walk.json.key("changes").begin_array();
    if let (Ok(old), Ok(new)) = (serde_json::from_slice(old), serde_json::from_slice(new)) {
        walk.compare(Some(old), Some(new));
    }
    let count = walk.count;
    json.end_array();
    if count > MOST {
        json.key("changes_left_out").number((count - MOST) as u64);
    }
}

struct Walk<'w, 'a, 's, S: Sink> {
    json: &'w mut Json<'s, S>,
    path: Vec<Step<'a>>,
    count: usize,
}

type Members<'a> = BTreeMap<Key<'a>, &'a RawValue>;

fn members(value: &RawValue) -> Option<Members<'_>> {
    value.get().starts_with('{').then(|| serde_json::from_str(value.get()).ok())?
}

fn elements(value: &RawValue) -> Option<Vec<&RawValue>> {
    value.get().starts_with('[').then(|| serde_json::from_str(value.get()).ok())?
}

impl<'a, S: Sink> Walk<'_, 'a, '_, S> {
    fn compare(&mut self, old: Option<&'a RawValue>, new: Option<&'a RawValue>) {
        if old.map(RawValue::get) == new.map(RawValue::get) {
            return;
        }
        if let (Some(before), Some(after)) = (old, new)
            && self.path.len() < DEEPEST
        {
            if let (Some(before), Some(after)) = (members(before), members(after)) {
                let names: BTreeSet<&Key<'a>> = before.keys().chain(after.keys()).collect();
                for name in names {
                    self.path.push(Step::Member(name.clone()));
                    self.compare(before.get(name).copied(), after.get(name).copied());
                    self.path.pop();
                }
                return;
            }
            if let (Some(before), Some(after)) = (elements(before), elements(after)) {
                for at in 0..before.len().max(after.len()) {
                    self.path.push(Step::Element(at));
                    self.compare(before.get(at).copied(), after.get(at).copied());
                    self.path.pop();
                }
                return;
            }
        }
        self.count += 1;
        if self.count <= MOST {
            self.change(old, new);
        }
    }

    fn change(&mut self, old: Option<&RawValue>, new: Option<&RawValue>) {
        self.json.begin_object();
        self.json.key("path").begin_array();
        for step in &self.path {
            match step {
                Step::Member(Key(name)) if name.len() > LONGEST => cut(self.json, name),
                Step::Member(Key(name)) => self.json.string(name),
                Step::Element(at) => self.json.number(*at as u64),
            }
        }
        self.json.end_array();
        for (key, value) in [("old", old), ("new", new)] {
            self.json.key(key);
            self.value(value.map(RawValue::get));
        }
        self.json.end_object();
    }

    fn value(&mut self, text: Option<&str>) {
        match text {
            None => self.json.null(),
            Some(text) if text.len() <= LONGEST => self.json.raw(text.as_bytes()),
            Some(text) => match serde_json::from_str(text) {
                Ok(Key(string)) => cut(self.json, &string),
                Err(_) => cut(self.json, text),
            },
        }
    }
}

/// `{"cut": "the beginning", "length": 4096}`, the length in bytes of the text.
fn cut<S: Sink>(json: &mut Json<'_, S>, text: &str) {
    json.begin_object();
    let end = (0..=SHOWN).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    json.key("cut").string(text.get(..end).unwrap_or_default());
    json.key("length").number(text.len() as u64);
    json.end_object();
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::render::Style;

    fn changes(old: &Value, new: &Value) -> Value {
        let mut text = Vec::new();
        let mut json = Json::new(Style::Compact, &mut text);
        json.begin_object();
        write_changes(&mut json, old.to_string().as_bytes(), new.to_string().as_bytes());
        json.end_object();
        serde_json::from_slice(&text).unwrap()
    }

    #[test]
    fn fields_elements_and_what_comes_and_goes() {
        let old = json!({"id": "x", "spec": {"labels": {"a/b": "1", "é\n": "2"}, "args": ["a", "b"]}, "status": {}});
        let new = json!({"id": "x", "spec": {"labels": {"a/b": "3"}, "args": ["a", "c", "d"]}, "endpoint": {"p": 1}});
        assert_eq!(
            changes(&old, &new),
            json!({"changes": [
                {"path": ["endpoint"], "old": null, "new": {"p": 1}},
                {"path": ["spec", "args", 1], "old": "b", "new": "c"},
                {"path": ["spec", "args", 2], "old": null, "new": "d"},
                {"path": ["spec", "labels", "a/b"], "old": "1", "new": "3"},
                {"path": ["spec", "labels", "é\n"], "old": "2", "new": null},
                {"path": ["status"], "old": {}, "new": null},
            ]})
        );
        assert_eq!(changes(&old, &old), json!({"changes": []}));
    }

    #[test]
    fn long_values_are_cut_and_tell_their_length() {
        let long = "\"é".repeat(500);
        let shown = &long[..SHOWN - 1];
        let change = &changes(&json!({"data": "a"}), &json!({"data": long.clone()}))["changes"][0];
        assert_eq!(change["new"], json!({"cut": shown, "length": 1500}));
        let change = &changes(&json!({ long.clone(): 1 }), &json!({ long.clone(): vec![0; 300] }))["changes"][0];
        assert_eq!(change["path"], json!([{"cut": shown, "length": 1500}]));
        assert_eq!(change["new"]["length"], 601);
    }

    #[test]
    fn many_changes_are_counted_and_depth_is_bounded() {
        let told = changes(&json!(vec![0; 1200]), &json!(vec![1; 1200]));
        assert_eq!(told["changes"].as_array().unwrap().len(), MOST);
        assert_eq!(told["changes_left_out"], 200);
        let deep = |end: &str| format!("{}{end}{}", "[".repeat(100), "]".repeat(100));
        let deep = |end| serde_json::from_str(&deep(end)).unwrap();
        let told = changes(&deep("1"), &deep("2"));
        assert_eq!(told["changes"][0]["path"].as_array().unwrap().len(), DEEPEST);
    }
}
