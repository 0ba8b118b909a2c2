//! A gate is adopted whose rules nobody could ever change.

use super::shared::WAY_OUT;
use crate::catalog::{Class, Role};
use crate::check_id::CheckId;
use crate::checks::shared::fallback;
use crate::engine::{Check, CheckResult, Context, Outcome, check};
use crate::fact::Fact;
use crate::finding::{Problem, Subject, Who};
use crate::ids::PersonId;
use crate::part::Part;
use crate::settings::gate;
use crate::settings::people::{FILE, Person};
use crate::settings::signers::ALLOWED;
use crate::signoff::{Gap, NAMESPACE, Unsignable, unsignable, without_address};
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check = check(
    CheckId::AdoptionIncomplete,
    "A gate is adopted whose rules or decisions nobody could ever sign",
    run,
)
.controls(&["5.3", "8.1", "A.3.2"])
.floor()
.explained(include_str!("adoption_incomplete.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let subject = Subject::File(RepoPath::from(gate::FILE));
    let is_adopted = context.proposed.is_adopted;
    match &context.against {
        Fact::Known(against) if is_adopted && !against.governance.is_adopted => {}
        // The target branch itself, which may hold it already. A folder is asked nothing.
        Fact::Absent if is_adopted && context.signoffs.tip.is_some() => {}
        Fact::Known(_) | Fact::Absent => {
            return vec![Outcome::new(subject, CheckResult::NotApplicable)];
        }
        Fact::Undecided(_) => {
            return vec![Outcome::new(subject, CheckResult::Because(CheckId::TargetUnknown))];
        }
    }
    let rules = &context.signoffs.governance.rules;
    let is_damaged = matches!(context.signoffs.governance.people, Fact::Undecided(_));
    if is_damaged || rules.refused {
        let told = !context.proposed.unreadable.is_empty();
        let cause = if told { CheckId::DocumentUnreadable } else { CheckId::SettingsInvalid };
        return vec![Outcome::new(subject, CheckResult::Because(cause))];
    }
    let missing = missing(context);
    if missing.is_empty() {
        return vec![Outcome::pass(subject)];
    }
    vec![Outcome::fail(subject, problem(context, &missing))]
}

/// One thing that is missing.
struct Missing {
    part: Part,
    what: String,
    remedy: String,
}

fn missing(context: &Context<'_>) -> Vec<Missing> {
    let signoffs = context.signoffs;
    if matches!(signoffs.governance.people, Fact::Absent) {
        let remedy = format!("list the people in {FILE}, with roles, `emails` and keys");
        return vec![Missing {
            part: Part::Field("people".to_owned()),
            what: format!("no {FILE}"),
            remedy,
        }];
    }
    let unsignable = unsignable(signoffs);
    let mut all: Vec<Missing> = Vec::new();
    let mut add = |it: Missing| {
        if !all.iter().any(|known| known.part == it.part) {
            all.push(it);
        }
    };
    unsignable
        .iter()
        .flat_map(|it| it.gaps.iter().map(move |gap| of_gap(it, gap)))
        .for_each(&mut add);
    // Whose address is missing could be told later only with a signature, which nobody can give.
    if !unsignable.is_empty() {
        without_address(signoffs).into_iter().map(no_address).for_each(&mut add);
    }
    all
}

fn of_gap(of: &Unsignable<'_>, gap: &Gap<'_>) -> Missing {
    let decision = of.system.map_or_else(
        || of.decision.name().to_owned(),
        |system| format!("{} of {}", of.decision.name(), system.id.value),
    );
    match gap {
        Gap::Seat(roles) => {
            let words = roles.iter().map(|role| role.words()).collect::<Vec<_>>().join(" or ");
            let names = roles.iter().map(|role: &Role| role.name()).collect::<Vec<_>>();
            Missing {
                part: Part::Role(format!("{decision}: {}", names.join(","))),
                what: format!("too few people are {words}, which `{decision}` takes"),
                remedy: match (roles.as_slice(), of.system) {
                    ([Role::SystemOwner], Some(system)) => format!(
                        "list `{}`, whom the register names as `owner`, in {FILE}, or let it name \
                         somebody who stands there",
                        system.owner.value
                    ),
                    _ => format!("give somebody in {FILE} one of the roles {}", names.join(", ")),
                },
            }
        }
        Gap::Key(person) => no_key(person),
        Gap::Login(person) => {
            let id = &person.id.value;
            Missing {
                part: of_person("login", id),
                what: format!("no login of {id}"),
                remedy: format!("in {FILE} write `logins: {{github: ...}}` for {id}"),
            }
        }
        Gap::Address(person) => no_address(person),
        Gap::OnlyAuthor(person) => {
            let id = &person.id.value;
            Missing {
                part: of_person("only-author", id),
                what: format!("nobody beside {id} could sign `{decision}` of what {id} writes"),
                remedy: format!(
                    "in {FILE} name somebody beside {id} who holds the role (a deputy may not sign \
                     what {id} wrote), or, for class minimal and limited, write `solo: {{person: \
                     {id}, because: ...}}` in {}",
                    gate::FILE
                ),
            }
        }
    }
}

fn no_key(person: &Person) -> Missing {
    let id = &person.id.value;
    let name = person.emails.first().map_or(id.as_str(), String::as_str);
    Missing {
        part: of_person("key", id),
        what: format!("no key for {id}"),
        remedy: format!(
            "add the line `{name} namespaces=\"{NAMESPACE}\" ssh-ed25519 ...` to {ALLOWED}, with \
             the public key of {id}, which `ssh-keygen -t ed25519 -f ~/.ssh/id_sign` makes"
        ),
    }
}

fn no_address(person: &Person) -> Missing {
    let id = &person.id.value;
    Missing {
        part: of_person("address", id),
        what: format!("no e-mail address for {id}"),
        remedy: format!("in {FILE} write `emails: [...]` for {id}"),
    }
}

fn of_person(part: &'static str, id: &PersonId) -> Part {
    Part::Person { part, name: id.to_string() }
}

fn problem(context: &Context<'_>, missing: &[Missing]) -> Problem {
    let place = context
        .proposed
        .rules
        .files
        .first()
        .filter(|file| context.judged.view.snapshot.entry(file).is_some());
    let place = place.map_or_else(|| fallback(context), |file| Place::whole(file.clone()));
    let what: Vec<&str> = missing.iter().map(|it| it.what.as_str()).collect();
    let text = format!(
        "this adopts a gate whose rules, or due decisions, nobody could ever sign: {}",
        what.join("; ")
    );
    let problem = Problem::new(place, Class::High, text)
        .label("the gate is adopted here")
        .parts(missing.iter().map(|it| it.part.clone()));
    let problem =
        missing.iter().fold(problem, |problem, it| problem.remedy(Who::Author, it.remedy.clone()));
    if matches!(context.against, Fact::Absent) {
        return problem.remedy(Who::Platform, WAY_OUT);
    }
    problem
}
