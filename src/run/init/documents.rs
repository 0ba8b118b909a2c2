//! Which documents the planned register owes and nobody wrote, and their forms.

use super::overlay::PlannedTree;
use crate::adoption::{AdoptionAnswers, PlannedFile};
use crate::catalog::Scope;
use crate::edge::git::Source;
use crate::evidence::{Answer, Lexicon, Requirement};
use crate::file_cache::FileCache;
use crate::model::{Governance, RepositoryModel};
use crate::settings::risks;
use crate::snapshot::View;
use crate::template::{FormSubject, form, place, usual_place};

/// Returns the forms of the documents that would be missing with the planned files, and lets the
/// planned register name them. A register that is there is not edited, so its documents go to the
/// usual places.
pub(super) fn with_documents(
    source: &Source,
    files: &[PlannedFile],
    answers: &mut AdoptionAnswers,
    has_register: bool,
) -> Vec<PlannedFile> {
    let tree = PlannedTree::new(&*source.snapshot, &source.scope, files);
    let view = View::new(&tree, source.scope.clone());
    let rules = Governance::load(&view).rules;
    let lexicon = Lexicon::of(&rules.extension);
    let model = RepositoryModel::load(view, &rules, &FileCache::default());
    let mut documents: Vec<PlannedFile> = Vec::new();
    let missing = model
        .evidence
        .iter()
        .filter(|(need, answer)| matches!(answer, Answer::Missing) && need.kind.id != risks::KIND);
    for (need, _) in missing {
        let system = need.system.as_ref().and_then(|id| model.system(id));
        let about = FormSubject::of_need(need, system);
        let of_system = !matches!(need.kind.scope, Scope::Organization | Scope::Repository);
        let path = if has_register || !of_system {
            usual_place(need.kind).unwrap_or_else(|| place(need.kind, &about))
        } else {
            name(answers, need, place(need.kind, &about))
        };
        if documents.iter().all(|known| known.path != path) {
            let text = form(lexicon, need.kind, &about, None);
            documents.push(PlannedFile { path, text, what: "a form" });
        }
    }
    documents
}

/// Lets the planned register name a document. A card is named by its model or dataset.
fn name(answers: &mut AdoptionAnswers, need: &Requirement, path: String) -> String {
    let id = need.system.as_ref().map(|id| id.as_str()).unwrap_or_default();
    let Some(system) = answers.systems.iter_mut().find(|system| system.id == id) else {
        return path;
    };
    let is_card = need.kind.part_of.is_empty();
    if let Some(object) = need.object.as_ref().filter(|_| is_card) {
        let assets = match need.kind.scope {
            Scope::Model => &mut system.models,
            _ => &mut system.datasets,
        };
        if let Some(asset) = assets.iter_mut().find(|asset| asset.id == *object) {
            return asset.card.get_or_insert(path).clone();
        }
    }
    system.documents.entry(need.kind.id.to_string()).or_insert(path).clone()
}
