//! Risks that are gone from a risk register, or rated lower before treatment.

use std::collections::BTreeSet;

use super::compared::{ComparedSides, LoweredObligation, Pair};
use super::days::{WayStep, is_shown, unshown};
use crate::catalog::Class;
use crate::document::Spanned;
use crate::evidence::{Documents, is_own_format};
use crate::settings::register::System;
use crate::settings::risks::{self, Action, Rating, Risk, RiskRegister, Status, Treatment};
use crate::snapshot::View;
use crate::span::{Place, RepoPath, Span};

/// What is lower than before. A risk that ended keeps its entry, with `status: closed`.
pub(super) fn lowered(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    now: &System,
) -> Vec<LoweredObligation> {
    let RetainedRisk::Entries(before) = of(pair.before, sides.tip_view) else { return Vec::new() };
    let after = match of(now, &sides.judged.view) {
        RetainedRisk::Entries(after) => after,
        RetainedRisk::Nothing(path) => RiskRegister {
            path,
            risks: Vec::new(),
            system: before.system.clone(),
            scale: before.scale,
        },
        // One that cannot be read is told by another check.
        RetainedRisk::Unreadable => return Vec::new(),
        RetainedRisk::Prose(path) => {
            let from = format!("{} risks", before.risks.len());
            let to = "a text whose entries cannot be judged".to_owned();
            return vec![pair.lowered("risks", from, to, Place::whole(path))];
        }
    };
    let place = |span| Place::bytes(after.path.clone(), span);
    let mut found = Vec::new();
    // How a register names its system and scale is held by other checks.
    let RiskRegister { path: _, risks: _, system: _, scale: _ } = &before;
    for risk in after.risks.iter().filter(|it| before.risks.iter().all(|old| old.id != it.id)) {
        // Nobody saw it open.
        if risk.status.as_ref().is_some_and(|status| status.value == Status::Closed) {
            let (duty, from) = (format!("risk {} status", risk.id.value), "new".to_owned());
            found.push(pair.lowered(duty, from, "closed".to_owned(), place(risk.id.span)));
        }
    }
    for risk in &before.risks {
        let duty = format!("risk {}", risk.id.value);
        let Some(still) = after.risks.iter().find(|now| now.id == risk.id) else {
            let somewhere = if after.risks.is_empty() {
                pair.place(sides)
            } else {
                Place::whole(after.path.clone())
            };
            let to = "nothing; a risk that ended is `closed`".to_owned();
            found.push(pair.lowered(duty, rated(risk.before.as_ref()), to, somewhere));
            continue;
        };
        found.extend(reviewed(sides, pair, (risk, still), &after.path));
        found.extend(shown_elsewhere(sides, pair, (risk, still), &after.path));
        // Where the class rises, sign-offs are asked for at the release only.
        let is_signed = now.class() >= Class::High
            && pair.before.class() >= Class::High
            && sides.witness.is_signed(now, &risk.id.value);
        found.extend(of_entry(risk, still, is_signed).into_iter().map(|it| {
            pair.lowered(format!("{duty} {}", it.field), it.from, it.to, place(it.span))
        }));
    }
    found
}

/// Returns the review of a risk, where its day is later than before and nobody set it who may: its
/// owner, that of the system, or somebody who oversees.
fn reviewed(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    (before, still): (&Risk, &Risk),
    path: &RepoPath,
) -> Option<LoweredObligation> {
    let (was, is) = (before.reviewed_on?, still.reviewed_on?);
    let id = still.id.value.as_str();
    let way = [WayStep::Key("risks"), WayStep::Id(id), WayStep::Key("reviewed-on")];
    let owners = before.owner.iter().map(|owner| owner.value.as_str());
    let owners: Vec<&str> = owners.chain([pair.before.owner.value.as_str()]).collect();
    if is.value <= was.value || is_shown(sides, path, &way, is.value, &owners) {
        return None;
    }
    let place = Place::bytes(path.clone(), is.span);
    let from = was.value.to_string();
    Some(pair.lowered(format!("risk {id} reviewed-on"), from, unshown(is.value), place))
}

