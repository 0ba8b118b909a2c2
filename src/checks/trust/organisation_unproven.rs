//! A bundle of the organisation that nobody who may sign it signed, or that is not the next one.

use super::shared::bundle_flaw;
use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{Check, CheckResult, Context, Outcome, check};
use crate::fact::Fact;
use crate::finding::{Problem, Subject, Who};
use crate::model::TakenOver;
use crate::part::{Part, Reason};
use crate::settings::organisation::FILE;
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check = check(
    CheckId::OrganisationUnproven,
    "The rules of the organisation are not signed, not the next ones, or expired",
    run,
)
.controls(&["5.3", "7.5", "8.1"])
.floor()
.explained(include_str!("organisation_unproven.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let subject = Subject::File(RepoPath::from(FILE));
    if context.proposed.rules.organisation.is_none() {
        return vec![Outcome::new(subject, CheckResult::NotApplicable)];
    }
    let Some(bundle) = &context.proposed.organisation else {
        return vec![Outcome::new(subject, CheckResult::Because(CheckId::SettingsInvalid))];
    };
    if bundle.head.expires < context.signoffs.today {
        let text = format!("bundle {} expired on {}", bundle.head.sequence, bundle.head.expires);
        return vec![Outcome::undecided(subject, problem(bundle, "expired", text))];
    }
    if let Fact::Undecided(_) = &context.against {
        return vec![Outcome::new(subject, CheckResult::Because(CheckId::TargetUnknown))];
    }
    match bundle_flaw(context, bundle) {
        None => vec![Outcome::pass(subject)],
        Some(flaw) => {
            let text = format!("bundle {}: {}", bundle.head.sequence, flaw.text);
            vec![Outcome::fail(subject, problem(bundle, flaw.reason, text))]
        }
    }
}

fn problem(bundle: &TakenOver, reason: Reason, text: String) -> Problem {
    // Another bundle with the same flaw is another finding.
    let part = Part::Entry { of: bundle.sha256.to_string(), reason };
    Problem::new(Place::whole(RepoPath::from(FILE)), Class::High, text)
        .label("what the organisation sets for all its repositories")
        .parts([part])
        .remedy(
            Who::Author,
            "take over a bundle that the organisation signed: aimsgate bundle update FROM",
        )
}
