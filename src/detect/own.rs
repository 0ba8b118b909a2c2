//! What is left out of what was found: names that the repository gives its own things, and packages
//! that only others ask for.

use std::collections::BTreeSet;

use super::languages::is_lock;
use super::python_names::root;
use crate::asset::{AssetKind, Detection, Inventory, Strength};
use crate::snapshot::Snapshot;
use crate::span::RepoPath;

/// Whether a library, or a call of statistics, that a source of Python names is a module of the
/// repository itself: beside the source, or above it.
pub(super) fn is_own(snapshot: &dyn Snapshot, path: &RepoPath, found: &Detection) -> bool {
    let may_be = found.kind == AssetKind::Framework
        || (found.kind == AssetKind::Training && found.strength == Strength::Hint);
    let is_python = matches!(path.extension().as_str(), "py" | "pyi" | "pyw" | "ipynb");
    if !may_be || !is_python {
        return false;
    }
    let module = root(&found.name);
    let is_here = |folder: &RepoPath| {
        [
            format!("{module}.py"),
            format!("{module}/__init__.py"),
            format!("src/{module}/__init__.py"),
        ]
        .iter()
        .any(|file| folder.join(file).is_ok_and(|it| snapshot.entry(&it).is_some()))
    };
    path.parent().ancestors_from_root().iter().any(is_here)
}

/// Whether the id of something of a hub is a folder of the repository, from its top or from beside
/// the source that loads it.
pub(super) fn is_folder(snapshot: &dyn Snapshot, path: &RepoPath, found: &Detection) -> bool {
    if !matches!(found.kind, AssetKind::HubModel | AssetKind::HubDataset) {
        return false;
    }
    let is_here = |folder: &RepoPath| {
        let Ok(inside) = folder.join(&found.name) else { return false };
        let beginning = RepoPath::new([inside.as_bytes(), b"/"].concat());
        let entries = snapshot.entries();
        let first = entries.partition_point(|it| it.path < beginning);
        entries.get(first).is_some_and(|it| it.path.as_bytes().starts_with(beginning.as_bytes()))
    };
    is_here(&RepoPath::root()) || is_here(&path.parent())
}

/// Leaves out what a lock file lists and no manifest asks for, because others ask for it, and where
/// nothing shows AI the libraries that may never be imported.
pub(super) fn leave_out_unasked(inventory: &mut Inventory) {
    let uses_ai = inventory.uses_ai();
    let assets = &mut inventory.assets;
    assets.retain(|it| {
        uses_ai || it.kind != AssetKind::Framework || it.strength == Strength::Evidence
    });
    let packages = assets.iter().filter(|it| it.kind == AssetKind::Dependency);
    let asked = packages.filter(|it| !is_lock(&it.place.path)).map(|it| it.name.clone());
    let asked: BTreeSet<String> = asked.collect();
    assets.retain(|it| {
        it.kind != AssetKind::Dependency || !is_lock(&it.place.path) || asked.contains(&it.name)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::memory::MemorySnapshot;

    #[test]
    fn a_module_of_the_repository_is_no_library() {
        let files = ["src/torch/__init__.py", "tools/evaluate.py", "tools/run.py", "tests/a.py"];
        let snapshot = MemorySnapshot::new(files.map(|path| (path, Vec::new())));
        let is_own = |path: &str, name: &str| {
            is_own(&snapshot, &path.into(), &Detection::evidence(AssetKind::Framework, name, None))
        };
        assert!(is_own("tools/run.py", "evaluate") && is_own("tests/a.py", "torch"));
        assert!(!is_own("tests/a.py", "evaluate") && !is_own("tools/run.py", "transformers"));
        let used = Detection::evidence(AssetKind::ModelUse, "torch.load", None);
        assert!(!super::is_own(&snapshot, &"tests/a.py".into(), &used));
        let note = Detection::hint(AssetKind::Training, "torch.OLS.fit", None);
        assert!(super::is_own(&snapshot, &"tests/a.py".into(), &note));
    }

    #[test]
    fn an_id_that_is_a_folder_here_is_no_id_of_a_hub() {
        let files = ["app/nets/bird/config.json", "nets/cat/config.json", "nets/cat-2/a"];
        let snapshot = MemorySnapshot::new(files.map(|path| (path, Vec::new())));
        let is_folder = |name: &str| {
            let found = Detection::evidence(AssetKind::HubModel, name, None);
            is_folder(&snapshot, &"app/run.py".into(), &found)
        };
        assert!(is_folder("nets/bird") && is_folder("nets/cat"));
        assert!(!is_folder("nets/ca") && !is_folder("acme/cat") && !is_folder("nets/cat-2/a"));
    }
}
