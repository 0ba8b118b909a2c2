//! How heavy a finding is: class and mode decide, settings override, law raises, floors hold.

use super::inputs::DecisionInputs;
use crate::catalog::{LegalSubject, Raise};
use crate::engine::{ByClass, Check};
use crate::finding::{Finding, Severity, Subject};
use crate::settings::gate::{Mode, ReleaseGate, Rules};

/// The severity of a finding of a check under the rules.
pub(super) fn severity(finding: &Finding, check: &Check, inputs: &DecisionInputs<'_>) -> Severity {
    weigh(finding, check, check.severity, inputs).0
}

/// The severity of a finding that is as heavy as `by_class` says, and the provision of law that
/// makes it one, where it is lighter by itself.
pub(super) fn weigh<'i>(
    finding: &Finding,
    check: &Check,
    by_class: ByClass,
    inputs: &'i DecisionInputs<'_>,
) -> (Severity, Option<&'i Raise>) {
    if check.is_floor() {
        return (Severity::Error, None);
    }
    let rules = inputs.rules;
    let mode = rules.mode_on(inputs.today);
    let by_class = match mode {
        Mode::Strict => by_class.high,
        Mode::Observe | Mode::Introduce => by_class.of(finding.problem.class),
    };
    let bound = if mode == Mode::Observe { Severity::Warning } else { Severity::Error };
    // What is newer than the pinned rule set reports; it blocks once the rules are raised.
    let by_rules = rules.severity(check.id, by_class);
    let raise = raise(finding, inputs).filter(|_| by_rules < Severity::Error);
    let severity = if raise.is_some() { Severity::Error } else { by_rules };
    (severity.min(if is_pinned(finding, check, rules) { bound } else { Severity::Note }), raise)
}

/// What an overlay that the rules name says of a finding.
fn raise<'i>(finding: &Finding, inputs: &'i DecisionInputs<'_>) -> Option<&'i Raise> {
    let document = match &finding.subject {
        Subject::Document { kind, .. } | Subject::Element { kind, .. } => Some(kind),
        _ => None,
    };
    let is_about = |raise: &&Raise| raise.is_about(finding.check, document);
    let mut about = inputs.rules.provisions().filter(is_about).peekable();
    about.peek()?;
    // What is about no system is owed for the sake of all.
    let subjects: Vec<&LegalSubject> = if finding.systems().next().is_none() {
        inputs.subjects.values().collect()
    } else {
        finding.systems().filter_map(|system| inputs.subjects.get(system)).collect()
    };
    let subjects: Vec<LegalSubject> = subjects
        .into_iter()
        .map(|it| LegalSubject { class: it.class.max(finding.problem.class), ..it.clone() })
        .collect();
    about.find(|raise| subjects.iter().any(|subject| raise.applies(subject, inputs.today)))
}

/// Whether the pinned rule set asks for it.
pub(super) fn is_pinned(finding: &Finding, check: &Check, rules: &Rules) -> bool {
    rules.includes(check.since) && finding.problem.since.is_none_or(|since| rules.includes(since))
}

/// Whether the rules ask for what a release needs on changes already. What a change only declares
/// is never asked of that change itself.
pub(super) fn asks_release(rules: &Rules, raised: bool) -> bool {
    rules.release_gate == ReleaseGate::AtMerge && !raised
}
