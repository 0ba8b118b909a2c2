//! `governance/gate.yaml`: the rules. Which rule set, how strictly, who signs, which severities.
//!
//! Rules may stand in several folders on the way down to the judged one. They are composed into one
//! [`Rules`]: the strictest wins, and a nested file only adds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Mistake, Schema, read as read_settings};
use crate::catalog::Role;
use crate::date::Date;
use crate::document::{Document, Spanned};
use crate::finding::Severity;
use crate::span::{Place, RepoPath};

/// Where the rules lie below the folder they are for.
pub const FILE: &str = "governance/gate.yaml";

/// One file of rules.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Gate {
    #[serde(rename = "schema")]
    _schema: Schema,
    /// Signed into every record, so that a record cannot be replayed elsewhere.
    pub repository: Option<Spanned<String>>,
    /// The rule set; newer checks report and do not block.
    pub rules: Option<Spanned<String>>,
    pub minimum_version: Option<Spanned<String>>,
    pub enforce: Option<Enforce>,
    #[serde(default)]
    pub overlays: Vec<Spanned<Overlay>>,
    pub release_gate: Option<ReleaseGate>,
    #[serde(default)]
    pub who_signs: BTreeMap<Decision, WhoSigns>,
    #[serde(default)]
    checks: BTreeMap<String, CheckSettings>,
    /// Where each key of `checks` stands.
    #[serde(skip)]
    check_places: BTreeMap<String, Place>,
}

/// How strictly findings are weighed.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Enforce {
    pub mode: Mode,
    /// From this day the mode is strict.
    pub strict_from: Option<Date>,
}

/// `observe` reports and does not block, `introduce` weighs by class, `strict` weighs every class
/// as class high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    Observe,
    Introduce,
    Strict,
}

/// Law that adds duties. Known by name; no check of rule set 0.1 depends on one yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overlay {
    EuAiAct,
    Gdpr,
}

/// When release decisions are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseGate {
    AtRelease,
    AtMerge,
}

/// What can be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    Classification,
    TreatmentPlan,
    AcceptResidualRisk,
    Release,
    RuleChange,
    Confirm,
}

/// How many people of which roles a decision needs, and what proves it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WhoSigns {
    pub people: u32,
    pub from: Vec<Role>,
    pub proof: Proof,
}

/// What shows that somebody decided, from a name in a text to a time-stamped signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    Claimed,
    Reviewed,
    Signed,
    TimeStamped,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct CheckSettings {
    severity: Severity,
}

/// Reads one file of rules.
///
/// # Errors
/// The first mistake in it.
pub fn read(document: &Document) -> Result<Gate, Mistake> {
    let mut gate: Gate = read_settings(document)?;
    let entries = document.tree().ok().and_then(|root| root.get("checks")).map_or(&[][..], |node| node.entries());
    for (key, _) in entries {
        gate.check_places.insert(key.text.to_string(), Place::bytes(document.path.clone(), key.span));
    }
    Ok(gate)
}

/// The effective rules for a judged folder.
#[derive(Debug)]
pub struct Rules {
    /// The files they came from, outermost first.
    pub files: Vec<RepoPath>,
    pub mode: Mode,
    pub strict_from: Option<Date>,
    /// The rule set that may block; `None` is the newest.
    pub pinned: Option<String>,
    pub minimum_versions: Vec<(Place, String)>,
    /// Severities set per check: what the outermost file says, then what nested files raise it to.
    severities: BTreeMap<String, (Option<Severity>, Option<Severity>)>,
    /// Each check id that a file sets, and where.
    pub settings: Vec<(String, Place)>,
}

impl Default for Rules {
    /// What holds where no file says otherwise.
    fn default() -> Self {
        Self {
            files: Vec::new(),
            mode: Mode::Introduce,
            strict_from: None,
            pinned: None,
            minimum_versions: Vec::new(),
            severities: BTreeMap::new(),
            settings: Vec::new(),
        }
    }
}

impl Rules {
    /// Composes files of rules, given from the outermost folder inwards.
    pub fn compose(gates: Vec<(RepoPath, Gate)>) -> Self {
        let mut rules = Self::default();
        for (at, (path, gate)) in gates.into_iter().enumerate() {
            let outermost = at == 0;
            if let Some(enforce) = gate.enforce {
                rules.mode = if outermost { enforce.mode } else { rules.mode.max(enforce.mode) };
                rules.strict_from = earliest(rules.strict_from, enforce.strict_from);
            }
            match gate.rules.map(|version| version.value) {
                Some(version) if outermost => rules.pinned = Some(version),
                // Nested rules may ask for a newer rule set, never for an older one.
                Some(version) if rules.pinned.as_deref().is_some_and(|own| is_older(own, &version)) => {
                    rules.pinned = Some(version);
                }
                Some(_) | None => {}
            }
            if let Some(version) = gate.minimum_version {
                rules.minimum_versions.push((Place::bytes(path.clone(), version.span), version.value));
            }
            for (id, settings) in gate.checks {
                let slot = rules.severities.entry(id).or_default();
                if outermost {
                    slot.0 = Some(settings.severity);
                } else {
                    slot.1 = slot.1.max(Some(settings.severity));
                }
            }
            rules.settings.extend(gate.check_places);
            rules.files.push(path);
        }
        rules
    }

    /// The mode on a day.
    pub fn mode_on(&self, today: Date) -> Mode {
        match self.strict_from {
            Some(from) if today >= from => Mode::Strict,
            Some(_) | None => self.mode,
        }
    }

    /// The severity of a check whose own would be `default`.
    pub fn severity(&self, check: &str, default: Severity) -> Severity {
        let (set, raised) = self.severities.get(check).copied().unwrap_or_default();
        set.unwrap_or(default).max(raised.unwrap_or(Severity::Note))
    }

    /// Whether a check of rule set `since` may block.
    pub fn includes(&self, since: &str) -> bool {
        self.pinned.as_deref().is_none_or(|pinned| !is_older(pinned, since))
    }
}

fn earliest(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

/// Whether dotted version `a` comes before `b`; parts are compared as numbers.
pub fn is_older(a: &str, b: &str) -> bool {
    let parts = |version: &str| -> Vec<u64> {
        let core = version.trim_start_matches('v').split(['-', '+']).next().unwrap_or_default();
        core.split('.').map(|part| part.parse().unwrap_or_default()).collect()
    };
    let (mut a, mut b) = (parts(a), parts(b));
    let length = a.len().max(b.len());
    a.resize(length, 0);
    b.resize(length, 0);
    a < b
}
