//! Risks that are gone from a risk register, or rated lower before treatment.

use super::compared::{ComparedSides, LoweredObligation, Pair};
use crate::evidence::{Documents, is_own_format};
use crate::settings::register::System;
use crate::settings::risks::{self, Rating, Risk, RiskRegister};
use crate::snapshot::View;
use crate::span::{Place, RepoPath};

/// What is lower than before. A risk that ended keeps its entry, with `status: closed`.
pub(super) fn lowered(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    now: &System,
) -> Vec<LoweredObligation> {
    let RetainedRisk::Entries(before) = of(pair.before, sides.tip_view) else { return Vec::new() };
    let after = match of(now, &sides.judged.view) {
        RetainedRisk::Entries(after) => after,
        RetainedRisk::Nothing(path) => RiskRegister {
            path,
            risks: Vec::new(),
            system: before.system.clone(),
            scale: before.scale,
        },
        // One that cannot be read is told by another check.
        RetainedRisk::Unreadable => return Vec::new(),
        RetainedRisk::Prose(path) => {
            let from = format!("{} risks", before.risks.len());
            let to = "a text whose entries cannot be judged".to_owned();
            return vec![pair.lowered("risks", from, to, Place::whole(path))];
        }
    };
    let score = |rating: Rating| rating.likelihood * rating.impact;
    let words =
        |rating: Rating| format!("likelihood {}, impact {}", rating.likelihood, rating.impact);
    let mut found = Vec::new();
    // How a register names its system and scale is held by other checks.
    let RiskRegister { path: _, risks: _, system: _, scale: _ } = &before;
    for risk in &before.risks {
        // Of a risk, its rating before treatment is an obligation; what is done about it, and what
        // remains, is what people sign.
        let Risk {
            id: _,
            risk: _,
            about: _,
            hurts: _,
            before: _,
            treatment: _,
            measures: _,
            actions: _,
            controls: _,
            required_by: _,
            tested_by: _,
            after: _,
            owner: _,
            reviewed_on: _,
            status: _,
            accepted_in: _,
        } = risk;
        let duty = format!("risk {}", risk.id.value);
        let rated = |rating: Option<Rating>| rating.map_or_else(|| "not rated".to_owned(), words);
        let was = risk.before.map(|rating| rating.value);
        let place = |span| Place::bytes(after.path.clone(), span);
        match after.risks.iter().find(|now| now.id == risk.id) {
            None => {
                let somewhere = if after.risks.is_empty() {
                    pair.place(sides)
                } else {
                    Place::whole(after.path.clone())
                };
                let to = "nothing; a risk that ended is `closed`".to_owned();
                found.push(pair.lowered(duty, rated(was), to, somewhere));
            }
            Some(still) => {
                let is = still.before.map(|rating| rating.value);
                if was.map(score) > is.map(score) {
                    let span = still.before.as_ref().map_or(still.id.span, |rating| rating.span);
                    found.push(pair.lowered(
                        format!("{duty} before"),
                        rated(was),
                        rated(is),
                        place(span),
                    ));
                }
            }
        }
    }
    found
}

/// What is at the place of a system's risks.
enum RetainedRisk {
    Entries(RiskRegister),
    /// No file.
    Nothing(RepoPath),
    /// A document in another form.
    Prose(RepoPath),
    Unreadable,
}

/// The risks of a system: where the register says, else at the usual place.
fn of(system: &System, view: &View<'_>) -> RetainedRisk {
    let declared = system.documents.iter().find(|document| document.kind.value == risks::KIND);
    let path = match system.risks.as_ref().or(declared.map(|document| &document.path)) {
        Some(written) => system.path(written),
        None => system.base.join(&risks::place(&system.id.value)).ok(),
    };
    let Some(path) = path else { return RetainedRisk::Unreadable };
    let mut documents = Documents::default();
    match documents.load(view, &path) {
        None => RetainedRisk::Nothing(path),
        Some(document) if document.damage().is_some() => RetainedRisk::Unreadable,
        Some(document) => match risks::read(document) {
            Ok(register) => RetainedRisk::Entries(register),
            // A file in the gate's own format that has a mistake is told; any other is another
            // form.
            Err(_) if is_own_format(document) => RetainedRisk::Unreadable,
            Err(_) => RetainedRisk::Prose(path),
        },
    }
}
