//! `governance/gate.yaml`: the rules. Which rule set, how strictly, who signs, which severities.
//!
//! Rules may stand in several folders on the way down to the judged one. They are composed into one
//! [`Rules`]: the strictest wins, and a nested file only adds.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::extension::{self, Catalogued, DocumentSettings, NotApplicable};
use super::material::{self, MaterialPath, Materials};
use super::{Mistake, Schema, read as read_settings};
use crate::catalog::{Extension, Language, Overlay, Role};
use crate::date::Date;
use crate::document::{Document, Node, Spanned};
use crate::finding::Severity;
use crate::span::{Place, RepoPath};

/// The path of the rules, relative to the folder they hold for.
pub const FILE: &str = "governance/gate.yaml";

/// One file of rules.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct GateFile {
    #[serde(rename = "schema")]
    _schema: Schema,
    /// The name of the repository. Every record states it, so that a record of one repository does
    /// not count in another.
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
    #[serde(default)]
    documents: BTreeMap<String, DocumentSettings>,
    #[serde(default)]
    languages: Vec<Language>,
    #[serde(default)]
    not_applicable: Vec<NotApplicable>,
    #[serde(default)]
    material: Vec<MaterialPath>,
    #[serde(default)]
    must_publish: BTreeSet<Channel>,
    solo: Option<Solo>,
    /// What `documents`, `languages` and `not-applicable` say, after they were checked.
    #[serde(skip)]
    catalogued: Catalogued,
    /// Where each key of `checks` stands.
    #[serde(skip)]
    check_places: BTreeMap<String, Place>,
    /// Where each key of the file stands.
    #[serde(skip)]
    places: BTreeMap<String, Place>,
}

/// The rule that one person decides alone, own work included. It does not hold for class high, and
/// every report says that assurance is reduced.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Solo {
    pub person: Spanned<String>,
    pub because: Spanned<String>,
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
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    Observe,
    Introduce,
    Strict,
}

/// Where a verdict is posted on a forge.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Deserialize,
    Serialize,
    JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// A check run at the newest commit, with its remarks (GitHub).
    CheckRun,
    /// A status of the newest commit.
    CommitStatus,
    /// An answer to the external status check of our name (GitLab).
    StatusCheck,
    /// The one comment on the pull or merge request, kept up to date.
    Comment,
    /// A thread on each line of the change that blocks (GitLab).
    Threads,
    /// Code scanning, as SARIF (GitHub).
    CodeScanning,
    /// An issue per system on what needs attention in the next thirty days (GitHub).
    Issue,
}

impl Channel {
    /// Returns the name in settings and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::CheckRun => "check-run",
            Self::CommitStatus => "commit-status",
            Self::StatusCheck => "status-check",
            Self::Comment => "comment",
            Self::Threads => "threads",
            Self::CodeScanning => "code-scanning",
            Self::Issue => "issue",
        }
    }
}

/// When release decisions are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseGate {
    #[default]
    AtRelease,
    AtMerge,
}

/// What can be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    Classification,
    TreatmentPlan,
    AcceptResidualRisk,
    Release,
    RuleChange,
    Confirm,
}

impl Decision {
    /// Returns the name in settings and records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::TreatmentPlan => "treatment-plan",
            Self::AcceptResidualRisk => "accept-residual-risk",
            Self::Release => "release",
            Self::RuleChange => "rule-change",
            Self::Confirm => "confirm",
        }
    }
}

/// How many people of which roles a decision needs, and what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WhoSigns {
    pub people: u32,
    pub from: Vec<Role>,
    pub proof: Proof,
}

impl WhoSigns {
    /// Returns whether signatures that satisfy this satisfy `other` too.
    pub fn is_as_strict_as(&self, other: &WhoSigns) -> bool {
        self.people >= other.people
            && self.proof >= other.proof
            && !self.from.is_empty()
            && self.from.iter().all(|role| other.from.contains(role))
    }

