//! The verdict of a comparison: what checks find, what a finding comes from, whether it blocks.

use std::collections::{BTreeMap, BTreeSet};

use super::other_sides::OtherSides;
use crate::affected::AffectedSystems;
use crate::checks;
use crate::date::Date;
use crate::decision::{ComparedWith, DecisionInputs, judge};
use crate::edge::git::{Comparison, Extent};
use crate::engine::{Check, Context, Evaluation, TargetContext, evaluate};
use crate::fact::Fact;
use crate::file_cache::FileCache;
use crate::finding::Gate;
use crate::load::{RunInputs, TargetInputs, with_inputs};
use crate::model::Governance;
use crate::obligation;
use crate::report::{self, Approved, EvidenceExtent, Report, Setting, TargetSummary};
use crate::settings::people::People;
use crate::settings::waiver::Waiver;
use crate::signoff::{
    Approval, Clearance, DueDecision, GrantedEmergency, SignOffFlaw, SignOffInputs, clear_waiver,
    due_decisions, emergencies, uncounted_files,
};

/// Judges a comparison on a day, for a gate: the whole of the gate between reading and writing.
pub fn judged(comparison: &Comparison, today: Date, asked: Gate) -> Report {
    judged_with(comparison, &FileCache::default(), today, asked, EvidenceExtent::All).0
}

/// Judges a comparison as [`judged`] does, with the file cache of an earlier run. Returns the
/// people beside it, to whom the reader may belong: a report is the same for every reader. Of the
/// evidence it holds as much as is asked for.
pub(super) fn judged_with(
    comparison: &Comparison,
    cache: &FileCache,
    today: Date,
    asked: Gate,
    extent: EvidenceExtent,
) -> (Report, Fact<People>) {
    with_inputs(comparison, cache, today, |inputs| {
        (report(inputs, comparison, asked, extent), inputs.governance.people.clone())
    })
}

fn report(
    inputs: &RunInputs<'_>,
    comparison: &Comparison,
    asked: Gate,
    extent: EvidenceExtent,
) -> Report {
    let RunInputs { repo, governance, signoffs, base, today, .. } = *inputs;
    let signed = signed_waivers(signoffs, inputs.proposed);
    let signed_ids: BTreeSet<String> = signed.iter().map(|it| it.id.value.clone()).collect();
    let governance = &governance.clone().excusing(signed);
    let (emergencies, refused) = emergencies(signoffs, &checks::is_excusable);
    let refused: Vec<(&str, SignOffFlaw)> =
        refused.into_iter().map(|(it, flaw)| (it.value.id.value.as_str(), flaw)).collect();
    let decisions = due_decisions(signoffs);
    let table = checks::with_own(&governance.rules.own_checks);
    let evaluation = evaluate_judged(inputs, &table, governance, comparison, &decisions, &refused);
    let change = base
        .filter(|_| comparison.extent == Extent::Change && !evaluation.findings.is_empty())
        .zip(signoffs.tip_model)
        .map(|(base, tip)| {
            (OtherSides::evaluate(base, tip, inputs, &table), affected(base, inputs, governance))
        });
    let compared_with = match (base, &change) {
        (None, _) => ComparedWith::Alone,
        (Some(_), Some((others, affected))) => ComparedWith::Change {
            tip: &others.tip,
            under_judged: others.under_judged.as_deref(),
            asked_before: &others.asked_before,
            affected,
        },
        // It is the target's own, or without findings there is nothing to compare.
        (Some(_), None) => ComparedWith::Whole,
    };
    let subjects: BTreeMap<_, _> =
        repo.systems().iter().map(|system| (&system.id.value, system.legal_subject())).collect();
    let decision_inputs = DecisionInputs {
        table: &table,
        rules: &governance.rules,
        people: &governance.people,
        waivers: &governance.waivers,
        signed_waivers: &signed_ids,
        emergencies: &emergencies,
        baselines: &governance.baselines,
        subjects: &subjects,
        today,
        asked,
        compared_with,
    };
    let findings = judge(evaluation.findings, &decision_inputs);
    let setting = Setting {
        rules_from: inputs.rules_from,
        target: base.and_then(|base| target_summary(base, comparison)),
        asked,
        simulation: comparison.simulation.clone(),
        emergencies: emergencies.iter().map(emergency_words).collect(),
        upcoming: report::upcoming(signoffs, &decisions, governance, today),
        approvals: comparison.approvals.known().into_iter().flatten().map(approved).collect(),
        today,
    };
    let evidence = report::evidence(signoffs, &decisions, &findings, extent);
    let tallies = evaluation.tallies;
    report::build(repo, governance, setting, (&table, tallies), evidence, findings)
}

