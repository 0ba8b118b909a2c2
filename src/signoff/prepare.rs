//! Writes what is to be signed: a record with everything computed, a statement, a closing, a
//! revocation.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::content::{CoveredItem, ItemForm};
use super::court::{SignOffEvaluator, level_of};
use super::ledger::{FOLDER, RecordFiles};
use super::record::Record;
use super::ruling::ReplacedFile;
use super::table::rule;
use crate::catalog::{Class, Level, Role};
use crate::date::Date;
use crate::document::{Scalar, ScalarKind};
use crate::settings::gate::Decision;
use crate::settings::people::Person;
use crate::settings::register::System;
use crate::span::RepoPath;

/// Days that a month of validity counts in a new record.
const DAYS: i32 = 30;

/// What a record says beyond what can be computed.
#[derive(Debug, Default)]
pub struct SignInput {
    pub id: Option<String>,
    pub because: Option<String>,
    pub expires: Option<Date>,
    /// Who wrote what is covered: ids, or addresses of whom nobody knows.
    pub authors: BTreeSet<String>,
}

/// What a change lowers: a duty, from, to.
pub type Lowering = (String, String, String);

/// A file to be written.
#[derive(Debug, PartialEq, Eq)]
pub struct Draft {
    pub path: RepoPath,
    pub text: String,
}

/// What the record of a decision would cover, and the record it replaces.
pub struct Plan<'a> {
    court: &'a SignOffEvaluator<'a>,
    decision: Decision,
    system: Option<&'a System>,
    items: Vec<CoveredItem>,
    replaced: Option<&'a RecordFiles>,
}

impl<'a> Plan<'a> {
    /// Plans a record of a decision about a system.
    ///
    /// # Errors
    /// Why it cannot be covered, in words.
    pub fn of_system(
        court: &'a SignOffEvaluator<'a>,
        decision: Decision,
        system: &'a System,
    ) -> Result<Self, String> {
        let class = court.class(system);
        let terms = rule(decision).terms(class);
        let mut items = court.items(system).to_vec();
        // What is covered for two reasons is written once.
        let mut seen = BTreeSet::new();
        items.retain(|item| {
            terms.covers.contains(&item.material)
                && seen.insert((item.form.clone(), item.digest.clone()))
        });
        let mut replaced = court.last(decision, &system.id.value);
        if decision == Decision::Confirm {
            let both = [Decision::AcceptResidualRisk, Decision::Release];
            let last: Vec<&RecordFiles> =
                both.into_iter().filter_map(|it| court.last(it, &system.id.value)).collect();
            // One after the other: what is confirmed already is not confirmed again.
            let is_confirmed = |filed: &&&RecordFiles| {
                let mut all = court.store.records.values();
                all.any(|other| {
                    other.record.value.confirms.as_ref() == Some(&filed.record.value.id)
                })
            };
            replaced = last.iter().find(|filed| !is_confirmed(filed)).or(last.first()).copied();
            let covered = replaced.map(|filed| &filed.record.value.covers.sections);
            items.retain(|item| matches!(&item.form, ItemForm::Section { path, section } if covered.is_some_and(|all| {
                all.iter().any(|it| it.path.value == *path && it.section.value == *section && Ok(&it.sha256.value) != item.digest.as_ref())
            })));
            if items.is_empty() {
                return Err(
                    "no covered prose has other words than were signed, so there is nothing to \
                     confirm"
                        .to_owned(),
                );
            }
        }
        if let Some((item, why)) =
            items.iter().find_map(|item| Some((item, item.digest.as_ref().err()?)))
        {
            return Err(format!("{} cannot be covered: {why}", item.name()));
        }
        let unrated =
            items.iter().find(|item| matches!(item.form, ItemForm::Risk { residual: None, .. }));
        if let Some(item) = unrated {
            return Err(format!(
                "{} has no rating, so nobody can say what remains of it",
                item.name()
            ));
        }
        Ok(Self { court, decision, system: Some(system), items, replaced })
    }

    /// Plans a record about no system: a change of rules, or of what the register owes itself.
    pub fn of_rules(
        court: &'a SignOffEvaluator<'a>,
        decision: Decision,
        system: Option<&'a System>,
    ) -> Self {
        Self { court, decision, system, items: Vec::new(), replaced: None }
    }

    /// The files it covers, to ask who wrote them.
    pub fn paths(&self) -> BTreeSet<RepoPath> {
        let path = |item: &CoveredItem| match &item.form {
            ItemForm::Risk { .. } => item.place.path.clone(),
            ItemForm::Section { path, .. } | ItemForm::File { path } => {
                RepoPath::from(path.as_str())
            }
        };
        self.items.iter().map(path).collect()
    }

    /// Whoever could sign it.
    pub fn who_could(&self, said: &SignInput) -> Vec<String> {
        let class = self.system.map_or(Class::High, |system| self.court.class(system));
        let asked =
            self.court.asked(self.decision, class, level_of(&self.items), said.authors.clone());
        self.court.who_could(super::signer::Signatures::default(), &asked)
    }

