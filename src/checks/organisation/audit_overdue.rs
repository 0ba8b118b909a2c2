//! The last internal audit or management review is more than a year ago, or is none.

use crate::catalog::DocumentLanguage;
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held, names};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{ENGLISH_MONTHS, Row, extent_of};
use crate::finding::{Problem, Who};
use crate::part::{Part, Reason};
use crate::span::Place;
use crate::wording::counted;
use std::collections::BTreeSet;

pub(crate) const CHECK: Check = check(
    CheckId::AuditOverdue,
    "The last internal audit or management review is more than a year ago, or is none",
    run,
)
.controls(&["9.2", "9.3", "10.2"])
.severity(ByClass::ERROR_IF_HIGH)
.explained(include_str!("audit_overdue.md"));

/// Days within which it happens again.
const INTERVAL: i32 = 366;

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let kinds = ["internal-audit", "management-review"];
    let dated = kinds.iter().flat_map(|kind| held(context, Some(kind)));
    let corrected = held(context, Some(ACTIONS)).into_iter().map(|it| correction(context, it));
    dated.map(|it| judge(context, it)).chain(corrected).collect()
}

/// The kind of document that says what is done about nonconformities.
const ACTIONS: &str = "corrective-actions";

fn judge(context: &Context<'_>, held: ReadDocument<'_>) -> Outcome {
    let said = ["date", "date-attendees"].iter().find_map(|key| held.said(key));
    let day = said.and_then(|(text, place)| Some((held.day_in(text)?, place)));
    let Some((day, place)) = day else {
        let problem = Problem::new(
            held.reading.place(),
            held.need.class,
            format!("{} names no day", held.named()),
        );
        return Outcome::fail(
            held.subject(),
            problem.remedy(Who::SecondLine, "write down when it was"),
        );
    };
    if let Some((owner, place)) = own_audit(context, &held) {
        let text = format!("{} is by `{owner}`, who owns some of what is audited", held.named());
        let problem = Problem::new(place, held.need.class, text).parts([Part::Reason("own-audit")]);
        let remedy = "have it audited by somebody who does not answer for what is audited";
        return Outcome::fail(held.subject(), problem.remedy(Who::SecondLine, remedy));
    }
    let flaw = uncorrected(context, &held)
        .or_else(|| narrow(&held))
        .or_else(|| uninformed(&held))
        .or_else(|| undone(context, &held));
    if let Some((reason, text, place)) = flaw {
        let problem = Problem::new(place, held.need.class, text).parts([Part::Reason(reason)]);
        let remedy = "write down what is missing, or do it first";
        return Outcome::fail(held.subject(), problem.remedy(Who::SecondLine, remedy));
    }
    let until = day.plus_days(INTERVAL);
    if until >= context.today {
        return Outcome::pass(held.subject());
    }
    let text = format!("{} is of {day}, more than a year ago", held.named());
    let problem = Problem::new(place, held.need.class, text).passed(until);
    Outcome::fail(
        held.subject(),
        problem.remedy(Who::SecondLine, "carry it out again and record it"),
    )
}

/// Returns an owner of a declared system, or of AI in use, whom an audit names as its auditor
/// (clause 9.2.2 b).
fn own_audit<'c>(context: &Context<'c>, held: &ReadDocument<'_>) -> Option<(&'c str, Place)> {
    let (auditor, place) = held.said("auditor")?;
    let register = context.judged.declared.register.known()?;
    let owners = register.systems.iter().map(|system| &system.owner);
    let mut owners = owners.chain(register.used_ai.iter().map(|used| &used.owner));
    let owner = owners.find(|owner| names(auditor, &owner.value))?;
    Some((&owner.value, place))
}

/// Returns that an audit names more nonconformities than there are corrective actions (10.2).
fn uncorrected(context: &Context<'_>, audit: &ReadDocument<'_>) -> Option<(Reason, String, Place)> {
    if audit.need.kind.id != "internal-audit" {
        return None;
    }
    let (findings, place) = audit.all_said("findings")?;
    let named = nonconformities(findings);
    let actions = held(context, Some(ACTIONS));
    // A log in running text has no entries to count.
    let rows: Vec<usize> = actions.iter().map(|it| it.rows().len()).collect();
    let is_prose = rows.contains(&0);
    let rows: usize = rows.iter().sum();
    if is_prose || rows >= named {
        return None;
    }
    let text = format!(
        "{} names {}, and the log has {}",
        audit.named(),
        counted(named, "nonconformity", "nonconformities"),
        counted(rows, "action", "actions"),
    );
    Some(("uncorrected", text, place))
}

/// The most nonconformities that a word counts.
const COUNTS: [&str; 11] =
    ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// Returns how many nonconformities a text speaks of, as far as English words and digits say.
