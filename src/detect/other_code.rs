//! Code in languages that are not read yet: how much of it there is, and what hints at AI in it.
//!
//! # Design
//!
//! Whoever reads "no AI found" reads it of the whole repository. So files are counted by language,
//! and where code is not read a hint is enough to say that nobody looked: a package in a manifest
//! of that language, or the address of a model service. A hint is no evidence, so it never says
//! that there is AI.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rayon::prelude::*;
use regex::bytes::Regex;
use serde::Deserialize;

use super::signs::signs;
use crate::asset::{AssetKind, Detection, Strength};
use crate::catalog::embedded;
use crate::snapshot::{Entry, ReadError, Snapshot};
use crate::span::{RepoPath, Span};

/// Bytes of the largest file of code that is looked through; what is larger is mostly generated.
const LARGEST_CODE: u64 = 128 << 10;

/// Files of code that are looked through, in the order of their paths.
const MOST_CODE: usize = 20_000;

/// Bytes of the largest manifest.
const LARGEST_MANIFEST: u64 = 4 << 20;

/// `data/other-code.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OtherCode {
    languages: Vec<UnreadLanguage>,
    ecosystems: Vec<Ecosystem>,
    clients: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnreadLanguage {
    name: String,
    extensions: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ecosystem {
    files: Vec<String>,
    languages: BTreeSet<String>,
    packages: Vec<String>,
}

static OTHER: LazyLock<OtherCode> =
    LazyLock::new(|| embedded("other-code", include_str!("../../data/other-code.yaml")));

/// The languages that a `package.json` is for.
const OF_NODE: [&str; 2] = ["JavaScript", "TypeScript"];

/// Returns the language of a file that is read: `Python`, `notebooks`. None for other files.
pub(super) fn read_language(path: &RepoPath) -> Option<&'static str> {
    match path.extension().as_str() {
        "py" | "pyw" | "pyi" => Some("Python"),
        "ipynb" => Some("notebooks"),
        _ => None,
    }
}

/// Returns the language of a file of code that is not read.
pub(super) fn unread_language(path: &RepoPath) -> Option<&'static str> {
    static BY_EXTENSION: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
        let of = |language: &'static UnreadLanguage| {
            language.extensions.iter().map(|extension| (extension.as_str(), language.name.as_str()))
        };
        OTHER.languages.iter().flat_map(of).collect()
    });
    BY_EXTENSION.get(path.extension().as_str()).copied()
}

/// Returns the first address of a model service in code.
pub(super) fn address(source: &[u8]) -> Option<Detection> {
    static ADDRESSES: LazyLock<Option<Regex>> = LazyLock::new(|| any_of(&signs().addresses));
    found(ADDRESSES.as_ref(), source)
}

fn any_of<'t>(texts: impl IntoIterator<Item = &'t String>) -> Option<Regex> {
    let texts: Vec<String> = texts.into_iter().map(|text| regex::escape(text)).collect();
    Regex::new(&texts.join("|")).ok()
}

fn found(pattern: Option<&Regex>, source: &[u8]) -> Option<Detection> {
    let hit = pattern?.find(source)?;
    Some(Detection {
        kind: AssetKind::HostedService,
        name: String::from_utf8_lossy(hit.as_bytes()).trim_end_matches(['(', ' ', '.']).to_owned(),
        strength: Strength::Hint,
        span: Some(Span::new(hit.start(), hit.end())),
    })
}

/// Returns the first text in code of a language that is not read which hints at a model.
fn client(source: &[u8]) -> Option<Detection> {
    static CLIENTS: LazyLock<Option<Regex>> =
        LazyLock::new(|| any_of(signs().addresses.iter().chain(&OTHER.clients)));
    found(CLIENTS.as_ref(), source)
}

/// Returns the package of a manifest that hints at AI in code of one of the languages.
fn package(path: &RepoPath, text: &[u8], languages: &BTreeSet<&str>) -> Option<Detection> {
    let name = path.file_name();
    let is_named = |pattern: &String| match pattern.strip_prefix('*') {
        Some(end) => name.ends_with(end),
        None => name == *pattern,
    };
    let mut ecosystems = OTHER.ecosystems.iter().filter(|it| {
        it.files.iter().any(is_named) && it.languages.iter().any(|it| languages.contains(&**it))
    });
    ecosystems.find_map(|it| named_in(text, &it.packages))
}

