//! The inputs of a run, loaded once and read-only from then on.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::change::Change;
use crate::checks;
use crate::date::Date;
use crate::document::Spanned;
use crate::edge::git::{Comparison, Extent, Target};
use crate::fact::Fact;
use crate::file_cache::FileCache;
use crate::ids::SystemId;
use crate::model::{Declared, Governance, RepositoryModel, TipEvidence, named_aside};
use crate::obligation::ComparedSides;
use crate::report::RulesFrom;
use crate::settings::gate::Rules;
use crate::settings::people::Person;
use crate::signoff::{Digests, Pointers, SignOffInputs, SignOffStore, TipModel, benefit};
use crate::snapshot::View;
use crate::span::{Place, RepoPath};

/// What a run looks at.
#[derive(Clone, Copy)]
pub(crate) struct RunInputs<'a> {
    /// The judged content.
    pub(crate) repo: &'a RepositoryModel<'a>,
    /// The rules and people that the verdict is given by.
    pub(crate) governance: &'a Governance,
    /// What the judged content would make of the rules and people.
    pub(crate) proposed: &'a Governance,
    pub(crate) rules_from: RulesFrom,
    /// The target branch; `None` where there is nothing to compare with.
    pub(crate) base: Option<&'a TargetInputs<'a>>,
    /// The sign-offs of the judged content, evaluated.
    pub(crate) signoffs: &'a SignOffInputs<'a>,
    pub(crate) digests: &'a Digests,
    pub(crate) cache: &'a FileCache,
    /// The place of a finding that has no better one.
    pub(crate) fallback: &'a Place,
    pub(crate) today: Date,
}

impl<'a> RunInputs<'a> {
    /// Returns what the change of rules gives a person, in words. None where it gives nothing.
    pub(crate) fn benefit(&self, person: &Person) -> Option<String> {
        let base = self.base.filter(|base| base.governance.is_adopted)?;
        benefit(&base.governance, self.proposed, person, self.today)
    }

    /// Returns both revisions and the change between them.
    pub(crate) fn sides(&self, base: &'a TargetInputs<'a>) -> ComparedSides<'a> {
        ComparedSides {
            tip: &base.declared,
            tip_view: &base.view,
            tip_evidence: &base.evidence,
            rules: &self.governance.rules,
            judged: self.repo,
            change: &base.change,
            cache: self.cache,
            witness: self.signoffs,
            fallback: self.fallback,
        }
    }
}

/// The target branch, as far as every run needs it.
pub(crate) struct TargetInputs<'a> {
    pub(crate) view: View<'a>,
    pub(crate) declared: Declared,
    /// Its documents, once they are asked for.
    pub(crate) evidence: TipEvidence,
    /// The target branch's own rules and people.
    pub(crate) governance: Governance,
    /// What the judged content edits.
    pub(crate) change: Change,
}

/// The target branch, read whole under the rules of the run when something first asks for it.
struct LazyTip<'a> {
    view: &'a View<'a>,
    rules: &'a Rules,
    cache: &'a FileCache,
    model: OnceLock<RepositoryModel<'a>>,
}

impl TipModel for LazyTip<'_> {
    fn read(&self) -> &RepositoryModel<'_> {
        self.model.get_or_init(|| RepositoryModel::load(self.view.clone(), self.rules, self.cache))
    }
}

