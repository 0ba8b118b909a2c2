//! Reads one file of a sign-off and refuses what it may not say.

use std::collections::BTreeSet;

use super::emergency::Emergency;
use super::record::Record;
use super::run::RunRecord;
use super::statement::{Closing, Revocation, Statement};
use crate::document::Document;
use crate::settings::gate::Decision;
use crate::settings::{Mistake, read as read_settings};
use crate::span::Span;

/// Pieces of content, and authors, that one record names.
const MOST_ENTRIES: usize = 1_000;

/// Characters of the longest id of a record.
const LONGEST_ID: usize = 100;

/// A file of a sign-off.
#[derive(Debug)]
pub(crate) enum SignOffFile {
    Emergency(Box<Emergency>),
    Run(RunRecord),
    Record(Box<Record>),
    Statement(Statement),
    Closing(Closing),
    Revocation(Revocation),
}

impl SignOffFile {
    /// Returns the name its file must have. None for a run, which may be called anything.
    fn name(&self) -> Option<String> {
        Some(match self {
            Self::Run(_) => return None,
            Self::Emergency(it) => format!("{}.yaml", it.id.value),
            Self::Record(it) => format!("{}.yaml", it.id.value),
            Self::Statement(it) => format!("{}.{}.yaml", it.record.id.value, it.signer.value),
            Self::Closing(it) => {
                let (record, condition) = (&it.record.id.value, &it.condition.value);
                format!("{record}.closed-{condition}.{}.yaml", it.signer.value)
            }
            Self::Revocation(it) => {
                format!("{}.revoked.{}.yaml", it.record.id.value, it.signer.value)
            }
        })
    }

    /// Returns what it says that its kind may not say, and where.
    fn refused(&self) -> Option<(Span, String)> {
        match self {
            Self::Record(it) => refused_record(it),
            Self::Closing(it) if it.evidence.is_empty() => {
                Some((it.condition.span, "`evidence` names no file".to_owned()))
            }
            Self::Revocation(it) if !it.revoke.value => {
                Some((it.revoke.span, "a revocation says `revoke: true`".to_owned()))
            }
            _ => None,
        }
    }
}

/// Reads a file of a sign-off; its keys tell which one it is.
///
/// # Errors
/// The first mistake in it.
pub(super) fn read(document: &Document) -> Result<SignOffFile, Mistake> {
    let has = |key: &str| document.tree().is_ok_and(|root| root.get(key).is_some());
    let is_record = has("decision");
    let file = if is_record {
        SignOffFile::Record(read_settings(document)?)
    } else if has("granted-by") {
        SignOffFile::Emergency(read_settings(document)?)
    } else if has("produced") {
        SignOffFile::Run(read_settings(document)?)
    } else if has("condition") {
        SignOffFile::Closing(read_settings(document)?)
    } else if has("revoke") {
        SignOffFile::Revocation(read_settings(document)?)
    } else {
        SignOffFile::Statement(read_settings(document)?)
    };
    // Of a record the content comes first, then its name; of the others, the name.
    if is_record {
        check_content(document, &file)?;
    }
    if let Some(expected) = file.name().filter(|name| document.path.file_name() != *name) {
        let message = format!("by what it says this file is called `{expected}`");
        return Err(Mistake::new(document, Span::default(), message));
    }
    if !is_record {
        check_content(document, &file)?;
    }
    Ok(file)
}

fn check_content(document: &Document, file: &SignOffFile) -> Result<(), Mistake> {
    match file.refused() {
        Some((span, message)) => Err(Mistake::new(document, span, message)),
        None => Ok(()),
    }
}

/// Returns the first thing that a record may not say.
fn refused_record(record: &Record) -> Option<(Span, String)> {
    let covers = &record.covers;
    let mut seen = BTreeSet::new();
    if let Some(twice) = covers.files.iter().find(|file| !seen.insert(&file.path.value)) {
        return Some((twice.path.span, "this path stands here twice".to_owned()));
    }
    let entries =
        covers.files.len() + covers.sections.len() + covers.risks.len() + record.files.len();
    let id = &record.id;
    if entries > MOST_ENTRIES || record.authors.len() > MOST_ENTRIES {
        return Some((id.span, "it names more than anybody can look at".to_owned()));
    }
    if !is_record_id(&id.value) {
        let why = "an id is made of small letters, digits, `-` and `.`";
        return Some((id.span, why.to_owned()));
    }
    missing_in_decision(record).map(|why| (record.decision.span, why))
}

