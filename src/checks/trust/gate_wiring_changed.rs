//! A pipeline that a change takes the gate out of.

use std::collections::BTreeMap;

use super::shared::Loosening;
use crate::check_id::CheckId;
use crate::engine::{Check, Context, Outcome, check};
use crate::finding::Subject;
use crate::pipeline::{self, WeakenedKind};
use crate::span::RepoPath;

pub(crate) const CHECK: Check = check(
    CheckId::GateWiringChanged,
    "A change removes, narrows or downgrades the gate's own step",
    run,
)
.controls(&["5.3", "7.5", "8.1"])
.floor()
.explained(include_str!("gate_wiring_changed.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let subject = Subject::File(RepoPath::from("pipeline"));
    if let Err(outcomes) = context.adopted(subject.clone()) {
        return outcomes;
    }
    let against = match context.against(subject.clone()) {
        Ok(against) => against,
        Err(outcomes) => return outcomes,
    };
    let rewired = pipeline::weakened_steps(
        against.sides.tip_view,
        &context.judged.view,
        against.sides.change,
        against.sides.fallback,
    );
    let mut by_file: BTreeMap<RepoPath, Vec<pipeline::WeakenedStep>> = BTreeMap::new();
    for it in rewired {
        by_file.entry(it.path.clone()).or_default().push(it);
    }
    if by_file.is_empty() {
        return vec![Outcome::pass(subject)];
    }
    let judge = |(path, rewired): (RepoPath, Vec<pipeline::WeakenedStep>)| {
        let first = &rewired[0];
        let subject = Subject::File(path.clone());
        let (label, keep) = words(first.kind);
        let mut loosening = Loosening::new(subject, first.place.clone(), first.text.clone(), keep);
        loosening.label = label;
        loosening.related =
            rewired[1..].iter().map(|more| (more.place.clone(), more.text.clone())).collect();
        loosening.files.insert(&path);
        loosening.outcome(context)
    };
    by_file.into_iter().map(judge).collect()
}

/// What a change of this kind allows, and what to do instead.
fn words(kind: WeakenedKind) -> (&'static str, &'static str) {
    match kind {
        WeakenedKind::Step => {
            ("the gate would run less, or not at all", "leave the gate's step as it is")
        }
        WeakenedKind::Before => (
            "what runs before the gate in its job may stand in for it",
            "put it behind the gate's step, or into another job",
        ),
        WeakenedKind::Twin => (
            "its check may stand in for the gate's",
            "give the job another name, and no `checks: write` or `statuses: write`",
        ),
    }
}
