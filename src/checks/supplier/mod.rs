//! Group TPY: models that somebody else makes or runs.

pub(super) mod bom_differs;
pub(super) mod supplier_unassessed;
pub(super) mod used_ai_unreviewed;
