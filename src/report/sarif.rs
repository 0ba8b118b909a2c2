//! SARIF 2.1.0, for code scanning.
//!
//! One run, every result located, every rule with help, ISO/IEC 42001 controls as a taxonomy.
//! Rules are those that a result names: the help of all of them would be a quarter of a megabyte.
//! GitHub refuses a whole file over one result without a location, and the limits below are the
//! lower of GitHub's and GitLab's. A finding that could not be decided is a result too: `kind`
//! other than `fail` would need level `none`, which code scanning does not show.
//!
//! # Design
//!
//! The log has one run, because code scanning refuses two runs of one category. The category names
//! the judged folder and ends in `/`. `primaryLocationLineHash` holds the fingerprint of the
//! finding in the shape of that property: it must not change when a line moves, and the usual hash
//! cannot be computed for a file that is missing.

use std::collections::BTreeMap;

use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location as SarifLocation, Message, MultiformatMessageString,
    Notification, PhysicalLocation, PropertyBag, Region as SarifRegion, ReportingConfiguration,
    ReportingDescriptor, ReportingDescriptorReference, ReportingDescriptorRelationship,
    Result as SarifResult, ResultLevel, Run, RunAutomationDetails, Sarif, Suppression, Tool,
    ToolComponent,
};

use super::data::{Location, Report, ReportedFinding};
use super::sarif_parts::{
    LONGEST_MESSAGE, TAXONOMY, message, properties, sentence, taxonomy_reference, words,
};
use super::sarif_passes;
use crate::catalog;
use crate::engine::Check;
use crate::finding::{FindingKind, Severity};
use crate::untrusted::{self, clamp, sarif as safe};
use crate::wording::counted;

/// The JSON Schema of SARIF 2.1.0 with its errata.
pub(super) const SCHEMA_OF_SARIF: &str = concat!(
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/",
    "sarif-schema-2.1.0.json"
);

/// Results of one log; the heaviest come first.
const MOST_RESULTS: usize = 5_000;
/// Related locations of one result.
const MOST_RELATED: usize = 20;
/// Characters of a short or full description.
const LONGEST_DESCRIPTION: usize = 1_024;

/// The last line of a rule's help.
const WORDS: &str = "Words such as second line, target branch, waiting and covers: aimsgate \
    explain WORD, docs/glossary.md.";

/// The report as a SARIF log, one final line break.
pub fn document(report: &Report) -> String {
    written(&log(report, false))
}

/// The same with what is evidenced as results that passed.
pub(crate) fn with_passes(report: &Report) -> String {
    written(&log(report, true))
}

fn written(log: &Sarif) -> String {
    untrusted::json(serde_json::to_string_pretty(log).unwrap_or_default()) + "\n"
}

