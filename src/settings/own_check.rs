//! `governance/checks/NAME.yaml`: a check that an organisation wrote for itself.
//!
//! # Design
//!
//! It is data: for each subject of a kind one expression says whether the check is about it and
//! another one whether all is well. What it finds is a finding like any other, so this file knows
//! nothing of findings: `checks::own` makes them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;

use super::layout::OwnFile;
use super::{Mistake, Schema, read as read_settings};
use crate::catalog;
use crate::check_id::CheckId;
use crate::date::Date;
use crate::document::{Document, Spanned};
use crate::expression::{CelExpression, Template, Unknown};
use crate::finding::Severity;
use crate::span::Place;

/// Where own checks lie below the folder they are for.
pub(crate) const FOLDER: &str = OwnFile::Checks.path();

/// Own checks of one folder.
pub(crate) const MOST: usize = 100;

/// What a check looks at, one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum ForEach {
    /// The judged folder as a whole, once.
    Repository,
    System,
    UsedAi,
    Document,
    Risk,
    Record,
    Asset,
    /// A file that the change adds, edits or removes.
    File,
}

/// The variables that every check may name.
const COMMON: [&str; 7] =
    ["today", "register", "documents", "risks", "records", "inventory", "change"];

impl ForEach {
    /// The variable that holds the subject. The repository has none.
    pub(crate) fn variable(self) -> &'static str {
        self.into()
    }

    fn variables(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            Self::Repository => &[],
            Self::Document | Self::Risk | Self::Record => &[self.variable(), "system"],
            _ => &[self.variable()],
        };
        COMMON.iter().chain(own).copied().collect()
    }
}

/// How heavy it is, by the class of what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct OwnSeverity {
    #[serde(default = "error")]
    pub(crate) minimal: Severity,
    #[serde(default = "error")]
    pub(crate) limited: Severity,
    #[serde(default = "error")]
    pub(crate) high: Severity,
}

fn error() -> Severity {
    Severity::Error
}

impl Default for OwnSeverity {
    fn default() -> Self {
        Self { minimal: error(), limited: error(), high: error() }
    }
}

fn new_year() -> Date {
    Date::new_year(2026)
}

/// A small repository, and what the check must say of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct CheckCase {
    pub(crate) name: String,
    /// The day on which it is judged.
    #[serde(default = "new_year")]
    pub(crate) today: Date,
    /// The files, by their paths.
    pub(crate) files: BTreeMap<String, String>,
    /// The files of the target branch, where the case is a change.
    pub(crate) before: Option<BTreeMap<String, String>>,
    /// The subjects for which it fires.
    #[serde(default)]
    pub(crate) fires: BTreeSet<String>,
    /// The subjects for which it cannot be decided.
    #[serde(default)]
    pub(crate) undecided: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct CheckFile {
    #[serde(rename = "schema")]
    _schema: Schema,
    id: Spanned<String>,
    title: Spanned<String>,
    because: Spanned<String>,
    for_each: ForEach,
    when: Option<Spanned<String>>,
    holds: Spanned<String>,
    message: Spanned<String>,
    remedy: Spanned<String>,
    at: Option<Spanned<String>>,
    #[serde(default)]
    severity: OwnSeverity,
    controls: Vec<Spanned<String>>,
    #[serde(default)]
    cases: Vec<CheckCase>,
}

/// A check that was read.
#[derive(Debug)]
pub(crate) struct OwnCheck {
    pub(crate) id: CheckId,
    pub(crate) title: String,
    /// Why it matters.
    pub(crate) because: String,
    pub(crate) for_each: ForEach,
    /// What it is about; all of its kind where it does not say.
    pub(crate) when: Option<CelExpression>,
    /// Whether all is well.
    pub(crate) holds: CelExpression,
    pub(crate) message: Template,
    pub(crate) remedy: Template,
    /// The path of the file that a finding is shown at, where it is not the subject's own place.
    pub(crate) at: Option<CelExpression>,
    pub(crate) severity: OwnSeverity,
    pub(crate) controls: Vec<String>,
    pub(crate) cases: Vec<CheckCase>,
    /// Where its id stands.
    pub(crate) place: Place,
    /// The file it was read from.
    source: String,
}

/// Two are the same that were read from the same text of the same file.
impl PartialEq for OwnCheck {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place && self.source == other.source
    }
}

impl OwnCheck {
    /// The variables it names.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        let expressions = self.when.iter().chain([&self.holds]).chain(&self.at);
        expressions.for_each(|it| it.add_names(&mut names));
        self.message.add_names(&mut names);
        self.remedy.add_names(&mut names);
        names
    }

    /// Whether it is provably as strict as another one of its id: about the same, holding under
    /// the same condition, and no lighter.
    pub(crate) fn is_as_strict_as(&self, other: &Self) -> bool {
        let text = |it: &Option<CelExpression>| it.as_ref().map(|it| it.text().to_owned());
        let (one, before) = (self.severity, other.severity);
        self.for_each == other.for_each
            && text(&self.when) == text(&other.when)
            && self.holds.text() == other.holds.text()
            // A waiver may be for where it is shown.
            && text(&self.at) == text(&other.at)
            && one.minimal >= before.minimal
            && one.limited >= before.limited
            && one.high >= before.high
    }

    /// Its explanation as Markdown, under the headings of those that ship.
    pub(crate) fn explanation(&self) -> String {
        let about = match &self.when {
            Some(when) => format!(", where `{}`", when.text()),
            None => String::new(),
        };
        let each: &str = self.for_each.into();
        format!(
            "## What it checks\n\nFor each {}{about}: `{}`.\n\n## Why it matters\n\n{}\n\n\
             ## How to fix\n\n{}\n\n## References\n\n- `{}`, an own check of the organisation\n",
            each.replace('_', " "),
            self.holds.text(),
            self.because,
            self.remedy.text(),
            self.place.path
        )
    }

    /// What is said where it could not be decided.
    pub(crate) fn undecided(&self, why: &Unknown) -> (String, &'static str) {
        match why {
            Unknown::Value(why) => (
                format!("`{}` could not be decided: {why}", self.id),
                "state what is missing, or guard it in the check with has(...) or when",
            ),
            Unknown::Cost => (
                format!("`{}` could not be decided: it costs more than it may", self.id),
                "make the check simpler",
            ),
        }
    }
}

