//! The duties that stand in a system's own entry: class, stage, role, facts, thresholds.

use super::{Lowered, Pair};
use crate::catalog::Stage;
use crate::settings::register::{OurRole, System, Threshold};

/// Which of them are lower than before.
pub(super) fn lowered(pair: &Pair<'_>, now: &System) -> Vec<Lowered> {
    let before = pair.before;
    let id = now.place(now.id.span);
    let mut found = Vec::new();
    // Who declares a class for the first time lowers nothing.
    if now.class() < before.class() && before.risk_class.is_some() {
        let place = now.risk_class.as_ref().map_or(id.clone(), |class| now.place(class.value.span));
        let to = now.risk_class.as_ref().map_or("none", |class| class.value.name());
        found.push(pair.lowered("risk-class", before.class().name().to_owned(), to.to_owned(), place));
    }
    if *now.stage < *before.stage && *before.stage != Stage::Retirement {
        let (from, to) = (before.stage.name().to_owned(), now.stage.name().to_owned());
        found.push(pair.lowered("stage", from, to, now.place(now.stage.span)));
    }
    if role(now.our_role) < role(before.our_role) {
        let name = |role| match role {
            OurRole::Provider => "provider",
            OurRole::Deployer => "deployer",
            OurRole::Both => "both",
        };
        let (from, to) = (name(before.our_role).to_owned(), name(now.our_role).to_owned());
        found.push(pair.lowered("our-role", from, to, id.clone()));
    }
    let facts = [
        ("generative", before.facts.generative, now.facts.generative),
        ("talks-to-people", before.facts.talks_to_people, now.facts.talks_to_people),
        ("personal-data", before.facts.personal_data, now.facts.personal_data),
    ];
    for (name, was, is) in facts {
        if was == Some(true) && is != Some(true) {
            let to = is.map_or("nothing".to_owned(), |is| is.to_string());
            found.push(pair.lowered(format!("facts.{name}"), "true".to_owned(), to, id.clone()));
        }
    }
    for place in before.facts.used_in.iter().filter(|place| !now.facts.used_in.contains(place)) {
        found.push(pair.lowered("facts.used-in", place.clone(), "nothing".to_owned(), id.clone()));
    }
    for threshold in &before.accept_when {
        let name = name(threshold);
        let same = |other: &&Threshold| other.metric == threshold.metric && other.split == threshold.split;
        match now.accept_when.iter().find(same) {
            None => {
                let (duty, from) = (format!("accept-when {name}"), bound(threshold));
                found.push(pair.lowered(duty, from, "nothing".to_owned(), id.clone()));
            }
            Some(still) if !is_as_strict(still, threshold) => {
                let place = now.place(still.metric.span);
                found.push(pair.lowered(format!("accept-when {name}"), bound(threshold), bound(still), place));
            }
            Some(_) => {}
        }
    }
    found
}

/// A provider owes what a deployer owes and more.
fn role(role: OurRole) -> u8 {
    match role {
        OurRole::Deployer => 0,
        OurRole::Provider => 1,
        OurRole::Both => 2,
    }
}

fn name(threshold: &Threshold) -> String {
    match &threshold.split {
        Some(split) => format!("{} on {}", threshold.metric.value, split.value),
        None => threshold.metric.value.clone(),
    }
}

fn bound(threshold: &Threshold) -> String {
    match (threshold.at_least, threshold.at_most) {
        (Some(least), _) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "nothing".to_owned(),
    }
}

fn is_as_strict(now: &Threshold, before: &Threshold) -> bool {
    match (before.at_least, before.at_most) {
        (Some(before), _) => now.at_least.is_some_and(|now| now >= before),
        (None, Some(before)) => now.at_most.is_some_and(|now| now <= before),
        (None, None) => true,
    }
}
