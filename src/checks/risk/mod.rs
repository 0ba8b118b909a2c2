//! Group RSK: the risk register's entries.

pub(super) mod risk_entry_incomplete;
pub(super) mod risk_untreated;

use crate::catalog::{Class, Level};
use crate::check::Context;
use crate::settings::risks::{Action, Risk, RiskRegister, Status, Treatment};
use crate::span::Span;

/// The class of a system by its id.
fn class_of(context: &Context<'_>, system: &str) -> Class {
    let system = context.judged.systems().iter().find(|it| it.id.value == system);
    system.map_or(Class::Limited, |system| system.class())
}

/// Where a risk stands against the threshold.
enum Standing {
    /// It has no level before treatment.
    Unrated,
    /// Below the threshold, treated, accepted or closed.
    Settled,
    Unsettled {
        span: Span,
        text: String,
        label: String,
    },
}

/// Whether somebody treats or accepts a risk that is above the threshold (6.1.3).
fn standing(register: &RiskRegister, risk: &Risk) -> Standing {
    let id = &risk.id.value;
    let rated =
        |rating: Option<crate::document::Spanned<_>>| rating.and_then(|it| Some((register.level(it.value)?, it.span)));
    let Some((before, span)) = rated(risk.before) else { return Standing::Unrated };
    let closed = risk.status.is_some_and(|status| *status == Status::Closed);
    if let Some((Level::Unacceptable, span)) = rated(risk.after).filter(|_| !closed) {
        let text = format!("what remains of risk `{id}` is unacceptable; it cannot be accepted");
        return Standing::Unsettled { span, text, label: "unacceptable".to_owned() };
    }
    if before <= register.scale.accept_without_record || closed || risk.accepted_in.is_some() {
        return Standing::Settled;
    }
    let level = before.name();
    let wants_acceptance = risk.treatment.is_some_and(|it| *it == Treatment::Accept)
        || risk.status.is_some_and(|it| *it == Status::Accepted);
    if wants_acceptance {
        let text = format!("risk `{id}` is {level} and accepted without a record");
        return Standing::Unsettled { span, text, label: "`accepted-in` names no record".to_owned() };
    }
    let planned = |action: &Action| action.owner.is_some() && action.due.is_some();
    let measures = risk.measures.as_ref().is_some_and(|text| !text.value.trim().is_empty());
    let treated = measures || (!risk.actions.is_empty() && risk.actions.iter().all(planned));
    if treated && risk.treatment.is_some() {
        return Standing::Settled;
    }
    let text = format!("risk `{id}` is {level} and neither treated nor accepted");
    Standing::Unsettled { span, text, label: format!("{level} before treatment") }
}
