//! Risks that are kept as rows of a table: what is lower than before, as far as rows say it.

use std::collections::BTreeMap;

use super::compared::{ComparedSides, LoweredObligation};
use super::days::unshown;
use super::pairs::system_before;
use super::risks::is_reworded;
use super::withdrawn::read_before;
use super::witness::{StatedDay, oversees};
use crate::catalog::DocumentLanguage;
use crate::date::Date;
use crate::document::Document;
use crate::evidence::{Answer, Day, Reading, Requirement, Row, date_in, is_own_format, rows};
use crate::settings::people::Person;
use crate::settings::risks;
use crate::span::{Place, RepoPath, Span};

/// Returns what the rows of each risk register ask for less than before. A register in the gate's
/// own format is compared entry by entry.
pub(super) fn lowered(sides: &ComparedSides<'_>) -> Vec<LoweredObligation> {
    let mut found = Vec::new();
    for (need, answer) in sides.judged.evidence.iter().filter(|(it, _)| it.kind.id == risks::KIND) {
        if let Answer::Typed(path) = answer {
            found.extend(converted(sides, need, path));
        }
        let Answer::Read(now) = answer else { continue };
        // A file that says the same as before lowers nothing.
        if !sides.change.files.contains_key(&now.path) {
            continue;
        }
        let Some(document) = sides.judged.documents.get(&now.path) else { continue };
        let Some((old, was)) = read_before(sides, need) else { continue };
        if is_own_format(old) || is_own_format(document) {
            continue;
        }
        let register = RowRegister { sides, need, document };
        found.extend(register.lowered(&by_id(old, was), &by_id(document, now), now.language));
    }
    found
}

/// Returns the rows of the target branch's register that are no entries of the one in the gate's
/// own format that took its place, or entries about something else.
fn converted(
    sides: &ComparedSides<'_>,
    need: &Requirement,
    path: &RepoPath,
) -> Vec<LoweredObligation> {
    let (Some(document), Some((old, was))) =
        (sides.judged.documents.get(path), read_before(sides, need))
    else {
        return Vec::new();
    };
    let Ok(now) = risks::read(document) else { return Vec::new() };
    let register = RowRegister { sides, need, document };
    let is_kept = |(id, row): &(&String, &Row)| {
        let entry = now.risks.iter().find(|risk| risk.id.value.as_str() == id.as_str());
        let text = entry.and_then(|risk| risk.risk.as_ref()).map_or("", |it| it.value.as_str());
        entry.is_some() && is_reworded(&said(row, "description"), text)
    };
    let before = by_id(old, was);
    let lost = before.iter().filter(|it| !is_kept(it));
    let told = lost.map(|(id, row)| {
        let (from, to) = (said(row, "description"), "no such entry".to_owned());
        register.one(format!("risk {id}"), from, to, None)
    });
    told.collect()
}

/// The rows that have an id, by it; of several with one id the first.
fn by_id(document: &Document, reading: &Reading) -> BTreeMap<String, Row> {
    let mut found = BTreeMap::new();
    for row in rows(document, reading) {
        let Some(id) = row.said("risk-id").map(|(id, _)| id.trim().to_owned()) else { continue };
        found.entry(id).or_insert(row);
    }
    found
}

/// A risk register in rows, as it is judged.
struct RowRegister<'r> {
    sides: &'r ComparedSides<'r>,
    need: &'r Requirement,
    document: &'r Document,
}

