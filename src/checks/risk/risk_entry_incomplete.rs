//! A risk that does not say all a risk must say.

use super::shared::{RiskStanding, class_of, standing};
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held, says};
use crate::date::Date;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::Row;
use crate::finding::{Problem, Subject, Who};
use crate::ids::SystemId;
use crate::part::Part;
use crate::settings::risks::{self, Risk, RiskRegister, Status, Treatment};
use crate::span::Place;

pub(crate) const CHECK: Check = check(
    CheckId::RiskEntryIncomplete,
    "An entry of a risk register leaves out what a risk must say",
    run,
)
.controls(&["6.1.2", "6.1.3", "8.3"])
.severity(ByClass::RISES_WITH_CLASS)
.explained(include_str!("risk_entry_incomplete.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let others = held(context, Some(risks::KIND));
    let mut outcomes: Vec<Outcome> = others.into_iter().flat_map(other_form).collect();
    for (system, register) in &context.judged.risks {
        if register.risks.is_empty() {
            let subject = Subject::Document {
                kind: risks::KIND.into(),
                system: Some(system.clone()),
                object: None,
            };
            let place = Place::bytes(register.path.clone(), register.system.span);
            let problem = Problem::new(
                place,
                class_of(context, system),
                format!(
                    "the risk register of \
                    `{system}` lists no risk"
                ),
            )
            .remedy(
                Who::Owner,
                "assess the system and write down at least one risk, and why there are no \
                         others",
            );
            outcomes.push(Outcome::fail(subject, problem));
        }
        outcomes.extend(register.risks.iter().map(|risk| judge(context, system, register, risk)));
    }
    outcomes
}

/// What an entry of a register in a table or in other data must say.
const COLUMNS: [&str; 8] = [
    "description",
    "likelihood",
    "impact",
    "treatment",
    "owner",
    "residual-level",
    "status",
    "review-date",
];

/// A risk register in another form than the gate's own: entry by entry where it has entries.
fn other_form(register: ReadDocument<'_>) -> Vec<Outcome> {
    let Some(system) = &register.need.system else { return Vec::new() };
    let rows = register.rows();
    if rows.is_empty() {
        let text = format!("the risks of `{system}` are prose, of which no entry can be judged");
        let problem = Problem::new(register.reading.place(), register.need.class, text)
            .remedy(Who::Owner, format!("write them as a table, or in {}", risks::place(system)));
        return vec![Outcome::fail(register.subject(), problem)];
    }
    let judge = |row: &Row| {
        let id = row.called(&["risk-id", "description"], "");
        let subject = Subject::Risk { system: system.clone(), risk: id.as_str().into() };
        let missing = register.unsaid(row, &COLUMNS);
        let Some(first) = missing.first() else { return Outcome::pass(subject) };
        let named = if id.is_empty() { "a risk".to_owned() } else { format!("the risk `{id}`") };
        let text = format!("{named} of `{system}` does not say {}", missing.join(", "));
        let problem = Problem::new(register.at(row.place(first)), register.need.class, text)
            .parts(missing.iter().map(|it| Part::Field((*it).to_owned())));
        Outcome::fail(subject, problem.remedy(Who::Owner, format!("add {}", missing.join(", "))))
    };
    rows.iter().map(judge).collect()
}

fn judge(
    context: &Context<'_>,
    system: &SystemId,
    register: &RiskRegister,
    risk: &Risk,
) -> Outcome {
    let subject = Subject::Risk { system: system.clone(), risk: risk.id.value.clone() };
    let missing = missing(register, risk, context.today);
    if missing.is_empty() {
        return Outcome::pass(subject);
    }
    let place = Place::bytes(register.path.clone(), risk.id.span);
    let text =
        format!("the risk `{}` of `{system}` does not say {}", risk.id.value, missing.join(", "));
    let problem = Problem::new(place, class_of(context, system), text)
        .label("incomplete")
        .parts(missing.iter().map(|it| Part::Field((*it).to_owned())))
        .remedy(Who::Owner, format!("add {}", missing.join(", ")));
    Outcome::fail(subject, problem)
}

fn missing(register: &RiskRegister, risk: &Risk, today: Date) -> Vec<&'static str> {
    let accepted = risk.treatment.is_some_and(|it| *it == Treatment::Accept);
    let treated = says(&risk.measures) || !risk.actions.is_empty();
    let level = |rating: Option<crate::document::Spanned<_>>| {
        rating.and_then(|rating| register.level(rating.value))
    };
    let falls = level(risk.after) < level(risk.before) && risk.after.is_some();
    // That nobody treats it is another finding; what treatment would say is not asked for beside
    // it.
    let untreated = matches!(standing(register, risk), RiskStanding::Unsettled { .. });
    let is_closed = risk.status.is_some_and(|it| *it == Status::Closed);
    let shown = says(&risk.tested_by) || risk.actions.iter().any(|action| says(&action.proof));
    let fields = [
        ("risk", says(&risk.risk)),
        ("about", risk.about.is_some()),
        ("hurts", says(&risk.hurts)),
        ("before", risk.before.is_some() || untreated),
        ("treatment", risk.treatment.is_some() || untreated),
        ("measures", treated || accepted || untreated),
        ("after", risk.after.is_some() || untreated),
        ("tested-by", shown || !falls),
        ("owner", says(&risk.owner)),
        ("reviewed-on", risk.reviewed_on.is_some_and(|day| day.value <= today)),
        ("status", risk.status.is_some()),
        ("closed-because", !is_closed || says(&risk.closed_because)),
        ("closed-on", !is_closed || risk.closed_on.is_some_and(|day| day.value <= today)),
    ];
    fields.into_iter().filter(|(_, said)| !said).map(|(name, _)| name).collect()
}
