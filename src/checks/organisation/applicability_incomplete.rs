//! The statement of applicability leaves a control open.

use crate::catalog::{self, Class, FactName, Profile, Stage};
use crate::check_id::CheckId;
use crate::checks::shared::{ReadDocument, held, named as in_words};
use crate::engine::{ByClass, Check, Context, Outcome, check};
use crate::evidence::{Answer, Row, has_words};
use crate::finding::{Problem, Who};
use crate::model::RepositoryModel;
use crate::part::{Part, Piece, Reason};
use crate::settings::register::{Model, System, UsedAi};
use crate::settings::risks::RiskRegister;
use crate::span::Place;
use crate::wording::and_more;
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
        let id =
            row.said("control-id").and_then(|(text, _)| control(text).or_else(|| own(row, text)));
        if let Some(control) = id {
            named.entry(control).or_default().push(row);
        }
    }
    let mut flaws: Vec<(String, Option<&Row>)> = Vec::new();
    let mut against: Vec<CounterEvidence> = Vec::new();
    let mut parts: Vec<Piece> = Vec::new();
    let entry = |id: &str, reason: Reason, text: &str| {
        Piece::from(Part::Entry { of: id.to_owned(), reason }).formerly(text)
    };
    let missing: Vec<&str> = catalog::controls()
        .iter()
        .map(|it| it.id.as_str())
        .filter(|id| !named.contains_key(id))
        .collect();
    if !missing.is_empty() {
        let text = format!("leaves out {}", missing.join(", "));
        parts.extend(missing.iter().map(|id| entry(id, "left-out", &text)));
        flaws.push((text, None));
    }
    for (id, rows) in &named {
        if let [_, second, ..] = rows.as_slice() {
            let text = format!("names {id} twice");
            parts.push(entry(id, "twice", &text));
            flaws.push((text, Some(second)));
        }
        for row in rows {
            if let Some((reason, what)) = open(repo, held, row) {
                parts.push(entry(id, reason, &format!("{what} for {id}")));
                flaws.push((format!("has a row for {id} that {what}"), Some(*row)));
            } else if excludes(row)
                && let Some(it) = contradiction(repo, id)
            {
                let text = format!("excludes {id}, and {}", it.text);
                parts.push(entry(id, "contradicted", &text));
                flaws.push((text, Some(*row)));
                against.push(it);
            }
        }
    }
    if let Some((count, row)) = same_reason(&rows) {
        let text = format!("gives the same reason for {count} controls");
        parts.push(Piece::from(Part::Reason("same-reason")).formerly(&text));
        flaws.push((text, Some(row)));
    }
    let Some((first, row)) = flaws.first() else { return Outcome::pass(held.subject()) };
    let more = and_more(flaws.len() - 1, "");
    let place =
        |row: &Option<&Row>| row.map_or_else(|| held.reading.place(), |row| held.at(row.span));
    let text = format!("{} {first}{more}", held.named());
    let problem = Problem::new(place(row), held.need.class, text).parts(parts);
    let problem = flaws[1..]
        .iter()
        .fold(problem, |problem, (text, row)| problem.also(place(row), text.clone()));
    let problem = against
        .into_iter()
        .fold(problem, |problem, it| problem.related(it.place, "this speaks for the control"));
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

/// Bytes of the longest id of a control of one's own.
const LONGEST_ID: usize = 60;

/// A control of the organisation's own, beyond Annex A: a row that decides about something that is
/// neither a control, nor a group of them, nor a clause of the standard.
fn own<'r>(row: &Row, text: &'r str) -> Option<&'r str> {
    let id = text.trim();
    let is_decided = row.first_of(&["applicable", "status"]).is_some();
    let is_short = id.len() <= LONGEST_ID;
    let is_number = id.starts_with(|c: char| c.is_ascii_digit()) || id.starts_with("A.");
    (is_decided && is_short && !is_number && id.chars().any(char::is_alphanumeric)).then_some(id)
}

/// Whether a row says that its control does not apply.
fn excludes(row: &Row) -> bool {
    let said = row.said("applicable").or_else(|| row.said("status"));
    said.is_some_and(|(cell, _)| {
        let cell = cell.trim().to_lowercase();
        matches!(cell.as_str(), "no" | "false" | "n" | "n/a" | "none")
            || cell.starts_with("not ")
            || cell.contains("exclu")
    })
}

/// What speaks against leaving a control out, and where it stands.
struct CounterEvidence {
    text: String,
    place: Place,
}

