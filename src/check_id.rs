//! The id of each check, as a value: a name that is misspelt in the code does not compile.
//!
//! Names are kebab-case and come from the variants, in one place. Text of a repository that names
//! a check becomes a [`NamedCheck`], which keeps what it does not know as it was written.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use strum::IntoEnumIterator as _;

/// A check. Variants are in the order of their names, so that comparing ids compares names; an
/// organisation's own come last.
///
/// A name says the flaw, so that "waive NAME" reads right. It is never reused.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, strum::EnumIter, strum::IntoStaticStr,
)]
#[strum(serialize_all = "kebab-case")]
pub enum CheckId {
    AcceptanceMissing,
    ActionOverdue,
    AdoptionIncomplete,
    ApplicabilityIncomplete,
    AssessmentOutdated,
    AuditOverdue,
    BaselineExpired,
    BaselineGrown,
    BaselineUnused,
    Boilerplate,
    BomDiffers,
    BrokenLink,
    ClassContradicted,
    CodeOnLoad,
    CompetenceExpired,
    ConditionOverdue,
    CroissantIncomplete,
    CroissantInvalid,
    DeclaredPathMissing,
    DigestDiffers,
    DocumentMissing,
    DocumentReviewOverdue,
    DocumentUnapproved,
    DocumentUnreadable,
    DutyLowered,
    ElementMissing,
    EmergencyInvalid,
    EvaluationOnTrainingData,
    EvidenceWithdrawn,
    ExplanationMissing,
    FairnessUnmeasured,
    GateWiringChanged,
    GenerativeUndeclared,
    IncidentLogOutdated,
    IncidentPlanUnexercised,
    LanguageUnread,
    LogRetentionTooShort,
    MandateExpired,
    MergeUndecided,
    MetricDiffers,
    ModelSourceChanged,
    ObjectiveUnmeasurable,
    OrganisationUnproven,
    OwnerUnknown,
    PeopleChanged,
    PersonalDataUnexplained,
    Placeholder,
    ProhibitedSystem,
    ProofTooWeak,
    PurposeDiffers,
    ReasonUnlinked,
    RecordAltered,
    RegisterInvalid,
    RegisterMissing,
    RegisterUnnamed,
    RequirementUnverifiable,
    ResidualTooHigh,
    RightsAssessmentUndeclared,
    RiskClassUndeclared,
    RiskEntryIncomplete,
    RiskLevelDiffers,
    RiskLinkBroken,
    RiskNotAboutAi,
    RiskReviewOverdue,
    RiskUntreated,
    RoleContradicted,
    RoleUnfilled,
    RolesIncompatible,
    RuleWeakened,
    SectionThin,
    SettingsInvalid,
    SignOffDatesImpossible,
    SignOffEnded,
    SignOffInvalid,
    SignOffMissing,
    SignOffVoid,
    SignatureInvalid,
    SignerExternal,
    SignerMissing,
    SignerNotIndependent,
    SignerUnauthorised,
    SignersChanged,
    StageContradicted,
    SupplierUnassessed,
    TargetUnknown,
    ThresholdMissed,
    UndeclaredDataset,
    UndeclaredModel,
    UndeclaredService,
    UnownedAiCode,
    UsedAiUnreviewed,
    VersionDiffers,
    VersionFloating,
    WaiverAdded,
    WaiverExpired,
    WaiverUnauthorised,
    WaiverUnused,
    /// A check that an organisation wrote for itself.
    #[strum(disabled)]
    Own(OwnCheckId),
}

/// The id of an organisation's own check: `acme/model-card-has-owner`. Each text is kept once for
/// the process, so that it can be copied as the other ids are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnCheckId(&'static str);

/// Bytes of the longest own id.
const LONGEST_OWN: usize = 80;

impl OwnCheckId {
    /// The id that a text is; `None` where it is none.
    fn read(text: &str) -> Option<Self> {
        static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
        let is_word = |part: &str| {
            let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            part.starts_with(|c: char| c.is_ascii_lowercase()) && part.chars().all(is_inner)
        };
        let (organisation, name) = text.split_once('/')?;
        if text.len() > LONGEST_OWN || !is_word(organisation) || !is_word(name) {
            return None;
        }
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = known.get(text) {
            return Some(Self(kept));
        }
        let kept: &'static str = Box::leak(text.to_owned().into_boxed_str());
        known.insert(kept);
        Some(Self(kept))
    }
}

