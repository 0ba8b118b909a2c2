//! A document that must be approved is not.

use crate::checks::reader::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::evidence::{adds_nothing, says_approved};
use crate::fact::Fact;
use crate::finding::{Gate, Problem, Severity, Who};
use crate::settings::people::{People, Person};

pub(crate) const CHECK: Check = Check {
    id: "document-unapproved",
    title: "A document that must be approved is not",
    since: "0.1",
    controls: &["7.5", "5.2", "A.5.3"],
    severity: ByClass::new(Severity::Note, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether the AI policy, the impact assessment and the validation report say who approved them and when, in their
front matter (`approved-by`, `approved-on`) or under a label (\"Approved by\", \"Approved on\") at the top or in a section about
the document: somebody of `governance/people.yaml` who is not the document's
own `owner`, on a day that is not to come. A `status` other than approved speaks against it.

## Why it matters

Until somebody else has agreed to it, an assessment is a draft of its author.

## How to fix

Have it approved and add `status: approved`, `approved-by` and `approved-on` to the front matter. Beside the name only a part and
a day are read (\"dee (risk lead), 2026-11-10\"): anything else may take the approval back.

## References

ISO/IEC 42001:2023 clauses 5.2 and 7.5 and control A.5.3.
";

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
    let fail = |text: String| {
        let problem =
            Problem::new(place.clone(), held.need.class, format!("{} {text}", held.named()))
                .due()
                .parts([text]);
        let problem = problem.remedy(
            Who::SecondLine,
            "approve it: status, approved-by and approved-on in its \
                front matter",
        );
        Outcome::fail(held.subject(), problem).controls(&held.need.kind.controls)
    };
    if let Some((status, _)) = status.filter(|(status, _)| !says_approved(status)) {
        return fail(format!("is {status}, not approved"));
    }
    let Some((by, _)) = by else { return fail("does not say who approved it".to_owned()) };
    // A label may hold both: `Approved by: dee, 2026-11-20`.
    let day = held.date("approved-on").map(|(day, _)| day).or_else(|| held.day_in(by));
    let Some(day) = day else { return fail("does not say when it was approved".to_owned()) };
    if day > context.today {
        return fail(format!("is approved on {day}, after today"));
    }
    let owner = held.stated("owner").map(|(owner, _)| owner);
    let own = || fail(format!("is approved by its own owner, {by}"));
    if owner.is_some_and(|owner| owner.trim() == by.trim()) {
        return own();
    }
    if let Fact::Known(people) = &context.governance.people {
        let Some(approver) = approver(people, by) else {
            return fail(format!(
                "says `{by}` approved it, which is not an id or e-mail of governance/people.yaml, \
                 or says more than a role and a day beside it"
            ));
        };
        if !approver.is_active(day) {
            return fail(format!("is approved by {by}, who was not in office on {day}"));
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
