//! A measured value misses a threshold of the register.

use crate::check_id::CheckId;
use crate::document::Document;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{Found, Side, fetch, is_off_scale, measured, names_split};
use crate::fact::Fact;
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
    if let Some(document) = document
        && let Some((text, remedy)) = doubt(context, system, threshold, document)
    {
        let problem = Problem::new(system.place(threshold.metric.span), system.class(), text);
        return Outcome::undecided(subject, problem.remedy(Who::Author, remedy));
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

/// Returns why nobody can say whether the results meet a threshold, and what to write. None where
/// they can be compared.
fn doubt(
    context: &Context<'_>,
    system: &System,
    threshold: &Threshold,
    document: &Document,
) -> Option<(String, &'static str)> {
    let (metric, split) = (&threshold.metric.value, of_split(threshold));
    let asked = threshold.split.as_ref().map(|split| split.value.as_str());
    let path = &document.path;
    match measured(document, metric, asked) {
        Found::Value(value) => {
            let mut sides = Side::of(threshold.at_least, threshold.at_most);
            if let Some(side) = sides.find(|side| is_off_scale(metric, *side, value)) {
                let text = format!(
                    "{metric}{split} is {value} in `{path}`, and its bound is {}: they seem to be \
                    on different scales",
                    side.bound()
                );
                let remedy = "write the value and its bound on one scale: both as a share (0.58), \
                    or both in percent (58)";
                return Some((text, remedy));
            }
        }
        Found::List => {
            let text = format!(
                "{metric}{split} is a list in `{path}`, and nothing says which value counts"
            );
            return Some((text, "write one value, or a `step` beside each"));
        }
        _ => return None,
    }
    let asked = asked?;
    (!names_split(document, asked) && named_split(context, system, threshold, asked)).then(|| {
        let text = format!("`{path}` no longer says that its value of {metric} is about {asked}");
        (text, "state the `split` that was measured in the results")
    })
}

/// Whether the target branch's results for the same threshold say that they are about the split.
fn named_split(context: &Context<'_>, system: &System, threshold: &Threshold, split: &str) -> bool {
    let Fact::Known(against) = &context.against else { return false };
    let Some(before) = against.sides.tip.system(&system.id.value) else { return false };
    let mut same = before.accept_when.iter().filter(|it| {
        it.metric.value == threshold.metric.value
            && it.split.as_ref().is_some_and(|it| it.value == split)
    });
    same.any(|it| {
        let document =
            before.path(&it.results).and_then(|path| fetch(against.sides.tip_view, &path));
        document.is_some_and(|document| names_split(&document, split))
    })
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
        // Told as what could not be decided.
        Found::List => return None,
    };
    let (measure, asked) = match (threshold.at_least, threshold.at_most) {
        (Some(least), _) if value < least => (Measure::AtLeast(value), format!("at least {least}")),
        (_, Some(most)) if value > most => (Measure::AtMost(value), format!("at most {most}")),
        _ => return None,
    };
    let text = format!("{metric}{split} is {value}, and {asked} is asked");
    Some(Missed { miss: Miss::Bound, measure: Some(measure), text })
}
