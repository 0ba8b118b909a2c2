//! The verdict on a revision as an in-toto statement: which bytes it is about, by which rules, with
//! which records.
//!
//! # Design
//!
//! The predicate is in-toto's Simple Verification Result, so that whoever admits software by it
//! needs to know nothing of this program: a property is named only where the gate passed. What it
//! does not have lies under one extension field. Nothing in it comes from a clock, so a revision
//! and a day have one statement. In an envelope (DSSE) a signature is the file that
//! `ssh-keygen -Y sign` writes, in base64.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::data::Report;
use super::evidence_data::RecordEvidence;
use crate::decision::Verdict;
use crate::digest::{Sha256, is_commit_id};
use crate::finding::Gate;
use crate::openssh::Signature;
use crate::untrusted;

pub(super) const STATEMENT: &str = "https://in-toto.io/Statement/v1";
const PREDICATE: &str = "https://in-toto.io/attestation/svr/v0.1";
const PAYLOAD: &str = "application/vnd.in-toto+json";
/// Where the predicate holds what in-toto's does not have.
const EXTENSION: &str = "urn:aimsgate:verdict:1";
const MERGE: &str = "AIMSGATE_MERGE_GATE_PASSED";
const RELEASE: &str = "AIMSGATE_RELEASE_GATE_PASSED";

/// Signatures of an envelope that are looked at.
const MOST_SIGNATURES: usize = 16;

/// A digest by the name of its algorithm, as in-toto writes it.
type AttestedDigests = BTreeMap<String, String>;

/// Something that a statement is about, or that it names.
#[derive(Serialize, Deserialize)]
struct Resource {
    #[serde(default)]
    name: String,
    digest: AttestedDigests,
}

fn resource(name: &str, algorithm: &str, digest: &str) -> Resource {
    let digest = AttestedDigests::from([(algorithm.to_owned(), digest.to_owned())]);
    Resource { name: name.to_owned(), digest }
}

/// Returns the statement about a commit, with one final line break. `pack` is the name and the
/// digest of the pack of the same revision.
pub(crate) fn statement(
    report: &Report,
    commit: &str,
    system: Option<&str>,
    pack: Option<(&str, Sha256)>,
) -> String {
    let mut subjects = vec![resource("commit", "gitCommit", commit)];
    let assets = report.evidence.files.iter().filter(|file| file.is_asset);
    subjects
        .extend(assets.filter_map(|it| Some(resource(&it.path, "sha256", it.sha256.as_deref()?))));
    let standing = report.evidence.records.iter().filter(|record| record.stands);
    subjects.extend(standing.flat_map(|it| &it.subjects).filter_map(|it| released(it)));
    subjects.extend(pack.map(|(name, digest)| resource(name, "sha256", &digest)));
    written(&json!({
        "_type": STATEMENT,
        "subject": subjects,
        "predicateType": PREDICATE,
        "predicate": predicate(report, system),
    }))
}

/// Returns the predicate alone, for a tool that makes the statement.
pub(crate) fn predicate_only(report: &Report, system: Option<&str>) -> String {
    written(&predicate(report, system))
}

fn written(value: &Value) -> String {
    untrusted::json(serde_json::to_string_pretty(value).unwrap_or_default()) + "\n"
}

/// Returns what a release names beside its files: an image, or a revision of a hub.
fn released(subject: &str) -> Option<Resource> {
    if let Some((name, digest)) = subject.rsplit_once("sha256:") {
        let digest = Sha256::in_any_case(digest)?;
        let name = name.trim_end_matches('@');
        let name = if name.is_empty() { subject } else { name };
        return Some(resource(name, "sha256", &digest));
    }
    let (name, revision) = subject.rsplit_once('@')?;
    (revision.len() == 40 && is_commit_id(revision)).then(|| resource(name, "gitCommit", revision))
}

