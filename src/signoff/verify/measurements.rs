//! Whether a run within an envelope measured what was signed for, and no incident stops it.

use crate::date::Date;
use crate::document::Document;
use crate::evidence::{Answer, Day, Found, date_in, fetch, is_off_scale, measured, plain, rows};
use crate::settings::register::System;
use crate::signoff::files::{Bound, Envelope, RunRecord};
use crate::signoff::inputs::SignOffInputs;
use crate::span::Place;

/// A reason against something, and its place.
pub(super) type MeasurementRefusal = (Place, String);

/// Checks that what a run measured lies within the bounds, and near enough to what was approved.
pub(super) fn within_bounds(
    inputs: &SignOffInputs<'_>,
    envelope: &Envelope,
    run: &RunRecord,
    system: &System,
) -> Result<(), MeasurementRefusal> {
    let path = system.base.join(&run.metrics.value).ok();
    let document = path.as_ref().and_then(|path| fetch(&inputs.repo.view, path));
    let Some(document) = document else {
        let place = system.place(system.id.span);
        return Err((place, format!("there are no measurements at `{}`", run.metrics.value)));
    };
    envelope.bounds().try_for_each(|bound| check_bound(&document, bound))
}

/// Checks one measure.
fn check_bound(document: &Document, bound: &Bound) -> Result<(), MeasurementRefusal> {
    let name = &bound.metric.value;
    let split = bound.split.as_ref().map(|split| split.value.as_str());
    let missed = match measured(document, name, split) {
        Found::Value(value) => {
            let mut sides = bound.sides();
            let off = sides.find(|side| is_off_scale(name, *side, value));
            off.map_or_else(
                || bound.missed_by(value),
                |side| {
                    let bound = side.bound();
                    Some(format!("`{name}` is {value}, on another scale than its bound {bound}"))
                },
            )
        }
        Found::List => Some(format!("`{name}` is a list, of which nobody can say what counts")),
        _ => Some(format!("`{name}` was not measured")),
    };
    match missed {
        Some(text) => Err((place_of(document, name), text)),
        None => Ok(()),
    }
}

/// Returns the first incident since a day that stops an envelope.
pub(super) fn stopping_incident(
    inputs: &SignOffInputs<'_>,
    envelope: &Envelope,
    system: &System,
    since: Date,
) -> Option<MeasurementRefusal> {
    let limit = envelope.stopping_severity()?;
    let stops = |what: String| format!("{what} stops the envelope `{}`", envelope.id.value);
    let mut answers = inputs.repo.evidence.iter().filter(|(need, _)| {
        need.kind.id == "incident-log" && need.system.as_ref() == Some(&system.id.value)
    });
    let log = answers.find_map(|(_, answer)| match answer {
        Answer::Read(reading) => Some(reading),
        _ => None,
    });
    let document = log.and_then(|reading| inputs.repo.documents.get(&reading.path));
    let Some((reading, document)) = log.zip(document) else {
        let text = stops("an incident log that is not here, or cannot be read,".to_owned());
        return Some((system.place(system.id.span), text));
    };
    for row in rows(document, reading) {
        let stated = row.said("id-date");
        let day = stated.and_then(|(text, _)| match date_in(text, reading.language)? {
            Day::Known(day) => Some(day),
            Day::Ambiguous => None,
        });
        let mut cells = ["impact", "description"].into_iter().filter_map(|key| row.said(key));
        let severity = cells.find_map(|(text, _)| severity_in(text));
        if let Some(incident) = stopping(day, severity, since, limit) {
            let span = stated.map_or(row.span, |(_, span)| span);
            return Some((Place::bytes(reading.path.clone(), span), stops(incident)));
        }
    }
    None
}

/// Returns an incident that stops an envelope, in words. None where it was before the day, or is
/// milder than the limit (1 is the worst). One whose day or severity nobody can tell may be one
/// that stops it.
fn stopping(day: Option<Date>, severity: Option<u32>, since: Date, limit: u32) -> Option<String> {
    if day.is_some_and(|day| day < since) || severity.is_some_and(|severity| severity > limit) {
        return None;
    }
    let of = severity.map_or("without a severity".to_owned(), |it| format!("of severity {it}"));
    let on = day.map_or("on a day that cannot be told".to_owned(), |day| format!("on {day}"));
    Some(format!("an incident {of} {on}"))
}

/// Returns the number behind the word `severity`.
fn severity_in(text: &str) -> Option<u32> {
    let lower = text.to_lowercase();
    let rest = lower.split("severity").nth(1)?;
    rest.trim_start_matches([':', ' ', '=']).chars().next()?.to_digit(10)
}

/// Returns where a measure stands in a file of measurements, the file where it stands nowhere.
fn place_of(document: &Document, metric: &str) -> Place {
    let mut found = None;
    if let Ok(root) = document.tree() {
        root.walk(&mut |key, node| {
            let is_named = key.is_some_and(|key| plain(&key.text) == plain(metric));
            let names_it = node.as_text().is_some_and(|text| plain(text) == plain(metric));
            if found.is_none() && (is_named || names_it) {
                found = Some(key.map_or(node.span, |key| key.span.to(node.span)));
            }
        });
    }
    match found {
        Some(span) => Place::bytes(document.path.clone(), span),
        None => Place::whole(document.path.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::parse;

    #[test]
    fn a_measure_lies_within_its_bounds() {
        let document = parse("m.json".into(), br#"{"auc": 0.9, "gap": 0.02}"#.to_vec());
        let cases = [
            ("{metric: auc, at-least: 0.9}", None),
            (
                "{metric: auc, at-least: 0.91}",
                Some("`auc` is 0.9, and at least 0.91 was signed for"),
            ),
            ("{metric: gap, at-most: 0.02}", None),
            (
                "{metric: gap, at-most: 0.01}",
                Some("`gap` is 0.02, and at most 0.01 was signed for"),
            ),
            ("{metric: gap, at-least: 0.01, at-most: 0.03}", None),
            ("{metric: f1, at-least: 0.5}", Some("`f1` was not measured")),
        ];
        for (text, expected) in cases {
            let settings = parse("b.yaml".into(), text.as_bytes().to_vec());
            let bound: Bound = crate::settings::read(&settings).unwrap();
            let missed = check_bound(&document, &bound).err().map(|(_, text)| text);
            assert_eq!(missed.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn an_incident_stops_an_envelope_unless_it_was_before_or_is_milder() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let since = date("2026-11-01");
        let cases = [
            (Some("2026-11-02"), Some(1), Some("an incident of severity 1 on 2026-11-02")),
            (Some("2026-11-02"), Some(2), Some("an incident of severity 2 on 2026-11-02")),
            (Some("2026-11-02"), Some(3), None),
            (Some("2026-10-31"), Some(1), None),
            (None, Some(1), Some("an incident of severity 1 on a day that cannot be told")),
            (Some("2026-11-02"), None, Some("an incident without a severity on 2026-11-02")),
        ];
        for (day, severity, expected) in cases {
            let found = stopping(day.map(date), severity, since, 2);
            assert_eq!(found.as_deref(), expected, "{day:?} {severity:?}");
        }
        let texts = [("Severity: 2, users", Some(2)), ("severity=1", Some(1)), ("serious", None)];
        for (text, expected) in texts {
            assert_eq!(severity_in(text), expected, "{text}");
        }
    }
}
