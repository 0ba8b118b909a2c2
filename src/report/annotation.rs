//! Findings as remarks on lines of files: commands of a GitHub job's log, and the annotations of a
//! check run.

use std::fmt::Write as _;

use super::data::{Report, ReportedFinding};
use super::words::{is_told, level_words, safe, who};
use crate::untrusted::{clamp, command_data, command_property};
use crate::wording::counted;

/// The most remarks of one level that a step's log shows; the rest is counted. Source: GitHub's
/// REST description of check runs.
const SHOWN_BY_A_STEP: usize = 10;
/// Bytes of a message that the runner keeps.
const LONGEST_MESSAGE: usize = 3_000;

/// How GitHub shows a remark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Grade {
    Failure,
    Warning,
    Notice,
}

impl Grade {
    /// What the API of check runs calls it.
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }

    fn command(self) -> &'static str {
        match self {
            Self::Failure => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

/// A remark on lines of a file. Lines and columns from 1, both ends inclusive.
#[derive(Clone, Debug)]
pub(crate) struct Annotation {
    pub(crate) path: String,
    pub(crate) start_line: usize,
    pub(crate) end_line: usize,
    /// The first and last column, where the remark is about one line.
    pub(crate) columns: Option<(usize, usize)>,
    pub(crate) grade: Grade,
    pub(crate) title: String,
    pub(crate) message: String,
}

/// Returns the findings to show at their lines, the heaviest first.
pub(crate) fn annotations(report: &Report) -> Vec<Annotation> {
    let shown = report.findings.iter().filter(|entry| is_told(report, entry));
    let mut all: Vec<Annotation> = shown.map(|entry| annotation(report, entry)).collect();
    all.sort_by_key(|it| it.grade);
    all
}

fn annotation(report: &Report, entry: &ReportedFinding) -> Annotation {
    let grade = match (entry.counts, level_words(entry)) {
        (true, _) => Grade::Failure,
        (false, "note") => Grade::Notice,
        (false, _) => Grade::Warning,
    };
    let mut message = safe(&entry.text);
    for remedy in &entry.remedies {
        let _ = write!(message, "\n{}: {}", who(report, entry, remedy), safe(&remedy.text));
    }
    let region = entry.location.region;
    let (start_line, end_line) = region.map_or((1, 1), |it| (it.start_line, it.end_line));
    let columns = region.filter(|it| it.start_line == it.end_line);
    Annotation {
        path: safe(&entry.location.path),
        start_line,
        end_line,
        columns: columns
            .map(|it| (it.start_column, it.end_column.saturating_sub(1).max(it.start_column))),
        grade,
        title: format!("{}[{}]", level_words(entry), entry.check),
        message: clamp(&message, LONGEST_MESSAGE).into_owned(),
    }
}

/// The remarks as commands of a GitHub job's log, one a line: the first of each level, and how many
/// more there are. Source: GitHub Docs, "Workflow commands for GitHub Actions".
pub fn commands(report: &Report) -> String {
    let all = annotations(report);
    let mut out = String::new();
    for grade in [Grade::Failure, Grade::Warning, Grade::Notice] {
        let own: Vec<&Annotation> = all.iter().filter(|it| it.grade == grade).collect();
        // The last remark says how many are left out.
        let shown = if own.len() > SHOWN_BY_A_STEP { SHOWN_BY_A_STEP - 1 } else { own.len() };
        for it in &own[..shown] {
            let file = command_property(&it.path);
            let columns = it
                .columns
                .map_or_else(String::new, |(start, end)| format!(",col={start},endColumn={end}"));
            let (name, line, end) = (grade.command(), it.start_line, it.end_line);
            let (title, text) = (command_property(&it.title), command_data(&it.message));
            let _ = writeln!(
                out,
                "::{name} file={file},line={line},endLine={end}{columns},title={title}::{text}"
            );
        }
        if own.len() > shown {
            let (name, left) = (grade.command(), own.len() - shown);
            let _ = writeln!(
                out,
                "::{name} title=aimsgate::{} in the log and in the summary",
                counted(left, "more is", "more are")
            );
        }
    }
    out
}
