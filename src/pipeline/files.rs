//! Which files are pipelines or hooks, and which of them run the gate for others.

use std::collections::BTreeSet;

use super::commands::resolved;
use super::follow::reach;
use super::program_text::Programs;
use super::step_names::StepNames;
use super::steps::steps;
use crate::document::Node;
use crate::evidence::Documents;
use crate::span::RepoPath;

/// Pipeline files that are looked at.
pub(super) const MOST_FILES: usize = 1_000;

/// Texts of all pipelines that are followed to see whether they run the gate.
const MOST_TEXTS: usize = 2_000;

/// The files of the repository that run the gate for whoever calls them, and the texts that do so
/// by a file that is no pipeline.
pub(super) fn gate_callers(
    programs: &Programs<'_>,
    files: &[&RepoPath],
    documents: &mut Documents,
) -> StepNames {
    let mut names = StepNames::default();
    let mut left = MOST_TEXTS;
    for path in files {
        let Some(document) = documents.load(programs.view, path) else { continue };
        let Ok(root) = document.tree() else { continue };
        let mut texts = BTreeSet::new();
        let mut folders = vec![RepoPath::root()];
        run_texts(root, None, &mut texts, &mut folders);
        for text in texts.into_iter().take(left) {
            left -= 1;
            let is_gate =
                !names.is_in(text) && reach(programs, vec![text.to_owned()], &folders).runs_gate;
            if is_gate {
                names.add_text(text);
            }
        }
    }
    // A caller may itself be called.
    for _ in 0..3 {
        let mut grew = false;
        for path in files {
            let Some(document) = documents.load(programs.view, path) else { continue };
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

/// What a pipeline runs, and the folders it runs in.
fn run_texts<'n>(
    node: &'n Node,
    key: Option<&str>,
    texts: &mut BTreeSet<&'n str>,
    folders: &mut Vec<RepoPath>,
) {
    const RUN: [&str; 8] =
        ["run", "script", "before_script", "uses", "entry", "args", "command", "bash"];
    if let (Some(key), Some(text)) = (key, node.as_text()) {
        if RUN.contains(&key) {
            texts.insert(text);
        } else if matches!(key, "working-directory" | "working_directory") {
            folders.extend(resolved(&RepoPath::root(), text));
        }
    }
    for item in node.items() {
        run_texts(item, key, texts, folders);
    }
    for (key, value) in node.entries() {
        run_texts(value, Some(&key.text), texts, folders);
    }
}

pub(super) fn is_of_github(path: &RepoPath) -> bool {
    path.to_string().starts_with(".github/")
}

/// Whether a file is a workflow of GitHub Actions.
pub(super) fn is_workflow(path: &RepoPath) -> bool {
    path.parent().to_string() == ".github/workflows"
        && ["yml", "yaml"].contains(&path.extension().as_str())
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
