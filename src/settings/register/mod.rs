//! `aims.yaml`: which AI systems there are, who owns them, their class and stage, what they are
//! made of, and where their documents lie.

mod facts;
mod read;
mod risk_class;
mod roles;

use std::collections::BTreeSet;

use globset::GlobSet;
use serde::Deserialize;
use serde::de::IgnoredAny;

pub(crate) use facts::Facts;
pub(crate) use read::read;
pub(crate) use risk_class::{AnnexPoint, Practices, RiskClass};
pub(crate) use roles::{OurRole, OurRoles};

use super::Mistake;
use super::pattern::covers;
use strum::VariantArray as _;

use crate::catalog::{Class, FactName, LegalSubject, Profile, Stage};
use crate::date::Date;
use crate::document::{Node, Spanned};
use crate::ids::{KindId, SystemId};
use crate::settings::layout::OwnFile;
use crate::span::{Place, RepoPath, Span};

/// The register's file name.
pub(crate) const FILE: &str = OwnFile::Register.path();

/// A register that could be read; systems that could not be are in `mistakes`.
#[derive(Debug)]
pub(crate) struct Register {
    pub(crate) path: RepoPath,
    /// The folder its paths are relative to.
    pub(crate) base: RepoPath,
    /// The included registers that were read.
    pub(crate) included: Vec<RepoPath>,
    /// The systems that own something in the judged folder.
    pub(crate) systems: Vec<System>,
    /// Systems of a register above the judged folder that own nothing in it.
    pub(crate) elsewhere: Vec<System>,
    pub(crate) include: Vec<Spanned<String>>,
    pub(crate) no_ai: Option<NoAi>,
    pub(crate) kind: Option<RepositoryKind>,
    /// Where `kind` stands.
    pub(crate) kind_span: Span,
    /// What the organisation is called.
    pub(crate) organisation: Option<Spanned<String>>,
    pub(crate) used_ai: Vec<UsedAi>,
    pub(crate) ignore: Vec<Ignored>,
    pub(crate) mistakes: Vec<Mistake>,
}

impl Register {
    /// Returns every system, also those that own nothing in the judged folder.
    pub(crate) fn all_systems(&self) -> impl Iterator<Item = &System> {
        self.systems.iter().chain(&self.elsewhere)
    }

    /// Returns what `ignore` takes out of all systems.
    pub(crate) fn ignored(&self) -> GlobSet {
        covers(self.ignore.iter().map(|ignored| (&ignored.base, ignored.path.value.as_str())))
    }

    /// Returns each entry of `include` with the path of the register it names. An entry names a
    /// file or its folder; the path is `None` where it leaves the repository.
    pub(crate) fn included_paths(
        &self,
    ) -> impl Iterator<Item = (&Spanned<String>, Option<RepoPath>)> {
        self.include.iter().map(|written| {
            let path = self.base.join(written.value.trim_end_matches('/')).ok();
            let path = path.and_then(|path| {
                if path.file_name() == FILE { Some(path) } else { path.join(FILE).ok() }
            });
            (written, path.filter(|path| *path != self.path))
        })
    }

    /// Adds the systems of a subfolder's register. An id that is there already becomes a mistake.
    pub(crate) fn add(&mut self, nested: Register) {
        for system in &nested.systems {
            if self.systems.iter().any(|known| known.id == system.id) {
                let message =
                    format!("the system id `{}` stands in `{}` too", system.id.value, self.path);
                self.mistakes.push(Mistake::at(system.place(system.id.span), message));
            }
        }
        if let Some(include) = nested.include.first() {
            let message = "an included register cannot include others; name them in the outermost \
                one"
            .to_owned();
            self.mistakes
                .push(Mistake::at(Place::bytes(nested.path.clone(), include.span), message));
        }
        self.included.push(nested.path);
        self.systems.extend(nested.systems);
        self.used_ai.extend(nested.used_ai);
        self.ignore.extend(nested.ignore);
        self.mistakes.extend(nested.mistakes);
    }

    /// Returns every model of every system.
    pub(crate) fn all_models(&self) -> impl Iterator<Item = &Model> {
        self.all_systems().flat_map(|system| &system.models)
    }
}

/// The declaration that the repository has no AI, with its reason.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct NoAi {
    pub(crate) because: Spanned<String>,
    pub(crate) declared_by: Spanned<String>,
}

/// What the repository is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RepositoryKind {
    /// The organisation's own management system: its documents are judged even without AI in code.
    Organisation,
}