fn is_record_id(id: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    !id.is_empty() && id.len() <= LONGEST_ID && id.chars().all(is_plain) && !id.starts_with('.')
}

/// Returns what a record of its decision must say and does not, in words.
fn missing_in_decision(record: &Record) -> Option<String> {
    let decision = record.decision.value;
    let of_rules = matches!(decision, Decision::RuleChange | Decision::Classification);
    if record.system.is_none() && !of_rules {
        return Some("`system` is missing: the decision is about one".to_owned());
    }
    let changes =
        |key: &str| Some(format!("a `{}` says what it changes under `{key}`", decision.name()));
    match decision {
        Decision::RuleChange if record.files.is_empty() => changes("files"),
        Decision::Classification if record.changes.is_empty() => changes("changes"),
        Decision::Confirm if record.confirms.is_none() => {
            Some("`confirms` names no record".to_owned())
        }
        Decision::TreatmentPlan | Decision::AcceptResidualRisk | Decision::Release
            if record.risk_class.is_none() || record.version.is_none() =>
        {
            let why = "`version` and `risk-class` say what of the system was decided about";
            Some(why.to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    const SHA: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    fn refused(name: &str, text: &str) -> Option<String> {
        let text = text.replace("SHA", SHA);
        read(&parse(name.into(), text.into_bytes())).err().map(|mistake| mistake.message)
    }

    #[test]
    fn a_file_of_a_sign_off_says_what_its_kind_must() {
        let release = "schema: aimsgate/1\nrepository: example.com/a\nid: r-1\ndecision: release\n\
            system: s\nversion: 1.0.0\nrisk-class: high\nbecause: It is good.\n\
            expires: 2027-01-01\n";
        let statement = "record: {id: r-1, sha256: SHA}\nsigner: ana\nacting-as: risk-lead\n\
            signed-on: 2026-11-20\nagree: true\n";
        let closing = "record: {id: r-1, sha256: SHA}\ncondition: C-1\nsigner: ana\n\
            acting-as: risk-lead\nsigned-on: 2026-11-20\nevidence: []\n";
        let revocation = "record: {id: r-1, sha256: SHA}\nrevoke: false\nsigner: ana\n\
            acting-as: risk-lead\nsigned-on: 2026-11-20\nbecause: It is wrong.\n";
        let twice = "covers: {files: [{path: a, sha256: SHA}, {path: a, sha256: SHA}]}\n";
        let cases = [
            ("r-1.yaml", release.to_owned(), None),
            (
                "r-2.yaml",
                release.to_owned(),
                Some("by what it says this file is called `r-1.yaml`"),
            ),
            ("r-1.yaml", release.replace("system: s\n", ""), Some("`system` is missing")),
            ("r-1.yaml", release.replace("version: 1.0.0\n", ""), Some("`version` and")),
            ("r-1.yaml", release.replace("r-1", "R 1"), Some("an id is made of small letters")),
            ("r-1.yaml", format!("{release}{twice}"), Some("this path stands here twice")),
            ("r-1.yaml", release.replace("release", "confirm"), Some("`confirms` names no record")),
            ("r-1.yaml", release.replace("release", "rule-change"), Some("a `rule-change` says")),
            ("r-1.ana.yaml", statement.to_owned(), None),
            ("r-1.ana.yaml", statement.replace("SHA", "abc"), Some("this is no SHA-256")),
            ("r-1.closed-C-1.ana.yaml", closing.to_owned(), Some("`evidence` names no file")),
            ("r-1.revoked.ana.yaml", revocation.to_owned(), Some("a revocation says")),
        ];
        for (name, text, expected) in cases {
            let found = refused(name, &text);
            let is_expected = match (&found, expected) {
                (Some(found), Some(expected)) => found.starts_with(expected),
                (found, expected) => found.is_none() && expected.is_none(),
            };
            assert!(is_expected, "{name}: {found:?} instead of {expected:?}");
        }
    }
}
