//! Text for people: the source with the place marked, why, who can clear it, and a last line that
//! says it all. Everything from the repository is made safe before it is printed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Entry, ExcuseEntry, InForce, Location, RemedyEntry, Report, RulesFrom};
use crate::catalog;
use crate::check::{Check, Firmness};
use crate::date::Date;
use crate::decision::Verdict;
use crate::finding::{Gate, Nature, Severity, Who};
use crate::settings::gate::Mode;
use crate::untrusted::{clamp, line, log};

/// How the terminal wants it.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub color: bool,
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

/// For files and logs: no color, ASCII, a fixed width.
pub const PLAIN: Style = Style { color: false, unicode: false, width: 120 };

/// Notes that are listed, one line each.
const LISTED_NOTES: usize = 10;
/// Further places that are shown with their source.
const SHOWN_RELATED: usize = 3;
/// Characters of one message.
const LONGEST_MESSAGE: usize = 600;

/// The report as text, one final line break.
pub fn text(report: &Report, style: Style) -> String {
    let mut out = String::new();
    if let Some(line) = simulation(report) {
        out += &line;
    }
    for emergency in &report.inputs.emergencies {
        let _ = writeln!(out, "emergency: {}\n", safe(emergency));
    }
    for entry in report.findings.iter().filter(|entry| is_told(report, entry) && !is_note(entry)) {
        out += &finding(report, entry, style);
        out += "\n\n";
    }
    let notes: Vec<&Entry> = report.findings.iter().filter(|entry| is_told(report, entry) && is_note(entry)).collect();
    out += &listed("Also noted:", &notes);
    let is_later = |entry: &&Entry| is_needed_later(report, entry) && !entry.out_of_scope;
    let later: Vec<&Entry> = report.findings.iter().filter(is_later).collect();
    out += &listed("Needed before release:", &later);
    out += &summary(report);
    log(out)
}

/// One line each, the first few.
fn listed(heading: &str, entries: &[&Entry]) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let mut out = format!("{heading}\n");
    for entry in entries.iter().take(LISTED_NOTES) {
        let _ = writeln!(out, "  {} [{}] {}", place(&entry.location), entry.check, safe(&entry.text));
    }
    if entries.len() > LISTED_NOTES {
        let _ = writeln!(out, "  and {} more; --format json lists all", entries.len() - LISTED_NOTES);
    }
    out.push('\n');
    out
}

/// What a release needs and this gate was not asked for.
fn is_needed_later(report: &Report, entry: &Entry) -> bool {
    let is_asked = entry.counts || report.inputs.asked == Gate::Release;
    entry.gate == Gate::Release && entry.excuse.is_none() && !is_asked
}

/// Said first where what was asked for could loosen the verdict.
pub fn simulation(report: &Report) -> Option<String> {
    let asked = &report.inputs.simulation;
    (!asked.is_empty()).then(|| format!("simulation: {}; this verdict decides nothing\n", safe(&asked.join("; "))))
}

/// Whether it is told in full: what keeps the gate from passing, and what the reader may want to mend
/// now. The rest is counted.
pub(super) fn is_told(report: &Report, entry: &Entry) -> bool {
    entry.counts || !(entry.excuse.is_some() || entry.out_of_scope || is_needed_later(report, entry))
}

fn is_note(entry: &Entry) -> bool {
    !entry.counts && entry.severity == Severity::Note && entry.nature != Nature::Undecided
}

/// What a finding comes from and what excuses it, in words.
pub(super) fn standing(entry: &Entry) -> Option<String> {
    let mut words: Vec<String> = entry.cause.map(|cause| format!("cause: {}", cause.words())).into_iter().collect();
    if let Some(since) = &entry.since {
        words.push(format!("since {since}"));
    }
    match &entry.excuse {
        Some(ExcuseEntry { waiver: Some(id), until, .. }) => words.push(format!("waived by `{id}` until {until}")),
        Some(ExcuseEntry { emergency: Some(id), until, .. }) => {
            words.push(format!("passed over by the emergency `{id}` until {until}"));
        }
        Some(ExcuseEntry { until, .. }) => words.push(format!("in the baseline until {until}")),
        None => {}
    }
    if entry.gate == Gate::Release {
        words.push("needed before release".to_owned());
    }
    (!words.is_empty()).then(|| words.join(", "))
}

/// How heavy a finding is, in the words that every format uses.
pub(super) fn level_words(entry: &Entry) -> &'static str {
    match (entry.nature, entry.blocks, entry.severity) {
        (Nature::Undecided, ..) => "could not decide",
        (Nature::Waiting, true, _) => "waiting",
        (_, true, _) => "error",
        (_, _, Severity::Note) => "note",
        (_, _, Severity::Warning | Severity::Error) => "warning",
    }
}

