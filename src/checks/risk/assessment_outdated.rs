//! A change is material, and nobody has assessed it.

use crate::catalog::Class;
use crate::change::{Change, Edit};
use crate::check::{ByClass, Check, Context, Firmness, Outcome};
use crate::checks::reader::held;
use crate::date::Date;
use crate::finding::{Fault, Gate, Severity, Subject, Who};
use crate::settings::register::System;
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check = Check {
    id: "assessment-outdated",
    title: "A change to a model or its data is not covered by an assessment",
    since: "0.1",
    controls: &["8.2", "8.4", "A.5.2"],
    severity: ByClass::new(Severity::Note, Severity::Warning, Severity::Error),
    gate: Gate::Merge,
    firmness: Firmness::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Of a change that adds or edits the files of a declared model or dataset, or the purpose of a system: whether the impact
assessment and the risk register were looked at for it, so that the newest day of each (`assessed-on`, `reviewed-on` or
`approved-on`, in the front matter or under a label; `reviewed-on` of a risk) is at most 90 days ago. A file that
only moved is no change.

## Why it matters

An assessment says what was true of the model it was made for. Risk and impact are assessed again when
something significant changes (clauses 8.2 and 8.4).

## How to fix

Look at the assessment with the new model or data in mind, correct it, and set its day, in the same change or
before it.

## References

ISO/IEC 42001:2023 clauses 8.2 and 8.4 and control A.5.2.
";

/// Days for which an assessment is taken to be about the change at hand.
const WINDOW: i32 = 90;

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let sides = match context.against(Subject::Register) {
        Ok(against) => &against.sides,
        Err(outcomes) => return outcomes,
    };
    let register = match context.register() {
        Ok(register) => register,
        Err(outcomes) => return outcomes,
    };
    let concerned = register.systems.iter().filter(|system| system.class() > Class::Minimal);
    let known = concerned.filter_map(|system| Some((system, sides.tip.system(&system.id.value)?)));
    let of = |(system, before): (&System, &System)| judge(context, sides.change, system, before);
    known.flat_map(of).collect()
}

/// What was assessed of a system, and when last.
struct Assessed {
    name: &'static str,
    newest: Option<Date>,
    place: Place,
}

fn judge(context: &Context<'_>, change: &Change, system: &System, before: &System) -> Vec<Outcome> {
    let Some((what, place)) = material(context, change, system, before) else { return Vec::new() };
    let judge = |assessed: Assessed| {
        let duty = format!("{} of what changed", assessed.name);
        let subject = Subject::Duty { system: Some(system.id.value.clone()), duty };
        if assessed.newest.is_some_and(|day| day.plus_days(WINDOW) >= context.today) {
            return Outcome::pass(subject);
        }
        let of = assessed.newest.map_or_else(|| "names no day".to_owned(), |day| format!("is of {day}"));
        let text = format!("{what}, and the {} of `{}` {of}", assessed.name, system.id.value);
        let fault = Fault::new(assessed.place, system.class(), text).related(place.clone(), "changed here");
        Outcome::fail(subject, fault.remedy(Who::Owner, "assess the change, correct what it says and set its day"))
    };
    [impact(context, system), risk(context, system)].into_iter().flatten().map(judge).collect()
}

/// What changed materially, in words, and where.
fn material(context: &Context<'_>, change: &Change, system: &System, before: &System) -> Option<(String, Place)> {
    if before.purpose != system.purpose {
        return Some((format!("the purpose of `{}` changed", system.id.value), system.place(system.purpose.span)));
    }
    let declares = |path: &RepoPath| {
        let declared = &context.judged.declared;
        let mut systems = declared.models_of(path).chain(declared.data_of(path));
        systems.any(|it| it.id == system.id)
    };
    let came = |(path, edit): &(&RepoPath, &Edit)| **edit != Edit::Removed && !change.moved_from.contains_key(*path);
    let (path, _) = change.files.iter().filter(came).find(|(path, _)| declares(path))?;
    Some((format!("`{path}` changed"), Place::whole(path.clone())))
}

fn impact(context: &Context<'_>, system: &System) -> Option<Assessed> {
    let all = held(context, Some("impact-assessment"));
    let it = all.into_iter().find(|it| it.need.system.as_ref() == Some(&system.id.value))?;
    let days = ["assessed-on", "reviewed-on", "approved-on"].iter().filter_map(|key| it.date(key));
    let newest = days.max_by_key(|(day, _)| *day);
    let place = newest.as_ref().map_or_else(|| it.reading.place(), |(_, place)| place.clone());
    Some(Assessed { name: "impact assessment", newest: newest.map(|(day, _)| day), place })
}

fn risk(context: &Context<'_>, system: &System) -> Option<Assessed> {
    let (_, register) = context.judged.risks.iter().find(|(id, _)| *id == system.id.value)?;
    let newest = register.risks.iter().filter_map(|risk| risk.reviewed_on).max_by_key(|day| day.value);
    let path = register.path.clone();
    let place = newest.map_or_else(|| Place::whole(path.clone()), |it| Place::bytes(path.clone(), it.span));
    Some(Assessed { name: "risk register", newest: newest.map(|it| it.value), place })
}
