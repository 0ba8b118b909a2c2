//! Group MOD: models, their versions, weights and measured values.

pub(super) mod code_on_load;
pub(super) mod digest_differs;
pub(super) mod fairness_unmeasured;
pub(super) mod metric_differs;
pub(super) mod model_source_changed;
pub(super) mod purpose_differs;
pub(super) mod threshold_missed;
pub(super) mod version_differs;
pub(super) mod version_floating;