impl CheckId {
    /// The name in reports, settings and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own(OwnCheckId(name)) => name,
            shipped => shipped.into(),
        }
    }

    /// Every check that ships, in the order of the names.
    pub(crate) fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<CheckId>> = LazyLock::new(|| CheckId::iter().collect());
        &ALL
    }
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text is no id of a check.
#[derive(Debug, PartialEq, Eq)]
pub struct NoCheckId;

impl FromStr for CheckId {
    type Err = NoCheckId;

    fn from_str(text: &str) -> Result<Self, NoCheckId> {
        let all = Self::all();
        match all.binary_search_by_key(&text, |id| id.name()) {
            Ok(at) => Ok(all[at]),
            Err(_) => OwnCheckId::read(text).map(Self::Own).ok_or(NoCheckId),
        }
    }
}

impl Serialize for CheckId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for CheckId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse().map_err(|_| de::Error::custom(format!("`{name}` is no check")))
    }
}

/// What a file of a repository names as a check.
///
/// It is compared, sorted and shown by its text. Whether an unknown name is a mistake is for a
/// check to say, with the place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(from = "String")]
pub(crate) enum NamedCheck {
    Known(CheckId),
    Unknown(String),
}

impl NamedCheck {
    /// The check; `None` where there is none of this name.
    pub(crate) fn id(&self) -> Option<CheckId> {
        match self {
            Self::Known(id) => Some(*id),
            Self::Unknown(_) => None,
        }
    }

    /// The text it was written with.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Known(id) => id.name(),
            Self::Unknown(text) => text,
        }
    }
}

impl From<String> for NamedCheck {
    fn from(text: String) -> Self {
        text.parse().map_or(Self::Unknown(text), Self::Known)
    }
}

impl From<CheckId> for NamedCheck {
    fn from(id: CheckId) -> Self {
        Self::Known(id)
    }
}

impl PartialEq<CheckId> for NamedCheck {
    fn eq(&self, id: &CheckId) -> bool {
        self.id() == Some(*id)
    }
}

impl PartialOrd for NamedCheck {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for NamedCheck {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Display for NamedCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_ordered_by_name_and_read_back() {
        assert!(CheckId::all().is_sorted_by(|one, other| one.name() < other.name()));
        assert!(CheckId::all().is_sorted());
        for id in CheckId::all() {
            assert_eq!(id.name().parse(), Ok(*id));
            assert_eq!(serde_json::to_value(id).unwrap(), id.to_string());
        }
    }

    #[test]
    fn names_are_kebab_case_and_say_the_flaw() {
        for name in CheckId::all().iter().map(|id| id.name()) {
            let is_word =
                |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase());
            assert!(name.split('-').all(is_word), "{name}");
            for imperative in ["use-", "prefer-", "avoid-", "require-", "no-"] {
                assert!(!name.starts_with(imperative), "{name} is not named for a flaw");
            }
        }
    }

    #[test]
    fn an_own_id_has_the_organisation_before_its_name_and_comes_last() {
        let own: CheckId = "acme/card-2-has-owner".parse().unwrap();
        assert_eq!(own.name(), "acme/card-2-has-owner");
        assert_eq!(own, own.to_string().parse().unwrap());
        assert!(CheckId::all().iter().all(|shipped| *shipped < own));
        let long = format!("acme/{}", "a".repeat(80));
        for text in ["acme/", "/a", "Acme/a", "acme/a/b", "acme/2", "acme/ä", "acme-a", &long] {
            assert_eq!(text.parse::<CheckId>(), Err(NoCheckId), "{text}");
        }
    }

    #[test]
    fn a_name_in_a_file_is_known_or_kept_as_it_was_written() {
        let named = |text: &str| NamedCheck::from(text.to_owned());
        assert_eq!(named("placeholder"), CheckId::Placeholder);
        assert_eq!(named("placeholder").id(), Some(CheckId::Placeholder));
        assert_eq!(
            (named("Placeholder").id(), named("Placeholder").as_str()),
            (None, "Placeholder")
        );
        assert!(named("a") < named("boilerplate") && named("boilerplate") < named("c"));
    }
}
