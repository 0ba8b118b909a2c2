//! The house rules that no compiler holds: imports go down, every file is listed and says what it
//! is for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::imports::without_tests;

/// Lowest layer first. A module imports from lower layers only, never from its own.
const LAYERS: [&[&str]; 16] = [
    &[
        "span",
        "fact",
        "untrusted",
        "wording",
        "digest",
        "date",
        "openssh",
        "codeowners",
        "check_id",
        "ids",
    ],
    &["document", "expression"],
    &["catalog", "asset", "canonical", "snapshot"],
    &["part"],
    &["finding", "change", "authorship", "file_cache"],
    &["settings"],
    &["evidence", "detect"],
    &["model", "template"],
    &["obligation", "affected", "pipeline", "signoff"],
    &["engine", "doctor", "adoption", "mend"],
    &["checks"],
    &["decision"],
    &["report"],
    &["edge", "cli"],
    &["error", "load"],
    &["run"],
];

fn source_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every source file with its path below `src`.
pub(crate) fn files() -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![source_root()];
    while let Some(folder) = folders.pop() {
        for item in fs::read_dir(folder).unwrap() {
            let path = item.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name =
                    path.strip_prefix(source_root()).unwrap().to_string_lossy().replace('\\', "/");
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// The top-level module a file belongs to.
fn room(file: &str) -> &str {
    file.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The code without its tests and comments.
fn production(text: &str) -> String {
    let code = without_tests(text);
    code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The top-level modules a text imports by `crate::name`.
fn imports(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let name: String =
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        assert!(!name.is_empty(), "name the module: `crate::{}`", &rest[..rest.len().min(20)]);
        names.push(name);
    }
    names
}

fn violations(files: &[(String, String)]) -> Vec<String> {
    let layer: BTreeMap<&str, usize> = LAYERS
        .iter()
        .enumerate()
        .flat_map(|(at, rooms)| rooms.iter().map(move |room| (*room, at)))
        .collect();
    let mut wrong = Vec::new();
    for (file, text) in files {
        let room = room(file);
        if matches!(room, "lib" | "main") {
            continue;
        }
        let Some(own) = layer.get(room) else {
            wrong.push(format!("{file}: `{room}` is in no layer"));
            continue;
        };
        // A file `depth` modules below its room may go up that often.
        let depth = file.matches('/').count() - usize::from(file.ends_with("/mod.rs"));
        if production(text).contains(&"super::".repeat(depth + 1)) {
            wrong.push(format!("{file}: `super::` leaves the room; name the module"));
        }
        for import in imports(&production(text)) {
            match layer.get(import.as_str()) {
                _ if import == room => {}
                None => wrong.push(format!("{file}: imports `{import}`, which is in no layer")),
                Some(other) if other < own => {}
                Some(_) => wrong.push(format!(
                    "{file}: imports `{import}`, which is not below \
                    `{room}`"
                )),
            }
        }
    }
    wrong
}

#[test]
fn imports_go_down_only() {
    assert_eq!(violations(&files()), Vec::<String>::new());
}

#[test]
fn an_upward_a_sideways_and_an_unknown_import_are_seen() {
    let case = |file: &str, text: &str| violations(&[(file.to_owned(), text.to_owned())]).len();
    assert_eq!(case("document/yaml.rs", "use crate::CHECKS;"), 1, "upward");
    assert_eq!(case("detect/mod.rs", "fn f() { crate::evidence::read() }"), 1, "sideways");
    assert_eq!(case("attic.rs", ""), 1, "in no layer");
    assert_eq!(case("detect/mod.rs", "use crate::attic::x;"), 1, "imports what is in no layer");
    assert_eq!(case("detect/python.rs", "use super::super::run::run;"), 1, "upward without a name");
    assert_eq!(case("detect/python.rs", "use super::signs;"), 0);
    assert_eq!(
        case(
            "detect/mod.rs",
            "use crate::span::Span;\n// crate::run\n#[cfg(test)]\nmod tests \
            { use crate::run; }"
        ),
        0
    );
}

#[test]
fn every_file_is_listed_by_its_parent() {
    let files = files();
    let texts: BTreeMap<&str, &str> =
        files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    for (file, _) in &files {
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        let (parent, module) = match (folder, name) {
            ("", "lib.rs" | "main.rs") => continue,
            ("", name) => ("lib.rs".to_owned(), name.trim_end_matches(".rs")),
            (folder, "mod.rs") => match folder.rsplit_once('/') {
                Some((above, module)) => (format!("{above}/mod.rs"), module),
                None => ("lib.rs".to_owned(), folder),
            },
            (folder, name) => (format!("{folder}/mod.rs"), name.trim_end_matches(".rs")),
        };
        let text = texts.get(parent.as_str()).unwrap_or_else(|| panic!("{file}: no {parent}"));
        let listed = text.lines().any(|line| line.trim_end().ends_with(&format!("mod {module};")));
        assert!(listed, "{file} is listed nowhere: add `mod {module};` to {parent}");
    }
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    for (file, text) in files() {
        assert!(text.starts_with("//! "), "{file} does not open with a sentence on what it is for");
    }
}

#[test]
fn no_banned_package_is_locked() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let deny = fs::read_to_string(root.join("deny.toml")).unwrap();
    let banned: Vec<&str> = deny
        .lines()
        .filter_map(|line| line.trim().strip_prefix("{ crate = \"")?.split('"').next())
        .collect();
    assert_eq!(banned, ["openssl-sys", "native-tls", "aws-lc-sys", "serde_yml", "libyml"]);
    let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap();
    for package in banned {
        assert!(!lock.contains(&format!("name = \"{package}\"\n")), "{package} came in");
    }
}

#[test]
fn the_layers_in_the_crate_documentation_are_these() {
    let text = fs::read_to_string(source_root().join("lib.rs")).unwrap();
    let drawing = text.split("```").nth(1).unwrap();
    let known: Vec<&str> = LAYERS.iter().flat_map(|rooms| rooms.iter().copied()).collect();
    let drawn: Vec<Vec<&str>> = drawing
        .lines()
        .filter_map(|line| line.strip_prefix("//! "))
        .map(|line| line.split_whitespace().take_while(|word| known.contains(word)).collect())
        .filter(|rooms: &Vec<&str>| !rooms.is_empty())
        .collect();
    let sorted = |mut rooms: Vec<&'static str>| {
        rooms.sort_unstable();
        rooms
    };
    let layers: Vec<Vec<&str>> = LAYERS.iter().rev().map(|rooms| sorted(rooms.to_vec())).collect();
    let drawn: Vec<Vec<&str>> = drawn
        .into_iter()
        .map(|mut rooms| {
            rooms.sort_unstable();
            rooms
        })
        .collect();
    assert_eq!(drawn, layers);
}

#[test]
fn every_explanation_lies_beside_its_check_and_no_other_does() {
    let sources = files();
    for group in fs::read_dir(source_root().join("checks")).unwrap() {
        let group = group.unwrap().path();
        if !group.is_dir() {
            continue;
        }
        let below = format!("checks/{}/", group.file_name().unwrap().to_string_lossy());
        let code: String = sources
            .iter()
            .filter(|(file, _)| file.starts_with(&below))
            .map(|(_, text)| text.as_str())
            .collect();
        for item in fs::read_dir(&group).unwrap() {
            let path = item.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let name = path.file_name().unwrap().to_string_lossy();
                assert!(code.contains(&format!("include_str!(\"{name}\")")), "{below}{name}");
            }
        }
    }
    for check in aimsgate::CHECKS {
        let file = format!("{}.md", check.id.name().replace('-', "_"));
        let groups = fs::read_dir(source_root().join("checks")).unwrap();
        let found = groups
            .filter_map(|group| fs::read_to_string(group.unwrap().path().join(&file)).ok())
            .collect::<Vec<_>>();
        assert_eq!(found, [check.explanation], "{file}");
    }
}
