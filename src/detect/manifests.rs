//! Dependency manifests: a package that AI code uses is a hint, never more.

use std::collections::BTreeSet;

use super::hosted::is_python_package;
use super::languages::{self, Ecosystem};
use crate::asset::{AssetKind, Detection, Strength};
use crate::document::{self, Body, Node};
use crate::span::{RepoPath, Span};

/// How a manifest is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One requirement a line (PEP 508): `requirements.txt`, `setup.cfg`, `environment.yml`.
    Lines,
    /// Requirements in quotes: `setup.py`.
    Quoted,
    /// The tables of `pyproject.toml` and `Pipfile`.
    Tables,
    /// `name = "..."` of a lock file.
    Names,
    /// The groups of `package.json`.
    Node,
    /// Any text in which packages stand as whole words.
    Words,
}

fn form(path: &RepoPath) -> Option<Form> {
    let name = path.file_name();
    let extension = path.extension();
    let is_text = matches!(extension.as_str(), "txt" | "in");
    let parent = path.parent().file_name();
    match name.as_str() {
        "pyproject.toml" | "Pipfile" => Some(Form::Tables),
        "package.json" => Some(Form::Node),
        "poetry.lock" | "uv.lock" | "pdm.lock" | "Pipfile.lock" => Some(Form::Names),
        "setup.py" => Some(Form::Quoted),
        "setup.cfg" | "environment.yml" | "environment.yaml" | "conda.yaml" | "conda.yml"
        | "constraints.txt" => Some(Form::Lines),
        _ if is_text && (name.starts_with("requirements") || parent == "requirements") => {
            Some(Form::Lines)
        }
        _ if languages::of_manifest(path).is_some() => Some(Form::Words),
        _ => None,
    }
}

/// Whether this file lists dependencies in a form that is read here.
pub(super) fn is_manifest(path: &RepoPath) -> bool {
    form(path).is_some()
}

/// The packages of a manifest that hint at AI. A manifest that cannot be read hints at nothing.
pub(super) fn detections(path: &RepoPath, bytes: &[u8]) -> Vec<Detection> {
    match form(path) {
        Some(Form::Lines) => requirements(&String::from_utf8_lossy(bytes)),
        Some(Form::Quoted) => quoted(&String::from_utf8_lossy(bytes)),
        Some(Form::Names) => names(&String::from_utf8_lossy(bytes)),
        Some(Form::Words) => {
            languages::of_manifest(path).map(|it| words(bytes, it)).unwrap_or_default()
        }
        Some(form) => {
            let document = document::parse(as_toml(path), bytes.to_vec());
            let Body::Tree(root) = &document.body else { return Vec::new() };
            if form == Form::Node { package_json(root) } else { tables(root, &document.source) }
        }
        None => Vec::new(),
    }
}

/// A `Pipfile` is TOML, and its name does not say so.
fn as_toml(path: &RepoPath) -> RepoPath {
    if path.file_name() == "Pipfile" { RepoPath::from("Pipfile.toml") } else { path.clone() }
}

fn dependency(name: String, span: Span) -> Detection {
    Detection { kind: AssetKind::Dependency, name, strength: Strength::Hint, span: Some(span) }
}

fn hint(package: &str, span: Span) -> Option<Detection> {
    let plain = package.to_ascii_lowercase().replace('_', "-");
    is_python_package(&plain).then(|| dependency(plain, span))
}

/// The name at the start of a requirement (PEP 508).
fn requirement(text: &str, start: usize) -> Option<Detection> {
    let name = text.trim_start().trim_start_matches("- ").trim_start();
    let indent = text.len() - name.len();
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

/// The requirements that stand in quotes, comments left out.
fn quoted(text: &str) -> Vec<Detection> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split('#').next().unwrap_or_default();
        let mut open = None;
        for (at, c) in code.char_indices().filter(|(_, c)| matches!(c, '"' | '\'')) {
            match open {
                None => open = Some((at, c)),
                Some((from, quote)) if quote == c => {
                    found.extend(requirement(&code[from + 1..at], start + from + 1));
                    open = None;
                }
                Some(_) => {}
            }
        }
        start += line.len();
    }
    found
}

/// The names of a lock file.
fn names(text: &str) -> Vec<Detection> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let name = trimmed.strip_prefix("name = \"").or_else(|| trimmed.strip_prefix('"'));
        if let Some((name, _)) = name.and_then(|rest| rest.split_once('"')) {
            let at = start + line.find(name).unwrap_or_default();
            found.extend(hint(name, Span::new(at, at + name.len())));
        }
        start += line.len();
    }
    found
}

