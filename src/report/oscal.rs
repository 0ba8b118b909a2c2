//! OSCAL 1.2.1 assessment results: what was observed of each control and clause, and the risks.
//!
//! # Design
//!
//! Controls are named by their ids only; the text of the standard is not ours to pass on. A control
//! about which nothing was looked at has no finding, so that nobody reads one into it. Ids are made
//! of names (UUID version 5), so that the same content gives the same file.

use percent_encoding::percent_encode;
use serde_json::{Value, json};

use super::build::NOT_IN_A_PATH;
use super::data::Report;
use super::evidence_data::{
    ControlEvidence, EvidenceEntry, EvidenceState, RecordEvidence, RiskEvidence,
};
use crate::untrusted;

/// The namespace of our ids, and of the properties that are ours.
const NAMESPACE: &str = "urn:aimsgate:oscal";

/// Returns the assessment results, one final line break.
pub fn document(report: &Report) -> String {
    untrusted::json(serde_json::to_string_pretty(&results(report)).unwrap_or_default()) + "\n"
}

fn results(report: &Report) -> Value {
    let inputs = &report.inputs;
    let day = format!("{}T00:00:00Z", inputs.today);
    let id = |name: &str| uuid(&format!("{}\0{}\0{name}", inputs.revision, inputs.today));
    let looked_at: Vec<&ControlEvidence> = report
        .evidence
        .requirements()
        .filter(|it| it.state != EvidenceState::NotLookedAt)
        .collect();
    let observations: Vec<Value> =
        looked_at.iter().map(|it| observation(report, it, &id, &day)).collect();
    let findings: Vec<Value> = looked_at.iter().map(|it| finding(it, &id)).collect();
    let risks: Vec<Value> = report.evidence.risks.iter().map(|it| risk(it, &id)).collect();
    let records = report.evidence.records.iter().filter(|it| it.stands && it.id.is_some());
    let attestations: Vec<Value> = records.clone().map(attestation).collect();
    let people = records.flat_map(|it| &it.signers).map(|it| it.person.as_str());
    let people: std::collections::BTreeSet<&str> = people.collect();
    let parties: Vec<Value> = people
        .into_iter()
        .map(|it| json!({"uuid": party(it), "type": "person", "name": line(it)}))
        .collect();
    let mut result = json!({
        "uuid": id("result"),
        "title": "Evidence that was found",
        "description": line(&format!(
            "{}, judged by aimsgate {} with rule set {}",
            inputs.revision, report.tool.version, report.tool.rule_set
        )),
        "start": day,
        "end": day,
        "reviewed-controls": {"control-selections": [reviewed(report, &looked_at)]},
    });
    // OSCAL has no empty lists.
    let lists = [
        ("attestations", attestations),
        ("observations", observations),
        ("risks", risks),
        ("findings", findings),
    ];
    for (name, list) in lists {
        if !list.is_empty() {
            result[name] = Value::from(list);
        }
    }
    let mut metadata = json!({
        "title": "Assessment of a repository that builds or uses AI",
        "last-modified": day,
        "version": report.tool.version,
        "oscal-version": "1.2.1",
        "roles": [{"id": "signer", "title": "Whoever decided"}],
    });
    if !parties.is_empty() {
        metadata["parties"] = Value::from(parties);
    }
    json!({"assessment-results": {
        "uuid": id("assessment-results"),
        "metadata": metadata,
        "import-ap": {
            "href": "#plan",
            "remarks": "The rules of the repository stand for a plan; report.json names them.",
        },
        "results": [result],
    }})
}

/// Returns which controls and clauses were looked at. A selection of none takes all and leaves all
/// out, because OSCAL has no other.
fn reviewed(report: &Report, looked_at: &[&ControlEvidence]) -> Value {
    let select = |it: &ControlEvidence| json!({"control-id": token(&it.id)});
    if looked_at.is_empty() {
        let all: Vec<Value> = report.evidence.requirements().map(select).collect();
        return json!({"include-all": {}, "exclude-controls": all});
    }
    let ids: Vec<Value> = looked_at.iter().map(|it| select(it)).collect();
    json!({"include-controls": ids})
}

/// Returns a control's id as OSCAL has ids: they begin with a letter.
fn token(id: &str) -> String {
    if id.starts_with("A.") { id.to_owned() } else { format!("clause-{id}") }
}

fn observation(
    report: &Report,
    control: &ControlEvidence,
    id: &impl Fn(&str) -> String,
    day: &str,
) -> Value {
    let entries = report.evidence.entries.iter();
    let entries = entries.filter(|it| it.requirements.contains(&control.id));
    let evidence: Vec<Value> = entries.filter_map(relevant).collect();
    let mut observation = json!({
        "uuid": id(&format!("observation {}", control.id)),
        "description": line(&format!("{}: {}", control.id, control.state.words())),
        "methods": ["EXAMINE"],
        "collected": day,
    });
    if !evidence.is_empty() {
        observation["relevant-evidence"] = Value::from(evidence);
    }
    observation
}