/// An AI system that the organisation uses and that no code here calls.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct UsedAi {
    pub(crate) id: Spanned<String>,
    pub(crate) service: String,
    pub(crate) used_for: String,
    pub(crate) owner: Spanned<String>,
    pub(crate) risk_class: Class,
    pub(crate) assessed_on: Option<Date>,
    pub(crate) next_review: Option<Date>,
    /// The register it stands in.
    #[serde(skip)]
    pub(crate) register: RepoPath,
    /// The entry as it is written, for own checks.
    #[serde(skip)]
    pub(crate) written: Option<Node>,
}

/// Files that are no part of a system although they look like one, and why.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Ignored {
    pub(crate) path: Spanned<String>,
    pub(crate) because: Spanned<String>,
    /// The folder its path is relative to.
    #[serde(skip)]
    pub(crate) base: RepoPath,
}

/// An AI system.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct System {
    pub(crate) id: Spanned<SystemId>,
    pub(crate) name: Spanned<String>,
    pub(crate) version: Spanned<String>,
    pub(crate) owner: Spanned<String>,
    pub(crate) purpose: Spanned<String>,
    pub(crate) our_role: OurRoles,
    pub(crate) stage: Spanned<Stage>,
    pub(crate) risk_class: Option<RiskClass>,
    #[serde(default)]
    pub(crate) facts: Facts,
    pub(crate) paths: Vec<Spanned<String>>,
    #[serde(default)]
    pub models: Vec<Model>,
    #[serde(default)]
    pub(crate) datasets: Vec<Dataset>,
    /// The objectives of the organisation it serves (6.2), by their ids.
    #[serde(default)]
    pub(crate) serves: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) accept_when: Vec<Threshold>,
    pub(crate) risks: Option<Spanned<String>>,
    pub(crate) sheet: Option<Spanned<String>>,
    #[serde(default, skip_deserializing)]
    pub(crate) documents: Vec<DeclaredDocument>,
    #[serde(default, rename = "documents")]
    pub(crate) _documents: IgnoredAny,
    /// Whether the register gives a reason for calling a generative model and not declaring
    /// `generative`.
    #[serde(skip)]
    pub(crate) explains_generative: bool,
    /// Whether the register gives a reason for files that suggest a later stage.
    #[serde(skip)]
    pub(crate) explains_stage: bool,
    #[serde(skip)]
    pub(crate) span: Span,
    /// The register it stands in.
    #[serde(skip)]
    pub(crate) register: RepoPath,
    /// The folder its paths are relative to.
    #[serde(skip)]
    pub(crate) base: RepoPath,
    /// The entry as it is written, for own checks.
    #[serde(skip)]
    pub(crate) written: Option<Node>,
}

impl System {
    /// Returns a place in the register that declares the system.
    pub(crate) fn place(&self, span: Span) -> Place {
        Place::bytes(self.register.clone(), span)
    }

    /// Returns the files that the system declares as models.
    pub(crate) fn model_files(&self) -> GlobSet {
        covers(
            self.models.iter().flat_map(Model::files).map(|path| (&self.base, path.value.as_str())),
        )
    }

    /// Returns the files that the system declares as datasets.
    pub(crate) fn data_files(&self) -> GlobSet {
        covers(
            self.datasets
                .iter()
                .flat_map(Dataset::files)
                .map(|path| (&self.base, path.value.as_str())),
        )
    }

    /// Returns what `paths` of the system cover.
    pub(crate) fn covered(&self) -> GlobSet {
        covers(self.paths.iter().map(|path| (&self.base, path.value.as_str())))
    }

    /// Returns the file that a path of the register names, or `None` where it leaves the
    /// repository.
    pub(crate) fn path(&self, written: &Spanned<String>) -> Option<RepoPath> {
        self.base.join(&written.value).ok()
    }

    /// Returns the parts whose documents the system owes.
    pub(crate) fn profiles(&self) -> BTreeSet<Profile> {
        let profile = |role| match role {
            OurRole::Provider => Profile::Provider,
            OurRole::Deployer => Profile::Deployer,
            OurRole::Importer | OurRole::Distributor => Profile::Importer,
        };
        self.our_role.iter().map(profile).collect()
    }

    /// Returns the point of Annex III for which its deployer owes an assessment of fundamental
    /// rights where it is used in the Union.
    pub(crate) fn asks_rights_assessment(&self) -> Option<&Spanned<AnnexPoint>> {
        let is_public = self.facts.hold(FactName::PublicBody);
        self.risk_class.as_ref()?.asks_deployer(is_public)
    }

