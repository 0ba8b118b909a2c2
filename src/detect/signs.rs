//! What counts as a sign of AI in code and manifests, read from `data/detect.yaml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalog::embedded;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Signs {
    /// Names of the arguments that carry the id of a model.
    pub(super) model_arguments: BTreeSet<String>,
    /// Functions that send a request, as patterns.
    pub(super) request_calls: Vec<String>,
    /// The same as methods of anything.
    pub(super) request_methods: BTreeSet<String>,
    /// Ends of dotted names by which a client is asked for something of a model.
    pub(super) model_calls: BTreeSet<String>,
    pub(super) services: Vec<Service>,
    pub(super) gateways: BTreeSet<String>,
    pub(super) hub: Vec<HubLoader>,
    pub(super) builders: BTreeSet<String>,
    pub(super) libraries: Vec<Library>,
    pub(super) packages: BTreeSet<String>,
    pub(super) addresses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Service {
    pub(super) id: String,
    /// Whether its models write texts, images or sounds.
    #[serde(default = "yes")]
    pub(super) generative: bool,
    pub(super) clients: Vec<String>,
    pub(super) calls: Vec<String>,
    #[serde(default)]
    pub(super) calls_with: Vec<CallWith>,
    #[serde(default)]
    pub(super) hosts: Vec<String>,
    pub(super) packages: BTreeSet<String>,
}

fn yes() -> bool {
    true
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
    /// Whether the call counts only where its whole path is known.
    #[serde(default)]
    pub(super) whole: bool,
}

/// A library of Python; the lists are patterns, but for names of methods and arguments.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Library {
    pub(super) name: String,
    pub(super) bases: Vec<String>,
    pub(super) trains: Vec<String>,
    pub(super) runs: Vec<String>,
    pub(super) models: Vec<String>,
    pub(super) wraps: Vec<String>,
    pub(super) loads: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) methods: BTreeSet<String>,
    pub(super) uses: BTreeSet<String>,
    pub(super) keywords: Vec<String>,
    pub(super) loose: BTreeSet<String>,
    pub(super) any_import: bool,
    pub(super) agent: bool,
    pub(super) hint: bool,
}

/// Returns what counts as a sign of AI: `data/detect.yaml`.
pub(super) fn signs() -> &'static Signs {
    static SIGNS: LazyLock<Signs> =
        LazyLock::new(|| embedded("detect", include_str!("../../data/detect.yaml")));
    &SIGNS
}