fn relevant(entry: &EvidenceEntry) -> Option<Value> {
    let path = entry.path.as_ref()?;
    let property =
        |name: &str, value: String| json!({"name": name, "ns": NAMESPACE, "value": line(&value)});
    let mut properties = vec![property("state", entry.state.words().to_owned())];
    properties.extend(entry.sha256.clone().map(|it| property("sha256", it)));
    properties.extend(entry.lines.map(|[from, to]| property("lines", format!("{from}-{to}"))));
    let of = [Some(entry.kind.as_str()), entry.element.as_deref(), entry.system.as_deref()];
    let of: Vec<&str> = of.into_iter().flatten().collect();
    Some(json!({
        "href": percent_encode(path.as_bytes(), NOT_IN_A_PATH).to_string(),
        "description": line(&of.join(", ")),
        "props": properties,
    }))
}

fn finding(control: &ControlEvidence, id: &impl Fn(&str) -> String) -> Value {
    let is_met = control.state == EvidenceState::Evidenced;
    json!({
        "uuid": id(&format!("finding {}", control.id)),
        "title": token(&control.id),
        "description": line(&format!("What is asked for is {}.", control.state.words())),
        "target": {
            "type": "objective-id",
            "target-id": token(&control.id),
            "status": {"state": if is_met { "satisfied" } else { "not-satisfied" }},
        },
        "related-observations":
            [{"observation-uuid": id(&format!("observation {}", control.id))}],
    })
}

fn risk(risk: &RiskEvidence, id: &impl Fn(&str) -> String) -> Value {
    let text = line(risk.risk.as_deref().unwrap_or("It does not say what it is."));
    let status = match risk.status {
        Some("closed" | "treated") => "closed",
        Some("accepted") => "deviation-approved",
        _ => "open",
    };
    let levels = [("level-before", risk.before), ("level-after", risk.after)];
    let levels = levels.into_iter().filter_map(|(name, level)| Some((name, level?)));
    let mut properties: Vec<Value> = levels
        .map(|(name, level)| json!({"name": name, "ns": NAMESPACE, "value": level}))
        .collect();
    properties.push(json!({"name": "system", "ns": NAMESPACE, "value": line(&risk.system)}));
    let mut json = json!({
        "uuid": id(&format!("risk {}/{}", risk.system, risk.id)),
        "title": line(&risk.id),
        "description": text,
        "statement": text,
        "status": status,
        "props": properties,
    });
    let due = risk.measures.iter().filter(|it| it.done_on.is_none());
    if let Some(day) = due.filter_map(|it| it.due.as_ref()).min() {
        json["deadline"] = Value::from(format!("{day}T00:00:00Z"));
    }
    json
}

fn attestation(record: &RecordEvidence) -> Value {
    let signers: std::collections::BTreeSet<String> =
        record.signers.iter().map(|it| party(&it.person)).collect();
    let name = record.id.as_deref().unwrap_or_default();
    let mut json = json!({"parts": [{
        "name": "decision",
        "ns": NAMESPACE,
        "title": line(name),
        "prose": line(&format!("{} of {}", record.decision, record.system)),
    }]});
    if !signers.is_empty() {
        json["responsible-parties"] = json!([{"role-id": "signer", "party-uuids": signers}]);
    }
    json
}

fn party(person: &str) -> String {
    uuid(&format!("party\0{person}"))
}

/// Returns text as a string of OSCAL: one line, not empty, no blanks around it.
fn line(text: &str) -> String {
    let text = untrusted::line(text.trim()).into_owned();
    if text.is_empty() { "-".to_owned() } else { text }
}

/// Returns the UUID of a name (RFC 9562, version 5).
pub(super) fn uuid(name: &str) -> String {
    let text = format!("{NAMESPACE}\0{name}");
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.as_ref()).for_each(|(own, of)| *own = *of);
    bytes[6] = (bytes[6] & 0x0f) | 0x50;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_of_version_five_and_the_same_for_a_name() {
        let id = uuid("a");
        assert_eq!(id, uuid("a"));
        assert_ne!(id, uuid("b"));
        assert_eq!((id.len(), &id[14..15]), (36, "5"));
        assert!(matches!(&id[19..20], "8" | "9" | "a" | "b"));
    }

    #[test]
    fn a_text_is_one_line_and_not_empty() {
        assert_eq!(line(" a\nb "), "a\\nb");
        assert_eq!(line("  "), "-");
        assert_eq!(token("6.1.3"), "clause-6.1.3");
    }
}
