//! Somebody holds roles that must be apart.

use crate::catalog::Role;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::fact::Fact;
use crate::finding::{Gate, Problem, Severity, Subject, Who};
use crate::part::{Part, Piece, Reason};
use crate::span::Place;

pub(crate) const CHECK: Check = Check {
    id: CheckId::RolesIncompatible,
    title: "Somebody holds roles that must be apart",
    since: "0.1",
    controls: &["A.3.2", "5.3"],
    severity: ByClass::new(Severity::Note, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether somebody active in `governance/people.yaml` holds two roles of which one judges the other: who builds
(engineer, engineering-lead, model-owner) and who validates independently; who validates and who accepts risk;
an internal auditor and any role that decides.

## Why it matters

Nobody sees the flaw in what they made, and nobody audits what they decided.

## How to fix

Give one of the two roles to somebody else, or end it with `until`.

## References

ISO/IEC 42001:2023 clause 5.3 and control A.3.2.
";

/// Pairs that one person must not hold, and what they are in words.
const APART: [(&[Role], &[Role], Reason, &str); 3] = [
    (
        &[Role::Engineer, Role::EngineeringLead, Role::ModelOwner],
        &[Role::IndependentValidator],
        "builds-and-validates",
        "builds and validates",
    ),
    (
        &[Role::IndependentValidator, Role::Validator],
        &[Role::RiskAcceptor, Role::DesignatedManagement, Role::TopManagement],
        "validates-and-accepts",
        "validates and accepts risk",
    ),
    (
        &[Role::InternalAuditor],
        &[
            Role::RiskLead,
            Role::RiskAcceptor,
            Role::ComplianceLead,
            Role::SystemOwner,
            Role::TopManagement,
        ],
        "audits-and-decides",
        "audits and decides",
    ),
];

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let Fact::Known(people) = &context.governance.people else { return Vec::new() };
    let class = context.judged.strictest_class();
    let mut outcomes = Vec::new();
    for person in people.people.iter().filter(|person| person.is_active(context.today)) {
        let holds = |roles: &[Role]| person.roles.iter().any(|role| roles.contains(role));
        let subject = Subject::Duty { system: None, duty: format!("roles of {}", person.id.value) };
        let clash = APART.iter().find(|(one, other, ..)| holds(one) && holds(other));
        outcomes.push(match clash {
            None => Outcome::pass(subject),
            Some((_, _, reason, what)) => {
                let text = format!("`{}` {what}", person.id.value);
                let known = context.judged.view.snapshot.entry(&person.file).is_some();
                let place = if known {
                    Place::bytes(person.file.clone(), person.id.span)
                } else {
                    crate::checks::fallback(context)
                };
                let problem = Problem::new(place, class, text)
                    .parts([Piece::from(Part::Reason(reason)).formerly(*what)]);
                Outcome::fail(
                    subject,
                    problem.remedy(
                        Who::SecondLine,
                        "give one of the roles to \
                    somebody else",
                    ),
                )
            }
        });
    }
    outcomes
}
