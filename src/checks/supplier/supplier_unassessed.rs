//! A model of somebody else's that nobody looked at.

use crate::check_id::CheckId;
use crate::checks::shared::says;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::settings::register::{Model, Supplier, System};

pub(crate) const CHECK: Check =
    check(CheckId::SupplierUnassessed, "A supplied model has no current supplier entry", run)
        .controls(&["A.10.3", "A.10.2"])
        .severity(ByClass::ERROR_IF_HIGH)
        .explained(include_str!("supplier_unassessed.md"));

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
