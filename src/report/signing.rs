//! What somebody is about to sign, and what the gate makes of a record, for people to read.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::words::safe;
use crate::catalog::Level;
use crate::document::Document;
use crate::evidence::{Found, fetch, measured};
use crate::finding::FindingKind;
use crate::settings::register::{System, Threshold};
use crate::signoff::{
    ItemForm, OpenSeat, RecordFiles, SignOffFlaw, SignOffInputs, SignOffProperty, Signatures,
    SubjectUse, closed_conditions_of, flaws_of, is_pattern, listed_files, signatures_of,
};
use crate::snapshot::View;
use crate::span::RepoPath;
use crate::wording::counted;

/// Lines of a changed file that are shown.
const SHOWN_LINES: usize = 12;

/// Bytes of a changed file whose lines are shown.
const SHOWN_BYTES: u64 = 64 << 10;

/// Returns what a record decides, as lines for people: what was before and what is now.
pub(crate) fn decision(inputs: &SignOffInputs<'_>, record_files: &RecordFiles) -> String {
    let record = &record_files.record.value;
    let system = record.system.as_ref().and_then(|id| inputs.repo.system(&id.value));
    let mut out = String::new();
    let mut line = |text: String| {
        let _ = writeln!(out, "{}", safe(&text));
    };
    let of = match (&record.system, &record.version) {
        (Some(system), Some(version)) => format!(" of {} {}", system.value, version.value),
        (Some(system), None) => format!(" of {}", system.value),
        (None, _) => String::new(),
    };
    let class = record
        .risk_class
        .as_ref()
        .map_or_else(String::new, |class| format!(", class {}", class.value.name()));
    line(format!("{}: {}{of}{class}", record.id.value, record.decision.value.name()));
    line(format!("  because: {}", record.because.value));
    for change in &record.changes {
        line(format!(
            "  the duty `{}`: {} becomes {}",
            change.duty.value, change.from.value, change.to.value
        ));
    }
    for file in &record.files {
        line(format!("  the file {}", file.path.value));
        differing(inputs, &file.path.value).into_iter().for_each(&mut line);
    }
    if let Some(system) = system {
        risks(inputs, record_files, system).into_iter().for_each(&mut line);
        content(inputs, record_files, system).into_iter().for_each(&mut line);
        measures(inputs, system).into_iter().for_each(&mut line);
    }
    for subject in &record.subjects {
        line(format!("  releases {}", subject.value));
    }
    let closed: BTreeSet<&str> = closed_conditions_of(inputs, record_files);
    for condition in &record.conditions {
        let is_closed = closed.contains(condition.id.value.as_str());
        let state = if is_closed { "closed" } else { "open" };
        let (id, due, owner) = (&condition.id.value, condition.due.value, &condition.owner.value);
        let when = if condition.before_use { ", before use" } else { "" };
        line(format!(
            "  condition {id}, {state}, {owner} until {due}{when}: {}{}",
            condition.must.value,
            condition.consequences()
        ));
    }
    let authors: Vec<&str> = record.authors.iter().map(|it| it.value.as_str()).collect();
    if !authors.is_empty() {
        line(format!("  written by {}; whoever wrote it does not count", authors.join(", ")));
    }
    let replaces = record.replaces.as_ref().map_or_else(String::new, |it| {
        format!(
            ", in place of \
        {}",
            it.value
        )
    });
    line(format!("  holds until {}{replaces}", record.expires.value));
    signed(&signatures_of(inputs, record_files)).into_iter().for_each(&mut line);
    out
}

fn risks(inputs: &SignOffInputs<'_>, record_files: &RecordFiles, system: &System) -> Vec<String> {
    let register = inputs.repo.risk_register(&system.id.value);
    let covered = record_files.record.value.covers.risks.iter();
    let text = covered.map(|it| {
        let risk = register
            .and_then(|register| register.risks.iter().find(|risk| risk.id.value == it.id.value));
        let before = risk
            .and_then(|risk| register?.level(risk.before.as_ref()?.value))
            .map_or("not rated", Level::name);
        let what = risk.and_then(|risk| risk.risk.as_ref()).map_or("", |what| what.value.as_str());
        format!(
            "  risk {}: {} remains (it was {before} before treatment): {what}",
            it.id.value,
            it.residual.value.name()
        )
    });
    text.collect()
}

