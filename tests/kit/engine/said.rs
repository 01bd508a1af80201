//! What a daemon says of its swarm, and whether a tree says the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::Engine;
use crate::kit::compare::Differences;
use crate::kit::objects::Kind;

/// The objects of each kind as `docker inspect` shows them.
pub type Said = BTreeMap<Kind, Vec<Value>>;

/// Asks the daemon for everything.
pub fn ask(engine: &Engine) -> Result<Said, String> {
    let mut said = Said::new();
    let lists: [(Kind, &str, &[&str]); 5] = [
        (Kind::Node, "node", &["node", "ls", "-q"]),
        (Kind::Service, "service", &["service", "ls", "-q"]),
        (Kind::Secret, "secret", &["secret", "ls", "-q"]),
        (Kind::Config, "config", &["config", "ls", "-q"]),
        (Kind::Network, "network", &["network", "ls", "-q", "--no-trunc", "--filter", "scope=swarm"]),
    ];
    for (kind, noun, list) in lists {
        let ids = engine.docker(list)?;
        said.insert(kind, inspect(engine, noun, ids.lines())?);
    }
    let services = engine.docker(["service", "ls", "-q"])?;
    let mut tasks = Vec::new();
    for service in services.lines() {
        let ids = engine.docker(["service", "ps", "-q", "--no-trunc", service])?;
        tasks.extend(inspect(engine, "task", ids.lines())?);
    }
    said.insert(Kind::Task, tasks);
    Ok(said)
}

fn inspect<'a>(engine: &Engine, noun: &str, ids: impl Iterator<Item = &'a str>) -> Result<Vec<Value>, String> {
    let ids: Vec<&str> = ids.collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut args = if noun == "task" { vec!["inspect", "--type", "task"] } else { vec![noun, "inspect"] };
    args.extend(ids);
    serde_json::from_str(&engine.docker(args)?).map_err(|error| error.to_string())
}

/// Compares what was said with a tree: ids, names, versions, times, labels, and the specification as far as the
/// daemon shows it in the same terms.
pub fn compare(said: &Said, tree: &Path) -> Differences {
    let mut differences = Differences::default();
    for (&kind, objects) in said {
        for object in objects {
            // The list of networks says nothing of versions, so it has the id under another name.
            let id = object["ID"].as_str().or(object["Id"].as_str()).unwrap_or_default();
            let place = format!("objects/{}/{id}.json", kind.folder());
            let shown: Value = match fs::read(tree.join(&place)).map(|text| serde_json::from_slice(&text)) {
                Ok(Ok(shown)) => shown,
                other => {
                    differences.add(&place, format!("cannot be read: {other:?}"));
                    continue;
                }
            };
            differences.objects += 1;
            let mut same = |what: &str, said: &Value, shown: &Value| {
                if said != shown {
                    differences.add(&place, format!("{what} is {shown}, the engine says {said}"));
                }
            };
            same("id", &Value::from(id), &shown["id"]);
            if kind != Kind::Network {
                same("version", &object["Version"]["Index"], &shown["meta"]["version"]["index"]);
                same("created_at", &moment(&object["CreatedAt"]), &moment(&shown["meta"]["created_at"]));
                same("updated_at", &moment(&object["UpdatedAt"]), &moment(&shown["meta"]["updated_at"]));
            }
            match kind {
                Kind::Node => {
                    same("hostname", &object["Description"]["Hostname"], &shown["description"]["hostname"]);
                    same("labels", &labels(&object["Spec"]["Labels"]), &shown["spec"]["annotations"]["labels"]);
                    same("role", &upper(&object["Spec"]["Role"]), &shown["spec"]["desired_role"]);
                    same("availability", &upper(&object["Spec"]["Availability"]), &shown["spec"]["availability"]);
                }
                Kind::Network => same("name", &object["Name"], &shown["spec"]["annotations"]["name"]),
                Kind::Task => {
                    same("service", &object["ServiceID"], &shown["service_id"]);
                    same("slot", &object["Slot"], &shown["slot"]);
                    same("desired state", &upper(&object["DesiredState"]), &shown["desired_state"]);
                    same("state", &upper(&object["Status"]["State"]), &shown["status"]["state"]);
                    container(&object["Spec"]["ContainerSpec"], &shown["spec"]["container"], &mut same);
                }
                _ => {
                    same("name", &object["Spec"]["Name"], &shown["spec"]["annotations"]["name"]);
                    same("labels", &labels(&object["Spec"]["Labels"]), &shown["spec"]["annotations"]["labels"]);
                }
            }
            if kind == Kind::Service {
                let task = &shown["spec"]["task"];
                container(&object["Spec"]["TaskTemplate"]["ContainerSpec"], &task["container"], &mut same);
                let constraints = &object["Spec"]["TaskTemplate"]["Placement"]["Constraints"];
                // The engine leaves an empty list out.
                let shown_constraints = &task["placement"]["constraints"];
                if !constraints.is_null() || shown_constraints.as_array().is_none_or(|list| !list.is_empty()) {
                    same("constraints", constraints, shown_constraints);
                }
                let replicas = &object["Spec"]["Mode"]["Replicated"]["Replicas"];
                same("replicas", replicas, &shown["spec"]["replicated"]["replicas"]);
            }
            if kind == Kind::Config {
                let data = STANDARD.decode(object["Spec"]["Data"].as_str().unwrap_or_default()).unwrap_or_default();
                let name = object["Spec"]["Name"].as_str().unwrap_or_default();
                differences.payloads += 1;
                if fs::read(tree.join("configs").join(name)).ok().as_ref() != Some(&data) {
                    differences.add(&format!("configs/{name}"), "differs from what the engine says");
                }
            }
        }
        let shown = ids(&tree.join("objects").join(kind.folder()));
        if kind != Kind::Network && shown != objects.len() {
            differences.add(kind.folder(), format!("{shown} are shown, the engine says {}", objects.len()));
        }
    }
    differences
}

fn container(said: &Value, shown: &Value, same: &mut impl FnMut(&str, &Value, &Value)) {
    let list = |value: &Value| {
        if value.is_null() { Value::Array(Vec::new()) } else { value.clone() }
    };
    same("image", &said["Image"], &shown["image"]);
    same("environment", &list(&said["Env"]), &shown["env"]);
    same("arguments", &list(&said["Args"]), &shown["args"]);
    same("container labels", &labels(&said["Labels"]), &shown["labels"]);
}

fn ids(folder: &Path) -> usize {
    let rows = fs::read_dir(folder).into_iter().flatten().flatten();
    rows.filter(|row| row.file_name().to_string_lossy().ends_with(".json")).count()
}

fn labels(value: &Value) -> Value {
    if value.is_null() { Value::Object(serde_json::Map::new()) } else { value.clone() }
}

fn upper(value: &Value) -> Value {
    Value::from(value.as_str().unwrap_or_default().to_ascii_uppercase())
}

fn moment(value: &Value) -> Value {
    let time = value.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    time.map_or(Value::Null, |time| Value::from(time.to_string()))
}
