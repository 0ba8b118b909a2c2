//! A document that must be approved is not.

use std::collections::BTreeSet;

use crate::authorship::{Authored, CommitPart};
use crate::canonical::of_prose;
use crate::catalog::{Class, Role};
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::date::Date;
use crate::document::Document;
use crate::engine::{ByClass, Check, CheckResult, Context, Outcome, check, is_proven};
use crate::evidence::{Reading, adds_nothing, extent_of, says_approved, stated, stated_day};
use crate::fact::Fact;
use crate::finding::{Mend, MendStep, Problem, TextEdit, Who};
use crate::obligation::{StatedDay, Witness, read_before, sets};
use crate::part::{Part, Piece, Reason};
use crate::settings::people::{People, Person};
use crate::span::{At, Place};

pub(crate) const CHECK: Check =
    check(CheckId::DocumentUnapproved, "A document that must be approved is not", run)
        .controls(&["7.5", "5.2", "A.5.3"])
        .severity(ByClass::RISES_WITH_CLASS)
        .explained(include_str!("document_unapproved.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let must_be_approved = |it: &ReadDocument<'_>| !it.need.kind.approved_by.is_empty();
    let held = held(context, None).into_iter().filter(must_be_approved);
    held.map(|it| judge(context, it)).collect()
}

fn judge(context: &Context<'_>, held: ReadDocument<'_>) -> Outcome {
    let by = held.stated("approved-by");
    let status = held.stated("status");
    let place = by
        .as_ref()
        .or(status.as_ref())
        .map_or_else(|| held.reading.place(), |(_, place)| place.clone());
    let fail = |part: Part, text: String| {
        let problem =
            Problem::new(place.clone(), held.need.class, format!("{} {text}", held.named()))
                .due()
                .parts([Piece::from(part).formerly(text)]);
        let problem = problem.remedy(
            Who::SecondLine,
            "approve it: status, approved-by and approved-on in its \
                front matter",
        );
        Outcome::fail(held.subject(), problem)
    };
    if let Some((status, _)) = status.filter(|(status, _)| !says_approved(status)) {
        let part = Part::Entry { of: status.to_owned(), reason: "not-approved" };
        return fail(part, format!("is {status}, not approved"));
    }
    let Some((by, _)) = by else {
        return fail(Part::Reason("no-approver"), "does not say who approved it".to_owned());
    };
    let approved = |reason| Part::Entry { of: by.to_owned(), reason };
    // A label may hold both: `Approved by: dee, 2026-11-20`.
    let day = held.date("approved-on").map(|(day, _)| day).or_else(|| held.day_in(by));
    let Some(day) = day else {
        return fail(Part::Reason("no-day"), "does not say when it was approved".to_owned());
    };
    if day > context.today {
        let part = Part::Entry { of: day.to_string(), reason: "day-to-come" };
        return fail(part, format!("is approved on {day}, after today"));
    }
    let edited = other_words(context, &held);
    let owner = held.stated("owner").map(|(owner, _)| owner);
    let own = || fail(approved("own-owner"), format!("is approved by its own owner, {by}"));
    if owner.is_some_and(|owner| owner.trim() == by.trim()) {
        return own();
    }
    if let Fact::Known(people) = &context.governance.people {
        let Some(approver) = approver(people, by) else {
            let text = format!(
                "says `{by}` approved it, which is not an id or e-mail of governance/people.yaml, \
                 or says more than a role and a day beside it"
            );
            let called = only_called(people, by, context.today);
            let mend = called.and_then(|it| named_by_id(&place, held.document, by, it));
            return fail(approved("unknown-approver"), text).mended_by(mend);
        };
        if !approver.is_active(day) {
            let text = format!("is approved by {by}, who was not in office on {day}");
            return fail(approved("not-in-office"), text);
        }
        if let Some((reason, text)) = without_authority(&held, approver) {
            return fail(approved(reason), text);
        }
        if edited.is_some() && has_written(context, &held, approver) {
            let text = format!("is approved by {by}, who wrote it in this change");
            return fail(approved("own-work"), text);
        }
        // A document without an owner is its system's.
        let owner = owner.or(held.need.owner.as_deref()).and_then(|owner| person(people, owner));
        if owner.is_some_and(|(owner, _)| owner.id == approver.id) {
            return own();
        }
    }
    if let Some(outcome) = unshown(context, &held, by, day) {
        return outcome;
    }
    // An approval that the target branch has too is not of the words that are here now.
    let before = edited.and_then(|edited| edited.approved_on);
    if let Some(before) = before.filter(|before| day <= *before) {
        let text = format!("has other words than were approved on {before}");
        return fail(Part::Reason("other-words"), text);
    }
    Outcome::pass(held.subject())
}

/// Why somebody may not approve a document, if so: it takes one of the roles that its kind names,
/// and of class high a report on tests takes somebody who builds nothing.
fn without_authority(held: &ReadDocument<'_>, approver: &Person) -> Option<(Reason, String)> {
    let may = &held.need.kind.approved_by;
    let id = &approver.id.value;
    if !approver.roles.iter().any(|role| may.contains(role)) {
        let names: Vec<&str> = may.iter().map(|role| role.name()).collect();
        let text = format!("is approved by {id}, who is none of {}", names.join(", "));
        return Some(("no-role", text));
    }
    let builds =
        approver.roles.iter().any(|role| matches!(role, Role::Engineer | Role::EngineeringLead));
    let is_report = held.need.kind.id == "verification-validation-report";
    (is_report && builds && held.need.class >= Class::High)
        .then(|| ("builds-it", format!("is approved by {id}, who builds what it is about")))
}

/// What stood on the target branch where the change edits the words of a document: the day of its
/// approval there, where it states one.
struct OtherWords {
    approved_on: Option<Date>,
}

/// Returns what stood there before the change edited the words of a document. None where it says
/// the same, title aside; the documents of the target branch are read only for one that is edited.
fn other_words(context: &Context<'_>, held: &ReadDocument<'_>) -> Option<OtherWords> {
    let Fact::Known(against) = &context.against else { return None };
    if !against.sides.change.brings_content(&held.reading.path) {
        return None;
    }
    let words = |document: &Document, reading: &Reading| {
        of_prose(extent_of(document, reading).of(&document.source))
    };
    let Some((document, reading)) = read_before(&against.sides, held.need) else {
        return Some(OtherWords { approved_on: None });
    };
    if words(document, reading) == words(held.document, held.reading) {
        return None;
    }
    let approved_on = stated_day(document, reading, "approved-on").map(|(day, _)| day);
    Some(OtherWords { approved_on })
}

/// An approval that the change brings and that nothing shows: no commit of the approver, and no
/// approval on the forge or signature, which a document of class high takes. A document that is
/// new needs them in class high only.
fn unshown(context: &Context<'_>, held: &ReadDocument<'_>, by: &str, day: Date) -> Option<Outcome> {
    let Fact::Known(against) = &context.against else { return None };
    let Fact::Known(people) = &context.governance.people else { return None };
    let path = &held.reading.path;
    if !against.governance.is_adopted || !against.sides.change.brings_content(path) {
        return None;
    }
    let approver = approver(people, by)?;
    let takes_proof = held.need.class >= Class::High;
    let before = read_before(&against.sides, held.need).and_then(|(document, reading)| {
        let (by, _) = stated(document, reading, "approved-by")?;
        Some((person(people, by)?.0, stated_day(document, reading, "approved-on")?.0))
    });
    let is_new = before.is_none_or(|(who, last)| who.id != approver.id || last < day);
    if !is_new || (before.is_none() && !takes_proof) {
        return None;
    }
    let (written, place) = held.stated("approved-on").unwrap_or((by, held.reading.place()));
    let may = |person: &Person| person.id == approver.id;
    let sets = |was: Option<&Document>, is: &Document| sets("approved-on", written, was, is);
    let stated = StatedDay { path, may: &may, sets: &sets };
    let is_shown = if takes_proof {
        is_proven(context.signoffs, &stated)
    } else {
        context.signoffs.shows(&stated)
    };
    if is_shown {
        return None;
    }
    let id = &approver.id.value;
    let (text, remedy) = if takes_proof {
        (
            format!(
                "{} says that {id} approved it on {day}, and no approval of the change and no \
                 signature shows it",
                held.named()
            ),
            "approve the change on its forge at its newest commit, or sign a record that covers it",
        )
    } else {
        (
            format!(
                "{} says that {id} approved it on {day}, and nothing of {id} shows it",
                held.named()
            ),
            "commit that day yourself, or approve the change on its forge at its newest commit",
        )
    };
    let part = Part::Entry { of: by.to_owned(), reason: "unshown" };
    let problem = Problem::new(place, held.need.class, text)
        .due()
        .parts([Piece::from(part)])
        .waits_for([id.clone()])
        .remedy(Who::Signers, remedy);
    Some(Outcome::new(held.subject(), CheckResult::Waiting(Box::new(problem))))
}

/// Whether nobody but the approver touched a document in this change.
fn has_written(context: &Context<'_>, held: &ReadDocument<'_>, approver: &Person) -> bool {
    let commits = context.signoffs.commits.known().map_or(&[][..], Vec::as_slice);
    let mut own = commits.iter().filter(|it| it.paths.contains(&held.reading.path)).peekable();
    let is_by = |commit: &Authored| {
        let mut authors = commit.authors.iter().filter(|it| it.part != CommitPart::PassedOn);
        authors.any(|author| approver.is_author(author))
    };
    own.peek().is_some() && own.all(is_by)
}

/// Who is named first in a text, and what it says further: `dee (risk lead), 2026-11-20`.
fn person<'p, 't>(people: &'p People, text: &'t str) -> Option<(&'p Person, &'t str)> {
    let text = text.trim();
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | '<'))
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    Some((people.find(name)?, rest))
}

