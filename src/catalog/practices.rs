//! The practices that the EU AI Act prohibits (`data/prohibited-practices.yaml`).

use std::sync::LazyLock;

use serde::Deserialize;

use super::embedded;
use crate::date::Date;

/// A practice that Article 5(1) of Regulation (EU) 2024/1689 prohibits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Practice {
    /// The letter of its point.
    pub(crate) point: String,
    /// The day from which it is prohibited.
    pub(crate) from: Date,
    pub(crate) what: String,
}

/// Returns all practices that are prohibited, or will be.
pub(crate) fn practices() -> &'static [Practice] {
    static PRACTICES: LazyLock<Vec<Practice>> = LazyLock::new(|| {
        embedded("prohibited-practices", include_str!("../../data/prohibited-practices.yaml"))
    });
    &PRACTICES
}
