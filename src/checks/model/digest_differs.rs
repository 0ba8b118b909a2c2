//! A document states another digest than that of the weights here.

use std::collections::BTreeSet;

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::digest::Sha256;
use crate::document::prose::BlockKind;
use crate::document::{Body, Document, Node};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{is_component, plain};
use crate::finding::{Problem, Who};
use crate::model::{RepositoryModel, files_of};
use crate::part::Part;
use crate::settings::register::{Model, System};
use crate::span::Span;

pub(crate) const CHECK: Check = check(
    CheckId::DigestDiffers,
    "A document states another digest than that of the weights here",
    run,
)
.controls(&["A.4.4", "A.6.2.4", "A.6.2.7"])
.severity(ByClass::RISES_WITH_CLASS)
.explained(include_str!("digest_differs.md"));

const KINDS: [&str; 3] = ["model-card", "verification-validation-report", "aibom"];

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let repo = context.judged;
    KINDS
        .iter()
        .flat_map(|kind| held(context, Some(kind)))
        .filter_map(|it| judge(repo, it))
        .collect()
}

fn judge(repo: &RepositoryModel<'_>, held: ReadDocument<'_>) -> Option<Outcome> {
    let system = repo.system(held.need.system.as_ref()?)?;
    let components = held.document.metadata().filter(|root| root.get("bomFormat").is_some());
    let wrong = match components.and_then(|root| root.get("components")) {
        Some(components) => {
            let models = system.models.iter();
            let judged = models.filter_map(|model| {
                differs(stated_of(components, model), &here(repo, system, model))
            });
            let all: Vec<_> = judged.collect();
            (!all.is_empty()).then(|| all.into_iter().find_map(|it| it))?
        }
        None => {
            let object = held.need.object.as_deref();
            let models =
                system.models.iter().filter(|model| object.is_none_or(|id| id == model.id.value));
            let here: BTreeSet<Sha256> =
                models.flat_map(|model| here(repo, system, model)).collect();
            differs(stated(held.document), &here)?
        }
    };
    let Some((digest, span)) = wrong else { return Some(Outcome::pass(held.subject())) };
    let text = format!(
        "{} states the digest {}…, which is that of no declared weights",
        held.named(),
        &digest[..DIGITS_SHOWN]
    );
    let problem = Problem::new(held.at(span), held.need.class, text)
        .parts([Part::Stated(digest.to_string())]);
    Some(Outcome::fail(
        held.subject(),
        problem
            .remedy(Who::Author, "describe and measure these weights, and write down their digest"),
    ))
}

/// Digits of a digest that are enough to know it by.
const DIGITS_SHOWN: usize = 12;

/// The digests of a model's files, as far as they are here.
fn here(repo: &RepositoryModel<'_>, system: &System, model: &Model) -> BTreeSet<Sha256> {
    let files = files_of(model, &system.base, repo.view.snapshot);
    files.filter_map(|entry| repo.digests.get(&entry.path).cloned()).collect()
}

type Stated = (Sha256, Span);

/// The first stated digest, where none of them is here; nothing where none is stated or nothing is
/// known.
fn differs(stated: Vec<Stated>, here: &BTreeSet<Sha256>) -> Option<Option<Stated>> {
    if here.is_empty() || stated.is_empty() {
        return None;
    }
    let is_here = stated.iter().any(|(digest, _)| here.contains(digest));
    Some(if is_here { None } else { stated.into_iter().next() })
}

/// The SHA-256 digests of the components of a model.
fn stated_of(components: &Node, model: &Model) -> Vec<Stated> {
    let own = components.items().iter().filter(|node| is_component(node, &model.id.value));
    let hashes = own.filter_map(|it| it.get("hashes")).flat_map(Node::items);
    let is_of_sha256 = |hash: &&Node| {
        hash.get("alg").and_then(Node::as_text).is_some_and(|alg| plain(alg) == "sha256")
    };
    let contents = hashes.filter(is_of_sha256).filter_map(|hash| hash.get("content"));
    let digest = |node: &Node| Some((Sha256::in_any_case(node.as_text()?.trim())?, node.span));
    contents.filter_map(digest).collect()
}

/// The digests that a reader sees in a document, of lines that are not about data alone.
fn stated(document: &Document) -> Vec<Stated> {
    let mut found = Vec::new();
    match &document.body {
        Body::Prose(prose) => {
            let blocks = prose.sections.iter().flat_map(|section| &section.blocks);
            for block in blocks.filter(|block| !matches!(block.kind, BlockKind::Comment)) {
                match &block.kind {
                    BlockKind::Table(table) => {
                        for row in std::iter::once(&table.header).chain(&table.rows) {
                            let line: String =
                                row.iter().map(|cell| format!("{} ", cell.text)).collect();
                            let is_told = is_about_weights(&line);
                            row.iter()
                                .filter(|_| is_told)
                                .for_each(|cell| found.extend(digests(&cell.text, cell.span)));
                        }
                    }
                    BlockKind::Label { name, .. } if !is_about_weights(name) => {}
                    _ => {
                        let lines = block.text.lines().filter(|line| is_about_weights(line));
                        lines.for_each(|line| found.extend(digests(line, block.span)));
                    }
                }
            }
            if let Some(root) = &prose.front_matter {
                tree(root, &mut found);
            }
        }
        Body::Tree(root) => tree(root, &mut found),
        Body::Damaged(_) => {}
    }
    found
}

fn tree(root: &Node, found: &mut Vec<Stated>) {
    root.walk(&mut |key, node| {
        if key.is_none_or(|key| is_about_weights(&key.text)) {
            found.extend(node.as_text().into_iter().flat_map(|text| digests(text, node.span)));
        }
    });
}

/// The SHA-256 digests in a text, all at one place.
fn digests(text: &str, span: Span) -> Vec<Stated> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter_map(Sha256::in_any_case).map(|digest| (digest, span)).collect()
}

/// Whether a line with a digest may be about weights: it does not speak of data, or of the model as
/// well.
fn is_about_weights(line: &str) -> bool {
    let line = line.to_lowercase();
    let has =
        |all: &[&str]| line.split(|c: char| !c.is_alphanumeric()).any(|word| all.contains(&word));
    !has(&["data", "dataset", "datasets"]) || has(&["weights", "model", "checkpoint"])
}
