//! JUnit XML, which every tier of GitLab shows beside a merge request: a suite per gate, a case per
//! check. Source: GitLab Docs, "Unit test reports".

use std::fmt::Write as _;

use super::data::{Report, ReportedFinding};
use super::words::{level_words, who};
use crate::untrusted::xml as safe;

/// The report for `artifacts:reports:junit`, one final line break. A check fails where one of its
/// findings counts.
pub fn junit(report: &Report) -> String {
    let name = safe(&report.name());
    let mut cases = String::new();
    let (mut failures, mut skipped) = (0, 0);
    for check in &report.checks {
        let own = report.findings.iter().filter(|entry| entry.check == check.id);
        let own: Vec<&ReportedFinding> = own.filter(|entry| entry.counts).collect();
        let decided =
            check.tally.passed + check.tally.failed + check.tally.waiting + check.tally.undecided;
        let _ =
            write!(cases, "    <testcase classname=\"{name}\" name=\"{}\"", safe(check.id.name()));
        if own.is_empty() && decided > 0 {
            cases += "/>\n";
            continue;
        }
        cases += ">\n";
        if own.is_empty() {
            skipped += 1;
            cases += "      <skipped message=\"not applicable\"/>\n";
        } else {
            failures += 1;
            let text: Vec<String> = own.iter().map(|entry| description(report, entry)).collect();
            let first = own.first().map_or("", |entry| entry.text.as_str());
            let _ = writeln!(
                cases,
                "      <failure message=\"{}\">{}</failure>",
                safe(first),
                safe(&text.join("\n"))
            );
        }
        cases += "    </testcase>\n";
    }
    let tests = report.checks.len();
    let counts = format!(
        "tests=\"{tests}\" failures=\"{failures}\" skipped=\"{skipped}\" \
        errors=\"0\""
    );
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"aimsgate\" \
         {counts}>\n  <testsuite name=\"{name}\" {counts}>\n{cases}  </testsuite>\n</testsuites>\n"
    )
}

fn description(report: &Report, entry: &ReportedFinding) -> String {
    let line =
        entry.location.region.map_or_else(String::new, |region| format!(":{}", region.start_line));
    let mut out = format!("{}: {}{line}: {}", level_words(entry), entry.location.path, entry.text);
    for remedy in &entry.remedies {
        let _ = write!(out, "\n  {}: {}", who(report, entry, remedy), remedy.text);
    }
    out
}
