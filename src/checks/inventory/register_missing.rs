//! AI without a register.

use crate::asset::{Asset, AssetKind};
use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{Check, CheckResult, Context, Outcome, check};
use crate::fact::Fact;
use crate::finding::{Problem, Subject, Who};
use crate::part::Part;
use crate::settings::register::{FILE, Register};
use crate::span::Place;

pub(crate) const CHECK: Check = check(
    CheckId::RegisterMissing,
    "The repository uses AI and has no register of AI systems",
    run,
)
.controls(&["A.4.2", "4.3"])
.explained(include_str!("register_missing.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let repo = context.judged;
    if let Fact::Known(register) = &repo.declared.register {
        if register.systems.is_empty() && !register.mistakes.is_empty() {
            return vec![Outcome::new(
                Subject::Register,
                CheckResult::Because(CheckId::RegisterInvalid),
            )];
        }
        let evidence = repo.inventory.evidence().filter(|_| register.systems.is_empty());
        return vec![match (evidence, &repo.inventory.code.hint) {
            (Some(asset), _) => Outcome::fail(Subject::Register, unowned(context, register, asset)),
            (None, Some(hint)) if register.systems.is_empty() => unseen(context, hint),
            _ => Outcome::pass(Subject::Register),
        }];
    }
    if !repo.declared.register.is_absent() {
        return context.register().err().unwrap_or_default();
    }
    if let Some(asset) = repo.inventory.evidence() {
        let text = format!("this is {}, and there is no `{FILE}`", asset.kind.words());
        let problem = Problem::new(asset.place.clone(), Class::Limited, text)
            .label(format!("`{}`", asset.name))
            .parts([Part::Asset(asset.name.clone())])
            .remedy(
                Who::Author,
                format!(
                    "write `{FILE}` at the top of the judged folder: id, \
                owner, purpose, stage, class and paths of each AI system"
                ),
            );
        return vec![Outcome::fail(Subject::Register, problem)];
    }
    if let Some(unread) = repo.inventory.unread_product().first() {
        let text = format!("whether there is AI here could not be decided: {}", unread.reason);
        let problem = Problem::new(Place::whole(unread.path.clone()), Class::Limited, text)
            .remedy(Who::Author, format!("declare what the repository holds in `{FILE}`"));
        return vec![Outcome::undecided(Subject::Register, problem)];
    }
    if let Some(hint) = &repo.inventory.code.hint {
        return vec![unseen(context, hint)];
    }
    vec![Outcome::new(Subject::Register, CheckResult::NotApplicable)]
}

/// A client of a model service that no code is seen to import, or the address of one in Python or
/// in code that is not read: nobody looked further.
fn unseen(context: &Context<'_>, hint: &Asset) -> Outcome {
    let unread = context.judged.inventory.code.unread_in_words();
    let what = match hint.kind {
        AssetKind::Dependency => "a package that calls a model service",
        _ => "a model service",
    };
    let text = if unread.is_empty() {
        format!("could not see whether there is AI here: `{}` is {what}", hint.name)
    } else {
        format!(
            "could not see whether there is AI here: `{}` is {what}, and code is not read yet in \
            these languages: {unread}",
            hint.name
        )
    };
    let problem =
        Problem::new(hint.place.clone(), Class::Limited, text).label("a hint at AI").remedy(
            Who::Author,
            format!(
                "declare the system in `{FILE}`, or name this file there under `ignore` with a \
                reason"
            ),
        );
    Outcome::undecided(Subject::Register, problem)
}

/// AI in the judged folder although no system of the register owns anything there.
fn unowned(context: &Context<'_>, register: &Register, asset: &Asset) -> Problem {
    let found = format!("{}: `{}`", asset.kind.words(), asset.name);
    let text = match &register.no_ai {
        Some(_) => format!("`no-ai` is declared, and here is {found}"),
        None => format!("no declared system owns this folder, and here is {found}"),
    };
    let problem = Problem::new(asset.place.clone(), Class::Limited, text)
        .label("evidence of AI")
        .parts([Part::Asset(asset.name.clone())]);
    let problem = match &register.no_ai {
        Some(no_ai) => {
            problem.related(context.judged.in_register(no_ai.because.span), "the declaration")
        }
        None => problem,
    };
    problem.remedy(
        Who::Author,
        "declare the system under `systems`, or name the file under `ignore` \
        with a reason",
    )
}
