//! Waivers that excuse nothing.

use std::collections::BTreeMap;

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, Suppressibility};
use crate::finding::{Finding, Gate, Problem, Severity, Subject, Who};
use crate::settings::waiver::Waiver;
use crate::span::Place;

pub(crate) const CHECK: Check = Check {
    id: CheckId::WaiverUnused,
    title: "A waiver excuses nothing",
    since: "0.1",
    controls: &["7.5", "6.1.3"],
    severity: ByClass::new(Severity::Warning, Severity::Warning, Severity::Warning),
    gate: Gate::Merge,
    firmness: Suppressibility::NeverExcused,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each waiver that holds today excuses a finding: whether the check it names finds something in the
system and at the path it names.

## Why it matters

What is mended needs no permission. A waiver that stays excuses the next flaw of its kind unseen.

## How to fix

Remove the file.

## References

ISO/IEC 42001:2023 clauses 6.1.3 and 7.5.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let mut found: BTreeMap<CheckId, Vec<Finding>> = BTreeMap::new();
    let judge = |waiver: &Waiver| {
        let subject = Subject::Waiver(waiver.id.value.clone());
        if !waiver.is_in_force(context.today) {
            return Outcome::new(subject, CheckResult::Because(CheckId::WaiverExpired));
        }
        let Some(check) = super::excusable(context, &waiver.check.value) else {
            return Outcome::new(subject, CheckResult::Because(CheckId::SettingsInvalid));
        };
        let findings = found.entry(check.id).or_insert_with(|| super::findings(check, context));
        if findings.iter().any(|finding| waiver.is_about(finding)) {
            return Outcome::pass(subject);
        }
        let text = format!(
            "the waiver `{}` excuses nothing: `{}` finds nothing there",
            waiver.id.value, check.id
        );
        let problem = Problem::new(
            Place::bytes(waiver.file.clone(), waiver.check.span),
            Class::Limited,
            text,
        );
        Outcome::fail(subject, problem.remedy(Who::Author, "remove the file"))
    };
    context.proposed.waivers.iter().map(judge).collect()
}
