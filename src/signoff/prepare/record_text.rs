//! Writes the text of a record.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::draft::{Draft, Lowering, SignInput};
use super::plan::Plan;
use super::scalar::scalar;
use crate::catalog::Level;
use crate::date::Date;
use crate::settings::gate::Decision;
use crate::signoff::clearance::ReplacedFile;
use crate::signoff::evaluate::closed_conditions_of;
use crate::signoff::files::FOLDER;
use crate::signoff::scope::{CoveredItem, ItemForm, highest_level};
use crate::signoff::terms::decision_rule;
use crate::span::RepoPath;

/// Days that a month of validity counts in a new record.
const DAYS: i32 = 30;

impl Plan<'_> {
    /// Returns the record, with everything computed.
    pub(crate) fn draft(
        &self,
        input: &SignInput,
        lowered: &[Lowering],
        files: &[ReplacedFile],
    ) -> Draft {
        let base = match self.system {
            Some(system) => system.base.clone(),
            None => self.inputs.repo.view.scope.clone(),
        };
        let id = input.id.clone().unwrap_or_else(|| self.free_id());
        let mut text = self.head(&id);
        text += &covers(&self.items);
        text += &changes(lowered);
        text += &replaced_files(files);
        let subjects: Vec<String> = input.subjects.iter().map(|it| scalar(it)).collect();
        if !subjects.is_empty() {
            let _ = writeln!(text, "subjects: [{}]", subjects.join(", "));
        }
        let authors: Vec<String> = input.authors.iter().map(|author| scalar(author)).collect();
        let _ = writeln!(text, "authors: [{}]", authors.join(", "));
        let because = input.because.as_deref().unwrap_or("TODO say why this may be decided so");
        let _ = writeln!(text, "because: {}", scalar(because));
        text += &self.open_conditions();
        let _ = writeln!(text, "prepared-on: {}", self.inputs.today);
        let _ = writeln!(text, "expires: {}", input.expires.unwrap_or_else(|| self.expires()));
        if let Some(replaced) = self.replaced.filter(|_| self.decision != Decision::Confirm) {
            let _ = writeln!(text, "replaces: {}", scalar(&replaced.record.value.id.value));
        }
        Draft { path: in_folder(&base, &format!("{id}.yaml")), text }
    }

    /// Returns the conditions of the record it takes the place of that nobody closed: they do not
    /// fall away with it.
    fn open_conditions(&self) -> String {
        let Some(replaced) = self.replaced.filter(|_| self.decision != Decision::Confirm) else {
            return String::new();
        };
        let closed = closed_conditions_of(self.inputs, replaced);
        let conditions = &replaced.record.value.conditions;
        let mut text = String::new();
        for it in conditions.iter().filter(|it| !closed.contains(it.id.value.as_str())) {
            let (id, must) = (scalar(&it.id.value), scalar(&it.must.value));
            let (owner, due) = (scalar(&it.owner.value), it.due.value);
            let _ = write!(text, "  - {{id: {id}, must: {must}, owner: {owner}, due: {due}");
            if it.if_missed.is_some() {
                text += ", if-missed: void";
            }
            if it.before_use {
                text += ", before-use: true";
            }
            if let Some(ticket) = &it.ticket {
                let _ = write!(text, ", ticket: {}", scalar(ticket));
            }
            text += "}\n";
        }
        if text.is_empty() { text } else { format!("conditions:\n{text}") }
    }

    /// Returns what is decided, and about which system.
    fn head(&self, id: &str) -> String {
        let repositories = &self.inputs.rules().repositories;
        let owner = self.system.and_then(|system| self.inputs.owners(system).into_iter().next());
        let mut lines = vec![
            ("repository", repositories.first().map_or("", String::as_str)),
            ("id", id),
            ("decision", self.decision.name()),
        ];
        if let Some(system) = self.system {
            lines.push(("system", &system.id.value));
            lines.push(("version", &system.version.value));
            lines.push(("risk-class", self.inputs.class(system).name()));
        }
        if let Some(owner) = &owner {
            lines.push(("owner", owner.as_str()));
        }
        if let Some(confirmed) = self.replaced.filter(|_| self.decision == Decision::Confirm) {
            lines.push(("confirms", &confirmed.record.value.id.value));
        }
        let mut text = String::from("schema: aimsgate/1\n");
        for (key, value) in lines {
            let _ = writeln!(text, "{key}: {}", scalar(value));
        }
        text
    }

    /// Returns the last day of a record made today: as late as it may be, with months of 30 days.
    fn expires(&self) -> Date {
        let months = decision_rule(self.decision).terms(self.class()).months;
        let is_high = highest_level(&self.items) >= Some(Level::High);
        self.inputs.today.plus_days(if is_high { months / 2 } else { months } * DAYS)
    }

    /// Returns an id that no record has.
    fn free_id(&self) -> String {
        let today = self.inputs.today;
        let what = match self.decision {
            Decision::AcceptResidualRisk => "risk",
            Decision::TreatmentPlan => "plan",
            other => other.name(),
        };
        let stem = match self.system {
            Some(system) if self.decision != Decision::Classification => {
                format!("{}-{}-{what}", system.id.value, system.version.value)
            }
            Some(system) => format!("{}-{what}-{today}", system.id.value),
            None => format!("{what}-{today}"),
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '.';
        let stem: String =
            stem.to_lowercase().chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
        let numbered = (2..).map(|number| format!("{stem}-{number}"));
        let mut ids = std::iter::once(stem.clone()).chain(numbered);
        ids.find(|id| !self.inputs.store.records.contains_key(id.as_str())).unwrap_or(stem)
    }
}