/// Returns a risk that names the control, what the register declares that it is about, or a
/// document that is evidence for it before all. None where there is nothing of the kind.
fn contradiction(repo: &RepositoryModel<'_>, control: &str) -> Option<CounterEvidence> {
    declared(repo, control).or_else(|| {
        let is_for = |first: Option<&String>| first.is_some_and(|it| it == control);
        repo.evidence.iter().find_map(|(need, answer)| match answer {
            Answer::Read(reading) if is_for(need.kind.controls.first()) => Some(CounterEvidence {
                text: format!("{} is here", in_words(need)),
                place: reading.place(),
            }),
            _ => None,
        })
    })
}

/// Returns a risk or an entry of the register that a control is about.
fn declared(repo: &RepositoryModel<'_>, control: &str) -> Option<CounterEvidence> {
    let found =
        |id: &str, place: Place| CounterEvidence { text: format!("`{id}` is declared"), place };
    let names = |risks: &RiskRegister| {
        let mut named =
            risks.risks.iter().filter(|it| it.controls.iter().any(|it| it.value == control));
        let risk = named.next()?;
        let place = Place::bytes(risks.path.clone(), risk.id.span);
        Some(found(risk.id.value.as_ref(), place))
    };
    if let Some(risk) = repo.risks.iter().find_map(|(_, risks)| names(risks)) {
        return Some(risk);
    }
    let systems = repo.systems();
    let used = repo.declared.register.known().and_then(|register| register.used_ai.first());
    let of_used = || {
        let place = |used: &UsedAi| Place::bytes(used.register.clone(), used.id.span);
        used.map(|used| found(&used.id.value, place(used)))
    };
    let find = |is: &dyn Fn(&System) -> bool| {
        let system = systems.iter().find(|system| is(system))?;
        Some(found(system.id.value.as_ref(), system.place(system.id.span)))
    };
    let group = control.rsplit_once('.').map_or(control, |(group, _)| group);
    match (group, control) {
        ("A.2" | "A.3" | "A.4", _) => find(&|_| true).or_else(of_used),
        ("A.5", _) => find(&|it| it.class() >= Class::Limited),
        ("A.6.1" | "A.6.2", _) => find(&|it| it.profiles().contains(&Profile::Provider)),
        ("A.7", _) => find(&|it| !it.datasets.is_empty()),
        ("A.8", _) => find(&|it| *it.stage >= Stage::Deployment),
        ("A.9", _) => find(&|it| it.profiles().contains(&Profile::Deployer)).or_else(of_used),
        (_, "A.10.2" | "A.10.3") => {
            find(&|it| it.models.iter().any(Model::is_supplied)).or_else(of_used)
        }
        (_, "A.10.4") => find(&|it| it.facts.hold(FactName::SuppliedToOthers)),
        _ => None,
    }
}

/// Rows from which on a reason that most of them share was not thought about.
const MANY_ROWS: usize = 10;

/// Returns how many rows give one reason, where these are most of many, and the first of them.
fn same_reason(rows: &[Row]) -> Option<(usize, &Row)> {
    let mut by_reason: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        if let Some((text, _)) = row.said("justification") {
            by_reason.entry(text.trim().to_lowercase()).or_default().push(row);
        }
    }
    let most = by_reason.into_values().max_by_key(Vec::len)?;
    let is_most = most.len() >= MANY_ROWS && most.len() * 2 > rows.len();
    is_most.then(|| (most.len(), most[0]))
}

/// What a row leaves open, if anything.
fn open(
    repo: &RepositoryModel<'_>,
    held: ReadDocument<'_>,
    row: &Row,
) -> Option<(Reason, &'static str)> {
    let decision = row.first_of(&["applicable", "justification"]);
    if decision.is_none() {
        return Some(("no-decision", "does not say whether it applies"));
    }
    if row.said("justification").is_none_or(|(text, _)| !has_words(text, 3)) {
        return Some(("no-reason", "gives no reason"));
    }
    let status = row.said("status")?.0.to_lowercase();
    let implemented =
        status.contains("implemented") && !status.contains("not ") && !status.contains("partial");
    if !implemented {
        return None;
    }
    let Some((evidence, _)) = row.said("evidence") else {
        return Some(("no-evidence", "says implemented without evidence"));
    };
    let is_path = |word: &&str| word.contains('/') && word.contains('.') && !word.contains("://");
    let path = evidence.split([' ', ',', ';']).find(is_path)?;
    let path = held.document.path.parent().join(path.trim_matches(['`', '(', ')'])).ok();
    let exists = path.is_some_and(|path| repo.view.snapshot.entry(&path).is_some());
    (!exists).then_some(("evidence-not-here", "names evidence that is not here"))
}
