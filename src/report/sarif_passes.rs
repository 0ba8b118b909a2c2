//! What is evidenced, as results of SARIF that passed: on request only, for viewers of code
//! scanning show each result as something to do.

use percent_encoding::percent_encode;
use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Location as SarifLocation, MultiformatMessageString, PhysicalLocation,
    Region as SarifRegion, ReportingConfiguration, ReportingDescriptor,
    ReportingDescriptorReference, Result as SarifResult, ResultKind, ResultLevel,
};

use super::build::NOT_IN_A_PATH;
use super::data::Report;
use super::evidence_data::{EvidenceEntry, EvidenceState};
use super::sarif_parts::{message, properties, taxonomy_reference, words};

/// The id of the rule that they are results of.
const RULE: &str = "evidence-found";

pub(super) fn rule() -> ReportingDescriptor {
    let text = "A document or a record says what a control or a clause asks for. The gate says \
                where it stands and which bytes say it, not whether it is true.";
    ReportingDescriptor::builder()
        .id(RULE)
        .name("EvidenceFound")
        .short_description(words("What is evidence for a control or a clause"))
        .full_description(words(text))
        .help(MultiformatMessageString::builder().text(text).markdown(text).build())
        .default_configuration(ReportingConfiguration::builder().level(json!("none")).build())
        .build()
}

/// Returns a result for each entry of the evidence that is evidenced by a file. `rule` is the place
/// of the rule among those of the run.
pub(super) fn results(report: &Report, rule: usize) -> impl Iterator<Item = SarifResult> {
    let is_said = |it: &&EvidenceEntry| it.state == EvidenceState::Evidenced;
    let entries = report.evidence.entries.iter().filter(is_said);
    entries.filter_map(move |entry| result(entry, entry.path.as_deref()?, rule))
}

fn result(entry: &EvidenceEntry, path: &str, rule: usize) -> Option<SarifResult> {
    let region = SarifRegion::builder();
    let [first, last] = entry.lines.unwrap_or([1, 1]).map(|line| i64::try_from(line).ok());
    let region = region.start_line(first?).end_line(last?).build();
    let uri = percent_encode(path.as_bytes(), NOT_IN_A_PATH).to_string();
    let artifact = ArtifactLocation::builder().uri(uri).build();
    let physical = PhysicalLocation::builder().artifact_location(artifact).region(region).build();
    let of = entry.system.as_deref().unwrap_or("the organisation");
    let element = entry.element.as_ref().map_or_else(String::new, |it| format!(", {it}"));
    let by = entry.approved_by.as_ref().map_or_else(String::new, |who| {
        let on = entry.approved_on.as_deref().unwrap_or("an unknown day");
        format!("; approved by {who} on {on}")
    });
    let asked = entry.requirements.join(", ");
    let text = format!("{}{element} of {of}, evidence for {asked}{by}", entry.kind);
    let taxa = entry.requirements.iter().map(|id| {
        let taxon = ReportingDescriptorReference::builder().id(id);
        taxon.tool_component(taxonomy_reference()).build()
    });
    let result = SarifResult::builder()
        .rule_id(RULE)
        .rule_index(i64::try_from(rule).ok()?)
        .kind(ResultKind::Pass)
        .level(ResultLevel::None)
        .message(message(&text))
        .locations(vec![SarifLocation::builder().physical_location(physical).build()])
        .taxa(taxa.collect::<Vec<_>>())
        .properties(properties([
            ("sha256", json!(entry.sha256)),
            ("wordsSha256", json!(entry.words_sha256)),
            ("signedIn", json!(entry.signed_in)),
            ("nextReview", json!(entry.next_review)),
        ]));
    Some(result.build())
}
