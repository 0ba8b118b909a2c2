//! A system is declared of a class below what the register says of it.

use crate::catalog::{Class, FactName};
use crate::check_id::CheckId;
use crate::detect::subjects;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::has_words;
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::settings::gate::Decision;
use crate::settings::register::{RiskClass, System};
use crate::signoff::flaws_of;

pub(crate) const CHECK: Check = check(
    CheckId::ClassContradicted,
    "A system's class is below what the register says of it",
    run,
)
.controls(&["6.1.2", "A.5.2"])
.severity(ByClass::ERROR_IF_HIGH)
.explained(include_str!("class_contradicted.md"));

/// Words of a reason that was thought about.
const REASON: usize = 10;

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    register.systems.iter().filter_map(|system| judge(context, system)).collect()
}

fn judge(context: &Context<'_>, system: &System) -> Option<Outcome> {
    let class = system.risk_class.as_ref()?;
    let subject = Subject::System(system.id.value.clone());
    if let Some(outcome) = beside_annex(context, system, class, &subject) {
        return Some(outcome);
    }
    let reasoned = class.because.as_ref().is_some_and(|why| has_words(&why.value, REASON));
    if let Some(problem) = beside_code(context, system, class).filter(|_| !reasoned) {
        return Some(Outcome::fail(subject, problem));
    }
    let heavy = [
        (FactName::DecidesAboutPeople, "decides about people"),
        (FactName::TalksToPeople, "talks to people"),
        (FactName::GeneralPurpose, "is a general-purpose model"),
    ];
    let fact = heavy.iter().find(|(fact, _)| system.facts.hold(*fact)).map(|(_, what)| *what);
    let Some(fact) = fact.filter(|_| *class.value == Class::Minimal && !reasoned) else {
        return Some(Outcome::pass(subject));
    };
    let text = format!("`{}` is declared minimal, and {fact}", system.id.value);
    let problem = Problem::new(system.place(class.value.span), system.class(), text);
    Some(Outcome::fail(
        subject,
        problem.remedy(
            Who::SecondLine,
            "decide the class again, or say why \
        it is minimal",
        ),
    ))
}

/// Returns the problem of a system below class high whose code calls a library about people that
/// law asks more for. What that library does here only people know, so a reason answers it.
fn beside_code(context: &Context<'_>, system: &System, class: &RiskClass) -> Option<Problem> {
    if *class.value >= Class::High {
        return None;
    }
    let repo = context.judged;
    let (asset, subject) = repo.inventory.product_sightings().find_map(|asset| {
        let subject = subjects(asset).into_iter().next()?;
        let mut owners = repo.systems_of(&asset.place.path);
        owners.any(|owner| owner.id == system.id).then_some((asset, subject))
    })?;
    let text = format!(
        "`{}` is declared {}, and `{}` in its code {}",
        system.id.value,
        class.value.name(),
        asset.name,
        subject.words()
    );
    let problem = Problem::new(system.place(class.value.span), system.class(), text)
        .parts([Part::Reason("subject")])
        .related(asset.place.clone(), "it is called here");
    Some(
        problem.remedy(
            Who::SecondLine,
            "decide the class again, or say in `because` what it is used for",
        ),
    )
}

/// Returns the outcome for a system below class high that falls under Annex III of the EU AI Act:
/// it is of high risk unless a condition of Article 6(3) holds, it profiles nobody, and that was
/// written down. None where it falls under no point.
fn beside_annex(
    context: &Context<'_>,
    system: &System,
    class: &RiskClass,
    subject: &Subject,
) -> Option<Outcome> {
    let point = class.annex_iii.first().filter(|_| *class.value < Class::High)?;
    let (id, name) = (&system.id.value, class.value.name());
    let (span, text) = match &class.article_6_3 {
        None if is_signed(context, system, name) => return Some(Outcome::pass(subject.clone())),
        None => {
            let text = format!(
                "`{id}` falls under point {} of Annex III, and is declared {name}",
                point.value
            );
            (class.value.span, text)
        }
        Some(exemption) if exemption.profiling.value => {
            let text = format!("`{id}` profiles people, so it is of high risk (Article 6(3))");
            (exemption.profiling.span, text)
        }
        Some(exemption) => {
            let snapshot = context.judged.view.snapshot;
            let is_here = |path| snapshot.entry(&path).is_some();
            if system.path(&exemption.record).is_some_and(is_here) {
                return Some(Outcome::pass(subject.clone()));
            }
            let text = format!(
                "`{id}` names condition ({}) of Article 6(3), and its record `{}` is not here",
                <&str>::from(exemption.ground.value),
                exemption.record.value
            );
            (exemption.record.span, text)
        }
    };
    let problem = Problem::new(system.place(span), Class::High, text)
        .parts([Part::Reason("annex-iii")])
        .remedy(
            Who::SecondLine,
            "declare class high, or write `article-6-3: {ground, profiling: false, record}`",
        );
    Some(Outcome::fail(subject.clone(), problem))
}

/// Whether the second line signed that a system is of this class.
fn is_signed(context: &Context<'_>, system: &System, class: &str) -> bool {
    context.signoffs.store.records.values().any(|record_files| {
        let record = &record_files.record.value;
        let is_of_it = record.decision.value == Decision::Classification
            && record.system.as_ref().is_some_and(|it| *it == system.id);
        let mut changes = record.changes.iter();
        let is_class = changes.any(|it| it.duty.value == "risk-class" && it.to.value == class);
        is_of_it && is_class && flaws_of(context.signoffs, record_files).is_empty()
    })
}
