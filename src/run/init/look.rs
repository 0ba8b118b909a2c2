//! What `init` finds in a repository: systems with their assets, and what is proposed for them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::adoption::{
    FoundSystem, ProposedSystem, first_sentence, group, id_of, proposed_stage, stated_version,
};
use crate::asset::{Asset, AssetKind, FileSort, Inventory, PathRole, Strength};
use crate::detect::{self, Breadth};
use crate::document::parse;
use crate::edge::git::{RepositoryOrigin, Source};
use crate::file_cache::FileCache;
use crate::settings::own_ai::OwnAi;
use crate::snapshot::View;
use crate::span::RepoPath;

/// Files by which a folder shows that it is built by itself.
const BUILT: [&str; 7] = [
    "pyproject.toml",
    "setup.py",
    "requirements.txt",
    "package.json",
    "Cargo.toml",
    "go.mod",
    "Dockerfile",
];

/// Manifests that may state a version.
const VERSIONED: [&str; 3] = ["pyproject.toml", "package.json", "Cargo.toml"];

/// The most of a page or a manifest that is read for a proposal.
const MOST: u64 = 256 << 10;

/// What a repository holds.
pub(super) struct Look<'s> {
    view: View<'s>,
    pub(super) inventory: Inventory,
}

impl<'s> Look<'s> {
    pub(super) fn at(source: &'s Source) -> Self {
        let role = |path: &RepoPath| PathRole::of(path, &source.scope);
        let view = View::new(&*source.snapshot, source.scope.clone());
        let inventory =
            detect::inventory(&view, Breadth::All, &role, &OwnAi::default(), &FileCache::default());
        Self { view, inventory }
    }

    /// A path relative to the judged folder.
    fn relative(&self, path: &RepoPath) -> String {
        path.relative_to(&self.view.scope).unwrap_or_else(|| path.clone()).to_string()
    }

    /// The systems that were found; by hints only where nothing else shows AI.
    fn found(&self) -> Vec<FoundSystem> {
        let of = |strength| {
            let assets = self.inventory.assets.iter();
            let own = assets
                .filter(|asset| asset.role == PathRole::Product && asset.strength == strength)
                .filter(|asset| asset.kind != AssetKind::Framework);
            own.map(|asset| (asset, self.relative(&asset.place.path))).collect::<Vec<_>>()
        };
        let mut assets: Vec<(&Asset, String)> = of(Strength::Evidence);
        if assets.is_empty() {
            assets = of(Strength::Hint);
        }
        let is_own =
            |folder: &str| BUILT.iter().any(|name| self.holds(&format!("{folder}/{name}")));
        let mut systems = group(&assets, is_own);
        // A manifest at the top says nothing of where the code is.
        for system in systems.iter_mut().filter(|it| it.folder.is_empty()) {
            if system.paths.iter().all(|path| BUILT.contains(&path.as_str())) {
                system.paths = self.folders_of_code();
            }
        }
        systems.retain(|system| !system.paths.is_empty());
        systems
    }

    /// The folders at the top that hold code of the product, and the code beside them.
    fn folders_of_code(&self) -> Vec<String> {
        let mut paths = BTreeSet::new();
        for entry in self.view.entries() {
            let is_product = PathRole::of(&entry.path, &self.view.scope) == PathRole::Product;
            if !is_product || FileSort::of(&entry.path) != FileSort::Source {
                continue;
            }
            let path = self.relative(&entry.path);
            match path.split_once('/') {
                Some((folder, _)) if !folder.starts_with('.') => {
                    paths.insert(format!("{folder}/**"));
                }
                None => {
                    paths.insert(format!("*.{}", entry.path.extension()));
                }
                Some(_) => {}
            }
        }
        paths.into_iter().collect()
    }

    fn holds(&self, path: &str) -> bool {
        let path = self.view.scope.join(path);
        path.is_ok_and(|path| self.view.snapshot.entry(&path).is_some())
    }

