//! The mandate of an agent has ended, or ends on no day.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::date::Date;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Who};

pub(crate) const CHECK: Check =
    check(CheckId::MandateExpired, "The mandate of an agent has ended, or ends on no day", run)
        .controls(&["A.9.2", "A.9.3"])
        .severity(ByClass::RISES_WITH_CLASS)
        .explained(include_str!("mandate_expired.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let mandates = held(context, Some("agent-mandate")).into_iter();
    mandates.filter_map(|it| judge(context, it)).collect()
}

/// Words of a text that are looked at for a day.
const MOST_WORDS: usize = 100;

/// The latest day that a text names: the day on which a mandate was given may stand beside its end.
fn last_day(held: &ReadDocument<'_>, said: &str) -> Option<Date> {
    let is_word = |(at, c): &(usize, char)| {
        !c.is_whitespace() && said[..*at].chars().next_back().is_none_or(char::is_whitespace)
    };
    let words = said.char_indices().filter(is_word).take(MOST_WORDS);
    words.filter_map(|(at, _)| held.day_in(&said[at..])).max()
}

/// Judges the day of a mandate; that nothing is said of it is told of the element.
fn judge(context: &Context<'_>, held: ReadDocument<'_>) -> Option<Outcome> {
    let (said, place) = held.all_said("mandate-until")?;
    let remedy = "have it given again, with a new day, or stop the agent";
    let fail =
        |problem: Problem| Some(Outcome::fail(held.subject(), problem.remedy(Who::Owner, remedy)));
    let Some(day) = last_day(&held, said) else {
        let text = format!("{} ends on no day that can be read", held.named());
        return fail(Problem::new(place, held.need.class, text));
    };
    if day >= context.today {
        return Some(Outcome::pass(held.subject()));
    }
    let text = format!("{} ended on {day}", held.named());
    fail(Problem::new(place, held.need.class, text).label("past").passed(day))
}
