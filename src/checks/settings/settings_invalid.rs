//! Rules or people with mistakes in them.

use std::collections::BTreeMap;

use crate::check_id::{CheckId, NamedCheck};
use crate::checks::shared::problem_of_mistakes;
use crate::document::meant;
use crate::engine::{Check, Context, Outcome, RULE_SET, check};
use crate::fact::Fact;
use crate::finding::{Severity, Subject};
use crate::model::Governance;
use crate::settings::gate::{self, Version};
use crate::settings::register::Register;
use crate::settings::{Mistake, organisation, people};
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check =
    check(CheckId::SettingsInvalid, "The rules, the people or the excuses have mistakes", run)
        .controls(&["7.5", "8.1"])
        .floor()
        .explained(include_str!("settings_invalid.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let mistakes = mistakes_of(context, context.proposed);
    let mut outcomes: Vec<Outcome> = context
        .proposed
        .rules
        .files
        .iter()
        .filter(|path| !mistakes.contains_key(*path))
        .map(|path| Outcome::pass(Subject::File(path.clone())))
        .collect();
    let before = match &context.against {
        Fact::Known(against) => mistakes_of(context, against.governance),
        Fact::Absent | Fact::Undecided(_) => BTreeMap::new(),
    };
    let rules =
        [gate::FILE, people::FILE, organisation::FILE].map(|file| RepoPath::from(file).file_name());
    outcomes.extend(mistakes.into_iter().map(|(path, mistakes)| {
        let problem = problem_of_mistakes(&mistakes[0], &mistakes[1..], "correct the file");
        // Rules and people that were broken before and are still: whatever the change does, nobody
        // can say what holds.
        let is_lasting = before.contains_key(&path) && rules.contains(&path.file_name());
        let subject = Subject::File(path);
        if is_lasting {
            Outcome::undecided(subject, problem)
        } else {
            Outcome::fail(subject, problem)
        }
    }));
    outcomes
}

/// What is wrong in the files that govern, by file.
fn mistakes_of(context: &Context<'_>, governance: &Governance) -> BTreeMap<RepoPath, Vec<Mistake>> {
    let mut mistakes: BTreeMap<RepoPath, Vec<Mistake>> = BTreeMap::new();
    for mistake in &governance.mistakes {
        mistakes.entry(mistake.place.path.clone()).or_default().push(mistake.clone());
    }
    let mut add = |place: &Place, message: String| {
        mistakes.entry(place.path.clone()).or_default().push(Mistake::at(place.clone(), message));
    };
    let shipped = || context.table.iter().filter(|check| !matches!(check.id, CheckId::Own(_)));
    let check_of = |named: &NamedCheck| shipped().find(|check| *named == check.id);
    let hint_for = |named: &NamedCheck| {
        meant(named.as_str(), context.table.iter().map(|check| check.id.name()))
    };
    // Of own checks those count that these files have, and not those that judge.
    let is_own =
        |named: &NamedCheck| governance.rules.own_checks.iter().any(|own| *named == own.id);
    for (id, place) in &governance.rules.settings {
        match check_of(id) {
            None if is_own(id) => {}
            None => add(place, format!("`{id}` is no check{}", hint_for(id))),
            Some(check)
                if check.is_floor()
                    && governance.rules.severity(check.id, Severity::Error) < Severity::Error =>
            {
                add(place, format!("`{id}` can never be lowered"));
            }
            Some(_) => {}
        }
    }
    for waiver in &governance.waivers {
        let place = Place::bytes(waiver.file.clone(), waiver.check.span);
        let id = &waiver.check.value;
        match check_of(id) {
            None if is_own(id) => {}
            None => add(&place, format!("`{id}` is no check{}", hint_for(id))),
            Some(check) if !check.is_waivable() => {
                add(&place, format!("`{id}` can never be waived"))
            }
            Some(_) => {}
        }
        let systems =
            || context.judged.declared.register.known().into_iter().flat_map(Register::all_systems);
        if let Some(system) = &waiver.scope.system
            && context.judged.declared.register.known().is_some()
            && !systems().any(|known| known.id.value == system.value)
        {
            let hint = meant(&system.value, systems().map(|known| known.id.value.as_str()));
            add(
                &Place::bytes(waiver.file.clone(), system.span),
                format!("`{}` is no system{hint}", system.value),
            );
        }
    }
    for baseline in &governance.baselines {
        for entry in &baseline.entries {
            let place = Place::bytes(baseline.file.clone(), entry.check.span);
            match check_of(&entry.check.value) {
                None if is_own(&entry.check.value) => {}
                None => add(&place, format!("`{}` is no check", entry.check.value)),
                Some(check) if !check.is_excusable() => {
                    add(&place, format!("`{}` can never be baselined", entry.check.value))
                }
                Some(_) => {}
            }
        }
    }
    outdated(governance, &mut add);
    mistakes
}

/// Adds what the rules ask for that this version is too old for.
fn outdated(governance: &Governance, add: &mut impl FnMut(&Place, String)) {
    let known = |text: &str| text.parse::<Version>().ok();
    let version = env!("CARGO_PKG_VERSION");
    for (place, minimum) in &governance.rules.minimum_versions {
        if known(version).is_none_or(|version| version < *minimum) {
            add(place, format!("the rules ask for aimsgate {minimum} or newer; this is {version}"));
        }
    }
    for (place, pinned) in &governance.rules.pins {
        if known(RULE_SET).is_none_or(|newest| newest < *pinned) {
            add(
                place,
                format!(
                    "the rules pin rule set {pinned}; this version knows up to \
                {RULE_SET}"
                ),
            );
        }
    }
}