/// Returns a line for each content that the record covers, with what differs from the target
/// branch.
fn content(inputs: &SignOffInputs<'_>, record_files: &RecordFiles, system: &System) -> Vec<String> {
    let covers = &record_files.record.value.covers;
    let all = inputs.items(system);
    let mut lines = Vec::new();
    let mut shown = std::collections::BTreeSet::new();
    let tip = inputs.tip.map(|(_, snapshot)| View::new(snapshot, RepoPath::root()));
    for it in &covers.sections {
        let form =
            ItemForm::Section { path: it.path.value.clone(), section: it.section.value.clone() };
        let is_here = all
            .iter()
            .any(|item| item.form == form && item.digest.as_ref() == Ok(&it.sha256.value));
        lines.push(format!("  {} {}, {}", mark(is_here), it.path.value, it.section.value));
        // The lines of a file are shown once, however many of its sections are covered.
        if shown.insert(it.path.value.clone()) {
            lines.extend(differing(inputs, &it.path.value));
        }
    }
    for it in &covers.files {
        let path = RepoPath::from(it.path.value.as_str());
        let is_here = all.iter().any(|item| {
            item.form == ItemForm::File { path: it.path.value.clone() }
                && item.digest.as_ref() == Ok(&it.sha256.value)
        });
        let change = match &tip {
            None => "",
            Some(tip) if is_pattern(&it.path.value) => {
                let list = |snapshot| listed_files(snapshot, inputs.digests, &it.path.value);
                match list(tip.snapshot) {
                    before if before.is_empty() => " (new)",
                    before if before == list(inputs.repo.view.snapshot) => "",
                    _ => " (changed)",
                }
            }
            Some(tip) if inputs.digests.is_at(tip.snapshot, &path, &it.sha256.value) => "",
            Some(tip) if tip.snapshot.entry(&path).is_none() => " (new)",
            Some(_) => " (changed)",
        };
        lines.push(format!(
            "  {} {}{change}, {}",
            mark(is_here),
            it.path.value,
            &it.sha256.value[..12]
        ));
        if change == " (changed)" && !is_pattern(&it.path.value) {
            lines.extend(differing(inputs, &it.path.value));
        }
    }
    lines
}

fn mark(is_here: bool) -> &'static str {
    if is_here { "covers" } else { "NOT what is here:" }
}

/// Returns the lines of a file that differ from the target branch.
fn differing(inputs: &SignOffInputs<'_>, path: &str) -> Vec<String> {
    let path = RepoPath::from(path);
    let read = |snapshot: &dyn crate::snapshot::Snapshot| {
        // A side without the file has no lines; a file too large to show is not compared.
        let bytes = snapshot
            .entry(&path)
            .map_or(Some(Vec::new()), |entry| snapshot.read(entry, SHOWN_BYTES).ok())?;
        String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
    };
    let Some((_, tip)) = inputs.tip else { return Vec::new() };
    let id =
        |snapshot: &dyn crate::snapshot::Snapshot| snapshot.object_id(snapshot.entry(&path)?).ok();
    if id(tip) == id(inputs.repo.view.snapshot) {
        return Vec::new();
    }
    let (Some(before), Some(now)) = (read(tip), read(inputs.repo.view.snapshot)) else {
        return vec!["      not shown: it is no text, or more of it than is shown".to_owned()];
    };
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = now.lines().collect();
    let gone = old.iter().filter(|line| !new.contains(line)).map(|line| format!("      - {line}"));
    let come = new.iter().filter(|line| !old.contains(line)).map(|line| format!("      + {line}"));
    let mut lines: Vec<String> = gone.chain(come).collect();
    if lines.len() > SHOWN_LINES {
        let more = lines.len() - SHOWN_LINES;
        lines.truncate(SHOWN_LINES);
        lines.push(format!("      and {}", counted(more, "more line", "more lines")));
    }
    lines
}

/// Returns a line for each threshold: what was measured, the bound, and both on the target branch.
fn measures(inputs: &SignOffInputs<'_>, system: &System) -> Vec<String> {
    let of = |document: Option<&Document>, threshold: &Threshold| {
        let split = threshold.split.as_ref().map(|split| split.value.as_str());
        match document.map(|document| measured(document, &threshold.metric.value, split)) {
            Some(Found::Value(value)) => value.to_string(),
            _ => "not measured".to_owned(),
        }
    };
    let line = |threshold: &Threshold| {
        let metric = &threshold.metric.value;
        let now = of(inputs.repo.documents.get(&system.path(&threshold.results)?), threshold);
        let was = inputs.tip.and_then(|(tip, snapshot)| {
            let before = tip.system(&system.id.value)?;
            let is_same =
                |it: &&Threshold| it.metric == threshold.metric && it.split == threshold.split;
            let threshold = before.accept_when.iter().find(is_same)?;
            let view = View::new(snapshot, RepoPath::root());
            let value = of(fetch(&view, &before.path(&threshold.results)?).as_ref(), threshold);
            Some((value, threshold.bound()))
        });
        let (value, bound) = match was {
            Some((value, bound)) => {
                (was_other(&value, &now), was_other(&bound, &threshold.bound()))
            }
            None => (String::new(), String::new()),
        };
        Some(format!("  measured {metric}: {now}{value}, {}{bound}", threshold.bound()))
    };
    system.accept_when.iter().filter_map(line).collect()
}

/// Returns ` (it was ...)` where the value changed, else an empty text.
fn was_other(was: &str, now: &str) -> String {
    if was == now { String::new() } else { format!(" (it was {was})") }
}

fn signed(signatures: &Signatures<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for signer in &signatures.signers {
        let (person, role) = (&signer.person.id.value, signer.role.words());
        lines.push(format!(
            "  signed by {person} as {role} on {} ({})",
            signer.signed_on,
            signer.proof.name()
        ));
    }
    for person in &signatures.dissent {
        lines.push(format!("  {person} does not agree"));
    }
    for flaw in &signatures.refused {
        lines.push(format!("  does not count: {}", flaw.text));
    }
    if !signatures.is_complete() {
        lines.push("  it still takes, one person to a seat:".to_owned());
        lines.extend(seats(&signatures.seats).into_iter().map(|line| format!("  {line}")));
    }
    lines
}

