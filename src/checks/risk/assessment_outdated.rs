//! A change is material, and nobody has assessed it.
//!
//! # Design
//!
//! A change is material by content. An assessment is asked for where a declared file holds what no
//! declared file held before, whatever its name is now, or where another source is named.

use std::collections::BTreeSet;

use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::checks::shared::held;
use crate::date::Date;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{Answer, Requirement};
use crate::finding::{Problem, Subject, Who};
use crate::obligation::{self, ComparedSides};
use crate::settings::covers;
use crate::settings::register::System;
use crate::snapshot::{Entry, ObjectId, Snapshot};
use crate::span::{Place, RepoPath, Span};

pub(crate) const CHECK: Check = check(
    CheckId::AssessmentOutdated,
    "A change to a model or its data is not covered by an assessment",
    run,
)
.controls(&["8.2", "8.4", "A.5.2"])
.severity(ByClass::RISES_WITH_CLASS)
.explained(include_str!("assessment_outdated.md"));

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
    let renamed = obligation::renamed(sides);
    let before = |system: &System| {
        sides.tip.system(renamed.get(&system.id.value).unwrap_or(&system.id.value))
    };
    let known = concerned.filter_map(|system| Some((system, before(system)?)));
    known.flat_map(|(system, before)| judge(context, sides, system, before)).collect()
}

/// What was assessed of a system, and when last.
struct Assessed {
    name: &'static str,
    newest: Option<Date>,
    place: Place,
}

fn judge(
    context: &Context<'_>,
    sides: &ComparedSides<'_>,
    system: &System,
    before: &System,
) -> Vec<Outcome> {
    let Some((what, place)) = material(sides, system, before) else { return Vec::new() };
    let judge = |assessed: Assessed| {
        let duty = format!("{} of what changed", assessed.name);
        let subject = Subject::Duty { system: Some(system.id.value.clone()), duty };
        if assessed.newest.is_some_and(|day| day.plus_days(WINDOW) >= context.today) {
            return Outcome::pass(subject);
        }
        let of =
            assessed.newest.map_or_else(|| "names no day".to_owned(), |day| format!("is of {day}"));
        let text = format!("{what}, and the {} of `{}` {of}", assessed.name, system.id.value);
        let problem = Problem::new(assessed.place, system.class(), text)
            .related(place.clone(), "changed here");
        Outcome::fail(
            subject,
            problem.remedy(
                Who::Owner,
                "assess the change, correct what it says \
            and set its day",
            ),
        )
    };
    [impact(context, system), risk(context, system)].into_iter().flatten().map(judge).collect()
}

/// What changed materially, in words, and where.
fn material(
    sides: &ComparedSides<'_>,
    system: &System,
    before: &System,
) -> Option<(String, Place)> {
    if before.purpose != system.purpose {
        return Some((
            format!("the purpose of `{}` changed", system.id.value),
            system.place(system.purpose.span),
        ));
    }
    let named = sources(before);
    if let Some((source, span)) =
        sources(system).into_iter().find(|(source, _)| !named.iter().any(|(it, _)| it == source))
    {
        return Some((format!("`{source}` is used now"), system.place(span)));
    }
    // Content counts, not what it is called; but that of one dataset in the place of another is
    // news.
    let (tip, judged) = (sides.tip_view.snapshot, sides.judged.view.snapshot);
    let contents = |base: &RepoPath, paths: &[&str]| -> BTreeSet<ObjectId> {
        entries(base, paths, tip)
            .into_iter()
            .filter_map(|entry| tip.object_id(entry).ok())
            .collect()
    };
    let before: Vec<(&str, BTreeSet<ObjectId>)> =
        files(before).into_iter().map(|(id, paths)| (id, contents(&before.base, &paths))).collect();
    let news = |(id, paths): (&str, Vec<&str>)| {
        let own = before.iter().find(|(known, _)| *known == id).map(|(_, contents)| contents);
        // Another id may be another name.
        let is_known = |content: &ObjectId| match own {
            Some(own) => own.contains(content),
            None => before.iter().any(|(_, contents)| contents.contains(content)),
        };
        let mut now = entries(&system.base, &paths, judged).into_iter();
        now.find(|entry| judged.object_id(entry).is_ok_and(|content| !is_known(&content)))
    };
    let entry = files(system).into_iter().find_map(news)?;
    Some((format!("`{}` changed", entry.path), Place::whole(entry.path.clone())))
}

/// What a system uses that git does not hold: models and datasets of a hub or a service, with their
/// version.
fn sources(system: &System) -> Vec<(String, Span)> {
    let models = system.models.iter().map(|it| ([&it.hub, &it.service], &it.version));
    let datasets = system.datasets.iter().map(|it| ([&it.hub, &None], &it.version));
    let named = models.chain(datasets).filter_map(|(names, version)| {
        let name = names.into_iter().flatten().next()?;
        let version =
            version.as_ref().map_or_else(String::new, |version| format!(" {}", version.value));
        Some((format!("{}{version}", name.value), name.span))
    });
    named.collect()
}

/// The files a system declares for each model and dataset, by its id.
fn files(system: &System) -> Vec<(&str, Vec<&str>)> {
    let models = system
        .models
        .iter()
        .map(|it| (it.id.value.as_str(), it.files().map(|path| path.value.as_str()).collect()));
    let datasets = system
        .datasets
        .iter()
        .map(|it| (it.id.value.as_str(), it.files().map(|path| path.value.as_str()).collect()));
    models.chain(datasets).collect()
}

fn entries<'s>(base: &RepoPath, paths: &[&str], snapshot: &'s dyn Snapshot) -> Vec<&'s Entry> {
    let set = covers(paths.iter().map(|path| (base, *path)));
    let entries = if set.is_empty() { &[] } else { snapshot.entries() };
    entries.iter().filter(|entry| set.is_match(entry.path.to_string())).collect()
}

fn impact(context: &Context<'_>, system: &System) -> Option<Assessed> {
    const KEYS: [&str; 3] = ["assessed-on", "reviewed-on", "approved-on"];
    let is_it = |need: &Requirement| {
        need.kind.id == "impact-assessment" && need.system.as_ref() == Some(&system.id.value)
    };
    let (newest, place) = match context.judged.evidence.iter().find(|(need, _)| is_it(need))? {
        (_, Answer::Pointer(path)) => {
            let root = context.judged.documents.get(path)?.metadata()?;
            let day = root.get("approved-on").and_then(|node| node.as_text()?.parse::<Date>().ok());
            (day.filter(|day| *day <= context.today), Place::whole(path.clone()))
        }
        _ => {
            let all = held(context, Some("impact-assessment"));
            let it = all.into_iter().find(|it| is_it(it.need))?;
            let days =
                KEYS.iter().filter_map(|key| it.date(key)).filter(|(day, _)| *day <= context.today);
            match days.max_by_key(|(day, _)| *day) {
                Some((day, place)) => (Some(day), place),
                None => (None, it.reading.place()),
            }
        }
    };
    Some(Assessed { name: "impact assessment", newest, place })
}

fn risk(context: &Context<'_>, system: &System) -> Option<Assessed> {
    let register = context.judged.risk_register(&system.id.value)?;
    let newest = register
        .risks
        .iter()
        .filter_map(|risk| risk.reviewed_on)
        .filter(|day| day.value <= context.today);
    let newest = newest.max_by_key(|day| day.value);
    let path = register.path.clone();
    let place =
        newest.map_or_else(|| Place::whole(path.clone()), |it| Place::bytes(path.clone(), it.span));
    Some(Assessed { name: "risk register", newest: newest.map(|it| it.value), place })
}