    /// Returns the terms that satisfy both.
    fn and(&self, other: &WhoSigns) -> WhoSigns {
        WhoSigns {
            people: self.people.max(other.people),
            from: self.from.iter().filter(|role| other.from.contains(role)).copied().collect(),
            proof: self.proof.max(other.proof),
        }
    }
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

impl Proof {
    /// Returns the name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Reviewed => "reviewed",
            Self::Signed => "signed",
            Self::TimeStamped => "time-stamped",
        }
    }
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
pub fn read(document: &Document) -> Result<GateFile, Mistake> {
    let mut gate: GateFile = read_settings(document)?;
    for (decision, who) in &gate.who_signs {
        if who.people == 0 || who.from.is_empty() {
            let span = document
                .tree()
                .ok()
                .and_then(|root| root.entry("who-signs"))
                .map(|(key, _)| key.span);
            let message = format!(
                "nobody need sign `{decision:?}` by this; name at least one \
                person and one role"
            );
            return Err(Mistake::new(document, span.unwrap_or_default(), message));
        }
    }
    for text in gate.solo.iter().flat_map(|solo| [&solo.person, &solo.because]) {
        if text.value.trim().is_empty() {
            return Err(Mistake::new(document, text.span, "this is empty"));
        }
    }
    gate.catalogued =
        extension::read(document, &gate.documents, &gate.languages, &gate.not_applicable)?;
    gate.catalogued.loosening.extend(material::read(document, &gate.material)?);
    let places = |node: &Node| -> BTreeMap<String, Place> {
        let own = node.entries().iter().filter(|(key, _)| !key.text.starts_with("x-"));
        own.map(|(key, _)| (key.text.to_string(), Place::bytes(document.path.clone(), key.span)))
            .collect()
    };
    if let Ok(root) = document.tree() {
        gate.places = places(root);
        gate.check_places = root.get("checks").map(places).unwrap_or_default();
    }
    Ok(gate)
}

/// The effective rules for a judged folder.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The files they came from, outermost first.
    pub files: Vec<RepoPath>,
    /// Whether a file could not be read. The mode is `strict` then.
    pub refused: bool,
    pub mode: Mode,
    pub strict_from: Option<Date>,
    /// The rule set that may block; `None` is the newest.
    pub pinned: Option<Version>,
    /// Where rule sets are pinned, and which.
    pub pins: Vec<(Place, Version)>,
    pub minimum_versions: Vec<(Place, Version)>,
    pub overlays: BTreeSet<Overlay>,
    pub release_gate: ReleaseGate,
    pub who_signs: BTreeMap<Decision, WhoSigns>,
    /// The names records are bound to, outermost first.
    pub repositories: Vec<String>,
    /// The severities each branch's rules set; where there are several, the heaviest counts.
    severities: Vec<BTreeMap<String, Severities>>,
    /// Each check id that a file sets, and where.
    pub settings: Vec<(String, Place)>,
    /// Where a key stands, in the innermost file that has it.
    pub places: BTreeMap<String, Place>,
    /// What the rules add to the catalogue of documents.
    pub extension: Extension,
    /// The documents that the rules do not ask for, each with its place.
    pub not_applicable: Vec<(NotApplicable, Place)>,
    /// The files that `material` names or takes out.
    pub material: Materials,
    /// The channels without which a pass of a job does not count.
    pub must_publish: BTreeSet<Channel>,
    /// Who decides alone, where the outermost rules say so.
    pub solo: Option<Solo>,
    /// The places in nested files of keys that only the outermost file may have.
    pub misplaced: Vec<Place>,
}

/// What the outermost file sets a check to, and what nested files raise it to.
#[derive(Clone, Copy, Debug, Default)]
struct Severities {
    set: Option<Severity>,
    raised: Option<Severity>,
}

impl Default for Rules {
    /// Returns the rules that hold where no file says otherwise.
    fn default() -> Self {
        Self {
            files: Vec::new(),
            refused: false,
            mode: Mode::Introduce,
            strict_from: None,
            pinned: None,
            pins: Vec::new(),
            minimum_versions: Vec::new(),
            overlays: BTreeSet::new(),
            release_gate: ReleaseGate::AtRelease,
            who_signs: BTreeMap::new(),
            repositories: Vec::new(),
            severities: vec![BTreeMap::new()],
            settings: Vec::new(),
            places: BTreeMap::new(),
            extension: Extension::default(),
            not_applicable: Vec::new(),
            material: Materials::default(),
            must_publish: BTreeSet::new(),
            solo: None,
            misplaced: Vec::new(),
        }
    }
}

