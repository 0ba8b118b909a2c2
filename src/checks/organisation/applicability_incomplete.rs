//! The statement of applicability leaves a control open.

use crate::catalog;
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, and_more, held};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::Row;
use crate::finding::{Problem, Who};
use crate::model::RepositoryModel;
use std::collections::BTreeMap;

pub(crate) const CHECK: Check = check(
    CheckId::ApplicabilityIncomplete,
    "The statement of applicability leaves a control open",
    run,
)
.controls(&["6.1.3"])
.severity(ByClass::RISES_WITH_CLASS)
.explained(include_str!("applicability_incomplete.md"));

fn run(context: &Context<'_>) -> Vec<Outcome> {
    if let Err(outcomes) = context.register() {
        return outcomes;
    }
    held(context, Some("statement-of-applicability"))
        .into_iter()
        .map(|it| judge(context.judged, it))
        .collect()
}

fn judge(repo: &RepositoryModel<'_>, held: ReadDocument<'_>) -> Outcome {
    let rows = held.rows();
    let mut named: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &rows {
        if let Some(control) = row.said("control-id").and_then(|(text, _)| control(text)) {
            named.entry(control).or_default().push(row);
        }
    }
    let mut flaws: Vec<(String, Option<&Row>)> = Vec::new();
    let missing: Vec<&str> = catalog::controls()
        .iter()
        .map(|it| it.id.as_str())
        .filter(|id| !named.contains_key(id))
        .collect();
    if !missing.is_empty() {
        flaws.push((format!("leaves out {}", missing.join(", ")), None));
    }
    for (id, rows) in &named {
        if let [_, second, ..] = rows.as_slice() {
            flaws.push((format!("names {id} twice"), Some(second)));
        }
        flaws.extend(
            rows.iter().filter_map(|row| {
                Some((format!("{} for {id}", open(repo, held, row)?), Some(*row)))
            }),
        );
    }
    let Some((first, row)) = flaws.first() else { return Outcome::pass(held.subject()) };
    let more = and_more(flaws.len() - 1, "");
    let place = row.map_or_else(|| held.reading.place(), |row| held.at(row.span));
    let text = format!("{} {first}{more}", held.named());
    let problem = Problem::new(place, held.need.class, text)
        .parts(flaws.iter().map(|(text, _)| text.clone()));
    Outcome::fail(
        held.subject(),
        problem.remedy(Who::SecondLine, "complete the rows: decision, reason, status, evidence"),
    )
}

/// The control a cell names.
fn control(text: &str) -> Option<&'static str> {
    let word = |text: &str| text.trim_start_matches(['A', 'a', '.', ' ', '*', '`']).to_owned();
    let wanted = word(text);
    let wanted =
        wanted.split(|c: char| c != '.' && !c.is_ascii_digit()).next()?.trim_end_matches('.');
    catalog::controls().iter().map(|it| it.id.as_str()).find(|id| word(id) == wanted)
}

/// What a row leaves open, if anything.
fn open(repo: &RepositoryModel<'_>, held: ReadDocument<'_>, row: &Row) -> Option<&'static str> {
    let decision = row.first_of(&["applicable", "justification"]);
    if decision.is_none() {
        return Some("does not say whether it applies");
    }
    if row.said("justification").is_none_or(|(text, _)| text.split_whitespace().count() < 3) {
        return Some("gives no reason");
    }
    let status = row.said("status")?.0.to_lowercase();
    let implemented =
        status.contains("implemented") && !status.contains("not ") && !status.contains("partial");
    if !implemented {
        return None;
    }
    let Some((evidence, _)) = row.said("evidence") else {
        return Some(
            "says implemented without \
        evidence",
        );
    };
    let is_path = |word: &&str| word.contains('/') && word.contains('.') && !word.contains("://");
    let path = evidence.split([' ', ',', ';']).find(is_path)?;
    let path = held.document.path.parent().join(path.trim_matches(['`', '(', ')'])).ok();
    let exists = path.is_some_and(|path| repo.view.snapshot.entry(&path).is_some());
    (!exists).then_some("names evidence that is not here")
}
