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
    pub rules: Option<Spanned<Version>>,
    pub minimum_version: Option<Spanned<Version>>,
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
    for (key, _) in entries.iter().filter(|(key, _)| !key.text.starts_with("x-")) {
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
    pub pinned: Option<Version>,
    /// Where rule sets are pinned, and which.
    pub pins: Vec<(Place, Version)>,
    pub minimum_versions: Vec<(Place, Version)>,
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
            pins: Vec::new(),
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
            if let Some(version) = gate.rules {
                rules.pins.push((Place::bytes(path.clone(), version.span), version.value.clone()));
                // Nested rules may ask for a newer rule set, never for an older one.
                let newer = rules.pinned.as_ref().is_some_and(|pinned| *pinned < version.value);
                if outermost || newer {
                    rules.pinned = Some(version.value);
                }
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
        match (&self.pinned, since.parse::<Version>()) {
            (Some(pinned), Ok(since)) => since <= *pinned,
            (None, _) | (_, Err(_)) => true,
        }
    }
}

fn earliest(a: Option<Date>, b: Option<Date>) -> Option<Date> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

/// A dotted version of numbers, such as `0.1` or `1.2.3`; missing parts are zero.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version([u64; 3]);

impl std::str::FromStr for Version {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no version; write numbers with dots, for example 0.1");
        let mut parts = [0; 3];
        let mut given = text.trim_start_matches('v').split('.');
        for part in &mut parts {
            match given.next() {
                Some(number) => *part = number.parse().map_err(|_| wrong())?,
                None => break,
            }
        }
        if given.next().is_some() { Err(wrong()) } else { Ok(Self(parts)) }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}")?;
        if patch > 0 { write!(f, ".{patch}") } else { Ok(()) }
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
