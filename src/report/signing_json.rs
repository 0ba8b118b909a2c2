//! What `sign --verify`, `verify` and `status` say, as JSON for programs.

use serde::Serialize;

use crate::finding::FindingKind;
use crate::settings::register::System;
use crate::signoff::{
    DueDecision, GrantedEmergency, RecordFiles, SignOffFlaw, SignOffInputs, SubjectUse,
    UsedSubject, closed_conditions_of, due_decisions, flaws_of, signatures_of,
};
use crate::untrusted;

#[derive(Serialize)]
struct FlawJson<'f> {
    property: &'static str,
    kind: &'static str,
    path: String,
    text: &'f str,
    people: Vec<&'f str>,
}

fn flaw(flaw: &SignOffFlaw) -> FlawJson<'_> {
    FlawJson {
        property: flaw.property.name(),
        kind: match flaw.nature {
            FindingKind::Fail => "fail",
            FindingKind::Waiting => "waiting",
            FindingKind::Undecided => "undecided",
        },
        path: flaw.place.path.to_string(),
        text: &flaw.text,
        people: flaw.people.iter().map(|id| id.as_str()).collect(),
    }
}

#[derive(Serialize)]
struct SignerJson {
    person: String,
    role: &'static str,
    signed_on: String,
    proof: &'static str,
}

#[derive(Serialize)]
struct SeatJson<'s> {
    roles: Vec<&'static str>,
    can_be_filled: bool,
    candidates: Vec<&'s str>,
    obstacles: &'s [String],
}

#[derive(Serialize)]
struct ConditionJson<'c> {
    id: &'c str,
    must: &'c str,
    before_use: bool,
}

#[derive(Serialize)]
struct RecordJson<'r> {
    record: &'r str,
    decision: &'static str,
    system: Option<&'r str>,
    expires: String,
    stands: bool,
    flaws: Vec<FlawJson<'r>>,
    signers: Vec<SignerJson>,
    open_seats: Vec<SeatJson<'r>>,
}

/// Returns what the gate makes of a record, and whether it stands.
pub(crate) fn steps_json(inputs: &SignOffInputs<'_>, record_files: &RecordFiles) -> (String, bool) {
    let record = &record_files.record.value;
    let (flaws, signatures) = (flaws_of(inputs, record_files), signatures_of(inputs, record_files));
    let seats = signatures.seats.iter().map(|seat| SeatJson {
        roles: seat.roles.iter().map(|role| role.name()).collect(),
        can_be_filled: seat.can_be_filled,
        candidates: seat.candidates.iter().map(|it| it.id.as_str()).collect(),
        obstacles: &seat.obstacles,
    });
    let json = RecordJson {
        record: record.id.value.as_str(),
        decision: record.decision.value.name(),
        system: record.system.as_ref().map(|system| system.value.as_str()),
        expires: record.expires.value.to_string(),
        stands: flaws.is_empty(),
        flaws: flaws.iter().map(flaw).collect(),
        signers: signers(inputs, record_files),
        open_seats: seats.collect(),
    };
    (written(&json), flaws.is_empty())
}

fn signers(inputs: &SignOffInputs<'_>, record_files: &RecordFiles) -> Vec<SignerJson> {
    let signatures = signatures_of(inputs, record_files);
    let signer = signatures.signers.iter().map(|signer| SignerJson {
        person: signer.person.id.value.to_string(),
        role: signer.role.name(),
        signed_on: signer.signed_on.to_string(),
        proof: signer.proof.name(),
    });
    signer.collect()
}

#[derive(Serialize)]
struct UseJson<'u> {
    subject: String,
    system: &'u str,
    version: &'u str,
    may_be_used: Option<bool>,
    release: Option<&'u str>,
    refused: Option<&'u str>,
    flaws: Vec<FlawJson<'u>>,
    open_conditions: Vec<ConditionJson<'u>>,
    /// Why the attestation that was brought does not vouch for it.
    attestation: &'u [String],
}

