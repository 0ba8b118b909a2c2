//! A document that must be approved is not.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{adds_nothing, says_approved};
use crate::fact::Fact;
use crate::finding::{Problem, Who};
use crate::part::{Part, Piece};
use crate::settings::people::{People, Person};

pub(crate) const CHECK: Check =
    check(CheckId::DocumentUnapproved, "A document that must be approved is not", run)
        .controls(&["7.5", "5.2", "A.5.3"])
        .severity(ByClass::RISES_WITH_CLASS)
        .explained(include_str!("document_unapproved.md"));

/// The kinds that somebody must have agreed to.
const APPROVED: [&str; 3] = ["ai-policy", "impact-assessment", "verification-validation-report"];

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    APPROVED
        .iter()
        .flat_map(|kind| held(context, Some(kind)))
        .map(|it| judge(context, it))
        .collect()
}

fn judge(context: &Context<'_>, held: ReadDocument<'_>) -> Outcome {
    let by = held.stated("approved-by");
    let status = held.stated("status");
    let place = by
        .as_ref()
        .or(status.as_ref())
        .map_or_else(|| held.reading.place(), |(_, place)| place.clone());
    let fail = |part: Part, text: String| {
        let problem =
            Problem::new(place.clone(), held.need.class, format!("{} {text}", held.named()))
                .due()
                .parts([Piece::from(part).formerly(text)]);
        let problem = problem.remedy(
            Who::SecondLine,
            "approve it: status, approved-by and approved-on in its \
                front matter",
        );
        Outcome::fail(held.subject(), problem).controls(&held.need.kind.controls)
    };
    if let Some((status, _)) = status.filter(|(status, _)| !says_approved(status)) {
        let part = Part::Entry { of: status.to_owned(), reason: "not-approved" };
        return fail(part, format!("is {status}, not approved"));
    }
    let Some((by, _)) = by else {
        return fail(Part::Reason("no-approver"), "does not say who approved it".to_owned());
    };
    let approved = |reason| Part::Entry { of: by.to_owned(), reason };
    // A label may hold both: `Approved by: dee, 2026-11-20`.
    let day = held.date("approved-on").map(|(day, _)| day).or_else(|| held.day_in(by));
    let Some(day) = day else {
        return fail(Part::Reason("no-day"), "does not say when it was approved".to_owned());
    };
    if day > context.today {
        let part = Part::Entry { of: day.to_string(), reason: "day-to-come" };
        return fail(part, format!("is approved on {day}, after today"));
    }
    let owner = held.stated("owner").map(|(owner, _)| owner);
    let own = || fail(approved("own-owner"), format!("is approved by its own owner, {by}"));
    if owner.is_some_and(|owner| owner.trim() == by.trim()) {
        return own();
    }
    if let Fact::Known(people) = &context.governance.people {
        let Some(approver) = approver(people, by) else {
            let text = format!(
                "says `{by}` approved it, which is not an id or e-mail of governance/people.yaml, \
                 or says more than a role and a day beside it"
            );
            return fail(approved("unknown-approver"), text);
        };
        if !approver.is_active(day) {
            let text = format!("is approved by {by}, who was not in office on {day}");
            return fail(approved("not-in-office"), text);
        }
        // A document without an owner is its system's.
        let owner = owner.or(held.need.owner.as_deref()).and_then(|owner| person(people, owner));
        if owner.is_some_and(|(owner, _)| owner.id == approver.id) {
            return own();
        }
    }
    Outcome::pass(held.subject()).controls(&held.need.kind.controls)
}

/// Who is named first in a text, and what it says further: `dee (risk lead), 2026-11-20`.
fn person<'p, 't>(people: &'p People, text: &'t str) -> Option<(&'p Person, &'t str)> {
    let text = text.trim();
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | '<'))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    Some((people.find(name)?, rest))
}

/// Who approved, where nothing but a day and a part follows the name.
fn approver<'p>(people: &'p People, text: &str) -> Option<&'p Person> {
    let (person, rest) = person(people, text)?;
    adds_nothing(rest).then_some(person)
}