fn tables(root: &Node, source: &str) -> Vec<Detection> {
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
    let mut keyed: Vec<&Node> =
        ["packages", "dev-packages"].iter().filter_map(|table| root.get(table)).collect();
    if let Some(poetry) = root.get("tool").and_then(|tool| tool.get("poetry")) {
        keyed.extend(["dependencies", "dev-dependencies"].iter().filter_map(|it| poetry.get(it)));
        let groups = poetry.get("group").map_or(&[][..], Node::entries);
        keyed.extend(groups.iter().filter_map(|(_, group)| group.get("dependencies")));
    }
    let keyed = keyed.into_iter().flat_map(Node::entries);
    found.extend(keyed.filter_map(|(key, _)| hint(&key.text, key.span)));
    found
}

fn package_json(root: &Node) -> Vec<Detection> {
    let groups = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
    let known = |name: &str| languages::npm().import(name).is_some() || is_python_package(name);
    groups
        .iter()
        .filter_map(|group| root.get(group))
        .flat_map(Node::entries)
        .filter(|(key, _)| known(&key.text))
        .map(|(key, _)| dependency(key.text.to_string(), key.span))
        .collect()
}

/// The packages that a text names as whole words, each once.
fn words(text: &[u8], ecosystem: &Ecosystem) -> Vec<Detection> {
    let Some(pattern) = &ecosystem.packages else { return Vec::new() };
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut found = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut from = 0;
    while let Some(hit) = pattern.find_at(text, from) {
        from = hit.end().max(hit.start() + 1);
        let before = hit.start().checked_sub(1).map(|at| text[at]);
        let after = text.get(hit.end()).copied();
        let known_as = String::from_utf8_lossy(hit.as_bytes());
        let is_open = ecosystem.is_open_package(&known_as);
        let goes_on = |it: &&u8| is_open && (is_part(**it) || b"-.".contains(it));
        let end = hit.end() + text[hit.end()..].iter().take_while(goes_on).count();
        let name = String::from_utf8_lossy(&text[hit.start()..end]).into_owned();
        let begins = !before.is_some_and(|it| is_part(it) || b"-.".contains(&it));
        let ends = !after.is_some_and(|it| is_part(it) || (!is_open && b"-./".contains(&it)));
        if begins && (ends || is_open) && known.insert(name.clone()) {
            found.push(dependency(name, Span::new(hit.start(), end)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &str, text: &str) -> Vec<String> {
        let found = detections(&path.into(), text.as_bytes());
        found.into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn packages_are_hinted_at_in_the_manifests_of_each_language() {
        let rows = [
            ("go.mod", "require (\n\tgithub.com/sashabaranov/go-openai v1.36.0\n)\n"),
            ("a/pom.xml", "<artifactId>langchain4j-open-ai</artifactId>"),
            ("Cargo.toml", "async-openai = \"0.3\""),
            ("a.csproj", "<PackageReference Include=\"Microsoft.ML.FastTree\" />"),
            ("Gemfile", "gem 'ruby-openai'"),
            ("DESCRIPTION", "Package: a\nImports:\n    ranger,\n    dplyr\n"),
            ("Project.toml", "[deps]\nFlux = \"587475ba\"\n"),
            ("pubspec.yaml", "dependencies:\n  dart_openai: ^5.0.0\n"),
            ("mix.exs", "{:bumblebee, \"~> 0.6\"}"),
            ("composer.json", "{\"require\": {\"openai-php/client\": \"^0.10\"}}"),
            ("Package.swift", ".package(url: \"https://x.example/MacPaw/OpenAI.git\")"),
            ("setup.py", "setup(install_requires=[\"torch>=2\"])"),
            ("setup.cfg", "[options]\ninstall_requires =\n    xgboost\n"),
            ("env/environment.yml", "dependencies:\n  - pip:\n    - openai==1\n"),
            ("Pipfile", "[packages]\ncatboost = \"*\"\n"),
            ("requirements/base.in", "keras\n"),
            ("pyproject.toml", "[tool.poetry.group.ml.dependencies]\nspacy = \"*\"\n"),
            ("uv.lock", "[[package]]\nname = \"transformers\"\n"),
        ];
        for (path, text) in rows {
            assert_eq!(named(path, text).len(), 1, "{path}");
        }
    }

    #[test]
    fn parts_of_names_and_other_files_hint_at_nothing() {
        let rows = [
            ("Cargo.toml", "report = \"1\"\nsort = \"1\"\n"),
            ("a.csproj", "<PackageReference Include=\"My.Coherence\" />"),
            ("package.txt", "openai"),
            ("setup.py", "# \"torch\"\nsetup(name=\"a\")"),
            ("go.mod", "module github.com/acme/go-openai-like\n"),
        ];
        for (path, text) in rows {
            assert_eq!(named(path, text), [""; 0], "{path}");
        }
    }
}