fn log(report: &Report, has_passes: bool) -> Sarif {
    let shown = report.findings.len().min(MOST_RESULTS);
    let shown_findings = &report.findings[..shown];
    let named = |check: &&&'static Check| shown_findings.iter().any(|it| it.check == check.id);
    let checks: Vec<&'static Check> = report.table.iter().filter(named).copied().collect();
    let mut rules: Vec<ReportingDescriptor> = checks.iter().map(|check| rule(check)).collect();
    let mut results: Vec<SarifResult> =
        shown_findings.iter().map(|entry| result(entry, &checks)).collect();
    // Where one result says whether it is excused, all do (3.27.23).
    if shown_findings.iter().any(|entry| entry.excuse.is_some()) {
        for (result, entry) in results.iter_mut().zip(shown_findings) {
            result.suppressions = Some(suppressions(entry));
        }
    }
    if has_passes {
        let room = MOST_RESULTS - shown;
        results.extend(sarif_passes::results(report, rules.len()).take(room));
        rules.push(sarif_passes::rule());
    }
    let driver = ToolComponent::builder()
        .name(report.tool.name)
        .semantic_version(report.tool.version)
        .rules(rules)
        .supported_taxonomies(vec![taxonomy_reference()])
        .build();
    let dropped = report.findings.len() - shown;
    let notes: Vec<Notification> = (dropped > 0)
        .then(|| {
            let text = format!(
                "{} left out; the JSON report holds all.",
                counted(dropped, "lighter result is", "lighter results are")
            );
            Notification::builder().message(message(&text)).level(json!("warning")).build()
        })
        .into_iter()
        .collect();
    let invocation = Invocation::builder()
        .execution_successful(true)
        .tool_execution_notifications(notes)
        .build();
    // Everything before the last slash is the category; without one there would be none.
    let scope = &report.inputs.scope;
    let category =
        if scope.is_empty() { "aimsgate/".to_owned() } else { format!("aimsgate/{scope}/") };
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .automation_details(RunAutomationDetails::builder().id(category).build())
        .column_kind(json!("unicodeCodePoints"))
        .invocations(vec![invocation])
        .taxonomies(vec![taxonomy()])
        .results(results)
        .properties(properties([
            ("revision", json!(report.inputs.revision)),
            ("today", json!(report.inputs.today)),
            ("verdict", json!(report.verdict)),
            ("rulesFrom", json!(report.inputs.rules_from)),
            ("target", json!(report.inputs.target)),
            ("simulation", json!(report.inputs.simulation)),
        ]))
        .build();
    Sarif::builder().schema(SCHEMA_OF_SARIF).version(json!("2.1.0")).runs(vec![run]).build()
}

fn rule(check: &Check) -> ReportingDescriptor {
    let relationships: Vec<ReportingDescriptorRelationship> = check
        .controls
        .iter()
        .map(|id| {
            let target = ReportingDescriptorReference::builder()
                .id(*id)
                .tool_component(taxonomy_reference())
                .build();
            ReportingDescriptorRelationship::builder()
                .target(target)
                .kinds(vec!["relevant".to_owned()])
                .build()
        })
        .collect();
    let first = check.explanation.split("\n\n").nth(1).unwrap_or(check.title).replace('\n', " ");
    let tags = ["ai-governance", "iso-42001"].map(str::to_owned).to_vec();
    let precision = BTreeMap::from([("precision".to_owned(), json!("high"))]);
    ReportingDescriptor::builder()
        .id(check.id.name())
        .name(pascal_case(check.id.name()))
        .short_description(words(&clamp(check.title, LONGEST_DESCRIPTION - 1)))
        .full_description(words(&clamp(&first, LONGEST_DESCRIPTION - 1)))
        .help(
            MultiformatMessageString::builder()
                .text(format!("{}\n\n{WORDS}", plain(check.explanation)))
                .markdown(format!("{}\n{WORDS}\n", check.explanation))
                .build(),
        )
        .default_configuration(
            ReportingConfiguration::builder().level(json!(check.severity.high.name())).build(),
        )
        .relationships(relationships)
        .properties(PropertyBag::builder().tags(tags).additional_properties(precision).build())
        .build()
}

/// `register-missing` as `RegisterMissing`. A name must not be the id in other letters, so an id of
/// one word gets another.
fn pascal_case(id: &str) -> String {
    let id = if id.contains('-') { id.to_owned() } else { format!("{id}-found") };
    id.split('-')
        .map(|part| {
            let (first, rest) = part.split_at(part.len().min(1));
            first.to_ascii_uppercase() + rest
        })
        .collect()
}

/// Markdown without its marks.
fn plain(markdown: &str) -> String {
    markdown.replace("## ", "").replace('`', "").trim().to_owned()
}