fn nonconformities(said: &str) -> usize {
    let clauses = said.split([',', '.', ';', '\n']).map(str::to_lowercase);
    let named =
        clauses.filter(|clause| clause.contains("nonconform") || clause.contains("non-conform"));
    let count = |clause: String| {
        let mut words =
            clause.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let none = ["none", "without", "zero"];
        words
            .find_map(|word| {
                let counted = COUNTS.iter().position(|it| *it == word);
                counted.or_else(|| word.parse().ok()).or(none.contains(&word).then_some(0))
            })
            .unwrap_or(1)
    };
    named.map(count).max().unwrap_or(0)
}

/// What clause 9.3.2 puts before a review, each with words by which English minutes speak of it.
const INPUTS: [(&str, &[&str]); 6] = [
    ("earlier actions", &["action", "follow-up", "previous"]),
    ("changes", &["change", "issue", "context", "law", "regulat"]),
    ("interested parties", &["part", "stakeholder", "customer", "complaint", "feedback"]),
    ("audits and nonconformities", &["audit", "conform", "corrective", "incident", "finding"]),
    ("performance", &["monitor", "measure", "metric", "performance", "objective", "kpi", "risk"]),
    ("improvement", &["improv", "opportunit", "lesson"]),
];

/// Inputs of which at least these many were looked at.
const FEWEST_INPUTS: usize = 2;

/// Returns that a review looked at next to nothing of what clause 9.3.2 asks for.
fn uninformed(held: &ReadDocument<'_>) -> Option<(Reason, String, Place)> {
    let is_english = matches!(held.language(), DocumentLanguage::English);
    if held.need.kind.id != "management-review" || !is_english {
        return None;
    }
    let (inputs, place) = held.all_said("inputs")?;
    let inputs = inputs.to_lowercase();
    let speaks = |words: &&[&str]| words.iter().any(|word| inputs.contains(word));
    let (named, open): (Vec<_>, Vec<_>) = INPUTS.iter().partition(|(_, words)| speaks(words));
    if named.len() >= FEWEST_INPUTS {
        return None;
    }
    let open: Vec<&str> = open.iter().map(|(name, _)| *name).collect();
    let text = format!("{} has no inputs about {}", held.named(), open.join(", "));
    Some(("no-inputs", text, place))
}

/// Returns that a review decides something, and its actions name nobody who does it, or no time by
/// which it is done (9.3.3).
fn undone(context: &Context<'_>, held: &ReadDocument<'_>) -> Option<(Reason, String, Place)> {
    let is_english = matches!(held.language(), DocumentLanguage::English);
    if held.need.kind.id != "management-review" || !is_english {
        return None;
    }
    let (actions, place) = held.all_said("actions")?;
    let words = || actions.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    if words().next().is_some_and(|word| ["none", "no", "nothing"].contains(&word.as_str())) {
        return None;
    }
    let people = context.governance.people.known();
    let is_person = |word: &String| {
        let mut people = people.into_iter().flat_map(|people| people.people.iter());
        people.any(|person| *person.id.value.as_str() == *word)
    };
    let has_name = names_somebody(actions);
    let somebody = has_name || words().any(|it| OFFICES.contains(&it.as_str()) || is_person(&it));
    let is_time = |word: String| {
        let is_known = |names: &[&str]| names.contains(&word.as_str());
        is_known(&TIMES) || is_known(&ENGLISH_MONTHS) || word.parse::<u32>().is_ok()
    };
    let (reason, what) = match (somebody, words().any(is_time)) {
        (true, true) => return None,
        (false, _) => ("no-owner", "nobody who carries out"),
        (_, false) => ("no-due", "no time for"),
    };
    Some((reason, format!("{} names {what} its actions", held.named()), place))
}

/// Whether a text names somebody: a word with a capital that begins no sentence.
fn names_somebody(text: &str) -> bool {
    let mut words = text.split_whitespace();
    let mut is_first = true;
    words.any(|word| {
        let begins = std::mem::replace(&mut is_first, word.ends_with(['.', ';', ':', '-', '|']));
        !begins && word.starts_with(char::is_uppercase)
    })
}

/// Words for whoever carries something out.
const OFFICES: [&str; 14] = [
    "owner",
    "lead",
    "head",
    "officer",
    "manager",
    "team",
    "department",
    "board",
    "director",
    "committee",
    "chief",
    "engineer",
    "auditor",
    "secretary",
];

/// Words beside the months for a time by which something is done.
const TIMES: [&str; 10] = [
    "week",
    "weeks",
    "month",
    "months",
    "quarter",
    "year",
    "immediately",
    "tomorrow",
    "today",
    "meeting",
];

