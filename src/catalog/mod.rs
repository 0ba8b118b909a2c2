//! What the field asks for, as data: ISO/IEC 42001 controls, document kinds, classes, stages,
//! roles.
//!
//! The facts stand in `data/`. Code knows a document kind by name only where a check is about
//! that kind; which kinds a class owes at a stage the catalogue says.
//!
//! # Design
//!
//! The catalogue is data: `data/kinds.yaml` holds 72 kinds of document, of which those with `since`
//! are asked for; `data/controls.yaml`, `data/crosswalk.yaml` and `data/overlays.yaml` hold the
//! rest. Code names a kind only where a check is about that kind, and the risk register, which has
//! a format of its own.
//!
//! `owed-by` of a kind says whose repository owes it. The organisation's documents are asked for in
//! the repository of the organisation. A product's repository owes the policy and the processes
//! that its people work by, as documents or as pointers. `answered-by` names what the gate's own
//! formats say already (roles, register, class, suppliers, waivers), which is not asked for again
//! as a document.

mod crosswalk;
mod extension;
mod glossary;
mod jurisdiction;
mod keys;
mod language;
mod law;
mod practices;
mod role;
mod scale;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

pub(crate) use crosswalk::{Overlay, crosswalk};
pub(crate) use extension::{AddedTo, Catalogue, Extension, Name};
pub use glossary::Term;
pub use glossary::glossary;
pub(crate) use glossary::term;
pub(crate) use jurisdiction::jurisdiction;
pub(crate) use keys::{FileKey, file_keys};
pub(crate) use language::{DateOrder, DocumentLanguage, Language, language, languages};
pub(crate) use law::{LegalSubject, Raise, provisions, raises};
pub(crate) use practices::practices;
pub(crate) use role::Role;
pub(crate) use scale::{DEFAULT_SCALE, Level, RiskScale, risk_scale};
use serde::{Deserialize, Serialize};

use crate::ids::KindId;

/// The risk class people declare for a system. The gate never infers one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Class {
    Minimal,
    Limited,
    High,
    Prohibited,
}

impl Class {
    pub(crate) const ALL: [Self; 4] = [Self::Minimal, Self::Limited, Self::High, Self::Prohibited];

    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}

/// The stage of a system's life cycle (ISO/IEC 42001 A.6.2), in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Stage {
    Design,
    Development,
    Verification,
    Deployment,
    Operation,
    Retirement,
}

impl Stage {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}

/// Whether a class owes a kind of document; the strictest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Duty {
    Mandatory,
    Recommended,
    Optional,
    NotApplicable,
}

/// What one document of a kind is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Scope {
    Organization,
    Repository,
    System,
    Release,
    Model,
    Dataset,
}

/// A piece of information a document must hold.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Element {
    pub(crate) key: String,
    /// Names under which it counts; the first is the one shown to people.
    pub(crate) any_of: Vec<String>,
    /// Whether the element is a main part of its kind. A document that leaves all main parts open
    /// is a template.
    #[serde(default)]
    pub(crate) core: bool,
    /// Facts of a system, of which one must hold for the element to be asked for. An empty list
    /// asks always.
    #[serde(default)]
    pub(crate) when: Vec<FactName>,
}

impl Element {
    pub(crate) fn name(&self) -> &str {
        self.any_of.first().map_or(&self.key, String::as_str)
    }
}

/// A key at the top of a data document, and a text that its value contains. An empty text stands
/// for any value.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KindForm {
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) says: String,
}

/// A kind of governance document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Kind {
    pub(crate) id: KindId,
    pub(crate) name: String,
    pub(crate) what: String,
    pub(crate) scope: Scope,
    pub(crate) titles: Vec<String>,
    pub(crate) locations: Vec<String>,
    pub(crate) elements: Vec<Element>,
    /// Further elements, which are read where they are found and not asked for.
    #[serde(default)]
    pub(crate) also: Vec<Element>,
    /// Patterns of which each must occur in a document of the kind.
    #[serde(default)]
    pub(crate) signs: Vec<String>,
    /// How a machine-readable document states that it is one.
    #[serde(default)]
    pub(crate) forms: Vec<KindForm>,
    pub(crate) controls: Vec<String>,
    pub(crate) owner_role: String,
    /// Who may approve it: somebody in one of these roles. Empty where nobody need approve it.
    #[serde(default)]
    pub(crate) approved_by: Vec<Role>,
    pub(crate) mandatory: BTreeMap<Class, Duty>,
    pub(crate) due_stage: Stage,
    #[serde(default)]
    pub(crate) part_of: Vec<KindId>,
    /// Whether it is asked for only where a provision of law asks for it, or the register names it.
    #[serde(default)]
    pub(crate) by_law: bool,
    /// The rule set that began to ask for it; `None` where the gate's own formats answer it.
    pub(crate) since: Option<String>,
    /// Whose repository owes it.
    pub(crate) owed_by: Vec<Profile>,
    /// Facts of a system, of which one must hold for the kind to be due. An empty list asks always.
    #[serde(default)]
    pub(crate) when: Vec<FactName>,
    /// The format of the gate that says the same, so that the document is not asked for.
    pub(crate) answered_by: Option<String>,
}

/// The part that the owner of a repository plays, which says which documents it owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Profile {
    /// Who builds a system or puts it on the market.
    Provider,
    /// Who uses a system, made here or by others.
    Deployer,
    /// Who brings what others built into a market, or passes it on there.
    Importer,
    /// The management system's own repository.
    Organisation,
}

