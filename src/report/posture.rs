//! How a branch stood, commit by commit: gaps and their age, waivers, what is overdue, and how long
//! decisions took to be signed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::data::{Report, ReportedFinding};
use super::words::safe;
use crate::check_id::CheckId;
use crate::date::Date;
use crate::decision::Verdict;
use crate::finding::{FindingKind, Severity};
use crate::untrusted;

/// The checks that find a day which is over.
const OVERDUE: [CheckId; 5] = [
    CheckId::ActionOverdue,
    CheckId::AuditOverdue,
    CheckId::ConditionOverdue,
    CheckId::DocumentReviewOverdue,
    CheckId::RiskReviewOverdue,
];

/// The day whose rules judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RuleDay {
    /// The rules of the commit itself.
    Then,
    /// The rules of the target branch as it is now.
    Now,
}

impl RuleDay {
    fn name(self) -> &'static str {
        match self {
            Self::Then => "then",
            Self::Now => "now",
        }
    }
}

/// A commit under the rules of a day, for one system or for all.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct PostureRow {
    pub(super) commit: String,
    pub(super) on: String,
    pub(super) rules: RuleDay,
    /// The system; absent for all of them and what belongs to none.
    pub(super) system: Option<String>,
    /// The verdict on the whole commit.
    pub(super) verdict: Verdict,
    /// What is wrong and not excused, by weight.
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) notes: usize,
    /// Of these, what waits for a signature, and what a day that is over made.
    pub(super) waiting: usize,
    pub(super) overdue: usize,
    /// What a waiver or an emergency, and what the baseline excuses.
    pub(super) waived: usize,
    pub(super) baselined: usize,
    /// Days since the oldest of what is not excused, and all together, were first seen in this
    /// history.
    pub(super) oldest_days: i32,
    pub(super) days: i32,
    /// Decisions that are due and not taken.
    pub(super) undecided: usize,
    /// Decisions that came to stand with this commit, and the days they were open before.
    pub(super) decided: usize,
    pub(super) days_to_sign: i32,
}

