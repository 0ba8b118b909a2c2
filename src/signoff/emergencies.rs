//! Which emergencies count: permission to go on without some sign-offs, for at most three days, for
//! exactly this content.

use std::collections::BTreeSet;

use super::files::{Emergency, EmergencyFile, Located, Statement};
use super::flaw::{SignOffFlaw, SignOffProperty};
use super::inputs::SignOffInputs;
use super::proof::proof;
use super::scope::{CoveredItem, ItemForm, is_pattern};
use super::verify::unknown_authors;
use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::date::Date;
use crate::evidence::is_placeholder;
use crate::fact::Fact;
use crate::ids::{PersonId, RecordId, SystemId};
use crate::settings::covers;
use crate::settings::gate::Decision;
use crate::settings::people::Person;
use crate::settings::register::System;
use crate::snapshot::Snapshot;
use crate::span::{RepoPath, Span};

/// The longest an emergency may last.
const LONGEST_HOURS: i64 = 72;

/// An emergency that counts today.
#[derive(Clone, Debug)]
pub(crate) struct GrantedEmergency {
    pub(crate) id: RecordId,
    pub(crate) system: SystemId,
    pub(crate) because: String,
    /// The checks it passes over.
    pub(crate) skips: Vec<CheckId>,
    /// The files whose content it is for, and patterns over such.
    pub(crate) files: Vec<String>,
    pub(crate) by: PersonId,
    pub(crate) until: Date,
    pub(crate) owner: String,
    pub(crate) due: Date,
}