/// Returns the first package of a list that a manifest names.
fn named_in(text: &[u8], packages: &[String]) -> Option<Detection> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let alternatives: Vec<String> =
        packages.iter().map(|it| regex::escape(it.trim_end_matches('*'))).collect();
    let pattern = Regex::new(&format!("(?i-u){}", alternatives.join("|"))).ok()?;
    let mut from = 0;
    while let Some(hit) = pattern.find_at(text, from) {
        from = hit.start() + 1;
        let before = hit.start().checked_sub(1).map(|at| text[at]);
        let after = text.get(hit.end()).copied();
        let name = String::from_utf8_lossy(hit.as_bytes()).into_owned();
        let listed =
            packages.iter().filter(|it| it.trim_end_matches('*').eq_ignore_ascii_case(&name));
        let is_open = listed.into_iter().any(|it| it.ends_with('*'));
        let begins = !before.is_some_and(|it| is_part(it) || b"-.".contains(&it));
        let ends = !after.is_some_and(|it| is_part(it) || (!is_open && b"-./".contains(&it)));
        if begins && ends {
            return Some(Detection {
                kind: AssetKind::Dependency,
                name,
                strength: Strength::Hint,
                span: Some(Span::new(hit.start(), hit.end())),
            });
        }
    }
    None
}

/// Whether a file is a manifest of a language that is not read.
fn is_manifest(path: &RepoPath) -> bool {
    let name = path.file_name();
    OTHER.ecosystems.iter().flat_map(|it| &it.files).any(|pattern| {
        pattern.strip_prefix('*').map_or(name == *pattern, |end| name.ends_with(end))
    })
}

/// Whether a `package.json` says something of code in these languages.
pub(super) fn is_for_node(languages: &BTreeSet<&str>) -> bool {
    OF_NODE.iter().any(|language| languages.contains(language))
}

/// Returns the first hint in the files of a product: manifests first, which are few.
///
/// # Errors
/// The first file that could not be read, where no other hints at AI.
pub(super) fn first_hint<'e>(
    snapshot: &dyn Snapshot,
    product: &[&'e Entry],
    languages: &BTreeSet<&str>,
) -> Result<Option<(&'e Entry, Detection)>, (&'e Entry, ReadError)> {
    let manifests = product.iter().filter(|entry| is_manifest(&entry.path));
    for entry in manifests {
        let text = snapshot.read(entry, LARGEST_MANIFEST).map_err(|error| (*entry, error))?;
        if let Some(detection) = package(&entry.path, &text, languages) {
            return Ok(Some((entry, detection)));
        }
    }
    let code = product.iter().copied();
    let code: Vec<&Entry> =
        code.filter(|entry| unread_language(&entry.path).is_some()).take(MOST_CODE).collect();
    let hit = code.into_par_iter().with_min_len(16).find_map_first(|entry| {
        // Generated code may be of any size, and what is not here hints at nothing.
        let source = snapshot.read(entry, LARGEST_CODE).ok()?;
        client(&source).map(|detection| (entry, detection))
    });
    Ok(hit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_hints_by_whole_names_of_its_language() {
        let hint = |path: &str, text: &str, language: &'static str| {
            package(&path.into(), text.as_bytes(), &BTreeSet::from([language])).map(|it| it.name)
        };
        let go = "require (\n\tgithub.com/sashabaranov/go-openai v1.36.0\n)\n";
        assert_eq!(hint("go.mod", go, "Go").as_deref(), Some("github.com/sashabaranov/go-openai"));
        assert_eq!(hint("go.mod", go, "Rust"), None);
        let pom = "<artifactId>langchain4j-open-ai</artifactId>";
        assert_eq!(hint("a/pom.xml", pom, "Java").as_deref(), Some("langchain4j"));
        assert_eq!(hint("Cargo.toml", "async-openai = \"0.3\"", "Rust").unwrap(), "async-openai");
        assert_eq!(hint("Cargo.toml", "report = \"1\"\nsort = \"1\"\n", "Rust"), None);
        let project = "<PackageReference Include=\"Microsoft.ML.FastTree\" />";
        assert_eq!(hint("a.csproj", project, "C#").as_deref(), Some("Microsoft.ML"));
        assert_eq!(hint("a.csproj", "<PackageReference Include=\"Coherence\" />", "C#"), None);
        assert_eq!(hint("Gemfile", "gem 'ruby-openai'", "Ruby").as_deref(), Some("ruby-openai"));
        assert_eq!(hint("package.txt", "openai", "Ruby"), None);
    }

    #[test]
    fn an_address_of_a_model_service_hints() {
        let name = |text: &str| client(text.as_bytes()).map(|it| it.name);
        assert_eq!(name("fetch(\"https://api.openai.com/v1/chat\")").unwrap(), "api.openai.com");
        assert_eq!(name("import OpenAI from \"openai\";").unwrap(), "from \"openai\"");
        assert_eq!(name("fetch(\"https://api.example.com/openai\")"), None);
        assert!(address(b"requests.post('http://localhost:11434/api/chat')").is_some());
    }
}
