//! How heavy a finding is: class and mode decide, settings override, floors hold.

use crate::check::Check;
use crate::date::Date;
use crate::finding::{Finding, Severity};
use crate::settings::gate::{Mode, ReleaseGate, Rules};

/// The severity of a finding of a check under the rules.
pub fn severity(finding: &Finding, check: &Check, rules: &Rules, today: Date) -> Severity {
    if check.is_floor() {
        return Severity::Error;
    }
    let mode = rules.mode_on(today);
    let by_class = match mode {
        Mode::Strict => check.severity.high,
        Mode::Observe | Mode::Introduce => check.severity.of(finding.fault.class),
    };
    let bound = if mode == Mode::Observe { Severity::Warning } else { Severity::Error };
    // What is newer than the pinned rule set reports; it blocks once the rules are raised.
    rules.severity(check.id, by_class).min(if is_pinned(finding, check, rules) { bound } else { Severity::Note })
}

/// Whether the pinned rule set asks for it.
pub(super) fn is_pinned(finding: &Finding, check: &Check, rules: &Rules) -> bool {
    rules.includes(check.since) && finding.fault.since.is_none_or(|since| rules.includes(since))
}

/// Whether the rules ask for what a release needs on changes already. What a change only declares is
/// never asked of that change itself.
pub(super) fn asks_release(rules: &Rules, raised: bool) -> bool {
    rules.release_gate == ReleaseGate::AtMerge && !raised
}
