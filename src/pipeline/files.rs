//! Which files are pipelines or hooks, and which of them run the gate for others.

use super::step_names::StepNames;
use super::steps::steps;
use crate::evidence::Documents;
use crate::snapshot::View;
use crate::span::RepoPath;

/// Pipeline files that are looked at.
pub(super) const MOST_FILES: usize = 1_000;

/// The files of the repository that run the gate for whoever calls them.
pub(super) fn gate_callers(
    tip: &View<'_>,
    files: &[&RepoPath],
    documents: &mut Documents,
) -> StepNames {
    let mut names = StepNames::new();
    // A caller may itself be called.
    for _ in 0..3 {
        let mut grew = false;
        for path in files {
            let Some(document) = documents.load(tip, path) else { continue };
            if !steps(document, &names).is_empty() {
                grew |= names.add(&path.to_string());
            }
        }
        if !grew {
            break;
        }
    }
    names
}

pub(super) fn is_of_github(path: &RepoPath) -> bool {
    path.to_string().starts_with(".github/")
}

pub(super) fn is_hooks(path: &RepoPath) -> bool {
    path.file_name() == ".pre-commit-config.yaml"
}

pub(super) fn may_be_pipeline(path: &RepoPath) -> bool {
    let name = path.file_name();
    let folders = path.parent().to_string();
    // Forges look for exactly these endings.
    (name.ends_with(".yml") || name.ends_with(".yaml"))
        && (name.starts_with('.')
            || name.contains("pipeline")
            || folders
                .split('/')
                .any(|part| part.starts_with('.') || part == "ci" || part == "pipelines"))
}

/// Whether a file works under another name as it did: only a workflow may be called as one likes.
pub(super) fn works_as(path: &RepoPath, other: &RepoPath) -> bool {
    let folder = path.parent();
    folder.to_string() == ".github/workflows" && other.parent() == folder && may_be_pipeline(other)
}
