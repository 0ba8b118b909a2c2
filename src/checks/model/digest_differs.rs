//! A document states another digest than that of the weights here.

use std::collections::BTreeSet;

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::digest::Sha256;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{StatedDigest, components, digests_of, stated_digests};
use crate::finding::{Problem, Who};
use crate::model::{RepositoryModel, files_of};
use crate::part::Part;
use crate::settings::register::{Model, System};

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
    let wrong = match components(held.document) {
        Some(components) => {
            let models = system.models.iter();
            let judged = models.filter_map(|model| {
                differs(digests_of(&components, &model.id.value), &here(repo, system, model))
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
            differs(stated_digests(held.document), &here)?
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

/// The first stated digest, where none of them is here; nothing where none is stated or nothing is
/// known.
fn differs(stated: Vec<StatedDigest>, here: &BTreeSet<Sha256>) -> Option<Option<StatedDigest>> {
    if here.is_empty() || stated.is_empty() {
        return None;
    }
    let is_here = stated.iter().any(|(digest, _)| here.contains(digest));
    Some(if is_here { None } else { stated.into_iter().next() })
}