/// Returns the content by its digests.
fn covers(items: &[CoveredItem]) -> String {
    let (mut risks, mut sections, mut files) = (String::new(), String::new(), String::new());
    let mut paths = BTreeSet::new();
    for item in items {
        let sha256 = item.digest.as_deref().unwrap_or_default();
        let _ = match &item.form {
            ItemForm::Risk { id, residual } => {
                let (id, level) = (scalar(id), residual.map_or("", Level::name));
                writeln!(risks, "    - {{id: {id}, residual: {level}, sha256: {sha256}}}")
            }
            ItemForm::Section { path, section } => {
                let (path, section) = (scalar(path), scalar(section));
                writeln!(sections, "    - {{path: {path}, section: {section}, sha256: {sha256}}}")
            }
            // One file may be covered as what it says and as its bytes; either names it.
            ItemForm::File { path } if !paths.insert(path) => Ok(()),
            ItemForm::File { path } => {
                writeln!(files, "    - {{path: {}, sha256: {sha256}}}", scalar(path))
            }
        };
    }
    let mut text = String::from(if items.is_empty() { "" } else { "covers:\n" });
    for (name, lines) in [("risks", risks), ("sections", sections), ("files", files)] {
        if !lines.is_empty() {
            let _ = write!(text, "  {name}:\n{lines}");
        }
    }
    text
}

/// Returns the obligations that are lowered.
fn changes(lowered: &[Lowering]) -> String {
    let mut text = String::from(if lowered.is_empty() { "" } else { "changes:\n" });
    for (obligation, from, to) in lowered {
        let (obligation, from, to) = (scalar(obligation), scalar(from), scalar(to));
        let _ = writeln!(text, "  - {{duty: {obligation}, from: {from}, to: {to}}}");
    }
    text
}

/// Returns the files that a change of rules replaces.
fn replaced_files(files: &[ReplacedFile]) -> String {
    let mut text = String::from(if files.is_empty() { "" } else { "files:\n" });
    for file in files {
        let _ = write!(text, "  - {{path: {}", scalar(&file.path.to_string()));
        for (key, digest) in [("from", &file.from), ("to", &file.to)] {
            if let Some(digest) = digest {
                let digest = digest.as_deref().unwrap_or_else(|why| why);
                let _ = write!(text, ", {key}: {}", scalar(digest));
            }
        }
        text += "}\n";
    }
    text
}

fn in_folder(base: &RepoPath, name: &str) -> RepoPath {
    base.join(FOLDER).and_then(|folder| folder.join(name)).unwrap_or_else(|_| RepoPath::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::material::Material;
    use crate::signoff::testing::SHA;
    use crate::span::Place;

    #[test]
    fn what_is_covered_is_written_by_its_form() {
        let item = |form| CoveredItem {
            material: Material::Risks,
            form,
            digest: Ok(SHA.parse().unwrap()),
            place: Place::whole("a".into()),
            is_role: false,
        };
        let items = [
            item(ItemForm::File { path: "a: b".to_owned() }),
            item(ItemForm::Risk { id: "R-1".into(), residual: Some(Level::Low) }),
        ];
        let expected = format!(
            "covers:\n  risks:\n    - {{id: R-1, residual: low, sha256: {SHA}}}\n  \
             files:\n    - {{path: \"a: b\", sha256: {SHA}}}\n"
        );
        assert_eq!(covers(&items), expected);
        assert_eq!(covers(&[]), "");
        let lowered = [("risk-class".to_owned(), "high".to_owned(), "limited".to_owned())];
        let expected = "changes:\n  - {duty: risk-class, from: high, to: limited}\n";
        assert_eq!(changes(&lowered), expected);
        let to = Some(Ok(SHA.parse().unwrap()));
        let file = ReplacedFile { path: "g.yaml".into(), from: None, to };
        let expected = format!("files:\n  - {{path: g.yaml, to: {SHA}}}\n");
        assert_eq!(replaced_files(&[file]), expected);
    }
}
