//! Group OPS: logs and incidents.

pub(super) mod incident_log_outdated;
pub(super) mod incident_plan_unexercised;
pub(super) mod log_retention_too_short;
pub(super) mod mandate_expired;
