//! Links of governance documents that lead nowhere.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;

use crate::check_id::CheckId;
use crate::document::{Body, Document, Prose};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{Answer, Requirement};
use crate::finding::{Problem, Subject, Who};
use crate::model::RepositoryModel;
use crate::part::Part;
use crate::snapshot::View;
use crate::span::{Place, RepoPath};
use crate::wording::and_more;

pub(crate) const CHECK: Check =
    check(CheckId::BrokenLink, "A link of a governance document leads nowhere", run)
        .controls(&["7.5", "A.6.2.7"])
        .severity(ByClass::ALWAYS_WARNING)
        .explained(include_str!("broken_link.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let repo = context.judged;
    let mut seen = BTreeSet::new();
    let mut outcomes = Vec::new();
    for (need, answer) in &repo.evidence {
        let Answer::Read(reading) = answer else { continue };
        let Some(document) = repo.documents.get(&reading.path) else { continue };
        let Body::Prose(markdown) = &document.body else { continue };
        if seen.insert(&reading.path) {
            outcomes.push(judge(repo, document, markdown, need));
        }
    }
    outcomes
}

fn judge(
    repo: &RepositoryModel<'_>,
    document: &Document,
    markdown: &Prose,
    need: &Requirement,
) -> Outcome {
    let (class, systems) = (need.class, need.system.clone());
    let subject = Subject::File(document.path.clone());
    let anchors = Anchors::of(markdown);
    let mut broken = markdown
        .links
        .iter()
        .filter(|link| !leads_somewhere(repo, document, &anchors, &link.target));
    let Some(first) = broken.next() else { return Outcome::pass(subject) };
    let rest: Vec<_> = broken.collect();
    let more = and_more(rest.len(), "in this document");
    let place = |span| Place::bytes(document.path.clone(), span);
    let problem = Problem::new(
        place(first.span),
        class,
        format!("the link to `{}` leads nowhere{more}", first.target),
    )
    .label("no such file or heading")
    .parts(
        std::iter::once(first)
            .chain(rest.iter().copied())
            .map(|link| Part::Link(link.target.clone())),
    )
    .systems(systems);
    let problem = rest.iter().fold(problem, |problem, link| {
        problem.related(place(link.span), "this leads nowhere either")
    });
    Outcome::fail(subject, problem.remedy(Who::Author, "correct the link"))
}

fn leads_somewhere(
    repo: &RepositoryModel<'_>,
    document: &Document,
    anchors: &Anchors,
    target: &str,
) -> bool {
    let has_scheme = target.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    });
    if has_scheme || target.starts_with("//") || target.is_empty() {
        return true;
    }
    let (path, anchor) =
        target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor)));
    let path = path.split('?').next().unwrap_or_default();
    let path = percent_decode_str(path).decode_utf8_lossy();
    if path.is_empty() {
        return anchor.is_none_or(|anchor| anchors.has(anchor));
    }
    let joined = match path.strip_prefix('/') {
        Some("") => Ok(RepoPath::root()),
        Some(from_root) => RepoPath::root().join(from_root),
        None => document.path.parent().join(&path),
    };
    // Where a link leads that leaves the repository cannot be seen here.
    let Ok(joined) = joined else { return true };
    let snapshot = repo.view.snapshot;
    snapshot.entry(&joined).is_some() || !View::new(snapshot, joined).entries().is_empty()
}

/// The anchors of a document's headings, as the forges make them.
struct Anchors(BTreeSet<String>);

impl Anchors {
    fn of(markdown: &Prose) -> Self {
        let mut anchors = BTreeSet::new();
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for section in markdown.sections.iter().filter(|section| section.level > 0) {
            let slug = slug(&section.title);
            let before = seen.entry(slug.clone()).or_default();
            // A repeated heading gets a number.
            anchors.insert(if *before == 0 { slug } else { format!("{slug}-{before}") });
            *before += 1;
        }
        Self(anchors)
    }

    fn has(&self, anchor: &str) -> bool {
        anchor.is_empty()
            || self.0.contains(&percent_decode_str(anchor).decode_utf8_lossy().to_lowercase())
    }
}

fn slug(title: &str) -> String {
    let lower = title.to_lowercase();
    let kept = lower.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}
