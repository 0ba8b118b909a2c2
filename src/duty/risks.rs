//! Risks that are gone from a risk register, or rated lower before treatment.

use super::{Lowered, Pair, Sides};
use crate::evidence::Documents;
use crate::settings::register::System;
use crate::settings::risks::{self, Rating, RiskRegister};
use crate::snapshot::View;
use crate::span::Place;

/// What is lower than before. A risk that ended keeps its entry, with `status: closed`.
pub(super) fn lowered(sides: &Sides<'_>, pair: &Pair<'_>, now: &System) -> Vec<Lowered> {
    let Some(before) = of(pair.before, sides.tip_view) else { return Vec::new() };
    let judged = &sides.judged.view;
    // One that cannot be read is told by another check.
    let Some(after) = of(now, judged).or_else(|| empty_where_gone(now, judged, &before)) else { return Vec::new() };
    let score = |rating: Rating| rating.likelihood * rating.impact;
    let words = |rating: Rating| format!("likelihood {}, impact {}", rating.likelihood, rating.impact);
    let mut found = Vec::new();
    for risk in &before.risks {
        let duty = format!("risk {}", risk.id.value);
        let rated = |rating: Option<Rating>| rating.map_or_else(|| "not rated".to_owned(), words);
        let was = risk.before.map(|rating| rating.value);
        let place = |span| Place::bytes(after.path.clone(), span);
        match after.risks.iter().find(|now| now.id == risk.id) {
            None => {
                let somewhere =
                    if after.risks.is_empty() { pair.place(sides) } else { Place::whole(after.path.clone()) };
                let to = "nothing; a risk that ended is `closed`".to_owned();
                found.push(pair.lowered(duty, rated(was), to, somewhere));
            }
            Some(still) => {
                let is = still.before.map(|rating| rating.value);
                if was.map(score) > is.map(score) {
                    let span = still.before.as_ref().map_or(still.id.span, |rating| rating.span);
                    found.push(pair.lowered(format!("{duty} before"), rated(was), rated(is), place(span)));
                }
            }
        }
    }
    found
}

/// The risk register of a system, where it is in the gate's own format.
fn of(system: &System, view: &View<'_>) -> Option<RiskRegister> {
    let path = match &system.risks {
        Some(written) => system.path(written)?,
        None => system.base.join(&risks::place(&system.id.value)).ok()?,
    };
    risks::read(Documents::default().load(view, &path)?).ok()
}

/// A register without risks, where none stands at the place any more.
fn empty_where_gone(now: &System, view: &View<'_>, before: &RiskRegister) -> Option<RiskRegister> {
    let path = match &now.risks {
        Some(written) => now.path(written)?,
        None => now.base.join(&risks::place(&now.id.value)).ok()?,
    };
    let is_there = view.snapshot.entry(&path).is_some();
    (!is_there).then(|| RiskRegister { path, system: before.system.clone(), scale: before.scale, risks: Vec::new() })
}
