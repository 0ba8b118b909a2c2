//! Whether a value of a step asks for as much as the one that was there.

use std::collections::{BTreeMap, BTreeSet};

use super::pins::{Pinned, Where, is_same_or_newer};
use crate::document::{Node, Value};

/// Whether the value of a key names the same thing, or a newer version of it.
pub(super) fn is_as_strict(key: &str, before: &Pinned, now: &Pinned) -> bool {
    let at = match key {
        "uses" | "image" | "container" | "component" | "include" => Where::Behind,
        "rev" | "ref" => Where::Whole,
        "runs-on" => {
            return before.text == now.text
                || hosted(&before.text).is_some_and(|os| Some(os) == hosted(&now.text));
        }
        _ => Where::InCommand,
    };
    is_same_or_newer(before, now, at)
}

/// The system of a runner that the forge hosts.
fn hosted(label: &str) -> Option<&str> {
    let system = label.split('-').next()?;
    (["ubuntu", "windows", "macos"].contains(&system) && !label.contains([',', '[', '$']))
        .then_some(system)
}

/// Whether an event's filters let through all that they did.
pub(super) fn is_as_wide(before: &Node, now: &Node) -> bool {
    let list = |node: &Node, key: &str| -> Option<BTreeSet<String>> {
        let node = node.get(key)?;
        Some(match &node.value {
            Value::Sequence(items) => items.iter().map(canonical).collect(),
            _ => BTreeSet::from([canonical(node)]),
        })
    };
    let mut keys: BTreeSet<&str> =
        before.entries().iter().chain(now.entries()).map(|(key, _)| &*key.text).collect();
    if before.entries().is_empty() && now.entries().is_empty() {
        keys.clear();
        if canonical(before) != canonical(now) {
            return false;
        }
    }
    keys.into_iter().all(|key| match (key, list(before, key), list(now, key)) {
        (_, before, now) if before == now => true,
        ("branches" | "tags" | "paths" | "types", Some(before), Some(now)) => {
            before.is_subset(&now) && !now.iter().any(|it| it.starts_with('!'))
        }
        ("branches" | "tags" | "paths", Some(_), None) => true,
        ("branches-ignore" | "tags-ignore" | "paths-ignore", Some(before), Some(now)) => {
            now.is_subset(&before)
        }
        ("branches-ignore" | "tags-ignore" | "paths-ignore", Some(_), None) => true,
        _ => false,
    })
}

/// A value as text that does not depend on how it was written.
pub(super) fn canonical(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.trim().to_owned(),
        Value::Sequence(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(", "))
        }
        Value::Mapping(entries) => {
            let sorted: BTreeMap<&str, String> =
                entries.iter().map(|(key, value)| (&*key.text, canonical(value))).collect();
            let pairs: Vec<String> =
                sorted.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}
