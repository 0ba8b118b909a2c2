//! Registers in subfolders that nothing names.

use crate::asset::PathRole;
use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::span::{Place, RepoPath};

pub(crate) const CHECK: Check =
    check(CheckId::RegisterUnnamed, "A register in a subfolder is named by no other", run)
        .controls(&["A.4.2", "4.3"])
        .severity(ByClass::ALWAYS_NOTE)
        .explained(include_str!("register_unnamed.md"));

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
