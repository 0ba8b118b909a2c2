//! Registers in subfolders that nothing names.

use crate::asset::PathRole;
use crate::catalog::Class;
use crate::check_id::CheckId;
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Mend, MendStep, Problem, Subject, Who};
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
        let problem = problem.remedy(Who::Author, remedy).mended_by(included(context, path));
        Outcome::fail(Subject::File(path.clone()), problem)
    }));
    outcomes
}

/// Lets the register that judges here name one below it, unless it is an example or came with
/// other people's code.
fn included(context: &Context<'_>, path: &RepoPath) -> Option<Mend> {
    if PathRole::of(path, &context.judged.view.scope) != PathRole::Product {
        return None;
    }
    let register = context.judged.declared.register.known()?;
    let item = path.relative_to(&register.base)?.parent().to_string();
    let step = MendStep::AddItem { holder: None, key: "include", item: scalar(&item)? };
    Some(Mend::new(register.path.clone(), step))
}

/// A path as YAML reads it back without quotes. None for one that takes them.
fn scalar(path: &str) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    let is_name = path.starts_with(|c: char| c.is_ascii_alphabetic());
    (is_name && path.chars().all(is_plain)).then(|| path.to_owned())
}
