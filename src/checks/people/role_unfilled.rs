//! Nobody holds a role that the class of a system needs.

use crate::catalog::{Class, Role};
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::fact::Fact;
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::settings::people::Person;
use crate::span::Place;

pub(crate) const CHECK: Check =
    check(CheckId::RoleUnfilled, "Nobody holds a role that the class of a system needs", run)
        .controls(&["A.3.2", "5.3"])
        .severity(ByClass::ERROR_IF_HIGH)
        .severity_if_brought(ByClass::ALWAYS_ERROR)
        .explained(include_str!("role_unfilled.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let register = match context.register() {
        Ok(register) if !register.systems.is_empty() => register,
        Ok(_) => return Vec::new(),
        Err(outcomes) => return outcomes,
    };
    // The people whom the merge leaves: a role that the change ends is not filled after it.
    let Fact::Known(people) = &context.proposed.people else { return Vec::new() };
    let class = context.judged.strictest_class();
    let mut needed: Vec<(&str, &[Role])> = Vec::new();
    if class >= Class::Limited {
        needed.push(("risk-lead", &[Role::RiskLead]));
    }
    if class >= Class::High {
        needed.push((
            "risk-acceptor",
            &[Role::RiskAcceptor, Role::DesignatedManagement, Role::TopManagement],
        ));
        needed.push(("independent-validator", &[Role::IndependentValidator]));
    }
    let active = |roles: &[Role]| {
        let mut holders = people
            .people
            .iter()
            .filter(|person| person.is_active(context.today) && !ends_soon(context, person));
        holders.any(|person| person.roles.iter().any(|role| roles.contains(role)))
    };
    let missing: Vec<&str> =
        needed.iter().filter(|(_, roles)| !active(roles)).map(|(name, _)| *name).collect();
    let subject = Subject::Duty { system: None, duty: "roles".to_owned() };
    if missing.is_empty() {
        return vec![Outcome::pass(subject)];
    }
    let text =
        format!("nobody active holds {}, which class {} needs", missing.join(", "), class.name());
    let file = context
        .governance
        .people_files
        .first()
        .filter(|file| context.judged.view.snapshot.entry(file).is_some());
    let place = file.map_or_else(
        || register.systems[0].place(register.systems[0].id.span),
        |file| Place::whole(file.clone()),
    );
    let problem = Problem::new(place, class, text)
        .due()
        .parts(missing.iter().map(|it| Part::Role((*it).to_owned())));
    vec![Outcome::fail(
        subject,
        problem.remedy(
            Who::SecondLine,
            "give the role to somebody in \
        governance/people.yaml",
        ),
    )]
}

/// Whether the change sets an end of a person that is a month away at most: the merge would leave
/// the role empty soon after.
fn ends_soon(context: &Context<'_>, person: &Person) -> bool {
    const MONTH: i32 = 31;
    let Some(until) = person.until.filter(|day| context.today.days_until(*day) <= MONTH) else {
        return false;
    };
    let Fact::Known(before) = &context.governance.people else { return false };
    let known = before.people.iter().find(|it| it.id == person.id);
    known.is_none_or(|known| known.until != Some(until))
}
