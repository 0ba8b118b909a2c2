//! The workflows of GitHub Actions that run the gate: what starts them, and what could let them
//! pass by.

use std::collections::BTreeMap;

use super::files::{MOST_FILES, gate_callers};
use super::program_text::Programs;
use super::steps::steps;
use crate::digest::is_commit_id;
use crate::document::{Document, Node, Scalar, Value};
use crate::evidence::Documents;
use crate::settings::gate::Version;
use crate::snapshot::View;
use crate::span::RepoPath;

/// A job that runs the gate.
#[derive(Debug)]
pub(crate) struct RunStep {
    pub(crate) path: RepoPath,
    /// What its check is called: the job's name, else its id.
    pub(crate) check: String,
    /// What starts it: each event, the types it is narrowed to, and whether branches or paths
    /// narrow it.
    pub(crate) events: BTreeMap<String, Event>,
    /// Programs of others that the job uses without naming a commit.
    pub(crate) unpinned: Vec<String>,
    /// Programs of others that it names by commit, with the version a comment says of each.
    pub(crate) pins: Vec<ActionPin>,
    /// Whether the job or a step of it may fail unseen.
    pub(crate) is_lenient: bool,
    /// Whether it is passed over in some cases, which counts as a pass.
    pub(crate) is_conditional: bool,
    /// Whether its token may write whatever it likes, or nobody said what it may.
    pub(crate) may_write_all: bool,
}

/// An action that is named by its commit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ActionPin {
    /// `OWNER/NAME`.
    pub(crate) repository: String,
    pub(crate) commit: String,
    /// The tag that the comment behind it names.
    pub(crate) version: String,
}

/// How an event is narrowed.
#[derive(Debug, Default)]
pub(crate) struct Event {
    pub(crate) types: Vec<String>,
    pub(crate) is_narrowed: bool,
}

/// Every job of a workflow that runs the gate.
pub(crate) fn runs(view: &View<'_>) -> Vec<RunStep> {
    let mut documents = Documents::default();
    let is_workflow = |path: &&RepoPath| path.parent().to_string() == ".github/workflows";
    let folder = RepoPath::from(".github/workflows");
    let files = view.below(&folder).iter().map(|entry| &entry.path).filter(is_workflow);
    let files: Vec<&RepoPath> = files.take(MOST_FILES).collect();
    let names = gate_callers(&Programs::new(view), &files, &mut documents);
    let mut found: Vec<RunStep> = Vec::new();
    for path in files {
        let Some(document) = documents.load(view, path) else { continue };
        let Ok(root) = document.tree() else { continue };
        for step in steps(document, &names) {
            let mut keys = step.path.trim_start_matches('/').split('/');
            let (Some("jobs"), Some(id)) = (keys.next(), keys.next()) else { continue };
            let Some(job) = root.get("jobs").and_then(|jobs| jobs.get(id)) else { continue };
            let run = run(document, root, id, job);
            if !found.iter().any(|known| known.path == run.path && known.check == run.check) {
                found.push(run);
            }
        }
    }
    found
}

fn run(document: &Document, root: &Node, id: &str, job: &Node) -> RunStep {
    let steps = job.get("steps").map(Node::items).unwrap_or_default();
    let uses =
        steps.iter().chain([job]).filter_map(|step| step.get("uses").and_then(Node::as_text));
    let unpinned = uses.filter(|uses| !is_pinned(uses)).map(str::to_owned).collect();
    let is_true = |node: &Node| {
        node.get("continue-on-error").and_then(Node::as_text).is_some_and(|it| it != "false")
    };
    let permissions = job.get("permissions").or_else(|| root.get("permissions"));
    RunStep {
        path: document.path.clone(),
        check: job.get("name").and_then(Node::as_text).unwrap_or(id).to_owned(),
        events: root.get("on").or_else(|| root.get("true")).map(events).unwrap_or_default(),
        unpinned,
        pins: pins(document, steps, job),
        is_lenient: is_true(job) || steps.iter().any(is_true),
        is_conditional: job.get("if").is_some() || job.get("needs").is_some(),
        may_write_all: permissions.is_none_or(|it| it.as_text() == Some("write-all")),
    }
}

/// The actions of a job that are named by commit, where a comment says a whole version: a tag of
/// fewer numbers moves.
fn pins(document: &Document, steps: &[Node], job: &Node) -> Vec<ActionPin> {
    let mut found = Vec::new();
    for uses in steps.iter().chain([job]).filter_map(|step| step.get("uses")) {
        let Some((action, commit)) = uses.as_text().and_then(|it| it.rsplit_once('@')) else {
            continue;
        };
        let rest = document.source.get(uses.span.end..).unwrap_or_default().lines().next();
        let comment = rest.unwrap_or_default().trim_start_matches(['"', '\'']).trim_start();
        let version = comment.strip_prefix('#').and_then(|comment| {
            let mut words = comment.split_whitespace();
            words.find(|word| word.matches('.').count() == 2 && word.parse::<Version>().is_ok())
        });
        let mut parts = action.split('/');
        let is_commit = commit.len() == 40 && is_commit_id(commit);
        if let (Some(owner), Some(name), Some(version), true) =
            (parts.next(), parts.next(), version, is_commit)
        {
            found.push(ActionPin {
                repository: format!("{owner}/{name}"),
                commit: commit.to_ascii_lowercase(),
                version: version.to_owned(),
            });
        }
    }
    found
}

fn events(on: &Node) -> BTreeMap<String, Event> {
    let text = |node: &Node| node.as_text().map(str::to_owned);
    match &on.value {
        Value::Scalar(Scalar { .. }) => {
            text(on).map(|name| (name, Event::default())).into_iter().collect()
        }
        Value::Sequence(items) => {
            items.iter().filter_map(text).map(|name| (name, Event::default())).collect()
        }
        Value::Mapping(entries) => {
            let event = |node: &Node| Event {
                types: match node.get("types") {
                    Some(types) if types.items().is_empty() => text(types).into_iter().collect(),
                    Some(types) => types.items().iter().filter_map(text).collect(),
                    None => Vec::new(),
                },
                is_narrowed: ["paths", "paths-ignore", "branches", "branches-ignore"]
                    .iter()
                    .any(|key| node.get(key).is_some()),
            };
            entries.iter().map(|(key, node)| (key.text.to_string(), event(node))).collect()
        }
    }
}

/// Whether a program is named by what cannot change: a commit, a digest, or the repository's own
/// files.
fn is_pinned(uses: &str) -> bool {
    if uses.starts_with("./") || uses.contains("@sha256:") {
        return true;
    }
    let commit = uses.rsplit_once('@').map_or("", |(_, version)| version);
    is_commit_id(commit)
}
