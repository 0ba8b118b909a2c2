//! Markdown for the summary of a job and for the one comment on a pull or merge request.

use std::fmt::Write as _;

use super::data::{Report, ReportedFinding};
use super::overview;
use super::unwritten::{MissingDocuments, MissingRow, Told, told_together};
use super::words::{
    LONGEST_MESSAGE, is_told, last_line, later, level_words, not_blocking, simulation, standing,
    who,
};
use crate::finding::FindingKind;
use crate::untrusted::{clamp, markdown as safe};
use crate::wording::counted;

/// The most emergencies that are listed.
const MOST_EMERGENCIES: usize = 5;

/// The report as Markdown of at most `limit` bytes, the heaviest findings first.
pub fn markdown(report: &Report, limit: usize) -> String {
    let mut out = String::new();
    if let Some(line) = simulation(report) {
        let _ = writeln!(out, "**{}**\n", safe(line.trim_end()));
    }
    let _ = writeln!(out, "**aimsgate: {}**\n", safe(&last_line(report)));
    for emergency in report.inputs.emergencies.iter().take(MOST_EMERGENCIES) {
        let _ = writeln!(out, "Emergency: {}\n", safe(&clamp(emergency, LONGEST_MESSAGE)));
    }
    let tables = overview::markdown(report);
    if tables.len() <= limit / 4 {
        out += &tables;
    }
    let shown: Vec<&ReportedFinding> =
        report.findings.iter().filter(|entry| is_told(report, entry)).collect();
    let (counting, noted): (Vec<&ReportedFinding>, Vec<&ReportedFinding>) =
        shown.into_iter().partition(|entry| entry.counts);
    let end = whole_lines(&ending(report), limit / 2);
    // One more line and two folds must fit too.
    let room = limit.saturating_sub(end.len() + 240);
    let mut left = 0;
    for (fold, entries) in
        [("", counting), ("Not blocking", noted), ("Needed before release", later(report))]
    {
        let mut shown = String::new();
        for told in told_together(report, entries) {
            let (text, count) = match told {
                Told::One(entry) => (finding(report, entry), 1),
                Told::Missing(missing) => (table(&missing), missing.findings.len()),
            };
            if left == 0 && out.len() + shown.len() + text.len() <= room {
                shown += &text;
            } else {
                left += count;
            }
        }
        out += &match (fold, shown.as_str()) {
            (_, "") => String::new(),
            ("", _) => shown,
            _ => format!("\n<details><summary>{fold}</summary>\n\n{shown}\n</details>\n"),
        };
    }
    if left > 0 {
        let _ =
            writeln!(out, "\n{} in the reports of the run.", counted(left, "more is", "more are"));
    }
    out + &end
}

/// Returns as many lines as fit, and always the last one.
fn whole_lines(text: &str, room: usize) -> String {
    if text.len() <= room {
        return text.to_owned();
    }
    let last = text.trim_end().lines().next_back().unwrap_or_default();
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        if out.len() + line.len() + last.len() + 2 > room {
            break;
        }
        out += line;
    }
    out + "\n" + last + "\n"
}

/// Missing documents by who writes them. A table stands between empty lines.
fn table(missing: &MissingDocuments<'_>) -> String {
    let Some(first) = missing.findings.first() else { return String::new() };
    let check = safe(first.check.name());
    let mut out =
        format!("- **{}** {} <sub>{check}</sub>\n", level_words(first), safe(&missing.title()));
    if let Some(words) = standing(first) {
        let _ = writeln!(out, "  - {}", safe(&words));
    }
    let cell = |text: &str| safe(&clamp(text, LONGEST_MESSAGE));
    out += "\n  | who | kind | where to write it | things to say |\n  | --- | --- | --- | --- |\n";
    for MissingRow { who, document } in &missing.rows {
        let place = format!("`{}`", document.place.replace('`', "'"));
        let (who, kind, place) = (cell(who), cell(&document.named()), cell(&place));
        let _ = writeln!(out, "  | {who} | {kind} | {place} | {} |", document.elements);
    }
    let [all, one] = missing.commands().map(|command| format!("`{command}`"));
    let _ = writeln!(out, "\n  A form of each: {}; of one: {}\n", safe(&all), safe(&one));
    out
}

fn finding(report: &Report, entry: &ReportedFinding) -> String {
    let text = clamp(&entry.text, LONGEST_MESSAGE);
    let line =
        entry.location.region.map_or_else(String::new, |region| format!(":{}", region.start_line));
    let place = format!("`{}{line}`", entry.location.path.replace('`', "'"));
    let (level, check) = (level_words(entry), safe(entry.check.name()));
    let mut out = format!("- **{level}** {}: {} <sub>{check}</sub>\n", safe(&place), safe(&text));
    if let Some(words) = standing(entry) {
        let _ = writeln!(out, "  - {}", safe(&words));
    }
    for remedy in &entry.remedies {
        let text = clamp(&remedy.text, LONGEST_MESSAGE);
        let _ = writeln!(out, "  - {}: {}", safe(&who(report, entry, remedy)), safe(&text));
    }
    out
}

/// Returns the end of the text: what signers would accept, and what the verdict depends on.
fn ending(report: &Report) -> String {
    let mut out = String::new();
    let waiting: Vec<&ReportedFinding> = report
        .findings
        .iter()
        .filter(|entry| entry.counts && entry.nature == FindingKind::Waiting)
        .collect();
    if !waiting.is_empty() {
        let _ = writeln!(out, "\n**Who signs would accept**\n");
        for entry in waiting.iter().take(10) {
            let people = if entry.waits_for.is_empty() {
                "nobody here".to_owned()
            } else {
                entry.waits_for.join(", ")
            };
            let _ = writeln!(
                out,
                "- {}: {}",
                safe(&people),
                safe(&clamp(&entry.text, LONGEST_MESSAGE))
            );
            for related in entry.related.iter().take(5) {
                let line = related
                    .location
                    .region
                    .map_or_else(String::new, |it| format!(":{}", it.start_line));
                let place = format!("`{}{line}`", related.location.path.replace('`', "'"));
                let _ = writeln!(
                    out,
                    "  - {} {}",
                    safe(&place),
                    safe(&clamp(&related.text, LONGEST_MESSAGE))
                );
            }
        }
    }
    if let Some(line) = not_blocking(report) {
        let _ = writeln!(out, "\n{}", safe(&line));
    }
    let rules: Vec<String> =
        report.inputs.rules.iter().map(|it| safe(&format!("`{}`", it.path))).collect();
    let of = report
        .inputs
        .target
        .as_ref()
        .map_or_else(String::new, |it| format!(" against {}", safe(&it.name)));
    let rules = if rules.is_empty() { "the built-in rules".to_owned() } else { rules.join(", ") };
    let (tool, revision) = (report.tool.version, safe(&report.inputs.revision));
    let today = &report.inputs.today;
    let _ = writeln!(out, "\n<sub>aimsgate {tool}: {revision}{of}, {today}, by {rules}.</sub>");
    out
}
