//! Which obligations a change lowers: the registers of two revisions compared by what they ask for.
//!
//! What is compared is the structure, not the text: per system, per asset, whether or not anything
//! fails today. An obligation that is lowered while nothing depends on it is how two
//! harmless changes make one that is not.

mod assets;
mod bill_parts;
mod bills;
mod compared;
mod days;
mod document_days;
mod models;
mod pairs;
mod risk_rows;
mod risks;
mod strictness;
mod system;
mod withdrawn;
mod witness;

use compared::Pair;
pub(crate) use compared::{ComparedSides, LoweredObligation};
pub(crate) use document_days::sets;
use pairs::{heirs, pairs};
pub(crate) use pairs::{renamed, system_before};
pub(crate) use withdrawn::{WithdrawnEvidence, read_before, withdrawn};
pub(crate) use witness::{StatedDay, Witness};

use crate::catalog::Class;
use crate::detect::same_service;
use crate::fact::Fact;
use crate::settings::register::{Ignored, Register, System, UsedAi};
use crate::span::{Place, RepoPath};

/// Every obligation that is lowered.
///
/// Nothing where the target branch has no register, or none that could be read; and nothing where
/// the judged one could not be read, because then another check speaks.
pub(crate) fn lowered(sides: &ComparedSides<'_>) -> Vec<LoweredObligation> {
    let Some(tip) = sides.tip.register.known() else { return Vec::new() };
    let now = match &sides.judged.declared.register {
        Fact::Known(register) => register,
        Fact::Absent => return gone(sides, tip),
        Fact::Undecided(_) => return Vec::new(),
    };
    let mut found = register(sides, tip, now);
    found.extend(days::of_used(sides, tip, now));
    found.extend(risk_rows::lowered(sides));
    found.extend(bill_parts::lowered(sides));
    for pair in pairs(sides, tip, now) {
        let Some(now) = pair.now else {
            // What a system left behind is told once, whatever it consisted of.
            let left = assets::left_behind(sides, &pair);
            found.extend(left.map_or_else(|| models::undeclared(sides, &pair), |left| vec![left]));
            continue;
        };
        found.extend(system::lowered(&pair, now));
        found.extend(days::lowered(sides, &pair, now));
        found.extend(bills::lowered(sides, &pair, now));
        found.extend(risks::lowered(sides, &pair, now));
        let undeclared = models::undeclared(sides, &pair);
        found.extend(assets::uncovered(sides, &pair, now, &undeclared));
        found.extend(undeclared);
    }
    for pair in heirs(sides, tip, now) {
        let Some(now) = pair.now else { continue };
        found.extend(system::lowered(&pair, now));
        found.extend(days::lowered(sides, &pair, now));
        found.extend(risks::lowered(sides, &pair, now));
    }
    found
}

/// The register as a whole is gone. Its systems may have left with their files.
fn gone(sides: &ComparedSides<'_>, tip: &Register) -> Vec<LoweredObligation> {
    let stays = |before: &&System| {
        let pair = Pair { before, now: None };
        assets::left_behind(sides, &pair).is_some() || !models::undeclared(sides, &pair).is_empty()
    };
    let left: Vec<&System> = tip.systems.iter().filter(stays).collect();
    if left.is_empty() && tip.kind.is_none() {
        return Vec::new();
    }
    let class = left.iter().map(|system| system.class()).max().unwrap_or(Class::Limited);
    let names = left.iter().map(|system| system.id.value.as_str());
    let from = names.chain(tip.kind.map(|_| "kind: organisation")).collect::<Vec<_>>().join(", ");
    let (place, to) = (sides.fallback.clone(), "no register".to_owned());
    vec![LoweredObligation {
        system: None,
        duty: "register".to_owned(),
        from,
        to,
        place,
        files: Vec::new(),
        class,
    }]
}

/// What the register says apart from its systems.
fn register(sides: &ComparedSides<'_>, tip: &Register, now: &Register) -> Vec<LoweredObligation> {
    // Every field is named, so that a new one cannot be forgotten here; systems are compared one by
    // one.
    let Register {
        path: _,
        base: _,
        included: _,
        systems: _,
        elsewhere: _,
        include: _,
        no_ai: _,
        kind,
        kind_span: _,
        organisation: _,
        used_ai,
        ignore: known_ignore,
        mistakes: _,
    } = tip;
    let mut found = Vec::new();
    let class = sides.tip.strictest_class();
    let mut add = |duty: String, from: String, to: String, place: Place| {
        found.push(LoweredObligation {
            system: None,
            duty,
            from,
            to,
            place,
            files: Vec::new(),
            class,
        });
    };
    let nothing = || "nothing".to_owned();
    if kind.is_some() && now.kind.is_none() {
        add("kind".to_owned(), "organisation".to_owned(), nothing(), sides.register_place());
    }
    for used in used_ai {
        let id = &used.id.value;
        let same = |now: &&UsedAi| now.id == used.id || same_service(&now.service, &used.service);
        match now.used_ai.iter().find(same) {
            // Nobody can see here whether it is still used.
            None => {}
            Some(still) if still.risk_class < used.risk_class => {
                let place = Place::bytes(now.path.clone(), still.id.span);
                let (from, to) = (used.risk_class.name(), still.risk_class.name());
                add(format!("used-ai {id}"), from.to_owned(), to.to_owned(), place);
            }
            Some(_) => {}
        }
    }
    for ignored in &now.ignore {
        let same = |known: &Ignored| known.base == ignored.base && known.path == ignored.path;
        if !known_ignore.iter().any(same) && !assets::is_moved_ignore(sides, tip, now, ignored) {
            let place = Place::bytes(register_of(now, &ignored.base), ignored.path.span);
            add(
                format!("ignore {}", ignored.path.value),
                nothing(),
                ignored.path.value.clone(),
                place,
            );
        }
    }
    found
}

/// The register, of one and those it includes, that lies in a folder.
fn register_of(register: &Register, base: &RepoPath) -> RepoPath {
    let mut all = std::iter::once(&register.path).chain(&register.included);
    all.find(|path| path.parent() == *base).unwrap_or(&register.path).clone()
}