/// The checks of two branches: those of both hold.
pub(crate) fn both(one: &[Arc<OwnCheck>], other: &[Arc<OwnCheck>]) -> Vec<Arc<OwnCheck>> {
    let further = other.iter().filter(|it| !one.contains(it));
    one.iter().chain(further).cloned().collect()
}

/// Reads a check.
///
/// # Errors
/// The first mistake in it.
pub(crate) fn read(document: &Document) -> Result<OwnCheck, Mistake> {
    let file: CheckFile = read_settings(document)?;
    let wrong = |at: &Spanned<String>, text: String| Mistake::new(document, at.span, text);
    let id = file.id.value.parse().ok().filter(|id| matches!(id, CheckId::Own(_)));
    let id: CheckId = id.ok_or_else(|| {
        let text = format!(
            "`{}` is no id of an own check; write the organisation before it, in small letters: \
             `acme/model-card-has-owner`",
            file.id.value
        );
        wrong(&file.id, text)
    })?;
    for text in [&file.title, &file.because, &file.message, &file.remedy] {
        if text.value.trim().is_empty() {
            return Err(wrong(text, "this is empty".to_owned()));
        }
    }
    let known = || catalog::controls().iter().chain(catalog::clauses());
    let is_known = |control: &str| known().any(|known| known.id == control);
    if let Some(unknown) = file.controls.iter().find(|it| !is_known(&it.value)) {
        let text = format!("`{}` is no control or clause of ISO/IEC 42001", unknown.value);
        return Err(wrong(unknown, text));
    }
    let variables = file.for_each.variables();
    let expression = |it: &Spanned<String>| {
        CelExpression::parse(&it.value, &variables).map_err(|text| wrong(it, text))
    };
    let template = |it: &Spanned<String>| {
        Template::parse(&it.value, &variables).map_err(|text| wrong(it, text))
    };
    Ok(OwnCheck {
        id,
        when: file.when.as_ref().map(expression).transpose()?,
        holds: expression(&file.holds)?,
        at: file.at.as_ref().map(expression).transpose()?,
        message: template(&file.message)?,
        remedy: template(&file.remedy)?,
        title: file.title.value,
        because: file.because.value,
        for_each: file.for_each,
        severity: file.severity,
        controls: file.controls.into_iter().map(|it| it.value).collect(),
        cases: file.cases,
        place: Place::bytes(document.path.clone(), file.id.span),
        source: document.source.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "schema: aimsgate/1\nid: acme/no-owner\ntitle: No owner\nbecause: It is so\n\
        for-each: system\nwhen: system.stage == 'operation'\nholds: has(system.owner)\n\
        message: \"`{system.id}` has none\"\nremedy: name one\ncontrols: [A.4.2]\n";

    fn read_text(text: &str) -> Result<OwnCheck, String> {
        let path = "governance/checks/a.yaml".into();
        let document = crate::document::parse(path, text.as_bytes().to_vec());
        read(&document).map_err(|mistake| mistake.message)
    }

    #[test]
    fn a_check_with_a_mistake_is_refused() {
        assert!(read_text(TEXT).is_ok());
        for (from, to, why) in [
            ("acme/no-owner", "no-owner", "is no id of an own check"),
            ("acme/no-owner", "placeholder", "is no id of an own check"),
            ("title: No owner", "title: ' '", "this is empty"),
            ("[A.4.2]", "[A.4.2, A.99]", "`A.99` is no control or clause"),
            ("has(system.owner)", "has(risk.owner)", "`risk` is no variable here"),
            ("{system.id}", "{system.}", "this is no expression of CEL"),
            ("remedy: name one", "remedy: 'name {one'", "a placeholder ends with `}`"),
            ("for-each: system", "for-each: model", "model"),
        ] {
            let refused = read_text(&TEXT.replace(from, to)).unwrap_err();
            assert!(refused.contains(why), "{to}: {refused}");
        }
    }

    #[test]
    fn only_what_says_the_same_or_weighs_more_is_as_strict() {
        let before = read_text(&format!("{TEXT}severity: {{minimal: note, limited: warning}}\n"));
        let before = before.unwrap();
        for (from, to, is_as_strict) in [
            ("title: No owner", "title: Nobody owns it", true),
            ("remedy: name one", "remedy: name somebody", true),
            ("has(system.owner)", "has(system.owner) || true", false),
            ("== 'operation'", "== 'retirement'", false),
            ("for-each: system", "at: \"'aims.yaml'\"\nfor-each: system", false),
            ("when: system.stage == 'operation'\n", "", false),
        ] {
            // Without a severity it is an error in every class.
            let now = read_text(&TEXT.replace(from, to)).unwrap();
            assert_eq!(now.is_as_strict_as(&before), is_as_strict, "{to}");
            assert!(!before.is_as_strict_as(&now), "{to}");
        }
    }
}
