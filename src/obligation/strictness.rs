//! Whether one system asks for all that another asks for.

use crate::catalog::Stage;
use crate::settings::register::{OurRole, System};

/// Whether a system asks for all that another does, thresholds and risks aside.
pub(super) fn is_as_strict(now: &System, before: &System) -> bool {
    let keeps = |was: Option<bool>, is: Option<bool>| was != Some(true) || is == Some(true);
    let facts: Vec<_> = before.facts.flags().into_iter().zip(now.facts.flags()).collect();
    now.class() >= before.class()
        && *now.stage >= *before.stage
        // What is retired is asked for less.
        && (*now.stage != Stage::Retirement || *before.stage == Stage::Retirement)
        && role(now.our_role) >= role(before.our_role)
        && facts.into_iter().all(|((_, was), (_, is))| keeps(was, is))
        && before.facts.used_in.iter().all(|place| now.facts.used_in.contains(place))
}

/// A provider owes what a deployer owes and more.
pub(super) fn role(role: OurRole) -> u8 {
    match role {
        OurRole::Deployer => 0,
        OurRole::Provider => 1,
        OurRole::Both => 2,
    }
}
