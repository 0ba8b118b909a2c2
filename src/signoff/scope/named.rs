//! Which files the code of a system names: a manifest or a page that is read decides like
//! configuration.

use std::collections::BTreeSet;

use crate::asset::{FileSort, PathRole};
use crate::detect::without_comment;
use crate::document::LIMITS;
use crate::model::RepositoryModel;
use crate::settings::register::System;

/// Programs that build or test others and read manifests and pages for that.
const BUILDERS: [&str; 5] = ["setup.py", "conf.py", "noxfile.py", "build.rs", "conftest.py"];

/// Returns those of `names`, names of files without folders, that a text in the code of a system
/// names.
pub(super) fn named_in_code<'n>(
    repo: &RepositoryModel<'_>,
    system: &System,
    names: &BTreeSet<&'n str>,
) -> BTreeSet<&'n str> {
    let mut found = BTreeSet::new();
    if names.is_empty() {
        return found;
    }
    let is_code = |path| {
        FileSort::of(path) == FileSort::Source
            && PathRole::of_owned(path, &repo.view.scope) == PathRole::Product
            && !BUILDERS.contains(&path.file_name().as_str())
    };
    for entry in repo.files_of(system).filter(|entry| is_code(&entry.path)) {
        let Ok(content) = repo.view.snapshot.read(entry, LIMITS.bytes) else { continue };
        found.extend(named_in(&String::from_utf8_lossy(&content), names));
    }
    found
}

/// Returns the names that stand behind a quote, in lines that are no comment.
fn named_in<'n>(text: &str, names: &BTreeSet<&'n str>) -> BTreeSet<&'n str> {
    let quoted = text
        .lines()
        .map(without_comment)
        .filter_map(|line| line.split_once(['"', '\'', '`']).map(|(_, rest)| rest));
    let words = quoted.flat_map(|rest| {
        rest.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '-'))
    });
    words.filter_map(|word| names.get(word).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_text_of_code_counts_and_one_in_a_comment_does_not() {
        let names = BTreeSet::from(["pyproject.toml", "README.md", "limits.yaml"]);
        let code = "# see 'README.md'\nwith open(\"../pyproject.toml\", \"rb\") as file:\n    \
                    limits = folder / 'tests/limits.yaml'\n    // `README.md`\n";
        let found = named_in(code, &names);
        assert_eq!(found, BTreeSet::from(["limits.yaml", "pyproject.toml"]));
    }
}
