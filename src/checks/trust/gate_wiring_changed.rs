//! A pipeline that a change takes the gate out of.

use std::collections::BTreeMap;

use super::Loosening;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Subject};
use crate::pipeline;
use crate::span::RepoPath;

pub(crate) const CHECK: Check = Check {
    id: "gate-wiring-changed",
    title: "A change removes, narrows or downgrades the gate's own step",
    since: "0.1",
    controls: &["5.3", "7.5", "8.1"],
    severity: ByClass::ERROR,
    gate: Gate::Merge,
    firmness: Suppressibility::Floor,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each step of a pipeline, and each hook, that names aimsgate on the target branch is still there with
all that says when it runs and with what: events, conditions, the jobs it waits for, inputs, variables,
shell, command, the steps before it in its job, templates it extends, and a version that is no older. A call
of a file that runs the gate counts as its step. Read are YAML files whose name begins with a dot, or that lie
below a folder whose name does, or below `ci`: workflows and actions of GitHub, `.gitlab-ci.yml` and files it
includes from such places, `.pre-commit-config.yaml`. Other steps and jobs, more events, time limits, another
hosted runner of the same system and a newer version are free; a pin by digest needs its version in the comment
behind it, and that comment is believed. Scripts and makefiles that a step calls are not read.

## Why it matters

On a pull request the workflow file is the change's own. A gate that does not run blocks nothing. What
only the forge can enforce (that the job is required, and that its file is not the change's) this check
cannot.

## How to fix

Undo it, or make the change without it. A `rule-change` record in the same change clears it, which binds the files before
and after by their digests and is signed by somebody the target branch entitles and the change does not favour.

## References

ISO/IEC 42001:2023 clauses 5.3, 7.5 and 8.1.
";

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
        let keep = "leave the gate's step as it is";
        let mut loosening = Loosening::new(subject, first.place.clone(), first.text.clone(), keep);
        loosening.label = "the gate would run less, or not at all";
        loosening.related =
            rewired[1..].iter().map(|more| (more.place.clone(), more.text.clone())).collect();
        loosening.files.insert(&path);
        loosening.outcome(context)
    };
    by_file.into_iter().map(judge).collect()
}
