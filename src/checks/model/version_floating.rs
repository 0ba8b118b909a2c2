//! A supplied model or dataset is not pinned.

use crate::check_id::CheckId;
use crate::document::Spanned;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::settings::register::System;
use crate::span::Span;

pub(crate) const CHECK: Check =
    check(CheckId::VersionFloating, "A supplied model or dataset is not pinned", run)
        .controls(&["A.10.3", "A.7.5", "A.4.4"])
        .severity(ByClass::ERROR_IF_HIGH)
        .explained(include_str!("version_floating.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    register.systems.iter().flat_map(of_system).collect()
}

fn of_system(system: &System) -> Vec<Outcome> {
    let supplied = system.models.iter().filter(|model| model.is_supplied());
    let models = supplied.map(|model| (&model.id, model.hub.as_ref(), model.version.as_ref()));
    let hubs = system.datasets.iter().filter(|dataset| dataset.hub.is_some());
    let data = hubs.map(|dataset| (&dataset.id, dataset.hub.as_ref(), dataset.version.as_ref()));
    models.chain(data).filter_map(|(id, hub, version)| judge(system, id, hub, version)).collect()
}

fn judge(
    system: &System,
    id: &Spanned<String>,
    hub: Option<&Spanned<String>>,
    version: Option<&Spanned<String>>,
) -> Option<Outcome> {
    let subject = Subject::Model { system: system.id.value.clone(), model: id.value.clone() };
    let at_hub = hub.and_then(|hub| Some((hub.value.split_once('@')?.1.to_owned(), hub.span)));
    // That there is no version at all is told with what else the supplier's entry lacks.
    let (stated, span): (String, Span) = match (version, at_hub) {
        (Some(version), _) => (version.value.clone(), version.span),
        (None, Some(pinned)) => pinned,
        (None, None) if hub.is_some() => (NO_VERSION.to_owned(), id.span),
        (None, None) => return None,
    };
    if is_pinned(&stated) {
        return Some(Outcome::pass(subject));
    }
    let text = if version.is_none() && stated == NO_VERSION {
        format!("`{}` states no version, so what is loaded may change", id.value)
    } else {
        format!("`{}` is used at {stated}, which may move", id.value)
    };
    let problem =
        Problem::new(system.place(span), system.class(), text).parts([Part::Stated(stated)]);
    Some(Outcome::fail(
        subject,
        problem.remedy(
            Who::Author,
            "write the commit or the dated version \
        in use as `version`",
        ),
    ))
}

/// Stands for a version that is not stated, in the parts of a finding.
const NO_VERSION: &str = "nothing";

fn is_pinned(version: &str) -> bool {
    const MOVING: [&str; 9] =
        ["latest", "main", "master", "head", "stable", "current", NO_VERSION, "nightly", "default"];
    let lower = version.trim().to_lowercase();
    let named =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| MOVING.contains(&word));
    let because =
        lower.strip_prefix("unpinned:").is_some_and(|why| why.split_whitespace().count() > 2);
    because || (!named && lower.contains(|c: char| c.is_ascii_digit()))
}
