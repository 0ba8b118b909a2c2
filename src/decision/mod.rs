//! From findings to a verdict: whose flaw each is, how heavy, what excuses it, whether it blocks.
//!
//! `docs/verdict.md` has the semantics; a test reads its table and runs it.
//!
//! # Design
//!
//! Waivers and the baseline mark findings after they are made, and nothing removes a finding. An
//! emergency marks them in the same way. A check that judges excuses cannot itself be excused.
//!
//! A finding that was there before and weighs more only because a class or stage was raised is
//! needed before release and does not block the merge, so that raising a class can be merged alone.
//!
//! Mode `strict` weighs every class as class high. What could not be decided exits with 2 in every
//! mode, `observe` included, because a mode says how heavy a flaw is and not whether something was
//! seen.

mod cause;
mod inputs;
mod weigh;

use std::cmp::Reverse;
use std::collections::BTreeMap;

pub(crate) use inputs::{Cause, ComparedWith, DecisionInputs};
use schemars::JsonSchema;
use serde::Serialize;

use crate::check_id::CheckId;
use crate::date::Date;
use crate::engine::Check;
use crate::finding::{Finding, FindingKind, Gate, Severity, Who};
use crate::ids::RecordId;
use crate::signoff::GrantedEmergency;

/// A finding and what the rules make of it.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) finding: Finding,
    pub(crate) severity: Severity,
    /// The law that makes it an error.
    pub(crate) required_by: Option<String>,
    /// What it comes from; `None` where there is nothing to compare with.
    pub(crate) cause: Option<Cause>,
    /// Since when it is known, where that is known.
    pub(crate) since: Option<Date>,
    pub(crate) excuse: Option<Excuse>,
    /// Whether the change made it, or touches what it is about; always where there is no change.
    pub(crate) in_scope: bool,
    /// The gate that asks for it.
    pub(crate) gate: Gate,
    /// Whether it makes the gate fail.
    pub(crate) blocks: bool,
    /// Whether it keeps the gate from passing: it blocks, or it could not be decided and had to be.
    pub(crate) counts: bool,
}

/// Why a finding does not block although it is one. It stays in the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Excuse {
    /// An emergency that somebody entitled granted for exactly this content.
    Emergency {
        id: RecordId,
        because: String,
        owner: String,
        until: Date,
    },
    Waived {
        id: String,
        because: String,
        owner: String,
        until: Date,
    },
    Baselined {
        since: Date,
        until: Date,
    },
}

/// What the gate says. The exit code is this and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Verdict {
    Pass,
    Fail,
    /// Nothing fails outright and something could not be decided. Never a pass.
    Undecided,
}

impl Verdict {
    /// What reports and outputs call it.
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}

/// Weighs findings. The heaviest come first; the order is the same for the same findings.
pub(crate) fn judge(findings: Vec<Finding>, inputs: &DecisionInputs<'_>) -> Vec<Judged> {
    let checks: BTreeMap<CheckId, &Check> =
        inputs.table.iter().map(|check| (check.id, *check)).collect();
    let mut judged: Vec<Judged> =
        findings.into_iter().map(|finding| judge_one(finding, &checks, inputs)).collect();
    judged.sort_by(|a, b| {
        // What the author can clear comes before what others must.
        let others = |it: &Judged| {
            it.finding.problem.remedies.first().is_none_or(|remedy| remedy.who != Who::Author)
        };
        let weight = |it: &Judged| {
            (!it.blocks, !it.counts, it.finding.nature, Reverse(it.severity), others(it))
        };
        let place = |it: &Judged| {
            (it.finding.problem.place.clone(), it.finding.check, it.finding.subject.clone())
        };
        weight(a).cmp(&weight(b)).then_with(|| place(a).cmp(&place(b)))
    });
    judged
}

fn judge_one(
    finding: Finding,
    checks: &BTreeMap<CheckId, &Check>,
    inputs: &DecisionInputs<'_>,
) -> Judged {
    let Some(check) = checks.get(&finding.check) else {
        // A finding of no check of this table is a defect; it must not pass for lighter.
        let (severity, cause, gate) = (Severity::Error, None, finding.gate);
        let blocks = finding.nature != FindingKind::Undecided;
        return Judged {
            finding,
            severity,
            required_by: None,
            cause,
            since: None,
            excuse: None,
            in_scope: true,
            gate,
            blocks,
            counts: true,
        };
    };
    let (severity, raise) = weigh::weigh(&finding, check, check.severity, inputs);
    let weight = |other: &Finding| weigh::severity(other, check, inputs);
    let exemption = match (exemption_of(&finding, check, inputs), formerly(&finding, inputs)) {
        (Exemption::Nothing, Some(former)) => exemption_of(&former, check, inputs),
        (exemption, _) => exemption,
    };
    let (excuse, ended) = match exemption {
        Exemption::Excuse(excuse) if check.is_excusable() => (Some(excuse), None),
        Exemption::Ended(day) if check.is_excusable() => (None, Some(day)),
        _ => (None, None),
    };
    // What was excused until a day is wrong because that day has passed.
    let passed = finding.problem.passed.or(ended);
    let origin = cause::origin(&finding, severity, weight, passed, check, inputs);
    // What the change brings in may weigh more than what was there; what it only declares does not.
    let is_brought = origin.cause == Some(Cause::ThisChange) && !origin.raised;
    let (severity, raise) = if is_brought {
        weigh::weigh(&finding, check, check.severity_if_brought, inputs)
    } else {
        (severity, raise)
    };
    let excuse = excuse.filter(|excuse| !is_brought || covers_what_is_new(excuse, inputs));
    let gate = if origin.raised { Gate::Release } else { finding.gate };
    let is_asked = gate == Gate::Merge
        || inputs.asked == Gate::Release
        || weigh::asks_release(inputs.rules, origin.raised);
    let heavy = severity == Severity::Error && excuse.is_none();
    let in_scope = origin.in_scope || inputs.asked == Gate::Release;
    let since = match &excuse {
        Some(Excuse::Baselined { since, .. }) => Some(*since),
        _ => passed.filter(|_| origin.cause == Some(Cause::DatePassed)),
    };
    let blocks = finding.nature != FindingKind::Undecided && heavy && is_asked && in_scope;
    let counts = blocks || (finding.nature == FindingKind::Undecided && in_scope);
    Judged {
        finding,
        severity,
        required_by: raise.map(|raise| raise.source.clone()),
        cause: origin.cause,
        since,
        excuse,
        in_scope,
        gate,
        blocks,
        counts,
    }
}

