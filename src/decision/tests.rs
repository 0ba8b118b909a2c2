//! Weights, causes and excuses, finding by finding.

use std::collections::BTreeSet;

use super::*;
use crate::affected::AffectedSystems;
use crate::catalog::Class;
use crate::engine::{ByClass, check};
use crate::fact::Fact;
use crate::finding::{Gate, Problem, Subject};
use crate::part::{Measure, Miss, Part, Piece};
use crate::settings::baseline::Baseline;
use crate::settings::gate::{self, Rules};
use crate::settings::people::People;
use crate::settings::waiver::Waiver;
use crate::span::Place;

const BY_CLASS: Check =
    check(CheckId::ThresholdMissed, "", |_| Vec::new()).severity(ByClass::RISES_WITH_CLASS);
const FLOOR: Check =
    check(CheckId::SettingsInvalid, "", |_| Vec::new()).severity(ByClass::RISES_WITH_CLASS).floor();
const NEWER: Check = Check { since: "0.2", ..check(CheckId::BomDiffers, "", |_| Vec::new()) };
const TABLE: &[&Check] = &[&BY_CLASS, &FLOOR, &NEWER];

fn finding(check: CheckId, class: Class, nature: FindingKind) -> Finding {
    let problem = Problem::new(Place::whole("a".into()), class, "");
    Finding { check, subject: Subject::Register, nature, gate: Gate::Merge, problem }
}

fn rules(text: &str) -> Rules {
    let document = crate::document::parse(
        "governance/gate.yaml".into(),
        format!("schema: aimsgate/1\n{text}").into_bytes(),
    );
    Rules::compose(vec![(document.path.clone(), gate::read(&document).unwrap())])
}

fn judge(findings: Vec<Finding>, rules: &Rules) -> Vec<Judged> {
    let today = "2026-11-22".parse().unwrap();
    super::judge(
        findings,
        &DecisionInputs {
            table: TABLE,
            rules,
            people: &Fact::Absent,
            waivers: &[],
            signed_waivers: &BTreeSet::new(),
            emergencies: &[],
            baselines: &[],
            subjects: &BTreeMap::new(),
            today,
            asked: Gate::Merge,
            compared_with: ComparedWith::Alone,
        },
    )
}

fn weighed(check: CheckId, class: Class, rules: &Rules) -> (Severity, bool) {
    let judged = judge(vec![finding(check, class, FindingKind::Fail)], rules);
    (judged[0].severity, judged[0].blocks)
}

#[test]
fn class_and_mode_decide_and_floors_hold() {
    use Severity::{Error, Note, Warning};
    let introduce = Rules::default();
    assert_eq!(weighed(CheckId::ThresholdMissed, Class::Minimal, &introduce), (Note, false));
    assert_eq!(weighed(CheckId::ThresholdMissed, Class::Limited, &introduce), (Warning, false));
    assert_eq!(weighed(CheckId::ThresholdMissed, Class::High, &introduce), (Error, true));
    let strict = rules("enforce: {mode: strict}\n");
    assert_eq!(weighed(CheckId::ThresholdMissed, Class::Minimal, &strict), (Error, true));
    let later = rules("enforce: {mode: introduce, strict-from: 2026-11-22}\n");
    assert_eq!(
        weighed(CheckId::ThresholdMissed, Class::Limited, &later),
        (Error, true),
        "strict from that day \
        on"
    );
    let observe = rules("enforce: {mode: observe}\nchecks: {settings-invalid: {severity: note}}\n");
    assert_eq!(weighed(CheckId::ThresholdMissed, Class::High, &observe), (Warning, false));
    assert_eq!(
        weighed(CheckId::SettingsInvalid, Class::Minimal, &observe),
        (Error, true),
        "floors hold in every \
        mode"
    );
    let lowered =
        rules("checks: {threshold-missed: {severity: note}, settings-invalid: {severity: note}}\n");
    assert_eq!(weighed(CheckId::ThresholdMissed, Class::High, &lowered), (Note, false));
    assert_eq!(weighed(CheckId::SettingsInvalid, Class::High, &lowered), (Error, true));
}

