//! Whether one system asks for all that another asks for.

use crate::catalog::Stage;
use crate::settings::register::System;

/// Whether a system asks for all that another does, thresholds and risks aside.
pub(super) fn is_as_strict(now: &System, before: &System) -> bool {
    let keeps = |was: Option<bool>, is: Option<bool>| was != Some(true) || is == Some(true);
    let facts: Vec<_> = before.facts.flags().into_iter().zip(now.facts.flags()).collect();
    now.class() >= before.class()
        && *now.stage >= *before.stage
        // What is retired is asked for less.
        && (*now.stage != Stage::Retirement || *before.stage == Stage::Retirement)
        && now.our_role.has_all(&before.our_role)
        && facts.into_iter().all(|((_, was), (_, is))| keeps(was, is))
        && before.facts.places().iter().all(|place| now.facts.places().contains(place))
}
