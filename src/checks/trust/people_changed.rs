//! People to whom a change gives more.

use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::fact::Fact;
use crate::finding::{Gate, Subject};
use crate::settings::people::{FILE, People, Person};
use crate::settings::weakening::{self, Weakening};
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check = Check {
    id: CheckId::PeopleChanged,
    title: "A change gives somebody more to decide",
    since: "0.1",
    controls: &["5.3", "A.3.2"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Floor,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether `governance/people.yaml` gives nobody more than on the target branch: no new person with
authority, no further role, higher limit, other line, later end, other address or login; and whether
nobody is removed, because entries end with `until`. Somebody who builds or owns and decides nothing may
join freely, and an end or a lower limit may be set freely.

## Why it matters

Whoever may add people to those who decide can decide anything.

## How to fix

Undo it, or make the change without it. A `rule-change` record in the same change clears it, which binds the files before
and after by their digests and is signed by somebody the target branch entitles and the change does not favour.

## References

ISO/IEC 42001:2023 clauses 5.3, 7.5 and 8.1.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let subject = Subject::File(RepoPath::from(FILE));
    let before = match context.adopted(subject.clone()) {
        Ok(before) => before,
        Err(outcomes) => return outcomes,
    };
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
    let favours = |person: &Person| {
        let is_own = |it: &&Weakening| it.of.is_of(&person.id.value);
        weakenings.iter().find(is_own).map(Weakening::words)
    };
    let files = before.people_files.iter().chain(&context.proposed.people_files);
    let keep = "leave what people may decide, and how they are known, as it is";
    vec![super::outcome(context, subject, &weakenings, files, keep, &favours)]
}