/// Returns the emergencies that count today, and what is wrong with those that do not. `may_skip`
/// says which checks an emergency may pass over.
pub(crate) fn emergencies<'a>(
    inputs: &SignOffInputs<'a>,
    may_skip: &dyn Fn(CheckId) -> bool,
) -> (Vec<GrantedEmergency>, Vec<(&'a Located<Emergency>, SignOffFlaw)>) {
    let mut granted = Vec::new();
    let mut refused = Vec::new();
    for (located, statements) in &inputs.store.emergencies {
        // What is over is history.
        if !located.is_new && located.value.until.value.date() < inputs.today {
            continue;
        }
        match check(inputs, located, statements, may_skip) {
            Ok(()) => granted.push(GrantedEmergency::of(&located.value)),
            // One that was merged and no longer fits what is here is over.
            Err(flaw) if located.is_new => refused.push((located, *flaw)),
            Err(_) => {}
        }
    }
    (granted, refused)
}

/// Returns the files of a system's content that are other than on the target branch, or gone: of
/// each covered piece that differs, those that make the difference.
pub(crate) fn changed_files(inputs: &SignOffInputs<'_>, system: &System) -> Vec<String> {
    let Some((_, tip)) = inputs.tip else { return Vec::new() };
    let (before, now) = (inputs.items_of_tip(system), inputs.items(system));
    let mut changed = BTreeSet::new();
    for (items, others) in [(before, now), (now, before)] {
        let known: BTreeSet<_> = others.iter().map(|it| (it.form.label(), &it.digest)).collect();
        for item in items {
            if item.digest.is_err() || !known.contains(&(item.form.label(), &item.digest)) {
                changed.extend(differing(inputs, item, tip));
            }
        }
    }
    changed.into_iter().collect()
}

/// Returns the files in which a covered piece differs between the target branch and the judged
/// content. A piece that differs in no file is named itself: no emergency names it.
fn differing(inputs: &SignOffInputs<'_>, item: &CoveredItem, tip: &dyn Snapshot) -> Vec<String> {
    let judged = inputs.repo.view.snapshot;
    let is_other =
        |path: &RepoPath| inputs.digests.at(tip, path) != inputs.digests.at(judged, path);
    let mut paths: BTreeSet<&RepoPath> = BTreeSet::from([&item.place.path]);
    let stated = match &item.form {
        ItemForm::Risk { .. } => None,
        ItemForm::File { path } | ItemForm::Section { path, .. } => Some(path.as_str()),
    };
    let stated_path = stated.filter(|path| !is_pattern(path)).map(RepoPath::from);
    paths.extend(&stated_path);
    if let Some(pattern) = stated.filter(|path| is_pattern(path)) {
        let set = covers([(&RepoPath::root(), pattern)]);
        let entries = tip.entries().iter().chain(judged.entries()).map(|entry| &entry.path);
        paths.extend(entries.filter(|path| set.is_match(path.to_string())));
    }
    let found: Vec<String> =
        paths.into_iter().filter(|path| is_other(path)).map(ToString::to_string).collect();
    // What a model consists of are pieces of their own.
    if found.is_empty() && !item.is_role { vec![item.name()] } else { found }
}

impl GrantedEmergency {
    /// Whether it is for a file or a pattern, where these files differ: it names the file, or a
    /// pattern that the file lies under, or each file that differs under the pattern.
    pub(crate) fn is_for(&self, path: &str, differing: &[String]) -> bool {
        let lies_under = |path: &str, pattern: &str| {
            is_pattern(pattern) && covers([(&RepoPath::root(), pattern)]).is_match(path)
        };
        let is_named =
            |path: &str| self.files.iter().any(|file| file == path || lies_under(path, file));
        let mut under = differing.iter().filter(|file| lies_under(file, path)).peekable();
        is_named(path) || (under.peek().is_some() && under.all(|file| is_named(file)))
    }

    fn of(emergency: &Emergency) -> Self {
        Self {
            id: emergency.id.value.clone(),
            system: emergency.system.value.clone(),
            because: emergency.because.value.clone(),
            skips: emergency.skips.iter().filter_map(|skip| skip.id()).collect(),
            files: emergency.covers.iter().map(|file| file.path.value.clone()).collect(),
            by: emergency.granted_by.value.clone(),
            until: emergency.until.value.date(),
            owner: emergency.follow_up.owner.value.clone(),
            due: emergency.follow_up.due.value,
        }
    }
}

/// A reason against an emergency, and the span it is about.
type EmergencyRefusal = (Span, String);

/// Checks that an emergency counts today.
fn check(
    inputs: &SignOffInputs<'_>,
    located: &Located<Emergency>,
    statements: &[Located<Statement>],
    may_skip: &dyn Fn(CheckId) -> bool,
) -> Result<(), Box<SignOffFlaw>> {
    let flaw = |(span, text): EmergencyRefusal| {
        Box::new(SignOffFlaw::at(SignOffProperty::Valid, located, span, text))
    };
    let emergency = &located.value;
    check_content(inputs, emergency, may_skip).map_err(flaw)?;
    let people = inputs.people()?;
    let name = &emergency.granted_by;
    let mut all = people.people.iter();
    let person = all.find(|person| person.id == *name && people.is_outermost(person));
    let person = check_grantor(inputs, located, person).map_err(flaw)?;
    if let Some(unknown) = unknown_authors(inputs, located, &emergency.id) {
        return Err(Box::new(unknown));
    }
    check_author(inputs, emergency, person).map_err(flaw)?;
    let statement = statements.iter().find(|statement| statement.value.signer == *name);
    let statement = statement.filter(|statement| {
        statement.value.agree.value && statement.value.record.sha256.value == located.sha256
    });
    let Some(statement) = statement else {
        return Err(flaw((name.span, format!("`{}` has not signed it as it is", name.value))));
    };
    let required = inputs.required(Decision::RuleChange, Class::High, None, BTreeSet::new());
    proof(inputs, statement, person, statement.value.signed_on.value, &required).map(drop)
}

/// Checks what an emergency says: for this repository, why, how long, and for the content that is
/// here.
fn check_content(
    inputs: &SignOffInputs<'_>,
    emergency: &Emergency,
    may_skip: &dyn Fn(CheckId) -> bool,
) -> Result<(), EmergencyRefusal> {
    let repository = &emergency.repository;
    if !inputs.rules().repositories.contains(&repository.value) {
        let text = format!("it was granted for the repository `{}`", repository.value);
        return Err((repository.span, text));
    }
    if is_placeholder(&emergency.because.value) {
        return Err((emergency.because.span, "`because` does not say why".to_owned()));
    }
    if let Some(skip) = emergency.skips.iter().find(|skip| !skip.id().is_some_and(may_skip)) {
        return Err((skip.span, format!("`{}` is never passed over", skip.value)));
    }
    check_term(emergency, inputs.today)?;
    if emergency.covers.is_empty() {
        return Err((emergency.id.span, "`covers` names no file".to_owned()));
    }
    for file in &emergency.covers {
        let name = &file.path.value;
        if file.sha256.is_some() == file.gone {
            let text = format!("of `{name}` it says either its `sha256` or `gone: true`");
            return Err((file.path.span, text));
        }
        if file.gone && is_pattern(name) {
            let text = format!("`{name}` is a pattern; each file that is gone is named");
            return Err((file.path.span, text));
        }
        if !is_as_granted(inputs, &emergency.system.value, file) {
            return Err((file.path.span, format!("`{name}` is not what it was granted for")));
        }
    }
    Ok(())
}

/// Whether a file is as an emergency names it: with this content, or gone. A pattern has the digest
/// of its files that a record has.
fn is_as_granted(inputs: &SignOffInputs<'_>, system: &SystemId, file: &EmergencyFile) -> bool {
    let snapshot = inputs.repo.view.snapshot;
    let path = RepoPath::from(file.path.value.as_str());
    let Some(sha256) = &file.sha256 else { return snapshot.entry(&path).is_none() };
    if !is_pattern(&file.path.value) {
        return inputs.digests.is_at(snapshot, &path, &sha256.value);
    }
    // A file may be called as a pattern is.
    if snapshot.entry(&path).is_some() {
        return false;
    }
    let items = inputs.repo.system(system).map_or(&[][..], |system| inputs.items(system));
    let is_it = |form: &ItemForm| *form == ItemForm::File { path: file.path.value.clone() };
    items.iter().any(|item| is_it(&item.form) && item.is_digest(&sha256.value))
}

/// Checks that an emergency is short and holds today.
fn check_term(emergency: &Emergency, today: Date) -> Result<(), EmergencyRefusal> {
    let (from, until) = (emergency.from.value, emergency.until.value);
    if from.hours_until(until) > LONGEST_HOURS || until <= from {
        let text = format!("an emergency lasts {LONGEST_HOURS} hours at most");
        return Err((emergency.until.span, text));
    }
    if today < from.date() || until.date() < today {
        return Err((emergency.until.span, format!("it holds from {from} until {until}")));
    }
    Ok(())
}

/// Returns the person who granted an emergency, if that person may.
fn check_grantor<'p>(
    inputs: &SignOffInputs<'_>,
    located: &Located<Emergency>,
    person: Option<&'p Person>,
) -> Result<&'p Person, EmergencyRefusal> {
    let emergency = &located.value;
    let name = &emergency.granted_by;
    let Some(person) = person.filter(|it| it.may_grant_emergency && it.line.value != 3) else {
        let text = format!(
            "`{}` may not grant an emergency (`may-grant-emergency: true` in people.yaml)",
            name.value
        );
        return Err((name.span, text));
    };
    let is_active_now = !located.is_new || person.is_active(inputs.today);
    if !person.is_active(emergency.from.value.date()) || !is_active_now {
        return Err((name.span, format!("`{}` is not among the people", name.value)));
    }
    Ok(person)
}

