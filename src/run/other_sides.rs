//! What the other sides of a comparison would be told. It says what a finding comes from.

use std::collections::BTreeMap;

use crate::catalog::Class;
use crate::checks;
use crate::engine::{Check, Context, evaluate};
use crate::fact::Fact;
use crate::finding::{Finding, Subject};
use crate::load::{RunInputs, TargetInputs, sign_off_folders};
use crate::model::{Governance, RepositoryModel};
use crate::settings::register;
use crate::signoff::{SignOffInputs, SignOffStore, TipModel, due_decisions};

/// The findings of the target branch under the rules of the run.
pub(super) struct OtherSides {
    /// What is found in the target branch's content.
    pub(super) tip: Vec<Finding>,
    /// What is found in the target branch's content under the judged register; `None` where the
    /// change edits no register.
    pub(super) under_judged: Option<Vec<Finding>>,
    /// What the target branch's register and rules ask for, and for which class.
    pub(super) asked_before: BTreeMap<Subject, Class>,
}

impl OtherSides {
    /// Runs all checks over the target branch, with the rules and people of the run.
    pub(super) fn evaluate(
        base: &TargetInputs<'_>,
        tip: &dyn TipModel,
        inputs: &RunInputs<'_>,
        table: &[&'static Check],
    ) -> Self {
        let (rules, cache) = (&inputs.governance.rules, inputs.cache);
        let repo = tip.read();
        let (tip, decisions) = findings(repo, &base.governance, inputs, table);
        let is_register_edited =
            base.change.files.keys().any(|path| path.file_name() == register::FILE);
        let under_judged = is_register_edited.then(|| {
            let under =
                RepositoryModel::load_under(base.view.clone(), &inputs.repo.view, rules, cache);
            findings(&under, inputs.proposed, inputs, table).0
        });
        let asked_before = repo.asked().into_iter().chain(decisions).collect();
        Self { tip, under_judged, asked_before }
    }
}

/// What all checks find in a content that is compared with nothing, and the decisions due for it
/// with their class.
fn findings(
    repo: &RepositoryModel<'_>,
    proposed: &Governance,
    inputs: &RunInputs<'_>,
    table: &[&'static Check],
) -> (Vec<Finding>, BTreeMap<Subject, Class>) {
    let RunInputs { governance, digests, today, .. } = *inputs;
    let commits = Fact::Absent;
    let store = SignOffStore::load(&repo.view, None, &sign_off_folders(repo));
    let signoffs = SignOffInputs::new(repo, governance, &store, None, digests, &commits, today);
    let decisions = due_decisions(&signoffs);
    let context = Context {
        proposed,
        decisions: &decisions,
        ..Context::alone(repo, governance, &signoffs, today, table)
    };
    let asked = decisions.iter().map(|due| (checks::decision(due), due.class)).collect();
    (evaluate(table, &context, &checks::fallback_of(repo)).findings, asked)
}
