//! What a check is about, and the list of all.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::catalog::{self, Term};
use crate::engine::{ByClass, Check, Suppressibility};
use crate::finding::Severity;

/// Returns the explanation of a check as Markdown.
pub fn explain(check: &Check) -> String {
    let brought = if check.severity_if_brought == check.severity {
        String::new()
    } else {
        format!("\nWhat a change brings in: {}.", by_class(check.severity_if_brought))
    };
    let fixed = match check.suppressibility {
        Suppressibility::Ordinary => "",
        Suppressibility::NeverWaived => " It cannot be waived.",
        Suppressibility::NeverExcused => " It can be neither waived nor baselined.",
        Suppressibility::Floor => " It can be neither lowered nor waived.",
    };
    format!(
        "# {}\n\n{}.\n\nControls: {}. Since rule set {}.\nSeverity: {}.{brought}{fixed}\n\n{}{}",
        check.id,
        check.title,
        check.controls.join(", "),
        check.since,
        by_class(check.severity),
        check.explanation,
        related(check.controls),
    )
}

/// Returns a severity per class, in words.
fn by_class(severity: ByClass) -> String {
    format!(
        "minimal {}, limited {}, high {}",
        severity.minimal.name(),
        severity.limited.name(),
        severity.high.name()
    )
}

/// Returns a section on which other frameworks the evidence for these controls serves, or an empty
/// text where there is none.
pub(super) fn related(controls: &[&str]) -> String {
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
        out += &item(framework, refs);
    }
    let _ = writeln!(
        out,
        "\nAs of {}. A pairing never means that one satisfies the other.",
        crosswalk.as_of
    );
    out
}

/// An item of a list, `- framework: ref, ref`, in lines of 100 characters at most.
fn item(framework: &str, refs: BTreeSet<&str>) -> String {
    const WIDEST: usize = 100;
    let mut out = format!("- {framework}:");
    let mut width = out.len();
    let last = refs.len().saturating_sub(1);
    for (at, name) in refs.into_iter().enumerate() {
        let name = if at == last { name.to_owned() } else { format!("{name},") };
        let separator = if width + 1 + name.len() > WIDEST { "\n  " } else { " " };
        width = if separator == " " { width + 1 } else { 2 } + name.len();
        out += separator;
        out += &name;
    }
    out + "\n"
}

/// What a word of the glossary means, in one line.
pub(crate) fn words(term: &Term) -> String {
    format!("{}: {}.\n", term.word, term.means.replace('`', ""))
}

/// Returns a table of checks as text: id, severities for class minimal, limited and high, title.
pub fn table(checks: &[&Check]) -> String {
    let widest = checks.iter().map(|check| check.id.name().len()).max().unwrap_or_default();
    checks.iter().fold(String::new(), |mut out, check| {
        let severity = check.severity;
        let by_class =
            [severity.minimal, severity.limited, severity.high].map(Severity::name).join("/");
        let _ = writeln!(out, "{:widest$}  {by_class:22}  {}", check.id, check.title);
        out
    })
}
