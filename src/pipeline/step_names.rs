//! The names by which pipelines call the gate.

use std::collections::BTreeSet;

/// The files of the repository that run the gate, beside the gate's own name.
pub(super) struct StepNames(BTreeSet<String>);

impl StepNames {
    pub(super) fn new() -> Self {
        Self(BTreeSet::new())
    }

    /// Adds a file that runs the gate for its caller; returns whether it is new.
    pub(super) fn add(&mut self, path: &str) -> bool {
        self.0.insert(
            path.trim_end_matches("/action.yml").trim_end_matches("/action.yaml").to_owned(),
        )
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        let by_name =
            text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == "aimsgate");
        let text = text.strip_prefix("./").unwrap_or(text).trim_start_matches('/');
        by_name || self.0.iter().any(|path| text.starts_with(path.as_str()))
    }
}