    /// Returns what law looks at. What follows from class and annexes of the EU AI Act holds as a
    /// fact there.
    pub(crate) fn legal_subject(&self) -> LegalSubject {
        let class = self.risk_class.as_ref();
        let points = class.map_or(&[][..], |class| &class.annex_iii);
        let holds = |fact: FactName| match fact {
            FactName::RightsAssessment => {
                let is_asked = self.asks_rights_assessment().is_some();
                self.facts.hold(fact) || (is_asked && self.facts.hold(FactName::UsedInEu))
            }
            FactName::EuAiAct => self.facts.hold(FactName::UsedInEu) && self.class() >= Class::High,
            // High risk is by Annex III where the register does not say that it is by Annex I.
            FactName::AnnexIii => {
                let by_product = class.is_some_and(|class| class.annex_i.is_some());
                !points.is_empty() || (self.class() >= Class::High && !by_product)
            }
            FactName::AnnexI => class.is_some_and(|class| class.annex_i.is_some()),
            FactName::Exempted => class.is_some_and(|class| class.article_6_3.is_some()),
            fact => self.facts.hold(fact),
        };
        LegalSubject {
            class: self.class(),
            profiles: self.profiles(),
            facts: FactName::VARIANTS.iter().copied().filter(|fact| holds(*fact)).collect(),
            points: points.iter().map(|point| point.value.to_string()).collect(),
            placed: self.facts.placed_on_market.as_ref().map(|day| day.value),
            changed: self.facts.significantly_changed.as_ref().map(|day| day.value),
        }
    }

    /// Returns the declared class, or limited where none is declared.
    pub(crate) fn class(&self) -> Class {
        self.risk_class.as_ref().map_or(Class::Limited, |class| *class.value)
    }
}

/// A model of a system: a file here, a model of a hub, or a hosted service.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Model {
    pub(crate) id: Spanned<String>,
    /// Weights in the repository: a path or a glob.
    pub(crate) path: Option<Spanned<String>>,
    /// A file that stands for weights kept elsewhere (DVC and the like).
    pub(crate) pointer: Option<Spanned<String>>,
    /// A model of a public hub, `owner/name`.
    pub(crate) hub: Option<Spanned<String>>,
    /// A model somebody else runs.
    pub(crate) service: Option<Spanned<String>>,
    pub(crate) version: Option<Spanned<String>>,
    pub(crate) card: Option<Spanned<String>>,
    pub(crate) supplier: Option<Supplier>,
    /// The strictest class of the systems that declare this content.
    #[serde(skip)]
    pub(crate) shared_class: Option<Class>,
}

impl Model {
    /// Returns the patterns of the files in the repository that are the content or point to it.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.path.iter().chain(&self.pointer)
    }

    /// Returns whether somebody else made the model, so that a supplier entry is owed and no own
    /// card.
    pub(crate) fn is_supplied(&self) -> bool {
        self.service.is_some() || self.hub.is_some()
    }

    /// Returns the span to show for the model.
    pub(crate) fn span(&self) -> Span {
        self.id.span
    }
}

/// What is known of the supplier of a model (A.10.3).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Supplier {
    pub(crate) terms: Option<Spanned<String>>,
    pub(crate) card: Option<Spanned<String>>,
    pub(crate) assessed_by: Option<Spanned<String>>,
    pub(crate) assessed_on: Option<Spanned<Date>>,
    pub(crate) next_review: Option<Spanned<Date>>,
}

/// Data of a system.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Dataset {
    pub(crate) id: Spanned<String>,
    pub(crate) path: Option<Spanned<String>>,
    pub(crate) pointer: Option<Spanned<String>>,
    pub(crate) hub: Option<Spanned<String>>,
    pub(crate) version: Option<Spanned<String>>,
    pub(crate) card: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) used_for: Vec<DataUse>,
}

impl Dataset {
    /// Returns the patterns of the files in the repository that are the content or point to it.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.path.iter().chain(&self.pointer)
    }
}

/// What data is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DataUse {
    Train,
    Tune,
    Evaluate,
    Operate,
}

/// A measure a system must meet.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Threshold {
    pub(crate) metric: Spanned<String>,
    pub(crate) split: Option<Spanned<String>>,
    pub(crate) at_least: Option<f64>,
    pub(crate) at_most: Option<f64>,
    pub(crate) results: Spanned<String>,
}

impl Threshold {
    /// Returns the bound in words, such as `at least 0.65`.
    pub(crate) fn bound(&self) -> String {
        match (self.at_least, self.at_most) {
            (Some(least), _) => format!("at least {least}"),
            (None, Some(most)) => format!("at most {most}"),
            (None, None) => "no bound".to_owned(),
        }
    }
}

/// A document that stands where the register says.
#[derive(Debug)]
pub(crate) struct DeclaredDocument {
    /// A kind of the catalogue.
    pub(crate) kind: Spanned<KindId>,
    pub(crate) path: Spanned<String>,
}
