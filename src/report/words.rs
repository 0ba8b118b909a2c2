//! What all formats say alike: how heavy a finding is, who can clear it, what is only counted, the
//! verdict in a line.

use std::collections::BTreeSet;

use super::data::{ExcuseEntry, Location, RemedyEntry, Report, ReportedFinding};
use crate::date::Date;
use crate::decision::Verdict;
use crate::finding::{FindingKind, Gate, Severity, Who};
use crate::untrusted::{clamp, line};
use crate::wording::counted;

impl Report {
    /// What a check on a forge is called: one per judged folder and gate, so that a job that asks
    /// less never answers for another.
    pub(crate) fn name(&self) -> String {
        let gate = match self.inputs.asked {
            Gate::Merge => "aimsgate",
            Gate::Release => "aimsgate for release",
        };
        let scope = &self.inputs.scope;
        if scope.is_empty() { gate.to_owned() } else { format!("{gate} ({})", safe(scope)) }
    }
}

/// Characters of one message.
pub(super) const LONGEST_MESSAGE: usize = 600;

/// Returns whether a release needs the finding cleared and this run was not asked about a release.
fn is_needed_later(report: &Report, entry: &ReportedFinding) -> bool {
    let is_asked = entry.counts || report.inputs.asked == Gate::Release;
    entry.gate == Gate::Release && entry.excuse.is_none() && !is_asked
}

/// Returns the findings that a release needs cleared, to list them before the release.
pub(super) fn later(report: &Report) -> Vec<&ReportedFinding> {
    report
        .findings
        .iter()
        .filter(|entry| is_needed_later(report, entry) && !entry.out_of_scope)
        .collect()
}

/// Returns the first line of a simulation, or `None` where the run is none.
pub(crate) fn simulation(report: &Report) -> Option<String> {
    let asked = &report.inputs.simulation;
    (!asked.is_empty())
        .then(|| format!("simulation: {}; this verdict decides nothing\n", safe(&asked.join("; "))))
}

/// Returns whether a finding is shown in full: it keeps the gate from passing, or the reader may
/// want to mend it now. The rest is counted.
pub(super) fn is_told(report: &Report, entry: &ReportedFinding) -> bool {
    entry.counts
        || !(entry.excuse.is_some() || entry.out_of_scope || is_needed_later(report, entry))
}

