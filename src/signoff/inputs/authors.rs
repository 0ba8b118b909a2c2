//! Who wrote, in this change, what a record is about.

use std::collections::BTreeSet;

use globset::GlobSet;

use crate::change::Authored;
use crate::settings::covers;
use crate::signoff::files::{Located, Record};
use crate::signoff::scope::{CoveredItem, ItemForm, is_pattern};
use crate::span::RepoPath;

/// Returns the authors of the commits that touch such a file. Files of sign-offs do not count: who
/// prepares a record wrote nothing of what it covers.
pub(super) fn authors_of(
    commits: &[Authored],
    sign_off_folders: &BTreeSet<RepoPath>,
    is_about: impl Fn(&RepoPath) -> bool,
) -> BTreeSet<String> {
    let is_sign_off = |path: &RepoPath| sign_off_folders.iter().any(|folder| path.is_in(folder));
    let mut authors = BTreeSet::new();
    for commit in commits {
        if commit.paths.iter().any(|path| !is_sign_off(path) && is_about(path)) {
            authors.extend(commit.authors.iter().cloned());
        }
    }
    authors
}

/// The paths that a system's content lies at.
pub(super) struct AboutSystem {
    paths: BTreeSet<RepoPath>,
    patterns: GlobSet,
}

impl AboutSystem {
    pub(super) fn of(items: &[CoveredItem]) -> Self {
        let mut paths: BTreeSet<RepoPath> = BTreeSet::new();
        let mut patterns = Vec::new();
        for item in items {
            paths.insert(item.place.path.clone());
            match &item.form {
                ItemForm::Risk { .. } => {}
                ItemForm::File { path } | ItemForm::Section { path, .. } if is_pattern(path) => {
                    patterns.push(path.as_str());
                }
                ItemForm::File { path } | ItemForm::Section { path, .. } => {
                    paths.insert(RepoPath::from(path.as_str()));
                }
            }
        }
        let root = RepoPath::root();
        Self { paths, patterns: covers(patterns.iter().map(|path| (&root, *path))) }
    }

    pub(super) fn has(&self, path: &RepoPath) -> bool {
        self.paths.contains(path) || self.patterns.is_match(path.to_string())
    }
}

/// Returns the files that a change of rules replaces: as it names them, from the root and from the
/// folder whose `governance/signoffs` the record lies in.
pub(super) fn rule_files(located: &Located<Record>) -> BTreeSet<RepoPath> {
    let base = located.path.parent().parent().parent();
    let mut files = BTreeSet::new();
    for file in &located.value.files {
        files.insert(RepoPath::from(file.path.value.as_str()));
        files.extend(base.join(&file.path.value).ok());
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::material::Material;
    use crate::span::Place;

    #[test]
    fn authors_are_those_of_commits_that_touch_the_content() {
        let commit = |author: &str, path: &str| Authored {
            authors: BTreeSet::from([author.to_owned()]),
            paths: BTreeSet::from([RepoPath::from(path)]),
        };
        let item = |path: &str| CoveredItem {
            material: Material::Data,
            form: ItemForm::File { path: path.to_owned() },
            digest: Ok(crate::digest::sha256(b"")),
            place: Place::whole("aims.yaml".into()),
            is_role: false,
        };
        let about = AboutSystem::of(&[item("model.bin"), item("data/**/*.csv")]);
        let folders = BTreeSet::from([RepoPath::from("governance/signoffs")]);
        let cases = [
            ("model.bin", true),
            ("other.bin", false),
            ("data/2026/a.csv", true),
            ("data/a.txt", false),
            ("aims.yaml", true),
            ("governance/signoffs/r-1.yaml", false),
        ];
        for (path, expected) in cases {
            let found = authors_of(&[commit("ana", path)], &folders, |path| about.has(path));
            assert_eq!(!found.is_empty(), expected, "{path}");
        }
        let of_any = authors_of(&[commit("ana", "other.bin")], &folders, |_| true);
        assert_eq!(of_any, BTreeSet::from(["ana".to_owned()]));
    }
}