/// Who approved, where nothing but a day and a part follows the name.
fn approver<'p>(people: &'p People, text: &str) -> Option<&'p Person> {
    let (person, rest) = person(people, text)?;
    adds_nothing(rest).then_some(person)
}

/// The one person of today whose id or address is made of a name, `Rita Sato`: `rita`,
/// `rita-sato` or `rita.sato@...`.
fn only_called<'p>(people: &'p People, name: &str, today: Date) -> Option<&'p Person> {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    let is_word = |word: &String| word.chars().all(char::is_alphabetic);
    let (first, last) = (words.first()?, words.last()?);
    if words.len() > 3 || !words.iter().all(is_word) {
        return None;
    }
    let own: BTreeSet<String> =
        [first.clone(), last.clone(), words.join("-"), words.join("."), words.join("_")].into();
    let is_called = |person: &&Person| {
        let local = |email: &String| email.split('@').next().map(str::to_lowercase);
        person.is_active(today)
            && (own.contains(&person.id.value.to_lowercase())
                || person.emails.iter().filter_map(local).any(|name| own.contains(&name)))
    };
    let mut called = people.people.iter().filter(is_called);
    called.next().filter(|_| called.next().is_none())
}

/// Puts the id of a person where the document names the person and says nothing else.
fn named_by_id(place: &Place, document: &Document, by: &str, person: &Person) -> Option<Mend> {
    let At::Bytes(span) = place.at else { return None };
    let is_alone = span.of(&document.source).trim_matches(['"', '\'']) == by;
    let edit = TextEdit { span, text: person.id.value.to_string() };
    is_alone.then(|| Mend::new(place.path.clone(), MendStep::Edit(vec![edit])))
}