#[test]
fn a_check_newer_than_the_pinned_rule_set_reports_and_does_not_block() {
    assert_eq!(
        weighed(CheckId::BomDiffers, Class::High, &Rules::default()),
        (Severity::Error, true)
    );
    assert_eq!(
        weighed(CheckId::BomDiffers, Class::High, &rules("rules: '0.1'\n")),
        (Severity::Note, false)
    );
    assert_eq!(
        weighed(CheckId::BomDiffers, Class::High, &rules("rules: '0.2'\n")),
        (Severity::Error, true)
    );
    let mut asked_later = finding(CheckId::ThresholdMissed, Class::High, FindingKind::Fail);
    asked_later.problem.since = Some("0.2");
    let asked_later = judge(vec![asked_later], &rules("rules: '0.1'\n"));
    assert!(!asked_later[0].blocks, "a newer duty of an old check");
}

#[test]
fn undecided_is_never_a_pass_and_a_failure_outweighs_it() {
    let of = |findings| verdict(&judge(findings, &Rules::default()));
    assert_eq!(of(vec![]), Verdict::Pass);
    assert_eq!(
        of(vec![finding(CheckId::ThresholdMissed, Class::Minimal, FindingKind::Fail)]),
        Verdict::Pass
    );
    assert_eq!(
        of(vec![finding(CheckId::ThresholdMissed, Class::Minimal, FindingKind::Undecided)]),
        Verdict::Undecided
    );
    let both = vec![
        finding(CheckId::ThresholdMissed, Class::High, FindingKind::Undecided),
        finding(CheckId::SettingsInvalid, Class::High, FindingKind::Fail),
    ];
    assert_eq!(of(both), Verdict::Fail);
    assert_eq!(
        of(vec![finding(CheckId::Placeholder, Class::Minimal, FindingKind::Fail)]),
        Verdict::Fail
    );
}

/// A row of the table in `docs/verdict.md`.
struct VerdictRow<'a> {
    content: &'a str,
    finding: &'a str,
    on_target: &'a str,
    under_register: &'a str,
    touches: &'a str,
    excuse: &'a str,
    asked: &'a str,
}

