//! Which judged system each system of the target branch became.

use std::collections::BTreeMap;

use super::assets;
use super::compared::{ComparedSides, Pair};
use crate::ids::SystemId;
use crate::settings::register::{Register, System};

/// Pairs of systems that are compared to find one again under another id.
const MOST_PAIRS: usize = 10_000;

/// The systems whose id changed: what each was called on the target branch.
pub(crate) fn renamed(sides: &ComparedSides<'_>) -> BTreeMap<SystemId, SystemId> {
    let pairs = registers(sides).map(|(tip, now)| pairs(sides, tip, now));
    pairs.map(ids_before).unwrap_or_default()
}

/// The same, and those that took over what another was made of.
pub(super) fn predecessors(sides: &ComparedSides<'_>) -> BTreeMap<SystemId, SystemId> {
    let heirs = registers(sides).map(|(tip, now)| heirs(sides, tip, now));
    let mut known = renamed(sides);
    known.extend(heirs.map(ids_before).unwrap_or_default());
    known
}

/// The registers of both sides, where both could be read.
fn registers<'a>(sides: &'a ComparedSides<'_>) -> Option<(&'a Register, &'a Register)> {
    Some((sides.tip.register.known()?, sides.judged.declared.register.known()?))
}

/// What systems that have another id now were called before.
fn ids_before(pairs: Vec<Pair<'_>>) -> BTreeMap<SystemId, SystemId> {
    let id = |system: &System| system.id.value.clone();
    let pairs = pairs.into_iter().filter_map(|pair| Some((id(pair.now?), id(pair.before))));
    pairs.filter(|(now, before)| now != before).collect()
}

/// The systems that the target branch does not know.
fn new_systems<'a>(tip: &Register, now: &'a Register) -> Vec<&'a System> {
    let is_new = |system: &&System| !tip.all_systems().any(|known| known.id == system.id);
    now.all_systems().filter(is_new).collect()
}

/// Whether there are too many systems to compare each with each.
fn are_many(tip: &Register, now: &Register) -> bool {
    tip.systems.len().saturating_mul(now.systems.len()) > MOST_PAIRS
}

/// Returns a judged system as it is on the target branch, under the id it has there. None where it
/// is new.
pub(crate) fn system_before<'a>(sides: &ComparedSides<'a>, id: &SystemId) -> Option<&'a System> {
    sides.tip.system(renamed(sides).get(id).unwrap_or(id))
}

/// Each system of the target branch that keeps its id and whose content a system takes over that
/// the change declares: with that one.
pub(super) fn heirs<'a>(
    sides: &'a ComparedSides<'_>,
    tip: &'a Register,
    now: &'a Register,
) -> Vec<Pair<'a>> {
    let new = new_systems(tip, now);
    if new.is_empty() || are_many(tip, now) {
        return Vec::new();
    }
    let heir = |before: &'a System| {
        let same = now.all_systems().find(|system| system.id == before.id)?;
        let kept = assets::carried_over(sides, before, same);
        let carried = new.iter().map(|it| (assets::carried_over(sides, before, it), *it));
        let (most, system) = carried.max_by_key(|(count, _)| *count)?;
        (most > kept).then_some(Pair { before, now: Some(system) })
    };
    tip.systems.iter().filter_map(heir).collect()
}

/// Each system of the target branch with what became of it. A system whose id changed is known
/// again by its models and its files.
pub(super) fn pairs<'a>(
    sides: &'a ComparedSides<'_>,
    tip: &'a Register,
    now: &'a Register,
) -> Vec<Pair<'a>> {
    let mut new = new_systems(tip, now);
    let pair = |before: &'a System| {
        let same = now.all_systems().find(|system| system.id == before.id);
        if are_many(tip, now) {
            return Pair { before, now: same };
        }
        let renamed = || {
            let best = new
                .iter()
                .enumerate()
                .map(|(at, system)| (assets::carried_over(sides, before, system), at))
                .max();
            best.filter(|(count, _)| *count > 0).map(|(_, at)| new.remove(at))
        };
        // One that was taken up into another lives on in it, with all it asked for.
        let absorbed = || {
            let all = now
                .all_systems()
                .map(|system| (assets::carried_over(sides, before, system), system));
            all.filter(|(count, _)| *count > 0)
                .max_by_key(|(count, _)| *count)
                .map(|(_, system)| system)
        };
        Pair { before, now: same.or_else(renamed).or_else(absorbed) }
    };
    tip.systems.iter().map(pair).collect()
}