    /// The record it takes the place of.
    pub fn replaced(&self) -> Option<&'a RecordFiles> {
        self.replaced
    }

    /// The record.
    pub fn draft(&self, said: &SignInput, lowered: &[Lowering], files: &[ReplacedFile]) -> Draft {
        let court = self.court;
        let base =
            self.system.map_or_else(|| court.repo.view.scope.clone(), |system| system.base.clone());
        let id = said.id.clone().unwrap_or_else(|| self.free_id());
        let mut text = String::from("schema: aimsgate/1\n");
        let mut line = |key: &str, value: &str| {
            let _ = writeln!(text, "{key}: {}", scalar(value));
        };
        line("repository", court.governance.rules.repositories.first().map_or("", String::as_str));
        line("id", &id);
        line("decision", self.decision.name());
        if let Some(system) = self.system {
            line("system", &system.id.value);
            line("version", &system.version.value);
            line("risk-class", court.class(system).name());
            line("stage", system.stage.name());
        }
        if let Some(confirmed) = self.replaced.filter(|_| self.decision == Decision::Confirm) {
            line("confirms", &confirmed.record.value.id.value);
        }
        if !self.items.is_empty() {
            text += "covers:\n";
            self.covers(&mut text);
        }
        for (at, (duty, from, to)) in lowered.iter().enumerate() {
            text += if at == 0 { "changes:\n" } else { "" };
            let _ = writeln!(
                text,
                "  - {{duty: {}, from: {}, to: {}}}",
                scalar(duty),
                scalar(from),
                scalar(to)
            );
        }
        for (at, file) in files.iter().enumerate() {
            text += if at == 0 { "files:\n" } else { "" };
            let digest = |key: &str, it: &Option<String>| {
                it.as_ref()
                    .map_or_else(String::new, |digest| format!(", {key}: {}", scalar(digest)))
            };
            let (from, to) = (digest("from", &file.from), digest("to", &file.to));
            let _ = writeln!(text, "  - {{path: {}{from}{to}}}", scalar(&file.path.to_string()));
        }
        let authors: Vec<String> = said.authors.iter().map(|author| scalar(author)).collect();
        let _ = writeln!(text, "authors: [{}]", authors.join(", "));
        let because = said.because.as_deref().unwrap_or("TODO say why this may be decided so");
        let _ = writeln!(text, "because: {}", scalar(because));
        let _ = writeln!(text, "expires: {}", said.expires.unwrap_or_else(|| self.expires()));
        if let Some(filed) = self.replaced.filter(|_| self.decision != Decision::Confirm) {
            let _ = writeln!(text, "replaces: {}", scalar(&filed.record.value.id.value));
        }
        Draft { path: in_folder(&base, &format!("{id}.yaml")), text }
    }

    fn covers(&self, text: &mut String) {
        let digest = |item: &CoveredItem| item.digest.clone().unwrap_or_default();
        let mut put = |name: &str, lines: Vec<String>| {
            if !lines.is_empty() {
                let _ = writeln!(text, "  {name}:");
                lines.into_iter().for_each(|line| *text += &line);
            }
        };
        let risks = self.items.iter().filter_map(|item| match &item.form {
            ItemForm::Risk { id, residual } => {
                let level = residual.map_or("", Level::name);
                Some(format!(
                    "    - {{id: {}, residual: {level}, sha256: {}}}\n",
                    scalar(id),
                    digest(item)
                ))
            }
            _ => None,
        });
        put("risks", risks.collect());
        let sections = self.items.iter().filter_map(|item| match &item.form {
            ItemForm::Section { path, section } => {
                let (path, section) = (scalar(path), scalar(section));
                Some(format!(
                    "    - {{path: {path}, section: {section}, sha256: {}}}\n",
                    digest(item)
                ))
            }
            _ => None,
        });
        put("sections", sections.collect());
        let files = self.items.iter().filter_map(|item| match &item.form {
            ItemForm::File { path } => {
                Some(format!("    - {{path: {}, sha256: {}}}\n", scalar(path), digest(item)))
            }
            _ => None,
        });
        put("files", files.collect());
    }

    fn expires(&self) -> Date {
        let class = self.system.map_or(Class::High, |system| self.court.class(system));
        let months = rule(self.decision).terms(class).months;
        let is_high = level_of(&self.items) >= Some(Level::High);
        self.court.today.plus_days(if is_high { months / 2 } else { months } * DAYS)
    }

    /// An id that no record has.
    fn free_id(&self) -> String {
        let today = self.court.today;
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
        let stem: String = stem
            .to_lowercase()
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
            .collect();
        let numbered = (2..).map(|number| format!("{stem}-{number}"));
        let is_free = |id: &String| !self.court.store.records.contains_key(id);
        std::iter::once(stem.clone()).chain(numbered).find(is_free).unwrap_or(stem)
    }
}

/// What a signer says beyond yes.
#[derive(Debug)]
pub struct Signing<'s> {
    pub signer: &'s str,
    pub role: Role,
    pub on: Date,
    pub comment: Option<&'s str>,
}

