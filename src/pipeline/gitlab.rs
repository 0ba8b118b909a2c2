//! What a pipeline of GitLab takes from elsewhere, and what a job takes from what holds for all.

use std::collections::BTreeMap;

use super::pins::Pinned;
use super::strictness::canonical;
use crate::document::{Node, Value};
use crate::span::Span;

/// Keys of a job of GitLab that stand in for what is said for all jobs.
const OVERRIDING: [&str; 9] = [
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "tags",
    "timeout",
    "hooks",
    "id_tokens",
];

/// What an `include` lists.
pub(super) fn items(node: &Node) -> Vec<&Node> {
    match &node.value {
        Value::Sequence(items) => items.iter().collect(),
        _ => vec![node],
    }
}

/// The file of the repository that an item includes.
pub(super) fn local(item: &Node) -> Option<&str> {
    let written = item.as_text().or_else(|| item.get("local").and_then(Node::as_text))?;
    (!written.contains("://")).then_some(written)
}

/// The jobs of which a job takes a part: `!reference [job, key]`, which is read as a list.
pub(super) fn referenced(job: &Node) -> Vec<String> {
    let mut names = Vec::new();
    job.walk(&mut |_, node| {
        if let [tag, name, ..] = node.items()
            && tag.as_text() == Some("!reference")
        {
            names.extend(name.as_text().map(str::to_owned));
        }
    });
    names
}

/// What an `include` takes from elsewhere, and what it says beside a file of the repository. The
/// files themselves are followed instead.
pub(super) fn from_elsewhere(include: &Node) -> String {
    let is_plain = |item: &Node| local(item).is_some() && item.entries().len() < 2;
    let elsewhere = items(include).into_iter().filter(|item| !is_plain(item));
    elsewhere.map(canonical).collect::<Vec<_>>().join(", ")
}

/// Takes away what is said for all jobs and does not hold for this one.
pub(super) fn uninherited(job: &Node, keys: &mut BTreeMap<String, (Pinned, Span)>) {
    let inherits = |kind: &str, key: &str| match job.get("inherit").and_then(|it| it.get(kind)) {
        None => true,
        Some(Node { value: Value::Sequence(items), .. }) => {
            items.iter().any(|item| item.as_text() == Some(key))
        }
        Some(node) => node.as_text() != Some("false"),
    };
    keys.retain(|path, _| {
        let Some(key) = path.strip_prefix("/default/").or_else(|| path.strip_prefix('/')) else {
            return true;
        };
        match key {
            "variables" => {
                let of_all = job.get("inherit").and_then(|it| it.get("variables"));
                of_all.and_then(Node::as_text) != Some("false")
            }
            key if OVERRIDING.contains(&key) => job.get(key).is_none() && inherits("default", key),
            key if path.starts_with("/default/") => inherits("default", key),
            _ => true,
        }
    });
}
