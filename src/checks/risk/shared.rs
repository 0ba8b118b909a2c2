//! Where a risk stands: what remains of it, and whether somebody settled that.

use crate::catalog::{Class, Level};
use crate::checks::shared::says;
use crate::document::Spanned;
use crate::engine::Context;
use crate::ids::SystemId;
use crate::part::Reason;
use crate::settings::register::System;
use crate::settings::risks::{Action, Rating, Risk, RiskRegister, Status, Treatment};
use crate::span::Span;

/// The class of a system by its id.
pub(super) fn class_of(context: &Context<'_>, system: &SystemId) -> Class {
    context.judged.system(system).map_or(Class::Limited, System::class)
}

/// Where a risk stands against the threshold.
pub(super) enum RiskStanding {
    /// Below the threshold, treated, accepted or closed.
    Settled,
    Unsettled {
        /// What the register lacks of it.
        reason: Reason,
        /// The level that nobody treats or accepts, where it has one.
        level: Option<Level>,
        span: Span,
        text: String,
        label: String,
    },
}

/// Whether somebody treats or accepts a risk that is above the threshold (6.1.3).
pub(super) fn standing(register: &RiskRegister, risk: &Risk) -> RiskStanding {
    let id = &risk.id.value;
    let rated = |rating: Option<Spanned<Rating>>| {
        rating.and_then(|it| Some((register.level(it.value)?, it.span)))
    };
    let Some((before, span)) = rated(risk.before) else {
        let text = format!(
            "risk `{id}` has no likelihood and impact, so nobody can say that it is \
            small"
        );
        return RiskStanding::Unsettled {
            reason: "unrated",
            level: None,
            span: risk.id.span,
            text,
            label: "no `before`".to_owned(),
        };
    };
    if risk.status.is_some_and(|status| *status == Status::Closed) {
        return RiskStanding::Settled;
    }
    // Without a level after treatment, what remains is what was there before.
    if let Some((Level::Unacceptable, span)) = rated(risk.after.or(risk.before)) {
        let text = format!("what remains of risk `{id}` is unacceptable; it cannot be accepted");
        return RiskStanding::Unsettled {
            reason: "unacceptable",
            level: None,
            span,
            text,
            label: "unacceptable".to_owned(),
        };
    }
    if before <= register.scale.accept_without_record || says(&risk.accepted_in) {
        return RiskStanding::Settled;
    }
    let level = before.name();
    let wants_acceptance = risk.treatment.is_some_and(|it| *it == Treatment::Accept)
        || risk.status.is_some_and(|it| *it == Status::Accepted);
    if wants_acceptance {
        let text = format!("risk `{id}` is {level} and accepted without a record");
        return RiskStanding::Unsettled {
            reason: "accepted-without-record",
            level: Some(before),
            span,
            text,
            label: format!("{level} before treatment"),
        };
    }
    let planned = |action: &Action| says(&action.owner) && action.due.is_some();
    let treated =
        says(&risk.measures) || (!risk.actions.is_empty() && risk.actions.iter().all(planned));
    if treated && risk.treatment.is_some() {
        return RiskStanding::Settled;
    }
    let text = format!("risk `{id}` is {level} and neither treated nor accepted");
    let label = format!("{level} before treatment");
    RiskStanding::Unsettled { reason: "untreated", level: Some(before), span, text, label }
}