impl RowRegister<'_> {
    fn lowered(
        &self,
        before: &BTreeMap<String, Row>,
        after: &BTreeMap<String, Row>,
        language: DocumentLanguage,
    ) -> Vec<LoweredObligation> {
        let mut found = Vec::new();
        for (id, row) in before {
            let Some(now) = after.get(id) else {
                let (from, to) = (said(row, "description"), "nothing; a risk that ended is closed");
                found.push(self.one(format!("risk {id}"), from, to.to_owned(), None));
                continue;
            };
            for (field, from, to, span) in of_row(row, now) {
                found.push(self.one(format!("risk {id} {field}"), from, to, Some(span)));
            }
            found.extend(self.put_off(id, row, now, language));
        }
        found
    }

    /// A day of a row that is later than before and that nobody set who may, or that is gone.
    fn put_off(
        &self,
        id: &str,
        before: &Row,
        now: &Row,
        language: DocumentLanguage,
    ) -> Option<LoweredObligation> {
        let day = |row: &Row| match date_in(row.said("review-date")?.0, language)? {
            Day::Known(day) => Some(day),
            Day::Ambiguous => None,
        };
        let was: Date = day(before)?;
        let (duty, from) = (format!("risk {id} review-date"), was.to_string());
        let Some(later) = day(now) else {
            return Some(self.one(duty, from, "no day".to_owned(), Some(now.span)));
        };
        if later <= was {
            return None;
        }
        let system = self.need.system.as_ref().and_then(|id| system_before(self.sides, id));
        let owner = before.said("owner").map(|(owner, _)| owner.trim());
        let owners = [owner, system.map(|system| system.owner.value.as_str())];
        let may = |person: &Person| {
            oversees(person)
                || owners.into_iter().flatten().any(|owner| {
                    person.is_called(owner) || person.id.as_str().eq_ignore_ascii_case(owner)
                })
        };
        let (written, span) = now.said("review-date")?;
        let count = |document: &Document| document.source.matches(written).count();
        let sets = |was: Option<&Document>, is: &Document| count(is) > was.map_or(0, count);
        let path = &self.document.path;
        let stated = StatedDay { path, may: &may, sets: &sets };
        (!self.sides.witness.shows(&stated))
            .then(|| self.one(duty, from, unshown(later), Some(span)))
    }

    fn one(&self, duty: String, from: String, to: String, at: Option<Span>) -> LoweredObligation {
        let path = self.document.path.clone();
        let place = match at {
            Some(span) if !self.document.source.is_empty() => Place::bytes(path, span),
            _ => Place::whole(path),
        };
        let system = self.need.system.clone();
        LoweredObligation {
            system,
            duty,
            from,
            to,
            place,
            files: Vec::new(),
            class: self.need.class,
        }
    }
}

fn said(row: &Row, key: &str) -> String {
    row.said(key).map_or_else(|| "nothing".to_owned(), |(text, _)| text.trim().to_owned())
}

/// Returns what a row asks for less than before: the column, before, now, and its place.
fn of_row(before: &Row, now: &Row) -> Vec<(&'static str, String, String, Span)> {
    let mut found = Vec::new();
    let mut add = |key: &'static str| {
        found.push((key, said(before, key), said(now, key), now.place(key)));
    };
    let text = |row: &Row, key: &str| row.said(key).map(|(text, _)| text.trim().to_owned());
    let closed = |row: &Row| text(row, "status").is_some_and(|status| is_closed(&status));
    if !closed(before) && closed(now) && !text(now, "status").is_some_and(|it| explains(&it)) {
        add("status");
        return found;
    }
    if closed(now) {
        return found;
    }
    for key in ["likelihood", "impact", "inherent-level", "residual-level"] {
        if let Some(was) = text(before, key).and_then(|it| rank(&it))
            && text(now, key).and_then(|it| rank(&it)).is_none_or(|is| is < was)
        {
            add(key);
        }
    }
    for key in ["description", "treatment"] {
        if let Some(was) = text(before, key)
            && !is_reworded(&was, &text(now, key).unwrap_or_default())
        {
            add(key);
        }
    }
    found
}

fn is_closed(status: &str) -> bool {
    const CLOSED: [&str; 9] = [
        "closed",
        "resolved",
        "retired",
        "eliminated",
        "geschlossen",
        "erledigt",
        "clos",
        "cerrado",
        "chiuso",
    ];
    let status = status.to_lowercase();
    let first = status.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty());
    first.is_some_and(|word| CLOSED.contains(&word))
}

/// Whether a status says on what day a risk was closed, and why.
fn explains(status: &str) -> bool {
    const FEW_WORDS: usize = 4;
    let words = status.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic));
    words.count() >= FEW_WORDS && date_in(status, DocumentLanguage::English).is_some()
}

/// Returns how high a level is: a number, or a word of a scale. Levels of two scales are not
/// compared with each other by the caller: a register keeps its scale.
fn rank(text: &str) -> Option<u32> {
    const WORDS: [(&str, u32); 10] = [
        ("negligible", 1),
        ("rare", 1),
        ("low", 2),
        ("unlikely", 2),
        ("medium", 3),
        ("moderate", 3),
        ("possible", 3),
        ("high", 4),
        ("likely", 4),
        ("critical", 5),
    ];
    let text = text.to_lowercase();
    let word = text.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty())?;
    let known = WORDS.iter().find(|(name, _)| *name == word).map(|(_, rank)| *rank);
    known.or_else(|| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_closed_with_a_day_and_a_reason() {
        assert!(is_closed("Closed"));
        assert!(!is_closed("not closed"));
        assert!(explains("closed 2026-11-20: the model is no longer in use"));
        assert!(!explains("closed"));
        assert!(!explains("closed 2026-11-20"));
    }

    #[test]
    fn levels_are_ranked_by_number_or_word() {
        assert_eq!(rank("12 (high)"), Some(12));
        assert!(rank("High") > rank("medium"));
        assert_eq!(rank("TBD"), None);
    }
}