/// Which finding, or which decision of a system, under which rules.
type Tracked = (RuleDay, String, &'static str);

/// A history, row by row.
#[derive(Default)]
pub(crate) struct Posture {
    pub(super) rows: Vec<PostureRow>,
    /// Since when a gap has been there without a break.
    gaps: BTreeMap<(RuleDay, String), Date>,
    /// Since when a decision has been due and not taken.
    open: BTreeMap<Tracked, Date>,
}

impl Posture {
    /// Adds a commit as of its day. Commits come in their order.
    pub(crate) fn add(&mut self, commit: &str, on: Date, rules: RuleDay, report: &Report) {
        let found = report.findings.iter().filter(|it| it.excuse.is_none());
        let gaps: BTreeMap<(RuleDay, String), Date> = found
            .map(|it| (rules, it.fingerprint.clone()))
            .map(|key| (key.clone(), self.gaps.get(&key).copied().unwrap_or(on)))
            .collect();
        self.gaps.retain(|(of, _), _| *of != rules);
        self.gaps.extend(gaps);
        let mut to_sign: BTreeMap<&str, (usize, i32)> = BTreeMap::new();
        for record in &report.evidence.records {
            let key = (rules, record.system.clone(), record.decision);
            if !record.stands {
                self.open.entry(key).or_insert(on);
            } else if let Some(since) = self.open.remove(&key) {
                let (count, days) = to_sign.entry(&record.system).or_default();
                (*count, *days) = (*count + 1, *days + since.days_until(on).max(0));
            }
        }
        let systems = report.systems.iter().map(|system| Some(system.id.as_str()));
        for system in std::iter::once(None).chain(systems) {
            let is_of = |of: Option<&str>| system.is_none() || of == system;
            let row = PostureRow {
                commit: commit.to_owned(),
                on: on.to_string(),
                rules,
                system: system.map(str::to_owned),
                verdict: report.verdict,
                errors: 0,
                warnings: 0,
                notes: 0,
                waiting: 0,
                overdue: 0,
                waived: 0,
                baselined: 0,
                oldest_days: 0,
                days: 0,
                undecided: 0,
                decided: 0,
                days_to_sign: 0,
            };
            let findings = report.findings.iter().filter(|it| is_of(it.system.as_deref()));
            let mut row = findings.fold(row, |row, it| self.counted(row, on, it));
            let records = report.evidence.records.iter().filter(|it| is_of(Some(&it.system)));
            row.undecided = records.filter(|it| !it.stands).count();
            for (_, (count, days)) in to_sign.iter().filter(|(of, _)| is_of(Some(of))) {
                row.decided += count;
                row.days_to_sign += days;
            }
            self.rows.push(row);
        }
    }

    fn counted(&self, mut row: PostureRow, on: Date, finding: &ReportedFinding) -> PostureRow {
        if let Some(excuse) = &finding.excuse {
            let is_baseline = excuse.waiver.is_none() && excuse.emergency.is_none();
            *(if is_baseline { &mut row.baselined } else { &mut row.waived }) += 1;
            return row;
        }
        *(match finding.severity {
            Severity::Error => &mut row.errors,
            Severity::Warning => &mut row.warnings,
            Severity::Note => &mut row.notes,
        }) += 1;
        row.waiting += usize::from(finding.nature == FindingKind::Waiting);
        row.overdue += usize::from(OVERDUE.contains(&finding.check));
        let since = self.gaps.get(&(row.rules, finding.fingerprint.clone()));
        let age = since.map_or(0, |since| since.days_until(on).max(0));
        row.oldest_days = row.oldest_days.max(age);
        row.days += age;
        row
    }
}

/// Returns a line for each commit, with what is wrong by the rules of both days.
pub(crate) fn text(posture: &Posture) -> String {
    let mut out = String::new();
    for row in posture.rows.iter().filter(|row| row.system.is_none()) {
        let commit = &row.commit[..row.commit.len().min(12)];
        let (rules, verdict) = (row.rules.name(), row.verdict.name());
        let line = format!(
            "{} {commit} by the rules of {rules}: {verdict}; {} errors, {} warnings, {} waiting, \
             {} overdue, {} waived, {} in the baseline; the oldest {} days old; {} decisions open, \
             {} taken after {} days",
            row.on,
            row.errors,
            row.warnings,
            row.waiting,
            row.overdue,
            row.waived,
            row.baselined,
            row.oldest_days,
            row.undecided,
            row.decided,
            row.days_to_sign,
        );
        let _ = writeln!(out, "{}", safe(&line));
    }
    if out.is_empty() { "no commit since then\n".to_owned() } else { out }
}

/// Returns the rows as JSON, with one final line break.
pub(crate) fn json(posture: &Posture) -> String {
    let json = serde_json::json!({ "schema": "aimsgate-posture/1", "rows": posture.rows });
    untrusted::json(serde_json::to_string_pretty(&json).unwrap_or_default()) + "\n"
}

/// Returns the rows as CSV. An empty system is all of them.
pub(crate) fn csv(posture: &Posture) -> String {
    const HEAD: [&str; 17] = [
        "commit",
        "on",
        "rules",
        "system",
        "verdict",
        "errors",
        "warnings",
        "notes",
        "waiting",
        "overdue",
        "waived",
        "baselined",
        "oldest-days",
        "days",
        "undecided",
        "decided",
        "days-to-sign",
    ];
    let rows = posture.rows.iter().map(|row| {
        let numbers = [
            row.errors,
            row.warnings,
            row.notes,
            row.waiting,
            row.overdue,
            row.waived,
            row.baselined,
        ];
        let texts = [
            row.commit.clone(),
            row.on.clone(),
            row.rules.name().to_owned(),
            row.system.clone().unwrap_or_default(),
            row.verdict.name().to_owned(),
        ];
        let texts = texts.into_iter().chain(numbers.map(|it| it.to_string()));
        let rest = [
            row.oldest_days.to_string(),
            row.days.to_string(),
            row.undecided.to_string(),
            row.decided.to_string(),
            row.days_to_sign.to_string(),
        ];
        texts.chain(rest).collect()
    });
    untrusted::csv(std::iter::once(HEAD.map(str::to_owned).to_vec()).chain(rows))
}
