//! Registers of the organisation, and of requirements: each entry whole.

pub(super) mod applicability_incomplete;
pub(super) mod audit_overdue;
pub(super) mod competence_expired;
pub(super) mod objective_unmeasurable;
pub(super) mod reason_unlinked;
pub(super) mod requirement_unverifiable;
