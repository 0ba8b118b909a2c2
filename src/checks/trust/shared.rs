//! A change of the files that the gate trusts, and what may clear it.

use std::collections::BTreeSet;

use crate::catalog::Class;
use crate::checks::shared::{fallback, once_prepared};
use crate::engine::{CheckResult, Context, Outcome};
use crate::fact::Fact;
use crate::finding::{Problem, Subject, Who};
use crate::model::{Governance, TakenOver};
use crate::obligation::LoweredObligation;
use crate::settings::weakening::Weakening;
use crate::signoff::{
    Benefits, BundleFlaw, BundleTrust, Clearance, ReplacedFile, clear_classification,
    clear_rule_change, is_waiting, refusal_text, replaced_file,
};
use crate::span::{Place, RepoPath};
use crate::wording::and_more;

/// What a check says by comparing a trusted file with what the target branch has.
///
/// `judge` gets the file as subject, and the rules and people of the target branch. Where there is
/// no target, or no gate on it, there is nothing to loosen, and it is not asked.
pub(super) fn compared(
    context: &Context<'_>,
    file: &str,
    judge: fn(&Context<'_>, Subject, &Governance) -> Vec<Outcome>,
) -> Vec<Outcome> {
    let subject = Subject::File(RepoPath::from(file));
    match context.adopted(subject.clone()) {
        Ok(before) => match under_new_bundle(context, before) {
            Some(before) => judge(context, subject, &before),
            None => judge(context, subject, before),
        },
        Err(outcomes) => outcomes,
    }
}

/// Returns the governance of the target branch with the bundle that the change brings, where those
/// signed it who may: what it brings was decided by the organisation, and all else is compared.
fn under_new_bundle(context: &Context<'_>, before: &Governance) -> Option<Governance> {
    let (now, known) = (context.proposed.organisation.as_ref()?, before.organisation.as_ref()?);
    if now.sha256 == known.sha256 || bundle_flaw(context, now).is_some() {
        return None;
    }
    let tip = context.against.known()?.sides.tip_view;
    Some(Governance::load_over(tip, Some(now)))
}

/// Returns why the bundle of the judged content may not take the place of that of the target
/// branch; of a first one, why it counts by nobody's signature.
pub(super) fn bundle_flaw(context: &Context<'_>, bundle: &TakenOver) -> Option<BundleFlaw> {
    let Fact::Known(against) = &context.against else { return None };
    let before = against.governance.organisation.as_ref();
    if before.is_some_and(|before| before.sha256 == bundle.sha256) {
        return None;
    }
    let by = if before.is_some() { context.signoffs.governance } else { context.proposed };
    let (Fact::Known(people), Some(pin)) = (&by.people, &by.rules.organisation) else {
        let text = "who may sign it cannot be read".to_owned();
        return Some(BundleFlaw { reason: "unsigned", text });
    };
    let trust = BundleTrust { people, trust: by.trust(), signers: &pin.signers.value };
    trust.flaw(bundle, before, context.signoffs.today)
}

/// A change of trusted files that is not provably as strict.
pub(super) struct Loosening<'l> {
    subject: Subject,
    place: Place,
    text: String,
    pub(super) related: Vec<(Place, String)>,
    /// What leaves everything as it was.
    keep: &'l str,
    pub(super) label: &'l str,
    /// The files that do it.
    pub(super) files: BTreeSet<&'l RepoPath>,
    /// Whom it gives more, and what.
    favours: Benefits<'l>,
}

impl<'l> Loosening<'l> {
    pub(super) fn new(subject: Subject, place: Place, text: String, keep: &'l str) -> Self {
        let (related, label, files) =
            (Vec::new(), "allows more than on the target branch", BTreeSet::new());
        Self { subject, place, text, related, keep, label, files, favours: &|_| None }
    }

    /// Judges it: nothing clears it but a record of the change, signed by somebody it does not
    /// favour.
    pub(super) fn outcome(self, context: &Context<'_>) -> Outcome {
        let replaced: Vec<ReplacedFile> = self
            .files
            .iter()
            .map(|path| replaced_file(context.signoffs, path))
            .filter(|it| it.from != it.to)
            .collect();
        let clearance = clear_rule_change(context.signoffs, &replaced, self.favours);
        let problem = Problem::new(self.place, Class::High, self.text).label(self.label);
        let problem = self
            .related
            .into_iter()
            .fold(problem, |problem, (place, text)| problem.related(place, text));
        ruled(self.subject, problem, &clearance, self.keep, "rule-change")
    }
}

