//! What a text that a pipeline runs leads to: files, local actions, and what tools run.

use std::collections::{BTreeSet, VecDeque};
use std::sync::LazyLock;

use regex::Regex;

use super::commands::{Call, RunTool, calls, folders_of, named, names_the_gate};
use super::definitions::definition;
use super::program_text::{Programs, is_program, is_requirements};
use crate::document::{Node, parse};
use crate::span::RepoPath;

/// Files that call each other, one behind the other.
const LONGEST_CHAIN: usize = 5;
/// Texts that are followed from one step.
const MOST_TEXTS: usize = 500;

/// What a text leads to.
#[derive(Debug, Default)]
pub(super) struct StepReach {
    /// Files that it names, whether they are there or not.
    pub(super) files: BTreeSet<RepoPath>,
    /// The folders of local actions.
    pub(super) actions: BTreeSet<RepoPath>,
    pub(super) calls: BTreeSet<Call>,
    /// Whether something of that runs the gate.
    pub(super) runs_gate: bool,
}

struct RunText {
    text: String,
    folders: Vec<RepoPath>,
    depth: usize,
    /// Whether whatever it names is part of the step, and not programs alone.
    is_direct: bool,
    /// Whether it is for a shell. Elsewhere the name of a tool alone is no call of it.
    is_shell: bool,
}

pub(super) fn reach(
    programs: &Programs<'_>,
    texts: Vec<String>,
    folders: &[RepoPath],
) -> StepReach {
    let mut reach = StepReach::default();
    let mut queue: VecDeque<RunText> = texts
        .into_iter()
        .map(|text| RunText {
            text,
            folders: folders.to_vec(),
            depth: 0,
            is_direct: true,
            is_shell: true,
        })
        .collect();
    let mut left = MOST_TEXTS;
    while let Some(text) = queue.pop_front() {
        if left == 0 || text.depth > LONGEST_CHAIN {
            continue;
        }
        left -= 1;
        let folders = folders_of(&text.text, &text.folders);
        let mut next = Vec::new();
        if is_root_action(&text.text) {
            for name in ["action.yml", "action.yaml", "Dockerfile"].map(RepoPath::from) {
                next.extend(action(programs, &name, &RepoPath::root(), &mut reach));
                reach.files.insert(name);
            }
        }
        for path in named(&text.text, &folders) {
            let is_followed = is_program(&path) || is_requirements(&path);
            if !(text.is_direct || is_followed) || !reach.files.insert(path.clone()) {
                continue;
            }
            for name in ["action.yml", "action.yaml"] {
                let Ok(file) = path.join(name) else { continue };
                next.extend(action(programs, &file, &path, &mut reach));
            }
            if is_followed || programs.is_link(&path) {
                next.extend(program(programs, &path, &mut reach));
            }
        }
        let all = calls(&text.text, &folders);
        for call in all.into_iter().filter(|call| text.is_shell || !call.names.is_empty()) {
            if call.tool == RunTool::Npm {
                let first = ["node_modules/.bin/aimsgate", "node_modules/aimsgate/package.json"];
                reach.files.extend(first.map(RepoPath::from));
            }
            if !reach.calls.insert(call.clone()) {
                continue;
            }
            for (_, part) in definition(programs, &call) {
                reach.runs_gate |= names_the_gate(&part.own);
                let text = format!("{}\n{}", part.own, part.around);
                let folders = call.folders.clone();
                let is_shell = matches!(
                    call.tool,
                    RunTool::Make | RunTool::Just | RunTool::Npm | RunTool::Task
                );
                next.push(RunText { text, folders, depth: 0, is_direct: false, is_shell });
            }
        }
        queue.extend(next.into_iter().map(|it| RunText { depth: text.depth + 1, ..it }));
    }
    reach
}

/// Whether a step uses the action at the top of the repository.
fn is_root_action(text: &str) -> bool {
    text.lines().any(|line| matches!(line.trim(), "uses: ./" | "uses: ." | "./"))
}

/// What a local action leads to.
fn action(
    programs: &Programs<'_>,
    file: &RepoPath,
    folder: &RepoPath,
    reach: &mut StepReach,
) -> Option<RunText> {
    let text = programs.text(file)?;
    if !folder.is_root() {
        reach.actions.insert(folder.clone());
    }
    if let Ok(root) = parse(file.clone(), text.clone().into_bytes()).tree() {
        reach.runs_gate |= runs_in_action(root);
    }
    let (folders, text) = (vec![RepoPath::root(), folder.clone()], programs.meaning(file)?.1);
    Some(RunText { text, folders, depth: 0, is_direct: true, is_shell: true })
}

fn runs_in_action(root: &Node) -> bool {
    let mut runs = false;
    root.walk(&mut |key, node| {
        let is_run = key.is_some_and(|key| {
            ["run", "uses", "args", "entrypoint", "main", "image"].contains(&&*key.text)
        });
        if is_run && let Some(text) = node.as_text() {
            runs |= names_the_gate(text);
        }
    });
    runs
}

/// What a program of the repository leads to.
fn program(programs: &Programs<'_>, path: &RepoPath, reach: &mut StepReach) -> Option<RunText> {
    static RUNS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i)aimsgate\S*[\s"',(\[]+(?:\S+\s+)?(?:check|github-action|pre-commit)\b"#)
            .ok()
    });
    let is_link = programs.is_link(path);
    let text = if is_link { programs.text(path) } else { Some(programs.meaning(path)?.1) }?;
    reach.runs_gate |=
        is_program(path) && RUNS.as_ref().is_some_and(|pattern| pattern.is_match(&text));
    let folders = if is_link { vec![path.parent()] } else { vec![RepoPath::root(), path.parent()] };
    let is_shell = matches!(path.extension().as_str(), "" | "sh" | "bash" | "zsh");
    Some(RunText { text, folders, depth: 0, is_direct: is_link, is_shell })
}