fn predicate(report: &Report, system: Option<&str>) -> Value {
    let inputs = &report.inputs;
    let mut properties = Vec::new();
    if report.verdict == Verdict::Pass {
        properties.push(MERGE);
        properties.extend((inputs.asked == Gate::Release).then_some(RELEASE));
    }
    // The rules, people, keys, waivers and the baseline: all that the verdict was given by.
    let policy = report.evidence.files.iter().filter(|it| it.is_rule);
    let policy = policy.filter_map(|it| Some(resource(&it.path, "sha256", it.sha256.as_deref()?)));
    let [evidenced, lacking, not_looked_at] = report.evidence.counts();
    json!({
        "verifier": {"id": format!("urn:aimsgate:rule-set:{}", report.tool.rule_set)},
        "timeCreated": format!("{}T00:00:00Z", inputs.today),
        "properties": properties,
        EXTENSION: {
            "version": report.tool.version,
            "verdict": report.verdict,
            "for": inputs.asked,
            "system": system,
            "policy": policy.collect::<Vec<_>>(),
            "controls": {
                "evidenced": evidenced,
                "lacking": lacking,
                "not-looked-at": not_looked_at,
            },
            "records": report.evidence.records.iter().map(record).collect::<Vec<_>>(),
        },
    })
}

fn record(record: &RecordEvidence) -> Value {
    let signers = record.signers.iter().map(|it| {
        json!({
            "person": it.person,
            "role": it.role,
            "on": it.signed_on,
            "proof": it.proof,
            "key": it.key,
        })
    });
    json!({
        "id": record.id,
        "decision": record.decision,
        "system": record.system,
        "stands": record.stands,
        "until": record.expires,
        "sha256": record.sha256,
        "signers": signers.collect::<Vec<_>>(),
    })
}

/// Returns the bytes that are signed for a statement (DSSE, pre-authentication encoding).
pub(crate) fn to_sign(statement: &str) -> Vec<u8> {
    encoded(PAYLOAD, statement.as_bytes())
}

fn encoded(kind: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DsseEnvelope {
    payload: String,
    payload_type: String,
    signatures: Vec<EnvelopeSignature>,
}

#[derive(Serialize, Deserialize)]
struct EnvelopeSignature {
    #[serde(default)]
    keyid: String,
    sig: String,
}

/// Returns a statement in an envelope with its signature, a file of `ssh-keygen -Y sign`.
pub(crate) fn envelope(statement: &str, signature: &[u8]) -> String {
    let key = Signature::parse(signature).ok().and_then(|it| it.key().fingerprint());
    let signature =
        EnvelopeSignature { keyid: key.unwrap_or_default(), sig: STANDARD.encode(signature) };
    let envelope = DsseEnvelope {
        payload: STANDARD.encode(statement),
        payload_type: PAYLOAD.to_owned(),
        signatures: vec![signature],
    };
    serde_json::to_string_pretty(&envelope).unwrap_or_default() + "\n"
}

#[derive(Deserialize)]
struct InTotoStatement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Resource>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    predicate: Predicate,
}

#[derive(Deserialize)]
struct Predicate {
    properties: Vec<String>,
    #[serde(rename = "urn:aimsgate:verdict:1")]
    own: OwnPredicate,
}

#[derive(Deserialize)]
struct OwnPredicate {
    system: Option<String>,
}

/// An attestation as somebody brings it.
pub(crate) struct Attestation {
    /// The commit it is about.
    pub(crate) commit: String,
    /// The one system it is about; all of them where it names none.
    pub(crate) system: Option<String>,
    /// Whether it says that the gate passed.
    pub(crate) passed: bool,
    subjects: Vec<Resource>,
    /// What was signed.
    pub(crate) message: Vec<u8>,
    pub(crate) signatures: Vec<Vec<u8>>,
}

