//! The names by which pipelines call the gate.

use std::collections::BTreeSet;

use super::commands::names_the_gate;

/// The files of the repository that run the gate, beside the gate's own name.
#[derive(Default)]
pub(super) struct StepNames {
    files: BTreeSet<String>,
    /// Texts that run the gate by a file of the repository, such as `make gate`.
    texts: BTreeSet<String>,
}

impl StepNames {
    #[cfg(test)]
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Adds a file that runs the gate for its caller; returns whether it is new.
    pub(super) fn add(&mut self, path: &str) -> bool {
        self.files.insert(
            path.trim_end_matches("/action.yml").trim_end_matches("/action.yaml").to_owned(),
        )
    }

    pub(super) fn add_text(&mut self, text: &str) -> bool {
        self.texts.insert(text.to_owned())
    }

    pub(super) fn is_in(&self, text: &str) -> bool {
        if names_the_gate(text) || self.texts.contains(text) {
            return true;
        }
        let text = text.strip_prefix("./").unwrap_or(text).trim_start_matches('/');
        self.files.iter().any(|path| text.starts_with(path.as_str()))
    }
}
