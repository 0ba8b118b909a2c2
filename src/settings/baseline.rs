//! `governance/baseline.json`: what was wrong on the day the gate was adopted.
//!
//! One entry is one element of one finding, so that mending a neighbour changes nothing for it, and
//! a finding that grows is no longer covered.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Mistake, Schema, read as read_settings};
use crate::check_id::{CheckId, NamedCheck};
use crate::date::Date;
use crate::digest::sha256;
use crate::document::{Document, Spanned};
use crate::finding::Finding;
use crate::span::RepoPath;

/// Where it lies below the folder it is for.
pub const FILE: &str = "governance/baseline.json";

/// The longest an entry may hold before somebody looks at it again.
pub const LONGEST_DAYS: i32 = 180;

/// The findings known on adoption day.
#[derive(Clone, Debug)]
pub struct Baseline {
    pub file: RepoPath,
    pub entries: Vec<BaselineEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct BaselineFile {
    #[serde(rename = "schema")]
    _schema: Schema,
    #[serde(rename = "taken-on")]
    _taken_on: Date,
    entries: Vec<BaselineEntry>,
}

impl Baseline {
    /// Since when a finding is known and how long that holds: only if each of its elements is
    /// known.
    pub fn knows(&self, finding: &Finding) -> Option<(Date, Date)> {
        let (check, subject) = (NamedCheck::Known(finding.check), finding.subject.to_string());
        let mut span: Option<(Date, Date)> = None;
        for part in finding.parts() {
            let element = element(part);
            let mut entries = self.entries.iter();
            let entry = entries
                .find(|entry| entry.key() == (&check, subject.as_str(), element.as_str()))?;
            let (since, until) = (entry.since, entry.review_by.value);
            span =
                Some(span.map_or((since, until), |known| (known.0.min(since), known.1.min(until))));
        }
        span
    }
}

/// One element of a finding that was there.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BaselineEntry {
    pub check: Spanned<NamedCheck>,
    pub system: Option<String>,
    pub subject: Spanned<String>,
    /// `sha256:` and the digest of what exactly was wrong.
    pub element: Spanned<String>,
    pub since: Date,
    /// The last day it holds.
    pub review_by: Spanned<Date>,
}

impl BaselineEntry {
    /// Whether it permits no more than `other` does.
    pub fn is_within(&self, other: &BaselineEntry) -> bool {
        self.key() == other.key()
            && self.since >= other.since
            && self.review_by.value <= other.review_by.value
    }

    /// What it is about: check, subject and element.
    pub fn key(&self) -> (&NamedCheck, &str, &str) {
        (&self.check.value, &self.subject.value, &self.element.value)
    }
}

/// An entry as it is written.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct NewEntry {
    pub check: CheckId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system: Option<String>,
    pub subject: String,
    pub element: String,
    pub since: Date,
    pub review_by: Date,
}

/// How an element of a finding is named in an entry.
pub fn element(part: &str) -> String {
    format!("sha256:{}", sha256(part.as_bytes()))
}

/// The file that holds these entries, one sorted line each, so that two branches merge well.
pub fn write(taken_on: Date, mut entries: Vec<NewEntry>) -> String {
    entries.sort_by(|a, b| {
        (&a.check, &a.subject, &a.element).cmp(&(&b.check, &b.subject, &b.element))
    });
    // Entries hold text only, so they cannot fail to become JSON.
    let lines: Vec<String> = entries
        .iter()
        .map(|entry| format!("    {}", serde_json::to_string(entry).unwrap_or_default()))
        .collect();
    let entries =
        if lines.is_empty() { "[]".to_owned() } else { format!("[\n{}\n  ]", lines.join(",\n")) };
    format!(
        "{{\n  \"schema\": \"aimsgate/1\",\n  \"taken-on\": \"{taken_on}\",\n  \"entries\": \
        {entries}\n}}\n"
    )
}

/// Reads a baseline.
///
/// # Errors
/// The first mistake in it.
pub fn read(document: &Document) -> Result<Baseline, Mistake> {
    let file: BaselineFile = read_settings(document)?;
    let mut seen = BTreeMap::new();
    for entry in &file.entries {
        let digest = entry.element.value.strip_prefix("sha256:").unwrap_or_default();
        if digest.len() != 64 || !digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(Mistake::new(
                document,
                entry.element.span,
                "an element is `sha256:` and 64 hexadecimal digits",
            ));
        }
        if entry.since.days_until(entry.review_by.value) > LONGEST_DAYS {
            let message = format!("it holds for more than {LONGEST_DAYS} days after `since`");
            return Err(Mistake::new(document, entry.review_by.span, message));
        }
        if seen.insert(entry.key(), ()).is_some() {
            return Err(Mistake::new(document, entry.subject.span, "this entry stands here twice"));
        }
    }
    drop(seen);
    Ok(Baseline { file: document.path.clone(), entries: file.entries })
}
