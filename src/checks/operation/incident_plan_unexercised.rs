//! The plan for incidents was not exercised for a year.

use crate::catalog::{Class, Stage};
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Who};

pub(crate) const CHECK: Check = check(
    CheckId::IncidentPlanUnexercised,
    "The plan for incidents was not exercised for a year",
    run,
)
.controls(&["A.8.4"])
.severity(ByClass::RISES_WITH_CLASS)
.explained(include_str!("incident_plan_unexercised.md"));

/// Days within which a plan is tried again.
const INTERVAL: i32 = 366;

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let plans = held(context, Some("incident-response-plan"));
    let concerned =
        |it: &ReadDocument<'_>| it.need.stage >= Stage::Operation && it.need.class >= Class::High;
    plans.into_iter().filter(concerned).map(|it| judge(context, it)).collect()
}

fn judge(context: &Context<'_>, held: ReadDocument<'_>) -> Outcome {
    let said = held.said("exercised").and_then(|(text, place)| Some((held.day_in(text)?, place)));
    let Some((day, place)) = said.or_else(|| held.date("exercised-on")) else {
        let text = format!("{} does not say when it was last exercised", held.named());
        let problem = Problem::new(held.reading.place(), held.need.class, text).due();
        return Outcome::fail(
            held.subject(),
            problem.remedy(Who::Owner, "exercise it, and add \"Last exercised\" with the day"),
        );
    };
    let until = day.plus_days(INTERVAL);
    if until >= context.today {
        return Outcome::pass(held.subject());
    }
    let text = format!("{} was last exercised on {day}, more than a year ago", held.named());
    let problem = Problem::new(place, held.need.class, text).passed(until);
    Outcome::fail(held.subject(), problem.remedy(Who::Owner, "exercise it, and write down the day"))
}