impl Rules {
    /// Composes files of rules, given from the outermost folder inwards.
    pub fn compose(gates: Vec<(RepoPath, GateFile)>) -> Self {
        let mut rules = Self::default();
        let mut severities: BTreeMap<String, Severities> = BTreeMap::new();
        for (at, (path, gate)) in gates.into_iter().enumerate() {
            let outermost = at == 0;
            // Every field is named, so that a new one cannot be forgotten here.
            let GateFile {
                _schema: _,
                repository,
                rules: pin,
                minimum_version,
                enforce,
                overlays,
                release_gate,
                who_signs,
                checks,
                documents: _,
                languages: _,
                not_applicable,
                material,
                must_publish,
                solo,
                catalogued,
                check_places,
                places,
            } = gate;
            if let Some(enforce) = enforce {
                rules.mode = if outermost { enforce.mode } else { rules.mode.max(enforce.mode) };
                rules.strict_from = earliest(rules.strict_from, enforce.strict_from);
            }
            if let Some(version) = pin {
                rules.pins.push((Place::bytes(path.clone(), version.span), version.value.clone()));
                // Nested rules may ask for a newer rule set, never for an older one.
                let newer = rules.pinned.as_ref().is_some_and(|pinned| *pinned < version.value);
                if outermost || newer {
                    rules.pinned = Some(version.value);
                }
            }
            if let Some(version) = minimum_version {
                rules
                    .minimum_versions
                    .push((Place::bytes(path.clone(), version.span), version.value));
            }
            for (id, settings) in checks {
                let slot = severities.entry(id).or_default();
                if outermost {
                    slot.set = Some(settings.severity);
                } else {
                    slot.raised = slot.raised.max(Some(settings.severity));
                }
            }
            rules.overlays.extend(overlays.into_iter().map(|overlay| overlay.value));
            rules.release_gate = rules.release_gate.max(release_gate.unwrap_or_default());
            for (decision, who) in who_signs {
                let both =
                    rules.who_signs.get(&decision).map_or(who.clone(), |known| known.and(&who));
                rules.who_signs.insert(decision, both);
            }
            if outermost {
                let place = |it: &NotApplicable| Place::bytes(path.clone(), it.document.span);
                rules.not_applicable.extend(not_applicable.into_iter().map(|it| {
                    let place = place(&it);
                    (it, place)
                }));
                rules.extension = catalogued.extension;
                rules.solo = solo;
            } else {
                // A kind of document more is asked for; names and exceptions let something pass.
                rules.extension.add_kinds(&catalogued.extension.kinds);
                rules.misplaced.extend(catalogued.loosening);
            }
            rules.must_publish.extend(must_publish);
            rules.material.add(&path.parent().parent(), material, outermost);
            rules.repositories.extend(repository.map(|name| name.value));
            rules.settings.extend(check_places);
            rules.places.extend(places);
            rules.files.push(path);
        }
        rules.severities = vec![severities];
        rules
    }

    /// Notes that a file could not be read, so that mode `strict` holds.
    pub fn refuse(&mut self) {
        self.refused = true;
        self.mode = Mode::Strict;
    }

    /// Returns in each point the stricter of these rules and another branch's.
    #[must_use]
    pub fn and(mut self, other: &Rules) -> Self {
        self.refused |= other.refused;
        self.mode = self.mode.max(other.mode);
        self.strict_from = earliest(self.strict_from, other.strict_from);
        self.pinned = self.pinned.zip(other.pinned.clone()).map(|(one, other)| one.max(other));
        self.minimum_versions.extend(other.minimum_versions.iter().cloned());
        self.overlays.extend(&other.overlays);
        self.release_gate = self.release_gate.max(other.release_gate);
        for (decision, who) in &other.who_signs {
            let both = self.who_signs.get(decision).map_or(who.clone(), |known| known.and(who));
            self.who_signs.insert(*decision, both);
        }
        self.severities.extend(other.severities.iter().cloned());
        self.extension = self.extension.and(&other.extension);
        self.material.and(&other.material);
        self.must_publish.extend(&other.must_publish);
        self.solo =
            self.solo.filter(|solo| other.solo.as_ref().is_some_and(|it| it.person == solo.person));
        self.not_applicable
            .retain(|(it, _)| other.not_applicable.iter().any(|(known, _)| known.includes(it)));
        self
    }

    /// Returns the mode on a day: `strict` from `strict-from` on.
    pub fn mode_on(&self, today: Date) -> Mode {
        match self.strict_from {
            Some(from) if today >= from => Mode::Strict,
            Some(_) | None => self.mode,
        }
    }

    /// Returns the severity the rules give a check. `default` is what the check has by itself.
    pub fn severity(&self, check: &str, default: Severity) -> Severity {
        let of = |severities: &BTreeMap<String, Severities>| {
            let Severities { set, raised } = severities.get(check).copied().unwrap_or_default();
            set.unwrap_or(default).max(raised.unwrap_or(Severity::Note))
        };
        self.severities.iter().map(of).max().unwrap_or(default)
    }

    /// Returns whether a check of rule set `since` may block, which it may up to the pinned rule
    /// set.
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
