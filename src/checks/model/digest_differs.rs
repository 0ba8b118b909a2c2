//! A document states another digest than that of the weights here.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::check::{ByClass, Check, Context, Firmness, Outcome};
use crate::checks::reader::{Held, held};
use crate::document::Node;
use crate::finding::{Fault, Gate, Severity, Who};
use crate::settings::register::{Model, System};
use crate::span::Span;
use crate::world::{World, files_of};

pub(crate) const CHECK: Check = Check {
    id: "digest-differs",
    title: "A document states another digest than that of the weights here",
    since: "0.1",
    controls: &["A.4.4", "A.6.2.4", "A.6.2.7"],
    severity: ByClass::new(Severity::Note, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Firmness::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Where a model card, a validation report or a bill of materials states the SHA-256 of a model's weights: whether a file
that the register declares for that model has it. Weights are read up to 64 MiB; of a Git LFS pointer the object it names
counts, whatever its size. Of a bill of materials the `hashes` of the model's own component count; of other
documents lines with 64 hexadecimal digits that do not speak of data. A document with no digest is not judged.

## Why it matters

What was described, measured and listed was another model.

## How to fix

Measure and describe the weights that are here, and write down their digest (`sha256sum FILE`).

## References

ISO/IEC 42001:2023 controls A.4.4, A.6.2.4 and A.6.2.7; CycloneDX 1.6 (hashes).
";

const KINDS: [&str; 3] = ["model-card", "verification-validation-report", "aibom"];

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let world = context.judged;
    KINDS.iter().flat_map(|kind| held(context, Some(kind))).filter_map(|it| judge(world, it)).collect()
}

fn judge(world: &World<'_>, held: Held<'_>) -> Option<Outcome> {
    let system = world.system(held.need.system.as_deref()?)?;
    let components = held.document.metadata().filter(|root| root.get("bomFormat").is_some());
    let wrong = match components.and_then(|root| root.get("components")) {
        Some(components) => {
            let models = system
                .models
                .iter()
                .filter_map(|model| differs(stated_of(components, model), &here(world, system, model)?));
            let all: Vec<_> = models.collect();
            (!all.is_empty()).then(|| all.into_iter().find_map(|it| it))?
        }
        None => {
            let object = held.need.object.as_deref();
            let models = system.models.iter().filter(|model| object.is_none_or(|id| id == model.id.value));
            let here: BTreeSet<String> = models.filter_map(|model| here(world, system, model)).flatten().collect();
            differs(stated(&held.document.source), &here)?
        }
    };
    let Some((digest, span)) = wrong else { return Some(Outcome::pass(held.subject())) };
    let text = format!("{} states the digest {}…, which is that of no declared weights", held.named(), &digest[..12]);
    let fault = Fault::new(held.at(span), held.need.class, text).parts([digest]);
    Some(Outcome::fail(
        held.subject(),
        fault.remedy(Who::Author, "describe and measure these weights, and write down their digest"),
    ))
}

/// The digests of a model's files, where all of them are known.
fn here(world: &World<'_>, system: &System, model: &Model) -> Option<BTreeSet<String>> {
    let files = files_of(model, &system.base, world.view.snapshot);
    let digests: Option<BTreeSet<String>> = files.map(|entry| world.digests.get(&entry.path).cloned()).collect();
    digests.filter(|digests| !digests.is_empty())
}

type Stated = (String, Span);

/// The first stated digest, where none of them is here; nothing where none is stated or nothing is known.
fn differs(stated: Vec<Stated>, here: &BTreeSet<String>) -> Option<Option<Stated>> {
    if here.is_empty() || stated.is_empty() {
        return None;
    }
    let is_here = stated.iter().any(|(digest, _)| here.contains(digest));
    Some(if is_here { None } else { stated.into_iter().next() })
}

/// The SHA-256 digests of a component.
fn stated_of(components: &Node, model: &Model) -> Vec<Stated> {
    let named = |node: &&Node| {
        let is_it = |key: &str| node.get(key).and_then(Node::as_text) == Some(model.id.value.as_str());
        is_it("bom-ref") || is_it("name")
    };
    let hashes = components.items().iter().find(named).and_then(|it| it.get("hashes")).map_or(&[][..], Node::items);
    let sha256 = hashes.iter().filter(|hash| hash.get("alg").and_then(Node::as_text) == Some("SHA-256"));
    sha256
        .filter_map(|hash| hash.get("content"))
        .filter_map(|it| Some((it.as_text()?.to_lowercase(), it.span)))
        .collect()
}

/// The digests in a text, of lines that do not speak of data.
fn stated(source: &str) -> Vec<Stated> {
    static DIGEST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b[0-9a-fA-F]{64}\b").ok());
    let Some(digest) = &*DIGEST else { return Vec::new() };
    let about_weights = |at: usize| {
        let start = source[..at].rfind('\n').map_or(0, |at| at + 1);
        !source[start..at].to_lowercase().contains("dat")
    };
    let found = digest.find_iter(source).filter(|found| about_weights(found.start()));
    found.map(|found| (found.as_str().to_lowercase(), Span::new(found.start(), found.end()))).collect()
}