pub(super) fn finding(report: &Report, entry: &Entry, style: Style) -> String {
    let words = level_words(entry);
    let level = match words {
        "note" => Level::NOTE,
        "warning" => Level::WARNING,
        _ => Level::ERROR.with_name(words),
    };
    let title = level.primary_title(safe(&entry.text)).id(entry.check);
    let mut group = Group::with_title(title);
    group = with_place(group, &entry.location, AnnotationKind::Primary);
    for related in entry.related.iter().take(SHOWN_RELATED) {
        let named = Location { label: related.text.clone(), ..related.location.clone() };
        group = with_place(group, &named, AnnotationKind::Context);
    }
    if entry.related.len() > SHOWN_RELATED {
        let more = format!("{} further places; --format json lists all", entry.related.len() - SHOWN_RELATED);
        group = group.element(Level::NOTE.no_name().message(more));
    }
    if let Some(cause) = entry.cause {
        let words = match &entry.since {
            Some(since) => format!("{} ({since})", cause.words()),
            None => cause.words().to_owned(),
        };
        group = group.element(Level::NOTE.with_name("cause").message(words));
    }
    if let Some(source) = entry.required_by {
        group = group.element(Level::NOTE.with_name("an error by").message(source));
    }
    for remedy in &entry.remedies {
        group = group
            .element(Level::HELP.with_name(who(report, entry, remedy)).message(wrap(&safe(&remedy.text), style.width)));
    }
    renderer(style).render(&[group])
}

fn renderer(style: Style) -> Renderer {
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let decor = if style.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
    renderer.decor_style(decor).term_width(style.width)
}

fn with_place<'a>(group: Group<'a>, location: &Location, kind: AnnotationKind) -> Group<'a> {
    let path = safe(&location.path);
    match (&location.excerpt, &location.region) {
        (Some(excerpt), Some(region)) => {
            let label = safe(&location.label);
            let mut annotation = kind.span(excerpt.mark.clone());
            if !label.is_empty() {
                annotation = annotation.label(label);
            }
            let source = excerpt.text.clone();
            group.element(Snippet::source(source).path(path).line_start(region.start_line).annotation(annotation))
        }
        _ => group.element(Origin::path(path)),
    }
}

/// Who can clear it: the reader, or people by name.
pub(super) fn who(report: &Report, entry: &Entry, remedy: &RemedyEntry) -> String {
    let owner = entry.system.as_ref().and_then(|id| report.systems.iter().find(|system| system.id == *id));
    match remedy.who {
        Who::Author if entry.nature == Nature::Waiting => "you can start it".to_owned(),
        Who::Author => "you can fix it".to_owned(),
        Who::Owner => match owner {
            Some(system) if system.owner_known => format!("{} (owner) can fix it", safe(&system.owner)),
            Some(_) | None => "the owner can fix it".to_owned(),
        },
        Who::Platform => "whoever runs the pipeline can fix it".to_owned(),
        Who::Signers if entry.waits_for.is_empty() => "nobody here can sign it".to_owned(),
        Who::Signers => format!("{} can sign it", safe(&entry.waits_for.join(", "))),
        Who::SecondLine => match report.second_line.as_slice() {
            [] => "the second line can fix it".to_owned(),
            people => format!("{} (second line) can fix it", safe(&people.join(", "))),
        },
    }
}

fn summary(report: &Report) -> String {
    let mut out = String::new();
    if is_without_ai(report) {
        return last_line(report) + "\n";
    }
    let mode = match report.inputs.mode {
        Mode::Observe => "observe: nothing blocks but what always must",
        Mode::Introduce => "introduce",
        Mode::Strict => "strict",
    };
    if let Some(target) = &report.inputs.target {
        let what = if target.whole {
            "the target branch's own content, so all of it counts".to_owned()
        } else {
            format!("{} changed", counted(target.changed_files, "file", "files"))
        };
        let _ = writeln!(out, "Compared with {}: {what}.", safe(&target.name));
    }
    let files: Vec<String> = report.inputs.rules.iter().map(|file| safe(&file.path)).collect();
    let branch = report.inputs.target.as_ref().map_or_else(String::new, |target| safe(&target.name));
    let rules = match (report.inputs.rules_from, files.as_slice()) {
        (RulesFrom::TargetBranch, files) => format!("{} of {branch}", files.join(", ")),
        (RulesFrom::FirstRun, []) => format!("the built-in ones, for neither {branch} nor the change has any"),
        (RulesFrom::FirstRun, files) => format!("{} of the change itself, for {branch} has none yet", files.join(", ")),
        (RulesFrom::JudgedContent, []) => "the built-in ones, for the judged content has none".to_owned(),
        (RulesFrom::JudgedContent, files) => format!("{}, read from the judged content itself", files.join(", ")),
    };
    let _ = writeln!(out, "Rules: {rules} (mode {mode}).");
    for it in &report.inputs.not_applicable {
        let of = it.system.as_ref().map_or_else(String::new, |system| format!(" of {}", safe(system)));
        let _ = writeln!(out, "Not asked for by the rules: {}{of}: {}", safe(&it.document), safe(&it.because));
    }
    if let Some(person) = &report.inputs.solo {
        let _ = writeln!(
            out,
            "Reduced assurance: {} decides alone, own work included (`solo` of the rules).",
            safe(person)
        );
    }
    for overlay in &report.inputs.overlays {
        out += &overlay_line(overlay);
    }
    if let Some(line) = not_blocking(report) {
        let _ = writeln!(out, "{line}");
    }
    if report.inputs.asked == Gate::Release {
        out += "Asked for a release: all of the content counts, not only what the change did.\n";
    }
    let open = report.coverage.not_assessed.len();
    let all = open + report.coverage.assessed.len();
    let _ = writeln!(out, "Not assessed here: {open} of {all} controls.");
    let _ = writeln!(out, "{}", last_line(report));
    out
}

