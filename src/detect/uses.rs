//! How something that was found is used, and which facts it asks people to confirm.
//!
//! # Design
//!
//! A kind of use and a subject are facts of code: a library of a name is called. What follows for a
//! class is for people to decide.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::signs::signs;
use crate::asset::{Asset, AssetKind};
use crate::catalog::embedded;

/// A kind of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AssetUse {
    Defines,
    Trains,
    FineTunes,
    Evaluates,
    Serves,
    Runs,
    Calls,
    ActsAsAgent,
}

/// Whom or what a library is about, where law asks more for that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SensitiveSubject {
    Biometric,
    Emotion,
    Employment,
}

impl SensitiveSubject {
    /// Returns what a library of it does, in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Biometric => "recognises people",
            Self::Emotion => "reads emotions",
            Self::Employment => "judges applicants",
        }
    }
}

/// `data/code/uses.yaml`.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct KnownUses {
    fine_tunes: Vec<String>,
    evaluates: Vec<String>,
    serves: Vec<String>,
    acts_as_agent: Vec<String>,
    subjects: BTreeMap<SensitiveSubject, Vec<String>>,
    generative_calls: Vec<String>,
    generative_tasks: Vec<String>,
    not_generative: Vec<String>,
}

fn known() -> &'static KnownUses {
    static KNOWN: LazyLock<KnownUses> =
        LazyLock::new(|| embedded("code/uses", include_str!("../../data/code/uses.yaml")));
    &KNOWN
}

/// Whether a name is listed, or begins with something listed and a sign that ends a name.
fn is_listed(all: &[String], name: &str) -> bool {
    all.iter().any(|listed| match listed.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name
            .strip_prefix(listed.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', ':', '/'])),
    })
}

/// Whether a name is one of these, where `*` at either end stands for any text.
fn is_like(all: &[String], name: &str) -> bool {
    all.iter().any(|listed| match (listed.strip_prefix('*'), listed.strip_suffix('*')) {
        (Some(_), Some(_)) => name.contains(listed.trim_matches('*')),
        (Some(end), None) => name.ends_with(end),
        (None, Some(beginning)) => name.starts_with(beginning),
        (None, None) => name == listed,
    })
}

/// Returns how something is used. Nothing is said of what is only named.
pub(crate) fn uses(asset: &Asset) -> BTreeSet<AssetUse> {
    let known = known();
    let name = asset.name.as_str();
    let mut uses = BTreeSet::new();
    match asset.kind {
        AssetKind::ModelDefinition => uses.extend([AssetUse::Defines]),
        AssetKind::Training => uses.extend([AssetUse::Trains]),
        AssetKind::ModelUse | AssetKind::HubModel | AssetKind::RemoteCode => {
            uses.extend([AssetUse::Runs]);
        }
        AssetKind::HostedService | AssetKind::HostedModel => uses.extend([AssetUse::Calls]),
        AssetKind::Agent => uses.extend([AssetUse::ActsAsAgent]),
        AssetKind::Framework => {}
        AssetKind::Weights
        | AssetKind::WeightsPointer
        | AssetKind::ModelConfiguration
        | AssetKind::HubDataset
        | AssetKind::DataPointer
        | AssetKind::Dependency => return uses,
    }
    let named = [
        (&known.fine_tunes, AssetUse::FineTunes),
        (&known.evaluates, AssetUse::Evaluates),
        (&known.serves, AssetUse::Serves),
        (&known.acts_as_agent, AssetUse::ActsAsAgent),
    ];
    // A client of a server of models serves none.
    let is_client = uses.contains(&AssetUse::Calls);
    for (all, kind) in named {
        if is_listed(all, name) && !(is_client && kind == AssetUse::Serves) {
            uses.insert(kind);
        }
    }
    let is_agent = |library: &&super::signs::Library| {
        library.agent && (library.name == name || name.starts_with(&format!("{}.", library.name)))
    };
    if signs().libraries.iter().any(|it| is_agent(&it)) {
        uses.insert(AssetUse::ActsAsAgent);
    }
    uses
}

/// Returns what people must confirm or deny because a library or a service is used.
pub(crate) fn subjects(asset: &Asset) -> BTreeSet<SensitiveSubject> {
    let says = matches!(
        asset.kind,
        AssetKind::Framework
            | AssetKind::ModelUse
            | AssetKind::Training
            | AssetKind::HostedService
            | AssetKind::Dependency
    );
    let all = known().subjects.iter().filter(|(_, names)| says && is_listed(names, &asset.name));
    all.map(|(subject, _)| *subject).collect()
}

/// Whether the models that a call of these paths loads for a task write texts, images or sounds.
pub(super) fn generates<'p>(paths: impl Iterator<Item = &'p str>, task: Option<&str>) -> bool {
    let known = known();
    if let Some(task) = task {
        return is_like(&known.generative_tasks, task);
    }
    paths
        .flat_map(|path| path.split('.').chain([path]))
        .any(|part| is_like(&known.generative_calls, part) && !is_like(&known.not_generative, part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::{PathRole, Strength};
    use crate::span::Place;

    fn asset(kind: AssetKind, name: &str) -> Asset {
        Asset {
            kind,
            name: name.to_owned(),
            place: Place::whole("a.py".into()),
            strength: Strength::Evidence,
            role: PathRole::Product,
            version: None,
            generates: false,
        }
    }

    #[test]
    fn the_kind_of_use_is_told_by_kind_and_name() {
        let rows: [(AssetKind, &str, &[AssetUse]); 9] = [
            (AssetKind::Training, "torch.optim.AdamW", &[AssetUse::Trains]),
            (AssetKind::Training, "trl.SFTTrainer", &[AssetUse::Trains, AssetUse::FineTunes]),
            (AssetKind::Framework, "peft", &[AssetUse::FineTunes]),
            (AssetKind::Framework, "ragas", &[AssetUse::Evaluates]),
            (AssetKind::ModelUse, "vllm", &[AssetUse::Serves, AssetUse::Runs]),
            (AssetKind::HostedService, "ollama", &[AssetUse::Calls]),
            (AssetKind::ModelUse, "crewai.Agent", &[AssetUse::Runs, AssetUse::ActsAsAgent]),
            (AssetKind::Dependency, "peft", &[]),
            (AssetKind::Framework, "campeft", &[]),
        ];
        for (kind, name, expected) in rows {
            assert_eq!(uses(&asset(kind, name)), expected.iter().copied().collect(), "{name}");
        }
    }

    #[test]
    fn libraries_about_people_are_facts_to_confirm() {
        let of = |name: &str| subjects(&asset(AssetKind::Framework, name));
        let both = [SensitiveSubject::Biometric, SensitiveSubject::Emotion];
        assert_eq!(of("deepface"), both.into_iter().collect());
        assert_eq!(of("face_recognition.compare_faces").len(), 1);
        assert_eq!(of("feather").len(), 0);
    }

    #[test]
    fn a_class_or_a_task_says_whether_a_model_generates() {
        let by_class = |path: &str| generates([path].into_iter(), None);
        assert!(by_class("transformers.AutoModelForCausalLM.from_pretrained"));
        assert!(by_class("diffusers.StableDiffusionPipeline.from_pretrained"));
        assert!(!by_class("transformers.WhisperForConditionalGeneration.from_pretrained"));
        assert!(!by_class("transformers.AutoTokenizer.from_pretrained"));
        let by_task = |task| generates(["transformers.pipeline"].into_iter(), Some(task));
        assert!(by_task("translation_en_to_de") && !by_task("text-classification"));
    }
}
