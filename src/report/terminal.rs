//! Text for people: the source with the place marked, why, who can clear it, and a last line that
//! says it all. Everything from the repository is made safe before it is printed.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::data::{InForce, Location, Report, ReportedFinding, RulesFrom};
use super::reading::what_was_read;
use super::unwritten::{MissingDocuments, Told, lines, told_together};
use super::words::{
    is_told, is_without_ai, last_line, later, level_words, not_blocking, place, safe, simulation,
    who,
};
use crate::finding::{FindingKind, Gate, Severity};
use crate::settings::gate::Mode;
use crate::untrusted::log;
use crate::wording::{counted, plural};

/// What the terminal can show.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub color: bool,
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

/// For files and logs: no color, ASCII, a fixed width.
pub(crate) const PLAIN: Style = Style { color: false, unicode: false, width: 120 };

/// Notes that are listed, one line each.
const LISTED_NOTES: usize = 10;
/// Further places that are shown with their source.
const SHOWN_RELATED: usize = 3;
/// How much of the report is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Detail {
    /// The verdict in one line.
    pub(crate) quiet: bool,
    /// What was read, too.
    pub(crate) verbose: bool,
    /// Each missing document in full.
    pub(crate) full: bool,
}

/// The report as text, one final line break.
pub fn text(report: &Report, style: Style) -> String {
    text_in(report, style, Detail::default())
}

/// The report as text that says so much, one final line break.
pub(crate) fn text_in(report: &Report, style: Style, detail: Detail) -> String {
    let mut out = String::new();
    if detail.quiet {
        return log(simulation(report).unwrap_or_default() + &last_line(report) + "\n");
    }
    if let Some(line) = simulation(report) {
        out += &line;
    }
    for emergency in &report.inputs.emergencies {
        let _ = writeln!(out, "emergency: {}\n", safe(emergency));
    }
    let shown = report.findings.iter().filter(|entry| is_told(report, entry) && !is_note(entry));
    let told =
        if detail.full { shown.map(Told::One).collect() } else { told_together(report, shown) };
    let mut explained = BTreeSet::new();
    for told in &told {
        out += &match told {
            Told::One(entry) => block(report, entry, style, explained.insert(entry.check)) + "\n\n",
            Told::Missing(missing) => table(missing, style),
        };
    }
    let notes: Vec<&ReportedFinding> =
        report.findings.iter().filter(|entry| is_told(report, entry) && is_note(entry)).collect();
    out += &listed("Also noted:", &notes);
    out += &listed("Needed before release (--for release tells each in full):", &later(report));
    if detail.verbose {
        out += &what_was_read(report);
    }
    out += &summary(report);
    log(out)
}

/// Missing documents as one block.
fn table(missing: &MissingDocuments<'_>, style: Style) -> String {
    let Some(first) = missing.findings.first() else { return String::new() };
    let title = level(first).primary_title(missing.title()).id(first.check.name());
    let group = with_place(Group::with_title(title), &first.location, AnnotationKind::Primary);
    let mut out = renderer(style).render(&[with_cause(group, first)]) + "\n";
    for line in lines(missing) {
        let _ = writeln!(out, "   {line}");
    }
    let [all, one] = missing.commands();
    let _ = writeln!(
        out,
        "   a form of each: {all}; of one: {one}\n   what each must say: aimsgate explain KIND; \
         in full: --full\n"
    );
    out
}

/// Returns a heading and one line for each of the first entries, or an empty text where there are
/// none.
fn listed(heading: &str, entries: &[&ReportedFinding]) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let mut out = format!("{heading}\n");
    for entry in entries.iter().take(LISTED_NOTES) {
        let _ =
            writeln!(out, "  {} [{}] {}", place(&entry.location), entry.check, safe(&entry.text));
    }
    if entries.len() > LISTED_NOTES {
        let _ =
            writeln!(out, "  and {} more; --format json lists all", entries.len() - LISTED_NOTES);
    }
    out.push('\n');
    out
}

fn is_note(entry: &ReportedFinding) -> bool {
    !entry.counts && entry.severity == Severity::Note && entry.nature != FindingKind::Undecided
}

fn level(entry: &ReportedFinding) -> Level<'static> {
    match level_words(entry) {
        "note" => Level::NOTE,
        "warning" => Level::WARNING,
        words => Level::ERROR.with_name(words),
    }
}

pub(super) fn finding(report: &Report, entry: &ReportedFinding, style: Style) -> String {
    block(report, entry, style, false)
}

