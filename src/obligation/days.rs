//! Days on which somebody is said to have decided, assessed or reviewed something: a day that a
//! change sets counts where somebody who may do so set it.

use super::compared::{ComparedSides, LoweredObligation, Pair, is_same};
use super::witness::{StatedDay, oversees};
use crate::catalog::Class;
use crate::date::Date;
use crate::document::{Document, Node, Spanned};
use crate::settings::people::Person;
use crate::settings::register::{Model, Register, System, UsedAi};
use crate::span::{Place, RepoPath};

/// A way to a value: keys, and entries of lists by their ids.
type Way<'w> = &'w [WayStep<'w>];

/// A step on the way to a value.
#[derive(Clone, Copy)]
pub(super) enum WayStep<'w> {
    Key(&'w str),
    Id(&'w str),
}

fn at<'d>(document: &'d Document, way: Way<'_>) -> Option<&'d str> {
    let step = |node: &'d Node, step: &WayStep<'_>| match *step {
        WayStep::Key(key) => node.get(key),
        WayStep::Id(id) => {
            let is_it = |item: &&Node| item.get("id").and_then(Node::as_text) == Some(id);
            node.items().iter().find(is_it)
        }
    };
    way.iter().try_fold(document.metadata()?, step)?.as_text()
}

/// Whether somebody of these, or somebody who oversees, set a day that stands in data. `names` are
/// ids or addresses.
pub(super) fn is_shown(
    sides: &ComparedSides<'_>,
    path: &RepoPath,
    way: Way<'_>,
    day: Date,
    names: &[&str],
) -> bool {
    is_said(sides, path, way, &day.to_string(), names)
}

/// Whether somebody of these, or somebody who oversees, wrote a text that stands in data.
fn is_said(
    sides: &ComparedSides<'_>,
    path: &RepoPath,
    way: Way<'_>,
    text: &str,
    names: &[&str],
) -> bool {
    let may = |person: &Person| oversees(person) || names.iter().any(|it| person.is_called(it));
    let says = |document: &Document| at(document, way).is_some_and(|it| it.trim() == text);
    let sets =
        |before: Option<&Document>, after: &Document| says(after) && !before.is_some_and(says);
    sides.witness.shows(&StatedDay { path, may: &may, sets: &sets })
}

/// The words for a day that counts no more than the one before it.
pub(super) fn unshown(day: Date) -> String {
    format!("{day}, set by nobody who may")
}

/// Returns the days of decisions about a system's class and of reviews of its suppliers that are
/// later than before and that nobody set who may.
pub(super) fn lowered(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    now: &System,
) -> Vec<LoweredObligation> {
    let own = [WayStep::Key("systems"), WayStep::Id(&now.id.value)];
    let mut found = Vec::new();
    found.extend(class_decided(sides, pair, now, &own));
    found.extend(decided_by_another(sides, pair, now, &own));
    for model in &pair.before.models {
        let Some(still) = same_model(model, now) else { continue };
        found.extend(supplier_reviewed(sides, pair, now, &own, (model, still)));
    }
    found
}

/// The model of a system that is the one it was: by its id, else by its source.
fn same_model<'n>(before: &Model, now: &'n System) -> Option<&'n Model> {
    let is_it = |it: &&Model| {
        is_same(&it.hub, &before.hub)
            || (before.hub.is_none() && is_same(&it.service, &before.service))
            || is_same(&it.path, &before.path)
    };
    let by_id = now.models.iter().find(|it| it.id == before.id);
    by_id.or_else(|| now.models.iter().find(is_it))
}

fn class_decided(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    now: &System,
    own: Way<'_>,
) -> Option<LoweredObligation> {
    let before = pair.before.risk_class.as_ref()?.decided_on?;
    let class = now.risk_class.as_ref()?;
    let day = class.decided_on?;
    // Who asks for more needs nobody's word, and a class that fell is told itself.
    if day.value <= before.value || now.class() != pair.before.class() {
        return None;
    }
    let way = [own, &[WayStep::Key("risk-class"), WayStep::Key("decided-on")]].concat();
    let owner = pair.before.owner.value.as_str();
    if is_shown(sides, &now.register, &way, day.value, &[owner]) {
        return None;
    }
    let from = before.value.to_string();
    Some(pair.lowered("risk-class decided-on", from, unshown(day.value), now.place(day.span)))
}

