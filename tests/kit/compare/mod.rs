//! The comparing program: a mounted or exported tree against a golden folder. It reads nothing but folders, so it
//! says the same of a real mount and of a copy.

mod log;
mod values;

#[allow(unused_imports, reason = "not every binary that includes the kit compares single messages")]
pub use values::message;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::objects::Kind;
use super::oracle::Oracle;

/// What differs, and how much was looked at.
#[derive(Clone, Debug, Default)]
pub struct Differences {
    found: Vec<String>,
    /// Objects that were compared.
    pub objects: usize,
    /// Payloads that were compared.
    pub payloads: usize,
    /// Entries that were compared.
    pub entries: usize,
    /// Log records that were compared.
    pub records: usize,
}

impl Differences {
    /// Notes a difference.
    pub fn add(&mut self, path: &str, what: impl fmt::Display) {
        self.found.push(format!("{path}: {what}"));
    }

    /// Everything that differs, a line each.
    pub fn found(&self) -> &[String] {
        &self.found
    }

    /// Fails a test that expected none.
    #[track_caller]
    pub fn expect_none(&self, what: &str) {
        assert!(self.found.is_empty(), "{what}: {self}");
    }
}

impl fmt::Display for Differences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 100;
        let Differences { found, objects, payloads, entries, records } = self;
        for line in found.iter().take(SHOWN) {
            writeln!(f, "{line}")?;
        }
        if found.len() > SHOWN {
            writeln!(f, "… and {} more", found.len() - SHOWN)?;
        }
        write!(
            f,
            "{} differences; compared {objects} objects, {payloads} payloads, {entries} entries, {records} records",
            found.len()
        )
    }
}

/// Compares everything that the oracle knows with the tree at `tree`.
pub fn compare(tree: &Path, oracle: &Oracle) -> io::Result<Differences> {
    let mut differences = Differences::default();
    if let Some(store) = oracle.store()? {
        objects(tree, &store["store"], &mut differences)?;
        for kind in [Kind::Secret, Kind::Config] {
            payloads(tree, kind, &store["store"], &mut differences)?;
            if let Some(expected) = oracle.expected(kind.folder())? {
                for (name, data) in &expected {
                    payload(tree, kind, name, data, &mut differences);
                }
            }
        }
    }
    log::entries(tree, &oracle.entries()?, &mut differences)?;
    log::hard_state(tree, oracle.hard_state()?, &mut differences)?;
    log::records(tree, &oracle.segments()?, &mut differences)?;
    Ok(differences)
}

/// `objects/`: every object of every kind, by id and by name, against the lists of a store.
pub fn objects(tree: &Path, store: &Value, differences: &mut Differences) -> io::Result<()> {
    for kind in Kind::ALL {
        let folder = tree.join("objects").join(kind.folder());
        let place = format!("objects/{}", kind.folder());
        let none = Vec::new();
        let expected = store[kind.folder()].as_array().unwrap_or(&none);
        let mut shown = shown_objects(&folder, &place, differences)?;
        let mut holders: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for object in expected {
            let id = object["id"].as_str().unwrap_or_default();
            differences.objects += 1;
            match shown.remove(id) {
                Some((file, actual)) => {
                    if is_plain(id) && file != format!("{id}.json") {
                        differences.add(&place, format!("{id} is in {file}"));
                    }
                    values::message(kind.message(), object, &actual, &format!("{place}/{file}"), differences);
                }
                None => differences.add(&place, format!("{id:?} is missing")),
            }
            if let Some(name) = name_of(kind, object) {
                holders.entry(name).or_default().push(id.to_owned());
            }
        }
        for (id, (file, _)) in shown {
            differences.add(&place, format!("{file} ({id:?}) is no object of the store"));
        }
        by_name(&folder.join("by-name"), &format!("{place}/by-name"), &holders, differences);
    }
    Ok(())
}

type Shown = BTreeMap<String, (String, Value)>;

/// The objects in a folder by the id that they bear; the id of what is no UTF-8 is as the oracle has it.
fn shown_objects(folder: &Path, place: &str, differences: &mut Differences) -> io::Result<Shown> {
    let mut shown = Shown::new();
    let rows = match fs::read_dir(folder) {
        Ok(rows) => rows,
        Err(error) => {
            differences.add(place, error);
            return Ok(shown);
        }
    };
    for row in rows {
        let row = row?;
        let file = row.file_name().to_string_lossy().into_owned();
        if file == "by-name" || file == "_INCOMPLETE.txt" {
            continue;
        }
        let text = fs::read(row.path())?;
        let Ok(object) = serde_json::from_slice::<Value>(&text) else {
            differences.add(place, format!("{file} is no JSON"));
            continue;
        };
        if text.last() != Some(&b'\n') {
            differences.add(place, format!("{file} does not end with a newline"));
        }
        let encoded = object["id_base64"].as_str().and_then(|text| STANDARD.decode(text).ok());
        let id = match (object["id"].as_str(), encoded) {
            (Some(id), _) => id.to_owned(),
            (None, Some(bytes)) => values::oracle_text(&bytes),
            (None, None) => {
                differences.add(place, format!("{file} bears no id"));
                continue;
            }
        };
        if let Some((other, _)) = shown.insert(id.clone(), (file.clone(), object)) {
            differences.add(place, format!("{file} and {other} bear the same id {id:?}"));
        }
    }
    Ok(shown)
}