/// Whether an excuse holds for what the change brings in. A waiver does where it was signed in the
/// change, or names the parts it is for; else it excuses only what the target branch has.
fn covers_what_is_new(excuse: &Excuse, inputs: &DecisionInputs<'_>) -> bool {
    let Excuse::Waived { id, .. } = excuse else { return true };
    inputs.signed_waivers.contains(id)
        || inputs.waivers.iter().any(|waiver| waiver.id.value == *id && waiver.names_parts())
}

/// What is to be said for a finding that would block otherwise.
enum Exemption {
    Excuse(Excuse),
    /// It was excused until this day.
    Ended(Date),
    Nothing,
}

/// The finding as it was before files moved and systems were renamed, where they were.
fn formerly(finding: &Finding, inputs: &DecisionInputs<'_>) -> Option<Finding> {
    let ComparedWith::Change { affected, .. } = &inputs.compared_with else { return None };
    Some(Finding { subject: affected.subject_before(&finding.subject)?, ..finding.clone() })
}

/// What excuses a finding, or did until a day that has passed. A waiver or an entry whose own
/// conditions are not met excuses nothing.
fn exemption_of(finding: &Finding, check: &Check, inputs: &DecisionInputs<'_>) -> Exemption {
    if finding.nature == FindingKind::Undecided {
        return Exemption::Nothing;
    }
    if let Some(it) = inputs.emergencies.iter().find(|it| passes_over(it, finding)) {
        return Exemption::Excuse(Excuse::Emergency {
            id: it.id.clone(),
            because: it.because.clone(),
            owner: it.by.to_string(),
            until: it.until,
        });
    }
    let waivers = inputs.waivers.iter().filter(|_| check.is_waivable());
    let sound = waivers.filter(|it| it.is_about(finding) && it.authority(inputs.people).is_ok());
    if let Some(waiver) = sound.clone().find(|waiver| waiver.is_in_force(inputs.today)) {
        return Exemption::Excuse(Excuse::Waived {
            id: waiver.id.value.clone(),
            because: waiver.because.value.clone(),
            owner: waiver.approved_by.value.clone(),
            until: waiver.expires.value,
        });
    }
    let known = inputs.baselines.iter().find_map(|baseline| baseline.knows(finding));
    match known {
        Some((since, until)) if inputs.today <= until => {
            Exemption::Excuse(Excuse::Baselined { since, until })
        }
        Some((_, until)) => Exemption::Ended(until),
        None => {
            match sound.map(|waiver| waiver.expires.value).filter(|end| *end < inputs.today).max() {
                Some(until) => Exemption::Ended(until),
                None => Exemption::Nothing,
            }
        }
    }
}

/// Whether an emergency is about a finding: its check, its system, and no content beyond what it is
/// for.
fn passes_over(emergency: &GrantedEmergency, finding: &Finding) -> bool {
    let mut systems = finding.systems().peekable();
    let is_own = systems.peek().is_some() && systems.all(|system| *system == emergency.system);
    let problem = &finding.problem;
    // What is wrong with it, and whatever else of the system is other than before, must be content
    // that it was granted for.
    let is_covered = |path: &str| emergency.is_for(path, &problem.content);
    let mut parts = problem.parts.iter();
    let is_about_something = !problem.parts.is_empty() || !problem.content.is_empty();
    let are_covered = parts.all(|piece| piece.part.file().is_some_and(is_covered))
        && problem.content.iter().all(|path| is_covered(path));
    is_own && emergency.skips.contains(&finding.check) && is_about_something && are_covered
}

/// The verdict over all findings.
pub(crate) fn verdict(judged: &[Judged]) -> Verdict {
    if judged.iter().any(|it| it.blocks) {
        Verdict::Fail
    } else if judged.iter().any(|it| it.counts) {
        Verdict::Undecided
    } else {
        Verdict::Pass
    }
}

#[cfg(test)]
mod tests;
