//! What mends a finding without anybody deciding or stating anything, for `aimsgate fix`.
//!
//! A check says it as data; the edit of a text is made where a mend is asked for.

use crate::ids::KindId;
use crate::span::{RepoPath, Span};

/// A text that takes the place of some bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TextEdit {
    pub(crate) span: Span,
    pub(crate) text: String,
}

/// What mends a finding, and in which file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mend {
    pub(crate) path: RepoPath,
    pub(crate) step: MendStep,
}

/// What is done to the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum MendStep {
    /// Texts of it are replaced.
    Edit(Vec<TextEdit>),
    /// Texts of a file that could not be read are put in quotes.
    Quote,
    /// The items of a list that hold these bytes are taken out.
    DropItems(Vec<Span>),
    /// An item is added to the list of a key: of the file, or of the mapping with this span.
    AddItem { holder: Option<Span>, key: &'static str, item: String },
    /// A heading with a prompt is added for each element of a kind.
    AddHeadings { kind: KindId, elements: Vec<String> },
    /// The file is deleted.
    Delete,
    /// The file comes back as the target branch has it.
    BringBack,
}

impl Mend {
    pub(crate) fn new(path: RepoPath, step: MendStep) -> Self {
        Self { path, step }
    }

    /// Declares a dataset of a hub in a system of a register.
    pub(crate) fn dataset(register: RepoPath, system: Span, id: &str, hub: &str) -> Self {
        let item = format!("{{id: {id}, hub: \"{hub}\"}}");
        Self::new(register, MendStep::AddItem { holder: Some(system), key: "datasets", item })
    }
}