/// What is counted and not told: on the target branch already, excused, needed later.
fn not_blocking(report: &Report) -> Option<String> {
    let rest: Vec<&Entry> = report.findings.iter().filter(|entry| !is_told(report, entry)).collect();
    let today = report.inputs.today.parse::<Date>().ok();
    let age = |since: &String| Some(since.parse::<Date>().ok()?.days_until(today?));
    let mut parts = Vec::new();
    let mut add = |entries: Vec<&&Entry>, words: &str, detail: &dyn Fn(&[&&Entry]) -> String| {
        if !entries.is_empty() {
            parts.push(format!("{} {words}{}", entries.len(), detail(&entries)));
        }
    };
    let of = |pick: fn(&Entry) -> Standing, standing| {
        rest.iter().filter(|entry| pick(entry) == standing).collect::<Vec<_>>()
    };
    let until = |entries: &[&&Entry]| {
        let ends = entries.iter().filter_map(|entry| Some(entry.excuse.as_ref()?.until.as_str()));
        ends.min().map_or_else(String::new, |day| format!(" until {day}"))
    };
    let oldest = |entries: &[&&Entry]| {
        let days = entries.iter().filter_map(|entry| age(entry.since.as_ref()?)).max();
        days.map_or_else(String::new, |days| {
            format!(" (oldest {})", counted(days.unsigned_abs() as usize, "day", "days"))
        })
    };
    let branch = report.inputs.target.as_ref().map_or("the target branch", |target| &target.name);
    add(of(stands, Standing::OnBase), &format!("already on {}", safe(branch)), &oldest);
    add(of(stands, Standing::Baselined), "in the baseline", &oldest);
    add(of(stands, Standing::Waived), "waived", &until);
    add(of(stands, Standing::Emergency), "passed over in an emergency", &until);
    add(of(stands, Standing::Later), "needed before release", &|_| String::new());
    (!parts.is_empty()).then(|| format!("Not blocking here: {}; --format json lists all.", parts.join(", ")))
}

#[derive(PartialEq, Eq)]
enum Standing {
    OnBase,
    Baselined,
    Emergency,
    Waived,
    Later,
}

