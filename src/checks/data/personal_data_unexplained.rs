//! Nothing says on what basis and how long personal data is kept.

use crate::catalog::{DocumentLanguage, FactName};
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::settings::register::System;

pub(crate) const CHECK: Check = check(
    CheckId::PersonalDataUnexplained,
    "Nothing says on what basis and how long personal data is kept",
    run,
)
.controls(&["A.7.2", "A.7.3"])
.severity(ByClass::ERROR_IF_HIGH)
.explained(include_str!("personal_data_unexplained.md"));

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
        let system = context.judged.system(it.need.system.as_ref()?)?;
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

/// Words of which an answer in English has one, or a digit: a basis names an article or a ground, a
/// retention names an end, an assessment where it is or why there is none.
const BASIS: &[&str] =
    &["consent", "contract", "obligation", "vital", "public", "interest", "article", "law"];
const RETENTION: &[&str] =
    &["until", "delet", "erase", "month", "year", "day", "week", "never", "long", "while"];
const ASSESSMENT: &[&str] = &[
    "/", ".md", "http", "required", "needed", "none", "no ", "done", "complet", "approved",
    "carried", "annex", "section", "see ", "kept", "held", "signed", "register",
];

/// Whether a text has the shape of an answer to what is asked. In other languages any text is one.
fn is_answer(held: &ReadDocument<'_>, key: &str, text: &str) -> bool {
    let words = match key {
        "legal-basis" => BASIS,
        "retention" => RETENTION,
        "dpia" => ASSESSMENT,
        _ => return true,
    };
    let said = text.to_lowercase();
    !matches!(held.language(), DocumentLanguage::English)
        || said.contains(|c: char| c.is_ascii_digit())
        || words.iter().any(|word| said.contains(word))
}

fn judge(held: ReadDocument<'_>) -> Outcome {
    let is_said =
        |key: &str| held.all_said(key).is_some_and(|(text, _)| is_answer(&held, key, text));
    let missing: Vec<&str> =
        ASKED.iter().filter(|(key, _)| !is_said(key)).map(|(_, name)| *name).collect();
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
