//! What differs between two versions of an object: a walk over both texts at once. Values are borrowed from
//! the texts, so that next to nothing of the plaintext is copied into memory that nobody zeroizes: only long strings,
//! and names, that have escapes in them.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde::Deserialize;

use super::parts::{elements, members};
use crate::render::{Json, Sink};

/// Longer values are cut, in bytes of JSON.
const LONGEST: usize = 256;

/// Bytes of a value that are shown where it is cut.
const SHOWN: usize = 200;

/// Changes of one version that are told one by one.
const MOST: usize = 1000;

/// Levels that are walked into. The schema has far fewer.
const DEEPEST: usize = 64;

/// A step from a value to one within.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step<'a> {
    Member(Cow<'a, str>),
    Element(usize),
}

/// A member of an object: its name, and the text of its value.
type Member<'a> = (Cow<'a, str>, &'a str);

/// Writes a member `changes`, a list of `{"path": […], "old": …, "new": …}` in the order of the names; a value that
/// was not there, or is no more, is `null`. Both texts are JSON as this crate writes it.
pub(super) fn write_changes<S: Sink>(json: &mut Json<'_, S>, old: &[u8], new: &[u8]) {
    let mut walk = Walk { json, path: Vec::new(), count: 0 };
    walk.json.key("changes").begin_array();
    if let (Ok(old), Ok(new)) = (str::from_utf8(old), str::from_utf8(new)) {
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

/// The members of two objects by name, which none has twice; those that are the same in both only where they stand
/// between others.
fn by_name<'a>(
    old: impl Iterator<Item = (&'a str, &'a str)>,
    new: impl Iterator<Item = (&'a str, &'a str)>,
) -> [Vec<Member<'a>>; 2] {
    let named = |(name, value): (&'a str, &'a str)| (unescaped(name), value);
    let (mut old, mut new) = (old.fuse(), new.fuse());
    loop {
        match (old.next(), new.next()) {
            (Some(old), Some(new)) if old == new => {}
            (before, after) => {
                let mut old: Vec<_> = before.into_iter().chain(old).map(named).collect();
                let mut new: Vec<_> = after.into_iter().chain(new).map(named).collect();
                while old.last().is_some_and(|last| new.last() == Some(last)) {
                    old.pop();
                    new.pop();
                }
                old.sort_by(|(a, _), (b, _)| a.cmp(b));
                new.sort_by(|(a, _), (b, _)| a.cmp(b));
                return [old, new];
            }
        }
    }
}

/// A string without quotes and escapes.
fn unescaped(quoted: &str) -> Cow<'_, str> {
    #[derive(Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

    let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or(quoted);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    serde_json::from_str(quoted).map_or(Cow::Borrowed(inner), |Text(text)| text)
}

impl<'a, S: Sink> Walk<'_, 'a, '_, S> {
    fn compare(&mut self, old: Option<&'a str>, new: Option<&'a str>) {
        if old == new {
            return;
        }
        if let (Some(before), Some(after)) = (old, new)
            && self.path.len() < DEEPEST
        {
            if let (Some(before), Some(after)) = (members(before), members(after)) {
                let [before, after] = by_name(before, after);
                return self.compare_members(&before, &after);
            }
            if let (Some(mut before), Some(mut after)) = (elements(before), elements(after)) {
                let pairs = std::iter::from_fn(|| Some((before.next(), after.next())));
                let pairs = pairs.take_while(|(old, new)| old.is_some() || new.is_some());
                for (at, (old, new)) in pairs.enumerate() {
                    self.within(Step::Element(at), old, new);
                }
                return;
            }
        }
        self.count += 1;
        if self.count <= MOST {
            self.change(old, new);
        }
    }

    fn compare_members(&mut self, mut before: &[Member<'a>], mut after: &[Member<'a>]) {
        loop {
            let order = match (before.first(), after.first()) {
                (Some((old, _)), Some((new, _))) => old.cmp(new),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => return,
            };
            let old = if order.is_le() { before.split_off_first() } else { None };
            let new = if order.is_ge() { after.split_off_first() } else { None };
            if let Some((name, _)) = old.or(new) {
                self.within(Step::Member(name.clone()), old.map(|(_, value)| *value), new.map(|(_, value)| *value));
            }
        }
    }

    fn within(&mut self, step: Step<'a>, old: Option<&'a str>, new: Option<&'a str>) {
        if old != new {
            self.path.push(step);
            self.compare(old, new);
            self.path.pop();
        }
    }

    fn change(&mut self, old: Option<&str>, new: Option<&str>) {
        self.json.begin_object();
        self.json.key("path").begin_array();
        for step in &self.path {
            match step {
                Step::Member(name) if name.len() > LONGEST => cut(self.json, name),
                Step::Member(name) => self.json.string(name),
                Step::Element(at) => self.json.number(*at as u64),
            }
        }
        self.json.end_array();
        for (key, value) in [("old", old), ("new", new)] {
            self.json.key(key);
            self.value(value);
        }
        self.json.end_object();
    }

    fn value(&mut self, text: Option<&str>) {
        match text {
            None => self.json.null(),
            Some(text) if text.len() <= LONGEST => self.json.raw(text.as_bytes()),
            Some(text) if text.starts_with('"') => cut(self.json, &unescaped(text)),
            Some(text) => cut(self.json, text),
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
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::render::Style;
    use crate::render::tests::differences;

    fn changes(old: &Value, new: &Value) -> Value {
        changes_of(&old.to_string(), &new.to_string())
    }

    fn changes_of(old: &str, new: &str) -> Value {
        let mut text = Vec::new();
        let mut json = Json::new(Style::Compact, &mut text);
        json.begin_object();
        write_changes(&mut json, old.as_bytes(), new.as_bytes());
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

    /// The text of a value, the members of its objects in an order that is not that of their names.
    fn shuffled(value: &Value, turn: usize) -> String {
        let joined = |parts: Vec<String>| parts.join(",");
        match value {
            Value::Object(members) => {
                let member = |(name, value)| format!("{}:{}", json!(name), shuffled(value, turn));
                let mut members: Vec<_> = members.iter().map(member).collect();
                let by = turn % members.len().max(1);
                members.rotate_left(by);
                format!("{{{}}}", joined(members))
            }
            Value::Array(elements) => {
                format!("[{}]", joined(elements.iter().map(|element| shuffled(element, turn)).collect()))
            }
            other => other.to_string(),
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let name = || prop_oneof![4 => "[a-c]{1,2}", 1 => any::<String>()];
        // No `null`: that is what absent ones look like.
        let scalar = prop_oneof![
            (0..3).prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            name().prop_map(Value::from)
        ];
        scalar.prop_recursive(4, 40, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(name(), inner, 0..5).prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn as_found_between_parsed_values(
            [old, new, shared] in [any_value(), any_value(), any_value()],
            turns in [0usize..4, 0..4],
        ) {
            let (old, new) = (json!({"x": old, "s": shared, "y": 1}), json!({"y": 1, "s": shared, "x": new}));
            let wanted = differences(&old, &new);
            let uncut = |value: &Value| value.to_string().len() <= LONGEST;
            prop_assume!(wanted.iter().all(|change| uncut(&change["old"]) && uncut(&change["new"])));
            let found = changes_of(&shuffled(&old, turns[0]), &shuffled(&new, turns[1]));
            prop_assert_eq!(&found["changes"], &Value::from(wanted));
        }
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