fn stands(entry: &Entry) -> Standing {
    match &entry.excuse {
        Some(ExcuseEntry { waiver: Some(_), .. }) => Standing::Waived,
        Some(ExcuseEntry { emergency: Some(_), .. }) => Standing::Emergency,
        Some(_) => Standing::Baselined,
        None if entry.gate == Gate::Release => Standing::Later,
        None => Standing::OnBase,
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// How many findings there are of each sort; each is counted once.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    /// They block, and whoever makes the change can clear them.
    pub to_fix: usize,
    /// They block, and others can clear them.
    pub for_others: usize,
    /// They block until people decide.
    pub waiting: usize,
    /// They could not be decided, and had to be.
    pub undecided: usize,
    pub others: usize,
}

impl Counts {
    pub fn of(report: &Report) -> Self {
        let count = |is: &dyn Fn(&Entry) -> bool| report.findings.iter().filter(|entry| is(entry)).count();
        let to_fix = count(&|entry| entry.blocks && is_yours(entry));
        let waiting = count(&waits);
        let blocking = count(&|entry| entry.blocks);
        let undecided = count(&|entry| entry.counts && !entry.blocks);
        Self {
            to_fix,
            for_others: blocking.saturating_sub(to_fix + waiting),
            waiting,
            undecided,
            others: report.findings.len() - blocking - undecided,
        }
    }
}

/// The verdict and its numbers.
pub fn last_line(report: &Report) -> String {
    let findings = &report.findings;
    if is_without_ai(report) {
        return format!("passed: no AI found here, nothing to judge: {}", safe(&report.inventory.reason));
    }
    let Counts { to_fix, for_others, waiting, undecided, others } = Counts::of(report);
    let people: BTreeSet<&String> =
        findings.iter().filter(|entry| waits(entry)).flat_map(|entry| &entry.waits_for).collect();
    let mut parts = Vec::new();
    if to_fix > 0 {
        parts.push(format!("{to_fix} to fix"));
    }
    if for_others > 0 {
        parts.push(format!("{for_others} for others to clear"));
    }
    match people.len() {
        _ if waiting == 0 => {}
        0 => parts.push(format!("{waiting} waiting for somebody who may sign")),
        count => parts.push(format!("{waiting} waiting for {}", counted(count, "person", "people"))),
    }
    if undecided > 0 {
        parts.push(format!("{undecided} could not be decided"));
    }
    if others > 0 {
        parts.push(format!("{others} not blocking"));
    }
    if parts.is_empty() {
        parts.push("nothing found".to_owned());
    }
    let verdict = match report.verdict {
        Verdict::Pass => "passed",
        Verdict::Fail => "blocked",
        Verdict::Undecided => "could not decide",
    };
    format!("{verdict}: {}", parts.join(", "))
}

/// Whether there is nothing to judge: no AI found, none declared, nothing wrong.
fn is_without_ai(report: &Report) -> bool {
    report.findings.is_empty() && !report.inventory.uses_ai && !report.declares_ai
}

fn waits(entry: &Entry) -> bool {
    entry.blocks && entry.nature == Nature::Waiting
}

pub(super) fn is_yours(entry: &Entry) -> bool {
    entry.nature != Nature::Waiting && entry.remedies.first().is_some_and(|remedy| remedy.who == Who::Author)
}

pub(super) fn place(location: &Location) -> String {
    match location.region {
        Some(region) => format!("{}:{}:{}", safe(&location.path), region.start_line, region.start_column),
        None => safe(&location.path),
    }
}

/// A text on one line, safe to print.
pub fn safe(text: &str) -> String {
    clamp(&line(text), LONGEST_MESSAGE).into_owned()
}

/// Breaks a text at spaces so that its lines, indented as the renderer does, fit the width.
fn wrap(text: &str, width: usize) -> String {
    const INDENT: usize = 30;
    let room = width.saturating_sub(INDENT).max(30);
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > room {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

/// What a check is about.
pub fn explain(check: &Check) -> String {
    let severity = check.severity;
    let fixed = match check.firmness {
        Firmness::Ordinary => "",
        Firmness::NeverWaived => " It cannot be waived.",
        Firmness::NeverExcused => " It can be neither waived nor baselined.",
        Firmness::Floor => " It can be neither lowered nor waived.",
    };
    format!(
        "# {}\n\n{}.\n\nControls: {}. Since rule set {}. Severity: minimal {}, limited {}, high {}.{fixed}\n\n{}{}",
        check.id,
        check.title,
        check.controls.join(", "),
        check.since,
        severity.minimal.name(),
        severity.limited.name(),
        severity.high.name(),
        check.explanation,
        related(check.controls),
    )
}

/// A framework that the rules name, in one line.
fn overlay_line(overlay: &InForce) -> String {
    let mut line = format!("In force: {}", overlay.name);
    if let (Some(source), Some(as_of)) = (overlay.source, overlay.as_of) {
        let _ = write!(line, " (dates of {source}, as of {as_of})");
    }
    if let Some(next) = &overlay.next {
        let _ = write!(line, "; next {next}");
    }
    line + ".\n"
}

/// What the evidence for these controls is also useful for.
fn related(controls: &[&str]) -> String {
    let crosswalk = catalog::crosswalk();
    let mut by_framework: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for frameworks in controls.iter().filter_map(|id| crosswalk.related.get(*id)) {
        for (framework, refs) in frameworks {
            by_framework.entry(framework).or_default().extend(refs.iter().map(String::as_str));
        }
    }
    if by_framework.is_empty() {
        return String::new();
    }
    let mut out = String::from("\n## Also useful for\n\n");
    for (framework, refs) in by_framework {
        let _ = writeln!(out, "- {framework}: {}", refs.into_iter().collect::<Vec<_>>().join(", "));
    }
    let _ = writeln!(out, "\nAs of {}. A pairing never means that one satisfies the other.", crosswalk.as_of);
    out
}

/// All checks, one line each.
pub fn table(checks: &[&Check]) -> String {
    let widest = checks.iter().map(|check| check.id.len()).max().unwrap_or_default();
    checks.iter().fold(String::new(), |mut out, check| {
        let severity = check.severity;
        let by_class = [severity.minimal, severity.limited, severity.high].map(Severity::name).join("/");
        let _ = writeln!(out, "{:widest$}  {by_class:22}  {}", check.id, check.title);
        out
    })
}
