//! The history of a branch as a page: a chart of what is wrong by the rules of each day and by
//! today's, and a table of each commit.

use std::fmt::Write as _;

use super::html_page::{page, table as table_of};
use super::posture::{Posture, PostureRow, RuleDay};
use crate::untrusted::xml;

/// Pixels of the chart, and of what stands beside it.
const WIDTH: usize = 960;
const HEIGHT: usize = 240;
const EDGE: usize = 48;

/// Rows of the table; the newest stay.
const MOST_ROWS: usize = 2_000;

/// Returns the page, one final line break.
pub(crate) fn html(posture: &Posture) -> String {
    let whole: Vec<&PostureRow> = posture.rows.iter().filter(|it| it.system.is_none()).collect();
    let mut body = String::from("<h1>How the branch stood</h1>\n");
    if let (Some(first), Some(last)) = (whole.first(), whole.last()) {
        let _ = write!(
            body,
            "<p>From {} ({}) to {} ({}), by first parents.</p>\n{}",
            xml(&first.on),
            xml(&first.commit),
            xml(&last.on),
            xml(&last.commit),
            chart("All", &whole)
        );
    } else {
        body += "<p>There is no commit since then.</p>\n";
    }
    let mut systems: Vec<&str> =
        posture.rows.iter().filter_map(|it| it.system.as_deref()).collect();
    systems.sort_unstable();
    systems.dedup();
    for system in systems {
        let of: Vec<&PostureRow> =
            posture.rows.iter().filter(|it| it.system.as_deref() == Some(system)).collect();
        let _ = write!(body, "<h2>{}</h2>\n{}", xml(system), chart(system, &of));
    }
    body += &table(&whole);
    page("How the branch stood", &body)
}

/// Errors and warnings that are not excused, a line for the rules of each day.
fn chart(name: &str, rows: &[&PostureRow]) -> String {
    let gaps = |row: &PostureRow| row.errors + row.warnings;
    let most = rows.iter().map(|row| gaps(row)).max().unwrap_or(0).max(1);
    let mut svg = String::new();
    for (label, y) in [(most, 8), (0, HEIGHT)] {
        let _ = writeln!(svg, "<text x=\"4\" y=\"{}\">{label}</text>", y + 4);
    }
    let _ = writeln!(svg, "<path class=\"axis\" d=\"M{EDGE} 8V{HEIGHT}H{}\"/>", EDGE + WIDTH);
    for rules in [RuleDay::Then, RuleDay::Now] {
        let of: Vec<&&PostureRow> = rows.iter().filter(|row| row.rules == rules).collect();
        let steps = of.len().saturating_sub(1).max(1);
        let points: Vec<String> = (0..)
            .zip(&of)
            .map(|(at, row)| {
                let x = EDGE + at * WIDTH / steps;
                format!("{x},{}", HEIGHT - gaps(row) * (HEIGHT - 8) / most)
            })
            .collect();
        let class = if rules == RuleDay::Then { "then" } else { "now" };
        let _ = writeln!(svg, "<polyline class=\"{class}\" points=\"{}\"/>", points.join(" "));
    }
    let (width, height) = (EDGE + WIDTH + 8, HEIGHT + 16);
    format!(
        "<figure>\n<figcaption>{name}: errors and warnings that are not excused; the solid line by \
         the rules of each commit, the dashed line by today's rules</figcaption>\n<svg \
         role=\"img\" aria-label=\"{name}: errors and warnings by commit; the table below has the \
         numbers\" \
         viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n{svg}</svg>\n\
         </figure>\n",
        name = xml(name)
    )
}

fn table(rows: &[&PostureRow]) -> String {
    let shown = &rows[rows.len().saturating_sub(MOST_ROWS)..];
    let row = |it: &&PostureRow| {
        let numbers = [it.errors, it.warnings, it.waiting, it.overdue, it.waived, it.baselined];
        let numbers: String = numbers.iter().map(|it| format!("<td>{it}</td>")).collect();
        format!(
            "<tr><th scope=\"row\">{}</th><td><code>{}</code></td><td>{}</td><td>{}</td>{numbers}\
             <td>{}</td><td>{}</td><td>{}</td></tr>\n",
            xml(&it.on),
            xml(&it.commit[..it.commit.len().min(12)]),
            if it.rules == RuleDay::Then { "its own" } else { "today's" },
            it.verdict.name(),
            it.oldest_days,
            it.undecided,
            it.days_to_sign,
        )
    };
    let heads = [
        "day",
        "commit",
        "rules",
        "verdict",
        "errors",
        "warnings",
        "waiting",
        "overdue",
        "waived",
        "baseline",
        "oldest, days",
        "decisions open",
        "days to sign",
    ];
    let rows: String = shown.iter().map(row).collect();
    format!("<h2>Commits</h2>\n{}", table_of("Each commit by both rules", &heads, &rows))
}
