//! From findings to a verdict: how heavy each finding is, whether it blocks, what follows.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::check::Check;
use crate::date::Date;
use crate::finding::{Finding, Nature, Severity, Who};
use crate::settings::gate::{Mode, Rules};

/// A finding and what the rules make of it.
#[derive(Debug)]
pub struct Judged {
    pub finding: Finding,
    pub severity: Severity,
    /// Whether it makes the gate fail.
    pub blocks: bool,
}

/// What the gate says. The exit code is this and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Pass,
    Fail,
    /// Nothing fails outright and something could not be decided. Never a pass.
    Undecided,
}

/// Weighs findings. The heaviest come first; the order is the same for the same findings.
pub fn judge(findings: Vec<Finding>, table: &[&'static Check], rules: &Rules, today: Date) -> Vec<Judged> {
    let checks: BTreeMap<&str, &Check> = table.iter().map(|check| (check.id, *check)).collect();
    let mode = rules.mode_on(today);
    let mut judged: Vec<Judged> = findings
        .into_iter()
        .map(|finding| match checks.get(finding.check) {
            Some(check) => weigh(finding, check, rules, mode),
            // Not of this table: nothing may lower it.
            None => Judged { blocks: finding.nature == Nature::Fail, finding, severity: Severity::Error },
        })
        .collect();
    judged.sort_by(|a, b| {
        // What the author can clear comes before what others must.
        let others = |it: &Judged| it.finding.fault.remedies.first().is_none_or(|remedy| remedy.who != Who::Author);
        let weight = |it: &Judged| (!it.blocks, it.finding.nature, Reverse(it.severity), others(it));
        let place = |it: &Judged| (it.finding.fault.place.clone(), it.finding.check, it.finding.subject.clone());
        weight(a).cmp(&weight(b)).then_with(|| place(a).cmp(&place(b)))
    });
    judged
}

fn weigh(finding: Finding, check: &Check, rules: &Rules, mode: Mode) -> Judged {
    let severity = if check.floor {
        Severity::Error
    } else {
        let by_class = match mode {
            Mode::Strict => check.severity.high,
            Mode::Observe | Mode::Introduce => check.severity.of(finding.fault.class),
        };
        let bound = if mode == Mode::Observe { Severity::Warning } else { Severity::Error };
        // What is newer than the pinned rule set reports; it blocks once the rules are raised.
        let pinned = rules.includes(check.since) && finding.fault.since.is_none_or(|since| rules.includes(since));
        rules.severity(check.id, by_class).min(if pinned { bound } else { Severity::Note })
    };
    let blocks = finding.nature == Nature::Fail && severity == Severity::Error;
    Judged { finding, severity, blocks }
}

/// The verdict over all findings.
pub fn verdict(judged: &[Judged]) -> Verdict {
    if judged.iter().any(|it| it.blocks) {
        Verdict::Fail
    } else if judged.iter().any(|it| it.finding.nature == Nature::Undecided) {
        Verdict::Undecided
    } else {
        Verdict::Pass
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Class;
    use crate::check::ByClass;
    use crate::finding::{Fault, Gate, Subject};
    use crate::settings::gate;
    use crate::span::Place;

    const BY_CLASS: Check = Check {
        id: "by-class",
        title: "",
        since: "0.1",
        controls: &[],
        severity: ByClass::new(Severity::Note, Severity::Warning, Severity::Error),
        gate: Gate::Merge,
        floor: false,
        explanation: "",
        run: |_| Vec::new(),
    };
    const FLOOR: Check = Check { id: "floor", floor: true, ..BY_CLASS };
    const NEWER: Check = Check { id: "newer", since: "0.2", severity: ByClass::ERROR, ..BY_CLASS };
    const TABLE: &[&Check] = &[&BY_CLASS, &FLOOR, &NEWER];

    fn finding(check: &'static str, class: Class, nature: Nature) -> Finding {
        let fault = Fault::new(Place::whole("a".into()), class, "");
        Finding { check, subject: Subject::Register, nature, gate: Gate::Merge, fault }
    }

    fn rules(text: &str) -> Rules {
        let document =
            crate::document::parse("governance/gate.yaml".into(), format!("schema: aimsgate/1\n{text}").into_bytes());
        Rules::compose(vec![(document.path.clone(), gate::read(&document).unwrap())])
    }

    fn weighed(check: &'static str, class: Class, rules: &Rules) -> (Severity, bool) {
        let today = "2026-11-22".parse().unwrap();
        let judged = judge(vec![finding(check, class, Nature::Fail)], TABLE, rules, today);
        (judged[0].severity, judged[0].blocks)
    }

    #[test]
    fn class_and_mode_decide_and_floors_hold() {
        use Severity::{Error, Note, Warning};
        let introduce = Rules::default();
        assert_eq!(weighed("by-class", Class::Minimal, &introduce), (Note, false));
        assert_eq!(weighed("by-class", Class::Limited, &introduce), (Warning, false));
        assert_eq!(weighed("by-class", Class::High, &introduce), (Error, true));
        let strict = rules("enforce: {mode: strict}\n");
        assert_eq!(weighed("by-class", Class::Minimal, &strict), (Error, true));
        let later = rules("enforce: {mode: introduce, strict-from: 2026-11-22}\n");
        assert_eq!(weighed("by-class", Class::Limited, &later), (Error, true), "strict from that day on");
        let observe = rules("enforce: {mode: observe}\nchecks: {floor: {severity: note}}\n");
        assert_eq!(weighed("by-class", Class::High, &observe), (Warning, false));
        assert_eq!(weighed("floor", Class::Minimal, &observe), (Error, true), "floors hold in every mode");
        let lowered = rules("checks: {by-class: {severity: note}, floor: {severity: note}}\n");
        assert_eq!(weighed("by-class", Class::High, &lowered), (Note, false));
        assert_eq!(weighed("floor", Class::High, &lowered), (Error, true));
    }

    #[test]
    fn a_check_newer_than_the_pinned_rule_set_reports_and_does_not_block() {
        assert_eq!(weighed("newer", Class::High, &Rules::default()), (Severity::Error, true));
        assert_eq!(weighed("newer", Class::High, &rules("rules: '0.1'\n")), (Severity::Note, false));
        assert_eq!(weighed("newer", Class::High, &rules("rules: '0.2'\n")), (Severity::Error, true));
        let mut asked_later = finding("by-class", Class::High, Nature::Fail);
        asked_later.fault.since = Some("0.2");
        let today = "2026-11-22".parse().unwrap();
        assert!(
            !judge(vec![asked_later], TABLE, &rules("rules: '0.1'\n"), today)[0].blocks,
            "a newer duty of an old check"
        );
    }

    #[test]
    fn undecided_is_never_a_pass_and_a_failure_outweighs_it() {
        let today = "2026-11-22".parse().unwrap();
        let of = |findings| verdict(&judge(findings, TABLE, &Rules::default(), today));
        assert_eq!(of(vec![]), Verdict::Pass);
        assert_eq!(of(vec![finding("by-class", Class::Minimal, Nature::Fail)]), Verdict::Pass);
        assert_eq!(of(vec![finding("by-class", Class::Minimal, Nature::Undecided)]), Verdict::Undecided);
        let both =
            vec![finding("by-class", Class::High, Nature::Undecided), finding("floor", Class::High, Nature::Fail)];
        assert_eq!(of(both), Verdict::Fail);
        assert_eq!(of(vec![finding("unknown", Class::Minimal, Nature::Fail)]), Verdict::Fail);
    }
}
