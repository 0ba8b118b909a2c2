//! The frozen result of one run, and the formats it is written in.
//!
//! A [`Report`] holds everything every format needs, excerpts of source included. A format is a
//! pure function of it: no format reads a file, and none changes the verdict.

mod annotation;
mod applicability;
mod attestation;
mod build;
mod code_quality;
mod concise;
mod cyclonedx;
mod data;
mod difference;
mod evidence;
mod evidence_data;
mod evidence_documents;
mod evidence_records;
mod evidence_risks;
mod explain;
mod explain_catalogue;
mod fleet;
mod fleet_text;
mod hook;
mod html;
mod html_page;
mod html_risks;
mod inspect;
mod inventory;
mod json;
mod junit;
mod markdown;
mod only;
mod oscal;
mod overview;
mod pack;
mod points;
mod posture;
mod posture_html;
mod reading;
mod replay;
mod sarif;
mod sarif_parts;
mod sarif_passes;
mod signing;
mod signing_json;
mod spdx;
mod status;
mod status_html;
mod stranger;
mod terminal;
mod trace;
mod trace_graph;
mod trace_text;
mod unwritten;
mod upcoming;
mod words;
mod workbook;

pub use annotation::commands;
pub(crate) use annotation::{Annotation, Grade, annotations};
pub(crate) use applicability::{Applicability, applicability};
pub(crate) use attestation::{Attestation, envelope, predicate_only, statement, to_sign};
pub(crate) use build::build;
pub use code_quality::code_quality;
pub use concise::{concise, statistics};
pub(crate) use cyclonedx::document as cyclonedx;
pub use data::Location;
pub use data::ReportedFinding;
pub(crate) use data::{Approved, ReportedPart, RulesFrom, Setting, TargetSummary};
pub use data::{
    CheckSummary, InventorySummary, RelatedEntry, RemedyEntry, Report, ReportInputs, ReportRegion,
};
pub(crate) use difference::difference;
pub(crate) use evidence::evidence;
pub(crate) use evidence_data::EvidenceExtent;
pub use explain::explain;
pub use explain::table;
pub(crate) use explain::words;
pub(crate) use explain_catalogue::{
    control as explain_control, key as explain_key, kind as explain_kind,
    provision as explain_provision,
};
pub(crate) use fleet::{FRESH_DAYS, FleetReport, FleetState, expected, fleet};
pub(crate) use hook::{hook, hook_verdict};
pub use html::html;
pub(crate) use inspect::Inspected;
pub(crate) use inspect::{json as inspect_json, text as inspect_text};
pub(crate) use inventory::{
    GovernanceFile, InventoryFacts, Sighting, json as inventory_json, text as inventory_text,
};
pub use json::{document as json, schema};
pub use junit::junit;
pub use markdown::markdown;
pub use oscal::document as oscal;
pub(crate) use pack::{Pack, pack};
pub(crate) use points::{points, points_json};
pub(crate) use posture::{
    Posture, RuleDay, csv as posture_csv, json as posture_json, text as posture_text,
};
pub(crate) use posture_html::html as posture_html;
pub(crate) use replay::{asked_of, asked_of_report, difference_of_reports, first_difference};
pub use sarif::document as sarif;
pub(crate) use sarif::with_passes as sarif_with_passes;
pub(crate) use signing::{decision, seats, steps, use_of};
pub(crate) use signing_json::{status_json, steps_json, uses_json};
pub(crate) use spdx::document as spdx;
pub(crate) use status::status;
pub(crate) use status_html::status_html;
pub(crate) use stranger::stranger;
pub use terminal::Style;
pub use terminal::text as terminal;
pub(crate) use terminal::{Detail, PLAIN, text_in as terminal_in};
pub(crate) use trace::trace;
pub(crate) use trace_text::{csv as trace_csv, json as trace_json, text as trace_text};
pub(crate) use upcoming::{attention, upcoming};
pub use words::last_line;
pub(crate) use words::{FindingCounts, safe, simulation};
pub(crate) use workbook::workbook;

#[cfg(test)]
mod cyclonedx_tests;
