//! Dependency manifests: a package that AI code uses is a hint, never more.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::hosted::is_python_package;
use super::languages::{self, Ecosystem};
use super::patterns::compiled;
use crate::asset::{AssetKind, Detection};
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
    /// What a lock file of Node.js lists.
    NodeLock,
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
        "package-lock.json" | "npm-shrinkwrap.json" | "yarn.lock" | "pnpm-lock.yaml" => {
            Some(Form::NodeLock)
        }
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
        Some(Form::NodeLock) => node_lock(bytes),
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
    Detection::hint(AssetKind::Dependency, name, Some(span))
}

fn hint(package: &str, span: Span) -> Option<Detection> {
    let plain = package.to_ascii_lowercase().replace('_', "-");
    is_python_package(&plain).then(|| dependency(plain, span))
}

/// The version that stands behind the name of a package: exact, or the range that is allowed.
fn version(rest: &str) -> Option<String> {
    let rest = rest.trim_start();
    let rest = match rest.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((_, rest)) => rest.trim_start(),
        None => rest,
    };
    let rest = rest.strip_prefix('(').unwrap_or(rest).trim_start();
    let is_sign = |c: char| "=<>~!^".contains(c);
    let end =
        rest.find(|c: char| !is_sign(c) && !c.is_ascii_alphanumeric() && !"., *+-_|".contains(c));
    let text = rest[..end.unwrap_or(rest.len())].trim();
    let exact = text.trim_start_matches('=').trim();
    let has_sign = text.starts_with(is_sign);
    let said = if text.starts_with('=') { exact } else { text };
    let is_version = has_sign && said.len() <= LONGEST_VERSION && said.contains(is_digit);
    is_version.then(|| said.replace(' ', ""))
}

/// The version in a value: `"1.2"`, `^1.2`, `{version = "1.2"}`.
fn of_value(value: &Node) -> Option<String> {
    let text = value.as_text().or_else(|| value.get("version")?.as_text())?.trim();
    let text = text.trim_start_matches("==");
    let is_version = text.len() <= LONGEST_VERSION
        && text.contains(is_digit)
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "=<>~!^., *+-_|".contains(c));
    is_version.then(|| text.replace(", ", ","))
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Bytes of the longest version that is told.
const LONGEST_VERSION: usize = 48;

/// The name at the start of a requirement (PEP 508).
fn requirement(text: &str, start: usize) -> Option<Detection> {
    let name = text.trim_start().trim_start_matches("- ").trim_start();
    let indent = text.len() - name.len();
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'))
        .unwrap_or(name.len());
    let found = hint(&name[..end], Span::new(start + indent, start + indent + end))?;
    Some(Detection { version: version(&name[end..]), ..found })
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
    let mut found: Vec<Detection> = Vec::new();
    let mut start = 0;
    let mut is_open = false;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let named = trimmed.trim_start_matches('"').strip_prefix("version");
        if let Some((_, rest)) = named.and_then(|rest| rest.split_once('"'))
            && is_open
        {
            // The version of the package that was named last.
            let rest = rest.trim_start_matches([':', ' ', '"', '=']);
            let version = rest.split('"').next().filter(|it| it.len() <= LONGEST_VERSION);
            if let Some(last) = found.last_mut() {
                last.version = version.map(str::to_owned);
            }
            is_open = false;
            start += line.len();
            continue;
        }
        let name = trimmed.strip_prefix("name = \"").or_else(|| {
            // A key that opens a mapping, in JSON.
            trimmed.strip_prefix('"').filter(|it| it.trim_end().ends_with('{'))
        });
        if let Some((name, _)) = name.and_then(|rest| rest.split_once('"')) {
            let at = start + line.find(name).unwrap_or_default();
            let hint = hint(name, Span::new(at, at + name.len()));
            is_open = hint.is_some();
            found.extend(hint);
        }
        start += line.len();
    }
    found
}

/// The packages of a lock file of Node.js, each with the version that was taken first.
fn node_lock(text: &[u8]) -> Vec<Detection> {
    static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
        compiled(concat!(
            r#"(?m)^[ ]*["'/]*(?:node_modules/)?((?:@[\w.-]+/)?[\w.-]+)"#,
            // `name@1.2.3:` of pnpm, `"name@^1.2":` of yarn, `"node_modules/name": {` of npm
            r#"(?:@([\w.^~*+-]+)[^\n]{0,200})?["']?:[^\n]{0,80}\n"#,
            r#"(?:[ ]+["']?version["']?:?[ ]+["']?([\w.+-]+))?"#,
        ))
    });
    let mut found: Vec<Detection> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for captures in ENTRY.captures_iter(text) {
        let Some(group) = captures.get(1) else { continue };
        let version = captures.get(3).or_else(|| captures.get(2));
        let name = String::from_utf8_lossy(group.as_bytes()).into_owned();
        let Some(version) = version.filter(|_| languages::npm().import(&name).is_some()) else {
            continue;
        };
        if known.insert(name.clone()) {
            let version = Some(String::from_utf8_lossy(version.as_bytes()).into_owned());
            let span = Span::new(group.start(), group.end());
            found.push(Detection { version, ..dependency(name, span) });
        }
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
    found.extend(keyed.filter_map(|(key, value)| {
        Some(Detection { version: of_value(value), ..hint(&key.text, key.span)? })
    }));
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
        .map(|(key, value)| Detection {
            version: of_value(value),
            ..dependency(key.text.to_string(), key.span)
        })
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
            let version = version_behind(&text[end..]);
            found.push(Detection { version, ..dependency(name, Span::new(hit.start(), end)) });
        }
    }
    found
}

