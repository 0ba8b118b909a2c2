//! Where each system stands, on one screen.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::words::safe;
use crate::date::Date;
use crate::model::Governance;
use crate::signoff::{
    DueDecision, GrantedEmergency, RecordFiles, SignOffInputs, closed_conditions_of, due_decisions,
    signatures_of,
};
use crate::wording::counted;

/// The days before an end from which the days left are shown.
const AHEAD: i32 = 90;

/// Returns for each system what was decided and holds, what ends soon and what is open.
pub(crate) fn status(
    inputs: &SignOffInputs<'_>,
    governance: &Governance,
    emergencies: &[GrantedEmergency],
) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        let _ = writeln!(out, "{}", safe(&text));
    };
    let due = due_decisions(inputs);
    for system in inputs.repo.systems() {
        let (id, version) = (&system.id.value, &system.version.value);
        line(format!(
            "{id} {version}: class {}, stage {}",
            inputs.class(system).name(),
            system.stage.name()
        ));
        let own: Vec<&DueDecision<'_>> =
            due.iter().filter(|due| due.system.id == system.id).collect();
        if own.is_empty() {
            line("  nothing need be signed".to_owned());
        }
        for due in own {
            decision(inputs, due).into_iter().for_each(&mut line);
        }
    }
    if inputs.repo.systems().is_empty() {
        line("no system is declared".to_owned());
    }
    beside(inputs, governance, emergencies).into_iter().for_each(&mut line);
    out
}

/// Returns what counts beside the decisions: emergencies, waivers, envelopes, and that somebody
/// decides alone.
pub(super) fn beside(
    inputs: &SignOffInputs<'_>,
    governance: &Governance,
    emergencies: &[GrantedEmergency],
) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = |text: String| lines.push(text);
    for it in emergencies {
        line(format!(
            "emergency {} of {}, until {}; {} makes up for it by {}",
            it.id, it.system, it.until, it.owner, it.due
        ));
    }
    for waiver in &governance.waivers {
        let (id, check) = (&waiver.id.value, &waiver.check.value);
        line(format!(
            "waiver {id} of {check}{}, {}{}",
            waiver.ticket_words(),
            ends(inputs.today, waiver.expires.value),
            waiver.meanwhile()
        ));
    }
    for (path, envelope) in &inputs.store.envelopes {
        line(format!(
            "envelope {} of {} ({path}), {}",
            envelope.id.value,
            envelope.system.value,
            ends(inputs.today, envelope.expires())
        ));
    }
    if let Some(solo) = &governance.rules.solo {
        line(format!("reduced assurance: {} decides alone", solo.person.value));
    }
    lines
}

/// Returns the conditions of a record that are open.
pub(super) fn conditions(inputs: &SignOffInputs<'_>, record_files: &RecordFiles) -> Vec<String> {
    let closed: BTreeSet<&str> = closed_conditions_of(inputs, record_files);
    let all = record_files.record.value.conditions.iter();
    let open = all.filter(|condition| !closed.contains(condition.id.value.as_str()));
    open.map(|condition| {
        let (id, owner) = (&condition.id.value, &condition.owner.value);
        format!(
            "condition {id}, open, {owner}, {}{}",
            ends(inputs.today, condition.due.value),
            condition.consequences()
        )
    })
    .collect()
}

fn decision(inputs: &SignOffInputs<'_>, due: &DueDecision<'_>) -> Vec<String> {
    let name = due.decision.name();
    let mut lines = Vec::new();
    match (&due.record, due.flaws.first()) {
        (Some(record_files), None) => {
            let record = &record_files.record.value;
            lines.push(format!(
                "  {name}: {}, {}",
                record.id.value,
                ends(inputs.today, record.expires.value)
            ));
            for signer in &signatures_of(inputs, record_files).signers {
                let (who, role) = (&signer.person.id.value, signer.role.words());
                lines.push(format!(
                    "    {who} as {role} on {}, {}",
                    signer.signed_on,
                    signer.proof.name()
                ));
            }
            let open = conditions(inputs, record_files);
            lines.extend(open.into_iter().map(|condition| format!("    {condition}")));
        }
        (_, Some(flaw)) => {
            let who = if flaw.people.is_empty() {
                String::new()
            } else {
                format!(" ({} can sign)", flaw.people.join(", "))
            };
            lines.push(format!("  {name}: not decided: {}{who}", flaw.text));
        }
        (None, None) => {}
    }
    lines
}

/// Returns when something ends, and in how many days where that is soon.
fn ends(today: Date, day: Date) -> String {
    match today.days_until(day) {
        days if days < 0 => format!("ended on {day}"),
        days if days <= AHEAD => format!("until {day}, in {}", counted(days, "day", "days")),
        _ => format!("until {day}"),
    }
}
