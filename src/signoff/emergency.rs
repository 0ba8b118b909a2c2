//! Emergencies: permission to go on without some sign-offs, for at most three days, for exactly
//! this content.

use std::collections::BTreeSet;

use super::court::SignOffEvaluator;
use super::flaw::{SignOffFlaw, SignOffProperty};
use super::ledger::Located;
use super::record::{Emergency, Statement};
use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::date::Date;
use crate::evidence::is_placeholder;
use crate::settings::gate::Decision;
use crate::settings::register::System;
use crate::span::RepoPath;

/// The longest an emergency may last.
const LONGEST_HOURS: i64 = 72;

/// An emergency that counts today.
#[derive(Clone, Debug)]
pub struct GrantedEmergency {
    pub id: String,
    pub system: String,
    pub because: String,
    /// The checks it passes over.
    pub skips: Vec<CheckId>,
    /// The files whose content it is for.
    pub files: Vec<String>,
    pub by: String,
    pub until: Date,
    pub owner: String,
    pub due: Date,
}

impl<'a> SignOffEvaluator<'a> {
    /// The emergencies that count today, and what is wrong with those that do not.
    pub fn emergencies(
        &self,
        may_skip: &dyn Fn(CheckId) -> bool,
    ) -> (Vec<GrantedEmergency>, Vec<(&'a Located<Emergency>, SignOffFlaw)>) {
        let mut granted = Vec::new();
        let mut refused = Vec::new();
        for (held, statements) in &self.store.emergencies {
            // What is over is history.
            if !held.is_new && held.value.until.value.date() < self.today {
                continue;
            }
            match self.grants(held, statements, may_skip) {
                Ok(it) => granted.push(it),
                // One that was merged and no longer fits what is here is over.
                Err(flaw) if held.is_new => refused.push((held, *flaw)),
                Err(_) => {}
            }
        }
        (granted, refused)
    }

    /// The files of a system's content that are other than on the target branch.
    pub fn moved(&self, system: &System) -> Vec<String> {
        let Some((_, tip)) = self.tip else { return Vec::new() };
        let content = self.items(system);
        let files: BTreeSet<&RepoPath> = content.iter().map(|item| &item.place.path).collect();
        let is_other = |path: &&&RepoPath| {
            self.digests.at(tip, path) != self.digests.at(self.repo.view.snapshot, path)
        };
        files.iter().filter(is_other).map(ToString::to_string).collect()
    }

    fn grants(
        &self,
        held: &'a Located<Emergency>,
        statements: &'a [Located<Statement>],
        may_skip: &dyn Fn(CheckId) -> bool,
    ) -> Result<GrantedEmergency, Box<SignOffFlaw>> {
        let it = &held.value;
        let refuse = |span, text: String| {
            Err(Box::new(SignOffFlaw::at(SignOffProperty::Valid, held, span, text)))
        };
        if !self.rules().repositories.contains(&it.repository.value) {
            return refuse(
                it.repository.span,
                format!("it was granted for the repository `{}`", it.repository.value),
            );
        }
        if is_placeholder(&it.because.value) {
            return refuse(it.because.span, "`because` does not say why".to_owned());
        }
        if let Some(skip) = it.skips.iter().find(|skip| !skip.id().is_some_and(may_skip)) {
            return refuse(skip.span, format!("`{}` is never passed over", skip.value));
        }
        let (from, until) = (it.from.value, it.until.value);
        if from.hours_until(until) > LONGEST_HOURS || until <= from {
            return refuse(
                it.until.span,
                format!("an emergency lasts {LONGEST_HOURS} hours at most"),
            );
        }
        if self.today < from.date() || until.date() < self.today {
            return refuse(it.until.span, format!("it holds from {from} until {until}"));
        }
        if it.covers.is_empty() {
            return refuse(it.id.span, "`covers` names no file".to_owned());
        }
        for file in &it.covers {
            let now =
                self.digests.at(self.repo.view.snapshot, &RepoPath::from(file.path.value.as_str()));
            if now != Some(Ok(file.sha256.value.clone())) {
                return refuse(
                    file.path.span,
                    format!("`{}` is not what it was granted for", file.path.value),
                );
            }
        }
        let name = &it.granted_by.value;
        let people = self.people()?;
        let person = people
            .people
            .iter()
            .find(|person| person.id.value == *name && people.is_outermost(person));
        let Some(person) =
            person.filter(|person| person.may_grant_emergency && person.line.value != 3)
        else {
            let text = format!(
                "`{name}` may not grant an emergency (`may-grant-emergency: true` \
                in people.yaml)"
            );
            return refuse(it.granted_by.span, text);
        };
        if !person.is_active(from.date()) || (held.is_new && !person.is_active(self.today)) {
            return refuse(it.granted_by.span, format!("`{name}` is not among the people"));
        }
        if let Some(flaw) = self.unknown_authors(held, &it.id) {
            return Err(Box::new(flaw));
        }
        let commits = self.commits.known().into_iter().flatten();
        let wrote =
            |path: &RepoPath| it.covers.iter().any(|file| file.path.value == path.to_string());
        let mut authors = commits
            .filter(|commit| commit.paths.iter().any(wrote))
            .flat_map(|commit| &commit.authors);
        if authors.any(|author| person.is_called(author)) {
            return refuse(it.granted_by.span, format!("`{name}` is an author of what it is for"));
        }
        let said = statements.iter().find(|statement| statement.value.signer.value == *name);
        let Some(said) = said
            .filter(|said| said.value.agree.value && said.value.record.sha256.value == held.sha256)
        else {
            return refuse(it.granted_by.span, format!("`{name}` has not signed it as it is"));
        };
        let asked = self.asked(Decision::RuleChange, Class::High, None, Default::default());
        self.proof(said, person, said.value.signed_on.value, &asked)?;
        Ok(GrantedEmergency {
            id: it.id.value.clone(),
            system: it.system.value.clone(),
            because: it.because.value.clone(),
            skips: it.skips.iter().filter_map(|skip| skip.id()).collect(),
            files: it.covers.iter().map(|file| file.path.value.clone()).collect(),
            by: name.clone(),
            until: until.date(),
            owner: it.follow_up.owner.value.clone(),
            due: it.follow_up.due.value,
        })
    }
}