impl Signing<'_> {
    /// A statement about a record.
    pub fn statement(&self, filed: &RecordFiles, agree: bool) -> Draft {
        let rest = format!("agree: {agree}\n{}", self.comment());
        self.draft(
            filed,
            &format!("{}.{}.yaml", filed.record.value.id.value, self.signer),
            "",
            &rest,
        )
    }

    /// The closing of a condition, with what shows that it was met: paths and digests.
    pub fn closing(
        &self,
        filed: &RecordFiles,
        condition: &str,
        evidence: &[(String, String)],
    ) -> Draft {
        let mut rest = String::from("evidence:\n");
        for (path, digest) in evidence {
            let _ = writeln!(rest, "  - {{path: {}, sha256: {digest}}}", scalar(path));
        }
        rest += &self.comment();
        let name =
            format!("{}.closed-{condition}.{}.yaml", filed.record.value.id.value, self.signer);
        self.draft(filed, &name, &format!("condition: {}\n", scalar(condition)), &rest)
    }

    /// The end of a record.
    pub fn revocation(&self, filed: &RecordFiles, because: &str) -> Draft {
        let rest = format!("because: {}\n", scalar(because));
        self.draft(
            filed,
            &format!("{}.revoked.{}.yaml", filed.record.value.id.value, self.signer),
            "revoke: true\n",
            &rest,
        )
    }

    fn comment(&self) -> String {
        self.comment.map_or_else(String::new, |comment| format!("comment: {}\n", scalar(comment)))
    }

    fn draft(&self, filed: &RecordFiles, name: &str, first: &str, rest: &str) -> Draft {
        let record = &filed.record;
        let text = format!(
            "record: {{id: {}, sha256: {}}}\n{first}signer: {}\nacting-as: {}\nsigned-on: \
             {}\n{rest}",
            scalar(&record.value.id.value),
            record.sha256,
            scalar(self.signer),
            self.role.name(),
            self.on
        );
        let path = record.path.parent().join(name).unwrap_or_else(|_| record.path.clone());
        Draft { path, text }
    }
}

fn in_folder(base: &RepoPath, name: &str) -> RepoPath {
    base.join(FOLDER).and_then(|folder| folder.join(name)).unwrap_or_else(|_| RepoPath::from(name))
}

/// A text as a YAML value on a line of its own.
fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_alphanumeric() || " ._/@+-*".contains(c))
        && !text.ends_with(' ')
        && Scalar::plain(text).kind == ScalarKind::Text;
    if is_plain { text.to_owned() } else { serde_json::to_string(text).unwrap_or_default() }
}

impl<'a> SignOffEvaluator<'a> {
    /// The last record of a decision about a system, whether or not it still holds.
    pub(super) fn last(&self, decision: Decision, system: &str) -> Option<&'a RecordFiles> {
        let is_meant = |record: &Record| {
            record.decision.value == decision
                && record.system.as_ref().is_some_and(|it| it.value == system)
        };
        let all = || self.store.records.values().filter(|filed| is_meant(&filed.record.value));
        // One that only this change brings is a draft, and replaces nothing yet.
        let merged = || all().filter(|filed| !filed.record.is_new);
        let is_last = |filed: &&RecordFiles| {
            !merged()
                .any(|other| other.record.value.replaces.as_ref() == Some(&filed.record.value.id))
        };
        merged().find(is_last)
    }

    /// The roles in which somebody could fill a seat of a record.
    pub fn roles_for(&self, filed: &RecordFiles, person: &Person) -> Vec<Role> {
        let asked = self.asked_of(filed, self.class_of(filed));
        let wanted = asked.terms.seats(asked.level).flat_map(|seat| &seat.roles);
        let wanted = wanted.chain(asked.settings.into_iter().flat_map(|who| &who.from));
        let Ok(people) = self.people() else { return Vec::new() };
        let roles: BTreeSet<Role> =
            wanted.filter(|role| people.has_role(person, **role, self.today)).copied().collect();
        roles.into_iter().collect()
    }

    /// Why somebody's agreement would not count, if it would not.
    pub fn would_refuse(&self, filed: &RecordFiles, person: &Person, role: Role) -> Option<String> {
        let asked = self.asked_of(filed, self.class_of(filed));
        let Ok(people) = self.people() else {
            return Some("nobody is known who may decide".to_owned());
        };
        if !people.has_role(person, role, self.today) {
            return Some(format!("you are no {} today", role.words()));
        }
        if !asked.terms.seats(asked.level).any(|seat| seat.roles.contains(&role)) {
            return Some(format!("a `{}` does not sign this", role.name()));
        }
        self.dependence(person, role, &asked).map(|(_, why)| why)
    }

    /// The class by which a record is judged.
    pub(super) fn class_of(&self, filed: &RecordFiles) -> Class {
        let named = filed.record.value.system.as_ref().and_then(|id| self.repo.system(&id.value));
        named.map_or(Class::High, |system| self.class(system))
    }
}
