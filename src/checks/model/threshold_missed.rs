//! A measured value misses a threshold of the register.

use crate::check_id::CheckId;
use crate::document::Document;
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
    let (metric, split) = (&threshold.metric.value, of_split(threshold));
    let subject = Subject::Duty {
        system: Some(system.id.value.clone()),
        duty: format!("accept-when {metric}{split}"),
    };
    let path = system.path(&threshold.results);
    let document = path.as_ref().and_then(|path| context.judged.documents.get(path));
    if let Some(document) = document
        && let Some(damage) = document.damage()
    {
        let text = format!(
            "`{}` should hold {metric}, and cannot be read: {}",
            document.path, damage.reason
        );
        let problem = Problem::new(system.place(threshold.results.span), system.class(), text);
        return Outcome::undecided(subject, problem.remedy(Who::Author, "mend the file"));
    }
    let Some(missed) = missed(threshold, document) else { return Outcome::pass(subject) };
    let part = Part::Threshold {
        metric: metric.clone(),
        split: threshold.split.as_ref().map(|split| split.value.clone()),
        miss: missed.miss,
    };
    let piece = Piece::from(part).formerly(missed.text.clone()).measured(missed.measure);
    let problem = Problem::new(system.place(threshold.metric.span), system.class(), missed.text);
    let problem = problem.due().parts([piece]);
    Outcome::fail(subject, problem.remedy(Who::Author, "measure again, or mend the model"))
}

/// The split a threshold is about, as the end of a sentence. Empty where it names none.
fn of_split(threshold: &Threshold) -> String {
    threshold.split.as_ref().map_or(String::new(), |split| format!(" on {}", split.value))
}

/// How a threshold is not met.
struct Missed {
    miss: Miss,
    /// The value, where there is one.
    measure: Option<Measure>,
    text: String,
}

/// Returns how a threshold is not met by a file of results. None where it is met.
fn missed(threshold: &Threshold, document: Option<&Document>) -> Option<Missed> {
    let (metric, split) = (&threshold.metric.value, of_split(threshold));
    let without_value = |miss, text| Some(Missed { miss, measure: None, text });
    let Some(document) = document else {
        let text =
            format!("`{}` should hold {metric}, and no such file is here", threshold.results.value);
        return without_value(Miss::NoFile, text);
    };
    let of = threshold.split.as_ref().map(|split| split.value.as_str());
    let value = match measured(document, metric, of) {
        Found::Value(value) => value,
        Found::Nothing => {
            let text = format!("`{}` holds no value of {metric}{split}", document.path);
            return without_value(Miss::NoValue, text);
        }
        Found::Several => {
            let text = format!("`{}` holds several values of {metric}{split}", document.path);
            return without_value(Miss::SeveralValues, text);
        }
        Found::OtherSplit(other) => {
            let text =
                format!("`{}` is about {other}, and {metric} is asked{split}", document.path);
            return without_value(Miss::OtherSplit, text);
        }
    };
    let (measure, asked) = match (threshold.at_least, threshold.at_most) {
        (Some(least), _) if value < least => (Measure::AtLeast(value), format!("at least {least}")),
        (_, Some(most)) if value > most => (Measure::AtMost(value), format!("at most {most}")),
        _ => return None,
    };
    let text = format!("{metric}{split} is {value}, and {asked} is asked");
    Some(Missed { miss: Miss::Bound, measure: Some(measure), text })
}
