//! Objects that point to what is gone, and networks that are not what they seem.

use std::collections::BTreeMap;

use super::super::facts::{last, number, text};
use super::super::{Kind, State};
use super::{Finding, Severity, tell_some};
use crate::render::one_line;
use crate::schema::wire::{Fields, Value};

/// The option that encrypts an overlay network; what is none is ignored without a word.
const ENCRYPTED: &str = "encrypted";

pub(super) fn networks(state: &State, found: &mut Vec<Finding>) {
    let index = state.index();
    let told = index.current_objects(Kind::Network).filter_map(|(object, version)| {
        let option = state.with_version(version, mistyped).ok().flatten()?;
        let name = one_line(index.name(version).unwrap_or_else(|| index.id(object))).into_owned();
        Some(Finding {
            severity: Severity::Warning,
            code: "network-not-encrypted",
            place: format!("network {name}"),
            meaning: format!("its driver has the option {option}, which no driver knows; its traffic is in clear"),
            advice: "make the network anew with --opt encrypted",
        })
    });
    tell_some(found, told);
}

/// An option that was meant to be `encrypted`, most likely.
fn mistyped(network: &[u8]) -> Option<String> {
    let driver = last(last(network, 3)?, 2)?;
    let options: Vec<&[u8]> = Fields::new(driver)
        .readable()
        .filter_map(|field| match (field.number, field.value) {
            (2, Value::Bytes(entry)) => Some(text(entry, 1)),
            _ => None,
        })
        .collect();
    if options.contains(&ENCRYPTED.as_bytes()) {
        return None;
    }
    let near = |option: &&[u8]| {
        let lower = option.to_ascii_lowercase();
        option.len() <= 32 && (lower.windows(4).any(|part| part == b"encr") || distance(&lower) <= 2)
    };
    options.into_iter().find(near).map(|option| one_line(option).into_owned())
}

/// Letters to change, add or leave out to come to `encrypted`.
fn distance(word: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=ENCRYPTED.len()).collect();
    for (place, letter) in word.iter().enumerate() {
        let mut corner = place;
        let mut left = place + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (above, wanted) in row.iter_mut().skip(1).zip(ENCRYPTED.bytes()) {
            let here = (corner + usize::from(wanted != *letter)).min(left + 1).min(*above + 1);
            corner = std::mem::replace(above, here);
            left = here;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// The greatest state of a task that runs or may yet run; behind it stand those that are kept as history.
const RUNNING: u64 = 512;

/// A task whose service, node or network is not there any more. The last two may go when the task is history.
pub(super) fn tasks(state: &State, found: &mut Vec<Finding>) {
    if !state.is_complete() {
        return;
    }
    let index = state.index();
    let exists = |kind, id: &[u8]| index.object(kind, id).is_some_and(|object| index.current(object).is_some());
    let mut gone: BTreeMap<&str, (usize, Vec<String>)> = BTreeMap::new();
    for (object, version) in index.current_objects(Kind::Task) {
        let mut note = |what| {
            let (count, named) = gone.entry(what).or_default();
            *count += 1;
            if named.len() < 5 {
                named.push(one_line(index.id(object)).into_owned());
            }
        };
        let looked = state.with_version(version, |task| {
            let lost = |kind, id: &[u8]| !id.is_empty() && !exists(kind, id);
            let mut networks = Fields::new(task).readable().filter_map(|field| match field.value {
                Value::Bytes(attachment) if field.number == 11 => Some(text(text(attachment, 1), 1)),
                _ => None,
            });
            let network = networks.any(|id| lost(Kind::Network, id));
            let state = last(task, 9).map_or(0, |status| number(status, 2));
            let live = state <= RUNNING && number(task, 10) <= RUNNING;
            let node = lost(Kind::Node, text(task, 6));
            (lost(Kind::Service, text(task, 4)), live && node, live && network)
        });
        let Ok((service, node, network)) = looked else { continue };
        for (lost, what) in [(service, "service"), (node, "node"), (network, "network")] {
            if lost {
                note(what);
            }
        }
    }
    for (what, (count, named)) in gone {
        let code = match what {
            "service" => "task-service-gone",
            "node" => "task-node-gone",
            _ => "task-network-gone",
        };
        found.push(Finding {
            severity: Severity::Warning,
            code,
            place: format!("tasks {}{}", named.join(" "), if count > named.len() { " …" } else { "" }),
            meaning: format!("of {count} tasks the {what} is gone"),
            advice: "a healthy cluster removes such tasks within minutes; see why its manager does not",
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (word, expected) in [("encrypted", 0), ("encryted", 1), ("enrcypted", 2), ("", 9), ("mtu", 8)] {
            assert_eq!(distance(word.as_bytes()), expected, "{word}");
        }
    }
}
