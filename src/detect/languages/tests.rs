//! Each entry of `data/code` is tried with code of its own: once as it counts, and once as a
//! comment or a text that only looks so.

use std::collections::BTreeSet;

use super::super::code::detections;
use super::*;
use crate::asset::AssetKind;

/// The extension of code in which the examples of an ecosystem are written.
const WRITTEN_IN: [(&str, &str); 15] = [
    ("npm", "ts"),
    ("jvm", "java"),
    ("go", "go"),
    ("rust", "rs"),
    ("dotnet", "cs"),
    ("cpp", "cpp"),
    ("swift", "swift"),
    ("ruby", "rb"),
    ("php", "php"),
    ("r", "r"),
    ("julia", "jl"),
    ("dart", "dart"),
    ("elixir", "ex"),
    ("sql", "sql"),
    ("shell", "sh"),
];

fn all() -> Vec<(&'static str, EcosystemRow, &'static SourceLanguage)> {
    let found = ECOSYSTEMS.into_iter().chain([COMMANDS]).map(|(name, text)| {
        let (_, extension) = WRITTEN_IN.iter().find(|(of, _)| *of == name).unwrap();
        let path = RepoPath::from(format!("a.{extension}").as_str());
        (name, rows(name, text), language(&path).unwrap())
    });
    found.collect()
}

fn shown(language: &SourceLanguage, source: &str) -> Vec<(AssetKind, String)> {
    let found = detections(language, source.as_bytes());
    found.into_iter().map(|it| (it.kind, it.name)).collect()
}

#[test]
fn every_import_counts_in_code_and_not_in_a_comment() {
    for (name, row, language) in all() {
        for known in &row.known {
            for import in &known.imports {
                let written = import.replace('*', "x");
                // A class that is used by its whole name has no line that imports it.
                if written.contains("::") && name != "rust" {
                    continue;
                }
                let is_header = name == "swift" && written.contains('/');
                let (language, example, looks_so) = if is_header {
                    let c = super::language(&"a.m".into()).unwrap();
                    (c, "#import <{}>\n", "// #import <{}>\n")
                } else {
                    (language, row.example.as_str(), row.looks_so.as_str())
                };
                let source = example.replace("{}", written.trim_end_matches("::x"));
                let expected = match &known.service {
                    Some(service) => (AssetKind::HostedService, service.clone()),
                    None => (AssetKind::Framework, known.name.clone()),
                };
                let found = shown(language, &source);
                assert!(found.contains(&expected), "{name}: {source}: {found:?}");
                let source = looks_so.replace("{}", &written);
                assert_eq!(shown(language, &source), [], "{name}: {source}");
            }
        }
    }
}

#[test]
fn every_framework_has_a_call_that_shows_a_model() {
    for (name, row, language) in all() {
        for known in row.known.iter().filter(|it| it.service.is_none()) {
            let code = known.shows.as_deref().unwrap_or_else(|| panic!("{name}: {}", known.name));
            // Kotlin and Scala are written without a semicolon, and one path reads them all.
            let language = match code {
                _ if name == "jvm" && code.contains("val ") => {
                    super::language(&"a.kt".into()).unwrap()
                }
                _ => language,
            };
            let found = shown(language, code);
            let shows = |kind| {
                matches!(
                    kind,
                    AssetKind::ModelDefinition | AssetKind::Training | AssetKind::ModelUse
                )
            };
            let is_shown = |(kind, of): &(AssetKind, String)| {
                shows(*kind) && of.starts_with(&format!("{}: ", known.name))
            };
            assert!(found.iter().any(is_shown), "{name}: {code}: {found:?}");
        }
    }
}

#[test]
fn every_pattern_counts_where_it_says_so() {
    for (name, row, language) in all() {
        for pattern in &row.patterns {
            assert!(!shown(language, &pattern.yes).is_empty(), "{name}: {}", pattern.yes);
            assert_eq!(shown(language, &pattern.no), [], "{name}: {}", pattern.no);
        }
    }
}

#[test]
fn nothing_is_listed_twice() {
    for (name, row, _) in all() {
        let mut names = BTreeSet::new();
        let mut imports = BTreeSet::new();
        for known in &row.known {
            assert!(names.insert(&known.name), "{name}: {}", known.name);
            for import in &known.imports {
                assert!(imports.insert(import), "{name}: {import}");
            }
        }
    }
    let mut extensions = BTreeSet::new();
    for language in languages() {
        for extension in &language.row.extensions {
            assert!(extensions.insert(extension), "{extension}");
        }
        assert!(!language.ecosystem().words.as_str().is_empty());
    }
}
