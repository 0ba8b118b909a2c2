//! The report: everything one run found out, frozen. A format is a function of it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::check_id::CheckId;
use crate::date::Date;
use crate::decision::{Cause, Verdict};
use crate::engine::Tally;
use crate::finding::{FindingKind, Gate, Severity, Who};
use crate::part::Measure;
use crate::settings::gate::{Channel, Mode};

/// The version of the JSON report's shape.
pub(crate) const SCHEMA: &str = "aimsgate-report/1";

/// Everything one run found out.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The version of this shape: `aimsgate-report/1`.
    pub schema: &'static str,
    pub tool: Tool,
    pub inputs: ReportInputs,
    pub verdict: Verdict,
    pub inventory: InventorySummary,
    pub systems: Vec<SystemSummary>,
    /// Whether the register declares a system, or the organisation's own management system.
    pub declares_ai: bool,
    /// The people of the second line, by id, who hold the part today.
    pub second_line: Vec<String>,
    /// The heaviest first.
    pub findings: Vec<ReportedFinding>,
    /// What ends or falls due within thirty days, the soonest first.
    pub upcoming: Vec<Upcoming>,
    /// Every check of the rule set, with how many subjects came out how.
    pub checks: Vec<CheckSummary>,
    pub coverage: Coverage,
}

/// What made the report.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Tool {
    pub name: &'static str,
    pub version: &'static str,
    /// The newest rule set of this version.
    pub rule_set: &'static str,
}

/// What the verdict depends on. The same inputs give the same bytes.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ReportInputs {
    /// What was judged: a commit, an index, a working tree, a merge that was not made, or a folder.
    pub revision: String,
    /// The judged folder, from the repository's root; empty for all of it.
    pub scope: String,
    pub today: String,
    pub mode: Mode,
    /// The rule set the rules pin, if they do.
    pub pinned_rule_set: Option<String>,
    /// The frameworks and laws that the rules name.
    pub overlays: Vec<InForce>,
    /// The documents that the rules do not ask for.
    pub not_applicable: Vec<NotAskedFor>,
    pub rules: Vec<RuleFile>,
    /// Where the rules were read.
    pub rules_from: RulesFrom,
    /// What the content was compared with; absent where there is nothing to compare it with.
    pub target: Option<TargetSummary>,
    /// The gate that was asked: a release asks what a merge asks too.
    pub asked: Gate,
    /// What was asked for that could loosen the verdict. Such a run decides nothing.
    pub simulation: Vec<String>,
    /// The emergencies that count, each with who granted it, until when, and who makes up for it.
    pub emergencies: Vec<String>,
    /// The person who decides alone, where the rules say so: less assurance.
    pub solo: Option<String>,
    /// Who approved the change on its forge, where the rules ask for that as a proof: an input like
    /// the content.
    pub approvals: Vec<Approved>,
    /// Where a pass must be posted to be one, in a job of a forge.
    pub must_publish: Vec<Channel>,
}

/// Somebody's approval on a forge.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Approved {
    pub login: String,
    /// The commit that was approved.
    pub commit: String,
}

/// A framework or law that the rules name, with its dates as information.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct InForce {
    pub name: &'static str,
    /// Where its dates come from, and the day they were looked up; nothing where it has none.
    pub source: Option<&'static str>,
    pub as_of: Option<&'static str>,
    /// The next provision that begins to apply after the day of the run.
    pub next: Option<String>,
}

/// A document that the rules take out, and why.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct NotAskedFor {
    pub document: String,
    /// The one system of which it is not asked for.
    pub system: Option<String>,
    pub because: String,
}

/// The branch a change is to be merged into.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct TargetSummary {
    pub name: String,
    pub revision: String,
    /// The default branch, where it is another: its rules hold as well.
    pub default_branch: Option<String>,
    /// Whether the content is the target branch's own, so that all of it counts.
    pub whole: bool,
    /// How many files differ from the target branch.
    pub changed_files: usize,
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
pub enum RulesFrom {
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
pub struct RuleFile {
    pub path: String,
    pub object_id: Option<String>,
}

/// What of AI was found.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct InventorySummary {
    pub uses_ai: bool,
    pub reason: String,
    pub files: usize,
}

/// A declared system and how it is judged.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct SystemSummary {
    pub id: String,
    pub class: &'static str,
    pub stage: &'static str,
    pub owner: String,
    /// Whether the owner is among the people today.
    pub owner_known: bool,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ReportedFinding {
    #[schemars(with = "String")]
    pub check: CheckId,
    pub subject: String,
    /// The system it belongs to.
    pub system: Option<String>,
    /// Check and subject, digested: the identity of the finding.
    pub fingerprint: String,
    pub nature: FindingKind,
    pub severity: Severity,
    /// The provision of law, named by the rules, that makes it an error.
    pub required_by: Option<&'static str>,
    pub blocks: bool,
    /// Whether it keeps the gate from passing: it blocks, or it could not be decided and had to be.
    pub counts: bool,
    /// Whether the change neither made it nor touches what it is about.
    pub out_of_scope: bool,
    /// What it comes from; absent where there is nothing to compare with.
    pub cause: Option<Cause>,
    /// Since when it is known, where that is known.
    pub since: Option<String>,
    /// What excuses it.
    pub excuse: Option<ExcuseEntry>,
    /// The gate that asks for it.
    pub gate: Gate,
    /// What exactly is wrong, piece by piece, as an entry of a baseline names it.
    pub parts: Vec<ReportedPart>,
    pub class: &'static str,
    pub text: String,
    pub location: Location,
    pub related: Vec<RelatedEntry>,
    pub remedies: Vec<RemedyEntry>,
    /// The people who can sign what is awaited, by id.
    pub waits_for: Vec<String>,
}

/// A piece of what is wrong.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ReportedPart {
    /// Its name, which stays while texts are reworded.
    pub part: String,
    #[serde(flatten)]
    pub measure: Option<Measure>,
    /// Its name in a baseline of the older format.
    #[serde(skip)]
    pub old_name: Option<String>,
}

/// Why a finding does not block although it is one.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ExcuseEntry {
    /// The waiver's id; absent for what the baseline knows.
    pub waiver: Option<String>,
    /// The emergency's id.
    pub emergency: Option<String>,
    pub because: Option<String>,
    /// Who approved the waiver.
    pub approved_by: Option<String>,
    /// The last day it holds.
    pub until: String,
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
    pub uri: String,
    pub region: Option<ReportRegion>,
    /// What the marked text is, in a few words.
    pub label: String,
    /// The source around the region, for people.
    #[serde(skip)]
    pub excerpt: Option<Excerpt>,
}

/// Lines and columns from 1, columns in Unicode code points, the end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ReportRegion {
    pub start_line: usize,
    pub start_column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

/// A line of source made safe to print, and the bytes of it that are meant.
#[derive(Clone, Debug)]
pub struct Excerpt {
    pub text: String,
    pub mark: std::ops::Range<usize>,
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

/// Which Annex A controls something was decided about. A control that was assessed is not thereby
/// met.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Coverage {
    pub assessed: Vec<String>,
    pub not_assessed: Vec<String>,
}

/// Something that ends or falls due.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Upcoming {
    /// The system it is about; absent for what is about the repository.
    pub system: Option<String>,
    pub what: String,
    /// The last day.
    pub on: String,
}
