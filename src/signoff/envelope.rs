//! Envelopes: what a program may change by itself, within bounds that people signed for (nightly
//! retraining and the like).

use std::collections::BTreeSet;

use serde::Deserialize;

use super::content::{CoveredItem, ItemForm};
use super::court::SignOffEvaluator;
use super::flaw::{SignOffFlaw, SignOffProperty};
use super::ledger::Located;
use super::record::{CoveredFile, Record, RunRecord};
use super::signer::NAMESPACE;
use crate::date::Date;
use crate::document::{Document, Spanned};
use crate::evidence::{Answer, Day, Found, date_in, fetch, measured, plain, rows};
use crate::finding::Who;
use crate::openssh::{self, Signature};
use crate::settings::people::AutomationSigns;
use crate::settings::register::System;
use crate::settings::{Mistake, Schema, covers, read as read_settings};
use crate::span::{Place, RepoPath, Span};

/// An envelope.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Envelope {
    #[serde(rename = "schema")]
    _schema: Schema,
    pub id: Spanned<String>,
    pub system: Spanned<String>,
    /// What a record covers through this envelope and not by digest.
    pub may_vary: Vec<Spanned<String>>,
    #[serde(default)]
    pub must_not_change: Vec<Spanned<String>>,
    data: Option<Data>,
    bounds: Vec<Bound>,
    /// How far the produced may be from what people signed, as the run measured it.
    drift_from_approved: Option<Bound>,
    at_most: Most,
    /// The folder of the run records.
    run_records: Spanned<String>,
    #[serde(default)]
    stops_on: Vec<Spanned<Stop>>,
    expires: Spanned<Date>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Data {
    dataset: Spanned<String>,
    #[serde(rename = "window")]
    _window: Option<String>,
}

/// A measure and what it is held to.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Bound {
    metric: Spanned<String>,
    split: Option<Spanned<String>>,
    at_least: Option<f64>,
    at_most: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Most {
    per_day: usize,
    in_all: usize,
}

/// What ends the use of an envelope before its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Stop {
    /// A measure out of bounds: always.
    BoundMissed,
    /// An incident of this severity or a worse one since it was signed, in the incident log.
    #[serde(rename = "incident-severity-1")]
    Severity1,
    #[serde(rename = "incident-severity-2")]
    Severity2,
    #[serde(rename = "incident-severity-3")]
    Severity3,
}

impl Envelope {
    /// The last day it may be used.
    pub fn expires(&self) -> Date {
        self.expires.value
    }
}

/// Reads an envelope.
///
/// # Errors
/// The first mistake in it.
pub(super) fn read(document: &Document) -> Result<Envelope, Mistake> {
    let envelope: Envelope = read_settings(document)?;
    let mistake = |span: Span, why: &str| Err(Mistake::new(document, span, why));
    if document.path.file_name() != format!("{}.yaml", envelope.id.value) {
        return mistake(envelope.id.span, "an envelope's file is called as its id, with `.yaml`");
    }
    let bounds = envelope.bounds.iter().chain(&envelope.drift_from_approved);
    if let Some(bound) =
        bounds.into_iter().find(|bound| bound.at_least.is_none() && bound.at_most.is_none())
    {
        return mistake(bound.metric.span, "it has neither `at-least` nor `at-most`");
    }
    if envelope.bounds.is_empty() || envelope.may_vary.is_empty() {
        return mistake(
            envelope.id.span,
            "`may-vary` and `bounds` say what may change and how far",
        );
    }
    Ok(envelope)
}

/// What is other than was signed and an envelope answers for.
#[derive(Default)]
pub(super) struct Varied {
    pub(super) paths: BTreeSet<ItemForm>,
    /// Why it does not admit it.
    pub(super) flaw: Option<SignOffFlaw>,
}

