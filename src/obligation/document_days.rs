//! What a document says of its own approval and review, compared with the target branch.

use super::compared::ComparedSides;
use super::pairs::system_before;
use super::witness::{StatedDay, oversees};
use crate::catalog::Class;
use crate::date::Date;
use crate::document::Document;
use crate::evidence::{Reading, Requirement, says_approved, stated, stated_day};
use crate::part::Part;
use crate::settings::people::Person;

/// A document on the target branch and as it is judged.
pub(super) struct DocumentSides<'d> {
    pub(super) need: &'d Requirement,
    pub(super) old: (&'d Document, &'d Reading),
    pub(super) new: (&'d Document, &'d Reading),
}

/// The days on which a document says that somebody looked at it.
const REVIEWS: [&str; 3] = ["approved-on", "reviewed-on", "assessed-on"];

/// Days after a review within which the next one must be: three years.
const LONGEST_DAYS: i32 = 3 * 366;

/// Returns what a document said of its own approval and review and says no longer.
pub(super) fn metadata(sides: &ComparedSides<'_>, both: &DocumentSides<'_>) -> Vec<(Part, String)> {
    let ((old, was), (new, now)) = (both.old, both.new);
    let mut items = Vec::new();
    if is_approved(old, was) && !is_approved(new, now) {
        items.push((Part::Reason("approval"), "its approval".to_owned()));
    }
    let old_day = |key: &str| stated_day(old, was, key).map(|(day, _)| day);
    let new_day = |key: &str| stated_day(new, now, key).map(|(day, _)| day);
    let later = |key: &&str| new_day(key) > old_day(key);
    let said: Vec<&str> = REVIEWS.into_iter().filter(later).collect();
    let shown = said.iter().filter(|key| is_shown(sides, both, key));
    let reviewed = shown.filter_map(|key| new_day(key)).max();
    let unshown = if said.is_empty() || reviewed.is_some() {
        String::new()
    } else {
        format!(": nobody who may review it set `{}`", said.join("` or `"))
    };
    let next = new_day("next-review");
    if let Some(due) = old_day("next-review")
        && next.is_none_or(|next| {
            // A review sets the next one, and not for good.
            next > due && reviewed.is_none_or(|day| day.days_until(next) > LONGEST_DAYS)
        })
    {
        items.push((Part::Reason("review"), format!("the review due on {due}{unshown}")));
    } else if let Some(last) = REVIEWS.into_iter().filter_map(old_day).max()
        && !unshown.is_empty()
        // Approvals of class high are judged by a check of their own.
        && (both.need.kind.approved_by.is_empty()
            || both.need.class < Class::High
            || said != ["approved-on"])
    {
        items.push((Part::Reason("review"), format!("its review of {last} as the last{unshown}")));
    }
    items
}

/// Whether somebody who may review a document set a day of it: its owner, that of its system, who
/// may approve it, and who oversees.
fn is_shown(sides: &ComparedSides<'_>, both: &DocumentSides<'_>, key: &str) -> bool {
    let ((old, was), (document, reading)) = (both.old, both.new);
    let Some((_, span)) = stated_day(document, reading, key) else { return false };
    let system = both.need.system.as_ref().and_then(|id| system_before(sides, id));
    let owners = [
        stated(old, was, "owner").map(|(owner, _)| owner.trim()),
        system.map(|system| system.owner.value.as_str()),
    ];
    let may = |person: &Person| {
        owners.into_iter().flatten().any(|owner| person.is_called(owner))
            || person.roles.iter().any(|role| both.need.kind.approved_by.contains(role))
            || oversees(person)
    };
    let written = span.of(&document.source);
    let sets = |before: Option<&Document>, after: &Document| sets(key, written, before, after);
    sides.witness.shows(&StatedDay { path: &document.path, may: &may, sets: &sets })
}

/// Whether a document came to state a value: in its metadata, or else in its text.
pub(crate) fn sets(key: &str, written: &str, before: Option<&Document>, after: &Document) -> bool {
    let value = |document: &Document| -> Option<String> {
        Some(document.metadata_of(key)?.span.of(&document.source).trim().to_owned())
    };
    let count = |document: &Document| document.source.matches(written).count();
    match value(after) {
        Some(now) => now == written.trim() && before.and_then(value) != Some(now),
        None => count(after) > before.map_or(0, count),
    }
}

/// Whether a pointer states a later approval than before, set by somebody who may.
pub(super) fn reviewed_anew(
    sides: &ComparedSides<'_>,
    need: &Requirement,
    (old, new): (&Document, &Document),
) -> bool {
    let node = |document: &'_ Document| -> Option<Date> {
        document.metadata_of("approved-on")?.as_text()?.parse().ok()
    };
    let Some(day) = node(new).filter(|day| Some(*day) > node(old)) else { return false };
    let owner = old.metadata_of("owner").and_then(|owner| owner.as_text());
    let may = |person: &Person| {
        owner.is_some_and(|owner| person.is_called(owner))
            || person.roles.iter().any(|role| need.kind.approved_by.contains(role))
            || oversees(person)
    };
    let written = day.to_string();
    let sets =
        |before: Option<&Document>, after: &Document| sets("approved-on", &written, before, after);
    sides.witness.shows(&StatedDay { path: &new.path, may: &may, sets: &sets })
}

fn is_approved(document: &Document, reading: &Reading) -> bool {
    let status = stated(document, reading, "status");
    status.is_none_or(|(status, _)| says_approved(status))
        && stated(document, reading, "approved-by").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    #[test]
    fn a_day_is_set_where_it_comes_to_stand() {
        let page = |text: &str| parse("a.md".into(), text.as_bytes().to_vec());
        let own = |day: &str| page(&format!("---\nreviewed-on: {day}\n---\n# A\n"));
        let label = |day: &str| page(&format!("# A\n\nReviewed on: {day}\n"));
        let is_set = |before: Option<&Document>, after: &Document| {
            sets("reviewed-on", "2026-11-20", before, after)
        };
        assert!(is_set(None, &own("2026-11-20")));
        assert!(is_set(Some(&own("2026-01-01")), &own("2026-11-20")));
        assert!(!is_set(Some(&own("2026-11-20")), &own("2026-11-20")));
        assert!(!is_set(None, &own("2026-11-21")));
        assert!(is_set(Some(&label("2026-01-01")), &label("2026-11-20")));
        assert!(!is_set(Some(&label("2026-11-20")), &label("2026-11-20")));
    }
}