/// What all checks say of the judged content.
fn evaluate_judged(
    inputs: &RunInputs<'_>,
    table: &[&'static Check],
    governance: &Governance,
    comparison: &Comparison,
    decisions: &[DueDecision<'_>],
    refused: &[(&str, SignOffFlaw)],
) -> Evaluation {
    let RunInputs { repo, signoffs, base, today, .. } = *inputs;
    let against = match (base, &comparison.target) {
        // The target branch's own content changes nothing of it.
        (Some(_), _) if comparison.extent == Extent::Whole => Fact::Absent,
        (Some(base), _) => {
            Fact::Known(TargetContext { sides: inputs.sides(base), governance: &base.governance })
        }
        (None, Fact::Undecided(why)) => Fact::Undecided(why.clone()),
        (None, _) => Fact::Absent,
    };
    let context = Context {
        proposed: inputs.proposed,
        against,
        decisions,
        newcomers: &uncounted_files(signoffs),
        refused_emergencies: refused,
        ..Context::alone(repo, governance, signoffs, today, table)
    };
    evaluate(table, &context, inputs.fallback)
}

/// The systems whose files the change edits.
fn affected(
    base: &TargetInputs<'_>,
    inputs: &RunInputs<'_>,
    governance: &Governance,
) -> AffectedSystems {
    let renamed = obligation::renamed(&inputs.sides(base));
    let materials = &governance.rules.material;
    AffectedSystems::of(&base.change, &base.declared, inputs.repo, materials, renamed)
}

/// The target branch for the report; `None` where it is not known.
fn target_summary(base: &TargetInputs<'_>, comparison: &Comparison) -> Option<TargetSummary> {
    let target = comparison.target.known()?;
    Some(TargetSummary {
        name: target.name.clone(),
        revision: target.tip.revision().to_string(),
        default_branch: target.default.as_ref().map(|(name, _)| name.clone()),
        whole: comparison.extent != Extent::Change,
        changed_files: base.change.files.len(),
    })
}

fn approved(it: &Approval) -> Approved {
    Approved { login: it.login.clone(), commit: it.commit.to_string() }
}

fn emergency_words(it: &GrantedEmergency) -> String {
    let skips: Vec<&str> = it.skips.iter().map(|check| check.name()).collect();
    format!(
        "`{}` for {}, granted by {} until {}: {}; passes over {}; {} makes up for it by {}",
        it.id,
        it.system,
        it.by,
        it.until,
        it.because.trim_end_matches('.'),
        skips.join(", "),
        it.owner,
        it.due
    )
}

/// The waivers that the change adds or widens and that an entitled person signed for.
fn signed_waivers(signoffs: &SignOffInputs<'_>, proposed: &Governance) -> Vec<Waiver> {
    let mut signed = Vec::new();
    for waiver in &proposed.waivers {
        let is_known = signoffs.governance.waivers.iter().any(|known| waiver.is_within(known));
        if !is_known && matches!(clear_waiver(signoffs, waiver), Clearance::Cleared) {
            signed.push(waiver.clone());
        }
    }
    signed
}