/// Returns who is said to have decided a class, where it is somebody else than before and neither
/// that person nor somebody who oversees said so.
fn decided_by_another(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    now: &System,
    own: Way<'_>,
) -> Option<LoweredObligation> {
    let before = pair.before.risk_class.as_ref()?.decided_by.as_ref()?;
    let by = now.risk_class.as_ref()?.decided_by.as_ref()?;
    // What another system says of itself is told with that.
    let is_other = now.id != pair.before.id;
    if is_other || by.value == before.value || now.class() > pair.before.class() {
        return None;
    }
    let way = [own, &[WayStep::Key("risk-class"), WayStep::Key("decided-by")]].concat();
    if is_said(sides, &now.register, &way, &by.value, &[]) {
        return None;
    }
    let (from, to) = (before.value.clone(), format!("{}, said by nobody who may", by.value));
    Some(pair.lowered("risk-class decided-by", from, to, now.place(by.span)))
}

fn supplier_reviewed(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    now: &System,
    own: Way<'_>,
    (before, after): (&Model, &Model),
) -> Option<LoweredObligation> {
    let (was, is) = (before.supplier.as_ref()?, after.supplier.as_ref());
    let id = after.id.value.as_str();
    let day = |of: Option<Spanned<Date>>| of.map(|day| day.value);
    let assessed = is.and_then(|it| it.assessed_on);
    let model = [WayStep::Key("models"), WayStep::Id(id), WayStep::Key("supplier")];
    let way = [own, &model, &[WayStep::Key("assessed-on")]].concat();
    let owner = pair.before.owner.value.as_str();
    let days = ReviewDays {
        due: day(was.next_review),
        next: day(is.and_then(|it| it.next_review)),
        last: day(was.assessed_on),
        now: day(assessed),
    };
    let (from, to) = days.lowered(|day| is_shown(sides, &now.register, &way, day, &[owner]))?;
    let span = assessed.map_or(after.id.span, |day| day.span);
    Some(pair.lowered(format!("review of the supplier of {id}"), from, to, now.place(span)))
}

/// Returns the review of an AI that is only used, where it is put off, or said by nobody who may.
pub(super) fn of_used(
    sides: &ComparedSides<'_>,
    tip: &Register,
    now: &Register,
) -> Vec<LoweredObligation> {
    let lowered = |before: &UsedAi| {
        let still = now.used_ai.iter().find(|it| it.id == before.id)?;
        let id = still.id.value.as_str();
        let way = [WayStep::Key("used-ai"), WayStep::Id(id), WayStep::Key("assessed-on")];
        let owner = before.owner.value.as_str();
        let days = ReviewDays {
            due: before.next_review,
            next: still.next_review,
            last: before.assessed_on,
            now: still.assessed_on,
        };
        let (from, to) =
            days.lowered(|day| is_shown(sides, &still.register, &way, day, &[owner]))?;
        Some(LoweredObligation {
            system: None,
            duty: format!("review of used-ai {id}"),
            from,
            to,
            place: Place::bytes(still.register.clone(), still.id.span),
            files: Vec::new(),
            class: before.risk_class.max(Class::Limited),
        })
    };
    tip.used_ai.iter().filter_map(lowered).collect()
}

/// When something was reviewed last, and when it is due again: before and now.
struct ReviewDays {
    due: Option<Date>,
    next: Option<Date>,
    last: Option<Date>,
    now: Option<Date>,
}

impl ReviewDays {
    /// Returns what a review was due or done on and what stands there now. None where it is due no
    /// later, or was reviewed since as `is_shown` says.
    fn lowered(&self, is_shown: impl Fn(Date) -> bool) -> Option<(String, String)> {
        let later = self.now.filter(|day| self.last.is_none_or(|last| *day > last));
        if let Some(day) = later {
            if is_shown(day) {
                return None;
            }
            let from = self.last.map_or("not assessed".to_owned(), |last| last.to_string());
            return Some((from, unshown(day)));
        }
        let due = self.due?;
        let next = self.next.map_or("no day".to_owned(), |next| next.to_string());
        self.next.is_none_or(|next| next > due).then(|| (format!("due {due}"), next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_is_put_off_only_by_one_that_somebody_did() {
        // When it was due and is, when it was done and is said to be, whether somebody shows it.
        let cases = [
            ("2026-01-01", "2027-01-01", "2025-01-01", "2025-01-01", true, true),
            ("2026-01-01", "2025-06-01", "2025-01-01", "2025-01-01", true, false),
            ("2026-01-01", "2027-01-01", "2025-01-01", "2026-01-01", true, false),
            ("2026-01-01", "2027-01-01", "2025-01-01", "2026-01-01", false, true),
            ("2026-01-01", "2026-01-01", "2025-01-01", "2026-01-01", false, true),
        ];
        for (due, next, last, now, is_shown, expected) in cases {
            let day = |text: &str| text.parse().ok();
            let days =
                ReviewDays { due: day(due), next: day(next), last: day(last), now: day(now) };
            assert_eq!(days.lowered(|_| is_shown).is_some(), expected, "{due} {next} {now}");
        }
    }
}
