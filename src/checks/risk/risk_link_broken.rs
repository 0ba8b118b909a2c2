//! A risk names a control, requirement, test or acceptance that is not there.

use super::shared::class_of;
use crate::catalog;
use crate::check_id::CheckId;
use crate::checks::shared::{held, names};
use crate::document::{Body, Node, Spanned};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::finding::{Problem, Subject, Who};
use crate::model::RepositoryModel;
use crate::part::{Part, Piece, Reason};
use crate::settings::register::System;
use crate::settings::risks::{Risk, RiskRegister};
use crate::span::{Place, Span};

pub(crate) const CHECK: Check = check(
    CheckId::RiskLinkBroken,
    "A risk names a control, requirement, test or acceptance that is not there",
    run,
)
.controls(&["6.1.3", "8.3"])
.severity(ByClass::ERROR_IF_HIGH)
.explained(include_str!("risk_link_broken.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let mut outcomes = Vec::new();
    for (id, register) in &context.judged.risks {
        let Some(system) = context.judged.system(id) else { continue };
        let requirements = requirements(context, id);
        let of = |risk: &Risk| judge(context, system, register, risk, requirements.as_deref());
        outcomes.extend(register.risks.iter().map(of));
    }
    outcomes
}

/// The requirements of a system, where they are a table.
fn requirements(context: &Context<'_>, system: &str) -> Option<String> {
    let all = held(context, Some("requirements-specification"));
    let own = all.into_iter().find(|it| it.need.system.as_deref() == Some(system))?;
    let rows = own.rows();
    let texts = rows.iter().filter_map(|row| Some(row.said("requirements")?.0)).collect::<Vec<_>>();
    (!texts.is_empty()).then(|| texts.join("\n"))
}

fn judge(
    context: &Context<'_>,
    system: &System,
    register: &RiskRegister,
    risk: &Risk,
    requirements: Option<&str>,
) -> Outcome {
    let subject = Subject::Risk { system: system.id.value.clone(), risk: risk.id.value.clone() };
    let known = |id: &str| {
        catalog::controls().iter().chain(catalog::clauses()).any(|control| control.id == id)
    };
    let control = risk.controls.iter().find(|id| !known(&id.value));
    let control = control.map(|id| {
        let text = format!("`{}` is no control of ISO/IEC 42001", id.value);
        Broken::new(id.span, id, "no-control", text)
    });
    let required =
        risk.required_by.iter().find(|id| requirements.is_some_and(|all| !names(all, id)));
    let required = required.map(|id| {
        let text = format!("`{id}` stands in no requirement");
        Broken { span: risk.id.span, of: id.clone(), reason: "no-requirement", text }
    });
    let tested = risk.tested_by.as_ref().and_then(|test| {
        let (reason, text) = untested(context.judged, system, test)?;
        Some(Broken::new(test.span, test, reason, text))
    });
    let accepted = risk.accepted_in.as_ref().and_then(|id| {
        let path = system.base.join(&format!("governance/signoffs/{}.yaml", id.value)).ok()?;
        let missing = context.judged.view.snapshot.entry(&path).is_none();
        let text = format!("`{}` is no record under governance/signoffs", id.value);
        missing.then(|| Broken::new(id.span, id, "no-record", text))
    });
    let Some(broken) = control.or(required).or(tested).or(accepted) else {
        return Outcome::pass(subject);
    };
    let text = format!("risk `{}`: {}", risk.id.value, broken.text);
    let problem = Problem::new(
        Place::bytes(register.path.clone(), broken.span),
        class_of(context, &system.id.value),
        text,
    );
    Outcome::fail(
        subject,
        problem.parts([broken.piece()]).remedy(
            Who::Owner,
            "correct the link, or add what \
        it names",
        ),
    )
}

/// A link of a risk that leads nowhere.
struct Broken {
    span: Span,
    /// What the risk writes.
    of: String,
    reason: Reason,
    text: String,
}

impl Broken {
    fn new(span: Span, written: &Spanned<String>, reason: Reason, text: String) -> Self {
        Self { span, of: written.value.clone(), reason, text }
    }

    fn piece(&self) -> Piece {
        let part = Part::Entry { of: self.of.clone(), reason: self.reason };
        Piece::from(part).formerly(self.text.clone())
    }
}

/// What is wrong with `tested-by`, if anything.
fn untested(
    repo: &RepositoryModel<'_>,
    system: &System,
    test: &Spanned<String>,
) -> Option<(Reason, String)> {
    let (file, pointer) = test
        .value
        .split_once('#')
        .map_or((test.value.as_str(), None), |(file, at)| (file, Some(at)));
    let path = system.base.join(file).ok()?;
    if repo.view.snapshot.entry(&path).is_none() {
        return Some(("no-file", format!("`{file}` is no file here")));
    }
    let pointer = pointer.filter(|pointer| !pointer.is_empty())?;
    let Some(Body::Tree(root)) = repo.documents.get(&path).map(|document| &document.body) else {
        let text = format!("`{file}` holds no data that `#{pointer}` could point into");
        return Some(("no-data", text));
    };
    let text = format!("`{file}` has nothing at `#{pointer}`");
    at(root, pointer).is_none().then_some(("no-value", text))
}

/// The value at a JSON pointer (RFC 6901).
fn at<'n>(root: &'n Node, pointer: &str) -> Option<&'n Node> {
    let mut parts = pointer.split('/');
    parts.next().filter(|first| first.is_empty())?;
    parts.try_fold(root, |node, part| {
        let key = part.replace("~1", "/").replace("~0", "~");
        node.get(&key).or_else(|| node.items().get(key.parse::<usize>().ok()?))
    })
}
