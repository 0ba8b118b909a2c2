//! `governance/baseline.json`: what was wrong on the day the gate was adopted.
//!
//! One entry is one element of one finding, so that mending a neighbour changes nothing for it, and
//! a finding that grows is no longer covered.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::layout::OwnFile;
use super::{Mistake, Schema, read as read_settings};
use crate::catalog::Level;
use crate::check_id::{CheckId, NamedCheck};
use crate::date::Date;
use crate::digest::is_sha256;
use crate::document::{Document, Spanned};
use crate::finding::Finding;
use crate::ids::SystemId;
use crate::part::{Measure, Piece};
use crate::span::RepoPath;

/// Where it lies below the folder it is for.
pub(crate) const FILE: &str = OwnFile::Baseline.path();

/// The longest an entry may hold before somebody looks at it again.
pub(crate) const LONGEST_DAYS: i32 = 180;

/// The findings known on adoption day.
#[derive(Clone, Debug)]
pub(crate) struct Baseline {
    pub(crate) file: RepoPath,
    pub(crate) entries: Vec<BaselineEntry>,
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
    /// Since when a finding is known and how long that holds. None unless each of its pieces is
    /// known, and no value that was measured is worse than the one that is known.
    pub(crate) fn knows(&self, finding: &Finding) -> Option<(Date, Date)> {
        let subject = finding.subject.to_string();
        let of_finding: Vec<&BaselineEntry> = self
            .entries
            .iter()
            .filter(|it| it.check.value == finding.check && it.subject.value == subject)
            .collect();
        let mut span: Option<(Date, Date)> = None;
        for piece in finding.pieces().values() {
            let entry = of_finding.iter().find(|entry| entry.excuses(piece))?;
            let (since, until) = (entry.since, entry.review_by.value);
            span =
                Some(span.map_or((since, until), |known| (known.0.min(since), known.1.min(until))));
        }
        span
    }
}

/// One piece of a finding that was there.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct BaselineEntry {
    pub(crate) check: Spanned<NamedCheck>,
    pub(crate) system: Option<SystemId>,
    pub(crate) subject: Spanned<String>,
    /// The piece by its name, as [`Part`](crate::part::Part) shows it. Version 0.1 wrote `sha256:`
    /// and the digest of a text under the key `element`.
    #[serde(alias = "element")]
    pub(crate) part: Spanned<String>,
    /// The highest value that is excused, where the piece is a value that should be low.
    pub(crate) at_most: Option<f64>,
    /// The lowest value that is excused, where the piece is a value that should be high.
    pub(crate) at_least: Option<f64>,
    /// The highest level that is excused, where the piece is a level of risk.
    pub(crate) up_to: Option<Level>,
    pub(crate) since: Date,
    /// The last day it holds.
    pub(crate) review_by: Spanned<Date>,
}

impl BaselineEntry {
    /// Whether it permits no more than `other` does. An entry that names a piece by its digest
    /// says nothing of which piece that is, so one that names it anew is another entry.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        self.check.value == other.check.value
            && self.subject.value == other.subject.value
            && self.part.value == other.part.value
            && Measure::holds(self.measure(), other.measure())
            && self.since >= other.since
            && self.review_by.value <= other.review_by.value
    }

    /// Whether it names a piece by the digest of a text, as version 0.1 did.
    fn is_of_older_format(&self) -> bool {
        self.part.value.strip_prefix("sha256:").is_some_and(is_sha256)
    }

    /// Whether it is about a piece, excused or not.
    pub(crate) fn is_about(&self, piece: &Piece) -> bool {
        if self.is_of_older_format() {
            return piece.old_name().is_some_and(|name| name == self.part.value);
        }
        self.part.value == piece.part.to_string()
    }

    /// Whether it excuses a piece of a finding of its check and subject.
    pub(crate) fn excuses(&self, piece: &Piece) -> bool {
        // What version 0.1 digested held the value, so the name alone says that it is the same.
        self.is_about(piece)
            && (self.is_of_older_format() || Measure::holds(piece.measure, self.measure()))
    }

    fn measure(&self) -> Option<Measure> {
        match (self.at_most, self.at_least, self.up_to) {
            (Some(value), None, None) => Some(Measure::AtMost(value)),
            (None, Some(value), None) => Some(Measure::AtLeast(value)),
            (None, None, Some(level)) => Some(Measure::UpTo(level)),
            _ => None,
        }
    }
}

/// An entry as it is written.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct NewEntry {
    pub(crate) check: CheckId,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) system: Option<SystemId>,
    pub(crate) subject: String,
    pub(crate) part: String,
    #[serde(flatten)]
    pub(crate) measure: Option<Measure>,
    pub(crate) since: Date,
    pub(crate) review_by: Date,
}

/// The file that holds these entries, one sorted line each, so that two branches merge well.
pub(crate) fn write(taken_on: Date, mut entries: Vec<NewEntry>) -> String {
    entries.sort_by(|a, b| (&a.check, &a.subject, &a.part).cmp(&(&b.check, &b.subject, &b.part)));
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
pub(crate) fn read(document: &Document) -> Result<Baseline, Mistake> {
    let file: BaselineFile = read_settings(document)?;
    let mut seen = BTreeSet::new();
    for entry in &file.entries {
        if entry.part.value.trim().is_empty() {
            let message = "`part` does not say which piece of the finding is known";
            return Err(Mistake::new(document, entry.part.span, message));
        }
        let bounds = [entry.at_most.is_some(), entry.at_least.is_some(), entry.up_to.is_some()];
        if bounds.into_iter().filter(|is| *is).count() > 1 {
            let message = "one of `at-most`, `at-least` and `up-to` bounds what is excused";
            return Err(Mistake::new(document, entry.part.span, message));
        }
        if entry.since.days_until(entry.review_by.value) > LONGEST_DAYS {
            let message = format!("it holds for more than {LONGEST_DAYS} days after `since`");
            return Err(Mistake::new(document, entry.review_by.span, message));
        }
        if !seen.insert((&entry.check.value, &entry.subject.value, &entry.part.value)) {
            return Err(Mistake::new(document, entry.subject.span, "this entry stands here twice"));
        }
    }
    drop(seen);
    Ok(Baseline { file: document.path.clone(), entries: file.entries })
}