impl<'a> SignOffEvaluator<'a> {
    /// What of the content varies within envelopes that a record covers as they are.
    pub(super) fn varied(
        &self,
        held: &Located<Record>,
        system: &System,
        content: &[CoveredItem],
    ) -> Varied {
        let mut varied = Varied::default();
        let signed = |path: &str| held.value.covers.files.iter().find(|it| it.path.value == path);
        let is_signed = |item: &&CoveredItem| match (&item.form, &item.digest) {
            (ItemForm::File { path }, Ok(digest)) => {
                signed(path).is_some_and(|it| it.sha256.value == *digest)
            }
            _ => false,
        };
        for (path, envelope) in &self.store.envelopes {
            let form = ItemForm::File { path: path.to_string() };
            let is_covered =
                content.iter().find(|item| item.form == form).is_some_and(|item| is_signed(&item));
            if envelope.system.value != system.id.value || !is_covered {
                continue;
            }
            let may = covers(envelope.may_vary.iter().map(|it| (&system.base, it.value.as_str())));
            let other: Vec<&CoveredItem> = content
                .iter()
                .filter(|item| match &item.form {
                    // What was never signed for has no approved version to vary from.
                    ItemForm::File { path } => {
                        may.is_match(path) && signed(path).is_some() && !is_signed(item)
                    }
                    _ => false,
                })
                .collect();
            if other.is_empty() {
                continue;
            }
            varied.paths.extend(other.iter().map(|item| item.form.clone()));
            // A model or dataset is what its files are.
            let digests: BTreeSet<_> =
                other.iter().filter_map(|item| item.digest.as_ref().ok()).collect();
            let roles = content.iter().filter(|item| {
                matches!(item.form, ItemForm::Section { .. })
                    && item.digest.as_ref().is_ok_and(|it| digests.contains(it))
            });
            varied.paths.extend(roles.map(|item| item.form.clone()));
            varied.flaw = varied
                .flaw
                .or(self.admits(path, envelope, held, system, &other).err().map(|flaw| *flaw));
        }
        varied
    }

    /// Whether an envelope admits what is there.
    fn admits(
        &self,
        path: &RepoPath,
        envelope: &Envelope,
        held: &Located<Record>,
        system: &System,
        other: &[&CoveredItem],
    ) -> Result<(), Box<SignOffFlaw>> {
        let id = &envelope.id.value;
        let refuse = |place: Place, text: String| {
            let flaw = SignOffFlaw::new(SignOffProperty::Content, place, text);
            let remedy = "put the last admitted version back, or have this one signed";
            Err(Box::new(flaw.label(format!("envelope `{id}`")).remedy(Who::Author, remedy)))
        };
        let at = |span: Span| Place::bytes(path.clone(), span);
        if envelope.expires.value < self.today {
            let text = format!("the envelope `{id}` ended on {}", envelope.expires.value);
            return refuse(at(envelope.expires.span), text);
        }
        let runs = self.runs(envelope, system);
        let Some(last) = runs.last() else {
            let text = format!("no run record says where {} comes from", other[0].name());
            return refuse(other[0].place.clone(), text);
        };
        let run = &last.value;
        if let Err(why) = self.is_signed_by_program(last) {
            return refuse(
                last.place(run.envelope.span),
                format!(
                    "the run record does not count: \
                {why}"
                ),
            );
        }
        for item in other {
            let ItemForm::File { path } = &item.form else { continue };
            let made = run.produced.iter().find(|it| it.path.value == *path);
            if made.map(|it| &it.sha256.value) != item.digest.as_ref().ok() {
                let text = format!("{} is not what the last run produced", item.name());
                return refuse(item.place.clone(), text);
            }
        }
        let snapshot = self.repo.view.snapshot;
        let is_as_here = |it: &CoveredFile| {
            let path = system.base.join(&it.path.value).ok();
            path.and_then(|path| self.digests.at(snapshot, &path))
                == Some(Ok(it.sha256.value.clone()))
        };
        if let Some(other) = run.produced.iter().find(|it| !is_as_here(it)) {
            let text = format!("`{}` is not what the last run produced", other.path.value);
            return refuse(last.place(other.path.span), text);
        }
        if !run.produced.iter().any(|it| it.path.value == run.metrics.value) {
            let text = "the measurements are not among what the run produced".to_owned();
            return refuse(last.place(run.metrics.span), text);
        }
        let day = run.at.value.date();
        if day > self.today.plus_days(1) {
            return refuse(
                last.place(run.at.span),
                format!("the run is of {day}, which is to come"),
            );
        }
        let today = runs.iter().filter(|it| it.value.at.value.date() == day).count();
        if today > envelope.at_most.per_day {
            let text =
                format!("{today} runs on {day}, and at most {} a day", envelope.at_most.per_day);
            return refuse(last.place(run.at.span), text);
        }
        if runs.len() > envelope.at_most.in_all {
            let text =
                format!("{} runs in all, and at most {}", runs.len(), envelope.at_most.in_all);
            return refuse(last.place(run.at.span), text);
        }
        if let Some(data) = &envelope.data {
            let is_it = run.data.as_ref().is_some_and(|it| {
                let pointer = system.base.join(&it.pointer.value);
                let now =
                    pointer.ok().and_then(|path| self.digests.at(self.repo.view.snapshot, &path));
                it.dataset.value == data.dataset.value && now == Some(Ok(it.sha256.value.clone()))
            });
            if !is_it {
                let text =
                    format!("the run was not made from `{}` as it is here", data.dataset.value);
                return refuse(last.place(run.envelope.span), text);
            }
        }
        self.within(envelope, run, system).or_else(|(place, text)| refuse(place, text))?;
        let first = held.value.expires.value;
        let since = self.first_signature(&held.value.id.value).unwrap_or(first);
        if let Some((place, text)) = self.incident(envelope, system, since) {
            return refuse(place, text);
        }
        Ok(())
    }