/// The version that stands behind the name of a package in the manifests of most languages.
fn version_behind(rest: &[u8]) -> Option<String> {
    static VERSION: LazyLock<Regex> = LazyLock::new(|| {
        compiled(concat!(
            r#"^["'\s]*(?:</artifactId>\s*<version>"#,
            r#"|[\w-]*\s*=\s*\{[^\n}]{0,40}?version\s*=\s*["']|"#,
            r#"\n?version = "|Version="|[:=,(@ ]+)?["'(\s]*"#,
            r"([\^~><=]{0,2} ?v?\d+(?:\.[\w+-]+)+|[\^~]?\d+)",
        ))
    });
    let rest = &rest[..rest.len().min(160)];
    let hit = VERSION.captures(rest)?.get(1)?;
    let text = String::from_utf8_lossy(hit.as_bytes()).replace(' ', "");
    let text = text.trim_start_matches('=');
    Some(text.strip_prefix('v').unwrap_or(text).to_owned())
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
    fn the_version_of_a_package_is_told_as_it_is_written() {
        let rows = [
            ("requirements.txt", "torch==2.3.1  # newest\n", "2.3.1"),
            (
                "requirements.txt",
                "transformers[torch] >= 4.40, < 5; python_version > '3.8'\n",
                ">=4.40,<5",
            ),
            ("environment.yml", "  - pip:\n    - openai=1.2\n", "1.2"),
            ("setup.py", "setup(install_requires=[\"torch>=2\"])", ">=2"),
            ("pyproject.toml", "[project]\ndependencies = [\"torch~=2.1\"]\n", "~=2.1"),
            ("pyproject.toml", "[tool.poetry.dependencies]\nspacy = \"^3.7\"\n", "^3.7"),
            ("pyproject.toml", "[tool.poetry.dependencies]\nspacy = {version = \"3.7\"}\n", "3.7"),
            ("uv.lock", "[[package]]\nname = \"transformers\"\nversion = \"4.44.0\"\n", "4.44.0"),
            ("Pipfile.lock", "{\n  \"torch\": {\n   \"version\": \"==2.0\"\n", "2.0"),
            ("package.json", "{\"dependencies\": {\"openai\": \"^4.0.0\"}}", "^4.0.0"),
            (
                "package-lock.json",
                "  \"node_modules/openai\": {\n   \"version\": \"4.1.0\",\n",
                "4.1.0",
            ),
            ("yarn.lock", "\nopenai@^4.0.0:\n  version \"4.1.0\"\n", "4.1.0"),
            ("pnpm-lock.yaml", "packages:\n  /openai@4.1.0:\n    resolution: {}\n", "4.1.0"),
            ("go.mod", "require github.com/sashabaranov/go-openai v1.36.0\n", "1.36.0"),
            (
                "pom.xml",
                "<artifactId>langchain4j-open-ai</artifactId>\n<version>0.35.0</version>",
                "0.35.0",
            ),
            (
                "build.gradle",
                "implementation 'dev.langchain4j:langchain4j-open-ai:0.35.0'",
                "0.35.0",
            ),
            ("Cargo.toml", "async-openai = \"0.3\"", "0.3"),
            ("Cargo.toml", "async-openai = { version = \"0.3.1\", features = [] }", "0.3.1"),
            ("Cargo.lock", "name = \"async-openai\"\nversion = \"0.3.1\"", "0.3.1"),
            (
                "a.csproj",
                "<PackageReference Include=\"Microsoft.ML.FastTree\" Version=\"3.0.1\" />",
                "3.0.1",
            ),
            ("Gemfile", "gem 'ruby-openai', '~> 6.3'", "~>6.3"),
            ("Gemfile.lock", "    ruby-openai (6.3.1)\n", "6.3.1"),
            ("composer.json", "{\"require\": {\"openai-php/client\": \"^0.10\"}}", "^0.10"),
        ];
        for (path, text, expected) in rows {
            let found = detections(&path.into(), text.as_bytes());
            let versions: Vec<_> = found.iter().map(|it| it.version.as_deref()).collect();
            assert_eq!(versions, [Some(expected)], "{path}: {text}");
        }
        for text in ["torch\n", "torch @ https://example.com/torch.whl\n", "torch  # 2.0\n"] {
            let found = detections(&"requirements.txt".into(), text.as_bytes());
            assert_eq!(found[0].version, None, "{text}");
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
