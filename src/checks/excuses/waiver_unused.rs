//! Waivers that excuse nothing.

use std::collections::BTreeMap;

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, check};
use crate::finding::{Finding, Mend, MendStep, Problem, Subject, Who};
use crate::settings::waiver::Waiver;
use crate::span::Place;

pub(crate) const CHECK: Check = check(CheckId::WaiverUnused, "A waiver excuses nothing", run)
    .controls(&["7.5", "6.1.3"])
    .severity(ByClass::ALWAYS_WARNING)
    .never_excused()
    .explained(include_str!("waiver_unused.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let mut found: BTreeMap<CheckId, Vec<Finding>> = BTreeMap::new();
    let judge = |waiver: &Waiver| {
        let subject = Subject::Waiver(waiver.id.value.clone());
        if !waiver.is_in_force(context.today) {
            return Outcome::new(subject, CheckResult::Because(CheckId::WaiverExpired));
        }
        let Some(check) = super::shared::excusable(context, &waiver.check.value) else {
            return Outcome::new(subject, CheckResult::Because(CheckId::SettingsInvalid));
        };
        let findings =
            found.entry(check.id).or_insert_with(|| super::shared::findings(check, context));
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
        let mend = Mend::new(waiver.file.clone(), MendStep::Delete);
        Outcome::fail(subject, problem.remedy(Who::Author, "remove the file").mended_by(mend))
    };
    context.proposed.waivers.iter().map(judge).collect()
}
