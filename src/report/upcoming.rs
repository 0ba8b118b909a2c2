//! What ends or falls due within thirty days, so that people can see to it before it blocks
//! anybody.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::data::{Report, ReportedFinding, Upcoming};
use super::words::level_words;
use crate::date::Date;
use crate::model::Governance;
use crate::signoff::{DueDecision, SignOffInputs, closed_conditions_of};
use crate::untrusted::{clamp, markdown as safe};

/// The number of days ahead that are looked at.
const AHEAD: i32 = 30;

/// Something that ends or falls due.
/// The system it is about; absent for what is about the repository.
/// The last day.
/// Returns what ends or falls due within thirty days of a day, the soonest first.
pub(crate) fn upcoming(
    inputs: &SignOffInputs<'_>,
    decisions: &[DueDecision<'_>],
    governance: &Governance,
    today: Date,
) -> Vec<Upcoming> {
    let mut all: Vec<(Date, Option<String>, String)> = Vec::new();
    for due in decisions {
        let Some(record_files) = due.record.filter(|_| due.flaws.is_empty()) else { continue };
        let (system, record) = (Some(due.system.id.value.to_string()), &record_files.record.value);
        let (id, name) = (&record.id.value, due.decision.name());
        all.push((record.expires.value, system.clone(), format!("the {name} `{id}` ends")));
        let closed: BTreeSet<&str> = closed_conditions_of(inputs, record_files);
        for condition in &record.conditions {
            if !closed.contains(condition.id.value.as_str()) {
                let (condition_id, owner) = (&condition.id.value, &condition.owner.value);
                let text = format!(
                    "the condition {condition_id} of `{id}` is due ({owner}): {}",
                    condition.must.value
                );
                all.push((condition.due.value, system.clone(), text));
            }
        }
    }
    for (_, envelope) in &inputs.store.envelopes {
        let text = format!("the envelope `{}` ends", envelope.id.value);
        all.push((envelope.expires(), Some(envelope.system.value.to_string()), text));
    }
    for waiver in &governance.waivers {
        let text = format!("the waiver `{}` of {} ends", waiver.id.value, waiver.check.value);
        all.push((
            waiver.expires.value,
            waiver.scope.system.as_ref().map(|it| it.value.to_string()),
            text,
        ));
    }
    for known in governance.baselines.iter().flat_map(|baseline| &baseline.entries) {
        let text = format!(
            "the baseline's {} about {} is to be mended",
            known.check.value, known.subject.value
        );
        all.push((known.review_by.value, known.system.as_ref().map(ToString::to_string), text));
    }
    all.retain(|(day, ..)| (0..=AHEAD).contains(&today.days_until(*day)));
    all.sort();
    all.dedup();
    all.into_iter()
        .map(|(day, system, what)| Upcoming { system, what, on: day.to_string() })
        .collect()
}

/// Returns what needs attention of one system, or of the repository, as Markdown of at most `limit`
/// bytes. Returns `None` where nothing needs attention.
pub(crate) fn attention(report: &Report, system: Option<&str>, limit: usize) -> Option<String> {
    let own: Vec<&Upcoming> =
        report.upcoming.iter().filter(|it| it.system.as_deref() == system).collect();
    let now: Vec<&ReportedFinding> = report
        .findings
        .iter()
        .filter(|entry| entry.counts && entry.system.as_deref() == system)
        .collect();
    if own.is_empty() && now.is_empty() {
        return None;
    }
    let mut out = format!("As of {}.\n\n", report.inputs.today);
    for it in own {
        let _ = writeln!(out, "- {}: {}", it.on, safe(&clamp(&it.what, 600)));
    }
    for entry in now {
        let _ = writeln!(
            out,
            "- **{}** {} ({})",
            level_words(entry),
            safe(&clamp(&entry.text, 600)),
            safe(entry.check.name())
        );
    }
    // The text is cut at a line end, because a cut within a line would leave markup open.
    while out.len() > limit {
        let end = out.trim_end().rfind('\n').unwrap_or(0);
        out.truncate(end + 1);
        if end == 0 {
            break;
        }
    }
    Some(out)
}
