//! Entries of the baseline that are about nothing.

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, check};
use crate::finding::{Mend, MendStep, Problem, Who};
use crate::settings::baseline::BaselineEntry;
use crate::span::Place;

pub(crate) const CHECK: Check =
    check(CheckId::BaselineUnused, "An entry of the baseline is about nothing that is there", run)
        .controls(&["7.5", "6.1.3"])
        .severity(ByClass::ALWAYS_NOTE)
        .never_excused()
        .explained(include_str!("baseline_unused.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    super::shared::by_check(context, |entries| {
        let Some(check) = entries
            .first()
            .and_then(|(_, entry)| super::shared::excusable(context, &entry.check.value))
        else {
            return CheckResult::Because(CheckId::SettingsInvalid);
        };
        let findings = super::shared::findings(check, context);
        let is_unused = |entry: &BaselineEntry| {
            !findings.iter().any(|finding| {
                finding.subject.to_string() == entry.subject.value
                    && finding.pieces().values().any(|piece| entry.is_about(piece))
            })
        };
        let mut unused = entries.iter().filter(|(_, entry)| is_unused(entry));
        let Some((file, first)) = unused.next() else { return CheckResult::Pass };
        let rest: Vec<_> = unused.collect();
        let own = rest.iter().filter(|(other, _)| other == file).map(|(_, it)| it.check.span);
        let spans = std::iter::once(first.check.span).chain(own).collect();
        let mend = Mend::new((*file).clone(), MendStep::DropItems(spans));
        let more = match rest.len() {
            0 => String::new(),
            more => format!(" (and {more} more of `{}`)", first.check.value),
        };
        let text = format!(
            "the entry for `{}` matches nothing any more{more}: it was mended, or what it is about \
             has changed",
            first.subject.value
        );
        let problem =
            Problem::new(Place::bytes((*file).clone(), first.check.span), Class::Limited, text);
        let problem = problem.remedy(Who::Author, "remove the entry").mended_by(mend);
        CheckResult::Fail(Box::new(problem))
    })
}
