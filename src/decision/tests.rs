//! Weights, causes and excuses, finding by finding.

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

fn judge(findings: Vec<Finding>, rules: &Rules) -> Vec<Judged> {
    let today = "2026-11-22".parse().unwrap();
    super::judge(
        findings,
        &Bench {
            table: TABLE,
            rules,
            people: &Fact::Absent,
            waivers: &[],
            baselines: &[],
            today,
            asked: Gate::Merge,
            stand: Stand::Alone,
        },
    )
}

fn weighed(check: &'static str, class: Class, rules: &Rules) -> (Severity, bool) {
    let judged = judge(vec![finding(check, class, Nature::Fail)], rules);
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
    let asked_later = judge(vec![asked_later], &rules("rules: '0.1'\n"));
    assert!(!asked_later[0].blocks, "a newer duty of an old check");
}

#[test]
fn undecided_is_never_a_pass_and_a_failure_outweighs_it() {
    let of = |findings| verdict(&judge(findings, &Rules::default()));
    assert_eq!(of(vec![]), Verdict::Pass);
    assert_eq!(of(vec![finding("by-class", Class::Minimal, Nature::Fail)]), Verdict::Pass);
    assert_eq!(of(vec![finding("by-class", Class::Minimal, Nature::Undecided)]), Verdict::Undecided);
    let both = vec![finding("by-class", Class::High, Nature::Undecided), finding("floor", Class::High, Nature::Fail)];
    assert_eq!(of(both), Verdict::Fail);
    assert_eq!(of(vec![finding("unknown", Class::Minimal, Nature::Fail)]), Verdict::Fail);
}
