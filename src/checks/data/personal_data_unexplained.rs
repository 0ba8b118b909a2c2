//! Nothing says on what basis and how long personal data is kept.

use crate::catalog::FactName;
use crate::check_id::CheckId;
use crate::checks::reader::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Subject, Who};
use crate::part::Part;
use crate::settings::register::System;

pub(crate) const CHECK: Check = Check {
    id: CheckId::PersonalDataUnexplained,
    title: "Nothing says on what basis and how long personal data is kept",
    since: "0.1",
    controls: &["A.7.2", "A.7.3"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Of a system with the fact `personal-data`: whether each dataset card says the legal basis, what was left out
(minimisation), how long the data is kept (retention) and where the data protection impact assessment is
(DPIA): as headings or labels of those names. A system whose facts do not say whether personal data is
involved at all is told so.

## Why it matters

Personal data without a basis may not be used, and data without an end is kept for ever.

## How to fix

Add the labels to the card, or say `personal-data: false` in the facts where there is none.

## References

ISO/IEC 42001:2023 controls A.7.2 and A.7.3; GDPR, Articles 5, 6 and 35.
";

/// What a card says of personal data: its element, and what people call it.
const ASKED: [(&str, &str); 4] = [
    ("legal-basis", "Legal basis"),
    ("minimisation", "Minimisation"),
    ("retention", "Retention"),
    ("dpia", "DPIA"),
];

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    let undeclared =
        register.systems.iter().filter(|system| !system.datasets.is_empty()).map(declared);
    let cards = held(context, Some("dataset-card"));
    let cards = cards.into_iter().filter_map(|it| {
        let system = context.judged.system(it.need.system.as_deref()?)?;
        system.facts.hold(FactName::PersonalData).then(|| judge(it))
    });
    undeclared.chain(cards).collect()
}

/// Whether a system with data says if any of it is personal.
fn declared(system: &System) -> Outcome {
    let subject = Subject::Duty {
        system: Some(system.id.value.clone()),
        duty: "facts.personal-data".to_owned(),
    };
    if system.facts.personal_data.is_some() {
        return Outcome::pass(subject);
    }
    let text = format!(
        "`{}` has datasets, and its facts do not say whether they are personal",
        system.id.value
    );
    let problem = Problem::new(system.place(system.id.span), system.class(), text);
    Outcome::fail(
        subject,
        problem.remedy(Who::Owner, "add personal-data: true or false to the facts"),
    )
}

fn judge(held: ReadDocument<'_>) -> Outcome {
    let missing: Vec<&str> =
        ASKED.iter().filter(|(key, _)| held.said(key).is_none()).map(|(_, name)| *name).collect();
    if missing.is_empty() {
        return Outcome::pass(held.subject());
    }
    let text = format!("{} does not say {} of its personal data", held.named(), missing.join(", "));
    let place =
        held.said("sensitive-bias").map_or_else(|| held.reading.place(), |(_, place)| place);
    let problem = Problem::new(place, held.need.class, text)
        .due()
        .parts(missing.iter().map(|it| Part::Field((*it).to_owned())));
    Outcome::fail(
        held.subject(),
        problem.remedy(Who::Owner, format!("add labels to the card: {}", missing.join(", "))),
    )
}
