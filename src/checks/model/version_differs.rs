//! A document describes another version than the register declares.
//!
//! # Design
//!
//! Versions are compared only where they must be the same: in cards and in reports of measurements.
//! Other documents have versions of their own.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held, version};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::is_placeholder;
use crate::finding::{Problem, Who};
use crate::part::Part;
use crate::settings::register::System;
use crate::span::Place;

pub(crate) const CHECK: Check = check(
    CheckId::VersionDiffers,
    "A document describes another version than the register declares",
    run,
)
.controls(&["A.6.2.7", "A.6.2.4", "A.6.2.5", "7.5"])
.severity(ByClass::ERROR_IF_HIGH)
.explained(include_str!("version_differs.md"));

/// The kinds that are about one version. Others have versions of their own.
const MEASURED: [&str; 6] = [
    "model-card",
    "dataset-card",
    "verification-validation-report",
    "fairness-evaluation",
    "robustness-security-evaluation",
    "red-team-report",
];

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let mut seen = std::collections::BTreeSet::new();
    let all = held(context, None).into_iter();
    let all = all.filter(|it| MEASURED.contains(&it.need.kind.id.as_str()));
    let all = all.filter(|it| seen.insert((it.reading.path.clone(), it.need.object.clone())));
    all.filter_map(|it| judge(context, it)).collect()
}

fn judge(context: &Context<'_>, held: ReadDocument<'_>) -> Option<Outcome> {
    let system = context.judged.system(held.need.system.as_ref()?)?;
    let (stated, place) = stated(held)?;
    let declared = declared(system, held)?;
    if version(&stated) == version(declared) {
        return Some(Outcome::pass(held.subject()));
    }
    let text = format!(
        "{} describes version {stated}, and the register declares {declared}",
        held.named()
    );
    let problem = Problem::new(place, held.need.class, text).parts([Part::Stated(stated)]);
    Some(Outcome::fail(
        held.subject(),
        problem.remedy(
            Who::Author,
            "bring it up to date with the \
        declared version",
        ),
    ))
}

/// The version a document states about its subject.
fn stated(held: ReadDocument<'_>) -> Option<(String, Place)> {
    // The version of a CycloneDX file counts its own editions.
    if held.metadata("bomFormat").is_some() {
        return None;
    }
    if let Some(node) = held.metadata("version") {
        let text = node.as_text().filter(|text| !is_placeholder(text))?;
        return Some((text.to_owned(), held.at(node.span)));
    }
    let (text, place) = ["version", "version-tested"].iter().find_map(|key| held.said(key))?;
    let word = text.split_whitespace().next()?.trim_matches(['*', '`', ',', '.']);
    // A date or a sentence is no version.
    let is_version = word.contains('.') && version(word).starts_with(|c: char| c.is_ascii_digit());
    is_version.then(|| (word.to_owned(), place))
}

fn declared<'r>(system: &'r System, held: ReadDocument<'_>) -> Option<&'r str> {
    let object = held.need.object.as_deref();
    let models = system.models.iter().map(|model| (&model.id, &model.version, true));
    let data = system.datasets.iter().map(|dataset| (&dataset.id, &dataset.version, false));
    let own = models.chain(data).find(|(id, ..)| Some(id.value.as_str()) == object);
    match own {
        Some((_, Some(version), _)) => Some(&version.value),
        // A dataset without a version of its own has none that could be compared.
        Some((_, None, false)) => None,
        Some((_, None, true)) | None => Some(&system.version.value),
    }
}
