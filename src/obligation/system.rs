//! The obligations that stand in a system's own entry: class, stage, role, facts, thresholds.

use super::compared::{LoweredObligation, Pair};
use crate::date::Date;
use crate::document::Spanned;
use crate::settings::register::{System, Threshold};
use crate::span::Place;

/// Which of them are lower than before.
pub(super) fn lowered(pair: &Pair<'_>, now: &System) -> Vec<LoweredObligation> {
    // Every field is named, so that a new one cannot be forgotten here. Paths, models, datasets and
    // risks are compared by their own files; what else is not compared asks for nothing, or is
    // covered by sign-offs.
    let System {
        id: _,
        name: _,
        version: _,
        owner: _,
        purpose: _,
        our_role,
        stage,
        risk_class,
        facts,
        paths: _,
        models: _,
        datasets: _,
        serves: _,
        accept_when,
        risks: _,
        sheet: _,
        documents: _,
        _documents: _,
        explains_generative: _,
        explains_stage: _,
        span: _,
        register: _,
        base: _,
        written: _,
    } = pair.before;
    let before = pair.before;
    let id = now.place(now.id.span);
    let mut found = Vec::new();
    // Who declares a class for the first time lowers nothing.
    if risk_class.is_some() && (now.class() < before.class() || now.risk_class.is_none()) {
        let place = now.risk_class.as_ref().map_or(id.clone(), |class| now.place(class.value.span));
        let to = now.risk_class.as_ref().map_or("none", |class| class.value.name());
        let from = before.class().name().to_owned();
        found.push(pair.lowered("risk-class", from, to.to_owned(), place));
    }
    let points = |system: &'_ System| -> Vec<String> {
        let points = system.risk_class.iter().flat_map(|class| &class.annex_iii);
        points.map(|point| point.value.to_string()).collect()
    };
    let kept = points(now);
    for point in points(before).into_iter().filter(|point| !kept.contains(point)) {
        found.push(pair.lowered("annex-iii", point, "nothing".to_owned(), id.clone()));
    }
    found.extend(lowered_by_annex(pair, now, &id));
    if *now.stage < **stage {
        let (from, to) = (stage.name().to_owned(), now.stage.name().to_owned());
        found.push(pair.lowered("stage", from, to, now.place(now.stage.span)));
    }
    if !now.our_role.has_all(our_role) {
        let (from, to) = (our_role.words(), now.our_role.words());
        found.push(pair.lowered("our-role", from, to, id.clone()));
    }
    for ((name, was), (_, is)) in facts.flags().into_iter().zip(now.facts.flags()) {
        if was == Some(true) && is != Some(true) {
            let to = is.map_or("nothing".to_owned(), |is| is.to_string());
            found.push(pair.lowered(format!("facts.{name}"), "true".to_owned(), to, id.clone()));
        }
    }
    for place in facts.places().iter().filter(|place| !now.facts.places().contains(place)) {
        found.push(pair.lowered(
            "facts.used-in",
            place.to_string(),
            "nothing".to_owned(),
            id.clone(),
        ));
    }
    found.extend(spared_by_days(pair, now, &id));
    for threshold in accept_when {
        found.extend(lowered_threshold(pair, now, threshold));
    }
    found
}

/// Returns that a system is no longer a product of Annex I, or newly spared by Article 6(3).
fn lowered_by_annex(pair: &Pair<'_>, now: &System, place: &Place) -> Vec<LoweredObligation> {
    let class = |system: &'_ System| {
        let class = system.risk_class.as_ref();
        let act = class.and_then(|class| class.annex_i.as_ref()).map(|act| act.value.clone());
        (act, class.and_then(|class| class.article_6_3.as_ref()).map(|it| it.ground.value))
    };
    let ((act, ground), (act_now, ground_now)) = (class(pair.before), class(now));
    let nothing = || "nothing".to_owned();
    let act = act.filter(|_| act_now.is_none());
    let act = act.map(|act| pair.lowered("annex-i", act, nothing(), place.clone()));
    let ground = ground_now.filter(|_| ground.is_none()).map(|ground| {
        let to = format!("ground {}", <&str>::from(ground));
        pair.lowered("article-6-3", nothing(), to, place.clone())
    });
    act.into_iter().chain(ground).collect()
}

/// Returns days by which law asks for less than before: placed on the market earlier, so that a
/// transition spares it, or changed later or no longer.
fn spared_by_days(pair: &Pair<'_>, now: &System, place: &Place) -> Vec<LoweredObligation> {
    let day = |day: &Option<Spanned<Date>>| day.as_ref().map(|it| it.value);
    let words = |day: Option<Date>| day.map_or("nothing".to_owned(), |day| day.to_string());
    let days = |system: &System| {
        (day(&system.facts.placed_on_market), day(&system.facts.significantly_changed))
    };
    let ((placed, changed), (placed_now, changed_now)) = (days(pair.before), days(now));
    let is_earlier = placed_now.is_some_and(|now| placed.is_none_or(|before| now < before));
    let is_later = changed.is_some_and(|before| changed_now.is_none_or(|now| now > before));
    let lowered = |key: &str, from, to| {
        pair.lowered(format!("facts.{key}"), words(from), words(to), place.clone())
    };
    let placed = is_earlier.then(|| lowered("placed-on-market", placed, placed_now));
    let changed = is_later.then(|| lowered("significantly-changed", changed, changed_now));
    placed.into_iter().chain(changed).collect()
}

/// Returns a threshold that asks for less than before, or for nothing. None where it is kept.
fn lowered_threshold(
    pair: &Pair<'_>,
    now: &System,
    threshold: &Threshold,
) -> Option<LoweredObligation> {
    let duty = format!("accept-when {}", name(threshold));
    let mut same = now
        .accept_when
        .iter()
        .filter(|it| it.metric == threshold.metric && it.split == threshold.split);
    if same.clone().any(|still| is_as_strict_a_bound(still, threshold)) {
        return None;
    }
    // Of several bounds on one measure, the one of the same direction.
    let still = same.find(|still| still.at_least.is_some() == threshold.at_least.is_some());
    let (to, place) = still.map_or_else(
        || ("nothing".to_owned(), now.place(now.id.span)),
        |it| (it.bound(), now.place(it.metric.span)),
    );
    Some(pair.lowered(duty, threshold.bound(), to, place))
}

fn name(threshold: &Threshold) -> String {
    match &threshold.split {
        Some(split) => format!("{} on {}", threshold.metric.value, split.value),
        None => threshold.metric.value.clone(),
    }
}

fn is_as_strict_a_bound(now: &Threshold, before: &Threshold) -> bool {
    // Which measure it is about was compared; where its results stand may change.
    let Threshold { metric: _, split: _, at_least, at_most, results: _ } = before;
    match (*at_least, *at_most) {
        (Some(before), _) => now.at_least.is_some_and(|now| now >= before),
        (None, Some(before)) => now.at_most.is_some_and(|now| now <= before),
        (None, None) => true,
    }
}
