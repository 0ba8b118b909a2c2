//! The risks and what was measured, as evidence.

use super::evidence_data::{MeasureEvidence, MeasuredEvidence, RecordEvidence, RiskEvidence};
use super::evidence_records::RecordsBySystem;
use crate::date::Date;
use crate::document::Spanned;
use crate::evidence::{Found, measured};
use crate::ids::SystemId;
use crate::model::RepositoryModel;
use crate::settings::gate::Decision;
use crate::settings::risks::{Action, Rating, Risk, RiskRegister};
use crate::span::{Lines, RepoPath};

/// Returns the risks of the registers, each with the records that accept it as it is.
pub(super) fn risks(
    repo: &RepositoryModel<'_>,
    records: &RecordsBySystem<'_>,
) -> Vec<RiskEvidence> {
    let mut all = Vec::new();
    for (system, register) in &repo.risks {
        let source = repo.documents.get(&register.path).map(|it| Lines::new(&*it.source));
        for risk in &register.risks {
            let line = source.as_ref().map(|it| it.position(risk.id.span.start).line);
            let accepted_in = accepting(records.of(Some(system)), risk);
            let base = repo.system(system).map(|system| &system.base);
            all.push(RiskEvidence { accepted_in, line, ..of_risk(system, register, risk, base) });
        }
    }
    all
}

/// Returns the records that stand and name a risk with the digest that it has.
fn accepting(records: &[&RecordEvidence], risk: &Risk) -> Vec<String> {
    let acceptance = Decision::AcceptResidualRisk.name();
    let accepts = |it: &&&RecordEvidence| {
        let names = |id: &String| *id == *risk.id.value;
        it.stands
            && it.decision == acceptance
            && it.covers.iter().any(|it| it.is_here && it.risk.as_ref().is_some_and(names))
    };
    records.iter().filter(accepts).filter_map(|it| it.id.clone()).collect()
}

fn of_risk(
    system: &SystemId,
    register: &RiskRegister,
    risk: &Risk,
    base: Option<&RepoPath>,
) -> RiskEvidence {
    let level = |rating: &Option<Spanned<Rating>>| {
        rating.as_ref().and_then(|it| register.level(it.value)).map(|level| level.name())
    };
    let rated = |rating: &Option<Spanned<Rating>>| {
        rating.as_ref().map(|it| [it.value.likelihood, it.value.impact])
    };
    RiskEvidence {
        system: system.to_string(),
        id: risk.id.value.to_string(),
        risk: text(&risk.risk),
        owner: text(&risk.owner),
        status: risk.status.as_ref().map(|it| it.value.into()),
        before: level(&risk.before),
        after: level(&risk.after),
        rated_before: rated(&risk.before),
        rated_after: rated(&risk.after),
        measures: measures(risk, base),
        controls: risk.controls.iter().map(|it| it.value.clone()).collect(),
        required_by: risk.required_by.clone(),
        tested_by: text(&risk.tested_by),
        tested_in: file(base, &risk.tested_by),
        reviewed_on: risk.reviewed_on.as_ref().map(|it| it.value.to_string()),
        accepted_in: Vec::new(),
        path: register.path.to_string(),
        line: None,
    }
}

fn text(it: &Option<Spanned<String>>) -> Option<String> {
    it.as_ref().map(|it| it.value.clone())
}

/// Returns the file that a link names, from the repository's root. None where the link is an
/// address or words.
fn file(base: Option<&RepoPath>, link: &Option<Spanned<String>>) -> Option<String> {
    let link = &link.as_ref()?.value;
    if link.contains("://") || link.contains(char::is_whitespace) {
        return None;
    }
    base?.join(link.split('#').next()?).ok().map(|path| path.to_string())
}

fn measures(risk: &Risk, base: Option<&RepoPath>) -> Vec<MeasureEvidence> {
    let day = |it: &Option<Spanned<Date>>| it.as_ref().map(|it| it.value.to_string());
    let action = |it: &Action| MeasureEvidence {
        id: Some(it.id.value.clone()),
        text: it.what.clone(),
        owner: text(&it.owner),
        due: day(&it.due),
        done_on: day(&it.done_on),
        proof: text(&it.proof),
        shown_in: file(base, &it.proof),
    };
    let stated = risk.measures.as_ref().map(|it| MeasureEvidence {
        id: None,
        text: it.value.clone(),
        owner: None,
        due: None,
        done_on: None,
        proof: None,
        shown_in: None,
    });
    stated.into_iter().chain(risk.actions.iter().map(action)).collect()
}

/// Returns what the register wants measured of each system, with what the results say.
pub(super) fn measurements(repo: &RepositoryModel<'_>) -> Vec<MeasuredEvidence> {
    let mut all = Vec::new();
    for system in repo.systems() {
        for threshold in &system.accept_when {
            let Some(path) = system.path(&threshold.results) else { continue };
            let split = threshold.split.as_ref().map(|it| it.value.as_str());
            let results = repo.documents.get(&path);
            let found = results.map(|it| measured(it, &threshold.metric.value, split));
            let value = match found {
                Some(Found::Value(value)) => Some(value),
                _ => None,
            };
            all.push(MeasuredEvidence {
                system: system.id.value.to_string(),
                metric: threshold.metric.value.clone(),
                split: split.map(str::to_owned),
                bound: threshold.bound(),
                value,
                path: path.to_string(),
            });
        }
    }
    all
}
