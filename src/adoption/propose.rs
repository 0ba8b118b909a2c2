//! What is proposed for an answer: ids, a purpose, a version, a stage.

use crate::catalog::Stage;
use crate::document::{Document, Node};
use crate::untrusted::is_deceptive;

/// The longest purpose that is proposed, in characters.
const LONGEST_PURPOSE: usize = 240;

/// Makes an id of a name: lower case, with hyphens. Returns `instead` where nothing is left.
pub(crate) fn id_of(name: &str, instead: &str) -> String {
    let mut id = String::new();
    for c in name.chars().take(200) {
        if c.is_ascii_alphanumeric() {
            id.push(c.to_ascii_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let id: String = id.trim_end_matches('-').chars().take(60).collect();
    let id = id.trim_end_matches('-');
    if id.is_empty() { instead.to_owned() } else { id.to_owned() }
}

/// Returns the first sentence of a page that says something: no heading, badge, picture, list, code
/// or markup. Returns `None` where there is none.
pub(crate) fn first_sentence(page: &str) -> Option<String> {
    let mut in_code = false;
    let mut paragraph = String::new();
    for line in page.lines().take(200) {
        let line = line.trim();
        if line.starts_with("```") || line.starts_with("~~~") {
            in_code = !in_code;
            continue;
        }
        let is_text = !in_code
            && line.chars().next().is_some_and(|c| c.is_alphanumeric() || matches!(c, '*' | '_'))
            && !line.starts_with("* ")
            && !line.starts_with("---");
        if is_text {
            paragraph.push_str(line);
            paragraph.push(' ');
        } else if !paragraph.is_empty() {
            if paragraph.split_whitespace().count() >= 4 {
                break;
            }
            paragraph.clear();
        } else if line.starts_with("===") {
            paragraph.clear();
        }
    }
    let text = plain(&paragraph);
    if text.split_whitespace().count() < 4 {
        return None;
    }
    let end = text
        .match_indices(". ")
        .map(|(at, _)| at + 1)
        .find(|end| !text[..*end].ends_with("e.g.") && !text[..*end].ends_with("i.e."))
        .unwrap_or(text.len());
    let sentence: String = text[..end].trim().chars().take(LONGEST_PURPOSE).collect();
    Some(sentence)
}

/// A text of Markdown without links, emphasis and what cannot be seen.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['[', ']', '*', '_', '`', '<', '!']) {
        out.push_str(&rest[..at]);
        let mark = rest[at..].chars().next().unwrap_or_default();
        rest = &rest[at + mark.len_utf8()..];
        match mark {
            // What a link leads to.
            ']' if rest.starts_with('(') => rest = rest.split_once(')').map_or("", |(_, it)| it),
            '<' => rest = rest.split_once('>').map_or("", |(_, it)| it),
            '_' if out.ends_with(char::is_alphanumeric)
                && rest.starts_with(char::is_alphanumeric) =>
            {
                out.push('_');
            }
            '!' if !rest.starts_with('[') => out.push('!'),
            _ => {}
        }
    }
    out.push_str(rest);
    let seen: String = out.chars().filter(|c| !is_deceptive(*c) || c.is_whitespace()).collect();
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The version that a manifest states: `pyproject.toml`, `package.json` or `Cargo.toml`.
pub(crate) fn stated_version(manifest: &Document) -> Option<String> {
    let root = manifest.tree().ok()?;
    let below = |keys: &[&str]| -> Option<String> {
        let node = keys.iter().try_fold(root, |node: &Node, key| node.get(key))?;
        Some(node.as_text()?.to_owned())
    };
    let found = below(&["project", "version"])
        .or_else(|| below(&["tool", "poetry", "version"]))
        .or_else(|| below(&["package", "version"]))
        .or_else(|| below(&["version"]))?;
    let is_version = found.len() <= 60 && found.starts_with(|c: char| c.is_ascii_digit());
    is_version.then_some(found)
}

/// The stage that the files of a repository speak for: what is deployed is in operation.
pub(crate) fn proposed_stage<'p>(mut paths: impl Iterator<Item = &'p str>) -> Stage {
    let is_deployed = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let in_pipeline = path.starts_with(".github/workflows/");
        name == "dockerfile"
            || name == "procfile"
            || name == "fly.toml"
            || name.starts_with("docker-compose.")
            || path.contains("helm/")
            || path.contains("k8s/")
            || (in_pipeline
                && ["deploy", "release", "publish"].iter().any(|word| name.contains(word)))
    };
    if paths.any(is_deployed) { Stage::Operation } else { Stage::Development }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_made_of_any_name() {
        assert_eq!(id_of("Open Web/Text_2", "x"), "open-web-text-2");
        assert_eq!(id_of("日本", "model"), "model");
        assert_eq!(id_of("--", "model"), "model");
    }

    #[test]
    fn a_purpose_is_the_first_sentence_that_is_one() {
        let page = "# nanoGPT\n\n![x](y.png)\n\n[![b](c)](d)\n\nThe *simplest*, fastest [repo](u) \
            for training, e.g. GPTs. It is a rewrite.\n";
        let expected = "The simplest, fastest repo for training, e.g. GPTs.";
        assert_eq!(first_sentence(page).unwrap(), expected);
        assert_eq!(first_sentence("# Title\n\n- a list of some words\n"), None);
        assert_eq!(first_sentence("Title\n=====\n\n```\nsome code that is long\n```\n"), None);
        assert_eq!(first_sentence("<p>no such thing as words</p>"), None);
    }

    #[test]
    fn what_is_deployed_is_in_operation() {
        assert_eq!(proposed_stage(["a.py", "x/Dockerfile"].into_iter()), Stage::Operation);
        assert_eq!(proposed_stage([".github/workflows/test.yml"].into_iter()), Stage::Development);
        assert_eq!(proposed_stage([".github/workflows/publish.yml"].into_iter()), Stage::Operation);
    }

    #[test]
    fn versions_are_read_from_manifests() {
        let read = |name: &str, text: &str| {
            stated_version(&crate::document::parse(name.into(), text.as_bytes().to_vec()))
        };
        assert_eq!(read("pyproject.toml", "[project]\nversion = \"1.2\"\n").unwrap(), "1.2");
        assert_eq!(read("package.json", "{\"version\": \"0.3.1\"}").unwrap(), "0.3.1");
        assert_eq!(read("Cargo.toml", "[package]\nversion.workspace = true\n"), None);
    }
}