impl VerdictRow<'_> {
    fn is(&self, word: &str) -> bool {
        self.finding.split(", ").any(|it| it == word)
    }

    /// The finding, or what another side has in its place.
    fn finding(&self, as_it_is: &str) -> Option<Finding> {
        let check = match (self.is("floor"), self.is("newer"), as_it_is) {
            (true, ..) => CheckId::SettingsInvalid,
            (_, true, _) => CheckId::BomDiffers,
            _ => CheckId::ThresholdMissed,
        };
        let class =
            if as_it_is == "lighter" || self.is("warning") { Class::Limited } else { Class::High };
        let nature = if self.is("undecided") { FindingKind::Undecided } else { FindingKind::Fail };
        let mut finding = finding(check, class, nature);
        finding.subject =
            if self.is("of no system") { Subject::Register } else { Subject::System("one".into()) };
        finding.gate = if self.is("release") { Gate::Release } else { Gate::Merge };
        finding.problem.due = self.is("due");
        let day = if as_it_is == "earlier" { "2026-11-20" } else { "2026-11-10" };
        finding.problem.passed = self.is("day passed").then(|| day.parse().unwrap());
        let parts = if as_it_is == "fewer parts" { &["a"][..] } else { &["a", "b"][..] };
        let measure = match as_it_is {
            "better value" => Measure::AtMost(0.03),
            "worse value" => Measure::AtMost(0.05),
            _ => Measure::AtMost(0.04),
        };
        finding.problem.parts = parts.iter().map(|part| piece(part).measured(measure)).collect();
        match as_it_is {
            "no" | "asked for" | "-" => None,
            "itself" | "same" | "lighter" | "fewer parts" | "earlier" | "better value"
            | "worse value" => Some(finding),
            other => panic!("`{other}` is nothing a side can have"),
        }
    }

    fn outcome(&self) -> (Option<Cause>, &'static str) {
        let finding = self.finding("itself").unwrap();
        let mut text = String::from("rules: '0.1'\n");
        if self.asked.ends_with("at-merge") {
            text += "release-gate: at-merge\n";
        }
        let today = if self.excuse.starts_with("ended") { "2027-06-01" } else { "2026-11-22" };
        let (rules, today) = (rules(&text), today.parse().unwrap());
        let (tip, under) = (self.finding(self.on_target), self.finding(self.under_register));
        let touched = matches!(self.touches, "system" | "material" | "brings in");
        let affected = AffectedSystems::of_system(
            "one",
            touched,
            self.touches == "material",
            self.touches == "brings in",
        );
        let (tip, under): (Vec<_>, Vec<_>) =
            (tip.into_iter().collect(), under.into_iter().collect());
        let under_judged = (self.under_register != "-").then_some(&under[..]);
        let asked_before: BTreeMap<Subject, Class> = match self.on_target {
            "lighter" => BTreeMap::from([(finding.subject.clone(), Class::Limited)]),
            "asked for" => BTreeMap::from([(finding.subject.clone(), Class::High)]),
            _ => BTreeMap::new(),
        };
        let people = people();
        let waivers: Vec<Waiver> = self
            .excuse
            .contains("waiver")
            .then(|| waiver(&finding, self.excuse == "waiver of the part"))
            .into_iter()
            .collect();
        let signed_waivers = (self.excuse == "signed waiver").then(|| "one".to_owned());
        let baselines: Vec<Baseline> = matches!(self.excuse, "baseline" | "ended baseline")
            .then(|| baseline(&finding))
            .into_iter()
            .collect();
        let compared_with = match self.content {
            "alone" => ComparedWith::Alone,
            "target branch" => ComparedWith::Whole,
            "change" => ComparedWith::Change {
                tip: &tip,
                under_judged,
                asked_before: &asked_before,
                affected: &affected,
            },
            other => panic!("`{other}` is no content"),
        };
        let asked = if self.asked == "release" { Gate::Release } else { Gate::Merge };
        let inputs = DecisionInputs {
            table: TABLE,
            rules: &rules,
            people: &people,
            waivers: &waivers,
            signed_waivers: &signed_waivers.into_iter().collect(),
            emergencies: &[],
            baselines: &baselines,
            subjects: &BTreeMap::new(),
            today,
            asked,
            compared_with,
        };
        let judged = super::judge(vec![finding], &inputs);
        let it = &judged[0];
        let outcome = match verdict(&judged) {
            Verdict::Fail => "blocks",
            Verdict::Undecided => "could not decide",
            Verdict::Pass if it.gate == Gate::Release => "needed before release",
            Verdict::Pass => "listed",
        };
        (it.cause, outcome)
    }
}

fn document(path: &str, text: &str) -> crate::document::Document {
    crate::document::parse(path.into(), text.as_bytes().to_vec())
}

fn people() -> Fact<People> {
    let text = "schema: aimsgate/1\npeople:\n  - \
        {id: dee, roles: [risk-lead], line: 2, from: 2025-01-01}\n  \
                - {id: ben, roles: [engineer], line: 1, from: 2025-01-01}\n";
    Fact::Known(crate::settings::people::read(&document("governance/people.yaml", text)).unwrap())
}

fn waiver(finding: &Finding, names_the_part: bool) -> Waiver {
    let (check, mut scope) = (finding.check, "system: one".to_owned());
    if names_the_part {
        let parts: Vec<String> = finding.pieces().keys().map(Part::to_string).collect();
        scope += &format!(", parts: ['{}']", parts.join("', '"));
    }
    let text = format!(
        "schema: aimsgate/1\nid: one\ncheck: {check}\nscope: {{{scope}}}\nbecause: \
         Later\nrequested-by: ben\n\
         approved-by: dee\ncreated: 2026-11-01\nexpires: 2026-12-01\n"
    );
    crate::settings::waiver::read(&document("governance/waivers/one.yaml", &text)).unwrap()
}

fn piece(key: &str) -> Piece {
    Part::element(key).into()
}

