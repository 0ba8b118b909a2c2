//! Whether somebody the target branch entitles signed for what a change loosens.

use std::collections::BTreeSet;

use super::court::SignOffEvaluator;
use super::flaw::{SignOffFlaw, SignOffProperty};
use super::ledger::RecordFiles;
use super::signer::{Benefits, RequiredSigners, Signatures};
use crate::catalog::Class;
use crate::settings::gate::Decision;
use crate::settings::people::Person;
use crate::settings::waiver::Waiver;
use crate::span::RepoPath;

/// A file before and after the change, by the digest of its content; nothing where it is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplacedFile {
    pub path: RepoPath,
    pub from: Option<String>,
    pub to: Option<String>,
}

/// What was decided about something that a change loosens.
pub enum Clearance<'a> {
    /// A record clears it.
    Cleared(&'a RecordFiles),
    /// A record is about it and does not count, or not yet.
    Refused(&'a RecordFiles, Vec<SignOffFlaw>),
    /// No record is about it; these people could sign one.
    Nothing(Vec<String>),
}

impl<'a> SignOffEvaluator<'a> {
    /// What was decided about a change of trusted files. `favours` says what of it gives somebody
    /// more.
    pub fn rule_change(&self, files: &[ReplacedFile], favours: Benefits<'_>) -> Clearance<'a> {
        let binds = |filed: &RecordFiles, it: &ReplacedFile| {
            let base = filed.record.path.parent().parent().parent();
            filed.record.value.files.iter().any(|file| {
                let text = |it: &Option<crate::document::Spanned<String>>| {
                    it.as_ref().map(|it| it.value.clone())
                };
                let named = [
                    base.join(&file.path.value).ok(),
                    Some(RepoPath::from(file.path.value.as_str())),
                ];
                named.contains(&Some(it.path.clone()))
                    && text(&file.from) == it.from
                    && text(&file.to) == it.to
            })
        };
        let is_about = |filed: &RecordFiles| {
            !files.is_empty() && files.iter().all(|it| it.from != it.to && binds(filed, it))
        };
        self.clearance(Decision::RuleChange, Class::High, is_about, favours)
    }

    /// A file before and after the change.
    pub fn replaced(&self, path: &RepoPath) -> ReplacedFile {
        let digest =
            |snapshot| self.digests.at(snapshot, path).map(|it| it.unwrap_or_else(|why| why));
        let from = self.tip.and_then(|(_, snapshot)| digest(snapshot));
        ReplacedFile { path: path.clone(), from, to: digest(self.repo.view.snapshot) }
    }

    /// What was decided about a waiver that a change adds. It favours whoever asked for it.
    pub fn waiver(&self, waiver: &Waiver) -> Clearance<'a> {
        let asked = &waiver.requested_by.value;
        let favours = |person: &Person| {
            (person.id.value == *asked || person.emails.contains(asked)).then(|| {
                "a waiver asked \
                for"
                .to_owned()
            })
        };
        self.rule_change(&[self.replaced(&waiver.file)], &favours)
    }

    /// What was decided about a duty that a change lowers.
    pub fn classification(
        &self,
        system: Option<&str>,
        class: Class,
        duty: &str,
        from: &str,
        to: &str,
    ) -> Clearance<'a> {
        // What must not be used at all becomes nothing else by a signature.
        if class == Class::Prohibited {
            return Clearance::Nothing(Vec::new());
        }
        let is_about = |filed: &RecordFiles| {
            let record = &filed.record.value;
            record.system.as_ref().map(|it| it.value.as_str()) == system
                && record
                    .changes
                    .iter()
                    .any(|it| it.duty.value == duty && it.from.value == from && it.to.value == to)
        };
        self.clearance(Decision::Classification, class, is_about, &|_| None)
    }

    /// A record counts in the change that adds it, and in no other.
    fn clearance(
        &self,
        decision: Decision,
        class: Class,
        is_about: impl Fn(&RecordFiles) -> bool,
        favours: Benefits<'_>,
    ) -> Clearance<'a> {
        let mut refused = None;
        let records = self.store.records.values();
        let meant = records
            .filter(|filed| filed.record.value.decision.value == decision && filed.record.is_new);
        for filed in meant.filter(|filed| is_about(filed)) {
            let asked = RequiredSigners { favours: Some(favours), ..self.asked_of(filed, class) };
            let mut signatures = self.signatures(filed, &asked);
            self.all_others(&mut signatures, &asked);
            let mut flaws = self.form(filed);
            flaws.extend(self.end(filed, &signatures, &asked));
            flaws.extend(super::court::unsigned(&filed.record, signatures));
            if flaws.is_empty() {
                return Clearance::Cleared(filed);
            }
            refused = Some((filed, flaws));
        }
        match refused {
            Some((filed, flaws)) => Clearance::Refused(filed, flaws),
            None => {
                let asked = RequiredSigners {
                    favours: Some(favours),
                    ..self.asked(decision, class, None, BTreeSet::new())
                };
                let mut signatures = Signatures::default();
                self.all_others(&mut signatures, &asked);
                Clearance::Nothing(self.who_could(signatures, &asked))
            }
        }
    }

    /// Where nobody entitled is left, all other people together decide.
    fn all_others(&self, signatures: &mut Signatures<'a>, asked: &RequiredSigners<'_>) {
        if signatures.is_complete() || !self.who_could(Signatures::default(), asked).is_empty() {
            return;
        }
        let Ok(people) = self.people() else { return };
        let may = |person: &&Person| {
            person.is_active(self.today)
                && person.line.value != 3
                && people.is_outermost(person)
                && person.roles.iter().any(|role| self.dependence(person, *role, asked).is_none())
        };
        let others: Vec<&Person> = people.people.iter().filter(may).collect();
        let missing: Vec<String> = others
            .iter()
            .filter(|person| !signatures.signers.iter().any(|signer| signer.person.id == person.id))
            .map(|person| person.id.value.clone())
            .collect();
        if others.len() > 1 && missing.is_empty() {
            signatures.missing.clear();
            signatures.people.clear();
        } else if !missing.is_empty() && others.len() > 1 {
            signatures.missing =
                vec![format!("all others, for nobody entitled is left: {}", missing.join(", "))];
            signatures.people = missing;
        }
    }
}

/// What a finding says of a record that is about it and does not count.
pub fn words(filed: &RecordFiles, flaws: &[SignOffFlaw]) -> String {
    let first = flaws.first().map_or("", |flaw| flaw.text.as_str());
    format!("the record `{}` does not clear it: {first}", filed.record.value.id.value)
}

/// Whether nothing but signatures is missing.
pub fn is_waiting(flaws: &[SignOffFlaw]) -> bool {
    flaws.iter().all(|flaw| flaw.property == SignOffProperty::Signers)
}
