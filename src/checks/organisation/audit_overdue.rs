//! The last internal audit or management review is more than a year ago.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held, names};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Who};
use crate::part::Part;
use crate::span::Place;

pub(crate) const CHECK: Check = check(
    CheckId::AuditOverdue,
    "The last internal audit or management review is more than a year ago, or the auditor's own",
    run,
)
.controls(&["9.2", "9.3"])
.severity(ByClass::ALWAYS_WARNING)
.explained(include_str!("audit_overdue.md"));

/// Days within which it happens again.
const INTERVAL: i32 = 366;

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let kinds = ["internal-audit", "management-review"];
    kinds.iter().flat_map(|kind| held(context, Some(kind))).map(|it| judge(context, it)).collect()
}

fn judge(context: &Context<'_>, held: ReadDocument<'_>) -> Outcome {
    let said = ["date", "date-attendees"].iter().find_map(|key| held.said(key));
    let day = said.and_then(|(text, place)| Some((held.day_in(text)?, place)));
    let Some((day, place)) = day else {
        let problem = Problem::new(
            held.reading.place(),
            held.need.class,
            format!("{} names no day", held.named()),
        );
        return Outcome::fail(
            held.subject(),
            problem.remedy(Who::SecondLine, "write down when it was"),
        );
    };
    if let Some((owner, place)) = own_audit(context, &held) {
        let text = format!("{} is by `{owner}`, who owns some of what is audited", held.named());
        let problem = Problem::new(place, held.need.class, text).parts([Part::Reason("own-audit")]);
        let remedy = "have it audited by somebody who does not answer for what is audited";
        return Outcome::fail(held.subject(), problem.remedy(Who::SecondLine, remedy));
    }
    let until = day.plus_days(INTERVAL);
    if until >= context.today {
        return Outcome::pass(held.subject());
    }
    let text = format!("{} is of {day}, more than a year ago", held.named());
    let problem = Problem::new(place, held.need.class, text).passed(until);
    Outcome::fail(
        held.subject(),
        problem.remedy(Who::SecondLine, "carry it out again and record it"),
    )
}

/// Returns an owner of a declared system, or of AI in use, whom an audit names as its auditor
/// (clause 9.2.2 b).
fn own_audit<'c>(context: &Context<'c>, held: &ReadDocument<'_>) -> Option<(&'c str, Place)> {
    let (auditor, place) = held.said("auditor")?;
    let register = context.judged.declared.register.known()?;
    let owners = register.systems.iter().map(|system| &system.owner);
    let mut owners = owners.chain(register.used_ai.iter().map(|used| &used.owner));
    let owner = owners.find(|owner| names(auditor, &owner.value))?;
    Some((&owner.value, place))
}
