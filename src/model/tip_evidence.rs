//! The documents of the target branch, read when something first asks for them.

use std::sync::OnceLock;

use super::declared::Declared;
use crate::evidence::{self, Documents, Evidence};
use crate::file_cache::FileCache;
use crate::settings::gate::Rules;
use crate::snapshot::View;

/// The documents of the target branch and what they answer. Most changes touch no document, and
/// then nothing is read.
#[derive(Default)]
pub(crate) struct TipEvidence(OnceLock<(Documents, Evidence)>);

impl TipEvidence {
    /// Returns the documents and what they answer under these rules. Without a register nothing is
    /// due, and nothing is read.
    pub(crate) fn read(
        &self,
        view: &View<'_>,
        declared: &Declared,
        rules: &Rules,
        cache: &FileCache,
    ) -> &(Documents, Evidence) {
        self.0.get_or_init(|| {
            let mut documents = Documents::default();
            let register = declared.register.known();
            let evidence = register.map_or_else(Evidence::new, |register| {
                evidence::gather(view, register, rules, &mut documents, cache)
            });
            (documents, evidence)
        })
    }
}
