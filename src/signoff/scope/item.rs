//! A piece of content that a decision covers.
//!
//! A digest decides; a folder that moves voids nothing (`moves` says what a move is).

use crate::catalog::Level;
use crate::digest::Sha256;
use crate::ids::RiskId;
use crate::settings::material::Material;
use crate::span::Place;

/// A piece of content that a decision covers.
#[derive(Clone, Debug)]
pub(crate) struct CoveredItem {
    pub(crate) material: Material,
    pub(crate) form: ItemForm,
    /// Its digest, or why there is none.
    pub(crate) digest: Result<Sha256, String>,
    /// Where it stands now.
    pub(crate) place: Place,
    /// Whether it is what a model or dataset consists of, and not a piece of content.
    pub(crate) is_role: bool,
}

/// Which entry of a record names the piece.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ItemForm {
    Risk {
        id: RiskId,
        /// What remains of it. None where nobody rated it.
        residual: Option<Level>,
    },
    Section {
        path: String,
        section: String,
    },
    /// A file, or a pattern over files.
    File {
        path: String,
    },
}

impl ItemForm {
    /// Returns the same without what a risk is rated, which its digest holds.
    pub(crate) fn label(&self) -> Self {
        match self {
            Self::Risk { id, .. } => Self::Risk { id: id.clone(), residual: None },
            other => other.clone(),
        }
    }
}

impl CoveredItem {
    /// Returns what messages call it.
    pub(crate) fn name(&self) -> String {
        match &self.form {
            ItemForm::Risk { id, .. } => format!("risk `{id}`"),
            ItemForm::Section { path, section } => format!("`{section}` in `{path}`"),
            ItemForm::File { path } => format!("`{path}`"),
        }
    }

    /// Whether its content has exactly this digest.
    pub(crate) fn is_digest(&self, sha256: &Sha256) -> bool {
        self.digest.as_ref().is_ok_and(|digest| digest == sha256)
    }
}

/// Returns the highest level that remains of the risks among the items. None where there is none.
pub(crate) fn highest_level(items: &[CoveredItem]) -> Option<Level> {
    let levels = items.iter().filter_map(|item| match &item.form {
        ItemForm::Risk { residual, .. } => *residual,
        _ => None,
    });
    levels.max()
}

/// Whether an item is something that a system runs on.
pub(crate) fn is_what_runs(item: &CoveredItem) -> bool {
    use Material::{Prompts, Thresholds, Weights};
    let is_stated =
        matches!(&item.form, ItemForm::Section { section, .. } if section == "accept-when");
    matches!(item.material, Weights | Prompts | Thresholds) && !is_stated && item.digest.is_ok()
}
