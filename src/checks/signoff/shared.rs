//! What is wrong with one property of the decisions that are due, as findings.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::checks::shared::{decision, once_prepared};
use crate::engine::{CheckResult, Context, Outcome};
use crate::finding::{FindingKind, Gate, Problem, Subject, Who};
use crate::part::Part;
use crate::signoff::{DueDecision, SignOffFlaw, SignOffProperty, changed_files};
use crate::span::Place;

/// The check that tells of a property.
pub(super) fn check_of(property: SignOffProperty) -> CheckId {
    match property {
        SignOffProperty::Present => CheckId::SignOffMissing,
        SignOffProperty::Valid => CheckId::SignOffInvalid,
        SignOffProperty::Content => CheckId::SignOffVoid,
        SignOffProperty::Residual => CheckId::ResidualTooHigh,
        SignOffProperty::InForce => CheckId::SignOffEnded,
        SignOffProperty::Dates => CheckId::SignOffDatesImpossible,
        SignOffProperty::Conditions => CheckId::ConditionOverdue,
        SignOffProperty::Signature => CheckId::SignatureInvalid,
        SignOffProperty::Proof => CheckId::ProofTooWeak,
        SignOffProperty::Authority => CheckId::SignerUnauthorised,
        SignOffProperty::Affiliation => CheckId::SignerExternal,
        SignOffProperty::Independence => CheckId::SignerNotIndependent,
        SignOffProperty::Signers => CheckId::SignerMissing,
    }
}

/// What is wrong with one property of every decision that is due.
pub(super) fn reported(context: &Context<'_>, property: SignOffProperty) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let newcomers = newcomers(context, property);
    if context.decisions.is_empty() && newcomers.is_empty() {
        return vec![Outcome::new(Subject::Register, CheckResult::NotApplicable)];
    }
    let judge = |due: &DueDecision<'_>| {
        let own: Vec<&SignOffFlaw> =
            due.flaws.iter().filter(|flaw| flaw.property == property).collect();
        let verdict = match (own.split_first(), due.flaws.first()) {
            (Some((first, rest)), _) => verdict(context, due, first, rest),
            (None, Some(other)) => CheckResult::Because(check_of(other.property)),
            (None, None) => CheckResult::Pass,
        };
        Outcome { gate: Some(due.gate), ..Outcome::new(decision(due), verdict) }
    };
    context.decisions.iter().map(judge).chain(newcomers).collect()
}

/// What the change brings and does not count, where no decision tells of it.
fn newcomers(context: &Context<'_>, property: SignOffProperty) -> Vec<Outcome> {
    let is_told = |flaw: &SignOffFlaw| {
        // What is only asked for a release would be merged unasked.
        let all = context
            .decisions
            .iter()
            .filter(|due| due.gate == Gate::Merge)
            .flat_map(|due| &due.flaws);
        all.into_iter().any(|other| other.place.path == flaw.place.path)
    };
    let own = context.newcomers.iter().filter(|flaw| flaw.property == property && !is_told(flaw));
    let told = |flaw: &SignOffFlaw| {
        let problem = Problem::new(
            flaw.place.clone(),
            Class::High,
            format!("{}, so it does not count", flaw.text),
        );
        let problem = problem.remedy(
            Who::Author,
            "take it out of this change, or bring one that \
            counts",
        );
        let problem = match &flaw.remedy {
            Some((who, text)) => problem.remedy(*who, text.clone()),
            None => problem,
        };
        let subject = Subject::File(flaw.place.path.clone());
        match flaw.nature {
            FindingKind::Undecided => Outcome::undecided(subject, problem),
            FindingKind::Fail | FindingKind::Waiting => Outcome::fail(subject, problem),
        }
    };
    let mut outcomes: Vec<Outcome> = own.map(told).collect();
    outcomes.dedup_by(|one, other| one.subject == other.subject);
    outcomes
}

/// Several flaws of one property are one finding.
fn verdict(
    context: &Context<'_>,
    due: &DueDecision<'_>,
    first: &SignOffFlaw,
    rest: &[&SignOffFlaw],
) -> CheckResult {
    let somewhere = || due.system.place(due.system.id.span);
    let is_here = |place: &Place| context.judged.view.snapshot.entry(&place.path).is_some();
    // What only the target branch holds has no place here.
    let place = |place: &Place| if is_here(place) { place.clone() } else { somewhere() };
    let mut problem = Problem::new(place(&first.place), due.class, first.text.clone())
        .label(first.label.clone())
        .due();
    for (at, text) in first.related.iter().filter(|(at, _)| is_here(at)) {
        problem = problem.related(at.clone(), text.clone());
    }
    for flaw in rest {
        problem = problem.also(place(&flaw.place), flaw.text.clone());
    }
    problem = problem.parts(
        std::iter::once(first)
            .chain(rest.iter().copied())
            .flat_map(|flaw| flaw.parts.iter().cloned()),
    );
    problem = problem.waits_for(first.people.iter().cloned());
    // Only an emergency asks which files it is about.
    if !context.signoffs.store.emergencies.is_empty() {
        problem.content = changed_files(context.signoffs, due.system);
    }
    if let Some(day) = first.passed {
        problem = problem.passed(day);
    }
    let problem = Box::new(remedies(problem, due, first));
    let natures = std::iter::once(first).chain(rest.iter().copied()).map(|flaw| flaw.nature);
    match natures.min() {
        Some(FindingKind::Fail) => CheckResult::Fail(problem),
        Some(FindingKind::Waiting) => CheckResult::Waiting(problem),
        Some(FindingKind::Undecided) | None => CheckResult::Undecided(problem),
    }
}

fn remedies(problem: Problem, due: &DueDecision<'_>, flaw: &SignOffFlaw) -> Problem {
    let anew =
        format!("aimsgate sign --prepare {} --system {}", due.decision.name(), due.system.id.value);
    let id =
        due.record.map_or("RECORD", |record_files| record_files.record.value.id.value.as_str());
    let sign = format!("aimsgate sign {id}");
    if let Some((who, text)) = &flaw.remedy {
        let problem = problem.remedy(*who, text.clone());
        // Somebody can fill another of the seats meanwhile.
        let is_for_others = flaw.property == SignOffProperty::Signers && !flaw.people.is_empty();
        return if is_for_others { problem.remedy(Who::Signers, sign) } else { problem };
    }
    match flaw.property {
        SignOffProperty::Present | SignOffProperty::Content | SignOffProperty::InForce => {
            let is_prose = !flaw.parts.is_empty() && flaw.parts.iter().all(Part::is_section);
            let problem = problem.remedy(Who::Author, anew);
            let confirm = format!(
                "or, where it says the same: aimsgate sign --prepare confirm --system {}",
                due.system.id.value
            );
            let confirm_risk = format!(
                "or, because it asks for no less: aimsgate sign --prepare confirm --system {}",
                due.system.id.value
            );
            let problem = match (is_prose, flaw.can_be_confirmed) {
                (true, _) => problem.remedy(Who::Author, confirm),
                (_, true) => problem.remedy(Who::Author, confirm_risk),
                _ => problem,
            };
            problem.remedy(Who::Signers, once_prepared(&flaw.people))
        }
        SignOffProperty::Valid | SignOffProperty::Residual => {
            problem.remedy(Who::Author, format!("prepare it anew: {anew}"))
        }
        SignOffProperty::Signers => problem.remedy(Who::Signers, sign),
        _ => problem.remedy(Who::Signers, format!("instead: {sign}")),
    }
}
