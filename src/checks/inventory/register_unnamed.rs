//! Registers in subfolders that nothing names.

use crate::asset::PathRole;
use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, Suppressibility};
use crate::finding::{Gate, Problem, Severity, Subject, Who};
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check = Check {
    id: CheckId::RegisterUnnamed,
    title: "A register in a subfolder is named by no other",
    since: "0.1",
    controls: &["A.4.2", "4.3"],
    severity: ByClass::new(Severity::Note, Severity::Note, Severity::Note),
    gate: Gate::Merge,
    firmness: Suppressibility::Ordinary,
    explanation: EXPLANATION,
    run,
};

const EXPLANATION: &str = "\
## What it checks

Whether each `aims.yaml` below the judged folder is the register itself or named under its `include`.
Those in vendored folders count as well; where the judged folder has no register at all, those in tests
and examples do not.

## Why it matters

A register that nobody names governs nothing here. It may be vendored with other people's code, or it may
be a system that everybody believes is judged.

## How to fix

Name it under `include` in the register of the folder above, or judge its folder on its own:
`aimsgate check FOLDER`. If it came with vendored code, leave it.

## References

ISO/IEC 42001:2023 clause 4.3 and control A.4.2.
";

fn run(context: &Context<'_>) -> Vec<Outcome> {
    let declared = &context.judged.declared;
    let mut outcomes: Vec<Outcome> = declared
        .register
        .known()
        .into_iter()
        .flat_map(|register| &register.included)
        .map(|path| Outcome::pass(Subject::File(path.clone())))
        .collect();
    // Where nothing is declared at all, an example that declares something is nobody's register.
    let is_aside =
        |path: &RepoPath| PathRole::of(path, &context.judged.view.scope) == PathRole::Aside;
    let unnamed =
        declared.unnamed.iter().filter(|path| !(declared.register.is_absent() && is_aside(path)));
    outcomes.extend(unnamed.map(|path| {
        let text = "this register is named by no other, so nothing here is judged by it";
        let problem = Problem::new(Place::whole(path.clone()), Class::Limited, text);
        let remedy = "name it under `include` if it is yours; leave it if it came with other \
            people's code";
        Outcome::fail(Subject::File(path.clone()), problem.remedy(Who::Author, remedy))
    }));
    outcomes
}
