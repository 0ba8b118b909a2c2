//! A document quotes a value that its report does not hold.

use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held};
use crate::document::Body;
use crate::document::prose::{BlockKind, Cell};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{Found, measured, number, plain};
use crate::finding::{Problem, Who};
use crate::part::Part;
use crate::settings::register::System;

pub(crate) const CHECK: Check =
    check(CheckId::MetricDiffers, "A document quotes a value that its report does not hold", run)
        .controls(&["A.6.2.4", "A.6.2.7"])
        .severity(ByClass::ERROR_IF_HIGH)
        .explained(include_str!("metric_differs.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    let kinds = ["model-card", "verification-validation-report"];
    kinds
        .iter()
        .flat_map(|kind| held(context, Some(kind)))
        .filter_map(|it| judge(context, it))
        .collect()
}

fn judge(context: &Context<'_>, held: ReadDocument<'_>) -> Option<Outcome> {
    let system = context.judged.system(held.need.system.as_ref()?)?;
    let mut judged = false;
    for (name, cell) in quoted(held) {
        let Some(measured) = in_results(context, system, &name) else { continue };
        let text = cell.text.trim().trim_matches(['*', '`']);
        let Some(stated) = number(text, held.language()) else { continue };
        judged = true;
        // Half of the last place that is written, and a little for the binary form.
        let tolerance = 0.5 * 10f64.powi(-stated.decimals) + 1e-9;
        if (stated.written - measured * stated.scale).abs() > tolerance {
            let text =
                format!("{} says {name} is {text}, and its report says {measured}", held.named());
            let problem =
                Problem::new(held.at(cell.span), held.need.class, text).parts([Part::Metric(name)]);
            return Some(Outcome::fail(
                held.subject(),
                problem.remedy(
                    Who::Author,
                    "write the value \
                of the report",
                ),
            ));
        }
    }
    judged.then(|| Outcome::pass(held.subject()))
}

/// Names and values of tables whose rows are metrics.
fn quoted(held: ReadDocument<'_>) -> Vec<(String, &Cell)> {
    let Body::Prose(prose) = &held.document.body else { return Vec::new() };
    let blocks = prose.sections.iter().flat_map(|section| &section.blocks);
    let tables = blocks.filter_map(|block| {
        if let BlockKind::Table(table) = &block.kind { Some(table) } else { None }
    });
    let named = |header: &str| {
        ["metric", "measure", "benchmark"].iter().any(|name| header.to_lowercase().contains(name))
    };
    let metrics = tables.filter(|table| table.header.first().is_some_and(|cell| named(&cell.text)));
    let rows = metrics.flat_map(|table| &table.rows);
    rows.filter_map(|row| {
        Some((row.first()?.text.trim_matches(['*', '`', ' ']).to_owned(), row.get(1)?))
    })
    .collect()
}

/// What the results of a system say of a metric that its register names.
fn in_results(context: &Context<'_>, system: &System, name: &str) -> Option<f64> {
    let threshold = system.accept_when.iter().find(|it| plain(&it.metric.value) == plain(name))?;
    let document = context.judged.documents.get(&system.path(&threshold.results)?)?;
    match measured(
        document,
        &threshold.metric.value,
        threshold.split.as_ref().map(|split| split.value.as_str()),
    ) {
        Found::Value(value) => Some(value),
        _ => None,
    }
}
