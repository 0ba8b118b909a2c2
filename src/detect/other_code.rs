//! Code by language: what is read, what is not read yet, and what hints at AI in that.
//!
//! # Design
//!
//! Whoever reads "no AI found" reads it of the whole repository. So files are counted by language,
//! and where code is not read the address of a model service is enough to say that nobody looked. A
//! hint is no evidence, so it never says that there is AI.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rayon::prelude::*;
use serde::Deserialize;

use super::hosted;
use super::languages;
use crate::asset::{AssetKind, Detection};
use crate::catalog::embedded;
use crate::snapshot::{Entry, Snapshot};
use crate::span::{RepoPath, Span};

/// Bytes of a file of code that are looked through.
const LARGEST_CODE: usize = 128 << 10;

/// Files of code that are looked through, in the order of their paths.
const MOST_CODE: usize = 20_000;

/// A row of `data/other-code.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnreadLanguage {
    name: String,
    extensions: BTreeSet<String>,
}

/// Returns the language of a file that is read: `Python`, `notebooks`, `Go`. None for other files.
pub(super) fn read_language(path: &RepoPath) -> Option<&'static str> {
    match path.extension().as_str() {
        "py" | "pyw" | "pyi" => Some("Python"),
        "ipynb" => Some("notebooks"),
        _ => languages::language(path).map(languages::SourceLanguage::name),
    }
}

/// Returns the language of a file of code that is not read.
pub(super) fn unread_language(path: &RepoPath) -> Option<&'static str> {
    static ROWS: LazyLock<Vec<UnreadLanguage>> =
        LazyLock::new(|| embedded("other-code", include_str!("../../data/other-code.yaml")));
    static BY_EXTENSION: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
        let of = |language: &'static UnreadLanguage| {
            language.extensions.iter().map(|extension| (extension.as_str(), language.name.as_str()))
        };
        ROWS.iter().flat_map(of).collect()
    });
    BY_EXTENSION.get(path.extension().as_str()).copied()
}

/// Returns the first address of a model service in code that is not split into code and comments.
pub(super) fn address(source: &[u8]) -> Option<Detection> {
    let (_, start, end) = hosted::addresses(source).into_iter().next()?;
    let host = String::from_utf8_lossy(&source[start..end]);
    Some(Detection::hint(AssetKind::HostedService, host, Some(Span::new(start, end))))
}

/// Returns the first hint in files of languages that are not read.
pub(super) fn first_hint<'e>(
    snapshot: &dyn Snapshot,
    unread: Vec<&'e Entry>,
) -> Option<(&'e Entry, Detection)> {
    let unread: Vec<&Entry> = unread.into_iter().take(MOST_CODE).collect();
    unread.into_par_iter().with_min_len(16).find_map_first(|entry| {
        // What is not here hints at nothing.
        let source = snapshot.head(entry, LARGEST_CODE).ok()?;
        address(&source).map(|detection| (entry, detection))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_model_service_hints() {
        let name = |text: &str| address(text.as_bytes()).map(|it| it.name);
        assert_eq!(name("fetch(\"https://api.openai.com/v1/chat\")").unwrap(), "api.openai.com");
        assert_eq!(name("fetch(\"https://api.example.com/openai\")"), None);
        assert_eq!(name("fetch(\"https://api.openai.com.example.net/\")"), None);
        assert!(address(b"requests.post('http://localhost:11434/api/chat')").is_some());
    }

    #[test]
    fn no_language_is_both_read_and_not_read() {
        for extension in ["lua", "pl", "hs", "clj"] {
            let path = RepoPath::from(format!("a.{extension}").as_str());
            assert!(unread_language(&path).is_some() && read_language(&path).is_none());
        }
        for extension in ["ts", "go", "rs", "java", "cs", "r", "jl", "sql", "sh", "vue"] {
            let path = RepoPath::from(format!("a.{extension}").as_str());
            assert!(unread_language(&path).is_none() && read_language(&path).is_some());
        }
    }
}
