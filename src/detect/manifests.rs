//! Dependency manifests: a package that AI code uses is a hint, never more.

use super::signs::signs;
use crate::asset::{AssetKind, Detection, Strength};
use crate::document::{self, Body, Node};
use crate::span::{RepoPath, Span};

/// Whether this file lists dependencies in a form that is read here.
pub(super) fn is_manifest(path: &RepoPath) -> bool {
    let name = path.file_name();
    matches!(name.as_str(), "pyproject.toml" | "package.json")
        || (name.starts_with("requirements") && path.extension() == "txt")
}

/// The packages of a manifest that hint at AI. A manifest that cannot be read hints at nothing.
pub(super) fn detections(path: &RepoPath, bytes: &[u8]) -> Vec<Detection> {
    if path.extension() == "txt" {
        return requirements(&String::from_utf8_lossy(bytes));
    }
    let document = document::parse(path.clone(), bytes.to_vec());
    let Body::Tree(root) = &document.body else { return Vec::new() };
    if path.extension() == "json" { package_json(root) } else { pyproject(root, &document.source) }
}

fn hint(package: &str, span: Span) -> Option<Detection> {
    let plain = package.to_ascii_lowercase().replace('_', "-");
    let known = signs().packages.contains(&plain)
        || signs().services.iter().any(|it| it.packages.contains(&plain));
    known.then_some(Detection {
        kind: AssetKind::Dependency,
        name: plain,
        strength: Strength::Hint,
        span: Some(span),
    })
}

/// The name at the start of a requirement (PEP 508).
fn requirement(text: &str, start: usize) -> Option<Detection> {
    let indent = text.len() - text.trim_start().len();
    let name: &str = text.trim_start();
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'))
        .unwrap_or(name.len());
    hint(&name[..end], Span::new(start + indent, start + indent + end))
}

fn requirements(text: &str) -> Vec<Detection> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        found.extend(requirement(line.trim_end(), start));
        start += line.len();
    }
    found
}

fn pyproject(root: &Node, source: &str) -> Vec<Detection> {
    let mut lists: Vec<&Node> = Vec::new();
    if let Some(project) = root.get("project") {
        lists.extend(project.get("dependencies"));
        let optional = project.get("optional-dependencies").map_or(&[][..], Node::entries);
        lists.extend(optional.iter().map(|(_, list)| list));
    }
    lists.extend(
        root.get("dependency-groups").map_or(&[][..], Node::entries).iter().map(|(_, list)| list),
    );
    let mut found: Vec<Detection> = lists
        .iter()
        .flat_map(|list| list.items())
        .filter_map(|item| {
            let inside = Span::new(item.span.start + 1, item.span.end);
            requirement(inside.of(source), inside.start)
        })
        .collect();
    let poetry =
        root.get("tool").and_then(|tool| tool.get("poetry")).and_then(|it| it.get("dependencies"));
    found.extend(
        poetry
            .map_or(&[][..], Node::entries)
            .iter()
            .filter_map(|(key, _)| hint(&key.text, key.span)),
    );
    found
}

fn package_json(root: &Node) -> Vec<Detection> {
    let groups = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
    groups
        .iter()
        .filter_map(|group| root.get(group))
        .flat_map(Node::entries)
        .filter_map(|(key, _)| hint(&key.text, key.span))
        .collect()
}
