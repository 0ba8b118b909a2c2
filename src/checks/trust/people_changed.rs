//! People to whom a change gives more.

use super::shared::{compared, outcome};
use crate::check_id::CheckId;
use crate::engine::{Check, Context, Outcome, check};
use crate::fact::Fact;
use crate::finding::Subject;
use crate::model::Governance;
use crate::settings::people::{FILE, People, Person};
use crate::settings::weakening;
use crate::signoff::more_in_people;
use crate::span::Place;

pub(crate) const CHECK: Check =
    check(CheckId::PeopleChanged, "A change gives somebody more to decide", run)
        .controls(&["5.3", "A.3.2"])
        .floor()
        .explained(include_str!("people_changed.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    compared(context, FILE, judge)
}

fn judge(context: &Context<'_>, subject: Subject, before: &Governance) -> Vec<Outcome> {
    let now = match &context.proposed.people {
        Fact::Known(now) => now.clone(),
        Fact::Absent => People::default(),
        // Nobody can be read, so nobody gains; that it cannot be is told by another check.
        Fact::Undecided(_) => return vec![Outcome::pass(subject)],
    };
    let place = |person: &Person| Place::bytes(person.file.clone(), person.id.span);
    let weakenings = match &before.people {
        Fact::Known(before) => weakening::people(before, &now, place),
        Fact::Absent => weakening::people(&People::default(), &now, place),
        // What mends the list may bring back whom the mistake hid, and give nobody else more.
        Fact::Undecided(_) => {
            let known = before.salvaged.people.clone().unwrap_or_default();
            weakening::people(&known, &now, place)
        }
    };
    let favours = |person: &Person| more_in_people(&weakenings, person);
    let files = before.people_files.iter().chain(&context.proposed.people_files);
    let keep = "leave what people may decide, and how they are known, as it is";
    vec![outcome(context, subject, &weakenings, files, keep, &favours)]
}