/// Returns lines for each seat: who can fill it, or why nobody can and what mends that.
pub(crate) fn seats(all: &[OpenSeat]) -> Vec<String> {
    let mut lines = Vec::new();
    for seat in all {
        let beyond = if seat.is_beyond { "by `who-signs` of the rules also " } else { "" };
        let name = &seat.name;
        match seat.why_nobody() {
            None => {
                let who: Vec<String> = seat.candidates.iter().map(ToString::to_string).collect();
                lines.push(format!("  {beyond}{name}: {}", who.join(", ")));
            }
            Some(why) => {
                lines.push(format!("  {beyond}{name}: {why}"));
                lines.push(format!("    {}", seat.remedy));
            }
        }
    }
    lines
}

/// Returns a line for each property of a record, and whether the record stands.
pub(crate) fn steps(inputs: &SignOffInputs<'_>, record_files: &RecordFiles) -> (String, bool) {
    const STEPS: [(SignOffProperty, &str); 12] = [
        (SignOffProperty::Valid, "it says what a record must, for this repository"),
        (SignOffProperty::Residual, "what remains may be accepted"),
        (SignOffProperty::Content, "it covers exactly what is here"),
        (SignOffProperty::InForce, "it holds today"),
        (SignOffProperty::Signature, "its signatures fit"),
        (SignOffProperty::Proof, "each signature proves enough"),
        (SignOffProperty::Authority, "whoever signed may"),
        (SignOffProperty::Affiliation, "whoever signed is one of us"),
        (SignOffProperty::Independence, "nobody signed for own work"),
        (SignOffProperty::Dates, "its dates can be"),
        (SignOffProperty::Signers, "enough people signed"),
        (SignOffProperty::Conditions, "its conditions are met"),
    ];
    let mut out = decision(inputs, record_files);
    let flaws = flaws_of(inputs, record_files);
    // The signatures of a record with one of these flaws were not checked.
    let heavy = [
        SignOffProperty::Valid,
        SignOffProperty::Residual,
        SignOffProperty::Content,
        SignOffProperty::InForce,
    ];
    let is_cut = flaws.iter().any(|flaw| heavy.contains(&flaw.property));
    let of_statements = [
        SignOffProperty::Signature,
        SignOffProperty::Proof,
        SignOffProperty::Authority,
        SignOffProperty::Affiliation,
        SignOffProperty::Independence,
        SignOffProperty::Dates,
    ];
    let is_refused = flaws.iter().any(|flaw| of_statements.contains(&flaw.property));
    for (property, words) in STEPS {
        let own: Vec<&SignOffFlaw> =
            flaws.iter().filter(|flaw| flaw.property == property).collect();
        let state = match own.iter().map(|flaw| flaw.nature).min() {
            None if is_cut && !heavy.contains(&property) => "-",
            // A signature that does not count leaves its seat empty.
            None if property == SignOffProperty::Signers && is_refused => "waiting",
            None => "ok",
            Some(FindingKind::Waiting) if property == SignOffProperty::Signers => "waiting",
            Some(FindingKind::Fail | FindingKind::Waiting) => "NO",
            Some(FindingKind::Undecided) => "could not decide",
        };
        let _ = writeln!(out, "{state:>8}  {words}");
        for flaw in own {
            let _ = writeln!(
                out,
                "          {}: {}",
                safe(&flaw.place.path.to_string()),
                safe(&flaw.text)
            );
        }
    }
    let is_sound = flaws.is_empty();
    let _ = writeln!(
        out,
        "{}",
        if is_sound { "the record stands" } else { "the record does not stand" }
    );
    (out, is_sound)
}

/// Returns whether a subject may be used, and why not, as lines for people.
pub(crate) fn use_of(subject: &str, system: &System, found: &SubjectUse<'_>) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        let _ = writeln!(out, "{}", safe(&text));
    };
    let (id, version) = (&system.id.value, &system.version.value);
    if let Some(why) = &found.refused {
        line(format!("  {why}"));
    }
    match found.record {
        Some(record_files) => {
            let record = &record_files.record.value;
            let stands = if found.reasons.is_empty() { "covered by" } else { "named by" };
            line(format!(
                "  {stands} the release {}, until {}",
                record.id.value, record.expires.value
            ));
        }
        None => line(format!(
            "  no release of {id} that is here covers it, names it, or lists it among its files"
        )),
    }
    for flaw in &found.reasons {
        line(format!("  {}", flaw.text));
    }
    for (id, must, before_use) in &found.open {
        let when = if *before_use { "must be met before use" } else { "is open" };
        line(format!("  condition {id} {when}: {must}"));
    }
    let words = match found.verdict() {
        Some(true) => "may be used",
        Some(false) => "may not be used",
        None => "could not decide",
    };
    format!("{}{out}", safe(&format!("{words}: {subject} in {id} {version}")) + "\n")
}
