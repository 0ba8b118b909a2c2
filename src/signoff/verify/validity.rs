//! Whether a record says what it must.

use super::authors::{unclear_authors, unknown_authors, unnamed_author};
use crate::evidence::is_placeholder;
use crate::finding::Who;
use crate::ids::PersonId;
use crate::settings::people::People;
use crate::signoff::files::{Located, Record, RecordFiles};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::SignOffInputs;
use crate::signoff::terms::is_fresh;
use crate::span::Span;

/// Conditions that a record may have.
const MOST_CONDITIONS: usize = 3;

/// Returns what a record does not say, or may not.
pub(crate) fn validity_flaws(
    inputs: &SignOffInputs<'_>,
    record_files: &RecordFiles,
) -> Vec<SignOffFlaw> {
    let located = &record_files.record;
    let record = &located.value;
    let people = inputs.governance.people.known();
    let mut wrong: Vec<(Span, String)> = Vec::new();
    wrong.extend(other_repository(record, &inputs.rules().repositories));
    if is_placeholder(&record.because.value) || record.because.value.trim().is_empty() {
        wrong.push((record.because.span, "`because` does not say why yet".to_owned()));
    }
    wrong.extend(unclear_conditions(record, people));
    let is_fresh = is_fresh(record_files);
    if is_fresh {
        let owners = inputs.system_of(record).map(|system| inputs.owners(system));
        wrong.extend(other_owner(record, owners.as_deref()));
        wrong.extend(impossible_day(inputs, record));
        let wrote = inputs.change_authors(located);
        wrong.extend(unnamed_author(record, &wrote.names, people).map(|unnamed| {
            let text = format!(
                "`{unnamed}` wrote some of what the record covers and is not among its `authors`"
            );
            (record.id.span, text)
        }));
    }
    let mut flaws: Vec<SignOffFlaw> =
        wrong.into_iter().map(|(span, text)| invalid(located, span, text)).collect();
    if is_fresh {
        flaws.extend(unknown_authors(inputs, located, &record.id));
        flaws.extend(unclear_authors(inputs, record_files));
    }
    flaws
}

/// Returns that a record names somebody else as the system's owner than the register. None where it
/// names nobody else; `owners` is None where it is about no system that is here.
fn other_owner(record: &Record, owners: Option<&[PersonId]>) -> Option<(Span, String)> {
    let named = record.owner.as_ref()?;
    let (id, owners) = (&named.value, owners?);
    let text = match owners.first() {
        Some(owner) => format!("the record says that `{id}` owns the system; `{owner}` does"),
        None => format!("the record says that `{id}` owns the system, whose owner is nobody here"),
    };
    (!owners.contains(id)).then_some((named.span, text))
}

/// Returns that a record cannot be of the day it says: one that is to come, or one before somebody
/// signed the record whose place it takes.
fn impossible_day(inputs: &SignOffInputs<'_>, record: &Record) -> Option<(Span, String)> {
    let made = record.prepared_on.as_ref()?;
    let day = made.value;
    if day > inputs.today.plus_days(1) {
        return Some((made.span, format!("the record was prepared on {day}, which is to come")));
    }
    let replaced = inputs.store.records.get(record.replaces.as_ref()?.as_str())?;
    let statements = replaced.statements.iter().filter(|statement| !statement.is_new);
    let last = statements.map(|statement| statement.value.signed_on.value).max()?;
    let text = format!(
        "the record was prepared on {day}, before the one it replaces was signed, on {last}"
    );
    (day.plus_days(1) < last).then_some((made.span, text))
}

fn invalid(located: &Located<Record>, span: Span, text: String) -> SignOffFlaw {
    let remedy = "write a new record: one that was merged or signed is not edited";
    SignOffFlaw::at(SignOffProperty::Valid, located, span, text).remedy(Who::Author, remedy)
}

/// Returns the place and the text of the flaw where a record names none of `repositories`, or where
/// they are unknown, so that it could be of any. None where it names one.
fn other_repository(record: &Record, repositories: &[String]) -> Option<(Span, String)> {
    let named = &record.repository;
    if repositories.is_empty() {
        let text = "governance/gate.yaml does not say what the `repository` is called, so a record \
            could be of any";
        return Some((named.span, text.to_owned()));
    }
    let text = format!("the record was made for the repository `{}`", named.value);
    (!repositories.contains(&named.value)).then_some((named.span, text))
}

/// Returns which conditions are too many, do not say what must be done, or have an unknown owner.
fn unclear_conditions(record: &Record, people: Option<&People>) -> Vec<(Span, String)> {
    let mut wrong = Vec::new();
    if let Some(first) = record.conditions.get(MOST_CONDITIONS) {
        let text = format!(
            "there are more than {MOST_CONDITIONS} conditions; what needs so many is not decided \
             yet"
        );
        wrong.push((first.id.span, text));
    }
    for condition in &record.conditions {
        let id = &condition.id.value;
        if is_placeholder(&condition.must.value) {
            let text = format!("condition `{id}` does not say what must be done");
            wrong.push((condition.must.span, text));
        }
        let owner = &condition.owner;
        if people.is_some_and(|people| people.find(&owner.value).is_none()) {
            let text = format!("`{}`, who owns condition `{id}`, is nobody here", owner.value);
            wrong.push((owner.span, text));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signoff::testing::{people, record};

    #[test]
    fn a_record_is_of_this_repository() {
        let record = record("release", "");
        let cases: [(&[&str], Option<&str>); 3] = [
            (&["example.com/team/name"], None),
            (&["example.com/other"], Some("the record was made for the repository `example.com")),
            (&[], Some("governance/gate.yaml does not say")),
        ];
        for (repositories, expected) in cases {
            let repositories: Vec<String> =
                repositories.iter().map(|it| (*it).to_owned()).collect();
            let found = other_repository(&record.value, &repositories);
            assert_eq!(found.is_some(), expected.is_some(), "{repositories:?}");
            let text = found.map(|(_, text)| text).unwrap_or_default();
            assert!(text.starts_with(expected.unwrap_or_default()), "{text}");
        }
    }

    #[test]
    fn a_condition_says_what_and_who() {
        let people = people("- {id: ana, roles: [risk-lead], line: 2}\n");
        let condition = |id: u8, must: &str, owner: &str| {
            format!("- {{id: C-{id}, must: {must}, owner: {owner}, due: 2027-01-01}}\n")
        };
        let four: String = (1..=4).map(|id| condition(id, "Train them.", "ana")).collect();
        let cases: [(String, &[&str]); 4] = [
            (condition(1, "Train them.", "ana"), &[]),
            (condition(1, "TODO", "ana"), &["condition `C-1` does not say what must be done"]),
            (
                condition(1, "Train them.", "zoe"),
                &["`zoe`, who owns condition `C-1`, is nobody here"],
            ),
            (four, &["there are more than 3 conditions; what needs so many is not decided yet"]),
        ];
        for (conditions, expected) in cases {
            let record = record("release", &format!("conditions:\n{conditions}"));
            let found = unclear_conditions(&record.value, Some(&people));
            let texts: Vec<String> = found.into_iter().map(|(_, text)| text).collect();
            assert_eq!(texts, expected, "{conditions}");
        }
    }
}