/// Checks that a person wrote none of the content of an emergency, in this change or as a draft
/// before it.
fn check_author(
    inputs: &SignOffInputs<'_>,
    emergency: &Emergency,
    person: &Person,
) -> Result<(), EmergencyRefusal> {
    let name = &emergency.granted_by;
    let paths = || emergency.covers.iter().map(|file| file.path.value.as_str());
    let drafted = inputs.drafted_at(paths());
    if let Fact::Undecided(why) = &drafted {
        let text = format!("nobody can say who wrote what it is for: {why}");
        return Err((name.span, text));
    }
    let drafted = drafted.known().map(|who| &who.names);
    let wrote = inputs.wrote_at(paths());
    let is_strict = inputs.class_of_rules() >= Class::High;
    if let Some(stranger) = wrote.strangers.iter().next().filter(|_| is_strict) {
        let text = format!(
            "`{stranger}` wrote some of what it is for and is nobody in governance/people.yaml"
        );
        return Err((name.span, text));
    }
    if wrote.names.iter().chain(drafted.into_iter().flatten()).any(|id| id == person.id.as_str()) {
        return Err((name.span, format!("`{}` is an author of what it is for", name.value)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;
    use crate::settings::read;

    #[test]
    fn an_emergency_is_short_and_holds_today() {
        let cases = [
            ("2026-11-21T08:00:00Z", "2026-11-23T08:00:00Z", "2026-11-22", None),
            ("2026-11-20T08:00:00Z", "2026-11-23T08:00:00Z", "2026-11-22", None),
            ("2026-11-20T08:00:00Z", "2026-11-23T08:00:01Z", "2026-11-22", Some("an emergency")),
            ("2026-11-22T08:00:00Z", "2026-11-22T08:00:00Z", "2026-11-22", Some("an emergency")),
            ("2026-11-21T08:00:00Z", "2026-11-22T08:00:00Z", "2026-11-23", Some("it holds from")),
            ("2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z", "2026-11-22", Some("it holds from")),
        ];
        for (from, until, today, expected) in cases {
            let text = format!(
                "schema: aimsgate/1\nrepository: example.com/a\nid: e-1\nsystem: s\n\
                 because: It burns.\nskips: [sign-off-void]\ncovers: []\n\
                 follow-up: {{owner: ana, due: 2026-12-01}}\ngranted-by: ana\n\
                 from: {from}\nuntil: {until}\n"
            );
            let emergency: Emergency = read(&parse("e-1.yaml".into(), text.into_bytes())).unwrap();
            let found = check_term(&emergency, today.parse().unwrap());
            let text = found.err().map(|(_, text)| text).unwrap_or_default();
            assert_eq!(text.is_empty(), expected.is_none(), "{from} {until} {today}: {text}");
            assert!(text.starts_with(expected.unwrap_or_default()), "{text}");
        }
    }
}
