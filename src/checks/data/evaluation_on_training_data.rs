//! The same data trains and evaluates a system.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::settings::register::System;
use crate::settings::register::{DataUse, Dataset};

pub(crate) const CHECK: Check =
    check(CheckId::EvaluationOnTrainingData, "The same data trains and evaluates a system", run)
        .controls(&["A.6.2.4", "A.7.4"])
        .severity(ByClass::ERROR_IF_HIGH)
        .explained(include_str!("evaluation_on_training_data.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    let of = |system| {
        let system: &System = system;
        let evaluates =
            system.datasets.iter().filter(|it| it.used_for.contains(&DataUse::Evaluate));
        evaluates.map(move |dataset| judge(context, system, dataset))
    };
    register.systems.iter().flat_map(of).collect()
}

fn trains(dataset: &Dataset) -> bool {
    dataset.used_for.iter().any(|it| matches!(it, DataUse::Train | DataUse::Tune))
}

fn judge(context: &Context<'_>, system: &System, dataset: &Dataset) -> Outcome {
    let subject =
        Subject::Model { system: system.id.value.clone(), model: dataset.id.value.clone() };
    let same = |other: &Dataset| {
        std::ptr::eq(other, dataset)
            || source(system, context, other)
                .is_some_and(|it| Some(it) == source(system, context, dataset))
    };
    let Some(other) = system.datasets.iter().find(|other| trains(other) && same(other)) else {
        return Outcome::pass(subject);
    };
    let text = format!("`{}` evaluates on what `{}` trains on", dataset.id.value, other.id.value);
    let problem = Problem::new(system.place(dataset.id.span), system.class(), text);
    Outcome::fail(subject, problem.remedy(Who::Author, "keep data for evaluation alone"))
}

/// What a dataset is, beyond its name.
fn source(system: &System, context: &Context<'_>, dataset: &Dataset) -> Option<String> {
    if let Some(hub) = &dataset.hub {
        let version = dataset.version.as_ref().map_or("", |version| version.value.as_str());
        return Some(format!("hub {} {version}", hub.value));
    }
    let file = dataset.files().next()?;
    let snapshot = context.judged.view.snapshot;
    let entry = system.path(file).and_then(|path| snapshot.entry(&path));
    match entry.and_then(|entry| snapshot.object_id(entry).ok()) {
        Some(content) => Some(format!("content {content}")),
        None => Some(format!("path {}", file.value)),
    }
}