/// Returns what shows that a risk fell, where it stands in another file of the same name now and
/// the file did not move there: a signature does not cover folders.
fn shown_elsewhere(
    sides: &ComparedSides<'_>,
    pair: &Pair<'_>,
    (before, still): (&Risk, &Risk),
    path: &RepoPath,
) -> Vec<LoweredObligation> {
    let shown = |risk: &Risk| -> Vec<(String, Spanned<String>)> {
        let test = risk.tested_by.iter().map(|it| ("tested-by".to_owned(), it.clone()));
        let proof = |action: &Action| {
            let field = format!("action {} proof", action.id.value);
            action.proof.clone().map(|it| (field, it))
        };
        test.chain(risk.actions.iter().filter_map(proof)).collect()
    };
    let file = |link: &str| RepoPath::from(link.split('#').next().unwrap_or(link));
    let (was, is) = (shown(before), shown(still));
    let mut found = Vec::new();
    for (field, old) in &was {
        let Some((_, new)) = is.iter().find(|(name, _)| name == field) else { continue };
        let (from, to) = (file(&old.value), file(&new.value));
        let is_same = |moved: &RepoPath, origin: &RepoPath| {
            let at = |path: &RepoPath| pair.before.base.join(&path.to_string()).ok();
            let (Some(moved), Some(origin)) = (at(moved), at(origin)) else { return false };
            sides.change.origin(&moved) == Some(&origin)
        };
        let is_address = old.value.contains("://") || new.value.contains("://");
        if !is_address && from != to && from.file_name() == to.file_name() && !is_same(&to, &from) {
            let duty = format!("risk {} {field}", before.id.value);
            let place = Place::bytes(path.clone(), new.span);
            found.push(pair.lowered(duty, old.value.clone(), new.value.clone(), place));
        }
    }
    found
}

/// A field of a risk that asks for less than before.
struct LoweredField {
    field: String,
    from: String,
    to: String,
    span: Span,
}

/// Returns the fields of a risk that ask for less than before.
///
/// `is_signed` says that people sign what is done about the risk and what remains of it, word for
/// word: then these are not told here as well.
fn of_entry(risk: &Risk, still: &Risk, is_signed: bool) -> Vec<LoweredField> {
    // Every field is named, so that a new one cannot be forgotten here.
    let Risk {
        id: _,
        risk: text,
        about: _,
        hurts: _,
        before,
        treatment,
        measures,
        actions,
        controls,
        required_by: _,
        tested_by,
        after,
        owner: _,
        // Whose word it is asks for the change's commits.
        reviewed_on: _,
        status,
        accepted_in: _,
        closed_because: _,
        closed_on: _,
    } = risk;
    let mut found = Vec::new();
    let mut add = |field: &str, from: String, to: String, span: Option<Span>| {
        let (field, span) = (field.to_owned(), span.unwrap_or(still.id.span));
        found.push(LoweredField { field, from, to, span });
    };
    let is_lower = |was: &Option<Spanned<Rating>>, is: &Option<Spanned<Rating>>| {
        was.as_ref().map(|it| score(it.value)) > is.as_ref().map(|it| score(it.value))
    };
    let span_of = |rating: &Option<Spanned<Rating>>| rating.as_ref().map(|it| it.span);
    if is_lower(before, &still.before) {
        let (from, to) = (rated(before.as_ref()), rated(still.before.as_ref()));
        add("before", from, to, span_of(&still.before));
    }
    let is_closed = |status: &Option<Spanned<Status>>| {
        status.as_ref().is_some_and(|status| status.value == Status::Closed)
    };
    let explains = still.closed_because.is_some() && still.closed_on.is_some();
    if !is_closed(status) && is_closed(&still.status) && (is_signed || !explains) {
        let from = status.as_ref().map_or("no status", |status| status.value.into());
        let span = still.status.as_ref().map(|status| status.span);
        add("status", from.to_owned(), "closed".to_owned(), span);
    }
    if is_signed || is_closed(&still.status) {
        return found;
    }
    if after.is_some() && is_lower(after, &still.after) {
        let (from, to) = (rated(after.as_ref()), rated(still.after.as_ref()));
        add("after", from, to, span_of(&still.after));
    }
    for (field, was, is) in [("text", text, &still.risk), ("measures", measures, &still.measures)] {
        let now = is.as_ref().map_or("", |it| it.value.as_str());
        if let Some(was) = was.as_ref().filter(|was| !is_reworded(&was.value, now)) {
            add(field, was.value.clone(), now.to_owned(), is.as_ref().map(|it| it.span));
        }
    }
    let accepts = |it: &Option<Spanned<Treatment>>| {
        it.as_ref().is_some_and(|it| it.value == Treatment::Accept)
    };
    if treatment.is_some() && !accepts(treatment) && accepts(&still.treatment) {
        let span = still.treatment.as_ref().map(|it| it.span);
        add("treatment", "something is done".to_owned(), "accept".to_owned(), span);
    }
    if !controls.is_empty() && still.controls.is_empty() {
        let names: Vec<&str> = controls.iter().map(|it| it.value.as_str()).collect();
        add("controls", names.join(", "), "nothing".to_owned(), None);
    }
    if let Some((from, to, span)) = shows_less(tested_by.as_ref(), still.tested_by.as_ref()) {
        add("tested-by", from, to, span);
    }
    for action in actions {
        let now = still.actions.iter().find(|now| now.id == action.id);
        for step in of_action(action, now) {
            add(&step.field, step.from, step.to, Some(step.span));
        }
    }
    found
}

