//! What a finding comes from, by comparing it with what the target branch has.

use super::inputs::{Cause, ComparedWith, DecisionInputs};
use super::weigh::is_pinned;
use crate::affected::AffectedSystems;
use crate::date::Date;
use crate::engine::Check;
use crate::finding::{Finding, FindingKind, Severity};

/// Where a finding comes from, and whether the change answers for it.
pub(super) struct Origin {
    pub(super) cause: Option<Cause>,
    /// Whether it is the change's own, or about something the change touches.
    pub(super) in_scope: bool,
    /// Whether only a duty that the change raises asks for it.
    pub(super) raised: bool,
}

pub(super) fn origin(
    finding: &Finding,
    severity: Severity,
    weight: impl Fn(&Finding) -> Severity,
    passed: Option<Date>,
    check: &Check,
    inputs: &DecisionInputs<'_>,
) -> Origin {
    let alone = |cause| Origin { cause, in_scope: true, raised: false };
    let (tip, under_judged, asked_before, affected) = match &inputs.compared_with {
        ComparedWith::Alone => return alone(undecided_or(finding, None)),
        ComparedWith::Whole => {
            let day = passed.map(|_| Cause::DatePassed);
            let newer = (!is_pinned(finding, check, inputs.rules)).then_some(Cause::RulesUpdated);
            return alone(undecided_or(finding, newer.or(day).or(Some(Cause::AlreadyOnBase))));
        }
        ComparedWith::Change { tip, under_judged, asked_before, affected } => {
            (tip, under_judged, asked_before, affected)
        }
    };
    let moved = affected.subject_before(&finding.subject);
    let same = |other: &&Finding| {
        other.check == finding.check
            && (other.subject == finding.subject || Some(&other.subject) == moved.as_ref())
    };
    let before = tip.iter().find(same);
    let is_worse_than = |other: &Finding| {
        severity > weight(other)
            || finding.nature < other.nature
            || !finding.adds_nothing_to(other)
            || is_later(finding, other)
    };
    let is_old = before.is_some_and(|before| !is_worse_than(before));
    if is_old {
        let cause = if !is_pinned(finding, check, inputs.rules) {
            Cause::RulesUpdated
        } else if passed.is_some() {
            Cause::DatePassed
        } else {
            Cause::AlreadyOnBase
        };
        // Who brings a value closer to its bound does not answer for the rest of the way.
        let is_better = before.is_some_and(|before| finding.improves_on(before));
        let is_touched = !is_better && touches(finding, affected, cause);
        let in_scope =
            is_touched || (finding.nature == FindingKind::Undecided && is_about_all(finding));
        return Origin { cause: undecided_or(finding, Some(cause)), in_scope, raised: false };
    }
    if !is_pinned(finding, check, inputs.rules) {
        return Origin { cause: Some(Cause::RulesUpdated), in_scope: true, raised: false };
    }
    // Only a declaration asks for it: it was not asked for, or asked for of a lower class, or
    // weighed less; and under the new declaration the target branch would lack it just so.
    let is_asked_anew = || {
        let asked = finding.subject.asked();
        let before = affected.subject_before(&asked).unwrap_or(asked);
        asked_before.get(&before).is_none_or(|class| *class < finding.problem.class)
    };
    let is_heavier = before.is_some_and(|before| finding.adds_nothing_to(before));
    let lacked = under_judged.and_then(|under| {
        under.iter().find(|it| it.check == finding.check && it.subject == finding.subject)
    });
    let raised = lacked
        .is_some_and(|lacked| finding.adds_nothing_to(lacked) && finding.nature >= lacked.nature)
        && ((finding.problem.due && is_asked_anew()) || is_heavier)
        && !finding.systems().any(|system| affected.brings_in(system, finding.subject.object()));
    Origin { cause: undecided_or(finding, Some(Cause::ThisChange)), in_scope: true, raised }
}

fn undecided_or(finding: &Finding, cause: Option<Cause>) -> Option<Cause> {
    if finding.nature == FindingKind::Undecided { Some(Cause::CouldNotDecide) } else { cause }
}

/// Whether a day that passed was moved further back.
fn is_later(finding: &Finding, before: &Finding) -> bool {
    match (finding.problem.passed, before.problem.passed) {
        (Some(now), Some(before)) => now < before,
        _ => false,
    }
}

/// Whether a finding is about the repository as such, so that every change depends on it.
fn is_about_all(finding: &Finding) -> bool {
    finding.systems().next().is_none()
}

/// Whether the change touches what the finding is about. Where nothing is wrong but that a day
/// passed, only a change that may make the system behave otherwise does.
fn touches(finding: &Finding, affected: &AffectedSystems, cause: Cause) -> bool {
    if is_about_all(finding) {
        return finding.paths().any(|path| affected.affects_file(path));
    }
    let mut systems = finding.systems();
    match cause {
        Cause::DatePassed => systems.any(|system| affected.is_material(system)),
        _ => systems.any(|system| affected.affects(system)),
    }
}
