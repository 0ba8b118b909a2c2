//! Owners and deciders who are not among the people.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::document::{Spanned, meant};
use crate::engine::{Check, CheckResult, Context, Outcome, check};
use crate::fact::Fact;
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::settings::layout::OwnFile;
use crate::settings::people::{FILE, People};
use crate::settings::register::{Register, System};
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check = check(
    CheckId::OwnerUnknown,
    "Somebody named in the register is not among the people, or no longer",
    run,
)
.controls(&["A.3.2", "5.3"])
.explained(include_str!("owner_unknown.md"));

/// Somebody named somewhere, and what for.
struct NamedPerson<'a> {
    name: &'a Spanned<String>,
    path: &'a RepoPath,
    what: &'static str,
    class: Class,
    subject: Subject,
    /// Whether the person must hold the part today, or was asked once.
    today: bool,
}

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let named = match context.register() {
        Ok(register) => named(context, register),
        Err(outcomes) => return outcomes,
    };
    match known(context) {
        Fact::Known(people) => judge_all(context, &people, &named),
        Fact::Undecided(_) => {
            let damaged = context
                .proposed
                .unreadable
                .iter()
                .any(|(path, _)| OwnFile::at(path) == Some(OwnFile::People));
            let cause =
                if damaged { CheckId::DocumentUnreadable } else { CheckId::SettingsInvalid };
            vec![Outcome::new(Subject::File(RepoPath::from(FILE)), CheckResult::Because(cause))]
        }
        Fact::Absent => named.first().map(|first| absent(context, first)).into_iter().collect(),
    }
}

/// Everybody there is: whom the target branch knows, and whom the change brings. Coming in with a
/// system is no authority; that is taken from the target branch alone.
fn known(context: &Context<'_>) -> Fact<People> {
    match (&context.governance.people, &context.proposed.people) {
        (Fact::Known(trusted), Fact::Known(proposed)) => {
            let mut people = trusted.clone();
            for person in &mut people.people {
                // An end that the change sets is one.
                let now = proposed
                    .people
                    .iter()
                    .find(|now| now.id == person.id)
                    .and_then(|now| now.until);
                person.until = [person.until, now].into_iter().flatten().min();
            }
            people.add(proposed.clone());
            Fact::Known(people)
        }
        (_, Fact::Undecided(why)) => Fact::Undecided(why.clone()),
        (Fact::Known(people), Fact::Absent) | (_, Fact::Known(people)) => {
            Fact::Known(people.clone())
        }
        (_, Fact::Absent) => Fact::Absent,
    }
}

fn absent(context: &Context<'_>, first: &NamedPerson<'_>) -> Outcome {
    let text = format!("there is no `{FILE}`, so nobody the register names is known");
    let problem = Problem::new(
        Place::bytes(first.path.clone(), first.name.span),
        context.judged.strictest_class(),
        text,
    )
    .label(format!("the first {} named", first.what))
    .remedy(Who::SecondLine, format!("write `{FILE}`: id, roles, line and from for each person"));
    Outcome::fail(Subject::File(RepoPath::from(FILE)), problem)
}

/// Everybody who is named, one entry per subject and part.
fn named<'a>(context: &Context<'a>, register: &'a Register) -> Vec<NamedPerson<'a>> {
    let repo = context.judged;
    let mut all = Vec::new();
    for system in &register.systems {
        let class = system.class();
        let subject = Subject::System(system.id.value.clone());
        let mut add = |name: &'a Spanned<String>, what, subject: Subject, today| {
            all.push(NamedPerson { name, path: &system.register, what, class, subject, today });
        };
        add(&system.owner, "owner", subject.clone(), true);
        if let Some(decider) = system.risk_class.as_ref().and_then(|it| it.decided_by.as_ref()) {
            add(decider, "decider of the class", subject, false);
        }
        for model in &system.models {
            if let Some(assessor) = model.supplier.as_ref().and_then(|it| it.assessed_by.as_ref()) {
                let subject = Subject::Model {
                    system: system.id.value.clone(),
                    model: model.id.value.clone(),
                };
                add(assessor, "assessor", subject, false);
            }
        }
    }
    for used in &register.used_ai {
        let subject = Subject::Duty { system: None, duty: format!("used-ai {}", used.id.value) };
        let (path, class) = (&used.register, used.risk_class);
        all.push(NamedPerson {
            name: &used.owner,
            path,
            what: "owner",
            class,
            subject,
            today: true,
        });
    }
    for (system, risks) in &repo.risks {
        let class = repo.system(system).map_or(Class::Limited, System::class);
        for risk in &risks.risks {
            if let Some(name) = &risk.owner {
                let subject = Subject::Risk { system: system.clone(), risk: risk.id.value.clone() };
                all.push(NamedPerson {
                    name,
                    path: &risks.path,
                    what: "owner",
                    class,
                    subject,
                    today: true,
                });
            }
        }
    }
    all
}

/// One outcome per subject: of several unknown people of one subject the first speaks.
fn judge_all(context: &Context<'_>, people: &People, named: &[NamedPerson<'_>]) -> Vec<Outcome> {
    let mut outcomes: BTreeMap<Subject, Outcome> = BTreeMap::new();
    for named in named {
        let outcome = judge(context, people, named);
        match outcomes.entry(outcome.subject.clone()) {
            Entry::Vacant(free) => drop(free.insert(outcome)),
            Entry::Occupied(mut known) if matches!(known.get().verdict, CheckResult::Pass) => {
                drop(known.insert(outcome))
            }
            Entry::Occupied(_) => {}
        }
    }
    outcomes.into_values().collect()
}

fn judge(context: &Context<'_>, people: &People, named: &NamedPerson<'_>) -> Outcome {
    let name = &named.name.value;
    let mut passed = None;
    let (text, remedy) = match people.find(name) {
        Some(person) if !named.today || person.is_active(context.today) => {
            return Outcome::pass(named.subject.clone());
        }
        Some(person) => {
            let when = match person.until {
                Some(until) if until < context.today => {
                    passed = Some(until);
                    format!("was among the people until {until}")
                }
                _ => format!("is among the people only from {}", person.from),
            };
            (
                format!("the {} `{name}` {when}", named.what),
                "name somebody who holds the part today".to_owned(),
            )
        }
        None => {
            let hint = meant(name, people.people.iter().map(|person| person.id.value.as_str()));
            let automation = people.automation.iter().any(|it| it.id.value == name.as_str());
            let what = if automation {
                "is automation, which owns and decides nothing"
            } else {
                "is not among the people"
            };
            (
                format!("the {} `{name}` {what}{hint}", named.what),
                format!(
                    "name a person of `{FILE}`; a person who is missing there is added, a team or \
                     a program cannot be"
                ),
            )
        }
    };
    let problem =
        Problem::new(Place::bytes(named.path.clone(), named.name.span), named.class, text);
    let problem = problem.parts([Part::Person { part: named.what, name: name.clone() }]);
    let problem = passed.into_iter().fold(problem, Problem::passed);
    Outcome::fail(named.subject.clone(), problem.remedy(Who::Author, remedy))
}
