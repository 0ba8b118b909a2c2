//! An envelope: what a program may change by itself, within bounds that people signed for.

use serde::Deserialize;

use crate::date::Date;
use crate::document::{Document, Spanned};
use crate::evidence::Side;
use crate::ids::{RecordId, SystemId};
use crate::settings::{Mistake, Schema, read as read_settings};
use crate::span::Span;

/// What a program may change by itself (nightly retraining and the like), and how far.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Envelope {
    #[serde(rename = "schema")]
    _schema: Schema,
    pub(crate) id: Spanned<RecordId>,
    pub(crate) system: Spanned<SystemId>,
    /// What a record covers through this envelope and not by digest.
    pub(crate) may_vary: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) must_not_change: Vec<Spanned<String>>,
    /// What every run is made from. None where that is left open.
    pub(crate) data: Option<EnvelopeData>,
    bounds: Vec<Bound>,
    /// How far the produced may be from what people signed, as the run measured it.
    drift_from_approved: Option<Bound>,
    pub(crate) at_most: RunLimits,
    /// The folder of the run records.
    pub(crate) run_records: Spanned<String>,
    #[serde(default)]
    stops_on: Vec<Spanned<Stop>>,
    pub(crate) expires: Spanned<Date>,
}

/// The dataset that runs are made from.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct EnvelopeData {
    pub(crate) dataset: Spanned<String>,
    #[serde(rename = "window")]
    _window: Option<String>,
}

/// A measure and the values it must lie between.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Bound {
    pub(crate) metric: Spanned<String>,
    pub(crate) split: Option<Spanned<String>>,
    at_least: Option<f64>,
    at_most: Option<f64>,
}

/// How many runs there may be.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct RunLimits {
    pub(crate) per_day: usize,
    pub(crate) in_all: usize,
}

/// What ends the use of an envelope before its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Stop {
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

impl Stop {
    /// Returns the mildest severity that stops the envelope (1 is the worst). None where it is not
    /// about incidents.
    fn severity(self) -> Option<u32> {
        match self {
            Self::BoundMissed => None,
            Self::Severity1 => Some(1),
            Self::Severity2 => Some(2),
            Self::Severity3 => Some(3),
        }
    }
}

impl Envelope {
    /// Returns the last day on which it may be used.
    pub(crate) fn expires(&self) -> Date {
        self.expires.value
    }

    /// Iterates over everything that is measured after a run.
    pub(crate) fn bounds(&self) -> impl Iterator<Item = &Bound> {
        self.bounds.iter().chain(&self.drift_from_approved)
    }

    /// Returns the mildest severity of an incident that stops it. None where incidents do not.
    pub(crate) fn stopping_severity(&self) -> Option<u32> {
        self.stops_on.iter().filter_map(|stop| stop.value.severity()).max()
    }
}

impl Bound {
    /// Returns what is wrong with a measured value, in words. None where it lies within.
    pub(crate) fn missed_by(&self, value: f64) -> Option<String> {
        let name = &self.metric.value;
        if let Some(least) = self.at_least.filter(|least| value < *least) {
            return Some(format!("`{name}` is {value}, and at least {least} was signed for"));
        }
        let most = self.at_most.filter(|most| value > *most)?;
        Some(format!("`{name}` is {value}, and at most {most} was signed for"))
    }

    /// Returns the sides on which it bounds the value.
    pub(crate) fn sides(&self) -> impl Iterator<Item = Side> {
        Side::of(self.at_least, self.at_most)
    }

    fn is_open(&self) -> bool {
        self.at_least.is_none() && self.at_most.is_none()
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
    if let Some(bound) = envelope.bounds().find(|bound| bound.is_open()) {
        return mistake(bound.metric.span, "it has neither `at-least` nor `at-most`");
    }
    if envelope.bounds.is_empty() || envelope.may_vary.is_empty() {
        let why = "`may-vary` and `bounds` say what may change and how far";
        return mistake(envelope.id.span, why);
    }
    Ok(envelope)
}