fn result(entry: &ReportedFinding, checks: &[&Check]) -> SarifResult {
    let mut text = sentence(&entry.text);
    if entry.nature == FindingKind::Undecided {
        text.insert_str(0, "Could not decide: ");
    }
    if let Some(note) = super::words::standing(entry) {
        text += &format!(" {}", sentence(&note));
    }
    for remedy in &entry.remedies {
        text += &format!(" To clear it: {}", sentence(&remedy.text));
    }
    let mut text = clamp(&text, LONGEST_MESSAGE - 300).into_owned();
    let related: Vec<SarifLocation> = entry
        .related
        .iter()
        .take(MOST_RELATED)
        .zip(1_i64..)
        .map(|(related, id)| SarifLocation {
            id: Some(id),
            message: Some(message(&related.text)),
            ..location(&related.location)
        })
        .collect();
    // GitHub shows a related location only where the message links to it.
    let links: Vec<String> = (1..=related.len().min(5)).map(|id| format!("[{id}]({id})")).collect();
    if !links.is_empty() {
        text += &format!(" See also {}.", links.join(", "));
    }
    let hash = format!("{}:1", &entry.fingerprint[..16]);
    SarifResult::builder()
        .rule_id(entry.check.name())
        .rule_index(checks.iter().position(|it| it.id == entry.check).map_or(-1, |at| at as i64))
        .level(match entry.severity {
            // Code scanning knows no excuse, so what is excused is as light as can be.
            _ if entry.excuse.is_some() => ResultLevel::Note,
            Severity::Error => ResultLevel::Error,
            Severity::Warning => ResultLevel::Warning,
            Severity::Note => ResultLevel::Note,
        })
        .message(Message::builder().text(text).build())
        .locations(vec![location(&entry.location)])
        .related_locations(related)
        .partial_fingerprints(BTreeMap::from([
            ("aimsgate/v1".to_owned(), entry.fingerprint.clone()),
            ("primaryLocationLineHash".to_owned(), hash),
        ]))
        .properties(properties([
            ("subject", json!(entry.subject)),
            ("blocks", json!(entry.blocks)),
            ("nature", json!(entry.nature)),
            ("cause", json!(entry.cause)),
            ("excuse", json!(entry.excuse)),
            ("gate", json!(entry.gate)),
        ]))
        .build()
}

/// What excuses a result: GitLab leaves it out then, GitHub does not read this.
fn suppressions(entry: &ReportedFinding) -> Vec<Suppression> {
    let excuse = entry.excuse.iter().map(|excuse| {
        let by = excuse
            .waiver
            .as_ref()
            .or(excuse.emergency.as_ref())
            .map_or("the baseline", String::as_str);
        let because =
            excuse.because.as_ref().map_or_else(String::new, |because| format!(": {because}"));
        let text = format!("{by} until {}{because}", excuse.until);
        let text = clamp(&safe(&text), LONGEST_MESSAGE).into_owned();
        Suppression::builder()
            .kind(json!("external"))
            .status(json!("accepted"))
            .justification(text)
            .build()
    });
    excuse.collect()
}

fn location(location: &Location) -> SarifLocation {
    let artifact = ArtifactLocation::builder().uri(location.uri.clone()).build();
    // A whole file is its first line: code scanning needs a line to show.
    let region = match location.region {
        Some(region) => SarifRegion::builder()
            .start_line(region.start_line as i64)
            .start_column(region.start_column as i64)
            .end_line(region.end_line as i64)
            .end_column(region.end_column as i64)
            .build(),
        None => SarifRegion::builder().start_line(1).build(),
    };
    let physical = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
    SarifLocation::builder().physical_location(physical).build()
}

/// The controls and clauses that checks refer to. Titles are our own words.
fn taxonomy() -> ToolComponent {
    let taxa = catalog::controls().iter().chain(catalog::clauses()).map(|control| {
        ReportingDescriptor::builder()
            .id(control.id.as_str())
            .short_description(words(&control.title))
            .build()
    });
    ToolComponent::builder()
        .name(TAXONOMY)
        .organization("ISO/IEC")
        .short_description(words(
            "Controls of Annex A and clauses with documented information, by \
            number",
        ))
        .taxa(taxa.collect::<Vec<_>>())
        .is_comprehensive(false)
        .build()
}
