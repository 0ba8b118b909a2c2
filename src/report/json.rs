//! The JSON report: all that a [`Report`] holds, under a versioned schema of its own.

use super::data::Report;
use crate::untrusted;

/// The report as JSON, one final line break.
pub fn document(report: &Report) -> String {
    // A report holds text, numbers and lists only, so it cannot fail to become JSON.
    untrusted::json(serde_json::to_string_pretty(report).unwrap_or_default()) + "\n"
}

/// The JSON Schema (2020-12) of the report.
pub fn schema() -> String {
    serde_json::to_string_pretty(&schemars::schema_for!(Report)).unwrap_or_default() + "\n"
}