/// The name of an object (format 8), where it has one.
pub fn name_of(kind: Kind, object: &Value) -> Option<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match kind {
        Kind::Node => object.get("description").filter(|value| !value.is_null()).map(|value| text(&value["hostname"])),
        Kind::Task => {
            let name = text(&object["annotations"]["name"]);
            if !name.is_empty() {
                return Some(name);
            }
            let slot = match object["slot"].as_u64().unwrap_or(0) {
                0 => text(&object["node_id"]),
                slot => slot.to_string(),
            };
            Some(format!("{}.{slot}.{}", text(&object["service_annotations"]["name"]), text(&object["id"])))
        }
        Kind::Extension | Kind::Resource => Some(text(&object["annotations"]["name"])),
        _ => Some(text(&object["spec"]["annotations"]["name"])),
    }
}

/// Whether a name or an id is shown as it is: no byte of it needs encoding.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !name.is_empty() && !name.starts_with('.') && name.len() < 200 && name.bytes().all(plain)
}

fn by_name(folder: &Path, place: &str, holders: &BTreeMap<String, Vec<String>>, differences: &mut Differences) {
    for (name, ids) in holders.iter().filter(|(name, _)| is_plain(name)) {
        let targets: BTreeSet<String> = ids.iter().map(|id| format!("../{id}.json")).collect();
        if !ids.iter().all(|id| is_plain(id)) {
            continue;
        }
        let link = |file: &str| fs::read_link(folder.join(file)).map(|target| target.to_string_lossy().into_owned());
        match link(&format!("{name}.json")) {
            Ok(target) if targets.contains(&target) => {}
            Ok(target) => differences.add(place, format!("{name}.json leads to {target}, expected {targets:?}")),
            Err(error) => differences.add(place, format!("{name}.json: {error}")),
        }
        for id in ids.iter().filter(|id| name.len() + id.len() < 240) {
            match link(&format!("{name}~{id}.json")) {
                Ok(target) if target == format!("../{id}.json") => {}
                Ok(target) => differences.add(place, format!("{name}~{id}.json leads to {target}")),
                Err(error) => differences.add(place, format!("{name}~{id}.json: {error}")),
            }
        }
    }
}

/// `secrets/` or `configs/` against the store.
fn payloads(tree: &Path, kind: Kind, store: &Value, differences: &mut Differences) -> io::Result<()> {
    let none = Vec::new();
    let mut expected = BTreeMap::new();
    let mut all_plain = true;
    for object in store[kind.folder()].as_array().unwrap_or(&none) {
        let name = name_of(kind, object).unwrap_or_default();
        // Great payloads may be left out here; then they are in `expected/`.
        let data = object["spec"]["data"].as_str().and_then(|text| STANDARD.decode(text).ok());
        all_plain &= is_plain(&name);
        expected.insert(name, data);
    }
    for (name, data) in &expected {
        if let (true, Some(data)) = (is_plain(name), data) {
            payload(tree, kind, name, data, differences);
        }
    }
    if all_plain {
        nothing_else(tree, kind, |name| expected.contains_key(name), differences)?;
    }
    Ok(())
}

/// `secrets/` or `configs/` against payloads by name: these, byte for byte, and no others.
pub fn payload_files(
    tree: &Path,
    kind: Kind,
    expected: &BTreeMap<String, Vec<u8>>,
    differences: &mut Differences,
) -> io::Result<()> {
    for (name, data) in expected {
        payload(tree, kind, name, data, differences);
    }
    nothing_else(tree, kind, |name| expected.contains_key(name), differences)
}

fn payload(tree: &Path, kind: Kind, name: &str, data: &[u8], differences: &mut Differences) {
    differences.payloads += 1;
    let place = format!("{}/{name}", kind.folder());
    match fs::read(tree.join(&place)) {
        Ok(shown) if shown == data => {}
        Ok(shown) => {
            let at = shown.iter().zip(data).position(|(a, b)| a != b).unwrap_or(shown.len().min(data.len()));
            differences.add(&place, format!("{} bytes, expected {}; differs from byte {at}", shown.len(), data.len()));
        }
        Err(error) => differences.add(&place, error),
    }
}

fn nothing_else(
    tree: &Path,
    kind: Kind,
    is_expected: impl Fn(&str) -> bool,
    differences: &mut Differences,
) -> io::Result<()> {
    let place = kind.folder();
    let rows = match fs::read_dir(tree.join(place)) {
        Ok(rows) => rows,
        Err(error) => {
            differences.add(place, error);
            return Ok(());
        }
    };
    for row in rows {
        let name = row?.file_name().to_string_lossy().into_owned();
        let bare = name.split_once('~').map_or(name.as_str(), |(bare, _)| bare);
        if name != "_INCOMPLETE.txt" && !is_expected(bare) {
            differences.add(place, format!("{name} is not expected"));
        }
    }
    Ok(())
}
