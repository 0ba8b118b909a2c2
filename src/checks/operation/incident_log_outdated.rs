//! Nobody confirmed the incident log for three months.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::date::Date;
use crate::document::Body;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::Region;
use crate::finding::{Problem, Who};

pub(crate) const CHECK: Check =
    check(CheckId::IncidentLogOutdated, "Nobody confirmed the incident log for three months", run)
        .controls(&["A.8.4", "10.2"])
        .severity(ByClass::WARNING_FROM_LIMITED)
        .explained(include_str!("incident_log_outdated.md"));

/// Days for which a log is taken to be whole.
const INTERVAL: i32 = 92;

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    held(context, Some("incident-log")).into_iter().map(|it| judge(context, it)).collect()
}

fn judge(context: &Context<'_>, held: ReadDocument<'_>) -> Outcome {
    let fail = |place, text: String, remedy: &str| {
        let problem = Problem::new(place, held.need.class, text);
        Outcome::fail(held.subject(), problem.remedy(Who::Owner, remedy))
    };
    for row in held.rows() {
        if let Some(key) = held.unsaid(&row, &["action", "communicated"]).first() {
            let text = format!("an entry of {} says nothing of {key}", held.named());
            return fail(held.at(row.place(key)), text, "complete the entry");
        }
    }
    let latest = days(held).into_iter().filter(|day| *day <= context.today).max();
    match latest {
        Some(day) if day.plus_days(INTERVAL) >= context.today => Outcome::pass(held.subject()),
        Some(day) => {
            let text = format!("{} was last confirmed on {day}", held.named());
            let problem = Problem::new(held.reading.place(), held.need.class, text)
                .passed(day.plus_days(INTERVAL));
            Outcome::fail(held.subject(), problem.remedy(Who::Owner, "confirm it, with the day"))
        }
        None => fail(
            held.reading.place(),
            format!("{} names no day", held.named()),
            "confirm it, with the day",
        ),
    }
}

/// Every day that the log names.
fn days(held: ReadDocument<'_>) -> Vec<Date> {
    let texts: Vec<&str> = match (&held.document.body, held.reading.region) {
        (Body::Prose(prose), Region::Section(index)) => prose
            .with_subsections(index)
            .iter()
            .flat_map(|section| &section.blocks)
            .map(|block| block.text.as_str())
            .collect(),
        _ => held.document.source.lines().collect(),
    };
    texts.into_iter().filter_map(|text| held.day_in(text)).collect()
}
