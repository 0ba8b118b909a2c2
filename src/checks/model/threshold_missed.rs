//! A measured value misses a threshold of the register.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{Found, measured};
use crate::finding::{Problem, Subject, Who};
use crate::part::{Measure, Miss, Part, Piece};
use crate::settings::register::System;
use crate::settings::register::Threshold;

pub(crate) const CHECK: Check =
    check(CheckId::ThresholdMissed, "A measured value misses a threshold of the register", run)
        .controls(&["A.6.2.4", "A.6.2.2"])
        .severity(ByClass::ERROR_IF_HIGH)
        .explained(include_str!("threshold_missed.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    let of = |system| {
        let system: &System = system;
        system.accept_when.iter().map(move |threshold| judge(context, system, threshold))
    };
    register.systems.iter().flat_map(of).collect()
}

fn judge(context: &Context<'_>, system: &System, threshold: &Threshold) -> Outcome {
    let metric = &threshold.metric.value;
    let split =
        threshold.split.as_ref().map_or(String::new(), |split| format!(" on {}", split.value));
    let duty = format!("accept-when {metric}{split}");
    let subject = Subject::Duty { system: Some(system.id.value.clone()), duty };
    let fail = |miss: Miss, measure: Option<Measure>, text: String| {
        let part = Part::Threshold {
            metric: metric.clone(),
            split: threshold.split.as_ref().map(|split| split.value.clone()),
            miss,
        };
        let piece = Piece::from(part).formerly(text.clone()).measured(measure);
        let problem = Problem::new(system.place(threshold.metric.span), system.class(), text)
            .due()
            .parts([piece]);
        Outcome::fail(
            subject.clone(),
            problem.remedy(Who::Author, "measure again, or mend the model"),
        )
    };
    let path = system.path(&threshold.results);
    let document = path.as_ref().and_then(|path| context.judged.documents.get(path));
    let Some(document) = document else {
        return fail(
            Miss::NoFile,
            None,
            format!("`{}` should hold {metric}, and no such file is here", threshold.results.value),
        );
    };
    if let Some(damage) = document.damage() {
        let text = format!(
            "`{}` should hold {metric}, and cannot be read: {}",
            document.path, damage.reason
        );
        let problem = Problem::new(system.place(threshold.results.span), system.class(), text);
        return Outcome::undecided(subject, problem.remedy(Who::Author, "mend the file"));
    }
    let value = match measured(
        document,
        metric,
        threshold.split.as_ref().map(|split| split.value.as_str()),
    ) {
        Found::Value(value) => value,
        Found::Nothing => {
            return fail(
                Miss::NoValue,
                None,
                format!("`{}` holds no value of {metric}{split}", document.path),
            );
        }
        Found::Several => {
            return fail(
                Miss::SeveralValues,
                None,
                format!("`{}` holds several values of {metric}{split}", document.path),
            );
        }
        Found::OtherSplit(other) => {
            return fail(
                Miss::OtherSplit,
                None,
                format!("`{}` is about {other}, and {metric} is asked{split}", document.path),
            );
        }
    };
    let missed = match (threshold.at_least, threshold.at_most) {
        (Some(least), _) if value < least => {
            Some((Measure::AtLeast(value), format!("at least {least}")))
        }
        (_, Some(most)) if value > most => {
            Some((Measure::AtMost(value), format!("at most {most}")))
        }
        _ => None,
    };
    match missed {
        Some((measure, asked)) => fail(
            Miss::Bound,
            Some(measure),
            format!("{metric}{split} is {value}, and {asked} is asked"),
        ),
        None => Outcome::pass(subject),
    }
}