fn baseline(finding: &Finding) -> Baseline {
    use crate::settings::baseline::{self, NewEntry};
    let taken = "2026-11-01".parse().unwrap();
    let entry = |piece: Piece| NewEntry {
        check: finding.check,
        system: None,
        subject: finding.subject.to_string(),
        part: piece.part.to_string(),
        measure: piece.measure,
        since: taken,
        review_by: "2027-04-01".parse().unwrap(),
    };
    let text = baseline::write(taken, finding.pieces().into_values().map(entry).collect());
    baseline::read(&document("governance/baseline.json", &text)).unwrap()
}

#[test]
fn every_row_of_the_documented_table_comes_out_as_it_says() {
    let text = include_str!("../../docs/verdict.md");
    let rows = text.lines().skip_while(|line| !line.starts_with("| content |")).skip(2);
    let mut seen = 0;
    for line in rows.take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [content, finding, on_target, under_register, touches, excuse, asked, cause, outcome] =
            cells[..]
        else {
            panic!("a row has nine cells: {line}")
        };
        let row =
            VerdictRow { content, finding, on_target, under_register, touches, excuse, asked };
        let (found, came_out) = row.outcome();
        let found = found.map_or("none".to_owned(), |cause| {
            serde_json::to_value(cause).unwrap().as_str().unwrap().into()
        });
        assert_eq!((found.as_str(), came_out), (cause, outcome), "{line}");
        seen += 1;
    }
    assert!(seen >= 40, "only {seen} rows");
}

#[test]
fn an_entry_of_the_baseline_holds_while_the_value_is_no_worse() {
    let mut known = finding(CheckId::ThresholdMissed, Class::High, FindingKind::Fail);
    known.problem.parts = vec![piece("gap").measured(Measure::AtMost(0.04))];
    let baseline = baseline(&known);
    for (value, holds) in [(0.04, true), (0.035, true), (0.041, false)] {
        let mut finding = known.clone();
        finding.problem.parts = vec![piece("gap").measured(Measure::AtMost(value))];
        assert_eq!(baseline.knows(&finding).is_some(), holds, "{value}");
    }
}

#[test]
fn an_entry_of_an_older_baseline_is_read() {
    let digest = crate::digest::sha256(b"auc is 0.5, and at least 0.6 is asked");
    let text = format!(
        "{{\"schema\": \"aimsgate/1\", \"taken-on\": \"2026-11-01\", \"entries\": [{{\"check\": \
         \"threshold-missed\", \"subject\": \"system:one\", \"element\": \"sha256:{digest}\", \
         \"since\": \"2026-11-01\", \"review-by\": \"2027-04-01\"}}]}}"
    );
    let older = crate::settings::baseline::read(&document("governance/baseline.json", &text));
    let older = older.unwrap();
    let mut finding = finding(CheckId::ThresholdMissed, Class::High, FindingKind::Fail);
    finding.subject = Subject::System("one".into());
    let part = Part::Threshold { metric: "auc".into(), split: None, miss: Miss::Bound };
    let piece = Piece::from(part).measured(Measure::AtLeast(0.5));
    finding.problem.parts = vec![piece.clone().formerly("auc is 0.5, and at least 0.6 is asked")];
    assert!(older.knows(&finding).is_some());
    finding.problem.parts = vec![piece.formerly("auc is 0.4, and at least 0.6 is asked")];
    assert!(older.knows(&finding).is_none(), "another value had another digest");
}

#[test]
fn an_entry_of_the_baseline_lapses_when_its_own_element_worsens() {
    let mut known = finding(CheckId::ThresholdMissed, Class::High, FindingKind::Fail);
    known.problem.parts = vec![piece("a"), piece("b")];
    let baselines = [baseline(&known)];
    let holds = |parts: &[&str]| {
        let mut finding = known.clone();
        finding.problem.parts = parts.iter().map(|part| piece(part)).collect();
        baselines[0].knows(&finding).is_some()
    };
    assert!(holds(&["a", "b"]));
    assert!(holds(&["a"]), "a neighbour was mended");
    assert!(!holds(&["a", "b", "c"]), "one more is wrong");
    assert!(!holds(&["c"]), "another is wrong");
}