    /// The runs of an envelope, the oldest first.
    fn runs(&self, envelope: &Envelope, system: &System) -> Vec<&'a Located<RunRecord>> {
        let folder = system.base.join(envelope.run_records.value.trim_end_matches('/'));
        let is_own = |held: &&Located<RunRecord>| {
            held.value.envelope.value == envelope.id.value
                && folder.as_ref().is_ok_and(|it| held.path.is_in(it))
        };
        let mut runs: Vec<&'a Located<RunRecord>> = self.store.runs.iter().filter(is_own).collect();
        runs.sort_by_key(|held| (held.value.at.value, &held.path));
        runs
    }

    /// Whether a program that may record runs signed one.
    fn is_signed_by_program(&self, held: &Located<RunRecord>) -> Result<(), String> {
        let people = self.people().map_err(|flaw| flaw.text)?;
        let Some(bytes) = &held.signature else {
            return Err("there is no `.sig` beside it".to_owned());
        };
        let signature = Signature::parse(bytes).map_err(|why| why.to_string())?;
        let may =
            people.automation.iter().filter(|it| it.signs == Some(AutomationSigns::RunRecords));
        let day = held.value.at.value.date();
        let days = self.days_asked(held, day);
        let mut why = "no program of governance/people.yaml signs run records".to_owned();
        for program in may {
            let verify = |day: &Date| {
                openssh::verify(
                    &self.trust,
                    &program.id.value,
                    NAMESPACE,
                    &signature,
                    &held.bytes,
                    day.noon(),
                )
            };
            match days.iter().try_for_each(verify) {
                Ok(()) => return Ok(()),
                Err(refused) => why = refused.to_string(),
            }
        }
        Err(why)
    }

    /// Whether what was measured lies within the bounds, and near enough to what was approved.
    fn within(
        &self,
        envelope: &Envelope,
        run: &RunRecord,
        system: &System,
    ) -> Result<(), (Place, String)> {
        let path = system.base.join(&run.metrics.value).ok();
        let document = path.as_ref().and_then(|path| fetch(&self.repo.view, path));
        let Some(document) = document else {
            let place = system.place(system.id.span);
            return Err((place, format!("there are no measurements at `{}`", run.metrics.value)));
        };
        for bound in envelope.bounds.iter().chain(&envelope.drift_from_approved) {
            let name = &bound.metric.value;
            let split = bound.split.as_ref().map(|split| split.value.as_str());
            let place = line_of(&document, name);
            let Found::Value(value) = measured(&document, name, split) else {
                return Err((place, format!("`{name}` was not measured")));
            };
            if let Some(least) = bound.at_least.filter(|least| value < *least) {
                return Err((
                    place,
                    format!(
                        "`{name}` is {value}, and at least {least} was signed \
                    for"
                    ),
                ));
            }
            if let Some(most) = bound.at_most.filter(|most| value > *most) {
                return Err((
                    place,
                    format!("`{name}` is {value}, and at most {most} was signed for"),
                ));
            }
        }
        Ok(())
    }

    fn first_signature(&self, id: &str) -> Option<Date> {
        let statements = &self.store.records.get(id)?.statements;
        statements.iter().map(|held| held.value.signed_on.value).min()
    }

    /// An incident since a day that stops the envelope.
    fn incident(
        &self,
        envelope: &Envelope,
        system: &System,
        since: Date,
    ) -> Option<(Place, String)> {
        let worst = |stop: &Spanned<Stop>| match stop.value {
            Stop::BoundMissed => None,
            Stop::Severity1 => Some(1_u32),
            Stop::Severity2 => Some(2),
            Stop::Severity3 => Some(3),
        };
        let limit = envelope.stops_on.iter().filter_map(worst).max()?;
        let mut answers = self.repo.evidence.iter().filter(|(need, _)| {
            need.kind.id == "incident-log" && need.system.as_ref() == Some(&system.id.value)
        });
        let reading = answers.find_map(|(_, answer)| match answer {
            Answer::Read(reading) => Some(reading),
            _ => None,
        });
        let stops = |what: String| format!("{what} stops the envelope `{}`", envelope.id.value);
        let read =
            reading.and_then(|reading| Some((reading, self.repo.documents.get(&reading.path)?)));
        let Some((reading, document)) = read else {
            let text = stops("an incident log that is not here, or cannot be read,".to_owned());
            return Some((system.place(system.id.span), text));
        };
        // An incident whose day or severity nobody can tell may be one that stops it.
        rows(document, reading).iter().find_map(|row| {
            let stated = row.said("id-date");
            let day = stated.and_then(|(text, _)| match date_in(text, reading.language)? {
                Day::Known(day) => Some(day),
                Day::Ambiguous => None,
            });
            let severity =
                ["impact", "description"].into_iter().find_map(|key| severity_in(row.said(key)?.0));
            if day.is_some_and(|day| day < since)
                || severity.is_some_and(|severity| severity > limit)
            {
                return None;
            }
            let on = day.map_or_else(
                || "on a day that cannot be told".to_owned(),
                |day| format!("on {day}"),
            );
            let of = severity
                .map_or_else(|| "without a severity".to_owned(), |it| format!("of severity {it}"));
            let span = stated.map_or(row.span, |(_, span)| span);
            Some((
                Place::bytes(reading.path.clone(), span),
                stops(format!("an incident {of} {on}")),
            ))
        })
    }
}

/// The number behind the word `severity`.
fn severity_in(text: &str) -> Option<u32> {
    let lower = text.to_lowercase();
    let rest = lower.split("severity").nth(1)?;
    rest.trim_start_matches([':', ' ', '=']).chars().next()?.to_digit(10)
}

/// Where a measure stands in a file of measurements.
fn line_of(document: &Document, metric: &str) -> Place {
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
    found.map_or_else(
        || Place::whole(document.path.clone()),
        |span| Place::bytes(document.path.clone(), span),
    )
}
