//! The report: everything one run found out, frozen. A format is a function of it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::evidence_data::ReportedEvidence;
use crate::check_id::CheckId;
use crate::date::Date;
use crate::decision::{Cause, Verdict};
use crate::engine::{Check, Tally};
use crate::finding::{FindingKind, Gate, Mend, Severity, UnwrittenDocument, Who};
use crate::part::Measure;
use crate::settings::gate::{Channel, Mode};

/// The version of the JSON report's shape.
pub(crate) const SCHEMA: &str = "aimsgate-report/1";

/// Everything one run found out.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The version of this shape: `aimsgate-report/1`.
    pub(crate) schema: &'static str,
    pub(crate) tool: Tool,
    pub inputs: ReportInputs,
    pub verdict: Verdict,
    pub inventory: InventorySummary,
    pub(crate) systems: Vec<SystemSummary>,
    /// Whether the register declares a system, or the organisation's own management system.
    pub(crate) declares_ai: bool,
    /// What the register calls the organisation; absent where it does not say.
    pub(crate) organisation: Option<String>,
    /// The people of the second line, by id, who hold the part today.
    pub(crate) second_line: Vec<String>,
    /// The heaviest first.
    pub findings: Vec<ReportedFinding>,
    /// What ends or falls due within thirty days, the soonest first.
    pub(crate) upcoming: Vec<Upcoming>,
    /// The checks that were run.
    #[serde(skip)]
    pub(crate) table: Vec<&'static Check>,
    /// Every check of the rule set, and the organisation's own, with how many subjects came out
    /// how.
    pub checks: Vec<CheckSummary>,
    /// The documents, risks and records that are there, and what they come to for each control.
    pub(crate) evidence: ReportedEvidence,
}

impl Report {
    /// Whether the register declares a system of this id.
    pub(crate) fn declares(&self, id: &str) -> bool {
        self.systems.iter().any(|system| system.id == id)
    }
}

/// What made the report.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    /// The newest rule set of this version.
    pub(crate) rule_set: &'static str,
    /// The day on which its data of standards and laws was looked up.
    pub(crate) data_as_of: &'static str,
}

/// What the verdict depends on. The same inputs give the same bytes.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ReportInputs {
    /// What was judged: a commit, an index, a working tree, a merge that was not made, or a folder.
    pub(crate) revision: String,
    /// The judged folder, from the repository's root; empty for all of it.
    pub scope: String,
    /// What the rules call the repository; absent where they do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repository: Option<String>,
    /// The bundle of the organisation whose rules hold; absent where none is taken over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bundle: Option<BundleSummary>,
    pub(crate) today: String,
    pub mode: Mode,
    /// The rule set the rules pin, if they do.
    pub(crate) pinned_rule_set: Option<String>,
    /// The frameworks and laws that the rules name.
    pub(crate) overlays: Vec<InForce>,
    /// The documents that the rules do not ask for.
    pub(crate) not_applicable: Vec<NotAskedFor>,
    pub(crate) rules: Vec<RuleFile>,
    /// Where the rules were read.
    pub(crate) rules_from: RulesFrom,
    /// What the content was compared with; absent where there is nothing to compare it with.
    pub(crate) target: Option<TargetSummary>,
    /// The gate that was asked: a release asks what a merge asks too.
    pub asked: Gate,
    /// What was asked for that could loosen the verdict. Such a run decides nothing.
    pub(crate) simulation: Vec<String>,
    /// The emergencies that count, each with who granted it, until when, and who makes up for it.
    pub(crate) emergencies: Vec<String>,
    /// The person who decides alone, where the rules say so: less assurance.
    pub(crate) solo: Option<String>,
    /// Who approved the change on its forge, where the rules ask for that as a proof: an input like
    /// the content.
    pub(crate) approvals: Vec<Approved>,
    /// Where a pass must be posted to be one, in a job of a forge.
    pub(crate) must_publish: Vec<Channel>,
}

/// The rules that an organisation sets for its repositories, by their number.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct BundleSummary {
    pub(crate) organisation: String,
    pub(crate) sequence: u64,
    pub(crate) sha256: String,
    pub(crate) expires: String,
}

/// Somebody's approval on a forge.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Approved {
    pub(crate) login: String,
    /// The commit that was approved.
    pub(crate) commit: String,
}

/// A framework or law that the rules name, with its dates as information.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct InForce {
    pub(crate) name: String,
    /// Where its dates come from, and the day they were looked up; nothing where it has none.
    pub(crate) source: Option<String>,
    pub(crate) as_of: Option<String>,
    /// Whether they were looked up more than twelve months before the day of the run.
    pub(crate) may_be_old: bool,
    /// The day by which an overlay of the repository had to be looked up again, where it is over.
    pub(crate) expired_on: Option<String>,
    /// The next provision that begins to apply after the day of the run.
    pub(crate) next: Option<String>,
}

/// A document that the rules take out, and why.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct NotAskedFor {
    pub(crate) document: String,
    /// The one system of which it is not asked for.
    pub(crate) system: Option<String>,
    pub(crate) because: String,
}

/// The branch a change is to be merged into.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct TargetSummary {
    pub(crate) name: String,
    pub(crate) revision: String,
    /// The default branch, where it is another: its rules hold as well.
    pub(crate) default_branch: Option<String>,
    /// Whether the content is the target branch's own, so that all of it counts.
    pub(crate) whole: bool,
    /// How many files differ from the target branch.
    pub(crate) changed_files: usize,
}