const NOBODY: &str = "nobody on the target branch could ever sign this";

/// What is left where nobody could ever sign a change of the rules.
pub(super) const WAY_OUT: &str = "nobody on the target branch could ever sign this, so an \
    administrator merges the one change that adds what is missing past the gate, as \
    docs/sign-off.md says under \"When nobody can sign\"";

/// What becomes of a finding that a signed record may clear.
pub(super) fn ruled(
    subject: Subject,
    problem: Problem,
    clearance: &Clearance<'_>,
    keep: &str,
    decision: &str,
) -> Outcome {
    match clearance {
        Clearance::Cleared => Outcome::pass(subject),
        Clearance::Refused(record_files, flaws) => {
            let place = record_files.record.place(record_files.record.value.id.span);
            let people = flaws.iter().flat_map(|flaw| flaw.people.iter().cloned());
            let problem =
                problem.related(place, refusal_text(record_files, flaws)).waits_for(people);
            let sign = format!("aimsgate sign {}", record_files.record.value.id.value);
            if is_waiting(flaws) {
                Outcome::new(
                    subject,
                    CheckResult::Waiting(Box::new(problem.remedy(Who::Signers, sign))),
                )
            } else {
                Outcome::fail(subject, problem.remedy(Who::Author, keep).remedy(Who::Signers, sign))
            }
        }
        Clearance::Locked => {
            let problem = problem.label(NOBODY).remedy(Who::Author, keep);
            Outcome::fail(subject, problem.remedy(Who::Platform, WAY_OUT))
        }
        Clearance::Nothing(people) => {
            let of =
                subject.system().map_or_else(String::new, |system| format!(" --system {system}"));
            let prepare = format!(
                "or have it signed; begin with: aimsgate sign --prepare \
                {decision}{of}"
            );
            let problem = problem
                .waits_for(people.iter().cloned())
                .remedy(Who::Author, keep)
                .remedy(Who::Author, prepare);
            Outcome::fail(subject, problem.remedy(Who::Signers, once_prepared(people)))
        }
    }
}

/// What becomes of a finding about an obligation that the change lowers: a signed classification
/// clears it.
pub(super) fn classified(
    context: &Context<'_>,
    subject: Subject,
    problem: Problem,
    lowered: &LoweredObligation,
    keep: &str,
) -> Outcome {
    let LoweredObligation { system, duty, from, to, class, place: _, files: _ } = lowered;
    let clearance = clear_classification(context.signoffs, system.as_ref(), *class, duty, from, to);
    ruled(subject, problem, &clearance, keep, "classification")
}

/// One outcome for everything that a kind of trusted file now permits.
pub(super) fn outcome<'l>(
    context: &Context<'_>,
    subject: Subject,
    weakenings: &[Weakening],
    files: impl IntoIterator<Item = &'l RepoPath>,
    keep: &str,
    favours: Benefits<'_>,
) -> Outcome {
    let Some((first, rest)) = weakenings.split_first() else { return Outcome::pass(subject) };
    let files: BTreeSet<&RepoPath> = files.into_iter().collect();
    let is_here = |path: &&&RepoPath| context.judged.view.snapshot.entry(path).is_some();
    let somewhere = || {
        files
            .iter()
            .find(is_here)
            .map_or_else(|| fallback(context), |path| Place::whole((*path).clone()))
    };
    let place = |it: &Weakening| it.place.clone().unwrap_or_else(somewhere);
    let more = and_more(rest.len(), "");
    let mut loosening =
        Loosening::new(subject, place(first), format!("{}{more}", first.words()), keep);
    loosening.related = rest.iter().map(|it| (place(it), it.words())).collect();
    loosening.favours = favours;
    if weakenings.iter().all(Weakening::is_how_known) {
        loosening.label = "known by other addresses than on the target branch";
    }
    Loosening { files, ..loosening }.outcome(context)
}
