//! `governance/risks/SYSTEM.yaml`: risks of a system, their treatment and what remains.
//!
//! Fields that an entry should have and may lack are optional here: an incomplete entry is a
//! finding about that entry, not a file that cannot be read.

use serde::Deserialize;

use super::{Mistake, Schema, read as read_settings};
use crate::catalog::{self, Level, RiskScale};
use crate::date::Date;
use crate::document::{Document, Spanned};
use crate::ids::{RiskId, SystemId};
use crate::span::RepoPath;

/// The kind of document it is.
pub(crate) const KIND: &str = "risk-register";

/// Returns the path of a system's risk register where `aims.yaml` names none.
pub(crate) fn place(system: &str) -> String {
    format!("governance/risks/{system}.yaml")
}

/// The risks of one system.
#[derive(Debug)]
pub(crate) struct RiskRegister {
    pub(crate) path: RepoPath,
    pub(crate) system: Spanned<SystemId>,
    pub(crate) scale: &'static RiskScale,
    pub(crate) risks: Vec<Risk>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RiskFile {
    #[serde(rename = "schema")]
    _schema: Schema,
    system: Spanned<SystemId>,
    scale: Option<Spanned<String>>,
    risks: Vec<Risk>,
}

/// One risk.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Risk {
    pub(crate) id: Spanned<RiskId>,
    pub(crate) risk: Option<Spanned<String>>,
    pub(crate) about: Option<About>,
    pub(crate) hurts: Option<Spanned<String>>,
    pub(crate) before: Option<Spanned<Rating>>,
    pub(crate) treatment: Option<Spanned<Treatment>>,
    pub(crate) measures: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) actions: Vec<Action>,
    #[serde(default)]
    pub(crate) controls: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) required_by: Vec<String>,
    pub(crate) tested_by: Option<Spanned<String>>,
    pub(crate) after: Option<Spanned<Rating>>,
    pub(crate) owner: Option<Spanned<String>>,
    pub(crate) reviewed_on: Option<Spanned<Date>>,
    pub(crate) status: Option<Spanned<Status>>,
    pub(crate) accepted_in: Option<Spanned<String>>,
    /// Why a closed risk is one no longer.
    pub(crate) closed_because: Option<Spanned<String>>,
    pub(crate) closed_on: Option<Spanned<Date>>,
}

/// Likelihood and impact, each 1 to 5 on the shipped scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Rating {
    pub(crate) likelihood: u32,
    pub(crate) impact: u32,
}

/// What a risk comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum About {
    Data,
    ModelBehaviour,
    Use,
    Misuse,
    ThirdParty,
    People,
}

/// What is done about a risk (6.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Treatment {
    Reduce,
    Avoid,
    Share,
    Accept,
}

/// Where a risk stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Status {
    Open,
    Treated,
    Accepted,
    Closed,
}

/// A step of treatment.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Action {
    pub(crate) id: Spanned<String>,
    #[serde(rename = "do")]
    pub(crate) what: String,
    pub(crate) owner: Option<Spanned<String>>,
    pub(crate) due: Option<Spanned<Date>>,
    pub(crate) done_on: Option<Spanned<Date>>,
    pub(crate) proof: Option<Spanned<String>>,
}

impl RiskRegister {
    /// Returns the level of a rating, or `None` outside the scale.
    pub(crate) fn level(&self, rating: Rating) -> Option<Level> {
        self.scale.level(rating.likelihood, rating.impact)
    }
}

/// Reads a risk register.
///
/// # Errors
/// The first mistake in it, an unknown scale or a rating outside of it among them.
pub(crate) fn read(document: &Document) -> Result<RiskRegister, Mistake> {
    let file: RiskFile = read_settings(document)?;
    let name = file.scale.as_ref().map_or(catalog::DEFAULT_SCALE, |scale| scale.value.as_str());
    let Some(scale) = catalog::risk_scale(name) else {
        let span = file.scale.as_ref().map(|scale| scale.span).unwrap_or_default();
        let message =
            format!("`{name}` is no scale; `{}` ships with the gate", catalog::DEFAULT_SCALE);
        return Err(Mistake::new(document, span, message));
    };
    let register =
        RiskRegister { path: document.path.clone(), system: file.system, scale, risks: file.risks };
    let mut seen = std::collections::BTreeSet::new();
    for risk in &register.risks {
        if risk.id.value.trim().is_empty() {
            return Err(Mistake::new(document, risk.id.span, "this is empty"));
        }
        if !seen.insert(risk.id.value.as_str()) {
            let message = format!("the risk id `{}` stands here twice", risk.id.value);
            return Err(Mistake::new(document, risk.id.span, message));
        }
        for rating in [&risk.before, &risk.after].into_iter().flatten() {
            if register.level(rating.value).is_none() {
                let message = "outside the scale: likelihood and impact are 1 to 5";
                return Err(Mistake::new(document, rating.span, message));
            }
        }
    }
    Ok(register)
}