impl Attestation {
    /// Reads a statement, or one in an envelope.
    ///
    /// # Errors
    /// Why it is none, in words.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let (payload, message, signatures) = match serde_json::from_slice::<DsseEnvelope>(bytes) {
            Err(_) => (bytes.to_vec(), Vec::new(), Vec::new()),
            Ok(envelope) => {
                if envelope.payload_type != PAYLOAD {
                    return Err("its envelope holds no in-toto statement".to_owned());
                }
                let payload = decoded(&envelope.payload)?;
                let signatures = envelope.signatures.iter().take(MOST_SIGNATURES);
                let signatures = signatures.map(|it| decoded(&it.sig)).collect::<Result<_, _>>()?;
                let message = encoded(PAYLOAD, &payload);
                (payload, message, signatures)
            }
        };
        let statement: InTotoStatement = serde_json::from_slice(&payload)
            .map_err(|error| format!("it is no statement of aimsgate: {error}"))?;
        if statement.kind != STATEMENT || statement.predicate_type != PREDICATE {
            return Err(format!("it is no {STATEMENT} of {PREDICATE}"));
        }
        let commit = statement.subject.iter().find_map(|it| it.digest.get("gitCommit"));
        let commit = commit.filter(|it| is_commit_id(it)).ok_or("it names no commit")?;
        Ok(Self {
            commit: commit.clone(),
            system: statement.predicate.own.system,
            passed: statement.predicate.properties.iter().any(|it| it == MERGE),
            subjects: statement.subject,
            message,
            signatures,
        })
    }

    /// Whether it is about something that a deployment names: content by its SHA-256, or a commit
    /// of a hub.
    pub(crate) fn is_about(&self, subject: &str) -> bool {
        let Some(wanted) = released(subject) else {
            let digest = Sha256::in_any_case(subject);
            return digest.is_some_and(|it| self.has(&resource("", "sha256", &it)));
        };
        self.has(&wanted)
    }

    fn has(&self, wanted: &Resource) -> bool {
        let is_hub = wanted.digest.contains_key("gitCommit");
        self.subjects.iter().any(|it| {
            let is_digest =
                wanted.digest.iter().all(|(name, hex)| it.digest.get(name) == Some(hex));
            is_digest && (!is_hub || it.name == wanted.name)
        })
    }
}

fn decoded(text: &str) -> Result<Vec<u8>, String> {
    STANDARD.decode(text).map_err(|_| "its envelope holds no base64".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_encoded_as_the_vector_of_dsse_says() {
        assert_eq!(
            encoded("http://example.com/HelloWorld", b"hello world"),
            b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
        );
    }

    fn attestation(subject: &str) -> Result<Attestation, String> {
        let statement = json!({
            "_type": STATEMENT,
            "predicateType": PREDICATE,
            "subject": serde_json::from_str::<Value>(subject).unwrap(),
            "predicate": {"properties": [MERGE], EXTENSION: {"system": null}},
        });
        Attestation::read(envelope(&statement.to_string(), b"a signature").as_bytes())
    }

    #[test]
    fn an_envelope_reads_as_it_was_written() {
        let commit = "a".repeat(40);
        let (weights, image) = ("b".repeat(64), "c".repeat(64));
        let subjects = json!([
            resource("commit", "gitCommit", &commit),
            resource("weights", "sha256", &weights),
            released(&format!("registry.example.com/x@sha256:{image}")).unwrap(),
            released(&format!("hub:a/b@{commit}")).unwrap(),
        ]);
        let found = attestation(&subjects.to_string()).unwrap();
        assert_eq!((found.commit.as_str(), found.passed), (commit.as_str(), true));
        assert!(found.message.starts_with(b"DSSEv1 28 application/vnd.in-toto+json "));
        assert_eq!(found.signatures, [b"a signature"]);
        for subject in [
            format!("sha256:{weights}"),
            weights.to_uppercase(),
            format!("other@sha256:{image}"),
            format!("hub:a/b@{commit}"),
        ] {
            assert!(found.is_about(&subject), "{subject}");
        }
        for subject in [format!("sha256:{}", "d".repeat(64)), format!("hub:c/d@{commit}")] {
            assert!(!found.is_about(&subject), "{subject}");
        }
    }

    #[test]
    fn what_is_no_statement_of_a_commit_is_refused() {
        let cases = [
            attestation("[]").err(),
            attestation(r#"[{"digest": {"gitCommit": "HEAD"}}]"#).err(),
            Attestation::read(b"{}").err(),
            Attestation::read(b"\xff").err(),
            Attestation::read(br#"{"payload": "", "payloadType": "x", "signatures": []}"#).err(),
        ];
        for (at, why) in cases.iter().enumerate() {
            assert!(why.is_some(), "{at}");
        }
    }
}