/// Where a run stands: what was compared, and what was asked.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) rules_from: RulesFrom,
    pub(crate) target: Option<TargetSummary>,
    pub(crate) asked: Gate,
    pub(crate) simulation: Vec<String>,
    pub(crate) emergencies: Vec<String>,
    pub(crate) upcoming: Vec<Upcoming>,
    pub(crate) approvals: Vec<Approved>,
    pub(crate) today: Date,
}

/// Where rules and people come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RulesFrom {
    /// From the tip of the target branch: a change cannot loosen them.
    TargetBranch,
    /// From the change, because the target branch has no `governance/gate.yaml` yet.
    FirstRun,
    /// From the judged content itself, because there is nothing to compare it with.
    JudgedContent,
}

/// A file the rules were composed from.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct RuleFile {
    pub(crate) path: String,
    pub(crate) object_id: Option<String>,
}

/// What of AI was found.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct InventorySummary {
    pub uses_ai: bool,
    pub(crate) reason: String,
    pub(crate) files: usize,
    /// Files of the product's code that were looked into, by language. Empty where AI was found.
    pub(crate) code_read: BTreeMap<&'static str, usize>,
    /// Files of the product's code in languages that are not read yet.
    pub(crate) code_not_read: BTreeMap<&'static str, usize>,
}

/// A declared system and how it is judged.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct SystemSummary {
    pub(crate) id: String,
    pub(crate) class: &'static str,
    pub(crate) stage: &'static str,
    pub(crate) owner: String,
    /// Whether the owner is among the people today.
    pub(crate) owner_known: bool,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ReportedFinding {
    #[schemars(with = "String")]
    pub check: CheckId,
    pub subject: String,
    /// The system it belongs to.
    pub(crate) system: Option<String>,
    /// Check and subject, digested: the identity of the finding.
    pub fingerprint: String,
    pub nature: FindingKind,
    pub severity: Severity,
    /// The provision of law, named by the rules, that makes it an error.
    pub(crate) required_by: Option<String>,
    pub(crate) blocks: bool,
    /// Whether it keeps the gate from passing: it blocks, or it could not be decided and had to be.
    pub(crate) counts: bool,
    /// Whether the change neither made it nor touches what it is about.
    pub(crate) out_of_scope: bool,
    /// What it comes from; absent where there is nothing to compare with.
    pub(crate) cause: Option<Cause>,
    /// Since when it is known, where that is known.
    pub(crate) since: Option<String>,
    /// What excuses it.
    pub(crate) excuse: Option<ExcuseEntry>,
    /// The gate that asks for it.
    pub gate: Gate,
    /// What exactly is wrong, piece by piece, as an entry of a baseline names it.
    pub(crate) parts: Vec<ReportedPart>,
    pub(crate) class: &'static str,
    pub text: String,
    pub location: Location,
    pub related: Vec<RelatedEntry>,
    pub remedies: Vec<RemedyEntry>,
    /// The people who can sign what is awaited, by id.
    pub(crate) waits_for: Vec<String>,
    /// The document to write, where that is all it takes.
    #[serde(skip)]
    pub(crate) unwritten: Option<UnwrittenDocument>,
    /// Whether `aimsgate fix` mends it, or a part of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schemars(default)]
    pub(crate) fixable: bool,
    #[serde(skip)]
    pub(crate) mend: Option<Mend>,
}

/// A piece of what is wrong.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ReportedPart {
    /// Its name, which stays while texts are reworded.
    pub(crate) part: String,
    #[serde(flatten)]
    pub(crate) measure: Option<Measure>,
    /// Its name in a baseline of the older format.
    #[serde(skip)]
    pub(crate) old_name: Option<String>,
}

/// Why a finding does not block although it is one.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct ExcuseEntry {
    /// The waiver's id; absent for what the baseline knows.
    pub(crate) waiver: Option<String>,
    /// The emergency's id.
    pub(crate) emergency: Option<String>,
    pub(crate) because: Option<String>,
    /// Who approved the waiver.
    pub(crate) approved_by: Option<String>,
    /// The last day it holds.
    pub(crate) until: String,
}

/// A further place.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct RelatedEntry {
    pub text: String,
    pub location: Location,
}

/// Who can clear the finding, and how.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct RemedyEntry {
    pub who: Who,
    pub text: String,
}

/// A file that exists and, for text, a region of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Location {
    pub path: String,
    /// The path as a relative reference (RFC 3986), every byte of it.
    pub(crate) uri: String,
    pub region: Option<ReportRegion>,
    /// What the marked text is, in a few words.
    pub label: String,
    /// The source around the region, for people.
    #[serde(skip)]
    pub(crate) excerpt: Option<Excerpt>,
}

/// Lines and columns from 1, columns in Unicode code points, the end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ReportRegion {
    pub start_line: usize,
    pub start_column: usize,
    pub(crate) end_line: usize,
    pub(crate) end_column: usize,
}

/// A line of source made safe to print, and the bytes of it that are meant.
#[derive(Clone, Debug)]
pub(crate) struct Excerpt {
    pub(crate) text: String,
    pub(crate) mark: std::ops::Range<usize>,
}

/// A check and what came of it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct CheckSummary {
    #[schemars(with = "String")]
    pub id: CheckId,
    #[serde(flatten)]
    pub tally: Tally,
}

/// Something that ends or falls due.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Upcoming {
    /// The system it is about; absent for what is about the repository.
    pub(crate) system: Option<String>,
    pub(crate) what: String,
    /// The last day.
    pub(crate) on: String,
}