    /// The text of a file of the judged folder, where it is there and not too long.
    pub(super) fn text(&self, path: &str) -> Option<String> {
        let path = self.view.scope.join(path).ok()?;
        let entry = self.view.snapshot.entry(&path)?;
        let bytes = self.view.snapshot.read(entry, MOST).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The systems as they are proposed. `named` takes the place of what was found: an id and the
    /// folders of each.
    pub(super) fn proposed(
        &self,
        folder: &Path,
        origin: &RepositoryOrigin,
        named: &[(String, Vec<String>)],
    ) -> Vec<ProposedSystem> {
        let found = if named.is_empty() { self.found() } else { self.as_named(named) };
        let repository = origin.remote.as_deref().and_then(last_part);
        let of_folder = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        let repository = repository.or(of_folder).unwrap_or_default();
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        found
            .into_iter()
            .enumerate()
            .map(|(at, found)| {
                let last = found.folder.rsplit('/').next().filter(|name| !name.is_empty());
                let wanted = match named.get(at) {
                    Some((id, _)) => id.clone(),
                    None => id_of(last.unwrap_or(&repository), "system"),
                };
                let count = taken.entry(wanted.clone()).or_default();
                *count += 1;
                let id = if *count > 1 { format!("{wanted}-{count}") } else { wanted };
                self.propose(id, found, origin)
            })
            .collect()
    }

    /// What was found below the folders that somebody named.
    fn as_named(&self, named: &[(String, Vec<String>)]) -> Vec<FoundSystem> {
        let of = |folders: &[String]| {
            let within = |path: &str| {
                folders.iter().any(|folder| {
                    path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
                })
            };
            let assets = self.inventory.assets.iter().filter(|it| it.role == PathRole::Product);
            let assets: Vec<(&Asset, String)> = assets
                .map(|asset| (asset, self.relative(&asset.place.path)))
                .filter(|(_, path)| within(path))
                .collect();
            let mut one = FoundSystem::default();
            for found in group(&assets, |_| false) {
                one.models.extend(found.models);
                one.datasets.extend(found.datasets);
            }
            one.folder = folders.first().cloned().unwrap_or_default();
            one.paths = folders.iter().map(|folder| format!("{folder}/**")).collect();
            one
        };
        named.iter().map(|(_, folders)| of(folders)).collect()
    }

    fn propose(&self, id: String, found: FoundSystem, origin: &RepositoryOrigin) -> ProposedSystem {
        let below = |name: &str| match found.folder.as_str() {
            "" => name.to_owned(),
            folder => format!("{folder}/{name}"),
        };
        let readme = ["README.md", "README.rst", "README", "readme.md"]
            .iter()
            .find_map(|name| self.text(&below(name)));
        let manifest = VERSIONED.iter().find_map(|name| {
            let path = below(name);
            let text = self.text(&path)?;
            stated_version(&parse(path.as_str().into(), text.into_bytes()))
        });
        let of_repository = origin.version.clone().filter(|_| found.folder.is_empty());
        let files = self.view.entries().iter().map(|entry| self.relative(&entry.path));
        let prefix = below("");
        let files: Vec<String> = files
            .filter_map(|path| {
                let own = path.strip_prefix(&prefix).map(str::to_owned);
                own.or_else(|| path.starts_with(".github/workflows/").then_some(path))
            })
            .collect();
        ProposedSystem {
            id,
            version: manifest.or(of_repository),
            purpose: readme.as_deref().and_then(first_sentence),
            roles: vec!["provider".to_owned()],
            stage: proposed_stage(files.iter().map(String::as_str)),
            class: None,
            facts: BTreeMap::new(),
            paths: found.paths,
            models: found.models,
            datasets: found.datasets,
            documents: BTreeMap::new(),
            folder: found.folder,
        }
    }
}

/// The last part of an address of a repository: `nanoGPT` of `git@host:owner/nanoGPT.git`.
fn last_part(address: &str) -> Option<String> {
    let address = address.trim_end_matches('/').trim_end_matches(".git");
    let last = address.rsplit(['/', ':']).next()?;
    (!last.is_empty()).then(|| last.to_owned())
}