/// Loads a comparison and passes what was loaded to `act`; returns what `act` returns.
///
/// The sides of the comparison are each listed once: every reader shares the view made here.
pub(crate) fn with_inputs<T>(
    comparison: &Comparison,
    cache: &FileCache,
    today: Date,
    act: impl FnOnce(&RunInputs<'_>) -> T,
) -> T {
    let scope = &comparison.judged.scope;
    let view = View::new(&*comparison.judged.snapshot, scope.clone());
    let target = comparison.target.known();
    let target_view = target.map(|target| View::new(&*target.tip, scope.clone()));
    let proposed = Governance::load(&view);
    let of_target = target_view.as_ref().map(Governance::load);
    let trusted = trusted(of_target.as_ref(), target, scope);
    let rules_from = match (&comparison.target, &trusted) {
        (_, Some(_)) => RulesFrom::TargetBranch,
        (Fact::Known(_), None) => RulesFrom::FirstRun,
        (Fact::Absent | Fact::Undecided(_), None) => RulesFrom::JudgedContent,
    };
    // The change decides which waivers and baseline entries stay, the target which of them count.
    let mut governance =
        trusted.map_or_else(|| proposed.clone(), |trusted| trusted.keeping(&proposed));
    if let Some(rules) = &comparison.what_if {
        governance.rules = rules.clone().in_place_of(&governance.rules);
    }
    let base = target_view.zip(of_target).zip(target).map(|((view, own), target)| TargetInputs {
        declared: Declared::of(&view, &governance.rules),
        evidence: TipEvidence::default(),
        view,
        governance: own,
        change: change(target, comparison),
    });
    if let Some(base) = &base {
        drop_exceptions_of_new_systems(&mut governance, &base.declared);
    }
    let mut repo = RepositoryModel::load(view, &governance.rules, cache);
    if let Some(base) = &base {
        let named = named_aside(&repo, &base.view, &base.change, cache);
        repo.inventory.take_in(named);
    }
    let fallback = checks::fallback_of(&repo);
    let digests = Digests::new(pointers(&repo, base.as_ref()));
    let store = sign_offs(&repo, base.as_ref(), comparison.extent);
    let tip = base.as_ref().map(|base| (&base.declared, base.view.snapshot));
    let commits = &comparison.commits;
    let lazy_tip = base.as_ref().map(|base| LazyTip {
        view: &base.view,
        rules: &governance.rules,
        cache,
        model: OnceLock::new(),
    });
    let tip_model = lazy_tip.as_ref().map(|tip| tip as &dyn TipModel);
    let signoffs = SignOffInputs::new(&repo, &governance, &store, tip, &digests, commits, today)
        .with_target(comparison.history.as_deref(), tip_model);
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

/// Returns what both sides say of pointers to content that is kept elsewhere.
fn pointers(repo: &RepositoryModel<'_>, base: Option<&TargetInputs<'_>>) -> Pointers {
    let tip = base.map(|base| &base.declared);
    let pointers = Pointers::of(std::iter::once(&repo.declared).chain(tip));
    match base {
        Some(base) => pointers.replacing(base.view.snapshot, repo.view.snapshot, &base.change),
        None => pointers,
    }
}

/// Returns the rules and people that both the target branch and the default branch have adopted;
/// `None` where neither has rules.
fn trusted(
    of_target: Option<&Governance>,
    target: Option<&Target>,
    scope: &RepoPath,
) -> Option<Governance> {
    let default = target.and_then(|target| target.default.as_ref());
    let of_default = default.map(|(_, tip)| Governance::load(&View::new(&**tip, scope.clone())));
    let adopted = [of_target.cloned(), of_default].into_iter().flatten();
    adopted.filter(|it| it.is_adopted).reduce(|one, other| one.and(&other))
}

/// Drops exceptions for systems that the target branch does not know: another system could take
/// the name.
fn drop_exceptions_of_new_systems(governance: &mut Governance, tip: &Declared) {
    let is_known = |system: &Spanned<SystemId>| tip.system(&system.value).is_some();
    governance.rules.not_applicable.retain(|(it, _)| it.system.as_ref().is_none_or(is_known));
}

/// Reads the sign-offs of both sides.
///
/// A record that the target branch holds counts as it is there. Where the target branch itself is
/// judged, no record was altered: what an earlier commit lacks came in since.
fn sign_offs(
    repo: &RepositoryModel<'_>,
    base: Option<&TargetInputs<'_>>,
    extent: Extent,
) -> SignOffStore {
    let mut folders = sign_off_folders(repo);
    folders.extend(base.into_iter().flat_map(|base| folders_of_registers(&base.declared)));
    let mut store = SignOffStore::load(&repo.view, base.map(|base| &base.view), &folders);
    if extent == Extent::Whole {
        store.altered.clear();
    }
    store
}

/// Returns the files in which the target branch and the judged content differ.
fn change(target: &Target, comparison: &Comparison) -> Change {
    let mut change = Change::between(&*target.tip, &*comparison.judged.snapshot);
    change.both.clone_from(&comparison.both);
    change.unmerged.clone_from(&comparison.unmerged);
    change
}

/// Returns the folders in which sign-offs may lie: at or above the judged folder, and beside each
/// register.
pub(crate) fn sign_off_folders(repo: &RepositoryModel<'_>) -> BTreeSet<RepoPath> {
    let above = repo.view.scope.ancestors_from_root();
    above.into_iter().chain(folders_of_registers(&repo.declared)).collect()
}

/// Returns the folders of the registers that are in force.
fn folders_of_registers(declared: &Declared) -> impl Iterator<Item = RepoPath> {
    let register = declared.register.known();
    register
        .into_iter()
        .flat_map(|it| std::iter::once(&it.path).chain(&it.included))
        .map(RepoPath::parent)
}
