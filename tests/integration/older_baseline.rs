//! Baselines of version 0.1 name a piece of a finding by the digest of a sentence. Whoever rewords
//! a message must keep the old sentence beside the piece (`Piece::formerly`), or these entries stop
//! being read without a word.

use std::path::Path;
use std::process::Command;

use crate::edits::TODAY;
use crate::fixtures::{content, fixtures};
use crate::keys;
use crate::support::{copy, scratch, write};

/// A case of a check, the subject of its finding, and the sentences of version 0.1 for its pieces.
type Row = (&'static str, &'static str, &'static [&'static str]);

const OLD: [Row; 15] = [
    (
        "threshold-missed/fires",
        "duty:credit-scoring/accept-when approval-rate-gap on holdout-2026",
        &["approval-rate-gap on holdout-2026 is 0.04, and at most 0.03 is asked"],
    ),
    (
        "threshold-missed/fires-on-another-split",
        "duty:credit-scoring/accept-when auc on holdout-2026",
        &["`reports/validation.json` is about applications-2026, and auc is asked on holdout-2026"],
    ),
    (
        "threshold-missed/fires-without-a-value",
        "duty:credit-scoring/accept-when auc on holdout-2026",
        &["`reports/validation.json` holds no value of auc on holdout-2026"],
    ),
    (
        "risk-untreated/fires",
        "risk:ranker/R-1",
        &["risk `R-1` is high and neither treated nor accepted"],
    ),
    (
        "risk-untreated/fires",
        "risk:ranker/R-2",
        &["risk `R-2` is high and accepted without a record"],
    ),
    (
        "risk-untreated/fires",
        "risk:ranker/R-3",
        &["what remains of risk `R-3` is unacceptable; it cannot be accepted"],
    ),
    (
        "risk-link-broken/fires",
        "risk:credit-scoring/R-4",
        &["`A.7.9` is no control of ISO/IEC 42001"],
    ),
    (
        "risk-link-broken/fires-on-a-pointer",
        "risk:credit-scoring/R-4",
        &["`reports/validation.json` has nothing at `#/gap`"],
    ),
    (
        "risk-level-differs/fires",
        "risk:credit-scoring/R-4",
        &["12 is called high, and the scale of this document calls it medium"],
    ),
    ("bom-differs/fires", "document:credit-scoring/aibom", &["leaves out `holdout-2026`"]),
    (
        "applicability-incomplete/fires",
        "document:statement-of-applicability",
        &["leaves out A.2.4"],
    ),
    (
        "croissant-invalid/fires",
        "document:support-chatbot/faq/dataset-card",
        &[
            "does not say that it conforms to Croissant 1.0 or 1.1",
            "has no `name`",
            "has no `sha256` of `faq.csv`",
            "does not say the `encodingFormat` of `more.csv`",
            "does not say where `more.csv` is: `contentUrl` or `containedIn`",
            "does not say the `encodingFormat` of `a file`",
        ],
    ),
    (
        "document-unapproved/fires",
        "document:credit-scoring/impact-assessment",
        &["is draft, not approved"],
    ),
    (
        "document-unapproved/fires-on-its-own-owner",
        "document:credit-scoring/impact-assessment",
        &["is approved by its own owner, ana"],
    ),
    ("roles-incompatible/fires", "duty:roles of fay", &["builds and validates"]),
];

/// Whether the gate excuses a finding by the baseline.
fn is_excused(folder: &Path, check: &str, subject: &str) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aimsgate"));
    let arguments = ["check", "--format", "json", "--today", TODAY];
    let output = command.current_dir(folder).env_clear().args(arguments).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().find(|it| it["check"] == check && it["subject"] == subject);
    let found = found.unwrap_or_else(|| panic!("{check} finds nothing about {subject}"));
    found["excuse"]["until"] == "2027-05-01"
}

#[test]
fn entries_of_an_older_baseline_are_read_by_the_sentences_they_digested() {
    let mut wrong = Vec::new();
    for (case, subject, sentences) in OLD {
        let check = case.split('/').next().unwrap();
        let folder = scratch();
        copy(content(&fixtures().join("checks").join(case)).path(), folder.path());
        let entries: Vec<String> = sentences
            .iter()
            .map(|sentence| {
                let digest = keys::sha256(sentence.as_bytes());
                format!(
                    "{{\"check\": \"{check}\", \"subject\": \"{subject}\", \
                     \"element\": \"sha256:{digest}\", \"since\": \"2026-11-20\", \
                     \"review-by\": \"2027-05-01\"}}"
                )
            })
            .collect();
        let text = format!(
            "{{\"schema\": \"aimsgate/1\", \"taken-on\": \"2026-11-20\", \"entries\": [{}]}}\n",
            entries.join(",\n")
        );
        write(folder.path(), "governance/baseline.json", text);
        if !is_excused(folder.path(), check, subject) {
            wrong.push(format!("{case}: {sentences:?}"));
        }
    }
    assert!(wrong.is_empty(), "no longer read: {wrong:#?}");
}
