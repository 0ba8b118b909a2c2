//! Whether a value of a step asks for as much as the one that was there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

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
        "timeout" | "timeout-minutes" => {
            return before.text == now.text || is_long_enough(&now.text);
        }
        "stages" if keeps_order(&before.text, &now.text) => return true,
        // The first rule that fits decides, so one behind them lets more run.
        "rules" if is_continued(&before.text, &now.text) => return true,
        _ => Where::InCommand,
    };
    let plain = |it: &Pinned| Pinned { text: plain(key, &it.text), comment: it.comment.clone() };
    is_same_or_newer(&plain(before), &plain(now), at)
}

/// A value without what decides nothing about the gate: in which form it writes, which version of a
/// language is set up, and whether one command stands in a list.
fn plain(key: &str, text: &str) -> String {
    static FORMAT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\s--format[= ][\w.=/-]+").ok());
    static LANGUAGE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\b(python|node|go|java|ruby|dotnet)-version: [\w.*-]+").ok());
    let without = |pattern: &Option<Regex>, to: &str| {
        pattern.as_ref().map_or_else(|| text.to_owned(), |it| it.replace_all(text, to).into_owned())
    };
    match key {
        "run" | "script" => {
            let text = without(&FORMAT, "");
            let alone = text.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
            alone.filter(|it| !it.contains([',', '['])).map_or(text.clone(), str::to_owned)
        }
        "with" => without(&LANGUAGE, "$1-version"),
        _ => text.to_owned(),
    }
}

/// The items of a list as it is written canonically.
fn listed(text: &str) -> Option<Vec<&str>> {
    let items = text.strip_prefix('[')?.strip_suffix(']')?;
    Some(items.split(',').map(str::trim).collect())
}

/// Whether all items of a list are still there, in their order.
fn keeps_order(before: &str, now: &str) -> bool {
    let (Some(before), Some(now)) = (listed(before), listed(now)) else { return false };
    let mut rest = now.iter();
    before.iter().all(|item| rest.any(|other| other == item))
}

/// Whether a list begins with all of another.
fn is_continued(before: &str, now: &str) -> bool {
    let begin = before.strip_suffix(']').filter(|it| it.len() > 1);
    begin.is_some_and(|begin| now.strip_prefix(begin).is_some_and(|rest| rest.starts_with(", ")))
}

/// The labels of the runners that GitHub hosts. Any other may be of a runner that anybody runs.
/// Source: GitHub Docs, "GitHub-hosted runners reference".
const HOSTED: [&str; 30] = [
    "ubuntu-latest",
    "ubuntu-slim",
    "ubuntu-26.04",
    "ubuntu-26.04-arm",
    "ubuntu-24.04",
    "ubuntu-24.04-arm",
    "ubuntu-22.04",
    "ubuntu-22.04-arm",
    "windows-latest",
    "windows-2025",
    "windows-2025-vs2026",
    "windows-2022",
    "windows-11-arm",
    "macos-latest",
    "macos-latest-large",
    "macos-latest-xlarge",
    "macos-26",
    "macos-26-intel",
    "macos-26-large",
    "macos-26-xlarge",
    "macos-15",
    "macos-15-intel",
    "macos-15-large",
    "macos-15-xlarge",
    "macos-14",
    "macos-14-large",
    "macos-14-xlarge",
    "macos-13",
    "macos-13-large",
    "macos-13-xlarge",
];

/// The system of a runner that the forge hosts.
fn hosted(label: &str) -> Option<&str> {
    let label = label.trim_start_matches('[').trim_end_matches(']');
    HOSTED.contains(&label).then(|| label.split('-').next()).flatten()
}

/// Whether a limit of time leaves the gate a minute: a number of minutes on GitHub, words on
/// GitLab.
pub(super) fn is_long_enough(limit: &str) -> bool {
    static PARTS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"([0-9]+(?:\.[0-9]+)?)\s*([a-z]*)").ok());
    if let Ok(minutes) = limit.parse::<f64>() {
        return minutes >= 1.0;
    }
    let Some(parts) = PARTS.as_ref() else { return false };
    let is_read = parts.replace_all(limit, "").trim().is_empty();
    let minutes = |found: regex::Captures<'_>| {
        let number: f64 = found[1].parse().unwrap_or(0.0);
        match found[2].chars().next() {
            Some('m') if !found[2].starts_with("mo") => number,
            Some('h') => number * 60.0,
            Some('d') => number * 1_440.0,
            Some('s') => number / 60.0,
            _ => 0.0,
        }
    };
    is_read && parts.captures_iter(limit).map(minutes).sum::<f64>() >= 1.0
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
