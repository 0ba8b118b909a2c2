//! Whether an envelope admits content that is other than what people signed.

use std::collections::BTreeSet;

use super::measurements::{MeasurementRefusal, stopping_incident, within_bounds};
use crate::digest::Sha256;
use crate::finding::Who;
use crate::settings::covers;
use crate::settings::register::System;
use crate::signoff::files::{Envelope, Located, Record, RunRecord};
use crate::signoff::flaw::{SignOffFlaw, SignOffProperty};
use crate::signoff::inputs::SignOffInputs;
use crate::signoff::proof::is_signed_by_program;
use crate::signoff::scope::{CoveredItem, ItemForm};
use crate::span::{Place, RepoPath, Span};

/// Content that is other than was signed and for which an envelope answers.
#[derive(Default)]
pub(super) struct VariedContent {
    pub(super) forms: BTreeSet<ItemForm>,
    /// Why an envelope does not admit it.
    pub(super) flaw: Option<SignOffFlaw>,
}

/// Returns what of the content varies within envelopes that a record covers as they are.
pub(super) fn varied_content(
    inputs: &SignOffInputs<'_>,
    located: &Located<Record>,
    system: &System,
    items: &[CoveredItem],
) -> VariedContent {
    let mut varied = VariedContent::default();
    for (path, envelope) in &inputs.store.envelopes {
        let form = ItemForm::File { path: path.to_string() };
        let item = items.iter().find(|item| item.form == form);
        let is_covered = item.is_some_and(|item| is_as_signed(&located.value, item));
        if envelope.system.value != system.id.value || !is_covered {
            continue;
        }
        let other = varying(envelope, &located.value, system, items);
        if other.is_empty() {
            continue;
        }
        varied.forms.extend(other.iter().map(|item| item.form.clone()));
        // A model or dataset is what its files are.
        let digests: BTreeSet<&Sha256> =
            other.iter().filter_map(|item| item.digest.as_ref().ok()).collect();
        let roles = items.iter().filter(|item| {
            matches!(item.form, ItemForm::Section { .. })
                && item.digest.as_ref().is_ok_and(|digest| digests.contains(digest))
        });
        varied.forms.extend(roles.map(|item| item.form.clone()));
        let admission = Admission { inputs, path, envelope, system };
        varied.flaw = varied.flaw.or(admission.flaw(located, &other));
    }
    varied
}

/// Whether a file is exactly as a record covers it.
fn is_as_signed(record: &Record, item: &CoveredItem) -> bool {
    let ItemForm::File { path } = &item.form else { return false };
    record.covered_file(path).is_some_and(|file| item.is_digest(&file.sha256.value))
}

/// Returns the files that may vary and do. What was never signed for has no approved version to
/// vary from.
fn varying<'i>(
    envelope: &Envelope,
    record: &Record,
    system: &System,
    items: &'i [CoveredItem],
) -> Vec<&'i CoveredItem> {
    let may_vary = envelope.may_vary.iter().map(|pattern| (&system.base, pattern.value.as_str()));
    let may_vary = covers(may_vary);
    let mut varying = Vec::new();
    for item in items {
        if let ItemForm::File { path } = &item.form
            && may_vary.is_match(path)
            && record.covered_file(path).is_some()
            && !is_as_signed(record, item)
        {
            varying.push(item);
        }
    }
    varying
}

/// What it takes for an envelope to admit what is there.
struct Admission<'e> {
    inputs: &'e SignOffInputs<'e>,
    path: &'e RepoPath,
    envelope: &'e Envelope,
    system: &'e System,
}

