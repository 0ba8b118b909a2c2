//! Who wrote what a record is about, and so does not count among its signers.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError};

use super::content::{ItemForm, is_pattern};
use super::court::SignOffEvaluator;
use super::ledger::{Located, RecordFiles};
use super::record::Record;
use crate::settings::covers;
use crate::settings::gate::Decision;
use crate::span::RepoPath;

impl SignOffEvaluator<'_> {
    /// Whoever wrote what a record covers: as it says, and as the commits of the change say.
    pub(super) fn authors(&self, filed: &RecordFiles) -> BTreeSet<String> {
        let held = &filed.record;
        let mut authors: BTreeSet<String> =
            held.value.authors.iter().map(|it| it.value.clone()).collect();
        if filed.is_fresh() {
            authors.extend(self.wrote(held).iter().cloned());
        }
        authors
    }

    /// The authors of the change's commits that touch what a record is about, whatever the record
    /// calls it.
    pub(super) fn wrote(&self, held: &Located<Record>) -> Arc<BTreeSet<String>> {
        let record = &held.value;
        let system = record.system.as_ref().and_then(|id| self.repo.system(&id.value));
        let is_any = record.decision.value == Decision::Classification;
        let key = match (record.decision.value, system) {
            (Decision::RuleChange, _) => format!("rules {}", record.id.value),
            (_, Some(system)) if !is_any => format!("system {}", system.id.value),
            _ => "any".to_owned(),
        };
        if let Some(known) = self.wrote.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(known);
        }
        let mut paths: BTreeSet<RepoPath> = BTreeSet::new();
        let mut patterns = Vec::new();
        if record.decision.value == Decision::RuleChange {
            let base = held.path.parent().parent().parent();
            for file in &record.files {
                paths.insert(RepoPath::from(file.path.value.as_str()));
                paths.extend(base.join(&file.path.value).ok());
            }
        } else if let Some(system) = system.filter(|_| !is_any) {
            for item in self.items(system).iter() {
                paths.insert(item.place.path.clone());
                if let ItemForm::File { path } | ItemForm::Section { path, .. } = &item.form {
                    if is_pattern(path) {
                        patterns.push(path.clone())
                    } else {
                        let _ = paths.insert(RepoPath::from(path.as_str()));
                    }
                }
            }
        }
        let root = RepoPath::root();
        let set = covers(patterns.iter().map(|path| (&root, path.as_str())));
        let is_about = |path: &RepoPath| {
            let is_signoff = self.store.folders.iter().any(|folder| path.is_in(folder));
            !is_signoff && (key == "any" || paths.contains(path) || set.is_match(path.to_string()))
        };
        let commits = self.commits.known().into_iter().flatten();
        let wrote = commits
            .filter(|commit| commit.paths.iter().any(is_about))
            .flat_map(|commit| &commit.authors);
        let wrote: Arc<BTreeSet<String>> = Arc::new(wrote.cloned().collect());
        self.wrote.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&wrote));
        wrote
    }
}
