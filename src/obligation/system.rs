//! The obligations that stand in a system's own entry: class, stage, role, facts, thresholds.

use super::compared::{LoweredObligation, Pair};
use super::strictness::role;
use crate::settings::register::{OurRole, System, Threshold};

/// Which of them are lower than before.
pub(super) fn lowered(pair: &Pair<'_>, now: &System) -> Vec<LoweredObligation> {
    let before = pair.before;
    let id = now.place(now.id.span);
    let mut found = Vec::new();
    // Who declares a class for the first time lowers nothing.
    if before.risk_class.is_some() && (now.class() < before.class() || now.risk_class.is_none()) {
        let place = now.risk_class.as_ref().map_or(id.clone(), |class| now.place(class.value.span));
        let to = now.risk_class.as_ref().map_or("none", |class| class.value.name());
        found.push(pair.lowered(
            "risk-class",
            before.class().name().to_owned(),
            to.to_owned(),
            place,
        ));
    }
    if *now.stage < *before.stage {
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
    let facts = before.facts.flags().into_iter().zip(now.facts.flags());
    for ((name, was), (_, is)) in facts {
        if was == Some(true) && is != Some(true) {
            let to = is.map_or("nothing".to_owned(), |is| is.to_string());
            found.push(pair.lowered(format!("facts.{name}"), "true".to_owned(), to, id.clone()));
        }
    }
    for place in before.facts.used_in.iter().filter(|place| !now.facts.used_in.contains(place)) {
        found.push(pair.lowered("facts.used-in", place.clone(), "nothing".to_owned(), id.clone()));
    }
    for threshold in &before.accept_when {
        let duty = format!("accept-when {}", name(threshold));
        let mut same = now
            .accept_when
            .iter()
            .filter(|it| it.metric == threshold.metric && it.split == threshold.split);
        if same.clone().any(|still| is_as_strict_a_bound(still, threshold)) {
            continue;
        }
        // Of several bounds on one measure, the one of the same direction.
        let still = same.find(|still| still.at_least.is_some() == threshold.at_least.is_some());
        let (to, place) = still.map_or(("nothing".to_owned(), id.clone()), |it| {
            (it.bound(), now.place(it.metric.span))
        });
        found.push(pair.lowered(duty, threshold.bound(), to, place));
    }
    found
}

fn name(threshold: &Threshold) -> String {
    match &threshold.split {
        Some(split) => format!("{} on {}", threshold.metric.value, split.value),
        None => threshold.metric.value.clone(),
    }
}

fn is_as_strict_a_bound(now: &Threshold, before: &Threshold) -> bool {
    match (before.at_least, before.at_most) {
        (Some(before), _) => now.at_least.is_some_and(|now| now >= before),
        (None, Some(before)) => now.at_most.is_some_and(|now| now <= before),
        (None, None) => true,
    }
}
