//! A model of somebody else's that nobody looked at.

use crate::check_id::CheckId;
use crate::checks::says;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Subject, Who};
use crate::part::Part;
use crate::settings::register::{Model, Supplier, System};

pub(crate) const CHECK: Check = Check {
    id: CheckId::SupplierUnassessed,
    title: "A supplied model has no current supplier entry",
    since: "0.1",
    controls: &["A.10.3", "A.10.2"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each model that somebody else makes or runs (`service` or `hub`) has a `supplier` entry with
terms, a link to the maker's card, who assessed it and when (not after today), and a next review that is
not past; and whether its `version` is given.

## Why it matters

For a supplied model the supplier's terms and card take the place of a card of our own. Nobody who
has not read them can say what the system does.

## How to fix

Add `supplier: {terms, card, assessed-by, assessed-on, next-review}` and `version` to the model.

## References

ISO/IEC 42001:2023 controls A.10.3 and A.10.2.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    let mut outcomes = Vec::new();
    for system in &register.systems {
        let supplied = system.models.iter().filter(|model| model.is_supplied());
        outcomes.extend(supplied.map(|model| judge(context, system, model)));
    }
    outcomes
}

fn judge(context: &Context<'_>, system: &System, model: &Model) -> Outcome {
    let subject = Subject::Model { system: system.id.value.clone(), model: model.id.value.clone() };
    let place = system.place(model.span());
    let fail = |problem: Problem| Outcome::fail(subject.clone(), problem);
    let missing = missing(model);
    if !missing.is_empty() {
        let text =
            format!("the supplied model `{}` does not say {}", model.id.value, missing.join(", "));
        let problem = Problem::new(place, system.class(), text)
            .label("made or run by somebody else")
            .due()
            .parts(missing.iter().map(|it| Part::Field((*it).to_owned())));
        return fail(problem.remedy(
            Who::SecondLine,
            format!("assess the supplier and add {}", missing.join(", ")),
        ));
    }
    let to_come = model
        .supplier
        .as_ref()
        .and_then(|supplier| supplier.assessed_on)
        .filter(|day| day.value > context.today);
    if let Some(day) = to_come {
        let text = format!(
            "the supplier of `{}` was assessed on {}, after today",
            model.id.value, day.value
        );
        let problem =
            Problem::new(system.place(day.span), system.class(), text).label("still to come");
        return fail(problem.remedy(Who::SecondLine, "correct assessed-on"));
    }
    let overdue = model
        .supplier
        .as_ref()
        .and_then(|supplier| supplier.next_review)
        .filter(|day| day.value < context.today);
    if let Some(day) = overdue {
        let text =
            format!("the supplier of `{}` was due for review on {}", model.id.value, day.value);
        let problem = Problem::new(system.place(day.span), system.class(), text)
            .label("past")
            .passed(day.value);
        return fail(problem.remedy(
            Who::SecondLine,
            "review the supplier and set assessed-on and \
            next-review",
        ));
    }
    Outcome::pass(subject)
}

fn missing(model: &Model) -> Vec<&'static str> {
    let supplier: Option<&Supplier> = model.supplier.as_ref();
    let fields = [
        ("version", says(&model.version)),
        ("terms", supplier.is_some_and(|it| says(&it.terms))),
        ("card", supplier.is_some_and(|it| says(&it.card))),
        ("assessed-by", supplier.is_some_and(|it| says(&it.assessed_by))),
        ("assessed-on", supplier.is_some_and(|it| it.assessed_on.is_some())),
        ("next-review", supplier.is_some_and(|it| it.next_review.is_some())),
    ];
    fields.into_iter().filter(|(_, said)| !said).map(|(name, _)| name).collect()
}
