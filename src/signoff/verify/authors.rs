//! Whether a record names everybody who wrote what it covers.

use std::collections::BTreeSet;

use crate::catalog::Class;
use crate::document::Spanned;
use crate::fact::Fact;
use crate::finding::Who;
use crate::ids::RecordId;
use crate::settings::people::People;
use crate::signoff::files::{Located, Record, RecordFiles};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::SignOffInputs;

/// What makes the history known.
const FETCH_HISTORY: &str = "fetch the history before the check: `fetch-depth: 0` of the checkout \
    step, or git fetch --unshallow";

/// Returns an author of the change's commits whom a record does not name. None where it names all.
pub(super) fn unnamed_author<'w>(
    record: &Record,
    wrote: &'w BTreeSet<String>,
    people: Option<&People>,
) -> Option<&'w String> {
    let named: BTreeSet<&str> = record.authors.iter().map(|author| author.as_str()).collect();
    wrote.iter().find(|author| {
        let is_named = named.iter().any(|name| name.eq_ignore_ascii_case(author));
        let person = people.and_then(|people| people.find(author));
        let is_known_person = person.is_some_and(|person| {
            named.contains(person.id.as_str())
                || person.emails.iter().any(|it| named.contains(it.as_str()))
        });
        !is_named && !is_known_person
    })
}

/// Returns that the history here does not say who wrote what something covers. None where it does.
pub(crate) fn unknown_authors<T>(
    inputs: &SignOffInputs<'_>,
    located: &Located<T>,
    id: &Spanned<RecordId>,
) -> Option<SignOffFlaw> {
    let Fact::Undecided(why) = inputs.commits else { return None };
    let text = format!("nobody can say who wrote what `{}` covers: {why}", id.value);
    let flaw = SignOffFlaw::at(SignOffProperty::Valid, located, id.span, text).undecided();
    Some(flaw.remedy(Who::Platform, FETCH_HISTORY))
}

/// Returns that an author of what a new record of a system covers cannot be told apart from its
/// signers: whoever wrote it is nobody in the list of people, or is named in no way that can be
/// read, or the history that says so is not here. None where all are known.
pub(super) fn unclear_authors(
    inputs: &SignOffInputs<'_>,
    record_files: &RecordFiles,
) -> Option<SignOffFlaw> {
    let located = &record_files.record;
    let id = &located.value.id;
    let undecided = |text: String, who: Who, remedy: &str| {
        let flaw = SignOffFlaw::at(SignOffProperty::Valid, located, id.span, text).undecided();
        Some(flaw.remedy(who, remedy))
    };
    if let Fact::Undecided(why) = inputs.authors_before(record_files) {
        let text = format!(
            "nobody can say who wrote what `{}` covers before this change: {why}",
            id.value
        );
        return undecided(text, Who::Platform, FETCH_HISTORY);
    }
    let wrote = inputs.change_authors(located);
    if wrote.has_unreadable {
        let text = format!(
            "a commit of this change that touches what `{}` covers names no author that can be \
             read",
            id.value
        );
        return undecided(text, Who::Author, "commit it again: git commit --amend --reset-author");
    }
    let is_strict = inputs.class_of(record_files) >= Class::High;
    let stranger = wrote.strangers.iter().next().filter(|_| is_strict)?;
    let text = format!(
        "`{stranger}` wrote some of what `{}` covers and is nobody in governance/people.yaml, so \
         nobody can say whether a signer wrote it",
        id.value
    );
    let remedy = format!(
        "whoever has the address `{stranger}`: give it under `emails` in governance/people.yaml, \
         or commit by an address that is there"
    );
    undecided(text, Who::Author, &remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signoff::testing::{people, record};

    #[test]
    fn every_author_is_named_by_id_or_address() {
        let people = people("- {id: ana, roles: [risk-lead], line: 2, emails: [a@b.example]}\n");
        let cases: [(&str, &[&str], Option<&str>); 7] = [
            ("[]", &[], None),
            ("[]", &["a@b.example"], Some("a@b.example")),
            ("[ana]", &["a@b.example"], None),
            ("[a@b.example]", &["ana"], None),
            ("[A@B.EXAMPLE]", &["a@b.example"], None),
            ("[ana]", &["a@b.example", "x@y.example"], Some("x@y.example")),
            ("[x@y.example]", &["x@y.example"], None),
        ];
        for (named, wrote, expected) in cases {
            let record = record("release", &format!("authors: {named}\n"));
            let wrote = wrote.iter().map(|it| (*it).to_owned()).collect();
            let found = unnamed_author(&record.value, &wrote, Some(&people));
            assert_eq!(found.map(String::as_str), expected, "{named} {wrote:?}");
        }
    }
}
