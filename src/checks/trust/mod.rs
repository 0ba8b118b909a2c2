//! Group MET: what a change does to the gate that judges it.

pub(super) mod adoption_incomplete;
pub(super) mod baseline_grown;
pub(super) mod duty_lowered;
pub(super) mod evidence_withdrawn;
pub(super) mod gate_wiring_changed;
pub(super) mod organisation_unproven;
pub(super) mod people_changed;
pub(super) mod rule_weakened;
mod shared;
pub(super) mod signers_changed;
pub(super) mod waiver_added;