impl Admission<'_> {
    /// Returns why the envelope does not admit what is other than was signed. None where it does.
    fn flaw(&self, located: &Located<Record>, other: &[&CoveredItem]) -> Option<SignOffFlaw> {
        let (place, text) = self.check(located, other).err()?;
        let flaw = SignOffFlaw::new(SignOffProperty::Content, place, text);
        let remedy = "put the last admitted version back, or have this one signed";
        let label = format!("envelope `{}`", self.envelope.id.value);
        Some(flaw.label(label).remedy(Who::Author, remedy))
    }

    fn check(
        &self,
        located: &Located<Record>,
        other: &[&CoveredItem],
    ) -> Result<(), MeasurementRefusal> {
        let Self { inputs, envelope, system, .. } = self;
        let expires = envelope.expires.value;
        if expires < inputs.today {
            let text = format!("the envelope `{}` ended on {expires}", envelope.id.value);
            return Err((self.place(envelope.expires.span), text));
        }
        let runs = self.runs();
        let Some(last) = runs.last() else {
            let text = format!("no run record says where {} comes from", other[0].name());
            return Err((other[0].place.clone(), text));
        };
        is_signed_by_program(inputs, last).map_err(|why| {
            let text = format!("the run record does not count: {why}");
            (last.place(last.value.envelope.span), text)
        })?;
        self.is_produced(last, other)?;
        self.is_within_limits(last, &runs)?;
        self.is_from_data(last)?;
        within_bounds(inputs, envelope, &last.value, system)?;
        let record = &located.value;
        let statements = inputs.store.records.get(&record.id.value).map(|files| &files.statements);
        let signed = statements.into_iter().flatten().map(|it| it.value.signed_on.value).min();
        let since = signed.unwrap_or(record.expires.value);
        match stopping_incident(inputs, envelope, system, since) {
            Some(refusal) => Err(refusal),
            None => Ok(()),
        }
    }

    fn place(&self, span: Span) -> Place {
        Place::bytes(self.path.clone(), span)
    }

    /// Returns the runs of the envelope, the oldest first.
    fn runs(&self) -> Vec<&Located<RunRecord>> {
        let folder = self.envelope.run_records.value.trim_end_matches('/');
        let folder = self.system.base.join(folder);
        let is_own = |located: &&Located<RunRecord>| {
            located.value.envelope.value == self.envelope.id.value
                && folder.as_ref().is_ok_and(|folder| located.path.is_in(folder))
        };
        let mut runs: Vec<_> = self.inputs.store.runs.iter().filter(is_own).collect();
        runs.sort_by_key(|located| (located.value.at.value, &located.path));
        runs
    }

    /// Checks that what is other than was signed is what a run produced, and that all it produced
    /// is here, the measurements among it.
    fn is_produced(
        &self,
        last: &Located<RunRecord>,
        other: &[&CoveredItem],
    ) -> Result<(), MeasurementRefusal> {
        let run = &last.value;
        for item in other {
            let ItemForm::File { path } = &item.form else { continue };
            let produced = run.produced.iter().find(|file| file.path.value == *path);
            if !produced.is_some_and(|file| item.is_digest(&file.sha256.value)) {
                let text = format!("{} is not what the last run produced", item.name());
                return Err((item.place.clone(), text));
            }
        }
        for file in &run.produced {
            if !self.is_here(&file.path.value, &file.sha256.value) {
                let text = format!("`{}` is not what the last run produced", file.path.value);
                return Err((last.place(file.path.span), text));
            }
        }
        if !run.produced.iter().any(|file| file.path.value == run.metrics.value) {
            let text = "the measurements are not among what the run produced".to_owned();
            return Err((last.place(run.metrics.span), text));
        }
        Ok(())
    }

    /// Whether the file at a path below the system's folder has this content.
    fn is_here(&self, path: &str, sha256: &Sha256) -> bool {
        let (digests, snapshot) = (self.inputs.digests, self.inputs.repo.view.snapshot);
        let path = self.system.base.join(path);
        path.is_ok_and(|path| digests.is_at(snapshot, &path, sha256))
    }

    /// Checks that there were not more runs than there may be.
    fn is_within_limits(
        &self,
        last: &Located<RunRecord>,
        runs: &[&Located<RunRecord>],
    ) -> Result<(), MeasurementRefusal> {
        let refuse = |text: String| Err((last.place(last.value.at.span), text));
        let (limits, day) = (&self.envelope.at_most, last.value.at.value.date());
        if day > self.inputs.today.plus_days(1) {
            return refuse(format!("the run is of {day}, which is to come"));
        }
        let of_day = runs.iter().filter(|run| run.value.at.value.date() == day).count();
        if of_day > limits.per_day {
            return refuse(format!("{of_day} runs on {day}, and at most {} a day", limits.per_day));
        }
        let in_all = runs.len();
        if in_all > limits.in_all {
            return refuse(format!("{in_all} runs in all, and at most {}", limits.in_all));
        }
        Ok(())
    }

    /// Checks that a run was made from the envelope's dataset as it is here.
    fn is_from_data(&self, last: &Located<RunRecord>) -> Result<(), MeasurementRefusal> {
        let Some(expected) = &self.envelope.data else { return Ok(()) };
        let dataset = &expected.dataset.value;
        let is_from = last.value.data.as_ref().is_some_and(|data| {
            data.dataset.value == *dataset && self.is_here(&data.pointer.value, &data.sha256.value)
        });
        if is_from {
            return Ok(());
        }
        let text = format!("the run was not made from `{dataset}` as it is here");
        Err((last.place(last.value.envelope.span), text))
    }
}