/// Returns what an action asks for less than before, with nothing about it now where it is gone.
fn of_action(action: &Action, now: Option<&Action>) -> Vec<LoweredField> {
    let field = format!("action {}", action.id.value);
    let due = |action: &Action| {
        action.due.as_ref().map_or("no day".to_owned(), |due| format!("due {}", due.value))
    };
    let lowered = |field: &str, from: String, to: String, span: Span| LoweredField {
        field: field.to_owned(),
        from,
        to,
        span,
    };
    let is_open = action.done_on.is_none();
    let Some(now) = now else {
        let gone = lowered(&field, due(action), "nothing".to_owned(), action.id.span);
        return is_open.then_some(gone).into_iter().collect();
    };
    let mut found = Vec::new();
    let span = now.due.as_ref().map_or(now.id.span, |due| due.span);
    if is_open && now.done_on.is_none() && is_later(action, now) {
        found.push(lowered(&field, due(action), due(now), span));
    }
    if is_open && now.done_on.is_some() && now.proof.is_none() {
        found.push(lowered(&field, due(action), "done without proof".to_owned(), span));
    }
    if !is_reworded(&action.what, &now.what) {
        let does = format!("{field} do");
        found.push(lowered(&does, action.what.clone(), now.what.clone(), now.id.span));
    }
    let proof = shows_less(action.proof.as_ref(), now.proof.as_ref());
    found.extend(proof.map(|(from, to, place)| {
        lowered(&format!("{field} proof"), from, to, place.unwrap_or(now.id.span))
    }));
    found
}

/// Returns what a link said and says, with its place, where it leads nowhere now, or from a file of
/// results to another form of file.
fn shows_less(
    before: Option<&Spanned<String>>,
    now: Option<&Spanned<String>>,
) -> Option<(String, String, Option<Span>)> {
    let before = before?;
    let ending = |link: &str| {
        let file = RepoPath::from(link.split('#').next().unwrap_or(link));
        file.extension()
    };
    let is_prose = |link: &str| matches!(ending(link).as_str(), "md" | "txt" | "rst" | "adoc");
    match now {
        None => Some((before.value.clone(), "nothing".to_owned(), None)),
        Some(now) if is_prose(&now.value) && !is_prose(&before.value) => {
            Some((before.value.clone(), now.value.clone(), Some(now.span)))
        }
        Some(_) => None,
    }
}

fn score(rating: Rating) -> u32 {
    rating.likelihood * rating.impact
}

fn rated(rating: Option<&Spanned<Rating>>) -> String {
    rating.map_or_else(
        || "not rated".to_owned(),
        |it| format!("likelihood {}, impact {}", it.value.likelihood, it.value.impact),
    )
}

/// Whether an action is due later than before, or on no day.
fn is_later(before: &Action, now: &Action) -> bool {
    match (&before.due, &now.due) {
        (Some(before), Some(now)) => now.value > before.value,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// Whether a text still speaks of the same: at least half of its words are there.
pub(super) fn is_reworded(before: &str, now: &str) -> bool {
    let words = |text: &str| -> BTreeSet<String> {
        let words =
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
        words.map(str::to_lowercase).collect()
    };
    let (before, now) = (words(before), words(now));
    before.intersection(&now).count() * 2 >= before.len()
}

/// What is at the place of a system's risks.
enum RetainedRisk {
    Entries(RiskRegister),
    /// No file.
    Nothing(RepoPath),
    /// A document in another form.
    Prose(RepoPath),
    Unreadable,
}

/// The risks of a system: where the register says, else at the usual place.
fn of(system: &System, view: &View<'_>) -> RetainedRisk {
    let declared = system.documents.iter().find(|document| document.kind.value == risks::KIND);
    let path = match system.risks.as_ref().or(declared.map(|document| &document.path)) {
        Some(written) => system.path(written),
        None => system.base.join(&risks::place(&system.id.value)).ok(),
    };
    let Some(path) = path else { return RetainedRisk::Unreadable };
    let mut documents = Documents::default();
    match documents.load(view, &path) {
        None => RetainedRisk::Nothing(path),
        Some(document) if document.damage().is_some() => RetainedRisk::Unreadable,
        Some(document) => match risks::read(document) {
            Ok(register) => RetainedRisk::Entries(register),
            // A file in the gate's own format that has a mistake is told; any other is another
            // form.
            Err(_) if is_own_format(document) => RetainedRisk::Unreadable,
            Err(_) => RetainedRisk::Prose(path),
        },
    }
}