/// A fact that the register declares of a system, or a law that the rules name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum FactName {
    Generative,
    TalksToPeople,
    PersonalData,
    DecidesAboutPeople,
    SuppliedToOthers,
    GeneralPurpose,
    RightsAssessment,
    PublicBody,
    AffectsWorkers,
    PublishesContent,
    SystemicRisk,
    OutsideUnion,
    Agent,
    UsedInEu,
    EuAiAct,
    /// The system falls under a point of Annex III of the EU AI Act.
    AnnexIii,
    /// It is, or is a safety component of, a product of Annex I.
    AnnexI,
    /// It is of no high risk by Article 6(3).
    Exempted,
}

impl FactName {
    /// Returns its key in the register and in the catalogue.
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }
}

impl Kind {
    /// Returns the elements the kind must say, then those it may say.
    pub(crate) fn all_elements(&self) -> impl Iterator<Item = &Element> {
        self.elements.iter().chain(&self.also)
    }

    /// Returns whether a system of this class and stage owes the document where its owner plays
    /// these parts.
    pub(crate) fn is_due(
        &self,
        profiles: &BTreeSet<Profile>,
        class: Class,
        stage: Stage,
        holds: impl Fn(FactName) -> bool,
    ) -> bool {
        self.since.is_some()
            && !self.by_law
            && self.owed_by.iter().any(|owing| profiles.contains(owing))
            && stage >= self.due_stage
            && self.duty(class) == Duty::Mandatory
            && (self.when.is_empty() || self.when.iter().any(|fact| holds(*fact)))
    }

    pub(crate) fn duty(&self, class: Class) -> Duty {
        let duty = |class| self.mandatory.get(&class).copied().unwrap_or(Duty::Mandatory);
        // A prohibited system owes what a system of class high owes.
        if class == Class::Prohibited {
            duty(Class::Prohibited).min(duty(Class::High))
        } else {
            duty(class)
        }
    }
}

/// How much of a control the content of a repository can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Automatable {
    Full,
    Partial,
    None,
}

/// An Annex A control or a clause of ISO/IEC 42001:2023; the title is in our own words.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Control {
    pub(crate) id: String,
    pub(crate) title: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "stated for readers of the data"))]
    pub(crate) automatable: Automatable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Controls {
    controls: Vec<Control>,
    clauses: Vec<Control>,
}

/// Returns the kinds that ship with the program, in the order of `data/kinds.yaml`.
pub(crate) fn kinds() -> &'static [Kind] {
    static KINDS: LazyLock<Vec<Kind>> =
        LazyLock::new(|| embedded("kinds", include_str!("../../data/kinds.yaml")));
    &KINDS
}

/// Returns the kind of this id that ships with the program. Returns `None` where there is none.
pub(crate) fn kind(id: &str) -> Option<&'static Kind> {
    kinds().iter().find(|kind| kind.id == id)
}

/// Returns the 38 controls of Annex A of ISO/IEC 42001:2023.
pub(crate) fn controls() -> &'static [Control] {
    &standard().controls
}

/// Returns the clauses of ISO/IEC 42001:2023 that ask for documented information.
pub(crate) fn clauses() -> &'static [Control] {
    &standard().clauses
}

fn standard() -> &'static Controls {
    static CONTROLS: LazyLock<Controls> =
        LazyLock::new(|| embedded("controls", include_str!("../../data/controls.yaml")));
    &CONTROLS
}

/// Reads data embedded in the binary; `name` is the file below `data/` without its ending.
pub(crate) fn embedded<T: for<'de> Deserialize<'de>>(name: &str, text: &str) -> T {
    match serde_yaml::from_str(text) {
        Ok(data) => data,
        // Our own data, read by a test; a user never sees this.
        Err(error) => panic!("data/{name}.yaml does not have its shape: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annex_a_has_its_38_controls_in_nine_groups() {
        let mut groups: BTreeMap<String, usize> = BTreeMap::new();
        for control in controls() {
            let group = control.id.split('.').take(2).collect::<Vec<_>>().join(".");
            *groups.entry(group).or_default() += 1;
        }
        let counts: Vec<usize> = ["A.2", "A.3", "A.4", "A.5", "A.6", "A.7", "A.8", "A.9", "A.10"]
            .iter()
            .map(|g| groups[*g])
            .collect();
        assert_eq!(counts, [3, 2, 5, 4, 9, 5, 4, 3, 3]);
    }

    #[test]
    fn every_kind_is_whole_and_names_existing_controls() {
        let known: BTreeSet<&str> =
            controls().iter().chain(clauses()).map(|c| c.id.as_str()).collect();
        let ids: BTreeSet<&str> = kinds().iter().map(|kind| kind.id.as_str()).collect();
        assert_eq!(ids.len(), 72);
        for kind in kinds() {
            assert!(!kind.elements.is_empty() && !kind.titles.is_empty(), "{}", kind.id);
            assert!(kind.elements.iter().all(|element| !element.any_of.is_empty()), "{}", kind.id);
            assert!(kind.controls.iter().all(|id| known.contains(id.as_str())), "{}", kind.id);
            assert!(kind.part_of.iter().all(|id| ids.contains(id.as_str())), "{}", kind.id);
            assert_eq!(kind.mandatory.len(), 4, "{}", kind.id);
            let keys: BTreeSet<&str> = kind.elements.iter().map(|e| e.key.as_str()).collect();
            assert_eq!(keys.len(), kind.elements.len(), "{}", kind.id);
        }
    }

    #[test]
    fn every_control_has_a_kind_or_is_for_people() {
        let touched: BTreeSet<&str> =
            kinds().iter().flat_map(|kind| &kind.controls).map(String::as_str).collect();
        for control in controls().iter().chain(clauses()) {
            let is_touched = touched.contains(control.id.as_str());
            assert!(
                is_touched || control.automatable == Automatable::None,
                "{} is touched by \
                nothing",
                control.id
            );
        }
    }
}
