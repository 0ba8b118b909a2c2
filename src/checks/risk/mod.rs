//! Group RSK: the risk register's entries.

pub(super) mod action_overdue;
pub(super) mod assessment_outdated;
pub(super) mod risk_entry_incomplete;
pub(super) mod risk_level_differs;
pub(super) mod risk_link_broken;
pub(super) mod risk_not_about_ai;
pub(super) mod risk_review_overdue;
pub(super) mod risk_untreated;
mod shared;
