//! Files beside the product, such as tests and examples, that code of the product names in a
//! change: what a product imports or loads is its own, whatever the folder is called.
//!
//! # Design
//!
//! Only what the change says is followed, because to look for a name in all code costs more than
//! all else: the new lines of changed code of the product, and all code of the product where the
//! change brings AI into a file beside it.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobSet;

use super::RepositoryModel;
use crate::asset::{Asset, FileSort, PathRole, Strength};
use crate::change::{Change, Edit, new_lines};
use crate::detect::{look_into, without_comment};
use crate::file_cache::FileCache;
use crate::settings::register::Register;
use crate::snapshot::{Entry, View};
use crate::span::RepoPath;

/// Bytes of a file that is looked through for names.
const LARGEST: u64 = 1 << 20;

/// Files of the product that are looked through for the name of one file.
const MOST_FILES: usize = 5_000;

/// Words of a line that imports.
const IMPORTS: [&str; 5] = ["import", "require", "use", "include", "from"];

/// Returns what shows AI in the files beside the product that its code comes to name.
pub(crate) fn named_aside(
    repo: &RepositoryModel<'_>,
    tip: &View<'_>,
    change: &Change,
    cache: &FileCache,
) -> Vec<Asset> {
    let register = repo.declared.register.known();
    let ignored = register.map_or_else(GlobSet::empty, Register::ignored);
    let role = |path: &RepoPath| repo.declared.role_unless(&ignored, path, &repo.view.scope);
    let is_aside = |path: &RepoPath| role(path) == PathRole::Aside;
    let entries = || repo.view.entries().iter().filter(|entry| entry.is_file());
    let edited = |path: &RepoPath| change.files.get(path).is_some_and(|it| *it != Edit::Removed);
    let code = |entry: &&Entry| FileSort::of(&entry.path) == FileSort::Source;
    let changed: Vec<&Entry> = entries().filter(|entry| edited(&entry.path)).collect();
    let (aside, product): (Vec<&Entry>, Vec<&Entry>) =
        changed.into_iter().partition(|entry| is_aside(&entry.path));
    let mut named = BTreeSet::new();
    let mut changed_code = product.iter().copied().filter(code).peekable();
    if changed_code.peek().is_some() {
        let names = AsideNames::of(entries().filter(|entry| is_aside(&entry.path)));
        for entry in changed_code {
            let origin = change.moved_from.get(&entry.path).unwrap_or(&entry.path);
            let before = tip.snapshot.entry(origin).and_then(|it| tip.text(it, LARGEST));
            let Some(now) = repo.view.text(entry, LARGEST) else { continue };
            for line in new_lines(&before.unwrap_or_default(), &now) {
                names.named_in(line, &entry.path, &mut named);
            }
        }
    }
    let brings = |entry: &&Entry| {
        let found = look_into(&repo.view, entry, cache).unwrap_or_default();
        found.iter().any(|asset| asset.strength == Strength::Evidence)
    };
    let brought: Vec<&Entry> = aside.into_iter().filter(brings).collect();
    if !brought.is_empty() {
        let names = AsideNames::of(brought.into_iter());
        let of_product = entries().filter(code).filter(|entry| !is_aside(&entry.path));
        for entry in of_product.take(MOST_FILES) {
            let Some(now) = repo.view.text(entry, LARGEST) else { continue };
            now.lines().for_each(|line| names.named_in(line, &entry.path, &mut named));
        }
    }
    let files = named.into_iter().filter_map(|path| repo.view.snapshot.entry(&path));
    let found = files.flat_map(|entry| look_into(&repo.view, entry, cache).unwrap_or_default());
    found.map(|asset| Asset { role: PathRole::Product, ..asset }).collect()
}

/// The files beside the product, by what a line names them by.
struct AsideNames<'e> {
    by_name: BTreeMap<String, Vec<&'e RepoPath>>,
    /// Code, by its name without an ending.
    by_stem: BTreeMap<String, Vec<&'e RepoPath>>,
}

impl<'e> AsideNames<'e> {
    fn of(entries: impl Iterator<Item = &'e Entry>) -> Self {
        let mut all = Self { by_name: BTreeMap::new(), by_stem: BTreeMap::new() };
        for entry in entries {
            let name = entry.path.file_name();
            if FileSort::of(&entry.path) == FileSort::Source {
                let stem = name.split('.').next().unwrap_or_default();
                all.by_stem.entry(stem.to_owned()).or_default().push(&entry.path);
            }
            all.by_name.entry(name).or_default().push(&entry.path);
        }
        all
    }

    /// Adds the files that a line of a file of code imports, or names in quotes.
    fn named_in(&self, line: &str, from: &RepoPath, named: &mut BTreeSet<RepoPath>) {
        let line = without_comment(line);
        let words: BTreeSet<&str> =
            line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').collect();
        let is_near = |path: &RepoPath| {
            let folder = path.parent();
            folder == from.parent() || words.contains(folder.file_name().as_str())
        };
        for quoted in line.split(['"', '\'', '`']).skip(1).step_by(2) {
            let written = quoted.trim_start_matches("./").trim_start_matches("../");
            let name = written.rsplit('/').next().unwrap_or(written);
            let fits = |path: &RepoPath| {
                let whole = path.to_string();
                if written.contains('/') {
                    whole == written || whole.ends_with(&format!("/{written}"))
                } else {
                    is_near(path)
                }
            };
            let all = self.by_name.get(name).into_iter().flatten();
            named.extend(all.filter(|path| fits(path)).map(|path| (*path).clone()));
        }
        if IMPORTS.iter().any(|word| words.contains(word)) {
            let all = words.iter().filter_map(|word| self.by_stem.get(*word)).flatten();
            named.extend(all.filter(|path| is_near(path)).map(|path| (*path).clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::FileMode;

    #[test]
    fn a_file_beside_the_product_is_known_by_an_import_or_a_path() {
        let paths = ["tests/llm.py", "src/test_llm.py", "tests/data/v5.safetensors", "docs/x.ts"];
        let entries: Vec<Entry> = paths
            .iter()
            .map(|path| Entry { path: RepoPath::from(*path), mode: FileMode::File, known_id: None })
            .collect();
        let names = AsideNames::of(entries.iter());
        let cases: [(&str, &[&str]); 9] = [
            ("from tests.llm import ask", &["tests/llm.py"]),
            ("from tests import llm", &["tests/llm.py"]),
            ("from .test_llm import ask", &["src/test_llm.py"]),
            ("import { a } from '../docs/x'", &["docs/x.ts"]),
            ("W = load('tests/data/v5.safetensors')", &["tests/data/v5.safetensors"]),
            ("W = load(root / 'data' / 'v5.safetensors')", &["tests/data/v5.safetensors"]),
            ("W = load('models/v5.safetensors')", &[]),
            ("from scoring import llm", &[]),
            ("# from tests import llm", &[]),
        ];
        for (line, expected) in cases {
            let mut named = BTreeSet::new();
            names.named_in(line, &RepoPath::from("src/score.py"), &mut named);
            let named: Vec<String> = named.iter().map(ToString::to_string).collect();
            assert_eq!(named, expected, "{line}");
        }
    }
}
