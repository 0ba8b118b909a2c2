//! What counts as a sign of AI in code and manifests, read from `data/detect.yaml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalog::embedded;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Signs {
    pub(super) services: Vec<Service>,
    pub(super) hub: Vec<HubLoader>,
    pub(super) builders: BTreeSet<String>,
    pub(super) models: ModelCode,
    pub(super) packages: BTreeSet<String>,
    pub(super) addresses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Service {
    pub(super) id: String,
    pub(super) clients: BTreeSet<String>,
    pub(super) calls: BTreeSet<String>,
    #[serde(default)]
    pub(super) calls_with: Vec<CallWith>,
    pub(super) packages: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CallWith {
    pub(super) call: String,
    pub(super) argument: String,
    /// Names under which the argument may be given.
    #[serde(default)]
    pub(super) arguments: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HubLoader {
    pub(super) call: String,
    pub(super) modules: BTreeSet<String>,
    pub(super) arguments: Vec<String>,
    /// Which positional argument is the id, from 0.
    #[serde(default)]
    pub(super) position: usize,
    /// Whether it loads data.
    #[serde(default)]
    pub(super) data: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct ModelCode {
    pub(super) bases: BTreeSet<String>,
    pub(super) training_methods: Vec<TrainingMethod>,
    pub(super) training_calls: BTreeSet<String>,
    pub(super) training_modules: BTreeSet<String>,
    pub(super) use_calls: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrainingMethod {
    pub(super) method: String,
    pub(super) modules: BTreeSet<String>,
    #[serde(default)]
    pub(super) except: Vec<String>,
}

/// Returns what counts as a sign of AI: `data/detect.yaml`.
pub(super) fn signs() -> &'static Signs {
    static SIGNS: LazyLock<Signs> =
        LazyLock::new(|| embedded("detect", include_str!("../../data/detect.yaml")));
    &SIGNS
}