/// Returns that an audit names some of the clauses 4 to 10, and neither the others nor a programme
/// in which they have their turn (9.2.2).
fn narrow(held: &ReadDocument<'_>) -> Option<(Reason, String, Place)> {
    if held.need.kind.id != "internal-audit" {
        return None;
    }
    let (scope, place) = held.all_said("scope-criteria")?;
    let audited = clauses_in(scope);
    let open: Vec<String> =
        (4..=10).filter(|clause| !audited.contains(clause)).map(|it: u32| it.to_string()).collect();
    let page = extent_of(held.document, held.reading).of(&held.document.source).to_lowercase();
    let has_programme = ["program", "cycle", "next audit", "all clauses", "three years"];
    if audited.is_empty() || open.is_empty() || has_programme.iter().any(|it| page.contains(it)) {
        return None;
    }
    let text = format!(
        "{} leaves out clause {}, and names no programme that covers it",
        held.named(),
        open.join(", ")
    );
    Some(("no-programme", text, place))
}

/// The clauses of the standard that a text names: `clauses 4 to 6`, `clause 9.2`.
fn clauses_in(text: &str) -> BTreeSet<u32> {
    let lower = text.to_lowercase();
    let Some((_, after)) = lower.split_once("clause") else { return BTreeSet::new() };
    let mut clauses = BTreeSet::new();
    let (mut is_range, mut last) = (false, None);
    for word in after.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')')) {
        for piece in word.replace(['-', '\u{2013}'], " to ").split_whitespace() {
            let number = piece.split('.').next().and_then(|it| it.parse::<u32>().ok());
            let number = number.filter(|it| (4..=10).contains(it));
            match (number, piece) {
                (Some(to), _) if is_range => {
                    clauses.extend(last.unwrap_or(to)..=to);
                }
                (Some(clause), _) => drop(clauses.insert(clause)),
                (None, _) => {}
            }
            is_range = piece == "to";
            last = number.or(last);
        }
    }
    clauses
}

/// Judges whether each nonconformity has a cause, an action, somebody by a day, and, once that day
/// is over, what it led to.
fn correction(context: &Context<'_>, held: ReadDocument<'_>) -> Outcome {
    let is_over = |row: &Row| {
        let said = row.said("owner-due").and_then(|(text, _)| held.day_in(text));
        said.is_some_and(|day| day < context.today)
    };
    let open = |row: &Row| {
        let mut missing = held.unsaid(row, &["cause", "action", "owner-due"]);
        if is_over(row) && row.said("effectiveness").is_none() {
            missing.push("effectiveness");
        }
        (!missing.is_empty()).then_some(missing)
    };
    let rows = held.rows();
    let Some((row, missing)) = rows.iter().find_map(|row| open(row).map(|it| (row, it))) else {
        return Outcome::pass(held.subject());
    };
    let what: Vec<String> = missing.iter().map(|it| it.replace('-', " or ")).collect();
    let text = format!("{} has an entry without {}", held.named(), what.join(", "));
    let parts = missing.iter().map(|it| Part::Field((*it).to_owned()));
    let problem = Problem::new(held.at(row.span), held.need.class, text).parts(parts);
    let remedy = "say the cause, the action, who does it by when, and whether it helped";
    Outcome::fail(held.subject(), problem.remedy(Who::SecondLine, remedy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonconformities_are_counted_as_words_and_digits_say() {
        let cases = [
            ("two observations, no nonconformity", 0),
            ("five major nonconformities, none corrected", 5),
            ("2 non-conformities and one remark", 2),
            ("A nonconformity in the cards", 1),
            ("all is well", 0),
            ("Nonconformities: none", 0),
        ];
        for (text, expected) in cases {
            assert_eq!(nonconformities(text), expected, "{text}");
        }
    }

    #[test]
    fn clauses_are_read_one_by_one_and_as_ranges() {
        let cases: [(&str, &[u32]); 5] = [
            ("clauses 4 to 10 and the controls in force", &[4, 5, 6, 7, 8, 9, 10]),
            ("Clauses 4-6, 8.1", &[4, 5, 6, 8]),
            ("clause 9.2, 4 to 6", &[4, 5, 6, 9]),
            ("the whole management system", &[]),
            ("2 sites, clauses 5, 7", &[5, 7]),
        ];
        for (text, expected) in cases {
            assert_eq!(clauses_in(text), expected.iter().copied().collect(), "{text}");
        }
    }

    #[test]
    fn somebody_is_a_word_with_a_capital_within_a_sentence() {
        assert!(names_somebody("one more test: done by Eva") && names_somebody("Hire, Ben"));
        assert!(!names_somebody("More care. Watch the figures"));
    }
}