/// Returns in words what a finding comes from and what excuses it, or `None` where neither is
/// known.
pub(super) fn standing(entry: &ReportedFinding) -> Option<String> {
    let mut words: Vec<String> =
        entry.cause.map(|cause| format!("cause: {}", cause.words())).into_iter().collect();
    if let Some(since) = &entry.since {
        words.push(format!("since {since}"));
    }
    match &entry.excuse {
        Some(ExcuseEntry { waiver: Some(id), until, .. }) => words.push(format!(
            "waived by `{id}` \
            until {until}"
        )),
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

/// Returns the level of a finding in the word that every format uses.
pub(super) fn level_words(entry: &ReportedFinding) -> &'static str {
    match (entry.nature, entry.blocks, entry.severity) {
        (FindingKind::Undecided, ..) => "could not decide",
        (FindingKind::Waiting, true, _) => "waiting",
        (_, true, _) => "error",
        (_, _, Severity::Note) => "note",
        (_, _, Severity::Warning | Severity::Error) => "warning",
    }
}

/// Returns who can clear a finding: the reader, or people by name.
pub(super) fn who(report: &Report, entry: &ReportedFinding, remedy: &RemedyEntry) -> String {
    let owner =
        entry.system.as_ref().and_then(|id| report.systems.iter().find(|system| system.id == *id));
    match remedy.who {
        Who::Author if entry.nature == FindingKind::Waiting => "you can start it".to_owned(),
        Who::Author => "you can fix it".to_owned(),
        Who::Owner => match owner {
            Some(system) if system.owner_known => {
                format!("{} (owner) can fix it", safe(&system.owner))
            }
            Some(_) | None => "the owner can fix it".to_owned(),
        },
        Who::Platform => "whoever runs the pipeline can fix it".to_owned(),
        Who::Signers if entry.waits_for.is_empty() => "nobody can sign it yet".to_owned(),
        Who::Signers => format!("{} can sign it", safe(&entry.waits_for.join(", "))),
        Who::SecondLine => match report.second_line.as_slice() {
            [] => "the second line (`line: 2` of governance/people.yaml; nobody yet) can fix it"
                .to_owned(),
            people => format!("{} (second line) can fix it", safe(&people.join(", "))),
        },
    }
}

/// Returns a line that counts the findings that are not shown in full, or `None` where there are
/// none.
pub(super) fn not_blocking(report: &Report) -> Option<String> {
    let rest: Vec<&ReportedFinding> =
        report.findings.iter().filter(|entry| !is_told(report, entry)).collect();
    let today = report.inputs.today.parse::<Date>().ok();
    let age = |since: &String| Some(since.parse::<Date>().ok()?.days_until(today?));
    let mut parts = Vec::new();
    let mut add = |entries: Vec<&&ReportedFinding>,
                   words: &str,
                   detail: &dyn Fn(&[&&ReportedFinding]) -> String| {
        if !entries.is_empty() {
            parts.push(format!("{} {words}{}", entries.len(), detail(&entries)));
        }
    };
    let of = |pick: fn(&ReportedFinding) -> SignOffStanding, standing| {
        rest.iter().filter(|entry| pick(entry) == standing).collect::<Vec<_>>()
    };
    let until = |entries: &[&&ReportedFinding]| {
        let ends = entries.iter().filter_map(|entry| Some(entry.excuse.as_ref()?.until.as_str()));
        ends.min().map_or_else(String::new, |day| format!(" until {day}"))
    };
    let oldest = |entries: &[&&ReportedFinding]| {
        let days = entries.iter().filter_map(|entry| age(entry.since.as_ref()?)).max();
        days.map_or_else(String::new, |days| format!(" (oldest {})", counted(days, "day", "days")))
    };
    let branch = report.inputs.target.as_ref().map_or("the target branch", |target| &target.name);
    add(of(stands, SignOffStanding::OnBase), &format!("already on {}", safe(branch)), &oldest);
    add(of(stands, SignOffStanding::Baselined), "in the baseline", &oldest);
    add(of(stands, SignOffStanding::Waived), "waived", &until);
    add(of(stands, SignOffStanding::Emergency), "passed over in an emergency", &until);
    add(of(stands, SignOffStanding::Later), "needed before release", &|_| String::new());
    (!parts.is_empty())
        .then(|| format!("Not blocking here: {}; --format json lists all.", parts.join(", ")))
}

#[derive(PartialEq, Eq)]
enum SignOffStanding {
    OnBase,
    Baselined,
    Emergency,
    Waived,
    Later,
}

fn stands(entry: &ReportedFinding) -> SignOffStanding {
    match &entry.excuse {
        Some(ExcuseEntry { waiver: Some(_), .. }) => SignOffStanding::Waived,
        Some(ExcuseEntry { emergency: Some(_), .. }) => SignOffStanding::Emergency,
        Some(_) => SignOffStanding::Baselined,
        None if entry.gate == Gate::Release => SignOffStanding::Later,
        None => SignOffStanding::OnBase,
    }
}

/// The number of findings of each sort. Each finding is counted once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FindingCounts {
    /// They block, and whoever makes the change can clear them.
    pub(crate) to_fix: usize,
    /// They block, and others can clear them.
    pub(crate) for_others: usize,
    /// They block until people decide.
    pub(crate) waiting: usize,
    /// They could not be decided, and had to be.
    pub(crate) undecided: usize,
    pub(crate) others: usize,
}

impl FindingCounts {
    pub(crate) fn of(report: &Report) -> Self {
        let count = |is: &dyn Fn(&ReportedFinding) -> bool| {
            report.findings.iter().filter(|entry| is(entry)).count()
        };
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

/// Returns the verdict and its counts in one line.
pub fn last_line(report: &Report) -> String {
    let findings = &report.findings;
    if is_without_ai(report) {
        return format!(
            "passed: no AI found here, nothing to judge: {}",
            safe(&report.inventory.reason)
        );
    }
    let FindingCounts { to_fix, for_others, waiting, undecided, others } =
        FindingCounts::of(report);
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
        count => {
            parts.push(format!("{waiting} waiting for {}", counted(count, "person", "people")))
        }
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

/// Returns whether there is nothing to judge: no AI found, none declared, nothing wrong.
pub(super) fn is_without_ai(report: &Report) -> bool {
    report.findings.is_empty() && !report.inventory.uses_ai && !report.declares_ai
}

fn waits(entry: &ReportedFinding) -> bool {
    entry.blocks && entry.nature == FindingKind::Waiting
}

pub(super) fn is_yours(entry: &ReportedFinding) -> bool {
    entry.nature != FindingKind::Waiting
        && entry.remedies.first().is_some_and(|remedy| remedy.who == Who::Author)
}

pub(super) fn place(location: &Location) -> String {
    match location.region {
        Some(region) => {
            format!("{}:{}:{}", safe(&location.path), region.start_line, region.start_column)
        }
        None => safe(&location.path),
    }
}

/// Returns a text on one line, safe to print, of at most 600 characters.
pub(crate) fn safe(text: &str) -> String {
    clamp(&line(text), LONGEST_MESSAGE).into_owned()
}