/// Returns whether each subject may be used, and why not.
pub(crate) fn uses_json(
    system: &System,
    uses: &[(UsedSubject, SubjectUse<'_>)],
    objections: &[String],
) -> String {
    let one = |(subject, found): &'_ (UsedSubject, SubjectUse<'_>)| {
        let conditions = found.open.iter().map(|(id, must, before_use)| ConditionJson {
            id,
            must,
            before_use: *before_use,
        });
        let json = UseJson {
            subject: subject.to_string(),
            system: system.id.value.as_str(),
            version: &system.version.value,
            may_be_used: found.verdict(),
            release: found.record.map(|it| it.record.value.id.value.as_str()),
            refused: found.refused.as_deref(),
            flaws: found.reasons.iter().map(flaw).collect(),
            open_conditions: conditions.collect(),
            attestation: objections,
        };
        serde_json::to_value(&json).unwrap_or_default()
    };
    written(&uses.iter().map(one).collect::<Vec<_>>())
}

#[derive(Serialize)]
struct SystemJson<'s> {
    system: &'s str,
    version: &'s str,
    class: &'static str,
    stage: &'static str,
    decisions: Vec<DecisionJson<'s>>,
}

#[derive(Serialize)]
struct DecisionJson<'s> {
    decision: &'static str,
    stands: bool,
    record: Option<&'s str>,
    expires: Option<String>,
    signers: Vec<SignerJson>,
    flaws: Vec<FlawJson<'s>>,
    open_conditions: Vec<ConditionJson<'s>>,
}

#[derive(Serialize)]
struct EmergencyJson {
    id: String,
    system: String,
    until: String,
    owner: String,
    due: String,
}

/// Returns where each system stands.
pub(crate) fn status_json(inputs: &SignOffInputs<'_>, emergencies: &[GrantedEmergency]) -> String {
    let due = due_decisions(inputs);
    let system = |system: &'_ System| {
        let own = due.iter().filter(|due| due.system.id == system.id);
        let json = SystemJson {
            system: system.id.value.as_str(),
            version: &system.version.value,
            class: inputs.class(system).name(),
            stage: system.stage.name(),
            decisions: own.map(|due| decision(inputs, due)).collect(),
        };
        serde_json::to_value(&json).unwrap_or_default()
    };
    let emergency = emergencies.iter().map(|it| EmergencyJson {
        id: it.id.to_string(),
        system: it.system.to_string(),
        until: it.until.to_string(),
        owner: it.owner.clone(),
        due: it.due.to_string(),
    });
    let systems: Vec<serde_json::Value> = inputs.repo.systems().iter().map(system).collect();
    let emergencies: Vec<EmergencyJson> = emergency.collect();
    written(&serde_json::json!({ "systems": systems, "emergencies": emergencies }))
}

fn decision<'s>(inputs: &SignOffInputs<'_>, due: &'s DueDecision<'_>) -> DecisionJson<'s> {
    let record = due.record.map(|it| &it.record.value);
    let closed = due.record.map(|it| closed_conditions_of(inputs, it)).unwrap_or_default();
    let open = record.into_iter().flat_map(|record| &record.conditions);
    let open = open.filter(|condition| !closed.contains(condition.id.value.as_str()));
    DecisionJson {
        decision: due.decision.name(),
        stands: due.flaws.is_empty() && due.record.is_some(),
        record: record.map(|record| record.id.value.as_str()),
        expires: record.map(|record| record.expires.value.to_string()),
        signers: due.record.map(|it| signers(inputs, it)).unwrap_or_default(),
        flaws: due.flaws.iter().map(flaw).collect(),
        open_conditions: open
            .map(|it| ConditionJson {
                id: &it.id.value,
                must: &it.must.value,
                before_use: it.before_use,
            })
            .collect(),
    }
}

/// Returns a value as JSON, with one final line break.
fn written(value: &impl Serialize) -> String {
    untrusted::json(serde_json::to_string_pretty(value).unwrap_or_default()) + "\n"
}