/// One finding, and where more is said of its check.
fn block(report: &Report, entry: &ReportedFinding, style: Style, names_explain: bool) -> String {
    let mark = if entry.fixable { " [*]" } else { "" };
    let text = safe(&entry.text) + mark;
    let title = level(entry).primary_title(text).id(entry.check.name());
    let mut group = Group::with_title(title);
    group = with_place(group, &entry.location, AnnotationKind::Primary);
    for related in entry.related.iter().take(SHOWN_RELATED) {
        let named = Location { label: related.text.clone(), ..related.location.clone() };
        group = with_place(group, &named, AnnotationKind::Context);
    }
    if entry.related.len() > SHOWN_RELATED {
        let more = format!(
            "{}; --format json lists all",
            counted(entry.related.len() - SHOWN_RELATED, "further place", "further places")
        );
        group = group.element(Level::NOTE.no_name().message(more));
    }
    group = with_cause(group, entry);
    for remedy in &entry.remedies {
        group = group.element(
            Level::HELP
                .with_name(who(report, entry, remedy))
                .message(wrap(&safe(&remedy.text), style.width)),
        );
    }
    if names_explain {
        let command = format!("aimsgate explain {}", entry.check);
        group = group.element(Level::NOTE.with_name("more").message(command));
    }
    renderer(style).render(&[group])
}

/// Says what a finding comes from, and what makes it an error.
fn with_cause<'a>(mut group: Group<'a>, entry: &'a ReportedFinding) -> Group<'a> {
    if let Some(cause) = entry.cause {
        let words = match &entry.since {
            Some(since) => format!("{} ({since})", cause.words()),
            None => cause.words().to_owned(),
        };
        group = group.element(Level::NOTE.with_name("cause").message(words));
    }
    if let Some(source) = &entry.required_by {
        group = group.element(Level::NOTE.with_name("an error by").message(source));
    }
    group
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
            group.element(
                Snippet::source(source)
                    .path(path)
                    .line_start(region.start_line)
                    .annotation(annotation),
            )
        }
        _ => group.element(Origin::path(path)),
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
    let branch =
        report.inputs.target.as_ref().map_or_else(String::new, |target| safe(&target.name));
    let rules = match (report.inputs.rules_from, files.as_slice()) {
        (RulesFrom::TargetBranch, files) => format!("{} of {branch}", files.join(", ")),
        (RulesFrom::FirstRun, []) => format!(
            "the built-in ones, for neither {branch} nor the \
            change has any"
        ),
        (RulesFrom::FirstRun, files) => format!(
            "{} of the change itself, for {branch} has none \
            yet",
            files.join(", ")
        ),
        (RulesFrom::JudgedContent, []) => {
            "the built-in ones, for the judged content has none".to_owned()
        }
        (RulesFrom::JudgedContent, files) => {
            format!("{}, read from the judged content itself", files.join(", "))
        }
    };
    let _ = writeln!(out, "Rules: {rules} (mode {mode}).");
    for it in &report.inputs.not_applicable {
        let of =
            it.system.as_ref().map_or_else(String::new, |system| format!(" of {}", safe(system)));
        let _ = writeln!(
            out,
            "Not asked for by the rules: {}{of}: {}",
            safe(&it.document),
            safe(&it.because)
        );
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
    let [evidenced, lacking, other] = report.evidence.counts();
    let counts = format!("{evidenced} evidenced, {lacking} lacking, {other} not looked at");
    let _ = writeln!(out, "Controls of Annex A: {counts}.");
    if report.findings.iter().any(|entry| is_told(report, entry)) {
        out += "Words: aimsgate explain WORD, docs/glossary.md.\n";
    }
    if let Some(line) = how_to_block(report) {
        let _ = writeln!(out, "{line}");
    }
    let _ = writeln!(out, "{}{}", last_line(report), fixable(report));
    out
}

/// How many findings `aimsgate fix` mends, behind the verdict. Empty where it mends none.
fn fixable(report: &Report) -> String {
    let fixable = report.findings.iter().filter(|entry| entry.fixable && is_told(report, entry));
    match fixable.count() {
        0 => String::new(),
        count => format!("; `aimsgate fix` mends {count} of them, marked [*]"),
    }
}

/// How many warnings do not block, why, and the setting that makes them block. None where there are
/// none.
fn how_to_block(report: &Report) -> Option<String> {
    let is_warning = |entry: &&ReportedFinding| {
        entry.severity == Severity::Warning && !entry.counts && is_told(report, entry)
    };
    let count = report.findings.iter().filter(is_warning).count();
    let (mode, setting) = match report.inputs.mode {
        Mode::Observe => ("observe", "enforce: {mode: introduce}"),
        Mode::Introduce => ("introduce", "enforce: {mode: strict}"),
        Mode::Strict => ("strict", "checks: {CHECK: {severity: error}}"),
    };
    (count > 0).then(|| {
        format!(
            "{} {} not block in mode {mode}; to make more of them block: `{setting}` in \
             governance/gate.yaml.",
            counted(count, "warning", "warnings"),
            plural(count, "does", "do")
        )
    })
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

/// Returns a framework that the rules name as one line.
fn overlay_line(overlay: &InForce) -> String {
    let mut line = format!("In force: {}", overlay.name);
    if let (Some(source), Some(as_of)) = (&overlay.source, &overlay.as_of) {
        let old = match &overlay.expired_on {
            Some(day) => format!(", expired on {day}: look it up again"),
            None if overlay.may_be_old => ", more than twelve months ago: may be old".to_owned(),
            None => String::new(),
        };
        let _ = write!(line, " (dates of {source}, as of {as_of}{old})");
    }
    if let Some(next) = &overlay.next {
        let _ = write!(line, "; next {next}");
    }
    line + ".\n"
}
