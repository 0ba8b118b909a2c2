//! Everything a run looks at, loaded once: content, rules, the target branch, sign-offs.

use std::collections::BTreeSet;

use crate::change::Change;
use crate::checks;
use crate::date::Date;
use crate::document::Spanned;
use crate::edge::git::{Comparison, Extent, Target};
use crate::fact::Fact;
use crate::file_cache::FileCache;
use crate::model::{Declared, Governance, RepositoryModel};
use crate::obligation::ComparedSides;
use crate::report::RulesFrom;
use crate::signoff::{Digests, SignOffInputs, SignOffStore};
use crate::snapshot::View;
use crate::span::{Place, RepoPath};

/// What a run looks at.
#[derive(Clone, Copy)]
pub(super) struct RunInputs<'a> {
    pub(super) repo: &'a RepositoryModel<'a>,
    /// Rules and people that the verdict is given by.
    pub(super) governance: &'a Governance,
    /// What the judged content would make of them.
    pub(super) proposed: &'a Governance,
    pub(super) rules_from: RulesFrom,
    /// The target branch, where there is one.
    pub(super) base: Option<&'a Base<'a>>,
    pub(super) signoffs: &'a SignOffInputs<'a>,
    pub(super) digests: &'a Digests,
    pub(super) cache: &'a FileCache,
    /// The place of what has no better one.
    pub(super) fallback: &'a Place,
    pub(super) today: Date,
}

impl<'a> RunInputs<'a> {
    /// Both revisions and what lies between them.
    pub(super) fn sides(&self, base: &'a Base<'a>) -> ComparedSides<'a> {
        let (tip, tip_view, change) = (&base.declared, &base.view, &base.change);
        ComparedSides {
            tip,
            tip_view,
            judged: self.repo,
            change,
            cache: self.cache,
            fallback: self.fallback,
        }
    }
}

/// Loads a comparison and hands it on.
pub(super) fn set<T>(
    comparison: &Comparison,
    cache: &FileCache,
    today: Date,
    act: impl FnOnce(&RunInputs<'_>) -> T,
) -> T {
    let view = |snapshot| View::new(snapshot, comparison.judged.scope.clone());
    let proposed = Governance::load(&view(&*comparison.judged.snapshot));
    let target = comparison.target.known();
    let of_target = target.map(|target| Governance::load(&view(&*target.tip)));
    let default = target.and_then(|target| target.default.as_ref());
    let default = default.map(|(_, tip)| Governance::load(&view(&**tip)));
    let adopted = [of_target.clone(), default];
    let trusted = adopted
        .into_iter()
        .flatten()
        .filter(|it| it.is_adopted)
        .reduce(|one, other| one.and(&other));
    let rules_from = match (&comparison.target, &trusted) {
        (_, Some(_)) => RulesFrom::TargetBranch,
        (Fact::Known(_), None) => RulesFrom::FirstRun,
        (Fact::Absent | Fact::Undecided(_), None) => RulesFrom::JudgedContent,
    };
    // Whether an excuse is kept is up to the change, whether it counts is not.
    let governance = trusted.map_or_else(|| proposed.clone(), |trusted| trusted.keeping(&proposed));
    let tip = target.map(|target| Declared::of(&view(&*target.tip), &governance.rules));
    let governance = tip.iter().fold(governance, excused_by_known);
    let repo = RepositoryModel::load(view(&*comparison.judged.snapshot), &governance.rules, cache);
    let fallback = checks::fallback_of(&repo);
    let digests = Digests::default();
    let mut folders = sign_off_folders(&repo);
    folders.extend(tip.iter().flat_map(beside));
    // What the target branch holds counts as it is there, and what an earlier commit of it lacks
    // was never altered.
    let held = target.map(|target| view(&*target.tip));
    let mut store = SignOffStore::load(&repo.view, held.as_ref(), &folders);
    if comparison.extent == Extent::Whole {
        store.altered.clear();
    }
    let base = target.zip(of_target).zip(tip).map(|((target, governance), declared)| {
        let view = view(&*target.tip);
        Base { view, declared, governance, change: change(target, comparison) }
    });
    let tip = base.as_ref().map(|base| (&base.declared, base.view.snapshot));
    let signoffs =
        SignOffInputs::new(&repo, &governance, &store, tip, &digests, &comparison.commits, today);
    // What was merged was approved then, or was not merged by the gate.
    let signoffs = if comparison.extent == Extent::Change {
        signoffs.with_approvals(&comparison.approvals)
    } else {
        signoffs
    };
    act(&RunInputs {
        repo: &repo,
        governance: &governance,
        proposed: &proposed,
        rules_from,
        base: base.as_ref(),
        signoffs: &signoffs,
        digests: &digests,
        cache,
        fallback: &fallback,
        today,
    })
}

/// The target branch, as far as every run needs it.
pub(super) struct Base<'a> {
    pub(super) view: View<'a>,
    pub(super) declared: Declared,
    pub(super) governance: Governance,
    pub(super) change: Change,
}

/// Governance without exceptions for systems that the target branch does not know: another system
/// could take the name.
fn excused_by_known(mut governance: Governance, tip: &Declared) -> Governance {
    let is_known = |system: &Spanned<String>| tip.system(&system.value).is_some();
    governance.rules.not_applicable.retain(|(it, _)| it.system.as_ref().is_none_or(is_known));
    governance
}

/// What a target's branch and the judged content differ in.
fn change(target: &Target, comparison: &Comparison) -> Change {
    let mut change = Change::between(&*target.tip, &*comparison.judged.snapshot);
    change.both.clone_from(&comparison.both);
    change.unmerged.clone_from(&comparison.unmerged);
    change
}

/// Where sign-offs may lie: at or above the judged folder, and beside each register.
pub(super) fn sign_off_folders(repo: &RepositoryModel<'_>) -> BTreeSet<RepoPath> {
    let above = repo.view.scope.ancestors_from_root();
    above.into_iter().chain(beside(&repo.declared)).collect()
}

/// The folders of the registers that are in force.
fn beside(declared: &Declared) -> impl Iterator<Item = RepoPath> {
    let register = declared.register.known();
    register
        .into_iter()
        .flat_map(|it| std::iter::once(&it.path).chain(&it.included))
        .map(RepoPath::parent)
}
